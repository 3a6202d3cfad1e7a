/**
 * The waiting list. A wish is an Appointment of status `waitlist`: what is asked for (service type, with whom, `requestedPeriod` in days) and, in `supportingInformation`,
 * the booked visit that an earlier time is wanted for. An offer is the same Appointment held on a slot (slot-hold.ts), with what it was offered; one that is not
 * taken in time, is declined, or can't be had any more goes back on the list, and says so of its time where it was not the patient who ended it.
 */
import { deepEqual } from '@wellspring/profiles';
import { actorsAt } from './as-shown.ts';
import {
  type Appointment,
  isHold,
  namedSlots,
  type Reference,
  type Slot,
  withHold,
  withoutHold,
} from './slot-hold.ts';
import { virtualOf, virtualServicesOf } from './virtual-service.ts';
import type { Diary } from './worked-by.ts';

/** Of a wish: the first slot of each time that it was offered, which it is not offered again. */
const OFFERED = 'urn:wellspring:offered-slot';
/** Of a wish: the time that was offered last, and how that ended. */
const OVER = {
  'ran-out': 'urn:wellspring:offer-ran-out',
  withdrawn: 'urn:wellspring:offer-withdrawn',
} as const;
export type Over = keyof typeof OVER;
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

/**
 * Of how a visit was asked for (in person, by video …), where the time that is offered is held in another way: what stood there before, which comes back with the wish.
 * Who takes a time knows where they will be.
 */
const ASKED_VIRTUAL = 'urn:wellspring:offer-asked-virtual';

/** `slots` follow each other, on `schedule`. */
export function offerOf(
  wish: Appointment,
  slots: readonly Slot[],
  schedule: Diary,
  until: number,
): Appointment {
  const actors = slots[0] ? actorsAt(schedule, slots[0]) : [];
  const named = new Set((wish.participant ?? []).map(({ actor }) => actor?.reference));
  const others = actors.filter(({ reference }) => reference !== undefined && !named.has(reference));
  const [first, last] = [slots[0], slots.at(-1)];
  const seen = [...offeredTo(wish), `Slot/${first?.id}`].slice(-MOST_OFFERED);
  const offer: Appointment = {
    ...wish,
    extension: [
      ...heldAs(
        (wish.extension ?? []).filter(({ url }) => !OF_AN_OFFER.has(url)),
        slots[0] ? virtualOf(schedule, slots[0]) : [],
      ),
      ...seen.map((reference) => ({ url: OFFERED, valueReference: { reference: reference ?? '' } })),
    ],
    ...(first?.start === undefined ? {} : { start: first.start }),
    ...(last?.end === undefined ? {} : { end: last.end }),
    slot: slots.map(({ id }) => ({ reference: `Slot/${id}` })),
    participant: [...(wish.participant ?? []), ...others.map((actor) => ({ actor, status: OF_OFFER }))],
  };
  return withHold(offer, 'pending', until);
}

type Extensions = NonNullable<Appointment['extension']>;

const isVirtual = (each: Extensions[number]): boolean =>
  virtualServicesOf({ resourceType: 'Appointment', extension: [each] }).length > 0;

function heldAs(own: Extensions, virtual: ReturnType<typeof virtualOf>): Extensions {
  const asked = own.filter(isVirtual);
  if (deepEqual(asked, virtual)) return own;
  const before = asked.length > 0 ? { extension: asked } : { valueBoolean: false };
  return [
    ...own.filter((each) => !isVirtual(each)),
    ...(virtual as Extensions),
    { url: ASKED_VIRTUAL, ...before },
  ];
}

function asAsked(own: Extensions): Extensions {
  const mark = own.find(({ url }) => url === ASKED_VIRTUAL) as
    | { readonly extension?: Extensions }
    | undefined;
  if (!mark) return own;
  const rest = own.filter((each) => !isVirtual(each) && each.url !== ASKED_VIRTUAL);
  return [...rest, ...(mark.extension ?? [])];
}

const OF_AN_OFFER: ReadonlySet<string> = new Set([OFFERED, ...Object.values(OVER)]);

/**
 * What was offered is not taken: they wait on, in their old turn. `over`: it was not they who said no. What was withdrawn from them they did not decide about: when it can be had again,
 * it is offered to them as if it had not been.
 */
export function backOnList(offer: Appointment, over?: Over): Appointment {
  const { slot: _, start, end: __, ...waits } = withoutHold(offer, 'waitlist');
  const { extension: own = [], ...rest } = waits;
  const named = new Set(namedSlots(offer).map((id) => `Slot/${id}`));
  const isUndecided = ({ url, valueReference }: (typeof own)[number]): boolean =>
    over === 'withdrawn' && url === OFFERED && named.has(valueReference?.reference ?? '');
  const marks = asAsked(own).filter((each) => !isUndecided(each));
  const told = over && start !== undefined ? [{ url: OVER[over], valueInstant: start }] : [];
  const extension = [...marks, ...told];
  const isOfOffer = ({ actor, status }: NonNullable<Appointment['participant']>[number]): boolean =>
    status === OF_OFFER && !actor?.reference?.startsWith('Patient/');
  const participant = (offer.participant ?? []).filter((each) => !isOfOffer(each));
  return { ...rest, ...(extension.length > 0 ? { extension } : {}), participant } as Appointment;
}
