/** Days on which the clinic is closed, at the services and on the schedules. */
import type { HealthcareService, Schedule, Slot } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { dayLater, setZoneOfClinic, today } from '../../format/clinic-clock.ts';
import type { Change, FhirApi } from '../../smart/fhir.ts';
import { closeDays, closedDaysOf, closedFor, openDays, servicesOfClinic } from './closed-days.ts';
import { slotsFor } from './hours.ts';

const next = dayLater(today(), 7);
const feast = { first: next, last: dayLater(next, 1), why: 'Feast' };
const service = (id: string, more: Partial<HealthcareService> = {}): HealthcareService => ({
  resourceType: 'HealthcareService',
  id,
  ...more,
});
const slot = (id: string, schedule: string, status: Slot['status'], comment?: string): Slot => ({
  resourceType: 'Slot',
  id,
  status,
  schedule: { reference: `Schedule/${schedule}` },
  start: `${next}T15:00:00Z`,
  end: `${next}T15:20:00Z`,
  ...(comment ? { comment } : {}),
});
const schedule = (id: string, ...actors: string[]): Schedule => ({
  resourceType: 'Schedule',
  id,
  actor: actors.map((reference) => ({ reference })) as Schedule['actor'],
});

function clinic(...slots: Slot[]) {
  const stored = new Map(slots.map((each) => [each.id, each]));
  const services = new Map<string | undefined, HealthcareService>();
  const fhir = {
    async search(_: string, { status }: Record<string, string>) {
      const resources = [...stored.values()].filter((each) => each.status === status);
      const included = [
        schedule('own', 'HealthcareService/cardio'),
        schedule('unnamed', 'Practitioner/doc'),
        schedule('other', 'HealthcareService/elsewhere'),
      ];
      return { resources, included, next: undefined };
    },
    async transact(changes: readonly Change[]) {
      for (const { resource } of changes)
        if (resource.resourceType === 'Slot') stored.set(resource.id, resource);
        else services.set(resource.id, resource as HealthcareService);
    },
  } as unknown as FhirApi;
  const told = (id: string) => [stored.get(id)?.status, stored.get(id)?.comment];
  return { fhir, told, services };
}

it('closes each service once, blocks what is free there and names what is booked; open again, it is as before', async () => {
  const { fhir, told, services } = clinic(
    slot('a', 'own', 'free'),
    slot('b', 'unnamed', 'free'),
    slot('c', 'other', 'free'),
    slot('d', 'own', 'busy'),
    slot('e', 'own', 'busy-unavailable', 'Meeting'),
  );
  const before = [service('cardio'), service('lab', { notAvailable: [{ description: 'Old' }] })];
  expect(await closeDays(fhir, before, feast)).toEqual({ blocked: 2, booked: 1 });
  expect(['a', 'b', 'c', 'd', 'e'].map(told)).toEqual([
    ['busy-unavailable', 'Feast'],
    ['busy-unavailable', 'Feast'],
    ['free', undefined],
    ['busy', undefined],
    ['busy-unavailable', 'Meeting'],
  ]);
  const closed = [...services.values()];
  expect(closedDaysOf(closed)).toEqual([feast]);
  expect(closed[1]?.notAvailable).toHaveLength(2);
  services.clear();
  await closeDays(fhir, closed, feast);
  expect(services.size).toBe(0);
  await openDays(fhir, closed, feast);
  expect([...services.values()]).toEqual(before);
  expect(['a', 'b', 'e'].map(told)).toEqual([
    ['free', undefined],
    ['free', undefined],
    ['busy-unavailable', 'Meeting'],
  ]);
});

it('opens nothing on a day on which what the schedule is for is closed', () => {
  const closed = service('cardio', {
    notAvailable: [{ description: 'Feast', during: { start: feast.first, end: feast.last } }],
  });
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const opened = (of: Schedule): number =>
    slotsFor(
      {
        schedule: of,
        days,
        from: '09:00',
        until: '10:00',
        first: next,
        last: dayLater(next, 2),
        minutes: 60,
      },
      [],
      closedFor([closed, service('lab')], of),
    ).length;
  expect(opened(schedule('own', 'HealthcareService/cardio'))).toBe(1);
  expect(opened(schedule('lab', 'HealthcareService/lab'))).toBe(3);
  expect(opened(schedule('unnamed'))).toBe(1);
});

it('are not told when they are over, and are those of the clinic', () => {
  const over = { description: 'Over', during: { start: '2020-01-01', end: '2020-01-02' } };
  expect(closedDaysOf([service('a', { notAvailable: [over, { description: 'no days' }] })])).toEqual([]);
  const [own, other] = [{ reference: 'Organization/own' }, { reference: 'Organization/other' }];
  const all = [service('a', { providedBy: own }), service('b', { providedBy: other }), service('c')];
  expect(servicesOfClinic(all, 'Organization/own').map(({ id }) => id)).toEqual(['a', 'c']);
});

it('are days of the clinic’s clock, also where another system wrote instants, months or years', () => {
  setZoneOfClinic('America/Chicago');
  const days = (start: string, end?: string) =>
    closedDaysOf([
      service('a', { notAvailable: [{ description: 'x', during: { start, ...(end ? { end } : {}) } }] }),
    ]).map(({ first, last }) => [first, last]);
  // Eight in the evening of the 24th until midnight after the 26th, in UTC as a server writes it.
  expect(days('2099-12-25T02:00:00Z', '2099-12-27T06:00:00Z')).toEqual([['2099-12-24', '2099-12-26']]);
  expect(days('2099-12-25T02:00:00Z')).toEqual([['2099-12-24', '2099-12-24']]);
  expect(days('2099-12-24', '2099-12-26')).toEqual([['2099-12-24', '2099-12-26']]);
  expect(days('2099-12', '2100-02')).toEqual([['2099-12-01', '2100-02-28']]);
  expect(days('2099')).toEqual([['2099-01-01', '2099-12-31']]);
  setZoneOfClinic(undefined);
});
