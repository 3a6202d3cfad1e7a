/**
 * Versions in order: histories, and the change log. The newest version of a resource lies in one collection, those before it in another; both
 * are read in the same order and merged. A version that moves between the two readings is seen twice and kept once: the newest are read first.
 */
import type { Document, Filter } from 'mongodb';
import { fitting, PAGE_ROOM } from '../../page-room.ts';
import type { Cursor } from '../../search/query.ts';
import type { AccountedWrites, Change, HistoryPage, HistoryQuery } from '../store.ts';
import { conditionFor } from './chains.ts';
import { type ResourceDocument, type VersionDocument, WITHOUT_INDEX } from './documents.ts';
import { options, type Reader } from './reader.ts';
import { findCurrent, versionOf } from './search.ts';

type Either = ResourceDocument | VersionDocument;

/** Conditions of what both collections hold. */
interface Where {
  readonly current: Filter<ResourceDocument>;
  readonly former: Filter<VersionDocument>;
}

/** A version's place: newest first by time, then by name, then by number. The change log is the same order backwards. */
interface Place {
  readonly time: number;
  readonly name: string;
  readonly version: number;
}

const nameOf = ({ type, id }: Either): string => `${type}/${id}`;

const placeOf = (document: Either): Place => ({
  time: document.lastUpdated,
  name: nameOf(document),
  version: document.version,
});

/** Code units, as the database compares them: names are ASCII. */
const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const newestFirst = (a: Place, b: Place): number =>
  b.time - a.time || compareNames(a.name, b.name) || b.version - a.version;

/** Versions that come after a place in the order, or before it. */
function beyond(name: '_id' | 'name', place: Place, newestFirstOrder: boolean): Document {
  const [older, later] = newestFirstOrder ? ['$lt', '$gt'] : ['$gt', '$lt'];
  const { time, version } = place;
  return {
    $or: [
      { lastUpdated: { [older as string]: time } },
      { lastUpdated: time, [name]: { [later as string]: place.name } },
      { lastUpdated: time, [name]: place.name, version: { [older as string]: version } },
    ],
  };
}

async function merged(
  { collections, ...reader }: Reader,
  where: Where,
  limit: number,
  newest: boolean,
  withBodies = true,
): Promise<Either[]> {
  const bodies = withBodies ? {} : { body: 0 };
  const direction = newest ? 1 : -1;
  const current = await collections.resources
    .find(where.current, {
      projection: { ...WITHOUT_INDEX, ...bodies },
      limit,
      ...options({ collections, ...reader }),
    })
    .sort({ lastUpdated: -direction as 1 | -1, _id: direction })
    .toArray();
  const former = await collections.versions
    .find(where.former, { projection: bodies, limit, ...options({ collections, ...reader }) })
    .sort({ lastUpdated: -direction as 1 | -1, name: direction, version: -direction as 1 | -1 })
    .toArray();
  const each = new Map<string, Either>();
  for (const document of [...current, ...former])
    each.set(`${nameOf(document)}/${document.version}`, document);
  return [...each.values()].sort((a, b) => direction * newestFirst(placeOf(a), placeOf(b))).slice(0, limit);
}

/** The history of a type or of the system, or of one resource: in that one, the numbers are the same order. */
export async function readHistory(reader: Reader, query: HistoryQuery): Promise<HistoryPage> {
  const scope = await scopeOf(reader, query);
  if (!scope) return { versions: [], positions: [], next: undefined, total: 0 };
  const after = query.after && placeAt(query.after);
  const isForward = !query.backward;
  const page: Where = after
    ? {
        current: { $and: [scope.current, beyond('_id', after, isForward)] },
        former: { $and: [scope.former, beyond('name', after, isForward)] },
      }
    : scope;
  const found = await merged(reader, page, query.count + 1, isForward);
  const { resources, versions } = reader.collections;
  const total =
    (await resources.countDocuments(scope.current, options(reader))) +
    (await versions.countDocuments(scope.former, options(reader)));
  const versionsShown = fitting(found.slice(0, query.count).map(versionOf), query.room);
  const positions = found.slice(0, versionsShown.length).map((each) => cursorAt(placeOf(each)));
  const next = found.length > versionsShown.length ? positions.at(-1) : undefined;
  if (isForward) return { versions: versionsShown, positions, next, total };
  return { versions: versionsShown.reverse(), positions: positions.reverse(), next, total };
}

