import { describe, expect, it } from 'vitest';
import { dosageWords } from './dosage-words.ts';
import { sectionText } from './summary-narrative.ts';

const UCUM = { system: 'http://unitsofmeasure.org' };
const GTS = 'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation';
const tablets = (value: number) => ({ value, unit: 'tablets' });

describe('how a medicine is taken, in a narrative', () => {
  it.each<[string, object[]]>([
    ['One at night – With water', [{ text: 'One at night', patientInstruction: 'With water' }]],
    [
      '500 mg, every 8 hours, for 7 days, oral',
      [
        {
          doseAndRate: [{ doseQuantity: { value: 500, unit: 'mg' } }],
          timing: {
            repeat: { frequency: 1, period: 8, periodUnit: 'h', boundsDuration: { value: 7, unit: 'days' } },
          },
          route: { text: 'oral' },
        },
      ],
    ],
    [
      '2 puffs, 2 times a day',
      [
        {
          doseAndRate: [{ doseQuantity: { ...UCUM, value: 2, code: '{puff}' } }],
          timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        },
      ],
    ],
    [
      '1 to 2 tablets, as needed for pain – at most 8 tablets in 1 day',
      [
        {
          doseAndRate: [{ doseRange: { low: tablets(1), high: tablets(2) } }],
          asNeededCodeableConcept: { text: 'pain' },
          maxDosePerPeriod: { numerator: tablets(8), denominator: { ...UCUM, value: 1, code: 'd' } },
        },
      ],
    ],
    [
      '40 mg, once a day; then 20 mg, once a day',
      [20, 40].map((value, i) => ({
        sequence: 2 - i,
        doseAndRate: [{ doseQuantity: { value, unit: 'mg' } }],
        timing: { repeat: { period: 1, periodUnit: 'd' } },
      })),
    ],
    [
      '2 times a day, until 7 December 2026',
      [{ timing: { code: { text: 'BID' }, repeat: { boundsPeriod: { end: '2026-12-07' } } } }],
    ],
    [
      '30 minutes before breakfast, at 08:00',
      [{ timing: { repeat: { when: ['ACM'], offset: 30, timeOfDay: ['08:00:00'] } } }],
    ],
    ...(
      [
        ['QD', 'once a day'],
        ['TID', '3 times a day'],
        ['QID', '4 times a day'],
        ['QOD', 'every 2 days'],
        ['Q4H', 'every 4 hours'],
        ['Q1H', 'every hour'],
        ['WK', 'once a week'],
        ['MO', 'once a month'],
        ['AM', 'in the morning'],
        ['PM', 'in the afternoon'],
        ['BED', 'before sleep'],
      ] as const
    ).map(
      ([code, words]) =>
        [words, [{ timing: { code: { coding: [{ system: GTS, code, display: code }] } } }]] as [
          string,
          object[],
        ],
    ),
    // Somebody's own words stand, and so does what is no abbreviation.
    [
      'twice a day with food',
      [{ timing: { code: { coding: [{ code: 'BID' }], text: 'twice a day with food' } } }],
    ],
    ['JHNUS', [{ timing: { code: { coding: [{ system: GTS, code: 'JHNUS' }] } } }]],
    ['1 patch', [{ doseAndRate: [{ doseQuantity: { ...UCUM, value: 1, code: '{patch}' } }] }]],
    ['2 patches', [{ doseAndRate: [{ doseQuantity: { value: 2, unit: 'patch' } }] }]],
    ['10 units', [{ doseAndRate: [{ doseQuantity: { ...UCUM, value: 10, code: '[iU]', unit: 'U' } }] }]],
    [
      '1 to 2 puffs – at most 8 puffs in 1 day',
      [
        {
          doseAndRate: [
            { doseRange: { low: { value: 1, code: '{puff}' }, high: { value: 2, code: '{puff}' } } },
          ],
          maxDosePerPeriod: { numerator: { value: 8, unit: 'puff' }, denominator: { value: 1, code: 'd' } },
        },
      ],
    ],
    [
      '10 mL, on Monday, Friday, for 2 weeks',
      [
        {
          doseAndRate: [{ doseQuantity: { value: 10, unit: 'mL' } }],
          timing: {
            repeat: { dayOfWeek: ['mon', 'fri'], boundsDuration: { ...UCUM, value: 2, code: 'wk' } },
          },
        },
      ],
    ],
    ['', []],
  ])('is %s', (words, dosage) => expect(dosageWords(dosage)).toBe(words));

  it('is told of a prescription without words, and an allergy by what its reaction was to', () => {
    const { div } = sectionText(
      [
        {
          resourceType: 'MedicationRequest',
          medicationCodeableConcept: { text: 'Amoxicillin' },
          dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 500, unit: 'mg' } }] }],
        },
        {
          resourceType: 'AllergyIntolerance',
          reaction: [
            { substance: { text: 'Penicillin' }, manifestation: [{ text: 'Hives' }], severity: 'severe' },
          ],
        },
      ] as never,
      () => undefined,
      undefined,
    );
    expect(div).toContain('<td>500 mg</td>');
    expect(div).toContain('<td>Penicillin</td><td>Hives (severe)</td>');
  });
});
