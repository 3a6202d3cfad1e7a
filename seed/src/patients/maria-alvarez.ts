/**
 * Maria Alvarez, 55: type 2 diabetes, high blood pressure, underactive thyroid and high cholesterol, six years of
 * them. Her values answer to what was prescribed, and when.
 */
import { type Calendar, type Moment, on } from '../clinical/calendar.ts';
import type { LabDraw, PatientStory, Visit } from '../clinical/story.ts';
import { mariaMedicines } from './maria-alvarez-medicines.ts';
import { mariaMessages } from './maria-alvarez-messages.ts';

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
    visits: visits(latest),
    vitals: {
      systolic: {
        start: '2020-11-17',
        baseline: 153,
        driftPerYear: 1.1,
        noise: 0.03,
        effects: [
          { from: '2020-11-17', change: -10, days: 25 },
          { from: '2021-03-09', change: -6, days: 25 },
          { from: '2023-05-16', change: -11, days: 20 },
          { from: '2024-09-10', change: -4, days: 40 },
        ],
      },
      diastolic: {
        start: '2020-11-17',
        baseline: 95,
        noise: 0.03,
        effects: [
          { from: '2020-11-17', change: -6, days: 25 },
          { from: '2021-03-09', change: -4, days: 25 },
          { from: '2023-05-16', change: -7, days: 20 },
        ],
      },
      heartRate: { start: '2020-11-17', baseline: 78, noise: 0.06, driftPerYear: -0.6 },
      weight: {
        start: '2020-11-17',
        baseline: 86.4,
        noise: 0.006,
        driftPerYear: 0.3,
        effects: [
          { from: '2020-12-01', change: -4.2, days: 160 },
          { from: '2024-09-10', change: -5.1, days: 150 },
        ],
      },
      height: { start: '2020-11-17', baseline: 163, noise: 0.0008 },
      temperature: { start: '2020-11-17', baseline: 36.7, noise: 0.005 },
      oxygen: { start: '2020-11-17', baseline: 98, noise: 0.004 },
      home: homeReadings(calendar),
    },
    draws: draws(latest),
    labTrajectories: {
      hba1c: {
        start: '2020-11-17',
        baseline: 9.35,
        driftPerYear: 0.21,
        noise: 0.009,
        effects: [
          { from: '2020-11-17', change: -1.3, days: 70 },
          { from: '2021-01-15', change: -0.75, days: 110 },
          { from: '2022-09-13', change: -0.55, days: 60 },
          { from: '2024-09-10', change: -1, days: 70 },
          { from: '2025-03-12', change: -0.3, days: 200 },
        ],
      },
      ldl: {
        start: '2020-11-17',
        baseline: 162,
        noise: 0.04,
        driftPerYear: 0.8,
        effects: [
          { from: '2021-03-09', change: -56, days: 20 },
          { from: '2023-05-16', change: -22, days: 20 },
        ],
      },
      triglycerides: {
        start: '2020-11-17',
        baseline: 232,
        noise: 0.1,
        effects: [
          { from: '2020-11-17', change: -50, days: 90 },
          { from: '2021-03-09', change: -20, days: 25 },
          { from: '2024-09-10', change: -18, days: 60 },
        ],
      },
      hdl: {
        start: '2020-11-17',
        baseline: 42,
        noise: 0.03,
        effects: [{ from: '2021-01-15', change: 6, days: 200 }],
      },
      tsh: {
        start: '2020-11-17',
        baseline: 8.9,
        driftPerYear: 0.2,
        noise: 0.07,
        effects: [
          { from: '2021-03-09', change: -4.1, days: 30 },
          { from: '2021-09-14', change: -3.0, days: 30 },
        ],
      },
      albuminCreatinine: {
        start: '2020-11-17',
        baseline: 62,
        noise: 0.1,
        effects: [
          { from: '2020-11-17', change: -22, days: 120 },
          { from: '2024-09-10', change: -18, days: 90 },
        ],
      },
      creatinine: {
        start: '2020-11-17',
        baseline: 0.76,
        driftPerYear: 0.012,
        noise: 0.035,
        effects: [{ from: '2024-09-10', change: 0.05, days: 20 }],
      },
      potassium: {
        start: '2020-11-17',
        baseline: 4.3,
        noise: 0.035,
        exact: { '2022-06-14': 6.4, '2022-06-15': 4.4 },
      },
      alt: {
        start: '2020-11-17',
        baseline: 61,
        noise: 0.07,
        floor: 12,
        effects: [
          { from: '2020-12-01', change: -22, days: 220 },
          { from: '2024-09-10', change: -9, days: 150 },
        ],
      },
      ast: {
        start: '2020-11-17',
        baseline: 43,
        noise: 0.06,
        floor: 12,
        effects: [
          { from: '2020-12-01', change: -13, days: 220 },
          { from: '2024-09-10', change: -5, days: 150 },
        ],
      },
      vitaminB12: { start: '2020-11-17', baseline: 410, driftPerYear: -34, noise: 0.05 },
      vitaminD: {
        start: '2020-11-17',
        baseline: 21,
        noise: 0.07,
        effects: [{ from: '2022-03-15', change: 14, days: 90 }],
      },
    },
    otherResults: [
      {
        slug: 'urine-culture',
        when: on('2023-11-02'),
        time: '11:10',
        code: ['630-4', 'Bacteria identified in Urine by Culture'],
        name: 'Urine culture',
        value: {
          text: 'Escherichia coli, more than 100,000 CFU/mL. Susceptible to nitrofurantoin and trimethoprim/sulfamethoxazole; resistant to ampicillin.',
        },
        flag: 'A',
        expected: 'No growth',
        clinician: CARE,
        conclusion: 'Bladder infection. Nitrofurantoin for five days.',
      },
      {
        slug: 'urine-strip',
        when: on('2023-11-02'),
        time: '10:45',
        code: ['24357-6', 'Urinalysis macro (dipstick) panel - Urine'],
        name: 'Urine test strip',
        value: { text: 'Nitrite and leukocyte esterase positive.' },
        flag: 'A',
        clinician: CARE,
        members: urineStrip('positive'),
      },
      {
        slug: 'stool-blood',
        when: on('2024-04-02'),
        code: ['29771-3', 'Hemoglobin.gastrointestinal.lower [Presence] in Stool by Immunoassay'],
        name: 'Hidden blood in stool (FIT)',
        value: { finding: ['260385009', 'Negative (qualifier value)'], words: 'Negative' },
        flag: 'NEG',
        expected: 'Negative',
        clinician: CARE,
        conclusion: 'No hidden blood found. Repeat in one year.',
      },
      {
        slug: 'blood-group',
        when: on('2020-11-17'),
        time: '08:05',
        code: ['882-1', 'ABO and Rh group [Type] in Blood'],
        name: 'Blood group',
        value: { text: 'O Rh positive' },
        clinician: CARE,
      },
    ],
    studies: [
      {
        slug: 'chest-x-ray',
        when: on('2022-02-08'),
        code: ['36643-5', 'XR Chest 2 Views'],
        title: 'Chest X-ray, two views',
        category: 'radiology',
        orderedBy: CARE,
        readBy: 'marco-silva',
        reason: 'Cough for three weeks.',
        findings: [
          'The lungs are clear. No consolidation, effusion or pneumothorax.',
          'The heart is of normal size. The mediastinal contours are unremarkable.',
          'Mild degenerative change of the thoracic spine.',
        ],
        impression: 'No acute disease of the chest.',
        pdf: true,
      },
      {
        slug: 'mammogram',
        when: on('2026-05-19'),
        code: ['26175-0', 'MG Breast - bilateral Screening'],
        title: 'Screening mammogram, both breasts',
        category: 'radiology',
        orderedBy: CARE,
        readBy: 'marco-silva',
        reason: 'Routine screening.',
        findings: [
          'Scattered areas of fibroglandular density (density B).',
          'No suspicious mass, calcification or architectural distortion. Unchanged from 2024.',
        ],
        impression: 'Negative (BI-RADS 1). Routine screening in two years.',
        pdf: true,
      },
      {
        slug: 'eye-screening',
        when: on('2026-03-10'),
        code: ['70946-9', 'Ancillary eye tests Narrative'],
        title: 'Diabetic eye screening',
        category: 'radiology',
        orderedBy: ENDOCRINOLOGY,
        readBy: 'marco-silva',
        reason: 'Yearly retinal screening in type 2 diabetes.',
        findings: [
          'Right eye: no retinopathy. Left eye: two microaneurysms temporal to the macula.',
          'No macular edema in either eye.',
        ],
        impression: 'Mild nonproliferative change in the left eye. Repeat in 12 months.',
        pdf: true,
      },
      {
        slug: 'ecg',
        when: on('2024-03-12'),
        time: '10:10',
        code: ['11524-6', 'EKG study'],
        title: 'Electrocardiogram (ECG)',
        category: 'cardiology',
        orderedBy: CARE,
        readBy: 'karin-lindqvist',
        reason: 'Baseline in high blood pressure and diabetes.',
        findings: ['Sinus rhythm, 72 per minute. Normal axis and intervals. No ischemic changes.'],
        impression: 'Normal electrocardiogram.',
      },
    ],
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

