/** What colleagues read and the patient's side does not: drafts, what is passed on among colleagues, results that are withheld or put off (rule R18 of docs/SECURITY.md). */
import type { Resource } from '@medplum/fhirtypes';

export const NOT_FOR_PATIENTS = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: 'NOPAT',
} as const;

export const isSeenByPatient = ({ meta }: Pick<Resource, 'meta'>): boolean =>
  !(meta?.security ?? []).some(
    ({ system, code }) => system === NOT_FOR_PATIENTS.system && code === NOT_FOR_PATIENTS.code,
  );
