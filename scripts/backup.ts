/**
 * `npm run backup -- FOLDER`: copies the embedded databases, consistent each, while the servers run; with the keys, and a manifest of digests. With
 * `--seal-for age1…` (or BACKUP_RECIPIENTS) each file is sealed for these public keys, and nothing in the clear touches FOLDER; else it holds health data
 * and private keys: keep it as you keep those. `--new-key FILE` makes a key pair. With MongoDB: mongodump (docs/OPERATIONS.md).
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import {
  closeDatabase,
  closeFolder,
  FILE_MODE,
  FOLDER_MODE,
  keepPrivate,
} from '@wellspring/serving/private-files';
import { newIdentity, SEALED, sealer } from './sealed-files.ts';

/** The audit log first: it takes what is missing from the store that was copied after it, and would take nothing from one that is behind it. */
export const DATABASES = ['audit.sqlite', 'fhir.sqlite', 'auth.sqlite'];
export const OTHERS = ['keys', 'packages', 'clients.json', 'auth-keys.json', 'demo-accounts.json'];
export const MANIFEST = 'manifest.json';
/** Where files lie in the clear until they are sealed: beside the data, which is as secret. */
const WORKING = '.backup-';
/**
 * All pages in one step, which reads as one reader does and holds nobody up. In steps, each begins again from the first page after a write of a server: of 600 MB with
 * fifty writes a second there was no copy, however long one waited.
 */
const PAGES_AT_A_TIME = 2 ** 31 - 1;
const OCTETS_AT_A_TIME = 2 ** 20;

/** Names of the files below a folder, relative to it. */
export const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

/** Of each file below a folder but the manifest, by its relative name. */
export function digests(folder: string): Record<string, string> {
  const files = filesOf(folder).filter((name) => name !== MANIFEST);
  return Object.fromEntries(
    files.map((name) => [relative(folder, join(folder, name)), digestOf(join(folder, name))]),
  );
}

/** By parts: a store has more than fits into memory, and more than Node reads at once (2 GiB). */
function digestOf(file: string): string {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafe(OCTETS_AT_A_TIME);
  const opened = openSync(file, 'r');
  try {
    for (let read = readSync(opened, part); read > 0; read = readSync(opened, part))
      hash.update(part.subarray(0, read));
  } finally {
    closeSync(opened);
  }
  return hash.digest('hex');
}

/** `recipients`: public keys it is sealed for; none: it is not. Returns the names of what is in it. Throws with one clear line. */
export async function backUp(
  dataDir: string,
  folder: string,
  recipients: readonly string[] = [],
): Promise<string[]> {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty.`);
  closeFolder(folder);
  if (recipients.length === 0) return copy(dataDir, folder);
  const seal = sealer(recipients);
  // What a backup left that was killed.
  for (const name of readdirSync(dataDir).filter((each) => each.startsWith(WORKING)))
    rmSync(join(dataDir, name), { recursive: true, force: true });
  const working = mkdtempSync(join(dataDir, WORKING));
  try {
    const files = await copy(dataDir, working);
    for (const name of filesOf(working)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true, mode: FOLDER_MODE });
      await seal(join(working, name), join(folder, name + SEALED));
    }
    return files;
  } finally {
    rmSync(working, { recursive: true, force: true });
  }
}

async function copy(dataDir: string, folder: string): Promise<string[]> {
  for (const name of DATABASES.filter((each) => existsSync(join(dataDir, each)))) {
    const db = new DatabaseSync(join(dataDir, name), { readOnly: true });
    closeDatabase(join(folder, name));
    await backup(db, join(folder, name), { rate: PAGES_AT_A_TIME });
    db.close();
  }
  for (const name of OTHERS.filter((each) => existsSync(join(dataDir, each))))
    cpSync(join(dataDir, name), join(folder, name), { recursive: true });
  const files = digests(folder);
  if (Object.keys(files).length === 0) throw new Error(`There is nothing in ${dataDir} to back up.`);
  const manifest = JSON.stringify({ made: new Date().toISOString(), files }, undefined, 2);
  writeFileSync(join(folder, MANIFEST), manifest, { mode: FILE_MODE });
  closeFolder(folder);
  return Object.keys(files);
}

const USAGE = 'npm run backup -- FOLDER [--seal-for age1…]   or   npm run backup -- --new-key FILE';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'seal-for': { type: 'string', multiple: true }, 'new-key': { type: 'string' } },
  });
  const { 'new-key': keyFile, 'seal-for': recipients } = values;
  if (keyFile !== undefined) {
    const recipient = await newIdentity(resolve(keyFile));
    console.log(
      `The private key is in ${keyFile}: take it away from here, and keep it safe.\n--seal-for ${recipient}`,
    );
    return;
  }
  const [folder] = positionals;
  if (!folder) throw new Error(USAGE);
  const configured = (process.env.BACKUP_RECIPIENTS ?? '').split(',').flatMap((each) => each.trim() || []);
  const files = await backUp(
    resolve(process.env.DATA_DIR || './data'),
    resolve(folder),
    recipients ?? configured,
  );
  console.log(`${files.length} files are in ${folder}.`);
}

if (import.meta.main) {
  keepPrivate();
  try {
    await main();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
