import { describe, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { type Deed, plan } from '../checkups/due.ts';
import { criteriaText, DUE, groupOf, isAnybody, NOBODY, queriesOf, wrongIn } from './criteria.ts';

setZoneOfClinic('America/New_York');
const NOW = Date.parse('2026-11-28T15:00:00Z');
const asked = (more: object) =>
  queriesOf({ ...NOBODY, ...more }, NOW).map(({ url, expression }) => [url.split(/[:/]/).at(-1), expression]);

describe('whom something goes to', () => {
  it('is nobody where nothing is said', () => {
    expect([
      isAnybody(NOBODY),
      isAnybody({ ...NOBODY, problem: '  ' }),
      isAnybody({ ...NOBODY, due: 'influenza' }),
    ]).toEqual([false, false, true]);
    expect(asked({})).toEqual([]);
  });

  it('has a visit on days of the clinic’s calendar, one and the same with whom and where', () => {
    expect(
      asked({
        visitFrom: '2026-11-30',
        visitUntil: '2026-12-06',
        withWhom: 'Practitioner/ruiz',
        where: 'Location/a',
      }),
    ).toEqual([
      [
        'member-filter',
        'Appointment?status=booked,arrived,checked-in,fulfilled&date=ge2026-11-30T05%3A00%3A00.000Z&date=lt2026-12-07T05%3A00%3A00.000Z&actor=Practitioner/ruiz&actor=Location/a',
      ],
    ]);
  });

  it('is of an age that includes its last year', () => {
    expect(asked({ ageFrom: '65', ageUntil: '70' })).toEqual([
      ['member-filter', 'Patient?birthdate=le1961-11-28&birthdate=gt1955-11-28'],
    ]);
  });

  it('is of an age on the clinic’s day, in the evening too, when a new day has begun elsewhere', () => {
    const evening = Date.parse('2026-11-29T02:00:00Z');
    const [age] = queriesOf({ ...NOBODY, ageFrom: '65' }, evening);
    expect(age?.expression).toBe('Patient?birthdate=le1961-11-28');
  });

  it('is of ages that somebody may have', () => {
    const ages = ['', '0', '65', '1e9', '-1', '6.5', '1000'].map(
      (ageFrom) => wrongIn({ ...NOBODY, ageFrom }).ageFrom === undefined,
    );
    expect(ages).toEqual([true, true, true, false, false, false, false]);
  });

  it('is due for what was not given: this season, within ten years, or ever', () => {
    const [age, flu] = asked({ due: 'influenza' });
    expect(age).toEqual(['member-filter', 'Patient?birthdate=le2026-05-28']);
    expect(flu?.[0]).toBe('member-exclusion');
    expect(flu?.[1]).toMatch(/^Immunization\?status=completed&vaccine-code=[\d,]+&date=ge2026-07-01$/);
    const summer = queriesOf({ ...NOBODY, due: 'influenza' }, Date.parse('2026-08-01T12:00:00Z'));
    expect(summer[1]?.expression).toMatch(/date=ge2025-07-01$/);
    expect(asked({ due: 'tetanus' })[1]?.[1]).toBe(
      'Immunization?status=completed&vaccine-code=9,09,113,115,138,139,196&date=ge2016-11-28',
    );
    expect(asked({ due: 'rsv' })[1]?.[1]).not.toMatch(/date/);
    expect(asked({ due: 'pneumococcal' })).toHaveLength(3);
    const [, measured, done] = asked({ due: 'blood-pressure' });
    expect(measured?.[1]).toBe(
      'Observation?status:not=cancelled,registered,unknown,entered-in-error&code=85354-9,8480-6,55284-4&date=ge2025-11-28',
    );
    expect(done?.[1]).toMatch(/^Procedure\?status=completed&code=85354-9.*&date=ge2025-11-28$/);
    // What needs a look at what else is on record is not offered.
    expect(DUE.filter(({ unless, only }) => unless ?? only)).toEqual([]);
    expect(DUE.map(({ id }) => id)).not.toContain('varicella');
  });

  it('is due for the first dose of a series, and says so, where the patient’s own page says the same', () => {
    const series = DUE.filter(({ doses }) => doses.length > 1);
    expect(series.map(({ id }) => id)).toEqual(expect.arrayContaining(['zoster', 'hpv', 'hepatitis-b']));
    for (const rule of series) {
      const words = criteriaText({ ...NOBODY, due: rule.id }, () => '');
      expect(words).toMatch(/: the first dose$/);
      const [age, given, ...more] = asked({ due: rule.id });
      expect(more, rule.id).toEqual([]);
      const [, latest = ''] = /birthdate=le([\d-]+)/.exec(age?.[1] ?? '') ?? [];
      const person = { birthDate: latest, sex: undefined, problems: [], smoked: false, bodyMass: undefined };
      const isDueFor = (deeds: readonly Deed[]) =>
        plan({ ...person, deeds }, NOW).find((each) => each.rule.id === rule.id)?.dose?.number === 1;
      expect(isDueFor([]), rule.id).toBe(true);
      // Any dose on record, however long ago, is not the first any more.
      const codes = /vaccine-code=([\d,]+)$/.exec(given?.[1] ?? '')?.[1]?.split(',') ?? [];
      expect(isDueFor([{ codes: codes.slice(0, 1), date: latest }]), rule.id).toBe(false);
    }
  });

  it('has a health problem or a medicine, by a code or in words: not one that was ruled out, nor was only proposed', () => {
    expect(asked({ problem: 'E11.9', medicine: 'metformin & co' })).toEqual([
      [
        'member-filter',
        'Condition?clinical-status=active,recurrence,relapse&verification-status:not=refuted,entered-in-error&code=E11.9',
      ],
      [
        'member-filter',
        'MedicationRequest?status=active&intent=order,original-order,reflex-order,filler-order,instance-order&code:text=metformin%20%26%20co',
      ],
    ]);
  });

  it('is a Group that exists, alone or of it those who have more', () => {
    expect(groupOf({ ...NOBODY, group: 'Group/a' }, 'A')).toEqual({ reference: 'Group/a' });
    const both = groupOf({ ...NOBODY, group: 'Group/a', ageFrom: '18' }, 'A · from 18');
    expect(both).toMatchObject({
      contained: { name: 'A · from 18', member: [{ entity: { reference: 'Group/a' } }] },
    });
  });

  it('is said in words', () => {
    const words = criteriaText(
      { ...NOBODY, visitFrom: '2026-11-30', withWhom: 'Practitioner/ruiz', due: 'influenza', ageUntil: '70' },
      () => 'Dr. Ruiz',
    );
    expect(words).toBe(
      'a visit from Nov 30, 2026 on · with Dr. Ruiz · up to the age of 70 · due for: Flu vaccine',
    );
  });
});

it.each([
  ['ageUntil', { ageFrom: '60', ageUntil: '30' }],
  ['visitUntil', { visitFrom: '2026-12-10', visitUntil: '2026-12-01' }],
])('what nobody can be is said at %s', (field, asked) => {
  expect(Object.keys(wrongIn({ ...NOBODY, ...asked }))).toEqual([field]);
});

it.each([
  { ageFrom: '9', ageUntil: '10' },
  { ageFrom: '60', ageUntil: '60' },
  { ageFrom: '60' },
  { visitFrom: '2026-12-10', visitUntil: '2026-12-10' },
  { visitUntil: '2026-12-01' },
])('what somebody can be is nowhere wrong: %o', (asked) => {
  expect(wrongIn({ ...NOBODY, ...asked })).toEqual({});
});
