/** Files that only the holder of a private key can read: the age format (age-encryption.org/v1), as the `age` command reads and writes it. */
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { FILE_MODE } from '@wellspring/serving/private-files';
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';

export const SEALED = '.age';

/** A new key pair: the private one goes into a file of its own, the public one (`age1…`) is returned. */
export async function newIdentity(file: string): Promise<string> {
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  writeFileSync(file, `# public key: ${recipient}\n${identity}\n`, { mode: FILE_MODE, flag: 'wx' });
  return recipient;
}

/** Throws with one clear line when one of them is no public key. */
export function sealer(recipients: readonly string[]): (from: string, to: string) => Promise<void> {
  const encrypter = new Encrypter();
  for (const each of recipients) {
    try {
      encrypter.addRecipient(each);
    } catch {
      throw new Error(`${each} is no public key (age1…).`);
    }
  }
  return (from, to) => through(from, to, (stream) => encrypter.encrypt(stream));
}

/** `identityFile`: with a line AGE-SECRET-KEY-…; others are comments. */
export function opener(identityFile: string): (from: string, to: string) => Promise<void> {
  const keys = readFileSync(identityFile, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('AGE-SECRET-KEY-'));
  if (keys.length === 0) throw new Error(`${identityFile} holds no private key (AGE-SECRET-KEY-…).`);
  const decrypter = new Decrypter();
  for (const each of keys) decrypter.addIdentity(each);
  return (from, to) => through(from, to, (stream) => decrypter.decrypt(stream));
}

async function through(
  from: string,
  to: string,
  change: (stream: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>,
): Promise<void> {
  const read = Readable.toWeb(createReadStream(from)) as unknown as ReadableStream<Uint8Array>;
  const changed = (await change(read)) as unknown as WebStream<Uint8Array>;
  await pipeline(Readable.fromWeb(changed), createWriteStream(to, { mode: FILE_MODE, flags: 'wx' }));
}
