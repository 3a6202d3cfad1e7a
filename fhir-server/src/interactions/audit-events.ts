/**
 * The audit log as AuditEvent: read and search. Whoever may read everything of the type sees all; a patient sees the events of their own record. A search means what
 * it means of any other type: the log is asked for what may match (audit-filter.ts), and what it gives is held against the query as the reader sees it.
 */
import {
  invalid,
  methodNotAllowed,
  notFound,
  tooCostly,
  tookTooLong,
  unavailable,
} from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { auditPatients } from '../access/audit-reach.ts';
import { consentCondition } from '../access/consent-condition.ts';
import { isKept, labelTokens } from '../access/labels.ts';
import { auditEvent } from '../audit/audit-event.ts';
import type { AuditFilter, StoredAuditRow } from '../audit/audit-log.ts';
import { createBreath } from '../breath.ts';
import { indexEntries } from '../search/index-entries.ts';
import type { SearchRequest } from '../search/parse-search.ts';
import { and, type QueryNode } from '../search/query.ts';
import { asksWords, foreignNodes, parametersOf, satisfies } from '../search/satisfies.ts';
import type { SearchPage, StoredVersion } from '../store/store.ts';
import { auditFilter } from './audit-filter.ts';
import { parse, passedOver } from './parse.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { bundle, plainPage } from './searchset.ts';

/** Rows looked at for one answer, so many at a time at first, */
const ROWS = 200;
/** and up to so many while nothing is found: each time, the embedded log looks at all that is of this record, to give the next of them in their order. */
const MOST_AT_ONCE = 2000;
const GROWTH = 3;
const MOST_ROWS = 100_000;
/** For how many there are, of whoever is shown the events of one record: each is looked at. */
const MOST_COUNTED = 20_000;
/** Whoever looks through the log takes turns with the others who do. */
const breath = createBreath();

export async function searchAuditEvents(services: Services, request: FhirRequest): Promise<Reply> {
  // Whoever may not read the log is told that (403), whatever they ask of it.
  auditPatients(request.access);
  const asked = await parse(services, request, 'AuditEvent', request.query);
  checkAsked(asked);
  const look = lookOf(services, request, asked.where);
  const page = await pageOf(look, asked);
  return bundle(services, asked, 'AuditEvent', plainPage(asked, page), [
    ...asked.ignored,
    ...passedOver(request),
  ]);
}

export async function readAuditEvent(services: Services, request: FhirRequest): Promise<Reply> {
  const look = lookOf(services, request, { kind: 'all' });
  const [event] = await found(look, { auditIds: [request.id] }, false, undefined, 1);
  if (!event) throw notFound('AuditEvent', request.id);
  return { status: 200, headers: { ETag: 'W/"1"' }, body: event.body };
}

/** What can't be told from an event alone, and orders that the log does not have. */
function checkAsked({ where, sort, includes, revincludes }: SearchRequest): void {
  if (foreignNodes(where).length > 0)
    throw invalid('The audit log follows no references: ask without chains, _has and _list.');
  if (includes.length > 0 || revincludes.length > 0)
    throw invalid('Nothing is included with events of the audit log.');
  const [first, ...others] = sort;
  if ((first?.by !== 'mainDate' && first?.by !== 'lastUpdated') || others.length > 0)
    throw invalid("AuditEvents are sorted by 'date', '-date', '_lastUpdated' or '-_lastUpdated'.");
}

/** Whose eyes look for what. */
interface Look {
  readonly services: Services;
  readonly access: AccessContext;
  /** Patients whose events are shown; undefined = all. */
  readonly shown: readonly string[] | undefined;
  readonly where: QueryNode;
  /** Parameters that it is told by; undefined: by the words of the whole. */
  readonly told: ReadonlySet<string> | undefined;
  /** By `performance.now`: a log of years is looked through for no longer. */
  readonly until: number;
}

function lookOf(services: Services, { access }: Pick<FhirRequest, 'access'>, asked: QueryNode): Look {
  const shown = auditPatients(access);
  const where = withoutOwn(asked, shown);
  const told = asksWords(where) ? undefined : new Set(parametersOf(where));
  return { services, access, shown, where, told, until: performance.now() + services.limits.searchMs };
}

interface Event extends StoredVersion {
  readonly body: string;
}

/** Whoever is shown the events of one record need not have each held against that it is of that record. */
function withoutOwn(where: QueryNode, shown: readonly string[] | undefined): QueryNode {
  const [only, ...others] = shown ?? [];
  if (only === undefined || others.length > 0) return where;
  const conjuncts = where.kind === 'and' ? where.nodes : [where];
  const isOwn = (node: QueryNode): boolean =>
    node.kind === 'reference' && node.param === 'patient' && node.targets.includes(`Patient/${only}`);
  return and(...conjuncts.filter((node) => !isOwn(node)));
}

async function pageOf(look: Look, asked: SearchRequest): Promise<SearchPage> {
  const filter = auditFilter(look.where, look.shown);
  const total = asked.total === 'none' ? undefined : await totalOf(look, filter, asked);
  const isUp = asked.sort[0]?.descending === asked.backward;
  const events = asked.count === 0 ? [] : await found(look, filter, isUp, placeOf(asked), asked.count + 1);
  const matches = events.slice(0, asked.count);
  if (asked.backward) matches.reverse();
  const positions = matches.map(({ id }) => [id]);
  const next = events.length > matches.length ? positions.at(asked.backward ? 0 : -1) : undefined;
  return { matches, positions, next, total };
}

