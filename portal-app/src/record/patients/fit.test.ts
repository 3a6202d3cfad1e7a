/** Finding a patient by what somebody types, slips and all. */
import type { Patient } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedOf, fitOf } from './fit.ts';

const maria: Patient = {
  resourceType: 'Patient',
  identifier: [{ system: 'urn:mrn', value: '15561482' }, { value: 'AB-77' }],
  name: [{ family: 'Álvarez-Peña', given: ['María', 'Elena'], text: 'María Elena Álvarez-Peña' }],
  telecom: [
    { system: 'phone', value: '+1 (413) 555-0171' },
    { system: 'email', value: 'maria@example.com' },
  ],
  birthDate: '1971-04-18',
};
const fit = (text: string): number => fitOf(maria, askedOf(text));

describe('a patient is found', () => {
  it.each([
    ['maria alvarez', 1],
    ['ALVAREZ, María', 1],
    ['pena', 1],
    ['alv mar', 0.95],
    ['elena 18.4.1971', 1],
    ['1971-04-18', 1],
    ['04/18/1971', 1],
    ['Apr 18 1971', 1],
    ['april 18th, 1971', 1],
    ['maria 18 Apr 1971', 1],
    ['18 de abril de 1971', 1],
    ['Apr 1971', 1],
    ['alvarez 1971', 1],
    ['15561482', 1],
    ['ab-77', 1],
    ['413 555 0171', 1],
    ['4135550171', 1],
    ['0171', 1],
    ['5550', 0.9],
  ])('by “%s”', (text, least) => {
    expect(fit(text)).toBeGreaterThanOrEqual(least);
  });

  it.each([
    'alvarez jones',
    'maria 1972',
    'xx',
    '0172',
    '99',
    '18.4.1972 maria',
    'alvarado',
    'apr 19 1971',
    'may 1971',
  ])('not by “%s”', (text) => {
    expect(fit(text)).toBe(0);
  });

  it('a date that may be read in two ways is asked in both, one that can’t in one', () => {
    expect(askedOf('3/4/1971').days).toEqual(['1971-03-04', '1971-04-03']);
    expect(askedOf('18/4/1971').days).toEqual(['1971-04-18']);
    expect(askedOf('31/2/1971').days).toEqual([]);
  });

  it('with one slip in each name: a letter wrong, missing, too many, or changed places with its neighbour', () => {
    const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
    fc.assert(
      fc.property(
        fc.constantFrom('maria', 'elena', 'alvarez', 'pena'),
        fc.nat(),
        letter,
        fc.nat(3),
        (name, place, other, kind) => {
          const at = place % name.length;
          const [before, here = '', next = '', rest] = [
            name.slice(0, at),
            name[at],
            name[at + 1],
            name.slice(at + 2),
          ];
          const slipped = [
            before + other + next + rest,
            before + next + rest,
            before + other + here + next + rest,
            before + next + here + rest,
          ][kind] as string;
          fc.pre(slipped.length >= 4);
          expect(fit(slipped), slipped).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('whole names before beginnings, those before slips', () => {
    expect(fit('maria')).toBeGreaterThan(fit('mari'));
    expect(fit('mari')).toBeGreaterThan(fit('mraia'));
  });
});
