/** Passwords at rest, and how many are looked at together (RFC 9106; OWASP password storage). */
import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPasswords, hashPassword, MAX_PASSWORD, TooBusy, verifyPassword } from './password.ts';

const PASSWORD = 'Violet-Harbour-47';
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
/** As another server, or an earlier setting, would have stored it. */
function cheap(message: string, { memory = 8, passes = 1, parallelism = 1, tagLength = 24 } = {}): string {
  const nonce = Buffer.alloc(8, 5);
  const tag = argon2Sync('argon2id', { message, nonce, memory, passes, parallelism, tagLength });
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(tag)}`;
}

describe('a stored password', () => {
  it('is argon2id with 19 MiB and two passes, under a salt of its own', async () => {
    const [one, two] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(two.split('$')[4]).not.toBe(one.split('$')[4]);
    expect(await verifyPassword(PASSWORD, one)).toBe(true);
    expect(await verifyPassword(`${PASSWORD} `, one)).toBe(false);
  });

  it('is right however the keyboard composes its letters', async () => {
    const stored = await hashPassword('Caf\u00e9-\u2460-Harbour');
    expect(await verifyPassword('Cafe\u0301-1-Harbour', stored)).toBe(true);
    expect(await verifyPassword('Cafe-1-Harbour', stored)).toBe(false);
  });

  it.each([{}, { memory: 16, passes: 3 }, { memory: 32, parallelism: 2 }, { tagLength: 32 }])(
    'is read with the settings that it was made with: %j',
    async (settings) => {
      expect(await verifyPassword(PASSWORD, cheap(PASSWORD, settings))).toBe(true);
      expect(await verifyPassword('Another-Harbour-47', cheap(PASSWORD, settings))).toBe(false);
    },
  );

  it.each([
    '',
    'none',
    PASSWORD,
    `x${cheap(PASSWORD)}`,
    `${cheap(PASSWORD)}$x`,
    cheap(PASSWORD).replace('2id', '2i'),
  ])('that is none opens nothing: %j', async (hash) => {
    expect(await verifyPassword(PASSWORD, hash)).toBe(false);
  });
});

describe('looking at passwords', () => {
  it('says whether one is right, and does the same work where there is no account', async () => {
    const passwords = createPasswords(2);
    const hash = await passwords.hash(PASSWORD);
    expect(await passwords.verify(PASSWORD, hash)).toBe(true);
    expect(await passwords.verify('wrong', hash)).toBe(false);
    expect(await passwords.verify(PASSWORD, undefined)).toBe(false);
  });

  it('is not worth more than what a password may be long', async () => {
    const stored = cheap('x'.repeat(MAX_PASSWORD));
    const passwords = createPasswords(1);
    expect(MAX_PASSWORD).toBe(256);
    expect(await passwords.verify('x'.repeat(100_000), stored)).toBe(true);
    expect(await passwords.verify('x'.repeat(255), stored)).toBe(false);
  });

  it('is put off for a hundred, and refused to more', async () => {
    const passwords = createPasswords(1);
    const stored = cheap(PASSWORD);
    const asked = Array.from({ length: 103 }, () => passwords.verify(PASSWORD, stored));
    const answers = await Promise.allSettled(asked);
    const refused = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toBeInstanceOf(TooBusy);
    expect(refused[0].name).toBe('TooBusy');
    // A failure gives its place back too.
    await expect(passwords.hash(undefined as never)).rejects.toThrow();
    expect(await passwords.verify(PASSWORD, stored)).toBe(true);
  });
});
