/** Apps that a person has connected: what each may see, what was allowed before, and the end of it. */
import { isLasting, listLaunchContexts, revokeGrant } from '../launch/launch-context.ts';
import { artifact, type Storage } from '../storage/storage.ts';

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

/** What was allowed. */
export const CONSENT = 'Consent';
const KEPT_MS = 365 * 86_400_000;

export async function saveConsent(
  storage: Storage,
  { accountId, clientId, patient, asked, granted, now }: NewConsent,
): Promise<void> {
  await storage.saveArtifact(
    artifact(
      CONSENT,
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
  const found = await storage.findArtifact(CONSENT, consentId(accountId, clientId, patient));
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

export const hasLastingApps = async (storage: Storage, accountId: string): Promise<boolean> =>
  (await listLaunchContexts(storage, accountId)).some(isLasting);

/** Its tokens die at once; what was allowed is forgotten. */
export async function disconnectApp(storage: Storage, accountId: string, clientId: string): Promise<void> {
  for (const launch of await listLaunchContexts(storage, accountId))
    if (launch.clientId === clientId) await revokeGrant(storage, launch.grantId);
  for (const consent of await storage.listArtifacts(CONSENT, accountId))
    if (consent.payload.clientId === clientId) await storage.removeArtifact(CONSENT, consent.id);
}

/** For everybody: an administrator has disabled the app. */
export async function disconnectAppEverywhere(storage: Storage, clientId: string): Promise<void> {
  for (const launch of await listLaunchContexts(storage))
    if (launch.clientId === clientId) await revokeGrant(storage, launch.grantId);
}

/** An app that was disconnected because the account was taken back. */
export interface EndedApp {
  readonly clientId: string;
  readonly since: number;
  readonly endedAt: number;
}

const ENDED = 'AppEnded';
const ENDED_KEPT_MS = 90 * 86_400_000;

/** Those that go on without the person, whoever let them in; the person finds them in a list. */
export async function disconnectLasting(storage: Storage, accountId: string, now: number): Promise<void> {
  const lasting = (await listLaunchContexts(storage, accountId)).filter(isLasting);
  const byClient = Map.groupBy(lasting, ({ clientId }) => clientId);
  for (const [clientId, launches] of byClient) {
    const since = Math.min(...launches.map(({ at }) => at));
    await storage.saveArtifact(
      artifact(
        ENDED,
        `${accountId} ${clientId}`,
        { clientId, since, endedAt: now },
        { accountId, expiresAt: now + ENDED_KEPT_MS },
      ),
    );
    await disconnectApp(storage, accountId, clientId);
    await storage.appendAudit({ at: now, event: 'app disconnected', accountId, clientId });
  }
}

/** Those that were not let in again since, the one disconnected last first. */
export async function listEndedApps(storage: Storage, accountId: string): Promise<readonly EndedApp[]> {
  const connected = new Set((await listConnectedApps(storage, accountId)).map(({ clientId }) => clientId));
  return (await storage.listArtifacts(ENDED, accountId))
    .map(({ payload }) => payload as unknown as EndedApp)
    .filter(({ clientId }) => !connected.has(clientId))
    .sort((a, b) => b.endedAt - a.endedAt);
}
