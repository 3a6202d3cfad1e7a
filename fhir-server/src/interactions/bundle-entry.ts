/** Entries of a batch or transaction Bundle: read, checked and named (https://hl7.org/fhir/R4/http.html#transaction). */
import { FhirError, inEntry, invalid, isObject, pointedAt, tooCostly } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { isPatientLevel } from '../access/read-condition.ts';
import { type JsonLimits, jsonOf } from '../repository/text/read-json.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { queryParameters } from '../search/query-parameters.ts';
import { givenQuery } from './query.ts';
import type { FhirRequest, Patch, Reply, Services } from './request.ts';
import { findRoute, type MatchedRoute } from './routes.ts';
import { decodedPath } from './url-text.ts';
import { MOST_ADVISED } from './write-advice.ts';

export interface Entry {
  readonly index: number;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly type: string;
  /** undefined for searches, creates and conditional URLs. */
  readonly id: string | undefined;
  readonly route: MatchedRoute;
  readonly query: string;
  readonly fullUrl: string | undefined;
  readonly resource: ResourceJson | undefined;
  readonly patch: Patch | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneExist: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
}

type Json = Record<string, unknown>;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Of a patient's token: a record is read with a few dozen. */
const MAX_OF_PATIENTS = 1000;

export const mostEntries = ({ limits }: Pick<Services, 'limits'>, access: AccessContext): number =>
  isPatientLevel(access) ? Math.min(MAX_OF_PATIENTS, limits.maxEntries) : limits.maxEntries;

/** The Bundle's own shape is checked here; the resources inside by the repository, entry by entry. */
export function parseEntries(
  services: Services,
  request: FhirRequest,
): { kind: 'batch' | 'transaction'; entries: unknown[] } {
  const { resource } = request;
  if (resource?.resourceType !== 'Bundle') throw invalid('The body must be a Bundle.', 'Bundle.resourceType');
  if (resource.type !== 'batch' && resource.type !== 'transaction') {
    throw invalid("The Bundle's type must be batch or transaction.", 'Bundle.type');
  }
  const entries = resource.entry ?? [];
  if (!Array.isArray(entries)) throw invalid('entry must be an array.', 'Bundle.entry');
  const most = mostEntries(services, request.access);
  if (entries.length > most) throw tooCostly(`A Bundle may have ${most} entries at most.`);
  return { kind: resource.type, entries };
}

/** Errors name the entry. */
export function parseEntry(services: Services, value: unknown, index: number): Entry {
  try {
    return readEntry(services, value, index);
  } catch (error) {
    throw error instanceof FhirError ? inEntry(error, index) : error;
  }
}

function readEntry(services: Services, value: unknown, index: number): Entry {
  const at = `Bundle.entry[${index}]`;
  if (!isObject(value)) throw invalid('An entry must be an object.', at);
  const { request, resource, fullUrl } = value;
  if (!isObject(request)) throw invalid('An entry needs a request.', `${at}.request`);
  const { method } = request;
  if (typeof method !== 'string' || !METHODS.has(method))
    throw invalid('The method is not one of FHIR.', `${at}.request.method`);
  const url = request.url ?? impliedUrl(method, resource);
  if (typeof url !== 'string') throw invalid('The url is missing.', `${at}.request.url`);
  if (fullUrl !== undefined && typeof fullUrl !== 'string')
    throw invalid('fullUrl must be a string.', `${at}.fullUrl`);
  const place = parseUrl(services, method, url, at);
  const needsBody = place.route.body === 'resource';
  if (needsBody && (!isObject(resource) || typeof resource.resourceType !== 'string')) {
    throw invalid('This entry needs a resource.', `${at}.resource`);
  }
  if (needsBody && (resource as Json).resourceType !== place.type) {
    throw invalid(
      `The url says ${place.type}; the resource is of another type.`,
      `${at}.resource.resourceType`,
    );
  }
  return {
    index,
    method: method as Entry['method'],
    ...place,
    fullUrl: fullUrl as string | undefined,
    resource: needsBody ? (resource as ResourceJson) : givenTo(place.route, resource, at),
    patch: place.route.body === 'patch' ? readPatch(resource, at) : undefined,
    ifMatch: text(request.ifMatch),
    ifNoneExist: text(request.ifNoneExist),
    ifNoneMatch: text(request.ifNoneMatch),
    ifModifiedSince: text(request.ifModifiedSince),
  };
}

/** What an operation is given, if anything. A search by POST has no form in a Bundle: what it asks stands in its url. */
function givenTo({ body }: MatchedRoute, resource: unknown, at: string): ResourceJson | undefined {
  if (resource === undefined || (body !== 'optional' && body !== 'form')) return undefined;
  if (body === 'form')
    throw invalid('The parameters of a search stand in the url of its entry.', `${at}.resource`);
  if (!isObject(resource) || typeof resource.resourceType !== 'string')
    throw invalid('What an operation is given is a resource.', `${at}.resource`);
  return resource as ResourceJson;
}

