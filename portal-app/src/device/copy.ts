/**
 * A copy of what was last read, for when there is no network: only where the person wants one on this device (off until then). Sealed in the vault;
 * gone when they sign out, when they no longer want it, or after a month.
 */
import type { DehydratedState, QueryClient } from '@tanstack/react-query';
import { fromVault, toVault } from './vault.ts';

export interface Copy {
  /** Whose record, and who read it: `Patient/…` or `RelatedPerson/…`. */
  readonly patient: string;
  readonly self: string;
  /** Milliseconds: when something was last read. */
  readonly at: number;
  readonly state: DehydratedState;
}

const WANTED = 'wellspring.keep-copy';
const ITEM = 'copy';
const SETTLE_MS = 1500;
const KEEP_MS = 31 * 86_400_000;

/** Few people want a copy: what makes one is fetched for those. */
const hydration = () => import('./hydration.ts');

export const isCopyWanted = (): boolean => localStorage.getItem(WANTED) === 'yes';

export async function wantCopy(wanted: boolean): Promise<void> {
  if (wanted) {
    localStorage.setItem(WANTED, 'yes');
    await navigator.serviceWorker?.register('/service-worker.js');
    return;
  }
  localStorage.removeItem(WANTED);
  await toVault(ITEM, undefined);
  // News are told by the same service worker.
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? [])
    if (!(await registration.pushManager?.getSubscription())) await registration.unregister();
}

/** From now on, for as long as it is wanted. Returns what ends it. */
export function keepCopy(queries: QueryClient, patient: string, self: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = async (): Promise<void> => {
    const { dehydrate } = await hydration();
    if (!isCopyWanted()) return;
    const state = dehydrate(queries, {
      shouldDehydrateQuery: ({ state: { status } }) => status === 'success',
    });
    await toVault(ITEM, { patient, self, at: Date.now(), state } satisfies Copy);
  };
  const end = queries.getQueryCache().subscribe(({ type }) => {
    if (type !== 'updated' || !isCopyWanted()) return;
    clearTimeout(timer);
    // One that can't be made now is made after the next reading.
    timer = setTimeout(() => void save().catch(() => undefined), SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}

/** undefined: none, or one that is too old to be of use. */
export async function loadCopy(now = Date.now()): Promise<Copy | undefined> {
  if (!isCopyWanted()) return undefined;
  const copy = await fromVault<Copy>(ITEM);
  return copy && now - copy.at < KEEP_MS ? copy : undefined;
}

export async function showCopy(queries: QueryClient, { state }: Copy): Promise<void> {
  const { hydrate } = await hydration();
  hydrate(queries, state);
}
