import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { commentsOf, inReportOrder, sectionsOf } from './sections.ts';

const result = (id: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: id },
  valueQuantity: { value: 1, unit: 'g/L' },
  ...more,
});
const panel = (id: string, members: readonly string[], more: Partial<Observation> = {}): Observation => {
  const { valueQuantity: _, ...without } = result(id, more);
  return { ...without, hasMember: members.map((each) => ({ reference: `Observation/${each}` })) };
};
const report = (results: readonly string[], more: Partial<DiagnosticReport> = {}): DiagnosticReport => ({
  resourceType: 'DiagnosticReport',
  status: 'final',
  code: { text: 'Blood count' },
  result: results.map((each) => ({ reference: `Observation/${each}` })),
  ...more,
});
const shape = (of: DiagnosticReport, found: readonly Observation[]) =>
  sectionsOf(of, found).map(({ title, results }) => [title, ...results.map(({ id }) => id)]);

it('P15: the rows of a report stand in the order of its panel, which itself has none', () => {
  const found = [result('a'), result('m'), result('z'), panel('panel', ['z', 'a', 'panel']), result('other')];
  expect(inReportOrder(report(['panel', 'm']), found).map(({ id }) => id)).toEqual(['z', 'a', 'm', 'other']);
});

it('panels stand under their names, those inside of others too, and what comes between keeps its place', () => {
  const found = [
    panel('Differential', ['neutrophils', 'lymphocytes']),
    result('neutrophils'),
    result('lymphocytes'),
    panel('Red cells', ['haemoglobin', 'Indices']),
    panel('Indices', ['mcv']),
    result('haemoglobin'),
    result('mcv'),
    result('comment line'),
  ];
  expect(shape(report(['Red cells', 'comment line', 'Differential']), found)).toEqual([
    ['Red cells', 'haemoglobin'],
    ['Indices', 'mcv'],
    ['Blood count', 'comment line'],
    ['Differential', 'neutrophils', 'lymphocytes'],
  ]);
});

it('a panel that is called what the report is called has no heading of its own; two that hold each other end', () => {
  expect(shape(report(['p']), [panel('p', ['a'], { code: { text: 'Blood count' } }), result('a')])).toEqual([
    [undefined, 'a'],
  ]);
  const round = [panel('p', ['q', 'a']), panel('q', ['p', 'b']), result('a'), result('b')];
  expect(shape(report(['p']), round)).toEqual([
    ['q', 'b'],
    ['p', 'a'],
  ]);
});

it('a result with a value of its own keeps its row before what it holds together', () => {
  const culture = { ...panel('culture', ['sensitivity']), valueString: 'E. coli' };
  expect(shape(report(['culture']), [result('sensitivity'), culture])).toEqual([
    [undefined, 'culture', 'sensitivity'],
  ]);
});

it('the clinician’s words come first, then what was written to a panel, each once', () => {
  const noted = panel('p', ['a'], { note: [{ text: 'Haemolysed.' }, { text: ' All well. ' }] });
  const of = report(['p'], { conclusion: 'All well.', conclusionCode: [{ text: 'Normal blood count' }] });
  expect(commentsOf(of, [noted, result('a', { note: [{ text: 'of the line' }] })])).toEqual([
    'All well.',
    'Normal blood count',
    'Haemolysed.',
  ]);
});
