/** Aisha Rahman, 22: asthma and hay fever. */
import { type Calendar, on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { draw, fluShots, steadyVitals, visit } from './ordinary.ts';

export function aishaRahman(calendar: Calendar): PatientStory {
  const CARE = 'amara-osei';
  return {
    id: 'aisha-rahman',
    key: 'aisha',
    given: ['Aisha'],
    family: 'Rahman',
    gender: 'female',
    birthDate: '2004-08-27',
    race: ['2028-9', 'Asian'],
    language: ['en', 'English'],
    marital: ['S', 'Never Married'],
    phone: '+1 413 555 0155',
    email: 'aisha.rahman@example.com',
    street: '14 College Lane',
    city: 'Amherst',
    postalCode: '01002',
    emergency: {
      given: 'Nadia',
      family: 'Rahman',
      phone: '+1 413 555 0156',
      relationship: ['MTH', 'mother'],
    },
    coverage: {
      payer: 'bay-state-health-plan',
      plan: 'Bay State Silver PPO',
      member: 'BSH-30918847',
      group: '88120',
      since: '2022-08-15',
    },
    pharmacy: 'riverside-pharmacy',
    careTeam: [CARE, 'miguel-torres'],
    smoking: ['266919005', 'Never smoked tobacco (finding)'],
    occupation: 'Student',
    problems: [
      { diagnosis: 'asthma', onset: '2012-03-01' },
      { diagnosis: 'allergicRhinitis', onset: '2014-05-01' },
    ],
    allergies: [
      {
        slug: 'pollen',
        system: 'snomed',
        code: ['256259004', 'Pollen (substance)'],
        text: 'Pollen',
        category: 'environment',
        reaction: ['61582004', 'Allergic rhinitis (disorder)'],
        severity: 'mild',
        since: '2014-05-01',
      },
    ],
    immunizations: [
      ...fluShots(2022, 2026),
      { vaccine: 'meningococcal', date: '2022-08-16' },
      { vaccine: 'hpv9', date: '2016-02-02', elsewhere: true },
    ],
    visits: [
      visit('2022-08-16', 'checkup', CARE, ['asthma']),
      {
        ...visit(
          '2024-02-13',
          'urgent',
          CARE,
          ['asthma', 'acuteBronchitis'],
          'Wheeze for three days with a cold. Better after albuterol. Combination inhaler for three months.',
        ),
        diagnoses: ['acuteBronchitis'],
      },
      visit('2025-08-19', 'checkup', CARE, ['asthma']),
      {
        ...visit(
          '2026-04-28',
          'urgent',
          CARE,
          ['ankleSprain'],
          'Rolled the ankle at basketball. Can walk; no X-ray needed.',
        ),
        diagnoses: ['ankleSprain'],
      },
    ],
    vitals: {
      ...steadyVitals({
        start: '2022-08-16',
        systolic: 110,
        diastolic: 68,
        heartRate: 72,
        weight: 57,
        height: 165,
      }),
      oxygen: { start: '2022-08-16', baseline: 98, noise: 0.004, exact: { '2024-02-13': 94 } },
    },
    draws: [
      draw('2022-08-16', CARE, 'cbc', 'lipid'),
      draw('2024-02-13', CARE, 'spirometry', 'cbc'),
      draw('2025-08-19', CARE, 'spirometry', 'cbc'),
    ],
    labTrajectories: {
      fev1Fvc: { start: '2022-08-16', baseline: 82, noise: 0.01, exact: { '2024-02-13': 66 } },
      eosinophils: { start: '2022-08-16', baseline: 7.8, noise: 0.1 },
    },
    prescriptions: [
      {
        slug: 'albuterol',
        drug: 'albuterol',
        start: on('2022-08-16'),
        clinician: CARE,
        reason: 'asthma',
        text: 'Inhale 2 puffs every 4 to 6 hours as needed for wheeze',
        dose: 2,
        perDay: 1,
        asNeeded: true,
        supplyDays: 100,
        refills: 2,
        lastFill: calendar.ago(80, 'last-fill'),
        fills: 2,
      },
      {
        slug: 'fluticasone-salmeterol',
        drug: 'fluticasoneSalmeterol',
        start: on('2024-02-13'),
        end: { date: '2024-05-14', status: 'completed' },
        clinician: CARE,
        reason: 'asthma',
        text: 'Inhale 1 puff twice a day; rinse the mouth afterwards',
        dose: 1,
        perDay: 2,
        supplyDays: 30,
        refills: 2,
      },
    ],
    ownMedicines: [
      {
        slug: 'cetirizine',
        drug: 'cetirizine5',
        text: '1 tablet a day from April to July',
        since: '2023-04-01',
      },
    ],
    appointments: [
      {
        slug: 'asthma',
        when: calendar.ahead(33, 'asthma'),
        time: '14:20',
        minutes: 20,
        clinician: CARE,
        reason: 'Asthma check',
        type: 'FOLLOWUP',
        status: 'booked',
        diagnosis: 'asthma',
      },
    ],
  };
}
