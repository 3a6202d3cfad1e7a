/**
 * X16 of the attacks: how many visits one patient asks for at a time, on the waiting list or of the clinic, before any of them is answered. Counted before they are
 * written, so that many at once are no more than one after the other: each is looked at by people, and by the waiting list in each of its rounds.
 */
import { businessRule } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { isPatientLevel } from '../access/read-condition.ts';
import { and, or, type QueryNode } from '../search/query.ts';
import { tokenNode } from '../search/types/token.ts';
import type { ResourceStore } from '../store/store.ts';
import { createAllowance } from './allowance.ts';
import type { Write } from './prepare-writes.ts';

const MOST_ASKED = 20;
/** `pending`: an offer of the waiting list, which goes back on it. */
const OPEN: QueryNode = or(
  ...['proposed', 'waitlist', 'pending'].map((status) => tokenNode('status', status)),
);
const FOREVER_MS = 100 * 366 * 86_400_000;

export interface AskedVisits {
  /** `write` with places for what it asks for; those of what it did not make are given back. Throws 422 where there are none. */
  within<T extends { readonly outcome: string }>(
    access: AccessContext,
    writes: readonly Write[],
    write: () => Promise<readonly T[]>,
  ): Promise<readonly T[]>;
}

export function createAskedVisits(
  store: Pick<ResourceStore, 'getNote' | 'swapNote' | 'search'>,
  now: () => number,
): AskedVisits {
  const allowance = createAllowance(store, now);

  async function live(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { matches } = await store.search({
      type: 'Appointment',
      where: and({ kind: 'id', ids }, OPEN),
      sort: [{ by: 'id', descending: false }],
      count: ids.length,
      total: 'none',
    });
    return new Set(matches.map(({ id }) => id));
  }

  return {
    async within(access, writes, write) {
      const asked = isPatientLevel(access) ? writes.filter(isRequest) : [];
      if (asked.length === 0) return write();
      const holder = `asked/${access.patient ?? access.fhirUser?.id}`;
      const ids = asked.map(({ id }) => id);
      const taken = await allowance.take(holder, ids, { until: now() + FOREVER_MS, most: MOST_ASKED, live });
      if (!taken)
        throw businessRule(
          `Only ${MOST_ASKED} visits can be asked for at a time: take one back first, or call the clinic.`,
          'Appointment.status',
        );
      let made: ReadonlySet<string> = new Set();
      try {
        const written = await write();
        made = new Set(writes.filter((_, i) => written[i]?.outcome === 'created').map(({ id }) => id));
        return written;
      } finally {
        await allowance.giveBack(
          holder,
          taken.filter((id) => !made.has(id)),
        );
      }
    },
  };
}

const isRequest = (write: Write): boolean =>
  (write.interaction === 'create' || (write.interaction === 'update' && write.isNewId === true)) &&
  write.resource.resourceType === 'Appointment' &&
  ['proposed', 'waitlist'].includes(String(write.resource.status));
