import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Kit, openKit } from '../test/kit.ts';
import { createAddressLimit, type Limit } from './limits.ts';

let kit: Kit;
let limit: Limit;
beforeEach(async () => {
  kit = await openKit();
  limit = createAddressLimit(kit.storage, kit.now, { name: 'test', max: 1, windowMs: 60_000 });
});
afterEach(() => kit.close());

/** Whether the second of two counts as the first. */
async function isOne(first: string, second: string): Promise<boolean> {
  await limit.forget(first);
  await limit.forget(second);
  await limit.take(first);
  return limit.isReached(second);
}

describe('a limit of addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8:1:2::1', '2001:0DB8:0001:0002:0:0:0:9'],
    ['2001:db8::1', '2001:db8:0:0:5::'],
    ['fe80::1%eth0', 'fe80::2'],
    ['::1', '::2'],
  ])('takes %s and %s for one', async (first, second) => {
    expect(await isOne(first, second)).toBe(true);
    expect(await isOne(second, first)).toBe(true);
  });

  it.each([
    ['192.0.2.1', '192.0.2.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['', '192.0.2.1'],
    ['unknown', 'unheard'],
  ])('tells %s from %s', async (first, second) => {
    expect(await isOne(first, second)).toBe(false);
  });

  it('of IPv6 counts networks of 64 bits, however they are written', async () => {
    const bytes = (length: number) => fc.array(fc.nat(0xffff), { minLength: length, maxLength: length });
    const words = (groups: number[]) => groups.map((each) => each.toString(16)).join(':');
    await fc.assert(
      fc.asyncProperty(bytes(4), bytes(4), bytes(4), async (network, one, other) => {
        const [first, second] = [words([...network, ...one]), words([...network, ...other])];
        expect(await isOne(first, new URL(`http://[${second}]`).hostname.slice(1, -1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
