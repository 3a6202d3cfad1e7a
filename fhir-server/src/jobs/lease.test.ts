import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../test/embedded-store.ts';
import type { ResourceStore } from '../store/store.ts';
import { createLease } from './lease.ts';

let store: ResourceStore;
let time = 1_000_000;

useEmbeddedStore((opened) => {
  ({ store } = opened);
});

const leaseOf = (holder: string) =>
  createLease(store, { name: 'work', holder, ttlMs: 15_000, now: () => time });

describe('a lease', () => {
  it('is held by one at a time, renewed by its holder, and taken over when it has ended', async () => {
    const [a, b] = [leaseOf('a'), leaseOf('b')];
    expect((await Promise.all([a.hold(), b.hold()])).filter(Boolean)).toHaveLength(1);
    const [holder, other] = (await a.hold()) ? [a, b] : [b, a];
    time += 14_000;
    expect(await other.hold()).toBe(false);
    expect(await holder.hold()).toBe(true);
    time += 14_000;
    expect(await other.hold()).toBe(false);
    time += 1001;
    expect(await other.hold()).toBe(true);
    expect(await holder.hold()).toBe(false);
  });

  it('is not lost by a renewal that comes while the one before is under way', async () => {
    const own = createLease(store, { name: 'slow', holder: 'a', ttlMs: 15_000, now: () => time });
    expect(await Promise.all([own.hold(), own.hold(), own.hold()])).toEqual([true, true, true]);
    expect(await own.hold()).toBe(true);
  });

  it('is there for the next at once when it was given back, and not by somebody else', async () => {
    const [a, b] = [leaseOf('c'), leaseOf('d')];
    time += 60_000;
    expect(await a.hold()).toBe(true);
    await b.release();
    expect(await b.hold()).toBe(false);
    await a.release();
    expect(await b.hold()).toBe(true);
  });
});
