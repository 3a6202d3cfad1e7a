/**
 * Where a measurement stands among children of the same age and sex, by the published LMS parameters (Cole: value = M·(1 + L·S·z)^(1/L)): WHO's standards to 24 months, CDC's
 * charts from then to 20 years, as CDC recommends for the United States. The numbers are lms.json: WHO's by day and CDC's by month, between which is interpolated.
 * They hold for children born at term: nothing is corrected for an early birth.
 */
import lms from './lms.json' with { type: 'json' };

export type Measure = 'weight' | 'length' | 'bmi' | 'head';
export type Sex = 'male' | 'female';
export type Chart = 'who' | 'cdc';

interface Columns {
  readonly at: readonly number[];
  /** One value, where it is the same at every age. */
  readonly l: readonly number[];
  readonly m: readonly number[];
  readonly s: readonly number[];
}

interface Lms {
  readonly l: number;
  readonly m: number;
  readonly s: number;
}

/** Of a year of 365.25. */
export const DAYS_OF_MONTH = 30.4375;
/** In months; until the second, and with it. */
export const AGES: Readonly<Record<Chart, readonly [from: number, to: number]>> = {
  who: [0, 24],
  cdc: [24, 240],
};
/** What each chart's lines are. */
export const PERCENTILES: Readonly<Record<Chart, readonly number[]>> = {
  who: [3, 15, 50, 85, 97],
  cdc: [5, 25, 50, 75, 95],
};
export const SOURCES: Readonly<Record<Chart, string>> = { who: lms.who.source, cdc: lms.cdc.source };

/** WHO's end where CDC's begin. */
export const chartAt = (months: number): Chart => (months < AGES.cdc[0] ? 'who' : 'cdc');

/** The ages in months that the chart has this measure for. */
export function agesOf(chart: Chart, measure: Measure, sex: Sex): readonly [from: number, to: number] {
  const last = columnsOf(chart, measure, sex).at.at(-1) ?? 0;
  const [from, to] = AGES[chart];
  return [from, chart === 'who' ? to : Math.min(to, last)];
}

const columnsOf = (chart: Chart, measure: Measure, sex: Sex): Columns => lms[chart][measure][sex];

function lmsAt(chart: Chart, measure: Measure, sex: Sex, months: number): Lms | undefined {
  const [from, to] = agesOf(chart, measure, sex);
  if (!(months >= from && months <= to)) return undefined;
  const { at, l, m, s } = columnsOf(chart, measure, sex);
  const age = Math.min(lms[chart].unit === 'day' ? months * DAYS_OF_MONTH : months, at.at(-1) ?? 0);
  const after = Math.max(
    1,
    at.findIndex((each) => each >= age),
  );
  const [low = 0, high = 1] = [at[after - 1], at[after]];
  const part = (age - low) / (high - low);
  const between = (column: readonly number[]): number => {
    const before = column[after - 1] ?? column[0] ?? 1;
    return before + part * ((column[after] ?? column[0] ?? 1) - before);
  };
  return { l: between(l), m: between(m), s: between(s) };
}

const valueFor = ({ l, m, s }: Lms, z: number): number =>
  Math.abs(l) < 1e-6 ? m * Math.exp(s * z) : m * (1 + l * s * z) ** (1 / l);

function scoreOf({ l, m, s }: Lms, value: number): number {
  return Math.abs(l) < 1e-6 ? Math.log(value / m) / s : ((value / m) ** l - 1) / (l * s);
}

/** In kg, cm, kg/m²; undefined at an age that the chart does not have. */
export function valueAt(
  chart: Chart,
  measure: Measure,
  sex: Sex,
  { months, percentile }: { readonly months: number; readonly percentile: number },
): number | undefined {
  const found = lmsAt(chart, measure, sex, months);
  return found && valueFor(found, zOfPercentile(percentile));
}

/** By the chart of that age. WHO's weight and BMI beyond three standard deviations are counted in the distance of the second to the third, as WHO does. */
export function zScore(measure: Measure, sex: Sex, months: number, value: number): number | undefined {
  const chart = chartAt(months);
  const found = lmsAt(chart, measure, sex, months);
  if (!found || !(value > 0)) return undefined;
  const z = scoreOf(found, value);
  if (chart !== 'who' || !(measure === 'weight' || measure === 'bmi') || Math.abs(z) <= 3) return z;
  const side = Math.sign(z);
  const [second, third] = [valueFor(found, 2 * side), valueFor(found, 3 * side)];
  return side * (3 + Math.abs((value - third) / (third - second)));
}

/** Of 100 children so many have less (Abramowitz and Stegun 26.2.17; right to 7 digits). */
export function percentileOf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 100 * (z >= 0 ? 1 - tail : tail);
}

/** Its inverse, by halving. */
function zOfPercentile(percentile: number): number {
  let [low, high] = [-6, 6];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (percentileOf(middle) < percentile) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
