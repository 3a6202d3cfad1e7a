/**
 * A small PDF 1.4 writer: pages of plain text in Helvetica, enough for a report or a visit summary.
 * (ISO 32000-1, 7.5: header, objects, cross-reference table, trailer.)
 */
const PAGE = { width: 612, height: 792, margin: 64 };
const LINE_HEIGHT = 16;
const LINES_PER_PAGE = Math.floor((PAGE.height - 2 * PAGE.margin - 40) / LINE_HEIGHT);
const COLUMNS = 88;

export interface PdfText {
  readonly title: string;
  /** Lines beginning with "# " are headings; an empty line is a gap. */
  readonly lines: readonly string[];
  /** The date of the document, YYYY-MM-DD. */
  readonly date: string;
}

/** The bytes of the document. The same text gives the same bytes. */
export function createPdf({ title, lines, date }: PdfText): Buffer {
  const pages = paginate(lines.flatMap(wrap));
  const objects = ['<< /Type /Catalog /Pages 2 0 R /Lang (en-US) >>'];
  const firstPage = 6;
  const kids = pages.map((_, index) => `${firstPage + index * 2} 0 R`).join(' ');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>');
  objects.push(`<< /Title (${escapeText(title)}) /CreationDate (D:${date.replaceAll('-', '')}) >>`);
  for (const [index, page] of pages.entries()) {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] ` +
        `/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${firstPage + index * 2 + 1} 0 R >>`,
    );
    const content = pageContent(title, page, index + 1, pages.length);
    objects.push(`<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`);
  }
  return assemble(objects);
}

function assemble(objects: readonly string[]): Buffer {
  let body = '%PDF-1.4\n%\xE2\xE3\xCF\xD3\n';
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(Buffer.byteLength(body, 'latin1'));
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const start = Buffer.byteLength(body, 'latin1');
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}

function pageContent(title: string, lines: readonly string[], number: number, count: number): string {
  const top = PAGE.height - PAGE.margin;
  const parts = [`BT /F2 16 Tf ${PAGE.margin} ${top} Td (${escapeText(title)}) Tj ET`];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const heading = line.startsWith('# ');
    const y = top - 32 - index * LINE_HEIGHT;
    const text = escapeText(heading ? line.slice(2) : line);
    parts.push(`BT /${heading ? 'F2' : 'F1'} 11 Tf ${PAGE.margin} ${y} Td (${text}) Tj ET`);
  }
  parts.push(`BT /F1 9 Tf ${PAGE.margin} ${PAGE.margin - 24} Td (Page ${number} of ${count}) Tj ET`);
  return parts.join('\n');
}

function paginate(lines: readonly string[]): string[][] {
  const pages: string[][] = [];
  for (let index = 0; index < lines.length; index += LINES_PER_PAGE)
    pages.push(lines.slice(index, index + LINES_PER_PAGE));
  return pages.length === 0 ? [[]] : pages;
}

function wrap(line: string): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of line.split(' ')) {
    if (row !== '' && row.length + 1 + word.length > COLUMNS) {
      rows.push(row);
      row = word;
    } else row = row === '' ? word : `${row} ${word}`;
  }
  return [...rows, row];
}

/** A PDF string literal; characters outside Latin-1 have no glyph in the standard encoding. */
function escapeText(text: string): string {
  return text
    .replaceAll('–', '-')
    .replaceAll('’', "'")
    .replace(/[^\x20-\x7E\xA0-\xFF]/g, '?')
    .replace(/[\\()]/g, (character) => `\\${character}`);
}
