/** Which versions a history holds, as a filter over the collection of versions. */
import type { Filter } from 'mongodb';
import type { HistoryQuery } from '../store.ts';
import type { VersionDocument } from './documents.ts';
import { conditionFor, findCurrent, type Reader } from './search.ts';

const NONE: Filter<VersionDocument> = { _id: { $in: [] } };

export async function historyFilter(reader: Reader, query: HistoryQuery): Promise<Filter<VersionDocument>> {
  const { type, id } = query;
  const conditions: Filter<VersionDocument>[] = [{}];
  if (type !== undefined) conditions.push({ type });
  if (id !== undefined) conditions.push({ id });
  if (query.since !== undefined) conditions.push({ lastUpdated: { $gte: query.since } });
  if (type !== undefined && query.visible) {
    const visible = id === undefined ? await visibleIds(reader, query) : await isVisible(reader, query);
    if (!visible) return NONE;
    if (visible !== true) conditions.push({ id: { $in: visible } });
  }
  if (query.at) conditions.push(await currentAt(reader, query));
  return { $and: conditions };
}

async function isVisible(reader: Reader, { type, id, visible }: HistoryQuery): Promise<boolean> {
  return (await findCurrent(reader, type as string, id as string, visible)) !== undefined;
}

async function visibleIds(reader: Reader, { type, visible }: HistoryQuery): Promise<true | string[]> {
  if (!visible || visible.kind === 'all') return true;
  const condition = await conditionFor(reader, visible);
  const found = await reader.collections.resources
    .find({ $and: [{ type: type as string }, condition] }, { projection: { id: 1 } })
    .toArray();
  return found.map(({ id }) => id);
}

/** Versions that were current at some time of the range: begun before its end, not followed before its start. */
async function currentAt(reader: Reader, { type, id, at }: HistoryQuery): Promise<Filter<VersionDocument>> {
  const { from, to } = at as NonNullable<HistoryQuery['at']>;
  const scope: Filter<VersionDocument> = {
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
  };
  const early = await reader.collections.versions
    .find(
      { ...scope, version: { $gt: 1 }, lastUpdated: { $lte: from } },
      { projection: { type: 1, id: 1, version: 1 } },
    )
    .toArray();
  const followed = early.map((each) => `${each.type}/${each.id}/${each.version - 1}`);
  return { lastUpdated: { $lt: to }, _id: { $nin: followed } };
}
