/** A token of staff, narrowed by what their roles allow: what both the app was granted and the role has. Deny by default: without a valid role, nothing. */
import type { QueryNode } from '../search/query.ts';
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
  const granted = policy.everyone.map((scope) => ({ scope, reach: undefined as QueryNode | undefined }));
  let glassMinutes: number | undefined;
  for (const [role, rules] of rolesOf(policy, member)) {
    glassMinutes = longest(glassMinutes, rules.glassMinutes);
    for (const grant of rules.grants) {
      const reach = reachOf(policy, grant.patients, member, role, permitted, now);
      for (const scope of grant.scopes) granted.push({ scope, reach });
    }
  }
  const scopes = access.scopes.flatMap((asked) =>
    granted.flatMap(({ scope, reach }) => intersection(asked, scope, reach) ?? []),
  );
  const staff = {
    member,
    glassMinutes,
    tellPatient: policy.tellPatient,
    sharedPatients: policy.sharedPatients,
    opened: openedInEmergency(member, now),
  };
  return { ...access, scopes, staff };
}

function rolesOf(policy: RolePolicy, member: StaffMember): [StaffRole, RoleRules][] {
  return member.roles.flatMap((role) =>
    rulesFor(policy, role.codes).map((rules): [StaffRole, RoleRules] => [role, rules]),
  );
}

const longest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

/** What both grant; undefined: nothing. */
function intersection(asked: Scope, allowed: Scope, reach: QueryNode | undefined): Scope | undefined {
  if (asked.type !== '*' && allowed.type !== '*' && asked.type !== allowed.type) return undefined;
  const interactions = new Set([...asked.interactions].filter((each) => allowed.interactions.has(each)));
  if (interactions.size === 0) return undefined;
  return {
    level: asked.level,
    type: asked.type === '*' ? allowed.type : asked.type,
    interactions,
    filter: [...asked.filter, ...allowed.filter],
    ...(reach === undefined ? {} : { reach }),
  };
}
