/** What a filter's text says to a property of another type than text: 1.50 is 1.5, and a moment is the same in every time zone (https://hl7.org/fhir/R4/codesystem.html#properties). */
import { type ConceptProperty, propertyText } from '@wellspring/profiles';

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** A date alone is no moment: of another precision it is another value. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/;

/** Whether the property has that value, by its type. */
export function hasValue(property: ConceptProperty, asked: string): boolean {
  const text = propertyText(property) ?? '';
  const isOf = (...names: readonly string[]): boolean => names.some((name) => name in property);
  if (isOf('valueDecimal', 'valueInteger')) return NUMBER.test(asked) && Number(asked) === Number(text);
  if (isOf('valueDateTime'))
    return MOMENT.test(asked) && MOMENT.test(text) && Date.parse(asked) === Date.parse(text);
  return false;
}

/** How what is kept as text may be spelled that has this value: numbers are kept as JavaScript writes them. */
export const spellings = (asked: string): readonly string[] =>
  NUMBER.test(asked) ? [...new Set([asked, String(Number(asked))])] : [asked];

/** Of a moment the text that is kept may be any of many. */
export const hasManySpellings = (asked: string): boolean => MOMENT.test(asked);
