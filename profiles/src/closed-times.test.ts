/** When a clinic is closed: by its own clock, as exactly as it is said, for what a schedule is for. */
import { describe, expect, it } from 'vitest';
import {
  closedTimes,
  closedWhile,
  holdsAt,
  holdsThrough,
  lastMomentOf,
  placesNamed,
  servicesNamed,
  servicesOfClinics,
} from './closed-times.ts';

/** A clinic that is five hours behind UTC. */
const dayAt = (at: number): string => new Date(at - 5 * 3_600_000).toISOString().slice(0, 10);
const at = (time: string): number => Date.parse(time);
const holds = (start?: string, end?: string) => (time: string) => holdsAt({ start, end }, at(time), dayAt);

describe('a period', () => {
  it('of a day is that of the clinic, from its midnight to its end', () => {
    const day = holds('2026-12-24', '2026-12-24');
    expect(['2026-12-24T04:59:00Z', '2026-12-24T05:00:00Z'].map(day)).toEqual([false, true]);
    expect(['2026-12-25T04:59:00Z', '2026-12-25T05:00:00Z'].map(day)).toEqual([true, false]);
  });

  it('of a month or a year ends with its last day; of what is not said, it has no bound', () => {
    const long = holds('2026-12', '2027');
    expect(['2026-11-30T12:00:00Z', '2026-12-01T12:00:00Z'].map(long)).toEqual([false, true]);
    expect(['2027-12-31T12:00:00Z', '2028-01-01T12:00:00Z'].map(long)).toEqual([true, false]);
    expect(holds(undefined, '2026')('1970-01-02T00:00:00Z')).toBe(true);
    expect(holds('2026')('2199-01-01T12:00:00Z')).toBe(true);
  });

  it('holds for whoever stays past its beginning, and not for who has gone by then', () => {
    const stays = (from: string, until: string, start: string, end?: string): boolean =>
      holdsAt({ start, end }, at(from), dayAt, lastMomentOf(at(from), at(until)));
    expect(stays('2026-12-24T04:30:00Z', '2026-12-24T05:30:00Z', '2026-12-24', '2026-12-24')).toBe(true);
    expect(stays('2026-12-24T04:30:00Z', '2026-12-24T05:00:00Z', '2026-12-24', '2026-12-24')).toBe(false);
    expect(stays('2026-12-25T04:30:00Z', '2026-12-25T05:30:00Z', '2026-12-24', '2026-12-24')).toBe(true);
    expect(stays('2026-12-22T12:00:00Z', '2026-12-27T12:00:00Z', '2026-12-24', '2026-12-24')).toBe(true);
    const noon = ['2026-12-24T12:05:00Z', '2026-12-24T12:10:00Z'] as const;
    expect(stays('2026-12-24T12:00:00Z', '2026-12-24T12:20:00Z', ...noon)).toBe(true);
    expect(stays('2026-12-24T12:00:00Z', '2026-12-24T12:05:00Z', ...noon)).toBe(false);
    expect(stays('2026-12-24T12:10:00Z', '2026-12-24T12:20:00Z', ...noon)).toBe(false);
    expect(stays('2026-12-24T12:05:00Z', 'no end', ...noon)).toBe(true);
  });

  it('holds all through for whoever comes after it began and has gone before it is over', () => {
    const through = (from: string, until: string): boolean =>
      holdsThrough({ start: '2026-12-24', end: '2026-12-25' }, at(from), at(until) - 1, dayAt);
    expect(through('2026-12-24T05:00:00Z', '2026-12-26T05:00:00Z')).toBe(true);
    expect(through('2026-12-24T04:30:00Z', '2026-12-24T05:30:00Z')).toBe(false);
    expect(through('2026-12-26T04:30:00Z', '2026-12-26T05:30:00Z')).toBe(false);
  });

  it('of times is no longer than these, a leap second among them', () => {
    const hours = holds('2016-12-31T23:59:60Z', '2017-01-01T02:00:00Z');
    expect(['2016-12-31T23:59:58Z', '2017-01-01T00:00:00Z', '2017-01-01T02:00:00Z'].map(hours)).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('a clinic', () => {
  const feast = closedTimes([{ description: 'Feast', during: { start: '2026-12-24' } }], dayAt);
  const open = closedTimes([{ description: 'Never' }, { during: {} }], dayAt);
  const noon = at('2026-12-24T17:00:00Z');

  it('is closed on a day of which only the beginning is said, and never by what names no time', () => {
    expect(feast(noon)?.description).toBe('Feast');
    expect(feast(at('2026-12-25T17:00:00Z'))).toBeUndefined();
    expect(open(noon)).toBeUndefined();
  });

  it('is closed for a schedule with any service that it names; where it names none, with all of them', () => {
    expect(closedWhile([open, feast], 'named')(noon)?.description).toBe('Feast');
    expect(closedWhile([open, feast], 'ofClinic')(noon)).toBeUndefined();
    expect(closedWhile([feast, feast], 'ofClinic')(noon)?.description).toBe('Feast');
    expect(closedWhile([], 'ofClinic')(noon)).toBeUndefined();
  });

  it('is open for whoever comes while one of its services is closed and then the other, and closed while both are', () => {
    const during = (from: string, until: string) =>
      closedTimes([{ during: { start: `2026-12-22T${from}:00Z`, end: `2026-12-22T${until}:00Z` } }], dayAt);
    const while_ = (from: string, until: string): boolean =>
      closed(at(`2026-12-22T${from}:00Z`), at(`2026-12-22T${until}:00Z`) - 1) !== undefined;
    let closed = closedWhile([during('09:00', '09:30'), during('09:30', '10:00')], 'ofClinic');
    expect([while_('09:15', '09:45'), while_('09:00', '10:00'), while_('08:00', '11:00')]).toEqual([
      false,
      false,
      false,
    ]);
    closed = closedWhile([during('09:00', '09:31'), during('09:30', '10:00')], 'ofClinic');
    expect([while_('09:15', '09:45'), while_('09:15', '09:30'), while_('09:31', '10:00')]).toEqual([
      true,
      false,
      false,
    ]);
    closed = closedWhile([during('09:00', '09:30'), during('09:30', '10:00')], 'named');
    expect(while_('09:15', '09:45')).toBe(true);
  });

  it('has the services that work, of the places of a schedule, and those of no clinic', () => {
    const [a, b, over, nobodys] = [
      { providedBy: { reference: 'Organization/a' } },
      { providedBy: { reference: 'Organization/b' } },
      { providedBy: { reference: 'Organization/a' }, active: false },
      {},
    ];
    const all = [a, b, over, nobodys];
    expect(servicesOfClinics(all, ['Organization/a', undefined])).toEqual([a, nobodys]);
    expect(servicesOfClinics(all, [undefined])).toEqual([a, b, nobodys]);
  });

  it('is told by the references of a schedule, each once', () => {
    const actors = ['HealthcareService/x', 'Location/y', 'HealthcareService/x', 'Practitioner/z', '#in'];
    const named = actors.map((reference) => ({ reference }));
    expect(servicesNamed(named)).toEqual(['HealthcareService/x']);
    expect(placesNamed(named)).toEqual(['Location/y']);
  });
});
