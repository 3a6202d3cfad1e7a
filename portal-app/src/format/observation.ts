/** What pages need to know of an Observation besides its value. */
import type { Observation } from '@medplum/fhirtypes';
import { timeOf } from './date.ts';
import { isFromPerson } from './words.ts';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const LABORATORY = `${CATEGORY}|laboratory`;
export const VITAL_SIGNS = `${CATEGORY}|vital-signs`;

/** When the sample was taken or the measurement made; never when the record was changed. */
export function dateOf(observation: Observation): string | undefined {
  return (
    observation.effectiveDateTime ??
    observation.effectivePeriod?.start ??
    observation.effectivePeriod?.end ??
    observation.effectiveInstant ??
    earliest(observation.effectiveTiming?.event) ??
    observation.effectiveTiming?.repeat?.boundsPeriod?.start ??
    observation.issued
  );
}

const earliest = (times: readonly string[] | undefined): string | undefined =>
  times?.toSorted((a, b) => timeOf(a) - timeOf(b))[0];

/** A panel only holds other results together. */
export function isPanel(observation: Observation): boolean {
  return (
    (observation.hasMember?.length ?? 0) > 0 &&
    !Object.keys(observation).some((name) => /^value[A-Z]/.test(name)) &&
    !observation.component
  );
}

/** Measured by the patient or by who acts for them, not by the clinic. */
export const isFromHome = ({ performer }: Pick<Observation, 'performer'>): boolean =>
  performer !== undefined && performer.length > 0 && performer.every(isFromPerson);
