import type { Questionnaire } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { askedItems, missingItems } from './asked.ts';
import { bandOf, responseOf, scoreOf, wantsHelpNow } from './response.ts';

const option = (points: number) => ({
  valueCoding: {
    code: `A${points}`,
    display: `${points}`,
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: points }],
  },
});
const scored: Questionnaire = {
  resourceType: 'Questionnaire',
  status: 'active',
  url: 'http://clinic/q',
  code: [{ code: '44249-1' }],
  item: [
    { linkId: 'intro', type: 'display', text: 'Over the last two weeks' },
    ...['a', 'b', '44260-8'].map((linkId) => ({
      linkId,
      type: 'choice' as const,
      text: linkId,
      required: true,
      answerOption: [0, 1, 2, 3].map(option),
    })),
    { linkId: 'total', type: 'integer', readOnly: true, text: 'Total score' },
  ],
};
const branching: Questionnaire = {
  resourceType: 'Questionnaire',
  status: 'active',
  item: [
    { linkId: 'changed', type: 'boolean', text: 'Changed?', required: true },
    {
      linkId: 'what',
      type: 'text',
      text: 'Which?',
      enableWhen: [{ question: 'changed', operator: '=', answerBoolean: true }],
    },
  ],
};
const me = { patient: 'p', self: 'Patient/p' };

describe('a scored questionnaire', () => {
  it('adds up the points, and says what they mean by the published bands', () => {
    expect(scoreOf(scored, { a: '3', b: '2', '44260-8': '0' })).toBe(5);
    expect([0, 4, 5, 10, 15, 20, 27].map((score) => bandOf(scored, score))).toEqual([
      'none or minimal',
      'none or minimal',
      'mild',
      'moderate',
      'moderately severe',
      'severe',
      'severe',
    ]);
  });

  it('becomes a response with every answer and the total', () => {
    const response = responseOf(me, scored, { a: '1', b: '0', '44260-8': '0' });
    expect(response).toMatchObject({
      status: 'completed',
      questionnaire: 'http://clinic/q',
      author: { reference: 'Patient/p' },
    });
    expect(
      response.item?.map(({ linkId, answer }) => [
        linkId,
        answer?.[0]?.valueCoding?.code ?? answer?.[0]?.valueInteger,
      ]),
    ).toEqual([
      ['a', 'A1'],
      ['b', 'A0'],
      ['44260-8', 'A0'],
      ['total', 1],
    ]);
  });

  it('asks for what is missing, and notices who needs help now', () => {
    expect(missingItems(scored, { a: '0' }).map(({ linkId }) => linkId)).toEqual(['b', '44260-8']);
    expect([wantsHelpNow({}), wantsHelpNow({ '44260-8': '0' }), wantsHelpNow({ '44260-8': '1' })]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('a question that depends on another', () => {
  it('is asked and answered only when it applies', () => {
    expect(askedItems(branching, {}).map(({ linkId }) => linkId)).toEqual(['changed']);
    expect(askedItems(branching, { changed: 'yes' }).map(({ linkId }) => linkId)).toEqual([
      'changed',
      'what',
    ]);
    const response = responseOf(me, branching, { changed: 'no', what: 'left over' });
    expect(response.item).toEqual([
      { linkId: 'changed', text: 'Changed?', answer: [{ valueBoolean: false }] },
    ]);
    expect(scoreOf(branching, { changed: 'yes' })).toBeUndefined();
  });
});
