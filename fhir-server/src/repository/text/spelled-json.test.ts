/** Numbers keep their spelling through JSON.parse and JSON.stringify, and nothing else becomes JSON that is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, stringifyJson } from './resource-text.ts';

const number = fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,18})?([eE][+-]?\d{1,2})?$/);
const text = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    number,
    fc.oneof(fc.string(), number).map((each) => JSON.stringify(each)),
    fc.constantFrom('true', 'null'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value')).map((items) => `[${items.join(',')}]`),
  object: fc
    .dictionary(
      fc.string().filter((name) => !/^\d+$/.test(name)),
      tie('value'),
    )
    .map(
      (members) =>
        `{${Object.entries(members)
          .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
          .join(',')}}`,
    ),
})).value;

describe('numbers', () => {
  it('are what JSON.parse makes of them, and are written as they came', () => {
    fc.assert(
      fc.property(text, (json) => {
        const value = parseJson(json);
        expect(value).toEqual(JSON.parse(json));
        if (typeof value === 'object') expect(stringifyJson(value)).toBe(json);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '{1.10:1}',
    '{"a":{1.10:1}}',
    '[1.10.0]',
    '[01.0]',
    '[-]',
    '[1.10"a"]',
    '["a"1.10]',
    '[1.10-0.0]',
  ])('make no JSON of %s', (json) => {
    const told = (parse: (text: string) => unknown): string => {
      try {
        return JSON.stringify(parse(json));
      } catch (error) {
        return String(error);
      }
    };
    expect(told(parseJson)).toBe(told(JSON.parse));
    expect(told(parseJson)).toMatch(/^SyntaxError/);
  });

  it('of names that JavaScript treats otherwise keep theirs, too', () => {
    for (const json of ['{"1":2.50,"a":1.10}', '{"__proto__":1.10,"constructor":2.0}', '{"a":1.10,"a":2.20}'])
      expect(JSON.parse(stringifyJson(parseJson(json)))).toEqual(JSON.parse(json));
    expect(stringifyJson(parseJson('{"__proto__":1.10,"constructor":{"__proto__":{"b":2.0}}}'))).toBe(
      '{"__proto__":1.10,"constructor":{"__proto__":{"b":2.0}}}',
    );
  });
});
