/**
 * The waiting list. A wish is an Appointment of status `waitlist`: what is asked for (service type, with whom, `requestedPeriod` in days) and, in `supportingInformation`,
 * the booked visit that an earlier time is wanted for. An offer is the same Appointment held on a slot (slot-hold.ts), with what it was offered; one that is not
 * taken in time, or is declined, goes back on the list.
 */
import { type Appointment, isHold, type Reference, type Slot, withHold, withoutHold } from './slot-hold.ts';

/** Of a wish: the first slot of each time that it was offered, which it is not offered again. */
const OFFERED = 'urn:wellspring:offered-slot';
/** Slots go by, and are forgotten. */
const MOST_OFFERED = 50;
/** Of a participant whom the offer brought: with it they go. The patient may say this of themself, and stays. */
const OF_OFFER = 'tentative';

const VISIT = /^Appointment\/[A-Za-z0-9\-.]{1,64}$/;

const offeredTo = ({ extension = [] }: Appointment): readonly (string | undefined)[] =>
  extension.filter(({ url }) => url === OFFERED).map(({ valueReference }) => valueReference?.reference);

export const wasOffered = (wish: Appointment, slot: Slot): boolean =>
  offeredTo(wish).includes(`Slot/${slot.id}`);

export const hasTurns = (wish: Appointment): boolean => offeredTo(wish).length > 0;

/** Held for one who waits, not by somebody who is choosing. */
export const isOffer = (appointment: Appointment): boolean => isHold(appointment) && hasTurns(appointment);

/** `Appointment/…`: the booked visit that is given up for an earlier one. */
export function insteadOf({ supportingInformation }: Appointment): string | undefined {
  const references = Array.isArray(supportingInformation) ? (supportingInformation as Reference[]) : [];
  return references.map(({ reference }) => reference).find((reference) => VISIT.test(reference ?? ''));
}

/** `slots` follow each other; `actors` are those of their schedule. */
export function offerOf(
  wish: Appointment,
  slots: readonly Slot[],
  actors: readonly Reference[],
  until: number,
): Appointment {
  const named = new Set((wish.participant ?? []).map(({ actor }) => actor?.reference));
  const others = actors.filter(({ reference }) => reference !== undefined && !named.has(reference));
  const [first, last] = [slots[0], slots.at(-1)];
  const seen = [...offeredTo(wish), `Slot/${first?.id}`].slice(-MOST_OFFERED);
  const offer: Appointment = {
    ...wish,
    extension: [
      ...(wish.extension ?? []).filter(({ url }) => url !== OFFERED),
      ...seen.map((reference) => ({ url: OFFERED, valueReference: { reference: reference ?? '' } })),
    ],
    ...(first?.start === undefined ? {} : { start: first.start }),
    ...(last?.end === undefined ? {} : { end: last.end }),
    slot: slots.map(({ id }) => ({ reference: `Slot/${id}` })),
    participant: [...(wish.participant ?? []), ...others.map((actor) => ({ actor, status: OF_OFFER }))],
  };
  return withHold(offer, 'pending', until);
}

/** What was offered is not taken: they wait on, in their old turn. */
export function backOnList(offer: Appointment): Appointment {
  const { slot: _, start: __, end: ___, ...rest } = withoutHold(offer, 'waitlist');
  const isOfOffer = ({ actor, status }: NonNullable<Appointment['participant']>[number]): boolean =>
    status === OF_OFFER && !actor?.reference?.startsWith('Patient/');
  return { ...rest, participant: (offer.participant ?? []).filter((each) => !isOfOffer(each)) };
}
