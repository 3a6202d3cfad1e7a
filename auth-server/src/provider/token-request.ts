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

/** What a grant is asked for with: the model that it is kept as, and its parameter. */
const HELD: ReadonlyMap<string, readonly [model: string, parameter: string]> = new Map([
  ['refresh_token', ['RefreshToken', 'refresh_token']],
  ['authorization_code', ['AuthorizationCode', 'code']],
]);

export function tokenRequests({ storage, failures, clients, isPublic }: TokenRequestDependencies): Router {
  const router = Router();
  router.post('/', express.text({ type: 'application/x-www-form-urlencoded', limit: '64kb' }));
  const prepare: RequestHandler = async (request, response, next) => {
    const address = request.ip ?? '';
    const form = typeof request.body === 'string' ? new URLSearchParams(request.body) : undefined;
    // Others at that address (a waiting room, the clinic itself) hold what nobody guesses, and are not locked out by whoever guesses.
    if ((await failures.isReached(address)) && !(form && (await isHeld(form))))
      return tooMany(response, 'too many refused requests from this address');
    let counted: string | undefined;
    response.once('finish', () => {
      if (response.statusCode !== 400 && response.statusCode !== 401) return;
      void failures.take(address).catch(() => undefined);
      if (counted !== undefined) void clients.giveBack(counted).catch(() => undefined);
    });
    if (!form) return next();
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

  /** It brings a code or a refresh token that was given out and is there still: whether it may use it is the library's to say. */
  async function isHeld(form: URLSearchParams): Promise<boolean> {
    const [model, name] = HELD.get(form.get('grant_type') ?? '') ?? [];
    const secret = name && form.get(name);
    return (
      model !== undefined && !!secret && (await storage.findArtifact(model, digest(secret))) !== undefined
    );
  }

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
