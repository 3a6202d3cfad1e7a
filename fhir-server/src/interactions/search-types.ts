/** Searches of several types at once: of the system, of a compartment (https://hl7.org/fhir/R4/http.html#search). */
import { forbidden, invalid, isResourceType, placeOfParameter, searchParameter } from '@wellspring/profiles';
import { readCondition } from '../access/read-condition.ts';
import { createBreath } from '../breath.ts';
import { fitting, PAGE_ROOM } from '../page-room.ts';
import { mayLeadTo } from '../search/canonicals.ts';
import { once, type SearchRequest } from '../search/parse-search.ts';
import { and, type Cursor, type QueryNode } from '../search/query.ts';
import { listOf } from '../search/query-parameters.ts';
import type { SearchPage } from '../store/store.ts';
import { pageWithIncludes } from './page-with-includes.ts';
import { parse, passedOver } from './parse.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { bundle } from './searchset.ts';

/** `condition`: what of a type is looked at; undefined: nothing. */
export async function searchTypes(
  services: Services,
  request: FhirRequest,
  all: readonly string[],
  path: string,
  condition: (type: string) => QueryNode | undefined,
): Promise<Reply> {
  const types = searchedTypes(request, all);
  const query = request.query.filter(([name]) => name !== '_type');
  const searches: SearchRequest[] = [];
  const breath = createBreath();
  for (const type of types) {
    await breath();
    const asked = await parse(services, request, type, query, types);
    searches.push({ ...asked, where: and(asked.where, condition(type) ?? { kind: 'none' }) });
  }
  const [first] = searches as [SearchRequest];
  const isSorted = query.some(([name]) => name === '_sort');
  const asked = {
    ...first,
    includes: once(searches.flatMap(({ includes }) => includes)),
    revincludes: once(searches.flatMap(({ revincludes }) => revincludes)),
  };
  const page = await pageWithIncludes(services, request.access, asked, () =>
    (isSorted ? mergedPage : pageOver)(services, request, searches, first),
  );
  const typeParameter = request.query.filter(([name]) => name === '_type');
  const applied = [...typeParameter, ...first.applied];
  return bundle(services, { ...first, applied }, path, page, [...first.ignored, ...passedOver(request)]);
}

function searchedTypes(request: FhirRequest, all: readonly string[]): readonly string[] {
  // The audit log is no part of a record or a system search: it is asked by its own name.
  const readable = askedTypes(request, all).filter(
    (type) => type !== 'AuditEvent' && readCondition(request.access, type, 's'),
  );
  if (readable.length === 0) throw forbidden("The token's scopes do not allow this search.");
  // `_has` finds only what its reference can lead to.
  const types = readable.filter((type) => request.query.every(([name]) => mayHave(type, name)));
  if (types.length === 0)
    throw invalid('_has: the parameter refers to none of these types.', placeOfParameter('_has'));
  return types;
}

function mayHave(type: string, name: string): boolean {
  const [kind, source = '', code = ''] = name.split(':');
  const parameter = kind === '_has' ? searchParameter(source, code) : undefined;
  return parameter?.type !== 'reference' || mayLeadTo(parameter, type);
}

function askedTypes(request: FhirRequest, all: readonly string[]): readonly string[] {
  const lists = request.query.filter(([name]) => name === '_type');
  const given = [...new Set(lists.flatMap(([, value]) => listOf('_type', value)))];
  const unknown = given.find((type) => !isResourceType(type));
  if (unknown !== undefined)
    throw invalid(
      `'_type': '${unknown.slice(0, 64)}' is not a resource type of R4.`,
      placeOfParameter('_type'),
    );
  const refused = given.find((type) => !readCondition(request.access, type, 's'));
  if (refused !== undefined) throw forbidden(`The token's scopes do not allow reading ${refused}.`);
  return given.length === 0 ? all : all.filter((type) => given.includes(type));
}

type Paging = Pick<SearchRequest, 'count' | 'after' | 'backward' | 'total'>;

/** One type after the other, in the order of the list; a cursor says at which type it is, and where there. */
export async function pageOver(
  services: Services,
  request: FhirRequest,
  searches: readonly SearchRequest[],
  { count, after: place, backward, total: totalKind }: Paging,
): Promise<SearchPage> {
  const [start, ...inner] = place ?? [0];
  const first = typeAt(searches, start);
  const found: Found[] = [];
  let isMore = false;
  let room = PAGE_ROOM;
  let total = totalKind === 'none' ? undefined : 0;
  const indexes = [...searches.keys()];
  const breath = createBreath();
  for (const i of backward ? indexes.reverse() : indexes) {
    // The page is full, and nobody asks how many there are: the others need not be looked at.
    if (isMore && total === undefined) break;
    await breath();
    const each = { ...(searches[i] as SearchRequest), after: undefined, backward: false };
    const isGiven = backward ? i > first : i < first;
    const isFull = found.length === count || (found.length > 0 && room <= 0);
    if (isGiven || isMore || isFull) {
      if (total !== undefined) total += (await only(services, request, each, 0)).total ?? 0;
      isMore ||= !isGiven && count > 0 && (await isAnything(services, request, each));
      continue;
    }
    const after = i === first && inner.length > 0 ? inner : undefined;
    const page = await only(services, request, { ...each, after, backward }, count - found.length, room);
    if (total !== undefined) total += page.total ?? 0;
    // The first of a page is taken whatever its length, and no other.
    if (found.length > 0 && lengthOf(page.matches.at(backward ? -1 : 0)) > room) {
      isMore = true;
      continue;
    }
    for (const match of page.matches) room -= lengthOf(match);
    const matches = page.matches.map((match, j) => ({ match, at: [i, ...(page.positions[j] as Cursor)] }));
    if (backward) found.unshift(...matches);
    else found.push(...matches);
    isMore = page.next !== undefined;
  }
  return pageOf(found, isMore, backward, total);
}

