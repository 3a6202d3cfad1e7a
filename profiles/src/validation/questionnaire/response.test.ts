/** V1: answers held against their Questionnaire. */
import { describe, expect, it } from 'vitest';
import type { Questionnaire, QuestionnaireResponse } from './questionnaire.ts';
import { validateAnswers } from './response.ts';

type Item = Record<string, unknown>;

const HL7 = 'http://hl7.org/fhir/StructureDefinition';
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition';
const UCUM = 'http://unitsofmeasure.org';

/** Places of the errors. */
function faults(asked: Item[], given: Item[], status = 'completed'): (string | undefined)[] {
  return issues(asked, given, status)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression?.replace('QuestionnaireResponse.', ''));
}

function issues(asked: Item[], given: Item[], status = 'completed') {
  const questionnaire = { resourceType: 'Questionnaire', item: asked } as unknown as Questionnaire;
  const response = {
    resourceType: 'QuestionnaireResponse',
    status,
    item: given,
  } as unknown as QuestionnaireResponse;
  return validateAnswers(response, questionnaire);
}

const question = (type: string, members: Item = {}): Item => ({ linkId: 'q', type, ...members });
const answered = (...answer: Item[]): Item[] => [{ linkId: 'q', answer }];
const extension = (url: string, value: Item) => ({ extension: [{ url, ...value }] });
const regex = (valueString: string) => extension(`${HL7}/regex`, { valueString });

