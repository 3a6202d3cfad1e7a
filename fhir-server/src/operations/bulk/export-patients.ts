/** Whose records a Group's export holds, and those that a client names. */
import { invalid, unprocessable } from '@wellspring/profiles';
import { OWNER_ELEMENTS } from '../../access/owner-table.ts';
import { readCondition, requireReadCondition } from '../../access/read-condition.ts';
import { restrict } from '../../access/restrict.ts';
import { parse } from '../../interactions/parse.ts';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import { and } from '../../search/query.ts';
import { queryText } from '../../search/query-text.ts';
import type { MemberFilter } from './export-order.ts';
import type { KickOffInput } from './kick-off-input.ts';

interface Group {
  readonly resourceType: string;
  readonly modifierExtension?: readonly {
    readonly url?: string;
    readonly valueExpression?: { readonly language?: string; readonly expression?: string };
  }[];
  readonly type?: string;
  readonly actual?: boolean;
  readonly member?: readonly {
    readonly entity?: { readonly reference?: string };
    readonly inactive?: boolean;
    readonly period?: { readonly start?: string; readonly end?: string };
  }[];
}

export interface GroupPatients {
  /** Ids; undefined: whoever satisfies the filters. */
  readonly members: Set<string> | undefined;
  readonly filters: readonly MemberFilter[];
}

/** https://hl7.org/fhir/uv/bulkdata/STU3/group.html: a query that each member has a match of. */
const MEMBER_FILTER = 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter';

const PATIENT = /^Patient\/([A-Za-z0-9\-.]{1,64})$/;
const GROUP = /^Group\/([A-Za-z0-9\-.]{1,64})$/;
const MOST_GROUPS = 100;
const CHUNK = 500;

/** Of the Group and, where it lists Groups, of those. Errors: 403, 404, 422 where it is no group of persons, or has a filter that can't be asked. */
export async function groupPatients(services: Services, request: FhirRequest): Promise<GroupPatients> {
  const first = await readGroup(services, request, request.id);
  const filters = await memberFilters(services, request, first);
  if (filters.length > 0 && (first.member ?? []).length === 0) return { members: undefined, filters };
  return { members: await groupMembers(services, request, first), filters };
}

async function readGroup(services: Services, { access }: FhirRequest, id: string): Promise<Group> {
  const { body } = await services.repository.read(access, 'Group', id);
  const group = JSON.parse(body ?? '{}') as Group;
  makeReferencesLocal(group, services.repository.baseUrl);
  if (group.type !== 'person')
    throw unprocessable('Only Groups of type person can be exported.', 'Group.type');
  return group;
}

/** Ids of the Patients that are members now. */
async function groupMembers(services: Services, request: FhirRequest, first: Group): Promise<Set<string>> {
  const patients = new Set<string>();
  const groups = new Set([request.id]);
  for (const id of groups) {
    const group = id === request.id ? first : await readGroup(services, request, id);
    for (const { entity } of (group.member ?? []).filter((member) => isMember(member, services.now()))) {
      const patient = PATIENT.exec(entity?.reference ?? '')?.[1];
      const inner = GROUP.exec(entity?.reference ?? '')?.[1];
      if (patient) patients.add(patient);
      else if (inner && groups.size < MOST_GROUPS) groups.add(inner);
    }
  }
  return patients;
}

async function memberFilters(
  services: Services,
  request: FhirRequest,
  group: Group,
): Promise<MemberFilter[]> {
  const filters: MemberFilter[] = [];
  for (const { url, valueExpression } of group.modifierExtension ?? []) {
    if (url !== MEMBER_FILTER)
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
    const { where } = await parse(services, { ...request, headers: {} }, type, [
      ...new URLSearchParams(query),
    ]);
    const granted = requireReadCondition(request.access, type, 's');
    filters.push({ type, where: queryText(and(granted, restrict(request.access, where))) });
  }
  return filters;
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

/** `patient`: undefined where none is named. Errors: 400 for what is no Patient, is not there, or is not in the Group. */
export async function namedPatients(
  services: Services,
  request: FhirRequest,
  input: KickOffInput,
  members: ReadonlySet<string> | undefined,
): Promise<Set<string> | undefined> {
  const given = input.all('patient');
  if (given.length === 0) return undefined;
  if (request.query.some(([name]) => name === 'patient')) {
    input.leaveOut("'patient' is for kick-offs by POST: names of patients do not belong into a URL.");
    return undefined;
  }
  const ids = given.map((reference) => {
    const id = PATIENT.exec(reference.replace(`${services.repository.baseUrl}/`, ''))?.[1];
    if (!id) throw invalid("'patient' takes references to Patients.", 'Parameters.parameter');
    return id;
  });
  const known = members ?? (await existing(services, request, ids));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0)
    input.leaveOut(
      `${unknown.length} of the patients ${members ? 'are no members of the Group' : 'are not known here'}: ${unknown.slice(0, 10).join(', ')}.`,
    );
  return new Set(ids.filter((id) => known.has(id)));
}

async function existing(
  services: Services,
  request: FhirRequest,
  ids: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  if (!readCondition(request.access, 'Patient', 's')) return found;
  for (let at = 0; at < ids.length; at += CHUNK) {
    const some = ids.slice(at, at + CHUNK);
    const page = await services.repository.find(request.access, 'Patient', { kind: 'id', ids: some }, CHUNK);
    for (const { id } of page) found.add(id);
  }
  return found;
}
