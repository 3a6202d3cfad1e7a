/** Puts the server together from its parts; no side effects, so tests call it as main.ts does. */
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { methodNotAllowed, notSupported } from '@wellspring/profiles';
import { type IsAllowedHost, MISDIRECTED } from '@wellspring/serving/allowed-hosts';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import type { Authenticate } from './http/authenticate.ts';
import { errorReply, sendPlainJson, sendReply } from './http/exchange.ts';
import { fhirHandler } from './http/fhir-handler.ts';
import { answerOptions } from './http/headers.ts';
import type { HttpRequest, HttpResponse } from './http/http.ts';
import { interactionsFirst } from './http/interactions-first.ts';
import { linkRoutes } from './http/links.ts';
import type { Metrics } from './http/metrics.ts';
import { checkAccept } from './http/negotiate.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { bundleRefusal } from './interactions/bundle-refusal.ts';
import { capabilities, summaryOf } from './interactions/capabilities.ts';
import type { Services } from './interactions/request.ts';
import { type SmartEndpoints, smartConfiguration } from './interactions/smart-configuration.ts';
import { statementReply } from './interactions/terminology-capabilities.ts';

export interface AppDependencies {
  /** The rest is made here. */
  readonly services: Omit<Services, 'statement' | 'bundleRefusal'>;
  readonly authenticate: Authenticate;
  readonly endpoints: SmartEndpoints;
  readonly log: Logger;
  /** Whether requests can be answered now: the database is there, and the server is not about to stop. */
  readonly isReady: () => Promise<boolean>;
  /** For what is told without a token. */
  readonly isAllowedHost: IsAllowedHost;
  readonly metrics: Metrics;
  /** Each person with each app; each system client. */
  readonly limitPerson: RateLimit;
  readonly limitSystem: RateLimit;
  readonly maxBody: number;
  readonly maxBundle: number;
}

export function createApp(dependencies: AppDependencies): RequestListener {
  const { endpoints, log } = dependencies;
  const date = new Date(dependencies.services.now()).toISOString();
  let [topics, statement] = ['', ''];
  /** Made anew when administrators add topics. */
  const currentStatement = (): string => {
    const known = dependencies.services.subscriptions.topics().map(({ url }) => url);
    if (statement !== '' && topics === known.join(' ')) return statement;
    topics = known.join(' ');
    statement = capabilities(dependencies.services, { date, smart: endpoints, topics: known });
    return statement;
  };
  let summary = { of: '', text: '' };
  const currentSummary = (whole: string): string => {
    if (summary.of !== whole) summary = { of: whole, text: summaryOf(whole) };
    return summary.text;
  };
  const services: Services = {
    ...dependencies.services,
    bundleRefusal: (request, bundle) => bundleRefusal(services, request, bundle),
    get statement() {
      return currentStatement();
    },
  };
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  const begin = requestLog(log, dependencies.metrics);
  app.use((request, response, next) => {
    begin(request, response);
    next();
  });
  app.use(answerOptions);
  app.use(['/healthz', '/readyz', '/metrics'], (request, response, next) => {
    if (dependencies.isAllowedHost(request)) return next();
    sendPlainJson(response, MISDIRECTED, '{"status":"not known by that name"}');
  });
  // Alive: the event loop turns. Ready: requests can be answered.
  app.get('/healthz', (_request, response) => {
    sendPlainJson(response, 200, '{"status":"ok"}');
  });
  app.get('/readyz', async (_request, response) => {
    const isReady = await dependencies.isReady();
    sendPlainJson(response, isReady ? 200 : 503, `{"status":"${isReady ? 'ready' : 'not ready'}"}`);
  });
  app.get('/metrics', dependencies.metrics.handler);
  const configuration = smartConfiguration(endpoints);
  const root = new URL(services.repository.baseUrl).pathname.replace(/\/$/, '');
  app.get(`${root}/metadata`, async (request, response) => {
    checkAccept(request);
    const { mode, _summary } = request.query;
    const reply = await statementReply(services, typeof mode === 'string' ? mode : undefined);
    const isSummary = _summary === 'true' && reply.body === services.statement;
    sendReply(request, response, isSummary ? { ...reply, body: currentSummary(services.statement) } : reply);
  });
  // Beside the base, where it belongs; and at the origin, where some clients look for it.
  for (const base of new Set([root, ''])) {
    app.get(`${base}/.well-known/smart-configuration`, (_request, response) => {
      // It holds nobody's data, and an app asks twice for each sign-in.
      sendPlainJson(response, 200, configuration, { 'Cache-Control': 'public, max-age=300' });
    });
  }
  // By this the issuer of a card (`iss`, the base) is known: verifiers are anybody's pages.
  app.get(`${root}/.well-known/jwks.json`, async (_request, response) => {
    const keys = await services.healthCards.keySet();
    sendPlainJson(response, 200, keys, { 'Cache-Control': 'public, max-age=300' });
  });
  app.get(`${root}/.well-known/crl/:kid.json`, async (request, response) => {
    const list = await services.healthCards.revocationList(request.params.kid);
    if (list === undefined) throw notSupported('There is no such key.');
    sendPlainJson(response, 200, list, { 'Cache-Control': 'public, max-age=300' });
  });
  const told = [
    'metadata',
    '.well-known/smart-configuration',
    '.well-known/jwks.json',
    '.well-known/crl/:kid.json',
  ];
  app.all(
    told.map((each) => `${root}/${each}`),
    () => {
      throw methodNotAllowed('GET, HEAD');
    },
  );
  app.use(root || '/', linkRoutes(services));
  const handle = fhirHandler({ ...dependencies, services });
  app.use(root || '/', handle);
  app.use(() => {
    throw notSupported('There is no such interaction here.');
  });
  const fail = (error: unknown, request: HttpRequest, response: HttpResponse): void => {
    const { reply, cause } = errorReply(error);
    if (reply.status >= 500)
      log.error({ requestId: response.locals.requestId as string, err: cause ?? error }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What is left of a refused body is not read: the connection ends with the answer.
    const closing = request.complete ? {} : { Connection: 'close' };
    sendReply(request, response, { ...reply, headers: { ...reply.headers, ...closing } });
  };
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    fail(error, request, response),
  );
  return interactionsFirst({ root, begin, handle, fail }, app);
}

const REQUEST_ID = /^[\w-]{1,64}$/;

/** One line a request: the route's pattern, never its values. */
function requestLog(log: Logger, metrics: Metrics): (request: HttpRequest, response: HttpResponse) => void {
  return (request, response) => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    response.locals.requestId = requestId;
    const start = performance.now();
    response.on('close', () => {
      // Express's own may be several paths, or a pattern.
      const own = (request as { route?: { path?: unknown } }).route?.path;
      const route = String(response.locals.route ?? own ?? '');
      const milliseconds = Math.round((performance.now() - start) * 10) / 10;
      metrics.observe(request.method, route, response.statusCode, milliseconds / 1000);
      log.info(
        { requestId, method: request.method, route, status: response.statusCode, milliseconds },
        'request',
      );
    });
  };
}
