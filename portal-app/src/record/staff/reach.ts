/** Which work whoever is signed in may see: what their role is refused is no place of theirs. */
import { queryOptions } from '@tanstack/react-query';
import { type FhirApi, FhirFailure } from '../../smart/fhir.ts';

export interface Reach {
  /** What waits, and what came of it. */
  readonly tasks: boolean;
  readonly broadcasts: boolean;
  /** What is wrong with patients, what was found and written of them. */
  readonly clinical: boolean;
  readonly messages: boolean;
  readonly bills: boolean;
}

/** Asked anew where one's roles change. */
export const reachQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['own-roles', fhir.self, 'reach'],
    staleTime: 10 * 60_000,
    queryFn: async (): Promise<Reach> => {
      const asked = ['Task', 'CommunicationRequest', 'Condition', 'Communication', 'Invoice'] as const;
      const [tasks, broadcasts, clinical, messages, bills] = await Promise.all(
        asked.map((type) => mayRead(fhir, type)),
      );
      return { tasks, broadcasts, clinical, messages, bills } as Reach;
    },
  });

/** Of nothing: what counts is whether it is answered. Rejects where nobody answers. */
async function mayRead(
  fhir: FhirApi,
  type: 'Task' | 'CommunicationRequest' | 'Condition' | 'Communication' | 'Invoice',
): Promise<boolean> {
  try {
    await fhir.search(type, { _id: 'none', _summary: 'count' });
    return true;
  } catch (error) {
    if (error instanceof FhirFailure && error.status === 403) return false;
    throw error;
  }
}
