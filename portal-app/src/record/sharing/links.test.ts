import { expect, it } from 'vitest';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';
import { makeFeed, shareSummary } from './links.ts';

/** A server that has kept the one of another call. */
const refusing = (status: number) =>
  ({
    patient: 'ana',
    offers: () => true,
    get: async () => ({ resourceType: 'Bundle', type: 'document' }),
    operation: async () => {
      throw new FhirFailure(status);
    },
  }) as unknown as Fhir;
const asked = { label: 'Dr. Q', hours: 24, passcode: '' };

it('of what two tabs make at one moment, the tab whose link was not kept says where it is, and not that it can’t be had', async () => {
  await expect(shareSummary(refusing(409), 'Clinic', asked, 'wish')).rejects.toThrow(/another tab/);
  await expect(shareSummary(refusing(422), 'Clinic', asked, 'wish')).rejects.toThrow(FhirFailure);
});

it('a calendar address that another tab has made at the same moment is in use, and nothing has failed', async () => {
  expect(await makeFeed(refusing(409), 'busy')).toBeUndefined();
  await expect(makeFeed(refusing(422), 'busy')).rejects.toThrow(FhirFailure);
});
