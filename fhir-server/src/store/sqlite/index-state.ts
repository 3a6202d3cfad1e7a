/**
 * Whether the index file may be believed. Nobody waits for the disk to have it: what the kernel holds outlives a killed process, and does not outlive the
 * machine. So the log notes, durably, before the first change to the index, in which run of the machine it is changed; and, when all of it is on the disk,
 * that it is. After a power cut in between, or where the file is another one, it is made anew from the log (remake-index.ts).
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** On the disk, and unchanged since. */
export const CLEAN = 'clean';
/** Being made. */
export const LOST = '';
/** Where runs of the machine can't be told apart, the index is written in order, and may only be behind. */
export const IN_ORDER = 'in order';

export const indexFileOf = (log: string): string => `${log.replace(/\.sqlite$/, '')}-index.sqlite`;

const FILES = ['', '-wal', '-shm'];

/** This run of the machine, and this very file: a copy, or one that was made anew, is another. */
export function identityOf(file: string): string {
  const run = runOfMachine();
  if (run === undefined) return IN_ORDER;
  const { dev, ino } = statSync(file);
  return `${run} ${dev}:${ino} ${metaOf(file)?.token}`;
}

function runOfMachine(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Ask with the log locked. `newest`: the end of the log. */
export function isBelieved(file: string, trusted: string | undefined, newest: number): boolean {
  const meta = metaOf(file);
  if (!meta || trusted === undefined || trusted === LOST) return false;
  if (trusted === CLEAN || trusted === IN_ORDER) return meta.applied === newest;
  return trusted === identityOf(file);
}

interface Meta {
  readonly applied: number;
  readonly token: string;
}

/** undefined: no index is there, or none that can be read. */
function metaOf(file: string): Meta | undefined {
  if (!existsSync(file)) return undefined;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    return db.prepare('SELECT applied, token FROM meta').get() as unknown as Meta | undefined;
  } catch {
    return undefined;
  } finally {
    db?.close();
  }
}

export function removeIndex(file: string): void {
  for (const suffix of FILES) rmSync(`${file}${suffix}`, { force: true });
}

/** Returns when the disk has the file, its write-ahead log too. */
export function syncIndex(file: string): void {
  for (const each of [file, `${file}-wal`].filter((name) => existsSync(name))) {
    const descriptor = openSync(each, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
}