const cursorAt = ({ time, name, version }: Place): Cursor => [time, name, version];

const placeAt = ([time, name, version]: Cursor): Place => ({
  time: Number(time),
  name: String(name),
  version: Number(version),
});

/** undefined: nothing of it may be seen. */
async function scopeOf(reader: Reader, query: HistoryQuery): Promise<Where | undefined> {
  const { type, id, since, at } = query;
  const common: Document = {};
  if (type !== undefined) common.type = type;
  if (since !== undefined) common.lastUpdated = { $gte: since };
  if (at) common.lastUpdated = { ...common.lastUpdated, $lt: at.to };
  let current: Filter<ResourceDocument> = { ...common };
  // Current at some time of the range: begun before its end, not followed before its start.
  let former: Filter<VersionDocument> = { ...common, ...(at ? { until: { $gt: at.from } } : {}) };
  if (id !== undefined) {
    if (!(await findCurrent(reader, type as string, id, query.visible))) return undefined;
    current = { ...current, _id: `${type}/${id}` };
    former = { ...former, name: `${type}/${id}` };
  } else if (query.visible && query.visible.kind !== 'all') {
    const condition = await conditionFor(reader, query.visible);
    const found = await reader.collections.resources
      .find({ $and: [{ type: type as string }, condition] }, { projection: { _id: 1 }, ...options(reader) })
      .toArray();
    const names = found.map(({ _id }) => _id);
    current = { ...current, _id: { $in: names } };
    former = { ...former, name: { $in: names } };
  }
  return { current, former };
}

const FIRST: Place = { time: 0, name: '', version: 0 };

/** `time`, or `time:Type/id:version`. */
function placeOfPosition(position: string | undefined): Place {
  if (position === undefined) return FIRST;
  const [time, name = '', version = '0'] = position.split(':');
  return { time: Number(time), name, version: Number(version) };
}

/** Nothing at this time or later: what has it comes after this position. */
export const positionBefore = (time: number): string => String(time);

/** What comes after a position, up to where nothing can come any more. */
async function readLog(
  reader: Reader,
  after: string | undefined,
  limit: number,
  watermark: number,
  withBodies: boolean,
): Promise<Either[]> {
  const place = placeOfPosition(after);
  const from = (name: '_id' | 'name'): Document =>
    place.name === '' ? { lastUpdated: { $gte: place.time } } : beyond(name, place, false);
  const before = { lastUpdated: { $lt: watermark } };
  return merged(
    reader,
    { current: { $and: [before, from('_id')] }, former: { $and: [before, from('name')] } },
    limit,
    false,
    withBodies,
  );
}

function positionOf(document: Either): string {
  const { time, name, version } = placeOf(document);
  return `${time}:${name}:${version}`;
}

type LogQuery = [reader: Reader, after: string | undefined, limit: number, watermark: number];

export async function readChanges(...query: LogQuery): Promise<Change[]> {
  const found = await readLog(...query, true);
  const changes = found.map((document) => ({ ...versionOf(document), position: positionOf(document) }));
  return fitting(changes, PAGE_ROOM);
}

export async function readWrites(...query: LogQuery): Promise<AccountedWrites> {
  const found = await readLog(...query, false);
  const last = found.at(-1);
  return {
    writes: found.flatMap(({ type, id, version, lastUpdated, method, own, told, by }) =>
      by === null ? [] : [{ type, id, version, lastUpdated, method, patients: told ?? own, by }],
    ),
    position: last && positionOf(last),
  };
}
