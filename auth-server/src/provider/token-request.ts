/**
 * Before the library's token endpoint: limits for who guesses, and the client_id that SMART's public apps leave out when they refresh
 * (SMART App Launch 2.2, "Refresh access token": the request has none).
 */
import { finished } from 'node:stream';
import express, { type RequestHandler, Router } from 'express';
import { digest } from '../crypto/secrets.ts';
import { type Limit, networkOf, tooMany } from '../limits.ts';
import type { Storage } from '../storage/storage.ts';
import { giveBackBody } from './give-back-body.ts';

export interface TokenRequestDependencies {
  readonly storage: Storage;
  /** Refused requests of one address, or of one code or refresh token that is there. */
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
    const form = typeof request.body === 'string' ? new URLSearchParams(request.body) : undefined;
    const address = request.ip ?? '';
    // Others at that address (a waiting room, the clinic itself) hold what nobody guesses: they are not locked out by whoever guesses, and count for themselves.
    const refused = (form && (await heldBy(form))) ?? address;
    if (await failures.isReached(refused)) return tooMany(response, 'too many refused requests');
    let counted: string | undefined;
    // Whose name is on it is known when it was right, and who hangs up before that has not shown it: a client's own number is nobody else's to use up.
    finished(response, (cut) => {
      const isRefused = cut || response.statusCode === 400 || response.statusCode === 401;
      if (isRefused) void failures.take(refused).catch(() => undefined);
      else if (counted !== undefined) void clients.take(counted).catch(() => undefined);
    });
    if (!form) return next();
    const given = form.get('client_id');
    const clientId = given ?? (request.headers.authorization === undefined ? await ownerOf(form) : undefined);
    if (clientId) {
      const key = await whose(clientId, address);
      if (await clients.isReached(key)) return tooMany(response, 'too many requests of this client');
      counted = key;
    }
    if (clientId && given === null) form.set('client_id', clientId);
    giveBackBody(request, form.toString());
    next();
  };
  router.post('/', prepare);

  /** Everybody may write a public app's name, and whoever uses it is one of its many people: none of them takes the others' share. */
  const whose = async (clientId: string, address: string): Promise<string> =>
    (await isPublic(clientId)) ? `${clientId} ${networkOf(address)}` : clientId;

  /** The digest of a code or a refresh token that was given out and is there still: whether this request may use it is the library's to say. */
  async function heldBy(form: URLSearchParams): Promise<string | undefined> {
    const [model, name] = HELD.get(form.get('grant_type') ?? '') ?? [];
    const secret = name && form.get(name);
    if (model === undefined || !secret) return undefined;
    const id = digest(secret);
    return (await storage.findArtifact(model, id)) && id;
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
