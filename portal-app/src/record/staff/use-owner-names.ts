/** Who has a task, by name: what other systems hand over names a colleague by reference alone. */
import type { Task } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useSignedIn } from '../../smart/SessionProvider.tsx';
import { practitionerNamesQuery } from './queries.ts';

/** undefined: nobody has it, or their name is not known (yet). */
export function useOwnerNames(tasks: readonly Task[]): (task: Task) => string | undefined {
  const { fhir } = useSignedIn();
  const unnamed = tasks.map(({ owner }) => (owner?.display ? undefined : owner?.reference));
  const names = useQuery(practitionerNamesQuery(fhir, unnamed)).data;
  return ({ owner }) => owner?.display ?? names?.get(owner?.reference ?? '');
}
