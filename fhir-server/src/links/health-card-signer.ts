/** The key that SMART Health Cards are signed with: one for all processes of this server, made when it is first needed (decision 0028). */
import { deflateRawSync } from 'node:zlib';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { ResourceStore } from '../store/store.ts';

export interface HealthCardSigner {
  /** A compact JWS of the payload, deflated (https://spec.smarthealth.cards/#health-cards-are-encoded-as-compact-serialization-json-web-signatures-jws). */
  sign(payload: object): Promise<string>;
  /** The JWK Set that verifiers fetch: public parts only, as JSON text. */
  keySet(): Promise<string>;
}

const NOTE = 'health-cards-key';
const ALGORITHM = 'ES256';

export function createHealthCardSigner(notes: Pick<ResourceStore, 'getNote' | 'swapNote'>): HealthCardSigner {
  let known: ReturnType<typeof load> | undefined;

  async function read(): Promise<JWK> {
    const there = await notes.getNote(NOTE);
    if (there !== undefined) return JSON.parse(there) as JWK;
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    await notes.swapNote(NOTE, undefined, JSON.stringify(await exportJWK(privateKey)));
    return read();
  }

  async function load() {
    const secret = await read();
    const { kty, crv, x, y } = secret as { kty: string; crv: string; x: string; y: string };
    const kid = await calculateJwkThumbprint({ kty, crv, x, y }, 'sha256');
    return {
      kid,
      key: await importJWK(secret, ALGORITHM),
      keySet: JSON.stringify({ keys: [{ kty, kid, use: 'sig', alg: ALGORITHM, crv, x, y }] }),
    };
  }

  const loaded = (): ReturnType<typeof load> => {
    known ??= load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
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
