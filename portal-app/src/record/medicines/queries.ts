/** Prescriptions, orders not to take something, and what the pharmacy handed over. */
import type { MedicationDispense, MedicationRequest } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { isOrdered, prescriptionsOf } from '../../format/medicine.ts';
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
      return prescriptionsOf([...resources, ...included], isOrdered).filter(isPrescribed);
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

const isInForce = ({ status }: MedicationRequest): boolean => status === 'active' || status === 'on-hold';

export const isCurrent = (request: MedicationRequest): boolean => isInForce(request) && !request.doNotPerform;

/** What somebody was told not to take, and is still not to. */
export const isBarred = (request: MedicationRequest): boolean =>
  isInForce(request) && request.doNotPerform === true;
