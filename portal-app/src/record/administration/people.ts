/** Who works here and as what: Practitioners and their PractitionerRoles, which the server's role policy reads. */
import type { Organization, Practitioner, PractitionerRole } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { timeOf } from '../../format/date.ts';
import { nameText, officialName } from '../../format/words.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import { isInForce } from '../staff/in-force.ts';
import { ROLE_SYSTEM } from '../staff/queries.ts';
import { poolsOf } from '../staff/roles.ts';
import type { Pool } from '../work/kinds.ts';

export interface Person {
  readonly practitioner: Practitioner;
  readonly name: string;
  readonly roles: readonly PractitionerRole[];
}

export const peopleQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['people'],
    queryFn: async (): Promise<readonly Person[]> => {
      const { resources, included } = await allPages<Practitioner>(fhir, 'Practitioner', {
        _count: '300',
        _revinclude: 'PractitionerRole:practitioner',
      });
      const roles = included.filter(
        (each): each is PractitionerRole => each.resourceType === 'PractitionerRole',
      );
      return resources
        .map((practitioner) => ({
          practitioner,
          name: nameText(officialName(practitioner)),
          roles: roles.filter((role) => role.practitioner?.reference === `Practitioner/${practitioner.id}`),
        }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
  });

export const organizationsQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['organizations'],
    queryFn: async () =>
      (await allPages<Organization>(fhir, 'Organization', { active: 'true', _count: '200' })).resources,
  });

const INSURERS: ReadonlySet<string | undefined> = new Set(['pay', 'ins']);

/** Where somebody may have a role: those of whoever gives it first, then by name; nobody works at what only pays. `own`: their roles. */
export function placesToWork(
  organizations: readonly Organization[],
  own: readonly PractitionerRole[],
): readonly Organization[] {
  const theirs = new Set(own.map(({ organization }) => organization?.reference));
  const isTheirs = ({ id }: Organization): boolean => theirs.has(`Organization/${id}`);
  const isPayer = ({ type = [] }: Organization): boolean =>
    type.length > 0 &&
    type.every(({ coding = [] }) => coding.length > 0 && coding.every(({ code }) => INSURERS.has(code)));
  return organizations
    .filter((each) => isTheirs(each) || !isPayer(each))
    .toSorted(
      (a, b) => Number(isTheirs(b)) - Number(isTheirs(a)) || (a.name ?? '').localeCompare(b.name ?? ''),
    );
}

/** Who is in each pool today. */
export function membersOf(pool: Pool, people: readonly Person[]): readonly string[] {
  const isOne = (role: PractitionerRole): boolean => isInForce(role) && poolsOf(role).includes(pool);
  return people.filter(({ roles }) => roles.some(isOne)).map(({ name }) => name);
}

export interface NewRole {
  readonly practitioner: Practitioner;
  readonly name: string;
  /** Of ROLES (staff/roles.ts). */
  readonly code: string;
  readonly organization: Organization | undefined;
  /** YYYY-MM-DD: the last day of it at the clinic; '' where it has none. */
  readonly until: string;
}

export function addRole(
  fhir: FhirApi,
  { practitioner, name, code, organization, until }: NewRole,
  identity: string,
) {
  const role: PractitionerRole = {
    resourceType: 'PractitionerRole',
    active: true,
    practitioner: { reference: `Practitioner/${practitioner.id}`, display: name },
    ...(organization
      ? { organization: { reference: `Organization/${organization.id}`, display: organization.name ?? '' } }
      : {}),
    code: [{ coding: [{ system: ROLE_SYSTEM, code }] }],
    period: { start: new Date().toISOString(), ...(until ? { end: until } : {}) },
  };
  return createOnce(fhir, role, identity);
}

/** Kept on record with its end: what somebody was when they wrote something matters later. */
export const endRole = (fhir: FhirApi, role: PractitionerRole): Promise<PractitionerRole> =>
  fhir.update({ ...role, active: false, period: { ...role.period, end: endOf(role.period) } });

/** Now, and not before it began (per-1): it may have been given on a device whose clock is ahead. */
function endOf({ start = '' }: NonNullable<PractitionerRole['period']> = {}): string {
  const began = timeOf(start);
  return began > Date.now() ? start : new Date().toISOString();
}

/** `day`: YYYY-MM-DD, its last one at the clinic; '' for a role without an end. */
export function endRoleOn(fhir: FhirApi, role: PractitionerRole, day: string): Promise<PractitionerRole> {
  const { period = {}, ...rest } = role;
  const { end: _, ...since } = period;
  const next = { ...since, ...(day ? { end: day } : {}) };
  return fhir.update({ ...rest, ...(Object.keys(next).length > 0 ? { period: next } : {}) });
}

export const renewRole = (fhir: FhirApi, role: PractitionerRole): Promise<PractitionerRole> =>
  endRoleOn(fhir, { ...role, active: true }, '');

export function addPerson(
  fhir: FhirApi,
  { given, family }: { readonly given: string; readonly family: string },
  identity: string,
): Promise<Practitioner> {
  const name = [{ use: 'official' as const, family: family.trim(), given: [given.trim()] }];
  return createOnce(fhir, { resourceType: 'Practitioner', active: true, name }, identity);
}
