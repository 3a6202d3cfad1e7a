/**
 * An account that is taken back from whoever had it beside its owner: by a new password, an undo, an administrator. Nobody can say since when they had it, or which apps they
 * let in: so all that goes on without the person ends, unless the person says that they are theirs.
 */
import { listLaunchContexts, revokeGrant } from '../launch/launch-context.ts';
import type { Storage } from '../storage/storage.ts';
import { CONSENT, disconnectLasting } from './connected-apps.ts';
import { endLinks } from './links.ts';
import { endAll } from './sessions.ts';

export interface TakenBack {
  /** The sign-in in which it is done. */
  readonly exceptUid?: string | undefined;
  /** The person has said that the apps that are connected are theirs. */
  readonly keepsApps?: boolean;
}

/** Ends all sessions, what may have been set up to last in them, and the apps that were let in. */
export async function takeBack(
  storage: Storage,
  accountId: string,
  now: number,
  { exceptUid, keepsApps = false }: TakenBack = {},
): Promise<void> {
  await endAll(storage, accountId, exceptUid, true);
  if (!keepsApps) await disconnectLasting(storage, accountId, now);
}

/** All that an account has given and all it is signed in to: it is disabled, or closed. */
export async function revokeEverything(storage: Storage, accountId: string, now: number): Promise<void> {
  await endLinks(storage, accountId);
  await takeBack(storage, accountId, now);
  for (const launch of await listLaunchContexts(storage, accountId))
    await revokeGrant(storage, launch.grantId);
  for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant', CONSENT])
    await storage.removeArtifactsOfAccount(model, accountId);
}
