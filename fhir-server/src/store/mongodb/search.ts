/** Reading from MongoDB: one resource, pages in order, counts, chains. */
import type { Filter, Sort } from 'mongodb';
import { createPageRoom, fitting } from '../../page-room.ts';
import type { Cursor, QueryNode, SearchQuery, SortKey } from '../../search/query.ts';
import type { SearchPage, StoredVersion } from '../store.ts';
import { conditionFor, conditionOfOne } from './chains.ts';
import type { Condition } from './compile-condition.ts';
import { type ResourceDocument, sortField, type VersionDocument, WITHOUT_INDEX } from './documents.ts';
import { options, type Reader } from './reader.ts';

export function versionOf(document: ResourceDocument | VersionDocument): StoredVersion {
  const { type, id, version, lastUpdated, method, body } = document;
  return { type, id, version, lastUpdated, method, body: body ?? undefined };
}

/** The newest version, live or deleted, of what satisfies `visible`. */
export async function findCurrent(
  reader: Reader,
  type: string,
  id: string,
  visible?: QueryNode,
): Promise<ResourceDocument | undefined> {
  const name: Condition = { _id: `${type}/${id}` };
  const filter = visible ? { $and: [name, await conditionOfOne(reader, `${type}/${id}`, visible)] } : name;
  const found = await reader.collections.resources.findOne(filter, {
    projection: WITHOUT_INDEX,
    ...options(reader),
  });
  return found ?? undefined;
}

export async function findVersion(
  reader: Reader,
  type: string,
  id: string,
  version: number,
  visible?: QueryNode,
): Promise<StoredVersion | undefined> {
  const current = await findCurrent(reader, type, id, visible);
  if (!current) return undefined;
  if (current.version === version) return versionOf(current);
  const found = await reader.collections.versions.findOne(
    { _id: `${type}/${id}/${version}` },
    options(reader),
  );
  return found ? versionOf(found) : undefined;
}

export async function searchPage(reader: Reader, query: SearchQuery): Promise<SearchPage> {
  const condition = await conditionFor(reader, query.where);
  const live: Condition = { $and: [{ type: query.type, deleted: false }, condition] };
  const found = query.count > 0 ? await pageDocuments(reader, query, live) : [];
  const matches = fitting(
    found.slice(0, query.count).map(({ document }) => versionOf(document)),
    query.room,
  );
  const shown = found.slice(0, matches.length);
  if (query.backward) {
    matches.reverse();
    shown.reverse();
  }
  const positions = shown.map((each) => cursorAt(query.sort, each));
  return {
    matches,
    positions,
    next: found.length > matches.length ? positions.at(query.backward ? 0 : -1) : undefined,
    total: query.total === 'none' ? undefined : await countMatches(reader, live, query.total === 'estimate'),
  };
}

/** Matches that are counted one by one where an estimate is enough; and resources that are drawn for one. */
const COUNTED = 10_000;
const DRAWN = 2000;

export async function countMatches(
  reader: Reader,
  live: Condition,
  isEstimate: boolean,
  counted = COUNTED,
): Promise<number> {
  const { resources } = reader.collections;
  const how = options(reader);
  if (!isEstimate) return resources.countDocuments(live, how);
  const first = await resources.countDocuments(live, { ...how, limit: counted + 1 });
  if (first <= counted) return first;
  const [drawn] = await resources
    .aggregate<{ n: number }>([{ $sample: { size: DRAWN } }, { $match: live }, { $count: 'n' }], how)
    .toArray();
  const all = await resources.estimatedDocumentCount(how);
  return Math.max(first, Math.round(((drawn?.n ?? 0) / Math.min(DRAWN, all)) * all));
}

interface Found {
  readonly document: ResourceDocument;
  readonly stretch: Stretch;
}

/**
 * MongoDB sorts a missing field before every value; FHIR's reader wants it last. So a sort by a parameter is walked in two stretches: first
 * those that have the value, then those that do not.
 */
async function pageDocuments(reader: Reader, query: SearchQuery, live: Condition): Promise<Found[]> {
  const { sort, after } = query;
  const backward = query.backward === true;
  const limit = query.count + 1;
  const found: Found[] = [];
  const takes = createPageRoom(query.room);
  const inOrder = stretches(sort);
  for (const stretch of backward ? inOrder.reverse() : inOrder) {
    if (found.length >= limit) break;
    const place = after ? placeOf(stretch, stretchOf(sort, after)) : 0;
    if (after && (backward ? place > 0 : place < 0)) continue;
    const rest = after && place === 0 ? afterCursor(sort, stretch, after, backward) : {};
    const filter: Filter<ResourceDocument> = { $and: [live, presence(sort, stretch), rest] };
    const page = reader.collections.resources.find(filter, {
      sort: sortOf(sort, stretch, backward),
      limit: limit - found.length,
      projection: WITHOUT_INDEX,
      ...options(reader),
    });
    for await (const document of page) {
      found.push({ document, stretch });
      // The one that there is no room for says that there is more.
      if (!takes(versionOf(document))) return found;
    }
  }
  return found;
}

