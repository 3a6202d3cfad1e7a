/** Maria Alvarez' results in words, and her imaging. */
import { on } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';

const CARE = 'elena-ruiz';
const ENDOCRINOLOGY = 'nikhil-patel';

export const mariaResults: Pick<PatientStory, 'otherResults' | 'studies'> = {
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
      members: urineStrip(),
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
      code: ['34807-8', 'Ophthalmology Consult note'],
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
};

/** A test strip with a bladder infection. */
function urineStrip() {
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

  return [
    {
      slug: 'urine-appearance',
      code: ['5767-9', 'Appearance of Urine'],
      name: 'Appearance of urine',
      words: 'Cloudy',
      flag: 'A',
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
      ...positive,
    },
    {
      slug: 'urine-leukocytes',
      code: ['5799-2', 'Leukocyte esterase [Presence] in Urine by Test strip'],
      name: 'Leukocyte esterase',
      ...positive,
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
