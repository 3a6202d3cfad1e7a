import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indented } from './indented.ts';

it('is laid out as JSON.stringify does it, however it came', () =>
  fc.assert(
    fc.asyncProperty(fc.json(), fc.boolean(), async (text, isLaidOut) => {
      const value = JSON.parse(text);
      const given = isLaidOut ? JSON.stringify(value, undefined, '\t') : JSON.stringify(value);
      expect(await indented(given)).toBe(JSON.stringify(value, undefined, 2));
    }),
  ));

it('keeps the digits of numbers', async () => {
  expect(await indented('{"a":[1.10,-0.0,1e2],"b":"1,2:{\\"3\\"}"}')).toBe(
    '{\n  "a": [\n    1.10,\n    -0.0,\n    1e2\n  ],\n  "b": "1,2:{\\"3\\"}"\n}',
  );
});