const lengthOf = (match: Found['match'] | undefined): number => match?.body?.length ?? 0;

const only = (
  services: Services,
  { access }: FhirRequest,
  search: SearchRequest,
  count: number,
  room?: number,
): Promise<SearchPage> =>
  services.repository.search(access, { ...search, count, ...(room === undefined ? {} : { room }) });

/** Whether there is a page beyond: not shown, so not told to the audit log. */
async function isAnything(
  { repository }: Services,
  { access }: FhirRequest,
  { type, where }: SearchRequest,
): Promise<boolean> {
  return (await repository.find(access, type, where, 1)).length > 0;
}

interface Found {
  readonly match: SearchPage['matches'][number];
  readonly at: Cursor;
}

function pageOf(
  found: readonly Found[],
  isMore: boolean,
  backward: boolean,
  total: number | undefined,
): SearchPage {
  const positions = found.map(({ at }) => at);
  return {
    matches: found.map(({ match }) => match),
    positions,
    next: isMore ? positions.at(backward ? 0 : -1) : undefined,
    total,
  };
}

function typeAt(searches: readonly SearchRequest[], index: Cursor[number] | undefined): number {
  if (typeof index === 'number' && searches[index]) return index;
  throw invalid('The page link is damaged; start the search again.');
}

/** All types in one order, by the values of `_sort`; equals by type, and in a type as the store has them. */
async function mergedPage(
  services: Services,
  request: FhirRequest,
  searches: readonly SearchRequest[],
  { count, after, backward }: Paging,
): Promise<SearchPage> {
  const [at, ...place] = after ?? [0];
  const pivot = typeAt(searches, at);
  const keys = (searches[0] as SearchRequest).sort;
  const found: (Found & { readonly place: number; readonly isLast: boolean })[] = [];
  let isMore = false;
  let total: number | undefined;
  const breath = createBreath();
  for (const [i, each] of searches.entries()) {
    await breath();
    const page = await services.repository.search(request.access, {
      ...each,
      after: after ? placeIn(i - pivot, place, backward) : undefined,
      backward,
      count,
      room: Math.floor(PAGE_ROOM / searches.length),
    });
    isMore ||= page.next !== undefined;
    if (page.total !== undefined) total = (total ?? 0) + page.total;
    const last = page.next && page.matches.at(backward ? 0 : -1);
    for (const [j, match] of page.matches.entries())
      found.push({
        match,
        at: [i, ...(page.positions[j] as Cursor)],
        place: j,
        isLast: match === last,
      });
  }
  const sorted = found.toSorted(
    (a, b) => byKeys(keys, a.at, b.at) || (a.at[0] as number) - (b.at[0] as number) || a.place - b.place,
  );
  // What comes after the last that was read of a type may belong before what was read of another.
  const end = backward
    ? sorted.findLastIndex(({ isLast }) => isLast)
    : sorted.findIndex(({ isLast }) => isLast);
  const known = end === -1 ? sorted : backward ? sorted.slice(end) : sorted.slice(0, end + 1);
  const inTurn = (backward ? known.toReversed() : known).slice(0, count);
  const room = fitting(
    inTurn.map(({ match }) => match),
    PAGE_ROOM,
  ).length;
  const taken = inTurn.slice(0, room);
  const shown = backward ? taken.toReversed() : taken;
  return pageOf(shown, isMore || sorted.length > shown.length, backward, total);
}

/** The place of another type's match, for a type so many places later in the list: what is equal to it comes after it there, or has come. */
function placeIn(later: number, place: Cursor, backward: boolean): Cursor {
  if (later === 0) return place;
  const isAhead = later > 0 !== backward;
  return [...place.slice(0, -1), isAhead ? '' : null];
}

/** As the stores sort: nothing last, whichever way. */
function byKeys(keys: SearchRequest['sort'], a: Cursor, b: Cursor): number {
  for (const [i, { descending }] of keys.entries()) {
    const [left, right] = [a[i + 1] ?? null, b[i + 1] ?? null];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}
