/**
 * Introspection by a bearer token (SMART App Launch 2.2, token-introspection.html: an access-controlled endpoint shall take one), beside the
 * library's own, which takes client authentication only. Both give the same members.
 */
import express, { type RequestHandler, Router } from 'express';
import { errors, type Provider } from 'oidc-provider';
import type { OwnMembers } from './clients.ts';
import { orUnavailable, type Standing } from './standing.ts';

interface Token {
  readonly clientId?: string;
  readonly accountId?: string;
  readonly grantId?: string;
  readonly scope?: string;
  readonly aud?: unknown;
  readonly exp?: number;
  readonly iat?: number;
  readonly tokenType?: string;
  readonly isValid: boolean;
  readonly extra?: Record<string, unknown>;
}

const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/;

export function bearerIntrospection(provider: Provider, standing: Standing): Router {
  const router = Router();
  const handle: RequestHandler = async (request, response, next) => {
    const [, credential] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    if (credential === undefined) return next();
    response.set('Cache-Control', 'no-store');
    const caller = (await provider.ClientCredentials.find(credential)) as Token | undefined;
    const client = caller?.isValid ? await provider.Client.find(caller.clientId ?? '') : undefined;
    if ((client as OwnMembers | undefined)?.introspect !== true) {
      response
        .status(401)
        .set('WWW-Authenticate', 'Bearer error="invalid_token"')
        .json({ error: 'invalid_token' });
      return;
    }
    const { token } = (request.body ?? {}) as { token?: unknown };
    try {
      response.json(typeof token === 'string' ? await describe(token) : { active: false });
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      const { statusCode, error: code, error_description } = error;
      response.status(statusCode).json({ error: code, error_description });
    }
  };
  // The body is read only where it is needed: the library reads its own.
  const form = express.urlencoded({ extended: false, limit: '64kb' });
  router.post('/', (request, response, next) =>
    BEARER.test(request.headers.authorization ?? '') ? form(request, response, next) : next(),
  );
  router.post('/', handle);

  async function describe(text: string): Promise<Record<string, unknown>> {
    const token = ((await provider.AccessToken.find(text)) ??
      (await provider.ClientCredentials.find(text))) as Token | undefined;
    const client = token?.isValid ? await provider.Client.find(token.clientId ?? '') : undefined;
    if (!token || !client) return { active: false };
    const { grantId, scope } = token;
    if (grantId && !(await provider.Grant.find(grantId))) return { active: false };
    if (grantId && !(await orUnavailable(standing.holdsGrant(grantId, client as never, scope))))
      return { active: false };
    const signIn = grantId ? await standing.signInMembers(grantId) : {};
    if (!signIn) return { active: false };
    return {
      ...token.extra,
      ...signIn,
      active: true,
      client_id: token.clientId,
      sub: token.accountId,
      iss: provider.issuer,
      aud: token.aud,
      scope: token.scope,
      exp: token.exp,
      iat: token.iat,
      token_type: token.tokenType,
    };
  }
  return router;
}
