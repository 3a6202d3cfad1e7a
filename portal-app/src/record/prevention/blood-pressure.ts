/** What a person measured at home, as the vital-signs profile has it (LOINC 85354-9 with 8480-6 and 8462-4). */
import type { Observation } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Pressure } from '../../format/blood-pressure-flag.ts';
import type { Text } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';

const LOINC = 'http://loinc.org';
const PANEL = '85354-9';
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';

export const bloodPressuresQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['blood-pressures', fhir.patient],
    queryFn: () =>
      fhir.search<Observation>('Observation', {
        patient: fhir.patient,
        code: `${LOINC}|${PANEL}`,
        _sort: '-date',
        _count: '100',
      }),
  });

/** What is wrong with it, in words; undefined when nothing is. */
export function problemOf({ systolic, diastolic }: Pressure): Text | undefined {
  if (!Number.isInteger(systolic) || systolic < 50 || systolic > 300)
    return 'The first number is usually between 50 and 300.';
  if (!Number.isInteger(diastolic) || diastolic < 20 || diastolic > 200)
    return 'The second number is usually between 20 and 200.';
  if (diastolic >= systolic) return 'The first number is the higher one. Please look at the device again.';
  return undefined;
}

export function bloodPressure(fhir: Fhir, { systolic, diastolic }: Pressure, at: string): Observation {
  const part = (code: string, display: string, value: number) => ({
    code: { coding: [{ system: LOINC, code, display }] },
    valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  });
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: {
      coding: [{ system: LOINC, code: PANEL, display: 'Blood pressure panel with all children optional' }],
      text: 'Blood pressure',
    },
    subject: { reference: `Patient/${fhir.patient}` },
    performer: [{ reference: fhir.self } as NonNullable<Observation['performer']>[number]],
    effectiveDateTime: at,
    component: [
      part(SYSTOLIC, 'Systolic blood pressure', systolic),
      part(DIASTOLIC, 'Diastolic blood pressure', diastolic),
    ],
  };
}
