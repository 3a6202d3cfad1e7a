/** oidc-provider's settings, put together from the files beside this one. Reasons: docs/decisions, and SMART App Launch 2.2. */
import { type Configuration, errors, type Interaction, interactionPolicy } from 'oidc-provider';
import type { Config } from '../config.ts';
import { scopeWords } from '../smart/scope.ts';
import type { Storage } from '../storage/storage.ts';
import { errorPage, signedOutPage, signOutPage } from '../views/pages.ts';
import { createAdapter } from './adapter.ts';
import { loadClients, OWN_MEMBERS, type OwnMembers } from './clients.ts';
import type { ServerKeys } from './keys.ts';
import { fhirResource } from './smart-resource.ts';

const DAY = 86_400;
/** Renewed at every refresh: at least three months from each use ((g)(10) certification). */
const OFFLINE_REFRESH = 120 * DAY;
const SESSION = DAY / 2;

export interface ProviderDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly keys: ServerKeys;
  readonly now: () => number;
}

export function providerConfiguration(dependencies: ProviderDependencies): Configuration {
  const { config, storage, keys, now } = dependencies;
  const fhirUserUrl = (reference: string): string => `${config.FHIR_BASE_URL}/${reference}`;
  return {
    adapter: (model: string) => createAdapter(storage, model, now),
    clients: loadClients(config.clientsFile),
    jwks: { keys: keys.jwks.keys as never },
    cookies: {
      keys: [...keys.cookieKeys],
      names: {
        session: 'wellspring_session',
        interaction: 'wellspring_interaction',
        resume: 'wellspring_resume',
      },
      long: { signed: true, httpOnly: true, sameSite: 'lax' },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    scopes: ['openid', 'offline_access', 'online_access'],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['name'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    clockTolerance: 15,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS384', 'ES384', 'RS256', 'ES256'],
      idTokenSigningAlgValues: ['RS256'],
    },
    routes: {
      authorization: '/authorize',
      token: '/token',
      introspection: '/introspect',
      revocation: '/revoke',
      registration: '/register',
      jwks: '/jwks',
      end_session: '/session/end',
    },
    extraParams: launchParams(config),
    extraClientMetadata: {
      properties: [...OWN_MEMBERS],
      validator(ctx, key, value) {
        // `ctx` is there only for requests: what a registration says of itself is never trusted.
        if (ctx && value !== undefined && (OWN_MEMBERS as readonly string[]).includes(key)) {
          throw new Error(`${key} can't be set by registration`);
        }
      },
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          (client as OwnMembers).introspect === true || token.clientId === client.clientId,
      },
      revocation: {
        enabled: true,
        // RFC 7009, section 2.1: a client revokes its own tokens, nobody else's.
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: fhirResource(config),
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage(config, form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = signedOutPage(config);
        },
      },
    },
    extraTokenClaims: async (_ctx, token) => {
      const { accountId, grantId } = token as { accountId?: string; grantId?: string };
      if (!accountId || !grantId) return undefined;
      const [account, launch] = await Promise.all([
        storage.findAccount(accountId),
        storage.findLaunchContext(grantId),
      ]);
      return {
        ...(account ? { fhirUser: fhirUserUrl(account.fhirUser) } : {}),
        ...(launch?.patient === undefined ? {} : { patient: launch.patient }),
      };
    },
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') || code.scopes.has('online_access')),
    expiresWithSession: async (_ctx, code) =>
      code.scopes.has('online_access') && !code.scopes.has('offline_access'),
    rotateRefreshToken: true,
    ttl: {
      AuthorizationCode: 60,
      Interaction: 900,
      Session: SESSION,
      IdToken: 3600,
      AccessToken: config.ACCESS_TOKEN_SECONDS,
      // SMART Backend Services: five minutes at most.
      ClientCredentials: 300,
      Grant: 5 * 365 * DAY,
      RefreshToken: (_ctx, token) => (token.scopes.has('offline_access') ? OFFLINE_REFRESH : SESSION),
    },
    interactions: {
      policy: smartPolicy(),
      url: (_ctx, interaction: Interaction) =>
        `${new URL(config.AUTH_ISSUER).pathname}/interaction/${interaction.uid}`,
    },
    // One grant is one launch: nothing of an earlier launch of the same app flows into this one.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId ? ctx.oidc.provider.Grant.find(grantId) : undefined;
    },
    findAccount: async (_ctx, id) => {
      const account = await storage.findAccount(id);
      if (!account) return undefined;
      return {
        accountId: id,
        claims: async () => ({ sub: id, fhirUser: fhirUserUrl(account.fhirUser), name: account.displayName }),
      };
    },
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => originOf(uri) === origin),
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage(config, out.error, out.error_description);
    },
  };
}

function originOf(uri: string): string | undefined {
  try {
    return new URL(uri).origin;
  } catch {
    return undefined;
  }
}

/** `aud` is required and exact (SMART App Launch 2.2, "Obtain authorization code"). */
function launchParams(config: Config): NonNullable<Configuration['extraParams']> {
  return {
    aud: (ctx: { oidc: { params?: Record<string, unknown> } }, value: string | undefined) => {
      const aud = value ?? ctx.oidc.params?.resource;
      if (typeof aud !== 'string') throw invalidRequest('aud is required: the FHIR base URL');
      if (aud.replace(/\/$/, '') !== config.FHIR_BASE_URL)
        throw invalidRequest('aud is not the FHIR server of this authorization server');
    },
    launch: (_ctx: unknown, value: string | undefined) => {
      if (value !== undefined) throw invalidRequest('this launch is not known, or was used before');
    },
  } as NonNullable<Configuration['extraParams']>;
}

function invalidRequest(description: string): Error {
  return new errors.InvalidRequest(description);
}

/** Sign in, choose the patient, consent. */
function smartPolicy(): ReturnType<typeof interactionPolicy.base> {
  const policy = interactionPolicy.base();
  const { Prompt, Check } = interactionPolicy;
  policy.add(
    new Prompt(
      { name: 'select_patient', requestable: false },
      new Check('patient_needed', 'a patient must be chosen', 'interaction_required', (ctx) => {
        const words = scopeWords(String(ctx.oidc.params?.scope ?? ''));
        const needed = words.includes('launch/patient') || words.some((word) => word.startsWith('patient/'));
        return (
          needed &&
          (ctx.oidc.result as { select_patient?: unknown } | undefined)?.select_patient === undefined
        );
      }),
    ),
    1,
  );
  return policy;
}
