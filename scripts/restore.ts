/** `npm run restore -- FOLDER`: puts a backup into an empty DATA_DIR, after every digest of its manifest was checked. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASES, digests, MANIFEST } from './backup.ts';

/** Throws with one clear line; nothing is written then. */
export function restore(folder: string, dataDir: string): void {
  if (!existsSync(join(folder, MANIFEST)))
    throw new Error(`${folder} holds no backup: ${MANIFEST} is missing.`);
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new Error(`${dataDir} is not empty: move it away first, so that nothing is lost.`);
  const { files } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as {
    files: Record<string, string>;
  };
  const found = digests(folder);
  const damaged = Object.keys(files).filter((name) => found[name] !== files[name]);
  if (damaged.length > 0) throw new Error(`The backup is damaged: ${damaged.join(', ')}.`);
  for (const name of DATABASES.filter((each) => files[each])) checkDatabase(join(folder, name));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  for (const name of Object.keys(files)) cpSync(join(folder, name), join(dataDir, name));
}

function checkDatabase(file: string): void {
  const db = new DatabaseSync(file, { readOnly: true });
  const { integrity_check: answer } = db.prepare('PRAGMA integrity_check').get() as {
    integrity_check: string;
  };
  db.close();
  if (answer !== 'ok') throw new Error(`${file} is damaged: ${answer}`);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  try {
    if (!folder) throw new Error('npm run restore -- FOLDER');
    const dataDir = resolve(process.env.DATA_DIR || './data');
    restore(resolve(folder), dataDir);
    console.log(`${dataDir} is restored. npm run verify checks it, npm start starts it.`);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
