import type { Dosage } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { dosageText, prescribedText } from './dosage.ts';
import { dosageInWords } from './dosage-in-words.ts';

const bedtime: Dosage = {
  timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['HS'] } },
  doseAndRate: [{ doseQuantity: { value: 22, unit: 'units' } }],
};

const doses = (doseQuantity: object): Dosage => ({ doseAndRate: [{ doseQuantity }] });
const WEEK = { boundsDuration: { value: 7, unit: 'days', code: 'd' } };
const coded = (code: string, repeat?: object): Dosage => ({
  timing: {
    code: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation', code }] },
    ...(repeat ? { repeat } : {}),
  },
});

describe('how a medicine is taken', () => {
  it('is told of each part, whether somebody wrote words for it or not', () => {
    const both = [{ text: '10 units in the morning' }, bedtime];
    expect(dosageText(both)).toBe('10 units in the morning; 22 units, once a day, at bedtime');
    expect(prescribedText(both)).toBe(dosageText(both));
  });
  it.each<[string, Dosage]>([
    ['every 8 hours', { timing: { repeat: { period: 8, periodUnit: 'h' } } }],
    ['before breakfast, with dinner', { timing: { repeat: { when: ['ACM', 'CV'] } } }],
    [
      'once a week, Monday',
      { timing: { repeat: { frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: ['mon'] } } },
    ],
    ['8:00 AM, 8:30 PM', { timing: { repeat: { timeOfDay: ['08:00:00', '20:30:00'] } } }],
    ['as needed: pain', { asNeededCodeableConcept: { text: 'pain' } }],
    ['as needed', { asNeededBoolean: true }],
    [
      '1 to 2 tablets',
      {
        doseAndRate: [
          { doseRange: { low: { value: 1, unit: 'tablets' }, high: { value: 2, unit: 'tablets' } } },
        ],
      },
    ],
    [
      'at most 4 g in 1 day',
      { maxDosePerPeriod: { numerator: { value: 4, unit: 'g' }, denominator: { value: 1, unit: 'day' } } },
    ],
    [
      '1 to 2 tablets, 1 to 4 times in 1 day, as needed: pain',
      {
        doseAndRate: [
          { doseRange: { low: { value: 1, unit: 'tablets' }, high: { value: 2, unit: 'tablets' } } },
        ],
        timing: { repeat: { frequency: 1, frequencyMax: 4, period: 1, periodUnit: 'd' } },
        asNeededCodeableConcept: { text: 'pain' },
      },
    ],
    [
      '500 mg, every 8 hours, for 7 days',
      {
        doseAndRate: [{ doseQuantity: { value: 500, unit: 'mg' } }],
        timing: {
          repeat: {
            frequency: 1,
            period: 8,
            periodUnit: 'h',
            boundsDuration: { value: 7, unit: 'days', code: 'd' },
          },
        },
      },
    ],
    [
      '50 mg, 2 mL/h',
      {
        doseAndRate: [
          { doseQuantity: { value: 50, unit: 'mg' } },
          { rateQuantity: { value: 2, unit: 'mL/h' } },
        ],
      },
    ],
    [
      'at most 4 g in 1 day, at most 250 mg each time, at most 2 g ever',
      {
        maxDosePerPeriod: { numerator: { value: 4, unit: 'g' }, denominator: { value: 1, unit: 'day' } },
        maxDosePerAdministration: { value: 250, unit: 'mg' },
        maxDosePerLifetime: { value: 2, unit: 'g' },
      },
    ],
    ['once a month', { timing: { repeat: { frequency: 1, period: 1, periodUnit: 'mo' } } }],
    ['2 times in 12 hours', { timing: { repeat: { frequency: 2, period: 12, periodUnit: 'h' } } }],
    ['every 4 – 6 hours', { timing: { repeat: { period: 4, periodMax: 6, periodUnit: 'h' } } }],
    ['every 3 days', { timing: { repeat: { frequency: 1, period: 3, periodUnit: 'd' } } }],
    ['30 minutes before breakfast', { timing: { repeat: { when: ['ACM'], offset: 30 } } }],
    [
      'within 30 minutes, 3 times in all',
      { timing: { repeat: { count: 3, duration: 30, durationUnit: 'min' } } },
    ],
    [
      'for 5 days – 7 days',
      {
        timing: { repeat: { boundsRange: { low: { value: 5, code: 'd' }, high: { value: 7, code: 'd' } } } },
      },
    ],
    [
      'from Dec 1, 2026 until Dec 7, 2026',
      { timing: { repeat: { boundsPeriod: { start: '2026-12-01', end: '2026-12-07' } } } },
    ],
    [
      'Inject, 10 units, Subcutaneous, Abdomen',
      {
        doseAndRate: [{ doseQuantity: { value: 10, unit: 'units' } }],
        method: { text: 'Inject' },
        route: { text: 'Subcutaneous' },
        site: { text: 'Abdomen' },
      },
    ],
    ['at bedtime', { timing: { code: { text: 'at bedtime' } } }],
    ['30 minutes before going to bed', { timing: { repeat: { when: ['HS'], offset: 30 } } }],
    ['1 tablet', doses({ value: 1, unit: 'TAB' })],
    ['0.5 tablets', doses({ value: 0.5, unit: 'tablet(s)' })],
    ['10 units', doses({ value: 10, unit: 'U' })],
    ['3 globuli', doses({ value: 3, code: '{globuli}' })],
    ['2.5 mL', doses({ value: 2.5, unit: 'mL' })],
    [
      '1 to 2 tablets',
      {
        doseAndRate: [
          { doseRange: { low: { value: 1, unit: 'tablet' }, high: { value: 2, unit: 'tablets' } } },
        ],
      },
    ],
    ['at most 8 puffs each time', { maxDosePerAdministration: { value: 8, unit: '{puff}' } }],
    ['2 puffs, 2 times a day', { ...doses({ value: 2, code: '{puff}' }), ...coded('BID') }],
    ['500 mg, 3 times a day, for 7 days', { ...doses({ value: 500, unit: 'mg' }), ...coded('TID', WEEK) }],
    ['every 2 days', coded('QOD')],
    ['every 6 hours', coded('Q6H')],
    ['in the morning', coded('AM')],
    ['once a day', { timing: { code: { text: 'q.d.' } } }],
    [
      'twice a day with food',
      { timing: { code: { ...coded('BID').timing?.code, text: 'twice a day with food' } } },
    ],
    ['as the card says, for 7 days', { timing: { code: { text: 'as the card says' }, repeat: WEEK } }],
    ['constructor', { timing: { repeat: { when: ['constructor' as never] } } }],
  ])('is said in words: %s', (words, dosage) => {
    expect(dosageText([dosage])).toBe(words);
    expect(prescribedText([dosage])).toBe(words);
  });
  it.each<[string, Dosage]>([
    [
      'Take 5 mg by mouth every evening, Keep your greens steady',
      { text: 'Take 5 mg by mouth every evening', patientInstruction: 'Keep your greens steady' },
    ],
    [
      '1 tablet, 2 times a day, with food',
      {
        patientInstruction: 'with food',
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }],
      },
    ],
    ['with food', { patientInstruction: 'with food' }],
    ['1 tablet with food', { text: '1 tablet with food', patientInstruction: 'with food' }],
    [
      '1 tablet every 6 hours, When it hurts, With food, at most 4 tablets in 1 day',
      {
        text: '1 tablet every 6 hours',
        patientInstruction: 'When it hurts',
        additionalInstruction: [{ text: 'With food' }],
        maxDosePerPeriod: {
          numerator: { value: 4, unit: 'tablets' },
          denominator: { value: 1, unit: 'day' },
        },
      },
    ],
  ])('is said whole, and advice never in the place of the dose: %s', (words, dosage) => {
    expect(dosageText([dosage])).toBe(words);
    expect(prescribedText([dosage])).toBe(words);
  });
  it('is said one after the other where it is taken so', () => {
    const step = (sequence: number, value: number): Dosage => ({
      sequence,
      doseAndRate: [{ doseQuantity: { value, unit: 'mg' } }],
      timing: {
        repeat: { frequency: 1, period: 1, periodUnit: 'd', boundsDuration: { value: 5, code: 'd' } },
      },
    });
    const words = '40 mg, once a day, for 5 days; then 20 mg, once a day, for 5 days';
    expect(dosageText([step(2, 20), step(1, 40)])).toBe(words);
    const written = [
      { sequence: 2, text: 'Half' },
      { sequence: 1, text: 'Whole' },
    ];
    expect(dosageText(written)).toBe('Whole; then Half');
    expect(prescribedText([step(1, 40), step(1, 20)])).not.toContain('then');
  });
  it('is said at a glance in the words that were written, unless one follows the other', () => {
    const text = 'One a day';
    expect(dosageInWords([{ sequence: 1, text, additionalInstruction: [{ text: 'With food' }] }])).toBe(
      'One a day, With food',
    );
    expect(
      dosageInWords([
        { sequence: 1, text },
        { sequence: 2, text },
      ]),
    ).toBeUndefined();
    expect(dosageInWords([{ text }, {}])).toBeUndefined();
  });
  it('is left to the care team where nothing is said', () => {
    expect(dosageText([{}])).toBe('Take as your care team told you.');
    expect(prescribedText([{}])).toBe('');
  });
});
