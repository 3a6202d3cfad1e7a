/** Apps that registered themselves at the authorization server: what waits for an administrator, and what was decided. */
import { queryOptions } from '@tanstack/react-query';
import type { Administration } from '../../smart/administration.ts';

export type AppState = 'waiting' | 'open' | 'approved' | 'refused' | 'withdrawn';
export type Verdict = 'approve' | 'refuse' | 'withdraw';

/** As the server tells it (auth-server/src/admin/apps.ts). */
export interface RegisteredApp {
  readonly id: string;
  readonly name: string;
  readonly state: AppState;
  readonly version: string;
  readonly registeredAt?: string;
  readonly website?: string;
  readonly privacyPolicy?: string;
  readonly contacts: readonly string[];
  readonly redirectUris: readonly string[];
  readonly launchUrl?: string;
  readonly provesItselfBy: 'public' | 'secret' | 'key';
  readonly isService: boolean;
  readonly scope: string;
  readonly connected: number;
  readonly decision?: {
    readonly what: 'approved' | 'refused' | 'withdrawn';
    readonly at: string;
    readonly by?: string;
    readonly reason?: string;
  };
}

/** Before something is changed: nothing more; to sign in again; or to set up a second factor first. */
export type Needs = 'nothing' | 'sign-in' | 'second-factor';

export const appsQuery = (administration: Administration) =>
  queryOptions({
    queryKey: ['registered-apps'],
    queryFn: () =>
      administration.get<{ readonly needs: Needs; readonly apps: readonly RegisteredApp[] }>('/apps'),
  });

/** `reason`: needed to refuse and to withdraw. Rejects with a FhirFailure of status 412 when the app is not as it was read. */
export const decideApp = (
  administration: Administration,
  { id, version }: RegisteredApp,
  verdict: Verdict,
  reason: string,
): Promise<void> => {
  const said = reason.trim() === '' ? {} : { reason: reason.trim() };
  return administration.post(`/apps/${encodeURIComponent(id)}`, { verdict, version, ...said });
};
