import { beforeEach, expect, it } from 'vitest';
import { endTour, isTourDue } from './tour.ts';

let device: Map<string, string>;
const kept = {
  getItem: (key: string) => device.get(key) ?? null,
  setItem: (key: string, value: string) => void device.set(key, value),
};
beforeEach(() => {
  device = new Map();
});

it('is due for whoever comes from having made an account, and for nobody else', () => {
  expect(isTourDue('?welcome', kept)).toBe(true);
  expect(isTourDue('?welcome=&utm=1', kept)).toBe(true);
  for (const search of ['', '?', '?welcomed', '?from=welcome', '?kind=vital-signs'])
    expect(isTourDue(search, kept), search).toBe(false);
});

it('is never due again once it was seen or skipped: not by the same address, not for another account of this device', () => {
  endTour(kept);
  expect(isTourDue('?welcome', kept)).toBe(false);
  expect(isTourDue('?welcome=2', kept)).toBe(false);
});
