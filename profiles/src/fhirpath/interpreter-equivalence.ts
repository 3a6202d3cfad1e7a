/** Where the library differs from the specification in what is equivalent: http://hl7.org/fhirpath/N1/#equivalent */
import { dirname, join } from 'node:path';
import { canonicalUnit, canonicalValue } from '../ucum.ts';

type Equivalent = (this: unknown, a: unknown, b: unknown) => boolean;

/** What the library calls for `~` and `!~`. */
interface Operators {
  equival: Equivalent;
  unequival: Equivalent;
}

/** Collections are equivalent in any order; the library compares them in theirs. Before it is loaded, as it keeps what it finds here then. */
export function compareInAnyOrder(require: NodeJS.Require): void {
  const operators = require(join(dirname(require.resolve('fhirpath')), 'equality.js')) as Operators;
  const inOrder = operators.equival;
  const inAnyOrder: Equivalent = function (a, b) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length || a.length < 2)
      return inOrder.call(this, a, b);
    const left = [...b];
    return a.every((one) => {
      const at = left.findIndex((other) => inOrder.call(this, [one], [other]));
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
  };
  operators.equival = inAnyOrder;
  operators.unequival = function (a, b) {
    return !inAnyOrder.call(this, a, b);
  };
}

interface Quantity {
  /** A decimal of the library's: with its digits, as text. */
  readonly value: object;
  readonly unit: string;
}

/**
 * Of quantities in different units it depends on whose digits count whether they are equivalent: by N1 those of the less precise one, by the library those of the finer unit
 * (`4 'g' ~ 4040 'mg'`). What both say is said; else it is an error. `aQuantity`: one of the library's own.
 */
export function refuseUnequalUnits(aQuantity: object): void {
  const methods = Object.getPrototypeOf(aQuantity) as { equivalentTo: (other: unknown) => boolean };
  const own = methods.equivalentTo;
  methods.equivalentTo = function (this: Quantity, other: unknown) {
    const isSaid = own.call(this, other);
    if (!isSaid && other instanceof aQuantity.constructor && areClose(this, other as Quantity))
      throw new Error(
        'whether quantities in different units are equivalent can not be told within their digits',
      );
    return isSaid;
  };
}

/**
 * What UCUM makes not comparable is neither equal nor unequal: empty (http://hl7.org/fhirpath/N1/#equals: the dimensions must be the same), as for the compiler; the library says
 * that it is not equal. `aQuantity`: one of the library's own.
 */
export function leaveIncomparableOpen(aQuantity: object): void {
  const methods = Object.getPrototypeOf(aQuantity) as {
    equals: (other: unknown) => boolean | undefined;
    compare: (other: unknown) => number | null;
  };
  const { equals, compare } = methods;
  // Decimals are of one class or another by how exactly is computed, both of which come from one.
  const aDecimal = Object.getPrototypeOf((aQuantity as Quantity).value.constructor) as new () => object;
  const isNumber = (other: unknown): boolean => typeof other === 'number' || other instanceof aDecimal;
  methods.equals = function (this: object, other: unknown) {
    const isSaid = equals.call(this, other);
    const isMeasured = other instanceof aQuantity.constructor || isNumber(other);
    return isSaid === false && isMeasured && compare.call(this, other) === null ? undefined : isSaid;
  };
}

/** Nearer to each other than the last digit of one of them. */
function areClose(a: Quantity, b: Quantity): boolean {
  if (a.unit === b.unit) return false;
  const [x, y] = [measured(a), measured(b)];
  if (!x || !y || x.dimension !== y.dimension) return false;
  return Math.abs(x.value - y.value) < Math.max(x.digit, y.digit);
}

interface Measured {
  readonly dimension: string;
  /** In base units; `digit`: what one more in its last place is. */
  readonly value: number;
  readonly digit: number;
}

/** undefined: of a unit of the calendar, or of one that is not known here. */
function measured({ value, unit }: Quantity): Measured | undefined {
  const base = canonicalUnit(unit.replace(/^'(.*)'$/, '$1'));
  if (!base) return undefined;
  const text = String(value);
  const digit = 10 ** -(text.split('.')[1]?.length ?? 0) * base.factor;
  return { dimension: base.dimension, value: canonicalValue(Number(text), base), digit };
}
