/** Search parameters that could never find anything are not stored; those that are published are. */
import {
  addSearchParameter,
  removeSearchParameter,
  resourceTypes,
  type SearchParameter,
  searchParameter,
  searchParameters,
  type TypedValue,
  walkFhirPath,
} from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { usCoreDefinitions } from '../../../profiles/test/corpus.ts';
import { checkSearchParameter, type SearchParameterResource } from '../repository/custom-parameters.ts';
import { isIndexable } from './indexable-types.ts';

type Definition = SearchParameterResource & { readonly resourceType: string };

const parameter = (members: Partial<SearchParameterResource>): SearchParameterResource => ({
  resourceType: 'SearchParameter',
  url: 'urn:wellspring:test:parameter',
  status: 'active',
  code: 'tested',
  type: 'string',
  base: ['Patient'],
  expression: 'Patient.name.family',
  ...members,
});
const HL7 = 'http://hl7.org/fhir/SearchParameter';
const composite = (...component: { definition: string; expression: string }[]) =>
  parameter({ type: 'composite', base: ['Observation'], expression: 'Observation.component', component });
const code = { definition: `${HL7}/clinical-code`, expression: 'code' };
const value = { definition: `${HL7}/Observation-value-quantity`, expression: 'value.as(Quantity)' };

interface Refusal {
  readonly expression?: string;
  readonly diagnostics?: string;
}

function refusalOf(resource: SearchParameterResource): Refusal | undefined {
  try {
    checkSearchParameter(resource);
    return undefined;
  } catch (error) {
    const { status, issues } = error as { status: number; issues: readonly Refusal[] };
    expect(status).toBe(422);
    return issues[0];
  }
}

/** Where it is refused. */
const placeOf = (resource: SearchParameterResource): string | undefined => refusalOf(resource)?.expression;

const EXPRESSION = 'SearchParameter.expression';

describe('What is not read of an expression is named', () => {
  const PART = 'SearchParameter.component[1].expression';
  it.each([
    ['Patient.birthDate + 10 years', "'years' is not read at character 24"],
    ['Patient.descendants().ofType(HumanName).family', 'descendants()'],
    ['Patient.address.repeat(city).distinct()', 'repeat()'],
    ["Patient.name.given.aggregate($this + $total, '')", "'$total' is not read at character 38"],
    ['Patient.name.', 'a name was expected at the end'],
    ['Patient.name.where(use = ', 'at the end'],
    ['Patient.name ? Patient.id', "'?' is not read at character 14"],
    ["Patient.name.family.matches('(?=a)')", 'linear time'],
  ])('%s', (expression, reason) => {
    expect(refusalOf(parameter({ expression }))).toMatchObject({
      expression: EXPRESSION,
      diagnostics: expect.stringContaining(reason),
    });
    expect(refusalOf(composite(code, { ...value, expression }))).toMatchObject({
      expression: PART,
      diagnostics: expect.stringContaining(reason),
    });
  });
});

it('a part that is not compiled is interpreted', () => {
  const url = 'urn:wellspring:test:parts';
  const parts = ['code.coding.code.lower()', 'value.ofType(Quantity).value.toString() + value.unit.upper()'];
  addSearchParameter({
    code: 'parts',
    type: 'composite',
    url,
    expression: 'Observation.component',
    base: ['Observation'],
    target: [],
    components: parts.map((expression) => ({ ...code, expression })),
  });
  const resource = {
    resourceType: 'Observation',
    component: [{ code: { coding: [{ code: 'ABC' }] }, valueQuantity: { value: 5, unit: 'kg' } }],
  };
  const parameter = searchParameter('Observation', 'parts') as SearchParameter;
  const [whole] = parameter.extract(resource);
  const values = parameter.components.map(({ extract }) => extract(whole as TypedValue, resource));
  expect(values.map(([found]) => found?.value)).toEqual(['abc', '5KG']);
  removeSearchParameter(url);
});

