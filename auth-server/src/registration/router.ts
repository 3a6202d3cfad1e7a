/** `POST /register` and `PUT /register/:id` (RFC 7591, 7592): the policy, before the library keeps what it was given. */
import express, { type Request, type Response, Router } from 'express';
import type { Config } from '../config.ts';
import { type Limit, tooMany } from '../limits.ts';
import { hashedSecret } from '../provider/client-secret.ts';
import { findStoredClient } from '../provider/clients.ts';
import type { Storage } from '../storage/storage.ts';
import { checkRegistration, needsApproval } from './policy.ts';

export interface RegistrationDependencies {
  readonly config: Config;
  readonly storage: Storage;
  /** Registrations of one address. */
  readonly limit: Limit;
}

export function registrationRouter({ config, storage, limit }: RegistrationDependencies): Router {
  const router = Router();
  const json = express.json({ limit: '64kb', type: () => true });

  router.post('/', json, async (request, response, next) => {
    if (config.REGISTRATION === 'closed')
      return refuse(response, 403, 'access_denied', 'Apps are registered by the administrator here.');
    if (!(await limit.take(request.ip ?? '')))
      return tooMany(response, 'too many registrations from this address');
    if (!(await accept(request, response))) return;
    next();
  });

  router.put('/:clientId', json, async (request, response, next) => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    const { client_id: clientId, client_secret: secret } = body;
    if (!(await accept(request, response))) return;
    const before = await findStoredClient(storage, String(request.params.clientId));
    const accepted = request.body as Record<string, unknown>;
    // What an administrator approved is approved as it was then: other scopes are looked at again.
    const sameScope = before?.smart_scope === accepted.smart_scope;
    const status =
      sameScope && before
        ? before.status
        : needsApproval(String(accepted.smart_scope))
          ? 'pending'
          : 'approved';
    request.body = {
      ...accepted,
      client_id: clientId,
      ...(status === undefined ? {} : { status }),
      ...(typeof secret === 'string' ? { client_secret: hashedSecret(secret) } : {}),
    };
    next();
  });

  async function accept(request: Request, response: Response): Promise<boolean> {
    const given = { ...(request.body as Record<string, unknown>) };
    for (const own of [
      'client_id',
      'client_secret',
      'client_id_issued_at',
      'registration_client_uri',
      'registration_access_token',
    ])
      if (request.method === 'PUT') delete given[own];
    const checked = checkRegistration(given, config.JWKS_INTERNAL_HOSTS);
    if ('error' in checked) {
      refuse(response, 400, checked.error, checked.error_description);
      return false;
    }
    request.body = checked.metadata;
    return true;
  }

  router.use((_error: unknown, _request: Request, response: Response, _next: () => void) => {
    refuse(response, 400, 'invalid_client_metadata', 'the registration must be a JSON object');
  });
  return router;
}

function refuse(response: Response, status: number, error: string, error_description: string): void {
  response.status(status).set('Cache-Control', 'no-store').json({ error, error_description });
}
