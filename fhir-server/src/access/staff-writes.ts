/**
 * What staff may write keeps within what they may open: the resource as it was, and everybody it refers to. What is out of their reach answers like what does
 * not exist, so that a write tells no more than a read.
 */
import { findReferences, forbidden } from '@wellspring/profiles';
import { localName } from '../search/own-references.ts';
import { all, and, none, or, type QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { metaOf } from './authorship.ts';
import { consentCondition } from './consent-condition.ts';
import { bindsSomebody, permitsBy, ruleOf } from './consent-rules.ts';
import { bothOf, derivedOnce } from './derived.ts';
import { followsKept } from './kept.ts';
import { KEPT, MARKED } from './own-marks.ts';
import type { StaffMember } from './reach.ts';
import { ACT_REASON, BROADCAST, EMERGENCY, reachCondition } from './reach.ts';
import { isStaff } from './read-condition.ts';
import { granting, type Scope } from './scope.ts';
import type { Json, WriteInteraction } from './write-rules.ts';

/** The Patients whose records this write may touch; undefined: no bound. Throws forbidden where the type is nobody's to write but for those without a bound. */
export function writeBound(
  access: AccessContext,
  interaction: WriteInteraction,
  type: string,
): QueryNode | undefined {
  if (!isStaff(access)) return undefined;
  const { scopes } = access;
  const bound = bounds(scopes, `${interaction} ${type}`, () => boundOf(scopes, interaction, type));
  if (bound && reachCondition(type, bound).kind === 'none')
    throw forbidden(`Your role does not allow this write to ${type}.`);
  return bound;
}

const bounds = derivedOnce<QueryNode | undefined>();

function boundOf(
  scopes: readonly Scope[],
  interaction: WriteInteraction,
  type: string,
): QueryNode | undefined {
  const grants = granting(scopes, type, interaction).filter(({ filter }) => filter.length === 0);
  if (grants.length === 0 || grants.some(({ reach }) => reach === undefined)) return undefined;
  return or(...new Set(grants.map(({ reach }) => reach ?? none)));
}

/**
 * What the live version must satisfy for a member of staff to change it: within their reach, and left to them by the Consents that bind them. undefined: no bound, and
 * what is not there may be created under its id.
 */
export function changeable(
  access: AccessContext,
  interaction: 'u' | 'd',
  type: string,
): QueryNode | undefined {
  const bound = writeBound(access, interaction, type);
  const left =
    isStaff(access) && access.consents
      ? and(consentCondition(access.consents, type), followsKept(access, type, undefined))
      : all;
  if (bound === undefined && left.kind === 'all') return undefined;
  return and(bound ? reachCondition(type, bound) : all, left);
}

/** Whose Patients somebody may name in what they write: none whom a Consent hides from them. */
export function nameable({ consents }: AccessContext, bound: QueryNode | undefined): QueryNode {
  return bothOf(bound ?? all, consents ? consentCondition(consents, 'Patient') : all);
}

/** The same person's reading, with no other bound than this: what a reference must lead to. */
export function withinBound(access: AccessContext, bound: QueryNode): AccessContext {
  const interactions = new Set(['r', 's'] as const);
  return { ...access, scopes: [{ level: 'user', type: '*', interactions, filter: [], reach: bound }] };
}

/**
 * Throws forbidden for what would open records: a new Patient that is not of one's own organization, where a bound is; an emergency access by the way of a plain
 * write, for everybody: it goes before Consents.
 */
export function checkStaffWrite(
  { staff }: AccessContext,
  interaction: WriteInteraction,
  resource: Json,
  isBound: boolean,
): void {
  if (!staff) return;
  if (isBound && resource.resourceType === 'Patient' && interaction === 'c' && !isOwnPatient(staff, resource))
    throw forbidden('A new Patient must be of your own organization: Patient.managingOrganization.');
  if (resource.resourceType === 'Consent' && isEmergency(resource))
    throw forbidden('Emergency access is opened by Patient/[id]/$break-the-glass only.');
  if (isBroadcast(resource))
    throw forbidden('What goes to many is sent by CommunicationRequest/$broadcast only.');
  const rule = resource.resourceType === 'Consent' ? ruleOf({ id: 'new', ...resource }) : undefined;
  if (rule && isBound && permitsBy(rule, selvesOf(staff.member)))
    throw forbidden('A Consent that permits you to see a record is for somebody else to write down.');
}

/** Types of which a change by staff is held against what is stored. */
export const WATCHED: ReadonlySet<string> = new Set([...MARKED, 'Patient']);

/** Throws forbidden for a change (or deletion) that takes away what binds or tells of the person who makes it. */
export function checkStaffChange({ staff, consents }: AccessContext, before: Json): void {
  if (!staff) return;
  if (before.resourceType === 'Consent' && isEmergency(before))
    throw forbidden('An emergency access ends by itself; what is kept of it is not changed.');
  if (metaOf(before).tag?.some(({ system }) => system === KEPT.system))
    throw forbidden('What the patient was told of an emergency access is not changed.');
  if (isBroadcast(before))
    throw forbidden(
      'A broadcast says what was sent, and is stopped by CommunicationRequest/[id]/$stop only.',
    );
  const rule = before.resourceType === 'Consent' ? ruleOf(before) : undefined;
  if (rule && consents && bindsSomebody(rule, consents.actors))
    throw forbidden('A Consent that binds you is for somebody else to change.');
}

function isBroadcast({ resourceType, category }: Json): boolean {
  return (
    resourceType === 'CommunicationRequest' && codingsOf(category).some(({ system }) => system === BROADCAST)
  );
}

/** `Type/id` by which this person's own relation to a patient would be written down. */
const selvesOf = ({ practitioner, roles }: StaffMember): ReadonlySet<string> =>
  new Set([`Practitioner/${practitioner}`, ...roles.map(({ id }) => `PractitionerRole/${id}`)]);

/** Types by which a record is within reach (reach.ts). */
const RELATIONS: ReadonlySet<string> = new Set(['Appointment', 'CareTeam', 'Encounter']);
const RELATIONS_OF_PATIENT = ['generalPractitioner', 'managingOrganization'] as const;

/**
 * Does this write make a relation by which its writer could open the record from then on? Then the record must be within their reach already by something that lasts
 * longer than an emergency.
 */
export function makesRelation({ staff }: AccessContext, resource: Json, before: Json | undefined): boolean {
  if (!staff) return false;
  if (resource.resourceType === 'Patient')
    return (
      before !== undefined &&
      RELATIONS_OF_PATIENT.some((name) => JSON.stringify(resource[name]) !== JSON.stringify(before[name]))
    );
  if (!RELATIONS.has(resource.resourceType)) return false;
  const selves = selvesOf(staff.member);
  return findReferences(resource).some(({ reference }) => selves.has(localName(reference) ?? ''));
}

/** The bound of a write without what an emergency opens; undefined: no bound. */
export function lastingBound(
  access: AccessContext,
  interaction: WriteInteraction,
  type: string,
): QueryNode | undefined {
  return writeBound(withoutEmergency(access), interaction, type);
}

/** Of staff: what is left when only what lasts opens records. */
export function withoutEmergency(access: AccessContext): AccessContext {
  const scopes = lastingScopes(access.scopes, '', () =>
    access.scopes.map((scope) => (scope.reach ? { ...scope, reach: scope.lasting ?? none } : scope)),
  );
  return { ...access, scopes };
}

const lastingScopes = derivedOnce<readonly Scope[]>();

function isOwnPatient(
  { member, sharedPatients }: { readonly member: StaffMember; readonly sharedPatients: boolean },
  resource: Json,
): boolean {
  const organization = (resource.managingOrganization as { reference?: string } | undefined)?.reference;
  if (organization === undefined) return sharedPatients && resource.managingOrganization === undefined;
  return member.roles.some((role) => role.organization === organization);
}

function isEmergency({ category }: Json): boolean {
  return codingsOf(category).some(({ system, code }) => system === ACT_REASON && code === EMERGENCY);
}

/** Of a list of CodeableConcepts, or of what stands in its place. */
function codingsOf(concepts: unknown): { system?: string; code?: string }[] {
  return [concepts]
    .flat()
    .flatMap((each) => (each as { coding?: unknown } | undefined | null)?.coding ?? [])
    .map((each) => (each ?? {}) as { system?: string; code?: string });
}
