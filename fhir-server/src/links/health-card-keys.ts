/**
 * The keys of SMART Health Cards: one signs, the public parts of all that ever did are published, so that cards that were handed out still verify. In the store's
 * notes, for all processes of this server (decision 0028).
 */
import type { JWK } from 'jose';
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import { exportJWK } from 'jose/key/export';
import { generateKeyPair } from 'jose/key/generate/keypair';
import type { ResourceStore } from '../store/store.ts';

export interface CardKey {
  readonly kid: string;
  /** With its private part (`d`) only until another one signs. */
  readonly jwk: JWK;
  /** When it begins to sign, in milliseconds. */
  readonly from: number;
}

export interface CardKeys {
  /** The one that signs now comes first, then the next, then those that signed before. Makes the first one. */
  list(): Promise<readonly CardKey[]>;
  /** A new key, published at once, signing after `aheadMs`; one that was waiting for its time gives way to it. */
  rotate(aheadMs: number): Promise<void>;
  /** Cards that it signed verify no more. Throws for one that is not there, and for the one that signs. */
  withdraw(kid: string): Promise<void>;
}

type Notes = Pick<ResourceStore, 'getNote' | 'swapNote'>;

const NOTE = 'health-cards-key';
export const ALGORITHM = 'ES256';
/** Verifiers may keep a JWK Set for a day. */
export const PUBLISH_AHEAD_MS = 24 * 3_600_000;

async function newKey(from: number): Promise<CardKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return named(await exportJWK(privateKey), from);
}

async function named({ kty, crv, x, y, d }: JWK, from: number): Promise<CardKey> {
  const jwk = { kty, crv, x, y, d } as JWK;
  return { kid: await calculateJwkThumbprint(jwk, 'sha256'), jwk, from };
}

/** The note of earlier releases was one JWK. */
async function keysIn(note: string): Promise<readonly CardKey[]> {
  const there = JSON.parse(note) as { keys: CardKey[] } | JWK;
  return 'keys' in there ? (there.keys as CardKey[]) : [await named(there, 0)];
}

/** In the order of `CardKeys.list`; who signs no more can't sign any more. */
function ordered(keys: readonly CardKey[], now: number): readonly CardKey[] {
  const byAge = keys.toSorted((a, b) => b.from - a.from);
  const signs = byAge.find(({ from }) => from <= now) ?? byAge.at(-1);
  const next = byAge.filter((key) => key !== signs && key.from > now);
  const before = byAge.filter((key) => key !== signs && key.from <= now);
  const retired = before.map(({ jwk: { d, ...jwk }, ...key }) => ({ ...key, jwk }));
  return [...(signs ? [signs] : []), ...next, ...retired];
}

export function createCardKeys(notes: Notes, now: () => number): CardKeys {
  /** However many processes do so at once, each change is of what is there. */
  async function change(
    to: (keys: readonly CardKey[]) => Promise<readonly CardKey[]>,
  ): Promise<readonly CardKey[]> {
    for (;;) {
      const note = await notes.getNote(NOTE);
      const keys = ordered(await to(note === undefined ? [] : await keysIn(note)), now());
      const text = JSON.stringify({ keys });
      if (text === note || (await notes.swapNote(NOTE, note, text))) return keys;
    }
  }
  const atLeastOne = async (keys: readonly CardKey[]) => (keys.length > 0 ? keys : [await newKey(0)]);
  return {
    list: () => change(atLeastOne),
    async rotate(aheadMs) {
      const made = await newKey(now() + aheadMs);
      await change(async (keys) => [made, ...(await atLeastOne(keys)).filter(({ from }) => from <= now())]);
    },
    async withdraw(kid) {
      await change(async (keys) => {
        if (!keys.some((key) => key.kid === kid)) throw new Error(`There is no key ${kid}.`);
        if (ordered(keys, now())[0]?.kid === kid)
          throw new Error('This key signs: make another one first, with card-keys rotate 0.');
        return keys.filter((key) => key.kid !== kid);
      });
    },
  };
}
