/** R4 has the elements that HL7 published, no others. */
import { describe, expect, it } from 'vitest';
import { validateResource } from '../validation/validate-resource.ts';

const faults = (resource: object) =>
  validateResource(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression);

describe('elements of later versions, or of a product, are none of R4', () => {
  it.each<[object, string]>([
    [{ resourceType: 'Patient', meta: { project: 'urn:x' } }, 'Patient.meta.project'],
    [{ resourceType: 'Patient', meta: { deleted: true } }, 'Patient.meta.deleted'],
    [{ resourceType: 'Binary', contentType: 'text/plain', url: 'http://x' }, 'Binary.url'],
    [
      { resourceType: 'HealthcareService', offeredIn: [{ reference: 'HealthcareService/x' }] },
      'HealthcareService.offeredIn',
    ],
    [{ resourceType: 'DeviceDefinition', bodySite: { text: 'x' } }, 'DeviceDefinition.bodySite'],
    [{ resourceType: 'ResearchStudy', status: 'active', label: [{ value: 'x' }] }, 'ResearchStudy.label'],
    [
      { resourceType: 'ResearchStudy', status: 'active', objective: [{ name: 'x', description: 'x' }] },
      'ResearchStudy.objective[0].description',
    ],
    [
      { resourceType: 'ResearchStudy', status: 'active', site: [{ reference: 'Organization/x' }] },
      'ResearchStudy.site[0].reference',
    ],
    [{ resourceType: 'DetectedIssue', status: 'mitigated' }, 'DetectedIssue.status'],
  ])('%j', (resource, place) => expect(faults(resource)).toEqual([place]));
});

describe('an EvidenceVariable of R4', () => {
  const variable = (characteristic: object) => ({
    resourceType: 'EvidenceVariable',
    status: 'draft',
    characteristic: [characteristic],
  });

  it('has its characteristics as R4 has them', () => {
    const whole = {
      description: 'x',
      definitionCodeableConcept: { text: 'x' },
      exclude: false,
      participantEffectiveDateTime: '2024',
      timeFromStart: { value: 1, unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' },
      groupMeasure: 'mean',
    };
    expect(faults(variable(whole))).toEqual([]);
    expect(faults(variable({ ...whole, groupMeasure: 'x' }))).toEqual([
      'EvidenceVariable.characteristic[0].groupMeasure',
    ]);
    expect(faults(variable({ description: 'x' }))).toEqual(['EvidenceVariable.characteristic[0].definition']);
  });

  it('and not as later versions do', () => {
    expect(faults(variable({ definitionCanonical: 'urn:x', linkId: 'x' }))).toEqual([
      'EvidenceVariable.characteristic[0].linkId',
    ]);
    expect(faults({ resourceType: 'EvidenceVariable', status: 'draft' })).toEqual([
      'EvidenceVariable.characteristic',
    ]);
  });
});
