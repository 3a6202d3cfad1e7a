/** A query or a form as text → its parameters, in the order given. */
import { invalid } from '@wellspring/profiles';

const MOST = 1000;

/** Errors: 400 for a `%` that begins no escape, and for escapes that are no UTF-8. */
export function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('The URL has a % that begins no escape: a % itself is %25.');
  }
}

/** Errors: 400 for what is no escape, and for more parameters than any request has, before they are read. */
export function queryParameters(text: string): [string, string][] {
  if (text.includes('%')) decodedText(text);
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    count += 1;
    if (count > MOST) throw invalid(`A query may have ${MOST} parameters at most.`);
  }
  const parameters = [...new URLSearchParams(text)];
  if (!text.includes('+')) return parameters;
  return parameters.map(([name, value]) => [name, value.replace(TIME_AND_ZONE, '$1+$2')]);
}

/** A `+` before a zone that was not escaped came as a space, and can have been nothing else there: in any parameter, and in the links that repeat it. */
const TIME_AND_ZONE = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:\d{2})(?![\d:])/g;

const written = new WeakMap<object, string>();

/** The parameters as text, as forms write it; kept with the list, which is not to be changed. */
export function queryText(parameters: readonly (readonly [string, string])[]): string {
  const known = written.get(parameters);
  if (known !== undefined) return known;
  const text = new URLSearchParams(parameters as [string, string][]).toString();
  written.set(parameters, text);
  return text;
}

/** More than there are types, or elements of one. */
const MOST_ITEMS = 200;

/** What stands between commas, and is something. Errors: 400 for more items than there are things to name. */
export function listOf(name: string, text: string, most = MOST_ITEMS): string[] {
  const items = text.split(',', most + 1);
  if (items.length > most) throw invalid(`'${name}' takes ${most} items at most.`);
  return items.filter((item) => item !== '');
}

const ELEMENT = /^(?:[A-Z][A-Za-z]+\.)?[a-z]\w*(?:\[x\])?$/;

/** Whether it names an element at the root of resources: `name`, `value[x]`, or, of one type alone, `Patient.name`. */
export const isRootElement = (text: string): boolean => ELEMENT.test(text);

/** `_elements` (https://hl7.org/fhir/R4/search.html#elements). */
export const elementsOf = (text: string): string[] =>
  [...new Set(listOf('_elements', text).map((each) => each.trim()))].filter(isRootElement);