function visits(latest: Moment): Visit[] {
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

function draws(latest: Moment): LabDraw[] {
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
    draw('2021-06-08', half, CARE, { lipid: 'Atorvastatin works: LDL down by a third.' }),
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

function homeReadings(calendar: Calendar) {
  return Array.from({ length: 16 }, (_, index) => ({
    when: calendar.ago(3 + index * 7, `week-${String(16 - index).padStart(2, '0')}`),
    time: index % 2 === 0 ? '07:15' : '20:40',
  }));
}

export function urineStrip(finding: 'positive' | 'negative') {
  const negative = {
    words: 'Negative',
    finding: ['260385009', 'Negative (qualifier value)'],
    flag: 'N',
    expected: 'Negative',
  } as const;
  const positive = {
    words: 'Positive',
    finding: ['10828004', 'Positive (qualifier value)'],
    flag: 'A',
    expected: 'Negative',
  } as const;
  const infection = finding === 'positive' ? positive : negative;
  return [
    {
      slug: 'urine-appearance',
      code: ['5767-9', 'Appearance of Urine'],
      name: 'Appearance of urine',
      words: finding === 'positive' ? 'Cloudy' : 'Clear',
      flag: finding === 'positive' ? 'A' : 'N',
      expected: 'Clear',
    },
    {
      slug: 'urine-color',
      code: ['5778-6', 'Color of Urine'],
      name: 'Color of urine',
      words: 'Yellow',
      flag: 'N',
      expected: 'Yellow',
    },
    {
      slug: 'urine-nitrite',
      code: ['5802-4', 'Nitrite [Presence] in Urine by Test strip'],
      name: 'Nitrite',
      ...infection,
    },
    {
      slug: 'urine-leukocytes',
      code: ['5799-2', 'Leukocyte esterase [Presence] in Urine by Test strip'],
      name: 'Leukocyte esterase',
      ...infection,
    },
    {
      slug: 'urine-protein',
      code: ['20454-5', 'Protein [Presence] in Urine by Test strip'],
      name: 'Protein',
      ...negative,
    },
    {
      slug: 'urine-glucose',
      code: ['25428-4', 'Glucose [Presence] in Urine by Test strip'],
      name: 'Glucose',
      ...negative,
    },
    {
      slug: 'urine-blood',
      code: ['5794-3', 'Hemoglobin [Presence] in Urine by Test strip'],
      name: 'Blood',
      ...negative,
    },
  ] as const;
}
