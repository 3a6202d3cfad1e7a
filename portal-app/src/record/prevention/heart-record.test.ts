import type { Condition, MedicationRequest } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { diabetesIn, pressureMedicineIn } from './heart-record.ts';

const subject = { reference: 'Patient/a' } as const;
const problem = (text: string, code?: string): Condition => ({
  resourceType: 'Condition',
  subject,
  code: { text, ...(code ? { coding: [{ code }] } : {}) },
});
const medicine = (text: string, why?: string): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject,
  medicationCodeableConcept: { text },
  ...(why ? { reasonCode: [{ text: why }] } : {}),
});

describe('P4: what the record knows is filled in', () => {
  it('diabetes by its code or its name, and nothing that only sounds like it', () => {
    expect(diabetesIn([problem('Azúcar', 'E11.9')])).toBe('Azúcar');
    expect(diabetesIn([problem('Asthma'), problem('Type 2 diabetes')])).toBe('Type 2 diabetes');
    for (const other of [
      'Prediabetes',
      'Diabetes insipidus',
      'Family history of diabetes',
      'Gestational diabetes',
    ])
      expect(diabetesIn([problem(other)])).toBeUndefined();
  });

  it('medicine for blood pressure where that is what it is for', () => {
    const lisinopril = medicine('lisinopril 10 MG Oral Tablet');
    expect(pressureMedicineIn([lisinopril], [problem('x', 'I10')])).toBe('lisinopril 10 MG Oral Tablet');
    expect(pressureMedicineIn([medicine('Metoprolol 25 mg', 'Hypertension')], [])).toBe('Metoprolol 25 mg');
    expect(pressureMedicineIn([medicine('Metoprolol 25 mg', 'Atrial fibrillation')], [])).toBeUndefined();
    expect(pressureMedicineIn([medicine('Metformin')], [problem('x', 'I10')])).toBeUndefined();
  });
});
