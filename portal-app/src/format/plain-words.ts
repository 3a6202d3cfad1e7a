/** The name a person uses for a test, by LOINC code. What it measures: what-it-measures.ts, which comes with the pages that say it. */
import { type Text, t } from '../i18n/text.ts';
import { lookUp } from './table.ts';

const SUGAR: Text = 'Blood sugar';
const CREATININE: Text = 'Creatinine';
const EGFR: Text = 'Kidney function (eGFR)';
const SODIUM: Text = 'Sodium';
const POTASSIUM: Text = 'Potassium';
const CHLORIDE: Text = 'Chloride';
const BICARBONATE: Text = 'Carbon dioxide';
const CALCIUM: Text = 'Calcium';
const LDL: Text = '“Bad” cholesterol (LDL)';
const UREA: Text = 'Urea nitrogen';
const HEMATOCRIT: Text = 'Hematocrit';
const VITAMIN_D: Text = 'Vitamin D';
const OXYGEN: Text = 'Oxygen saturation';
const INR: Text = 'Blood clotting time (INR)';
const ALBUMIN: Text = 'Protein in urine (albumin/creatinine)';
const METABOLIC: Text = 'Metabolic panel';

const WORDS: Readonly<Record<string, Text>> = {
  '4548-4': 'Blood sugar over three months (HbA1c)',
  '2345-7': SUGAR,
  '2339-0': SUGAR,
  '41653-7': SUGAR,
  '14743-9': SUGAR,
  '15074-8': SUGAR,
  '2093-3': 'Total cholesterol',
  '2571-8': 'Triglycerides',
  '13457-7': LDL,
  '18262-6': LDL,
  '2089-1': LDL,
  '2085-9': '“Good” cholesterol (HDL)',
  '2160-0': CREATININE,
  '38483-4': CREATININE,
  '33914-3': EGFR,
  '62238-1': EGFR,
  '98979-8': EGFR,
  '6299-2': UREA,
  '3094-0': UREA,
  '2951-2': SODIUM,
  '2947-0': SODIUM,
  '2823-3': POTASSIUM,
  '6298-4': POTASSIUM,
  '2075-0': CHLORIDE,
  '2069-3': CHLORIDE,
  '2028-9': BICARBONATE,
  '20565-8': BICARBONATE,
  '17861-6': CALCIUM,
  '49765-1': CALCIUM,
  '718-7': 'Hemoglobin',
  '4544-3': HEMATOCRIT,
  '20570-8': HEMATOCRIT,
  '6690-2': 'White blood cells',
  '789-8': 'Red blood cells',
  '777-3': 'Platelets',
  '3016-3': 'Thyroid (TSH)',
  '3024-7': 'Thyroid hormone (free T4)',
  '2276-4': 'Iron stores (ferritin)',
  '1989-3': VITAMIN_D,
  '62292-8': VITAMIN_D,
  '1742-6': 'Liver (ALT)',
  '1920-8': 'Liver (AST)',
  '5902-2': INR,
  '6301-6': INR,
  '14959-1': ALBUMIN,
  '9318-7': ALBUMIN,
  '2132-9': 'Vitamin B12',
  '27353-2': 'Estimated average glucose',
  '2885-2': 'Total protein',
  '1751-7': 'Albumin',
  '1975-2': 'Bilirubin',
  '6768-6': 'Alkaline phosphatase',
  '3084-1': 'Uric acid',
  '770-8': 'Neutrophils',
  '736-9': 'Lymphocytes',
  '5905-5': 'Monocytes',
  '713-8': 'Eosinophils',
  '706-2': 'Basophils',
  '1988-5': 'C-reactive protein (CRP)',
  '2857-1': 'Prostate (PSA)',
  '77307-7': 'Lead in blood',
  '85354-9': 'Blood pressure',
  '8480-6': 'Upper (systolic)',
  '8462-4': 'Lower (diastolic)',
  '8867-4': 'Heart rate',
  '29463-7': 'Weight',
  '8302-2': 'Height',
  '39156-5': 'Body mass index (BMI)',
  '8310-5': 'Temperature',
  '9279-1': 'Breathing rate',
  '2708-6': OXYGEN,
  '59408-5': OXYGEN,
  '57698-3': 'Cholesterol panel',
  '24331-1': 'Cholesterol panel',
  '51990-0': METABOLIC,
  '24323-8': METABOLIC,
  '24320-4': METABOLIC,
  '24321-2': METABOLIC,
  '58410-2': 'Blood count',
  '57021-8': 'Blood count',
};

export function plainName(code: string | undefined): Text | undefined {
  return lookUp(WORDS, code);
}

/** LOINC codes of the tests whose plain name, in the reader's language, has a word that begins with each of these. */
export function codesNamed(text: string): string[] {
  const wanted = fold(text).split(/\s+/).filter(Boolean);
  return Object.entries(WORDS)
    .filter(([, name]) => {
      const words = fold(t(name)).split(/[^\p{L}\p{N}]+/u);
      return wanted.every((each) => words.some((word) => word.startsWith(each)));
    })
    .map(([code]) => code);
}

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
