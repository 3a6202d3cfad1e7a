/** Roles at the clinic: those of the policy that is shipped (fhir-server/role-policy.json), what else it takes for them, and how they are called. */
import type { CodeableConcept, Coding, PractitionerRole } from '@medplum/fhirtypes';
import { clinicalName } from '../../format/clinical.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { isPool, type Pool } from '../work/kinds.ts';
import { ROLE_SYSTEM } from './queries.ts';

export const ROLES: readonly (readonly [code: string, label: Text])[] = [
  ['clinician', 'Clinician'],
  ['nurse', 'Nurse'],
  ['front-desk', 'Front desk'],
  ['billing', 'Billing'],
  ['administrator', 'Administrator'],
];

/** Codes of other systems that the policy takes for a pool's. */
const ALSO: readonly (readonly [code: RegExp, pool: Pool])[] = [
  [/practitioner-role\|nurse$|provider-taxonomy\|(163W|164|376)/, 'nurse'],
  [/practitioner-role\|receptionist$/, 'front-desk'],
  [/practitioner-role\|(doctor|pharmacist)$|provider-taxonomy\|/, 'clinician'],
];

function poolOfCode({ system, code = '' }: Coding): Pool | undefined {
  if (system === ROLE_SYSTEM) return isPool(code) ? code : undefined;
  return ALSO.find(([pattern]) => pattern.test(`${system}|${code}`))?.[1];
}

export const poolsOf = ({ code = [] }: PractitionerRole): readonly Pool[] =>
  code.flatMap(({ coding = [] }) => coding).flatMap((each) => poolOfCode(each) ?? []);

/** A code that says nothing in words is called as the role that it stands for. */
export function roleName(concept: CodeableConcept): string {
  const { text, coding = [] } = concept;
  const own = coding.find(({ system }) => system === ROLE_SYSTEM)?.code;
  const isSaid = text !== undefined || coding.some(({ display }) => display !== undefined);
  const known = own ?? (isSaid ? undefined : coding.flatMap((each) => poolOfCode(each) ?? [])[0]);
  const label = ROLES.find(([code]) => code === known)?.[1];
  return label ? t(label) : clinicalName(concept);
}

/** "Nurse · Wellspring Clinic" */
export function roleText({ code = [], specialty = [], organization }: PractitionerRole): string {
  const parts = [...code.map(roleName), ...specialty.map(conceptText), organization?.display ?? ''];
  return [...new Set(parts)].filter(Boolean).join(' · ');
}
