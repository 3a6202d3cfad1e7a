/** Results of one test as lines of a chart, oldest first, in the unit of the newest; a result with components has one line for each of them. */
import type { Observation, Quantity } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { isOutside } from '../../format/flag.ts';
import { flagOf } from '../../format/flag-of.ts';
import { dateOf, isFromHome } from '../../format/observation.ts';
import { kindOfUnit, unitText, valueIn } from '../../format/quantity.ts';
import type { Line } from '../../format/trend.ts';
import { testName } from '../../format/words.ts';

interface Measured {
  readonly name: string;
  readonly quantity: Quantity;
  readonly time: number;
  readonly date: string | undefined;
  readonly outside: boolean;
  readonly isFromHome: boolean;
}

/** `all`: newest first. What was measured in units that can't be converted into each other is a chart of its own, the newest first. */
export function chartsOf(all: readonly Observation[]): { readonly unit: string; readonly lines: Line[] }[] {
  const byKind = Map.groupBy(all.flatMap(measuredOf), ({ quantity }) => kindOfUnit(quantity));
  return [...byKind.values()].map((ofKind) => {
    const [{ quantity: newest }] = ofKind as [Measured];
    const byName = Map.groupBy(ofKind.toReversed(), ({ name }) => name);
    const lines = [...byName].map(([name, points]) => ({
      name,
      points: points.flatMap(({ quantity, ...point }) => {
        const value = valueIn(quantity, newest);
        return value === undefined ? [] : { ...point, value };
      }),
    }));
    return { unit: unitText(newest), lines: inOrder(lines, ofKind) };
  });
}

/** Measured once, and the next value makes a chart of it: not so of words, nor where there are values that no chart holds together. */
export const isFirstNumber = (all: readonly Observation[]): boolean =>
  all.length === 1 && chartsOf(all).length === 1;

/** As the newest result names its parts. */
function inOrder(lines: Line[], measured: readonly Measured[]): Line[] {
  const names = [...new Set(measured.map(({ name }) => name))];
  return lines.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

function measuredOf(observation: Observation): Measured[] {
  const date = dateOf(observation);
  const time = timeOf(date);
  if (Number.isNaN(time)) return [];
  const outside = isOutside(flagOf(observation));
  const atHome = isFromHome(observation);
  const parts = observation.component ?? [];
  return [observation, ...parts].flatMap(({ code, valueQuantity: quantity }) =>
    quantity?.value === undefined
      ? []
      : { name: testName(code), quantity, time, date, outside, isFromHome: atHome },
  );
}
