/**
 * Who is signed in, for the account pages: the same session that apps are launched in. Signing in for them goes the way that an app's sign-in goes, so
 * that there is one sign-in to get right.
 */
import { createHash } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { Config } from '../config.ts';
import { randomSecret } from '../crypto/secrets.ts';
import { ACCOUNT_CLIENT } from '../provider/clients.ts';
import { cookieOptions, hostCookie } from '../provider/cookies.ts';
import type { Account, Storage } from '../storage/storage.ts';
import { readCookie } from '../views/cookies.ts';

export interface SignedIn {
  readonly account: Account;
  /** Of the session. */
  readonly uid: string;
  /** Seconds since the epoch. */
  readonly signedInAt: number;
}

const STATE = 'account_state';
const STATE_LIFE_MS = 15 * 60_000;
/** Only these pages are gone back to. */
const RETURN = /^\/(account|admin)(\/[a-z-]+)*$/;

export interface SignedInDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
}

export async function readSignedIn(
  { provider, storage }: SignedInDependencies,
  request: Request,
  response: Response,
): Promise<SignedIn | undefined> {
  const session = await provider.Session.get(provider.createContext(request, response) as never);
  if (!session.accountId) return undefined;
  const account = await storage.findAccount(session.accountId);
  if (!account || account.disabled) return undefined;
  return { account, uid: session.uid, signedInAt: session.loginTs ?? 0 };
}

/** Puts who is signed in into `response.locals.signedIn`, or sends the browser to sign in and come back. */
export function requireSignedIn(dependencies: SignedInDependencies) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const signedIn = await readSignedIn(dependencies, request, response);
    if (!signedIn) return startSignIn(dependencies.config, request, response);
    response.locals.signedIn = signedIn;
    next();
  };
}

export const signedIn = (response: Response): SignedIn => response.locals.signedIn as SignedIn;

function startSignIn(config: Config, request: Request, response: Response): void {
  const state = randomSecret();
  const path = request.originalUrl.split('?')[0] ?? '';
  const returnTo = request.method === 'GET' && RETURN.test(path) ? path : '/account';
  response.cookie(hostCookie(config, STATE), `${state}.${Buffer.from(returnTo).toString('base64url')}`, {
    ...cookieOptions(config),
    maxAge: STATE_LIFE_MS,
  });
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: ACCOUNT_CLIENT,
    redirect_uri: `${config.origin}/account/callback`,
    scope: 'openid',
    state,
    aud: config.FHIR_BASE_URL,
    // The code is never redeemed: being signed in is all that is wanted.
    code_challenge: createHash('sha256').update(randomSecret()).digest('base64url'),
    code_challenge_method: 'S256',
  });
  response.redirect(303, `${config.AUTH_ISSUER}/authorize?${parameters}`);
}

/** `GET /account/callback` */
export function finishSignIn(config: Config) {
  return (request: Request, response: Response): void => {
    const name = hostCookie(config, STATE);
    const [state, encoded] = (readCookie(request, name) ?? '').split('.');
    response.clearCookie(name, cookieOptions(config));
    const returnTo = Buffer.from(encoded ?? '', 'base64url').toString('utf8');
    const isMine =
      state !== undefined &&
      state !== '' &&
      request.query.state === state &&
      request.query.error === undefined;
    response.redirect(303, isMine && RETURN.test(returnTo) ? returnTo : '/');
  };
}
