/** Where a value stands between two limits, as far as it says so itself: `<=5` may be anything below five. */
import type { Quantity } from '@medplum/fhirtypes';

/** The limits are in the unit of the value; undefined: that can't be told. */
export function standingOf(
  { value, comparator }: Quantity,
  low: number | undefined,
  high: number | undefined,
): 'in' | 'below' | 'above' | undefined {
  if (value === undefined || (low === undefined && high === undefined)) return undefined;
  const [upTo, from] = [comparator?.startsWith('<'), comparator?.startsWith('>')];
  const isOpen = comparator === '<' || comparator === '>';
  if (low !== undefined && !from && (value < low || (upTo && isOpen && value <= low))) return 'below';
  if (high !== undefined && !upTo && (value > high || (from && isOpen && value >= high))) return 'above';
  const mayBeBelow = upTo && low !== undefined;
  const mayBeAbove = from && high !== undefined;
  const isUnsure = mayBeBelow || mayBeAbove || (upTo && high !== undefined && value > high);
  return isUnsure || (from && low !== undefined && value < low) ? undefined : 'in';
}
