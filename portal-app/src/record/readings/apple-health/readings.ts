/**
 * Records of the Health app as readings: of the seven kinds, from a day on, in the units of this record. Of what a watch measures all day the middle value of each day, or
 * every value; steps are added up by day. The day of the export is not over: what is made of a whole day is not made of it.
 */
import { t } from '../../../i18n/text.ts';
import { problemsOf } from '../check.ts';
import { FileProblem, type Found, type LineProblem, MOST_ROWS } from '../file.ts';
import type { KindName, Meal } from '../kinds.ts';
import type { Reading } from '../reading.ts';
import { type HealthRecord, PRESSURE } from './export-xml.ts';

export interface Wanted {
  /** YYYY-MM-DD. */
  readonly since: string;
  /** Every value of what is measured all day, and not one a day. */
  readonly every: boolean;
}

const KIND_OF: ReadonlyMap<string, KindName> = new Map([
  [PRESSURE, 'blood-pressure'],
  ['HKQuantityTypeIdentifierHeartRate', 'pulse'],
  ['HKQuantityTypeIdentifierBodyMass', 'weight'],
  ['HKQuantityTypeIdentifierBloodGlucose', 'glucose'],
  ['HKQuantityTypeIdentifierOxygenSaturation', 'oxygen'],
  ['HKQuantityTypeIdentifierBodyTemperature', 'temperature'],
  ['HKQuantityTypeIdentifierStepCount', 'steps'],
]);
const ALL_DAY: ReadonlySet<KindName> = new Set(['pulse', 'oxygen', 'glucose']);

/** By Apple's name of the unit: the UCUM code, and how many of it one is. */
type Conversion = readonly [unit: string, pattern: RegExp, factor: number, offset?: number];
const UNITS: Readonly<Record<KindName, readonly Conversion[]>> = {
  'blood-pressure': [
    ['mm[Hg]', /^mmHg$/, 1],
    ['mm[Hg]', /^cmHg$/, 10],
    ['mm[Hg]', /^kPa$/, 7.500_62],
  ],
  pulse: [
    ['/min', /^count\/min$/, 1],
    ['/min', /^count\/s$/, 60],
  ],
  weight: [
    ['kg', /^kg$/, 1],
    ['kg', /^g$/, 0.001],
    ['[lb_av]', /^lb$/, 1],
    ['[lb_av]', /^st$/, 14],
  ],
  glucose: [
    ['mg/dL', /^mg\/dL$/, 1],
    // "mmol<180.1558800000541>/L": with the molar mass.
    ['mmol/L', /^mmol(<[\d.]+>)?\/L$/, 1],
  ],
  // 0.97 is what it calls 97 %.
  oxygen: [['%', /^%$/, 100]],
  temperature: [
    ['Cel', /^degC$/, 1],
    ['Cel', /^K$/, 1, -273.15],
    ['[degF]', /^degF$/, 1],
  ],
  steps: [['{steps}', /^count$/, 1]],
};

/** So many lines that were not understood are kept. */
const MOST_PROBLEMS = 10_000;
/** So many values of one day are kept to find the middle one; of more, every other. */
const MOST_OF_DAY = 500;

/** Takes records one by one, and gives the readings at the end. */
export class Collector {
  readonly #wanted: Wanted;
  readonly #now: number;
  readonly #readings: Reading[] = [];
  readonly #problems: LineProblem[] = [];
  /** By kind and day. */
  readonly #days = new Map<string, Reading[]>();
  /** By day, then by what counted them. */
  readonly #steps = new Map<string, Map<string, number>>();

  constructor(wanted: Wanted, now = Date.now()) {
    this.#wanted = wanted;
    this.#now = now;
  }

