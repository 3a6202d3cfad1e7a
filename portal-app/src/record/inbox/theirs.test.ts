import type { Task } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { isTheirsToDo, TO_DO } from './theirs.ts';

const MUM = 'RelatedPerson/mum';
const task = (status: Task['status'], owner?: string): Task => ({
  resourceType: 'Task',
  status,
  intent: 'order',
  ...(owner && { owner: { reference: owner } }),
});

it('a Task that the patient owns is theirs to do in each state from which they may finish it, whoever is signed in', () => {
  for (const status of TO_DO)
    expect([status, isTheirsToDo(task(status, 'Patient/ana'), MUM)]).toEqual([status, true]);
  expect(TO_DO.map((status) => isTheirsToDo(task(status, MUM), MUM))).toEqual(TO_DO.map(() => true));
  for (const status of ['draft', 'on-hold', 'completed', 'cancelled', 'rejected', 'failed'] as const)
    expect([status, isTheirsToDo(task(status, 'Patient/ana'), 'Patient/ana')]).toEqual([status, false]);
});

it('what somebody else owns, or nobody has taken yet, waits for the clinic; what is ready and nobody’s does not', () => {
  expect(TO_DO.map((status) => isTheirsToDo(task(status, 'Practitioner/ruiz'), MUM))).toEqual(
    TO_DO.map(() => false),
  );
  expect(isTheirsToDo(task('ready', 'RelatedPerson/dad'), MUM)).toBe(false);
  expect(TO_DO.map((status) => isTheirsToDo(task(status), MUM))).toEqual(TO_DO.map((s) => s === 'ready'));
});
