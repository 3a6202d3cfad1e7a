/**
 * The signed-in session: SMART standalone launch with PKCE, tokens in memory only, refreshed by rotation. What survives a reload is not a token
 * but the fact that somebody was signed in; the authorization server's own session then answers a new launch without a question.
 */
import * as oauth from 'oauth4webapi';
import { t } from '../i18n/text.ts';
import type { PortalConfig } from './config.ts';
import { discover } from './discovery.ts';
import { PORTAL_SCOPE } from './scopes.ts';

export interface Session {
  readonly patient: string;
  readonly fhirUser: string | undefined;
  /** The authorization server's pages of the account, and of connected apps. */
  readonly accountUrl: string;
  readonly appsUrl: string;
  /** A token that holds for at least half a minute; refreshed when it does not. Rejects with SignedOut. */
  accessToken(): Promise<string>;
  /** A token was refused: the next one is new. */
  forgetAccessToken(): void;
  /** Ends the session here and at the authorization server. */
  signOut(): Promise<void>;
}

/** How tabs tell each other that somebody was active, or signed out. */
export const TABS = 'wellspring';
export type TabMessage = 'active' | 'signed-out';

/** The session can't be renewed: the person must sign in again. */
export class SignedOut extends Error {
  constructor() {
    super(t('You are signed out.'));
    this.name = 'SignedOut';
  }
}

interface PendingLaunch {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
}

const PENDING = 'wellspring.launch';
const SIGNED_IN = 'wellspring.signed-in';
/** Whose record is open in this tab: an id, which opens nothing. */
const PATIENT = 'wellspring.patient';
/** In this browser somebody signed out: the next sign-in asks for the password, whatever became of the end of the last one. */
const ASK_AGAIN = 'wellspring.ask-again';
const EARLY_MS = 30_000;
const SIGN_OUT_MS = 3000;

const redirectUri = (): string => `${location.origin}/callback`;

/** True after a reload of a signed-in page. */
export const wasSignedIn = (): boolean => sessionStorage.getItem(SIGNED_IN) === 'yes';

/** Where a sign-in under way leads to. */
export const pendingReturnTo = (): string | undefined =>
  (JSON.parse(sessionStorage.getItem(PENDING) ?? 'null') as PendingLaunch | null)?.returnTo;

/** The next reload asks before it signs in. */
export const forgetSignIn = (): void => {
  sessionStorage.removeItem(SIGNED_IN);
  sessionStorage.removeItem(PATIENT);
};

/** Leaves the page for the authorization server. `record`: the same as before, where there was one, or one that the person chooses. */
export async function startSignIn(
  config: PortalConfig,
  returnTo: string,
  record: 'same' | 'choose' = 'same',
): Promise<void> {
  const server = await discover(config.fhirBaseUrl);
  const verifier = oauth.generateRandomCodeVerifier();
  const pending: PendingLaunch = { state: oauth.generateRandomState(), verifier, returnTo };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const patient = sessionStorage.getItem(PATIENT);
  const url = new URL(server.authorization_endpoint as string);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri(),
    scope: PORTAL_SCOPE,
    state: pending.state,
    aud: config.fhirBaseUrl,
    // The account pages speak as this page does.
    ui_locales: document.documentElement.lang,
    ...(patient === null || record === 'choose' ? {} : { patient_hint: patient }),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(localStorage.getItem(ASK_AGAIN) === null ? {} : { prompt: 'login' }),
  }).toString();
  location.assign(url);
}

/** Loopback addresses may be plain http: the demonstration runs on one machine. */
function insecureOptions(server: oauth.AuthorizationServer): { [oauth.allowInsecureRequests]?: boolean } {
  return server.token_endpoint?.startsWith('http:') ? { [oauth.allowInsecureRequests]: true } : {};
}

/** On /callback: the code becomes a session. Returns where the person wanted to be. */
export async function finishSignIn(config: PortalConfig): Promise<{ session: Session; returnTo: string }> {
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null') as PendingLaunch | null;
  sessionStorage.removeItem(PENDING);
  if (!pending) throw new Error('This sign-in was not started here. Please start again.');
  const server = await discover(config.fhirBaseUrl);
  const client: oauth.Client = { client_id: config.clientId };
  const parameters = oauth.validateAuthResponse(server, client, new URL(location.href), pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    pending.verifier,
    insecureOptions(server),
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
    requireIdToken: true,
  });
  if (typeof answer.patient !== 'string') throw new Error('No record was chosen. Please start again.');
  localStorage.removeItem(ASK_AGAIN);
  sessionStorage.setItem(SIGNED_IN, 'yes');
  sessionStorage.setItem(PATIENT, answer.patient);
  const fhirUser = oauth.getValidatedIdTokenClaims(answer)?.fhirUser;
  return {
    session: createSession(server, client, answer, typeof fhirUser === 'string' ? fhirUser : undefined),
    returnTo: pending.returnTo.startsWith('/') && !pending.returnTo.startsWith('//') ? pending.returnTo : '/',
  };
}

function createSession(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  first: oauth.TokenEndpointResponse,
  fhirUser: string | undefined,
): Session {
  let current = first;
  let until = Date.now() + (first.expires_in ?? 300) * 1000;
  let refreshing: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    if (!current.refresh_token) throw new SignedOut();
    try {
      const options = insecureOptions(server);
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        oauth.None(),
        current.refresh_token,
        options,
      );
      const answer = await oauth.processRefreshTokenResponse(server, client, response);
      const { refresh_token, id_token } = current;
      current = { refresh_token, ...(id_token === undefined ? {} : { id_token }), ...answer };
      until = Date.now() + (answer.expires_in ?? 300) * 1000;
    } catch (error) {
      // A network fault passes; a refusal is final.
      if (error instanceof oauth.ResponseBodyError) throw new SignedOut();
      throw error;
    }
  }

  const apps = String(server.management_endpoint ?? server.issuer);
  return {
    patient: String(first.patient),
    fhirUser,
    accountUrl: new URL('/account/security', apps).href,
    appsUrl: apps,
    async accessToken() {
      if (Date.now() > until - EARLY_MS) {
        refreshing ??= refresh().finally(() => {
          refreshing = undefined;
        });
        await refreshing;
      }
      return current.access_token;
    },
    forgetAccessToken() {
      until = 0;
    },
    async signOut() {
      forgetSignIn();
      new BroadcastChannel(TABS).postMessage('signed-out' satisfies TabMessage);
      // Until the end has been confirmed there: a sign-out that went wrong must not leave the door open for whoever comes next.
      localStorage.setItem(ASK_AGAIN, 'yes');
      const token = current.refresh_token ?? current.access_token;
      const hint = current.id_token;
      const options = { ...insecureOptions(server), signal: AbortSignal.timeout(SIGN_OUT_MS) };
      await oauth.revocationRequest(server, client, oauth.None(), token, options).catch(() => undefined);
      const url = new URL(`${server.issuer}/session/end`);
      if (hint) url.searchParams.set('id_token_hint', hint);
      url.searchParams.set('client_id', client.client_id);
      url.searchParams.set('post_logout_redirect_uri', `${location.origin}/`);
      location.assign(url);
    },
  };
}
