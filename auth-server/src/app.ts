/** Puts the server together from its parts; no side effects, so tests call it as main.ts does. */
import { allowedHosts, MISDIRECTED } from '@wellspring/serving/allowed-hosts';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { errors } from 'oidc-provider';
import type { Logger } from 'pino';
import { TooBusy } from './accounts/password.ts';
import { administrationApi } from './admin/api.ts';
import { adminRouter } from './admin/router.ts';
import type { Config } from './config.ts';
import { developerRouter } from './developers/router.ts';
import { interactionRouter } from './interactions/router.ts';
import { answerUnasked } from './interactions/unasked.ts';
import { launchRouter } from './launch/router.ts';
import { createAddressLimit, createLimit } from './limits.ts';
import { accountRouter } from './pages/account-router.ts';
import { invitationRouter } from './pages/invitation-router.ts';
import { signUpRouter } from './pages/sign-up-router.ts';
import { loadClients } from './provider/clients.ts';
import { createProvider } from './provider/create-provider.ts';
import { crossOrigin, leaveOriginToLibrary, METADATA, openToAll } from './provider/cross-origin.ts';
import { bearerIntrospection } from './provider/introspection.ts';
import type { ServerKeys } from './provider/keys.ts';
import { postedAuthorizations } from './provider/posted-authorization.ts';
import { createStanding } from './provider/standing.ts';
import { tokenRequests } from './provider/token-request.ts';
import { registrationRouter } from './registration/router.ts';
import type { Services } from './services.ts';
import { brandsRouter } from './smart/brands.ts';
import { type Storage, StorageUnavailable } from './storage/storage.ts';
import { assets } from './views/assets.ts';
import { pageHeaders } from './views/page-headers.ts';
import { errorPage, homePage, noSuchPage, stepOverPage } from './views/pages.ts';
import { chooseLanguage, readers } from './words/reader.ts';
import { t } from './words/text.ts';

export interface AppDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly services: Services;
  readonly keys: ServerKeys;
  readonly log: Logger;
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export function createApp(dependencies: AppDependencies): Express {
  const { config, storage, services, log, now } = dependencies;
  const standing = createStanding(storage, services.people);
  const unasked = answerUnasked({ ...services, config, storage, standing, now });
  const provider = createProvider({ ...dependencies, standing, unasked, seal: services.seal });
  const mount = new URL(config.AUTH_ISSUER).pathname;
  const all = { ...services, provider, standing, config, storage, now };
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  // Whose address a request comes from: as many proxies in front as the configuration says, and no more.
  app.set('trust proxy', config.TRUST_PROXY_HOPS);

  const isAllowed = allowedHosts([config.AUTH_ISSUER], config.ALLOWED_HOSTS);
  app.use(['/healthz', '/developers'], (request, response, next) => {
    if (isAllowed(request)) return next();
    response.status(MISDIRECTED).type('text').send('This server is not known by that name.');
  });
  app.get('/healthz', async (_request, response) => {
    await storage.ping();
    response.json({ status: 'ok' });
  });
  app.use(assets());
  app.use(readers(config, services.clinic));
  app.get('/language', chooseLanguage(config));
  app.use('/brands', brandsRouter(config, services.clinic));
  app.get('/', (_request, response) => {
    pageHeaders(response);
    response.send(homePage(config));
  });
  app.use('/account', accountRouter(all));
  app.use('/invitation', invitationRouter(all));
  app.use('/admin', adminRouter(all));
  if (config.developerPages) app.use('/developers', developerRouter(all));

  app.use(`${mount}/interaction`, interactionRouter(all));
  app.use(`${mount}/launch`, launchRouter(all));
  app.use(
    `${mount}/authorize`,
    postedAuthorizations(
      storage,
      createAddressLimit(storage, now, { name: 'posted', max: 300, windowMs: MINUTE_MS }),
      now,
    ),
  );
  app.use(mount, crossOrigin({ clients: loadClients(config), storage, now }));
  app.use(
    `${mount}/token`,
    tokenRequests({
      storage,
      failures: createAddressLimit(storage, now, {
        name: 'token refused',
        max: 300,
        windowMs: 15 * MINUTE_MS,
      }),
      clients: createLimit(storage, now, {
        name: 'token client',
        max: config.TOKEN_REQUESTS_PER_MINUTE,
        windowMs: MINUTE_MS,
      }),
      isPublic: async (id) => (await provider.Client.find(id))?.tokenEndpointAuthMethod === 'none',
    }),
  );
  app.use(`${mount}/administration`, administrationApi(all));
  app.use(`${mount}/introspect`, bearerIntrospection(provider, standing));
  app.use(
    `${mount}/register`,
    registrationRouter({
      config,
      limit: createAddressLimit(storage, now, { name: 'registrations', max: 20, windowMs: HOUR_MS }),
    }),
  );
  app.use(`${mount}/session`, (_request, response, next) => {
    pageHeaders(response, [config.PORTAL_URL, config.DESK_URL]);
    next();
  });
  // RFC 8414 puts the metadata of an issuer with a path beside the origin's other well-known files.
  app.use(METADATA, openToAll);
  app.get(`${METADATA}${mount}`, (_request, response) => {
    response.redirect(308, `${mount}/.well-known/openid-configuration`);
  });
  app.use(mount, leaveOriginToLibrary, provider.callback());
  app.use(signUpRouter(all));
  app.use((_request: Request, response: Response) => {
    pageHeaders(response);
    response.status(404).send(noSuchPage(config));
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const known = error instanceof errors.OIDCProviderError;
    const status = known ? error.statusCode : statusOf(error);
    if (status >= 500) log.error({ err: error }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    pageHeaders(response);
    if (error instanceof StorageUnavailable) response.set(error.headers);
    if (error instanceof errors.SessionNotFound) {
      response.status(status).send(stepOverPage(config));
      return;
    }
    const text = known ? error.error_description : t('Something went wrong here. Please try again.');
    response.status(status).send(errorPage(config, known ? error.error : 'server_error', text));
  });
  return app;
}

/** Body parsers say what was wrong with a body by the error's status; too many passwords at once pass by themselves. */
function statusOf(error: unknown): number {
  if (error instanceof TooBusy || error instanceof StorageUnavailable) return 503;
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
