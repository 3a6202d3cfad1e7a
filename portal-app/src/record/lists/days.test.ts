import { describe, expect, it } from 'vitest';
import { dayLater, today } from '../../format/clinic-clock.ts';
import { requireOver, requireSince } from './days.ts';

const tomorrow = dayLater(today(), 1);

describe('an entry of a list', () => {
  it('is over since a day that was', () => {
    expect(() => requireOver('end', tomorrow)).toThrow('still to come');
    expect(() => requireOver('end', today())).not.toThrow();
  });

  it.each([
    [tomorrow, 'still to come'],
    ['2131', 'still to come'],
    ['2131-05', 'still to come'],
    ['spring', 'A year, a month or a day'],
    ['5/21/2019', 'A year, a month or a day'],
  ])('does not begin at “%s”', (since, words) => {
    expect(() => requireSince('since', since, '2019')).toThrow(words);
  });

  it.each(['', '2019', '2019-05', today(), today().slice(0, 7), today().slice(0, 4)])(
    'begins at “%s”',
    (since) => {
      expect(() => requireSince('since', since, '2018')).not.toThrow();
    },
  );

  it('stays as it stood there', () => {
    expect(() => requireSince('since', '2131', '2131')).not.toThrow();
  });
});
