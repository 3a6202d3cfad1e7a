/** Slots made from working hours. */
import type { HealthcareService, Schedule, Slot } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { FhirApi } from '../../smart/fhir.ts';
import { hoursOf, openSlots, slotsBetween, slotsFor, withHours } from './hours.ts';

const schedule = { resourceType: 'Schedule', id: 's', actor: [] } as unknown as Schedule;
const opening = {
  schedule,
  days: ['mon', 'tue'] as const,
  from: '08:40',
  until: '10:00',
  first: '2026-11-30',
  last: '2026-12-06',
  minutes: 20,
};
const starts = (slots: readonly Slot[]): readonly string[] =>
  slots.map(({ start }) => new Date(start).toTimeString().slice(0, 5));

describe('slots of working hours', () => {
  it('fill each chosen weekday, the last one ending in time', () => {
    const slots = slotsFor(opening, []);
    expect(starts(slots)).toEqual([...TIMES, ...TIMES]);
    expect(new Set(slots.map(({ start }) => new Date(start).getDay()))).toEqual(new Set([1, 2]));
    expect(starts(slotsFor({ ...opening, until: '09:59' }, []))).toHaveLength(6);
  });

  it('stand beside what is there, never over it', () => {
    const [first] = slotsFor(opening, []);
    const later = {
      ...first,
      start: first?.end,
      end: new Date(Date.parse(first?.end ?? '') + 60_000).toISOString(),
    };
    expect(starts(slotsFor(opening, [later as Slot])).slice(0, 3)).toEqual(['08:40', '09:20', '09:40']);
  });

  it('stand beside what the same person has on other schedules, week by week', async () => {
    const at = (id: string, practitioner: string): Schedule => ({
      resourceType: 'Schedule',
      id,
      actor: [{ reference: `Practitioner/${practitioner}` }],
    });
    const asked: string[] = [];
    const batch = async (searches: readonly string[]) => {
      asked.push(...searches);
      return searches.map((each) => ({
        resources: each.includes('Schedule/b&') ? slotsFor(opening, []) : [],
      }));
    };
    const all = [at('a', 'osei'), at('b', 'osei'), at('c', 'ruiz')];
    const wished = { ...opening, schedule: all[0] as Schedule, last: '2026-12-13' };
    const there = await slotsBetween({ batch } as unknown as FhirApi, wished, all);
    expect(asked.map((each) => each.slice(0, 25))).toEqual(
      ['a', 'b', 'a', 'b'].map((id) => `Slot?schedule=Schedule/${id}&`),
    );
    expect(starts(slotsFor({ ...wished, from: '09:40', until: '10:20', last: '2026-12-06' }, there))).toEqual(
      ['10:00', '10:00'],
    );
  });

  it('are refused where they would be too many, or of no length', () => {
    expect(() => slotsFor({ ...opening, last: '2027-11-30' }, [])).toThrow(RangeError);
    expect(() => slotsFor({ ...opening, minutes: 0 }, [])).toThrow(RangeError);
    expect(() => slotsFor({ ...opening, last: '' }, [])).toThrow(RangeError);
  });
});

const TIMES = ['08:40', '09:00', '09:20', '09:40'];

describe('hours of a service', () => {
  it('are as many as there are, and what else it says of its times stays', () => {
    const allDay = { daysOfWeek: ['sun' as const], allDay: true };
    const service: HealthcareService = {
      resourceType: 'HealthcareService',
      id: 's',
      availableTime: [
        { daysOfWeek: ['mon'], availableStartTime: '08:00:00', availableEndTime: '12:00:00' },
        allDay,
        { daysOfWeek: ['mon'], availableStartTime: '13:00:00', availableEndTime: '17:00:00' },
      ],
    };
    const [morning, afternoon, ...more] = hoursOf(service);
    expect([morning, afternoon, more]).toEqual([
      { days: ['mon'], from: '08:00', until: '12:00' },
      { days: ['mon'], from: '13:00', until: '17:00' },
      [],
    ]);
    const kept = withHours(service, [{ days: ['tue'], from: '09:00', until: '10:00' }]);
    expect(kept.availableTime).toEqual([
      { daysOfWeek: ['tue'], availableStartTime: '09:00:00', availableEndTime: '10:00:00' },
      allDay,
    ]);
    expect(hoursOf(withHours(service, hoursOf(service)))).toEqual(hoursOf(service));
    const none = withHours({ ...service, availableTime: service.availableTime?.slice(0, 1) ?? [] }, []);
    expect(none).not.toHaveProperty('availableTime');
  });
});

describe('times that are opened', () => {
  const opened = async (planningHorizon: object | undefined): Promise<object | undefined> => {
    let written: Schedule | undefined;
    const fhir = {
      read: async () => ({ ...schedule, planningHorizon }),
      update: async (resource: Schedule) => {
        written = resource;
      },
      transact: async () => undefined,
    } as unknown as FhirApi;
    await openSlots(fhir, schedule, slotsFor(opening, []));
    return written?.planningHorizon;
  };
  const [first, last] = [slotsFor(opening, [])[0]?.start, slotsFor(opening, []).at(-1)?.end];

  it('move out how far the schedule is planned, where that is said and ends before', async () => {
    expect(await opened({ start: '2026-01-01', end: '2026-11-30' })).toEqual({
      start: '2026-01-01',
      end: last,
    });
    expect(await opened({ start: '2027-01-01T00:00:00Z' })).toEqual({ start: first });
    expect(await opened({ end: '2026-12' })).toBeUndefined();
    expect(await opened({ start: '2026' })).toBeUndefined();
    expect(await opened({ end: '2026-12-01' })).toBeUndefined();
    expect(await opened(undefined)).toBeUndefined();
  });
});
