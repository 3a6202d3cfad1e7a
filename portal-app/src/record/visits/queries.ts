/** Appointments of the record that is open. */
import type { Appointment } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Fhir } from '../../smart/fhir.ts';

export const appointmentsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['appointments', fhir.patient],
    queryFn: () =>
      fhir.search<Appointment>('Appointment', {
        patient: fhir.patient,
        _sort: '-date',
        _count: '100',
        _include: 'Appointment:location',
      }),
  });
