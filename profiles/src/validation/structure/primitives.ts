/** The primitive types of R4: each a test of the JSON value (https://hl7.org/fhir/R4/datatypes.html#primitive). */

/** undefined when the value is fine, else what was expected. */
export type PrimitiveTest = (value: unknown) => string | undefined;

const DATE = /^(\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const TIME_OF_DAY = '([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?';
const ZONE = '(Z|[+-]((0\\d|1[0-3]):[0-5]\\d|14:00))';
const WITH_TIME = new RegExp(`^(\\d{4}-\\d{2}-\\d{2})T${TIME_OF_DAY}${ZONE}$`);
const TIME = new RegExp(`^${TIME_OF_DAY}$`);
const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const CODE = /^[^\s]+(?: [^\s]+)*$/;
const URI = /^\S+$/;
/** R4 (datatypes.html#string): 1024 * 1024 characters. */
const MAX_STRING = 1_048_576;
const OID = /^urn:oid:[0-2](\.(0|[1-9]\d*))+$/;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Of any URI, where RFC 4122 has it in either case. */
const UUID_IN_ANY_CASE = new RegExp(UUID, 'i');
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
// Control characters other than tab, line feed and carriage return have no place in a FHIR string.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

function calendarDate(text: string): boolean {
  if (text.length === 10 && isPlainDay(text)) return true;
  const match = DATE.exec(text);
  if (!match || match[1] === '0000') return false;
  if (!match[5]) return true;
  const [year, month, day] = [Number(match[1]), Number(match[3]), Number(match[5])];
  if (day <= 28) return true;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= ([31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] as number);
}

/** `2024-05-06T07:08:09Z`, with a fraction or an offset: what nearly all times look like, without the cost of an expression. */
function isPlainTime(text: string): boolean {
  if (
    text.length < 20 ||
    text.charCodeAt(10) !== T ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON
  )
    return false;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (!(hour < 24 && minute < 60 && second < 60)) return false;
  let at = 19;
  if (text.charCodeAt(19) === DOT) {
    do at += 1;
    while (isDigit(text.charCodeAt(at)));
    if (at === 20 || at > 29) return false;
  }
  if (text.charCodeAt(at) === Z) return text.length === at + 1;
  const isOffset = text.length === at + 6 && text.charCodeAt(at + 3) === COLON;
  const sign = text.charCodeAt(at);
  return (
    isOffset &&
    (sign === PLUS || sign === MINUS) &&
    twoDigits(text, at + 1) < 14 &&
    twoDigits(text, at + 4) < 60
  );
}

/** `2024-05-06`: days up to the 28th are in every month. */
function isPlainDay(text: string): boolean {
  if (text.charCodeAt(4) !== MINUS || text.charCodeAt(7) !== MINUS) return false;
  const [century, year] = [twoDigits(text, 0), twoDigits(text, 2)];
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)];
  return century > 0 && century < 100 && year < 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

const [T, Z, COLON, DOT, PLUS, MINUS] = [84, 90, 58, 46, 43, 45] as const;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** NaN where they are none. */
function twoDigits(text: string, at: number): number {
  const [a, b] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return isDigit(a) && isDigit(b) ? (a - 48) * 10 + b - 48 : Number.NaN;
}

function withTime(text: string): boolean {
  if (isPlainTime(text) && isPlainDay(text)) return true;
  const match = WITH_TIME.exec(text);
  return match !== null && calendarDate(match[1] as string);
}

const text =
  (test: (value: string) => boolean, expected: string): PrimitiveTest =>
  (value) =>
    typeof value === 'string' && test(value) ? undefined : expected;

const whole =
  (least: number, most: number, expected: string): PrimitiveTest =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? undefined : expected;

const isText = (value: string): boolean =>
  value.length > 0 &&
  value.length <= MAX_STRING &&
  !CONTROL.test(value) &&
  (value.charCodeAt(0) > 32 || value.trim().length > 0);

/** Printable ASCII without a space: what nearly all codes, ids and URLs are. */
function isPlainWord(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code <= 32 || code >= 127) return false;
  }
  return value.length > 0;
}

/** A URI of these two kinds holds an OID or a UUID (https://hl7.org/fhir/R4/datatypes.html#uri). */
function isWholeUrn(value: string): boolean {
  if (value.charCodeAt(0) !== SMALL_U) return true;
  if (value.startsWith('urn:oid:')) return OID.test(value);
  return !value.startsWith('urn:uuid:') || UUID_IN_ANY_CASE.test(value);
}

const SMALL_U = 117;

const isUri = (value: string): boolean => (isPlainWord(value) || URI.test(value)) && isWholeUrn(value);

/** A URL has none; nearly all references are looked through without the cost of an expression. */
export const hasBlank = (url: string): boolean => !isPlainWord(url) && /\s/.test(url);

/** In the words of whoever meets one, so that it is told once. */
export const BLANK_IN_REFERENCE = 'A reference is a URL: it has no blanks.';

/** "Any string value that does not contain spaces" (https://hl7.org/fhir/R4/element-definitions.html#Element.id). */
export const isElementId = (id: unknown): boolean => typeof id !== 'string' || !/\s/.test(id);

const MOST = 2_147_483_647;

export const primitiveTests: Readonly<Record<string, PrimitiveTest>> = {
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  integer: whole(-MOST - 1, MOST, 'a whole number of 32 bits'),
  unsignedInt: whole(0, MOST, 'a whole number, 0 or more'),
  positiveInt: whole(1, MOST, 'a whole number, 1 or more'),
  decimal: (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number'),
  string: text(isText, 'a string that is not empty, of 1 MiB at most'),
  markdown: text(isText, 'a string that is not empty, of 1 MiB at most'),
  code: text(
    (value) => isPlainWord(value) || CODE.test(value),
    'a code: no spaces at the ends, single ones inside',
  ),
  id: text((value) => ID.test(value), 'an id: 1 to 64 letters, digits, - and .'),
  uri: text(isUri, 'a URI without spaces, and of urn:oid: or urn:uuid: a whole one'),
  url: text(isUri, 'a URL without spaces, and of urn:oid: or urn:uuid: a whole one'),
  canonical: text(isUri, 'a canonical URL without spaces, and of urn:oid: or urn:uuid: a whole one'),
  oid: text((value) => OID.test(value), 'an OID (urn:oid:…)'),
  uuid: text((value) => UUID.test(value), 'a UUID (urn:uuid:…, in small letters)'),
  date: text(calendarDate, 'a date that exists: YYYY, YYYY-MM or YYYY-MM-DD'),
  dateTime: text(
    (value) => (value.length > 10 ? withTime(value) : calendarDate(value)),
    'a date, or a date and time with a time zone',
  ),
  instant: text(withTime, 'an instant: date, time with seconds, and time zone'),
  time: text((value) => TIME.test(value), 'a time of day: hh:mm:ss'),
  base64Binary: text((value) => isBase64(value), 'base64'),
  xhtml: text((value) => value.length > 0, 'XHTML'),
};

function isBase64(value: string): boolean {
  const packed = /\s/.test(value) ? value.replace(/\s+/g, '') : value;
  return packed.length > 0 && packed.length % 4 === 0 && BASE64.test(packed);
}
