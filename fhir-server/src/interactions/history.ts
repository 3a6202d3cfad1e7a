/** https://hl7.org/fhir/R4/http.html#history: of an instance, a type, the system. */
import { invalid, placeOfParameter } from '@wellspring/profiles';
import { dateRange } from '../search/date-range.ts';
import { type PagePlace, placesBeside, placeText } from '../search/page-place.ts';
import { CURSOR, parseSearch } from '../search/parse-search.ts';
import type { StoredVersion } from '../store/store.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { etag } from './version-reply.ts';

export async function historyInstance(services: Services, request: FhirRequest): Promise<Reply> {
  return history(services, request, { type: request.type, id: request.id }, `${request.type}/${request.id}`);
}

export async function historyType(services: Services, request: FhirRequest): Promise<Reply> {
  return history(services, request, { type: request.type }, request.type);
}

export async function historySystem(services: Services, request: FhirRequest): Promise<Reply> {
  return history(services, request, {}, '');
}

async function history(
  services: Services,
  request: FhirRequest,
  scope: { readonly type?: string; readonly id?: string },
  path: string,
): Promise<Reply> {
  const { since, at, rest } = takeTimes(request.query);
  // The paging parameters read as those of a search.
  const paging = parseSearch(
    { baseUrl: services.repository.baseUrl, now: services.now, limits: services.limits, lenient: false },
    'Basic',
    rest,
  );
  const page = await services.repository.history(request.access, {
    ...scope,
    // The store gives pages; a page of nothing is a question for the number, as in a search.
    count: Math.max(1, paging.count),
    ...(since === undefined ? {} : { since }),
    ...(at ? { at } : {}),
    ...(paging.after ? { after: paging.after } : {}),
    backward: paging.backward,
  });
  const { baseUrl } = services.repository;
  const own = request.query.filter(([name]) => name !== CURSOR);
  const url = (query: readonly [string, string][]): string => {
    const text = new URLSearchParams(query).toString();
    return `${baseUrl}${path === '' ? '' : `/${path}`}/_history${text === '' ? '' : `?${text}`}`;
  };
  const toPage = (relation: string, place: PagePlace | undefined) =>
    place ? [{ relation, url: url([...own, [CURSOR, placeText(place)]]) }] : [];
  const { previous, next } = placesBeside(paging, page);
  const links = [
    { relation: 'self', url: url(own) },
    ...(paging.count === 0 ? [] : [...toPage('previous', previous), ...toPage('next', next)]),
  ];
  const entries = paging.count === 0 ? [] : page.versions.map((version) => entryText(baseUrl, version));
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  const total = page.total === undefined ? '' : `"total":${page.total},`;
  const body = `{"resourceType":"Bundle","type":"history",${total}"link":${JSON.stringify(links)}${list}}`;
  return { status: 200, headers: {}, body };
}

const NOTHING_ELSE = 'History takes _count, _since, _at and nothing else; it has the newest first.';
const TAKEN: ReadonlySet<string> = new Set(['_count', '_total', '_format', '_pretty', CURSOR]);

/** What changes nothing about a history may be said of it. */
const isTaken = (name: string, value: string): boolean =>
  TAKEN.has(name) ||
  (name === '_sort' && value === '-_lastUpdated') ||
  (name === '_summary' && value === 'false');

function takeTimes(query: FhirRequest['query']) {
  let since: number | undefined;
  let at: { from: number; to: number } | undefined;
  const rest: [string, string][] = [];
  for (const [name, value] of query) {
    if (name !== '_since' && name !== '_at') {
      if (!isTaken(name, value)) throw invalid(NOTHING_ELSE, placeOfParameter(name));
      rest.push([name, value]);
      continue;
    }
    const range = dateRange(value);
    if (!range) throw invalid(`'${name}' takes a date or an instant.`, placeOfParameter(name));
    if ((name === '_since' ? since : at) !== undefined)
      throw invalid(`'${name}' is given twice.`, placeOfParameter(name));
    if (name === '_since') since = range.low;
    else at = { from: range.low, to: range.high };
  }
  return { since, at, rest };
}

const VERBS = {
  create: ['POST', '201'],
  'update-create': ['PUT', '201'],
  update: ['PUT', '200'],
  delete: ['DELETE', '204'],
} as const;

/** What this server names by itself. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Before it was kept whether a first version came by POST or by PUT, only the id tells: nobody but the client names its resource otherwise. */
function verbOf({ method, id }: StoredVersion): (typeof VERBS)[keyof typeof VERBS] {
  return VERBS[method === 'create' && !UUID.test(id) ? 'update-create' : method];
}

function entryText(baseUrl: string, version: StoredVersion): string {
  const [method, status] = verbOf(version);
  const name = `${version.type}/${version.id}`;
  const resource = version.body === undefined ? '' : `"resource":${version.body},`;
  const request = { method, url: method === 'POST' ? version.type : name };
  const response = { status, etag: etag(version), lastModified: new Date(version.lastUpdated).toISOString() };
  return `{"fullUrl":"${baseUrl}/${name}",${resource}"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`;
}
