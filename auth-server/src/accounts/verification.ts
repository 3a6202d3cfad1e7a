/** One-time codes that prove a contact: six digits, ten minutes, five tries. */
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import { randomDigits, sameText } from '../crypto/secrets.ts';
import { createLimit } from '../limits.ts';
import type { Outbox } from '../messages/outbox.ts';
import { verificationCode, verificationCodeSms } from '../messages/templates.ts';
import { artifact, type Storage } from '../storage/storage.ts';

export interface Contact {
  readonly channel: 'email' | 'sms';
  readonly to: string;
}

export interface Verification {
  /**
   * Sends a code to the contact; without one, does the same work for nobody. `about`: what the code proves, kept by whoever asks.
   * False when the contact had its share today: then there is no code.
   */
  start(about: string, contact: Contact | undefined): Promise<boolean>;
  /** True once, for the right code. */
  check(about: string, code: string): Promise<boolean>;
}

const MODEL = 'VerificationCode';
const LIFE_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

export interface VerificationDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly outbox: Outbox;
  readonly now: () => number;
}

export function createVerification({
  config,
  storage,
  seal,
  outbox,
  now,
}: VerificationDependencies): Verification {
  const sends = createLimit(storage, now, { name: 'codes to contact', max: 3, windowMs: DAY_MS });
  const tries = createLimit(storage, now, { name: 'code tries', max: 5, windowMs: LIFE_MS });
  return {
    async start(about, contact) {
      if (contact && !(await sends.take(contact.to))) {
        await storage.removeArtifact(MODEL, about);
        await outbox.send({ channel: 'none' });
        return false;
      }
      const code = randomDigits();
      const payload = { mac: seal.mac(`${about} ${code}`) };
      await storage.saveArtifact(artifact(MODEL, about, payload, { expiresAt: now() + LIFE_MS }));
      await tries.forget(about);
      if (!contact) await outbox.send({ channel: 'none' });
      else if (contact.channel === 'sms')
        await outbox.send({ channel: 'sms', to: contact.to, ...verificationCodeSms(config, code) });
      else await outbox.send({ channel: 'email', to: contact.to, ...verificationCode(config, code) });
      return true;
    },
    async check(about, code) {
      if (!(await tries.take(about))) return false;
      const found = await storage.findArtifact(MODEL, about);
      if (!found || !sameText(String(found.payload.mac), seal.mac(`${about} ${code.replace(/\D/g, '')}`)))
        return false;
      return storage.removeArtifact(MODEL, about);
    },
  };
}
