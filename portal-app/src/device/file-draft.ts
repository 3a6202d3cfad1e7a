/** A file that was chosen in a form and not sent: there again with the words beside it (drafts.ts), sealed in the vault. One that is too large for that is chosen anew. */
import { useEffect, useState } from 'react';
import { base64Of, bytesOf } from '../format/attachment.ts';
import { KEEP_MS } from './draft.ts';
import { draftsOwner } from './drafts.ts';
import { fromVault, toVault } from './vault.ts';

interface Kept {
  readonly name: string;
  readonly type: string;
  readonly lastModified: number;
  readonly data: string;
  readonly at: number;
}

const MOST_BYTES = 12_000_000;

/** Like useState. `undefined`: none, or no longer. */
export function useFileDraft(name: string): [file: File | undefined, set: (file: File | undefined) => void] {
  const [file, setFile] = useState<File>();
  const item = `${draftsOwner()} file ${name}`;
  useEffect(() => {
    // Whoever has chosen another one meanwhile keeps that.
    void fromVault<Kept>(item).then((kept) => kept && setFile((now) => now ?? fileOf(kept)));
  }, [item]);
  const set = (next: File | undefined): void => {
    setFile(next);
    keepInOrder(item, next);
  };
  return [file, set];
}

let keeping: Promise<unknown> = Promise.resolve();

/** One after the other: one that was sent is not kept by a slower choice before. Never rejects. */
const keepInOrder = (item: string, file: File | undefined): void => {
  keeping = keeping.then(() => keep(item, file));
};

async function keep(item: string, file: File | undefined): Promise<void> {
  const isKept = file !== undefined && file.size <= MOST_BYTES;
  // A file that went away while it was read is none.
  const bytes = isKept ? await file.arrayBuffer().catch(() => undefined) : undefined;
  await toVault(item, file && bytes && keptOf(file, new Uint8Array(bytes)));
}

const keptOf = ({ name, type, lastModified }: File, bytes: Uint8Array): Kept => ({
  name,
  type,
  lastModified,
  data: base64Of(bytes),
  at: Date.now(),
});

/** The same to its form as the one that was chosen. */
function fileOf({ name, type, lastModified, data, at }: Kept): File | undefined {
  if (Date.now() - at > KEEP_MS) return undefined;
  return new File([bytesOf(data)], name, { type, lastModified });
}
