/**
 * The server's own keys, in one file that its owner alone can read: RS256 keys for id_tokens, secrets that sign cookies, the key that seals what
 * the database keeps. A new signing key is published before it signs, and the old one stays in the JWKS until its last id_token has ended
 * (OpenID Connect Core 1.0, section 10.1.1).
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

interface SigningKey {
  readonly jwk: JWK;
  /** When it begins to sign, milliseconds since the epoch. */
  readonly activeFrom: number;
}

export interface ServerKeys {
  readonly signing: readonly SigningKey[];
  /** The first signs, the others are still accepted. */
  readonly cookieKeys: readonly string[];
  /** 32 bytes, base64url (crypto/seal.ts). */
  readonly sealKey: string;
}

/** A JWKS may be cached by whoever verifies: the next key is in it this long before it signs. */
const PUBLISH_AHEAD_MS = 24 * 3_600_000;
/** id_tokens live an hour; another one for clocks and caches. */
const KEPT_AFTER_MS = 2 * 3_600_000;
const COOKIE_KEYS_KEPT = 3;

export async function loadKeys(file: string): Promise<ServerKeys> {
  const found = readKeys(file);
  if (found) return found;
  const keys: ServerKeys = {
    signing: [await newSigningKey(0)],
    cookieKeys: [randomBytes(32).toString('base64url')],
    sealKey: randomBytes(32).toString('base64url'),
  };
  writeKeys(file, keys);
  return keys;
}

/** The keys of the JWKS at this time: first the one that signs, then the next, then those whose tokens may still live. */
export function keysAt({ signing }: ServerKeys, now: number): readonly JWK[] {
  const byAge = signing.toSorted((a, b) => b.activeFrom - a.activeFrom);
  const current = byAge.find(({ activeFrom }) => activeFrom <= now) ?? byAge.at(-1);
  const alive = byAge.filter((_, i) => {
    const replacedAt = byAge[i - 1]?.activeFrom ?? Number.POSITIVE_INFINITY;
    return now < replacedAt + KEPT_AFTER_MS;
  });
  return [...new Set([current, ...alive])].flatMap((key) => (key ? [key.jwk] : []));
}

/** Adds a signing key that takes over after `aheadMs`, and a cookie key at once; drops what has retired. Running servers notice by themselves. */
export async function rotateKeys(file: string, now: number, aheadMs = PUBLISH_AHEAD_MS): Promise<ServerKeys> {
  const keys = await loadKeys(file);
  const alive = new Set(keysAt(keys, now).map(({ kid }) => kid));
  const rotated: ServerKeys = {
    ...keys,
    signing: [await newSigningKey(now + aheadMs), ...keys.signing.filter(({ jwk }) => alive.has(jwk.kid))],
    cookieKeys: [randomBytes(32).toString('base64url'), ...keys.cookieKeys].slice(0, COOKIE_KEYS_KEPT),
  };
  writeKeys(file, rotated);
  return rotated;
}

async function newSigningKey(activeFrom: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const kid = randomBytes(8).toString('hex');
  return { jwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }, activeFrom };
}

function readKeys(file: string): ServerKeys | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`AUTH_KEYS_FILE: ${file} can't be read.`);
  }
  try {
    const found = JSON.parse(text) as Partial<ServerKeys> & { jwks?: { keys: JWK[] } };
    if (found.signing && found.cookieKeys && found.sealKey) return found as ServerKeys;
    // As version 0.1 wrote it: one key, nothing sealed yet.
    if (!found.jwks || !found.cookieKeys) throw new Error('no keys');
    const keys: ServerKeys = {
      signing: found.jwks.keys.map((jwk) => ({ jwk, activeFrom: 0 })),
      cookieKeys: found.cookieKeys,
      sealKey: randomBytes(32).toString('base64url'),
    };
    writeKeys(file, keys);
    return keys;
  } catch {
    throw new Error(`AUTH_KEYS_FILE: ${file} holds no keys that can be read.`);
  }
}

function writeKeys(file: string, keys: ServerKeys): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(keys), { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