describe('A search parameter is refused', () => {
  it.each<[string, SearchParameterResource, string]>([
    ['a date of text', parameter({ type: 'date' }), EXPRESSION],
    ['a number of text', parameter({ type: 'number' }), EXPRESSION],
    ['a quantity of a code', parameter({ type: 'quantity', expression: 'Patient.gender' }), EXPRESSION],
    ['a reference of a name', parameter({ type: 'reference', expression: 'Patient.name' }), EXPRESSION],
    ['a URI of an identifier', parameter({ type: 'uri', expression: 'Patient.identifier' }), EXPRESSION],
    ['a token of a date', parameter({ type: 'token', expression: 'Patient.birthDate' }), EXPRESSION],
    ['a string of a truth value', parameter({ expression: 'Patient.active' }), EXPRESSION],
    ['a date of a comparison', parameter({ type: 'date', expression: 'Patient.name.exists()' }), EXPRESSION],
    ['a date of a count', parameter({ type: 'date', expression: 'Patient.name.count()' }), EXPRESSION],
    ['a string of a resource', parameter({ expression: 'Patient' }), EXPRESSION],
    ['special without a position', parameter({ type: 'special' }), EXPRESSION],
    ['the time', parameter({ type: 'date', expression: 'now()' }), EXPRESSION],
    [
      'a comparison with the time',
      parameter({ type: 'token', expression: 'Patient.birthDate < today()' }),
      EXPRESSION,
    ],
    ['a text', parameter({ expression: "'x'" }), EXPRESSION],
    ['a truth', parameter({ type: 'token', expression: 'true' }), EXPRESSION],
    ['a sum', parameter({ type: 'number', expression: '1 + 1' }), EXPRESSION],
    ['a variable', parameter({ type: 'uri', expression: '%loinc' }), EXPRESSION],
    [
      'a part of no parameter',
      composite(code, { ...value, definition: 'urn:nowhere' }),
      'SearchParameter.component[1].definition',
    ],
    ['a name of R4’s', parameter({ code: '_sort' }), 'SearchParameter.code'],
    ['parts of which the first is no token', composite(value, code), 'SearchParameter.component'],
    ['three parts of an element', composite(code, value, value), 'SearchParameter.component'],
    [
      'a part that does not fit',
      composite({ ...code, expression: 'value.as(Quantity)' }, value),
      'SearchParameter.component[0].expression',
    ],
    [
      'a part that is a text',
      composite(code, { ...value, expression: "'x'" }),
      'SearchParameter.component[1].expression',
    ],
  ])('%s', (_, resource, place) => expect(placeOf(resource)).toBe(place));
});

describe('A search parameter is taken', () => {
  it.each<[string, SearchParameterResource]>([
    ['text', parameter({})],
    ['a choice of which one fits', parameter({ type: 'date', expression: 'Patient.deceased' })],
    ['a truth value', parameter({ type: 'token', expression: 'Patient.name.exists()' })],
    ['what an extension holds', parameter({ type: 'date', expression: "Patient.extension('urn:x').value" })],
    ['a position', parameter({ type: 'special', base: ['Location'], expression: 'Location.position' })],
    ['parts', composite(code, value)],
    ['what is not active', parameter({ status: 'draft', type: 'date' })],
  ])('%s', (_, resource) => expect(placeOf(resource)).toBeUndefined());

  it('if it is of R4', () => {
    const unfit: string[] = [];
    let walked = 0;
    for (const type of resourceTypes)
      for (const { code: name, type: kind, expression, components } of searchParameters(type)) {
        const whole = walkFhirPath(expression, [type]);
        if (kind !== 'composite' && !isIndexable(kind, whole.types)) unfit.push(`${type}.${name}`);
        for (const part of components)
          if (!isIndexable(part.type, walkFhirPath(part.expression, whole.types).types))
            unfit.push(`${type}.${name}$${part.code}`);
        walked += 1;
      }
    expect(unfit).toEqual([]);
    expect(walked).toBeGreaterThan(1_500);
  });

  it('if it is of US Core', () => {
    const published = (usCoreDefinitions() as unknown as Definition[]).filter(
      ({ resourceType }) => resourceType === 'SearchParameter',
    );
    for (const { type, base, expression = '', code: name } of published)
      for (const each of base)
        expect(isIndexable(type, walkFhirPath(expression, [each]).types), `${each}.${name}`).toBe(true);
  });
});
