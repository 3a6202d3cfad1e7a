/** Whom a broadcast goes to, of those that its Group means: who is within the reach of whoever sends it, lives, and is a patient here. */
import { tooCostly } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { onBehalf } from '../../access/on-behalf.ts';
import { ownersOf } from '../../access/owner-table.ts';
import { createBreath } from '../../breath.ts';
import type { Services } from '../../interactions/request.ts';
import { PAGE_ROOM } from '../../page-room.ts';
import { type HumanName, nameInUse } from '../../repository/names.ts';
import { type Addressee, whyNotWrittenTo } from '../../repository/notices/addressee.ts';
import type { Repository } from '../../repository/repository.ts';
import { type ResourceJson, resourceOf } from '../../repository/text/resource-text.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import type { Cursor } from '../../search/query.ts';
import { queryOf } from '../../search/query-text.ts';
import type { StoredVersion } from '../../store/store.ts';
import { type Group, type MemberFilter, patientsOfGroup, readGroup } from '../group-members.ts';
import type { LeftOut } from './order.ts';

const PAGE = 500;
/** Resources that its queries may find in all. */
const MOST_LOOKED_AT = 100_000;
/** Patients that a Group may mean. */
const MOST_FOUND = 50_000;

export interface PatientJson extends ResourceJson, Addressee {
  readonly name?: readonly HumanName[];
}

export interface Recipients {
  /** Ids, in order. */
  readonly ids: readonly string[];
  /** The first by name, and as many as are shown before it is sent. */
  readonly first: readonly { readonly id: string; readonly name: string; readonly version: StoredVersion }[];
  readonly leftOut: ReadonlyMap<LeftOut, number>;
  /** Types that were looked at to find them. */
  readonly asks: readonly string[];
}

const SHOWN = 10;

/** `asked`: the Group, or the id of one. Errors: 403, 404, 422; 422 too-costly for what means too many. */
export async function recipientsOf(
  services: Services,
  access: AccessContext,
  asked: Group | string,
): Promise<Recipients> {
  // Who is in a Group is for those who may open every record; here it is held against the caller's reach.
  const groups = onBehalf(access, 'system/Group.r');
  const group = typeof asked === 'string' ? await readGroup(services, groups, asked) : asked;
  const { members, unknown, filters, exclusions, asks } = await patientsOfGroup(
    services,
    access,
    group,
    groups,
  );
  let meant = members && new Set(members);
  const budget = { left: MOST_LOOKED_AT };
  for (const filter of filters) {
    const found = await havingMatch(services.repository, access, filter, budget);
    meant = meant ? meant.intersection(found) : found;
  }
  for (const filter of exclusions)
    meant = (meant ?? new Set()).difference(await havingMatch(services.repository, access, filter, budget));
  const { leftOut, ...found } = await sifted(services.repository, access, [...(meant ?? [])].sort());
  return {
    ...found,
    // Whom no reference leads to, nobody can write to.
    leftOut: unknown.length > 0 ? new Map([...leftOut, ['unknown', unknown.length]]) : leftOut,
    asks,
  };
}

async function havingMatch(
  repository: Repository,
  access: AccessContext,
  { type, where }: MemberFilter,
  budget: { left: number },
): Promise<Set<string>> {
  const found = new Set<string>();
  const breath = createBreath();
  const asked = queryOf(where);
  let after: Cursor | undefined;
  do {
    const page = await repository.include(access, type, asked, { count: PAGE, after, room: PAGE_ROOM });
    budget.left -= page.matches.length;
    if (budget.left < 0) throw tooCostly('These are too many to be looked at: narrow whom it goes to.');
    for (const version of page.matches) {
      await breath();
      const resource = resourceOf(version);
      makeReferencesLocal(resource, repository.baseUrl);
      for (const owner of ownersOf(resource)) found.add(owner);
    }
    after = page.next;
  } while (after);
  return found;
}

async function sifted(
  repository: Repository,
  access: AccessContext,
  meant: readonly string[],
): Promise<Omit<Recipients, 'asks'>> {
  if (meant.length > MOST_FOUND)
    throw tooCostly('These are too many to be looked at: narrow whom it goes to.');
  const ids: string[] = [];
  const leftOut = new Map<LeftOut, number>();
  let first: { id: string; name: string; version: StoredVersion }[] = [];
  for (let from = 0; from < meant.length; from += PAGE) {
    const asked = meant.slice(from, from + PAGE);
    const found = await patientsAmong(repository, access, asked);
    for (const id of asked) {
      const each = found.get(id);
      const why = whyNot(each?.patient);
      if (why) leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
      else if (each) {
        ids.push(id);
        first.push({ id, name: fullName(each.patient), version: each.version });
      }
    }
    first = first.sort((a, b) => a.name.localeCompare(b.name)).slice(0, SHOWN);
  }
  return { ids, first, leftOut };
}

export interface FoundPatient {
  readonly patient: PatientJson;
  readonly version: StoredVersion;
}

/** Those whom the caller may open. */
export async function patientsAmong(
  repository: Repository,
  access: AccessContext,
  ids: readonly string[],
): Promise<Map<string, FoundPatient>> {
  const found = await repository.find(access, 'Patient', { kind: 'id', ids: [...ids] }, ids.length);
  return new Map(
    found.map((version) => [version.id, { patient: resourceOf<PatientJson>(version), version }]),
  );
}

/** undefined: they are written to. */
export function whyNot(patient: PatientJson | undefined): LeftOut | undefined {
  return patient ? whyNotWrittenTo(patient) : 'out-of-reach';
}

export function fullName(patient: PatientJson): string {
  const name = nameInUse(patient.name);
  return name?.text ?? [...(name?.given ?? []), name?.family].filter(Boolean).join(' ');
}

export const firstName = (patient: PatientJson): string =>
  nameInUse(patient.name)?.given?.[0] ?? fullName(patient);
