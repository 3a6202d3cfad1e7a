/** What a person's authenticator app does. */
import { Secret, TOTP } from 'otpauth';

export interface Authenticator {
  /** The code it shows, so many steps of 30 seconds from now. */
  code(steps?: number): string;
}

export function authenticator(secret: string): Authenticator {
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) });
  return { code: (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 }) };
}

/** The key that a set-up page shows for typing. */
export const keyOn = (html: string): string => /class="key">([^<]+)</.exec(html)?.[1] ?? '';
