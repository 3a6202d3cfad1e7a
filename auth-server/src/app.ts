/** Puts the server together from its parts; no side effects, so tests call it as main.ts does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { errors, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { createSignIn } from './accounts/sign-in.ts';
import type { Config } from './config.ts';
import { createPatientNames } from './fhir/patient-names.ts';
import { pageHeaders } from './interactions/page-headers.ts';
import { interactionRouter } from './interactions/router.ts';
import { providerConfiguration } from './provider/configuration.ts';
import type { ServerKeys } from './provider/keys.ts';
import { addSmartSteps } from './provider/middleware.ts';
import type { Storage } from './storage/storage.ts';
import { errorPage, homePage } from './views/pages.ts';

export interface AppDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly keys: ServerKeys;
  readonly log: Logger;
  readonly now: () => number;
}

const style = readFileSync(join(import.meta.dirname, 'views', 'style.css'));
const icon = readFileSync(join(import.meta.dirname, 'views', 'icon.svg'));
/** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#styling */
const smartStyle = JSON.stringify({
  color_background: '#f5f7f8',
  color_error: '#b3261e',
  color_highlight: '#0a5c68',
  color_modal_backdrop: '',
  color_success: '#1c6b3b',
  color_text: '#14212b',
  dim_border_radius: '10px',
  dim_font_size: '17px',
  dim_spacing_size: '16px',
  font_family_body: 'system-ui, sans-serif',
  font_family_heading: 'system-ui, sans-serif',
});

export function createApp(dependencies: AppDependencies): Express {
  const { config, storage, log, now } = dependencies;
  const provider = new Provider(config.AUTH_ISSUER, providerConfiguration(dependencies));
  addSmartSteps(provider, config, storage, now);
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'authorization server error'));
  const mount = new URL(config.AUTH_ISSUER).pathname;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.get('/healthz', async (_request, response) => {
    await storage.ping();
    response.json({ status: 'ok' });
  });
  app.get('/style.css', asset(style, 'text/css; charset=utf-8'));
  app.get('/icon.svg', asset(icon, 'image/svg+xml'));
  app.get('/smart-style.json', (_request, response) => {
    response.set('Access-Control-Allow-Origin', '*').type('json').send(smartStyle);
  });
  app.get('/', (_request, response) => {
    pageHeaders(response);
    response.send(homePage(config));
  });
  app.use(
    `${mount}/interaction`,
    interactionRouter({
      provider,
      config,
      storage,
      signIn: createSignIn(storage, now),
      patientNames: createPatientNames(config),
      now,
    }),
  );
  app.use(`${mount}/session`, (_request, response, next) => {
    pageHeaders(response, [config.PORTAL_URL]);
    next();
  });
  // RFC 8414 puts the metadata of an issuer with a path beside the origin's other well-known files.
  app.get(`/.well-known/oauth-authorization-server${mount}`, (_request, response) => {
    response.redirect(308, `${mount}/.well-known/openid-configuration`);
  });
  app.use(mount, provider.callback());
  app.use((_request: Request, response: Response) => {
    pageHeaders(response);
    response.status(404).send(errorPage(config, 'not_found', 'There is no such page.'));
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const known = error instanceof errors.OIDCProviderError;
    if (!known) log.error({ err: error }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    pageHeaders(response);
    const status = known ? error.statusCode : 500;
    const text = known ? error.error_description : 'Something went wrong here. Please try again.';
    response.status(status).send(errorPage(config, known ? error.error : 'server_error', text));
  });
  return app;
}

function asset(bytes: Buffer, type: string) {
  return (_request: Request, response: Response): void => {
    response.writeHead(200, {
      'Content-Type': type,
      'Cache-Control': 'public, max-age=300',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(bytes);
  };
}
