/** Whom a Group means: its members now, and of those, or of everybody, whoever its queries find (repository/checks/member-queries.ts). */
import { type Issue, unprocessable } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { typesAsked } from '../access/broadcasts.ts';
import { requireReadCondition } from '../access/read-condition.ts';
import { restrict } from '../access/restrict.ts';
import { parse } from '../interactions/parse.ts';
import type { Services } from '../interactions/request.ts';
import { memberQueries, type WithMemberQueries } from '../repository/checks/member-queries.ts';
import { localName, makeReferencesLocal } from '../search/own-references.ts';
import { and } from '../search/query.ts';
import { queryText } from '../search/query-text.ts';
import { MEMBER_EXCLUSION, MEMBER_FILTER } from '../validation/understood.ts';

export interface Group extends WithMemberQueries {
  readonly resourceType: string;
  readonly id?: string;
  readonly active?: boolean;
  readonly code?: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] };
  readonly type?: string;
  readonly actual?: boolean;
  readonly characteristic?: readonly object[];
  readonly member?: readonly {
    readonly entity?: { readonly reference?: string; readonly identifier?: object };
    readonly inactive?: boolean;
    readonly period?: { readonly start?: string; readonly end?: string };
  }[];
}

/** `where`: text of a query tree, over the type that it names. */
export interface MemberFilter {
  readonly type: string;
  readonly where: string;
}

export interface GroupPatients {
  /** Members now who are told by nothing that leads to a Patient here, and so are left out, with their places. */
  readonly unknown: readonly Issue[];
  /** Ids; undefined: whoever satisfies the filters. */
  readonly members: Set<string> | undefined;
  /** What each must have, all of it. */
  readonly filters: readonly MemberFilter[];
  /** What none may have, any of it. */
  readonly exclusions: readonly MemberFilter[];
  /** Types that those look at, or go through. */
  readonly asks: readonly string[];
}

const MOST_GROUPS = 100;

/**
 * Of the Group and, where it lists Groups, of those that are in use. `readsGroups`: by whose rights the Groups that it lists are read; queries are always the caller's.
 * Errors: 403, 404, 422 where it is not in use, or no group of persons, or has a filter that can't be asked, characteristics in place of members, too many Groups in it, or one that
 * asks more of its members.
 */
export async function patientsOfGroup(
  services: Services,
  access: AccessContext,
  group: Group,
  readsGroups: AccessContext = access,
): Promise<GroupPatients> {
  // "Merely being retained for historical purposes" (https://hl7.org/fhir/R4/group-definitions.html#Group.active).
  if (group.active === false)
    throw unprocessable('The Group is not in use any more: it means nobody.', 'Group.active');
  const { filters, exclusions, asks } = await queriesOf(services, access, group);
  const hasMembers = (group.member ?? []).length > 0;
  if (isDescribed(group) && !hasMembers && filters.length === 0)
    throw unprocessable(
      'Whom a Group means is told here by members or member-filter.',
      'Group.characteristic',
    );
  const isOpen = filters.length > 0 && !hasMembers;
  const { members, unknown } = isOpen
    ? { members: undefined, unknown: [] }
    : await membersOf(services, readsGroups, group);
  return { members, unknown, filters, exclusions, asks };
}

export async function readGroup(services: Services, access: AccessContext, id: string): Promise<Group> {
  const { body } = await services.repository.read(access, 'Group', id);
  const group = JSON.parse(body ?? '{}') as Group;
  makeReferencesLocal(group, services.repository.baseUrl);
  if (group.type !== 'person') throw unprocessable('Only Groups of type person hold patients.', 'Group.type');
  return group;
}

/** Whoever has its characteristics is meant (https://hl7.org/fhir/R4/group-definitions.html#Group.actual). */
const isDescribed = ({ actual, characteristic = [] }: Group): boolean =>
  actual === false && characteristic.length > 0;