/** HAPI's Java client (`transaction().withResources(…)`) leaves it to the resource where it is created, or written under its id. */
function impliedUrl(method: string, resource: unknown): string | undefined {
  if (!isObject(resource)) return undefined;
  const { resourceType: type, id } = resource;
  if (typeof type !== 'string') return undefined;
  if (method === 'POST') return type;
  return method === 'PUT' && typeof id === 'string' ? `${type}/${id}` : undefined;
}

/** As much as a JSON Patch may do, and more. */
const PATCH: JsonLimits = { values: 50_000 };

/** A FHIRPath Patch stands in the entry as it is, a JSON Patch inside a Binary (https://hl7.org/fhir/R4/http.html#patch). */
function readPatch(resource: unknown, at: string): Patch {
  if (isObject(resource) && resource.resourceType === 'Parameters')
    return { kind: 'fhirpath', parameters: resource as ResourceJson };
  const isBinary = isObject(resource) && resource.resourceType === 'Binary';
  if (
    !isBinary ||
    resource.contentType !== 'application/json-patch+json' ||
    typeof resource.data !== 'string'
  )
    throw invalid('A patch is a Parameters resource, or a JSON Patch in a Binary.', `${at}.resource`);
  try {
    return { kind: 'json', operations: jsonOf(Buffer.from(resource.data, 'base64').toString('utf8'), PATCH) };
  } catch (error) {
    throw error instanceof FhirError ? pointedAt(error, `${at}.resource.data`) : error;
  }
}

function parseUrl(
  services: Services,
  method: string,
  url: string,
  at: string,
): Pick<Entry, 'type' | 'id' | 'route' | 'query'> {
  const { baseUrl } = services.repository;
  const relative = url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length + 1) : url.replace(/^\//, '');
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  const query = mark < 0 ? '' : relative.slice(mark + 1);
  try {
    const route = findRoute(method, decodedPath(path));
    if (route.isAlone) throw invalid('This is a request of its own, never an entry of a Bundle.');
    givenQuery(services, route, queryParameters(query));
    return { type: route.type, id: route.id === '' ? undefined : route.id, route, query };
  } catch (error) {
    throw error instanceof FhirError ? pointedAt(error, `${at}.request.url`) : error;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The same entry as a request of its own. */
export function entryRequest(services: Services, request: FhirRequest, entry: Entry): FhirRequest {
  return {
    access: request.access,
    type: entry.type,
    id: entry.id ?? '',
    version: entry.route.version,
    ...givenQuery(services, entry.route, queryParameters(entry.query)),
    headers: {
      prefer: request.headers.prefer,
      'x-provenance': request.headers['x-provenance'],
      'if-match': entry.ifMatch,
      'if-none-exist': entry.ifNoneExist,
      'if-none-match': entry.ifNoneMatch,
      'if-modified-since': entry.ifModifiedSince,
    },
    resource: entry.resource,
    ...(entry.index < MOST_ADVISED ? {} : { isUnadvised: true }),
    ...(entry.patch ? { patch: entry.patch } : {}),
  };
}

/** The request with what is left of its access by now: a Bundle of many entries takes minutes. */
export async function asOfNow(request: FhirRequest): Promise<FhirRequest> {
  return request.accessNow ? { ...request, access: await request.accessNow() } : request;
}

/**
 * An entry that only asks is not begun any more when the client has gone: a Bundle of a thousand searches goes on for minutes, and the next requests of the same person wait for
 * it. What writes is done all the same, as a write of its own is: whoever lost the answer finds it done, and a transaction is whole.
 */
export const isForNobody = ({ isAwaited }: FhirRequest, { route }: Entry): boolean =>
  route.inTransaction === 'read' && isAwaited?.() === false;

/** One entry of the answer, as JSON text. */
export function responseText(
  fullUrl: string | undefined,
  status: number,
  reply: Pick<Reply, 'headers' | 'body' | 'isOutcome' | 'lastUpdated'>,
  outcome = reply.isOutcome ? reply.body : undefined,
): string {
  const { Location, ETag } = reply.headers;
  // It is meta.lastUpdated, to the millisecond (https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response.lastModified).
  const modified = reply.lastUpdated ?? reply.headers['Last-Modified'];
  const response = JSON.stringify({
    status: STATUS[status] ?? String(status),
    ...(Location === undefined ? {} : { location: Location }),
    ...(ETag === undefined ? {} : { etag: ETag }),
    ...(modified === undefined ? {} : { lastModified: new Date(modified).toISOString() }),
  });
  const withOutcome = outcome === undefined ? response : `${response.slice(0, -1)},"outcome":${outcome}}`;
  const name = fullUrl === undefined ? '' : `"fullUrl":${JSON.stringify(fullUrl)},`;
  const resource = reply.body === undefined || reply.isOutcome ? '' : `"resource":${reply.body},`;
  return `{${name}${resource}"response":${withOutcome}}`;
}

const STATUS: Readonly<Record<number, string>> = {
  200: '200 OK',
  201: '201 Created',
  204: '204 No Content',
  304: '304 Not Modified',
};
