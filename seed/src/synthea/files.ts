/** Finds the Bundle files of a folder and reads one at a time. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);
/** Larger than any patient Synthea makes; a file beyond it is not one Bundle that a server takes at once. */
const MAX_BYTES = 256 * 1024 * 1024;

export class FileError extends Error {}

export interface BundleFiles {
  /** Hospitals and practitioners: they are sent before anything else, one after the other. */
  readonly first: readonly string[];
  readonly patients: readonly string[];
}

export async function listBundleFiles(directory: string): Promise<BundleFiles> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new FileError(`${directory} cannot be read`, { cause });
  });
  const bundles = names.filter((name) => /\.json(\.gz)?$/.test(name)).sort();
  if (bundles.length === 0) throw new FileError(`${directory} holds no .json or .json.gz file`);
  const isDirectory = (name: string) => /^(00-|hospital|practitioner)/i.test(name);
  return {
    // Practitioner roles may name hospitals, so hospitals come first.
    first: bundles
      .filter(isDirectory)
      .sort((left, right) => Number(/practitioner/i.test(left)) - Number(/practitioner/i.test(right))),
    patients: bundles.filter((name) => !isDirectory(name)),
  };
}

export interface BundleFile {
  readonly name: string;
  /** SHA-256 of the file as it lies on disk. */
  readonly hash: string;
  readonly json: unknown;
}

export async function hashFile(directory: string, name: string): Promise<string> {
  return createHash('sha256')
    .update(await readBounded(directory, name))
    .digest('hex');
}

export async function readBundleFile(directory: string, name: string): Promise<BundleFile> {
  const bytes = await readBounded(directory, name);
  const hash = createHash('sha256').update(bytes).digest('hex');
  try {
    const text = name.endsWith('.gz') ? await unzip(bytes, { maxOutputLength: MAX_BYTES }) : bytes;
    return { name, hash, json: JSON.parse(text.toString('utf8')) as unknown };
  } catch (error) {
    throw new FileError(`${name}: ${(error as Error).message}`);
  }
}

async function readBounded(directory: string, name: string): Promise<Buffer> {
  const path = join(directory, name);
  const { size } = await stat(path);
  if (size > MAX_BYTES) throw new FileError(`${name}: ${size} bytes are more than ${MAX_BYTES}`);
  return readFile(path);
}
