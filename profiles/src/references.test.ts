import { describe, expect, it } from 'vitest';
import { findReferences } from './references.ts';

const told = (resource: { resourceType: string }) =>
  findReferences(resource).map(({ expression, reference, isReference, isPacked }) => ({
    expression,
    reference,
    ...(isReference ? {} : { isReference }),
    ...(isPacked ? { isPacked } : {}),
  }));

describe('references of a resource', () => {
  it('are told with where they stand, as FHIRPath has it: choices by their base, lists by place, twins by what they belong to', () => {
    const observation = {
      resourceType: 'Observation',
      subject: { reference: 'Patient/1' },
      performer: [{ display: 'x' }, { reference: 'Practitioner/2' }],
      extension: [{ url: 'urn:u', valueReference: { reference: 'Device/3' } }],
      _status: { extension: [{ url: 'urn:u', valueReference: { reference: 'Basic/4' } }] },
      contained: [{ resourceType: 'Condition', subject: { reference: 'Patient/5' } }],
    };
    expect(told(observation)).toEqual([
      { expression: 'Observation.subject.reference', reference: 'Patient/1' },
      { expression: 'Observation.performer[1].reference', reference: 'Practitioner/2' },
      { expression: 'Observation.extension[0].value.reference', reference: 'Device/3' },
      { expression: 'Observation.status.extension[0].value.reference', reference: 'Basic/4' },
      { expression: 'Observation.contained[0].subject.reference', reference: 'Patient/5' },
    ]);
  });

  it('are also names of things that are URNs, and no other texts', () => {
    const urn = 'urn:uuid:0b0f7a5e-7f2c-4e0c-9a2e-6d8f3a1c2b4d';
    const questionnaire = {
      resourceType: 'QuestionnaireResponse',
      questionnaire: urn,
      implicitRules: urn,
      item: [{ linkId: urn, answer: [{ valueUri: urn }, { valueString: urn }] }],
    };
    expect(told(questionnaire)).toEqual([
      { expression: 'QuestionnaireResponse.implicitRules', reference: urn, isReference: false },
      {
        expression: 'QuestionnaireResponse.item[0].answer[0].value',
        reference: urn,
        isReference: false,
      },
    ]);
    expect(told({ resourceType: 'PlanDefinition', library: [urn], url: urn } as never)).toEqual([
      { expression: 'PlanDefinition.url', reference: urn, isReference: false },
    ]);
  });

  it('inside a Bundle are packed, wherever that stands', () => {
    const bundle = {
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'Condition', subject: { reference: 'Patient/1' } } }],
    };
    expect(
      told({ resourceType: 'Basic', contained: [bundle], subject: { reference: 'Patient/2' } } as never),
    ).toEqual([
      {
        expression: 'Basic.contained[0].entry[0].resource.subject.reference',
        reference: 'Patient/1',
        isPacked: true,
      },
      { expression: 'Basic.subject.reference', reference: 'Patient/2' },
    ]);
    expect(told(bundle)[0]?.isPacked).toBe(true);
  });

  it('are changed where they stand, in lists too', () => {
    const patient = {
      resourceType: 'Patient',
      generalPractitioner: [{ reference: 'Practitioner/1' }],
    };
    for (const found of findReferences(patient)) found.set('Practitioner/2');
    expect(patient.generalPractitioner).toEqual([{ reference: 'Practitioner/2' }]);

    const plan = { resourceType: 'CarePlan', instantiatesUri: ['x', 'urn:oid:1.2'] };
    for (const found of findReferences(plan)) found.set('urn:oid:3.4');
    expect(plan.instantiatesUri).toEqual(['x', 'urn:oid:3.4']);
  });
});
