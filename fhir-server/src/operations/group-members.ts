/**
 * Whom a Group means: its members now, and of those, or of everybody, whoever a query finds. Bulk Data's member-filter
 * (https://hl7.org/fhir/uv/bulkdata/STU3/group.html), and beside it this server's own `urn:wellspring:member-exclusion`, in the same form: who has a match of it is none.
 */
import { tooCostly, unprocessable } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { typesAsked } from '../access/broadcasts.ts';
import { OWNER_ELEMENTS } from '../access/owner-table.ts';
import { requireReadCondition } from '../access/read-condition.ts';
import { restrict } from '../access/restrict.ts';
import { parse } from '../interactions/parse.ts';
import type { Services } from '../interactions/request.ts';
import { makeReferencesLocal, patientId } from '../search/own-references.ts';
import { and } from '../search/query.ts';
import { queryText } from '../search/query-text.ts';

export interface Group {
  readonly resourceType: string;
  readonly id?: string;
  readonly code?: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] };
  readonly modifierExtension?: readonly {
    readonly url?: string;
    readonly valueExpression?: { readonly language?: string; readonly expression?: string };
  }[];
  readonly type?: string;
  readonly member?: readonly {
    readonly entity?: { readonly reference?: string };
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
  /** Ids; undefined: whoever satisfies the filters. */
  readonly members: Set<string> | undefined;
  /** What each must have, all of it. */
  readonly filters: readonly MemberFilter[];
  /** What none may have, any of it. */
  readonly exclusions: readonly MemberFilter[];
  /** Types that those look at, or go through. */
  readonly asks: readonly string[];
}

export const MEMBER_FILTER = 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter';
export const MEMBER_EXCLUSION = 'urn:wellspring:member-exclusion';

const GROUP = /^Group\/([A-Za-z0-9\-.]{1,64})$/;
const MOST_GROUPS = 100;
/** Each is asked of every record. */
const MOST_QUERIES = 20;

/**
 * Of the Group and, where it lists Groups, of those. `readsGroups`: by whose rights the Groups that it lists are read; queries are always the caller's.
 * Errors: 403, 404, 422 where it is no group of persons, or has a filter that can't be asked.
 */
export async function patientsOfGroup(
  services: Services,
  access: AccessContext,
  group: Group,
  readsGroups: AccessContext = access,
): Promise<GroupPatients> {
  const { filters, exclusions, asks } = await memberQueries(services, access, group);
  const isOpen = filters.length > 0 && (group.member ?? []).length === 0;
  const members = isOpen ? undefined : await membersOf(services, readsGroups, group);
  return { members, filters, exclusions, asks };
}

export async function readGroup(services: Services, access: AccessContext, id: string): Promise<Group> {
  const { body } = await services.repository.read(access, 'Group', id);
  const group = JSON.parse(body ?? '{}') as Group;
  makeReferencesLocal(group, services.repository.baseUrl);
  if (group.type !== 'person') throw unprocessable('Only Groups of type person hold patients.', 'Group.type');
  return group;
}

/** Ids of the Patients that are members now. */
async function membersOf(services: Services, access: AccessContext, first: Group): Promise<Set<string>> {
  const patients = new Set<string>();
  const groups = new Set([first.id]);
  for (const id of groups) {
    const group = id === first.id ? first : await readGroup(services, access, String(id));
    for (const { entity } of (group.member ?? []).filter((member) => isMember(member, services.now()))) {
      const patient = patientId(entity?.reference);
      const inner = GROUP.exec(entity?.reference ?? '')?.[1];
      if (patient) patients.add(patient);
      else if (inner && groups.size < MOST_GROUPS) groups.add(inner);
    }
  }
  return patients;
}

async function memberQueries(
  services: Services,
  access: AccessContext,
  { modifierExtension = [] }: Group,
): Promise<Omit<GroupPatients, 'members'>> {
  const filters: MemberFilter[] = [];
  const exclusions: MemberFilter[] = [];
  const asks = new Set<string>();
  if (modifierExtension.length > MOST_QUERIES)
    throw tooCostly(`A Group has ${MOST_QUERIES} queries at most.`);
  for (const { url, valueExpression } of modifierExtension) {
    if (url !== MEMBER_FILTER && url !== MEMBER_EXCLUSION)
      throw unprocessable('The Group has a modifier that is not known here.', 'Group.modifierExtension');
    const { language, expression = '' } = valueExpression ?? {};
    const [, type = '', query = ''] = /^([A-Z][A-Za-z]+)\?(.+)$/.exec(expression) ?? [];
    if (
      language !== 'application/x-fhir-query' ||
      !(type === 'Patient' || Object.hasOwn(OWNER_ELEMENTS, type))
    )
      throw unprocessable(
        'A member-filter is a query over a type of patients’ records.',
        'Group.modifierExtension',
      );
    const asked = [...new URLSearchParams(query)] as [string, string][];
    const { where } = await parse(services, { access, headers: {} }, type, asked);
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
