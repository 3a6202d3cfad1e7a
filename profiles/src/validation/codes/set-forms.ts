/** Value sets of other standards that R4 requires codes of and can't list: whether a code is of one, its form tells. */
import { isLanguage } from './language-tags.ts';

const MIME = /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+/:-]+|"[^"]*"))*\s*$/;
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

interface SetForm {
  readonly isCode: (code: string) => boolean;
  /** What is said of another code. */
  readonly fault: string;
}

const SET_FORMS: ReadonlyMap<string, SetForm> = new Map([
  [
    'http://hl7.org/fhir/ValueSet/mimetypes',
    { isCode: (code) => MIME.test(code), fault: 'This is no MIME type (BCP 13).' },
  ],
  [
    'http://hl7.org/fhir/ValueSet/all-languages',
    { isCode: isLanguage, fault: 'A language is a tag of BCP 47.' },
  ],
  [
    'http://hl7.org/fhir/ValueSet/currencies',
    { isCode: (code) => currencies.has(code), fault: 'A currency is a code of ISO 4217.' },
  ],
]);

export const isToldByForm = (valueSet: string): boolean => SET_FORMS.has(valueSet);

/** undefined: the code is one of the set, which is one that isToldByForm. */
export function setFormFault(valueSet: string, code: unknown): string | undefined {
  const form = SET_FORMS.get(valueSet);
  return typeof code === 'string' && form && !form.isCode(code) ? form.fault : undefined;
}
