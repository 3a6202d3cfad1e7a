/** The keys of health cards: which one signs when, what stays published, and what a server that runs notices. */
import { decodeProtectedHeader } from 'jose';
import { expect, it } from 'vitest';
import { createCardKeys } from './health-card-keys.ts';
import { createHealthCardSigner } from './health-card-signer.ts';

const HOUR = 3_600_000;

function opened(first?: string) {
  const notes = new Map<string, string>(first === undefined ? [] : [['health-cards-key', first]]);
  const clock = { now: 1_000_000 };
  const store = {
    getNote: async (name: string) => notes.get(name),
    swapNote: async (name: string, expected: string | undefined, value: string) => {
      if (notes.get(name) !== expected) return false;
      notes.set(name, value);
      return true;
    },
  };
  const now = () => clock.now;
  const signer = () => createHealthCardSigner(store, now);
  return { notes, clock, signer, keys: createCardKeys(store, now) };
}
const kids = (set: string): string[] =>
  (JSON.parse(set) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
const CARD = { iss: 'https://clinic.example/fhir', vc: {} };
const signedBy = (jws: string) => decodeProtectedHeader(jws).kid;

it('publishes a new key before it signs, keeps the one before, and forgets how that one signed', async () => {
  const { notes, clock, signer, keys } = opened();
  const running = signer();
  const [old] = kids(await running.keySet());
  await keys.rotate(24 * HOUR);
  clock.now += 60_000;
  const [signs, next] = kids(await running.keySet());
  expect(signs).toBe(old);
  expect(next).not.toBe(old);
  expect(signedBy(await running.sign(CARD, 'ana'))).toBe(old);
  clock.now += 24 * HOUR;
  expect(signedBy(await running.sign(CARD, 'ana'))).toBe(next);
  expect(kids(await running.keySet())).toEqual([next, old]);
  expect(notes.get('health-cards-key')?.match(/"d":/g)).toHaveLength(1);
});

it('is one ring for processes that all begin, or turn it, at the same moment', async () => {
  const { signer, keys } = opened();
  const first = await Promise.all(Array.from({ length: 5 }, async () => kids(await signer().keySet())));
  expect(new Set(first.flat()).size).toBe(1);
  await Promise.all(Array.from({ length: 3 }, () => keys.rotate(0)));
  const all = await keys.list();
  expect(all).toHaveLength(4);
  expect(all.slice(1).every(({ jwk }) => jwk.d === undefined)).toBe(true);
  expect(all.map(({ kid }) => kid)).toContain(first[0]?.[0]);
});

it('replaces a key that never signed, and withdraws none that signs', async () => {
  const { keys } = opened();
  const [first] = await keys.list();
  await keys.rotate(24 * HOUR);
  const [, waiting] = await keys.list();
  await keys.rotate(0);
  const now = await keys.list();
  expect(now.map(({ kid }) => kid)).not.toContain(waiting?.kid);
  await expect(keys.withdraw(now[0]?.kid as string)).rejects.toThrow('signs');
  await expect(keys.withdraw('nobody')).rejects.toThrow('no key');
  await keys.withdraw(first?.kid as string);
  expect(await keys.list()).toHaveLength(1);
});

it('goes on with the key of a server from before keys could be renewed', async () => {
  const { keys } = opened();
  const [key] = await keys.list();
  const again = opened(JSON.stringify(key?.jwk));
  expect(await again.keys.list()).toEqual([{ ...key, from: 0 }]);
  expect(kids(await again.signer().keySet())).toEqual([key?.kid]);
});
