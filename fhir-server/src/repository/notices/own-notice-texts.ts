/**
 * A clinic's own words for notices, kept at its Organization: extension `urn:wellspring:notice-text` with `kind` (code), `language` (`en`, `es`) and `text`. They say that there
 * is something, as the standard ones do: nothing of a patient or of a record can be put into them, for there are no other placeholders than the clinic's. What can't be used is
 * left, and the standard text is sent.
 */
export type Language = 'en' | 'es';

/** Those a clinic may say in its own words; and the test that a patient asks for. */
export const OWN_KINDS = [
  'message',
  'result',
  'visit',
  'refill',
  'reminder',
  'offer',
  'form',
  'contact',
  'age',
] as const;
export type NoticeKind = (typeof OWN_KINDS)[number] | 'test';
export const LANGUAGES: readonly Language[] = ['en', 'es'];

export const NOTICE_TEXT = 'urn:wellspring:notice-text';
/** It is the subject of a mail and the most of a text message. */
const MOST = 160;
/** What programs that show mails and messages make a link of: a name with a dot in it needs no scheme. */
const ADDRESS = /:\/\/|@|[\p{L}\p{N}}-][.。]\p{L}{2,}/u;
const PLACEHOLDER = /\{(clinic|phone)\}/g;

export const textKey = (kind: string, language: string): string => `${language} ${kind}`;

/** Why a text can't be used, in one line; undefined: it can. */
export function textFault(text: string): string | undefined {
  if (text.trim() === '') return 'There is nothing in it.';
  if (text.length > MOST) return `It is longer than ${MOST} characters.`;
  if (/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u.test(text)) return 'It is one line, without control characters.';
  if (/[{}]/.test(text.replaceAll(PLACEHOLDER, '')))
    return 'There are no placeholders but {clinic} and {phone}.';
  if (ADDRESS.test(text.normalize('NFKC')))
    return 'It has no address of a page or of mail: the portal’s stands below it. After a full stop comes a space.';
  return undefined;
}

interface Extension {
  readonly url?: string;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly extension?: readonly Extension[];
}

/** `extension`: of the Organization. */
export function ownTexts(extension: unknown): ReadonlyMap<string, string> {
  const all = Array.isArray(extension) ? (extension as readonly Extension[]) : [];
  return new Map(
    all.flatMap(({ url, extension: parts = [] }): [string, string][] => {
      if (url !== NOTICE_TEXT) return [];
      const part = (name: string): Extension | undefined => parts.find((each) => each.url === name);
      const [kind, language] = [part('kind')?.valueCode, part('language')?.valueCode];
      const text = part('text')?.valueString;
      const isKnown = OWN_KINDS.some((each) => each === kind) && LANGUAGES.some((each) => each === language);
      if (!isKnown || text === undefined || textFault(text) !== undefined) return [];
      return [[textKey(String(kind), String(language)), text]];
    }),
  );
}

/** undefined where it speaks of a number that the clinic does not have. */
export function filled(
  text: string,
  { name, phone }: { readonly name: string; readonly phone: string | undefined },
): string | undefined {
  if (text.includes('{phone}') && phone === undefined) return undefined;
  return text.replaceAll(PLACEHOLDER, (_, which: string) => (which === 'phone' ? (phone ?? '') : name));
}
