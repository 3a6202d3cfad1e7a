/**
 * The audit log in MongoDB. A batch is one document with the texts of its rows, written whole, so that no transaction is needed; its rows are also documents of
 * their own, by which they are searched for. These are made from the batch: what a killed process did not come to is done by the next one that looks.
 */
import { randomBytes } from 'node:crypto';
import { type Head, linkHash } from '@wellspring/serving/hash-chain';
import { createPulse } from '@wellspring/serving/pulse';
import {
  type AuditLog,
  type AuditRow,
  createAuditIds,
  rowOfWrite,
  rowText,
  type WriteSource,
} from './audit-log.ts';
import { createSteadiness, type Tell } from './audit-news.ts';
import { countTogether, type Part, partsOf } from './batch-parts.ts';
import { searchEvents } from './mongodb-audit-search.ts';
import { verifyBatches } from './mongodb-audit-verify.ts';
import { type BatchDocument, documentsOf, openAuditCollections } from './mongodb-events.ts';

export interface MongodbAuditLogOptions {
  readonly source: WriteSource;
  readonly keepsUp: boolean;
  readonly tell?: Tell;
}

interface Waiting extends Part {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How often, and how many at a time, writes are taken over from the store. */
const TAKE_MS = 500;
const TAKEN_AT_ONCE = 1000;
/** The chain of what was written: whoever writes its next batch first has taken these writes. */
const WRITES = 'writes';
/** A batch that was not spread by then is a dead process's. */
const LEFT_MS = 10_000;
/** How long a request waits for its rows to be kept, for each batch of them. */
const APPEND_MS = 4500;
const DUPLICATE_KEY = 11_000;

const isDuplicate = (error: unknown): boolean => (error as { code?: unknown }).code === DUPLICATE_KEY;

/** The id is part of what the chain keeps. */
function textsOf(rows: readonly AuditRow[], auditId: (at: number) => string): string[] {
  return rows.map((row) => rowText(row, auditId(row.at)));
}

/** `options` undefined: a log of what is appended alone. */
export async function openMongodbAuditLog(
  url: string,
  database: string,
  options?: MongodbAuditLogOptions,
): Promise<AuditLog> {
  const { client, events, batches } = await openAuditCollections(url, database);
  const pulse = createPulse(() => new Error('the database of the audit log is silent'));
  client.on('serverHeartbeatSucceeded', pulse.felt);
  const newStream = (): string => randomBytes(6).toString('hex');
  const auditId = createAuditIds();
  let stream = newStream();
  // The chain of this process begins at the end of another's: no whole chain can be taken away unseen.
  const [newest] = await batches.find({}, { projection: { hash: 1 }, sort: { at: -1 }, limit: 1 }).toArray();
  let previous = newest?.hash ?? '';
  let n = 0;
  const waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let spreading: Promise<void> = Promise.resolve();

  /** Everything that waits, as often as there is something: requests that come together share a batch. */
  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const ready = takeSome();
      try {
        const batch = await append(
          textsOf(
            ready.flatMap(({ rows }) => rows),
            auditId,
          ),
        );
        spreadLater(batch);
        for (const { resolve } of ready) resolve();
      } catch (error) {
        for (const { reject } of ready) reject(error);
      }
    }
  }

  function takeSome(): Waiting[] {
    return waiting.splice(0, countTogether(waiting));
  }

  async function append(texts: readonly string[]): Promise<BatchDocument> {
    const batch = batchOf(stream, n + 1, previous, texts);
    try {
      await batches.insertOne(batch);
    } catch (error) {
      // Whether it was kept can't be known: a new chain is begun, so that no link of this one is missing or there twice.
      const isKept = isDuplicate(error) && (await isThere(batch));
      if (!isKept) {
        stream = newStream();
        n = 0;
        throw error;
      }
    }
    n += 1;
    previous = batch.hash;
    return batch;
  }

  /** Where the driver sent it again after a lost answer, to a server that forgets what it was sent before. */
  const isThere = async ({ _id, hash }: BatchDocument): Promise<boolean> =>
    (await batches.findOne({ _id }, { projection: { hash: 1 } }))?.hash === hash;

  async function spread(batch: BatchDocument): Promise<void> {
    if (batch.texts.length > 0) {
      await events.insertMany(documentsOf(batch), { ordered: false }).catch((error: unknown) => {
        // Another process did it, in part or whole.
        if (!isDuplicate(error)) throw error;
      });
    }
    await batches.updateOne({ _id: batch._id }, { $unset: { unspread: '' } });
  }

  /** In order, after the answer: what fails is found again by `spreadLeft`. */
  function spreadLater(batch: BatchDocument): void {
    spreading = spreading.then(() => spread(batch)).catch(() => undefined);
  }

  async function spreadLeft(): Promise<void> {
    const left = batches.find({ unspread: { $lt: Date.now() - LEFT_MS } });
    for await (const batch of left) await spread(batch);
  }

  async function takeAll(source: WriteSource): Promise<void> {
    for (;;) {
      const [last] = await batches.find({ stream: WRITES }, { sort: { n: -1 }, limit: 1 }).toArray();
      const { writes, position } = await source.writes(last?.position, TAKEN_AT_ONCE);
      if (position === undefined) return;
      const end = last?.texts.at(-1);
      const ids = createAuditIds(end && (JSON.parse(end) as { auditId: string }).auditId);
      const texts = textsOf(writes.map(rowOfWrite), ids);
      const batch = {
        ...batchOf(WRITES, (last?.n ?? 0) + 1, last?.hash ?? '', texts),
        position,
      };
      try {
        await batches.insertOne(batch);
      } catch (error) {
        // Another process was quicker.
        if (!isDuplicate(error)) throw error;
        continue;
      }
      taken = { stream: WRITES, n: batch.n, hash: batch.hash };
      await spread(batch);
    }
  }

  let taken: Head | undefined;
  let taking: Promise<void> = Promise.resolve();
  /** What the store's change log has is in this log when it resolves. */
  function takeWrites(): Promise<void> {
    if (!options) return Promise.resolve();
    const { source } = options;
    const next = taking.catch(() => undefined).then(() => takeAll(source));
    taking = next;
    return next;
  }

  async function catchUp(): Promise<void> {
    await writing;
    await spreading;
    await takeWrites();
  }

  const kept = createSteadiness('writes', options?.tell ?? (() => undefined));
  let keeping: Promise<void> | undefined;
  const often = options?.keepsUp
    ? setInterval(() => {
        // What can't be taken now stays in the store, and is taken the next time.
        keeping ??= takeWrites()
          .then(spreadLeft)
          .then(kept.worked, kept.failed)
          .finally(() => {
            keeping = undefined;
          });
      }, TAKE_MS).unref()
    : undefined;
  await spreadLeft();

  return {
    append(rows) {
      if (rows.length === 0) return Promise.resolve();
      const parts = partsOf(rows).map((part) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        waiting.push({ ...part, resolve, reject });
        return promise;
      });
      writing ??= writeAll().finally(() => {
        writing = undefined;
      });
      return pulse.guard(async () => void (await Promise.all(parts)), APPEND_MS * parts.length);
    },
    async search(query) {
      return pulse.guard(async () => {
        await catchUp();
        return searchEvents(events, query);
      });
    },
    async verify(anchors) {
      await catchUp();
      return verifyBatches(batches, events, anchors);
    },
    heads: () => [...(n === 0 ? [] : [{ stream, n, hash: previous }]), ...(taken ? [taken] : [])],
    async close() {
      clearInterval(often);
      await keeping;
      // A database that is away is not waited for: what is not kept yet was never answered for.
      await pulse.guard(catchUp).catch(() => undefined);
      pulse.close();
      await client.close();
    },
  };
}

function batchOf(stream: string, n: number, previous: string, texts: readonly string[]): BatchDocument {
  const at = Date.now();
  return {
    _id: `${stream}-${n}`,
    stream,
    n,
    previous,
    hash: linkHash(stream, n, previous, texts),
    texts: [...texts],
    at,
    unspread: at,
  };
}
