/**
 * What is measured at home has no laboratory: it is judged by published thresholds. Blood pressure: blood-pressure-flag.ts; blood sugar: American Diabetes Association,
 * Standards of Care, 6 (below 70 and 54 mg/dL, above 180), and CDC (300 and more: emergency); oxygen: NHS England, pulse oximetry at home (below 95 %), and WHO (below
 * 90 %); pulse at rest: American Heart Association (above 100), ACC/AHA/HRS 2018 (below 50); temperature: CDC (38 °C and more; below 35 °C: emergency), NHS (40 °C).
 */
import type { Observation } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { type HomeFlag, pressureFlag } from './blood-pressure-flag.ts';
import { valueIn } from './quantity.ts';
import { isFromPerson } from './words.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Of blood, of plasma, of tissue; by whichever strip or meter, fasting or not. */
const GLUCOSE =
  '1558-6 2339-0 2340-8 2341-6 2345-7 14743-9 14749-6 14771-0 15074-8 32016-8 41604-0 41653-7 99504-3';

/** LOINC codes, UCUM unit; below the first and from the last on something is to be done, below the second and above the third it is outside of what is usual. */
const MEASURED: readonly (readonly [string, string, number, number, number, number])[] = [
  [GLUCOSE, 'mg/dL', 54, 70, 180, 300],
  [GLUCOSE, 'mmol/L', 3, 3.9, 10, 16.7],
  ['59408-5 2708-6', '%', 90, 95, NEVER, NEVER],
  ['8867-4 8889-8 8893-0 40443-4', '/min', 0, 50, 100, NEVER],
  ['8310-5 8328-7 8331-1 8332-9 8333-7 75539-7', 'Cel', 35, 35, 37.99, 40],
];

/** Of what a person or who acts for them wrote down; undefined of anything else, and of what only more would tell. */
export function homeFlag(
  observation: Partial<Pick<Observation, 'code' | 'performer' | 'component' | 'valueQuantity'>>,
): HomeFlag | undefined {
  if (!observation.performer?.some(isFromPerson)) return undefined;
  return pressureFlag(observation) ?? flagAt(levelOf(observation));
}

type Level = 'very low' | 'low' | 'high' | 'very high';

const FLAGS: Readonly<Record<Level, { readonly kind: HomeFlag['kind']; readonly words: Text }>> = {
  'very low': { kind: 'critical', words: 'Very low: needs action' },
  low: { kind: 'low', words: 'Below range' },
  high: { kind: 'high', words: 'Above range' },
  'very high': { kind: 'critical', words: 'Very high: needs action' },
};

const flagAt = (level: Level | undefined): HomeFlag | undefined =>
  level && { kind: FLAGS[level].kind, words: t(FLAGS[level].words) };

function levelOf({
  code,
  valueQuantity: quantity,
}: Partial<Pick<Observation, 'code' | 'valueQuantity'>>): Level | undefined {
  if (!quantity) return undefined;
  for (const [codes, unit, veryLow, low, high, veryHigh] of MEASURED) {
    if (!code?.coding?.some((each) => codes.split(' ').includes(each.code ?? ''))) continue;
    const value = valueIn(quantity, { code: unit });
    if (value === undefined) continue;
    const { comparator = '' } = quantity;
    // A meter says `>600` and `<20` where it measures no further.
    const [isBelow, isAbove] = [
      (edge: number) =>
        !comparator.startsWith('>') && (value < edge || (comparator !== '' && value === edge)),
      (edge: number) => !comparator.startsWith('<') && value > edge,
    ];
    if (isBelow(veryLow)) return 'very low';
    if (isAbove(veryHigh) || (value === veryHigh && !comparator.startsWith('<'))) return 'very high';
    if (isBelow(low)) return 'low';
    if (isAbove(high)) return 'high';
  }
  return undefined;
}

type Coded = Pick<Observation, 'code'>;

const isOneOf = ({ code }: Coded, codes: string): boolean =>
  code.coding?.some((each) => codes.split(' ').includes(each.code ?? '')) === true;

export const isGlucose = (observation: Coded): boolean => isOneOf(observation, GLUCOSE);

/** Of what is critical, on which side: by its number, else by what the meter says of it; undefined where neither tells. */
export function sideOf(
  observation: Pick<Observation, 'code' | 'component' | 'valueQuantity' | 'interpretation'>,
): 'low' | 'high' | undefined {
  const level = pressureFlag(observation)?.kind === 'critical' ? 'very high' : levelOf(observation);
  if (level === 'very low' || level === 'very high') return level === 'very low' ? 'low' : 'high';
  const said = (observation.interpretation ?? []).flatMap(({ coding = [] }) =>
    coding.map(({ code }) => code),
  );
  return said.includes('LL') ? 'low' : said.includes('HH') ? 'high' : undefined;
}
