/** Daniel Kim, 31: migraine and anxiety, told by questionnaires. */
import { type Calendar, on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { draw, fluShots, steadyVitals, visit } from './ordinary.ts';

export function danielKim(calendar: Calendar): PatientStory {
  const CARE = 'fiona-walsh';
  const moment = (days: number) => calendar.ago(days, `${days}-days-ago`);
  return {
    id: 'daniel-kim',
    key: 'daniel',
    given: ['Daniel'],
    family: 'Kim',
    gender: 'male',
    birthDate: '1995-06-14',
    race: ['2028-9', 'Asian'],
    language: ['en', 'English'],
    marital: ['S', 'Never Married'],
    phone: '+1 413 555 0151',
    email: 'daniel.kim@example.com',
    street: '88 North Street, Apt 4',
    city: 'Northampton',
    postalCode: '01060',
    emergency: { given: 'Hyun', family: 'Kim', phone: '+1 413 555 0152', relationship: ['FTH', 'father'] },
    coverage: {
      payer: 'bay-state-health-plan',
      plan: 'Bay State Bronze HMO',
      member: 'BSH-77310045',
      group: '41007',
      since: '2022-09-01',
    },
    pharmacy: 'maple-street-pharmacy',
    careTeam: [CARE, 'hana-ito', 'miguel-torres'],
    smoking: ['8517006', 'Ex-smoker (finding)'],
    occupation: 'Software developer',
    problems: [
      { diagnosis: 'migraine', onset: '2014-01-01' },
      { diagnosis: 'generalizedAnxiety', onset: '2024-01-23' },
    ],
    allergies: [],
    immunizations: [
      ...fluShots(2023, 2025),
      { vaccine: 'covid19First', date: '2021-05-20', elsewhere: true },
      { vaccine: 'tdap', date: '2022-10-18' },
    ],
    visits: [
      visit('2022-10-18', 'checkup', CARE, ['migraine']),
      visit(
        '2024-01-23',
        'office',
        CARE,
        ['generalizedAnxiety'],
        'Worry most of the day since the autumn, poor sleep. GAD-7 is 15. Talked about therapy and medicine: wants both. Sertraline 50 mg, referral to therapy.',
      ),
      {
        ...visit(
          '2024-03-05',
          'video',
          CARE,
          ['generalizedAnxiety'],
          'Six weeks of sertraline. Sleeps better. GAD-7 now 9.',
        ),
        time: '16:00',
      },
      visit('2025-01-21', 'checkup', CARE, ['generalizedAnxiety', 'migraine']),
      { ...visit('2026-01-27', 'video', CARE, ['generalizedAnxiety']), time: '15:20' },
    ],
    vitals: steadyVitals({
      start: '2022-10-18',
      systolic: 118,
      diastolic: 74,
      heartRate: 76,
      weight: 72,
      height: 177,
    }),
    draws: [
      draw('2022-10-18', CARE, 'lipid', 'cmp'),
      draw('2024-01-23', CARE, 'thyroid', 'cbc', 'bmp'),
      draw('2025-01-21', CARE, 'cmp', 'lipid'),
    ],
    questionnaires: [
      { questionnaire: 'gad-7', when: on('2024-01-23'), answers: [3, 2, 3, 2, 1, 2, 2], clinician: CARE },
      {
        questionnaire: 'phq-9',
        when: on('2024-01-23'),
        answers: [1, 1, 3, 2, 1, 1, 1, 0, 0],
        clinician: CARE,
      },
      { questionnaire: 'gad-7', when: on('2024-03-05'), answers: [2, 1, 2, 1, 1, 1, 1], clinician: CARE },
      { questionnaire: 'gad-7', when: on('2025-01-21'), answers: [1, 1, 1, 1, 0, 1, 0], clinician: CARE },
      { questionnaire: 'gad-7', when: on('2026-01-27'), answers: [1, 0, 1, 1, 0, 0, 0], clinician: CARE },
    ],
    prescriptions: [
      {
        slug: 'sertraline',
        drug: 'sertraline50',
        start: on('2024-01-23'),
        clinician: CARE,
        reason: 'generalizedAnxiety',
        text: 'Take 1 tablet by mouth every morning',
        dose: 1,
        perDay: 1,
        when: ['MORN'],
        supplyDays: 30,
        refills: 11,
        lastFill: calendar.ago(21, 'last-fill'),
        fills: 6,
      },
      {
        slug: 'sumatriptan',
        drug: 'sumatriptan50',
        start: on('2022-10-18'),
        clinician: CARE,
        reason: 'migraine',
        text: 'Take 1 tablet by mouth at the start of a migraine; may repeat once after 2 hours',
        dose: 1,
        perDay: 1,
        asNeeded: true,
        supplyDays: 9,
        refills: 5,
        lastFill: calendar.ago(70, 'last-fill'),
        fills: 2,
      },
    ],
    threads: [
      {
        slug: 'sleep',
        subject: 'Sertraline and sleep',
        status: 'in-progress',
        with: [CARE, 'hana-ito'],
        messages: [
          {
            from: 'patient',
            when: moment(2),
            time: '22:31',
            text: 'I wake up at four most nights since the clocks changed. Could it be the sertraline? Should I take it in the evening?',
          },
        ],
      },
    ],
    toDo: [
      {
        slug: 'gad-7',
        questionnaire: 'gad-7',
        text: 'Anxiety questionnaire (GAD-7)',
        authored: moment(4),
        due: calendar.ahead(14, 'gad-7'),
        clinician: CARE,
      },
    ],
    appointments: [
      {
        slug: 'check-in',
        when: calendar.ahead(14, 'check-in'),
        time: '15:40',
        minutes: 20,
        clinician: CARE,
        reason: 'Anxiety follow-up',
        type: 'FOLLOWUP',
        status: 'booked',
        video: true,
        diagnosis: 'generalizedAnxiety',
      },
    ],
  };
}
