/** V5: extensions against their definitions, by URL. */
import { describe, expect, it } from 'vitest';
import { addProfiles } from '../profiles.ts';
import { validateResource } from './validate-resource.ts';

type Json = Record<string, unknown>;

const HL7 = 'http://hl7.org/fhir/StructureDefinition';
const patient = (...extension: Json[]): Json => ({ resourceType: 'Patient', extension });
const one = (url: string, value: Json): Json => ({
  url: url.startsWith('urn:') ? url : `${HL7}/${url}`,
  ...value,
});
const places = (resource: Json, severity = 'error'): (string | undefined)[] =>
  validateResource(resource)
    .filter((each) => each.severity === severity)
    .map(({ expression }) => expression);

const nationality = (...extension: Json[]) => one('patient-nationality', { extension });
const birthPlace = one('patient-birthPlace', { valueAddress: { city: 'Leipzig' } });
const birthTime = one('patient-birthTime', { valueDateTime: '2020-01-01T10:00:00Z' });
const validated = one('data-absent-reason', { valueCode: 'unknown' });
const other = { url: 'http://example.org/hair', valueString: 'red' };

describe('V5: an extension is refused', () => {
  it.each<[string, Json, string]>([
    [
      'with a value of another type',
      patient(one('patient-birthPlace', { valueString: 'Leipzig' })),
      'Patient.extension[0].value',
    ],
    [
      'where its definition does not let it stand',
      { resourceType: 'Organization', name: 'x', extension: [birthPlace] },
      'Organization.extension[0]',
    ],
    [
      'on an element where it stands on the resource',
      { resourceType: 'Patient', name: [{ text: 'x', extension: [birthPlace] }] },
      'Patient.name[0].extension[0]',
    ],
    [
      'on a primitive',
      { resourceType: 'Patient', _gender: { extension: [birthPlace] } },
      'Patient.gender.extension[0]',
    ],
    [
      'inside a contained resource',
      {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'x' },
        subject: { reference: '#p' },
        contained: [
          { resourceType: 'Group', id: 'p', type: 'person', actual: true, extension: [birthPlace] },
        ],
      },
      'Observation.contained[0].extension[0]',
    ],
    [
      'with a code outside its required value set',
      patient(one('patient-genderIdentity', { valueString: 'x' })),
      'Patient.extension[0].value',
    ],
    [
      'with parts where it has a value',
      patient(one('patient-birthPlace', { extension: [{ url: 'city', valueString: 'x' }] })),
      'Patient.extension[0].value',
    ],
    [
      'with a value where it has parts',
      patient(one('patient-nationality', { valueString: 'x' })),
      'Patient.extension[0].value',
    ],
    [
      'with a part of another type',
      patient(nationality({ url: 'code', valueString: 'x' })),
      'Patient.extension[0].extension[0].value',
    ],
    [
      'with a part that it does not have',
      patient(nationality({ url: 'kode', valueString: 'x' })),
      'Patient.extension[0].extension[0]',
    ],
    [
      'with a part too often',
      patient(
        nationality(
          { url: 'code', valueCodeableConcept: { text: 'x' } },
          { url: 'code', valueCodeableConcept: { text: 'y' } },
        ),
      ),
      'Patient.extension[0].extension[1]',
    ],
    ['that stands once, twice', patient(birthPlace, birthPlace), 'Patient.extension[1]'],
    [
      'that stands once, twice on a data type',
      { resourceType: 'Patient', name: [{ text: 'x', extension: [validated, other, validated] }] },
      'Patient.name[0].extension[2]',
    ],
    [
      'that stands once, twice on a primitive',
      { resourceType: 'Patient', birthDate: '2020-01-01', _birthDate: { extension: [birthTime, birthTime] } },
      'Patient.birthDate.extension[1]',
    ],
    [
      'that stands once, twice in another extension',
      patient(
        one('patient-nationality', {
          extension: [{ url: 'code', valueCodeableConcept: { text: 'x' } }, validated, validated],
        }),
      ),
      'Patient.extension[0].extension[2]',
    ],
    [
      'that changes no meaning, as a modifier',
      { resourceType: 'Patient', modifierExtension: [birthPlace] },
      'Patient.modifierExtension[0]',
    ],
    [
      'that changes the meaning, as none',
      {
        resourceType: 'FamilyMemberHistory',
        status: 'completed',
        patient: { reference: 'Patient/a' },
        relationship: { text: 'x' },
        extension: [one('familymemberhistory-abatement', { valueMarkdown: 'x' })],
      },
      'FamilyMemberHistory.extension[0].value',
    ],
    [
      'whose url is a profile’s',
      patient(one('vitalsigns', { valueString: 'x' })),
      'Patient.extension[0].url',
    ],
  ])('%s', (_, resource, place) => expect(places(resource)).toContain(place));
});

