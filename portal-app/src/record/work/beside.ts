/** What is looked at beside an item before it is answered: the last results, what is taken, the visits before and to come. One request, each part by itself. */
import type {
  Appointment,
  Encounter,
  MedicationRequest,
  Meta,
  Observation,
  Resource,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { reason } from '../../format/appointment.ts';
import { instantText, today } from '../../format/clinic-clock.ts';
import { prescriptionsOf } from '../../format/medicine.ts';
import { LABORATORY } from '../../format/observation.ts';
import { conceptText } from '../../format/words.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';

export interface Beside {
  /** undefined, here and below: not for this person's role, or not readable just now. */
  readonly results: readonly Observation[] | undefined;
  readonly medicines: readonly MedicationRequest[] | undefined;
  readonly lastVisit: readonly LastVisit[] | undefined;
  readonly nextVisit: readonly Appointment[] | undefined;
}

export interface LastVisit {
  readonly id: string | undefined;
  readonly meta: Meta | undefined;
  readonly name: string;
  /** FHIR dateTime. */
  readonly date: string | undefined;
}

export const besideQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['beside', fhir.patient], queryFn: () => readBeside(fhir) });

async function readBeside(fhir: Fhir): Promise<Beside> {
  const of = `patient=${fhir.patient}`;
  const now = new Date().toISOString();
  const midnight = instantText(today());
  const [results, medicines, last, kept, next] = await fhir.batch([
    `Observation?${of}&category=${encodeURIComponent(LABORATORY)}&_sort=-date&_count=30`,
    `MedicationRequest?${of}&status=active&_sort=-authoredon&_count=30&_include=MedicationRequest:medication`,
    `Encounter?${of}&date=le${now}&_sort=-date&_count=1`,
    `Appointment?${of}&status=fulfilled,arrived,checked-in&date=lt${midnight}&_sort=-date&_count=1`,
    `Appointment?${of}&status=booked&date=ge${midnight}&_sort=date&_count=1`,
  ]);
  const found = listOf<Resource>(medicines);
  return {
    results: listOf<Observation>(results),
    medicines: found && prescriptionsOf(found),
    // Whose role reads no Encounter (why somebody came is none of the front desk's) knows of visits that were booked.
    lastVisit: listOf<Encounter>(last)?.map(seen) ?? listOf<Appointment>(kept)?.map(booked),
    nextVisit: listOf<Appointment>(next),
  };
}

const seen = ({ id, meta, period, type, reasonCode }: Encounter): LastVisit => ({
  id,
  meta,
  name: conceptText(reasonCode?.[0] ?? type?.[0]),
  date: period?.start,
});

const booked = (visit: Appointment): LastVisit => ({
  id: visit.id,
  meta: visit.meta,
  name: reason(visit),
  date: visit.start,
});
