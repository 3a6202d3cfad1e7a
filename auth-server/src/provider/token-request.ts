/**
 * Before the library's token endpoint: limits for who guesses, and the client_id that SMART's public apps leave out when they refresh
 * (SMART App Launch 2.2, "Refresh access token": the request has none).
 */
import express, { type RequestHandler, Router } from 'express';
import { digest } from '../crypto/secrets.ts';
import { type Limit, networkOf, tooMany } from '../limits.ts';
import type { Storage } from '../storage/storage.ts';
import { giveBackBody } from './give-back-body.ts';

export interface TokenRequestDependencies {
  readonly storage: Storage;
  /** Refused requests of one address. */
  readonly failures: Limit;
  /** Requests of one client that were right; of a public one, from one address. */
  readonly clients: Limit;
  /** Is this client public? */
  readonly isPublic: (clientId: string) => Promise<boolean>;
}

export function tokenRequests({ storage, failures, clients, isPublic }: TokenRequestDependencies): Router {
  const router = Router();
  router.post('/', express.text({ type: 'application/x-www-form-urlencoded', limit: '64kb' }));
  const prepare: RequestHandler = async (request, response, next) => {
    const address = request.ip ?? '';
    if (await failures.isReached(address))
      return tooMany(response, 'too many refused requests from this address');
    let counted: string | undefined;
    response.once('finish', () => {
      if (response.statusCode !== 400 && response.statusCode !== 401) return;
      void failures.take(address).catch(() => undefined);
      if (counted !== undefined) void clients.giveBack(counted).catch(() => undefined);
    });
    if (typeof request.body !== 'string') return next();
    const form = new URLSearchParams(request.body);
    const given = form.get('client_id');
    const clientId = given ?? (request.headers.authorization === undefined ? await ownerOf(form) : undefined);
    if (clientId) {
      counted = await whose(clientId, address);
      if (!(await clients.take(counted))) return tooMany(response, 'too many requests of this client');
    }
    if (clientId && given === null) form.set('client_id', clientId);
    giveBackBody(request, form.toString());
    next();
  };
  router.post('/', prepare);

  /** Everybody may write a public app's name, and whoever uses it is one of its many people: none of them takes the others' share. */
  const whose = async (clientId: string, address: string): Promise<string> =>
    (await isPublic(clientId)) ? `${clientId} ${networkOf(address)}` : clientId;

  /** The public client that a refresh token was given to. */
  async function ownerOf(form: URLSearchParams): Promise<string | undefined> {
    const secret = form.get('refresh_token');
    if (form.get('grant_type') !== 'refresh_token' || form.has('client_assertion') || secret === null)
      return undefined;
    const token = await storage.findArtifact('RefreshToken', digest(secret));
    const clientId = token?.payload.clientId;
    return typeof clientId === 'string' && (await isPublic(clientId)) ? clientId : undefined;
  }
  return router;
}
