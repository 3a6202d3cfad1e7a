/** What pages need to know of an Observation besides its value. */
import type { Observation, Period } from '@medplum/fhirtypes';
import { timeOf } from './date.ts';
import { isFromPerson } from './words.ts';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const LABORATORY = `${CATEGORY}|laboratory`;
export const VITAL_SIGNS = `${CATEGORY}|vital-signs`;

type Timed = Pick<
  Observation,
  'effectiveDateTime' | 'effectivePeriod' | 'effectiveInstant' | 'effectiveTiming' | 'issued'
>;

/** When the sample was taken or the measurement made, of a result or a report; never when the record was changed. */
export function dateOf(timed: Timed): string | undefined {
  const timing = timed.effectiveTiming;
  return (
    timed.effectiveDateTime ??
    edgeOf(timed.effectivePeriod) ??
    timed.effectiveInstant ??
    earliest(timing?.event) ??
    edgeOf(timing?.repeat?.boundsPeriod) ??
    timed.issued
  );
}

const edgeOf = (period: Period | undefined): string | undefined => period?.start ?? period?.end;

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
