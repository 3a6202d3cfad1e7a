/** When Maria Alvarez was seen and when her blood was drawn. */
import { type Moment, on } from '../clinical/calendar.ts';
import type { LabDraw, Visit } from '../clinical/story.ts';

const CARE = 'elena-ruiz';
const ENDOCRINOLOGY = 'nikhil-patel';

export function mariaVisits(latest: Moment): Visit[] {
  const office = (
    date: string,
    reasons: Visit['reasons'],
    note: readonly string[],
    type: Visit['type'] = 'office',
    clinician: Visit['clinician'] = CARE,
  ): Visit => ({ when: on(date), type, clinician, reasons, note });
  return [
    office(
      '2020-11-17',
      ['type2Diabetes', 'hypertension', 'hyperlipidemia'],
      [
        'Yearly check-up. Tired and thirsty for some months. Family history of diabetes.',
        'Fasting glucose and HbA1c are well above range, blood pressure is high on three readings.',
        'Started metformin 500 mg twice a day and lisinopril 10 mg. Referred to the dietitian. Labs in three months.',
      ],
      'checkup',
    ),
    office(
      '2021-03-09',
      ['type2Diabetes', 'hypertension', 'hypothyroidism'],
      [
        'HbA1c is coming down. LDL cholesterol still high: started atorvastatin 20 mg.',
        'TSH high on two draws and free T4 low normal: started levothyroxine 50 micrograms.',
        'Blood pressure better, not at goal: lisinopril to 20 mg.',
      ],
    ),
    office(
      '2021-09-14',
      ['type2Diabetes', 'hypothyroidism'],
      [
        'Feels much better, more energy. Walks in the evenings.',
        'TSH still above range: levothyroxine to 75 micrograms. Rash after latex gloves noted.',
      ],
    ),
    {
      when: on('2022-02-08'),
      type: 'urgent',
      clinician: 'fiona-walsh',
      time: '14:00',
      reasons: ['acuteBronchitis'],
      reasonText: 'Cough for three weeks',
      diagnoses: ['acuteBronchitis'],
      note: ['Dry cough after a cold, no fever. Chest clear on X-ray. Bronchitis, no antibiotic needed.'],
    },
    office(
      '2022-03-15',
      ['type2Diabetes'],
      ['HbA1c steady. Vitamin D low: 1,000 units a day. First shingles vaccine today.'],
    ),
    {
      when: on('2022-06-15'),
      type: 'nurse',
      clinician: 'miguel-torres',
      reasons: [],
      reasonText: 'Repeat blood draw',
      note: ['Potassium of yesterday was 6.4 in a hemolyzed sample. Repeat today is 4.4. ECG not needed.'],
    },
    office(
      '2022-09-13',
      ['type2Diabetes'],
      ['HbA1c has not come down any further for a year. Metformin to 1,000 mg twice a day, with meals.'],
      'specialist',
      ENDOCRINOLOGY,
    ),
    office(
      '2023-05-16',
      ['hypertension', 'hyperlipidemia'],
      [
        'Blood pressure at home about 140/85. Added amlodipine 5 mg.',
        'LDL not at goal for diabetes: atorvastatin to 40 mg.',
      ],
    ),
    {
      when: on('2023-11-02'),
      type: 'urgent',
      clinician: CARE,
      time: '10:40',
      reasons: ['cystitis'],
      reasonText: 'Burning when passing water',
      diagnoses: ['cystitis'],
      note: [
        'Two days of dysuria. Test strip positive, culture sent. Nitrofurantoin because of the penicillin allergy.',
      ],
    },
    office(
      '2024-03-12',
      ['type2Diabetes', 'hypertension'],
      ['Yearly check-up. Blood pressure nearly at goal. ECG normal. Tdap today.'],
      'checkup',
    ),
    office(
      '2024-09-10',
      ['type2Diabetes'],
      [
        'HbA1c 7.5 % and albumin in urine above range in spite of full metformin dose.',
        'Started empagliflozin 10 mg for sugar and kidneys. Sick-day rules explained.',
      ],
      'specialist',
      ENDOCRINOLOGY,
    ),
    office(
      '2025-03-12',
      ['type2Diabetes', 'hypertension'],
      [
        'Lost 4 kg. HbA1c below 7 % for the first time. Albumin in urine back in range.',
        'Body mass index now below 30.',
      ],
    ),
    office('2025-09-09', ['type2Diabetes'], ['Doing well. Feet without sores, sensation intact.'], 'checkup'),
    {
      when: on('2026-03-10'),
      type: 'video',
      clinician: ENDOCRINOLOGY,
      time: '15:00',
      reasons: ['type2Diabetes'],
      note: [
        'Video visit. Readings at home good. Eye screening shows first mild changes on the left: repeat in a year, keep HbA1c below 7 %.',
      ],
    },
    {
      when: on('2026-09-15'),
      type: 'office',
      clinician: CARE,
      reasons: ['hypertension', 'hyperlipidemia'],
      note: ['Blood pressure at goal. Ankles slightly swollen in the evening, probably amlodipine: watch.'],
    },
    {
      when: latest,
      type: 'nurse',
      clinician: 'miguel-torres',
      time: '08:00',
      reasons: ['type2Diabetes'],
      reasonText: 'Blood draw before the next visit',
    },
  ];
}

