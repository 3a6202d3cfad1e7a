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

it('P11: a medicine inside the prescription is named; only orders are taken', () => {
  const request = (more: object) =>
    ({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject: {},
      ...more,
    }) as MedicationRequest;
  const inside = request({
    contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Naproxen' } }],
    medicationReference: { reference: '#m' },
  });
  const mixed = request({
    contained: [
      {
        resourceType: 'Medication',
        id: 'm',
        ingredient: [{ itemCodeableConcept: { text: 'Zinc' } }, { itemCodeableConcept: { text: 'Iron' } }],
      },
    ],
    medicationReference: { reference: '#m' },
  });
  expect([inside, mixed].map(medicineName)).toEqual(['Naproxen', 'Zinc + Iron']);
  const others = ['proposal', 'plan', 'option'].map((intent) => request({ intent }));
  expect(prescriptionsOf([...others, request({ doNotPerform: true }), inside])).toEqual([inside]);
});
