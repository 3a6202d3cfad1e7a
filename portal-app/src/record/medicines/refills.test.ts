import type { MedicationRequest, Task } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { answerOf, askForRefill, refillOf } from './refills.ts';

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

it('what is asked for already with another note, or at another pharmacy, is not what was sent', async () => {
  const request = { resourceType: 'MedicationRequest', id: 'm', status: 'active', intent: 'order' } as never;
  /** Keeps the first that it is sent, as `If-None-Exist` has it. */
  const server = () => {
    let kept: object | undefined;
    const create = async (sent: object) => {
      kept ??= structuredClone(sent);
      return kept;
    };
    return { patient: 'ana', self: 'Patient/ana', create } as unknown as Fhir;
  };
  const near = { reference: 'Organization/near', name: 'Near' } as never;
  const first = { note: ' Two days left ', pharmacy: near };
  for (const [second, isSent] of [
    [first, true],
    [{ ...first, note: 'Two days left' }, true],
    [{ ...first, note: 'None left' }, false],
    [{ ...first, note: '' }, false],
    [{ ...first, pharmacy: undefined }, false],
  ] as const) {
    const fhir = server();
    expect(await askForRefill(fhir, request, first)).toBe(true);
    expect(await askForRefill(fhir, request, second)).toBe(isSent);
  }
});
