/** Grace Okafor, 38, Leo's mother, with a record of her own: iron deficiency that iron tablets mended. */
import { type Calendar, on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { draw, fluShots, steadyVitals, visit } from './ordinary.ts';

const CARE = 'amara-osei';

export function graceOkafor(calendar: Calendar): PatientStory {
  return {
    id: 'grace-okafor',
    key: 'grace',
    given: ['Grace', 'Adaeze'],
    family: 'Okafor',
    gender: 'female',
    birthDate: '1988-02-23',
    race: ['2054-5', 'Black or African American'],
    language: ['en', 'English'],
    marital: ['M', 'Married'],
    phone: '+1 413 555 0161',
    email: 'grace.okafor@example.com',
    street: '77 Prospect Avenue',
    city: 'Easthampton',
    postalCode: '01027',
    emergency: {
      given: 'Emeka',
      family: 'Okafor',
      phone: '+1 413 555 0162',
      relationship: ['HUSB', 'husband'],
    },
    coverage: {
      payer: 'pioneer-valley-mutual',
      plan: 'Pioneer Family HMO',
      member: 'PVM-2207145-01',
      group: '5521',
      since: '2018-03-01',
    },
    pharmacy: 'riverside-pharmacy',
    careTeam: [CARE, 'samir-haddad', 'miguel-torres'],
    smoking: ['266919005', 'Never smoked tobacco (finding)'],
    occupation: 'Civil engineer',
    problems: [
      {
        diagnosis: 'anemia',
        onset: '2024-02-06',
        abated: '2024-09-17',
        note: 'Iron deficiency from heavy periods.',
      },
    ],
    allergies: [],
    immunizations: [
      ...fluShots(2021, 2026),
      { vaccine: 'tdap', date: '2019-02-14' },
      { vaccine: 'covid19First', date: '2021-05-04' },
      { vaccine: 'covid19First', date: '2021-05-25' },
    ],
    visits: [
      visit('2022-02-08', 'checkup', CARE, []),
      visit(
        '2024-02-06',
        'checkup',
        CARE,
        ['anemia'],
        'Tired since autumn. Hemoglobin 9.8, ferritin 5: iron deficiency. Iron once a day, referral to women’s health.',
      ),
      visit('2024-05-14', 'office', CARE, ['anemia'], 'Better. Hemoglobin rises as it should.'),
      visit('2024-09-17', 'office', CARE, ['anemia'], 'Blood count and iron stores normal. Stop iron.'),
      visit('2026-03-24', 'checkup', CARE, []),
    ],
    vitals: steadyVitals({
      start: '2022-02-08',
      systolic: 114,
      diastolic: 72,
      heartRate: 74,
      weight: 66,
      height: 170,
    }),
    draws: [
      draw('2022-02-08', CARE, 'cbc', 'cmp'),
      {
        ...draw('2024-02-06', CARE, 'cbc', 'ferritin', 'cmp'),
        comments: { ferritin: 'Your iron stores are nearly empty. That explains the tiredness.' },
      },
      draw('2024-05-14', CARE, 'cbc', 'ferritin'),
      {
        ...draw('2024-09-17', CARE, 'cbc', 'ferritin'),
        comments: { ferritin: 'Stores are full again. You can stop the iron.' },
      },
      draw('2026-03-24', CARE, 'cbc', 'ferritin', 'lipid'),
    ],
    labTrajectories: {
      hemoglobin: {
        start: '2022-02-08',
        baseline: 13.1,
        noise: 0.015,
        effects: [{ from: '2022-08-01', until: '2024-02-06', change: -3.5, days: 120 }],
      },
      ferritin: {
        start: '2022-02-08',
        baseline: 32,
        noise: 0.08,
        floor: 4,
        effects: [
          { from: '2022-08-01', until: '2024-02-06', change: -27, days: 120 },
          { from: '2024-02-06', change: 14, days: 120 },
        ],
      },
      mcv: {
        start: '2022-02-08',
        baseline: 88,
        noise: 0.006,
        effects: [{ from: '2022-08-01', until: '2024-02-06', change: -14, days: 160 }],
      },
      rdw: {
        start: '2022-02-08',
        baseline: 13.1,
        noise: 0.015,
        effects: [{ from: '2022-08-01', until: '2024-02-06', change: 3.9, days: 150 }],
      },
    },
    prescriptions: [
      {
        slug: 'iron',
        drug: 'ferrousSulfate325',
        start: on('2024-02-06'),
        end: { date: '2024-09-17', status: 'completed', why: 'Iron stores full' },
        clinician: CARE,
        reason: 'anemia',
        text: 'Take 1 tablet by mouth once a day, with orange juice',
        dose: 1,
        perDay: 1,
        supplyDays: 90,
        refills: 2,
      },
    ],
    appointments: [
      {
        slug: 'check-up',
        when: calendar.ahead(40, 'check-up'),
        time: '09:20',
        minutes: 40,
        clinician: CARE,
        reason: 'Yearly check-up',
        type: 'CHECKUP',
        status: 'booked',
      },
    ],
  };
}