/** Ids of the Patients that are members now. */
async function membersOf(
  services: Services,
  access: AccessContext,
  first: Group,
): Promise<{ readonly members: Set<string>; readonly unknown: readonly Issue[] }> {
  const patients = new Set<string>();
  const unknown: Issue[] = [];
  const groups = new Set([first.id]);
  for (const id of groups) {
    const group = id === first.id ? first : await readGroup(services, access, String(id));
    if (group.active === false) continue;
    if (group !== first) requirePlain(group);
    for (const [index, each] of (group.member ?? []).entries()) {
      if (!isMember(each, services.now())) continue;
      const [type, member] = localName(each.entity?.reference ?? '')?.split('/') ?? [];
      if (type === 'Patient' && member !== undefined) patients.add(member);
      else if (type === 'Group' && member !== undefined) groups.add(member);
      else unknown.push(leadsNowhere(each, index, group === first ? undefined : String(id)));
    }
    if (groups.size > MOST_GROUPS)
      throw unprocessable(`A Group is of ${MOST_GROUPS} Groups at most.`, 'Group.member');
  }
  return { members: patients, unknown };
}

/** `inside`: the id of a Group that is listed. What identifies somebody elsewhere is not looked for here: whose record goes out is nothing to be guessed. */
function leadsNowhere(
  { entity }: NonNullable<Group['member']>[number],
  index: number,
  inside: string | undefined,
): Issue {
  const how =
    entity?.reference !== undefined
      ? 'refers to no Patient or Group of this server'
      : entity?.identifier
        ? 'is told by an identifier alone'
        : 'is told without a reference';
  const where =
    inside === undefined ? 'A member of the Group' : `A member of Group/${inside}, which it lists,`;
  return {
    severity: 'warning',
    code: 'not-found',
    diagnostics: `${where} ${how}, and is left out.`,
    expression: `Group.member[${index}].entity`,
  };
}

/** Of a Group that another lists: what it asks of its members is asked of them alone, and is not passed over. */
function requirePlain({ id, modifierExtension = [], member = [], ...group }: Group): void {
  if (modifierExtension.length === 0 && (member.length > 0 || !isDescribed(group))) return;
  throw unprocessable(`Group/${id} is told by more than its members: ask for it by itself.`, 'Group.member');
}

async function queriesOf(
  services: Services,
  access: AccessContext,
  group: Group,
): Promise<Omit<GroupPatients, 'members' | 'unknown'>> {
  const filters: MemberFilter[] = [];
  const exclusions: MemberFilter[] = [];
  const asks = new Set<string>();
  if (group.modifierExtension?.some(({ url }) => url !== MEMBER_FILTER && url !== MEMBER_EXCLUSION))
    throw unprocessable('The Group has a modifier that is not known here.', 'Group.modifierExtension');
  for (const { url, type, parameters } of memberQueries(group)) {
    const { where } = await parse(services, { access, headers: {} }, type, parameters);
    for (const each of typesAsked(type, where)) asks.add(each);
    const granted = requireReadCondition(access, type, 's');
    const filter = { type, where: queryText(and(granted, restrict(access, where))) };
    (url === MEMBER_FILTER ? filters : exclusions).push(filter);
  }
  return { filters, exclusions, asks: [...asks] };
}

/** https://hl7.org/fhir/R4/datatypes.html#Period: a date that is not whole means all of it. */
function isMember(
  {
    inactive,
    period,
  }: { readonly inactive?: boolean; readonly period?: { readonly start?: string; readonly end?: string } },
  now: number,
): boolean {
  if (inactive) return false;
  const at = new Date(now).toISOString();
  const reached = (text: string): string => (text.length > 10 ? new Date(text).toISOString() : text);
  if (period?.start !== undefined && reached(period.start) > at) return false;
  return period?.end === undefined || !isBefore(reached(period.end), at);
}

const isBefore = (end: string, at: string): boolean => end < at.slice(0, end.length);