function placeOf({ after, rest }: SearchRequest): string | undefined {
  const [id] = after ?? [];
  if (rest || (after && !/^[0-9a-f-]{36}$/.test(String(id))))
    throw invalid('The page link is damaged; start the search again.');
  return after && String(id);
}

/** undefined: there are more than are looked at for it. */
async function totalOf(
  look: Look,
  filter: AuditFilter,
  { count }: SearchRequest,
): Promise<number | undefined> {
  let total = 0;
  const most = look.shown === undefined ? MOST_ROWS : MOST_COUNTED;
  for await (const row of rowsOf(look, filter, { most, count: ROWS })) {
    if (row) total += 1;
    else if (count === 0 || look.shown === undefined) throw tooMany();
    else return undefined;
  }
  return total;
}

const NARROWER = 'ask for a date, a patient, or who did it (agent)';
const tooMany = () => tooCostly(`Too many events would have to be looked at: ${NARROWER}.`);

/** `limit` events at most that match and are shown: of the others not even their places are told. */
async function found(
  look: Look,
  filter: AuditFilter,
  ascending: boolean,
  after: string | undefined,
  limit: number,
): Promise<Event[]> {
  const events: Event[] = [];
  const count = limit < ROWS && look.shown === undefined && look.where.kind === 'all' ? limit : ROWS;
  for await (const row of rowsOf(look, filter, { most: MOST_ROWS, count, ascending, after })) {
    if (!row) throw tooMany();
    events.push(eventOf(look, row));
    if (events.length === limit) break;
  }
  return events;
}

/** Those that match and are shown, `count` asked for at a time; at last undefined, where there may be more than `most` rows tell. */
async function* rowsOf(
  look: Look,
  filter: AuditFilter,
  {
    most,
    count,
    ascending = false,
    after,
  }: { most: number; count: number; ascending?: boolean; after?: string | undefined },
): AsyncGenerator<StoredAuditRow | undefined> {
  if (filter.patients?.length === 0) return;
  const isRowShown = remembered((row) => isShown(look, row));
  let place = after;
  let next = count;
  for (let seen = 0; seen < most; ) {
    if (performance.now() > look.until) throw tookTooLong(NARROWER);
    const asked = Math.min(next, most - seen);
    const page = await look.services.audit
      .search({ ...filter, ascending, count: asked, ...(place ? { after: place } : {}) })
      .catch((error: unknown) => {
        throw unavailable('The audit log can not be read.', error);
      });
    for (const row of page.rows) {
      if (isMatch(look, row) && (await isRowShown(row))) yield row;
      await breath();
    }
    if (page.next === undefined) return;
    place = page.next;
    seen += asked;
    next = Math.min(asked * GROWTH, MOST_AT_ONCE);
  }
  yield undefined;
}

/** The event as the reader sees it. */
function eventOf({ services, shown }: Look, row: StoredAuditRow): Event {
  const body = JSON.stringify(auditEvent(row, services.repository.baseUrl, shown));
  return { type: 'AuditEvent', id: row.auditId, version: 1, lastUpdated: row.at, method: 'create', body };
}

/** Whether that is what is asked for. */
function isMatch({ services, shown, where, told }: Look, row: StoredAuditRow): boolean {
  if (where.kind === 'all') return true;
  const resource = auditEvent(row, services.repository.baseUrl, shown) as { resourceType: string };
  const examined = () => ({
    type: 'AuditEvent',
    id: row.auditId,
    lastUpdated: row.at,
    entries: indexEntries(resource, [], told),
  });
  return satisfies(where, examined(), () => false);
}

/** Most events of a page are of the same few resources. */
function remembered(
  ask: (row: StoredAuditRow) => Promise<boolean>,
): (row: StoredAuditRow) => Promise<boolean> {
  const told = new Map<string, Promise<boolean>>();
  return (row) => {
    const key = JSON.stringify([row.type, row.id, row.version, row.labels]);
    const answer = told.get(key) ?? ask(row);
    told.set(key, answer);
    return answer;
  };
}

/** X11: an event of a resource is as the resource itself. What the event says of the Patient is for whoever may see their events. */
async function isShown(
  { services, access, shown }: Look,
  { type, id, version, labels }: StoredAuditRow,
): Promise<boolean> {
  if (shown === undefined) return true;
  if (labels && isKept(labels, access, shown)) return false;
  if (id === undefined && isDenied(access, type, shown, labels)) return false;
  if (id === undefined || (type === 'Patient' && shown.includes(id))) return true;
  return services.repository.sees(access, { type, id, version });
}

/** By what binds the reader, Consents and the rules of age, as far as it can be told of what was found: its type, whose it is, its labels. */
function isDenied(
  { consents }: AccessContext,
  type: string,
  patients: readonly string[],
  labels: readonly string[] = [],
): boolean {
  if (!consents) return false;
  const entries = { ...indexEntries({ resourceType: type }, patients), tokens: labelTokens(labels) };
  return !satisfies(consentCondition(consents, type), { type, id: '', entries }, () => false);
}

/** Nobody adds to the log or takes from it by the API. */
export const noAuditWrite = () => methodNotAllowed('GET, HEAD');

export async function refuseAuditWrite(): Promise<Reply> {
  throw noAuditWrite();
}
