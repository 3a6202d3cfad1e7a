/** AuditEvent is the audit log, read only: https://hl7.org/fhir/R4/auditevent.html. A patient sees the events of their own record. */
import { forbidden, invalid, methodNotAllowed, notFound } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { readCondition } from '../access/read-condition.ts';
import { auditEvent } from '../audit/audit-event.ts';
import type { AuditQuery } from '../audit/audit-log.ts';
import { dateRange } from '../search/date-range.ts';
import { splitPrefix } from '../search/values.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { searchset } from './search.ts';

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

export async function searchAuditEvents(services: Services, request: FhirRequest): Promise<Reply> {
  const shown = visiblePatients(request.access);
  const query = parse(services, request, shown);
  const { rows, next } =
    query.patients?.length === 0 ? { rows: [], next: undefined } : await services.audit.search(query);
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
  const shown = visiblePatients(request.access);
  const { rows } = await services.audit.search({
    auditId: request.id,
    count: 1,
    ...(shown ? { patients: shown } : {}),
  });
  const [row] = rows;
  if (!row) throw notFound('AuditEvent', request.id);
  return {
    status: 200,
    headers: { ETag: 'W/"1"' },
    body: JSON.stringify(auditEvent(row, services.repository.baseUrl, shown)),
  };
}

/** Nobody adds to the log or takes from it by the API. */
export async function refuseAuditWrite(): Promise<Reply> {
  throw methodNotAllowed('GET, HEAD');
}

/** undefined: all. */
function visiblePatients(access: AccessContext): readonly string[] | undefined {
  const condition = readCondition(access, 'AuditEvent', 's');
  if (!condition) throw forbidden("The token's scopes do not allow reading AuditEvent.");
  if (condition.kind === 'all') return undefined;
  return condition.kind === 'owner' ? condition.patients : [];
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
