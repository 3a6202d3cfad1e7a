/** Where the library differs from the specification for times without a zone, and boundaries that it does not give. */

/** What the library keeps a date, a time, a decimal or a quantity in. */
interface Kept {
  readonly asStr: string;
  readonly ctx: Context;
  readonly value?: Kept;
  readonly unit?: string;
  lowBoundary(precision?: number): Kept | null;
  highBoundary(precision?: number): Kept | null;
}
interface Context {
  getDecimal(value: unknown): Kept;
}
type Class = new (context: Context, ...values: unknown[]) => Kept;

const TIMED = /T\d/;
const ZONED = /(?:Z|[+-]\d{2}:\d{2})$/;

/** Both have a time, and one of them says in which zone: which of them is earlier can't be told (http://hl7.org/fhirpath/N1/#datetime-equality). */
function isUnequallyZoned(a: unknown, b: unknown): boolean {
  const [x, y] = [(a as Kept).asStr, (b as Kept).asStr];
  return TIMED.test(x) && TIMED.test(y) && ZONED.test(x) !== ZONED.test(y);
}

type Compare = (this: unknown, other: unknown) => unknown;

/** The library reads a time without a zone in the zone of the machine. `aDateTime`: one of its own. */
export function tellZonesApart(aDateTime: object): void {
  const methods = Object.getPrototypeOf(aDateTime) as Record<string, Compare>;
  const untold = { equals: undefined, compare: null, equivalentTo: false };
  for (const [name, answer] of Object.entries(untold)) {
    const own = methods[name] as Compare;
    methods[name] = function (other) {
      return isDateTime(other) && isUnequallyZoned(this, other) ? answer : own.call(this, other);
    };
  }
  const isDateTime = (value: unknown): boolean => value instanceof aDateTime.constructor;
}

type Boundary = 'lowBoundary' | 'highBoundary';

/** Of a decimal, a date, a time; of a quantity in its own unit. A time without a zone may be in any (https://hl7.org/fhirpath/#boundary). */
export function boundaryOf(
  which: Boundary,
  context: Context,
  value: unknown,
  precision?: number,
): Kept | null {
  if (typeof value === 'number' || typeof value === 'bigint')
    return context.getDecimal(value)[which](precision);
  const kept = value as Kept;
  if (kept.value !== undefined && kept.unit !== undefined) {
    const bound = kept.value[which](precision);
    return bound && new (kept.constructor as Class)(kept.ctx, bound, kept.unit);
  }
  const bound = kept[which](precision);
  if (!bound || !TIMED.test(bound.asStr) || ZONED.test(bound.asStr)) return bound;
  return new (bound.constructor as Class)(
    kept.ctx,
    `${bound.asStr}${which === 'lowBoundary' ? '+14:00' : '-12:00'}`,
  );
}
