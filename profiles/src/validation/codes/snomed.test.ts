/** The forms of SNOMED CT, without its content. */
import { describe, expect, it } from 'vitest';
import { isExpressionConstraint } from './snomed.ts';

describe('an expression constraint', () => {
  it.each([
    '404684003',
    '404684003 |Clinical finding|',
    '<< 404684003 |Clinical finding (a "finding")|',
    '<! 404684003',
    '*',
    '^ 700043003 |Example refset|',
    '< 19829001 OR < 301867009',
    '(< 19829001 AND < 301867009) MINUS ^ 700043003',
    '< 404684003 : 363698007 = << 39057004, 116676008 = << 415582006',
    '< 404684003: { 363698007 = << 39057004 }',
    '< 27658006 : 411116001 = << 385268001, { [1..3] 127489000 = < 105590001 }',
    '< 91723000 : R 363698007 = < 125605004',
    '<< 125605004 . 363698007',
    '< 64572001 {{ term = "heart att", type = syn }}',
    '< 195967001 /* asthma */ {{ + HISTORY-MIN }}',
  ])('is %s', (text) => expect(isExpressionConstraint(text)).toBe(true));

  it.each([
    '',
    ' ',
    '234234 << 234234',
    '<< ',
    'something',
    '< 404684003 AND',
    'OR < 404684003',
    '(< 404684003',
    '< 404684003)',
    '< 404684003 : { 363698007 = * ',
    '< 404684003 :',
    '404684003 |open',
    '<< << 404684003',
    '< 404684003 < 19829001',
  ])('is not %j', (text) => expect(isExpressionConstraint(text)).toBe(false));

  it('is told of long nonsense at once', () => {
    for (const text of [
      '('.repeat(20_000),
      '|'.repeat(20_001),
      '/*'.repeat(20_000),
      '< 404684003 AND '.repeat(5000),
    ])
      expect(isExpressionConstraint(text)).toBe(false);
  });
});
