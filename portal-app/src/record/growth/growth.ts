/** A child's measurements as points of growth charts: weight, length or height, body mass index and head, by age. */
import type { Observation, Patient, Quantity } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { dayNamed } from '../../format/date.ts';
import { dateOf } from '../../format/observation.ts';
import { valueIn } from '../../format/quantity.ts';
import { type Fhir, isWithdrawn } from '../../smart/fhir.ts';
import { DAYS_OF_MONTH, type Measure, percentileOf, type Sex, zScore } from './standard.ts';

export interface Child {
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly sex: Sex;
}

export interface Point {
  /** As the record has it. */
  readonly date: string;
  readonly months: number;
  /** The same as people count it: birthdays. */
  readonly age: { readonly months: number; readonly days: number };
  /** In kg, cm, kg/m². */
  readonly value: number;
  /** undefined: at an age that the chart does not have. */
  readonly z: number | undefined;
  readonly percentile: number | undefined;
}

export type Growth = Readonly<Record<Measure, readonly Point[]>>;

/** LOINC. What is asked for weight at birth is a weight too. */
const CODES: Readonly<Record<Measure, readonly string[]>> = {
  weight: ['29463-7', '3141-9', '3142-7', '8339-4', '8340-2', '8335-2'],
  length: ['8302-2', '8306-3', '8305-5', '8308-9', '3137-7', '3138-5', '89269-5'],
  bmi: ['39156-5', '89270-3'],
  head: ['9843-4', '8287-5', '11984-2'],
};
const UNITS: Readonly<Record<Measure, string>> = { weight: 'kg', length: 'cm', bmi: 'kg/m2', head: 'cm' };
const UCUM = 'http://unitsofmeasure.org';
const BIRTH_SEX = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex';
const UNTIL_YEARS = 20;
const MOST_PAGES = 10;

export const unitOf = (measure: Measure): Quantity => ({
  system: UCUM,
  code: UNITS[measure],
  unit: UNITS[measure],
});

/** undefined: the birth date is not whole, or there is no sex that charts are made for. */
export function childOf({ birthDate, gender, extension = [] }: Patient): Child | undefined {
  const atBirth = extension.find(({ url }) => url === BIRTH_SEX)?.valueCode;
  const sex = atBirth === 'M' ? 'male' : atBirth === 'F' ? 'female' : gender;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate ?? '') || (sex !== 'male' && sex !== 'female')) return undefined;
  return { birthDate: birthDate as string, sex };
}

export const growthQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['growth', fhir.patient], queryFn: () => read(fhir) });

/** Rejects where a part can't be read: a curve with holes says something else. */
async function read(fhir: Fhir): Promise<readonly Observation[]> {
  let page = await fhir.search<Observation>('Observation', {
    patient: fhir.patient,
    code: Object.values(CODES).flat().join(','),
    _sort: '-date',
    _count: '200',
  });
  const all = [...page.resources];
  for (let i = 1; page.next && i < MOST_PAGES; i++) {
    page = await fhir.follow<Observation>(page.next);
    all.push(...page.resources);
  }
  return all;
}

/** The oldest first. Values without a day, without a unit that can be converted, or before birth are left out. */
export function growthOf({ birthDate, sex }: Child, observations: readonly Observation[]): Growth {
  const points = (measure: Measure): Point[] =>
    observations.flatMap((each) => {
      const date = dayNamed(dateOf(each));
      const codes = (each.code?.coding ?? []).map(({ code = '' }) => code);
      const value = each.valueQuantity && valueIn(each.valueQuantity, unitOf(measure));
      if (isWithdrawn(each) || !codes.some((code) => CODES[measure].includes(code))) return [];
      return pointOf(measure, date, value);
    });
  const pointOf = (measure: Measure, date: string, value: number | undefined): Point[] => {
    const months = (Date.parse(date) - Date.parse(birthDate)) / 86_400_000 / DAYS_OF_MONTH;
    if (date.length < 10 || !(months >= 0 && months <= UNTIL_YEARS * 12) || !value || value <= 0) return [];
    const z = zScore(measure, sex, months, value);
    return [
      {
        date,
        months,
        age: ageOn(birthDate, date),
        value,
        z,
        percentile: z === undefined ? undefined : percentileOf(z),
      },
    ];
  };
  const [weight, length, measured, head] = (['weight', 'length', 'bmi', 'head'] as const).map(points) as [
    Point[],
    Point[],
    Point[],
    Point[],
  ];
  // Of a day on which both were measured the index can be told.
  const computed = weight.flatMap((each) => {
    const same = length.find(({ date }) => date === each.date);
    if (!same || measured.some(({ date }) => date === each.date)) return [];
    return pointOf('bmi', each.date, Math.round((each.value / (same.value / 100) ** 2) * 10) / 10);
  });
  const inOrder = (list: readonly Point[]) => list.toSorted((a, b) => a.months - b.months);
  return {
    weight: inOrder(weight),
    length: inOrder(length),
    bmi: inOrder([...measured, ...computed]),
    head: inOrder(head),
  };
}

/** Whole months by the calendar, and the days of a child that has none. */
function ageOn(birthDate: string, date: string): Point['age'] {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number);
  const [thisYear = 0, thisMonth = 0, thisDay = 0] = date.split('-').map(Number);
  const months = (thisYear - year) * 12 + thisMonth - month - (thisDay < day ? 1 : 0);
  return { months, days: Math.round((Date.parse(date) - Date.parse(birthDate)) / 86_400_000) };
}
