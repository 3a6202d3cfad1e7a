/** oidc-provider's settings, put together from the files beside this one. Reasons: docs/decisions, and SMART App Launch 2.2. */
import { type Configuration, errors, type Interaction } from 'oidc-provider';
import type { Config } from '../config.ts';
import { randomSecret } from '../crypto/secrets.ts';
import { findLaunch } from '../launch/ehr-launch.ts';
import { contextMembers, findLaunchContext } from '../launch/launch-context.ts';
import { scopeWords } from '../smart/scope.ts';
import type { Storage } from '../storage/storage.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { errorPage, signedOutPage, signOutAgainPage, stepOverPage } from '../views/pages.ts';
import { createAdapter } from './adapter.ts';
import { checkAssertion } from './client-assertion.ts';
import { loadClients, OWN_MEMBERS, type OwnMembers } from './clients.ts';
import { cookieSettings } from './cookies.ts';
import { originsOf } from './cross-origin.ts';
import { keysAt, type ServerKeys } from './keys.ts';
import { MAY_REMEMBER } from './may-remember.ts';
import { createOutboundFetch, LONGEST_JWKS } from './outbound.ts';
import { smartPolicy, type Unasked } from './policy.ts';
import { signOut } from './sign-out.ts';
import { fhirResource } from './smart-resource.ts';
import { orUnavailable, type Standing } from './standing.ts';

const DAY = 86_400;
/** Renewed at every refresh: at least three months from each use ((g)(10) certification). */
const OFFLINE_REFRESH = 120 * DAY;
const OFFLINE_GRANT = 5 * 365 * DAY;

export interface ProviderDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly keys: ServerKeys;
  readonly standing: Standing;
  readonly unasked: Unasked;
  readonly now: () => number;
}

