/** Where an extension may stand: each kind of context that R4 has, met and not met (https://hl7.org/fhir/R4/defining-extensions.html#context). */
import { describe, expect, it } from 'vitest';
import { addProfiles } from '../profiles.ts';
import { validateResource } from './validate-resource.ts';

type Json = Record<string, unknown>;

const HL7 = 'http://hl7.org/fhir/StructureDefinition';
let made = 0;

/** An extension of a definition of its own. */
function extension(context: Json[], contextInvariant: string[] = []): Json {
  made += 1;
  const url = `urn:wellspring:test:context-${made}`;
  const element = [
    { id: 'Extension', path: 'Extension' },
    { id: 'Extension.value[x]', path: 'Extension.value[x]', type: [{ code: 'string' }] },
  ];
  const definition = { url, type: 'Extension', kind: 'complex-type', derivation: 'constraint' };
  addProfiles([
    {
      resourceType: 'StructureDefinition',
      ...definition,
      context,
      contextInvariant,
      snapshot: { element },
    },
  ] as never);
  return { url, valueString: 'x' };
}

const faults = (resource: Json): (string | undefined)[] =>
  validateResource(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ diagnostics }) => diagnostics);

type Holding = (extension: Json) => Json;

const patient =
  (members: Json = {}): Holding =>
  (held) => ({
    resourceType: 'Patient',
    active: true,
    name: [{ family: 'x' }],
    ...members,
    extension: [held],
  });
const observation = (members: Json): Json => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...members,
});
const named =
  (family: string, given?: string[]): Holding =>
  (held) =>
    given
      ? { resourceType: 'Patient', name: [{ given, _given: [{ extension: [held] }] }] }
      : { resourceType: 'Patient', name: [{ family, extension: [held] }] };
const ofComponent: Holding = (held) =>
  observation({ component: [{ code: { text: 'y' }, extension: [held] }] });
const ofQuantity: Holding = (held) => observation({ valueQuantity: { value: 1, extension: [held] } });
const ofConcept: Holding = (held) => observation({ valueCodeableConcept: { text: 'y', extension: [held] } });
const contained =
  (active: boolean): Holding =>
  (held) =>
    observation({
      subject: { reference: '#p' },
      contained: [{ resourceType: 'Patient', id: 'p', active, extension: [held] }],
    });
const asNeeded: Holding = (held) => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { display: 'x' },
  medicationCodeableConcept: { text: 'x' },
  dosageInstruction: [{ asNeededBoolean: true, _asNeededBoolean: { extension: [held] } }],
});
const inBirthPlace: Holding = (held) => ({
  resourceType: 'Patient',
  extension: [{ url: `${HL7}/patient-birthPlace`, valueAddress: { city: 'x', extension: [held] } }],
});
const inCode: Holding = (held) => ({
  resourceType: 'Patient',
  extension: [
    {
      url: `${HL7}/patient-nationality`,
      extension: [{ url: 'code', valueCodeableConcept: { text: 'x', extension: [held] } }],
    },
  ],
});

describe('A context is met, and not met, by', () => {
  it.each<[string, string, Holding, Holding]>([
    ['fhirpath', 'Patient.where(active)', patient(), patient({ active: false })],
    ['fhirpath', 'Patient.where(active and true)', patient(), patient({ active: false })],
    ['fhirpath', 'Patient.where(active.not())', patient({ active: false }), patient()],
    ['fhirpath', 'Patient.where($this.active)', contained(true), contained(false)],
    ['fhirpath', 'Patient.name.where(family.length() = 1)', named('x'), named('xx')],
    ['fhirpath', 'Patient.name.given.where(length() = 1)', named('', ['x', 'xx']), named('', ['xx', 'x'])],
    ['element', 'Observation.component:systolic', ofComponent, ofQuantity],
    ['element', 'Observation.value[x]:valueQuantity', ofQuantity, ofConcept],
    ['element', 'Observation.value[x]', ofQuantity, ofComponent],
    ['element', 'Observation.valueQuantity', ofQuantity, ofConcept],
    ['element', 'Quantity', ofQuantity, ofConcept],
    ['element', 'MedicationRequest.dosageInstruction.asNeededBoolean', asNeeded, ofQuantity],
    ['element', 'MedicationRequest.dosageInstruction.asNeeded[x]', asNeeded, ofQuantity],
    ['element', 'Dosage.asNeeded[x]', asNeeded, ofQuantity],
    ['element', 'BackboneElement', ofComponent, patient()],
    ['element', `${HL7}/bodyweight`, (held) => observation({ extension: [held] }), patient()],
    ['element', `${HL7}/Patient#Patient.name`, named('x'), patient()],
    ['element', `${HL7}/bodyweight#Observation.value[x]:valueQuantity`, ofQuantity, ofConcept],
    ['extension', `${HL7}/patient-birthPlace`, inBirthPlace, patient()],
    ['extension', `${HL7}/patient-birthPlace|4.0.1`, inBirthPlace, inCode],
    ['extension', `${HL7}/patient-birthPlace#Extension.value[x]`, inBirthPlace, inCode],
    ['extension', `${HL7}/patient-nationality#code`, inCode, inBirthPlace],
    ['extension', `${HL7}/patient-nationality#Extension.extension:code`, inCode, inBirthPlace],
  ])('%s %s', (type, expression, met, unmet) => {
    const held = extension([{ type, expression }]);
    expect(faults(met(held))).toEqual([]);
    expect(faults(unmet(held))).toEqual([`The extension ${held.url} may not stand here.`]);
  });
});

describe('What a definition asks of where it stands', () => {
  it.each([
    ['active', true],
    ['active.not()', false],
    ["%extension.value = 'x'", true],
    ["%extension.value = 'y'", false],
    ['%resource.name.exists()', true],
    ['extension.count() = 2', false],
  ])('%s: %s', (invariant, holds) => {
    const held = extension([{ type: 'element', expression: 'Patient' }], [invariant]);
    expect(faults(patient()(held))).toEqual(holds ? [] : [`The extension may not stand here: ${invariant}`]);
  });

  it('is a warning where nobody can tell', () => {
    const held = extension([{ type: 'element', expression: 'Patient' }], ['foo(']);
    expect(validateResource(patient()(held)).map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'not-supported'],
    ]);
  });

  it("is advice of R4's own extensions", () => {
    const warnings = (resource: Json) =>
      validateResource(resource).filter(
        ({ severity, code }) => severity === 'warning' && code === 'invariant',
      );
    const item = (type: string, members: Json) => ({
      resourceType: 'Questionnaire',
      status: 'draft',
      item: [{ linkId: '1', text: 'x', type, ...members }],
    });
    const least = (valueInteger: number) => ({
      extension: [{ url: `${HL7}/questionnaire-minOccurs`, valueInteger }],
    });
    expect(warnings(item('string', { ...least(0) }))).toEqual([]);
    expect(warnings(item('string', { required: true, ...least(2) }))).toEqual([]);
    expect(warnings(item('string', { ...least(2) }))).toHaveLength(1);
    const unit = { extension: [{ url: `${HL7}/questionnaire-unit`, valueCoding: { code: 'g' } }] };
    expect(warnings(item('decimal', unit))).toEqual([]);
    expect(warnings(item('string', unit))).toHaveLength(1);
    expect(faults(item('string', unit))).toEqual([]);
  });
});
