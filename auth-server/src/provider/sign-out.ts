/**
 * Signing out (OpenID Connect RP-Initiated Logout 1.0). The clinic's own apps end the sign-in at once: their `id_token_hint`, however old, proves that it
 * was them whom this very person was signed in to. Whoever else asks, another site included, gets the question.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config.ts';
import { signOutPage } from '../views/pages.ts';
import type { OwnMembers } from './clients.ts';
import { cookieSettings } from './cookies.ts';
import type { ServerKeys } from './keys.ts';

/** The library's `logoutSource`: it has checked the hint's signature and audience, and the address to return to. */
export async function signOut(
  ctx: KoaContextWithOIDC,
  form: string,
  config: Config,
  keys: ServerKeys,
): Promise<void> {
  const { session, provider } = ctx.oidc;
  if (!session || !isAskedByOwnApp(ctx)) {
    ctx.body = signOutPage(config, form);
    return;
  }
  await session.destroy();
  ctx.cookies.set(provider.cookieName('session'), null, cookieSettings(config, keys).long);
  leave(ctx);
}

/** Nobody is signed in: there is nothing to ask, and the way back is open. Without this the library sends a page whose script our policy forbids. */
export function leaveWhenNobodyIsIn(ctx: KoaContextWithOIDC): void {
  const isEnd = ctx.oidc?.route === 'end_session' && ctx.status === 200;
  if (isEnd && ctx.oidc.session?.accountId === undefined) leave(ctx);
}

function isAskedByOwnApp({ oidc }: KoaContextWithOIDC): boolean {
  const hint = oidc.entities.IdTokenHint as { payload?: { sub?: unknown } } | undefined;
  const isOwn = (oidc.client as OwnMembers | undefined)?.trusted === true;
  return isOwn && hint?.payload?.sub === oidc.session?.accountId;
}

function leave(ctx: KoaContextWithOIDC): void {
  const { post_logout_redirect_uri: asked, state } = ctx.oidc.params ?? {};
  const url = new URL(typeof asked === 'string' ? asked : ctx.oidc.urlFor('end_session_success'));
  if (typeof asked === 'string' && typeof state === 'string') url.searchParams.set('state', state);
  ctx.status = 303;
  ctx.redirect(url.href);
}
