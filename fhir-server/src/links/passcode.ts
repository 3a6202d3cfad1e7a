/** The passcode of a shared link: kept as its scrypt digest, and tried a few times over the link's life. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface SealedPasscode {
  readonly salt: string;
  readonly hash: string;
}

const derive = promisify(scrypt) as (secret: string, salt: Buffer, length: number) => Promise<Buffer>;
const BYTES = 32;

export async function sealPasscode(passcode: string): Promise<SealedPasscode> {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), hash: (await derive(passcode, salt, BYTES)).toString('base64') };
}

export async function isPasscode(typed: string, { salt, hash }: SealedPasscode): Promise<boolean> {
  const found = await derive(typed, Buffer.from(salt, 'base64'), BYTES);
  return timingSafeEqual(found, Buffer.from(hash, 'base64'));
}
