/** What SMART asks beyond oidc-provider's settings: small steps around its own routes. */
import type { Request } from 'express';
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { z } from 'zod';
import { DEVICE_COOKIE } from '../accounts/known-device.ts';
import { endSession, noteSession } from '../accounts/sessions.ts';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import { viewerMembers } from '../fhir/viewer.ts';
import { contextMembers, findLaunchContext, noteUse, revokeGrant } from '../launch/launch-context.ts';
import { scopeWords } from '../smart/scope.ts';
import type { Storage } from '../storage/storage.ts';
import { readCookie } from '../views/cookies.ts';
import { isHashed } from './client-secret.ts';
import { findStoredClient, OWN_MEMBERS, type OwnMembers } from './clients.ts';
import { hostCookie } from './cookies.ts';
import { MAY_REMEMBER } from './may-remember.ts';
import { authorizationQuery } from './posted-authorization.ts';
import { replayRefresh } from './refresh-replay.ts';
import { leaveWhenNobodyIsIn } from './sign-out.ts';
import { orUnavailable, type Standing } from './standing.ts';

type Context = KoaContextWithOIDC & { request: { body?: unknown } };

export interface SmartStepsDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly standing: Standing;
  readonly seal: Seal;
  readonly now: () => number;
}

export function addSmartSteps(
  provider: Provider,
  { config, storage, standing, seal, now }: SmartStepsDependencies,
): void {
  const base = new URL(config.AUTH_ISSUER);
  provider.proxy = true;
  provider.use(async (ctx, next) => {
    // Endpoint URLs are made of these: whatever a caller sends, they are the configured ones.
    ctx.req.headers['x-forwarded-proto'] = base.protocol.slice(0, -1);
    ctx.req.headers['x-forwarded-host'] = base.host;
    // Where the library has nothing to say of it, too: of what is not there, or no longer.
    ctx.set('Cache-Control', 'no-store');
    await next();
    if (ctx.status === 503) ctx.set('Retry-After', '5');
  });
  provider.use(async (ctx, next) => {
    if (ctx.path === '/authorize' && ctx.method === 'GET')
      await readAuthorization(ctx as unknown as Context, storage);
    await next();
  });
  provider.use(async (ctx, next) => {
    await next();
    const context = ctx as unknown as Context;
    leaveWhenNobodyIsIn(context);
    await finishSession(context, config, storage, now);
    await finishTokenResponse(context, config, storage, now);
    if (context.oidc?.route === 'token') await replayRefresh({ ctx: context, storage, seal, now });
    await finishIntrospection(context, storage, standing, now);
    await answerStanding(context, standing).catch((error: unknown) => sayAsTheLibrary(context, error));
    await answerViewer(context, storage);
    await finishRegistration(context, storage);
  });
  provider.on('grant.revoked', (_ctx, grantId) => {
    void revokeGrant(storage, grantId).catch(() => undefined);
  });
  provider.on('grant.error', (ctx, error) => {
    const clientId = ctx.oidc.client?.clientId;
    void storage
      .appendAudit({
        at: now(),
        event: 'token refused',
        clientId,
        address: (ctx.req as Request).ip,
        detail: error.error,
      })
      .catch(() => undefined);
  });
}

/** Of what is asked after the library has answered it says nothing any more. */
function sayAsTheLibrary(ctx: Context, error: unknown): void {
  if (!(error instanceof errors.OIDCProviderError)) throw error;
  ctx.status = error.statusCode;
  ctx.body = { error: error.error, error_description: error.error_description };
}

/** The form of a POST, white space made single; and the library drops offline_access unless prompt=consent is there, which SMART apps need not send: then it is this server's, and asks for no page. */
async function readAuthorization(ctx: Context, storage: Storage): Promise<void> {
  const parameters = new URLSearchParams(await authorizationQuery(ctx, storage));
  const scope = scopeWords(parameters.get('scope') ?? '').join(' ');
  if (parameters.getAll('scope').length === 1) parameters.set('scope', scope);
  parameters.delete(MAY_REMEMBER);
  if (scope.includes('offline_access') && !parameters.has('prompt')) {
    parameters.set('prompt', 'consent');
    parameters.set(MAY_REMEMBER, '1');
  }
  ctx.querystring = parameters.toString();
}

/** A sign-in is on the list of sessions from its first moment; signing out ends all that was launched in it. */
async function finishSession(
  ctx: Context,
  config: Config,
  storage: Storage,
  now: () => number,
): Promise<void> {
  const { session, route } = ctx.oidc ?? {};
  if (
    (route === 'end_session_confirm' || route === 'end_session') &&
    session?.accountId &&
    (session as { destroyed?: boolean }).destroyed
  ) {
    await endSession(storage, session.accountId, session.uid);
    await storage.appendAudit({ at: now(), event: 'signed out', accountId: session.accountId });
  }
  if ((route !== 'authorization' && route !== 'resume') || !session?.accountId) return;
  await noteSession(storage, {
    uid: session.uid,
    accountId: session.accountId,
    request: ctx.req,
    browser: readCookie(ctx.req, hostCookie(config, DEVICE_COOKIE)),
    now: now(),
  });
}

/** Launch context beside the token, and `Pragma` (RFC 6749, section 5.1). */
async function finishTokenResponse(
  ctx: Context,
  config: Config,
  storage: Storage,
  now: () => number,
): Promise<void> {
  if (ctx.oidc?.route === 'revocation' && ctx.status === 200) await noteRevocation(ctx, storage, now);
  if (ctx.oidc?.route !== 'token') return;
  ctx.set('Pragma', 'no-cache');
  if (ctx.status !== 200) return;
  const token = ctx.oidc.entities.AccessToken;
  await storage.appendAudit({
    at: now(),
    event: 'token issued',
    accountId: token?.accountId,
    clientId: ctx.oidc.client?.clientId,
  });
  const launch = token?.grantId === undefined ? undefined : await findLaunchContext(storage, token.grantId);
  if (!launch) return;
  ctx.body = { ...(ctx.body as object), ...contextMembers(launch, config.origin) };
}