describe('V5: an extension is accepted', () => {
  it.each<[string, Json]>([
    ['at its place', patient(birthPlace)],
    ['with its parts', patient(nationality({ url: 'code', valueCodeableConcept: { text: 'x' } }))],
    [
      'with a reason instead of a value',
      patient(
        one('patient-birthPlace', {
          valueAddress: { extension: [one('data-absent-reason', { valueCode: 'unknown' })] },
        }),
      ),
    ],
    [
      'on any element',
      {
        resourceType: 'Patient',
        name: [{ _family: { extension: [one('data-absent-reason', { valueCode: 'masked' })] } }],
      },
    ],
    [
      'on a data type',
      {
        resourceType: 'Patient',
        name: [
          {
            family: 'van Beethoven',
            _family: { extension: [one('humanname-own-prefix', { valueString: 'van' })] },
          },
        ],
      },
    ],
    [
      'once on each element',
      { resourceType: 'Patient', name: [{ extension: [validated] }, { extension: [validated] }] },
    ],
    [
      'as often as it may',
      patient(...['a', 'b'].map((text) => nationality({ url: 'code', valueCodeableConcept: { text } }))),
    ],
    ['that nobody here knows, as often as it likes', patient(other, other)],
    ['that nobody here knows', patient({ url: 'http://example.org/hair', valueString: 'red' })],
  ])('%s', (_, resource) => expect(validateResource(resource)).toEqual([]));

  it('with a warning, where HL7 is said to define it and it is not known here', () => {
    const resource = patient(one('patient-hair', { valueString: 'red' }));
    expect(places(resource)).toEqual([]);
    expect(places(resource, 'warning')).toEqual(['Patient.extension[0]']);
  });
});

describe('V5: an extension of a loaded package', () => {
  const extension = (url: string, context: Json[], members: Json[] = []) => ({
    resourceType: 'StructureDefinition',
    url,
    type: 'Extension',
    kind: 'complex-type',
    derivation: 'constraint',
    context,
    snapshot: {
      element: [
        { id: 'Extension', path: 'Extension', ...members[0] },
        {
          id: 'Extension.value[x]',
          path: 'Extension.value[x]',
          min: 1,
          max: '1',
          type: [{ code: 'string' }],
        },
      ],
    },
  });
  addProfiles([
    extension('urn:t:inside', [{ type: 'extension', expression: `${HL7}/patient-nationality` }]),
    extension('urn:t:path', [{ type: 'fhirpath', expression: "Patient.name.where(use = 'official')" }]),
    extension('urn:t:modifier', [{ type: 'element', expression: 'Patient' }], [{ isModifier: true }]),
    extension('urn:t:choice', [{ type: 'element', expression: 'Observation.value[x]' }]),
  ] as never);
  const own = (url: string) => ({ url, valueString: 'x' });

  it('stands in another extension, where its context says so', () => {
    const inside = patient(
      nationality({ url: 'code', valueCodeableConcept: { text: 'x' } }, own('urn:t:inside')),
    );
    expect(places(inside)).toEqual([]);
    expect(places(patient(own('urn:t:inside')))).toEqual(['Patient.extension[0]']);
  });

  it('stands where its FHIRPath context leads', () => {
    const named = (use: string) => ({
      resourceType: 'Patient',
      name: [{ use, text: 'x', extension: [own('urn:t:path')] }],
    });
    expect(places(named('official'))).toEqual([]);
    expect(places(named('usual'))).toEqual(['Patient.name[0].extension[0]']);
  });

  it('is a modifierExtension where it is a modifier', () => {
    expect(places({ resourceType: 'Patient', modifierExtension: [own('urn:t:modifier')] })).toEqual([]);
    expect(places(patient(own('urn:t:modifier')))).toEqual(['Patient.extension[0]']);
  });

  it('stands on a choice of any type', () => {
    const observation = (members: Json) => ({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      ...members,
    });
    expect(places(observation({ valueQuantity: { value: 1, extension: [own('urn:t:choice')] } }))).toEqual(
      [],
    );
    expect(
      places(observation({ valueString: 'y', _valueString: { extension: [own('urn:t:choice')] } })),
    ).toEqual([]);
    expect(places(observation({ method: { text: 'x', extension: [own('urn:t:choice')] } }))).toEqual([
      'Observation.method.extension[0]',
    ]);
  });
});
