/** FHIRPath's functions, as far as R4's definitions use them (http://hl7.org/fhirpath/N1/#functions). */
import { isTruthy } from './compare.ts';
import type { Environment, Evaluate } from './evaluate.ts';
import { isObject, isOfType, type Node, pushChildren, pushMembers, resourceNode } from './node.ts';
import type { Expression } from './parse.ts';
import { type Pattern, patternOf } from './pattern.ts';
import { resolved } from './resolve.ts';
import { distinct, intersect } from './set.ts';

/** `input` is what the function is called on; `focus` what the call's own arguments start from. */
type Apply = (input: readonly Node[], environment: Environment, focus: readonly Node[]) => readonly Node[];
type Make = (args: readonly Expression[], compile: (expression: Expression) => Evaluate) => Apply;

const TRUE: readonly Node[] = [{ type: 'boolean', value: true }];
const FALSE: readonly Node[] = [{ type: 'boolean', value: false }];
const NOTHING: readonly Node[] = [];

const bool = (value: boolean): readonly Node[] => (value ? TRUE : FALSE);
const integer = (value: number): readonly Node[] => [{ type: 'integer', value }];
const text = (value: string): readonly Node[] => [{ type: 'string', value }];

function argument(
  args: readonly Expression[],
  compile: (expression: Expression) => Evaluate,
  at = 0,
): Evaluate {
  const expression = args[at];
  if (!expression) throw new SyntaxError('FHIRPath: a function lacks an argument');
  return compile(expression);
}

/** A function of strings: nothing in, nothing out. */
const ofText =
  (work: (value: string, arg: string) => readonly Node[]): Make =>
  (args, compile) => {
    const arg = argument(args, compile);
    return (input, environment, focus) => {
      const value = input[0]?.value;
      const given = arg(focus, environment)[0]?.value;
      return typeof value === 'string' && typeof given === 'string' ? work(value, given) : NOTHING;
    };
  };

const simple =
  (work: (input: readonly Node[]) => readonly Node[]): Make =>
  () =>
    work;

const filter =
  (keep: (passes: boolean) => boolean): Make =>
  (args, compile) => {
    const test = argument(args, compile);
    return (input, environment) => input.filter((node) => keep(isTruthy(test([node], environment))));
  };

function typeArgument(args: readonly Expression[]): string {
  const [type] = args;
  if (type?.kind !== 'member') throw new SyntaxError('FHIRPath: a type name was expected');
  return type.name;
}