/** The library answers 200 to whatever it did not revoke: a token that is not known, or another client's (RFC 7009, section 2.2). */
async function noteRevocation({ oidc }: Context, storage: Storage, now: () => number): Promise<void> {
  const { AccessToken, RefreshToken, ClientCredentials } = oidc.entities;
  const token = RefreshToken ?? AccessToken ?? ClientCredentials;
  const clientId = oidc.client?.clientId;
  if (!token || token.clientId !== clientId) return;
  const { accountId } = token as { accountId?: string };
  await storage.appendAudit({ at: now(), event: 'token revoked', clientId, accountId });
}

/**
 * The FHIR server asks once a minute while an app uses its token: that is its "last used". What looks like a JWT is no token of ours: the library calls
 * it a bad request, RFC 7662 (section 2.2) an inactive token.
 */
async function finishIntrospection(
  ctx: Context,
  storage: Storage,
  standing: Standing,
  now: () => number,
): Promise<void> {
  if (
    ctx.oidc?.route === 'introspection' &&
    (ctx.body as { error?: string } | undefined)?.error === 'unsupported_token_type'
  ) {
    ctx.status = 200;
    ctx.body = { active: false };
  }
  const { accountId, grantId } =
    ctx.oidc?.route === 'introspection' ? (ctx.oidc.entities.AccessToken ?? {}) : {};
  if (!accountId || !grantId) return;
  await noteUse(storage, grantId, accountId, now());
  const body = ctx.body as { active?: boolean } | undefined;
  if (body?.active !== true) return;
  const signIn = await standing.signInMembers(grantId);
  ctx.body = signIn ? { ...body, ...signIn } : { active: false };
}

/**
 * The FHIR server asks whether what somebody made still has its ground (a calendar feed, a subscription, a running export): as an introspection with this
 * hint, whose `token` is JSON in base64url: `sub`, `client_id`, and `fhirUser` and `patient` where there are such, `endings`, `sign_in` and `device` as introspection told them when it was made. A client's own: `sub` is the client.
 */
const STANDING_HINT = 'urn:wellspring:standing';

async function answerStanding(ctx: Context, standing: Standing): Promise<void> {
  const { route, params, client } = ctx.oidc ?? {};
  if (route !== 'introspection' || ctx.status !== 200 || params?.token_type_hint !== STANDING_HINT) return;
  const asked = standingAsked(String(params.token));
  const mayAsk = (client as OwnMembers | undefined)?.introspect === true;
  const app = mayAsk && asked ? await ctx.oidc.provider.Client.find(asked.client_id) : undefined;
  if (!asked || !app) {
    ctx.body = { active: false };
    return;
  }
  const { sub: accountId, client_id: _, sign_in: signIn, ...kept } = asked;
  const { fhirUser, patient, scope } = kept;
  const isOwn = accountId === app.clientId && fhirUser === undefined && patient === undefined;
  const grounds = { ...kept, signIn, accountId, client: app as never };
  ctx.body = {
    active: isOwn
      ? standing.holdsOfClient(app as OwnMembers, scope)
      : await orUnavailable(standing.holdsBeyondTokens(grounds)),
  };
}

const standingSchema = z.object({
  sub: z.string(),
  client_id: z.string(),
  fhirUser: z.string().optional(),
  patient: z.string().optional(),
  /** What is kept of the token it was made with; '' where nothing is: a job, whose files are asked for with a token of its own. */
  scope: z.string().default(''),
  endings: z.number().optional(),
  endsWithSignIns: z.boolean().optional(),
  sign_in: z.string().optional(),
  device: z.string().optional(),
  duringSignIn: z.boolean().optional(),
});

function standingAsked(token: string): z.infer<typeof standingSchema> | undefined {
  try {
    return standingSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
  } catch {
    return undefined;
  }
}

/** Tokens of this server's own, for what it shows to somebody. */
async function answerViewer(ctx: Context, storage: Storage): Promise<void> {
  const { route, params, client } = ctx.oidc ?? {};
  if (
    route !== 'introspection' ||
    ctx.status !== 200 ||
    (client as OwnMembers | undefined)?.introspect !== true
  )
    return;
  if ((ctx.body as { active?: boolean }).active === false && params?.token_type_hint === undefined)
    ctx.body = (await viewerMembers(storage, String(params?.token))) ?? ctx.body;
}

/** RFC 7591 names the scopes `scope`; what this server keeps for itself is not told, nor a secret a second time. */
async function finishRegistration(ctx: Context, storage: Storage): Promise<void> {
  const isClient = ['registration', 'client', 'client_update'].includes(ctx.oidc?.route ?? '');
  const body = ctx.body as Record<string, unknown> | undefined;
  if (!isClient || ctx.status >= 300 || !body?.client_id) return;
  // The library answers with what it was given: what was decided about the app before is kept beside it.
  const stored = await findStoredClient(storage, String(body.client_id));
  const own = new Set<string>(
    OWN_MEMBERS.filter((name) => name !== 'allowed_origins' && name !== 'launch_url'),
  );
  const shown = Object.entries(body).filter(
    ([name]) => !own.has(name) && !(name === 'client_secret' && isHashed(body.client_secret)),
  );
  ctx.body = { ...Object.fromEntries(shown), scope: body.smart_scope, registration_status: stored?.status };
}
