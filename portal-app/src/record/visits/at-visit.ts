/** What belongs to a visit, in one request. */
import type { Encounter, Resource } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { instantText, today } from '../../format/clinic-clock.ts';
import { idOf } from '../../format/reference.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';
import { named } from '../names.ts';

export interface AtVisit {
  readonly found: readonly Resource[];
  /** Some of it could not be read, or was not shared. */
  readonly isPartial: boolean;
  /** There may be more than was read. */
  readonly isCut: boolean;
}

const MOST = 200;

/** Types with a search parameter `encounter` (R4). */
const TYPES = [
  'DocumentReference',
  'Condition',
  'Procedure',
  'Observation',
  'DiagnosticReport',
  'CarePlan',
  'ServiceRequest',
  'Communication',
] as const;

export const atVisitQuery = (fhir: Fhir, visit: Encounter) =>
  queryOptions({
    queryKey: ['at-visit', visit.id],
    queryFn: async (): Promise<AtVisit> => {
      const answers = await fhir.batch(searchesFor(visit, fhir.patient));
      const lists = answers.map((answer) => listOf<Resource>(answer));
      return {
        found: await named(
          fhir,
          lists.flatMap((list) => list ?? []),
        ),
        isPartial: lists.includes(undefined),
        isCut: lists.some((list) => (list?.length ?? 0) >= MOST),
      };
    },
  });

/** Vaccinations can't be searched by their visit (R4): all are read, and those of the visit kept (summary.ts). */
export function searchesFor({ id, diagnosis = [] }: Encounter, patient: string): readonly string[] {
  const [mine, most, midnight] = [`patient=${patient}`, `_count=${MOST}`, instantText(today())];
  const at = `encounter=Encounter/${id}`;
  const diagnoses = diagnosis.flatMap(({ condition }) => idOf(condition, 'Condition') ?? []);
  return [
    ...TYPES.map((type) => `${type}?${mine}&${at}&${most}`),
    `MedicationRequest?${mine}&${at}&${most}&_include=MedicationRequest:medication`,
    `MedicationStatement?${mine}&context=Encounter/${id}&${most}`,
    `Immunization?${mine}&_sort=-date&${most}`,
    `Appointment?${mine}&date=ge${midnight}&_sort=date&${most}`,
    ...(diagnoses.length > 0 ? [`Condition?${mine}&_id=${diagnoses.join(',')}&${most}`] : []),
  ];
}
