/** WCAG 2.4.3, for every button of both apps, also the next one: what was pressed keeps the focus while it can't be pressed again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..');
const PAGES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => ({ name, text: readFileSync(join(SOURCE, name), 'utf8') }));

const naming = (pattern: RegExp): string[] =>
  PAGES.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

it('nothing is `disabled`: while it is under way, a button is one that can’t be pressed', () => {
  expect(naming(/\bisOff=\{/).length).toBeGreaterThan(15);
  expect(naming(/(?<![-\w])disabled(=|\s*[/>])/)).toEqual([]);
});
