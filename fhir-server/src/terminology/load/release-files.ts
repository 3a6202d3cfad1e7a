/** The files of a release: of a folder, a zip archive as it is published, or one file alone. Read as streams; no name in an archive becomes a path. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl from 'yauzl';
import { ReleaseError } from './release.ts';

export interface ReleaseFiles {
  /** What it was called, for what only a file's name says. */
  readonly name: string;
  /** With slashes, below the folder or the archive. */
  readonly names: readonly string[];
  open(name: string): Promise<Readable>;
}

export async function openReleaseFiles(path: string): Promise<ReleaseFiles> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new ReleaseError(`${path} is not there.`);
  const name = basename(path);
  if (stats.isDirectory()) {
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).map((each) =>
      each.replaceAll('\\', '/'),
    );
    return { name, names, open: async (each) => createReadStream(join(path, each)) };
  }
  if (!name.toLowerCase().endsWith('.zip'))
    return { name, names: [name], open: async () => createReadStream(path) };
  return zipFiles(path, name);
}

const openZip = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open);

async function zipFiles(path: string, name: string): Promise<ReleaseFiles> {
  const zip = await openZip(path, { lazyEntries: true, autoClose: false }).catch((error: Error) => {
    throw new ReleaseError(`${path} is not a zip archive that can be read: ${error.message}.`);
  });
  const entries = new Map<string, yauzl.Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('end', resolve);
    zip.on('error', reject);
    zip.readEntry();
  });
  const open = promisify(
    zip.openReadStream.bind(zip) as (
      entry: yauzl.Entry,
      done: (error: Error | null, stream: Readable) => void,
    ) => void,
  );
  return {
    name,
    names: [...entries.keys()],
    open: (each) => open(entries.get(each) as yauzl.Entry) as Promise<Readable>,
  };
}

/** The one file whose name fits; several: the first by name. */
export function nameOf({ names }: ReleaseFiles, pattern: RegExp): string | undefined {
  return names.filter((each) => pattern.test(each)).sort()[0];
}

/** Lines without their ends, and without a byte-order mark. */
export async function* linesOf(files: ReleaseFiles, name: string): AsyncGenerator<string> {
  const input = await files.open(name);
  let isFirst = true;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield isFirst ? line.replace(/^\uFEFF/, '') : line;
    isFirst = false;
  }
}
