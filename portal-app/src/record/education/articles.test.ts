import { describe, expect, it } from 'vitest';
import { ARTICLES, articleFor } from './articles.ts';
import { medlinePlusUrl } from './medline-plus.ts';

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

describe('the library', () => {
  it('explains by any code of a concept, and by no code at all nothing', () => {
    const concept = { coding: [{ code: 'unknown' }, { code: '44054006' }] };
    expect(articleFor(concept)?.id).toBe('hba1c');
    expect(articleFor({ text: 'High blood pressure' })).toBeUndefined();
    expect(articleFor({ coding: [{ display: 'no code' }] })).toBeUndefined();
  });

  it('knows a medicine by RxNorm, and takes no other system’s number for one', () => {
    expect(articleFor({ coding: [{ system: RXNORM, code: '861007' }] })?.id).toBe('diabetes-medicines');
    expect(articleFor({ coding: [{ system: 'http://snomed.info/sct', code: '861007' }] })).toBeUndefined();
    expect(articleFor({ coding: [{ system: RXNORM, code: '44054006' }] })).toBeUndefined();
  });

  it('gives one code to one article, and to each article a source over https', () => {
    for (const codes of [
      ARTICLES.flatMap((each) => each.codes),
      ARTICLES.flatMap((each) => each.medicines ?? []),
    ])
      expect(new Set(codes).size).toBe(codes.length);
    for (const { source } of ARTICLES)
      expect(source.url).toMatch(/^https:\/\/www\.(cdc|niddk\.nih|nhlbi\.nih|nimh\.nih|fda|ahrq)\.gov\//);
  });
});

describe('where there is no article', () => {
  it('MedlinePlus is asked by code, in the reader’s language', () => {
    const concept = { coding: [{ system: 'http://loinc.org', code: '2951-2' }] };
    expect(medlinePlusUrl(concept, 'es')).toBe(
      'https://connect.medlineplus.gov/application?mainSearchCriteria.v.cs=2.16.840.1.113883.6.1&mainSearchCriteria.v.c=2951-2&informationRecipient.languageCode.c=es',
    );
    expect(medlinePlusUrl({ coding: [{ system: 'urn:local', code: 'x' }] }, 'en')).toBeUndefined();
  });
});
