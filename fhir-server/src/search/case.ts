/**
 * Upper and lower case in tokens: where nothing says otherwise they match in any case (https://hl7.org/fhir/R4/search.html#token). The entry of a code with capitals has a
 * second one beside it in lower case, and that is what is asked for. What is indexed follows a fixed rule, whatever is loaded: index and search must agree for ever. A code
 * system that is known to be case-sensitive decides when it is searched (types/code-sets.ts).
 */

const UCUM = 'http://unitsofmeasure.org';
/** FHIR's own systems and HL7's version 3 say that case counts; the tables of version 2 say that it does not. */
const SENSITIVE = /^http:\/\/(?:hl7\.org\/fhir\/|terminology\.hl7\.org\/CodeSystem\/(?!v2-))/;

/** Holds the lower-case entries of systems whose case counts: they are found where no system was named, and only there. */
export const CASELESS = '~caseless';

export const isCaseSensitive = (system: string): boolean => system === UCUM || SENSITIVE.test(system);

/** The further entry of a code; undefined where it has no capitals. */
export function caselessEntry(system: string, code: string): { system: string; code: string } | undefined {
  const lower = code.toLowerCase();
  if (lower === code) return undefined;
  return { system: isCaseSensitive(system) ? CASELESS : system, code: lower };
}

/** Whether a code has another case at all, and the rule leaves open which one counts. */
export const isCaseOpen = (system: string, code: string): boolean =>
  system !== '' && !isCaseSensitive(system) && code.toLowerCase() !== code.toUpperCase();

/** How a code is asked for; `system` undefined: of any system. */
export const askedCode = (system: string | undefined, code: string): string =>
  system !== undefined && isCaseSensitive(system) ? code : code.toLowerCase();
