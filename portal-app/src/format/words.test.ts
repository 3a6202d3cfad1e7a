import { describe, expect, it } from 'vitest';
import { clinicalName } from './clinical.ts';
import { quantityText } from './quantity.ts';
import { valueText } from './value.ts';
import { conceptText, testName } from './words.ts';

describe('a result in words', () => {
  it('has its plain name where there is one', () => {
    expect(
      testName({ coding: [{ system: 'http://loinc.org', code: '4548-4', display: 'Hemoglobin A1c' }] }),
    ).toContain('Blood sugar over three months');
    expect(testName({ coding: [{ system: 'http://loinc.org', code: '1-8', display: 'Acyclovir' }] })).toBe(
      'Acyclovir',
    );
  });
  it('writes units as people do', () => {
    expect(quantityText({ value: 128, unit: 'mm[Hg]' })).toBe('128 mmHg');
    expect(quantityText({ value: 6.1, unit: '%' })).toBe('6.1 %');
    expect(quantityText({ value: 5, comparator: '<', unit: 'mg/L' })).toBe('<5 mg/L');
  });
  it('joins the two numbers of a blood pressure', () => {
    const component = (
      [
        [128, '8480-6'],
        [82, '8462-4'],
      ] as const
    ).map(([value, code]) => ({ code: { coding: [{ code }] }, valueQuantity: { value, unit: 'mm[Hg]' } }));
    expect(valueText({ component })).toBe('128/82 mmHg');
  });
  it('shows texts and codes, and says when there is nothing', () => {
    expect(valueText({ valueString: 'No growth' })).toBe('No growth');
    expect(valueText({ valueCodeableConcept: { text: 'Negative' } })).toBe('Negative');
    expect(valueText({})).toBe('No value');
  });
});

it('P26: names lose what is for machines, and common ones are said plainly', () => {
  expect(conceptText({ coding: [{ display: 'Fracture of wrist (disorder)' }] })).toBe('Fracture of wrist');
  expect(conceptText({ text: 'Eruption of skin (disorder)' })).toBe('Skin rash');
  expect(conceptText({ coding: [{ display: 'Wheal (finding)' }] })).toBe('Hives');
  expect(conceptText({ coding: [{ display: 'COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose' }] })).toBe(
    'COVID-19 vaccine',
  );
  expect(conceptText({ text: 'Severe (severity modifier) (qualifier value)' })).toBe('Severe');
  expect(conceptText({ text: 'alergia al cacahuate (trastorno)' })).toBe('alergia al cacahuate');
  expect(conceptText({ text: 'curación (régimen/tratamiento)' })).toBe('curación');
  expect(conceptText({ text: 'estructura de célula (estructura corporal)' })).toBe('estructura de célula');
  expect(conceptText({ text: 'Aspirin (low dose)' })).toBe('Aspirin (low dose)');
  expect(conceptText({ text: 'Diabetes (tipo 2)' })).toBe('Diabetes (tipo 2)');
  expect(conceptText({ text: '(procedure)' })).toBe('(procedure)');
});

it('a number of a code system is no name; a code that is a word is', () => {
  expect(conceptText({ coding: [{ system: 'http://snomed.info/sct', code: '44054006' }] })).toBe(
    'Not named (SNOMED CT 44054006)',
  );
  expect(clinicalName({ coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '207' }] })).toBe(
    'Not named (CVX 207)',
  );
  expect(conceptText({ coding: [{ system: 'urn:x', code: 'laboratory' }] })).toBe('laboratory');
  expect(conceptText(undefined)).toBe('Not named');
});
