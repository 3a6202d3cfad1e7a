/** Words of a resource, for `_text` (its narrative) and `_content` (all it says): https://hl7.org/fhir/R4/search.html#content */
import { invalid } from '@wellspring/profiles';
import { foldText } from './fold-text.ts';
import { and, not, or, type QueryNode } from './query.ts';
import { unescapeValue } from './values.ts';

const WORD = /[\p{L}\p{N}]+/gu;
/** The same, of text that is ASCII and folded: several times as fast. Signs such as `🄐` become capital letters when they are folded. */
const ASCII = /^[ -@[-~]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
/** A document of more distinct words than this is found by its first ones. */
const MAX_WORDS = 5000;
const MAX_LENGTH = 64;
/** Nor are more words looked through, however few of them differ, nor more characters (folded): so long is a book. */
const MAX_LOOKED_AT = 100_000;
const MAX_CHARACTERS = 600_000;
/** Characters that are folded at a time, and on to where a word ends. */
const PIECE = 20_000;
const LONGEST_PIECE = 2 * PIECE;
const TAG = /<[^>]*>/g;
const ENTITY = /&[a-z]+;|&#\w+;/gi;

/** What is no text for readers: names of things, addresses, encoded data, markup. */
const SILENT: ReadonlySet<string> = new Set([
  'resourceType',
  'id',
  'reference',
  'system',
  'url',
  'uri',
  'code',
  'status',
  'use',
  'data',
  'div',
  'contentType',
  'language',
  'implicitRules',
  'instantiatesCanonical',
  'hash',
]);
const NO_TEXT = /^(?:\d{4}-\d{2}|https?:|urn:)/;

/** Folded, each once. */
export function narrativeWords(resource: object): string[] {
  const div = (resource as { text?: { div?: unknown } }).text?.div;
  return typeof div === 'string' ? wordsOf([div.replace(TAG, ' ').replace(ENTITY, ' ')]) : [];
}

export function contentWords(resource: object): string[] {
  const texts: string[] = [];
  collect(resource, texts);
  const div = (resource as { text?: { div?: unknown } }).text?.div;
  if (typeof div === 'string') texts.push(div.replace(TAG, ' ').replace(ENTITY, ' '));
  return wordsOf(texts);
}

/** A file of plain text inside the resource: a visit's notes are found by what they say. */
function fileText({ contentType, data }: { contentType?: unknown; data?: unknown }): string | undefined {
  if (typeof contentType !== 'string' || typeof data !== 'string') return undefined;
  return /^text\/plain\b/.test(contentType) ? Buffer.from(data, 'base64').toString('utf8') : undefined;
}

function collect(value: object, texts: string[]): void {
  const file = fileText(value);
  if (file !== undefined) texts.push(file);
  for (const key of Object.keys(value)) {
    const child: unknown = (value as Record<string, unknown>)[key];
    if (key === 'meta') continue;
    if (typeof child === 'string') {
      if (!SILENT.has(key) && !NO_TEXT.test(child)) texts.push(child);
    } else if (Array.isArray(child)) collectList(key, child, texts);
    else if (typeof child === 'object' && child !== null) collect(child, texts);
  }
}

function collectList(key: string, list: readonly unknown[], texts: string[]): void {
  for (const item of list) {
    if (typeof item === 'string') {
      if (!SILENT.has(key) && !NO_TEXT.test(item)) texts.push(item);
    } else if (typeof item === 'object' && item !== null) collect(item, texts);
  }
}

function wordsOf(texts: readonly string[]): string[] {
  const found = new Set<string>();
  let left = MAX_LOOKED_AT;
  let characters = MAX_CHARACTERS;
  for (const text of texts) {
    for (const piece of piecesOf(text)) {
      if (characters <= 0) return [...found];
      const folded = foldText(piece);
      characters -= folded.length;
      for (const word of folded.match(ASCII.test(folded) ? ASCII_WORD : WORD) ?? []) {
        if (found.size >= MAX_WORDS || left-- === 0) return [...found];
        found.add(word.slice(0, MAX_LENGTH));
      }
    }
  }
  return [...found];
}

/** Parted at spaces, where there are some. */
function* piecesOf(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > LONGEST_PIECE) {
    const space = text.slice(from, from + LONGEST_PIECE).indexOf(' ', PIECE);
    const to = from + (space < 0 ? LONGEST_PIECE : space);
    yield text.slice(from, to);
    from = to;
  }
  yield from === 0 ? text : text.slice(from);
}

