import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold-text.ts';
import { contentWords, narrativeWords } from './words.ts';

const LETTERS: Readonly<Record<string, string>> = Object.fromEntries(
  'ß ss,ø o,ł l,đ d,ð d,æ ae,œ oe,þ th,ı i,ħ h,ŧ t,ŋ n'.split(',').map((pair) => pair.split(' ')),
);

/** What is in the index was made so: nothing may be folded, or parted into words, otherwise. */
const folded = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\uFDFA\uFDFB™℠]/g, ' ')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[ßøłđðæœþıħŧŋ]/g, (letter) => LETTERS[letter] as string)
    .replace(/\s+/g, ' ')
    .trim();
const words = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

const plain = fc.string({ unit: fc.constantFrom(...' \t\nAz09.-_~!é²ﬁßİ🄐℃') });
const any = fc.oneof(plain, fc.string(), fc.string({ unit: 'grapheme' }));

describe('text', () => {
  it('is folded the same whether it is ASCII or not', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(foldText(text)).toBe(folded(text));
      }),
    );
  });

  it('is parted into the same words whether it is ASCII or not', () => {
    const short = any.filter((text) => !/^(?:\d{4}-\d{2}|https?:|urn:)/.test(text));
    fc.assert(
      fc.property(short, (text) => {
        expect(contentWords({ note: text })).toEqual(words(text));
      }),
    );
  });

  it('takes a time in proportion to its length to fold', () => {
    const text = `${'a '.repeat(200_000)} `;
    expect(foldText(text)).toBe(text.trim());
    // In order: a matter of minutes, for the time grows with the square.
    expect(foldText(`é${'\u0301\u0316'.repeat(200_000)}`)).toBe('e');
  });

  it('is no longer for ligatures of whole phrases', () => {
    expect(foldText('a\uFDFAb')).toBe('a b');
  });

  it('of a narrative are those that are read: a letter may stand there by its number', () => {
    const div = '<div>Z&#252;rich &amp; M&#xFC;nchen,&#160;K&#x1F600;ln &#x110000;x &#65;</div>';
    const read = ['zurich', 'munchen', 'k', 'ln', 'x', 'a'];
    expect(narrativeWords({ text: { div } })).toEqual(expect.arrayContaining(read));
    expect(contentWords({ text: { div } })).toEqual(narrativeWords({ text: { div } }));
  });

  it('has no letters of a mark of trade', () => {
    expect(foldText('Tylenol™')).toBe('tylenol');
    expect(contentWords({ note: 'Tylenol™ and Pédialyte℠' })).toEqual(['tylenol', 'and', 'pedialyte']);
  });

  it('gives the words of its beginning where it is longer than a book, and all of them where it is long', () => {
    const words = Array.from({ length: 4000 }, (_, i) => `word${i}`);
    expect(contentWords({ note: words.join(' ') })).toEqual(words);
    expect(contentWords({ note: `${'a '.repeat(60_000)}end` }).at(-1)).toBe('end');
    expect(new Set(contentWords({ note: `${'a '.repeat(400_000)}end` }))).toEqual(new Set(['a']));
    // Counted as they are folded: a run of blanks is one, and some signs are a word.
    const blank = Array.from({ length: 5 }, () => `a${' '.repeat(30_000)}b`);
    const grown = Array.from({ length: 10 }, () => `${'㌖'.repeat(90)} `.repeat(100));
    expect(contentWords({ note: [...blank, ...grown, 'zebra'].map((text) => ({ text })) })).toContain(
      'zebra',
    );
  });
});
