import { describe, expect, it } from 'vitest';
import { pdfOf } from './pdf.ts';

const textsIn = (file: string): string[] =>
  [...file.matchAll(/Td <([0-9a-f]*)> Tj/g)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('latin1'),
  );

const made = (...texts: string[]): string =>
  pdfOf({ title: 'Señales', language: 'es-MX', blocks: texts.map((text) => ({ text })) }) ?? '';

describe('words as a PDF', () => {
  it('has every object where its table says, and each stream as long as it says', () => {
    const file = made('¿Todo bien?', 'word '.repeat(3000));
    const places = [...file.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
    expect(places.length).toBeGreaterThan(8);
    for (const [i, at] of places.entries()) expect(file.slice(at)).toMatch(new RegExp(`^${i + 1} 0 obj\\n`));
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
    expect(file.slice(start)).toMatch(/^xref\n/);
    for (const [, length, content] of file.matchAll(/<<\/Length (\d+)>>\nstream\n([\s\S]*?)\nendstream/g))
      expect(content).toHaveLength(Number(length));
    // Each letter a byte, so that the places hold.
    expect(file).toMatch(/^[\n -~]*$/);
  });

  it('says what was said, wrapped and on as many pages as it takes; nothing is syntax', () => {
    const [title, ...rows] = textsIn(made('(a) \\ > endstream', 'word '.repeat(3000), 'x'.repeat(300)));
    expect(title).toBe('Señales');
    expect(rows[0]).toBe('(a) \\ > endstream');
    expect(rows.join(' ').match(/word/g)).toHaveLength(3000);
    expect(Math.max(...rows.map(({ length }) => length))).toBeLessThan(130);
    expect(rows.join('').match(/x/g)).toHaveLength(300);
    expect(made('word '.repeat(3000))).toMatch(/\/Count [5-9]/);
  });

  it('is not made of letters that it would lose', () => {
    expect(pdfOf({ title: 'A', language: 'en', blocks: [{ text: '陈伟' }] })).toBeUndefined();
    expect(pdfOf({ title: 'A', language: 'en', blocks: [{ text: 'Sí – “aquí”, 5 € …' }] })).toBeDefined();
  });
});
