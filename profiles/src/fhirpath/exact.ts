/**
 * Which expressions the compiled closures answer exactly as the specification has it. R4's own definitions are held equal to the interpreter by a test, over
 * resources of all kinds; of all others only what follows here.
 */
import { tables } from '../tables.ts';
import type { Expression } from './parse.ts';

const FUNCTIONS: ReadonlySet<string> = new Set(
  'all children count descendants distinct empty exists extension first isDistinct last resolve select tail where'.split(
    ' ',
  ),
);
const OPERATORS: ReadonlySet<string> = new Set(['|', '=', '!=']);
/** Of several values they are an error, of one that is no truth value they are true. */
const LOGIC: ReadonlySet<string> = new Set(['and', 'or', 'xor', 'implies']);
const CRITERIA: ReadonlySet<string> = new Set(['all', 'exists', 'where']);

/** Throws SyntaxError where the interpreter should be asked. */
export function requireExact(expression: Expression, text: string): void {
  // The parser knows no escapes of Unicode, dates, times and quantities.
  if (!isOwn(text) && (/\\u/.test(text) || !isExact(expression)))
    throw new SyntaxError('FHIRPath: not compiled exactly');
}

export function isExact(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value !== 'number' || Number.isInteger(expression.value);
    case 'empty':
    case 'this':
      return true;
    case 'variable':
      return /^(?:resource|rootResource|context|ucum|sct|loinc)$/.test(expression.name);
    case 'member':
      return expression.of === undefined || isExact(expression.of);
    case 'index':
      return isExact(expression.of) && expression.index.kind === 'literal';
    case 'type':
      // Primitives have types of FHIR's and of FHIRPath's own.
      return isKnown(expression.type) && isOne(expression.of) && isExact(expression.of);
    case 'binary':
      return isExactBinary(expression);
    case 'call':
      return isExactCall(expression);
    default:
      return expression satisfies never;
  }
}

/** Of FHIRPath's own, or above the types that values have here. */
const OTHER_TYPES: ReadonlySet<string> = new Set(
  'BackboneElement Boolean Date DateTime Decimal Element Integer Quantity String Time'.split(' '),
);

const isKnown = (type: string): boolean => /^[A-Z]/.test(type) && !OTHER_TYPES.has(type);

function isExactBinary({ operator, left, right }: Expression & { kind: 'binary' }): boolean {
  if (!isExact(left) || !isExact(right)) return false;
  return LOGIC.has(operator) ? isTruthValue(left) && isTruthValue(right) : OPERATORS.has(operator);
}

function isExactCall({ of, name, args }: Expression & { kind: 'call' }): boolean {
  if (of && !isExact(of)) return false;
  if (['ofType', 'as', 'is'].includes(name)) {
    const [type] = args;
    const isOfOne = name === 'ofType' || (of !== undefined && isOne(of));
    return isOfOne && type?.kind === 'member' && !type.of && isKnown(type.name);
  }
  if (name === 'not') return of !== undefined && isTruthValue(of);
  if (CRITERIA.has(name) && !args.every(isTruthValue)) return false;
  return FUNCTIONS.has(name) && args.every(isExact);
}

/** One truth value at the most. */
function isTruthValue(expression: Expression): boolean {
  switch (expression.kind) {
    case 'binary':
      return expression.operator !== '|';
    case 'literal':
      return typeof expression.value === 'boolean';
    case 'type':
      return expression.operator === 'is';
    case 'call':
      return ['all', 'empty', 'exists', 'is', 'isDistinct', 'not'].includes(expression.name);
    default:
      return false;
  }
}

/** One value at the most, whatever the resource is like. */
function isOne(expression: Expression): boolean {
  if (expression.kind === 'call' && ['first', 'last'].includes(expression.name)) return true;
  if (expression.kind === 'call' && expression.name === 'resolve') return isReferenceInFocus(expression.of);
  return expression.kind === 'index' || expression.kind === 'variable' || isTruthValue(expression);
}

/** `where(resolve() is Patient)`: criteria are asked of one value after the other. */
const isReferenceInFocus = (of: Expression | undefined): boolean =>
  of === undefined || of.kind === 'this' || isOne(of);

/**
 * vs-1 of R4's own profiles, asked of each vital sign. It stands on a single value, whose type the interpreter is not told: there it held of every date, at the cost of a
 * deadline for each.
 */
const OF_PROFILES: readonly string[] = ['($this as dateTime).toString().length() >= 8'];

let own: ReadonlySet<string> | undefined;

/** An expression of R4's own definitions. */
export function isOwn(text: string): boolean {
  own ??= new Set([
    ...Object.values(tables.types).flatMap(({ invariants, elementInvariants }) =>
      [...invariants, ...Object.values(elementInvariants).flat()].map(({ expression }) => expression),
    ),
    ...tables.searchParameters.map(({ expression }) => expression),
    ...OF_PROFILES,
  ]);
  return own.has(text);
}
