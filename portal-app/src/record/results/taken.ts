/** When a sample was taken, in words: some say only how often (https://hl7.org/fhir/R4/observation-definitions.html#Observation.effective_x_). */
import type { Observation } from '@medplum/fhirtypes';
import { formatDateTime } from '../../format/date.ts';
import { dateOf } from '../../format/observation.ts';
import { timingWords } from '../care-plan/timing.ts';

export function takenText(observation: Observation): string {
  const date = dateOf(observation);
  return (date ? undefined : timingWords(observation.effectiveTiming)) ?? formatDateTime(date);
}
