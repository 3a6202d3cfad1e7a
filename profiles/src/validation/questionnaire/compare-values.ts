/** The order of two answers of one kind. */
import { canonicalUnit, canonicalValue } from '../../ucum.ts';
import type { TypedValue } from '../structure/choice.ts';

interface Quantity {
  readonly value?: number;
  readonly system?: string;
  readonly code?: string;
  readonly unit?: string;
}

const UCUM = 'http://unitsofmeasure.org';

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

function compareQuantities(x: Quantity, y: Quantity): number | undefined {
  if (x.value === undefined || y.value === undefined) return undefined;
  if (x.code === y.code && x.system === y.system && (x.code !== undefined || x.unit === y.unit))
    return x.value - y.value;
  if (x.system !== UCUM || y.system !== UCUM) return undefined;
  const [one, other] = [canonicalUnit(x.code ?? ''), canonicalUnit(y.code ?? '')];
  if (!one || !other || one.dimension !== other.dimension) return undefined;
  return canonicalValue(x.value, one) - canonicalValue(y.value, other);
}
