/** The page that shows some results together. */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { dayText } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { dateOf } from '../../format/observation.ts';
import { idOf } from '../../format/reference.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const MOST = 20;

/** `ids`: of Observations, from an address. */
export async function placeOfResults(fhir: Fhir, ids: readonly string[]): Promise<string> {
  const known = ids.filter((id) => ID.test(id)).slice(0, MOST);
  if (known.length === 0) return '/results';
  const references = known.map((id) => `Observation/${id}`).join(',');
  const [reports, results] = await fhir.batch([
    `DiagnosticReport?patient=${fhir.patient}&result=${references}&_count=50`,
    `Observation?patient=${fhir.patient}&_id=${known.join(',')}&_count=${MOST}`,
  ]);
  return placeOf(known, listOf<DiagnosticReport>(reports) ?? [], listOf<Observation>(results) ?? []);
}

/** The report with all of them; else the results since the first of their days. */
export function placeOf(
  ids: readonly string[],
  reports: readonly DiagnosticReport[],
  results: readonly Observation[],
): string {
  const isWhole = ({ result = [] }: DiagnosticReport): boolean =>
    ids.every((id) => result.some((each) => idOf(each, 'Observation') === id));
  const report = reports.find(isWhole) ?? (reports.length === 1 ? reports[0] : undefined);
  if (report) return `/reports/${report.id}`;
  const [first] = results.flatMap((each) => dayText(timeOf(dateOf(each))) || []).toSorted();
  return first ? `/results?since=${first}` : '/results';
}
