import type { CareTeam, Practitioner, PractitionerRole } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { today } from '../../format/clinic-clock.ts';
import { membersOf } from '../entries/kinds.ts';
import { leftOf, recipientsOf } from './send.ts';

const role = (who: string, more: object = {}) =>
  ({
    resourceType: 'PractitionerRole',
    practitioner: { reference: `Practitioner/${who}` },
    ...more,
  }) as PractitionerRole;
const NOW = Date.parse('2026-11-30T15:00:00Z');

describe('who can be written to, and asked for', () => {
  it('is nobody whose roles are over, or who is no more at the clinic; whoever has none has not left', () => {
    const people = [
      { resourceType: 'Practitioner', id: 'gone', active: false },
      { resourceType: 'Practitioner', id: 'here' },
      { resourceType: 'Practitioner', id: 'alone' },
    ] as Practitioner[];
    const roles = [
      role('here', { period: { end: '2020-01-01' } }),
      role('here'),
      role('petra', { period: { end: '2026-11-29' } }),
      role('max', { active: false }),
    ];
    expect([...leftOf(people, roles, NOW)].toSorted()).toEqual([
      'Practitioner/gone',
      'Practitioner/max',
      'Practitioner/petra',
    ]);
  });
  it('is nobody who has left the team', () => {
    const participant = [
      { member: { reference: 'Practitioner/a', display: 'Ana' } },
      { member: { reference: 'Practitioner/b', display: 'Ben' }, period: { end: '2020-01-01' } },
    ];
    expect(recipientsOf([{ resourceType: 'CareTeam', participant } as CareTeam])).toEqual(
      [{ reference: 'Practitioner/a', name: 'Ana' }].concat([
        expect.objectContaining({ name: 'My whole care team' }),
      ]),
    );
  });
  it('is still who belongs to the team until the end of this day, month or year', () => {
    const day = today();
    const participant = [day, day.slice(0, 7), day.slice(0, 4)].map((end, i) => ({
      member: { reference: `Practitioner/${i}`, display: `Dr. ${i}` },
      period: { end },
    }));
    const team = { resourceType: 'CareTeam', participant } as CareTeam;
    expect(recipientsOf([team]).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Dr. 0', 'Dr. 1', 'Dr. 2']),
    );
    expect(membersOf(team)).toHaveLength(3);
  });
});
