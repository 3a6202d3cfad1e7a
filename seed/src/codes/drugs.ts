/** Medicines by RxNorm semantic clinical drug, with how a dose of them is counted. */
import type { Code } from '../clinical/coding.ts';

export interface Drug {
  readonly code: Code;
  /** What a patient calls it. */
  readonly name: string;
  readonly doseUnit: string;
  readonly route: 'oral' | 'inhalation' | 'subcutaneous' | 'intramuscular';
}

export const drugs = {
  metformin500: {
    code: ['861007', 'metformin hydrochloride 500 MG Oral Tablet'],
    name: 'Metformin 500 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  metformin1000: {
    code: ['861004', 'metformin hydrochloride 1000 MG Oral Tablet'],
    name: 'Metformin 1,000 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  empagliflozin10: {
    code: ['1545653', 'empagliflozin 10 MG Oral Tablet'],
    name: 'Empagliflozin 10 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  lisinopril10: {
    code: ['314076', 'lisinopril 10 MG Oral Tablet'],
    name: 'Lisinopril 10 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  lisinopril20: {
    code: ['314077', 'lisinopril 20 MG Oral Tablet'],
    name: 'Lisinopril 20 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  losartan50: {
    code: ['979492', 'losartan potassium 50 MG Oral Tablet'],
    name: 'Losartan 50 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  amlodipine5: {
    code: ['197361', 'amlodipine 5 MG Oral Tablet'],
    name: 'Amlodipine 5 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  atorvastatin20: {
    code: ['617310', 'atorvastatin 20 MG Oral Tablet'],
    name: 'Atorvastatin 20 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  atorvastatin40: {
    code: ['617311', 'atorvastatin 40 MG Oral Tablet'],
    name: 'Atorvastatin 40 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  levothyroxine50: {
    code: ['966221', 'levothyroxine sodium 0.05 MG Oral Tablet'],
    name: 'Levothyroxine 50 mcg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  levothyroxine75: {
    code: ['966222', 'levothyroxine sodium 0.075 MG Oral Tablet'],
    name: 'Levothyroxine 75 mcg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  warfarin5: {
    code: ['855332', 'warfarin sodium 5 MG Oral Tablet'],
    name: 'Warfarin 5 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  apixaban5: {
    code: ['1364445', 'apixaban 5 MG Oral Tablet'],
    name: 'Apixaban 5 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  metoprolol50: {
    code: ['866436', '24 HR metoprolol succinate 50 MG Extended Release Oral Tablet'],
    name: 'Metoprolol succinate ER 50 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  furosemide40: {
    code: ['313988', 'furosemide 40 MG Oral Tablet'],
    name: 'Furosemide 40 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  aspirin81: {
    code: ['243670', 'aspirin 81 MG Oral Tablet'],
    name: 'Aspirin 81 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  allopurinol100: {
    code: ['197319', 'allopurinol 100 MG Oral Tablet'],
    name: 'Allopurinol 100 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  tamsulosin04: {
    code: ['863669', 'tamsulosin hydrochloride 0.4 MG Oral Capsule'],
    name: 'Tamsulosin 0.4 mg',
    doseUnit: '{capsule}',
    route: 'oral',
  },
  sertraline50: {
    code: ['312941', 'sertraline 50 MG Oral Tablet'],
    name: 'Sertraline 50 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  sumatriptan50: {
    code: ['313161', 'sumatriptan 50 MG Oral Tablet'],
    name: 'Sumatriptan 50 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  methotrexate25: {
    code: ['105585', 'methotrexate 2.5 MG Oral Tablet'],
    name: 'Methotrexate 2.5 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  folicAcid1: {
    code: ['310410', 'folic acid 1 MG Oral Tablet'],
    name: 'Folic acid 1 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  hydroxychloroquine200: {
    code: ['979092', 'hydroxychloroquine sulfate 200 MG Oral Tablet'],
    name: 'Hydroxychloroquine 200 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  alendronate10: {
    code: ['904419', 'alendronic acid 10 MG Oral Tablet'],
    name: 'Alendronate 10 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  omeprazole20: {
    code: ['198051', 'omeprazole 20 MG Delayed Release Oral Capsule'],
    name: 'Omeprazole 20 mg',
    doseUnit: '{capsule}',
    route: 'oral',
  },
  montelukast5: {
    code: ['242438', 'montelukast 5 MG Chewable Tablet'],
    name: 'Montelukast 5 mg chewable',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  albuterol: {
    code: ['2123111', 'NDA020503 200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler'],
    name: 'Albuterol inhaler (rescue)',
    doseUnit: '{puff}',
    route: 'inhalation',
  },
  fluticasone44: {
    code: ['895994', '120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler'],
    name: 'Fluticasone 44 mcg inhaler',
    doseUnit: '{puff}',
    route: 'inhalation',
  },
  fluticasoneSalmeterol: {
    code: [
      '896209',
      '60 ACTUAT Fluticasone propionate 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT Dry Powder Inhaler',
    ],
    name: 'Fluticasone/salmeterol 250/50 inhaler',
    doseUnit: '{puff}',
    route: 'inhalation',
  },
  epinephrine: {
    code: ['1870230', 'NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector'],
    name: 'Epinephrine auto-injector 0.3 mg',
    doseUnit: 'mg',
    route: 'intramuscular',
  },
  insulinGlargine: {
    code: ['311041', 'insulin glargine 100 UNT/ML Injectable Solution'],
    name: 'Insulin glargine',
    doseUnit: '[iU]',
    route: 'subcutaneous',
  },
  ferrousSulfate325: {
    code: ['310325', 'ferrous sulfate 325 MG Oral Tablet'],
    name: 'Ferrous sulfate 325 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  amoxicillinSuspension: {
    code: ['308189', 'amoxicillin 80 MG/ML Oral Suspension'],
    name: 'Amoxicillin suspension',
    doseUnit: 'mL',
    route: 'oral',
  },
  cetirizine5: {
    code: ['1014676', 'cetirizine hydrochloride 5 MG Oral Tablet'],
    name: 'Cetirizine 5 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  ibuprofen200: {
    code: ['310965', 'ibuprofen 200 MG Oral Tablet'],
    name: 'Ibuprofen 200 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  acetaminophen500: {
    code: ['198440', 'acetaminophen 500 MG Oral Tablet'],
    name: 'Acetaminophen 500 mg',
    doseUnit: '{tbl}',
    route: 'oral',
  },
  insulin7030: {
    code: [
      '106892',
      'insulin human, isophane 70 UNT/ML / Regular Insulin, Human 30 UNT/ML Injectable Suspension [Humulin]',
    ],
    name: 'Insulin 70/30',
    doseUnit: '[iU]',
    route: 'subcutaneous',
  },
} as const satisfies Record<string, Drug>;

export type DrugKey = keyof typeof drugs;
