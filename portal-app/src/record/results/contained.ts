/** Results that a report carries in itself, as some laboratories send them (https://hl7.org/fhir/R4/references.html#contained). */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';

export const containedResults = ({
  contained = [],
}: Pick<DiagnosticReport, 'contained'>): readonly Observation[] =>
  contained.filter((each): each is Observation => each.resourceType === 'Observation');

/** As the report's references have it. */
export const nameIn = (
  { contained = [] }: Pick<DiagnosticReport, 'contained'>,
  result: Observation,
): string => (contained.includes(result) ? `#${result.id}` : `Observation/${result.id}`);

/** Results that it names in words alone: nothing of them is stored here. */
export const namedAlone = ({ result = [] }: Pick<DiagnosticReport, 'result'>): readonly string[] =>
  result.flatMap(({ reference, display }) => (reference === undefined && display ? [display] : []));
