/** The forms that SNOMED CT states for what is written of it: no content, so no licence. */

export const SNOMED_CT = 'http://snomed.info/sct';

const TOKEN =
  /\s+|\/\*(?:[^*]|\*(?!\/))*\*\/|(\|[^|]*\|)|("(?:[^"\\]|\\.)*")|(!!>|!!<|<<!|>>!|<!|>!|<<|>>|<|>)|(\^(?:\s*\[[^\]]*\])?|\{\{|\}\}|!=|<=|>=|[(){}[\],:=*.+#])|([^\s|"(){}[\],:=*.<>!^+#]+)/y;
/** What each of the pattern's groups is: numbered, for an object of names is ten times the work, and there may be many thousand tokens. */
const KINDS = ['term', 'text', 'operator', 'mark', 'word'] as const;
/** Of a longer one nothing is said: it may be what it should be. */
const MOST_CHARACTERS = 200_000;

interface Token {
  readonly kind: (typeof KINDS)[number];
  readonly text: string;
}

/** undefined where something is no token. */
function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    const kind = KINDS.find((_, at) => found[at + 1] !== undefined);
    if (kind) tokens.push({ kind, text: found[0] });
  }
  return tokens;
}

const JOINTS: ReadonlySet<string> = new Set(['AND', 'OR', 'MINUS', ',']);
const MAX_DEPTH = 50;

/**
 * Whether a text is of SNOMED's Expression Constraint Language, as far as its outer form goes: concepts with their operators, joined, in brackets.
 * Of refinements and filters only the brackets are looked at.
 */
export function isExpressionConstraint(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return true;
  const tokens = tokensOf(text) ?? [];
  let at = 0;
  const is = (text: string): boolean => tokens[at]?.kind === 'mark' && tokens[at]?.text === text;
  const take = (found: boolean): boolean => {
    if (found) at += 1;
    return found;
  };

  function expression(depth: number): boolean {
    if (depth > MAX_DEPTH || !operand(depth)) return false;
    while (at < tokens.length && !is(')')) {
      const next = tokens[at] as Token;
      if (is(':') || is('{{') || is('.')) {
        if (!rest()) return false;
      } else if (JOINTS.has(next.text.toUpperCase())) {
        at += 1;
        if (!operand(depth)) return false;
      } else return false;
    }
    return true;
  }

  function operand(depth: number): boolean {
    take(tokens[at]?.kind === 'operator');
    while (tokens[at]?.kind === 'mark' && tokens[at]?.text.startsWith('^')) at += 1;
    if (take(is('('))) return expression(depth + 1) && take(is(')'));
    if (take(is('*'))) return true;
    const { kind, text = '' } = tokens[at] ?? {};
    if (kind !== 'word' || !(/^\d{6,18}$/.test(text) || tokens[at + 1]?.text === '#')) return false;
    at += 1;
    if (take(is('#')) && !take(tokens[at]?.kind === 'word' || tokens[at]?.kind === 'text')) return false;
    take(tokens[at]?.kind === 'term');
    return true;
  }

  /** A refinement, a filter, or an attribute's values: to the bracket that ends what it stands in. */
  function rest(): boolean {
    const open: string[] = [];
    const start = at;
    for (; at < tokens.length; at++) {
      const { kind, text } = tokens[at] as Token;
      if (kind !== 'mark') continue;
      if (text === '(' || text === '{' || text === '[' || text === '{{') open.push(text);
      else if (text === ')' && open.length === 0) break;
      else if (CLOSES[text] !== undefined && open.pop() !== CLOSES[text]) return false;
    }
    return open.length === 0 && at > start + 1;
  }

  return expression(0) && at === tokens.length;
}

const CLOSES: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[', '}}': '{{' };
