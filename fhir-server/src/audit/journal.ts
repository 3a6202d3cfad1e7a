/**
 * Audit rows on their way into the database: a file of this process, a line a row. One `write` for all rows of a turn costs a twentieth of a
 * commit, and what is written outlives the process. A moment later the file is closed and handed over as a whole to whoever stores it
 * (audit-keeper.ts), and the next rows go into another; what a killed process left is taken in by the next one that starts.
 */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Journal {
  /** Kept when it returns; with `wait` also by the disk. */
  append(lines: readonly string[], wait: boolean): void;
  /**
   * Nothing is written any more: the kernel gives the file's number to other files. Gives the file back, which stays this process's until it is let go: another
   * than it was begun with, where somebody took that one away meanwhile. Where that fails, it stays open.
   */
  close(): string;
}

/** Files that this process has open, or has to see stored. */
const own = new Set<string>();

const NAME = /^audit-journal-(\d+)-[0-9a-f]+\.ndjson$/;
/** A process that lives has its files stored far more often. */
const ABANDONED_MS = 10_000;
const PRIVATE = 0o600;

export function openJournal(folder: string): Journal {
  const file = nameOf(folder);
  const fd = openSync(file, 'a+', PRIVATE);
  own.add(file);
  let size = 0;
  let isClosed = false;
  const checkOpen = (): void => {
    if (isClosed) throw new Error('The audit journal is closed.');
  };
  return {
    append(lines, wait) {
      checkOpen();
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      try {
        // Unlike writeSync, it goes on until all is written.
        appendFileSync(fd, bytes);
        if (wait) fsyncSync(fd);
      } catch (error) {
        // Part of a line would spoil the next one.
        ftruncateSync(fd, size);
        throw error;
      }
      size += bytes.length;
    },
    close() {
      checkOpen();
      const handed = isAt(file, fd) ? file : writtenAnew(folder, file, fd, size);
      isClosed = true;
      closeSync(fd);
      return handed;
    },
  };
}

const isAt = (file: string, fd: number): boolean =>
  statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;

/**
 * A process that can't see this one (of another container on the same volume) takes its journal for a dead one's, stores what is in it and removes it, and would
 * miss what came afterwards. Rows that it stored already are not stored twice.
 */
function writtenAnew(folder: string, taken: string, fd: number, size: number): string {
  const bytes = Buffer.alloc(size);
  readSync(fd, bytes, 0, size, 0);
  const file = nameOf(folder);
  writeFileSync(file, bytes, { mode: PRIVATE, flush: true });
  own.delete(taken);
  own.add(file);
  return file;
}

/** Of a name that nobody takes for a journal: it is for whoever administers to look at. */
export function setAside(file: string): string {
  const aside = `${file}.damaged`;
  renameSync(file, aside);
  return aside;
}

/** It is stored, or left to the next process. */
export function letGo(file: string): void {
  own.delete(file);
}

/** Its whole lines: one that was cut off was never answered for. None where another process has taken the file. */
export function linesOf(file: string): string[] {
  try {
    const text = readFileSync(file, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Files that processes left which are no more. They are this process's now: each is handed out to one process only. */
export function takeAbandonedJournals(folder: string, now: number): string[] {
  return readdirSync(folder).flatMap((name) => {
    const pid = Number(NAME.exec(name)?.[1]);
    if (Number.isNaN(pid) || !isAbandoned(join(folder, name), pid, now)) return [];
    return claimed(folder, name) ?? [];
  });
}

/** Its new name, by which it is this process's; undefined where another was quicker. */
function claimed(folder: string, name: string): string | undefined {
  const file = nameOf(folder);
  try {
    renameSync(join(folder, name), file);
    own.add(file);
    return file;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const nameOf = (folder: string): string =>
  join(folder, `audit-journal-${process.pid}-${randomBytes(4).toString('hex')}.ndjson`);

function isAbandoned(file: string, pid: number, now: number): boolean {
  if (own.has(file)) return false;
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return false;
  const { size, mtimeMs } = found;
  if (pid !== process.pid && isAlive(pid)) return size > 0 && now - mtimeMs > ABANDONED_MS;
  // With this process's number, but not its own: of a process before it that had the same number.
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
