/** Answers and documents that came in, and Tasks that colleagues make for each other. */
import type { DocumentReference, QuestionnaireResponse, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import type { Fhir, FhirApi } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided } from './decide.ts';
import { focusOf, readFocus } from './focus.ts';
import { followUpOf, type To } from './follow-up.ts';

/** null, here and below: there is none of this patient's. */
export const responseQuery = (fhir: Fhir, task: Task) =>
  queryOptions({
    queryKey: ['response', fhir.patient, task.id, focusOf(task, 'QuestionnaireResponse') ?? ''],
    queryFn: async () =>
      (await readFocus<QuestionnaireResponse>(fhir, task, 'QuestionnaireResponse'))?.found ?? null,
  });

export const documentQuery = (fhir: Fhir, task: Task) =>
  queryOptions({
    queryKey: ['document', fhir.patient, task.id, focusOf(task, 'DocumentReference') ?? ''],
    queryFn: async () => (await readFocus<DocumentReference>(fhir, task, 'DocumentReference'))?.found ?? null,
  });

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

/** A Task for a colleague or a pool about the same patient. `due`: YYYY-MM-DD or ''. */
export const makeFollowUp = (
  fhir: FhirApi,
  about: Task,
  { identity, ...asked }: Decision & { readonly to: To; readonly what: string; readonly due: string },
): Promise<Task> => createOnce(fhir, followUpOf(about, asked), identity);
