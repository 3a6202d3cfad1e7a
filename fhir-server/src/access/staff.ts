/** A token of staff, narrowed by what their roles allow: what both the app was granted and the role has. Deny by default: without a valid role, nothing. */
import { or, type QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { openedInEmergency, reachOf, type StaffMember, type StaffRole } from './reach.ts';
import { isStaff } from './read-condition.ts';
import { type RolePolicy, type RoleRules, rulesFor } from './role-policy.ts';
import type { Scope } from './scope.ts';

/** `member` undefined: no such Practitioner works here now. `permitted`: Patients (ids) whose active Consent names them. */
export function narrowedByRoles(
  access: AccessContext,
  policy: RolePolicy,
  member: StaffMember | undefined,
  permitted: readonly string[],
  now: number,
): AccessContext {
  if (!isStaff(access)) return access;
  if (!member || member.roles.length === 0) return { ...access, scopes: [] };
  const opened = openedInEmergency(member, now);
  const granted = policy.everyone.map((scope) => ({ scope, lasting: undefined as QueryNode | undefined }));
  let glassMinutes: number | undefined;
  let broadcastsTo: number | undefined;
  let oversees = false;
  const broadcastsFor = new Set<string>();
  for (const [role, rules] of rolesOf(policy, member)) {
    glassMinutes = larger(glassMinutes, rules.glassMinutes);
    broadcastsTo = larger(broadcastsTo, rules.broadcastsTo);
    oversees ||= rules.oversees;
    if (rules.broadcastsTo !== undefined && role.organization) broadcastsFor.add(role.organization);
    for (const grant of rules.grants) {
      const lasting = reachOf(policy, grant.patients, member, role, permitted, now);
      for (const scope of grant.scopes) granted.push({ scope, lasting });
    }
  }
  const scopes = access.scopes.flatMap((asked) =>
    granted.flatMap(({ scope, lasting }) => intersection(asked, scope, lasting, opened) ?? []),
  );
  const staff = {
    member,
    glassMinutes,
    broadcastsTo,
    broadcastsFor: [...broadcastsFor],
    oversees,
    ...(oversees ? { roles: policy.roles } : {}),
    tellPatient: policy.tellPatient,
    sharedPatients: policy.sharedPatients,
    opened,
  };
  return { ...access, scopes, staff };
}

function rolesOf(policy: RolePolicy, member: StaffMember): [StaffRole, RoleRules][] {
  return member.roles.flatMap((role) =>
    rulesFor(policy, role.codes).map((rules): [StaffRole, RoleRules] => [role, rules]),
  );
}

const larger = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

/** What both grant; undefined: nothing. */
function intersection(
  asked: Scope,
  allowed: Scope,
  lasting: QueryNode | undefined,
  opened: QueryNode,
): Scope | undefined {
  if (asked.type !== '*' && allowed.type !== '*' && asked.type !== allowed.type) return undefined;
  const interactions = new Set([...asked.interactions].filter((each) => allowed.interactions.has(each)));
  if (interactions.size === 0) return undefined;
  return {
    level: asked.level,
    type: asked.type === '*' ? allowed.type : asked.type,
    interactions,
    filter: [...asked.filter, ...allowed.filter],
    ...(lasting === undefined ? {} : { reach: or(lasting, opened), lasting }),
  };
}
