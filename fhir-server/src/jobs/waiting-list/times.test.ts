import { describe, expect, it } from 'vitest';
import { type FreeSlot, type Schedule, timeFor, type Wish } from './times.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const schedule: Schedule = { resourceType: 'Schedule', id: 's', actor: [{ reference: 'Practitioner/p' }] };
const by = { schedule, people: ['Practitioner/p', 'PractitionerRole/r'] };

/** Whether somebody who named these days is offered half an hour that begins then. */
function isOffered(
  start: string,
  requestedPeriod: object[],
  timeZone = 'America/New_York',
  wanted: readonly string[] = [],
): boolean {
  const end = new Date(Date.parse(start) + 1_800_000).toISOString();
  const slot = { resourceType: 'Slot', id: 'x', status: 'free', start, end } as FreeSlot['slot'];
  const appointment = {
    resourceType: 'Appointment',
    id: 'w',
    status: 'waitlist',
    requestedPeriod,
    participant: ['Patient/ana', ...wanted].map((reference) => ({ actor: { reference } })),
  } as unknown as Wish['appointment'];
  const wish: Wish = { appointment, version: 1, since: 0, visit: undefined, timeZone, isSeen: true };
  return timeFor(wish, [{ slot, version: 1 }], by, NOW) !== undefined;
}

describe('days that somebody waits for', () => {
  // Nine in the evening of 2 December at the clinic.
  const EVENING = '2026-12-03T02:00:00Z';

  it('are the clinic’s, named as days', () => {
    expect(isOffered(EVENING, [{ start: '2026-12-01', end: '2026-12-02' }])).toBe(true);
    expect(isOffered(EVENING, [{ start: '2026-12-03', end: '2026-12-09' }])).toBe(false);
    expect(isOffered(EVENING, [{ start: '2026-12-03', end: '2026-12-09' }], 'UTC')).toBe(true);
  });

  it('are those at the clinic at the times that are named, in whichever zone these are written', () => {
    const days = [{ start: '2026-12-03T05:00:00Z', end: '2026-12-04T04:59:59Z' }];
    expect(isOffered(EVENING, days)).toBe(false);
    expect(isOffered('2026-12-03T15:00:00Z', days)).toBe(true);
    expect(isOffered('2026-12-04T15:00:00Z', days)).toBe(false);
    const tokyo = [{ start: '2026-12-03T00:00:00+09:00', end: '2026-12-03T12:00:00+09:00' }];
    expect(isOffered(EVENING, tokyo)).toBe(true);
    expect(isOffered('2026-12-03T15:00:00Z', tokyo)).toBe(false);
  });

  it('last to the end of a month or a year that is named, and for ever where no end is', () => {
    expect(isOffered('2026-12-31T15:00:00Z', [{ start: '2026-12', end: '2026-12' }])).toBe(true);
    expect(isOffered('2027-01-02T15:00:00Z', [{ start: '2026-12', end: '2026-12' }])).toBe(false);
    expect(isOffered('2026-12-31T15:00:00Z', [{ end: '2026' }])).toBe(true);
    expect(isOffered(EVENING, [{ start: '2026-12-01' }])).toBe(true);
  });
});

it('somebody is waited for as a person and in each of their roles', () => {
  const isSeen = (...wanted: string[]): boolean => isOffered('2026-12-03T02:00:00Z', [], 'UTC', wanted);
  expect(
    [[], ['Practitioner/p'], ['PractitionerRole/r'], ['Practitioner/q']].map((each) => isSeen(...each)),
  ).toEqual([true, true, true, false]);
});
