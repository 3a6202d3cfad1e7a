import { describe, expect, it } from 'vitest';
import { createPdf } from './pdf.ts';

const text = (lines: readonly string[]) =>
  createPdf({ title: 'Report (draft)', lines, date: '2026-11-24' }).toString('latin1');

describe('a PDF', () => {
  it('has a cross-reference table that points at its objects', () => {
    const pdf = text(['# Findings', 'Clear.']);
    expect(pdf.startsWith('%PDF-1.4\n')).toBe(true);
    expect(pdf.endsWith('%%EOF\n')).toBe(true);
    const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
    expect(pdf.slice(start, start + 4)).toBe('xref');
    const offsets = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) =>
      Number(offset),
    );
    expect(offsets.length).toBe(7);
    for (const [index, offset] of offsets.entries())
      expect(pdf.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
  });

  it('says the true length of each stream', () => {
    for (const [, length, content = ''] of text(['Año, 5 µg']).matchAll(
      /\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/g,
    )) {
      expect(content.length).toBe(Number(length));
    }
  });

  it('escapes what would end a string, and puts a question mark where the font has no glyph', () => {
    const pdf = text(['a) b( c\\ 你']);
    expect(pdf).toContain('(a\\) b\\( c\\\\ ?) Tj');
    expect(pdf).toContain('/Title (Report \\(draft\\))');
  });

  it('goes on to a second page', () => {
    const pdf = text(Array.from({ length: 60 }, (_, index) => `Line ${index}`));
    expect(pdf).toContain('/Count 2');
    expect(pdf).toContain('(Page 2 of 2) Tj');
  });

  it('breaks long lines and loses no word', () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
    const shown = [...text([words.join(' ')]).matchAll(/11 Tf \d+ \d+ Td \(([^)]*)\) Tj/g)].map(
      ([, line]) => line,
    );
    expect(shown.join(' ')).toBe(words.join(' '));
    expect(shown.length).toBeGreaterThan(3);
  });
});
