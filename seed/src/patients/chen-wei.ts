/** Wei Chen, 47: chronic hepatitis B under yearly watch. */
import { type Calendar, on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { draw, fluShots, steadyVitals, visit } from './ordinary.ts';

export function chenWei(calendar: Calendar): PatientStory {
  const CARE = 'elena-ruiz';
  return {
    id: 'chen-wei',
    key: 'wei',
    given: ['Wei'],
    family: 'Chen',
    gender: 'male',
    birthDate: '1979-02-11',
    race: ['2028-9', 'Asian'],
    language: ['zh', 'Chinese'],
    marital: ['M', 'Married'],
    phone: '+1 413 555 0127',
    email: 'wei.chen@example.com',
    street: '25 Crescent Street',
    city: 'Amherst',
    postalCode: '01002',
    emergency: { given: 'Li', family: 'Na', phone: '+1 413 555 0128', relationship: ['WIFE', 'wife'] },
    coverage: {
      payer: 'bay-state-health-plan',
      plan: 'Bay State Gold HMO',
      member: 'BSH-61002277',
      group: '90210',
      since: '2021-09-01',
    },
    pharmacy: 'riverside-pharmacy',
    careTeam: [CARE, 'miguel-torres'],
    smoking: ['266919005', 'Never smoked tobacco (finding)'],
    occupation: 'University lecturer',
    problems: [
      { diagnosis: 'chronicHepatitisB', onset: '2021-10-05' },
      { diagnosis: 'fattyLiver', onset: '2023-10-10' },
    ],
    allergies: [],
    immunizations: [...fluShots(2022, 2026), { vaccine: 'covid19', date: '2024-10-15' }],
    visits: [
      visit('2021-10-05', 'checkup', CARE, ['chronicHepatitisB']),
      visit('2022-10-11', 'checkup', CARE, ['chronicHepatitisB']),
      visit('2023-10-10', 'checkup', CARE, ['chronicHepatitisB', 'fattyLiver']),
      visit('2024-10-15', 'checkup', CARE, ['chronicHepatitisB']),
      visit('2025-10-14', 'checkup', CARE, ['chronicHepatitisB']),
      visit(
        '2026-10-13',
        'checkup',
        CARE,
        ['chronicHepatitisB'],
        'Virus level low, liver values normal. Ultrasound every six months.',
      ),
    ],
    vitals: steadyVitals({
      start: '2021-10-05',
      systolic: 121,
      diastolic: 78,
      heartRate: 68,
      weight: 74,
      height: 173,
    }),
    draws: [
      draw('2021-10-05', CARE, 'hepatitisB', 'cmp', 'cbc'),
      draw('2022-10-11', CARE, 'hepatitisB', 'cmp'),
      draw('2023-10-10', CARE, 'hepatitisB', 'cmp', 'lipid'),
      draw('2024-10-15', CARE, 'hepatitisB', 'cmp'),
      draw('2025-10-14', CARE, 'hepatitisB', 'cmp', 'cbc'),
      draw('2026-10-13', CARE, 'hepatitisB', 'cmp'),
    ],
    labTrajectories: {
      hepatitisBDna: { start: '2021-10-05', baseline: 1450, driftPerYear: -190, noise: 0.25, floor: 60 },
      alt: { start: '2021-10-05', baseline: 38, noise: 0.1 },
    },
    otherResults: [
      {
        slug: 'hepatitis-b-antigen',
        when: on('2021-10-05'),
        code: ['5196-1', 'Hepatitis B virus surface Ag [Presence] in Serum or Plasma by Immunoassay'],
        name: 'Hepatitis B surface antigen',
        value: { finding: ['10828004', 'Positive (qualifier value)'], words: 'Positive' },
        flag: 'POS',
        expected: 'Negative',
        clinician: CARE,
      },
    ],
    studies: [
      {
        slug: 'liver-ultrasound',
        when: on('2026-10-13'),
        code: ['24558-9', 'US Abdomen'],
        title: 'Ultrasound of the liver',
        category: 'radiology',
        orderedBy: CARE,
        readBy: 'marco-silva',
        reason: 'Surveillance in chronic hepatitis B.',
        findings: [
          'Liver of normal size, slightly echogenic. No focal lesion. Portal vein patent.',
          'Gallbladder without stones.',
        ],
        impression: 'Mild fatty liver, no suspicious lesion. Repeat in six months.',
        pdf: true,
      },
    ],
    prescriptions: [],
    appointments: [
      {
        slug: 'ultrasound-talk',
        when: calendar.ahead(26, 'ultrasound-talk'),
        time: '13:40',
        minutes: 20,
        clinician: CARE,
        reason: 'Liver check',
        type: 'FOLLOWUP',
        status: 'booked',
        diagnosis: 'chronicHepatitisB',
      },
    ],
  };
}
