/** Which resources of a type a token may read, as a condition that is AND-ed into every query. Deny by default. */
import { forbidden } from '@wellspring/profiles';
import { and, linked, none, or, type QueryNode } from '../search/query.ts';
import { tokenNode } from '../search/types/token.ts';
import type { AccessContext } from './access-context.ts';
import { visibleBroadcasts } from './broadcasts.ts';
import { consentCondition } from './consent-condition.ts';
import { derivedOnce } from './derived.ts';
import { followsKept, together } from './kept.ts';
import { labelCondition } from './labels.ts';
import { DIRECTORY_TYPES, OWNER_ELEMENTS } from './owner-table.ts';
import { reachCondition } from './reach.ts';
import { groundsOf } from './request-rights.ts';
import { granting, type Interaction, type Scope } from './scope.ts';
import { filterCondition } from './scope-filter.ts';
import { subscriptionsOf } from './subscriber.ts';

/** undefined = no scope grants it: 403. `none` = granted, but nothing of this type is theirs. `owner`: the one Patient that the query asks of, where it does. */
export function readCondition(
  access: AccessContext,
  type: string,
  interaction: Interaction & ('r' | 's'),
  owner?: string,
): QueryNode | undefined {
  const rights = groundsOf(access);
  if (!rights) return conditionOf(access, type, interaction, owner);
  const name = owner === undefined ? `${interaction} ${type}` : `${interaction} ${type} of ${owner}`;
  return conditions(rights, name, () => conditionOf(rights, type, interaction, owner));
}

const conditions = derivedOnce<QueryNode | undefined>();

function conditionOf(
  access: AccessContext,
  type: string,
  interaction: Interaction & ('r' | 's'),
  owner: string | undefined,
): QueryNode | undefined {
  const conditions = granting(access.scopes, type, interaction).map((scope) =>
    and(holdersCondition(access, scope, type, owner), filterCondition(scope)),
  );
  if (type === 'Binary' && conditions.length > 0) conditions.push(...asWhatTheyAreOf(access));
  if (access.readsOwnUser && access.fhirUser?.type === type) {
    conditions.push({ kind: 'id', ids: [access.fhirUser.id] });
  }
  if (conditions.length === 0) return undefined;
  return and(
    or(...conditions),
    access.consents ? consentCondition(access.consents, type, owner) : and(),
    isSystem(access) ? and() : followsKept(access, type, isStaff(access) ? undefined : patientsOf(access)),
  );
}

/** R12: a file whose securityContext is a resource of somebody's record is for whoever may read that. */
function asWhatTheyAreOf(access: AccessContext): QueryNode[] {
  if (isSystem(access)) return [];
  const types = Object.keys(OWNER_ELEMENTS).filter((type) => type !== 'Binary');
  const readable = (type: string): QueryNode => seenCondition(access, type) ?? none;
  // R18: a label of its own counts as on anything else.
  const labels = isStaff(access) ? and() : labelCondition(access, patientsOf(access));
  return together(types, readable).map(([of, where]) => and(linked('about', of, where, false), labels));
}

const patientsOf = (access: AccessContext): readonly string[] => [
  ...new Set([...launchPatient(access), ...ownPatients(access)]),
];

/** Of what comes along, or is told of: whoever may read it or find it sees it. */
export const seenCondition = (access: AccessContext, type: string): QueryNode | undefined =>
  readCondition(access, type, 'r') ?? readCondition(access, type, 's');

/** As `readCondition`, where the lack of a scope is an error. */
export function requireReadCondition(
  access: AccessContext,
  type: string,
  interaction: Interaction & ('r' | 's'),
  owner?: string,
): QueryNode {
  const condition = readCondition(access, type, interaction, owner);
  if (!condition) throw forbidden(`The token's scopes do not allow reading ${type}.`);
  return condition;
}

function holdersCondition(
  access: AccessContext,
  scope: Scope,
  type: string,
  owner: string | undefined,
): QueryNode {
  // Its maker's, whatever else they may open: it holds addresses, and headers with what opens these.
  if (type === 'Subscription') return subscriptionsOf(access);
  if (scope.level === 'system') return and();
  const reach = reachCondition(type, scope.reach);
  if (scope.level === 'user' && isStaff(access)) {
    // In one patient's record there are none.
    if (type !== 'CommunicationRequest' || owner !== undefined) return reach;
    return and(reach, access.staff ? visibleBroadcasts(access, access.staff, scope.reach) : none);
  }
  return and(recordCondition(access, scope, type), reach);
}

/** Of the clinic's technical addresses a person needs the viewers of pictures (IHE Invoke Image Display); the others, and what is sent with them, are for machines. */
const VIEWERS = tokenNode(
  'connection-type',
  'http://terminology.hl7.org/CodeSystem/endpoint-connection-type|ihe-iid',
);

/** A patient's own record, or the one in launch context. */
function recordCondition(access: AccessContext, scope: Scope, type: string): QueryNode {
  const patients = scope.level === 'patient' ? launchPatient(access) : ownPatients(access);
  if (DIRECTORY_TYPES.has(type)) return and();
  if (type === 'Endpoint') return VIEWERS;
  if (patients.length === 0) return none;
  if (type === 'Patient') return { kind: 'id', ids: patients };
  // The log of who looked carries no labels of its own.
  if (type === 'AuditEvent') return { kind: 'owner', patients };
  return Object.hasOwn(OWNER_ELEMENTS, type)
    ? and({ kind: 'owner', patients }, labelCondition(access, patients))
    : none;
}

function launchPatient(access: AccessContext): string[] {
  return access.patient === undefined ? [] : [access.patient];
}

/** A `user/` scope of a patient means their own record; a proxy's means the patient they act for in this launch. */
function ownPatients(access: AccessContext): string[] {
  if (access.fhirUser?.type === 'Patient') return [access.fhirUser.id];
  return launchPatient(access);
}

export function isStaff(access: AccessContext): boolean {
  return access.fhirUser?.type === 'Practitioner' || access.fhirUser?.type === 'PractitionerRole';
}

/** A patient's or a proxy's: neither staff nor a system. */
export const isPatientLevel = (access: AccessContext): boolean => !isSystem(access) && !isStaff(access);

/** A client's own token: no person is behind it. */
export function isSystem(access: AccessContext): boolean {
  return access.scopes.some(({ level }) => level === 'system');
}
