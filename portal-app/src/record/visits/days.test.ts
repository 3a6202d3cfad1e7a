/** Days that are sent and asked for are the clinic's, whatever the day is in UTC or on the device. */
import type { Appointment } from '@medplum/fhirtypes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { dayAfter, dayNamed } from '../../format/date.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { glanceQuery } from '../glance/queries.ts';
import { searchesFor } from './at-visit.ts';
import { askForVisit } from './changes.ts';
import { waitForEarlier } from './waiting-list.ts';
import { when } from './words.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  // Half past nine in the evening of 30 November at the clinic.
  vi.setSystemTime(Date.parse('2026-12-01T02:30:00Z'));
  setZoneOfClinic('America/New_York');
});
afterEach(() => {
  vi.useRealTimers();
  setZoneOfClinic(undefined);
});

const visit: Appointment = {
  resourceType: 'Appointment',
  id: 'v',
  status: 'booked',
  start: '2026-12-08T01:00:00Z',
  participant: [],
};

/** What is created, and what is searched. */
function server() {
  const [created, asked]: [Appointment[], string[]] = [[], []];
  const fhir = {
    patient: 'ana',
    self: 'Patient/ana',
    offers: () => true,
    create: async (resource: Appointment) => {
      created.push(resource);
      return resource;
    },
    batch: async (searches: readonly string[]) => {
      asked.push(...searches);
      return searches.map(() => ({ resources: [] }));
    },
  } as unknown as Fhir;
  return { fhir, created, asked };
}

describe('days', () => {
  it('of a visit that is asked for are those that were chosen, without a time that belongs to another day elsewhere', async () => {
    const { fhir, created } = server();
    const asked = { why: 'Knee', who: undefined, day: 'any', how: 'in person' } as const;
    await askForVisit(fhir, { ...asked, from: '2026-12-01', until: '2026-12-14' }, 'a');
    expect(created[0]?.requestedPeriod).toEqual([{ start: '2026-12-01', end: '2026-12-14' }]);
    expect(when(created[0] as Appointment)).toMatch(/Dec 1, 2026 .* Dec 14, 2026/);
  });

  it('of an earlier time are from today at the clinic to the day of the visit there', async () => {
    const { fhir, created } = server();
    await waitForEarlier(fhir, visit, true);
    expect(created[0]?.requestedPeriod).toEqual([{ start: '2026-11-30', end: '2026-12-07' }]);
  });

  it('of what is coming begin at midnight of the clinic', async () => {
    const { fhir, asked } = server();
    await (glanceQuery(fhir).queryFn as () => Promise<unknown>)();
    const [today, lately] = ['Appointment?', 'DocumentReference?'].map((type) =>
      asked.find((each) => each.startsWith(type)),
    );
    expect(today).toContain('date=ge2026-11-30T05:00:00.000Z');
    expect(lately).toContain('date=ge2026-11-23T05:00:00.000Z');
    const after = searchesFor({ resourceType: 'Encounter', status: 'finished', class: {} }, 'ana');
    expect(after.join()).toContain('date=ge2026-11-30T05:00:00.000Z');
  });

  it('are those at the clinic at a time, and as precise as they were said', () => {
    expect(['2026-12-08T01:00:00Z', '2026-12-08T09:00:00+14:00'].map(dayNamed)).toEqual([
      '2026-12-07',
      '2026-12-07',
    ]);
    expect(['2026', '2026-12', '2026-12-08', 'soon', undefined].map(dayNamed)).toEqual([
      '2026',
      '2026-12',
      '2026-12-08',
      '',
      '',
    ]);
    expect(dayAfter('2026-12-08T01:00:00Z', 30)).toBe('2027-01-06');
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
    expect(dayAfter('soon', 1)).toBeUndefined();
  });
});
