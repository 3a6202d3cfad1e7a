/**
 * Security labels (meta.security) that keep a resource from some readers, as conditions like any other: rule R18 of docs/SECURITY.md.
 * https://hl7.org/fhir/R4/security-labels.html
 */
import { and, not, or, type QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';

interface Coding {
  readonly system?: string;
  readonly code?: string;
}

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

const labelled = (system: string, code: string): QueryNode => ({
  kind: 'token',
  param: '_security',
  system,
  code,
});

/** "No disclosure to patient": what a clinician first wants to say in person; what the care team notes for itself. */
export const NOT_FOR_PATIENTS = { system: ACT_CODE, code: 'NOPAT' } as const;
const FROM_PATIENTS = [[ACT_CODE, NOT_FOR_PATIENTS.code]] as const;
/** Restricted and very restricted: what a young person told in confidence is not for the parent who signs in for them. */
const FROM_PROXIES = [
  [CONFIDENTIALITY, 'R'],
  [CONFIDENTIALITY, 'V'],
] as const;

/** Restricted and very restricted. */
export const labelledRestricted: QueryNode = or(
  ...FROM_PROXIES.map(([system, code]) => labelled(system, code)),
);

/** For `patient/` scopes, and `user/` scopes of patients and proxies. `patients`: whose record they open. */
export function labelCondition(access: AccessContext, patients: readonly string[]): QueryNode {
  return and(...keptFrom(access, patients).map(([system, code]) => not(labelled(system, code))));
}

/** What `labelCondition` leaves out. */
export function keptByLabel(access: AccessContext, patients: readonly string[]): QueryNode {
  return or(...keptFrom(access, patients).map(([system, code]) => labelled(system, code)));
}

const KNOWN = [...FROM_PATIENTS, ...FROM_PROXIES];

/** All security labels of a resource, each once and in order: the code alone of those that keep it from somebody by themselves, of others `system|code`. */
export function labelsOf(resource: Readonly<Record<string, unknown>>): string[] {
  const { security = [] } = (resource.meta ?? {}) as { security?: readonly Coding[] };
  const names = security.map(({ system = '', code = '' }) =>
    KNOWN.some((label) => label[0] === system && label[1] === code) ? code : `${system}|${code}`,
  );
  return [...new Set(names)].sort();
}

/** The labels again, as a search for them finds them. */
export function labelTokens(
  labels: readonly string[],
): readonly { readonly param: '_security'; readonly system: string; readonly code: string }[] {
  return labels.map((label) => {
    const known = KNOWN.find(([, code]) => code === label);
    const at = label.indexOf('|');
    const [system, code] = known ?? [label.slice(0, Math.max(at, 0)), label.slice(at + 1)];
    return { param: '_security', system, code };
  });
}

/** Whether what has these labels is kept from the reader. */
export function isKept(
  labels: readonly string[],
  access: AccessContext,
  patients: readonly string[],
): boolean {
  return keptFrom(access, patients).some(([, code]) => labels.includes(code));
}

/** Whoever is not known to be the patient themself may be a proxy; to whom a Consent may open labels by name. */
function keptFrom(
  access: AccessContext,
  patients: readonly string[],
): readonly (readonly [string, string])[] {
  if (isThemself(access, patients)) return FROM_PATIENTS;
  const opened = access.opensLabels ?? [];
  return [...FROM_PATIENTS, ...FROM_PROXIES.filter(([, code]) => !opened.includes(code))];
}

function isThemself({ fhirUser }: AccessContext, patients: readonly string[]): boolean {
  return fhirUser?.type === 'Patient' && patients.every((id) => id === fhirUser.id);
}
