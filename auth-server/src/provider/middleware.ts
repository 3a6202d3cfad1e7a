/** What SMART asks beyond oidc-provider's settings: small steps around its own routes. */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Config } from '../config.ts';
import { scopeWords } from '../smart/scope.ts';
import type { Storage } from '../storage/storage.ts';

type Context = KoaContextWithOIDC & { request: { body?: unknown } };

export function addSmartSteps(provider: Provider, config: Config, storage: Storage, now: () => number): void {
  const base = new URL(config.AUTH_ISSUER);
  provider.proxy = true;
  provider.use(async (ctx, next) => {
    // Endpoint URLs are made of these: whatever a caller sends, they are the configured ones.
    ctx.req.headers['x-forwarded-proto'] = base.protocol.slice(0, -1);
    ctx.req.headers['x-forwarded-host'] = base.host;
    await next();
  });
  provider.use(async (ctx, next) => {
    if (ctx.path === '/authorize' && ctx.method === 'GET') askConsentForOffline(ctx as unknown as Context);
    await next();
  });
  provider.use(async (ctx, next) => {
    await next();
    await finishTokenResponse(ctx as unknown as Context, storage, now);
  });
}

/** The library drops offline_access unless prompt=consent is there; SMART apps never send it. */
function askConsentForOffline(ctx: Context): void {
  const query = { ...ctx.query };
  if (typeof query.scope !== 'string') return;
  query.scope = scopeWords(query.scope).join(' ');
  if (query.scope.includes('offline_access') && query.prompt === undefined) query.prompt = 'consent';
  ctx.query = query;
}

/** Launch context beside the token, and `Pragma` (RFC 6749, section 5.1). */
async function finishTokenResponse(ctx: Context, storage: Storage, now: () => number): Promise<void> {
  if (ctx.oidc?.route === 'revocation' && ctx.status === 200) {
    await storage.appendAudit({ at: now(), event: 'token revoked', clientId: ctx.oidc.client?.clientId });
  }
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
  if (!token?.grantId) return;
  const launch = await storage.findLaunchContext(token.grantId);
  ctx.body = {
    ...(ctx.body as object),
    ...(launch?.patient === undefined ? {} : { patient: launch.patient }),
    need_patient_banner: true,
    smart_style_url: `${new URL(ctx.oidc.issuer).origin}/smart-style.json`,
  };
}
