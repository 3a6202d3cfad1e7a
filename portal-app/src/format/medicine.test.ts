import type { MedicationRequest } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { isOrdered, prescriptionsOf } from './medicine.ts';
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

/** An order, of whatever else it says. */
const order = (more: object) =>
  ({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject: {},
    ...more,
  }) as MedicationRequest;

it('P11: a medicine inside the prescription is named; only orders are taken', () => {
  const inside = order({
    contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Naproxen' } }],
    medicationReference: { reference: '#m' },
  });
  const mixed = order({
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
  const others = ['proposal', 'plan', 'option'].map((intent) => order({ intent }));
  const barred = order({ doNotPerform: true });
  expect(prescriptionsOf([...others, barred, inside])).toEqual([inside]);
  // Where what is not to be taken is told apart.
  expect(prescriptionsOf([...others, barred, inside], isOrdered)).toEqual([barred, inside]);
});

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

it('a medicine that has a code and no name is not called by a number: what is known is said, else that it has no name', () => {
  const code = { coding: [{ system: RXNORM, code: '314076' }] };
  const named = { reference: 'Medication/a', display: 'Lisinopril 10 mg' };
  const found = prescriptionsOf([
    order({ medicationCodeableConcept: code }),
    order({ medicationCodeableConcept: { coding: [...code.coding, { display: 'Lisinopril' }] } }),
    order({ medicationReference: named }),
    order({ medicationReference: { reference: 'Medication/a' } }),
    order({ medicationReference: { reference: 'Medication/b' } }),
    order({
      contained: [{ resourceType: 'Medication', id: 'm', code }],
      medicationReference: { reference: '#m', display: 'Lisinopril' },
    }),
    order({
      contained: [{ resourceType: 'Medication', id: 'm', code }],
      medicationReference: { reference: '#m' },
    }),
    order({ medicationCodeableConcept: {} }),
    { resourceType: 'Medication', id: 'a', code },
    {
      resourceType: 'Medication',
      id: 'b',
      code,
      ingredient: [{ itemCodeableConcept: { text: 'Lisinopril' } }],
    },
  ]);
  const unnamed = 'Medicine without a name (RxNorm 314076)';
  expect(found.map(medicineName)).toEqual([
    unnamed,
    'Lisinopril',
    'Lisinopril 10 mg',
    unnamed,
    'Lisinopril',
    'Lisinopril',
    unnamed,
    'Medicine without a name',
  ]);
  // By the code, what explains it is found still.
  expect(found[3]?.medicationCodeableConcept).toEqual(code);
});
