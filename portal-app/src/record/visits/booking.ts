/** Self-scheduling: free times by `Appointment/$find`, taken by `$book`, given back by `$cancel` (IHE ITI Scheduling). */
import type { Appointment, Bundle } from '@medplum/fhirtypes';
import { zoneAt } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { locale } from '../../i18n/language.ts';
import { type Fhir, type FhirApi, FhirFailure } from '../../smart/fhir.ts';

export interface FreeTimes {
  readonly from: string;
  readonly practitioner: string | undefined;
}

const DAYS = 28;
const SHOWN = '24';

/** Proposed appointments, the earliest first. */
export async function findTimes(
  fhir: Fhir,
  { from, practitioner }: FreeTimes,
): Promise<readonly Appointment[]> {
  const end = new Date(Date.parse(from) + DAYS * 86_400_000).toISOString();
  const found = await fhir.operation<Bundle>({
    type: 'Appointment',
    name: '$find',
    parameter: [
      { name: 'start', valueDateTime: from },
      { name: 'end', valueDateTime: end },
      ...(practitioner ? [{ name: 'practitioner', valueString: practitioner }] : []),
      { name: '_count', valueString: SHOWN },
    ],
  });
  return (found.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Appointment' ? [resource] : [],
  );
}

/** `replaces`: the id of the visit that is given up for this one. What was booked although its answer was lost is found again, by its slot. */
export async function bookTime(
  fhir: Fhir,
  time: Appointment,
  why: string,
  replaces?: string,
): Promise<Appointment> {
  try {
    return await book(fhir, time, why, replaces);
  } catch (error) {
    const slot = time.slot?.[0]?.reference;
    if (!(error instanceof FhirFailure) || error.status !== 409 || slot === undefined) throw error;
    const { resources } = await fhir.search<Appointment>('Appointment', {
      patient: fhir.patient,
      slot,
      status: 'booked',
    });
    const [own] = resources;
    if (!own) throw error;
    return own;
  }
}

function book(fhir: Fhir, time: Appointment, why: string, replaces?: string): Promise<Appointment> {
  const self = { actor: { reference: `Patient/${fhir.patient}` as const }, status: 'accepted' as const };
  const resource: Appointment = { ...time, description: why.trim(), participant: [self] };
  return fhir.operation<Appointment>({
    type: 'Appointment',
    name: '$book',
    parameter: [
      { name: 'appt-resource', resource },
      ...(replaces ? [{ name: 'replaces', valueReference: { reference: `Appointment/${replaces}` } }] : []),
    ],
  });
}

export const giveBack = (fhir: FhirApi, appointment: Appointment, why: string): Promise<Appointment> =>
  fhir.operation<Appointment>({
    type: 'Appointment',
    id: appointment.id as string,
    name: '$cancel',
    parameter: [{ name: 'reason', valueString: why.trim() || 'Cancelled by the patient' }],
  });

/** Times of one day together, by the day as the person has it. */
export function byDay(
  times: readonly Appointment[],
): readonly (readonly [day: string, times: readonly Appointment[]])[] {
  const day = (time: Appointment): string =>
    new Date(timeOf(time.start) || 0).toLocaleDateString(locale(), {
      ...zoneAt(new Date(timeOf(time.start) || 0)),
      weekday: 'long',
      month: 'long',
      day: 'numeric',
    });
  return [...Map.groupBy(times, day)];
}
