/**
 * Security labels (meta.security) that keep a resource from some readers, as conditions like any other: rule R18 of docs/SECURITY.md.
 * https://hl7.org/fhir/R4/security-labels.html
 */
import { and, not, type QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

const labelled = (system: string, code: string): QueryNode => ({
  kind: 'token',
  param: '_security',
  system,
  code,
});

/** "No disclosure to patient": what a clinician first wants to say in person. */
const FROM_PATIENTS = [not(labelled(ACT_CODE, 'NOPAT'))];
/** Restricted and very restricted: what a young person told in confidence is not for the parent who signs in for them. */
const FROM_PROXIES = [not(labelled(CONFIDENTIALITY, 'R')), not(labelled(CONFIDENTIALITY, 'V'))];

/** For `patient/` scopes, and `user/` scopes of patients and proxies. */
export function labelCondition(access: AccessContext): QueryNode {
  const isProxy = access.fhirUser !== undefined && access.fhirUser.type !== 'Patient';
  return and(...FROM_PATIENTS, ...(isProxy ? FROM_PROXIES : []));
}
