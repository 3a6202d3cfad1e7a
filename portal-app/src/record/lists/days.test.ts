import { describe, expect, it } from 'vitest';
import { dayLater, today } from '../../format/clinic-clock.ts';
import { requireOver, requireSince } from './days.ts';

const tomorrow = dayLater(today(), 1);

describe('an entry of a list', () => {
  it('is over since a day that was', () => {
    expect(() => requireOver('end', tomorrow, '')).toThrow('still to come');
    expect(() => requireOver('end', today(), today())).not.toThrow();
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

  it.each([
    ['2019-01-01', '2024-05-31'],
    ['2024-05-30', '2024-05-31'],
    ['2024-04-30', '2024-05'],
    ['2023-12-31', '2024'],
  ])('is not over on %s where it began in %s', (over, since) => {
    expect(() => requireOver('end', over, since)).toThrow('before it began');
    expect(() => requireSince('since', since, '', over)).toThrow('before it began');
  });

  it.each([
    ['2024-05-31', '2024-05-31'],
    ['2024-05-01', '2024-05'],
    ['2024', '2024-05-31'],
    ['2024-05-31', ''],
  ])('may be over on %s where it began in “%s”', (over, since) => {
    expect(() => requireOver('end', over, since)).not.toThrow();
    expect(() => requireSince('since', since, '', over)).not.toThrow();
  });

  it('stays as it stood there', () => {
    expect(() => requireSince('since', '2131', '2131')).not.toThrow();
  });
});
