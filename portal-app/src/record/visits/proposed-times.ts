/** Times that the clinic proposed for a visit that was asked for: what of them is still free, and taking one. */
import type { Appointment, Schedule, Slot } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { howHeld } from '../../format/appointment.ts';
import { timeOf } from '../../format/date.ts';
import { type Fhir, type FhirApi, FhirFailure, type OperationCall } from '../../smart/fhir.ts';
import { virtualAt } from '../schedule/held.ts';
import { slotsToBeHad } from './to-be-had.ts';

const PROPOSED = 'urn:wellspring:proposed-slot';

/** Ids of slots. */
export const proposedSlots = ({ status, extension = [] }: Appointment): readonly string[] =>
  status === 'proposed'
    ? extension.flatMap(({ url, valueReference }) =>
        url === PROPOSED ? (valueReference?.reference?.replace(/^Slot\//, '') ?? []) : [],
      )
    : [];

/** `slots`: ids. */
export function withProposals(visit: Appointment, slots: readonly string[]): Appointment {
  const others = (visit.extension ?? []).filter(({ url }) => url !== PROPOSED);
  const proposed = slots.map((id) => ({ url: PROPOSED, valueReference: { reference: `Slot/${id}` } }));
  return { ...visit, extension: [...others, ...proposed] };
}

export interface ProposedTime {
  readonly slot: Slot;
  /** With whom, and where or that it is by video or telephone. */
  readonly how: string;
}

export const proposedTimesQuery = (fhir: Fhir, visit: Appointment) => {
  const ids = proposedSlots(visit);
  return queryOptions({
    queryKey: ['appointments', fhir.patient, 'proposed', ...ids],
    queryFn: async (): Promise<readonly ProposedTime[]> => {
      const { resources, included } = await fhir.search<Slot>('Slot', {
        _id: ids.join(','),
        status: 'free',
        start: `ge${new Date().toISOString()}`,
        _sort: 'start',
        _include: 'Slot:schedule',
      });
      const schedules = included.filter((each): each is Schedule => each.resourceType === 'Schedule');
      const toBeHad = await stillToBeHad(fhir, resources);
      return resources
        .filter(({ id = '' }) => toBeHad?.has(id) ?? true)
        .map((slot) => ({
          slot,
          how: withWhomAndWhere(
            slot,
            schedules.find(({ id }) => slot.schedule.reference === `Schedule/${id}`),
          ),
        }));
    },
  });
};

function withWhomAndWhere(slot: Slot, schedule: Schedule | undefined): string {
  const nameOf = (type: string): string | undefined =>
    schedule?.actor.find(({ reference }) => reference?.startsWith(type))?.display;
  const held = howHeld({ extension: virtualAt(slot, schedule) });
  return [nameOf('Practitioner'), held ?? nameOf('Location/')].filter(Boolean).join(' · ');
}

/** Slots in the order of time. Whoever works then may be at another visit by now. */
const stillToBeHad = async (
  fhir: FhirApi,
  slots: readonly Slot[],
): Promise<ReadonlySet<string> | undefined> =>
  slots.length === 0
    ? undefined
    : slotsToBeHad(fhir, {
        schedules: [...new Set(slots.flatMap(({ schedule }) => schedule.reference ?? []))],
        from: slots[0]?.start ?? '',
        until: new Date(timeOf(slots.at(-1)?.start) + 1000).toISOString(),
      });

export const takeProposed = (fhir: FhirApi, visit: Appointment, { id }: Slot): Promise<Appointment> =>
  bookKept(fhir, visit, `Slot/${id}`, [{ name: 'slot', valueReference: { reference: `Slot/${id}` } }]);

/** Books a time that is kept or proposed. Where it is booked already (an answer was lost, another tab) that is what was wanted. */
export async function bookKept(
  fhir: FhirApi,
  { id = '' }: Appointment,
  slot: string | undefined,
  chosen: OperationCall['parameter'],
): Promise<Appointment> {
  const parameter = [{ name: 'appt-id', valueString: id }, ...chosen];
  try {
    return await fhir.operation<Appointment>({ type: 'Appointment', name: '$book', parameter });
  } catch (error) {
    if (!(error instanceof FhirFailure) || error.status === 0) throw error;
    const now = await fhir.read<Appointment>('Appointment', id);
    const isTheirs = now.status === 'booked' && now.slot?.some(({ reference }) => reference === slot);
    if (!isTheirs) throw error;
    return now;
  }
}
