/** Folds text for string search: case, accents and runs of white space don't count (https://hl7.org/fhir/R4/search.html#string). */
const MARKS = /\p{M}+/gu;
const SPACES = /\s+/g;
/** Of ASCII, with single spaces inside: there is nothing else to fold, and most text is so. */
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (PLAIN.test(lower)) return lower;
  return lower.normalize('NFKD').replace(MARKS, '').replace(SPACES, ' ').trim();
}
