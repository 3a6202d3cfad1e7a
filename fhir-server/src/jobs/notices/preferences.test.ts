import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferencesOf, quietUntil } from './preferences.ts';

const said = (...extension: object[]) => [{ url: 'urn:wellspring:notice-preferences', extension }];
const night = said(
  { url: 'quietFrom', valueTime: '21:00:00' },
  { url: 'quietUntil', valueTime: '07:30:00' },
  { url: 'timeZone', valueCode: 'America/New_York' },
);

describe('quiet hours', () => {
  const { quiet } = preferencesOf(night);
  it.each([
    ['late in the evening', '2026-07-02T02:15:30Z', '2026-07-02T11:30:00.000Z'],
    ['early in the morning', '2026-07-02T11:29:59Z', '2026-07-02T11:30:00.000Z'],
    ['in winter, an hour later by the world’s clock', '2026-01-02T12:29:00Z', '2026-01-02T12:30:00.000Z'],
  ])('hold what comes %s until they end', (_, at, until) => {
    expect(new Date(quietUntil(quiet, Date.parse(at)) ?? 0).toISOString()).toBe(until);
  });
  it('are over at their end, and begin at their beginning', () => {
    expect(quietUntil(quiet, Date.parse('2026-07-02T11:30:00Z'))).toBeUndefined();
    expect(quietUntil(quiet, Date.parse('2026-07-02T00:59:00Z'))).toBeUndefined();
    expect(quietUntil(quiet, Date.parse('2026-07-02T01:00:00Z'))).toBeDefined();
  });
  it('can lie within a day, and always end at a time that is not quiet, or not at all when the clock is turned', () => {
    const noon = preferencesOf(
      said(
        { url: 'quietFrom', valueTime: '12:00:00' },
        { url: 'quietUntil', valueTime: '14:00:00' },
        { url: 'timeZone', valueCode: 'UTC' },
      ),
    ).quiet;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
        const end = quietUntil(noon, at);
        const hour = new Date(at).getUTCHours();
        expect(end !== undefined).toBe(hour === 12 || hour === 13);
        if (end !== undefined) expect(quietUntil(noon, end)).toBeUndefined();
      }),
    );
  });
});

describe('preferences', () => {
  it('name the hours of reminders, or none at all', () => {
    const hours = (...list: number[]) =>
      list.map((valuePositiveInt) => ({ url: 'reminderHours', valuePositiveInt }));
    expect(preferencesOf(said(...hours(48, 2))).reminderHours).toEqual([48, 2]);
    expect(preferencesOf(said(...hours(1000, 0, 1))).reminderHours).toEqual([1]);
    expect(preferencesOf(said({ url: 'reminders', valueBoolean: false })).reminderHours).toEqual([]);
    expect(preferencesOf(undefined).reminderHours).toBeUndefined();
  });
  it('that make no sense count as not said', () => {
    for (const [from, until, zone] of [
      ['25:00:00', '07:00:00', 'UTC'],
      ['21:00:00', '21:00:00', 'UTC'],
      ['21:00:00', '07:00:00', 'Nowhere/At_All'],
      ['21:00:00', undefined, 'UTC'],
    ])
      expect(
        preferencesOf(
          said(
            { url: 'quietFrom', valueTime: from },
            { url: 'quietUntil', valueTime: until },
            { url: 'timeZone', valueCode: zone },
          ),
        ).quiet,
      ).toBeUndefined();
  });
});
