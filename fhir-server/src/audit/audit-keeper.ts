/**
 * Sees to it that what was journaled, and what the store wrote, is in the database of the audit log: in a thread of its own where a server answers requests
 * meanwhile (2,000 rows held the thread that answers for 40 to 150 ms), else here.
 */
import { rmSync } from 'node:fs';
import type { ChainReport, Head } from '@wellspring/serving/hash-chain';
import { type NamedRow, openAuditDatabase } from './audit-database.ts';
import {
  type AuditPage,
  type AuditQuery,
  createAuditIds,
  rowOfWrite,
  rowText,
  type StoredAuditRow,
  type WriteSource,
} from './audit-log.ts';
import { createSteadiness, type Tell } from './audit-news.ts';
import { linesOf, setAside } from './journal.ts';

/** How often, and how many at a time, writes are taken over from the store. */
const TAKE_MS = 250;
const TAKEN_AT_ONCE = 1000;

/** Of one thread: rows that several logs of it get in one millisecond are in their order. */
export const auditId = createAuditIds();

/** Plain data, since the keeper may be in another thread. */
export type KeeperJob =
  /** A journal that nobody writes to any more; it is removed when its rows are stored. */
  | { readonly kind: 'store'; readonly file: string; readonly wait: boolean }
  | { readonly kind: 'search'; readonly query: AuditQuery }
  | { readonly kind: 'verify'; readonly anchors: readonly Head[] | undefined }
  | { readonly kind: 'close' };

export interface KeeperAnswer {
  readonly page?: AuditPage;
  readonly report?: ChainReport;
  /** Of `store`: the file is there and can't be read, which says nothing of the next one. */
  readonly unread?: string;
  /** Where its chain ends now. */
  readonly head: Head | undefined;
}

export interface KeeperOptions {
  readonly path: string;
  /** undefined: a log of what is appended alone. */
  readonly source: WriteSource | undefined;
  /** Whether it takes writes over all the time, or only when it is asked. */
  readonly keepsUp: boolean;
  readonly tell: Tell;
}

export interface Keeper {
  /** Rejects where it could not be done: a file stays then, and is asked for again. */
  ask(job: KeeperJob): Promise<KeeperAnswer>;
}

export function openKeeper({ path, source, keepsUp, tell }: KeeperOptions): Keeper {
  const database = openAuditDatabase(path);
  const taken = createSteadiness('writes', tell);

  function store(file: string, wait: boolean): Pick<KeeperAnswer, 'unread'> {
    let lines: string[];
    try {
      lines = linesOf(file);
    } catch (error) {
      return { unread: (error as Error).message };
    }
    const rows = lines.map(rowOf).filter((row) => row !== undefined);
    if (rows.length > 0) database.store(rows, wait);
    if (rows.length === lines.length) rmSync(file, { force: true });
    else tell({ kind: 'damaged', file: setAside(file), lines: lines.length - rows.length });
    return {};
  }

  async function takeAll(from: WriteSource): Promise<void> {
    for (;;) {
      const after = database.taken();
      const { writes, position } = await from.writes(after, TAKEN_AT_ONCE);
      if (position === undefined) return;
      const rows = writes.map((write) => {
        const row = rowOfWrite(write);
        const id = auditId(row.at);
        return { row, id, text: rowText(row, id) };
      });
      database.takeOver(after, rows, position);
    }
  }

  let taking: Promise<void> = Promise.resolve();
  /** Everything that was committed before the call is in the log when it resolves. */
  function takeWrites(): Promise<void> {
    if (!source) return Promise.resolve();
    const next = taking
      .catch(() => undefined)
      .then(() => takeAll(source))
      .then(taken.worked, (error: unknown) => {
        taken.failed(error);
        throw error;
      });
    taking = next;
    return next;
  }
  // What can't be taken now stays in the store, and is taken the next time.
  const often = keepsUp
    ? setInterval(() => void takeWrites().catch(() => undefined), TAKE_MS).unref()
    : undefined;

  async function done(job: KeeperJob): Promise<Omit<KeeperAnswer, 'head'>> {
    switch (job.kind) {
      case 'store':
        return store(job.file, job.wait);
      case 'search':
        await takeWrites();
        return { page: database.search(job.query) };
      case 'verify':
        await takeWrites();
        return { report: database.verify(job.anchors) };
      case 'close':
        clearInterval(often);
        await takeWrites().catch(() => undefined);
        return {};
      default:
        return job satisfies never;
    }
  }

  return {
    async ask(job) {
      const answer = await done(job);
      const head = database.head();
      if (job.kind === 'close') database.close();
      return { ...answer, head };
    },
  };
}

/** undefined: the line is no row. Where a disk lost power, a file can be as long as it was and hold zeros. */
function rowOf(text: string): NamedRow | undefined {
  let row: Partial<StoredAuditRow> | null;
  try {
    row = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { auditId: id, at, patients, type, id: touched, fhirUser } = row ?? {};
  const isRow =
    typeof id === 'string' &&
    Number.isSafeInteger(at) &&
    Array.isArray(patients) &&
    patients.every((patient) => typeof patient === 'string');
  if (!isRow) return undefined;
  const named = {
    ...(typeof type === 'string' && typeof touched === 'string' ? { type, id: touched } : {}),
    ...(typeof fhirUser === 'string' ? { fhirUser } : {}),
  };
  return { row: { at: at as number, patients, ...named }, id, text };
}
