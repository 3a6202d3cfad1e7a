/** What the clinic asked to have filled in, once it is (Task.focus, https://hl7.org/fhir/R4/task.html). */
import type { Task } from '@medplum/fhirtypes';
import type { Fhir } from '../../smart/fhir.ts';
import { TO_DO } from '../inbox/theirs.ts';

/** Theirs to do, and open, about this questionnaire, however it was opened: from what is to do, or from the list of all. */
export async function finishAsked(
  fhir: Pick<Fhir, 'patient' | 'self' | 'search' | 'update'>,
  questionnaireId: string,
): Promise<void> {
  const { resources } = await fhir.search<Task>('Task', {
    patient: fhir.patient,
    focus: `Questionnaire/${questionnaireId}`,
    owner: `Patient/${fhir.patient},${fhir.self}`,
    status: TO_DO.join(','),
  });
  await Promise.all(
    resources.filter(isOnce).map((task) => fhir.update<Task>({ ...task, status: 'completed' })),
  );
}

/** What is asked for several times is the clinic's to close. */
const isOnce = ({ restriction }: Task): boolean => (restriction?.repetitions ?? 1) <= 1;
