/**
 * Maria Alvarez, 55: type 2 diabetes, high blood pressure, underactive thyroid and high cholesterol, six years of
 * them. Her values answer to what was prescribed, and when.
 */
import { type Calendar, on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { mariaBills } from './maria-alvarez-bills.ts';
import { mariaMedicines } from './maria-alvarez-medicines.ts';
import { mariaMessages } from './maria-alvarez-messages.ts';
import { mariaResults } from './maria-alvarez-results.ts';
import { mariaLabTrajectories, mariaVitals } from './maria-alvarez-values.ts';
import { mariaDraws, mariaVisits } from './maria-alvarez-visits.ts';

const CARE = 'elena-ruiz';
const ENDOCRINOLOGY = 'nikhil-patel';

export function mariaAlvarez(calendar: Calendar): PatientStory {
  const latest = calendar.ago(12, 'latest');
  return {
    id: 'maria-alvarez',
    key: 'maria',
    given: ['Maria', 'Elena'],
    family: 'Alvarez',
    gender: 'female',
    birthDate: '1971-04-18',
    race: ['2106-3', 'White'],
    ethnicity: ['2135-2', 'Hispanic or Latino'],
    language: ['es', 'Spanish'],
    marital: ['M', 'Married'],
    phone: '+1 413 555 0171',
    email: 'maria.alvarez@example.com',
    street: '18 Elm Street, Apt 3',
    city: 'Northampton',
    postalCode: '01060',
    emergency: {
      given: 'Carlos',
      family: 'Alvarez',
      phone: '+1 413 555 0172',
      relationship: ['HUSB', 'husband'],
    },
    coverage: {
      payer: 'bay-state-health-plan',
      plan: 'Bay State Silver PPO',
      member: 'BSH-40718265',
      group: '88120',
      since: '2020-01-01',
    },
    pharmacy: 'maple-street-pharmacy',
    careTeam: [CARE, ENDOCRINOLOGY, 'miguel-torres', 'hana-ito', 'petra-novak'],
    smoking: ['266919005', 'Never smoked tobacco (finding)'],
    occupation: 'Primary school teacher',
    problems: [
      {
        diagnosis: 'type2Diabetes',
        onset: '2020-11-17',
        note: 'Found at a check-up: HbA1c 9.4 %, confirmed a week later.',
      },
      { diagnosis: 'hypertension', onset: '2020-11-17' },
      { diagnosis: 'hyperlipidemia', onset: '2020-11-17' },
      { diagnosis: 'hypothyroidism', onset: '2021-03-09' },
      {
        diagnosis: 'obesity',
        onset: '2020-11-17',
        abated: '2025-03-12',
        note: 'Body mass index below 30 since March 2025.',
      },
    ],
    allergies: [
      {
        slug: 'penicillin',
        system: 'rxnorm',
        code: ['70618', 'penicillin'],
        text: 'Penicillin',
        category: 'medication',
        reaction: ['247472004', 'Wheal (finding)'],
        severity: 'moderate',
        since: '1994-06-01',
      },
      {
        slug: 'latex',
        system: 'snomed',
        code: ['111088007', 'Latex (substance)'],
        text: 'Latex',
        category: 'environment',
        reaction: ['271807003', 'Eruption of skin (disorder)'],
        severity: 'mild',
        since: '2021-09-14',
      },
    ],
    immunizations: [
      { vaccine: 'influenzaQuadrivalent', date: '2020-10-12', elsewhere: true },
      { vaccine: 'covid19First', date: '2021-04-07' },
      { vaccine: 'covid19First', date: '2021-04-28' },
      { vaccine: 'hepatitisBAdult', date: '2021-06-08' },
      { vaccine: 'influenzaQuadrivalent', date: '2021-10-19' },
      { vaccine: 'zoster', date: '2022-03-15' },
      { vaccine: 'zoster', date: '2022-06-14' },
      { vaccine: 'influenzaQuadrivalent', date: '2022-10-11' },
      { vaccine: 'pneumococcal20', date: '2023-03-14' },
      { vaccine: 'influenzaQuadrivalent', date: '2023-10-17' },
      { vaccine: 'tdap', date: '2024-03-12' },
      { vaccine: 'influenza', date: '2024-10-08' },
      { vaccine: 'covid19', date: '2024-10-08' },
      { vaccine: 'influenza', date: '2025-10-14' },
      { vaccine: 'covid19', date: '2025-10-14' },
      { vaccine: 'influenza', date: '2026-10-06' },
    ],
    visits: mariaVisits(latest),
    bills: mariaBills(calendar, latest),
    vitals: mariaVitals(calendar),
    draws: mariaDraws(latest),
    labTrajectories: mariaLabTrajectories,
    ...mariaResults,
    ...mariaMedicines(calendar),
    procedures: [
      {
        slug: 'foot-exam-2025',
        date: '2025-09-09',
        code: ['401191002', 'Diabetic foot examination (regime/therapy)'],
        text: 'Diabetic foot examination',
        clinician: CARE,
        reason: 'type2Diabetes',
      },
      {
        slug: 'colonoscopy-2021',
        date: '2021-11-22',
        code: ['73761001', 'Colonoscopy (procedure)'],
        text: 'Colonoscopy (normal)',
        clinician: CARE,
      },
      {
        slug: 'diabetes-course-2021',
        date: '2021-01-15',
        code: ['698360004', 'Diabetes self management plan (regime/therapy)'],
        text: 'Diabetes self-management course',
        clinician: 'petra-novak',
        reason: 'type2Diabetes',
      },
    ],
    goals: [
      {
        slug: 'hba1c',
        text: 'HbA1c below 7 %',
        start: '2020-11-17',
        measure: { code: ['4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood'], high: 7, unit: '%' },
        due: '2027-03-31',
        achievement: 'achieved',
        addresses: ['type2Diabetes'],
      },
      {
        slug: 'blood-pressure',
        text: 'Blood pressure below 130/80',
        start: '2020-11-17',
        measure: { code: ['8480-6', 'Systolic blood pressure'], high: 130, unit: 'mm[Hg]' },
        due: '2027-03-31',
        achievement: 'improving',
        addresses: ['hypertension'],
      },
      {
        slug: 'weight',
        text: 'Weight below 76 kg, by walking 30 minutes on five days a week',
        start: '2025-03-12',
        measure: { code: ['29463-7', 'Body weight'], high: 76, unit: 'kg' },
        due: '2027-06-30',
        achievement: 'in-progress',
        addresses: ['type2Diabetes', 'hypertension'],
      },
    ],
    plan: {
      title: 'Diabetes and blood pressure plan',
      since: '2020-11-17',
      paragraphs: [
        'HbA1c every three months while treatment changes, otherwise every six months. Aim: below 7 %.',
        'Home blood pressure twice a week, seated, after five minutes of rest. Aim: below 130/80.',
        'Eyes, feet and kidneys once a year. Vitamin B12 once a year while taking metformin.',
      ],
      activities: [
        {
          slug: 'walk',
          text: 'Walk for 30 minutes',
          every: { frequency: 5, period: 1, unit: 'wk' },
          goal: 'weight',
        },
        {
          slug: 'measure-blood-pressure',
          text: 'Measure blood pressure, seated, after five minutes of rest',
          every: { frequency: 2, period: 1, unit: 'wk' },
          goal: 'blood-pressure',
        },
        { slug: 'look-at-feet', text: 'Look at both feet', every: { frequency: 1, period: 1, unit: 'd' } },
        { slug: 'cooking-course', text: 'Take part in the cooking course of the clinic', goal: 'weight' },
        { slug: 'barefoot', text: 'Walk barefoot', isToAvoid: true },
        {
          slug: 'eye-examination',
          text: 'Examination of the eyes',
          every: { frequency: 1, period: 1, unit: 'a' },
          by: CARE,
        },
      ],
    },
    familyHistory: [
      {
        slug: 'mother',
        relationship: ['MTH', 'mother'],
        name: 'Rosa',
        conditions: [
          { diagnosis: 'type2Diabetes', age: 52 },
          { diagnosis: 'hypothyroidism', age: 48 },
        ],
      },
      {
        slug: 'father',
        relationship: ['FTH', 'father'],
        name: 'Julio',
        conditions: [{ diagnosis: 'hypertension', age: 45 }],
        deceased: true,
      },
    ],
    questionnaires: [
      {
        questionnaire: 'phq-9',
        when: on('2021-01-15'),
        answers: [1, 2, 2, 2, 1, 1, 1, 0, 0],
        clinician: CARE,
      },
      {
        questionnaire: 'phq-9',
        when: on('2021-09-14'),
        answers: [1, 1, 1, 1, 0, 0, 1, 0, 0],
        clinician: CARE,
      },
      {
        questionnaire: 'phq-9',
        when: on('2025-09-09'),
        answers: [0, 0, 1, 1, 0, 0, 0, 0, 0],
        clinician: CARE,
      },
    ],
    ...mariaMessages(calendar),
  };
}
