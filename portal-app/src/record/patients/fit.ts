/** What somebody typed to find a patient, and how well a Patient fits it. */
import type { Patient } from '@medplum/fhirtypes';

export interface Asked {
  /** What may be names: small letters, without accents. */
  readonly words: readonly string[];
  /** Birth dates that may be meant: YYYY, YYYY-MM or YYYY-MM-DD. */
  readonly days: readonly string[];
  /** Of a record number or a telephone number. */
  readonly digits: string;
  /** As it was typed. */
  readonly whole: string;
}

const DATE = /(?<!\d)(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))(?!\d)/;
/** Alone, four digits may be the end of a telephone number too. */
const YEAR = /^(19|20)\d\d$/;

export function askedOf(text: string): Asked {
  const whole = text.trim();
  const date = DATE.exec(whole);
  const named = date ? undefined : dayInWords(whole);
  const rest = whole.replace(date?.[0] ?? named?.words ?? '', ' ');
  const pieces = folded(rest)
    .split(/[\s,;]+/)
    .filter(Boolean);
  const words = pieces.filter((piece) => /\p{L}/u.test(piece));
  const year = pieces.find((piece) => YEAR.test(piece));
  const digits = words.length > 0 ? '' : rest.replaceAll(/\D/g, '');
  return {
    words,
    days: date ? daysOf(date) : named ? named.days : year === undefined ? [] : [year],
    digits,
    whole,
  };
}

/** 3/4/1971 is the third of April to some and the fourth of March to others: both, where both are dates. */
function daysOf([, year, month, day, first, second, lastYear]: RegExpExecArray): readonly string[] {
  const written =
    year === undefined
      ? [
          [lastYear, first, second],
          [lastYear, second, first],
        ]
      : [[year, month, day]];
  const days = written.map(([y, m = '', d = '']) => `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`);
  return [...new Set(days)].filter(isDay);
}

/** As English and Spanish begin the names of months. */
const MONTHS = [
  'jan ene',
  'feb',
  'mar',
  'apr abr',
  'may',
  'jun',
  'jul',
  'aug ago',
  'sep',
  'oct',
  'nov',
  'dec dic',
];
const MONTH = `(${MONTHS.join('|').replaceAll(' ', '|')})\\p{L}*\\.?`;
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?\\.?';
/** Apr 18 1971, 18 April 1971, 18 de abril de 1971, Apr 1971. */
const IN_WORDS = new RegExp(
  `(?<![\\p{L}\\d])(?:${DAY}\\s+(?:de\\s+)?${MONTH}|${MONTH}(?:\\s+${DAY})?),?\\s+(?:de\\s+)?(\\d{4})(?!\\d)`,
  'iu',
);

function dayInWords(text: string): { readonly words: string; readonly days: readonly string[] } | undefined {
  const found = IN_WORDS.exec(text);
  if (!found) return undefined;
  const [words, before, monthAfter, monthFirst, after, year] = found;
  const name = (monthAfter ?? monthFirst ?? '').toLowerCase();
  const month = String(MONTHS.findIndex((each) => each.split(' ').includes(name)) + 1).padStart(2, '0');
  const day = before ?? after;
  if (day === undefined) return { words, days: [`${year}-${month}`] };
  return { words, days: [`${year}-${month}-${day.padStart(2, '0')}`].filter(isDay) };
}

const isDay = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

export const folded = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .trim();

/** 0: does not fit; 1: each word is a name, whole; between: beginnings of names, and slips. */
export function fitOf(patient: Patient, asked: Asked): number {
  const { words, days, digits, whole } = asked;
  const byNumber = numberFit(patient, digits, whole);
  if (words.length === 0 && days.length === 0) return byNumber;
  const isBornThen = days.length === 0 || days.some((day) => patient.birthDate?.startsWith(day));
  const names = namesOf(patient);
  const fits = words.map((word) => Math.max(0, ...names.map((name) => wordFit(word, name))));
  const byName = isBornThen ? Math.min(1, ...fits) : 0;
  return Math.max(byNumber, byName);
}

function namesOf({ name = [] }: Patient): readonly string[] {
  const texts = name.flatMap(({ text, family, given = [] }) => [text, family, ...given]);
  return texts.flatMap((text) => (text === undefined ? [] : [folded(text), ...folded(text).split(/[\s-]+/)]));
}

function numberFit({ identifier = [], telecom = [] }: Patient, digits: string, whole: string): number {
  if (identifier.some(({ value }) => value?.toLowerCase() === whole.toLowerCase())) return 1;
  if (digits.length < 4) return 0;
  const numbers = [...identifier, ...telecom].map(({ value }) => value?.replaceAll(/\D/g, '') ?? '');
  if (numbers.some((each) => each === digits || each.endsWith(digits))) return 1;
  return numbers.some((each) => each.includes(digits)) ? 0.9 : 0;
}

/** One slip in a word of four letters, two in one of eight. */
function wordFit(word: string, name: string): number {
  if (name === word) return 1;
  if (name.startsWith(word)) return 0.95;
  const allowed = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
  if (allowed === 0) return 0;
  const ends = [name.length, word.length - 1, word.length, word.length + 1];
  const slips = Math.min(...ends.map((end) => distance(word, name.slice(0, end), allowed)));
  return slips > allowed ? 0 : 0.8 - 0.1 * slips;
}

/** Letters to change, add, leave out or swap with their neighbour (optimal string alignment); more than `most` is not told apart. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] as number) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] as number;
}
