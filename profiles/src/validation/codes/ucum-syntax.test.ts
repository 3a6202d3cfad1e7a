/** Which texts are units of UCUM. */
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { isUcum } from './ucum-syntax.ts';

it.each([
  '1',
  '%',
  'mg/dL',
  'mm[Hg]',
  '10*9/L',
  '10*-3.mol/L',
  '{score}',
  '/min',
  '{beats}/min',
  'ug/mL{FEU}',
  'mL/min/{1.73_m2}',
  'kg/m2',
  'U/(10.g){feces}',
  '[m/s2/Hz^(1/2)]',
  'B[10.nV]',
  'mg/(24.h)',
])('%s is one', (unit) => expect(isUcum(unit)).toBe(true));

it.each([
  'foo',
  'Kg',
  'mmHg',
  'cells/uL',
  'mg//dL',
  'mg dL',
  'mg/',
  '(m',
  'm)(m',
  '{a',
  'µg',
  '[m',
  'mg/dl2x',
  'constructor',
  'mg/toString2',
])('%s is none', (unit) => expect(isUcum(unit)).toBe(false));

it('is told of any text, without a word on the console', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const parts = fc.constantFrom(
    ...'m g [ ] ( ) / . { } 10* 9 - + ^ % k 1 2.5 " U _ mm[Hg] [iU] __proto__'.split(' '),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (text) => typeof isUcum(text.join('')) === 'boolean'),
  );
  fc.assert(fc.property(fc.string(), (text) => typeof isUcum(text) === 'boolean'));
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
});
