/** Laboratory orders: what is drawn together and reported as one DiagnosticReport. */
import type { Code } from '../clinical/coding.ts';
import type { LabTestKey } from './lab-tests.ts';

export interface LabPanel {
  readonly code: Code;
  readonly name: string;
  readonly tests: readonly LabTestKey[];
  /** The panel is an Observation of its own, whose members are its tests. */
  readonly grouped?: boolean;
}

const labPanels = {
  cmp: {
    code: ['24323-8', 'Comprehensive metabolic 2000 panel - Serum or Plasma'],
    name: 'Comprehensive metabolic panel',
    tests: [
      'glucose',
      'bun',
      'creatinine',
      'egfr',
      'sodium',
      'potassium',
      'chloride',
      'co2',
      'calcium',
      'protein',
      'albumin',
      'bilirubin',
      'alp',
      'alt',
      'ast',
    ],
  },
  bmp: {
    code: ['24321-2', 'Basic metabolic 2000 panel - Serum or Plasma'],
    name: 'Basic metabolic panel',
    tests: ['glucose', 'bun', 'creatinine', 'egfr', 'sodium', 'potassium', 'chloride', 'co2', 'calcium'],
  },
  cbc: {
    code: ['57021-8', 'CBC W Auto Differential panel - Blood'],
    name: 'Complete blood count with differential',
    tests: [
      'wbc',
      'rbc',
      'hemoglobin',
      'hematocrit',
      'mcv',
      'mch',
      'mchc',
      'rdw',
      'platelets',
      'neutrophils',
      'lymphocytes',
      'monocytes',
      'eosinophils',
      'basophils',
    ],
    grouped: true,
  },
  lipid: {
    code: ['24331-1', 'Lipid 1996 panel - Serum or Plasma'],
    name: 'Lipid panel',
    tests: ['cholesterol', 'triglycerides', 'hdl', 'ldl'],
    grouped: true,
  },
  hba1c: {
    code: ['4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood'],
    name: 'Hemoglobin A1c',
    tests: ['hba1c', 'averageGlucose'],
  },
  thyroid: {
    code: ['3016-3', 'Thyrotropin [Units/volume] in Serum or Plasma'],
    name: 'Thyroid function',
    tests: ['tsh', 'freeT4'],
  },
  albuminCreatinine: {
    code: ['9318-7', 'Albumin/Creatinine [Mass Ratio] in Urine'],
    name: 'Albumin/creatinine ratio, urine',
    tests: ['albuminCreatinine'],
  },
  vitaminB12: {
    code: ['2132-9', 'Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma'],
    name: 'Vitamin B12',
    tests: ['vitaminB12'],
  },
  vitaminD: {
    code: ['62292-8', '25-Hydroxyvitamin D2+D3 [Mass/volume] in Serum or Plasma'],
    name: 'Vitamin D, 25-hydroxy',
    tests: ['vitaminD'],
  },
  ferritin: {
    code: ['2276-4', 'Ferritin [Mass/volume] in Serum or Plasma'],
    name: 'Ferritin',
    tests: ['ferritin'],
  },
  uricAcid: {
    code: ['3084-1', 'Urate [Mass/volume] in Serum or Plasma'],
    name: 'Uric acid',
    tests: ['uricAcid'],
  },
  inflammation: {
    code: ['1988-5', 'C reactive protein [Mass/volume] in Serum or Plasma'],
    name: 'Inflammation markers',
    tests: ['crp', 'esr'],
  },
  rheumatoidFactor: {
    code: ['11572-5', 'Rheumatoid factor [Units/volume] in Serum or Plasma'],
    name: 'Rheumatoid factor',
    tests: ['rheumatoidFactor'],
  },
  inr: { code: ['6301-6', 'INR in Platelet poor plasma by Coagulation assay'], name: 'INR', tests: ['inr'] },
  ntProBnp: {
    code: ['33762-6', 'Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma'],
    name: 'NT-proBNP',
    tests: ['ntProBnp'],
  },
  psa: {
    code: ['2857-1', 'Prostate specific Ag [Mass/volume] in Serum or Plasma'],
    name: 'PSA',
    tests: ['psa'],
  },
  hepatitisB: {
    code: [
      '42595-9',
      'Hepatitis B virus DNA [Units/volume] (viral load) in Serum or Plasma by NAA with probe detection',
    ],
    name: 'Hepatitis B monitoring',
    tests: ['hepatitisBDna', 'afp'],
  },
  lead: { code: ['77307-7', 'Lead [Mass/volume] in Venous blood'], name: 'Lead', tests: ['lead'] },
  spirometry: { code: ['19926-5', 'FEV1/FVC'], name: 'Spirometry', tests: ['fev1Fvc'] },
} as const satisfies Record<string, LabPanel>;

export type LabPanelKey = keyof typeof labPanels;

/** Typed access: `as const` narrows each entry too far to compare them. */
export function labPanel(key: LabPanelKey): LabPanel {
  return labPanels[key];
}
