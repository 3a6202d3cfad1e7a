/** What an expression reads of another resource: `resolve()` tells here what type a reference leads to, and fetches nothing (resolve.ts). */
import { type Expression, parseFhirPath } from './parse.ts';

/** What these give tells at most of what type such a resource is, or whether there is one. */
const TOLD: ReadonlySet<string> = new Set(
  'all count empty exists hasValue is isDistinct not subsetOf supersetOf type'.split(' '),
);
/** They give what they were asked of, or are given, as it is: nothing of it is read by them. */
const PASSING: ReadonlySet<string> = new Set(
  'as coalesce combine distinct exclude first iif intersect last ofType repeat select single skip sort tail take trace union where'.split(
    ' ',
  ),
);
/** Their arguments are asked of what they are asked of. */
const ASKING: ReadonlySet<string> = new Set(
  'aggregate all coalesce defineVariable exists iif repeat select sort where'.split(' '),
);

/** Their arguments say which of the values are given. */
const CONDITIONS: ReadonlySet<string> = new Set(['as', 'ofType', 'sort', 'where']);

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
      const isOfThem = isBeyond(of, isFocusBeyond);
      // Any other function reads what it is asked of: extension(), children(), toString().
      if (isOfThem && !TOLD.has(name) && !PASSING.has(name)) return true;
      const isAskedBeyond = ASKING.has(name) ? isOfThem : isFocusBeyond;
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
      if (name === 'resolve') return true;
      if (TOLD.has(name)) return false;
      const isOfThem = isBeyond(of, isFocusBeyond);
      const isAskedBeyond = ASKING.has(name) ? isOfThem : isFocusBeyond;
      // A condition is asked, and not given; what is selected stands for what it is selected from.
      const given = name === 'iif' ? args.slice(1) : args;
      const isHandedOn = isOfThem && name !== 'select' && name !== 'iif';
      return isHandedOn || (!CONDITIONS.has(name) && given.some((each) => isBeyond(each, isAskedBeyond)));
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
