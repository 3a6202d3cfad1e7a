/** Body mass index: weight in kilograms by height in metres squared (Quetelet), with the bands that CDC gives for adults of 20 and older. */
import type { Text } from '../../i18n/text.ts';

export type Units = 'metric' | 'us';

const KG_PER_LB = 0.453_592_37;
const CM_PER_INCH = 2.54;

/** `height`: cm or inches; `weight`: kg or pounds. Undefined for what no adult measures. */
export function bodyMassIndex(height: number, weight: number, units: Units): number | undefined {
  const metres = (units === 'us' ? height * CM_PER_INCH : height) / 100;
  const kilograms = units === 'us' ? weight * KG_PER_LB : weight;
  if (!(metres >= 1 && metres <= 2.5 && kilograms >= 20 && kilograms <= 400)) return undefined;
  return Math.round((kilograms / metres ** 2) * 10) / 10;
}

export function bodyMassWords(index: number): Text {
  if (index < 18.5) return 'below the band called healthy weight (18.5 to 24.9)';
  if (index < 25) return 'in the band called healthy weight (18.5 to 24.9)';
  if (index < 30) return 'in the band called overweight (25 to 29.9)';
  return 'in the band called obesity (30 or more)';
}
