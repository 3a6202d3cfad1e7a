import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { RangeBar } from './RangeBar.tsx';

const endsOf = (value: number, low: number, high: number, limits: readonly number[]): readonly string[] => {
  const digits = [value, ...limits].map((each) => ({ value: each }));
  const html = renderToStaticMarkup(createElement(RangeBar, { value, range: { low, high }, digits }));
  return [...html.matchAll(/<span[^>]*>([^<]*)</g)].map(([, words = '']) => words);
};

describe('the line of a range', () => {
  it('says its limits to as many places as they were written with, and no more where they were converted', () => {
    expect(endsOf(98.6, 96.98, 98.96, [36.1, 37.2])).toEqual(['97.0', '99.0']);
    expect(endsOf(16.5, 11.998_724_44, 17.331_490_86, [90, 130])).toEqual(['12.0', '17.3']);
    expect(endsOf(5.1, 3.45, 5.6, [3.45, 5.6])).toEqual(['3.45', '5.6']);
    expect(endsOf(128, 90, 130, [90, 130])).toEqual(['90', '130']);
  });
});
