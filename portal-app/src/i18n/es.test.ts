/** That nothing lacks its Spanish, the compiler says (Text is the type of these keys). Here: that what is there fits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { articles } from './es/articles.ts';
import { desk } from './es/desk.ts';
import { spanish as pages } from './es/index.ts';

const spanish = { ...pages, ...articles, ...desk };
const SOURCE = join(import.meta.dirname, '..');
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe('the Spanish texts', () => {
  it('have the placeholders of the English ones, and are not empty', () => {
    for (const [english, text] of Object.entries(spanish)) {
      expect(placeholders(text), english).toEqual(placeholders(english));
      expect(text.trim(), english).not.toBe('');
    }
  });

  it('are each of a text that the pages use', () => {
    const code = files(SOURCE)
      .filter((file) => !file.includes(join('i18n', 'es')))
      .map((file) => readFileSync(file, 'utf8').replaceAll("\\'", "'"))
      .join('\n');
    expect(Object.keys(spanish).filter((text) => !code.includes(`'${text}'`))).toEqual([]);
  });

  it('stand once, in one file', async () => {
    const seen = new Map<string, string>();
    for (const file of files(join(SOURCE, 'i18n', 'es')).filter((each) => !each.endsWith('index.ts'))) {
      const part = Object.values((await import(file)) as Record<string, Record<string, string>>)[0] ?? {};
      for (const text of Object.keys(part)) {
        expect(seen.get(text), `${text} is in ${file} too`).toBeUndefined();
        seen.set(text, file);
      }
    }
  });
});
