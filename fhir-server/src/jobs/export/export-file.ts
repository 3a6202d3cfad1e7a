/** One file of an export: lines in, gzip out, on the disk when it is closed. What is not closed is nobody's yet. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface ExportFile {
  /** Resources that were exported. */
  readonly count: number;
  /** Characters so far. */
  readonly size: number;
  /** `resources`: how many of the lines are such. */
  write(lines: readonly string[], resources: number): Promise<void>;
  /** Bytes on the disk, and as text. */
  close(): Promise<{ bytes: number; size: number }>;
}

/** The place of an answer that others wait for is not taken for a tenth fewer bytes. */
const LEVEL = 3;

export function createExportFile(path: string): ExportFile {
  const gzip = createGzip({ level: LEVEL });
  const target = createWriteStream(path, { flags: 'w', mode: 0o600, flush: true });
  const written = pipeline(gzip, target);
  // Told when it is written to or closed.
  written.catch(() => undefined);
  let count = 0;
  let size = 0;
  return {
    get count() {
      return count;
    },
    get size() {
      return size;
    },
    async write(lines, resources) {
      if (lines.length === 0) return;
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      count += resources;
      size += bytes.length;
      if (!gzip.write(bytes)) await Promise.race([once(gzip, 'drain'), written]);
    },
    async close() {
      gzip.end();
      await written;
      return { bytes: target.bytesWritten, size };
    },
  };
}
