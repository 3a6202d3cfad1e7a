/** The embedded store: node:sqlite, WAL, one writer, readers beside it. The default, for one machine. */
import { randomUUID } from 'node:crypto';
import { closeDatabase } from '@wellspring/serving/private-files';
import type { IndexEntries } from '../../search/index-entry.ts';
import {
  type LogEnd,
  type ResourceStore,
  type StoredVersion,
  StoreError,
  type WriteOperation,
  type WriteResult,
} from '../store.ts';
import { codesOf } from './codes-of.ts';
import { ownerPasses } from './compile-condition.ts';
import { isDear, mayTakeLong, planSearch } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { firstLook, LOOK } from './first-look.ts';
import { readHistory } from './history.ts';
import { isIndexed } from './is-indexed.ts';
import type { Answer, Fact, Job } from './jobs.ts';
import { createKeys } from './keys.ts';
import { headOfLong } from './list-head.ts';
import { createNotes } from './notes.ts';
import { readChanges, readCurrent, readVersion, readWrites, scan } from './read.ts';
import { createReaderPool } from './reader-pool.ts';
import { isNameReferredTo, referrersOf } from './referrers.ts';
import { lastLive } from './remake-index.ts';
import { searchPage } from './search-page.ts';
import { ofThemselves } from './themselves.ts';
import { createVersions } from './versions.ts';
import { bodyOf } from './write.ts';
import { type OpenWriter, openWriter } from './writer.ts';
import { joinWriter, startWriterThread } from './writer-link.ts';

/** In this thread (tools), in one of its own, or in the process that started this one (main.ts). */
export type WriterPlace = 'here' | 'thread' | 'parent';

export interface SqliteStoreOptions {
  /** The database file; its folder is made when missing. The index lies beside it. */
  readonly path: string;
  /** Threads for searches that may take long. */
  readonly readers?: number;
  /** Milliseconds that such a search may take. */
  readonly searchDeadlineMs?: number;
  readonly writer?: WriterPlace;
  /** Milliseconds since the epoch; for tests, of a writer that is here. */
  readonly clock?: () => number;
  /** Of a writer in this process: the disk does not sync, and this process must write no more. */
  readonly diskFailed?: ((message: string) => void) | undefined;
}

const REMADE_AT_ONCE = 200;
const WRITE_SOURCE = new URL('./write-source.ts', import.meta.url).href;

export async function openSqliteStore(options: SqliteStoreOptions): Promise<ResourceStore> {
  const { path } = options;
  closeDatabase(path);
  const writer = await openWriterOf(options);
  const reading = openReading(path);
  const readKeys = createKeys(reading);
  const versions = createVersions(reading);
  const pool = createReaderPool({
    path,
    threads: options.readers ?? 2,
    deadlineMs: options.searchDeadlineMs ?? 10_000,
  });
  const snapshot = (): Connection => {
    reading.snapshot();
    return reading;
  };

  async function write(job: Job): Promise<Answer> {
    const outcome = await writer.submit(job);
    // Who is answered reads what they wrote.
    reading.refresh();
    if ('answer' in outcome) return outcome.answer;
    if ('fault' in outcome)
      throw new StoreError(outcome.fault.name, outcome.fault.index, outcome.fault.subject);
    throw new StoreError('unavailable', 0, undefined, { cause: new Error(outcome.failed) });
  }

  async function transact(
    operations: readonly WriteOperation[],
    by: string | undefined,
  ): Promise<readonly WriteResult[]> {
    const facts = (await write({ kind: 'transact', operations, by })) as readonly Fact[];
    return facts.map((fact, i) => withBody(fact, operations[i] as WriteOperation));
  }

  async function remakeIndex(
    entriesOf: (version: StoredVersion) => IndexEntries,
    type?: string,
  ): Promise<void> {
    for (let after = 0; ; ) {
      const resources = lastLive(snapshot(), after, type, REMADE_AT_ONCE, entriesOf);
      const last = resources.at(-1);
      if (!last) break;
      await write({ kind: 'remake', resources });
      after = last.rid;
    }
    if (type === undefined) await write({ kind: 'remade' });
  }

  return {
    supports: { transactions: true, accounts: true },
    read: async (type, id, visible) => readCurrent(snapshot(), readKeys, versions, type, id, visible),
    vread: async (type, id, version, visible) =>
      readVersion(snapshot(), readKeys, versions, type, id, version, visible),
    isReferredTo: async (type, id, by) => isNameReferredTo(snapshot(), type, id, by),
    patientPasses: (patient, where) => {
      snapshot();
      return ownerPasses(readKeys, where, patient);
    },
    referrers: async (type, id, limit) => referrersOf(snapshot(), type, id, limit),
    hold: async (type, id) => {
      const mark = randomUUID();
      await write({ kind: 'hold', name: `${type}/${id}`, mark });
      return { letGo: async () => void (await write({ kind: 'let-go', mark })) };
    },
    history: async (query) => readHistory(snapshot(), readKeys, query),
    search: async ({ granted, ...asked }) => {
      const query = ofThemselves(asked, granted);
      if (isDear(query.where)) return pool.search(asked);
      const plan = planSearch(snapshot(), readKeys, query);
      const isLong = plan !== undefined && mayTakeLong(plan, query === asked ? undefined : LOOK);
      if (!plan || !isLong) return searchPage(query, plan, versions);
      const { rows, rest } = headOfLong(plan) ?? { rows: [], rest: plan };
      const look = rest && firstLook(rest);
      const page = look || !rest ? searchPage(query, look, versions, rows) : undefined;
      return page && (page.next || look === rest) ? page : pool.search(asked);
    },
    codesOf: async (type, param, most) => codesOf(snapshot(), type, param, most),
    transact: async (operations, by) => (operations.length === 0 ? [] : transact(operations, by)),
    changes: async (after, limit, bodiesOf) => readChanges(snapshot(), after, limit, bodiesOf),
    writes: async (after, limit) => readWrites(snapshot(), after, limit),
    ...(options.writer === undefined || options.writer === 'here'
      ? {}
      : { elsewhere: { module: WRITE_SOURCE, file: path } }),
    logEnd: async () => (await write({ kind: 'end' })) as LogEnd,
    scan: async (after, limit) => scan(snapshot(), after, limit),
    walk: (query) => pool.walk(query),
    isIndexed: async (type, id, entries) => isIndexed(snapshot(), readKeys, type, id, entries),
    ...(writer.isIndexLost ? { remakeIndex } : {}),
    ...createNotes(snapshot, async (job) => (await write(job)) as number),
    counts: {},
    ping: async () => {
      reading.statement('SELECT 1').get();
    },
    close: async () => {
      await pool.close();
      reading.close();
      await writer.close();
    },
  };
}

async function openWriterOf({ path, writer, clock, diskFailed }: SqliteStoreOptions): Promise<OpenWriter> {
  if (writer === 'parent') return joinWriter();
  return writer === 'thread' ? startWriterThread(path, diskFailed) : openWriter(path, { clock, diskFailed });
}

/** The writer answers with what it alone knows; the text is here. */
function withBody(fact: Fact, operation: WriteOperation): WriteResult {
  const { version } = fact;
  if (!version || version.method === 'delete' || fact.outcome === 'found') return fact as WriteResult;
  if (operation.kind !== 'create' && operation.kind !== 'update') return fact as WriteResult;
  return {
    ...fact,
    version: { ...version, body: bodyOf(operation.text, version.version, version.lastUpdated) },
  };
}
