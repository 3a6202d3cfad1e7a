/** Problems and diagnoses, each in SNOMED CT and ICD-10-CM. */
import type { Code } from '../clinical/coding.ts';

export interface Diagnosis {
  readonly snomed: Code;
  readonly icd10: Code;
  /** Words for the patient. */
  readonly text: string;
}

export const diagnoses = {
  type2Diabetes: {
    snomed: ['44054006', 'Diabetes mellitus type 2 (disorder)'],
    icd10: ['E11.9', 'Type 2 diabetes mellitus without complications'],
    text: 'Type 2 diabetes',
  },
  type1Diabetes: {
    snomed: ['46635009', 'Diabetes mellitus type 1 (disorder)'],
    icd10: ['E10.9', 'Type 1 diabetes mellitus without complications'],
    text: 'Type 1 diabetes',
  },
  prediabetes: {
    snomed: ['15777000', 'Prediabetes (finding)'],
    icd10: ['R73.03', 'Prediabetes'],
    text: 'Prediabetes',
  },
  hypertension: {
    snomed: ['59621000', 'Essential hypertension (disorder)'],
    icd10: ['I10', 'Essential (primary) hypertension'],
    text: 'High blood pressure',
  },
  hypothyroidism: {
    snomed: ['40930008', 'Hypothyroidism (disorder)'],
    icd10: ['E03.9', 'Hypothyroidism, unspecified'],
    text: 'Underactive thyroid',
  },
  hyperlipidemia: {
    snomed: ['55822004', 'Hyperlipidemia (disorder)'],
    icd10: ['E78.5', 'Hyperlipidemia, unspecified'],
    text: 'High cholesterol',
  },
  obesity: {
    snomed: ['414916001', 'Obesity (disorder)'],
    icd10: ['E66.9', 'Obesity, unspecified'],
    text: 'Obesity',
  },
  asthma: {
    snomed: ['195967001', 'Asthma (disorder)'],
    icd10: ['J45.909', 'Unspecified asthma, uncomplicated'],
    text: 'Asthma',
  },
  childhoodAsthma: {
    snomed: ['233678006', 'Childhood asthma (disorder)'],
    icd10: ['J45.30', 'Mild persistent asthma, uncomplicated'],
    text: 'Asthma',
  },
  atrialFibrillation: {
    snomed: ['49436004', 'Atrial fibrillation (disorder)'],
    icd10: ['I48.91', 'Unspecified atrial fibrillation'],
    text: 'Atrial fibrillation',
  },
  heartFailure: {
    snomed: ['84114007', 'Heart failure (disorder)'],
    icd10: ['I50.9', 'Heart failure, unspecified'],
    text: 'Heart failure',
  },
  chronicKidneyDisease3: {
    snomed: ['433144002', 'Chronic kidney disease stage 3 (disorder)'],
    icd10: ['N18.30', 'Chronic kidney disease, stage 3 unspecified'],
    text: 'Chronic kidney disease, stage 3',
  },
  copd: {
    snomed: ['13645005', 'Chronic obstructive pulmonary disease (disorder)'],
    icd10: ['J44.9', 'Chronic obstructive pulmonary disease, unspecified'],
    text: 'Chronic obstructive lung disease (COPD)',
  },
  prostateHyperplasia: {
    snomed: ['266569009', 'Benign prostatic hyperplasia (disorder)'],
    icd10: ['N40.1', 'Benign prostatic hyperplasia with lower urinary tract symptoms'],
    text: 'Enlarged prostate',
  },
  kneeOsteoarthritis: {
    snomed: ['239873007', 'Osteoarthritis of knee (disorder)'],
    icd10: ['M17.9', 'Osteoarthritis of knee, unspecified'],
    text: 'Arthritis of the knee',
  },
  migraine: {
    snomed: ['37796009', 'Migraine (disorder)'],
    icd10: ['G43.909', 'Migraine, unspecified, not intractable, without status migrainosus'],
    text: 'Migraine',
  },
  generalizedAnxiety: {
    snomed: ['21897009', 'Generalized anxiety disorder (disorder)'],
    icd10: ['F41.1', 'Generalized anxiety disorder'],
    text: 'Generalized anxiety',
  },
  depression: {
    snomed: ['370143000', 'Major depressive disorder (disorder)'],
    icd10: ['F32.9', 'Major depressive disorder, single episode, unspecified'],
    text: 'Depression',
  },
  allergicRhinitis: {
    snomed: ['61582004', 'Allergic rhinitis (disorder)'],
    icd10: ['J30.9', 'Allergic rhinitis, unspecified'],
    text: 'Hay fever',
  },
  atopicDermatitis: {
    snomed: ['24079001', 'Atopic dermatitis (disorder)'],
    icd10: ['L20.9', 'Atopic dermatitis, unspecified'],
    text: 'Eczema',
  },
  gout: { snomed: ['90560007', 'Gout (disorder)'], icd10: ['M10.9', 'Gout, unspecified'], text: 'Gout' },
  rheumatoidArthritis: {
    snomed: ['69896004', 'Rheumatoid arthritis (disorder)'],
    icd10: ['M06.9', 'Rheumatoid arthritis, unspecified'],
    text: 'Rheumatoid arthritis',
  },
  osteoporosis: {
    snomed: ['64859006', 'Osteoporosis (disorder)'],
    icd10: ['M81.0', 'Age-related osteoporosis without current pathological fracture'],
    text: 'Osteoporosis',
  },
  chronicHepatitisB: {
    snomed: ['61977001', 'Chronic type B viral hepatitis (disorder)'],
    icd10: ['B18.1', 'Chronic viral hepatitis B without delta-agent'],
    text: 'Chronic hepatitis B',
  },
  fattyLiver: {
    snomed: ['197321007', 'Steatosis of liver (disorder)'],
    icd10: ['K76.0', 'Fatty (change of) liver, not elsewhere classified'],
    text: 'Fatty liver',
  },
  normalPregnancy: {
    snomed: ['72892002', 'Normal pregnancy (finding)'],
    icd10: ['Z34.90', 'Encounter for supervision of normal pregnancy, unspecified, unspecified trimester'],
    text: 'Pregnancy',
  },
  anemia: {
    snomed: ['271737000', 'Anemia (disorder)'],
    icd10: ['D64.9', 'Anemia, unspecified'],
    text: 'Anemia',
  },
  viralPharyngitis: {
    snomed: ['195662009', 'Acute viral pharyngitis (disorder)'],
    icd10: ['J02.9', 'Acute pharyngitis, unspecified'],
    text: 'Sore throat (viral)',
  },
  strepThroat: {
    snomed: ['43878008', 'Streptococcal sore throat (disorder)'],
    icd10: ['J02.0', 'Streptococcal pharyngitis'],
    text: 'Strep throat',
  },
  acuteBronchitis: {
    snomed: ['10509002', 'Acute bronchitis (disorder)'],
    icd10: ['J20.9', 'Acute bronchitis, unspecified'],
    text: 'Bronchitis',
  },
  otitisMedia: {
    snomed: ['65363002', 'Otitis media (disorder)'],
    icd10: ['H66.90', 'Otitis media, unspecified, unspecified ear'],
    text: 'Ear infection',
  },
  cystitis: {
    snomed: ['38822007', 'Cystitis (disorder)'],
    icd10: ['N30.90', 'Cystitis, unspecified without hematuria'],
    text: 'Bladder infection',
  },
  ankleSprain: {
    snomed: ['44465007', 'Sprain of ankle (disorder)'],
    icd10: ['S93.409A', 'Sprain of unspecified ligament of unspecified ankle, initial encounter'],
    text: 'Sprained ankle',
  },
} as const satisfies Record<string, Diagnosis>;

export type DiagnosisKey = keyof typeof diagnoses;
