/**
 * A page of words as a PDF, made here: title, then headings, lines and gaps, in Helvetica, which every reader has (ISO 32000-1, 7.5, 9.6.2 and Annex D.2). Nothing of it
 * leaves the device.
 */

export interface PdfBlock {
  readonly text: string;
  readonly isBold?: boolean;
}

export interface PdfText {
  readonly title: string;
  readonly blocks: readonly PdfBlock[];
  /** Of the document, as in BCP 47. */
  readonly language: string;
}

/** Points. US Letter. */
const PAGE = { width: 612, height: 792, margin: 64 };
const SIZE = 11;
const TITLE_SIZE = 17;
const LEADING = 16;
const GAP = 6;
/** Of Helvetica in thousandths of its size, from the space on; what has an accent is as wide as without it. */
const WIDTHS =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584'
    .split(' ')
    .map(Number);
/** The bold face is wider by this at most. */
const BOLD = 1.12;
/** Of Windows-1252, beside what it shares with Latin-1. */
const BEYOND: Readonly<Record<string, number>> = {
  '€': 0x80,
  '…': 0x85,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '•': 0x95,
  '–': 0x96,
  '—': 0x97,
};

interface Row extends PdfBlock {
  readonly y: number;
  readonly size: number;
}

/** The file, all of ASCII. undefined: it has letters that these fonts lack, and would say something else. */
export function pdfOf({ title, blocks, language }: PdfText): string | undefined {
  const rows = pagesOf([{ text: title, isBold: true }, ...blocks]);
  const texts = rows.flat().map(({ text }) => encoded(text));
  if (texts.includes(undefined)) return undefined;
  const font = (name: string): string =>
    `<</Type/Font/Subtype/Type1/BaseFont/${name}/Encoding/WinAnsiEncoding>>`;
  const kids = rows.map((_, i) => `${6 + 2 * i} 0 R`).join(' ');
  const objects = [
    `<</Type/Catalog/Pages 2 0 R/Lang(${language})/ViewerPreferences<</DisplayDocTitle true>>>>`,
    `<</Type/Pages/Kids[${kids}]/Count ${rows.length}>>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<</Title${encoded(title)}>>`,
    ...rows.flatMap((page, i) => [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${PAGE.width} ${PAGE.height}]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents ${7 + 2 * i} 0 R>>`,
      stream(page.map(drawn).join('\n')),
    ]),
  ];
  return assembled(objects);
}

const drawn = ({ text, isBold, size, y }: Row): string =>
  `BT /F${isBold ? 2 : 1} ${size} Tf ${PAGE.margin} ${y} Td ${encoded(text)} Tj ET`;

const stream = (content: string): string => `<</Length ${content.length}>>\nstream\n${content}\nendstream`;

/** The first block is the title. */
function pagesOf(blocks: readonly PdfBlock[]): Row[][] {
  const top = PAGE.height - PAGE.margin;
  const pages: Row[][] = [[]];
  let y = top;
  for (const [i, block] of blocks.entries()) {
    const size = i === 0 ? TITLE_SIZE : SIZE;
    for (const text of wrapped(block, size)) {
      if (y < PAGE.margin) {
        pages.push([]);
        y = top;
      }
      pages.at(-1)?.push({ ...block, text, size, y });
      y -= (LEADING * size) / SIZE;
    }
    y -= GAP;
  }
  return pages;
}

function wrapped({ text, isBold }: PdfBlock, size: number): string[] {
  const most = PAGE.width - 2 * PAGE.margin;
  const fits = (row: string): boolean => (widthOf(row) * size * (isBold ? BOLD : 1)) / 1000 <= most;
  // Nothing runs off the page, whatever was typed.
  const words = text.split(/\s+/).flatMap((word) => (fits(word) ? word : parted(word, fits)));
  return joined(words, ' ', fits);
}

const parted = (word: string, fits: (row: string) => boolean): string[] => joined([...word], '', fits);

/** As much in a row as fits. */
function joined(parts: readonly string[], between: string, fits: (row: string) => boolean): string[] {
  const [first = '', ...others] = parts;
  const rows = [first];
  for (const part of others) {
    const longer = `${rows.at(-1)}${between}${part}`;
    if (fits(longer)) rows[rows.length - 1] = longer;
    else rows.push(part);
  }
  return rows;
}

const widthOf = (text: string): number =>
  [...text.normalize('NFD')].reduce((sum, each) => {
    const code = each.codePointAt(0) ?? 0;
    const isAccent = code >= 0x300 && code < 0x370;
    return sum + (isAccent ? 0 : (WIDTHS[code - 32] ?? 1000));
  }, 0);

/** As a string of the file, in hexadecimal: nothing in it can be taken for its syntax. */
function encoded(text: string): string | undefined {
  const codes = [...text.normalize('NFC')].map((each) => {
    const code = each.codePointAt(0) ?? 0;
    const isLatin = (code >= 32 && code < 127) || (code >= 0xa0 && code <= 0xff);
    return isLatin ? code : BEYOND[each];
  });
  return codes.includes(undefined)
    ? undefined
    : `<${codes.map((code) => Number(code).toString(16).padStart(2, '0')).join('')}>`;
}

/** With the table that says where each object begins. A letter is a byte. */
function assembled(objects: readonly string[]): string {
  let file = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  file += `trailer\n<</Size ${objects.length + 1}/Root 1 0 R/Info 5 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return file;
}
