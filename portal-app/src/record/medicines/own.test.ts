import type { MedicationStatement } from '@medplum/fhirtypes';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { withContact } from '../patient/contact.ts';
import { addOwnMedicine, stopOwnMedicine } from './own.ts';

const fhir = {
  patient: 'ana',
  self: 'Patient/ana',
  create: async (resource: unknown) => resource,
  update: async (resource: unknown) => resource,
} as unknown as Fhir;

beforeEach(() => {
  vi.stubEnv('TZ', 'America/Los_Angeles');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-29T04:30:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

it('what is written down in the evening is of that day where the person is, not of Greenwich’s next', async () => {
  const added = await addOwnMedicine(fhir, { name: 'Ibuprofen', how: '' }, 'once');
  expect(added).toMatchObject({
    effectivePeriod: { start: '2026-11-28' },
    dateAsserted: '2026-11-29T04:30:00.000Z',
  });
  const stopped = await stopOwnMedicine(fhir, added as MedicationStatement);
  expect(stopped.effectivePeriod).toEqual({ start: '2026-11-28', end: '2026-11-28' });
  const phone = { phone: '555', email: '', line: '', city: '', state: '', postalCode: '' };
  const { telecom } = withContact({ resourceType: 'Patient' }, phone);
  expect(telecom?.[0]?.extension?.[0]?.valueDate).toBe('2026-11-28');
});
