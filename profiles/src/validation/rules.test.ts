/** Rows V6 to V9 and S2 of the faults that independent suites found: each with its siblings, what is right beside what is wrong. */
import { describe, expect, it } from 'vitest';
import { narrativeFault } from './structure/narrative.ts';
import { validateResource } from './validate-resource.ts';

type Json = Record<string, unknown>;

const patient = (members: Json): Json => ({ resourceType: 'Patient', ...members });
const observation = (members: Json): Json => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...members,
});
const extension = (members: Json) => patient({ extension: [{ url: 'urn:x', ...members }] });
const places = (resource: Json): (string | undefined)[] =>
  validateResource(resource).map(({ expression }) => expression);

describe('V6: an element with an id alone has no content', () => {
  it.each<[Json, string]>([
    [observation({ code: { id: 'x' } }), 'Observation.code'],
    [observation({ status: undefined, _status: { id: 'x' } }), 'Observation.status'],
    [patient({ name: [{ text: 'x' }, { id: 'x' }] }), 'Patient.name[1]'],
    [patient({ name: [{ given: ['a', null], _given: [null, { id: 'x' }] }] }), 'Patient.name[0].given[1]'],
    [patient({ contact: [{ id: 'x' }] }), 'Patient.contact[0]'],
  ])('%j', (resource, place) => expect(places(resource)).toContain(place));

  it('but may stand beside a value', () => {
    expect(places(patient({ gender: 'male', _gender: { id: 'x' }, name: [{ id: 'n', text: 'x' }] }))).toEqual(
      [],
    );
  });
});

describe('V7: narrative', () => {
  const div = (inner: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`;
  it.each([
    ['nothing in it', div('')],
    ['white space alone', div(' <p>\n</p> ')],
    ['no namespace', '<div>a</div>'],
    ['another namespace', '<div xmlns="http://www.w3.org/1999/html">a</div>'],
    ['another namespace inside', div('<p xmlns="urn:x">a</p>')],
    ['a bare &', div('a & b')],
    ['an & without an end', div('a &amp b')],
    ['an entity of HTML', div('a&nbsp;b')],
    ['an entity that nobody knows', div('a&nope;b')],
    ['a bare & in a link', div('<a href="http://x?a=1&b=2">a</a>')],
    ['a number that is no character', div('a&#0;b')],
    ['a surrogate', div('a&#xD800;b')],
    ['a control character', div('a\u0001b')],
    ['an attribute twice', div('<p class="a" class="b">a</p>')],
    ['a tag that is not closed', div('<p>a')],
    ['text after it', `${div('a')}b`],
    ['an element in capitals', div('<P>a</P>')],
    ['inserted text', div('<ins>a</ins>')],
    ['a form', div('<form>a</form>')],
    ['an attribute without quotes', div('<p class=a>b</p>')],
    ['a processing instruction', div('<?php a ?>a')],
    ['data as a link', div('<a href="data:text/html,x">a</a>')],
    ['a script in a number', div('<a href="java&#115;cript:x">a</a>')],
  ])('is refused with %s', (_, text) => expect(narrativeFault(text)).toBeDefined());

  it.each([
    ['an image alone', div('<img src="#p1" alt=""/>')],
    ['the five entities and numbers', div('&amp;&lt;&gt;&quot;&apos;&#160;&#xA9;')],
    ['a link by ftp', div('<a href="ftp://x/y">a</a>')],
    ['a link to a part of it', div('<a href="#a">a</a><a name="a">b</a>')],
    ['a link to nowhere', div('<a href="#">a</a>')],
    ['a comment', div('<!-- a & b --> a'.replace('&', 'and'))],
    ['a non-breaking space', div('a\u00a0b')],
    ['a style', div('<p style="color: red">a</p>')],
  ])('is accepted with %s', (_, text) => expect(narrativeFault(text)).toBeUndefined());

  it('is looked at wherever it stands, and named there', () => {
    const text = { status: 'generated', div: div('') };
    const contained = { resourceType: 'Organization', id: 'o', name: 'x', text };
    expect(places(patient({ text }))).toEqual(['Patient.text.div']);
    expect(places(patient({ contained: [contained], managingOrganization: { reference: '#o' } }))).toEqual([
      'Patient.contained[0].text.div',
    ]);
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient({ text }) }] };
    expect(places(bundle)).toEqual(['Bundle.entry[0].resource.text.div']);
  });
});

describe('V7: links inside a narrative', () => {
  const narrative = (inner: string, members: Json = {}): Json =>
    patient({
      text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` },
      ...members,
    });
  const link = (to: string) => `<p id="here">x</p><a name="there">y</a><a href="#${to}">z</a>`;
  const contained = [{ resourceType: 'Organization', id: 'o', name: 'x' }];
  const held = { contained, managingOrganization: { reference: '#o' }, name: [{ id: 'n', text: 'x' }] };

  it.each(['here', 'there', 'o', 'n', ''])('lead to #%s, which is there', (to) =>
    expect(places(narrative(link(to), held))).toEqual([]),
  );

  it.each(['nowhere', 'o/n', 'N'])('do not lead to #%s', (to) =>
    expect(places(narrative(link(to), held))).toEqual(['Patient.text.div']),
  );

  it('in an entry of a Bundle may name the other entries, as publishers do', () => {
    const bundle = (to: string): Json => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { resource: narrative(link(to)) },
        { resource: { resourceType: 'Group', id: 'g', type: 'person', actual: true } },
      ],
    });
    expect(places(bundle('Group_g'))).toEqual([]);
    expect(places(bundle('Group_h'))).toEqual(['Bundle.entry[0].resource.text.div']);
  });

  it('are relative with a colon only behind a path', () => {
    expect(places(narrative('<a href="page.html#Patient.name:official">x</a>'))).toEqual([]);
    expect(places(narrative('<a href="odd:page.html#x">x</a>'))).toEqual(['Patient.text.div']);
  });
});

