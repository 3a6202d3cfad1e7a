/** Remembers which files a server has, so that a load that was interrupted goes on where it stopped. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

interface LoadedFile {
  /** A resource of the file: when the server does not hold it any more, neither does it hold the file. */
  readonly probe: string;
  readonly resources: number;
}

export interface LoadState {
  get(hash: string): LoadedFile | undefined;
  /** Records a file and writes the state; it is on disk when this resolves. */
  add(hash: string, loaded: LoadedFile): Promise<void>;
}

type Content = Record<string, Record<string, LoadedFile>>;

/** The state of one server; the file holds the states of all servers it was used with. */
export async function openLoadState(file: string, server: string): Promise<LoadState> {
  const content = await readContent(file);
  const files = content[server] ?? {};
  content[server] = files;
  let writing: Promise<void> = Promise.resolve();
  const write = async () => {
    const draft = `${file}.${process.pid}.tmp`;
    await writeFile(draft, JSON.stringify(content, null, 1), { mode: 0o600 });
    await rename(draft, file);
  };
  await mkdir(dirname(file), { recursive: true });
  return {
    get: (hash) => files[hash],
    add(hash, loaded) {
      files[hash] = loaded;
      writing = writing.catch(() => undefined).then(write);
      return writing;
    },
  };
}

/** A state that is missing or broken only costs time: everything is sent again. */
async function readContent(file: string): Promise<Content> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? (content as Content)
      : {};
  } catch {
    return {};
  }
}
