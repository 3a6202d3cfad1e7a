/** What was decided about an app that registered itself, by whom and why: kept beside the registration, which its maker may change. */
import { artifact, type Storage } from '../storage/storage.ts';

export interface AppDecision {
  readonly what: 'approved' | 'refused' | 'withdrawn';
  readonly at: number;
  /** The administrator's account; undefined = the command line. */
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

interface Context {
  readonly storage: Storage;
  readonly now: () => number;
  readonly by: string | undefined;
}

const MODEL = 'AppDecision';

export async function noteDecision(
  { storage, now, by }: Context,
  clientId: string,
  what: AppDecision['what'],
  reason: string | undefined,
): Promise<void> {
  await storage.saveArtifact(artifact(MODEL, clientId, { what, at: now(), by, reason }));
}

export async function forgetDecision({ storage }: Pick<Context, 'storage'>, clientId: string): Promise<void> {
  await storage.removeArtifact(MODEL, clientId);
}

/** By the id of the app. */
export async function listDecisions(storage: Storage): Promise<ReadonlyMap<string, AppDecision>> {
  const found = await storage.listArtifacts(MODEL);
  return new Map(found.map(({ id, payload }) => [id, payload as unknown as AppDecision]));
}
