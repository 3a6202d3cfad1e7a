/** Signs SMART Health Cards, and tells verifiers by which keys they are known. */
import { deflateRawSync } from 'node:zlib';
import { CompactSign, importJWK } from 'jose';
import type { ResourceStore } from '../store/store.ts';
import { ALGORITHM, createCardKeys } from './health-card-keys.ts';

export interface HealthCardSigner {
  /** A compact JWS of the payload, deflated (https://spec.smarthealth.cards/#health-cards-are-encoded-as-compact-serialization-json-web-signatures-jws). */
  sign(payload: object): Promise<string>;
  /** The JWK Set that verifiers fetch: public parts only, as JSON text. */
  keySet(): Promise<string>;
}

/** For so long keys that were read count: what an administrator changes is noticed within it. */
const KNOWN_MS = 60_000;

export function createHealthCardSigner(
  notes: Pick<ResourceStore, 'getNote' | 'swapNote'>,
  now: () => number,
): HealthCardSigner {
  const keys = createCardKeys(notes, now);
  let known: { readonly at: number; readonly value: ReturnType<typeof load> } | undefined;

  async function load() {
    const all = await keys.list();
    const [{ kid, jwk }] = all as [(typeof all)[number]];
    const published = all.map(({ kid, jwk: { kty, crv, x, y } }) => ({
      kty,
      kid,
      use: 'sig',
      alg: ALGORITHM,
      crv,
      x,
      y,
    }));
    return { kid, key: await importJWK(jwk, ALGORITHM), keySet: JSON.stringify({ keys: published }) };
  }

  const loaded = (): ReturnType<typeof load> => {
    if (known && now() - known.at < KNOWN_MS) return known.value;
    const value = load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    known = { at: now(), value };
    return value;
  };

  return {
    async sign(payload) {
      const { key, kid } = await loaded();
      return new CompactSign(deflateRawSync(JSON.stringify(payload)))
        .setProtectedHeader({ zip: 'DEF', alg: ALGORITHM, kid })
        .sign(key);
    },
    keySet: async () => (await loaded()).keySet,
  };
}
