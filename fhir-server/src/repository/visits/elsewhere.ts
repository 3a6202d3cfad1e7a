/**
 * Nobody is at two visits at once: what somebody's other schedules hold at a time that one of them has free, at another place, by video and in person, for two clinics. Of one
 * schedule times may lie side by side, as who keeps it wants them; a Location or a service has room for more than one.
 */
import { inMilliseconds } from '@wellspring/profiles';
import { all, and, or, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { StoredVersion } from '../../store/store.ts';
import { resourceOf } from '../text/resource-text.ts';
import { isFree, type Reference, type Slot } from './slot-hold.ts';

/** Resources that satisfy the condition, as many at most. */
export type Find = (type: string, where: QueryNode, most: number) => Promise<readonly StoredVersion[]>;

export interface OtherSlot {
  readonly resource: Slot;
  readonly version: number;
}

/** What overlaps a slot: `taken`, and what still is `free`. */
export type Elsewhere = (slot: Slot) => { readonly taken: OtherSlot[]; readonly free: OtherSlot[] };

interface Diary {
  readonly id?: string;
  readonly actor?: readonly Reference[];
}

/** No slot is longer: those that began before are looked for so far back. */
const LONGEST_MS = 86_400_000;
const MOST_ROLES = 100;
const MOST_SCHEDULES = 100;
const MOST_SLOTS = 5000;

/** Times in milliseconds: what begins before `until` and may not be over at `from` is looked at. */
export interface While {
  readonly from: number;
  readonly until: number;
  /** Whether anybody asks what is free. */
  readonly isFreeAsked: boolean;
}

export async function elsewhereOf(
  schedule: Diary,
  find: Find,
  { from, until, isFreeAsked }: While,
  now: number,
): Promise<Elsewhere> {
  const others = await otherSchedules(schedule, find);
  if (others.length === 0) return () => ({ taken: [], free: [] });
  const begins = (test: 'ge' | 'lt', at: number): QueryNode => ({
    kind: 'date',
    param: 'start',
    test,
    range: { low: at, high: at },
  });
  const where = and(
    { kind: 'reference', param: 'schedule', targets: others },
    begins('ge', from - LONGEST_MS),
    begins('lt', until),
    isFreeAsked ? all : or(...[...TAKEN].map((status) => tokenNode('status', status))),
  );
  // Of thousands it is asked for each time that is found: their times are read once.
  const slots = (await find('Slot', where, MOST_SLOTS)).map((each) => {
    const resource = resourceOf<Slot>(each);
    return { slot: { resource, version: each.version }, ...timeOf(resource) };
  });
  return (asked) => {
    const { begin, end } = timeOf(asked);
    const meanwhile = slots.flatMap((each) => (each.begin < end && begin < each.end ? each.slot : []));
    return {
      taken: meanwhile.filter(({ resource }) => TAKEN.has(resource.status ?? '') && !isFree(resource, now)),
      free: meanwhile.filter(({ resource }) => isFree(resource, now)),
    };
  };
}

/** Milliseconds. */
export const timeOf = ({ start, end }: Slot): { readonly begin: number; readonly end: number } => ({
  begin: inMilliseconds(String(start)),
  end: inMilliseconds(String(end)),
});

/** By a visit, or while somebody decides. `busy-unavailable` is of that schedule alone: who is not here may be there. */
const TAKEN: ReadonlySet<string> = new Set(['busy', 'busy-tentative']);

async function otherSchedules({ id, actor = [] }: Diary, find: Find): Promise<string[]> {
  const people = await namesOfPeople(actor, find);
  if (people.length === 0) return [];
  const found = await find(
    'Schedule',
    { kind: 'reference', param: 'actor', targets: people },
    MOST_SCHEDULES,
  );
  return found.filter((each) => each.id !== id).map((each) => `Schedule/${each.id}`);
}

/** The people who work by a schedule, each as Practitioner and in all their roles. */
async function namesOfPeople(actors: readonly Reference[], find: Find): Promise<string[]> {
  const named = (type: string): string[] =>
    actors.flatMap(({ reference = '' }) => (reference.startsWith(`${type}/`) ? reference : []));
  const roles = named('PractitionerRole').map((name) => name.slice('PractitionerRole/'.length));
  const ofRoles =
    roles.length === 0 ? [] : await find('PractitionerRole', { kind: 'id', ids: roles }, MOST_ROLES);
  const people = new Set([...named('Practitioner'), ...ofRoles.flatMap(personOf)]);
  if (people.size === 0) return [];
  const where: QueryNode = { kind: 'reference', param: 'practitioner', targets: [...people] };
  const theirs = await find('PractitionerRole', where, MOST_ROLES);
  return [...people, ...theirs.map(({ id }) => `PractitionerRole/${id}`)];
}

function personOf(role: StoredVersion): string[] {
  const { practitioner } = resourceOf<{ resourceType: string; practitioner?: Reference }>(role);
  return practitioner?.reference === undefined ? [] : [practitioner.reference];
}
