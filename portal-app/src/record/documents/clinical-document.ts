/**
 * A clinical document in CDA (HL7 C-CDA) → what a page shows of it: text, lists and tables. Only what is named here is taken over, and only as text: no markup, no
 * address, no script of the document reaches the page.
 */
import { bareType, bytesOf } from '../../format/attachment.ts';

export interface ClinicalDocument {
  readonly title: string | undefined;
  readonly language: string | undefined;
  readonly patient: string | undefined;
  /** Who wrote it: a person, or else an organization. */
  readonly author: string | undefined;
  /** As FHIR writes it. */
  readonly date: string | undefined;
  readonly sections: readonly DocumentSection[];
  /** Of a document that is nothing but a file, a scanned letter for instance. */
  readonly file: HeldFile | undefined;
  /** There is more than is shown. */
  readonly isCut: boolean;
}

/** `data`: base64. */
export interface HeldFile {
  readonly contentType: string;
  readonly data: string;
}

export interface DocumentSection {
  readonly title: string | undefined;
  readonly blocks: readonly Block[];
  readonly sections: readonly DocumentSection[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Block[])[] }
  | {
      readonly kind: 'table';
      readonly caption: string | undefined;
      readonly rows: readonly (readonly Cell[])[];
    };

export interface Cell {
  readonly isHead: boolean;
  readonly across: number;
  readonly down: number;
  readonly blocks: readonly Block[];
}

const CDA = 'urn:hl7-org:v3';
const XML_TYPES: ReadonlySet<string> = new Set([
  'application/cda+xml',
  'application/hl7-cda+xml',
  'application/xml',
  'text/xml',
]);
/** More than a record of many years has; a page of more helps nobody. */
const MOST_CHARACTERS = 7_000_000;
const MOST_ELEMENTS = 20_000;
const MOST_DEEP = 40;
const WIDEST = 100;

/**
 * Of what a document could have inside of it, HTML and SVG are dropped. Their names are taken from them before: a parser makes the handlers of such elements, which
 * the page's policy then refuses and browsers report.
 */
const LIVE = /http:\/\/www\.w3\.org\/(1999\/xhtml|2000\/svg)/g;

/** `data`: base64. undefined: it is something else, or can't be read. */
export function clinicalDocument(contentType: string, data: string): ClinicalDocument | undefined {
  if (!XML_TYPES.has(contentType) || data.length > MOST_CHARACTERS) return undefined;
  const text = xmlText(bytesOf(data));
  // No CDA has one; entities are defined there.
  if (text === undefined || /<!DOCTYPE/i.test(text)) return undefined;
  const root = new DOMParser().parseFromString(
    text.replace(LIVE, 'urn:not-drawn:$1'),
    'application/xml',
  ).documentElement;
  if (root.localName !== 'ClinicalDocument' || root.namespaceURI !== CDA) return undefined;
  // What browsers put in the place of what is not well-formed.
  if (root.getElementsByTagName('parsererror').length > 0) return undefined;
  return documentOf(root);
}

function xmlText(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const [, encoding = 'utf-8'] = /^\W{0,3}<\?xml[^>]*\sencoding=["']([\w.-]+)["']/.exec(head) ?? [];
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return undefined;
  }
}

function documentOf(root: Element): ClinicalDocument {
  const reading = { left: MOST_ELEMENTS };
  const body = at(root, 'component', 'structuredBody');
  const other = at(root, 'component', 'nonXMLBody', 'text');
  const isEncoded = other?.getAttribute('representation') === 'B64';
  const sections = body ? sectionsIn(body, reading, 0) : other && !isEncoded ? plain(other, reading) : [];
  const author = at(root, 'author', 'assignedAuthor');
  return {
    title: words(at(root, 'title')),
    language: /^[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/.exec(
      at(root, 'languageCode')?.getAttribute('code') ?? '',
    )?.[0],
    patient: words(at(root, 'recordTarget', 'patientRole', 'patient', 'name')),
    author:
      words(author && at(author, 'assignedPerson', 'name')) ??
      words(author && at(author, 'representedOrganization', 'name')),
    date: dateOf(at(root, 'effectiveTime')?.getAttribute('value') ?? ''),
    sections,
    file: isEncoded ? fileIn(other) : undefined,
    isCut: reading.left <= 0,
  };
}

/** undefined: it is no base64, or broke off; what decodes it would throw. */
function fileIn(text: Element): HeldFile | undefined {
  const data = (text.textContent ?? '').replace(/\s+/g, '').replace(/={1,2}$/, '');
  if (data.length % 4 === 1 || !/^[A-Za-z0-9+/]+$/.test(data)) return undefined;
  return { contentType: bareType(text.getAttribute('mediaType')), data };
}

/** Words without markup; what only refers to a file elsewhere has none. */
function plain(text: Element, reading: Reading): DocumentSection[] {
  const blocks = blocksIn(text, reading, 0);
  return blocks.length > 0 ? [{ title: undefined, blocks, sections: [] }] : [];
}

/** `20240312101000-0400` → `2024-03-12`. */
function dateOf(value: string): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d\d)?(\d\d)?/.exec(value) ?? [];
  return year && [year, month, day].filter(Boolean).join('-');
}

