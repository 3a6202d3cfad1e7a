/** The key pair by which push services know this server (VAPID, RFC 8292): made once, kept in the data folder. Browsers' subscriptions are bound to it. */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FILE_MODE, FOLDER_MODE } from '@wellspring/serving/private-files';
import type { CryptoKey, JWK } from 'jose';
import { exportJWK } from 'jose/key/export';
import { generateKeyPair } from 'jose/key/generate/keypair';
import { importJWK } from 'jose/key/import';

export interface PushKey {
  readonly privateKey: CryptoKey;
  /** Uncompressed point, base64url. */
  readonly publicKey: string;
}

export async function openPushKey(file: string): Promise<PushKey> {
  const jwk = (read(file) ?? (await make(file))) as JWK & { readonly x: string; readonly y: string };
  const point = [Buffer.from([4]), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url')];
  return {
    privateKey: (await importJWK(jwk, 'ES256')) as CryptoKey,
    publicKey: Buffer.concat(point).toString('base64url'),
  };
}

function read(file: string): JWK | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} holds no key for Web Push: ${(error as Error).message}`);
  }
}

/** Of several processes that make one at once, the first that is there whole counts. */
async function make(file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, JSON.stringify(await exportJWK(privateKey)), { mode: FILE_MODE });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(own);
  }
  return read(file) as JWK;
}
