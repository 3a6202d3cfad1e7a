/** Which language a reader wishes for, before anything is said. */
export type Language = 'en' | 'es';

export const CHOSEN = 'wellspring.language';

export const wishes = (): readonly string[] =>
  typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);

/** Chosen by hand on this device; it goes before everything else. */
export function chosenLanguage(): Language | undefined {
  const chosen = localStorage.getItem(CHOSEN);
  return chosen === 'en' || chosen === 'es' ? chosen : undefined;
}

/** The first language of the browser's list that we speak; undefined where we speak none of them. */
export function browserLanguage(): Language | undefined {
  const first = wishes().find((tag) => /^(en|es)\b/i.test(tag));
  if (first === undefined) return undefined;
  return first.toLowerCase().startsWith('es') ? 'es' : 'en';
}

/** Where nothing is known, English. */
export const wishedLanguage = (): Language => chosenLanguage() ?? browserLanguage() ?? 'en';
