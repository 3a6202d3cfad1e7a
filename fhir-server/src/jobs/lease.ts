/**
 * One server at a time does a job: whoever holds its lease, a note of the store with a name and an end. A holder renews it while it works; one that dies
 * loses it by itself. Servers' clocks should agree within a few seconds. A server that stood still for longer than the lease finds it lost before it
 * does the next thing.
 */
import type { ResourceStore } from '../store/store.ts';

export interface Lease {
  /** Takes or renews it; false while somebody else has it. */
  hold(): Promise<boolean>;
  /** Gives it back at once, so that the next need not wait for its end. */
  release(): Promise<void>;
}

interface Held {
  readonly holder: string;
  readonly until: number;
}

export const leaseNote = (name: string): string => `lease/${name}`;

/** `holder`: the same after a restart, and nobody else's. */
export function createLease(
  store: Pick<ResourceStore, 'getNote' | 'swapNote'>,
  { name, holder, ttlMs, now }: { name: string; holder: string; ttlMs: number; now: () => number },
): Lease {
  const note = leaseNote(name);
  async function set(until: number): Promise<boolean> {
    const before = await store.getNote(note);
    const held = before === undefined ? undefined : (JSON.parse(before) as Held);
    if (held && held.holder !== holder && held.until > now()) return false;
    return store.swapNote(note, before, JSON.stringify({ holder, until } satisfies Held));
  }
  let holding: Promise<boolean> | undefined;
  return {
    hold() {
      // On a slow store one renewal is still under way when the next is due: each would find that the other has changed the note, and take the lease for lost.
      holding ??= set(now() + ttlMs).finally(() => {
        holding = undefined;
      });
      return holding;
    },
    release: async () => void (await set(0)),
  };
}
