/**
 * What staff may write keeps within what they may open: the resource as it was, and everybody it refers to. What is out of their reach answers like what does
 * not exist, so that a write tells no more than a read.
 */
import { forbidden } from '@wellspring/profiles';
import { none, or, type QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import type { StaffMember } from './reach.ts';
import { ACT_REASON, EMERGENCY, reachCondition } from './reach.ts';
import { covers, isStaff } from './read-condition.ts';
import type { Json, WriteInteraction } from './write-rules.ts';

/** The Patients whose records this write may touch; undefined: no bound. Throws forbidden where the type is nobody's to write but for those without a bound. */
export function writeBound(
  access: AccessContext,
  interaction: WriteInteraction,
  type: string,
): QueryNode | undefined {
  if (!isStaff(access)) return undefined;
  const grants = access.scopes.filter(
    (scope) => scope.level !== 'system' && scope.filter.length === 0 && covers(scope, type, interaction),
  );
  if (grants.length === 0 || grants.some(({ reach }) => reach === undefined)) return undefined;
  const bound = or(...new Set(grants.map(({ reach }) => reach ?? none)));
  if (reachCondition(type, bound).kind === 'none')
    throw forbidden(`Your role does not allow this write to ${type}.`);
  return bound;
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
}

function isOwnPatient(
  { member, sharedPatients }: { readonly member: StaffMember; readonly sharedPatients: boolean },
  resource: Json,
): boolean {
  const organization = (resource.managingOrganization as { reference?: string } | undefined)?.reference;
  if (organization === undefined) return sharedPatients && resource.managingOrganization === undefined;
  return member.roles.some((role) => role.organization === organization);
}

function isEmergency({ category }: Json): boolean {
  const codings = [category].flat().flatMap((each) => (each as { coding?: unknown[] } | undefined)?.coding);
  return codings.some((each) => {
    const { system, code } = (each ?? {}) as { system?: string; code?: string };
    return system === ACT_REASON && code === EMERGENCY;
  });
}
