/**
 * P1, for every form of the portal, also the next one: it is sent through the one door, which lets no second press through while the first is under way
 * (e2e/once, e2e/each-form try the door), and what is typed into it is a draft, there again after a reload and the way back.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..');
const PAGES = ['portal', 'views'].flatMap((folder) =>
  readdirSync(join(SOURCE, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx'))
    .map((name) => ({
      name: relative(SOURCE, join(SOURCE, folder, name)),
      text: readFileSync(join(SOURCE, folder, name), 'utf8'),
    })),
);

const naming = (pattern: RegExp): string[] =>
  PAGES.filter(({ text }) => pattern.test(text)).map(({ name }) => name.split('/').at(-1) ?? '');

/** Nothing is typed into them, but chosen: what is chosen is the first that is offered. */
const CHOSEN = ['CalendarFeed.tsx', 'HealthCardPage.tsx', 'WaitingList.tsx'];
/** They read a file again, of which a browser keeps no hold. */
const FILES = ['ImportQuestions.tsx', 'ExportQuestions.tsx'];
/** Of who was sent a link: nothing of theirs is kept in this browser. */
const STRANGERS = ['SharedPage.tsx'];

it('what is sent goes through the one door', () => {
  expect(naming(/useMutation/)).toEqual([]);
  const senders = naming(/\bfhir\.(create|update|transact)\(|createOnce\(/);
  expect(senders.length).toBeGreaterThan(2);
  expect(senders.filter((each) => !naming(/\buse(Send|Action|Toggle)[<(]/).includes(each))).toEqual([]);
});

it('what is new carries an identity: no page makes a resource without one', () => {
  expect(naming(/\bfhir\.create\(/)).toEqual([]);
});

it('what is typed is a draft', () => {
  const forms = naming(/<SendForm/);
  expect(forms.length).toBeGreaterThan(20);
  const kept = naming(/\buse(Draft|Changes|FileDraft)[<(]/);
  expect(forms.filter((each) => !kept.includes(each)).toSorted()).toEqual(
    [...CHOSEN, ...FILES, ...STRANGERS].toSorted(),
  );
});
