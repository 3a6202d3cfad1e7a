/** Who is in a pool: by their roles of today, those of the desk and those that the shipped policy takes for the same. */
import type { Organization, Practitioner, PractitionerRole } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { FhirApi } from '../../smart/fhir.ts';
import { endRoleOn, membersOf, type Person, placesToWork, renewRole } from './people.ts';

const OWN = 'urn:wellspring:staff-role';
const NUCC = 'http://nucc.org/provider-taxonomy';
const HL7 = 'http://terminology.hl7.org/CodeSystem/practitioner-role';

const person = (
  name: string,
  ...roles: readonly (readonly [system: string, code: string, more?: object])[]
): Person => ({
  practitioner: { resourceType: 'Practitioner', id: name } as Practitioner,
  name,
  roles: roles.map(
    ([system, code, more]): PractitionerRole => ({
      resourceType: 'PractitionerRole',
      code: [{ coding: [{ system, code }] }],
      ...more,
    }),
  ),
});

describe('the members of a pool', () => {
  it('are those whose role holds today', () => {
    const people = [
      person('Ana', [OWN, 'nurse']),
      person('Bo', [OWN, 'nurse', { active: false }], [OWN, 'clinician']),
      person('Cy', [OWN, 'front-desk', { period: { end: '2020-01-01' } }]),
      person('Di', [NUCC, '163W00000X'], [OWN, 'administrator']),
      person('Ed', [NUCC, '207Q00000X']),
      person('Flo', [HL7, 'receptionist']),
      person('Gus', ['urn:somebody', 'nurse']),
    ];
    expect(membersOf('nurse', people)).toEqual(['Ana', 'Di']);
    expect(membersOf('clinician', people)).toEqual(['Bo', 'Ed']);
    expect(membersOf('front-desk', people)).toEqual(['Flo']);
  });
});

it('a role ends on a day, on another, or not at all; its beginning stays', async () => {
  const fhir = { update: async (role: PractitionerRole) => role } as unknown as FhirApi;
  const start = '2026-01-05T08:00:00Z';
  const role: PractitionerRole = { resourceType: 'PractitionerRole', active: true, period: { start } };
  const ending = await endRoleOn(fhir, role, '2026-12-24');
  expect(ending.period).toEqual({ start, end: '2026-12-24' });
  expect((await endRoleOn(fhir, ending, '2027-01-31')).period).toEqual({ start, end: '2027-01-31' });
  expect((await endRoleOn(fhir, ending, '')).period).toEqual({ start });
  expect(await renewRole(fhir, { ...ending, active: false })).toEqual(role);
  expect(await endRoleOn(fhir, { resourceType: 'PractitionerRole' }, '')).not.toHaveProperty('period');
});

it('a role is given at one’s own clinic unless another is chosen, and never at what only pays', () => {
  const place = (id: string, code?: string): Organization => ({
    resourceType: 'Organization',
    id,
    name: id,
    ...(code ? { type: [{ coding: [{ system: 'urn:t', code }] }] } : {}),
  });
  const all = [place('payer', 'pay'), place('insurer', 'ins'), place('b'), place('a', 'prov'), place('mine')];
  const own = (id: string): PractitionerRole => ({
    resourceType: 'PractitionerRole',
    organization: { reference: `Organization/${id}` },
  });
  const ids = (...roles: PractitionerRole[]) => placesToWork(all, roles).map(({ id }) => id);
  expect(ids(own('mine'))).toEqual(['mine', 'a', 'b']);
  expect(ids()).toEqual(['a', 'b', 'mine']);
  // Who works at an insurer gives roles there.
  expect(ids(own('payer'))).toEqual(['payer', 'a', 'b', 'mine']);
});
