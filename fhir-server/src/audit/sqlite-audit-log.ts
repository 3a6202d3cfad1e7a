/**
 * The audit log in a file of its own beside the embedded store. Rows of one turn of the event loop are one write to a journal (journal.ts), and
 * a batch in the database within a second, by its keeper (audit-keeper.ts). Reads are kept without waiting for the disk (a killed process loses none, a power
 * cut may lose the last of them); rows with a change or a refusal wait for it.
 */
import { dirname } from 'node:path';
import type { Head } from '@wellspring/serving/hash-chain';
import { auditId, type Keeper, type KeeperAnswer, type KeeperJob, openKeeper } from './audit-keeper.ts';
import { type AuditLog, type AuditRow, rowText, type WriteSource } from './audit-log.ts';
import { createSteadiness, type Tell } from './audit-news.ts';
import { type Journal, letGo, openJournal, takeAbandonedJournals } from './journal.ts';
import { startKeeperThread } from './keeper-link.ts';

/** Rows stay in a journal this long at most, and so many at most, before it is handed over. */
const HELD_MS = 1000;
const MAX_HELD = 2000;
/** With so many journaled and not stored, whoever is to be answered waits for the database, and is refused where it fails. */
const MAX_BEHIND = 20_000;

export interface SqliteAuditLogOptions {
  readonly source: WriteSource;
  readonly keepsUp: boolean;
  readonly tell?: Tell;
}

const textOf = (row: AuditRow): string => rowText(row, auditId(row.at));

interface Waiting {
  readonly rows: readonly AuditRow[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Handed {
  readonly wait: boolean;
  readonly rows: number;
}

const isWeighty = ({ action, status }: AuditRow): boolean =>
  action === 'C' || action === 'U' || action === 'D' || status >= 400;

const ignore = (): void => undefined;

/** `options` undefined: a log of what is appended alone. */
export async function openSqliteAuditLog(path: string, options?: SqliteAuditLogOptions): Promise<AuditLog> {
  const folder = dirname(path);
  const tell = options?.tell ?? ignore;
  const keeper = await keeperOf(path, options, tell).catch((error: Error) => {
    throw new Error(`the audit log in ${path} can't be opened: ${error.message}`, { cause: error });
  });
  const stored = createSteadiness('rows', tell);
  const heads = new Map<string, Head>();
  let waiting: Waiting[] = [];
  let journal: Journal | undefined;
  let held = 0;
  let heldWeighs = false;
  let soon: NodeJS.Timeout | undefined;
  /** Handed over, and not stored yet. */
  const left = new Map<string, Handed>();
  /** Of these, told of once. */
  const unreadable = new Set<string>();
  let storing: Promise<void> = Promise.resolve();
  /** What begins when that has ended; many ask meanwhile, and one is enough for them all. */
  let next: Promise<void> | undefined;
  /** Rows that are journaled, and not stored yet. */
  let behind = 0;
  let isClosed = false;

  async function ask(job: KeeperJob): Promise<KeeperAnswer> {
    const answer = await keeper.ask(job);
    if (answer.head) heads.set(answer.head.stream, answer.head);
    return answer;
  }

  function flush(): void {
    // Whoever closes the log does not wait for the turn to end.
    if (waiting.length === 0) return;
    const ready = waiting;
    waiting = [];
    const refuse = (error: unknown): void => {
      for (const { reject } of ready) reject(error);
    };
    const answer = (): void => {
      for (const { resolve } of ready) resolve();
    };
    try {
      write(ready.flatMap(({ rows }) => rows));
    } catch (error) {
      refuse(error);
      return;
    }
    if (behind < MAX_BEHIND) answer();
    else void handOver().then(answer, refuse);
  }

  function write(rows: readonly AuditRow[]): void {
    const weighs = rows.some(isWeighty);
    journal ??= openJournal(folder);
    journal.append(rows.map(textOf), weighs);
    heldWeighs ||= weighs;
    held += rows.length;
    behind += rows.length;
    if (held >= MAX_HELD) void handOver().catch(ignore);
    else soon ??= setTimeout(() => void handOver().catch(ignore), HELD_MS).unref();
  }

  /** Resolves when all that was journaled before is stored. What can't be stays where it is, and is tried again the next time. */
  async function handOver(): Promise<void> {
    clearTimeout(soon);
    soon = undefined;
    if (journal) {
      left.set(journal.close(), { wait: heldWeighs, rows: held });
      journal = undefined;
      held = 0;
      heldWeighs = false;
    }
    next ??= storing.catch(ignore).then(() => {
      next = undefined;
      storing = storeLeft();
      return storing;
    });
    return next;
  }

  async function storeLeft(): Promise<void> {
    try {
      for (const [file, handed] of left) await storeOne(file, handed);
      stored.worked();
    } catch (error) {
      // Of the database, which would take the others no better.
      stored.failed(error);
      throw error;
    }
  }

  async function storeOne(file: string, { wait, rows }: Handed): Promise<void> {
    const { unread } = await ask({ kind: 'store', file, wait });
    if (unread === undefined) {
      left.delete(file);
      letGo(file);
      behind -= rows;
    } else if (!unreadable.has(file)) {
      unreadable.add(file);
      tell({ kind: 'unread', file, failure: unread });
    }
  }

  /** What a process left that is no more; what it had stored already is not stored twice. */
  function takeAbandoned(): void {
    if (isClosed) return;
    for (const file of takeAbandonedJournals(folder, Date.now())) left.set(file, { wait: true, rows: 0 });
  }

  async function close(): Promise<void> {
    flush();
    isClosed = true;
    await handOver().catch(ignore);
    // What the database did not take stays where it is, and whoever starts next takes it in.
    for (const file of left.keys()) letGo(file);
    await ask({ kind: 'close' });
  }

  takeAbandoned();
  await handOver().catch(ignore);

  return {
    append(rows) {
      if (rows.length === 0) return Promise.resolve();
      if (isClosed) return Promise.reject(new Error('The audit log is closed.'));
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ rows, resolve, reject });
      });
    },
    async search(query) {
      takeAbandoned();
      await handOver();
      const { page } = await ask({ kind: 'search', query });
      return page as NonNullable<typeof page>;
    },
    async verify(anchors) {
      takeAbandoned();
      await handOver();
      const { report } = await ask({ kind: 'verify', anchors });
      return report as NonNullable<typeof report>;
    },
    heads: () => [...heads.values()],
    close,
  };
}

/** In a thread where the store's writes can be read from there. */
async function keeperOf(
  path: string,
  options: SqliteAuditLogOptions | undefined,
  tell: Tell,
): Promise<Keeper> {
  const { source, keepsUp = false } = options ?? {};
  return source?.elsewhere
    ? startKeeperThread({ path, keepsUp, elsewhere: source.elsewhere }, tell)
    : openKeeper({ path, keepsUp, source, tell });
}