describe('V1: answers of a whole response are refused', () => {
  it.each<[string, Item[], Item[], string]>([
    ['an item that was not asked', [question('string')], [{ linkId: 'z' }], 'item[0]'],
    [
      'an item at another place',
      [{ linkId: 'g', type: 'group', item: [question('string')] }],
      answered({ valueString: 'x' }),
      'item[0]',
    ],
    [
      'items in another order',
      [question('string'), { linkId: 'r', type: 'string' }],
      [{ linkId: 'r' }, { linkId: 'q' }],
      'item[1]',
    ],
    [
      'a group twice that does not repeat',
      [{ linkId: 'g', type: 'group' }],
      [{ linkId: 'g' }, { linkId: 'g' }],
      'item[1]',
    ],
    ['no answer to what is required', [question('string', { required: true })], [{ linkId: 'q' }], 'item[0]'],
    ['no item at all', [question('string', { required: true })], [], 'QuestionnaireResponse'],
    [
      'a required group without anything',
      [{ linkId: 'g', type: 'group', required: true, item: [question('string')] }],
      [{ linkId: 'g' }],
      'item[0]',
    ],
    [
      'no answer inside a group that is there',
      [{ linkId: 'g', type: 'group', item: [question('string', { required: true })] }],
      [{ linkId: 'g' }],
      'item[0]',
    ],
    [
      'two answers to one question',
      [question('integer')],
      answered({ valueInteger: 1 }, { valueInteger: 2 }),
      'item[0]',
    ],
    [
      'more answers than maxOccurs',
      [
        question('integer', {
          repeats: true,
          ...extension(`${HL7}/questionnaire-maxOccurs`, { valueInteger: 1 }),
        }),
      ],
      answered({ valueInteger: 1 }, { valueInteger: 2 }),
      'item[0]',
    ],
    [
      'fewer answers than minOccurs',
      [
        question('integer', {
          repeats: true,
          ...extension(`${HL7}/questionnaire-minOccurs`, { valueInteger: 2 }),
        }),
      ],
      answered({ valueInteger: 1 }),
      'item[0]',
    ],
    ['an answer of a group', [question('group')], answered({ valueString: 'x' }), 'item[0].answer'],
    ['an answer of a display', [question('display')], answered({ valueString: 'x' }), 'item[0].answer'],
    [
      'what is asked below a question beside its answer',
      [question('string', { item: [{ linkId: 'r', type: 'string' }] })],
      [{ linkId: 'q', item: [{ linkId: 'r' }] }],
      'item[0].item',
    ],
    [
      'a fault below an answer',
      [question('boolean', { item: [{ linkId: 'r', type: 'integer' }] })],
      answered({ valueBoolean: true, item: [{ linkId: 'r', answer: [{ valueString: 'x' }] }] }),
      'item[0].answer[0].item[0].answer[0].value',
    ],
    [
      'a text of another form',
      [question('string', extension(`${HL7}/regex`, { valueString: '[^@]+@[^@]+' }))],
      answered({ valueString: 'a@@b' }),
      VALUE(),
    ],
    [
      'a longer text than maxLength',
      [question('string', { maxLength: 2 })],
      answered({ valueString: 'abc' }),
      VALUE(),
    ],
    [
      'a shorter text than minLength',
      [question('text', extension(`${HL7}/minLength`, { valueInteger: 2 }))],
      answered({ valueString: 'a' }),
      VALUE(),
    ],
    [
      'less than minValue',
      [question('date', extension(`${HL7}/minValue`, { valueDate: '2020' }))],
      answered({ valueDate: '1998-01-01' }),
      VALUE(),
    ],
    [
      'more than maxValue',
      [question('decimal', extension(`${HL7}/maxValue`, { valueDecimal: 2 }))],
      answered({ valueDecimal: 2.1 }),
      VALUE(),
    ],
    [
      'more digits than are asked for',
      [question('decimal', extension(`${HL7}/maxDecimalPlaces`, { valueInteger: 1 }))],
      answered({ valueDecimal: 1.25 }),
      VALUE(),
    ],
    [
      'more than maxQuantity, in another unit',
      [
        question(
          'quantity',
          extension(`${SDC}/sdc-questionnaire-maxQuantity`, {
            valueQuantity: { value: 5, system: UCUM, code: 'km' },
          }),
        ),
      ],
      answered({ valueQuantity: { value: 6000, system: UCUM, code: 'm' } }),
      VALUE(),
    ],
    [
      'a unit that is no option',
      [
        question(
          'quantity',
          extension(`${HL7}/questionnaire-unitOption`, { valueCoding: { system: UCUM, code: 'm' } }),
        ),
      ],
      answered({ valueQuantity: { value: 1, system: UCUM, code: 'kg' } }),
      VALUE(),
    ],
    ['a choice that is no option', [question('choice', options('a', 'b'))], answered(coding('c')), VALUE()],
    [
      'the code of an option in another system',
      [question('choice', options('a'))],
      answered({ valueCoding: { system: 'urn:other', code: 'a' } }),
      VALUE(),
    ],
    [
      'a Coding that an open choice does not have',
      [question('open-choice', options('a'))],
      answered(coding('c')),
      VALUE(),
    ],
    [
      'a code outside the value set',
      [question('choice', { answerValueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender' })],
      answered({ valueCoding: { system: 'http://hl7.org/fhir/administrative-gender', code: 'x' } }),
      VALUE(),
    ],
    [
      'a code of a value set without its system',
      [question('choice', { answerValueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender' })],
      answered({ valueCoding: { code: 'male' } }),
      'item[0].answer[0].value',
    ],
    [
      'a code without its system of a value set that is not here',
      [question('choice', { answerValueSet: 'urn:not-here' })],
      answered({ valueCoding: { code: 'male' } }),
      'item[0].answer[0].value',
    ],
    [
      'an option beside one that excludes all others',
      [
        question('choice', {
          repeats: true,
          answerOption: [
            coding('a'),
            { ...coding('b'), ...extension(`${HL7}/questionnaire-optionExclusive`, { valueBoolean: true }) },
          ],
        }),
      ],
      answered(coding('a'), coding('b')),
      'item[0].answer[1].value',
    ],
    [
      'a reference to another type than is asked for',
      [question('reference', extension(`${HL7}/questionnaire-referenceResource`, { valueCode: 'Patient' }))],
      answered({ valueReference: { reference: 'Organization/o' } }),
      VALUE(),
    ],
    [
      'an attachment of another kind',
      [question('attachment', extension(`${HL7}/mimeType`, { valueCode: 'image/png' }))],
      answered({ valueAttachment: { contentType: 'text/html' } }),
      VALUE(),
    ],
    [
      'an answer to what is not asked',
      [
        { linkId: 'smoker', type: 'boolean' },
        question('integer', { enableWhen: [when('smoker', '=', { answerBoolean: true })] }),
      ],
      [{ linkId: 'smoker', answer: [{ valueBoolean: false }] }, ...answered({ valueInteger: 3 })],
      'item[1]',
    ],
  ])('%s', (_, asked, given, place) => expect(faults(asked, given)).toEqual([place]));

  it.each([
    ['boolean', { valueString: 'x' }],
    ['decimal', { valueInteger: 1 }],
    ['integer', { valueDecimal: 1 }],
    ['date', { valueDateTime: '2020-01-01' }],
    ['dateTime', { valueDate: '2020-01-01' }],
    ['time', { valueString: '10:00:00' }],
    ['string', { valueCoding: { code: 'x' } }],
    ['text', { valueUri: 'urn:x' }],
    ['url', { valueString: 'urn:x' }],
    ['attachment', { valueUri: 'urn:x' }],
    ['reference', { valueUri: 'urn:x' }],
    ['quantity', { valueDecimal: 1 }],
  ])('an answer of another type than %s', (type, answer) =>
    expect(faults([question(type)], answered(answer))).toEqual([VALUE()]),
  );
});

function VALUE(): string {
  return 'item[0].answer[0].value';
}
function coding(code: string) {
  return { valueCoding: { system: 'urn:s', code } };
}
function options(...codes: string[]) {
  return { answerOption: codes.map(coding) };
}
function when(question: string, operator: string, answer: Item): Item {
  return { question, operator, ...answer };
}

describe('V1: a response is accepted', () => {
  it.each<[string, Item[], Item[]]>([
    [
      'whose optional items are left out',
      [question('string'), { linkId: 'g', type: 'group', item: [question('string', { required: true })] }],
      [],
    ],
    [
      'with a repeated group',
      [{ linkId: 'g', type: 'group', repeats: true, item: [question('string')] }],
      [{ linkId: 'g' }, { linkId: 'g', item: answered({ valueString: 'x' }) }],
    ],
    ['with a display that is shown again', [question('display')], [{ linkId: 'q', text: 'Hello' }]],
    [
      'with words for an open choice',
      [question('open-choice', options('a'))],
      answered({ valueString: 'other' }),
    ],
    [
      'with an option, whatever its display says',
      [question('choice', options('a'))],
      answered({ valueCoding: { system: 'urn:s', code: 'a', display: 'A' } }),
    ],
    [
      'with an option that is a text',
      [question('choice', { answerOption: [{ valueString: 'a' }] })],
      answered({ valueString: 'a' }),
    ],
    [
      'with a reason instead of an answer',
      [question('string', { required: true })],
      answered({
        _valueString: { extension: [{ url: `${HL7}/data-absent-reason`, valueCode: 'asked-declined' }] },
      }),
    ],
    [
      'with a day that may lie within the bounds',
      [question('date', extension(`${HL7}/maxValue`, { valueDate: '2022-06-15' }))],
      answered({ valueDate: '2022-06' }),
    ],
    [
      'without what is required but not asked',
      [
        { linkId: 'smoker', type: 'boolean' },
        question('integer', { required: true, enableWhen: [when('smoker', '=', { answerBoolean: true })] }),
      ],
      [{ linkId: 'smoker', answer: [{ valueBoolean: false }] }],
    ],
    [
      'when one of several conditions is enough',
      [
        { linkId: 'a', type: 'integer' },
        question('integer', {
          enableBehavior: 'any',
          enableWhen: [when('a', '>', { answerInteger: 5 }), when('a', 'exists', { answerBoolean: false })],
        }),
      ],
      answered({ valueInteger: 1 }),
    ],
  ])('%s', (_, asked, given) => expect(faults(asked, given)).toEqual([]));

  it('as a draft or when it was stopped, with gaps and with answers that lost their question', () => {
    const asked = [
      question('string', { required: true }),
      { linkId: 'r', type: 'string', enableWhen: [when('q', 'exists', { answerBoolean: true })] },
    ];
    for (const status of ['in-progress', 'stopped'])
      expect(faults(asked, [{ linkId: 'r', answer: [{ valueString: 'x' }] }], status)).toEqual([]);
  });

  it('by the answers of its own instance of a repeated group', () => {
    const group = {
      linkId: 'g',
      type: 'group',
      repeats: true,
      item: [
        { linkId: 'has', type: 'boolean' },
        question('string', { required: true, enableWhen: [when('has', '=', { answerBoolean: true })] }),
      ],
    };
    const has = (value: boolean) => ({ linkId: 'has', answer: [{ valueBoolean: value }] });
    const instances = [
      { linkId: 'g', item: [has(false)] },
      { linkId: 'g', item: [has(true)] },
    ];
    expect(faults([group], instances)).toEqual(['item[1]']);
  });

  it('with a note where a value set can not be listed here', () => {
    const found = issues([question('choice', { answerValueSet: 'urn:not-here' })], answered(coding('a')));
    expect(found).toMatchObject([{ severity: 'information', expression: expect.stringContaining(VALUE()) }]);
  });
});

describe('what conditions, options and answers cost together (attack row 9)', () => {
  const many = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));
  const text = { valueString: 'x' };
  const coding = (code: string) => ({ valueCoding: { system: 'urn:x', code } });

  it.each<[string, Item[], Item[]]>([
    [
      'as many conditions as items',
      many(3000, (i) => ({
        linkId: `a${i}`,
        type: 'string',
        enableWhen: [{ question: 'zz', operator: 'exists', answerBoolean: true }],
      })),
      many(3000, (i) => ({ linkId: `a${i}`, answer: [text] })),
    ],
    [
      'conditions times answers',
      [
        { linkId: 'a', type: 'string', repeats: true },
        {
          linkId: 'b',
          type: 'string',
          enableBehavior: 'any',
          enableWhen: many(1500, () => ({ question: 'a', operator: '=', answerString: 'z' })),
        },
      ],
      [{ linkId: 'a', answer: many(1500, () => text) }],
    ],
    [
      'options times answers',
      [{ linkId: 'a', type: 'choice', repeats: true, answerOption: many(3000, (i) => coding(`c${i}`)) }],
      [{ linkId: 'a', answer: many(3000, (i) => coding(`z${i}`)) }],
    ],
    [
      'extensions times answers',
      [{ linkId: 'a', type: 'string', repeats: true, extension: many(3000, () => ({ url: 'urn:x' })) }],
      [{ linkId: 'a', answer: many(3000, () => text) }],
    ],
    [
      'one linkId many times',
      many(3000, () => ({ linkId: 'a', type: 'string' })),
      many(3000, () => ({ linkId: 'a', answer: [text] })),
    ],
    [
      'a large pattern and a long text',
      [question('text', regex('(a|b)*a(a|b){300}[cd]y'))],
      answered({ valueString: `${'abaab'.repeat(40_000)}cy` }),
    ],
    [
      'as many patterns as items',
      many(2000, (i) => ({ linkId: `a${i}`, type: 'string', ...regex(`${'a?'.repeat(300)}${i}`) })),
      many(2000, (i) => ({ linkId: `a${i}`, answer: [{ valueString: 'aaa' }] })),
    ],
    [
      'a pattern of many repetitions',
      [question('string', regex('(a?){999}'.repeat(100)))],
      answered({ valueString: 'aaa' }),
    ],
  ])('%s: checked, or refused, in little time', (_, asked, given) => {
    const start = process.cpuUsage();
    try {
      issues(asked, given);
    } catch (error) {
      expect(error).toMatchObject({ status: 413 });
    }
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(250);
  });

  it('a form of many patterns is checked whole', () => {
    const asked = many(400, (i) => ({
      linkId: `a${i}`,
      type: 'string',
      ...regex(`\\(?[0-9]{3}\\)?[- ]?[0-9]{3}-[0-9]{4}(x${i})?`),
    }));
    const given = many(400, (i) => ({
      linkId: `a${i}`,
      answer: [{ valueString: i === 399 ? '617' : '617-555-0100' }],
    }));
    expect(faults(asked, given)).toEqual(['item[399].answer[0].value']);
  });

  it('a long form is checked whole', () => {
    const asked = many(500, (i) => ({
      linkId: `a${i}`,
      type: 'choice',
      required: true,
      answerOption: many(60, (k) => coding(`c${k}`)),
      ...(i === 0
        ? {}
        : { enableWhen: [{ question: `a${i - 1}`, operator: '=', answerCoding: coding('c1').valueCoding }] }),
    }));
    const given = many(500, (i) => ({ linkId: `a${i}`, answer: [coding(i === 499 ? 'c77' : 'c1')] }));
    expect(faults(asked, given)).toEqual(['item[499].answer[0].value']);
  });
});
