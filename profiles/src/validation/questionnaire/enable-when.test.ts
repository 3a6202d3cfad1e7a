/** V1: which questions are asked, and how often; of whom. */
import { describe, expect, it } from 'vitest';
import type { Questionnaire, QuestionnaireResponse } from './questionnaire.ts';
import { validateAnswers } from './response.ts';

type Item = Record<string, unknown>;

const HL7 = 'http://hl7.org/fhir/StructureDefinition';
const UCUM = 'http://unitsofmeasure.org';
const WHOLE = 'QuestionnaireResponse';

/** Places of the errors. */
function faults(item: Item[], given: Item[], { form = {}, answer = {} }: Record<string, Item> = {}) {
  const questionnaire = { resourceType: 'Questionnaire', item, ...form } as unknown as Questionnaire;
  const response = { resourceType: WHOLE, status: 'completed', item: given, ...answer };
  return validateAnswers(response as unknown as QuestionnaireResponse, questionnaire)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression?.replace('QuestionnaireResponse.', ''));
}

const question = (linkId: string, type: string, more: Item = {}): Item => ({ linkId, type, ...more });
const answers = (linkId: string, ...answer: Item[]): Item => ({ linkId, answer });
const text = { valueString: 'x' };
const when = (operator: string, answer: Item) => ({
  enableWhen: [{ question: 'a', operator, ...answer }],
});
const gram = (value: number, code: string) => ({ value, system: UCUM, code });

describe.each([
  ['integer', 'Integer', 1, 5],
  ['decimal', 'Decimal', 1.5, 2.25],
  ['date', 'Date', '2020-01-01', '2021-01-01'],
  ['dateTime', 'DateTime', '2020-01-01T02:00:00+02:00', '2020-01-01T01:00:00Z'],
  ['time', 'Time', '08:00:00', '17:30:00'],
  ['quantity', 'Quantity', gram(1, 'kg'), gram(2000, 'g')],
])('a condition on an answer of type %s', (type, name, low, high) => {
  it.each([
    ['=', low, low, true],
    ['=', low, high, false],
    ['!=', low, high, true],
    ['!=', low, low, false],
    ['>', high, low, true],
    ['>', low, low, false],
    ['<', low, high, true],
    ['<', high, low, false],
    ['>=', low, low, true],
    ['>=', low, high, false],
    ['<=', low, low, true],
    ['<=', high, low, false],
  ] as const)('%s: %j against %j is %s', (operator, given, wanted, isAsked) => {
    const item = [
      question('a', type),
      question('b', 'string', { required: true, ...when(operator, { [`answer${name}`]: wanted }) }),
    ];
    const first = answers('a', { [`value${name}`]: given });
    expect(faults(item, [first])).toEqual(isAsked ? [WHOLE] : []);
    expect(faults(item, [first, answers('b', text)])).toEqual(isAsked ? [] : ['item[1]']);
  });
});

describe('another answer than the one that is named (!=)', () => {
  const item = [
    question('a', 'integer', { repeats: true }),
    question('b', 'string', { required: true, ...when('!=', { answerInteger: 1 }) }),
  ];
  const [one, two] = [{ valueInteger: 1 }, { valueInteger: 2 }];

  it.each([
    ['none', []],
    ['both', [answers('a', one, two)]],
  ])('with %s, R4 is read in two ways: neither is refused', (_, given) => {
    expect(faults(item, given)).toEqual([]);
    expect(faults(item, [...given, answers('b', text)])).toEqual([]);
  });

  it('with others alone, it is asked', () => {
    const three = { valueInteger: 3 };
    expect(faults(item, [answers('a', two, three)])).toEqual([WHOLE]);
  });
});

describe('a repeated group', () => {
  const own = (more: Item = {}) =>
    question('g', 'group', {
      repeats: true,
      item: [
        question('a', 'boolean'),
        question('b', 'string', { required: true, ...when('=', { answerBoolean: true }) }),
        question('c', 'string'),
      ],
      ...more,
    });
  const instance = (...item: Item[]): Item => ({ linkId: 'g', item });

  it('is not told by an answer of another instance what it must have', () => {
    const first = instance(answers('a', { valueBoolean: true }), answers('b', text));
    expect(faults([own()], [first, instance(answers('c', text))])).toEqual([]);
    expect(faults([own()], [first, instance(answers('b', text))])).toEqual([]);
    const no = instance(answers('a', { valueBoolean: false }), answers('b', text));
    expect(faults([own()], [first, no])).toEqual(['item[1].item[1]']);
  });

  it('has no more and no fewer instances than are asked for', () => {
    const occurs = (name: string, valueInteger: number) =>
      own({ extension: [{ url: `${HL7}/questionnaire-${name}Occurs`, valueInteger }] });
    const some = (count: number) => Array.from({ length: count }, () => instance(answers('c', text)));
    expect(faults([occurs('max', 2)], some(3))).toEqual(['item[0]']);
    expect(faults([occurs('max', 2)], some(2))).toEqual([]);
    expect(faults([occurs('min', 2)], some(1))).toEqual(['item[0]']);
    expect(faults([occurs('min', 2)], some(2))).toEqual([]);
    expect(faults([occurs('min', 2)], [])).toEqual([]);
  });
});

it('the least number of answers is asked of an item that is there or required, not of one that is left out', () => {
  const least = { extension: [{ url: `${HL7}/questionnaire-minOccurs`, valueInteger: 2 }], repeats: true };
  expect(faults([question('a', 'string', least)], [])).toEqual([]);
  expect(faults([question('a', 'string', { ...least, required: true })], [])).toEqual([WHOLE, WHOLE]);
  for (const given of [answers('a', text), { linkId: 'a' }])
    expect(faults([question('a', 'string', least)], [given])).toEqual(['item[0]']);
});

it('decimal places are counted, however small the number is', () => {
  const two = question('a', 'decimal', {
    extension: [{ url: `${HL7}/maxDecimalPlaces`, valueInteger: 2 }],
  });
  const place = ['item[0].answer[0].value'];
  for (const valueDecimal of [0.001, 0.0000001, 1.5e-8])
    expect(faults([two], [answers('a', { valueDecimal })])).toEqual(place);
  for (const valueDecimal of [0.01, 12, 1e21])
    expect(faults([two], [answers('a', { valueDecimal })])).toEqual([]);
});

it('the subject is of a type that the form is about', () => {
  const about = (subject: Item) =>
    faults([question('a', 'string')], [answers('a', text)], {
      form: { subjectType: ['Patient'] },
      answer: { subject },
    });
  expect(about({ reference: 'Practitioner/1' })).toEqual(['subject']);
  expect(about({ type: 'Group', display: 'x' })).toEqual(['subject']);
  for (const reference of ['Patient/1', 'https://x.test/fhir/Patient/1/_history/2', 'urn:uuid:1'])
    expect(about({ reference })).toEqual([]);
});
