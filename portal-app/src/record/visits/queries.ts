/** Appointments of the record that is open. */
import type { Appointment, Encounter } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { idOf } from '../../format/reference.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir } from '../../smart/fhir.ts';

export const appointmentsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['appointments', fhir.patient],
    queryFn: () =>
      allPages<Appointment>(fhir, 'Appointment', {
        patient: fhir.patient,
        _sort: '-date',
        _count: '100',
        _include: 'Appointment:location',
      }),
  });

export const appointmentQuery = (fhir: Fhir, id: string) =>
  queryOptions({
    queryKey: ['appointments', fhir.patient, id],
    queryFn: () => fhir.read<Appointment>('Appointment', id),
  });

/** The visits on record that appointments became: each appointment's id with the visit's. */
export const heldVisitsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['held-visits', fhir.patient],
    queryFn: async () => {
      const params = { patient: fhir.patient, _sort: '-date', _count: '100' };
      return heldVisits((await allPages<Encounter>(fhir, 'Encounter', params)).resources);
    },
  });

/** By what the visits themselves refer to. */
export const heldVisits = (encounters: readonly Encounter[]): ReadonlyMap<string, string> =>
  new Map(
    encounters.flatMap(({ id, appointment = [] }) =>
      appointment.flatMap((each) => {
        const made = idOf(each, 'Appointment');
        return made && id ? [[made, id] as const] : [];
      }),
    ),
  );
