/** Results of one test as lines of a chart, oldest first; a result with components has one line for each of them. */
import type { Observation } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { flagOf } from '../../format/flag.ts';
import { dateOf } from '../../format/observation.ts';
import type { Line } from '../../format/trend.ts';
import { testName } from '../../format/words.ts';

/** `all`: newest first. */
export function linesOf(all: readonly Observation[]): Line[] {
  const byName = new Map<string, Line['points'][number][]>();
  for (const observation of all.toReversed()) {
    const date = dateOf(observation);
    const time = timeOf(date);
    if (Number.isNaN(time)) continue;
    const outside = !['in', 'none'].includes(flagOf(observation).kind);
    const values: [string, number | undefined][] = observation.component
      ? observation.component.map((part) => [testName(part.code), part.valueQuantity?.value])
      : [[testName(observation.code), observation.valueQuantity?.value]];
    for (const [name, value] of values) {
      if (value !== undefined)
        byName.set(name, [...(byName.get(name) ?? []), { time, date, value, outside }]);
    }
  }
  return [...byName].map(([name, points]) => ({ name, points }));
}
