/** The forms that code systems give their codes, of those that are not held here: what has another form is no code of the system. */
import { terminology } from '../../terminology/definitions.ts';
import { isLanguage } from './language-tags.ts';
import { SNOMED_CT } from './snomed.ts';
import { isSnomedId } from './snomed-ids.ts';

const COUNTRIES = 'urn:iso:std:iso:3166';

const FORMS: Readonly<Record<string, (code: string) => boolean>> = {
  // A code may be an expression as well: of that nothing is said.
  [SNOMED_CT]: (code) => !/^\w+$/.test(code) || isSnomedId(code),
  'http://loinc.org': isLoinc,
  'http://www.nlm.nih.gov/research/umls/rxnorm': (code) => /^\d{1,9}$/.test(code),
  [COUNTRIES]: isCountry,
  'urn:iso:std:iso:3166:-2': (code) => /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code),
  'http://unstats.un.org/unsd/methods/m49/m49.htm': (code) => /^\d{3}$/.test(code),
  'urn:iso:std:iso:4217': (code) => /^[A-Z]{3}$/.test(code),
  'urn:ietf:bcp:47': isLanguage,
};

/** True as well of systems whose form is not known. */
export function hasForm(system: unknown, code: unknown): boolean {
  if (typeof system !== 'string' || typeof code !== 'string') return true;
  const form = Object.hasOwn(FORMS, system) ? FORMS[system] : undefined;
  return form === undefined || form(code);
}

/** Terms have a check digit (LOINC Users' Guide: Luhn's); parts, answers and lists of them have letters before. */
function isLoinc(code: string): boolean {
  if (!/^\d{1,7}-\d$/.test(code)) return /^[A-Z]{1,4}\d+-\d$/.test(code);
  let sum = 0;
  [...code.replace('-', '')].reverse().forEach((digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

/** Of two letters it is one that R4 lists, or one that ISO leaves to its users. */
function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code)) return /^(?:[A-Z]{3}|\d{3})$/.test(code);
  return /^(?:AA|Q[M-Z]|X[A-Z]|ZZ)$/.test(code) || countries().has(code);
}

let names: ReadonlyMap<string, string> | undefined;

/** The names of the countries of ISO 3166 by their codes, as R4 lists them. */
function countries(): ReadonlyMap<string, string> {
  names ??= new Map(
    (terminology().expand('http://hl7.org/fhir/ValueSet/iso3166-1-2') ?? []).map(({ code, display }) => [
      code,
      display ?? '',
    ]),
  );
  return names;
}

/** Whether a display is the name of another code than its own. */
export function namesAnother(system: string, code: string, display: string): boolean {
  if (system !== COUNTRIES || !countries().has(code)) return false;
  const own = countries().get(code)?.toLowerCase();
  const said = display.trim().toLowerCase();
  return own !== said && [...countries().values()].some((name) => name.toLowerCase() === said);
}
