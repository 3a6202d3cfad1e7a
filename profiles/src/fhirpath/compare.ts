/** Equality, order and truth of FHIRPath values (http://hl7.org/fhirpath/N1/#equality). */
import type { Node } from './node.ts';

export function equalNodes(a: Node, b: Node): boolean {
  return deepEqual(a.value, b.value);
}

/** Equality of JSON values: the order of members does not count. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      deepEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** Negative, zero, positive; undefined when the two can't be compared (a date against a more precise one that begins alike). */
export function compareNodes(a: Node, b: Node): number | undefined {
  const [x, y] = [a.value, b.value];
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  if (typeof x !== 'string' || typeof y !== 'string') return undefined;
  if (!isDate(a) && !isDate(b)) return x < y ? -1 : x > y ? 1 : 0;
  if (x.includes('T') && y.includes('T')) return Date.parse(x) - Date.parse(y);
  const length = Math.min(x.length, y.length, 10);
  const [short, other] = [x.slice(0, length), y.slice(0, length)];
  if (short !== other) return short < other ? -1 : 1;
  return x.length === y.length ? 0 : undefined;
}

const isDate = (node: Node): boolean =>
  node.type === 'date' || node.type === 'dateTime' || node.type === 'instant';

/** A single `true`, or a single value of any other kind, counts as true. */
export function isTruthy(nodes: readonly Node[]): boolean {
  const [node] = nodes;
  return node !== undefined && node.value !== false;
}

export function toNumber(nodes: readonly Node[]): number | undefined {
  const value = nodes[0]?.value;
  return typeof value === 'number' ? value : undefined;
}
