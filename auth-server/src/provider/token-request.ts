/**
 * Before the library's token endpoint: limits for who guesses, and the client_id that SMART's public apps leave out when they refresh
 * (SMART App Launch 2.2, "Refresh access token": the request has none).
 */
import express, { type RequestHandler, Router } from 'express';
import { digest } from '../crypto/secrets.ts';
import { type Limit, tooMany } from '../limits.ts';
import type { Storage } from '../storage/storage.ts';

export interface TokenRequestDependencies {
  readonly storage: Storage;
  /** Refused requests of one address. */
  readonly failures: Limit;
  /** Requests of one client. */
  readonly clients: Limit;
  /** Is this client public? */
  readonly isPublic: (clientId: string) => Promise<boolean>;
}

type Form = Record<string, string | string[]>;

export function tokenRequests({ storage, failures, clients, isPublic }: TokenRequestDependencies): Router {
  const router = Router();
  router.post('/', express.text({ type: 'application/x-www-form-urlencoded', limit: '64kb' }));
  const prepare: RequestHandler = async (request, response, next) => {
    const address = request.ip ?? '';
    if (await failures.isReached(address))
      return tooMany(response, 'too many refused requests from this address');
    response.once('finish', () => {
      if (response.statusCode === 400 || response.statusCode === 401)
        void failures.take(address).catch(() => undefined);
    });
    if (typeof request.body !== 'string') return next();
    const form = formOf(request.body);
    const clientId =
      form.client_id ?? (request.headers.authorization === undefined ? await ownerOf(form) : undefined);
    if (typeof clientId === 'string') {
      form.client_id = clientId;
      if (!(await clients.take(clientId))) return tooMany(response, 'too many requests of this client');
    }
    request.body = form;
    next();
  };
  router.post('/', prepare);

  /** The public client that a refresh token was given to. */
  async function ownerOf(form: Form): Promise<string | undefined> {
    if (form.grant_type !== 'refresh_token' || form.client_assertion !== undefined) return undefined;
    if (typeof form.refresh_token !== 'string') return undefined;
    const token = await storage.findArtifact('RefreshToken', digest(form.refresh_token));
    const clientId = token?.payload.clientId;
    return typeof clientId === 'string' && (await isPublic(clientId)) ? clientId : undefined;
  }
  return router;
}

/** A parameter that comes twice stays a list: the library refuses it (RFC 6749, section 3.2). */
function formOf(text: string): Form {
  const form: Form = Object.create(null) as Form;
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form[name];
    form[name] = before === undefined ? value : [before, value].flat();
  }
  return form;
}
