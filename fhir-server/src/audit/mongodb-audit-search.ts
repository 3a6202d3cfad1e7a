/** Pages of the audit log in MongoDB. */
import type { Collection, Filter } from 'mongodb';
import type { AuditFilter, AuditPage, AuditQuery, StoredAuditRow } from './audit-log.ts';
import { type EventDocument, SHARED } from './mongodb-events.ts';

/** Milliseconds on the server. */
const MAX_TIME_MS = 10_000;

/** By id: those of several processes in one millisecond have an order too, so that no page leaves one out. */
export async function searchEvents(events: Collection<EventDocument>, query: AuditQuery): Promise<AuditPage> {
  const { after, ascending, count } = query;
  const beyond = after === undefined ? {} : { _id: ascending ? { $gt: after } : { $lt: after } };
  const found = await events
    .find({ $and: [...filtersOf(query), beyond] }, { maxTimeMS: MAX_TIME_MS })
    .sort({ _id: ascending ? 1 : -1 })
    .limit(count + 1)
    .toArray();
  const shown = found.slice(0, count);
  return {
    rows: shown.map(({ text }) => JSON.parse(text) as StoredAuditRow),
    next: found.length > count ? shown.at(-1)?._id : undefined,
  };
}

function filtersOf(filter: AuditFilter): Filter<EventDocument>[] {
  const { patients, from = 0, to = Number.MAX_SAFE_INTEGER, failed, named = [], notBy, auditIds } = filter;
  return [
    { at: { $gte: from, $lt: to } },
    // With the record, a sharded cluster asks one shard.
    ...(patients ? [{ rec: { $in: [...patients, SHARED] }, patients: { $in: [...patients] } }] : []),
    ...among('action', filter.actions),
    ...among('interaction', filter.interactions),
    ...(failed === undefined ? [] : [{ failed }]),
    ...named.map(namesOneOf),
    ...(notBy ? [{ agents: { $nin: [...notBy] } }] : []),
    ...among('_id', auditIds),
  ];
}

const among = (
  field: 'action' | 'interaction' | '_id',
  values: readonly string[] | undefined,
): Filter<EventDocument>[] => (values ? [{ [field]: { $in: [...values] } }] : []);

function namesOneOf(names: readonly string[]): Filter<EventDocument> {
  const list = [...names];
  const patients = list.flatMap((name) =>
    name.startsWith('Patient/') ? [name.slice('Patient/'.length)] : [],
  );
  return { $or: [{ patients: { $in: patients } }, { entity: { $in: list } }, { agents: { $in: list } }] };
}