export function providerConfiguration({
  config,
  storage,
  keys,
  standing,
  unasked,
  now,
}: ProviderDependencies): Configuration {
  const fhirUserUrl = (reference: string): string => `${config.FHIR_BASE_URL}/${reference}`;
  const sessionSeconds = config.SESSION_HOURS * 3600;
  const options = { now, sessionMs: sessionSeconds * 1000 };
  return {
    adapter: (model: string) => createAdapter(storage, model, options),
    clients: loadClients(config),
    jwks: { keys: keysAt(keys, now()) as never },
    cookies: cookieSettings(config, keys),
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
    assertJwtClientAuthClaimsAndHeader: checkAssertion as never,
    fetch: createOutboundFetch(config) as never,
    fetchResponseBodyLimits: { jwks_uri: LONGEST_JWKS },
    routes: {
      authorization: '/authorize',
      token: '/token',
      introspection: '/introspect',
      revocation: '/revoke',
      registration: '/register',
      jwks: '/jwks',
      end_session: '/session/end',
    },
    extraParams: launchParams(config, storage),
    extraClientMetadata: { properties: [...OWN_MEMBERS] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      registration: {
        enabled: true,
        idFactory: () => crypto.randomUUID(),
        secretFactory: () => randomSecret(),
      },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      introspection: {
        enabled: true,
        allowedPolicy: async (ctx, client, token) => {
          // A resource server asks about access tokens: a refresh token must never look like one.
          const mayAsk = (client as OwnMembers).introspect === true && token.kind !== 'RefreshToken';
          if (!mayAsk && token.clientId !== client.clientId) return false;
          // A token whose client is gone is dead; the library would fail on it.
          const owner = (await ctx.oidc.provider.Client.find(token.clientId ?? '')) as OwnMembers | undefined;
          const { grantId, scope } = token as { grantId?: string; scope?: string };
          if (grantId === undefined) return owner !== undefined;
          return orUnavailable(standing.holdsGrant(grantId, owner as never, scope));
        },
      },
      revocation: {
        enabled: true,
        // RFC 7009, section 2.1: a client revokes its own tokens, nobody else's.
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: fhirResource(config),
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => signOut(ctx, form, config, keys),
        postLogoutSuccessSource: (ctx) => {
          ctx.body = signedOutPage(config);
        },
      },
    },
    extraTokenClaims: async (_ctx, token) => {
      const { accountId, grantId } = token as { accountId?: string; grantId?: string };
      const launch = accountId && grantId ? await findLaunchContext(storage, grantId) : undefined;
      if (!launch) return undefined;
      return {
        ...(launch.fhirUser ? { fhirUser: fhirUserUrl(launch.fhirUser) } : {}),
        ...contextMembers(launch, config.origin),
      };
    },
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') || code.scopes.has('online_access')),
    // Signing out ends what was launched in the session (accounts/sessions.ts). The library's own way would end a second tab with the first.
    expiresWithSession: async () => false,
    rotateRefreshToken: true,
    ttl: {
      AuthorizationCode: 60,
      Interaction: 900,
      // From one visit to the next; the whole is limited by the adapter.
      Session: config.SESSION_IDLE_MINUTES * 60,
      IdToken: 3600,
      AccessToken: config.ACCESS_TOKEN_SECONDS,
      // SMART Backend Services: five minutes at most.
      ClientCredentials: 300,
      Grant: (_ctx, grant) =>
        scopeWords(grant.getOIDCScope()).includes('offline_access') ? OFFLINE_GRANT : sessionSeconds + DAY,
      RefreshToken: (_ctx, token) => {
        if (token.scopes.has('offline_access')) return OFFLINE_REFRESH;
        const issued = (token as { iiat?: number }).iiat ?? Math.floor(now() / 1000);
        return Math.max(1, issued + sessionSeconds - Math.floor(now() / 1000));
      },
    },
    interactions: {
      policy: smartPolicy(storage, unasked),
      url: (_ctx, interaction: Interaction) =>
        `${new URL(config.AUTH_ISSUER).pathname}/interaction/${interaction.uid}`,
    },
    // One grant is one launch: nothing of an earlier launch of the same app flows into this one.
    loadExistingGrant: async (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId ? ctx.oidc.provider.Grant.find(grantId) : undefined;
    },
    findAccount: async (ctx, id, token) => {
      const account = await storage.findAccount(id);
      if (!account || account.disabled) return undefined;
      const { grantId } = (token ?? {}) as { grantId?: string };
      // A code, or a refresh token, gives nothing when what it rests on has ended.
      const isStanding =
        grantId === undefined ||
        (await orUnavailable(standing.holdsGrant(grantId, ctx.oidc.client as never)));
      if (!isStanding) return undefined;
      return {
        accountId: id,
        claims: async () => {
          const launch = grantId === undefined ? undefined : await findLaunchContext(storage, grantId);
          const fhirUser = launch?.fhirUser ?? account.persons[0];
          return {
            sub: id,
            name: account.displayName,
            ...(fhirUser ? { fhirUser: fhirUserUrl(fhirUser) } : {}),
          };
        },
      };
    },
    clientBasedCORS: (_ctx, origin, client) =>
      originsOf({
        redirect_uris: client.redirectUris,
        allowed_origins: (client as OwnMembers).allowed_origins ?? [],
      }).includes(origin),
    renderError: async (ctx, out, error) => {
      pageHeaders(ctx.res);
      ctx.type = 'html';
      // The question stood in two tabs: only that of the one opened last may be answered.
      if (ctx.oidc?.route === 'end_session_confirm') {
        ctx.body = signOutAgainPage(config, ctx.oidc.urlFor('end_session'));
        return;
      }
      ctx.body =
        error instanceof errors.SessionNotFound
          ? stepOverPage(config)
          : errorPage(config, out.error, out.error_description);
    },
  };
}

/** `aud` is required and exact (SMART App Launch 2.2, "Obtain authorization code"); `launch` must be one that was asked for this app. */
function launchParams(config: Config, storage: Storage): NonNullable<Configuration['extraParams']> {
  return {
    aud: (ctx: { oidc: { params?: Record<string, unknown> } }, value: string | undefined) => {
      const aud = value ?? ctx.oidc.params?.resource;
      if (typeof aud !== 'string') throw new errors.InvalidRequest('aud is required: the FHIR base URL');
      if (aud.replace(/\/$/, '') !== config.FHIR_BASE_URL)
        throw new errors.InvalidRequest('aud is not the FHIR server of this authorization server');
    },
    // Ours, and never an app's (middleware.ts): the consent that is asked for may be a remembered one.
    [MAY_REMEMBER]: null,
    // Ours: whose record the app had open, so that a person with several is not asked again (interactions/choose-patient.ts).
    patient_hint: (_ctx: unknown, value: string | undefined) => {
      if (value !== undefined && !/^[A-Za-z0-9\-.]{1,64}$/.test(value))
        throw new errors.InvalidRequest('patient_hint is not the id of a patient');
    },
    launch: async (_ctx: unknown, value: string | undefined, client: { clientId: string }) => {
      if (value !== undefined && !(await findLaunch(storage, value, client.clientId)))
        throw new errors.InvalidRequest('this launch is not known, or was used before');
    },
  } as NonNullable<Configuration['extraParams']>;
}
