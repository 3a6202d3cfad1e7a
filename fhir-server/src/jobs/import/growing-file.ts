/** A file that a job adds lines to, and that whoever goes on after a crash continues from where it was saved: in a file of their own. */
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Grown } from '../../operations/bulk/import-order.ts';

export interface GrowingFile {
  readonly grown: Grown;
  add(lines: readonly string[]): Promise<void>;
  /** On the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export async function openGrowingFile(
  folder: string,
  purpose: string,
  before: Grown | undefined,
): Promise<GrowingFile> {
  const name = `${purpose}-${randomBytes(4).toString('hex')}`;
  const path = join(folder, name);
  const from = before?.bytes ?? 0;
  if (before && from > 0) await pipeline(readGrown(folder, before), createWriteStream(path, { mode: 0o600 }));
  const file = await open(path, 'a', 0o600);
  let grown: Grown = { name, bytes: from, lines: before?.lines ?? 0 };
  return {
    get grown() {
      return grown;
    },
    async add(lines) {
      if (lines.length === 0) return;
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      await file.write(bytes);
      grown = { name, bytes: grown.bytes + bytes.length, lines: grown.lines + lines.length };
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

/** What was saved of it, which is something: what is behind was not. */
export const readGrown = (folder: string, { name, bytes }: Grown): Readable =>
  createReadStream(join(folder, name), { end: bytes - 1 });

/** As a file that is read again. */
export async function compressed(folder: string, grown: Grown, target: string): Promise<void> {
  if (grown.bytes > 0) await writeCompressed(readGrown(folder, grown), join(folder, target));
}

export const writeCompressed = (source: Readable, path: string): Promise<void> =>
  pipeline(source, createGzip({ level: 3 }), createWriteStream(path, { mode: 0o600, flush: true }));
