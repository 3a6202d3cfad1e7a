/** Who works here, for handing over. */
import type { Practitioner, PractitionerRole } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { nameText, officialName } from '../../format/words.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import type { Pool } from '../work/kinds.ts';
import { isInForce } from './in-force.ts';
import { poolsOf } from './roles.ts';

export interface StaffName {
  readonly reference: string;
  readonly name: string;
  /** What work their role sees; undefined: it is not said in words that the desk knows. */
  readonly pool: Pool | undefined;
}

export const colleaguesQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['colleagues'],
    staleTime: 10 * 60_000,
    queryFn: async (): Promise<readonly StaffName[]> => {
      const { resources, included } = await fhir.search<PractitionerRole>('PractitionerRole', {
        'active:not': 'false',
        _count: '500',
        _include: 'PractitionerRole:practitioner',
      });
      const roles = Map.groupBy(
        resources.filter((role) => isInForce(role)),
        ({ practitioner }) => practitioner?.reference,
      );
      const people = included.filter(
        (each): each is Practitioner => each.resourceType === 'Practitioner' && each.active !== false,
      );
      return people
        .flatMap(({ id, name }) => {
          const reference = `Practitioner/${id}`;
          const own = roles.get(reference);
          return own
            ? [{ reference, name: nameText(officialName({ name })), pool: own.flatMap(poolsOf)[0] }]
            : [];
        })
        .sort((a, b) => a.name.localeCompare(b.name));
    },
  });
