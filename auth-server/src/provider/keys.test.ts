import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSeal } from '../crypto/seal.ts';
import { keysAt, loadKeys, rotateKeys } from './keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'wellspring-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const HOUR = 3_600_000;

describe('the key file', () => {
  it('is made once, for its owner alone', async () => {
    const file = join(folder, 'a', 'keys.json');
    const first = await loadKeys(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await loadKeys(file)).toEqual(first);
  });

  it('of version 0.1 is read, and given a sealing key that stays', async () => {
    const file = join(folder, 'old.json');
    const { signing, cookieKeys } = await loadKeys(join(folder, 'source.json'));
    writeFileSync(file, JSON.stringify({ jwks: { keys: signing.map(({ jwk }) => jwk) }, cookieKeys }));
    const upgraded = await loadKeys(file);
    expect(keysAt(upgraded, Date.now())[0]?.kid).toBe(signing[0]?.jwk.kid);
    expect((await loadKeys(file)).sealKey).toBe(upgraded.sealKey);
  });

  it('that can not be read, or lacks one of its parts, is one clear line, and is left', async () => {
    const { signing, cookieKeys, sealKey } = await loadKeys(join(folder, 'whole.json'));
    const jwks = { keys: signing.map(({ jwk }) => jwk) };
    const parts = [
      {},
      { signing, cookieKeys },
      { cookieKeys, sealKey },
      { signing, sealKey },
      { jwks },
      { sealKey },
    ];
    for (const text of ['x', 'null', ...parts.map((each) => JSON.stringify(each))]) {
      const file = join(folder, 'bad.json');
      writeFileSync(file, text);
      await expect(loadKeys(file), text).rejects.toThrow('AUTH_KEYS_FILE');
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    // A folder in its place is no file that is not there yet.
    await expect(loadKeys(folder)).rejects.toThrow('AUTH_KEYS_FILE');
  });

  it('holds keys that say what they are for', async () => {
    const [key] = keysAt(await loadKeys(join(folder, 'said.json')), 0);
    expect(key).toMatchObject({
      kty: 'RSA',
      alg: 'RS256',
      use: 'sig',
      kid: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });
});

describe('rotation', () => {
  it('publishes the next key ahead, changes over, and keeps the old one two hours', async () => {
    const file = join(folder, 'rotating.json');
    const now = Date.now();
    const before = await loadKeys(file);
    const [old] = keysAt(before, now);
    const keys = await rotateKeys(file, now, 24 * HOUR);
    const kids = (at: number) => keysAt(keys, at).map(({ kid }) => kid);
    const [, next] = kids(now);
    expect(kids(now)).toEqual([old?.kid, next]);
    expect(kids(now + 24 * HOUR - 1)[0]).toBe(old?.kid);
    expect(kids(now + 24 * HOUR)).toEqual([next, old?.kid]);
    expect(kids(now + 26 * HOUR - 1)).toContain(old?.kid);
    expect(kids(now + 26 * HOUR)).toEqual([next]);
    expect(keys.cookieKeys).toEqual([expect.any(String), before.cookieKeys[0]]);
    expect(keys.sealKey).toBe(before.sealKey);
  });

  it('takes a day where nothing else is said, is written down, and keeps three cookie keys', async () => {
    const file = join(folder, 'daily.json');
    const now = Date.now();
    const [old] = keysAt(await loadKeys(file), now);
    const keys = await rotateKeys(file, now);
    expect(await loadKeys(file)).toEqual(keys);
    expect(keysAt(keys, now + 24 * HOUR - 1)[0]?.kid).toBe(old?.kid);
    expect(keysAt(keys, now + 24 * HOUR)[0]?.kid).not.toBe(old?.kid);
    const { cookieKeys } = await rotateKeys(file, now);
    expect((await rotateKeys(file, now)).cookieKeys).toEqual([expect.any(String), ...cookieKeys.slice(0, 2)]);
  });

  it('goes by when keys begin, in whatever order they stand', () => {
    const key = (kid: string, hour: number) => ({ jwk: { kty: 'RSA', kid }, activeFrom: hour * HOUR });
    const signing = [key('b', 10), key('d', 30), key('a', 0), key('c', 20)];
    const kids = (hour: number) =>
      keysAt({ signing, cookieKeys: [], sealKey: '' }, hour * HOUR).map(({ kid }) => kid);
    expect(kids(5)).toEqual(['a', 'd', 'c', 'b']);
    expect(kids(11)).toEqual(['b', 'd', 'c', 'a']);
    expect(kids(21)).toEqual(['c', 'd', 'b']);
    expect(kids(22)).toEqual(['c', 'd']);
    expect(kids(40)).toEqual(['d']);
    // Clocks that were set back: something signs all the same.
    expect(kids(-1)).toEqual(['a', 'd', 'c', 'b']);
  });

  it('drops what has retired, and never the key that signs', async () => {
    const file = join(folder, 'often.json');
    let now = Date.now();
    for (let i = 0; i < 5; i++) {
      const keys = await rotateKeys(file, now, 0);
      expect(keysAt(keys, now).length).toBeGreaterThan(0);
      expect(keys.signing.length).toBeLessThanOrEqual(3);
      now += 3 * HOUR;
    }
  });
});

describe('what is sealed', () => {
  const seal = createSeal(Buffer.alloc(32, 1).toString('base64url'));

  it('is read again as it was, and looks different each time', () => {
    expect(seal.unseal(seal.seal('a secret'))).toBe('a secret');
    expect(seal.seal('x')).not.toBe(seal.seal('x'));
  });

  it('is not read when it was changed, or with another key', () => {
    const bytes = Buffer.from(seal.seal('a secret'), 'base64url');
    for (const at of [0, 15, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => seal.unseal(changed.toString('base64url'))).toThrow();
    }
    const other = createSeal(Buffer.alloc(32, 2).toString('base64url'));
    expect(() => other.unseal(seal.seal('a secret'))).toThrow();
    expect(() => createSeal('short')).toThrow();
  });
});
