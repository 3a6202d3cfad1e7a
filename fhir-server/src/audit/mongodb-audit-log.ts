/** The audit log in MongoDB: a document for each batch, written whole with majority and journal, so that no transaction is needed. */
import { randomBytes } from 'node:crypto';
import { type Collection, type Filter, MongoClient } from 'mongodb';
import {
  type AuditLog,
  type AuditPage,
  type AuditQuery,
  type AuditRow,
  auditId,
  batchHash,
  checkBatches,
  type StoredAuditRow,
} from './audit-log.ts';

interface EventDocument {
  _id: string;
  /** Orders pages: milliseconds, and a number that tells those of one millisecond apart. */
  seq: number;
  at: number;
  patients: string[];
  action: string;
  interaction: string;
  failed: boolean;
  entity: string;
  agents: string[];
  text: string;
}

interface BatchDocument {
  _id: string;
  stream: string;
  n: number;
  previous: string;
  hash: string;
  texts: string[];
  at: number;
}

export async function openMongodbAuditLog(url: string, database: string): Promise<AuditLog> {
  const client = await new MongoClient(url, {
    writeConcern: { w: 'majority', j: true },
    serverSelectionTimeoutMS: 5000,
  }).connect();
  const events: Collection<EventDocument> = client.db(database).collection('audit_event');
  const batches: Collection<BatchDocument> = client.db(database).collection('audit_batch');
  for (const key of [
    { seq: -1 },
    { patients: 1, seq: -1 },
    { agents: 1, seq: -1 },
    { entity: 1, seq: -1 },
  ] as const)
    await events.createIndex(key as Record<string, 1 | -1>);
  await batches.createIndex({ stream: 1, n: 1 });
  const newStream = (): string => randomBytes(6).toString('hex');
  let stream = newStream();
  const [newest] = await batches.find().sort({ at: -1 }).limit(1).toArray();
  let previous = newest?.hash ?? '';
  let n = 0;
  let lastSeq = 0;
  let last: Promise<unknown> = Promise.resolve();

  function documentOf(id: string, row: AuditRow, text: string): EventDocument {
    lastSeq = Math.max(lastSeq + 1, row.at * 1000);
    return {
      _id: id,
      seq: lastSeq,
      at: row.at,
      patients: [...row.patients],
      action: row.action,
      interaction: row.interaction,
      failed: row.status >= 400,
      entity: `${row.type}/${row.id ?? ''}`,
      agents: [row.subject, row.client, ...(row.fhirUser ? [row.fhirUser] : [])],
      text,
    };
  }

  async function write(rows: readonly AuditRow[]): Promise<void> {
    const ids = rows.map(({ at }) => auditId(at));
    const texts = rows.map((row, i) => JSON.stringify({ ...row, auditId: ids[i] }));
    const hash = batchHash(stream, n + 1, previous, texts);
    const next = n + 1;
    try {
      await batches.insertOne({
        _id: `${stream}-${next}`,
        stream,
        n: next,
        previous,
        hash,
        texts,
        at: Date.now(),
      });
    } catch (error) {
      // Whether it was kept can't be known: a new chain is begun, so that no link of this one is missing or there twice.
      stream = newStream();
      n = 0;
      throw error;
    }
    n = next;
    previous = hash;
    await events.insertMany(rows.map((row, i) => documentOf(ids[i] as string, row, texts[i] as string)));
  }

  return {
    append(rows) {
      if (rows.length === 0) return Promise.resolve();
      const next = last.then(() => write(rows));
      last = next.catch(() => undefined);
      return next;
    },
    search: (query) => search(events, query),
    async verify() {
      const found = await batches.find().sort({ stream: 1, n: 1 }).toArray();
      return checkBatches(found);
    },
    async close() {
      await last;
      await client.close();
    },
  };
}

async function search(events: Collection<EventDocument>, query: AuditQuery): Promise<AuditPage> {
  const before = query.before === undefined ? undefined : await events.findOne({ _id: query.before });
  const filter: Filter<EventDocument> = {
    ...(query.patients ? { patients: { $in: [...query.patients] } } : {}),
    ...(before ? { seq: { $lt: before.seq } } : {}),
    ...(query.action === undefined ? {} : { action: query.action }),
    ...(query.interaction === undefined ? {} : { interaction: query.interaction }),
    ...(query.failed === undefined ? {} : { failed: query.failed }),
    ...(query.entity === undefined ? {} : { entity: query.entity }),
    ...(query.agent === undefined ? {} : { agents: query.agent }),
    ...(query.auditId === undefined ? {} : { _id: query.auditId }),
    at: { $gte: query.from ?? 0, $lt: query.to ?? Number.MAX_SAFE_INTEGER },
  };
  const found = await events
    .find(filter)
    .sort({ seq: -1 })
    .limit(query.count + 1)
    .toArray();
  const shown = found.slice(0, query.count);
  return {
    rows: shown.map(({ text }) => JSON.parse(text) as StoredAuditRow),
    next: found.length > query.count ? shown.at(-1)?._id : undefined,
  };
}
