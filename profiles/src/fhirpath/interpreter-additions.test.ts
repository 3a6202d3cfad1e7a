/** What the interpreter answers by functions of ours, as the library answers otherwise or not at all. */
import { describe, expect, it } from 'vitest';
import { compiledExactly, evaluateFhirPath } from './fhirpath.ts';

const resource = (active: boolean) => ({
  resourceType: 'Patient',
  active,
  birthDate: '1980-05',
  deceasedDateTime: '2020-01-01T10:00:00Z',
  multipleBirthInteger: 2,
  name: [{ family: 'x' }],
  communication: [
    { language: { text: 'a' }, preferred: active },
    { language: { text: 'b' }, preferred: true },
  ],
  managingOrganization: { reference: '#o' },
  generalPractitioner: [
    { reference: 'Practitioner/1' },
    { reference: 'http://elsewhere.example/fhir/Organization/1/_history/3' },
    { reference: 'urn:uuid:3f5b0c4e-0b7c-4d6e-8a3d-1f0a5f7f3a11', type: 'Practitioner' },
  ],
  contained: [{ resourceType: 'Organization', id: 'o', name: 'O' }],
});

const valuesOf = (expression: string, active = true): unknown[] =>
  evaluateFhirPath(expression, resource(active)).map(({ value }) => value);

describe('A criterion that is an element of the resource', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['Patient.where(active).exists()', [true], [false]],
    ['Patient.exists(active)', [true], [false]],
    ['Patient.all(active)', [true], [false]],
    ['communication.where(preferred).language.text', ['a', 'b'], ['b']],
    ['communication.exists(preferred.not())', [false], [true]],
    ['communication.where(preferred and $index = 0).count()', [1], [0]],
    ['communication.where(preferred).where($index = 0).language.text', ['a'], ['b']],
    ['communication.all(language.text)', [true], [true]],
  ])('holds as it is true or false: %s', (expression, ofTrue, ofFalse) => {
    expect(compiledExactly(expression)).toBeUndefined();
    expect(valuesOf(expression, true)).toEqual(ofTrue);
    expect(valuesOf(expression, false)).toEqual(ofFalse);
  });

  it('is an error where it is of several values', () => {
    expect(() => valuesOf('Patient.where(communication.language.text)')).toThrow(/no truth value/);
  });
});

describe('getValue()', () => {
  it.each<[string, unknown]>([
    ['birthDate.getValue() is Date', true],
    ['birthDate.getValue() is string', false],
    ['birthDate.getValue() = @1980-05', true],
    ['birthDate.getValue() < @1981-01-01', true],
    ['birthDate.getValue() + 1 year', '1981-05'],
    ['deceased.getValue() is DateTime', true],
    ['deceased.getValue() = @2020-01-01T10:00:00Z', true],
    ['multipleBirth.getValue() + 1', 3],
    ["name.family.getValue() = 'x'", true],
    ['active.getValue() is Boolean', true],
  ])('is the value as FHIRPath has it: %s', (expression, value) => {
    expect(valuesOf(expression)).toEqual([value]);
  });

  it('is nothing of what is no primitive', () => {
    expect(valuesOf('name.getValue()')).toEqual([]);
  });
});

describe('resolve()', () => {
  it.each<[string, unknown[]]>([
    ['managingOrganization.resolve() is Organization', [true]],
    ['managingOrganization.resolve().is(Organization)', [true]],
    ['managingOrganization.resolve() is Practitioner', [false]],
    ['managingOrganization.reference.resolve() is Organization', [true]],
    ['(managingOrganization.resolve() as Organization).name', ['O']],
    ['managingOrganization.resolve().name.length()', [1]],
    ['generalPractitioner.resolve().where($this is Practitioner).count()', [2]],
    ['generalPractitioner.where(resolve() is Practitioner).count()', [2]],
    ['generalPractitioner.resolve().type().name', ['Practitioner', 'Organization', 'Practitioner']],
  ])('tells the type by either engine: %s', (expression, values) => {
    expect(valuesOf(expression)).toEqual(values);
  });
});

describe('What an expression yields of a resource', () => {
  it('is the very element, whichever engine found it', () => {
    const patient = resource(true);
    expect(evaluateFhirPath('Patient.where(active)', patient)[0]?.value).toBe(patient);
    expect(evaluateFhirPath('name.where(family.length() = 1)', patient)[0]?.value).toBe(patient.name[0]);
  });

  it('has the extensions of a primitive with it', () => {
    const twin = { extension: [{ url: 'urn:x', valueString: 'y' }] };
    const [found] = evaluateFhirPath('birthDate.where(toString().length() = 7)', {
      ...resource(true),
      _birthDate: twin,
    });
    expect(found?.twin).toBe(twin);
  });
});