/** One letter a sort key: `v` = has a value, `m` = has none. Keys that every resource has are always `v`. */
type Stretch = readonly ('v' | 'm')[];

function stretches(sort: readonly SortKey[]): Stretch[] {
  let all: Stretch[] = [[]];
  for (const key of sort) {
    const letters: readonly ('v' | 'm')[] = key.by === 'param' ? ['v', 'm'] : ['v'];
    all = all.flatMap((stretch) => letters.map((letter) => [...stretch, letter]));
  }
  return all;
}

const stretchOf = (sort: readonly SortKey[], cursor: Cursor): string =>
  sort.map((_, i) => (cursor[i] === null ? 'm' : 'v')).join('');

/** `v…` stretches come before `m…` ones, key by key: less than 0 where the stretch comes before that of the cursor. */
function placeOf(stretch: Stretch, cursor: string): number {
  const order = (letters: string): string => letters.replaceAll('v', '0').replaceAll('m', '1');
  return order(stretch.join('')).localeCompare(order(cursor));
}

function fieldOf(key: SortKey): string {
  if (key.by === 'mainDate') return 'd';
  if (key.by === 'lastUpdated') return 'lastUpdated';
  if (key.by === 'id') return 'id';
  const isRange = key.family === 'date' || key.family === 'number' || key.family === 'quantity';
  return `o.${sortField(key.param)}.${key.descending && !isRange ? 'z' : key.descending ? 'z' : 'a'}`;
}

function presence(sort: readonly SortKey[], stretch: Stretch): Filter<ResourceDocument> {
  const conditions = sort.flatMap((key, i) => (key.by === 'param' ? [present(key, stretch[i] === 'v')] : []));
  return conditions.length === 0 ? {} : { $and: conditions as Filter<ResourceDocument>[] };
}

function present(key: Extract<SortKey, { by: 'param' }>, isThere: boolean): Condition {
  const field = { [fieldOf(key)]: { $exists: isThere } };
  if (key.unless === undefined) return field;
  return isThere ? { ...field, p: { $ne: key.unless } } : { $or: [field, { p: key.unless }] };
}

/** What has no value in spite of its field stands by that nowhere. */
function sortOf(sort: readonly SortKey[], stretch: Stretch, backward: boolean): Sort {
  const by: Record<string, 1 | -1> = {};
  const counting = sort.filter((key, i) => stretch[i] === 'v' || key.by !== 'param' || !key.unless);
  for (const key of counting) by[fieldOf(key)] = key.descending !== backward ? -1 : 1;
  by._id = backward ? -1 : 1;
  return by;
}

const NOTHING: Filter<ResourceDocument> = { _id: { $in: [] } };

function afterCursor(
  sort: readonly SortKey[],
  stretch: Stretch,
  cursor: Cursor,
  backward: boolean,
): Filter<ResourceDocument> {
  const alternatives: Filter<ResourceDocument>[] = [];
  const equal: Filter<ResourceDocument>[] = [];
  sort.forEach((key, i) => {
    if (stretch[i] === 'm') return;
    const field = fieldOf(key);
    const beyond = key.descending !== backward ? '$lt' : '$gt';
    alternatives.push({ $and: [...equal, { [field]: { [beyond]: cursor[i] } }] } as Filter<ResourceDocument>);
    equal.push({ [field]: cursor[i] } as Filter<ResourceDocument>);
  });
  const tie = cursor.at(-1) as string | null;
  if (tie === '') alternatives.push({ $and: [{}, ...equal] });
  else if (tie !== null)
    alternatives.push({ $and: [...equal, { _id: { [backward ? '$lt' : '$gt']: tie } }] });
  if (alternatives.length === 0) return NOTHING;
  return { $or: alternatives };
}

function cursorAt(sort: readonly SortKey[], { document, stretch }: Found): Cursor {
  const values = sort.map((key, i) => (stretch[i] === 'm' ? null : valueAt(document, fieldOf(key))));
  return [...values, document._id];
}

function valueAt(document: ResourceDocument, field: string): string | number | null {
  const parts = field.split('.');
  // Parameter names may hold a dash or a colon, never a dot: the path has one or three parts.
  const value =
    parts.length === 1
      ? document[field as 'd' | 'lastUpdated' | 'id']
      : document.o[parts[1] as string]?.[parts[2] as 'a' | 'z'];
  return value ?? null;
}
