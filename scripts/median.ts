/** The middle of the values; of an even number the mean of the two that are. NaN of none. */
export function median(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b);
  const half = ordered.length / 2;
  return ((ordered[Math.ceil(half) - 1] ?? Number.NaN) + (ordered[Math.floor(half)] ?? Number.NaN)) / 2;
}
