/**
 * EHR launches (SMART App Launch 2.2, "Launch App: EHR Launch"): what an EHR asks for is kept for five minutes under a handle that nobody can
 * guess, for one app, and used once. docs/APPS.md has the call.
 */
import { digest, randomSecret } from '../crypto/secrets.ts';
import { artifact, type Storage } from '../storage/storage.ts';
import type { FhirContextItem } from './launch-context.ts';

export interface EhrLaunch {
  readonly clientId: string;
  readonly patient?: string | undefined;
  readonly encounter?: string | undefined;
  /** `Practitioner/…`, `Patient/…` …: nobody else may use this launch. */
  readonly fhirUser?: string | undefined;
  readonly fhirContext?: readonly FhirContextItem[] | undefined;
  readonly intent?: string | undefined;
  readonly needPatientBanner?: boolean | undefined;
}

const MODEL = 'Launch';
export const LAUNCH_LIFE_MS = 5 * 60_000;

/** Returns the value of the `launch` parameter. */
export async function createLaunch(storage: Storage, launch: EhrLaunch, now: number): Promise<string> {
  const handle = randomSecret();
  await storage.saveArtifact(
    artifact(MODEL, digest(handle), { ...launch }, { expiresAt: now + LAUNCH_LIFE_MS }),
  );
  return handle;
}

/** undefined when it is not known, too old, used, or another app's. */
export async function findLaunch(
  storage: Storage,
  handle: string,
  clientId: string,
): Promise<EhrLaunch | undefined> {
  const found = (await storage.findArtifact(MODEL, digest(handle)))?.payload as EhrLaunch | undefined;
  return found?.clientId === clientId ? found : undefined;
}

/** True for exactly one caller. */
export function useLaunch(storage: Storage, handle: string): Promise<boolean> {
  return storage.removeArtifact(MODEL, digest(handle));
}

/** Where the EHR sends the browser: the app's launch address with `iss` and `launch`. */
export function launchUrl(launchAddress: string, iss: string, launch: string): string {
  const url = new URL(launchAddress);
  url.searchParams.set('iss', iss);
  url.searchParams.set('launch', launch);
  return url.href;
}
