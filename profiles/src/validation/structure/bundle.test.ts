/** Rules of Bundles and of codes that R4 states beside its structure. */
import { describe, expect, it } from 'vitest';
import { codingsIn } from '../codes/codes.ts';
import { validateResource } from '../validate-resource.ts';

type Json = Record<string, unknown>;

const places = (resource: Json): (string | undefined)[] =>
  validateResource(resource).map(({ expression }) => expression);
const bundle = (type: string, entry: Json[], members: Json = {}): Json => ({
  resourceType: 'Bundle',
  type,
  entry,
  ...members,
});
const UUID = 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7';
const patient = { resourceType: 'Patient', id: 'p' };
const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'warning', code: 'informational' }] };
const message = {
  resourceType: 'MessageHeader',
  eventUri: 'urn:x:y',
  source: { endpoint: 'urn:x:z' },
};
/** A document with this author, and beside it a Practitioner. */
const document = (reference: string, members: Json = {}, fullUrl = 'http://x/Practitioner/d') =>
  bundle(
    'document',
    [
      {
        fullUrl: 'http://x/Composition/c',
        resource: {
          resourceType: 'Composition',
          id: 'c',
          status: 'final',
          type: { text: 'x' },
          date: '2020',
          title: 'x',
          author: [{ reference }],
        },
      },
      { fullUrl, resource: { resourceType: 'Practitioner', id: 'd', ...members } },
    ],
    { identifier: { system: 'urn:x', value: '1' }, timestamp: '2020-01-01T00:00:00Z' },
  );
/** With two versions of the Practitioner. */
const twice = (reference: string): Json => {
  const versions = ['1', '2'].map((versionId) => document(reference, { meta: { versionId } }));
  const [first, second] = versions.map(({ entry }) => entry as Json[]);
  return { ...versions[0], entry: [...(first ?? []), ...(second ?? []).slice(1)] };
};

describe('a Bundle is refused', () => {
  it.each<[string, Json, string]>([
    [
      'with a relative full URL',
      bundle('collection', [{ fullUrl: 'Patient/p', resource: patient }]),
      'Bundle.entry[0].fullUrl',
    ],
    [
      'with two links of one relation',
      bundle('searchset', [{ resource: patient }], {
        link: [
          { relation: 'self', url: 'http://x' },
          { relation: 'self', url: 'http://y' },
        ],
      }),
      'Bundle.link[1].relation',
    ],
    [
      'with another outcome than an OperationOutcome',
      bundle('searchset', [{ resource: patient, search: { mode: 'outcome' } }]),
      'Bundle.entry[0].resource',
    ],
    [
      'as a document that refers to what is not in it',
      document('urn:uuid:53fefa32-fcbb-4ff8-8a92-000000000000'),
      'Bundle.entry[0].resource.author[0].reference',
    ],
    [
      'as a document whose Composition leads to what is not in it',
      document('Practitioner/other'),
      'Bundle.entry[0].resource.author[0].reference',
    ],
    [
      'as a document in which a version is not that which is asked for',
      document('http://x/Practitioner/d/_history/2', { meta: { versionId: '1' } }),
      'Bundle.entry[0].resource.author[0].reference',
    ],
    [
      'as a document in which one of two versions may be meant',
      twice('http://x/Practitioner/d'),
      'Bundle.entry[0].resource.author[0].reference',
    ],
    [
      'as a message about what is not in it',
      bundle('message', [
        { fullUrl: UUID, resource: { ...message, focus: [{ reference: 'Patient/q' }] } },
        { fullUrl: 'http://x/Patient/p', resource: patient },
      ]),
      'Bundle.entry[0].resource.focus[0].reference',
    ],
    [
      'with a full URL that is not that of the resource',
      bundle('collection', [{ fullUrl: 'http://x/Patient/q', resource: patient }]),
      'Bundle.entry[0].fullUrl',
    ],
    [
      'as a document that does not begin with a Composition',
      { ...document(UUID, {}, UUID), entry: [{ fullUrl: UUID, resource: patient }] },
      'Bundle',
    ],
    [
      'inside another one',
      bundle('collection', [{ resource: bundle('collection', [{ fullUrl: 'x', resource: patient }]) }]),
      'Bundle.entry[0].resource.entry[0].fullUrl',
    ],
  ])('%s', (_, resource, place) => expect(places(resource)).toEqual([place]));
});

describe('a Bundle is accepted', () => {
  it.each<[string, Json]>([
    ['as a whole document', document(UUID, {}, UUID)],
    ['as a document that names its own by type and id', document('Practitioner/d')],
    ['as a document of two versions that says which', twice('http://x/Practitioner/d/_history/2')],
    [
      'as an answer of a server with its own ids',
      bundle('searchset', [{ fullUrl: 'http://x/Patient/q', resource: patient }]),
    ],
    ['as a document that refers to somewhere else', document('http://y/Practitioner/1')],
    [
      'with an outcome without an id',
      bundle('searchset', [{ resource: outcome, search: { mode: 'outcome' } }]),
    ],
    ['with a UUID as full URL', bundle('collection', [{ fullUrl: UUID, resource: patient }])],
    [
      'with several links of other relations',
      bundle('collection', [{ resource: patient }], {
        link: ['a', 'b'].map((x) => ({ relation: 'related', url: `http://${x}` })),
      }),
    ],
  ])('%s', (_, resource) => expect(places(resource)).toEqual([]));
});

describe('que-12', () => {
  it('asks for enableBehavior from two conditions on', () => {
    const when = { question: 'a', operator: 'exists', answerBoolean: true };
    const questionnaire = (members: Json) => ({
      resourceType: 'Questionnaire',
      status: 'draft',
      item: [
        { linkId: 'a', type: 'string' },
        { linkId: 'b', type: 'string', ...members },
      ],
    });
    expect(places(questionnaire({ enableWhen: [when, when] }))).toEqual(['Questionnaire.item[1]']);
    expect(places(questionnaire({ enableWhen: [when, when], enableBehavior: 'any' }))).toEqual([]);
    expect(places(questionnaire({ enableWhen: [when] }))).toEqual([]);
  });
});

describe('codes', () => {
  const observation = (system: string, code: string, display?: string) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system, code, ...(display ? { display } : {}) }] },
  });
  it('of a system that is part of R4 must be its', () => {
    const GENDER = 'http://hl7.org/fhir/administrative-gender';
    expect(places(observation(GENDER, 'x'))).toEqual(['Observation.code.coding[0].code']);
    expect(places(observation(GENDER, 'male'))).toEqual([]);
    expect(places(observation('http://hl7.org/fhir/sid/cvx', '999'))).toEqual([]);
  });
  it('are found with their places, for who knows their systems', () => {
    expect(codingsIn(observation('http://loinc.org', '1-8', 'Acyclovir'))).toEqual([
      {
        system: 'http://loinc.org',
        code: '1-8',
        display: 'Acyclovir',
        path: 'Observation.code.coding[0]',
        codePath: 'Observation.code.coding[0].code',
      },
    ]);
    expect(codingsIn({ ...observation('', ''), code: { text: 'x' } })).toEqual([]);
  });
});
