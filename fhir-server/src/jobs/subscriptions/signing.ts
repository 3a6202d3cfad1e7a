/**
 * Calls are signed by the Standard Webhooks specification (https://www.standardwebhooks.com), each subscription with a secret of its own, so that a subscriber can tell a
 * call of this server from anybody else's. The secrets are made from one key of this server: none is stored, and none stands in a resource.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ResourceStore } from '../../store/store.ts';

export interface Signer {
  /** For the subscriber: `whsec_…` */
  secretOf(subscription: string): Promise<string>;
  /** `name`: of the notification, the same each time that it is sent. */
  sign(subscription: string, name: string, body: string, now: number): Promise<Record<string, string>>;
  /** A text that only this server can have made; and back. */
  seal(text: string): Promise<string>;
  open(sealed: string): Promise<string | undefined>;
}

const NOTE = 'subscriptions-key';
const KEY_BYTES = 32;

export function createSigner(notes: Pick<ResourceStore, 'getNote' | 'swapNote'>): Signer {
  let known: Promise<Buffer> | undefined;

  async function read(): Promise<Buffer> {
    const there = await notes.getNote(NOTE);
    if (there !== undefined) return Buffer.from(there, 'base64');
    await notes.swapNote(NOTE, undefined, randomBytes(KEY_BYTES).toString('base64'));
    return read();
  }

  const key = (): Promise<Buffer> => {
    known ??= read().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  const derived = async (purpose: string): Promise<Buffer> =>
    createHmac('sha256', await key())
      .update(purpose)
      .digest();

  const mark = async (text: string): Promise<string> =>
    createHmac('sha256', await derived('binding'))
      .update(text)
      .digest('base64url');

  return {
    secretOf: async (subscription) => `whsec_${(await derived(`secret ${subscription}`)).toString('base64')}`,
    async sign(subscription, name, body, now) {
      const seconds = String(Math.floor(now / 1000));
      const secret = await derived(`secret ${subscription}`);
      const signature = createHmac('sha256', secret).update(`${name}.${seconds}.${body}`).digest('base64');
      return { 'webhook-id': name, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
    },
    async seal(text) {
      const part = Buffer.from(text).toString('base64url');
      return `${part}.${await mark(part)}`;
    },
    async open(sealed) {
      const [part = '', given = ''] = sealed.split('.');
      const [made, wanted] = [Buffer.from(given), Buffer.from(await mark(part))];
      if (made.length !== wanted.length || !timingSafeEqual(made, wanted)) return undefined;
      return Buffer.from(part, 'base64url').toString();
    },
  };
}
