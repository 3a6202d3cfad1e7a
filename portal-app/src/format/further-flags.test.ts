import { terminology } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { flagOf } from './flag-of.ts';

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';

/** Deprecated ones as well: records keep them. */
const CODES = (terminology().expand('http://hl7.org/fhir/ValueSet/observation-interpretation') ?? [])
  .map(({ code = '' }) => code)
  .filter((code) => !/^_|^Observation|^Reactivity/.test(code));
/** As the laboratory names it nobody would know. */
const told = (code: string, more: object = {}) =>
  flagOf({ interpretation: [{ coding: [{ system: SYSTEM, code, display: `~${code}` }] }], ...more });

describe('what a laboratory says of a result by HL7’s codes', () => {
  it('is in words, for each of them', () => {
    expect(CODES.length).toBeGreaterThan(40);
    expect(CODES.filter((code) => told(code).words?.startsWith('~') !== false)).toEqual([]);
    expect([told('SDD').words, told('B').words]).toEqual([
      'Susceptible at a higher dose',
      'Better than before',
    ]);
  });

  it('is outside of a range where the code says so, and hides no number that is', () => {
    expect(['EX', 'H>', 'L<', 'U', 'EXP'].map((code) => told(code).kind)).toEqual([
      'outside',
      'high',
      'low',
      'told',
      'told',
    ]);
    const above = { referenceRange: [{ high: { value: 5 } }], valueQuantity: { value: 9 } };
    expect(told('B', above)).toEqual({ kind: 'high', words: 'Above range' });
  });

  it('is not taken for a letter of somebody else’s, or for words', () => {
    const other = (interpretation: object) => flagOf({ interpretation: [interpretation] }).words;
    expect(other({ coding: [{ system: 'urn:other', code: 'U', display: 'Uncertain' }] })).toBe('Uncertain');
    expect(other({ text: 'D' })).toBe('D');
    expect(other({ coding: [{ code: 'D' }] })).toBe('Clearly lower than before');
    expect(other({ text: 'Non-Susceptible' })).toBe('Not susceptible');
    expect(other({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0078', code: 'W' }] })).toBe(
      'Worse than before',
    );
  });
});
