import { describe, expect, it } from 'vitest';
import { isOf } from './complies.ts';

describe('a consent that is handed in with a member', () => {
  const member = {
    resourceType: 'Patient',
    id: 'm-1',
    identifier: [{ system: 'urn:payer', value: '17' }, { value: 'bare' }],
  };
  const names = (patient: object | undefined): boolean => isOf(patient ? { patient } : {}, member);

  it.each([
    { reference: 'Patient/m-1' },
    { reference: 'Patient/m-1/_history/2' },
    { reference: 'https://payer.example/fhir/Patient/m-1' },
    { reference: '#m-1' },
    { reference: 'urn:uuid:m-1' },
    { identifier: { system: 'urn:payer', value: '17' } },
    { reference: 'Patient/m-1', identifier: { system: 'urn:payer', value: 'other' } },
    { identifier: { value: 'bare' } },
  ])('is theirs by %j', (patient) => expect(names(patient)).toBe(true));

  it.each([
    undefined,
    {},
    { display: 'm-1' },
    { reference: 'Patient/m-11' },
    { reference: 'Patient/M-1' },
    { reference: 'RelatedPerson/m-1' },
    { reference: 'm-1' },
    { reference: 'https://payer.example/fhir/Person/m-1' },
    { reference: 'Patient/m-2', identifier: { system: 'urn:payer', value: '17' } },
    { identifier: { system: 'urn:other', value: '17' } },
    { identifier: { system: 'urn:payer' } },
    { identifier: {} },
  ])('is not theirs by %j', (patient) => expect(names(patient)).toBe(false));
});
