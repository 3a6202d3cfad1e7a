/**
 * Whether a value got better or worse for this person: nearer to, or further from, what is agreed with them (Goal.target), else the laboratory's range. Nothing is
 * said where that can't be decided: another unit, a value known only as "<5", a range that changed meanwhile, a flag of the laboratory's that contradicts its range,
 * a result that is not final.
 */
import type { Goal, Observation, Quantity } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { isOutside, limitsIn, rangeOf } from '../../format/flag.ts';
import { flagOf } from '../../format/flag-of.ts';
import { dateOf } from '../../format/observation.ts';
import { valueIn } from '../../format/quantity.ts';
import type { Text } from '../../i18n/text.ts';
import { goalOf } from './goal.ts';

export interface Progress {
  readonly kind: 'better' | 'worse' | 'same';
  /** With `{value}` and `{date}` of the value before. */
  readonly words: Text;
  readonly before: Observation;
}

interface Limits {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** A change by less than this share of the value is within what two measurements of the same differ by. */
const NOTICEABLE = 0.05;

/**
 * Of scales whose zero is not nothing no share can be had: 39.5 °C is not 5 % less than 41.2. Two thermometers differ by 0.2 K (ASTM E1112: each by 0.1 between 37 and 39 °C), two
 * laboratories by 0.04 of pH (42 CFR 493.931).
 */
function noticeable(then: number, quantity: Quantity): number {
  const kelvin = kelvinIn(quantity);
  if (kelvin !== undefined) return 0.2 / kelvin;
  const written = quantity.code ?? quantity.unit ?? '';
  return /^[[{]?pH[\]}]?$/.test(written) ? 0.04 : NOTICEABLE * Math.abs(then);
}

/** One step of a scale of temperature; undefined: of another. */
function kelvinIn(quantity: Quantity): number | undefined {
  const [from, to] = [0, 1].map((value) => valueIn({ ...quantity, value }, KELVIN));
  return from === undefined || to === undefined ? undefined : to - from;
}
const KELVIN: Quantity = { unit: 'K', system: 'http://unitsofmeasure.org', code: 'K' };

const FINAL = ['final', 'amended', 'corrected', 'appended'];

const WORDS = {
  goal: {
    better: 'Better: at the goal now. It was {value} on {date}.',
    nearer: 'Better: closer to the goal than {value} on {date}.',
    worse: 'Worse: no longer at the goal. It was {value} on {date}.',
    further: 'Worse: further from the goal than {value} on {date}.',
    same: 'About the same as {value} on {date}.',
  },
  range: {
    better: 'Better: within the range now. It was {value} on {date}.',
    nearer: 'Better: closer to the range than {value} on {date}.',
    worse: 'Worse: no longer within the range. It was {value} on {date}.',
    further: 'Worse: further from the range than {value} on {date}.',
    same: 'About the same as {value} on {date}.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Text>>>>;

/** `all`: values of the same test, in any order. */
export function progressOf(
  observation: Observation,
  all: readonly Observation[],
  goals: readonly Goal[],
): Progress | undefined {
  const now = measured(observation);
  const before = now && lastBefore(observation, all);
  const then = before?.valueQuantity && valueIn(before.valueQuantity, now as Quantity);
  if (!now || !before || then === undefined) return undefined;
  const goal = goalOf(observation, goals);
  const limits = goal ?? rangeThatHolds(observation, before);
  if (!limits) return undefined;
  const least = noticeable(then, now);
  return told({ now: now.value, then, least }, limits, WORDS[goal ? 'goal' : 'range'], before);
}

function told(
  { now, then, least }: { readonly now: number; readonly then: number; readonly least: number },
  limits: Limits,
  words: (typeof WORDS)['goal' | 'range'],
  before: Observation,
): Progress | undefined {
  const [off, was] = [offBy(now, limits), offBy(then, limits)];
  if (off === 0 && was === 0) return undefined;
  if (off === 0) return { kind: 'better', words: words.better, before };
  if (was === 0) return { kind: 'worse', words: words.worse, before };
  // From below what is wanted to above it is neither.
  if (Math.sign(off) !== Math.sign(was)) return undefined;
  if (Math.abs(now - then) < least) return { kind: 'same', words: words.same, before };
  return Math.abs(off) < Math.abs(was)
    ? { kind: 'better', words: words.nearer, before }
    : { kind: 'worse', words: words.further, before };
}

/** Below zero: too low by so much. */
function offBy(value: number, { low, high }: Limits): number {
  if (low !== undefined && value < low) return value - low;
  return high !== undefined && value > high ? value - high : 0;
}

function measured({ status, valueQuantity }: Observation): (Quantity & { value: number }) | undefined {
  const value = valueQuantity?.value;
  if (!FINAL.includes(status) || value === undefined || valueQuantity?.comparator) return undefined;
  return Number.isFinite(value) ? { ...valueQuantity, value } : undefined;
}

function lastBefore(observation: Observation, all: readonly Observation[]): Observation | undefined {
  const time = timeOf(dateOf(observation));
  return all
    .filter((each) => timeOf(dateOf(each)) < time && measured(each))
    .toSorted((a, b) => timeOf(dateOf(b)) - timeOf(dateOf(a)))[0];
}

/** The range of both; each of them judged by its laboratory as by the range. */
function rangeThatHolds(now: Observation, before: Observation): Limits | undefined {
  const limits = limitsIn(rangeOf(now), now.valueQuantity);
  const earlier = limitsIn(rangeOf(before), now.valueQuantity);
  if (!limits || (earlier && (earlier.low !== limits.low || earlier.high !== limits.high))) return undefined;
  const agrees = [now, before].every((each) => {
    const flag = flagOf(each);
    const value = each.valueQuantity && now.valueQuantity && valueIn(each.valueQuantity, now.valueQuantity);
    return flag.kind === 'none' || (value !== undefined && isOutside(flag) === (offBy(value, limits) !== 0));
  });
  return agrees ? limits : undefined;
}
