/** Equality, order and truth of FHIRPath values (http://hl7.org/fhirpath/N1/#equality). */
import { type CanonicalUnit, canonicalUnit } from '../ucum.ts';
import type { Node } from './node.ts';

/** undefined where it can't be told: a date against a more precise one that begins alike, a quantity in a unit that is not known. */
export function equalNodes(a: Node, b: Node): boolean | undefined {
  if (isTemporal(a) && isTemporal(b)) {
    const difference = compareNodes(a, b);
    return difference === undefined ? undefined : difference === 0;
  }
  // A date is no text, however alike they are written.
  if (isTemporal(a) !== isTemporal(b)) return false;
  if (isQuantity(a) && isQuantity(b)) {
    const difference = compareQuantities(a.value as Quantity, b.value as Quantity);
    return difference === undefined ? deepEqual(a.value, b.value) || undefined : difference === 0;
  }
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

/** Negative, zero, positive; undefined when the two can't be compared. */
export function compareNodes(a: Node, b: Node): number | undefined {
  const [x, y] = [a.value, b.value];
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  if (isQuantity(a) && isQuantity(b)) return compareQuantities(x as Quantity, y as Quantity);
  if (typeof x !== 'string' || typeof y !== 'string') return undefined;
  return isTemporal(a) || isTemporal(b) ? compareTimes(x, y) : x < y ? -1 : x > y ? 1 : 0;
}

const TEMPORAL: ReadonlySet<string> = new Set(['date', 'dateTime', 'instant', 'time']);
const isTemporal = ({ type }: Node): boolean => TEMPORAL.has(type);

export interface Quantity {
  readonly value?: number;
  readonly unit?: string;
  readonly system?: string;
  readonly code?: string;
}
const QUANTITIES: ReadonlySet<string> = new Set(
  'Age Count Distance Duration MoneyQuantity Quantity SimpleQuantity'.split(' '),
);
const isQuantity = ({ type, value }: Node): boolean =>
  QUANTITIES.has(type) && typeof value === 'object' && value !== null;

/** In units that UCUM makes comparable; without a code, in the same words. https://hl7.org/fhir/R4/datatypes.html#Quantity */
export function compareQuantities(a: Quantity, b: Quantity): number | undefined {
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return undefined;
  const isSame = a.code === b.code && a.system === b.system && (a.code !== undefined || a.unit === b.unit);
  if (isSame) return a.value - b.value;
  const [x, y] = [canonicalOf(a), canonicalOf(b)];
  if (!x || !y || x.dimension !== y.dimension) return undefined;
  const [p, q] = [a.value * x.factor + x.offset, b.value * y.factor + y.offset];
  // The last digits of a conversion say nothing.
  return Math.abs(p - q) <= 1e-10 * Math.max(Math.abs(p), Math.abs(q)) ? 0 : p - q;
}

const UCUM = 'http://unitsofmeasure.org';
const canonicalOf = ({ system, code }: Quantity): CanonicalUnit | undefined =>
  system === UCUM && code !== undefined ? canonicalUnit(code) : undefined;

const PARTS =
  /^(?:(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?)?(?:T?(\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Negative, zero, positive: part by part as far as both go (http://hl7.org/fhirpath/N1/#comparison); undefined where they are alike and one goes further, or only one has
 * a zone.
 */
export function compareTimes(x: string, y: string): number | undefined {
  const [a, b] = [PARTS.exec(x), PARTS.exec(y)];
  if (!a || !b) return undefined;
  if (a[7] && b[7] && a[6] !== undefined && b[6] !== undefined) return inMilliseconds(x) - inMilliseconds(y);
  if (Boolean(a[7]) !== Boolean(b[7]) && a[4] && b[4]) return undefined;
  for (let i = 1; i <= 6; i++) {
    if (a[i] === undefined || b[i] === undefined) return a[i] === b[i] ? 0 : undefined;
    const difference = Number(a[i]) - Number(b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** R4 allows a leap second, which JavaScript does not know: it is the second after :59. */
export function inMilliseconds(text: string): number {
  return /:60/.test(text) ? Date.parse(text.replace(':60', ':59')) + 1000 : Date.parse(text);
}

/** A single `true`, or a single value of any other kind, counts as true. */
export function isTruthy(nodes: readonly Node[]): boolean {
  const [node] = nodes;
  return node !== undefined && node.value !== false;
}

export function toNumber(nodes: readonly Node[]): number | undefined {
  const value = nodes[0]?.value;
  return typeof value === 'number' ? value : undefined;
}
