/** About as many characters as the JSON of a value has, without making it. Nesting is bounded where it is read (read-json.ts). */
export function textLength(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let sum = 2;
  for (const [key, child] of Object.entries(value))
    sum += textLength(child) + 1 + (Array.isArray(value) ? 0 : key.length + 3);
  return sum;
}
