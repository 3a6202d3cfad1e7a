/** A role that ends on a day is somebody's until that day is over at the clinic. */
import type { PractitionerRole } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { isInForce } from './in-force.ts';

beforeAll(() => setZoneOfClinic('America/New_York'));
afterAll(() => setZoneOfClinic(undefined));

const holds = (period: PractitionerRole['period'], time: string, more: object = {}): boolean =>
  isInForce({ resourceType: 'PractitionerRole', ...(period ? { period } : {}), ...more }, Date.parse(time));

it('from the beginning of its first day at the clinic to the end of its last', () => {
  const period = { start: '2026-12-01', end: '2026-12-24' };
  expect(holds(period, '2026-12-01T04:59:00Z')).toBe(false);
  expect(holds(period, '2026-12-01T05:00:00Z')).toBe(true);
  expect(holds(period, '2026-12-25T04:59:00Z')).toBe(true);
  expect(holds(period, '2026-12-25T05:00:00Z')).toBe(false);
});

it('until the moment that is named, always without a period, and never when it is not active', () => {
  const period = { start: '2026-12-01T08:00:00Z', end: '2026-12-01T10:00:00Z' };
  expect(holds(period, '2026-12-01T09:59:00Z')).toBe(true);
  expect(holds(period, '2026-12-01T10:00:00Z')).toBe(false);
  expect(holds(undefined, '2026-12-01T09:00:00Z')).toBe(true);
  expect(holds(undefined, '2026-12-01T09:00:00Z', { active: false })).toBe(false);
});
