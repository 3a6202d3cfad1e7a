import type { Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { pharmacyOf, withPharmacy } from './pharmacy.ts';

const patient: Patient = { resourceType: 'Patient', extension: [{ url: 'urn:x', valueString: 'kept' }] };
const hill = { reference: 'Organization/hill', name: 'Hill Pharmacy' };

describe('the preferred pharmacy', () => {
  it('is one, in the place of the one before, beside what else is there', () => {
    const changed = withPharmacy(withPharmacy(patient, hill), { ...hill, reference: 'Organization/elm' });
    expect(pharmacyOf(changed)?.reference).toBe('Organization/elm');
    expect(changed.extension).toHaveLength(2);
    expect(changed.extension?.[0]).toEqual(patient.extension?.[0]);
  });
  it('can be none', () => {
    expect(withPharmacy(withPharmacy(patient, hill), undefined)).toEqual(patient);
    expect(withPharmacy({ resourceType: 'Patient' }, undefined)).toEqual({ resourceType: 'Patient' });
    expect(pharmacyOf(patient)).toBeUndefined();
  });
});
