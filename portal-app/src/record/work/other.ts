/** Answers and documents that came in, and Tasks that colleagues make for each other. */
import type { DocumentReference, QuestionnaireResponse, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { endOfDay } from '../../format/clinic-clock.ts';
import { idOf } from '../../format/reference.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided, type To } from './decide.ts';
import { inPool, TASKS } from './kinds.ts';

export const responseQuery = (fhir: FhirApi, task: Task) => {
  const id = idOf(task.focus, 'QuestionnaireResponse') ?? '';
  return queryOptions({
    queryKey: ['response', id],
    queryFn: () => fhir.read<QuestionnaireResponse>('QuestionnaireResponse', id),
  });
};

export const documentQuery = (fhir: FhirApi, task: Task) => {
  const id = idOf(task.focus, 'DocumentReference') ?? '';
  return queryOptions({
    queryKey: ['document', id],
    queryFn: () => fhir.read<DocumentReference>('DocumentReference', id),
  });
};

interface Decision {
  readonly by: By;
  readonly identity: string;
}

/** Into the record, or out of it again. */
export function fileDocument(
  fhir: FhirApi,
  task: Task,
  {
    by,
    document,
    isKept,
    identity,
  }: Decision & { readonly document: DocumentReference; readonly isKept: boolean },
): Promise<void> {
  const filed: DocumentReference = isKept
    ? { ...document, docStatus: 'final' }
    : { ...document, status: 'entered-in-error', docStatus: 'entered-in-error' };
  return decide(
    fhir,
    decided(task, by, { status: isKept ? 'completed' : 'rejected' }),
    [{ resource: filed }],
    identity,
  );
}

/** `done`: what was done about it, for colleagues. */
export const finishWithNote = (
  fhir: FhirApi,
  task: Task,
  { by, done, identity }: Decision & { readonly done: string },
): Promise<void> => decide(fhir, decided(task, by, { status: 'completed', note: done }), [], identity);

/** A Task for a colleague or a pool about the same patient. Only staff see it, as those that the server files (R18). `due`: YYYY-MM-DD or ''. */
export function makeFollowUp(
  fhir: FhirApi,
  about: Task,
  {
    by,
    to,
    what,
    due,
    identity,
  }: Decision & { readonly to: To; readonly what: string; readonly due: string },
): Promise<Task> {
  const now = new Date().toISOString();
  const [system, code] = [TASKS, 'follow-up'];
  const task: Task = {
    resourceType: 'Task',
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' }] },
    status: 'requested',
    intent: 'order',
    priority: 'routine',
    code: { coding: [{ system, code }] },
    description: what.trim(),
    ...(about.focus ? { focus: about.focus } : {}),
    ...(about.for ? { for: about.for } : {}),
    authoredOn: now,
    lastModified: now,
    requester: by,
    ...('person' in to ? { owner: to.person } : {}),
    ...(to.pool ? inPool(to.pool) : {}),
    ...(due ? { restriction: { period: { end: endOfDay(due) } } } : {}),
  };
  return createOnce(fhir, task, identity);
}
