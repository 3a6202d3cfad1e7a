/** Whose a slot may be: the visits that name it and still count, however many were cancelled since. Whether one has it at its time is slot-hold.ts's to say. */
import { and, or, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore } from '../../store/store.ts';
import { resourceOf } from '../text/resource-text.ts';
import { type Appointment, TAKING } from './slot-hold.ts';

/** Of a hundred slots, or of one with room for many. */
const MOST_VISITS = 5000;

/** `slots`: ids. */
export const havingSlots = (slots: readonly string[]): QueryNode =>
  and(
    { kind: 'reference', param: 'slot', targets: slots.map((id) => `Slot/${id}`) },
    or(...[...TAKING, 'pending'].map((status) => tokenNode('status', status))),
  );

export async function visitsOfSlots(
  store: Pick<ResourceStore, 'search'>,
  slots: readonly string[],
): Promise<readonly Appointment[]> {
  if (slots.length === 0) return [];
  const { matches } = await store.search({
    type: 'Appointment',
    where: havingSlots(slots),
    sort: [{ by: 'lastUpdated', descending: true }],
    count: MOST_VISITS,
    total: 'none',
  });
  return matches.map((each) => ({ ...resourceOf<Appointment>(each), id: each.id }));
}
