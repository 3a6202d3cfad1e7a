/** Prescriptions, and what the pharmacy handed over for them. */
import type { MedicationDispense, MedicationRequest } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { prescriptionsOf } from '../../format/medicine.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { isPrescribed } from './state.ts';

export const medicationsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['medications', fhir.patient],
    queryFn: async () => {
      const { resources, included } = await allPages<MedicationRequest>(fhir, 'MedicationRequest', {
        patient: fhir.patient,
        _sort: '-authoredon',
        _count: '200',
        _include: 'MedicationRequest:medication',
      });
      return prescriptionsOf([...resources, ...included]).filter(isPrescribed);
    },
  });

export const dispensesQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['dispenses', fhir.patient],
    queryFn: () =>
      allPages<MedicationDispense>(fhir, 'MedicationDispense', {
        patient: fhir.patient,
        status: 'completed',
        _sort: '-whenhandedover',
        _count: '200',
      }),
  });

export const isCurrent = ({ status }: MedicationRequest): boolean =>
  status === 'active' || status === 'on-hold';
