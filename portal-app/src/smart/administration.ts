/** The authorization server's API for administrators (docs/decisions/0032): apps and accounts, which no FHIR resource holds. Under the session's own token. */
import type { AppConfig } from './config.ts';
import { type FhirFailure, refusal } from './fhir.ts';
import { retryAfterOf } from './fhir-http.ts';
import { ASK_AGAIN, startSignIn } from './launch.ts';
import { type Session, SignedOut } from './session.ts';

/** Rejects with FhirFailure, in the same words; 412: it is not as it was when it was read. */
export interface Administration {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** undefined at a server that has none, or one elsewhere: the token goes to the one who gave it, and to nobody else. */
export function administrationOf(session: Session): Administration | undefined {
  const { administrationUrl: base, appsUrl } = session;
  if (base === undefined || appsUrl === undefined || new URL(base).origin !== new URL(appsUrl).origin)
    return undefined;

  async function ask(path: string, body?: unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const token = await session.accessToken();
      const response = await fetch(`${base}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch(() => undefined);
      if (response?.ok) return response.status === 204 ? undefined : response.json();
      if (!response || !isOver(response)) throw await failureOf(response);
      if (attempt > 1) throw new SignedOut();
      session.forgetAccessToken();
    }
  }
  return {
    get: <T>(path: string) => ask(path) as Promise<T>,
    post: <T>(path: string, body: unknown) => ask(path, body) as Promise<T>,
  };
}

const isOver = ({ status, headers }: Response): boolean =>
  status === 401 && !headers.get('www-authenticate')?.includes('insufficient_user_authentication');

/** The page asks for another sign-in before it sends; one that is refused for that has aged since. */
function failureOf(response: Response | undefined): Promise<FhirFailure> {
  const status = response?.status ?? 0;
  return refusal(status === 409 || status === 401 ? 412 : status, response && retryAfterOf(response));
}

/** Leaves the page, and comes back to it with a new sign-in. */
export function signInAgain(config: AppConfig): Promise<void> {
  localStorage.setItem(ASK_AGAIN, 'yes');
  return startSignIn(config, location.pathname + location.search);
}
