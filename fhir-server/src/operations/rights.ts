/**
 * `GET [base]/$rights`, this server's own: what is left of a token when roles, and whatever else narrows it, are taken into account (decision 40), so that an app offers what will be
 * done and asks for nothing that would be refused. Each `scope` (string) is one of SMART App Launch 2.2; whose records it opens is asked of those records. Of staff also `broadcasts`
 * (integer: how many patients may be written to at once), `emergency` (integer: for how many minutes a record opens) and `oversight` (boolean), where their role has them.
 */
import type { AccessContext } from '../access/access-context.ts';
import type { RoleRules } from '../access/role-policy.ts';
import { type Scope, scopeText } from '../access/scope.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { inputOf, parametersReply } from './parameters.ts';

export async function rights(_: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { scopes, staff, trail } = request.access;
  // Nothing of anybody is read: an app that asks now and then whether it is still so leaves no row each time.
  trail?.accounted();
  return parametersReply(
    ...scopeTexts(scopes).map((valueString) => ({ name: 'scope', valueString })),
    ...(staff ? beyondTypes(staff) : []),
  );
}

/** What a policy says of staff besides scopes. */
export function beyondTypes({
  broadcastsTo,
  glassMinutes,
  oversees,
}: Pick<RoleRules, 'broadcastsTo' | 'glassMinutes' | 'oversees'>): object[] {
  return [
    ...(broadcastsTo === undefined ? [] : [{ name: 'broadcasts', valueInteger: broadcastsTo }]),
    ...(glassMinutes === undefined ? [] : [{ name: 'emergency', valueInteger: glassMinutes }]),
    ...(oversees ? [{ name: 'oversight', valueBoolean: true }] : []),
  ];
}

/** Each type once, and once more for each filter: several roles may give the same. */
export function scopeTexts(scopes: AccessContext['scopes']): string[] {
  const keyOf = ({ level, type, filter }: Scope): string =>
    JSON.stringify([level, type, filter.toSorted(byName)]);
  return [...Map.groupBy(scopes, keyOf).values()].map((same) => {
    const [first] = same as [Scope, ...Scope[]];
    return scopeText({ ...first, interactions: new Set(same.flatMap((each) => [...each.interactions])) });
  });
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);
