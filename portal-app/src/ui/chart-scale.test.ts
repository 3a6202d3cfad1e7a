import { describe, expect, it } from 'vitest';
import { rangeScale, spreadOut, timeScale, valueScale } from './chart-scale.ts';

describe('the value scale', () => {
  it('has round ticks that enclose every value', () => {
    const { ticks, at } = valueScale([5.2, 6.1, 7.4], 0, 100);
    expect(ticks[0]).toBeLessThanOrEqual(5.2);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(7.4);
    expect(at(7.4)).toBeLessThan(at(5.2));
  });
  it('stands for a single value too', () => {
    expect(valueScale([5], 0, 100).ticks.length).toBeGreaterThan(1);
    expect(valueScale([0], 0, 100).ticks.length).toBeGreaterThan(1);
  });
});

describe('labels beside each other', () => {
  it('stand where they belong, as far as there is room', () => {
    expect(spreadOut([100, 40, 10], 14)).toEqual([100, 40, 10]);
    expect(spreadOut([], 14)).toEqual([]);
  });
  it('keep their order and their distance, around their middle', () => {
    expect(spreadOut([50, 46, 42], 14)).toEqual([60, 46, 32]);
    expect(spreadOut([10, 100, 104], 14)).toEqual([10, 95, 109]);
    const places = spreadOut([60, 58, 30, 31, 29, 90], 12).toSorted((a, b) => a - b);
    const gaps = places.slice(1).map((place, i) => place - (places[i] as number));
    for (const gap of gaps) expect(gap).toBeGreaterThan(11.99);
  });
});

describe('the time scale', () => {
  it('is true to time: twice as long is twice as far', () => {
    const [a, b, c] = ['2020-01-01', '2021-01-01', '2023-01-01'].map((text) => new Date(text).getTime()) as [
      number,
      number,
      number,
    ];
    const { at } = timeScale([a, b, c], 0, 1000, 6);
    expect((at(c) - at(b)) / (at(b) - at(a))).toBeCloseTo(2, 1);
  });
  it('never has more ticks than fit', () => {
    const times = [new Date('2010-01-01').getTime(), new Date('2026-01-01').getTime()];
    expect(timeScale(times, 0, 300, 4).ticks.length).toBeLessThanOrEqual(5);
  });
});

describe('the number line of a range', () => {
  it('shows what is below and above it, where it has both limits', () => {
    expect(rangeScale(5, { low: 4, high: 6 })).toEqual({ from: 3, to: 7, low: 4, high: 6 });
    expect(rangeScale(20, { low: 4, high: 6 }).to).toBeGreaterThan(20);
  });
  it('“at most”: the range begins where the line does, and no limit is drawn that nobody set', () => {
    const { from, low, to } = rangeScale(79, { low: undefined, high: 76 });
    expect(from).toBe(low);
    expect(from).toBe(0);
    expect(to).toBeGreaterThan(79);
  });
  it('“at least”: it ends where the line does', () => {
    const { to, high, from } = rangeScale(95, { low: 92, high: undefined });
    expect(to).toBe(high);
    expect(from).toBeLessThan(92);
  });
});
