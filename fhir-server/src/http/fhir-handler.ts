/** HTTP → interaction: negotiates, authenticates, reads the body, and hands over what interactions work with. */
import type { FhirRequest, Patch, Services } from '../interactions/request.ts';
import { type BodyKind, findRoute } from '../interactions/routes.ts';
import { batchOrTransaction } from '../interactions/transaction.ts';
import { audited } from './audited.ts';
import type { Authenticate } from './authenticate.ts';
import { isContent, readContent, sendContent } from './binary.ts';
import { sendReply } from './exchange.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { checkAccept, checkContentType, FHIR_TYPES } from './negotiate.ts';
import type { RateLimit } from './rate-limit.ts';
import { readJson, readResource, readText } from './read-body.ts';

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
  return async (request, response) => {
    const path = pathOf(request);
    if (!path.startsWith('Binary/')) checkAccept(request);
    const access = await options.authenticate(request.headers.authorization);
    const limit = access.fhirUser || access.patient ? options.limitPerson : options.limitSystem;
    limit(`${access.clientId} ${access.subject}`);
    const isBundle = path === '' && request.method === 'POST';
    const route = isBundle ? BUNDLE : findRoute(request.method, path);
    response.locals.route = route.pattern;
    const { type, id, version } = route;
    const { services } = options;
    const about = { method: request.method, requestId: String(response.locals.requestId), ...route };
    const reply = await audited(services.audit, services.now, access, about, async (noted) => {
      const place = { access: noted, type, id, version, headers: headersOf(request) };
      return route.interaction(services, { ...place, ...(await readInput(options, request, route)) });
    });
    if (!sendContent(request, response, type, reply)) sendReply(request, response, reply);
  };
}

const BUNDLE = {
  pattern: '',
  body: 'bundle',
  type: '',
  id: '',
  version: '',
  interaction: batchOrTransaction,
} as const;

function pathOf(request: HttpRequest): string {
  const path = request.path.replace(/^\/|\/$/g, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const FORM: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded']);

async function readInput(
  options: HandlerOptions,
  request: HttpRequest,
  route: { readonly type: string; readonly id: string; readonly body: BodyKind | 'bundle' },
): Promise<Pick<FhirRequest, 'query' | 'resource' | 'patch'>> {
  const query = queryOf(request);
  const kind = route.body;
  if (kind === 'none') return { query, resource: undefined };
  if (kind === 'form') {
    checkContentType(request, FORM);
    query.push(...new URLSearchParams(await readText(request, options.maxBody)));
    return { query, resource: undefined };
  }
  if (kind === 'patch') return { query, resource: undefined, patch: await readPatch(options, request) };
  if (kind === 'resource' && isContent(request, route.type)) {
    return { query, resource: await readContent(request, route.id, options.maxBody) };
  }
  if (kind === 'optional' && !hasBody(request)) return { query, resource: undefined };
  checkContentType(request);
  const limit = kind === 'bundle' ? options.maxBundle : options.maxBody;
  return { query, resource: await readResource(request, limit) };
}

function hasBody(request: HttpRequest): boolean {
  return (
    Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined
  );
}

const JSON_PATCH = 'application/json-patch+json';
const PATCHES: ReadonlySet<string> = new Set([JSON_PATCH, ...FHIR_TYPES]);

async function readPatch(options: HandlerOptions, request: HttpRequest): Promise<Patch> {
  checkContentType(request, PATCHES);
  const isJsonPatch = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() === JSON_PATCH;
  if (isJsonPatch) return { kind: 'json', operations: await readJson(request, options.maxBody) };
  return { kind: 'fhirpath', parameters: await readResource(request, options.maxBody) };
}

function queryOf(request: HttpRequest): [string, string][] {
  const mark = request.originalUrl.indexOf('?');
  return mark < 0 ? [] : [...new URLSearchParams(request.originalUrl.slice(mark + 1))];
}

const FHIR_HEADERS = ['if-match', 'if-none-match', 'if-modified-since', 'if-none-exist', 'prefer'] as const;

function headersOf(request: HttpRequest): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const name of FHIR_HEADERS) {
    const value = request.headers[name];
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
