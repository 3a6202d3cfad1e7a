/**
 * The subscriptions are dealt out in parts, each under a lease, so that the processes that are there share the calls and none is made by two. A process that dies loses
 * its parts when its leases end; one that comes is left its share at the next look.
 */
import { createHash } from 'node:crypto';
import type { ResourceStore } from '../../store/store.ts';
import { createLease, type Lease } from '../lease.ts';

export interface Share {
  /** Takes, renews and leaves parts. Returns those that are new here. */
  renew(): Promise<readonly number[]>;
  holds(part: number): boolean;
  partOf(id: string): number;
  release(): Promise<void>;
}

const PARTS = 8;
export const RENEW_MS = 5000;
const TTL_MS = 4 * RENEW_MS;
const WORKER = 'subscription-worker/';

export function createShare(
  store: Pick<ResourceStore, 'getNote' | 'setNote' | 'swapNote' | 'notes'>,
  holder: string,
  now: () => number,
): Share {
  const leases: readonly Lease[] = Array.from({ length: PARTS }, (_, part) =>
    createLease(store, { name: `subscriptions/${part}`, holder, ttlMs: TTL_MS, now }),
  );
  /** Part → until when it is ours for certain. */
  const held = new Map<number, number>();
  let isFirst = true;

  async function workers(): Promise<number> {
    await store.setNote(WORKER + holder, String(now() + TTL_MS));
    const all = await store.notes(WORKER, `${WORKER}\uffff`, 1000);
    const gone = all.filter(({ value }) => Number(value) < now());
    await Promise.all(gone.map(({ name }) => store.setNote(name, undefined)));
    return all.length - gone.length;
  }

  async function leave(part: number): Promise<void> {
    held.delete(part);
    await leases[part]?.release();
  }

  return {
    async renew() {
      const fair = Math.ceil(PARTS / (await workers()));
      const before = new Set(held.keys());
      // What this process held before it was killed is still its own: it takes it, and leaves what is too much.
      const most = isFirst ? PARTS : fair;
      isFirst = false;
      const order = [...held.keys(), ...leases.keys()];
      for (const part of new Set(order)) {
        if (!held.has(part) && held.size >= most) continue;
        const until = now() + TTL_MS;
        if (await leases[part]?.hold()) held.set(part, until);
        else held.delete(part);
      }
      for (const part of [...held.keys()].slice(fair)) await leave(part);
      return [...held.keys()].filter((part) => !before.has(part));
    },
    holds: (part) => (held.get(part) ?? 0) > now(),
    partOf: (id) => (createHash('sha256').update(id).digest()[0] ?? 0) % PARTS,
    async release() {
      await Promise.all([...held.keys()].map(leave));
      await store.setNote(WORKER + holder, undefined);
    },
  };
}
