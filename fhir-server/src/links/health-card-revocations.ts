/**
 * Which SMART Health Cards count no more, though their signature holds (https://spec.smarthealth.cards/#revocation): of each key a list of revocation identifiers, one for each patient, each with the time
 * before which that patient's cards were issued. In the store's notes, for all processes.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { ResourceStore } from '../store/store.ts';

export interface CardRevocations {
  /** `rid`: says nothing of the patient to whoever lacks the secret, and another under each key. */
  identifier(kid: string, patient: string): Promise<string>;
  /** The seconds before which cards of this patient count no more; 0: all count. */
  before(kid: string, patient: string): Promise<number>;
  /** From now on those that were issued before `seconds` under these keys count no more. */
  revoke(kids: readonly string[], patient: string, seconds: number): Promise<void>;
  /** How often the list of a key was changed; 1: it is as it began. */
  version(kid: string): Promise<number>;
  /** The file that verifiers fetch, as JSON text. */
  file(kid: string): Promise<string>;
}

type Notes = Pick<ResourceStore, 'getNote' | 'swapNote'>;

interface List {
  readonly ctr: number;
  /** rid → seconds. */
  readonly rids: Readonly<Record<string, number>>;
}

const SECRET = 'health-cards-rid-secret';
const SECRET_BYTES = 32;
/** The specification's recommendation: the first 64 bits. */
const RID_BYTES = 8;
const listNote = (kid: string): string => `health-cards-crl/${kid}`;
const NONE: List = { ctr: 1, rids: {} };

export function createCardRevocations(notes: Notes): CardRevocations {
  let secret: Promise<Buffer> | undefined;

  async function loadSecret(): Promise<Buffer> {
    const there = await notes.getNote(SECRET);
    if (there !== undefined) return Buffer.from(there, 'base64url');
    await notes.swapNote(SECRET, undefined, randomBytes(SECRET_BYTES).toString('base64url'));
    return loadSecret();
  }

  async function identifier(kid: string, patient: string): Promise<string> {
    secret ??= loadSecret().catch((error: unknown) => {
      secret = undefined;
      throw error;
    });
    const key = Buffer.concat([await secret, Buffer.from(kid)]);
    const digest = createHmac('sha256', key).update(patient).digest();
    return digest.subarray(0, RID_BYTES).toString('base64url');
  }

  const listIn = (note: string | undefined): List => (note === undefined ? NONE : (JSON.parse(note) as List));
  const listOf = async (kid: string): Promise<List> => listIn(await notes.getNote(listNote(kid)));

  return {
    identifier,
    async before(kid, patient) {
      return (await listOf(kid)).rids[await identifier(kid, patient)] ?? 0;
    },
    async revoke(kids, patient, seconds) {
      for (const kid of kids) {
        const rid = await identifier(kid, patient);
        for (;;) {
          const note = await notes.getNote(listNote(kid));
          const { ctr, rids } = listIn(note);
          // The list is as it is: verifiers need not fetch it again.
          if ((rids[rid] ?? 0) >= seconds) break;
          const changed: List = {
            ctr: ctr + 1,
            rids: { ...rids, [rid]: seconds },
          };
          if (await notes.swapNote(listNote(kid), note, JSON.stringify(changed))) break;
        }
      }
    },
    version: async (kid) => (await listOf(kid)).ctr,
    async file(kid) {
      const { ctr, rids } = await listOf(kid);
      const listed = Object.entries(rids).map(([rid, seconds]) => `${rid}.${seconds}`);
      return JSON.stringify({ kid, method: 'rid', ctr, rids: listed });
    },
  };
}
