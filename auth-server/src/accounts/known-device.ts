/**
 * A browser that the account has signed in from before carries a cookie that says so. Wrong passwords from elsewhere then can't lock it out
 * (OWASP, "device cookies").
 */
import { digest, randomSecret } from '../crypto/secrets.ts';
import { artifact, type Storage } from '../storage/storage.ts';

const MODEL = 'KnownDevice';
export const DEVICE_COOKIE = 'device';
export const DEVICE_LIFE_MS = 365 * 86_400_000;

/** By which what is noted of a browser names it. */
export const deviceName = (cookie: string): string => digest(cookie);

export async function isKnownDevice(
  storage: Storage,
  accountId: string,
  cookie: string | undefined,
): Promise<boolean> {
  return cookie !== undefined && isDeviceOf(storage, accountId, deviceName(cookie));
}

const isDeviceOf = async (storage: Storage, accountId: string, name: string): Promise<boolean> =>
  (await storage.findArtifact(MODEL, name))?.accountId === accountId;

/** Returns the cookie's value. */
export async function rememberDevice(storage: Storage, accountId: string, now: number): Promise<string> {
  const cookie = randomSecret();
  await storage.saveArtifact(
    artifact(MODEL, deviceName(cookie), {}, { accountId, expiresAt: now + DEVICE_LIFE_MS }),
  );
  return cookie;
}

export async function hasKnownDevices(storage: Storage, accountId: string): Promise<boolean> {
  return (await storage.listArtifacts(MODEL, accountId)).length > 0;
}

/** Where it is a browser that this account knows: another's stays known to them. */
export async function forgetDevice(storage: Storage, accountId: string, name: string): Promise<void> {
  if (await isDeviceOf(storage, accountId, name)) await storage.removeArtifact(MODEL, name);
}

export const forgetDevices = (storage: Storage, accountId: string): Promise<void> =>
  storage.removeArtifactsOfAccount(MODEL, accountId);
