/**
 * Launch context of one grant (SMART App Launch 2.2, scopes-and-launch-context.html): it survives refresh, and never mixes with that of another
 * launch. Also what "connected apps" is made of.
 */
import { scopeWords } from '../smart/scope.ts';
import { type Artifact, artifact, type Storage } from '../storage/storage.ts';

export interface FhirContextItem {
  readonly reference?: string;
  readonly canonical?: string;
  readonly identifier?: object;
  readonly type?: string;
  readonly role?: string;
}

export interface LaunchContext {
  readonly grantId: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly patient?: string | undefined;
  readonly encounter?: string | undefined;
  /** Who the person is to FHIR in this launch. */
  readonly fhirUser?: string | undefined;
  readonly fhirContext?: readonly FhirContextItem[] | undefined;
  readonly intent?: string | undefined;
  readonly needPatientBanner?: boolean | undefined;
  readonly scope: string;
  /** Given to one of the clinic's own apps. */
  readonly trusted?: boolean | undefined;
  readonly at: number;
  /** The sign-in it was made in. */
  readonly sessionUid?: string | undefined;
  readonly lastUsedAt?: number | undefined;
}

const MODEL = 'LaunchContext';
const USE = 'LaunchUse';
const OPENED = 'RecordOpened';
const USE_KEPT_MS = 400 * 86_400_000;
/** "Last used" is told by the day and hour: writing it at each request would cost more than it tells. */
const USE_STEP_MS = 60_000;

/** `expiresAt`: with the grant. */
export async function saveLaunchContext(
  storage: Storage,
  context: LaunchContext,
  expiresAt: number | undefined,
): Promise<void> {
  const { grantId, accountId, fhirUser, at } = context;
  await storage.saveArtifact(artifact(MODEL, grantId, { ...context }, { grantId, accountId, expiresAt }));
  if (fhirUser?.startsWith('RelatedPerson/'))
    await storage.saveArtifact(
      artifact(OPENED, fhirUser, { at }, { accountId, expiresAt: at + USE_KEPT_MS }),
    );
}

/** When the record was last opened as this RelatedPerson: it outlives the grant, which ends with the sign-in. */
export async function lastOpened(storage: Storage, person: string): Promise<number | undefined> {
  const found = await storage.findArtifact(OPENED, person);
  return found && Number(found.payload.at);
}

export async function findLaunchContext(
  storage: Storage,
  grantId: string,
): Promise<LaunchContext | undefined> {
  const [found] = toContext(await storage.findArtifact(MODEL, grantId));
  return found;
}

export async function listLaunchContexts(
  storage: Storage,
  accountId?: string,
): Promise<readonly LaunchContext[]> {
  const uses = await storage.listArtifacts(USE, accountId);
  const lastUse = new Map(uses.map(({ id, payload }) => [id, Number(payload.at)]));
  const found = await storage.listArtifacts(MODEL, accountId);
  return found
    .flatMap(toContext)
    .map((each) => ({ ...each, lastUsedAt: lastUse.get(each.grantId) ?? each.at }));
}

/** Kept beside the context, which a revocation at the same moment must not bring back. */
export async function noteUse(
  storage: Storage,
  grantId: string,
  accountId: string,
  now: number,
): Promise<void> {
  const found = await storage.findArtifact(USE, grantId);
  if (now - Number(found?.payload.at ?? 0) < USE_STEP_MS) return;
  await storage.saveArtifact(
    artifact(USE, grantId, { at: now }, { grantId, accountId, expiresAt: now + USE_KEPT_MS }),
  );
}

/** The members that SMART puts beside the access token, and in the introspection answer. */
export function contextMembers(context: LaunchContext, origin: string): Record<string, unknown> {
  const { patient, encounter, fhirContext, intent, needPatientBanner = true } = context;
  return {
    ...(patient === undefined ? {} : { patient }),
    ...(encounter === undefined ? {} : { encounter }),
    ...(fhirContext === undefined ? {} : { fhirContext }),
    ...(intent === undefined ? {} : { intent }),
    need_patient_banner: needPatientBanner,
    smart_style_url: `${origin}/smart-style.json`,
  };
}

const MODELS_OF_A_GRANT = ['AccessToken', 'RefreshToken', 'AuthorizationCode', MODEL, USE];

/** It goes on without the person: an app of others that has offline access. */
export const isLasting = ({ scope, trusted }: LaunchContext): boolean =>
  scopeWords(scope).includes('offline_access') && !trusted;

/** Everything that a launch gave, at once: its codes, its tokens, itself. */
export async function revokeGrant(storage: Storage, grantId: string): Promise<boolean> {
  const isMine = await storage.removeArtifact('Grant', grantId);
  for (const model of MODELS_OF_A_GRANT) await storage.removeArtifactsOfGrant(model, grantId);
  return isMine;
}

const toContext = (found: Artifact | undefined): LaunchContext[] =>
  found ? [found.payload as unknown as LaunchContext] : [];
