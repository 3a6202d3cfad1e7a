/**
 * How a launch begins and how its answer is taken up, in the few lines that are read before the app is (portal/main.ts): a reload leaves for the authorization server
 * at once, and the page that comes back sends its code while the app is still being read. No library is in it: the app checks what comes back by one (session.ts).
 */
import { entryNamed } from '../device/entry-name.ts';
import { wishedLanguage } from '../i18n/wished.ts';
import type { AppConfig } from './config.ts';
import { discover } from './discovery.ts';
import { learnOffers } from './offers.ts';
import { type SaysScopes, scopeFor } from './scope-for.ts';

interface PendingLaunch {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
  /** Of the words that were looked for there. */
  readonly entry?: string | undefined;
}

export const PENDING = 'wellspring.launch';
export const SIGNED_IN = 'wellspring.signed-in';
/** Whose record is open in this tab: an id, which opens nothing. */
export const PATIENT = 'wellspring.patient';
/** In this browser somebody signed out: the next sign-in asks for the password, whatever became of the end of the last one. */
export const ASK_AGAIN = 'wellspring.ask-again';
/** Where the account pages send whoever has just made an account (`?welcome`) or chosen a new password. */
export const SIGN_IN = '/sign-in';
/** Where an EHR opens the app. */
export const LAUNCH = '/launch';
/** Pages that know nothing of sign-ins, or begin one of their own. */
const OTHERS = [LAUNCH, '/shared'];

export const redirectUri = ({ redirectPath }: AppConfig): string => `${location.origin}${redirectPath}`;

/** True after a reload of a signed-in page. */
export const wasSignedIn = (): boolean => sessionStorage.getItem(SIGNED_IN) === 'yes';

/** The sign-in under way. */
export const pendingLaunch = (): PendingLaunch | null =>
  JSON.parse(sessionStorage.getItem(PENDING) ?? 'null') as PendingLaunch | null;

/** Leaves the page for the authorization server. `record`: the same as before, where there was one, or one that the person chooses. */
export function startSignIn(
  config: AppConfig,
  returnTo: string,
  record: 'same' | 'choose' = 'same',
): Promise<void> {
  return authorize(config, returnTo, record === 'same' ? sameRecord() : {});
}

function sameRecord(): Readonly<Record<string, string>> {
  const patient = sessionStorage.getItem(PATIENT);
  return patient === null ? {} : { patient_hint: patient };
}

let begun: Promise<void> | undefined;

/** Where the page that is opened is to be signed in without a question, and there is nothing to wait for. */
export function beginAtOnce(config: AppConfig): Promise<void> | undefined {
  const { pathname, search } = location;
  if ([...OTHERS, config.redirectPath].includes(pathname)) return undefined;
  if (pathname === SIGN_IN || wasSignedIn())
    begun = authorize(config, pathname === SIGN_IN ? `/${search}` : pathname + search, {
      // Nothing is said yet.
      ui_locales: wishedLanguage(),
      ...sameRecord(),
    });
  return begun;
}

/** What was begun before the app was read; else it begins now. */
export const startOnce = (config: AppConfig, returnTo: string): Promise<void> =>
  begun ?? startSignIn(config, returnTo);

/** `further`: parameters beside those of every launch, or instead of them. */
export async function authorize(
  config: AppConfig,
  returnTo: string,
  further: Readonly<Record<string, string>>,
): Promise<void> {
  const [server] = await Promise.all([discover(config.fhirBaseUrl), learnOffers(config.fhirBaseUrl)]);
  const verifier = randomWord();
  const entry = entryNamed((history.state as { usr?: unknown } | null)?.usr);
  const pending: PendingLaunch = { state: randomWord(), verifier, returnTo, entry };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const url = new URL(server.authorization_endpoint as string);
  const { scope, ...others } = further;
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri(config),
    scope: scopeFor(scope ?? config.scope, server as SaysScopes),
    state: pending.state,
    aud: config.fhirBaseUrl,
    // The account pages speak as this page does.
    ui_locales: document.documentElement.lang,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    ...(localStorage.getItem(ASK_AGAIN) === null ? {} : { prompt: 'login' }),
    ...others,
  }).toString();
  // In the place of this page, which comes back in it: Back leads to what was before, and not into signing in again.
  location.replace(url);
}

/** 256 bits: https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
const randomWord = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
const challengeOf = async (verifier: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

interface Sent {
  readonly request: string;
  readonly response: Promise<Response>;
}

let sent: Promise<Sent | undefined> | undefined;

/**
 * Back from the authorization server: the code is sent where it is the answer to what was asked in this tab, by the server that was asked (RFC 9207). Every other answer
 * is left to the app, which looks at this one again before it takes what comes of it.
 */
export function redeemAtOnce(config: AppConfig): void {
  const pending = location.pathname === config.redirectPath ? pendingLaunch() : null;
  const answer = new URLSearchParams(location.search);
  const code = answer.get('code');
  if (!pending || code === null || answer.get('state') !== pending.state) return;
  sent = discover(config.fhirBaseUrl).then(
    ({ issuer, token_endpoint: endpoint }) => {
      if (endpoint === undefined || answer.get('iss') !== issuer) return undefined;
      const body = new URLSearchParams({
        client_id: config.clientId,
        code,
        code_verifier: pending.verifier,
        grant_type: 'authorization_code',
        redirect_uri: redirectUri(config),
      });
      const response = fetch(endpoint, { method: 'POST', body, headers: { accept: 'application/json' } });
      // Said where it is taken.
      response.catch(() => undefined);
      return { request: wordsOf(endpoint, body), response };
    },
    () => undefined,
  );
}

/** As `fetch`: the answer to this very request where it was sent already, for a code is redeemed once. */
export async function redeem(url: string, request: { readonly body: URLSearchParams }): Promise<Response> {
  const early = await sent;
  sent = undefined;
  return early?.request === wordsOf(url, request.body) ? early.response : fetch(url, request as RequestInit);
}

function wordsOf(url: string, body: URLSearchParams): string {
  const sorted = new URLSearchParams(body);
  sorted.sort();
  return `${url} ${sorted}`;
}
