/** What happened, as lines of time. */
import type { Condition, Encounter, Medication, MedicationRequest } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { happeningsAt } from './timeline.ts';

const subject = { reference: 'Patient/p' };
const encounter = { reference: 'Encounter/v' };

it('what happened at a visit is told once, a prescription by the name of the medicine that came with it', () => {
  const visit: Encounter = {
    resourceType: 'Encounter',
    id: 'v',
    status: 'finished',
    class: {},
    diagnosis: [{ condition: { reference: 'Condition/gout' } }],
  };
  const gout: Condition = {
    resourceType: 'Condition',
    id: 'gout',
    subject,
    encounter,
    code: { text: 'Gout' },
    recordedDate: '2026-11-02',
  };
  const prescribed: MedicationRequest = {
    resourceType: 'MedicationRequest',
    id: 'm',
    status: 'active',
    intent: 'order',
    subject,
    encounter,
    authoredOn: '2026-11-01',
    medicationReference: { reference: 'Medication/allopurinol' },
  };
  const elsewhere: MedicationRequest = { ...prescribed, id: 'e', encounter: { reference: 'Encounter/w' } };
  const medicine: Medication = {
    resourceType: 'Medication',
    id: 'allopurinol',
    code: { text: 'Allopurinol' },
  };
  const barred: MedicationRequest = { ...prescribed, id: 'b', authoredOn: '2026-10-01', doNotPerform: true };
  const found = [gout, prescribed, barred, elsewhere, medicine, gout];
  expect(happeningsAt(visit, found).map(({ kind, name, about }) => [kind, name, about])).toEqual([
    ['Condition', 'Gout', expect.any(String)],
    ['MedicationRequest', 'Allopurinol', ''],
    ['MedicationRequest', 'Allopurinol', 'Not to be taken'],
  ]);
});
