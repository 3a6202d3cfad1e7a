/** What a test measures, in a sentence or two, by the plain name that it has (plain-words.ts). Own texts. */
import type { Text } from '../i18n/text.ts';
import { plainName } from './plain-words.ts';

const MEASURES: Partial<Record<Text, Text>> = {
  'Blood sugar': 'The sugar in your blood at the moment of the test. It goes up after eating.',
  Creatinine: 'A waste product that the kidneys clear. It shows how well they work.',
  'Kidney function (eGFR)': 'An estimate of how much blood your kidneys clean each minute. Higher is better.',
  Sodium: 'A salt that keeps the water in your body in balance.',
  Potassium: 'A mineral that muscles, nerves and the heart need in the right amount.',
  Chloride: 'A salt that goes along with sodium.',
  'Carbon dioxide': 'Shows whether the blood’s acid balance is right.',
  Calcium: 'A mineral for bones, muscles and nerves.',
  '“Bad” cholesterol (LDL)': 'The cholesterol that can build up in blood vessels. Lower is better.',
  'Urea nitrogen': 'A waste product that the kidneys clear.',
  Hematocrit: 'How much of your blood is red cells.',
  'Vitamin D': 'A vitamin that bones need. The skin makes it in sunlight.',
  'Oxygen saturation': 'How much oxygen your blood carries, as a share of what it could.',
  'Blood clotting time (INR)': 'How long blood takes to clot. Used to set the dose of blood thinners.',
  'Protein in urine (albumin/creatinine)':
    'A little protein in the urine can be an early sign of kidney strain.',
  'Metabolic panel': 'A group of tests of blood sugar, salts and kidneys.',
  'Blood sugar over three months (HbA1c)': 'Your average blood sugar over the last two to three months.',
  'Total cholesterol': 'All the cholesterol in your blood together.',
  Triglycerides: 'A fat that the blood carries. It goes up after eating.',
  '“Good” cholesterol (HDL)': 'The cholesterol on its way out of the body. Higher is better.',
  Hemoglobin: 'The part of red blood cells that carries oxygen.',
  'White blood cells': 'Cells that fight infections.',
  'Red blood cells': 'Cells that carry oxygen.',
  Platelets: 'Cells that help blood to clot.',
  'Thyroid (TSH)': 'The signal that tells your thyroid gland how hard to work. High means the gland is slow.',
  'Thyroid hormone (free T4)': 'The hormone that your thyroid gland makes.',
  'Iron stores (ferritin)': 'How much iron your body keeps in store.',
  'Liver (ALT)': 'A substance from liver cells. It rises when the liver is irritated.',
  'Liver (AST)': 'A substance from liver and muscle cells.',
  'Blood pressure':
    'The force of blood against the vessels: when the heart beats (upper) and when it rests (lower).',
  'Upper (systolic)': 'The pressure when the heart beats.',
  'Lower (diastolic)': 'The pressure when the heart rests.',
  'Heart rate': 'How often your heart beats in a minute.',
  Weight: 'Your body weight.',
  Height: 'How tall you are.',
  'Body mass index (BMI)': 'Weight set against height. It says nothing about muscle or build.',
  Temperature: 'Your body temperature.',
  'Breathing rate': 'How often you breathe in a minute.',
  'Cholesterol panel': 'The fats in your blood: total, good and bad cholesterol, and triglycerides.',
  'Blood count': 'The cells in your blood: red, white and platelets.',
};

/** By LOINC code. */
export function whatItMeasures(code: string | undefined): Text | undefined {
  const name = plainName(code);
  return name && MEASURES[name];
}
