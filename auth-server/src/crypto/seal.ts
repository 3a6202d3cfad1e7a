/** What must be read again but not by whoever has the database: AES-256-GCM under a key that is kept outside of it (AUTH_KEYS_FILE). */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

export interface Seal {
  seal(text: string): string;
  /** Throws when the text was changed, or sealed under another key. */
  unseal(sealed: string): string;
  /** A digest that can't be guessed at without the key: for short codes. */
  mac(text: string): string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `key`: 32 bytes, base64url. */
export function createSeal(key: string): Seal {
  const bytes = Buffer.from(key, 'base64url');
  if (bytes.length !== 32) throw new Error('the sealing key must have 32 bytes');
  return {
    mac: (text) => createHmac('sha256', bytes).update(text).digest('base64url'),
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    unseal(sealed) {
      const all = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', bytes, all.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(all.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const body = all.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}
