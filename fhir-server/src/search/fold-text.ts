/** Folds text for string search: case, accents and runs of white space don't count (https://hl7.org/fhir/R4/search.html#string). */
const MARKS = /\p{M}+/gu;
const SPACES = /\s+/g;
/** Of ASCII, with single spaces inside: there is nothing else to fold, and most text is so. */
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** Ligatures of whole phrases, of which one character would become eighteen; and marks of trade, which would become letters of the word before them. */
const APART = /[\uFDFA\uFDFB™℠]/g;

export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (PLAIN.test(lower)) return lower;
  return withoutMarks(lower.replace(APART, ' '), 'NFKD').replace(SPACES, ' ').trim();
}

/**
 * Letters without their accents. Marks go before the text is taken apart as well as after: putting many behind one letter in order takes a time that grows with their
 * square, and of what is left over none needs an order.
 */
export const withoutMarks = (text: string, form: 'NFD' | 'NFKD'): string =>
  text.replace(MARKS, '').normalize(form).replace(MARKS, '');
