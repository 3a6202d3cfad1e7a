/**
 * What is at rest belongs to the account that runs the servers, and to nobody else on the machine: folders 0700, files 0600, whatever the umask, and
 * also where an earlier version, a backup or a copy by hand left them open. On Windows the rights are those of the folder.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, parse } from 'node:path';

export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;
const OTHERS = 0o077;

/** For the whole process, and those it starts: what anybody here writes is private from its first byte. */
export function keepPrivate(): void {
  process.umask(OTHERS);
}

/**
 * Makes the folder where it is missing, and closes it with all that is in it. Links are not followed. Returns what could not be closed (somebody else's
 * files). Throws with one clear line when it is no folder to be closed.
 */
export function closeFolder(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const real = realpathSync(folder);
  // A data folder that is somebody's home, or the whole disk, is a mistake that must not be made worse.
  if (real === homedir() || real === parse(real).root)
    throw new Error(`DATA_DIR: ${folder} holds other things, too; name a folder of its own.`);
  return closeAll(real);
}

function closeAll(path: string): readonly string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return setMode(path, found.mode, FILE_MODE);
  if (!found?.isDirectory()) return [];
  return [
    ...setMode(path, found.mode, FOLDER_MODE),
    ...readdirSync(path).flatMap((name) => closeAll(join(path, name))),
  ];
}

/** Before SQLite opens it: the write-ahead log and its index get the rights that the database has. */
export function closeDatabase(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
  closeSync(openSync(file, 'a', FILE_MODE));
  for (const each of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`])
    if (existsSync(each)) setMode(each, lstatSync(each).mode, FILE_MODE);
}

function setMode(path: string, before: number, mode: number): readonly string[] {
  if ((before & 0o777) === mode || process.platform === 'win32') return [];
  try {
    chmodSync(path, mode);
    return [];
  } catch (error) {
    // Another process took it away meanwhile.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : [path];
  }
}
