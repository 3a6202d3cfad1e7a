/** Signs SMART Health Cards, takes them back, and tells verifiers by which keys they are known and which count no more. */
import { deflateRawSync } from 'node:zlib';
import { CompactSign } from 'jose/jws/compact/sign';
import { importJWK } from 'jose/key/import';
import type { ResourceStore } from '../store/store.ts';
import { ALGORITHM, createCardKeys } from './health-card-keys.ts';
import { createCardRevocations } from './health-card-revocations.ts';

export interface HealthCardSigner {
  /** A compact JWS of the payload, deflated (https://spec.smarthealth.cards/#health-cards-are-encoded-as-compact-serialization-json-web-signatures-jws). `patient`: an id, by which it can be taken back. */
  sign(card: { readonly iss: string; readonly vc: object }, patient: string): Promise<string>;
  /** Whatever was issued for this patient until now counts no more. Seconds: cards before then. */
  revoke(patient: string): Promise<number>;
  /** The JWK Set that verifiers fetch: public parts only, as JSON text. */
  keySet(): Promise<string>;
  /** What counts no more of what a key has signed, as JSON text; undefined: there is no such key. */
  revocationList(kid: string): Promise<string | undefined>;
}

/** For so long keys that were read count: what an administrator changes is noticed within it. */
const KNOWN_MS = 60_000;

export function createHealthCardSigner(
  notes: Pick<ResourceStore, 'getNote' | 'swapNote'>,
  now: () => number,
): HealthCardSigner {
  const keys = createCardKeys(notes, now);
  const revocations = createCardRevocations(notes);
  let known: { readonly at: number; readonly value: ReturnType<typeof load> } | undefined;

  async function load() {
    const all = await keys.list();
    const [{ kid, jwk }] = all as [(typeof all)[number]];
    const kids = all.map((each) => each.kid);
    const published = all.map(({ kid, jwk: { kty, crv, x, y } }) => ({
      kty,
      kid,
      use: 'sig',
      alg: ALGORITHM,
      crv,
      x,
      y,
    }));
    return { kid, key: await importJWK(jwk, ALGORITHM), kids, published };
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
  const seconds = (): number => Math.floor(now() / 1000);

  return {
    async sign({ iss, vc }, patient) {
      const { key, kid } = await loaded();
      // One that is issued in the second in which those before it were taken back is not one of them.
      const nbf = Math.max(seconds(), await revocations.before(kid, patient));
      const rid = await revocations.identifier(kid, patient);
      return new CompactSign(deflateRawSync(JSON.stringify({ iss, nbf, vc: { ...vc, rid } })))
        .setProtectedHeader({ zip: 'DEF', alg: ALGORITHM, kid })
        .sign(key);
    },
    async revoke(patient) {
      const before = seconds() + 1;
      // All that there are now, those that another process has just made too.
      const kids = (await keys.list()).map(({ kid }) => kid);
      await revocations.revoke(kids, patient, before);
      return before;
    },
    async keySet() {
      const { published } = await loaded();
      const told = published.map(async (each) => ({
        ...each,
        crlVersion: await revocations.version(each.kid),
      }));
      return JSON.stringify({ keys: await Promise.all(told) });
    },
    async revocationList(kid) {
      return (await loaded()).kids.includes(kid) ? revocations.file(kid) : undefined;
    },
  };
}
