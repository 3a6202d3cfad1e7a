/** When a schedule's clinic is closed: as exactly as it is said, by the clinic's clock. */
import type { HealthcareService, Schedule, Slot } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { closedAt, closedFor } from './closed-times.ts';

beforeAll(() => setZoneOfClinic('America/Chicago'));
afterAll(() => setZoneOfClinic(undefined));

const schedule: Schedule = { resourceType: 'Schedule', actor: [{ reference: 'HealthcareService/a' }] };
const closed = (start?: string, end?: string) => {
  const during = { ...(start ? { start } : {}), ...(end ? { end } : {}) };
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    id: 'a',
    notAvailable: [{ description: 'Feast', during }],
  };
  const at = closedAt([service], [], schedule);
  return (...times: string[]) => times.map((time) => at(Date.parse(time)) === 'Feast');
};

it('a day is the clinic’s, from its midnight to its end', () => {
  expect(
    closed('2026-12-24')(
      '2026-12-24T05:59:00Z',
      '2026-12-24T06:00:00Z',
      '2026-12-25T05:59:00Z',
      '2026-12-25T06:00:00Z',
    ),
  ).toEqual([false, true, true, false]);
  expect(closed('2026-12', '2027')('2026-11-30T12:00:00Z', '2026-12-01T12:00:00Z')).toEqual([false, true]);
  expect(closed('2026-12', '2027')('2027-12-31T12:00:00Z', '2028-01-01T12:00:00Z')).toEqual([true, false]);
});

it('an afternoon is no more than that', () => {
  const afternoon = closed('2026-12-24T18:00:00Z', '2026-12-24T23:00:00Z');
  expect(afternoon('2026-12-24T17:40:00Z', '2026-12-24T18:00:00Z', '2026-12-24T23:00:00Z')).toEqual([
    false,
    true,
    false,
  ]);
});

it('a free time that begins before it, or ends after, is nobody’s', () => {
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    id: 'a',
    notAvailable: [{ description: 'Feast', during: { start: '2026-12-24' } }],
  };
  const closedFrom = (start: string, end: string) =>
    closedFor({ start, end } as Slot, closedAt([service], [], schedule));
  expect(closedFrom('2026-12-24T05:30:00Z', '2026-12-24T06:30:00Z')).toBe('Feast');
  expect(closedFrom('2026-12-24T05:30:00Z', '2026-12-24T06:00:00Z')).toBeUndefined();
  expect(closedFrom('2026-12-25T05:30:00Z', '2026-12-25T06:30:00Z')).toBe('Feast');
  expect(closedFrom('2026-12-25T06:00:00Z', '2026-12-25T06:30:00Z')).toBeUndefined();
});

it('is of what the schedule is for, and of no other service', () => {
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    id: 'b',
    notAvailable: [{ description: 'Feast', during: { start: '2026-12-24' } }, { description: 'Never' }],
  };
  expect(closedAt([service], [], schedule)(Date.parse('2026-12-24T18:00:00Z'))).toBeUndefined();
});

it('of a schedule that names no service, is when all that is done at its clinic is', () => {
  const service = (id: string, clinic: string, notAvailable: HealthcareService['notAvailable']) =>
    ({
      resourceType: 'HealthcareService',
      id,
      providedBy: { reference: `Organization/${clinic}` },
      ...(notAvailable ? { notAvailable } : {}),
    }) as HealthcareService;
  const feast = [{ description: 'Feast', during: { start: '2026-12-24' } }];
  const at: Schedule = { resourceType: 'Schedule', actor: [{ reference: 'Location/hill' }] };
  const hill = {
    resourceType: 'Location',
    id: 'hill',
    managingOrganization: { reference: 'Organization/a' },
  } as const;
  const noon = Date.parse('2026-12-24T18:00:00Z');
  const all = [service('x', 'a', feast), service('y', 'a', feast), service('z', 'b', undefined)];
  expect(closedAt(all, [hill], at)(noon)).toBe('Feast');
  expect(closedAt(all, [], at)(noon)).toBeUndefined();
  expect(closedAt([...all, service('w', 'a', undefined)], [hill], at)(noon)).toBeUndefined();
});
