/**
 * Which expressions the compiled closures answer exactly as the specification has it. R4's own definitions are held equal to the interpreter by a test, over
 * resources of all kinds; of all others only what follows here.
 */
import { tables } from '../tables.ts';
import type { Expression } from './parse.ts';

const FUNCTIONS: ReadonlySet<string> = new Set(
  'all children count descendants distinct empty exists extension first hasValue isDistinct last resolve select tail where'.split(
    ' ',
  ),
);
const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'xor', 'implies', '|', '=', '!=']);

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
      return /^[A-Z]/.test(expression.type) && !SYSTEM.has(expression.type) && isExact(expression.of);
    case 'binary':
      return OPERATORS.has(expression.operator) && isExact(expression.left) && isExact(expression.right);
    case 'call':
      return isExactCall(expression);
    default:
      return expression satisfies never;
  }
}

const SYSTEM: ReadonlySet<string> = new Set(
  'Boolean String Integer Decimal Date DateTime Time Quantity'.split(' '),
);

function isExactCall({ of, name, args }: Expression & { kind: 'call' }): boolean {
  if (of && !isExact(of)) return false;
  if (['ofType', 'as', 'is'].includes(name)) {
    const [type] = args;
    return type?.kind === 'member' && !type.of && /^[A-Z]/.test(type.name) && !SYSTEM.has(type.name);
  }
  // Of several values it is an error.
  if (name === 'not') return of !== undefined && isSingle(of);
  return FUNCTIONS.has(name) && args.every(isExact);
}

/** One truth value at the most. */
function isSingle(expression: Expression): boolean {
  if (expression.kind === 'binary') return expression.operator !== '|';
  if (expression.kind === 'literal') return true;
  return (
    expression.kind === 'call' &&
    ['all', 'empty', 'exists', 'hasValue', 'is', 'isDistinct', 'not'].includes(expression.name)
  );
}

let own: ReadonlySet<string> | undefined;

/** An expression of R4's own definitions. */
export function isOwn(text: string): boolean {
  own ??= new Set([
    ...Object.values(tables.types).flatMap(({ invariants, elementInvariants }) =>
      [...invariants, ...Object.values(elementInvariants).flat()].map(({ expression }) => expression),
    ),
    ...tables.searchParameters.map(({ expression }) => expression),
  ]);
  return own.has(text);
}
