/** Where a result stands against its laboratory's range, in words. Red is for critical values only; a value outside its range is not an alarm. */
import type { Observation, Quantity } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';

export interface Flag {
  readonly kind: 'in' | 'high' | 'low' | 'outside' | 'critical' | 'none';
  readonly words: Text | undefined;
}

export interface Range {
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly text: string | undefined;
}

const NONE: Flag = { kind: 'none', words: undefined };

/** By HL7's interpretation codes (http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation). */
const INTERPRETATIONS: Readonly<Record<string, Flag>> = {
  N: { kind: 'in', words: 'In range' },
  H: { kind: 'high', words: 'Above range' },
  HU: { kind: 'high', words: 'Well above range' },
  L: { kind: 'low', words: 'Below range' },
  LU: { kind: 'low', words: 'Well below range' },
  A: { kind: 'outside', words: 'Outside range' },
  HH: { kind: 'critical', words: 'Critically high' },
  LL: { kind: 'critical', words: 'Critically low' },
  AA: { kind: 'critical', words: 'Critical' },
  POS: { kind: 'outside', words: 'Positive' },
  NEG: { kind: 'in', words: 'Negative' },
};

type Measured = Pick<Observation, 'interpretation' | 'referenceRange' | 'valueQuantity'>;

/** The laboratory's own flag counts; without one the number is held against the range. */
export function flagOf(observation: Measured): Flag {
  for (const concept of observation.interpretation ?? []) {
    for (const { code } of concept.coding ?? []) {
      const flag = code === undefined ? undefined : INTERPRETATIONS[code];
      if (flag) return flag;
    }
  }
  const range = rangeOf(observation);
  const value = observation.valueQuantity?.value;
  if (value === undefined || !range || (range.low === undefined && range.high === undefined)) return NONE;
  if (range.low !== undefined && value < range.low) return { kind: 'low', words: 'Below range' };
  if (range.high !== undefined && value > range.high) return { kind: 'high', words: 'Above range' };
  return { kind: 'in', words: 'In range' };
}

/** The range for most people: a range for a special group counts only where it is the only one. */
export function rangeOf({ referenceRange }: Pick<Measured, 'referenceRange'>): Range | undefined {
  const found = referenceRange?.find((range) => !range.appliesTo && !range.age) ?? referenceRange?.[0];
  if (!found) return undefined;
  return { low: found.low?.value, high: found.high?.value, text: found.text };
}

/** `4.0 to 5.6 %` */
export function rangeWords(range: Range | undefined, unit: Quantity['unit']): string | undefined {
  if (!range) return undefined;
  const { low, high, text } = range;
  const suffix = unit ? ` ${unit}` : '';
  if (low !== undefined && high !== undefined) return t('{low} to {high}', { low, high }) + suffix;
  if (high !== undefined) return t('up to {high}', { high }) + suffix;
  if (low !== undefined) return t('{low} or more', { low: `${low}${suffix}` });
  return text;
}
