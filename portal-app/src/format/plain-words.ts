/** Tests in plain words first, by LOINC code: the name a person uses, and what it measures in a sentence or two. Own texts. */
import { type Text, t } from '../i18n/text.ts';
import { lookUp } from './table.ts';

export interface PlainWords {
  readonly name: Text;
  readonly what: Text;
}

const SUGAR: PlainWords = {
  name: 'Blood sugar',
  what: 'The sugar in your blood at the moment of the test. It goes up after eating.',
};
const CREATININE: PlainWords = {
  name: 'Creatinine',
  what: 'A waste product that the kidneys clear. It shows how well they work.',
};
const EGFR: PlainWords = {
  name: 'Kidney function (eGFR)',
  what: 'An estimate of how much blood your kidneys clean each minute. Higher is better.',
};
const SODIUM: PlainWords = { name: 'Sodium', what: 'A salt that keeps the water in your body in balance.' };
const POTASSIUM: PlainWords = {
  name: 'Potassium',
  what: 'A mineral that muscles, nerves and the heart need in the right amount.',
};
const CHLORIDE: PlainWords = { name: 'Chloride', what: 'A salt that goes along with sodium.' };
const BICARBONATE: PlainWords = {
  name: 'Carbon dioxide',
  what: 'Shows whether the blood’s acid balance is right.',
};
const CALCIUM: PlainWords = { name: 'Calcium', what: 'A mineral for bones, muscles and nerves.' };
const LDL: PlainWords = {
  name: '“Bad” cholesterol (LDL)',
  what: 'The cholesterol that can build up in blood vessels. Lower is better.',
};
const UREA: PlainWords = { name: 'Urea nitrogen', what: 'A waste product that the kidneys clear.' };
const HEMATOCRIT: PlainWords = { name: 'Hematocrit', what: 'How much of your blood is red cells.' };
const VITAMIN_D: PlainWords = {
  name: 'Vitamin D',
  what: 'A vitamin that bones need. The skin makes it in sunlight.',
};
const OXYGEN: PlainWords = {
  name: 'Oxygen saturation',
  what: 'How much oxygen your blood carries, as a share of what it could.',
};
const INR: PlainWords = {
  name: 'Blood clotting time (INR)',
  what: 'How long blood takes to clot. Used to set the dose of blood thinners.',
};
const ALBUMIN: PlainWords = {
  name: 'Protein in urine (albumin/creatinine)',
  what: 'A little protein in the urine can be an early sign of kidney strain.',
};
const METABOLIC: PlainWords = {
  name: 'Metabolic panel',
  what: 'A group of tests of blood sugar, salts and kidneys.',
};

const WORDS: Readonly<Record<string, PlainWords>> = {
  '4548-4': {
    name: 'Blood sugar over three months (HbA1c)',
    what: 'Your average blood sugar over the last two to three months.',
  },
  '2345-7': SUGAR,
  '2339-0': SUGAR,
  '2093-3': { name: 'Total cholesterol', what: 'All the cholesterol in your blood together.' },
  '2571-8': { name: 'Triglycerides', what: 'A fat that the blood carries. It goes up after eating.' },
  '13457-7': LDL,
  '18262-6': LDL,
  '2089-1': LDL,
  '2085-9': {
    name: '“Good” cholesterol (HDL)',
    what: 'The cholesterol on its way out of the body. Higher is better.',
  },
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
  '718-7': { name: 'Hemoglobin', what: 'The part of red blood cells that carries oxygen.' },
  '4544-3': HEMATOCRIT,
  '20570-8': HEMATOCRIT,
  '6690-2': { name: 'White blood cells', what: 'Cells that fight infections.' },
  '789-8': { name: 'Red blood cells', what: 'Cells that carry oxygen.' },
  '777-3': { name: 'Platelets', what: 'Cells that help blood to clot.' },
  '3016-3': {
    name: 'Thyroid (TSH)',
    what: 'The signal that tells your thyroid gland how hard to work. High means the gland is slow.',
  },
  '3024-7': { name: 'Thyroid hormone (free T4)', what: 'The hormone that your thyroid gland makes.' },
  '2276-4': { name: 'Iron stores (ferritin)', what: 'How much iron your body keeps in store.' },
  '1989-3': VITAMIN_D,
  '62292-8': VITAMIN_D,
  '1742-6': {
    name: 'Liver (ALT)',
    what: 'A substance from liver cells. It rises when the liver is irritated.',
  },
  '1920-8': { name: 'Liver (AST)', what: 'A substance from liver and muscle cells.' },
  '5902-2': INR,
  '6301-6': INR,
  '14959-1': ALBUMIN,
  '9318-7': ALBUMIN,
  '85354-9': {
    name: 'Blood pressure',
    what: 'The force of blood against the vessels: when the heart beats (upper) and when it rests (lower).',
  },
  '8480-6': { name: 'Upper (systolic)', what: 'The pressure when the heart beats.' },
  '8462-4': { name: 'Lower (diastolic)', what: 'The pressure when the heart rests.' },
  '8867-4': { name: 'Heart rate', what: 'How often your heart beats in a minute.' },
  '29463-7': { name: 'Weight', what: 'Your body weight.' },
  '8302-2': { name: 'Height', what: 'How tall you are.' },
  '39156-5': {
    name: 'Body mass index (BMI)',
    what: 'Weight set against height. It says nothing about muscle or build.',
  },
  '8310-5': { name: 'Temperature', what: 'Your body temperature.' },
  '9279-1': { name: 'Breathing rate', what: 'How often you breathe in a minute.' },
  '2708-6': OXYGEN,
  '59408-5': OXYGEN,
  '57698-3': {
    name: 'Cholesterol panel',
    what: 'The fats in your blood: total, good and bad cholesterol, and triglycerides.',
  },
  '24331-1': {
    name: 'Cholesterol panel',
    what: 'The fats in your blood: total, good and bad cholesterol, and triglycerides.',
  },
  '51990-0': METABOLIC,
  '24323-8': METABOLIC,
  '24320-4': METABOLIC,
  '58410-2': { name: 'Blood count', what: 'The cells in your blood: red, white and platelets.' },
};

export function plainWords(code: string | undefined): PlainWords | undefined {
  return lookUp(WORDS, code);
}

/** LOINC codes of the tests whose plain name, in the reader's language, has a word that begins with each of these. */
export function codesNamed(text: string): string[] {
  const wanted = fold(text).split(/\s+/).filter(Boolean);
  return Object.entries(WORDS)
    .filter(([, { name }]) => {
      const words = fold(t(name)).split(/[^\p{L}\p{N}]+/u);
      return wanted.every((each) => words.some((word) => word.startsWith(each)));
    })
    .map(([code]) => code);
}

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
