/** Maria Alvarez' conversations, visits to come and things to do. */
import { type Calendar, on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';

const CARE = 'elena-ruiz';
const NURSE = 'miguel-torres';

export function mariaMessages(
  calendar: Calendar,
): Pick<PatientStory, 'threads' | 'appointments' | 'toDo' | 'documents'> {
  const moment = (days: number) => calendar.ago(days, `${days}-days-ago`);
  return {
    threads: [
      {
        slug: 'lab-results',
        subject: 'Your blood test',
        topic: ['report-labs', 'Report Labs'],
        status: 'in-progress',
        with: [CARE, NURSE],
        messages: [
          {
            from: CARE,
            when: moment(10),
            time: '16:42',
            text: 'Hello Maria, your blood results are back. HbA1c is steady and below 7 %. Vitamin B12 has slowly gone down; metformin can do that. Let us talk about it at your visit.',
            read: true,
          },
          {
            from: 'patient',
            when: moment(9),
            time: '07:58',
            text: 'Thank you, Doctor. Should I take a vitamin until then? I feel fine.',
          },
          {
            from: NURSE,
            when: moment(1),
            time: '11:15',
            text: 'Hi Maria, Dr. Ruiz says there is no hurry. You may take 500 micrograms of vitamin B12 a day from the pharmacy shelf if you like, no prescription needed. Here is a page with foods that have a lot of it.',
            read: false,
            attachment: {
              title: 'Foods with vitamin B12',
              lines: [
                '# Good sources',
                'Clams, liver, trout, salmon, tuna, beef, milk, yogurt, cheese, eggs and fortified breakfast cereals.',
                '',
                '# How much',
                'Adults need about 2.4 micrograms a day. If you take metformin we check your level once a year.',
              ],
            },
          },
        ],
      },
      {
        slug: 'ankle-swelling',
        subject: 'Swollen ankles in the evening',
        status: 'in-progress',
        with: [CARE, NURSE],
        messages: [
          {
            from: 'patient',
            when: moment(33),
            time: '20:05',
            text: 'My ankles are a bit swollen in the evenings since it got warm in the classroom. Is that the amlodipine?',
          },
          {
            from: NURSE,
            when: moment(32),
            time: '09:31',
            text: 'Thank you for telling us. Are both sides the same, and is there any pain, redness or shortness of breath?',
          },
          {
            from: 'patient',
            when: moment(32),
            time: '12:40',
            text: 'Both the same, no pain, no trouble breathing. It is gone in the morning.',
          },
          {
            from: CARE,
            when: moment(31),
            time: '17:20',
            text: 'That is a common effect of amlodipine and not dangerous. Put your feet up in the evening. If it bothers you we can change the dose at your next visit. Call us at once if one leg is more swollen, hurts, or you are short of breath.',
          },
        ],
      },
      {
        slug: 'form-for-school',
        subject: 'Form for school',
        topic: ['summary-report', 'Summary Report'],
        status: 'completed',
        with: ['miguel-torres'],
        messages: [
          {
            from: 'patient',
            when: on('2026-08-18'),
            time: '10:12',
            text: 'The school asks for proof of my tetanus vaccine. Can you send it?',
          },
          {
            from: NURSE,
            when: on('2026-08-18'),
            time: '14:50',
            text: 'Of course. It is attached, and you can always print it from your record under Immunizations.',
            attachment: {
              title: 'Proof of vaccination',
              lines: [
                '# Vaccine',
                'Tdap (tetanus, diphtheria, pertussis), given 12 March 2024 at Wellspring Clinic.',
                '',
                'Next booster due in March 2034.',
              ],
            },
          },
          { from: 'patient', when: on('2026-08-18'), time: '15:02', text: 'Perfect, thank you!' },
        ],
      },
    ],
    appointments: [
      {
        slug: 'follow-up',
        when: calendar.ahead(6, 'follow-up'),
        time: '10:20',
        minutes: 20,
        clinician: CARE,
        reason: 'Diabetes and blood pressure follow-up',
        type: 'FOLLOWUP',
        status: 'booked',
        diagnosis: 'type2Diabetes',
        instructions:
          'Bring your home blood pressure readings and all your medicines. You may eat breakfast.',
      },
      {
        slug: 'endocrinology',
        when: calendar.ahead(23, 'endocrinology'),
        time: '14:20',
        minutes: 30,
        clinician: 'nikhil-patel',
        reason: 'Yearly diabetes specialist visit',
        type: 'FOLLOWUP',
        status: 'booked',
        video: true,
        diagnosis: 'type2Diabetes',
        instructions: 'Join from the portal five minutes early. Have your glucose meter at hand.',
      },
      {
        slug: 'flu-shot',
        when: on('2026-10-06'),
        time: '09:20',
        minutes: 20,
        clinician: NURSE,
        reason: 'Flu vaccine',
        type: 'ROUTINE',
        status: 'fulfilled',
      },
      {
        slug: 'september',
        when: on('2026-09-15'),
        time: '09:20',
        minutes: 20,
        clinician: CARE,
        reason: 'Blood pressure follow-up',
        type: 'FOLLOWUP',
        status: 'fulfilled',
        diagnosis: 'hypertension',
      },
      {
        slug: 'eye-screening',
        when: on('2026-03-10'),
        time: '11:00',
        minutes: 20,
        clinician: NURSE,
        reason: 'Eye screening',
        type: 'ROUTINE',
        status: 'fulfilled',
      },
      {
        slug: 'cancelled-july',
        when: on('2026-07-14'),
        time: '15:00',
        minutes: 20,
        clinician: CARE,
        reason: 'Follow-up',
        type: 'FOLLOWUP',
        status: 'cancelled',
      },
    ],
    toDo: [
      {
        slug: 'pre-visit',
        questionnaire: 'pre-visit',
        text: 'Five questions before your visit with Dr. Ruiz',
        authored: moment(3),
        due: calendar.ahead(6, 'pre-visit'),
        clinician: CARE,
      },
      {
        slug: 'phq-9',
        questionnaire: 'phq-9',
        text: 'Yearly mood questionnaire (PHQ-9)',
        authored: moment(3),
        due: calendar.ahead(6, 'phq-9'),
        clinician: CARE,
      },
    ],
    documents: [
      {
        slug: 'visit-summary',
        when: on('2026-09-15'),
        type: ['34133-9', 'Summary of episode note'],
        title: 'Summary of your visit',
        clinician: CARE,
        lines: [
          '# What we talked about',
          'Blood pressure is at goal. Ankles swell a little in the evening, probably from amlodipine.',
          '',
          '# What happens next',
          'Go on with all medicines as before. Measure your blood pressure at home twice a week.',
          'Blood test in two months, then a visit.',
        ],
      },
    ],
  };
}
