import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantityText } from '../format/quantity.ts';
import { fhirText, parseFhir } from './exact-json.ts';

describe('P13: digits as the laboratory gave them', () => {
  it('are shown, from the answer of the server on', () => {
    const shown = (value: string) => quantityText(parseFhir(`{"value":${value},"unit":"mmol/L"}`) as object);
    expect(shown('7.00')).toBe('7.00 mmol/L');
    expect(shown('1.23456789')).toBe('1.23456789 mmol/L');
    expect(shown('0.10')).toBe('0.10 mmol/L');
    expect(shown('12345678901234567.80')).toBe('12,345,678,901,234,567.80 mmol/L');
    expect(shown('1e-9')).toBe('1e-9 mmol/L');
  });

  it('are sent back as they came', () => {
    const number = fc
      .tuple(fc.integer({ min: -999, max: 999 }), fc.stringMatching(/^[0-9]{1,20}$/))
      .map(([whole, rest]) => `${whole}.${rest}`);
    fc.assert(
      fc.property(number, (value) => {
        const text = `{"resourceType":"Observation","valueQuantity":{"value":${value}}}`;
        expect(fhirText(structuredClone(parseFhir(text)))).toBe(text);
      }),
    );
  });

  it('are of the member of that name, and of no words of a text', () => {
    const text = JSON.stringify({ text: 'the "value":7.00 of today', note: '\\"value":1.0' });
    expect(parseFhir(text)).toEqual(JSON.parse(text));
    const spaced = parseFhir('{"low":{"value" : 5.0 },"high":{"value":\n-0},"count":{"value":1.0e3}}');
    expect(spaced).toEqual({
      low: { value: 5, digits: '5.0' },
      high: { value: -0, digits: '-0' },
      count: { value: 1000, digits: '1.0e3' },
    });
    expect(parseFhir('{"value":12.5,"valueString":"1.0"}')).toEqual({ value: 12.5, valueString: '1.0' });
  });

  it.each(['{"value":01}', '{"value":1.}', '{"value":1.0', '{"value":-}', '{"value":1.0.0}'])(
    'are of nothing that is not JSON: %s',
    (text) => expect(() => parseFhir(text)).toThrow(SyntaxError),
  );
});