describe('a code that must be from a set', () => {
  const absent = {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
  };

  it('must be there, whatever is said of its absence', () => {
    expect(places(observation({ status: undefined, _status: absent }))).toContain('Observation.status');
    const allergy = {
      resourceType: 'AllergyIntolerance',
      patient: { reference: 'Patient/p' },
      _category: [absent],
    };
    expect(places(allergy)).toEqual(['AllergyIntolerance.category']);
  });

  it('where no set binds, a reason is enough', () => {
    expect(places(patient({ _birthDate: absent, address: [{ _city: absent }] }))).toEqual([]);
  });
});

const photo = (attachment: Json) => patient({ photo: [attachment] });
const invoice = (currency: string): Json => ({
  resourceType: 'Invoice',
  status: 'draft',
  totalNet: { value: 1, currency },
});
const endpoint = (type: string): Json => ({
  resourceType: 'Endpoint',
  status: 'active',
  connectionType: { code: 'x' },
  payloadType: [{ text: 'x' }],
  payloadMimeType: [type],
  address: 'https://x.example',
});
const capabilities = (format: readonly string[]): Json => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2026',
  kind: 'requirements',
  description: 'x',
  fhirVersion: '4.0.1',
  format,
  rest: [{ mode: 'client' }],
});
const ABSENT = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