  /** Throws FileProblem: there are more than are taken at once. */
  take(record: HealthRecord): void {
    const kind = KIND_OF.get(record.type);
    const day = record.start.slice(0, 10);
    if (kind === undefined || day < this.#wanted.since) return;
    const reading = readingOf(kind, record);
    const why = typeof reading === 'string' ? reading : Object.values(problemsOf(reading, this.#now))[0];
    if (why !== undefined) this.#refuse(record.line, why);
    else if (typeof reading !== 'string') this.#keep(reading, day, record.source);
  }

  #refuse(line: number, why: string): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ line, why });
  }

  #keep(reading: Reading, day: string, source: string): void {
    const { kind, value } = reading;
    if (kind === 'steps') {
      const sums = entryOf(this.#steps, day, () => new Map<string, number>());
      sums.set(source, (sums.get(source) ?? 0) + value);
    } else if (ALL_DAY.has(kind) && !this.#wanted.every) {
      const list = entryOf(this.#days, `${day} ${kind}`, () => []);
      list.push(reading);
      if (list.length > MOST_OF_DAY) list.splice(0, list.length, ...list.filter((_, i) => i % 2 === 0));
    } else {
      this.#readings.push(reading);
      if (this.#readings.length > MOST_ROWS) throw tooMany();
    }
  }

  /** `unfinished`: the day of the export, YYYY-MM-DD. */
  found(unfinished: string): Found {
    const whole = <T>(byDay: ReadonlyMap<string, T>): [string, T][] =>
      [...byDay].filter(([day]) => day.slice(0, 10) < unfinished);
    const middle = whole(this.#days).map(([, list]) => middleOf(list));
    const steps = whole(this.#steps).map(([day, sums]) => stepsOf(day, sums));
    const readings = [...this.#readings, ...middle, ...steps];
    if (readings.length > MOST_ROWS) throw tooMany();
    return { readings, problems: this.#problems };
  }
}

const tooMany = (): FileProblem =>
  new FileProblem(
    t('These are more than {count} values. Choose a shorter time, or one value a day.', { count: MOST_ROWS }),
  );

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function middleOf(list: readonly Reading[]): Reading {
  const inOrder = list.toSorted((a, b) => a.value - b.value);
  return inOrder[Math.floor((inOrder.length - 1) / 2)] as Reading;
}

/** A phone and a watch count the same steps: those of whichever counted more. */
function stepsOf(day: string, sums: ReadonlyMap<string, number>): Reading {
  const [device, most] = [...sums].reduce((best, each) => (each[1] > best[1] ? each : best));
  return { kind: 'steps', value: Math.round(most), unit: '{steps}', at: day, device };
}

/** In words what is not understood. */
function readingOf(
  kind: KindName,
  { value, lower, unit, start, source, meal }: HealthRecord,
): Reading | string {
  const conversion = UNITS[kind].find(([, pattern]) => pattern.test(unit));
  if (!conversion) return t('“{value}” was not understood.', { value: `${value} ${unit}`.trim() });
  const at = instantOf(start);
  if (at === undefined) return t('The date or the time was not understood.');
  const [own, other] = [value, lower ?? ''].map((each) => amountOf(each, conversion)) as [number, number];
  if (Number.isNaN(own)) return t('“{value}” was not understood.', { value });
  const common = { kind, value: own, unit: conversion[0], at, device: source };
  if (kind === 'steps') return { ...common, at: start.slice(0, 10) };
  if (kind === 'glucose') return { ...common, meal: mealOf(meal) };
  if (kind !== 'blood-pressure') return common;
  if (Number.isNaN(other)) return t('The lower number is missing.');
  return { ...common, lower: other, arm: '' };
}

/** Rounded as devices show it. NaN: no number. */
function amountOf(text: string, [, , factor, offset = 0]: Conversion): number {
  if (!/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text)) return Number.NaN;
  return Math.round((Number(text) * factor + offset) * 10) / 10;
}

function instantOf(start: string): string | undefined {
  const [, day, clock, hours, minutes] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(start) ?? [];
  if (day === undefined) return undefined;
  const instant = new Date(`${day}T${clock}${hours}:${minutes}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

/** HKBloodGlucoseMealTime: 1 before, 2 after a meal. */
function mealOf(said: string | undefined): Meal | undefined {
  if (said === '1' || said?.endsWith('Preprandial')) return 'before';
  return said === '2' || said?.endsWith('Postprandial') ? 'after' : undefined;
}
