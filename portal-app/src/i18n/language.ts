/** The reader's language: what was chosen on this device, else the browser's, else what their record says. English is in the code; any other comes when it is needed. */
import { useSyncExternalStore } from 'react';
import { CHOSEN, type Language, wishes } from './wished.ts';

export type Dictionary = Readonly<Record<string, string>>;

const NOTHING: Dictionary = {};

let language: Language = 'en';
let dictionary: Dictionary = NOTHING;
/** The app's Spanish texts, fetched when they are needed: what the frame and the first page say, and what the others do. */
let fetchTexts = async (): Promise<Dictionary> => NOTHING;
let fetchPageTexts = fetchTexts;
/** A page other than the first was opened. */
let wantsPageTexts = false;
/** Texts that came later, and stay. */
let further: Dictionary = NOTHING;
const listeners = new Set<() => void>();

/** For Intl: the reader's own kind of the language they read (es-MX, en-GB), so that dates and numbers follow their habits. */
export function locale(): string {
  return (
    wishes().find((tag) => tag.toLowerCase().startsWith(language)) ?? (language === 'es' ? 'es-US' : 'en-US')
  );
}

export const currentDictionary = (): Dictionary => dictionary;

/** Where the texts come from that the app speaks in other languages than English: before the first `speak`. `ofPages`: those that no first page needs. */
export function speakFrom(
  fetcher: () => Promise<Dictionary>,
  ofPages: () => Promise<Dictionary> = async () => NOTHING,
): void {
  fetchTexts = fetcher;
  fetchPageTexts = ofPages;
}

/** Before a page is drawn that is not the first. What can't be fetched is said in English. */
export async function loadPageTexts(): Promise<void> {
  wantsPageTexts = true;
  if (language !== 'en') learnTexts(await fetchPageTexts().catch(() => NOTHING));
}

/** Changes over; rejects, and leaves everything as it was, when the texts can't be fetched. */
export async function speak(next: Language): Promise<void> {
  if (next === language) return;
  dictionary = next === 'es' ? await texts() : NOTHING;
  language = next;
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

async function texts(): Promise<Dictionary> {
  const [first, pages] = await Promise.all([fetchTexts(), wantsPageTexts ? fetchPageTexts() : NOTHING]);
  return { ...first, ...pages, ...further };
}

/** Adds texts of the language that is spoken. */
export function learnTexts(texts: Dictionary): void {
  further = { ...further, ...texts };
  dictionary = { ...dictionary, ...texts };
}

/** As `speak`, and remembered on this device. */
export async function chooseLanguage(next: Language): Promise<void> {
  await speak(next);
  localStorage.setItem(CHOSEN, next);
}

export const useLanguage = (): Language =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => language,
  );
