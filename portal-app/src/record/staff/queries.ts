/** Who of the care team is signed in, and as what. */
import type { Practitioner, PractitionerRole } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { conceptText } from '../../format/words.ts';
import type { FhirApi } from '../../smart/fhir.ts';

export const selfQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['self', fhir.self],
    queryFn: () => fhir.read<Practitioner>('Practitioner', fhir.self.split('/')[1] ?? ''),
  });

export const ownRolesQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['own-roles', fhir.self],
    queryFn: async () => {
      const params = { practitioner: fhir.self, active: 'true' };
      return (await fhir.search<PractitionerRole>('PractitionerRole', params)).resources;
    },
  });

/** "Nurse · Wellspring Clinic" */
export function roleText({ code = [], specialty = [], organization }: PractitionerRole): string {
  const parts = [...code.map(conceptText), ...specialty.map(conceptText), organization?.display ?? ''];
  return [...new Set(parts)].filter(Boolean).join(' · ');
}
