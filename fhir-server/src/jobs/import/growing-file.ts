/** A file that a job adds lines to, and that whoever goes on after a crash continues from where it was saved: in a file of their own. */
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
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
  if (before && from > 0)
    await pipeline(
      createReadStream(join(folder, before.name), { end: from - 1 }),
      createWriteStream(path, { mode: 0o600 }),
    );
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

/** As a file that is read again, or handed out. */
export async function compressed(folder: string, { name, bytes }: Grown, target: string): Promise<void> {
  const path = join(folder, target);
  if (bytes === 0) return;
  await pipeline(
    createReadStream(join(folder, name), { end: bytes - 1 }),
    createGzip({ level: 3 }),
    createWriteStream(path, { mode: 0o600, flush: true }),
  );
}
