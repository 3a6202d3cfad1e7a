/** Who of the care team is signed in, and as what. */

import type { Practitioner, PractitionerRole } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { idOf } from '../../format/reference.ts';
import { nameText, officialName } from '../../format/words.ts';
import { type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { isInForce } from './in-force.ts';

export const ROLE_SYSTEM = 'urn:wellspring:staff-role';

export const selfQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['self', fhir.self],
    queryFn: () => fhir.read<Practitioner>('Practitioner', fhir.self.split('/')[1] ?? ''),
  });

export const ownRolesQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['own-roles', fhir.self],
    queryFn: async (): Promise<readonly PractitionerRole[]> => {
      const params = { practitioner: fhir.self, 'active:not': 'false' };
      try {
        const { resources } = await fhir.search<PractitionerRole>('PractitionerRole', params);
        return resources.filter((role) => isInForce(role));
      } catch (error) {
        // Who works here is what every role may read.
        if (error instanceof FhirFailure && error.status === 403) return [];
        throw error;
      }
    },
  });

/** Names of Practitioners by their reference, for what names them by that alone. */
export function practitionerNamesQuery(fhir: FhirApi, references: readonly (string | undefined)[]) {
  const ids = references.flatMap((reference = '') => idOf({ reference }, 'Practitioner') ?? []);
  const asked = [...new Set(ids)].sort().slice(0, 100);
  return queryOptions({
    queryKey: ['practitioner-names', ...asked],
    queryFn: async (): Promise<ReadonlyMap<string, string>> => {
      const { resources } = await fhir.search<Practitioner>('Practitioner', { _id: asked.join(',') });
      return new Map(
        resources.map(({ id, name }) => [`Practitioner/${id}`, nameText(officialName({ name }))]),
      );
    },
    enabled: asked.length > 0,
  });
}

/** Looks after people, hours and the log (fhir-server/role-policy.json). */
export const isAdministrator = ({ code = [] }: PractitionerRole): boolean =>
  code.some(({ coding = [] }) =>
    coding.some((each) => each.system === ROLE_SYSTEM && each.code === 'administrator'),
  );
