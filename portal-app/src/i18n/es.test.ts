/** That nothing lacks its Spanish, the compiler says (Text is the type of these keys). Here: that what is there fits. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { articles } from './es/articles.ts';
import { spanishOfDesk } from './es/desk-all.ts';
import { spanish as first } from './es/index.ts';
import { spanishOfPages } from './es/pages.ts';
import { things } from './es/things.ts';

const spanish = { ...first, ...spanishOfPages, ...articles, ...things, ...spanishOfDesk };
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
    expect(
      Object.keys(spanish).filter((text) => !code.includes(`'${text}'`) && !code.includes(`"${text}"`)),
    ).toEqual([]);
  });

  it('stand once, in one file', async () => {
    const seen = new Map<string, string>();
    for (const file of files(join(SOURCE, 'i18n', 'es')).filter(
      (each) => !/(index|pages|desk-all)\.ts$/.test(each),
    )) {
      const part = Object.values((await import(file)) as Record<string, Record<string, string>>)[0] ?? {};
      for (const text of Object.keys(part)) {
        expect(seen.get(text), `${text} is in ${file} too`).toBeUndefined();
        seen.set(text, file);
      }
    }
  });

  it('of the frame and the first page are there before these are drawn: none of them is among those that come with another page', () => {
    const code = atOnce(join(SOURCE, 'portal', 'opened.tsx')).join('\n');
    expect(code).toContain("'Next visit'");
    const late = Object.keys({ ...spanishOfPages, ...articles, ...things }).filter(
      (text) => !ALSO_WORDS.has(text),
    );
    expect(late.filter((text) => code.includes(`'${text}'`) || code.includes(`text="${text}"`))).toEqual([]);
  });

  it('of the desk are none that come with an article of the portal', () => {
    const code = everything(join(SOURCE, 'desk', 'opened.tsx')).join('\n');
    expect(code).toContain("t('Take over')");
    const said = (text: string): boolean => !NAMES.has(text) && code.includes(`'${text}'`);
    expect(Object.keys(articles).filter(said)).toEqual([]);
  });

  it('of the portal are none that only the desk has', () => {
    const code = everything(join(SOURCE, 'portal', 'opened.tsx')).join('\n');
    expect(code).toContain("'Take over into the record'");
    const said = (text: string): boolean => !NAMES.has(text) && code.includes(`'${text}'`);
    expect(Object.keys(spanishOfDesk).filter(said)).toEqual([]);
  });
});

/** In the portal’s code these are names of FHIR and of states. */
const NAMES: ReadonlySet<string> = new Set([
  'Patient',
  'Task',
  'Schedule',
  'free',
  'taken',
  'blocked',
  'refused',
  'failed',
  'changes',
]);

/** As `atOnce`, and all that comes later. */
function everything(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !/\.tsx?$/.test(file) || file.includes(join('i18n', 'es'))) return [];
  seen.add(file);
  const code = readFileSync(file, 'utf8').replaceAll("\\'", "'");
  const imports = [...code.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g)];
  return [code, ...imports.flatMap(([, path = '']) => everything(join(dirname(file), path), seen))];
}

/** These stand in the first page's code as names of addresses, not as texts. */
const ALSO_WORDS: ReadonlySet<string> = new Set([
  'Questionnaire',
  'messages',
  'reports',
  'results',
  'questionnaires',
]);

/** The code of a module and of all that it imports at once. */
function atOnce(file: string, seen = new Set<string>()): string[] {
  // Which words speak of another says nothing of where they are said.
  if (seen.has(file) || !/\.tsx?$/.test(file) || file.endsWith('voice.ts')) return [];
  seen.add(file);
  const code = readFileSync(file, 'utf8').replaceAll("\\'", "'");
  const imports = [...code.matchAll(/^(?:import|export)(?! type)[^;]*?from '(\.[^']+)'/gm)];
  return [code, ...imports.flatMap(([, path = '']) => atOnce(join(dirname(file), path), seen))];
}
