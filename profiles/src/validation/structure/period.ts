/** per-1: start is not after end, as far as both are precise. */
import { compareTimes, inMilliseconds } from '../../fhirpath/compare.ts';

export function isPeriodOrdered({
  start,
  end,
}: {
  readonly start?: unknown;
  readonly end?: unknown;
}): boolean {
  if (typeof start !== 'string' || typeof end !== 'string') return true;
  if (start.includes('T') && end.includes('T')) return inMilliseconds(start) <= inMilliseconds(end);
  const length = Math.min(start.length, end.length, 10);
  return start.slice(0, length) <= end.slice(0, length);
}

/** The same, where that must be certain. An end includes all that it matches (https://hl7.org/fhir/R4/datatypes.html#Period); a day does not start before an hour of it. */
export function isPeriodOrderCertain({
  start,
  end,
}: {
  readonly start?: unknown;
  readonly end?: unknown;
}): boolean {
  if (typeof start !== 'string' || typeof end !== 'string' || start.length >= end.length) return true;
  return compareTimes(start, end) !== undefined;
}
