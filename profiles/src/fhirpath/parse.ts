/** FHIRPath text → syntax tree (http://hl7.org/fhirpath/N1/#expressions), all of the grammar that R4's definitions use. */

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'this' }
  /** A name: a member of `of` (or of the focus), or the name of a type at the start of a path. */
  | { readonly kind: 'member'; readonly of: Expression | undefined; readonly name: string }
  | {
      readonly kind: 'call';
      readonly of: Expression | undefined;
      readonly name: string;
      readonly args: readonly Expression[];
    }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'type'; readonly operator: 'is' | 'as'; readonly of: Expression; readonly type: string }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|`([^`]+)`|([A-Za-z_]\w*)|(%(?:[A-Za-z_][\w-]*|`[^`]+`|'[^']+'))|(\$this)|(<=|>=|!=|!~|[.,()[\]{}|=~<>+\-*/&]))/y;

interface Token {
  readonly kind: 'number' | 'string' | 'quoted' | 'name' | 'variable' | 'this' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

/** Operators from loosest to tightest (http://hl7.org/fhirpath/N1/#operator-precedence). */
const LEVELS: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '!=', '~', '!~'],
  ['<', '>', '<=', '>='],
  ['|'],
  ['is', 'as'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod'],
];

/** R4's longest has some three hundred. */
const MAX_TOKENS = 2000;
/** Of parentheses, arguments and indexes. */
const MAX_NESTING = 60;

/** Throws SyntaxError on anything it does not know, and on what is too long or nested too deeply to be walked safely. */
export function parseFhirPath(text: string): Expression {
  const tokens = tokenize(text);
  let at = 0;
  let nesting = 0;
  const peek = (): Token => tokens[at] as Token;
  const isSymbol = (symbol: string): boolean => peek().kind === 'symbol' && peek().text === symbol;

  function expect(symbol: string): void {
    if (!isSymbol(symbol)) throw new SyntaxError(`FHIRPath: '${symbol}' was expected ${placeOf(peek())}`);
    at += 1;
  }

  function nested(): Expression {
    nesting += 1;
    if (nesting > MAX_NESTING) throw new SyntaxError('FHIRPath: nested too deeply');
    const inner = parseLevel(0);
    nesting -= 1;
    return inner;
  }

  function parseLevel(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return parsePath();
    let left = parseLevel(level + 1);
    for (;;) {
      const { kind, text: operator } = peek();
      if ((kind !== 'symbol' && kind !== 'name') || !operators.includes(operator)) return left;
      at += 1;
      if (operator === 'is' || operator === 'as')
        left = { kind: 'type', operator, of: left, type: typeName() };
      else left = { kind: 'binary', operator, left, right: parseLevel(level + 1) };
    }
  }

  function typeName(): string {
    let name = peek().text;
    at += 1;
    while (isSymbol('.')) {
      at += 1;
      name = peek().text;
      at += 1;
    }
    return name;
  }

  function parsePath(): Expression {
    let expression = parseTerm();
    for (;;) {
      if (isSymbol('.')) {
        at += 1;
        expression = parseStep(expression);
      } else if (isSymbol('[')) {
        at += 1;
        const index = nested();
        expect(']');
        expression = { kind: 'index', of: expression, index };
      } else return expression;
    }
  }

  function parseStep(of: Expression | undefined): Expression {
    const { kind, text: name } = peek();
    if (kind !== 'name' && kind !== 'quoted')
      throw new SyntaxError(`FHIRPath: a name was expected ${placeOf(peek())}`);
    at += 1;
    if (kind === 'quoted' || !isSymbol('(')) return { kind: 'member', of, name };
    at += 1;
    const args: Expression[] = [];
    while (!isSymbol(')')) {
      args.push(nested());
      if (isSymbol(',')) at += 1;
    }
    expect(')');
    return { kind: 'call', of, name, args };
  }

  function parseTerm(): Expression {
    const token = peek();
    if (token.kind === 'number') return literal(Number(token.text));
    if (token.kind === 'string') return literal(token.text.replace(/\\(.)/g, unescaped));
    if (token.kind === 'variable') {
      at += 1;
      return { kind: 'variable', name: token.text.replace(/[%`']/g, '') };
    }
    if (token.kind === 'this') {
      at += 1;
      return { kind: 'this' };
    }
    if (token.kind === 'name' && (token.text === 'true' || token.text === 'false'))
      return literal(token.text === 'true');
    if (isSymbol('(')) {
      at += 1;
      const inner = nested();
      expect(')');
      return inner;
    }
    if (isSymbol('{')) {
      at += 1;
      expect('}');
      return { kind: 'empty' };
    }
    if (isSymbol('-')) {
      at += 1;
      if (isSymbol('-')) throw new SyntaxError('FHIRPath: one sign is enough');
      return { kind: 'binary', operator: '-', left: { kind: 'literal', value: 0 }, right: parsePath() };
    }
    return parseStep(undefined);
  }

  function literal(value: string | number | boolean): Expression {
    at += 1;
    return { kind: 'literal', value };
  }

  const expression = parseLevel(0);
  if (peek().kind !== 'end')
    throw new SyntaxError(`FHIRPath: '${peek().text.slice(0, 40)}' is not read ${placeOf(peek())}`);
  return expression;
}

const placeOf = ({ kind, at }: Token): string => (kind === 'end' ? 'at the end' : `at character ${at + 1}`);

function unreadable(text: string, end: number): SyntaxError {
  const rest = text.slice(end).trimStart();
  const [word = ''] = /^(?:\$\w+|.)/s.exec(rest) ?? [];
  return new SyntaxError(
    `FHIRPath: '${word.slice(0, 40)}' is not read at character ${text.length - rest.length + 1}`,
  );
}

function unescaped(_: string, character: string): string {
  const known: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };
  return known[character] ?? character;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  let begin = 0;
  const push = (kind: Token['kind'], of: string): void => {
    tokens.push({ kind, text: of, at: begin });
  };
  while (end < text.trimEnd().length) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    if (!match) throw unreadable(text, end);
    begin = end + match[0].length - match[0].trimStart().length;
    end = TOKEN.lastIndex;
    if (tokens.length > MAX_TOKENS) throw new SyntaxError('FHIRPath: the expression is too long');
    const [, number, string, quoted, name, variable, self, symbol] = match;
    if (number !== undefined) push('number', number);
    else if (string !== undefined) push('string', string);
    else if (quoted !== undefined) push('quoted', quoted);
    else if (name !== undefined) push('name', name);
    else if (variable !== undefined) push('variable', variable);
    else if (self !== undefined) push('this', self);
    else push('symbol', symbol as string);
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}
