/** What is usual for this person: the middle half of their earlier values of the same test, in the unit of this one (quartiles, so that one odd value does not count). */
import type { Observation } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { dateOf } from '../../format/observation.ts';
import { valueIn } from '../../format/quantity.ts';
import { standingOf } from '../../format/standing.ts';
import type { Text } from '../../i18n/text.ts';

export interface Usual {
  readonly low: number;
  readonly high: number;
  /** Earlier values. */
  readonly count: number;
  /** undefined: this one does not say where it stands (`>5`). */
  readonly compared: Text | undefined;
}

/** With fewer values nobody can say what is usual. */
const LEAST = 4;

const COMPARED = {
  below: 'below that',
  above: 'above that',
  in: 'within that',
} as const satisfies Readonly<Record<string, Text>>;

export function usualOf(observation: Observation, all: readonly Observation[]): Usual | undefined {
  const quantity = observation.valueQuantity;
  const time = timeOf(dateOf(observation));
  if (quantity?.value === undefined || Number.isNaN(time)) return undefined;
  const before = all.flatMap((each) =>
    each.valueQuantity && !each.valueQuantity.comparator && timeOf(dateOf(each)) < time
      ? (valueIn(each.valueQuantity, quantity) ?? [])
      : [],
  );
  if (before.length < LEAST) return undefined;
  const sorted = before.toSorted((a, b) => a - b);
  const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const standing = standingOf(quantity, low, high);
  return { low, high, count: before.length, compared: standing && COMPARED[standing] };
}

/** Linear between the neighbours (the default of R and NumPy). */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
