/** The members that a payer hands in: Parameters with a MemberBundle for each (PDex Multi-Member Match Request). */
import { invalid, tooCostly, unprocessable } from '@wellspring/profiles';
import type { FhirRequest } from '../../interactions/request.ts';
import type { Member, MemberConsent, MemberCoverage, SubmittedMember } from './order.ts';

interface Part {
  readonly name?: string;
  readonly resource?: { readonly resourceType?: string; readonly id?: string };
  readonly part?: readonly Part[];
}

/** One Group holds them all. */
const MOST_MEMBERS = 1000;
const TYPES = {
  MemberPatient: 'Patient',
  CoverageToMatch: 'Coverage',
  CoverageToLink: 'Coverage',
  Consent: 'Consent',
} as const;
type PartName = keyof typeof TYPES;

/** Errors: 400 for what is no such request at all, 422 for a member that is not whole ("Bad bundle format"), with its place. */
export function submittedMembers({ query, resource }: FhirRequest): readonly SubmittedMember[] {
  const strange = query.find(([name]) => name !== '_format' && name !== '_pretty');
  if (strange) throw invalid(`The operation has no parameter '${strange[0].slice(0, 64)}' in its address.`);
  if (resource?.resourceType !== 'Parameters') throw invalid('The body must be a Parameters resource.');
  const given = (resource.parameter as readonly Part[] | undefined) ?? [];
  if (given.length === 0)
    throw unprocessable("$bulk-member-match needs a 'MemberBundle'.", 'Parameters.parameter');
  if (given.length > MOST_MEMBERS) throw tooCostly(`${MOST_MEMBERS} members may be handed in at once.`);
  const members = given.map((each, index) => memberOf(each, `Parameters.parameter[${index}]`));
  requireOwnIds(members);
  return members;
}

function memberOf({ name, part = [] }: Part, place: string): SubmittedMember {
  if (name !== 'MemberBundle')
    throw unprocessable(`The operation has no parameter '${String(name).slice(0, 64)}'.`, place);
  const found = new Map<PartName, Part['resource']>();
  for (const { name: each = '', resource } of part) {
    if (!Object.hasOwn(TYPES, each))
      throw unprocessable(`A MemberBundle has no part '${each.slice(0, 64)}'.`, place);
    const type = TYPES[each as PartName];
    if (resource?.resourceType !== type)
      throw unprocessable(`'${each}' must hold a ${type}.`, `${place}.part`);
    if (found.has(each as PartName)) throw unprocessable(`'${each}' may be given once.`, `${place}.part`);
    found.set(each as PartName, resource);
  }
  const missing = (['MemberPatient', 'CoverageToMatch', 'Consent'] as const).find((each) => !found.has(each));
  if (missing) throw unprocessable(`A MemberBundle needs a '${missing}'.`, `${place}.part`);
  const patient = found.get('MemberPatient') as Member;
  if (!patient.id)
    throw unprocessable('A MemberPatient needs an id: the answer names it by that.', `${place}.part`);
  return {
    patient,
    coverage: found.get('CoverageToMatch') as MemberCoverage,
    consent: found.get('Consent') as MemberConsent,
  };
}

/** The answer holds each Patient as it came, under its id, and of one with several coverages those too: an id means one of them. */
function requireOwnIds(members: readonly SubmittedMember[]): void {
  const known = new Map<string, string>();
  const named = new Set<string>();
  const patients = new Set<string>();
  for (const [index, { patient, coverage }] of members.entries()) {
    const place = `Parameters.parameter[${index}].part`;
    const text = JSON.stringify(patient);
    const before = known.get(patient.id);
    if (before !== undefined && before !== text)
      throw unprocessable('Two MemberPatients that differ have the same id.', place);
    known.set(patient.id, text);
    patients.add(patient.id);
    if (coverage.id === undefined) continue;
    if (named.has(coverage.id)) throw unprocessable('Two CoverageToMatch have the same id.', place);
    named.add(coverage.id);
  }
  if ([...named].some((id) => patients.has(id)))
    throw unprocessable('A CoverageToMatch has the id of a MemberPatient.', 'Parameters.parameter');
}
