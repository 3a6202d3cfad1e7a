/** X16 of the attacks: how many times one patient may keep from the others, held and booked. */
import { inMilliseconds, tooMany } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import { onBehalf } from '../access/on-behalf.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { withAllowance } from '../repository/limits/allowance.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import type { Appointment } from '../repository/visits/slot-hold.ts';

/** Slots that one patient holds at a time, and visits to come that were booked from the patient's side. */
const MOST_HELD = 4;
const MOST_BOOKED = 20;

interface Places {
  readonly holder: string;
  readonly keys: readonly string[];
  /** When they are given back by themselves. */
  readonly until: number;
  readonly most: number;
  /** The statuses of an appointment that has a place. */
  readonly statuses: readonly string[];
  readonly refusal: string;
}

/** `given`: how many are given back for it. */
export const heldPlaces = (
  patient: string,
  { id, slot = [] }: Appointment,
  until: number,
  given = 0,
): Places => ({
  holder: `held/${patient}`,
  keys: slot.map(({ reference }) => `${id} ${reference}`),
  until,
  most: MOST_HELD + given,
  statuses: ['pending'],
  refusal: `Only ${MOST_HELD} times can be held at once: book one or give one back first.`,
});

/** `moved`: another visit gives its place up for it. */
export const bookedPlaces = (patient: string, { id, end }: Appointment, moved: boolean): Places => ({
  holder: `booked/${patient}`,
  keys: [String(id)],
  until: inMilliseconds(String(end)),
  most: MOST_BOOKED + (moved ? 1 : 0),
  statuses: ['booked'],
  refusal: `Only ${MOST_BOOKED} visits can be booked ahead here. Please call the clinic.`,
});

/** X16: places are taken before the slots are; what the clinic itself books is not counted. */
export async function withPlaces<T>(
  services: Services,
  request: FhirRequest,
  { holder, keys, until, most, statuses, refusal }: Places,
  write: () => Promise<T>,
): Promise<T> {
  if (requireWriteScope(request.access, 'c', 'Appointment') === 'unrestricted') return write();
  const live = (known: readonly string[]) => stillTaking(services, request, known, statuses);
  const refused = (): Error => tooMany(refusal, 'Appointment.slot');
  return withAllowance(services.allowance, holder, keys, { until, most, live }, refused, write);
}

/** Of an appointment that is given up, or has become another's; `kept` stay. */
export async function giveBackPlaces(
  { allowance }: Services,
  appointment: Appointment | undefined,
  patient: string,
  kept: readonly string[] = [],
): Promise<void> {
  if (!appointment) return;
  for (const { holder, keys } of [
    heldPlaces(patient, appointment, 0),
    bookedPlaces(patient, appointment, false),
  ])
    await allowance.giveBack(
      holder,
      keys.filter((key) => !kept.includes(key)),
    );
}

/** Of keys that begin with an appointment's id: those whose appointment still has one of these statuses. */
async function stillTaking(
  services: Services,
  { access }: FhirRequest,
  keys: readonly string[],
  statuses: readonly string[],
): Promise<ReadonlySet<string>> {
  const idOf = (key: string): string => key.split(' ')[0] as string;
  const ids = [...new Set(keys.map(idOf))];
  const system = onBehalf(access, 'system/Appointment.s');
  const found = await services.repository.find(system, 'Appointment', { kind: 'id', ids }, MOST_BOOKED * 2);
  const live = new Set(
    found
      .map(resourceOf<Appointment>)
      .filter(({ status }) => statuses.includes(status ?? ''))
      .map(({ id }) => id),
  );
  return new Set(keys.filter((key) => live.has(idOf(key))));
}
