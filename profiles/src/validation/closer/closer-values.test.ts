/** What R4's text says of values and resources, beyond their form. */
import { describe, expect, it } from 'vitest';
import { closerLook } from '../../closer-look.ts';
import { loaded } from '../../profiles.ts';
import { validateResource } from '../validate-resource.ts';

type Json = Record<string, unknown>;

function faults(resource: object): (string | undefined)[] {
  expect(validateResource(resource).filter(({ severity }) => severity === 'error')).toEqual([]);
  return closerLook(resource as Json, 'warning', loaded, true)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression);
}

const patient = (more: object) => ({ resourceType: 'Patient', ...more });
const observation = (more: object) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...more,
});
const quantity = (code: string) => ({ value: 1, system: 'http://unitsofmeasure.org', code });
const identifier = (system: string, value: string) => patient({ identifier: [{ system, value }] });
const photo = (attachment: object) => patient({ photo: [attachment] });
const sampled = (data: string) =>
  observation({ valueSampledData: { origin: { value: 1 }, period: 1, dimensions: 1, data } });
const DATA = { data: 'AAAA', contentType: 'image/png' };

describe('a value', () => {
  it.each<[string, object, string]>([
    ['unit', observation({ valueQuantity: quantity('mg/foo') }), 'value.code'],
    ['unit that is spelled otherwise', observation({ valueQuantity: quantity('Kg') }), 'value.code'],
    ['hash', photo({ ...DATA, hash: 'AAAA' }), 'photo[0].hash'],
    ['data point', sampled('1 x 2'), 'value.data'],
    ['system of an identifier', identifier('mrn', '1'), 'identifier[0].system'],
    ['URI as an identifier', identifier('urn:ietf:rfc:3986', '1234'), 'identifier[0].value'],
    ['OID as an identifier', identifier('urn:ietf:rfc:3986', 'urn:oid:1.02'), 'identifier[0].value'],
  ])('that is no %s is told', (_, resource, place) => {
    const { resourceType } = resource as { resourceType: string };
    expect(faults(resource)).toEqual([`${resourceType}.${place}`]);
  });

  it.each<[string, object]>([
    ['a unit', observation({ valueQuantity: quantity('10*9/L') })],
    ['a unit with words', observation({ valueQuantity: quantity('{score}') })],
    ['a hash', photo({ ...DATA, hash: 'KeLc+7FvY7sCVN91haFbtvtekn0=' })],
    ['data points', sampled('E 1 -2.5 U 3e2 L')],
    ['an OID', identifier('urn:ietf:rfc:3986', 'urn:oid:1.2.3')],
  ])('may be %s', (_, resource) => expect(faults(resource)).toEqual([]));
});

describe('what is inside', () => {
  it('of a resource has an id', () => {
    const managed = (contained: object) =>
      patient({ managingOrganization: { reference: '#o' }, contained: [contained] });
    expect(faults(managed({ resourceType: 'Organization', id: 'o', name: 'x' }))).toEqual([]);
    const beside = { resourceType: 'Patient', link: [{ other: { reference: '#' }, type: 'seealso' }] };
    expect(faults(patient({ contained: [beside] }))).toEqual(['Patient.contained[0].id']);
  });

  const ONE = 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11';
  const OTHER = 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e12';
  const bundle = (...entry: object[]) => ({ resourceType: 'Bundle', type: 'collection', entry });

  it('of a Bundle has a full URL', () => {
    const subject = { fullUrl: ONE, resource: observation({ subject: { reference: OTHER } }) };
    expect(faults(bundle(subject, { fullUrl: OTHER, resource: patient({}) }))).toEqual([]);
    expect(faults(bundle({ resource: patient({}) }))).toEqual(['Bundle.entry[0].fullUrl']);
  });

  it('of what a search found has an id', () => {
    const searchset = (resource: object) => ({
      resourceType: 'Bundle',
      type: 'searchset',
      entry: [{ fullUrl: ONE, resource }],
    });
    expect(faults(searchset(patient({})))).toEqual(['Bundle.entry[0].resource.id']);
    expect(faults(searchset(patient({ id: 'p' })))).toEqual([]);
    // A write takes it: R4 has no invariant that says so.
    expect(validateResource(searchset(patient({})))).toEqual([]);
  });

  it('of a Questionnaire waits for other questions of it', () => {
    const waiting = (question: string) => ({
      resourceType: 'Questionnaire',
      status: 'draft',
      item: [
        { linkId: 'g', type: 'group', item: [{ linkId: 'a', type: 'boolean' }] },
        {
          linkId: 'b',
          type: 'string',
          enableWhen: [{ question, operator: 'exists', answerBoolean: true }],
        },
      ],
    });
    expect(faults(waiting('a'))).toEqual([]);
    const place = 'Questionnaire.item[1].enableWhen[0].question';
    expect(faults(waiting('c'))).toEqual([place]);
    expect(faults(waiting('b'))).toEqual([place]);
  });
});

it('an entry is asked for in what is asked, and answered in what is answered', () => {
  const entries = (type: string, more: object) =>
    validateResource({ resourceType: 'Bundle', type, entry: [{ resource: patient({}), ...more }] }).length;
  const request = { method: 'POST', url: 'Patient' };
  const response = { status: '201' };
  expect(entries('transaction', { request })).toBe(0);
  expect(entries('transaction', {})).toBe(1);
  expect(entries('collection', { fullUrl: 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11', request })).toBe(
    1,
  );
  expect(entries('batch-response', { response })).toBe(0);
  expect(entries('batch-response', {})).toBe(1);
});

it('an expression of a search parameter is FHIRPath', () => {
  const parameter = (expression: string) =>
    validateResource({
      resourceType: 'SearchParameter',
      url: 'urn:sp',
      name: 'x',
      status: 'draft',
      description: 'x',
      code: 'x',
      base: ['Patient'],
      type: 'token',
      expression,
    }).map(({ expression: place }) => place);
  expect(parameter('Patient.active')).toEqual([]);
  expect(parameter('Patient.(')).toEqual(['SearchParameter.expression']);
});
