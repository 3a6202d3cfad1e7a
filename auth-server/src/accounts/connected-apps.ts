/** Apps that a person has connected: what each may see, what was allowed before, and the end of it. */
import { isLasting, listLaunchContexts, revokeGrant } from '../launch/launch-context.ts';
import { type Consent, withDecision } from '../smart/remembered.ts';
import { type Artifact, artifact, type Storage } from '../storage/storage.ts';

export interface ConnectedApp {
  readonly clientId: string;
  /** Everything that any of its launches may do. */
  readonly scopes: readonly string[];
  readonly patients: readonly string[];
  readonly since: number;
  readonly lastUsedAt: number;
}

/** For each patient apart: what holds for one's own record need not hold for a child's. */
interface ConsentOf {
  readonly accountId: string;
  readonly clientId: string;
  readonly patient: string | undefined;
}

interface NewConsent extends ConsentOf, Consent {
  readonly now: number;
}

/** What was allowed, and what it was chosen from. */
export const CONSENT = 'Consent';
const KEPT_MS = 365 * 86_400_000;

/** What was decided now, beside what was before. */
export async function saveConsent(
  storage: Storage,
  { asked, granted, now, ...whose }: NewConsent,
): Promise<void> {
  const { accountId, clientId } = whose;
  const made = (consent: Consent): Artifact =>
    artifact(CONSENT, consentId(whose), { clientId, ...consent }, { accountId, expiresAt: now + KEPT_MS });
  const decided = { asked, granted };
  const added = ({ payload }: Artifact): Artifact =>
    made(withDecision(payload as unknown as Consent, decided));
  if (await storage.changeArtifact(CONSENT, consentId(whose), added)) return;
  await storage.saveArtifact(made(decided));
}

/** It was used: what is remembered is kept as it is, where it was not withdrawn meanwhile. */
export async function keepConsent(
  storage: Storage,
  { now, ...whose }: ConsentOf & { readonly now: number },
): Promise<void> {
  await storage.changeArtifact(CONSENT, consentId(whose), (each) => ({ ...each, expiresAt: now + KEPT_MS }));
}

export async function findConsent(storage: Storage, whose: ConsentOf): Promise<Consent | undefined> {
  const found = await storage.findArtifact(CONSENT, consentId(whose));
  return found?.payload as Consent | undefined;
}

const consentId = ({ accountId, clientId, patient = '' }: ConsentOf): string =>
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

/** Its tokens die at once; what was allowed is forgotten. True for one of those who do it at the same moment. */
export async function disconnectApp(storage: Storage, accountId: string, clientId: string): Promise<boolean> {
  let isMine = false;
  for (const launch of await listLaunchContexts(storage, accountId))
    if (launch.clientId === clientId && (await revokeGrant(storage, launch.grantId))) isMine = true;
  for (const consent of await storage.listArtifacts(CONSENT, accountId))
    if (consent.payload.clientId === clientId) await storage.removeArtifact(CONSENT, consent.id);
  return isMine;
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
