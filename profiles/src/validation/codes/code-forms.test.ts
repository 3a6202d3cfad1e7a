/** Which texts can be codes of a system that is not held here. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasForm, namesAnother } from './code-forms.ts';
import { isSnomedId } from './snomed-ids.ts';

const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';

describe('an identifier of SNOMED CT', () => {
  it.each(['138875005', '73211009', '276885007', '32506021000036107', '900000000000207008'])('is %s', (id) =>
    expect(isSnomedId(id)).toBe(true),
  );

  it('is not what has one digit wrong, or two beside each other changed', () => {
    const id = '73211009';
    for (let i = 1; i < id.length; i++) {
      const wrong = String((Number(id[i]) + 1) % 10);
      expect(isSnomedId(id.slice(0, i) + wrong + id.slice(i + 1))).toBe(false);
      if (id[i] === id[i + 1] || i === id.length - 1) continue;
      expect(isSnomedId(`${id.slice(0, i)}${id[i + 1]}${id[i]}${id.slice(i + 2)}`)).toBe(false);
    }
  });
});

describe('a code', () => {
  it.each([
    [SNOMED, '73211009'],
    [SNOMED, '128045006:{363698007=56459004}'],
    [LOINC, '8310-5'],
    [LOINC, '100066-0'],
    [LOINC, 'LA26398-0'],
    [LOINC, 'LP29684-5'],
    [LOINC, 'MTHU008862-9'],
    ['http://www.nlm.nih.gov/research/umls/rxnorm', '1049502'],
    ['urn:iso:std:iso:3166', 'AU'],
    ['urn:iso:std:iso:3166', 'AUS'],
    ['urn:iso:std:iso:3166', '036'],
    ['urn:iso:std:iso:3166', 'XK'],
    ['urn:iso:std:iso:3166:-2', 'AU-NSW'],
    ['urn:iso:std:iso:4217', 'EUR'],
    ['urn:ietf:bcp:47', 'de-CH'],
    ['urn:some:other:system', 'anything at all'],
  ])('of %s may be %s', (system, code) => expect(hasForm(system, code)).toBe(true));

  it.each([
    [SNOMED, '1'],
    [SNOMED, '276885007x'],
    [SNOMED, '138875006'],
    [SNOMED, '0138875005'],
    [SNOMED, '1388750051388750051'],
    [SNOMED, 'Diabetes'],
    [LOINC, '8310-6'],
    [LOINC, 'Temp'],
    ['http://www.nlm.nih.gov/research/umls/rxnorm', 'aspirin'],
    ['urn:iso:std:iso:3166', 'UK'],
    ['urn:iso:std:iso:3166', 'Australia'],
    ['urn:iso:std:iso:3166:-2', 'AU'],
    ['urn:iso:std:iso:4217', 'euro'],
    ['urn:ietf:bcp:47', 'de_CH'],
  ])('of %s can not be %s', (system, code) => expect(hasForm(system, code)).toBe(false));

  it('is told by any text without a failure', () => {
    const system = fc.constantFrom(SNOMED, LOINC, 'urn:ietf:bcp:47', 'urn:iso:std:iso:3166', '__proto__');
    fc.assert(fc.property(system, fc.string(), (of, code) => typeof hasForm(of, code) === 'boolean'));
  });
});

describe('the display of a country', () => {
  const of = (code: string, display: string) => namesAnother('urn:iso:std:iso:3166', code, display);

  it('is not the name of another one', () => {
    expect(of('BD', 'Australia')).toBe(true);
    expect(of('AU', ' australia')).toBe(false);
  });

  it('may be what else people call it', () => expect(of('US', 'United States of America (the)')).toBe(false));
});
