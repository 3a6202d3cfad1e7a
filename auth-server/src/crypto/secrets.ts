/** Secrets that people and apps carry: made at random, kept as digests only. */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 random bits, base64url: a link, a handle, a client secret (no `+` or `%`, which Basic authentication would change). */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** What is stored of a secret that has enough entropy of its own. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Six digits, each equally likely. */
export const randomDigits = (): string => String(randomInt(1_000_000)).padStart(6, '0');

/** Crockford's letters: none that is read as another. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Groups of four letters to be read out or typed, 5 bits each. */
export function randomCode(groups: number): string {
  const group = (): string => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}

/** A typed code as it was made: case, spaces and dashes do not matter, and O, I, L are what they look like. */
export function normalCode(typed: string): string {
  const letters = typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return (letters.match(/.{1,4}/g) ?? []).join('-');
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(digest(a)), Buffer.from(digest(b))];
  return timingSafeEqual(left, right);
}