/** Words, and what joins them, in one question; and of OR. */
const MAX_PARTS = 500;
const MAX_ALTERNATIVES = 100;
const MAX_DEPTH = 20;
const PART = /"([^"]*)"|([()])|[^\s()"]+/g;

/**
 * Words side by side, or with AND, must all be there; OR parts alternatives, NOT leaves out, parentheses hold together, all in capitals as the words in small letters
 * are words. `metf*`: a word that begins so. Errors: 400 for a phrase of several words: which word follows which is not kept.
 */
export function wordsNode(of: 'text' | 'content', value: string): QueryNode {
  const text = unescapeValue(value);
  const parts = [...text.matchAll(PART)];
  if (parts.length > MAX_PARTS) throw invalid(`'_${of}' takes ${MAX_PARTS} words at most.`);
  if (parts.filter(([part]) => part === 'OR').length >= MAX_ALTERNATIVES)
    throw invalid(`'_${of}' takes ${MAX_ALTERNATIVES} alternatives at most.`);
  let at = 0;
  const isNext = (word: string): boolean => parts[at]?.[0] === word;

  function alternatives(depth: number): QueryNode | undefined {
    if (depth > MAX_DEPTH) throw invalid(`'_${of}' is nested too deeply.`);
    const nodes = [together(depth)];
    while (isNext('OR')) {
      at += 1;
      nodes.push(together(depth));
    }
    const asked = nodes.filter((node) => node !== undefined);
    if (asked.length < nodes.length && nodes.length > 1) throw invalid(`'_${of}': OR stands between words.`);
    return asked.length === 0 ? undefined : or(...asked);
  }

  function together(depth: number): QueryNode | undefined {
    const words: string[] = [];
    const nodes: QueryNode[] = [];
    while (at < parts.length && !isNext('OR') && !isNext(')')) {
      if (isNext('AND')) {
        at += 1;
        continue;
      }
      const isExcluded = isNext('NOT');
      if (isExcluded) at += 1;
      const found = one(depth);
      if (isExcluded && !found) throw invalid(`'_${of}': NOT stands before a word.`);
      if (!found) continue;
      if (isExcluded) nodes.push(not(found));
      else if (found.kind === 'words' && found.begins === undefined) words.push(...found.words);
      else nodes.push(found);
    }
    if (words.length === 0 && nodes.length === 0) return undefined;
    return and(...(words.length > 0 ? [{ kind: 'words', of, words } as const] : []), ...nodes);
  }

  function one(depth: number): QueryNode | undefined {
    const [part = '', phrase] = parts[at] ?? [];
    if (part === '' || part === 'OR' || part === ')') return undefined;
    at += 1;
    if (part === '(') {
      const inner = alternatives(depth + 1);
      if (!isNext(')')) throw invalid(`'_${of}': a ) is missing.`);
      at += 1;
      return inner;
    }
    return phrase === undefined ? wordNode(of, part) : phraseNode(of, phrase);
  }

  const found = alternatives(0);
  if (at < parts.length) throw invalid(`'_${of}': there is a ) too many.`);
  if (!found) throw invalid(`'_${of}' takes words.`);
  return found;
}

function wordNode(of: 'text' | 'content', part: string): QueryNode | undefined {
  const words = wordsOf([part]);
  if (words.length === 0) return undefined;
  if (!part.endsWith('*')) return { kind: 'words', of, words };
  const begins = words.at(-1) as string;
  return { kind: 'words', of, words: words.slice(0, -1), begins };
}

function phraseNode(of: 'text' | 'content', phrase: string): QueryNode | undefined {
  const words = wordsOf([phrase]);
  if (words.length > 1)
    throw invalid(
      `'_${of}': a phrase of several words can't be searched; without quotation marks all of its words are looked for.`,
    );
  return words.length === 0 ? undefined : { kind: 'words', of, words };
}
