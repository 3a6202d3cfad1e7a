import type { MedicationRequest } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { prescriptionsOf } from './medicine.ts';
import { medicineName } from './words.ts';

it('a medicine that is a resource of its own is named by it; one that did not come stays as it was', () => {
  const request = (reference: string): MedicationRequest => ({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/ana' },
    medicationReference: { reference: reference as `Medication/${string}` },
  });
  const found = prescriptionsOf([
    request('Medication/a'),
    request('Medication/b'),
    { resourceType: 'Medication', id: 'a', code: { text: 'Naproxen' } },
  ]);
  expect(found.map(medicineName)).toEqual(['Naproxen', 'Medicine']);
});