describe('V8: values that R4 does not have', () => {
  it.each<[string, Json, string]>([
    [
      'an OID that is none, in a uri',
      patient({ identifier: [{ system: 'urn:oid:1.2.bad' }] }),
      'Patient.identifier[0].system',
    ],
    ['an OID with a leading zero', extension({ valueOid: 'urn:oid:1.02' }), 'Patient.extension[0].value'],
    ['a UUID that is none, in a uri', patient({ implicitRules: 'urn:uuid:123' }), 'Patient.implicitRules'],
    ['a UUID that is none', extension({ valueUuid: 'urn:uuid:123' }), 'Patient.extension[0].value'],
    ['a UUID in a canonical', patient({ meta: { profile: ['urn:uuid:1'] } }), 'Patient.meta.profile[0]'],
    [
      'a relative url of an extension',
      patient({ extension: [{ url: 'x', valueBoolean: true }] }),
      'Patient.extension[0].url',
    ],
    [
      'a relative url of a primitive’s extension',
      patient({ _gender: { extension: [{ url: 'x', valueBoolean: true }] } }),
      'Patient.gender.extension[0].url',
    ],
    ['a string above 1 MiB', patient({ name: [{ text: 'x'.repeat(1_048_577) }] }), 'Patient.name[0].text'],
    [
      'an id of an element above 1 MiB',
      patient({ name: [{ id: 'x'.repeat(1_048_577), text: 'x' }] }),
      'Patient.name[0].id',
    ],
    ['an id of an element with a space', patient({ name: [{ id: 'a b', text: 'x' }] }), 'Patient.name[0].id'],
    [
      'an id of a primitive with a space',
      patient({ gender: 'male', _gender: { id: 'a b' } }),
      'Patient.gender.id',
    ],
    [
      'an id of an extension with a space',
      patient({ extension: [{ id: 'a\tb', url: 'urn:x', valueBoolean: true }] }),
      'Patient.extension[0].id',
    ],
    [
      'an id that another element has',
      patient({
        name: [
          { id: 'a', text: 'x' },
          { id: 'a', text: 'y' },
        ],
      }),
      'Patient.name[1].id',
    ],
    [
      '… of a primitive and of an extension',
      patient({
        gender: 'male',
        _gender: { id: 'a' },
        extension: [{ id: 'a', url: 'urn:x', valueBoolean: true }],
      }),
      'Patient.extension[0].id',
    ],
    [
      '… inside of what is contained',
      {
        resourceType: 'Patient',
        managingOrganization: { reference: '#o' },
        contained: [
          {
            resourceType: 'Organization',
            id: 'o',
            name: 'x',
            address: [
              { id: 'a', text: 'x' },
              { id: 'a', text: 'y' },
            ],
          },
        ],
      },
      'Patient.contained[0].address[1].id',
    ],
    [
      '… of entries of a Bundle',
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: ['urn:x:1', 'urn:x:2'].map((fullUrl) => ({
          id: 'a',
          fullUrl,
          resource: { resourceType: 'Basic', code: { text: 'x' } },
        })),
      },
      'Bundle.entry[1].id',
    ],
    [
      'a reference with a blank',
      observation({ subject: { reference: 'http://x y' } }),
      'Observation.subject.reference',
    ],
    [
      '… to what is here',
      observation({ subject: { reference: 'Patient/x y' } }),
      'Observation.subject.reference',
    ],
    [
      '… at its end, of any type',
      { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: 'Patient/x\n' } },
      'Basic.subject.reference',
    ],
    [
      'a UUID in capitals, of the type that is for UUIDs',
      extension({ valueUuid: 'urn:uuid:53FEFA32-FCBB-4FF8-8A92-55EE120877B7' }),
      'Patient.extension[0].value',
    ],
    [
      'a type that the reference contradicts',
      observation({ subject: { reference: 'Patient/a', type: 'Group' } }),
      'Observation.subject.type',
    ],
    [
      'a type that is none',
      observation({ subject: { type: 'Patiemt', display: 'x' } }),
      'Observation.subject.type',
    ],
    [
      'a required code without its system',
      {
        resourceType: 'AllergyIntolerance',
        patient: { reference: 'Patient/a' },
        clinicalStatus: { coding: [{ code: 'active' }] },
      },
      'AllergyIntolerance.clinicalStatus',
    ],
    [
      'a code system by a relative URI',
      observation({ code: { coding: [{ system: 'loinc', code: 'a' }] } }),
      'Observation.code.coding[0].system',
    ],
    [
      'a value set as a code system',
      observation({
        code: { coding: [{ system: 'http://hl7.org/fhir/ValueSet/observation-status', code: 'a' }] },
      }),
      'Observation.code.coding[0].system',
    ],
    [
      'a size that is not the data’s',
      {
        resourceType: 'Media',
        status: 'completed',
        content: { contentType: 'text/plain', data: 'QUJD', size: 4 },
      },
      'Media.content.size',
    ],
    [
      'base64 that ends early',
      { resourceType: 'Binary', contentType: 'text/plain', data: 'QUJ' },
      'Binary.data',
    ],
    [
      'base64 with padding inside',
      { resourceType: 'Binary', contentType: 'text/plain', data: 'QQ==QUJD' },
      'Binary.data',
    ],
    ['a code with two spaces', patient({ language: 'a  b' }), 'Patient.language'],
    ['a content type that is none', { resourceType: 'Binary', contentType: 'nope' }, 'Binary.contentType'],
    ['… without its second half', photo({ contentType: 'image/' }), 'Patient.photo[0].contentType'],
    ['… in a list', endpoint('png'), 'Endpoint.payloadMimeType[0]'],
    ['a language that is no tag', { resourceType: 'Patient', language: 'en_US' }, 'Patient.language'],
    [
      '… of a file',
      { resourceType: 'Patient', photo: [{ contentType: 'image/png', language: 'x_', data: 'AAAA' }] },
      'Patient.photo[0].language',
    ],
    [
      'a contained resource without an id, so that nothing can refer to it',
      { resourceType: 'Patient', contained: [{ resourceType: 'Organization', name: 'x' }] },
      'Patient.contained[0]',
    ],
    ['a currency that nobody has', invoice('ZZZ'), 'Invoice.totalNet.currency'],
    ['… by its name', invoice('EURO'), 'Invoice.totalNet.currency'],
    ['a day of a shorter month', patient({ birthDate: '2023-04-31' }), 'Patient.birthDate'],
    ['a leap day of a year without', patient({ deceasedDateTime: '1900-02-29' }), 'Patient.deceased'],
    ['the hour 24', patient({ deceasedDateTime: '2020-01-01T24:00:00Z' }), 'Patient.deceased'],
    ['0 as a positive number', patient({ telecom: [{ value: 'x', rank: 0 }] }), 'Patient.telecom[0].rank'],
    ['a part of a whole number', patient({ multipleBirthInteger: 1.5 }), 'Patient.multipleBirth'],
  ])('%s', (_, resource, place) => expect(places(resource)).toEqual([place]));

  it.each<[string, Json]>([
    ['an OID', patient({ identifier: [{ system: 'urn:oid:2.16.840.1.113883.4.1', value: '1' }] })],
    [
      'ids that are the same in the resource and in what it contains',
      {
        resourceType: 'Patient',
        managingOrganization: { id: 'a', reference: '#o' },
        contained: [
          { resourceType: 'Organization', id: 'o', name: 'x', address: [{ id: 'a', text: 'x' }] },
          { resourceType: 'Organization', id: 'p', name: 'y', partOf: { id: 'a', reference: '#o' } },
        ],
        generalPractitioner: [{ id: 'b', reference: '#p' }],
      },
    ],
    [
      'ids that are the same in entries',
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: ['urn:x:1', 'urn:x:2'].map((fullUrl) => ({
          fullUrl,
          resource: { resourceType: 'Basic', code: { id: 'a', text: 'x' } },
        })),
      },
    ],
    ['ids of a resource and an element', patient({ id: 'a', name: [{ id: 'a', text: 'x' }] })],
    [
      'a time to the picosecond',
      patient({ deceasedDateTime: '2020-01-01T10:00:00.123456789012Z', _deceasedDateTime: { id: 'a' } }),
    ],
    ['a UUID, in capitals too', extension({ valueUri: 'urn:uuid:53FEFA32-FCBB-4FF8-8A92-55EE120877B7' })],
    [
      'a name inside an extension',
      patient({ extension: [{ url: 'urn:x', extension: [{ url: 'name', valueString: 'x' }] }] }),
    ],
    ['a content type', photo({ contentType: 'text/plain; charset=utf-8' })],
    ['a content type of an endpoint', endpoint('application/hl7-v3+xml')],
    ['a content type that is said to be absent', photo({ url: 'http://x', _contentType: ABSENT })],
    ['json, among formats', capabilities(['json', 'application/fhir+json'])],
    ['a currency', invoice('CHF')],
    ...['de', 'de-CH', 'zh-Hant', 'de-AT-1996', 'ast'].map((language): [string, Json] => [
      `the language ${language}`,
      { resourceType: 'Patient', language },
    ]),
    ['a string of 1 MiB', patient({ name: [{ text: 'x'.repeat(1_048_576) }] })],
    [
      'the type of an absolute reference',
      observation({ subject: { reference: 'http://x/fhir/Patient/a', type: 'Patient' } }),
    ],
    [
      'the type of a logical reference',
      observation({ subject: { identifier: { value: 'x' }, type: 'Patient' } }),
    ],
    [
      'the size of the data',
      {
        resourceType: 'Media',
        status: 'completed',
        content: { contentType: 'text/plain', data: 'QUJD', size: 3 },
      },
    ],
  ])('but %s is fine', (_, resource) => expect(places(resource)).toEqual([]));
});

