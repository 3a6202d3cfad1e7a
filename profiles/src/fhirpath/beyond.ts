/** What an expression reads of another resource: `resolve()` tells here what type a reference leads to, and fetches nothing (resolve.ts). */
import { type Expression, parseFhirPath } from './parse.ts';

const OF_VALUES: ReadonlySet<string> = new Set(
  'as distinct exclude first intersect last ofType repeat single skip tail take trace where'.split(' '),
);
const JOINING: ReadonlySet<string> = new Set(['combine', 'union']);
const CRITERIA: ReadonlySet<string> = new Set(['all', 'exists', 'repeat', 'select', 'where']);

/** A sentence, where a member of what `resolve()` leads to is read: it would be found of contained resources alone. Throws SyntaxError. */
export function beyondFault(text: string): string | undefined {
  return readsBeyond(parseFhirPath(text), false)
    ? 'What resolve() leads to is another resource, of which the type alone is told: chain, or search by a parameter of that type.'
    : undefined;
}

/** `isFocusBeyond`: whether what the expression is asked of is such a resource. */
function readsBeyond(expression: Expression, isFocusBeyond: boolean): boolean {
  switch (expression.kind) {
    case 'member': {
      const { of } = expression;
      return isBeyond(of, isFocusBeyond) || (of !== undefined && readsBeyond(of, isFocusBeyond));
    }
    case 'call': {
      const { of, name, args } = expression;
      const isAskedBeyond = CRITERIA.has(name) ? isBeyond(of, isFocusBeyond) : isFocusBeyond;
      // The argument of these is the name of a type.
      const read = name === 'as' || name === 'is' || name === 'ofType' ? [] : args;
      return (
        (of !== undefined && readsBeyond(of, isFocusBeyond)) ||
        read.some((each) => readsBeyond(each, isAskedBeyond))
      );
    }
    case 'index':
      return readsBeyond(expression.of, isFocusBeyond) || readsBeyond(expression.index, isFocusBeyond);
    case 'type':
      return readsBeyond(expression.of, isFocusBeyond);
    case 'binary':
      return readsBeyond(expression.left, isFocusBeyond) || readsBeyond(expression.right, isFocusBeyond);
    default:
      return false;
  }
}

/** Whether its values are resources that references lead to. `undefined`: the focus itself. */
function isBeyond(expression: Expression | undefined, isFocusBeyond: boolean): boolean {
  if (!expression || expression.kind === 'this') return isFocusBeyond;
  switch (expression.kind) {
    case 'call': {
      const { of, name, args } = expression;
      if (name === 'select') return args.some((each) => isBeyond(each, isBeyond(of, isFocusBeyond)));
      const isOfThem = isBeyond(of, isFocusBeyond);
      if (name === 'iif') return args.slice(1).some((each) => isBeyond(each, isOfThem));
      if (JOINING.has(name)) return isOfThem || args.some((each) => isBeyond(each, isFocusBeyond));
      return name === 'resolve' || (OF_VALUES.has(name) && isOfThem);
    }
    case 'index':
      return isBeyond(expression.of, isFocusBeyond);
    case 'type':
      return expression.operator === 'as' && isBeyond(expression.of, isFocusBeyond);
    case 'binary':
      return (
        expression.operator === '|' &&
        (isBeyond(expression.left, isFocusBeyond) || isBeyond(expression.right, isFocusBeyond))
      );
    default:
      return false;
  }
}
