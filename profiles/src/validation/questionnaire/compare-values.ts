/** The order of two answers of one kind. */
import { compareQuantities, type Quantity } from '../../fhirpath/compare.ts';
import type { TypedValue } from '../structure/choice.ts';

/** Negative, zero or positive; undefined where it can't be told: other types, times of unequal precision, units that don't compare. */
export function compareValues(a: TypedValue, b: TypedValue): number | undefined {
  const [x, y] = [a.value, b.value];
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  if (typeof x === 'string' && typeof y === 'string') return compareTexts(x, y);
  if (a.type === 'Quantity' && b.type === 'Quantity') return compareQuantities(x as Quantity, y as Quantity);
  return undefined;
}

function compareTexts(x: string, y: string): number | undefined {
  if (x === y) return 0;
  if (x.includes('T') && y.includes('T') && /^\d{4}-/.test(x)) return Date.parse(x) - Date.parse(y);
  const isTimeOfDay = /^\d\d:/.test(x) && /^\d\d:/.test(y);
  const length = isTimeOfDay ? 8 : Math.min(x.length, y.length, 10);
  const [short, other] = [x.slice(0, length), y.slice(0, length)];
  // Days of two zones may differ by one: what begins alike can't be told apart.
  return short === other ? undefined : short < other ? -1 : 1;
}
