/** What `_text` and `_content` are asked for: words, phrases, and what joins them (docs/SEARCH.md) → a query node. */
import { invalid } from '@wellspring/profiles';
import { and, not, or, type QueryNode } from './query.ts';
import { unescapeValue } from './values.ts';
import { wordsOf } from './words.ts';

/** Words, and what joins them, in one question; and of OR. */
const MAX_PARTS = 500;
const MAX_ALTERNATIVES = 100;
const MAX_DEPTH = 20;
/** A phrase; a sign; a word. What is escaped stands for itself. `-` is a sign where a word begins. */
const PART = /"((?:\\.|[^"\\])*)"|([(),|]|(?<![^\s(,|])-(?=[^\s-]))|(?:\\.|[^\s(),|"\\])+/gs;

type WordsNode = QueryNode & { kind: 'words' };
type Of = WordsNode['of'];
type Join = 'or' | 'and' | 'not' | '(' | ')';

interface Words {
  readonly words: readonly string[];
  readonly begins?: string;
  readonly isPhrase: boolean;
}

type Part = Join | Words;

/**
 * Words side by side, or with AND, must all be there; OR (`|`, and a comma as of any parameter) parts alternatives, NOT (`-`) leaves out, parentheses hold together.
 * `"chest pain"`: these words one after the other. `metf*`: a word that begins so.
 */
export function wordsNode(of: Of, value: string): QueryNode {
  const parts = partsOf(of, value);
  let at = 0;

  function alternatives(depth: number): QueryNode | undefined {
    if (depth > MAX_DEPTH) throw invalid(`'_${of}' is nested too deeply.`);
    const nodes = [together(depth)];
    while (parts[at] === 'or') {
      at += 1;
      nodes.push(together(depth));
    }
    const asked = nodes.filter((node) => node !== undefined);
    if (asked.length < nodes.length) throw invalid(`'_${of}': OR stands between words.`);
    return or(...asked);
  }

  function together(depth: number): QueryNode | undefined {
    const nodes: QueryNode[] = [];
    while (at < parts.length && parts[at] !== 'or' && parts[at] !== ')') {
      if (parts[at] === 'and') {
        at += 1;
        continue;
      }
      const isExcluded = parts[at] === 'not';
      if (isExcluded) at += 1;
      const found = one(depth);
      if (!found) throw invalid(`'_${of}': NOT stands before a word.`);
      nodes.push(isExcluded ? not(found) : found);
    }
    return nodes.length === 0 ? undefined : and(...asOneQuestion(of, nodes));
  }

  function one(depth: number): QueryNode | undefined {
    const part = parts[at];
    if (part === undefined || (typeof part === 'string' && part !== '(')) return undefined;
    at += 1;
    if (part !== '(') return nodeOf(of, part);
    const inner = alternatives(depth + 1);
    if (parts[at] !== ')') throw invalid(`'_${of}': a ) is missing.`);
    at += 1;
    return inner;
  }

  const found = alternatives(0);
  if (at < parts.length) throw invalid(`'_${of}': there is a ) too many.`);
  return found as QueryNode;
}

/** A word that holds signs (`x-ray`, `9.9`) is as many words, one after the other. */
function nodeOf(of: Of, { words, begins }: Words): WordsNode {
  if (begins !== undefined) return { kind: 'words', of, words, begins };
  return words.length > 1 ? { kind: 'words', of, words, inOrder: true } : { kind: 'words', of, words };
}

/** Plain words that must all be there are looked for at once. */
function asOneQuestion(of: Of, nodes: readonly QueryNode[]): QueryNode[] {
  const isPlain = (node: QueryNode): node is WordsNode =>
    node.kind === 'words' && !node.inOrder && node.begins === undefined;
  const words = nodes.filter(isPlain).flatMap((node) => node.words);
  return [
    ...(words.length > 0 ? [{ kind: 'words', of, words } as const] : []),
    ...nodes.filter((node) => !isPlain(node)),
  ];
}

/** Without what holds no words, and without commas that part nothing. */
function partsOf(of: Of, value: string): Part[] {
  const written = [...value.matchAll(PART)];
  if (written.length > MAX_PARTS) throw invalid(`'_${of}' takes ${MAX_PARTS} words at most.`);
  const parts: Part[] = [];
  let isParted = true;
  for (const [text, phrase, sign] of written) {
    const part = sign === undefined ? partOf(text, phrase) : SIGNS[sign];
    if (part === undefined) continue;
    if (text !== ',' || !isParted) parts.push(part);
    isParted = text === ',';
  }
  if (isParted && parts.length > 0) parts.pop();
  if (parts.filter((part) => part === 'or').length >= MAX_ALTERNATIVES)
    throw invalid(`'_${of}' takes ${MAX_ALTERNATIVES} alternatives at most.`);
  if (!parts.some((part) => typeof part === 'object')) throw invalid(`'_${of}' takes words.`);
  return parts.map((part, at) => joinOf(parts, at) ?? part);
}

const SIGNS: Readonly<Record<string, Join>> = { '|': 'or', ',': 'or', '-': 'not', '(': '(', ')': ')' };
const JOINS: Readonly<Record<string, Join>> = { OR: 'or', AND: 'and', NOT: 'not' };

function partOf(text: string, phrase: string | undefined): Part | undefined {
  if (Object.hasOwn(JOINS, text)) return JOINS[text];
  if (phrase !== undefined && /[\p{L}\p{N}]\*/u.test(phrase))
    throw invalid('A * ends a word by itself; inside of a phrase it is not supported.');
  const words = wordsOf([unescapeValue(phrase ?? text)]);
  if (words.length === 0) return undefined;
  if (phrase !== undefined || !text.endsWith('*')) return { words, isPhrase: phrase !== undefined };
  return { words: words.slice(0, -1), begins: words.at(-1) as string, isPhrase: false };
}

/** Between two words `and` and `or` join in small letters too, as in R4's own example; elsewhere they are words. */
function joinOf(parts: readonly Part[], at: number): Join | undefined {
  const [before, part, after] = [parts[at - 1], parts[at], parts[at + 1]];
  if (typeof part !== 'object' || part.isPhrase || part.begins !== undefined || part.words.length > 1)
    return undefined;
  if (typeof before !== 'object' && before !== ')') return undefined;
  if (typeof after !== 'object' && after !== '(' && after !== 'not') return undefined;
  const [word] = part.words;
  return word === 'and' || word === 'or' ? word : undefined;
}