export const functions: Readonly<Record<string, Make>> = {
  exists: (args, compile) => {
    if (args.length === 0) return (input) => bool(input.length > 0);
    const test = argument(args, compile);
    return (input, environment) => bool(input.some((node) => isTruthy(test([node], environment))));
  },
  empty: simple((input) => bool(input.length === 0)),
  count: simple((input) => integer(input.length)),
  not: simple((input) => (input.length === 0 ? NOTHING : bool(!isTruthy(input)))),
  hasValue: simple((input) => bool(input.length === 1 && input[0]?.value !== undefined)),
  first: simple((input) => input.slice(0, 1)),
  last: simple((input) => input.slice(-1)),
  tail: simple((input) => input.slice(1)),
  single: simple((input) => input.slice(0, 1)),
  distinct: simple(distinct),
  isDistinct: simple((input) => bool(distinct(input).length === input.length)),
  allFalse: simple((input) => bool(input.every((node) => node.value === false))),
  allTrue: simple((input) => bool(input.every((node) => node.value === true))),
  // The narrative's markup is checked by validation/structure/narrative.ts.
  htmlChecks: simple(() => TRUE),
  trace: () => (input) => input,
  where: filter((passes) => passes),
  all: (args, compile) => {
    const test = argument(args, compile);
    return (input, environment) => bool(input.every((node) => isTruthy(test([node], environment))));
  },
  select: (args, compile) => {
    const project = argument(args, compile);
    return (input, environment) => input.flatMap((node) => project([node], environment));
  },
  iif: (args, compile) => {
    const test = argument(args, compile, 0);
    const yes = argument(args, compile, 1);
    const no = args.length > 2 ? argument(args, compile, 2) : () => NOTHING;
    return (input, environment) => (isTruthy(test(input, environment)) ? yes : no)(input, environment);
  },
  combine: (args, compile) => {
    const other = argument(args, compile);
    return (input, environment, focus) => [...input, ...other(focus, environment)];
  },
  intersect: (args, compile) => {
    const other = argument(args, compile);
    return (input, environment, focus) => intersect(input, other(focus, environment));
  },
  ofType: (args) => {
    const type = typeArgument(args);
    return (input) => input.filter((node) => isOfType(node, type));
  },
  as: (args) => {
    const type = typeArgument(args);
    return (input) => input.filter((node) => isOfType(node, type));
  },
  is: (args) => {
    const type = typeArgument(args);
    return (input) => (input[0] ? bool(isOfType(input[0], type)) : NOTHING);
  },
  children: simple((input) => {
    const found: Node[] = [];
    for (const node of input) pushChildren(node, found);
    return found;
  }),
  descendants: simple(descendants),
  extension: (args, compile) => {
    const url = argument(args, compile);
    return (input, environment, focus) => {
      const wanted = url(focus, environment)[0]?.value;
      const found: Node[] = [];
      for (const node of input) pushMembers(node, 'extension', found);
      return found.filter((node) => isObject(node.value) && node.value.url === wanted);
    };
  },
  resolve: () => (input, environment) =>
    input.flatMap(({ value }) => {
      const found = resolved(value, environment.rootResource.value);
      return found ? [resourceNode(found)] : [];
    }),
  startsWith: ofText((value, arg) => bool(value.startsWith(arg))),
  endsWith: ofText((value, arg) => bool(value.endsWith(arg))),
  contains: ofText((value, arg) => bool(value.includes(arg))),
  matches: (args, compile) => withPattern(args, compile, (value, pattern) => bool(pattern.test(value))),
  replaceMatches: (args, compile) => {
    const replacement = argument(args, compile, 1);
    return withPattern(args, compile, (value, pattern, environment, focus) =>
      text(pattern.replace(value, String(replacement(focus, environment)[0]?.value ?? ''))),
    );
  },
  substring: (args, compile) => {
    const start = argument(args, compile);
    const length = args.length > 1 ? argument(args, compile, 1) : undefined;
    return (input, environment, focus) => {
      const value = input[0]?.value;
      const from = start(focus, environment)[0]?.value;
      if (typeof value !== 'string' || typeof from !== 'number' || from < 0 || from >= value.length)
        return NOTHING;
      const count = length ? length(focus, environment)[0]?.value : undefined;
      return text(
        typeof count === 'number' ? value.slice(from, from + Math.max(0, count)) : value.slice(from),
      );
    };
  },
  length: simple((input) => (typeof input[0]?.value === 'string' ? integer(input[0].value.length) : NOTHING)),
  toInteger: simple((input) => {
    const value = Number(input[0]?.value);
    return input.length === 1 && Number.isInteger(value) ? integer(value) : NOTHING;
  }),
  toString: simple((input) =>
    input[0] && !isObject(input[0].value) ? text(String(input[0].value)) : NOTHING,
  ),
};

/** The pattern is a literal, compiled once. */
function withPattern(
  args: readonly Expression[],
  compile: (expression: Expression) => Evaluate,
  work: (
    value: string,
    pattern: Pattern,
    environment: Environment,
    focus: readonly Node[],
  ) => readonly Node[],
): Apply {
  const [first] = args;
  if (first?.kind !== 'literal' || typeof first.value !== 'string') {
    compile(first ?? { kind: 'empty' });
    throw new SyntaxError('FHIRPath: a pattern must be a literal');
  }
  const pattern = patternOf(first.value);
  return (input, environment, focus) => {
    const value = input[0]?.value;
    return typeof value === 'string' ? work(value, pattern, environment, focus) : NOTHING;
  };
}

function descendants(input: readonly Node[]): readonly Node[] {
  const found: Node[] = [];
  for (const node of input) pushChildren(node, found);
  // The list grows while it is walked: breadth first, each node once.
  for (let i = 0; i < found.length; i++) pushChildren(found[i] as Node, found);
  return found;
}
