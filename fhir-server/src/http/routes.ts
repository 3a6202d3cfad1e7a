/** The route table: which method and path is which interaction (https://hl7.org/fhir/R4/http.html#summary). */
import { invalid, isResourceType, unknownType } from '@wellspring/profiles';
import { type Request, Router } from 'express';
import { create } from '../interactions/create.ts';
import { conditionalDelete, remove } from '../interactions/delete.ts';
import { historyInstance, historySystem, historyType } from '../interactions/history.ts';
import { read, vread } from '../interactions/read.ts';
import type { FhirRequest, Interaction, Services } from '../interactions/request.ts';
import { compartmentSearch, search } from '../interactions/search.ts';
import { batchOrTransaction } from '../interactions/transaction.ts';
import { conditionalUpdate, update } from '../interactions/update.ts';
import type { Authenticate } from './authenticate.ts';
import { sendReply } from './exchange.ts';
import { checkAccept, checkContentType } from './negotiate.ts';
import { readResource, readText } from './read-body.ts';

export interface RouteOptions {
  readonly services: Services;
  readonly authenticate: Authenticate;
  /** Bytes. */
  readonly maxBody: number;
  /** Bytes, for a Bundle. */
  readonly maxBundle: number;
}

type Method = 'get' | 'post' | 'put' | 'delete';
type Body = 'none' | 'resource' | 'bundle' | 'form';

const FORM: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded']);

const vreadRoute: Interaction = (services, request) =>
  vread(services, request as FhirRequest & { version: string });

/** Express tries them in this order. HEAD is answered by GET. */
const TABLE: readonly (readonly [Method, string, Body, Interaction])[] = [
  ['post', '/', 'bundle', batchOrTransaction],
  ['get', '/_history', 'none', historySystem],
  ['post', '/:type/_search', 'form', search],
  ['get', '/:type/_history', 'none', historyType],
  ['get', '/:type/:id/_history', 'none', historyInstance],
  ['get', '/:type/:id/_history/:version', 'none', vreadRoute],
  ['get', '/Patient/:id/:type', 'none', compartmentSearch],
  ['get', '/:type', 'none', search],
  ['post', '/:type', 'resource', create],
  ['put', '/:type', 'resource', conditionalUpdate],
  ['delete', '/:type', 'none', conditionalDelete],
  ['get', '/:type/:id', 'none', read],
  ['put', '/:type/:id', 'resource', update],
  ['delete', '/:type/:id', 'none', remove],
];

export function fhirRoutes(options: RouteOptions): Router {
  const router = Router({ caseSensitive: true, strict: false });
  for (const [method, path, body, interaction] of TABLE) {
    router[method](path, async (request, response) => {
      const fhirRequest = await parseRequest(options, request, body);
      sendReply(request, response, await interaction(options.services, fhirRequest));
    });
  }
  return router;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

async function parseRequest(
  options: RouteOptions,
  request: Request,
  kind: Body,
): Promise<FhirRequest & { version: string }> {
  checkAccept(request);
  const access = await options.authenticate(request.headers.authorization);
  const { type = '', id = '', version = '' } = request.params as Record<string, string>;
  if (kind !== 'bundle' && type !== '' && !isResourceType(type)) throw unknownType(type);
  if (id !== '' && !ID.test(id)) throw invalid('The id may have 1 to 64 letters, digits, - and . only.');
  const query = queryOf(request);
  let resource: FhirRequest['resource'];
  if (kind === 'form') {
    checkContentType(request, FORM);
    query.push(...new URLSearchParams(await readText(request, options.maxBody)));
  } else if (kind !== 'none') {
    checkContentType(request);
    resource = await readResource(request, kind === 'bundle' ? options.maxBundle : options.maxBody);
  }
  return { access, type, id, version, query, headers: headersOf(request), resource };
}

function queryOf(request: Request): [string, string][] {
  const mark = request.originalUrl.indexOf('?');
  return mark < 0 ? [] : [...new URLSearchParams(request.originalUrl.slice(mark + 1))];
}

const FHIR_HEADERS = ['if-match', 'if-none-match', 'if-modified-since', 'if-none-exist', 'prefer'] as const;

function headersOf(request: Request): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const name of FHIR_HEADERS) {
    const value = request.headers[name];
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