export function mariaDraws(latest: Moment): LabDraw[] {
  const full: LabDraw['panels'] = [
    'cmp',
    'cbc',
    'lipid',
    'hba1c',
    'thyroid',
    'albuminCreatinine',
    'vitaminB12',
  ];
  const quarter: LabDraw['panels'] = ['cmp', 'hba1c'];
  const half: LabDraw['panels'] = ['cmp', 'lipid', 'hba1c', 'thyroid'];
  const draw = (
    date: string,
    panels: LabDraw['panels'],
    clinician: LabDraw['clinician'] = CARE,
    comments?: LabDraw['comments'],
  ): LabDraw => ({ when: on(date), panels, clinician, ...(comments && { comments }) });
  return [
    draw('2020-11-17', [...full, 'vitaminD'], CARE, {
      hba1c: 'This shows diabetes. We talk about it at your visit; a second test follows.',
      thyroid: 'Slightly underactive thyroid. We repeat it in three months.',
    }),
    draw('2021-03-02', half, CARE, {
      lipid: 'Your LDL cholesterol is still too high for someone with diabetes. Let us talk about a statin.',
    }),
    draw('2021-06-08', half, CARE, { lipid: 'Atorvastatin works: LDL down by almost a third.' }),
    draw('2021-09-07', quarter.concat('thyroid')),
    draw('2021-12-14', half),
    draw('2022-03-08', [...full, 'vitaminD']),
    draw('2022-06-14', quarter, CARE, {
      cmp: 'The potassium of 6.4 is very likely caused by a damaged sample (hemolysis). Please come back tomorrow to repeat it.',
    }),
    draw('2022-06-15', ['bmp'], CARE, { bmp: 'Potassium is normal. Yesterday was a sample problem.' }),
    draw('2022-09-06', half, ENDOCRINOLOGY),
    draw('2022-12-13', quarter, ENDOCRINOLOGY),
    draw('2023-03-14', full),
    draw('2023-05-09', ['lipid']),
    draw('2023-09-12', half, CARE, { lipid: 'LDL below 100 now. Keep going.' }),
    draw('2024-03-05', [...full, 'vitaminD']),
    draw('2024-09-03', [...half, 'albuminCreatinine'], ENDOCRINOLOGY, {
      hba1c: 'Still above 7 %. We can add a second medicine that also protects the kidneys.',
    }),
    draw('2024-12-10', quarter, ENDOCRINOLOGY),
    draw('2025-03-05', [...full, 'vitaminD'], ENDOCRINOLOGY, { hba1c: 'Below 7 %. Well done!' }),
    draw('2025-09-02', [...half, 'albuminCreatinine']),
    draw('2026-03-03', full),
    draw('2026-09-08', half),
    {
      when: latest,
      time: '08:05',
      panels: [...full, 'vitaminD'],
      clinician: CARE,
      comments: { hba1c: 'Steady and below 7 %. We look at the rest together at your visit.' },
    },
  ];
}
