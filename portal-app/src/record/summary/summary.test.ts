import type { Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { newestOfEach, type Summary } from './summary.ts';
import { documentOf } from './summary-document.ts';

const observation = (id: string, code: string, panel = false): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  ...(panel ? { hasMember: [{ reference: 'Observation/x' }] } : {}),
});

describe('the values of a summary', () => {
  it('are the newest of each test, without the headings of panels', () => {
    const list = [
      observation('a', '4548-4'),
      observation('p', '24323-8', true),
      observation('b', '2160-0'),
      observation('c', '4548-4'),
    ];
    expect(newestOfEach(list)?.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('are unknown when they could not be read, which is not the same as none', () => {
    expect(newestOfEach(undefined)).toBeUndefined();
    expect(newestOfEach([])).toEqual([]);
  });
});

it('a document that goes out lists nothing that was ruled out, and nothing that is not to be taken', () => {
  const refuted = { verificationStatus: { coding: [{ code: 'refuted' }] } };
  const summary = {
    patient: { resourceType: 'Patient', id: 'ana' },
    prescriptions: [
      { resourceType: 'MedicationRequest', id: 'taken' },
      { resourceType: 'MedicationRequest', id: 'barred', doNotPerform: true },
    ],
    allergies: [{ resourceType: 'AllergyIntolerance', id: 'not', ...refuted }],
    conditions: [{ resourceType: 'Condition', id: 'had' }],
  } as unknown as Summary;
  const { entry = [] } = documentOf(summary, 'The clinic');
  expect(entry.slice(1).map(({ resource }) => resource?.id)).toEqual(['ana', 'taken', 'had']);
});
