import { describe, expect, it } from 'vitest';
import { ARTICLES, articleFor } from './articles.ts';

describe('the library', () => {
  it('explains by any code of a concept, and by no code at all nothing', () => {
    const concept = { coding: [{ code: 'unknown' }, { code: '44054006' }] };
    expect(articleFor(concept)?.id).toBe('hba1c');
    expect(articleFor({ text: 'High blood pressure' })).toBeUndefined();
    expect(articleFor({ coding: [{ display: 'no code' }] })).toBeUndefined();
  });

  it('gives one code to one article, and to each article a source over https', () => {
    const codes = ARTICLES.flatMap((article) => article.codes);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { source } of ARTICLES)
      expect(source.url).toMatch(/^https:\/\/www\.(cdc|niddk|nhlbi|fda)\.[a-z.]+\//);
  });
});
