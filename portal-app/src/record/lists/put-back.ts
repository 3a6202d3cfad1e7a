/** What was marked as entered in error, or ended, by mistake: found again, and put back as it was before. */
import type { Bundle, MedicationStatement, Resource } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { isOrdered, prescriptionsOf } from '../../format/medicine.ts';
import { type Fhir, FhirFailure, isWithdrawn } from '../../smart/fhir.ts';
import type { Listed, ListName } from './queries.ts';

const SEARCHES: Readonly<Record<ListName, readonly string[]>> = {
  problems: ['Condition?verification-status=entered-in-error'],
  allergies: ['AllergyIntolerance?verification-status=entered-in-error'],
  medicines: [
    'MedicationRequest?status=entered-in-error&_include=MedicationRequest:medication',
    'MedicationStatement?status=entered-in-error',
  ],
};

/** Searched for apart: what was never true is in no other answer (smart/fhir.ts). */
export const withdrawnQuery = (fhir: Fhir, name: ListName) =>
  queryOptions({
    queryKey: ['lists', fhir.patient, 'withdrawn', name],
    queryFn: async (): Promise<readonly Listed[]> => {
      const answers = await Promise.all(
        SEARCHES[name].map((search) => fhir.get<Bundle>(`${search}&patient=${fhir.patient}&_count=200`)),
      );
      const found = answers.flatMap(({ entry = [] }) => entry.flatMap(({ resource }) => resource ?? []));
      return name === 'medicines'
        ? [...prescriptionsOf(found, isOrdered), ...found.filter(isStatement)]
        : (found as Listed[]);
    },
  });

const isStatement = (each: Resource): each is MedicationStatement =>
  each.resourceType === 'MedicationStatement';

/** The last version that was not in error, and `fits`; undefined where the server tells of none. Throws where it can't be read now: what was so before is not guessed then. */
export async function asItWas(
  fhir: Fhir,
  { resourceType, id }: Listed,
  fits: (entry: Listed) => boolean = () => true,
): Promise<Listed | undefined> {
  const history = await fhir.get<Bundle>(`${resourceType}/${id}/_history?_count=100`).catch(noHistory);
  const versions = (history?.entry ?? []).flatMap(({ resource }) => (resource as Listed | undefined) ?? []);
  return versions.find((each) => !isWithdrawn(each) && fits(each));
}

/** A server may keep no versions, or show them to nobody of the app's. */
function noHistory(reason: unknown): undefined {
  if (reason instanceof FhirFailure && [403, 404, 405, 501].includes(reason.status)) return undefined;
  throw reason;
}
