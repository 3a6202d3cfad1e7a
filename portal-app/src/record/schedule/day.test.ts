/** A day of a schedule as it is drawn, and which free times in a row are long enough. */
import type { Appointment, Slot } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookable, isFree, itemsOf, lanesOf, minutesOf, runFrom, spanOf } from './day.ts';

const NOW = Date.parse('2026-12-01T06:00:00Z');
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

const slot = (from: number, status: Slot['status'] = 'free', until = from + 20): Slot => ({
  resourceType: 'Slot',
  id: `slot-${from}`,
  status,
  start: at(from),
  end: at(until),
  schedule: { reference: 'Schedule/s' },
});
const visit = (from: number, until: number, status: Appointment['status'] = 'booked'): Appointment => ({
  resourceType: 'Appointment',
  id: `visit-${from}`,
  status,
  start: at(from),
  end: at(until),
  participant: [],
});
const kinds = (slots: readonly Slot[], visits: readonly Appointment[]): readonly string[] =>
  itemsOf(slots, visits, NOW).map(({ kind }) => kind);

describe('a day of a schedule', () => {
  it('has a visit in the place of the slots under it, and says of the others what they are', () => {
    const slots = [
      slot(60, 'busy'),
      slot(80, 'busy'),
      slot(100),
      slot(120, 'busy-unavailable'),
      slot(140, 'busy'),
    ];
    expect(kinds(slots, [visit(60, 100)])).toEqual(['visit', 'free', 'blocked', 'taken']);
  });

  it('shows no visit that was cancelled, missed, or only asked for', () => {
    expect(
      kinds([slot(60)], [visit(60, 80, 'cancelled'), visit(60, 80, 'proposed'), visit(60, 80, 'noshow')]),
    ).toEqual(['free']);
  });

  it('draws nothing that has no length or no date', () => {
    expect(itemsOf([slot(60, 'free', 60), { ...slot(80), start: 'soon' }], [visit(60, 60)], NOW)).toEqual([]);
  });

  it('counts a hold that has run out as free, and one that lasts as taken', () => {
    const held = (until: number): Slot => ({
      ...slot(60, 'busy-tentative'),
      extension: [{ url: 'urn:wellspring:slot-held-until', valueInstant: at(until) }],
    });
    expect(isFree(held(-1), NOW)).toBe(true);
    expect(isFree(held(5), NOW)).toBe(false);
    expect(isFree(slot(60, 'busy-tentative'), NOW)).toBe(false);
  });

  it('begins and ends with what there is', () => {
    const items = itemsOf([slot(75)], [], NOW);
    const { first, last } = spanOf(items);
    expect(last - first).toBe(60);
    expect(spanOf([])).toEqual({ first: 540, last: 1020 });
  });

  it('puts what overlaps side by side, and nothing over another', () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 5, max: 90 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(spans, (list) => {
        const items = itemsOf(
          [],
          list.map(([from, length], i) => ({ ...visit(from, from + length), id: `${i}` })),
          NOW,
        );
        const lanes = lanesOf(items);
        items.forEach((a, i) => {
          items.forEach((b, j) => {
            if (i >= j || a.from >= b.until || b.from >= a.until) return;
            expect(lanes[i]?.lane).not.toBe(lanes[j]?.lane);
            expect(lanes[i]?.lanes).toBe(lanes[j]?.lanes);
          });
          expect(lanes[i]?.lane).toBeLessThan(lanes[i]?.lanes as number);
        });
      }),
    );
  });
});

describe('what is free by its own word', () => {
  const toBeHad = new Set(['slot-60']);
  const kinds = (slots: readonly Slot[], known: ReadonlySet<string> | undefined) =>
    itemsOf(slots, [], NOW, known).map(({ kind }) => kind);

  it('is taken where the server does not find it, and is no time for a visit', () => {
    const slots = [slot(60), slot(80), slot(100, 'busy-unavailable')];
    expect(kinds(slots, toBeHad)).toEqual(['free', 'taken', 'blocked']);
    expect(kinds(slots, undefined)).toEqual(['free', 'free', 'blocked']);
    expect(bookable(slots, toBeHad).map(({ id }) => id)).toEqual(['slot-60']);
    expect(runFrom(bookable(slots, toBeHad), slot(60), 40, NOW)).toBeUndefined();
  });

  it('was free where it is over, which nobody looks for; overbooked it is not', () => {
    expect(kinds([slot(-60)], toBeHad)).toEqual(['free']);
    expect(kinds([{ ...slot(60), overbooked: true }], undefined)).toEqual(['taken']);
  });
});

describe('a visit fits', () => {
  const slots = [
    slot(60),
    slot(80),
    slot(100, 'busy'),
    slot(120),
    slot(140),
    slot(160),
    slot(180),
    slot(200),
  ];
  const run = (first: number, minutes: number) =>
    runFrom(slots, slots.find(({ id }) => id === `slot-${first}`) as Slot, minutes, NOW)?.map(({ id }) => id);

  it('where enough free slots follow each other', () => {
    expect(run(60, 20)).toEqual(['slot-60']);
    expect(run(60, 40)).toEqual(['slot-60', 'slot-80']);
    expect(run(120, 30)).toEqual(['slot-120', 'slot-140']);
  });

  it('not over a visit, not into the past, not in more slots than one booking takes', () => {
    expect(run(60, 60)).toBeUndefined();
    expect(run(120, 100)).toBeUndefined();
    expect(runFrom([slot(-20)], slot(-20), 20, NOW)).toBeUndefined();
    expect(runFrom(slots, slot(100, 'busy'), 20, NOW)).toBeUndefined();
  });

  it('by how long it is, or is said to be', () => {
    expect(minutesOf(visit(60, 100))).toBe(40);
    expect(minutesOf({ ...visit(60, 100), start: undefined as never, minutesDuration: 15 })).toBe(15);
  });
});
