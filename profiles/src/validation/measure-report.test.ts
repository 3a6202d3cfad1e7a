/** What a MeasureReport may say, by its Measure. */
import { describe, expect, it } from 'vitest';
import { validateReport } from './measure-report.ts';

const concept = (code: string) => ({ coding: [{ system: 'urn:measures', code }] });
const of = (code: string, more: object = {}) => ({ code: concept(code), ...more });

const measure = (scoring: string, ...group: object[]) => ({
  resourceType: 'Measure' as const,
  status: 'active',
  scoring: concept(scoring),
  group,
});
const report = (status: string, group: readonly object[], more: object = {}) => ({
  resourceType: 'MeasureReport',
  status,
  type: 'summary',
  measure: 'urn:measure',
  group,
  ...more,
});
const places = (given: object, defined: ReturnType<typeof measure>): (string | undefined)[] =>
  validateReport(given as Record<string, unknown>, defined).map(({ expression }) => expression);

const TWO = measure(
  'proportion',
  of('a', { population: [of('initial'), of('numerator')] }),
  of('b', { stratifier: [of('age')] }),
);
const WHOLE = [
  of('a', { population: [of('numerator'), of('initial')], measureScore: { value: 0.4 } }),
  of('b', { stratifier: [{ code: [concept('age')] }], measureScore: { value: 40, unit: '%', code: '%' } }),
];

describe('a MeasureReport', () => {
  it('that reports what is defined, in any order, is valid', () =>
    expect(places(report('complete', WHOLE), TWO)).toEqual([]));

  it('has no groups, populations and stratifiers that its Measure has not, and each once', () => {
    const group = [
      of('a', { population: [of('denominator'), of('initial'), of('initial')] }),
      of('a'),
      of('c'),
      of('b', { stratifier: [{ code: [concept('gender')] }] }),
    ];
    expect(places(report('pending', group), TWO)).toEqual([
      'MeasureReport.group[1]',
      'MeasureReport.group[2]',
      'MeasureReport.group[0].population[0]',
      'MeasureReport.group[0].population[2]',
      'MeasureReport.group[3].stratifier[0]',
    ]);
  });

  it('may have gaps until it is complete', () => {
    const [first] = WHOLE as [object];
    expect(places(report('pending', [first]), TWO)).toEqual([]);
    expect(places(report('complete', [first]), TWO)).toEqual(['MeasureReport']);
    expect(places(report('complete', [first, of('b')]), TWO)).toEqual([
      'MeasureReport.group[1]',
      'MeasureReport.group[1]',
    ]);
  });

  it('needs no code for the only group', () => {
    const one = measure('cohort', { population: [of('initial')] });
    expect(places(report('complete', [{ population: [of('initial')] }]), one)).toEqual([]);
  });

  it.each([
    ['cohort', { value: 1 }, 'MeasureReport.group[0].measureScore'],
    ['proportion', { value: 1.5 }, 'MeasureReport.group[0].measureScore.value'],
    ['ratio', undefined, 'MeasureReport.group[0]'],
  ])('has the score that a %s has', (scoring, measureScore, place) =>
    expect(places(report('complete', [of('a', { measureScore })]), measure(scoring, of('a')))).toEqual([
      place,
    ]),
  );

  it('lists subjects where it is a list of subjects, and has no groups where it collects data', () => {
    const listed = [of('a', { population: [of('initial', { subjectResults: { reference: 'List/1' } })] })];
    const defined = measure('cohort', of('a', { population: [of('initial')] }));
    expect(places(report('complete', listed), defined)).toEqual([
      'MeasureReport.group[0].population[0].subjectResults',
    ]);
    expect(places(report('complete', listed, { type: 'subject-list' }), defined)).toEqual([]);
    expect(places(report('complete', listed, { type: 'data-collection' }), defined)).toEqual([
      'MeasureReport.group[0]',
    ]);
  });

  it('divides by the components of a stratifier that has several', () => {
    const defined = measure('cohort', of('a', { stratifier: [{ component: [of('age'), of('gender')] }] }));
    const strata = (...codes: string[]) =>
      report('pending', [
        of('a', { stratifier: [{ stratum: [{ component: codes.map((code) => of(code)) }] }] }),
      ]);
    expect(places(strata('gender', 'age'), defined)).toEqual([]);
    expect(places(strata('age'), defined)).toEqual(['MeasureReport.group[0].stratifier[0]']);
    expect(places(strata('age', 'region'), defined)).toEqual(['MeasureReport.group[0].stratifier[0]']);
  });

  it('that has more to compare than any report is not compared', () => {
    const many = Array.from({ length: 1000 }, (_, i) => of(`g${i}`));
    expect(() => places(report('complete', many), measure('cohort', ...many.toReversed()))).toThrow();
  });
});
