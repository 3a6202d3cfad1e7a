import { MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { isAway, isCutOff } from './mongodb-away.ts';

const said = (code: number, ...errorLabels: string[]) =>
  new MongoServerError({ ok: 0, code, errmsg: 'as it says', errorLabels });

describe('a MongoDB that can not be asked now', () => {
  it.each([
    ['has no primary, or another one since', [10_107, 13_435, 13_436, 189, 43]],
    ['ends, or was told to end the command', [91, 11_600, 11_601, 11_602, 237]],
    ['takes too long: a lock, a deadline, another server', [24, 50, 202, 262]],
    ['meets another write', [112]],
    ['has more to do than it takes', [462]],
    ['has no room left', [14_031]],
  ])('%s', (_, codes) => {
    for (const code of codes) expect(isAway(said(code)), String(code)).toBe(true);
  });

  it('says so by a label, whatever else is wrong', () => {
    for (const label of ['RetryableWriteError', 'RetryableError', 'SystemOverloadedError'])
      expect(isAway(said(1, label)), label).toBe(true);
  });

  it('is told from a fault of ours, and has answered', () => {
    // BadValue, Unauthorized, CommandNotFound, a duplicate key, DocumentValidationFailure
    for (const code of [2, 13, 59, 11_000, 121]) expect(isAway(said(code)), String(code)).toBe(false);
    expect(isAway(new TypeError('ours'))).toBe(false);
    expect(isCutOff(said(10_107))).toBe(false);
  });
});
