/** AuditEvent is the audit log, read only: https://hl7.org/fhir/R4/auditevent.html. A patient sees the events of their own record. */
import { invalid, methodNotAllowed, notFound, tooCostly } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { auditPatients } from '../access/audit-reach.ts';
import { isKept } from '../access/labels.ts';
import { auditEvent } from '../audit/audit-event.ts';
import type { AuditPage, AuditQuery, StoredAuditRow } from '../audit/audit-log.ts';
import { dateRange } from '../search/date-range.ts';
import { splitPrefix } from '../search/values.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { searchset } from './searchset.ts';

/** What can be searched by; the CapabilityStatement says the same. */
export const AUDIT_PARAMETERS = [
  { name: '_id', type: 'token' },
  { name: 'patient', type: 'reference' },
  { name: 'entity', type: 'reference' },
  { name: 'agent', type: 'reference' },
  { name: 'date', type: 'date' },
  { name: 'action', type: 'token' },
  { name: 'subtype', type: 'token' },
  { name: 'outcome', type: 'token' },
] as const;

const CURSOR = '_cursor';

/** Looked at for one page, where most are not shown: so many rows at a time, and so often. */
const ROWS = 200;
const ROUNDS = 50;

export async function searchAuditEvents(services: Services, request: FhirRequest): Promise<Reply> {
  const shown = auditPatients(request.access);
  const query = parse(services, request, shown);
  const { rows, next } = await shownPage(services, request.access, query, shown);
  const { baseUrl } = services.repository;
  const entries = rows.map((row) => {
    const resource = JSON.stringify(auditEvent(row, baseUrl, shown));
    return `{"fullUrl":"${baseUrl}/AuditEvent/${row.auditId}","resource":${resource},"search":{"mode":"match"}}`;
  });
  const own = request.query.filter(([name]) => name !== CURSOR);
  const url = (more: readonly [string, string][]): string =>
    `${baseUrl}/AuditEvent?${new URLSearchParams([...own, ...more])}`;
  const links = [{ relation: 'self', url: url([]) }];
  if (next !== undefined) links.push({ relation: 'next', url: url([[CURSOR, next]]) });
  return { status: 200, headers: {}, body: searchset(undefined, links, entries) };
}

export async function readAuditEvent(services: Services, request: FhirRequest): Promise<Reply> {
  const shown = auditPatients(request.access);
  const { rows } = await services.audit.search({
    auditId: request.id,
    count: 1,
    ...(shown ? { patients: shown } : {}),
  });
  const [row] = rows;
  if (!row || !(await isShown(services, request.access, row, shown)))
    throw notFound('AuditEvent', request.id);
  return {
    status: 200,
    headers: { ETag: 'W/"1"' },
    body: JSON.stringify(auditEvent(row, services.repository.baseUrl, shown)),
  };
}

/** Pages end with an event that is shown: the others are not told by their places either. */
async function shownPage(
  services: Services,
  access: AccessContext,
  query: AuditQuery,
  shown: readonly string[] | undefined,
): Promise<AuditPage> {
  if (query.patients?.length === 0) return { rows: [], next: undefined };
  if (shown === undefined) return services.audit.search(query);
  const isRowShown = remembered((row) => isShown(services, access, row, shown));
  const found: StoredAuditRow[] = [];
  let before = query.before;
  for (let round = 0; round < ROUNDS; round++) {
    const page = await services.audit.search({ ...query, count: ROWS, ...(before ? { before } : {}) });
    for (const row of page.rows) {
      if (!(await isRowShown(row))) continue;
      found.push(row);
      if (found.length > query.count)
        return { rows: found.slice(0, query.count), next: found[query.count - 1]?.auditId };
    }
    if (page.next === undefined) return { rows: found, next: undefined };
    before = page.next;
  }
  throw tooCostly('Too many events would have to be looked at: ask for a date.');
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
  { repository }: Services,
  access: AccessContext,
  { type, id, version, labels }: StoredAuditRow,
  shown: readonly string[] | undefined,
): Promise<boolean> {
  if (shown === undefined) return true;
  if (labels && isKept(labels, access, shown)) return false;
  if (id === undefined || (type === 'Patient' && shown.includes(id))) return true;
  return repository.sees(access, { type, id, version });
}

/** Nobody adds to the log or takes from it by the API. */
export async function refuseAuditWrite(): Promise<Reply> {
  throw methodNotAllowed('GET, HEAD');
}

function parse(services: Services, { query }: FhirRequest, shown: readonly string[] | undefined): AuditQuery {
  let found: AuditQuery = { count: services.limits.defaultCount, ...(shown ? { patients: shown } : {}) };
  for (const [name, value] of query) found = { ...found, ...parameter(services, name, value, shown) };
  return found;
}

function parameter(
  services: Services,
  name: string,
  value: string,
  shown: readonly string[] | undefined,
): Partial<AuditQuery> {
  const code = value.slice(value.indexOf('|') + 1);
  switch (name) {
    case '_format':
    case '_pretty':
      return {};
    case '_sort':
      if (value === '-date') return {};
      throw invalid("AuditEvents are sorted by '-date' only.");
    case '_count':
      if (!/^\d{1,6}$/.test(value)) throw invalid("'_count' takes a whole number.");
      return { count: Math.max(1, Math.min(Number(value), services.limits.maxCount)) };
    case CURSOR:
      if (!/^[0-9a-f-]{36}$/.test(value)) throw invalid('The page link is damaged; start the search again.');
      return { before: value };
    case '_id':
      return { auditId: value };
    case 'patient': {
      const id = relative(services, value).replace(/^Patient\//, '');
      return { patients: shown && !shown.includes(id) ? [] : [id] };
    }
    case 'entity':
      return { entity: relative(services, value) };
    case 'agent':
      return { agent: relative(services, value) };
    case 'action':
      return { action: code };
    case 'subtype':
      return { interaction: code };
    case 'outcome':
      return { failed: code !== '0' };
    case 'date':
      return dates(value);
    default:
      throw invalid(`'${name.slice(0, 64)}' is not a search parameter of AuditEvent here.`);
  }
}

const relative = (services: Services, value: string): string =>
  value.startsWith(`${services.repository.baseUrl}/`)
    ? value.slice(services.repository.baseUrl.length + 1)
    : value;

function dates(value: string): Partial<AuditQuery> {
  const { test, rest } = splitPrefix(value);
  const range = dateRange(rest);
  if (!range) throw invalid("'date' takes a date: YYYY, YYYY-MM, YYYY-MM-DD or a date and time.");
  if (test === 'eq') return { from: range.low, to: range.high };
  if (test === 'ge') return { from: range.low };
  if (test === 'gt' || test === 'sa') return { from: range.high };
  if (test === 'le') return { to: range.high };
  if (test === 'lt' || test === 'eb') return { to: range.low };
  throw invalid(`'date': the prefix ${test} is not supported here.`);
}
