/**
 * Expression constraints of SNOMED CT (https://hl7.org/fhir/R4/snomedct.html#implicit, ECL), as far as filters of R4 can say what they ask: concepts with `<`, `<<`, `<!`, `<<!`, `>`, `>>`
 * and `^`, `*`, joined by AND and OR in brackets, attributes that have one value, and one MINUS outside of all brackets.
 */
import type { Filter } from '@wellspring/profiles';

/** Filters that must all hold. */
type Together = readonly Filter[];

export interface Constraint {
  /** One of them. */
  readonly any: readonly Together[];
  /** None of them. */
  readonly none: readonly Together[];
}

const TOKEN = /\s+|\|[^|]*\||(<<!|<!|<<|<|>>|>|\^|[():,=*]|(?:AND|OR|MINUS)\b|\d{6,18}(?!\d))/iy;
const CONCEPT = /^\d/;
/** Brackets multiply: `(a OR b) AND (c OR d)`. */
const MOST = 50;
/** Each that is joined copies what it is joined to, and is asked of each concept. */
const MOST_TOKENS = 500;
const MAX_DEPTH = 20;

const one = (property: string, op: string, value: string): Filter => ({ property, op, value });

const OPERATORS: Readonly<Record<string, (code: string) => Together[]>> = {
  '': (code) => [[one('code', '=', code)]],
  '<': (code) => [[one('concept', 'descendent-of', code)]],
  '<<': (code) => [[one('concept', 'is-a', code)]],
  '<!': (code) => [[one('concept', 'child-of', code)]],
  '<<!': (code) => [[one('concept', 'child-of', code)], [one('code', '=', code)]],
  '>': (code) => [[one('concept', 'generalizes', code), one('code', 'not-in', code)]],
  '>>': (code) => [[one('concept', 'generalizes', code)]],
  '^': (code) => [[one('concept', 'in', code)]],
};

/** undefined: it is none, or asks for more than filters can say. */
export function constraintOf(text: string): Constraint | undefined {
  const tokens = tokensOf(text);
  return tokens && parsed(tokens);
}

function parsed(tokens: readonly string[]): Constraint | undefined {
  let at = 0;
  const take = (token: string): boolean => {
    const isNext = tokens[at] === token;
    if (isNext) at += 1;
    return isNext;
  };

  /** Of one kind of joint: of two, brackets have to say which comes first. */
  function joined(depth: number): readonly Together[] | undefined {
    let found = refined(depth);
    const joint = tokens[at];
    if (joint !== 'AND' && joint !== 'OR') return found;
    while (found && take(joint)) {
      const more = refined(depth);
      found = more && (joint === 'OR' ? few([...found, ...more]) : both(found, more));
    }
    return found;
  }

  function refined(depth: number): readonly Together[] | undefined {
    let found = operand(depth);
    if (!found || !take(':')) return found;
    do {
      const [name = '', equals, value = ''] = tokens.slice(at, at + 3);
      if (!CONCEPT.test(name) || equals !== '=' || !CONCEPT.test(value)) return undefined;
      at += 3;
      found = both(found, [[one(name, '=', value)]]);
    } while (found && take(','));
    return found;
  }

  function operand(depth: number): readonly Together[] | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (take('(')) {
      const inner = joined(depth + 1);
      return take(')') ? inner : undefined;
    }
    if (take('*')) return [[]];
    const operator = OPERATORS[tokens[at] ?? ''] ? (tokens[at++] as string) : '';
    const code = tokens[at] ?? '';
    if (!CONCEPT.test(code)) return undefined;
    at += 1;
    return OPERATORS[operator]?.(code);
  }

  const any = joined(0);
  const none = take('MINUS') ? refined(0) : [];
  return any && none && at === tokens.length ? { any, none } : undefined;
}

const few = (found: readonly Together[]): readonly Together[] | undefined =>
  found.length > MOST ? undefined : found;

const both = (some: readonly Together[], others: readonly Together[]): readonly Together[] | undefined =>
  few(some.flatMap((a) => others.map((b) => [...a, ...b])));

/** Without terms and spaces, words in capitals; undefined where something is no token, or where there are too many. */
function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    if (tokens.length > MOST_TOKENS) return undefined;
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    if (found[1] !== undefined) tokens.push(found[1].toUpperCase());
  }
  return tokens;
}
