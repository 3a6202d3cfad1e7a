/** HTTP → interaction: negotiates, authenticates, reads the body, and hands over what interactions work with. */
import type { AccessContext } from '../access/access-context.ts';
import { type GivenQuery, givenQuery } from '../interactions/query.ts';
import type { FhirRequest, Patch, Services } from '../interactions/request.ts';
import { type BodyKind, findRoute, type MatchedRoute } from '../interactions/routes.ts';
import { batchOrTransaction } from '../interactions/transaction.ts';
import { decodedPath } from '../interactions/url-text.ts';
import { queryParameters } from '../search/query-parameters.ts';
import { createAccessNow } from './access-now.ts';
import { audited } from './audited.ts';
import type { Authenticate } from './authenticate.ts';
import { readBinary, sendContent } from './binary.ts';
import { bodyLimits, bundleLimits } from './body-limits.ts';
import { createBodyTurns } from './body-turns.ts';
import { sendReply } from './exchange.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { checkAccept, checkContentType, FHIR_TYPES } from './negotiate.ts';
import type { RateLimit } from './rate-limit.ts';
import { type BodyLimits, isNdjson, readJson, readResource, readText, readUpload } from './read-body.ts';
import { sendFile } from './send-file.ts';

export interface HandlerOptions {
  readonly services: Services;
  readonly authenticate: Authenticate;
  readonly limitPerson: RateLimit;
  readonly limitSystem: RateLimit;
  /** Bytes. */
  readonly maxBody: number;
  /** Bytes, for a Bundle. */
  readonly maxBundle: number;
}

/** Everything below the base URL that needs a token. The log reads the route's pattern from `response.locals.route`. */
export function fhirHandler(
  options: HandlerOptions,
): (request: HttpRequest, response: HttpResponse) => Promise<void> {
  const turns = createBodyTurns(IN_HAND);
  return async (request, response) => {
    const path = decodedPath(request.path);
    if (!isContent(path)) checkAccept(request, isJob(path));
    const { authorization } = request.headers;
    const access = await options.authenticate(authorization);
    const asked = elapsed();
    const ask = () => options.authenticate(authorization, true);
    const isPerson = access.fhirUser !== undefined || access.patient !== undefined;
    const who = `${access.clientId} ${access.subject}`;
    (isPerson ? options.limitPerson : options.limitSystem)(who);
    const isBundle = path === '' && request.method === 'POST';
    const route = isBundle ? BUNDLE : findRoute(request.method, path);
    response.locals.route = route.pattern;
    const { type, id, version, file } = route;
    const { services } = options;
    const about = { ...route, method: request.method, requestId: String(response.locals.requestId) };
    const reply = await turns(who, isPerson ? bytesInHand(request) : 0, () =>
      audited(services.audit, services.now, access, about, async (noted) => {
        const isHead = request.method === 'HEAD';
        const accessNow = createAccessNow(noted, { ask, asked, elapsed });
        const isAwaited = (): boolean => !response.destroyed;
        const place = { accessNow, isAwaited, type, id, version, file, isHead, headers: headersOf(request) };
        const input = await readInput(options, request, route, noted);
        const made = await route.interaction(services, { ...place, access: await accessNow(), ...input });
        // What was only looked for goes to whoever may still have it.
        if (route.inTransaction === 'read') await accessNow();
        return made;
      }),
    );
    if (reply.file) await sendFile(request, response, reply.file, services.bulk.standsMs);
    else if (!sendContent(request, response, type, reply)) sendReply(request, response, reply);
  };
}

/** What has a type of its own: a Binary's content. */
const isContent = (path: string): boolean => path.startsWith('Binary/');

/** Begins an export or import, or is about one, or a file of one. */
const isJob = (path: string): boolean => /(?:^|\/)\$(?:export|import)(?:\/|$)/.test(path);

const BUNDLE = {
  method: 'POST',
  pattern: '',
  inTransaction: 'never',
  body: 'bundle',
  type: '',
  id: '',
  version: '',
  file: '',
  interaction: batchOrTransaction,
} as const;

const elapsed = (): number => performance.now();

const FORM: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded']);

async function readInput(
  options: HandlerOptions,
  request: HttpRequest,
  route: Pick<MatchedRoute, 'type' | 'id' | 'method' | 'interaction' | 'pattern'> & {
    readonly body: BodyKind | 'bundle';
  },
  access: AccessContext,
): Promise<Pick<FhirRequest, 'resource' | 'patch' | 'upload'> & GivenQuery> {
  const { body: kind } = route;
  const limits = bodyLimits(options, access);
  const form = kind === 'form' ? await readForm(options, request) : [];
  const query = givenQuery(options.services, route, [...queryOf(request), ...form]);
  if (kind === 'none' || kind === 'form') return { ...query, resource: undefined };
  if (kind === 'patch') return { ...query, resource: undefined, patch: await readPatch(request, limits) };
  if (kind === 'resource' && route.type === 'Binary')
    return { ...query, resource: await readBinary(request, route.id, limits) };
  if (kind === 'files' && isNdjson(request))
    return { ...query, resource: undefined, upload: readUpload(request) };
  if ((kind === 'optional' || kind === 'files') && !hasBody(request))
    return { ...query, resource: undefined };
  checkContentType(request);
  const most = kind === 'bundle' ? bundleLimits(options, access) : limits;
  return { ...query, resource: await readResource(request, most) };
}

/** Some clients put everything into the URL, and nothing into the body. */
async function readForm(
  { maxBody }: HandlerOptions,
  request: HttpRequest,
): Promise<Iterable<[string, string]>> {
  if (!hasBody(request)) return [];
  checkContentType(request, FORM);
  return queryParameters(await readText(request, maxBody));
}

/** Bytes of one person's requests that are read and worked at together: two of the longest resources. */
const IN_HAND = 2_000_000;
/** Of what is packed, or does not say how long it is. */
const UNKNOWN = 500_000;

function bytesInHand(request: HttpRequest): number {
  if (!hasBody(request)) return 0;
  const isTold = request.headers['content-encoding'] === undefined;
  const length = Number(request.headers['content-length'] ?? 0);
  return isTold && length > 0 ? length : Math.max(length, UNKNOWN);
}

function hasBody(request: HttpRequest): boolean {
  return (
    Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined
  );
}

const JSON_PATCH = 'application/json-patch+json';
const PATCHES: ReadonlySet<string> = new Set([JSON_PATCH, ...FHIR_TYPES]);

async function readPatch(request: HttpRequest, limits: BodyLimits): Promise<Patch> {
  checkContentType(request, PATCHES);
  const isJsonPatch = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() === JSON_PATCH;
  if (isJsonPatch) return { kind: 'json', operations: await readJson(request, limits) };
  return { kind: 'fhirpath', parameters: await readResource(request, limits) };
}

function queryOf(request: HttpRequest): [string, string][] {
  const mark = request.originalUrl.indexOf('?');
  return mark < 0 ? [] : queryParameters(request.originalUrl.slice(mark + 1));
}

const FHIR_HEADERS = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-none-exist',
  'prefer',
  // Of the page that asks: what it is given is for it alone (operations/subscriptions.ts).
  'origin',
  'x-provenance',
] as const;

function headersOf(request: HttpRequest): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const name of FHIR_HEADERS) {
    const value = request.headers[name];
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
