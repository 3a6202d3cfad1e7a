/**
 * Words that are looked for, by the entry of the history that they belong to. They may tell of somebody's health: the entry has but a random name for them, which
 * goes along over a sign-in (a reload is one), and the words are kept as drafts are, sealed, for whoever looked for them.
 */
import { draftOf, keepDraft } from './drafts.ts';

export const wordsOf = (entry: string | undefined): string =>
  entry === undefined ? '' : (draftOf<string>(entry) ?? '');

/** The name under which they are kept. */
export function keepWords(entry: string | undefined, words: string): string {
  const name = entry ?? `looked for ${crypto.randomUUID()}`;
  keepDraft(name, words === '' ? undefined : words);
  return name;
}
