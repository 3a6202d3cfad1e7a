/** Folds text for string search: case, accents and runs of white space don't count (https://hl7.org/fhir/R4/search.html#string). */
const MARKS = /\p{M}+/gu;
const SPACES = /\s+/g;
/** Of ASCII, with single spaces inside: there is nothing else to fold, and most text is so. */
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** Ligatures of whole phrases, of which one character would become eighteen; and marks of trade, which would become letters of the word before them. */
const APART = /[\uFDFA\uFDFB™℠]/g;

/** Letters that Unicode takes for ones of their own, as whoever has no key for them writes them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (PLAIN.test(lower)) return lower;
  return withoutMarks(lower.replace(APART, ' '), 'NFKD')
    .replace(LETTER, (letter) => LETTERS[letter] as string)
    .replace(SPACES, ' ')
    .trim();
}

/** Vowels that are written as two where there is no key for them: Sørensen is Soerensen, Müller is Mueller. */
const TWO: Readonly<Record<string, string>> = {
  ø: 'oe',
  ö: 'oe',
  ä: 'ae',
  ü: 'ue',
  å: 'aa',
  o: 'oe',
  a: 'ae',
  u: 'ue',
};
const VOWEL = /[øöäüå]|[oau]\u0308|a\u030a/g;

/** The text folded, but with two letters for each such vowel; undefined where it has none. */
export function spelledOut(text: string): string | undefined {
  const lower = text.toLowerCase();
  const spelled = lower.replace(VOWEL, (vowel) =>
    vowel.endsWith('\u030a') ? 'aa' : (TWO[vowel[0] as string] as string),
  );
  return spelled === lower ? undefined : foldText(spelled);
}

/** Whether a folded text may be one that was spelled out. */
export const mayBeSpelledOut = (folded: string): boolean => /oe|ae|ue|aa/.test(folded);

/** Marks in such number that putting them in order would take long: no text of a language. */
const MANY_MARKS = /\p{M}{30}/u;
const ASCII = /^[\0-\x7f]*$/;

/** The text as it is, whichever way its letters with marks were put together: NFC. */
export const composed = (text: string): string =>
  ASCII.test(text) || MANY_MARKS.test(text) ? text : text.normalize('NFC');

/**
 * Letters without their accents. Marks go before the text is taken apart as well as after: putting many behind one letter in order takes a time that grows with their
 * square, and of what is left over none needs an order.
 */
export const withoutMarks = (text: string, form: 'NFD' | 'NFKD'): string =>
  text.replace(MARKS, '').normalize(form).replace(MARKS, '');
