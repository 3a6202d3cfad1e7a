/** Whose schedule it is, where it names a role alone. */
import type { PractitionerRole, Schedule } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { withPeople } from './people.ts';
import { personOf, scheduleNames } from './queries.ts';

const role: PractitionerRole = {
  resourceType: 'PractitionerRole',
  id: 'evenings',
  practitioner: { reference: 'Practitioner/ruiz', display: 'Dr. Ruiz' },
};
const by = (id: string, ...actors: string[]): Schedule => ({
  resourceType: 'Schedule',
  id,
  actor: actors.map((reference) => ({ reference })) as Schedule['actor'],
});

it('a schedule that names a role is of whoever has it; one that names the person too stays as it is', () => {
  const both = by('both', 'PractitionerRole/evenings', 'Practitioner/ruiz');
  const [first, second, third] = withPeople(
    [by('role', 'PractitionerRole/evenings'), both, by('unknown', 'PractitionerRole/other')],
    [role],
  );
  expect(first && personOf(first)).toEqual(role.practitioner);
  expect(scheduleNames(first ? [first] : [])).toEqual([['role', 'Dr. Ruiz']]);
  expect(second).toBe(both);
  expect(third && personOf(third)).toBeUndefined();
});
