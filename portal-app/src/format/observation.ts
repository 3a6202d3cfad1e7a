/** What pages need to know of an Observation besides its value. */
import type { Observation } from '@medplum/fhirtypes';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const LABORATORY = `${CATEGORY}|laboratory`;
export const VITAL_SIGNS = `${CATEGORY}|vital-signs`;

/** When the sample was taken or the measurement made; never when the record was changed. */
export function dateOf(observation: Observation): string | undefined {
  return (
    observation.effectiveDateTime ??
    observation.effectivePeriod?.start ??
    observation.effectiveInstant ??
    observation.issued
  );
}

/** A panel only holds other results together. */
export function isPanel(observation: Observation): boolean {
  return (
    (observation.hasMember?.length ?? 0) > 0 &&
    observation.valueQuantity === undefined &&
    !observation.component
  );
}
