/**
 * The signed-in session: SMART standalone or EHR launch with PKCE, tokens in memory only, refreshed by rotation. What survives a reload is not a token
 * but the fact that somebody was signed in; the authorization server's own session then answers a new launch without a question.
 */
import * as oauth from 'oauth4webapi';
import { Explained } from '../format/explained.ts';
import { t } from '../i18n/text.ts';
import type { AppConfig } from './config.ts';
import { discover } from './discovery.ts';
import { ASK_AGAIN, PATIENT, PENDING, pendingLaunch, redeem, redirectUri, SIGNED_IN } from './launch.ts';
import { type Known, learnOffers } from './offers.ts';

export interface Session {
  /** The record that was opened: by the person, or by the EHR that launched the app. */
  readonly patient: string | undefined;
  readonly fhirUser: string | undefined;
  /** The authorization server's page of connected apps, where it says that it has one. */
  readonly appsUrl: string | undefined;
  /** The authorization server's API for administrators (docs/decisions/0032), where it has one. */
  readonly administrationUrl?: string | undefined;
  /** What the FHIR server says that it does. */
  readonly known: Known | undefined;
  /** The scopes that were granted, where the server says so. */
  readonly granted?: string | undefined;
  /** A token that holds for at least half a minute; refreshed when it does not. Rejects with SignedOut. */
  accessToken(): Promise<string>;
  /** A token was refused: the next one is new. */
  forgetAccessToken(): void;
  /** Ends the session here and at the authorization server. */
  signOut(): Promise<void>;
}

/** How tabs tell each other that somebody was active, or signed out; ask each other whether somebody is signed in, and answer with the record that is open. */
export const TABS = 'wellspring';
export type TabMessage = 'active' | 'signed-out' | 'anybody?' | { readonly patient: string | undefined };

/** Is this the app for whoever signed in? A server that does not know the two apps lets everybody through. */
export const isInPlace = ({ meantFor }: AppConfig, { fhirUser }: Session): boolean =>
  (meantFor === 'staff') === /(^|\/)Practitioner(Role)?\//.test(fhirUser ?? '');

/** The session can't be renewed: the person must sign in again. */
export class SignedOut extends Explained {
  constructor() {
    super(t('You are signed out.'));
    this.name = 'SignedOut';
  }
}

const EARLY_MS = 30_000;
const SIGN_OUT_MS = 3000;

/** A tab that is signed in answers at once; where none does, nobody is asked to wait. */
const ANSWER_MS = 250;

/** Is somebody signed in, in another tab of this browser? Their record then is the one that this tab opens. */
export function isSignedInElsewhere(): Promise<boolean> {
  const tabs = new BroadcastChannel(TABS);
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_MS);
    tabs.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      if (typeof data === 'string') return;
      clearTimeout(timer);
      if (data.patient !== undefined) sessionStorage.setItem(PATIENT, data.patient);
      resolve(true);
    };
    tabs.postMessage('anybody?' satisfies TabMessage);
  }).finally(() => tabs.close());
}

/** The next reload asks before it signs in. */
export const forgetSignIn = (): void => {
  sessionStorage.removeItem(SIGNED_IN);
  sessionStorage.removeItem(PATIENT);
};

/** Loopback addresses may be plain http: the demonstration runs on one machine. */
function insecureOptions(server: oauth.AuthorizationServer): { [oauth.allowInsecureRequests]?: boolean } {
  return server.token_endpoint?.startsWith('http:') ? { [oauth.allowInsecureRequests]: true } : {};
}

/** As the authorization server says it, and as pages say it too: the role, the relation or the record is over that the account was made for. */
export const ACCOUNT_ENDED = 'What this account stood for has ended. Please ask the clinic.';

/** The answer named our own state and issuer before it was taken for an answer: nobody else put these words there. */
export const isAccountEnded = (error: unknown): boolean =>
  error instanceof oauth.AuthorizationResponseError && error.error_description === ACCOUNT_ENDED;

export interface Finished {
  readonly session: Session;
  /** The state of the entry of the history that stood where the sign-in stands, as the router has it. */
  readonly entryState: { readonly usr: string } | null;
}

/** What came back to /callback, of which the page may make a session more than once: where no answer came, the code may not have been redeemed yet. */
export interface CameBack {
  readonly answer: URL;
  readonly pending: ReturnType<typeof pendingLaunch>;
  /** Where the person wanted to be. */
  readonly returnTo: string;
}

/** Taken up: nobody else in this tab does so. */
export function cameBack(): CameBack {
  const pending = pendingLaunch();
  sessionStorage.removeItem(PENDING);
  const { returnTo = '/' } = pending ?? {};
  return {
    answer: new URL(location.href),
    pending,
    returnTo: returnTo.startsWith('/') && !returnTo.startsWith('//') ? returnTo : '/',
  };
}

/** The code becomes a session. */
export async function finishSignIn(
  config: AppConfig,
  { answer: came, pending }: CameBack,
): Promise<Finished> {
  if (!pending) throw new Error('This sign-in was not started here. Please start again.');
  const server = await discover(config.fhirBaseUrl);
  const client: oauth.Client = { client_id: config.clientId };
  const parameters = oauth.validateAuthResponse(server, client, came, pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(config),
    pending.verifier,
    { ...insecureOptions(server), [oauth.customFetch]: redeem },
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
    // One that names no scopes was asked for it all the same, and need not know it.
    requireIdToken: (server.scopes_supported ?? []).includes('openid'),
  });
  const fhirUser = textOf(oauth.getValidatedIdTokenClaims(answer)?.fhirUser) ?? textOf(answer.fhirUser);
  // Whoever is a patient, at a server that names no record, has their own.
  const patient = textOf(answer.patient) ?? /(?:^|\/)Patient\/([^/]+)$/.exec(fhirUser ?? '')?.[1];
  if (config.meantFor === 'patients' && patient === undefined)
    throw new Error('No record was chosen. Please start again.');
  localStorage.removeItem(ASK_AGAIN);
  sessionStorage.setItem(SIGNED_IN, 'yes');
  if (config.meantFor === 'patients') sessionStorage.setItem(PATIENT, patient as string);
  const known = await learnOffers(config.fhirBaseUrl);
  return {
    session: createSession(server, client, answer, { fhirUser, patient, known, granted: answer.scope }),
    entryState: pending.entry === undefined ? null : { usr: pending.entry },
  };
}

function createSession(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  first: oauth.TokenEndpointResponse,
  who: Pick<Session, 'fhirUser' | 'patient' | 'known' | 'granted'>,
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
      // A network fault passes, and so does a limit; a refusal is final.
      if (error instanceof oauth.ResponseBodyError && error.status !== 429) throw new SignedOut();
      throw error;
    }
  }

  return {
    ...who,
    appsUrl: textOf(server.management_endpoint),
    administrationUrl: textOf(server.administration_endpoint),
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
      if (server.revocation_endpoint)
        await oauth.revocationRequest(server, client, oauth.None(), token, options).catch(() => undefined);
      // One that does not say where a session ends is asked for the password at the next sign-in all the same.
      if (!server.end_session_endpoint) return location.assign('/');
      const url = new URL(server.end_session_endpoint);
      if (hint) url.searchParams.set('id_token_hint', hint);
      url.searchParams.set('client_id', client.client_id);
      url.searchParams.set('post_logout_redirect_uri', `${location.origin}/`);
      location.assign(url);
      return undefined;
    },
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
