/**
 * `npm run restore -- FOLDER`: puts a backup into an empty DATA_DIR, after every digest of its manifest was checked. A sealed one is opened with
 * `--identity FILE`, the private key.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { closeFolder, FOLDER_MODE, keepPrivate } from '@wellspring/serving/private-files';
import { DATABASES, digests, filesOf, MANIFEST } from './backup.ts';
import { opener, SEALED } from './sealed-files.ts';

/** Throws with one clear line; nothing is written then. */
export function restore(folder: string, dataDir: string): void {
  if (!existsSync(join(folder, MANIFEST)))
    throw new Error(`${folder} holds no backup: ${MANIFEST} is missing.`);
  refuseUsed(dataDir);
  const { files } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as {
    files: Record<string, string>;
  };
  const found = digests(folder);
  const damaged = Object.keys(files).filter((name) => found[name] !== files[name]);
  if (damaged.length > 0) throw new Error(`The backup is damaged: ${damaged.join(', ')}.`);
  for (const name of DATABASES.filter((each) => files[each])) checkDatabase(join(folder, name));
  closeFolder(dataDir);
  for (const name of Object.keys(files)) cpSync(join(folder, name), join(dataDir, name));
  closeFolder(dataDir);
}

/** Opens the backup beside the data folder first. Throws with one clear line; nothing is left then. */
export async function restoreSealed(folder: string, dataDir: string, identityFile: string): Promise<void> {
  refuseUsed(dataDir);
  const open = opener(identityFile);
  mkdirSync(dirname(dataDir), { recursive: true });
  const opened = mkdtempSync(`${dataDir}.restoring-`);
  try {
    for (const name of filesOf(folder).filter((each) => each.endsWith(SEALED))) {
      const plain = join(opened, name.slice(0, -SEALED.length));
      mkdirSync(dirname(plain), { recursive: true, mode: FOLDER_MODE });
      await open(join(folder, name), plain).catch((error: Error) => {
        throw new Error(`${name} can not be opened with this key (${error.message}).`);
      });
    }
    restore(opened, dataDir);
  } finally {
    rmSync(opened, { recursive: true, force: true });
  }
}

function refuseUsed(dataDir: string): void {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new Error(`${dataDir} is not empty: move it away first, so that nothing is lost.`);
}

function checkDatabase(file: string): void {
  const db = new DatabaseSync(file, { readOnly: true });
  const { integrity_check: answer } = db.prepare('PRAGMA integrity_check').get() as {
    integrity_check: string;
  };
  db.close();
  if (answer !== 'ok') throw new Error(`${file} is damaged: ${answer}`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { identity: { type: 'string' } },
  });
  const [folder] = positionals;
  if (!folder) throw new Error('npm run restore -- FOLDER [--identity FILE]');
  const dataDir = resolve(process.env.DATA_DIR || './data');
  const isSealed = existsSync(join(resolve(folder), MANIFEST + SEALED));
  if (isSealed && !values.identity) throw new Error('This backup is sealed: --identity FILE opens it.');
  if (isSealed && values.identity) await restoreSealed(resolve(folder), dataDir, values.identity);
  else restore(resolve(folder), dataDir);
  console.log(`${dataDir} is restored. npm run verify checks it, npm start starts it.`);
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
