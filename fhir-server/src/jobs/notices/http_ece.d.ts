declare module 'http_ece' {
  import type { ECDH } from 'node:crypto';

  /** RFC 8291: for the browser with this public key and secret (base64url), under a salt of its own. */
  export function encrypt(
    plain: Buffer,
    to: {
      readonly version: 'aes128gcm';
      readonly privateKey: ECDH;
      readonly dh: string;
      readonly authSecret: string;
    },
  ): Buffer;
}
