import type { MedicationRequest, Task } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { answerOf, refillOf } from './refills.ts';

const requester = { reference: 'Patient/a' } as const;
const task: Task = {
  resourceType: 'Task',
  status: 'completed',
  intent: 'order',
  requester,
  focus: { reference: 'MedicationRequest/old' },
  note: [
    { text: 'I have three days left.' },
    { text: 'Ready tomorrow.', authorReference: { reference: 'Practitioner/o' } },
  ],
};

it('P5: the clinic’s answer to a refill is its own note or reason, found by the prescription that it made', () => {
  expect(answerOf(task)).toBe('Ready tomorrow.');
  expect(answerOf({ ...task, note: [{ text: 'Mine', authorReference: requester }] })).toBeUndefined();
  expect(answerOf({ ...task, statusReason: { text: 'Please see us first.' } })).toBe('Please see us first.');
  const renewed = {
    id: 'new',
    priorPrescription: { reference: 'MedicationRequest/old' },
  } as MedicationRequest;
  expect(refillOf([task], renewed)).toBe(task);
});
