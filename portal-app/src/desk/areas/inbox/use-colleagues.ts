/** Who works here, to choose from; and whether whoever was chosen still does when it is pressed. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { requireRight } from '../../../format/field-problem.ts';
import { colleaguesQuery, type StaffName } from '../../../record/staff/colleagues.ts';
import type { To } from '../../../record/work/follow-up.ts';
import { isPool } from '../../../record/work/kinds.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';

export function useColleagues(): {
  readonly people: readonly StaffName[];
  /** `chosen`: a pool, or `Practitioner/[id]`. Throws FieldProblem at the field where that person works here no more. */
  readonly toWhom: (chosen: string, field: string) => Promise<To>;
} {
  const { fhir } = useSignedIn();
  const client = useQueryClient();
  const query = colleaguesQuery(fhir);
  const people = useQuery(query).data ?? [];
  const toWhom = async (chosen: string, field: string): Promise<To> => {
    if (isPool(chosen)) return { pool: chosen };
    // A role may have ended since the page was opened, or the words kept: work handed to nobody is seen by nobody.
    const now = await client.fetchQuery({ ...query, staleTime: 0 });
    const found = now.find(({ reference }) => reference === chosen);
    requireRight(field, !found && 'No longer works here. Please choose somebody else.');
    return {
      person: {
        reference: chosen as `Practitioner/${string}`,
        ...(found ? { display: found.name } : {}),
      },
      ...(found?.pool ? { pool: found.pool } : {}),
    };
  };
  return { people, toWhom };
}
