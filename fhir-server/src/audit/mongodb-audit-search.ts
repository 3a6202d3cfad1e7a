/** Pages of the audit log in MongoDB. */
import type { Collection, Filter } from 'mongodb';
import type { AuditPage, AuditQuery, StoredAuditRow } from './audit-log.ts';
import { type EventDocument, SHARED } from './mongodb-events.ts';

/** Milliseconds on the server. */
const MAX_TIME_MS = 10_000;

/** Newest first, by id: those of several processes in one millisecond have an order too, so that no page leaves one out. */
export async function searchEvents(events: Collection<EventDocument>, query: AuditQuery): Promise<AuditPage> {
  const before = query.before === undefined ? {} : { _id: { $lt: query.before } };
  const found = await events
    .find({ $and: [filterOf(query), before] }, { maxTimeMS: MAX_TIME_MS })
    .sort({ _id: -1 })
    .limit(query.count + 1)
    .toArray();
  const shown = found.slice(0, query.count);
  return {
    rows: shown.map(({ text }) => JSON.parse(text) as StoredAuditRow),
    next: found.length > query.count ? shown.at(-1)?._id : undefined,
  };
}

function filterOf(query: AuditQuery): Filter<EventDocument> {
  const { patients, from = 0, to = Number.MAX_SAFE_INTEGER } = query;
  return {
    // With the record, a sharded cluster asks one shard.
    ...(patients ? { rec: { $in: [...patients, SHARED] }, patients: { $in: [...patients] } } : {}),
    ...(query.action === undefined ? {} : { action: query.action }),
    ...(query.interaction === undefined ? {} : { interaction: query.interaction }),
    ...(query.failed === undefined ? {} : { failed: query.failed }),
    ...(query.entity === undefined ? {} : { entity: query.entity }),
    ...(query.agent === undefined ? {} : { agents: query.agent }),
    ...(query.auditId === undefined ? {} : { _id: query.auditId }),
    at: { $gte: from, $lt: to },
  };
}
