/** What was so before an entry was taken out is read from its versions, and is not guessed where they can't be read now. */
import type { Condition } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';
import { asItWas } from './put-back.ts';

const entry: Condition = { resourceType: 'Condition', id: 'a', subject: { reference: 'Patient/p' } };
const answering = (status: number) =>
  ({ get: () => Promise.reject(new FhirFailure(status)) }) as unknown as Fhir;

describe('what was so before', () => {
  it.each([0, 429, 500, 503])('is asked for again after %i', async (status) => {
    await expect(asItWas(answering(status), entry)).rejects.toThrow(FhirFailure);
  });

  it.each([403, 404, 405])('is not known where the server tells of no versions, %i', async (status) => {
    await expect(asItWas(answering(status), entry)).resolves.toBeUndefined();
  });
});
