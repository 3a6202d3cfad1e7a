/**
 * A time that is offered ends after it begins, and a visit does not end before: R4 says so of Periods alone (per-1), and a slot that ends when it begins takes nobody's time. What is
 * stored otherwise may be changed in all else.
 */
import { businessRule } from '@wellspring/profiles';
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { isSameTime, type Slot, timeOf } from './slot-hold.ts';

type Timed = ResourceJson & Pick<Slot, 'start' | 'end'>;

/** Types with a `start` and an `end`, and whether the two may be one. */
const TIMED: Readonly<Record<string, boolean>> = {
  Slot: false,
  Appointment: true,
  AppointmentResponse: true,
};

export const isOrdered = (times: Pick<Slot, 'start' | 'end'>): boolean =>
  timeOf(times).begin < timeOf(times).end;

/** Throws 422. */
export async function requireOrdered(
  store: Pick<ResourceStore, 'read'>,
  resource: Timed,
  id: string,
): Promise<void> {
  const { resourceType: type, start, end } = resource;
  const mayBeOne = TIMED[type];
  if (mayBeOne === undefined || start === undefined || end === undefined || isOrdered(resource)) return;
  const { begin, end: ends } = timeOf(resource);
  if (mayBeOne && begin === ends) return;
  const before = (await storedResource<Timed>(store, `${type}/${id}`))?.resource;
  if (before && isSameTime(before, resource)) return;
  throw businessRule(mayBeOne ? 'It ends before it begins.' : 'A slot ends after it begins.', `${type}.end`);
}
