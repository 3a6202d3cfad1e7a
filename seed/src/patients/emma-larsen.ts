/** Emma Larsen, 11: a healthy child with check-ups and vaccines; her father Nils acts for her. */
import { type Calendar, on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { childhoodVaccines, fluShots, visit } from './ordinary.ts';

const CARE = 'claire-moreau';
const BIRTH = '2015-09-14';

export function emmaLarsen(calendar: Calendar): PatientStory {
  return {
    id: 'emma-larsen',
    key: 'emma',
    given: ['Emma', 'Sofie'],
    family: 'Larsen',
    gender: 'female',
    birthDate: BIRTH,
    race: ['2106-3', 'White'],
    language: ['en', 'English'],
    phone: '+1 413 555 0163',
    street: '3 Mill Pond Road',
    city: 'Hatfield',
    postalCode: '01038',
    emergency: { given: 'Nils', family: 'Larsen', phone: '+1 413 555 0163', relationship: ['FTH', 'father'] },
    proxies: [
      {
        id: 'nils-larsen-for-emma',
        given: 'Nils',
        family: 'Larsen',
        gender: 'male',
        birthDate: '1983-01-17',
        relationship: ['FTH', 'father'],
        phone: '+1 413 555 0163',
        email: 'nils.larsen@example.com',
      },
    ],
    coverage: {
      payer: 'bay-state-health-plan',
      plan: 'Bay State Family PPO',
      member: 'BSH-48821100-03',
      group: '66004',
      since: '2015-09-14',
    },
    pharmacy: 'riverside-pharmacy',
    careTeam: [CARE, 'miguel-torres'],
    problems: [],
    allergies: [],
    immunizations: [...childhoodVaccines(BIRTH, '2026-11-01'), ...fluShots(2018, 2026)],
    visits: [
      visit('2021-09-14', 'wellChild', CARE, []),
      visit('2022-09-13', 'wellChild', CARE, []),
      visit('2023-09-19', 'wellChild', CARE, []),
      {
        ...visit(
          '2024-03-19',
          'urgent',
          CARE,
          ['strepThroat'],
          'Sore throat and fever for two days. Rapid strep test positive: amoxicillin.',
        ),
        diagnoses: ['strepThroat'],
      },
      visit('2024-09-17', 'wellChild', CARE, []),
      visit('2025-09-16', 'wellChild', CARE, []),
      visit(
        '2026-10-20',
        'wellChild',
        CARE,
        [],
        'Eleven years. Growing along her line. Tdap, meningococcal and first HPV vaccine.',
      ),
    ],
    vitals: {
      heartRate: { start: BIRTH, baseline: 84, noise: 0.06 },
      weight: {
        start: BIRTH,
        baseline: 0,
        noise: 0.008,
        points: [
          ['2021-09-14', 20.4],
          ['2022-09-13', 23.1],
          ['2023-09-19', 26.2],
          ['2024-09-17', 29.8],
          ['2025-09-16', 33.6],
          ['2026-10-20', 38.5],
        ],
      },
      height: {
        start: BIRTH,
        baseline: 0,
        noise: 0.002,
        points: [
          ['2021-09-14', 115.6],
          ['2022-09-13', 121.8],
          ['2023-09-19', 127.9],
          ['2024-09-17', 133.6],
          ['2025-09-16', 139.5],
          ['2026-10-20', 146.4],
        ],
      },
      temperature: { start: BIRTH, baseline: 36.8, noise: 0.004, exact: { '2024-03-19': 38.8 } },
      oxygen: { start: BIRTH, baseline: 99, noise: 0.003 },
    },
    draws: [{ when: on('2025-09-16'), time: '10:05', panels: ['lipid', 'cbc'], clinician: CARE }],
    labTrajectories: { hemoglobin: { start: BIRTH, baseline: 13.2, noise: 0.015 } },
    otherResults: [
      {
        slug: 'strep-test',
        when: on('2024-03-19'),
        time: '09:50',
        code: ['78012-2', 'Streptococcus pyogenes Ag [Presence] in Throat by Rapid immunoassay'],
        name: 'Rapid strep test',
        value: { finding: ['10828004', 'Positive (qualifier value)'], words: 'Positive' },
        flag: 'POS',
        expected: 'Negative',
        clinician: CARE,
      },
    ],
    prescriptions: [
      {
        slug: 'amoxicillin',
        drug: 'amoxicillinSuspension',
        start: on('2024-03-19'),
        end: { date: '2024-03-29', status: 'completed' },
        clinician: CARE,
        reason: 'strepThroat',
        text: 'Give 9 mL by mouth twice a day for 10 days',
        dose: 9,
        perDay: 2,
        supplyDays: 10,
        refills: 0,
      },
    ],
    appointments: [
      {
        slug: 'hpv',
        when: calendar.ahead(150, 'hpv'),
        time: '15:40',
        minutes: 20,
        clinician: 'miguel-torres',
        reason: 'Second HPV vaccine',
        type: 'ROUTINE',
        status: 'booked',
      },
    ],
  };
}
