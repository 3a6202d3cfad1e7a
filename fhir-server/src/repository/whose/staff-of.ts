/** Who works here now, by what is stored: the Practitioner is active, and so are the PractitionerRoles that count, within their periods. */
import { dependsOnZone, type Period, periodIn } from '@wellspring/serving/time-zone';
import type { StaffMember, StaffRole } from '../../access/reach.ts';
import { dateRange } from '../../search/date-range.ts';
import type { QueryNode } from '../../search/query.ts';
import type { ResourceStore } from '../../store/store.ts';
import { zoneOf } from './zones.ts';

interface Reference {
  readonly reference?: string;
}
interface Coded {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}
interface PractitionerRole {
  readonly id: string;
  readonly active?: boolean;
  readonly period?: Period;
  readonly practitioner?: Reference;
  readonly organization?: Reference;
  readonly code?: readonly Coded[];
}

/** Nobody has more roles at once. */
const MOST_ROLES = 50;

type Store = Pick<ResourceStore, 'read' | 'search'>;

/** undefined: nobody of that name works here. A PractitionerRole stands for that role alone. */
export async function staffOf(
  store: Store,
  user: { readonly type: string; readonly id: string },
  now: number,
): Promise<StaffMember | undefined> {
  const roles =
    user.type === 'PractitionerRole' ? await oneRole(store, user.id) : await rolesOf(store, user.id);
  const practitioner = user.type === 'Practitioner' ? user.id : idOf(roles[0]?.practitioner, 'Practitioner');
  if (practitioner === undefined) return undefined;
  const person = await live<{ readonly active?: boolean }>(store, 'Practitioner', practitioner);
  if (!person || person.active === false) return undefined;
  const valid = await Promise.all(roles.map((role) => isValid(store, role, now)));
  return { practitioner, roles: roles.filter((_, i) => valid[i]).map(roleOf) };
}

async function rolesOf(store: Store, practitioner: string): Promise<PractitionerRole[]> {
  const where: QueryNode = {
    kind: 'reference',
    param: 'practitioner',
    targets: [`Practitioner/${practitioner}`],
  };
  const { matches } = await store.search({
    type: 'PractitionerRole',
    where,
    sort: [{ by: 'lastUpdated', descending: true }],
    count: MOST_ROLES,
    total: 'none',
  });
  return matches.flatMap(({ body }) => (body === undefined ? [] : [JSON.parse(body) as PractitionerRole]));
}

async function oneRole(store: Store, id: string): Promise<PractitionerRole[]> {
  const role = await live<PractitionerRole>(store, 'PractitionerRole', id);
  return role ? [role] : [];
}

async function live<T>(store: Store, type: string, id: string): Promise<T | undefined> {
  const found = await store.read(type, id);
  return found?.body === undefined ? undefined : (JSON.parse(found.body) as T);
}

/** Days are those of the organization that the role is at. A date that can't be read opens nothing. */
async function isValid(
  store: Store,
  { active, period = {}, organization }: PractitionerRole,
  now: number,
): Promise<boolean> {
  if (active === false) return false;
  const isNear = dependsOnZone(period, now);
  const { start, end } = isNear ? periodIn(await zoneOf(store, organization?.reference), period) : period;
  const from = start === undefined ? Number.NEGATIVE_INFINITY : dateRange(start)?.low;
  const to = end === undefined ? Number.POSITIVE_INFINITY : dateRange(end)?.high;
  return from !== undefined && to !== undefined && from <= now && now < to;
}

function roleOf({ id, organization, code = [] }: PractitionerRole): StaffRole {
  return {
    id,
    organization: organization?.reference,
    codes: code.flatMap(({ coding = [] }) => coding),
  };
}

function idOf(reference: Reference | undefined, type: string): string | undefined {
  const [, id] = new RegExp(`^${type}/([A-Za-z0-9\\-.]{1,64})$`).exec(reference?.reference ?? '') ?? [];
  return id;
}
