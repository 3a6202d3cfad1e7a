/** What only the clinic can change (name, birth date, sex): asked for as a Task, and shown as waiting until it is decided. */
import type { Reference, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Fhir } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';

const SYSTEM = 'urn:wellspring:task';
const CODE = 'profile-correction';

export const correctionsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['corrections', fhir.patient],
    queryFn: () =>
      fhir.search<Task>('Task', {
        patient: fhir.patient,
        code: `${SYSTEM}|${CODE}`,
        _sort: '-modified',
        _count: '5',
      }),
  });

export const isOpen = ({ status }: Task): boolean => status === 'requested' || status === 'in-progress';

export function askForCorrection(fhir: Fhir, what: string, identity: string): Promise<Task> {
  const now = new Date().toISOString();
  const task: Task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: SYSTEM, code: CODE }], text: 'Correction of personal information' },
    description: 'Correction of personal information',
    focus: { reference: `Patient/${fhir.patient}` },
    for: { reference: `Patient/${fhir.patient}` },
    authoredOn: now,
    lastModified: now,
    requester: { reference: fhir.self } as Reference as NonNullable<Task['requester']>,
    note: [{ time: now, text: what.trim() }],
  };
  return createOnce(fhir, task, identity);
}
