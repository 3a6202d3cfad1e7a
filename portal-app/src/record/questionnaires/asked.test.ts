import type { Questionnaire, QuestionnaireItem, QuestionnaireResponseItem } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { askedItems, problemsOf, startOf, withOptions } from './asked.ts';
import { responseOf } from './response.ts';

const me = { patient: 'p', self: 'Patient/p' };
const of = (...item: QuestionnaireItem[]): Questionnaire => ({
  resourceType: 'Questionnaire',
  status: 'active',
  item,
});
const coded = (...codes: string[]) => codes.map((code) => ({ valueCoding: { system: 'urn:c', code } }));
const sent = (questionnaire: Questionnaire, answers: Readonly<Record<string, string>>) =>
  responseOf(me, questionnaire, answers).item ?? [];
const only = (items: readonly QuestionnaireResponseItem[]) => items[0]?.answer;

describe('an answer has the kind that its question asks for', () => {
  const unitBy = (name: string) => ({
    url: `http://hl7.org/fhir/StructureDefinition/${name}`,
    valueCoding: { system: 'http://unitsofmeasure.org', code: 'kg', display: 'kg' },
  });
  const unit = unitBy('questionnaire-unit');
  it.each<[QuestionnaireItem['type'], string, object]>([
    ['boolean', 'no', { valueBoolean: false }],
    ['integer', '12', { valueInteger: 12 }],
    ['decimal', '36,6', { valueDecimal: 36.6 }],
    ['date', '2026-02-28', { valueDate: '2026-02-28' }],
    ['time', '08:30', { valueTime: '08:30:00' }],
    ['string', ' a word ', { valueString: 'a word' }],
    ['text', 'words', { valueString: 'words' }],
    ['url', 'https://example.org/', { valueUri: 'https://example.org/' }],
    [
      'quantity',
      '71.5',
      { valueQuantity: { value: 71.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' } },
    ],
  ])('%s', (type, typed, answer) => {
    const item = { linkId: 'q', type, ...(type === 'quantity' ? { extension: [unit] } : {}) };
    expect(only(sent(of(item), { q: typed }))).toEqual([answer]);
  });

  it('and of a quantity the first unit that is offered, as R4 offers it', () => {
    const item = { linkId: 'q', type: 'quantity' as const, extension: [unitBy('questionnaire-unitOption')] };
    expect(only(sent(of(item), { q: '71.5' }))).toMatchObject([
      { valueQuantity: { unit: 'kg', code: 'kg' } },
    ]);
  });

  it('dateTime: with its time zone', () => {
    const [answer] = only(sent(of({ linkId: 'q', type: 'dateTime' }), { q: '2026-02-28T10:15' })) ?? [];
    expect(answer?.valueDateTime).toMatch(/^2026-02-2\dT.*Z$/);
  });

  it('several of a choice, and words beside an open one', () => {
    const item = {
      linkId: 'q',
      type: 'open-choice' as const,
      repeats: true,
      answerOption: coded('a', 'b', 'c'),
    };
    expect(only(sent(of(item), { q: '0,2;tea; with milk' }))).toEqual([
      ...coded('a', 'c'),
      { valueString: 'tea; with milk' },
    ]);
  });
});

describe('what can’t be an answer is said at its field, and not sent', () => {
  const extension = [
    { url: 'http://hl7.org/fhir/StructureDefinition/minValue', valueInteger: 0 },
    { url: 'http://hl7.org/fhir/StructureDefinition/maxValue', valueInteger: 10 },
  ];
  it.each<[Partial<QuestionnaireItem> & { type: QuestionnaireItem['type'] }, string]>([
    [{ type: 'integer' }, '1.5'],
    [{ type: 'integer' }, '99999999999'],
    [{ type: 'decimal' }, 'many'],
    [{ type: 'quantity' }, '1e'],
    [{ type: 'integer', extension }, '11'],
    [{ type: 'decimal', extension }, '-0,5'],
    [{ type: 'string', maxLength: 3 }, 'four'],
    [
      {
        type: 'date',
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/minValue', valueDate: '2026-01-01' }],
      },
      '2025-12-31',
    ],
  ])('%j: %s', (item, typed) => {
    const questionnaire = of({ linkId: 'q', ...item });
    expect(Object.keys(problemsOf(questionnaire, { q: typed }))).toEqual(['q']);
    expect(sent(questionnaire, { q: typed })).toEqual([]);
  });
});

describe('the answers stand as the questions do', () => {
  const questionnaire = of(
    {
      linkId: 'g',
      type: 'group',
      text: 'Habits',
      item: [
        {
          linkId: 'smokes',
          type: 'boolean',
          text: 'Do you smoke?',
          required: true,
          item: [
            {
              linkId: 'since',
              type: 'date',
              text: 'Since when?',
              enableWhen: [{ question: 'smokes', operator: '=', answerBoolean: true }],
            },
          ],
        },
        {
          linkId: 'why',
          type: 'string',
          required: true,
          enableWhen: [{ question: 'smokes', operator: '=', answerBoolean: true }],
        },
      ],
    },
    { linkId: 'empty', type: 'group', item: [{ linkId: 'x', type: 'string' }] },
  );

  it('in their groups, and what was asked because of an answer below it', () => {
    expect(sent(questionnaire, { smokes: 'yes', since: '2020-01-01', why: 'habit' })).toEqual([
      {
        linkId: 'g',
        text: 'Habits',
        item: [
          {
            linkId: 'smokes',
            text: 'Do you smoke?',
            answer: [
              {
                valueBoolean: true,
                item: [{ linkId: 'since', text: 'Since when?', answer: [{ valueDate: '2020-01-01' }] }],
              },
            ],
          },
          { linkId: 'why', answer: [{ valueString: 'habit' }] },
        ],
      },
    ]);
  });

  it('and what is not asked any more is neither missed nor sent, whatever was typed there before', () => {
    const answers = { smokes: 'no', since: '2020-01-01', why: 'habit' };
    expect(askedItems(questionnaire, answers).map(({ linkId }) => linkId)).toEqual(['smokes', 'x']);
    expect(problemsOf(questionnaire, answers)).toEqual({});
    expect(sent(questionnaire, answers)[0]?.item).toEqual([
      { linkId: 'smokes', text: 'Do you smoke?', answer: [{ valueBoolean: false }] },
    ]);
  });
});

describe('a question that depends on another', () => {
  const asks = (
    operator: string,
    expected: object,
    first: Partial<QuestionnaireItem> & { type: QuestionnaireItem['type'] },
    typed: string,
  ) => {
    const when = { question: 'first', operator, ...expected } as NonNullable<
      QuestionnaireItem['enableWhen']
    >[number];
    const questionnaire = of(
      { linkId: 'first', ...first },
      { linkId: 'then', type: 'string', enableWhen: [when] },
    );
    return askedItems(questionnaire, { first: typed }).some(({ linkId }) => linkId === 'then');
  };
  const choice = { type: 'choice' as const, answerOption: coded('a', 'b') };

  it.each([
    ['exists', { answerBoolean: true }, { type: 'string' as const }, 'x', ''],
    ['exists', { answerBoolean: false }, { type: 'string' as const }, '', 'x'],
    ['=', { answerCoding: { system: 'urn:c', code: 'b' } }, choice, '1', '0'],
    ['!=', { answerCoding: { code: 'b' } }, choice, '0', '1'],
    ['!=', { answerCoding: { code: 'b' } }, choice, '0', ''],
    ['>', { answerInteger: 2 }, { type: 'integer' as const }, '3', '2'],
    ['>=', { answerDecimal: 2.5 }, { type: 'decimal' as const }, '2,5', '2.4'],
    ['<', { answerDate: '2026-01-01' }, { type: 'date' as const }, '2025-12-31', '2026-01-01'],
    ['<=', { answerTime: '08:00:00' }, { type: 'time' as const }, '08:00', '08:01'],
    ['=', { answerString: 'yes' }, { type: 'string' as const }, ' yes ', 'no'],
    ['=', { answerInteger: 0 }, { type: 'integer' as const }, '0', ''],
  ])('%s %j', (operator, expected, first, met, not) => {
    expect([asks(operator, expected, first, met), asks(operator, expected, first, not)]).toEqual([
      true,
      false,
    ]);
  });

  it('on any of several where it says so, on all otherwise', () => {
    const enableWhen = ['a', 'b'].map((question) => ({
      question,
      operator: '=' as const,
      answerBoolean: true,
    }));
    const first = ['a', 'b'].map((linkId) => ({ linkId, type: 'boolean' as const }));
    const asked = (enableBehavior: 'any' | 'all', answers: Readonly<Record<string, string>>) =>
      askedItems(of(...first, { linkId: 'then', type: 'string', enableWhen, enableBehavior }), answers)
        .length;
    expect([
      asked('any', { a: 'yes' }),
      asked('all', { a: 'yes' }),
      asked('all', { a: 'yes', b: 'yes' }),
    ]).toEqual([3, 2, 3]);
  });
});

it('begins with what the clinic has put in, and takes options from a value set inside it', () => {
  const questionnaire = withOptions({
    ...of(
      { linkId: 'held', type: 'choice', answerValueSet: '#vs' },
      {
        linkId: 'some',
        type: 'choice',
        repeats: true,
        answerOption: coded('a', 'b').map((each) => ({ ...each, initialSelected: true })),
      },
      {
        linkId: 'one',
        type: 'choice',
        answerOption: coded('a', 'b'),
        initial: [{ valueCoding: { system: 'urn:c', code: 'b' } }],
      },
      { linkId: 'yes', type: 'boolean', initial: [{ valueBoolean: true }] },
      { linkId: 'count', type: 'integer', initial: [{ valueInteger: 0 }] },
      { linkId: 'clinic', type: 'string', readOnly: true, initial: [{ valueString: 'ours' }] },
    ),
    contained: [
      {
        resourceType: 'ValueSet',
        id: 'vs',
        status: 'active',
        compose: { include: [{ system: 'urn:c', concept: [{ code: 'x' }, { code: 'y' }] }] },
      },
    ],
  });
  expect(questionnaire.item?.[0]?.answerOption).toEqual(coded('x', 'y'));
  expect(startOf(questionnaire)).toEqual({ some: '0,1', one: '1', yes: 'yes', count: '0' });
});
