import type { Condition, Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { isWithdrawn } from './fhir.ts';

const observation = { resourceType: 'Observation', code: { text: 'Potassium' } } as const;
const condition = { resourceType: 'Condition', subject: { reference: 'Patient/ana' } } as const;

describe('what was entered in error', () => {
  it('is known by its status or by its verification', () => {
    expect(isWithdrawn({ ...observation, status: 'entered-in-error' } as Observation)).toBe(true);
    const verificationStatus = { coding: [{ code: 'entered-in-error' }] };
    expect(isWithdrawn({ ...condition, verificationStatus } as Condition)).toBe(true);
  });

  it('is nothing else', () => {
    for (const status of ['final', 'corrected', 'cancelled'] as const)
      expect(isWithdrawn({ ...observation, status })).toBe(false);
    expect(isWithdrawn({ ...condition, verificationStatus: { coding: [{ code: 'confirmed' }] } })).toBe(
      false,
    );
    expect(isWithdrawn(condition)).toBe(false);
  });
});
