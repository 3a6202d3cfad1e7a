/** A point of a growth chart in words: what was measured, and among how many children of this age and sex it stands. */
import { locale } from '../../i18n/language.ts';
import { type Text, t } from '../../i18n/text.ts';
import type { Point } from './growth.ts';
import type { Measure, Sex } from './standard.ts';

export type Units = 'metric' | 'us';

const POUNDS = 1 / 0.45359237;
const INCHES = 1 / 2.54;
const IN_US: Readonly<Record<Measure, readonly [factor: number, unit: string]>> = {
  weight: [POUNDS, 'lb'],
  length: [INCHES, 'in'],
  bmi: [1, 'kg/m²'],
  head: [INCHES, 'in'],
};
const METRIC: Readonly<Record<Measure, string>> = { weight: 'kg', length: 'cm', bmi: 'kg/m²', head: 'cm' };

export const inUnits = (measure: Measure, units: Units, value: number): number =>
  units === 'us' ? value * IN_US[measure][0] : value;

export const unitName = (measure: Measure, units: Units): string =>
  units === 'us' ? IN_US[measure][1] : METRIC[measure];

/** One digit after the point, in the reader's spelling. */
const digits = (value: number): string =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value);

export const measuredText = (measure: Measure, units: Units, value: number): string =>
  `${digits(inUnits(measure, units, value))}\u00a0${unitName(measure, units)}`;

const MONTHS_OF_YEAR = 12;

/** "4 days", "4 months", "2 years, 3 months" */
export function ageText({ months, days }: Point['age']): string {
  const unit = (count: number, name: 'day' | 'month' | 'year'): string =>
    new Intl.NumberFormat(locale(), { style: 'unit', unit: name, unitDisplay: 'long' }).format(count);
  if (months < 1) return unit(days, 'day');
  if (months < 2 * MONTHS_OF_YEAR) return unit(months, 'month');
  const [years, rest] = [Math.floor(months / MONTHS_OF_YEAR), months % MONTHS_OF_YEAR];
  return rest === 0 ? unit(years, 'year') : `${unit(years, 'year')}, ${unit(rest, 'month')}`;
}

const MOST = 97;
const LEAST = 3;

/** As a number of 100 children: "3" to "97", beyond them "<3" and ">97". */
export function percentileText(percentile: number | undefined): string {
  if (percentile === undefined) return '–';
  if (percentile > MOST) return `>${MOST}`;
  if (percentile < LEAST) return `<${LEAST}`;
  return String(Math.round(percentile));
}

export const zText = (z: number | undefined): string =>
  z === undefined
    ? '–'
    : new Intl.NumberFormat(locale(), {
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
        signDisplay: 'exceptZero',
      }).format(z);

const SENTENCES: Readonly<Record<Measure, Readonly<Record<Sex, Text>>>> = {
  length: {
    female: 'Taller than {count} of 100 girls of this age.',
    male: 'Taller than {count} of 100 boys of this age.',
  },
  weight: {
    female: 'Heavier than {count} of 100 girls of this age.',
    male: 'Heavier than {count} of 100 boys of this age.',
  },
  bmi: {
    female: 'A higher body mass index than {count} of 100 girls of this age.',
    male: 'A higher body mass index than {count} of 100 boys of this age.',
  },
  head: {
    female: 'A larger head than {count} of 100 girls of this age.',
    male: 'A larger head than {count} of 100 boys of this age.',
  },
};

/** "Taller than about 60 of 100 girls of this age."; undefined where no chart says it. */
export function standsWords(measure: Measure, sex: Sex, { percentile }: Point): string | undefined {
  if (percentile === undefined) return undefined;
  const count =
    percentile > MOST
      ? t('more than {number}', { number: MOST })
      : percentile < LEAST
        ? t('fewer than {number}', { number: LEAST })
        : t('about {number}', { number: Math.round(percentile) });
  return t(SENTENCES[measure][sex], { count });
}
