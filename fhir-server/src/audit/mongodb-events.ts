/** How the audit log lies in MongoDB. */
import type { Collection, MongoClient } from 'mongodb';
import { connect, prepare } from '../mongodb/connect.ts';
import type { StoredAuditRow } from './audit-log.ts';

export interface EventDocument {
  /** The row's auditId: in order of time, so that pages go by it. */
  _id: string;
  /** Whose record it is about, and so on which shard; itself where it is about nobody's, SHARED where about several. */
  rec: string;
  at: number;
  patients: string[];
  action: string;
  interaction: string;
  failed: boolean;
  entity: string;
  agents: string[];
  text: string;
}

export interface BatchDocument {
  /** `stream-n` */
  _id: string;
  stream: string;
  n: number;
  previous: string;
  hash: string;
  texts: string[];
  at: number;
  /** Its rows are not all documents yet: since when. */
  unspread?: number;
  /** Of the stream of writes: how far the store's change log is in here. */
  position?: string;
}

export interface AuditCollections {
  readonly client: MongoClient;
  readonly events: Collection<EventDocument>;
  readonly batches: Collection<BatchDocument>;
}

export const SHARED = '*';

const EVENT_INDEXES = [
  { patients: 1, _id: -1 },
  { agents: 1, _id: -1 },
  { entity: 1, _id: -1 },
] as const;

export async function openAuditCollections(url: string, database: string): Promise<AuditCollections> {
  await prepare(url, (one) => makeIndexes(collectionsOf(one, database)));
  return collectionsOf(await connect(url), database);
}

const collectionsOf = (client: MongoClient, database: string): AuditCollections => ({
  client,
  events: client.db(database).collection('audit_event'),
  batches: client.db(database).collection('audit_batch'),
});

async function makeIndexes({ events, batches }: AuditCollections): Promise<void> {
  for (const key of EVENT_INDEXES) await events.createIndex({ ...key });
  await batches.createIndex({ stream: 1, n: 1 });
  await batches.createIndex({ at: -1 });
  await batches.createIndex({ unspread: 1 });
}

export function documentsOf({ texts }: BatchDocument): EventDocument[] {
  return texts.map((text) => {
    const row = JSON.parse(text) as StoredAuditRow;
    return {
      _id: row.auditId,
      rec: recordOf(row),
      at: row.at,
      patients: [...row.patients],
      action: row.action,
      interaction: row.interaction,
      failed: row.status >= 400,
      entity: `${row.type}/${row.id ?? ''}`,
      agents: [row.subject, row.client, ...(row.fhirUser ? [row.fhirUser] : [])],
      text,
    };
  });
}

function recordOf({ patients, auditId }: StoredAuditRow): string {
  if (patients.length > 1) return SHARED;
  return patients[0] ?? auditId;
}
