/** What colleagues read and the patient's side does not (rule R18 of docs/SECURITY.md): drafts, what is passed on among colleagues, results that are withheld or put off; and what was told in confidence. */
import type { Meta } from '@medplum/fhirtypes';

export const NOT_FOR_PATIENTS = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: 'NOPAT',
} as const;

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

interface Labelled {
  readonly meta?: Meta | undefined;
}

/** Of several that are read as one: what any of them bears. */
export const labelsOf = (all: readonly Labelled[]): Labelled => ({
  meta: { security: all.flatMap(({ meta }) => meta?.security ?? []) },
});

export const isSeenByPatient = ({ meta }: Labelled): boolean =>
  !(meta?.security ?? []).some(
    ({ system, code }) => system === NOT_FOR_PATIENTS.system && code === NOT_FOR_PATIENTS.code,
  );

/** Restricted and very restricted: whoever acts for the patient sees it only where a Consent opens it to them by name. */
export const isConfidential = ({ meta }: Labelled): boolean =>
  (meta?.security ?? []).some(
    ({ system, code }) => system === CONFIDENTIALITY && (code === 'R' || code === 'V'),
  );