describe('V9: the expression of a fault is FHIRPath', () => {
  it.each<[Json, string]>([
    [extension({ valueBoolean: 'x' }), 'Patient.extension[0].value'],
    [
      patient({ _gender: { extension: [{ url: 'urn:x', valueCode: ' ' }] } }),
      'Patient.gender.extension[0].value',
    ],
    [
      patient({ _deceasedBoolean: { extension: [{ url: 'urn:x', valueCode: ' ' }] } }),
      'Patient.deceased.extension[0].value',
    ],
    [observation({ valueQuantity: { value: 'x' } }), 'Observation.value.value'],
    [patient({ name: [{ _given: [{ colour: 'red' }] }] }), 'Patient.name[0].given[0].colour'],
  ])('%j', (resource, place) => expect(places(resource)).toContain(place));
});

describe('S2: a resource inside another', () => {
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid' }] };
  const bundle = (inner: unknown) => ({
    resourceType: 'Bundle',
    type: 'batch-response',
    entry: [{ response: { status: '400', outcome: inner } }],
  });
  it('is valid as the outcome of an entry, of whatever type', () => {
    expect(places(bundle(outcome))).toEqual([]);
    expect(places(bundle(patient({})))).toEqual([]);
  });
  it('is checked like any other', () => {
    expect(places(bundle({ ...outcome, issue: [] }))).toEqual(['Bundle.entry[0].response.outcome.issue']);
    expect(places(bundle({ issue: [] }))).toEqual(['Bundle.entry[0].response.outcome']);
    const parameters = {
      resourceType: 'Parameters',
      parameter: [{ name: 'x', resource: patient({ gender: 'x' }) }],
    };
    expect(places(parameters)).toEqual(['Parameters.parameter[0].resource.gender']);
  });
});
