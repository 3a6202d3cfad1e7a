/** `POST /register` and `PUT /register/:id` (RFC 7591, 7592): the policy, before the library keeps what it was given. */
import express, { type Request, type Response, Router } from 'express';
import type { Config } from '../config.ts';
import { type Limit, tooMany } from '../limits.ts';
import { hashedSecret } from '../provider/client-secret.ts';
import { giveBackBody } from '../provider/give-back-body.ts';
import { checkRegistration } from './policy.ts';
import { takenBy } from './taken.ts';

export interface RegistrationDependencies {
  readonly config: Config;
  /** Registrations of one address. */
  readonly limit: Limit;
}

/** What the server said of a client, and gets back with an update (RFC 7592, section 2.2). */
const SERVER_MEMBERS = [
  'client_id',
  'client_secret',
  'client_id_issued_at',
  'client_secret_expires_at',
  'registration_client_uri',
  'registration_access_token',
  'registration_status',
];

export function registrationRouter({ config, limit }: RegistrationDependencies): Router {
  const router = Router();
  const json = express.json({ limit: '64kb', type: () => true });
  const taken = takenBy(config);

  router.post('/', json, async (request, response, next) => {
    if (config.REGISTRATION === 'closed')
      return refuse(response, 403, 'access_denied', 'Apps are registered by the administrator here.');
    if (!(await limit.take(request.ip ?? '')))
      return tooMany(response, 'too many registrations from this address');
    const accepted = accept(request, response);
    // What was refused does not count: whoever tries things out would soon be shut out.
    if (!accepted) return limit.giveBack(request.ip ?? '');
    giveBack(request, accepted);
    next();
  });

  router.put('/:clientId', json, (request, response, next) => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    const { client_id: clientId, client_secret: secret } = body;
    const accepted = accept(request, response);
    if (!accepted) return;
    giveBack(request, {
      ...accepted,
      client_id: clientId,
      ...(typeof secret === 'string' ? { client_secret: hashedSecret(secret) } : {}),
    });
    next();
  });

  /** What the policy makes of the request; undefined when it was refused. */
  function accept(request: Request, response: Response): Record<string, unknown> | undefined {
    const given = { ...(request.body as Record<string, unknown>) };
    if (request.method === 'PUT') for (const name of SERVER_MEMBERS) delete given[name];
    const checked = checkRegistration(given, config.JWKS_INTERNAL_HOSTS, taken);
    if ('metadata' in checked) return checked.metadata;
    refuse(response, 400, checked.error, checked.error_description);
    return undefined;
  }

  function giveBack(request: Request, metadata: Record<string, unknown>): void {
    request.headers['content-type'] = 'application/json';
    giveBackBody(request, JSON.stringify(metadata));
  }

  router.use((_error: unknown, _request: Request, response: Response, _next: () => void) => {
    refuse(response, 400, 'invalid_client_metadata', 'the registration must be a JSON object');
  });
  return router;
}

function refuse(response: Response, status: number, error: string, error_description: string): void {
  response.status(status).set('Cache-Control', 'no-store').json({ error, error_description });
}
