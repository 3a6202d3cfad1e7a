/** Words of a resource, for `_text` (its narrative) and `_content` (all it says): https://hl7.org/fhir/R4/search.html#content */
import { foldText } from './fold-text.ts';
import { GAP } from './index-entry.ts';

const WORD = /[\p{L}\p{N}]+/gu;
/** A document of more distinct words than this is found by its first ones. */
const MAX_WORDS = 5000;
const MAX_LENGTH = 64;
/** Nor are more words kept, however few of them differ, nor more characters (folded): so long is a book. */
const MAX_LOOKED_AT = 100_000;
const MAX_CHARACTERS = 600_000;
/** Characters that are folded at a time, and on to where a word ends. */
const PIECE = 20_000;
const LONGEST_PIECE = 2 * PIECE;
const TAG = /<[^>]*>/g;
const ENTITY = /&(?:[a-z]+|#(?:x([0-9a-f]+)|(\d+)));/gi;

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

/** What a reader sees of it: a letter by its number is that letter (`Z&#252;rich`), what has a name is a sign between words. */
const readText = (div: string): string =>
  div.replace(TAG, ' ').replace(ENTITY, (_, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });

/** Folded, in the order in which they stand, with GAP between what is no one text. */
export function narrativeWords(resource: object): string[] {
  const div = (resource as { text?: { div?: unknown } }).text?.div;
  return typeof div === 'string' ? wordsOf([readText(div)]) : [];
}

export function contentWords(resource: object): string[] {
  const texts: string[] = [];
  collect(resource, texts);
  const div = (resource as { text?: { div?: unknown } }).text?.div;
  if (typeof div === 'string') texts.push(readText(div));
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

/** Texts of an element that repeats (given names, lines of an address) follow one another. */
function collectList(key: string, list: readonly unknown[], texts: string[]): void {
  const own: string[] = [];
  for (const item of list) {
    if (typeof item === 'string') {
      if (!SILENT.has(key) && !NO_TEXT.test(item)) own.push(item);
    } else if (typeof item === 'object' && item !== null) collect(item, texts);
  }
  if (own.length > 0) texts.push(own.join(' '));
}

/** The words of these texts, folded, in their order, with GAP between two texts. */
export function wordsOf(texts: readonly string[]): string[] {
  const found: string[] = [];
  let distinct: Set<string> | undefined;
  let characters = MAX_CHARACTERS;
  for (const text of texts) {
    if (found.length > 0 && found.at(-1) !== GAP) found.push(GAP);
    for (const piece of piecesOf(text)) {
      if (characters <= 0) return found;
      const { words, length } = plainWords(piece) ?? foldedWords(piece);
      characters -= length;
      for (const match of words) {
        const word = match.slice(0, MAX_LENGTH);
        if (found.length >= MAX_WORDS) {
          distinct ??= new Set(found);
          if (distinct.size >= MAX_WORDS || found.length >= MAX_LOOKED_AT) return found;
          distinct.add(word);
        }
        found.push(word);
      }
    }
  }
  if (found.at(-1) === GAP) found.pop();
  return found;
}

interface Folded {
  readonly words: readonly string[];
  /** Of the text when it is folded. */
  readonly length: number;
}

function foldedWords(text: string): Folded {
  const folded = foldText(text);
  return { words: folded.match(WORD) ?? [], length: folded.length };
}

/** The same of ASCII, as most text is, in a tenth of the time: folding leaves it in lower case, with one space for a run of them. undefined: it is none. */
function plainWords(text: string): Folded | undefined {
  const lower = text.toLowerCase();
  const words: string[] = [];
  let start = -1;
  let length = 0;
  let isSpaced = false;
  for (let i = 0; i < lower.length; i++) {
    const code = lower.charCodeAt(i);
    if (code > 127) return undefined;
    const isSpace = code === 32 || (code >= 9 && code <= 13);
    if (!isSpace) length += isSpaced && length > 0 ? 2 : 1;
    isSpaced = isSpace;
    const isInWord = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
    if (isInWord && start < 0) start = i;
    if (isInWord || start < 0) continue;
    words.push(lower.slice(start, i));
    start = -1;
  }
  if (start >= 0) words.push(lower.slice(start));
  return { words, length };
}

/** Parted at spaces, where there are some. */
const piecesOf = (text: string): Iterable<string> => (text.length <= LONGEST_PIECE ? [text] : partsOf(text));

function* partsOf(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > LONGEST_PIECE) {
    const space = text.slice(from, from + LONGEST_PIECE).indexOf(' ', PIECE);
    const to = from + (space < 0 ? LONGEST_PIECE : space);
    yield text.slice(from, to);
    from = to;
  }
  yield from === 0 ? text : text.slice(from);
}
