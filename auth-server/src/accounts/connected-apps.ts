/** Apps that a person has connected: what each may see, what was allowed before, and the end of it. */
import { listLaunchContexts, revokeGrant } from '../launch/launch-context.ts';
import { artifact, type Storage } from '../storage/storage.ts';
import { endLinks } from './links.ts';
import { takeBack } from './sessions.ts';

export interface ConnectedApp {
  readonly clientId: string;
  /** Everything that any of its launches may do. */
  readonly scopes: readonly string[];
  readonly patients: readonly string[];
  readonly since: number;
  readonly lastUsedAt: number;
}

export interface Consent {
  readonly asked: readonly string[];
  readonly granted: readonly string[];
}

interface NewConsent extends Consent {
  readonly accountId: string;
  readonly clientId: string;
  readonly patient: string | undefined;
  readonly now: number;
}

const MODEL = 'Consent';
const KEPT_MS = 365 * 86_400_000;

export async function saveConsent(
  storage: Storage,
  { accountId, clientId, patient, asked, granted, now }: NewConsent,
): Promise<void> {
  await storage.saveArtifact(
    artifact(
      MODEL,
      consentId(accountId, clientId, patient),
      { clientId, asked, granted },
      { accountId, expiresAt: now + KEPT_MS },
    ),
  );
}

/** For each patient apart: what holds for one's own record need not hold for a child's. */
export async function findConsent(
  storage: Storage,
  accountId: string,
  clientId: string,
  patient: string | undefined,
): Promise<Consent | undefined> {
  const found = await storage.findArtifact(MODEL, consentId(accountId, clientId, patient));
  return found?.payload as Consent | undefined;
}

const consentId = (accountId: string, clientId: string, patient = ''): string =>
  `${accountId} ${clientId} ${patient}`;

/** Third-party apps, the one used last first. */
export async function listConnectedApps(
  storage: Storage,
  accountId: string,
): Promise<readonly ConnectedApp[]> {
  const launches = (await listLaunchContexts(storage, accountId)).filter(({ trusted }) => !trusted);
  const byClient = Map.groupBy(launches, ({ clientId }) => clientId);
  return [...byClient]
    .map(([clientId, ofClient]) => ({
      clientId,
      scopes: [...new Set(ofClient.flatMap(({ scope }) => scope.split(' ')))],
      patients: [...new Set(ofClient.flatMap(({ patient }) => patient ?? []))],
      since: Math.min(...ofClient.map(({ at }) => at)),
      lastUsedAt: Math.max(...ofClient.map(({ at, lastUsedAt }) => lastUsedAt ?? at)),
    }))
    .sort((a, b) => b.lastUsedAt - a.lastUsedAt);
}

/** Its tokens die at once; what was allowed is forgotten. */
export async function disconnectApp(storage: Storage, accountId: string, clientId: string): Promise<void> {
  for (const launch of await listLaunchContexts(storage, accountId))
    if (launch.clientId === clientId) await revokeGrant(storage, launch.grantId);
  for (const consent of await storage.listArtifacts(MODEL, accountId))
    if (consent.payload.clientId === clientId) await storage.removeArtifact(MODEL, consent.id);
}

/** For everybody: an administrator has disabled the app. */
export async function disconnectAppEverywhere(storage: Storage, clientId: string): Promise<void> {
  for (const launch of await listLaunchContexts(storage))
    if (launch.clientId === clientId) await revokeGrant(storage, launch.grantId);
}

/** All that an account has given and all it is signed in to: it is disabled, or closed. */
export async function revokeEverything(storage: Storage, accountId: string): Promise<void> {
  await endLinks(storage, accountId);
  await takeBack(storage, accountId);
  for (const launch of await listLaunchContexts(storage, accountId))
    await revokeGrant(storage, launch.grantId);
  for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant', MODEL])
    await storage.removeArtifactsOfAccount(model, accountId);
}
