import { expect, it } from 'vitest';
import { spanish } from './spanish.ts';

it('no sentence begins with the name of an app: the clinic’s own are written small within one', () => {
  const all = Object.entries(spanish).flat();
  expect(all.filter((text) => /^\{app\} /.test(text))).toEqual([]);
});
