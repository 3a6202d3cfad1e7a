/** What is wrong with a reading, and what is only unusual: the first is refused, the second is asked about. */
import { timeOf } from '../../format/date.ts';
import { numberText, unitText } from '../../format/quantity.ts';
import { t } from '../../i18n/text.ts';
import { inUnit, KINDS, unitOf } from './kinds.ts';
import type { Reading } from './reading.ts';

/** Clocks differ a little. */
const AHEAD_MS = 60_000;

/** By field: what can't be so, in words. `value`, `lower`, `pulse`, `at`. */
export function problemsOf(reading: Reading, now = Date.now()): Readonly<Record<string, string>> {
  const { kind, value, lower, pulse, at } = reading;
  const { most, units, isOfDay } = KINDS[kind];
  const isPressure = kind === 'blood-pressure';
  const problems: Record<string, string> = {};
  if (!isAmount(value, isOfDay)) problems.value = t('Please enter a number.');
  else if (most !== undefined && inUnit(value, unitOf(kind, reading.unit), units[0]) > most)
    problems.value = t('It can’t be more than {most}.', { most });
  if (isPressure && !isAmount(lower)) problems.lower = t('Please enter a number.');
  else if (isPressure && lower !== undefined && lower >= value)
    problems.value = t('The first number is the higher one. Please look at the device again.');
  if (pulse !== undefined && !isAmount(pulse)) problems.pulse = t('Please enter a number.');
  // What is counted over a day is of today at the latest: noon of it may be to come.
  const time = isOfDay ? timeOf(at) - 12 * 3_600_000 : timeOf(at);
  if (!(time <= now + AHEAD_MS)) problems.at = t('Please enter when it was measured, not later than now.');
  return problems;
}

const isAmount = (value: number | undefined, mayBeNone = false): boolean =>
  value !== undefined && Number.isFinite(value) && (value > 0 || (mayBeNone && value === 0));

/** The values that are seldom so high or so low, each as a question; none where all is usual. */
export function questionsOf({ kind, value, lower, pulse, unit }: Reading): readonly string[] {
  const { words, usual } = unitOf(kind, unit);
  const asked = [
    outside(value, usual) && question(value, words, usual),
    lower !== undefined && outside(lower, LOWER) && question(lower, words, LOWER),
    pulse !== undefined && outside(pulse, PULSES) && question(pulse, '', PULSES),
  ];
  return asked.filter((each) => each !== false);
}

const LOWER = [40, 140] as const;
const PULSES = KINDS.pulse.units[0].usual;

const outside = (value: number, [low, high]: readonly [number, number]): boolean =>
  value < low || value > high;

const question = (value: number, words: string, [low, high]: readonly [number, number]): string =>
  t('{value} is unusual: most values lie between {low} and {high}. Is it right?', {
    value: `${numberText(value)} ${unitText({ unit: words })}`.trim(),
    low: numberText(low),
    high: numberText(high),
  });
