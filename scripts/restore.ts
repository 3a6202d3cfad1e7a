/**
 * `npm run restore -- FOLDER`: puts a backup into an empty DATA_DIR, after every digest of its manifest was checked. A sealed one is opened with
 * `--identity FILE`, the private key.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { closeFolder, FOLDER_MODE, keepPrivate } from '@wellspring/serving/private-files';
import { DATABASES, digests, filesOf, MANIFEST } from './backup.ts';
import { opener, SEALED } from './sealed-files.ts';

/** Where files lie until all of them are there: below the data folder, on the same disk. No server looks there, so what was cut off in the middle is nobody's data. */
const WORKING = '.restoring-';

/** Throws with one clear line; nothing is written then. */
export function restore(folder: string, dataDir: string): void {
  const names = checkedNames(folder);
  const begun = begin(dataDir);
  const { working } = begun;
  try {
    for (const name of names) cpSync(join(folder, name), join(working, name));
    putInPlace(working, dataDir);
  } finally {
    end(begun, dataDir);
  }
}

/** The same of a sealed one, which is opened first. */
export async function restoreSealed(folder: string, dataDir: string, identityFile: string): Promise<void> {
  const open = opener(identityFile);
  const begun = begin(dataDir);
  const { working } = begun;
  try {
    for (const name of filesOf(folder).filter((each) => each.endsWith(SEALED))) {
      const plain = join(working, name.slice(0, -SEALED.length));
      mkdirSync(dirname(plain), { recursive: true, mode: FOLDER_MODE });
      await open(join(folder, name), plain).catch((error: Error) => {
        throw new Error(`${name} can not be opened with this key (${error.message}).`);
      });
    }
    const names = new Set(checkedNames(working));
    for (const name of filesOf(working).filter((each) => !names.has(each))) rmSync(join(working, name));
    putInPlace(working, dataDir);
  } finally {
    end(begun, dataDir);
  }
}

/** Of all that the manifest names, whole as it was backed up. */
function checkedNames(folder: string): string[] {
  if (!existsSync(join(folder, MANIFEST)))
    throw new Error(`${folder} holds no backup: ${MANIFEST} is missing.`);
  const { files } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as {
    files: Record<string, string>;
  };
  const found = digests(folder);
  const damaged = Object.keys(files).filter((name) => found[name] !== files[name]);
  if (damaged.length > 0) throw new Error(`The backup is damaged: ${damaged.join(', ')}.`);
  for (const name of DATABASES.filter((each) => files[each])) checkDatabase(join(folder, name));
  return Object.keys(files);
}

const namesIn = (dataDir: string): string[] => (existsSync(dataDir) ? readdirSync(dataDir) : []);

function refuseUsed(dataDir: string): void {
  if (namesIn(dataDir).some((name) => !name.startsWith(WORKING)))
    throw new Error(`${dataDir} is not empty: move it away first, so that nothing is lost.`);
}

interface Begun {
  readonly working: string;
  readonly isNew: boolean;
}

function begin(dataDir: string): Begun {
  refuseUsed(dataDir);
  const isNew = !existsSync(dataDir);
  // What a restore left that was killed.
  for (const name of namesIn(dataDir)) rmSync(join(dataDir, name), { recursive: true, force: true });
  closeFolder(dataDir);
  return { working: mkdtempSync(join(dataDir, WORKING)), isNew };
}

function putInPlace(working: string, dataDir: string): void {
  closeFolder(working);
  // Somebody may have started a server there meanwhile.
  refuseUsed(dataDir);
  for (const name of readdirSync(working)) renameSync(join(working, name), join(dataDir, name));
}

function end({ working, isNew }: Begun, dataDir: string): void {
  rmSync(working, { recursive: true, force: true });
  if (isNew && namesIn(dataDir).length === 0) rmdirSync(dataDir);
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