interface Reading {
  /** Elements that may still be taken over. */
  left: number;
}

const named = (element: Element, name: string): Element[] =>
  [...element.children].filter((each) => each.localName === name);

/** The first element at the end of this way. */
function at(element: Element, ...way: readonly string[]): Element | undefined {
  return way.reduce<Element | undefined>((each, name) => each && named(each, name)[0], element);
}

function words(element: Element | undefined): string | undefined {
  const parts = element && element.children.length > 0 ? [...element.children] : element ? [element] : [];
  const text = parts
    .map((each) => (each.textContent ?? '').replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join(' ');
  return text === '' ? undefined : text;
}

function sectionsIn(holder: Element, reading: Reading, depth: number): DocumentSection[] {
  if (depth > MOST_DEEP) return [];
  return named(holder, 'component')
    .flatMap((each) => named(each, 'section'))
    .map((section) => {
      const text = at(section, 'text');
      return {
        title: words(at(section, 'title')),
        blocks: text ? blocksIn(text, reading, depth) : [],
        sections: sectionsIn(section, reading, depth + 1),
      };
    });
}

/** Text stands together until an element that begins a line of its own. */
function blocksIn(holder: Element, reading: Reading, depth: number): Block[] {
  const blocks: Block[] = [];
  let text = '';
  const flush = (): void => {
    const tidy = text
      .replace(/[^\S\n]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .trim();
    if (tidy !== '') blocks.push({ kind: 'text', text: tidy });
    text = '';
  };
  const walk = (element: Element, deep: number): void => {
    if (deep > MOST_DEEP) return;
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) text += (node.textContent ?? '').replace(/\s+/g, ' ');
      if (!(node instanceof Element)) continue;
      reading.left -= 1;
      if (reading.left <= 0) return;
      const block = blockOf(node, reading, deep + 1);
      if (block) {
        flush();
        blocks.push(...block);
      } else if (node.localName === 'br') text += '\n';
      else if (TEXT.has(node.localName)) walk(node, deep + 1);
    }
  };
  walk(holder, depth);
  flush();
  return blocks;
}

/** What holds text and is none of the blocks; anything else is left out. */
const TEXT: ReadonlySet<string> = new Set(['content', 'linkHtml', 'sub', 'sup', 'footnote', 'caption']);

function blockOf(element: Element, reading: Reading, depth: number): Block[] | undefined {
  if (element.localName === 'paragraph') return blocksIn(element, reading, depth);
  if (element.localName === 'list')
    return [
      {
        kind: 'list',
        isOrdered: element.getAttribute('listType') === 'ordered',
        items: named(element, 'item').map((item) => blocksIn(item, reading, depth)),
      },
    ];
  if (element.localName !== 'table') return undefined;
  const parts = ['thead', 'tbody', 'tfoot'].flatMap((part) => named(element, part));
  const rows = [...parts, element]
    .flatMap((part) => named(part, 'tr'))
    .map((row) => [...row.children].flatMap((cell) => cellOf(cell, reading, depth)));
  return [
    { kind: 'table', caption: words(at(element, 'caption')), rows: rows.filter((row) => row.length > 0) },
  ];
}

function cellOf(cell: Element, reading: Reading, depth: number): Cell[] {
  if (cell.localName !== 'th' && cell.localName !== 'td') return [];
  const span = (name: string): number =>
    Math.min(WIDEST, Math.max(1, Number.parseInt(cell.getAttribute(name) ?? '1', 10) || 1));
  reading.left -= 1;
  if (reading.left <= 0) return [];
  return [
    {
      isHead: cell.localName === 'th',
      across: span('colspan'),
      down: span('rowspan'),
      blocks: blocksIn(cell, reading, depth + 1),
    },
  ];
}
