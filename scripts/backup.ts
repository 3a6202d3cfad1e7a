/**
 * `npm run backup -- FOLDER`: copies the embedded databases, consistent each, while the servers run; with the keys, and a manifest of digests.
 * The folder holds health data and private keys: keep it as you keep those. With MongoDB: mongodump (docs/OPERATIONS.md).
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** The audit log first: it takes what is missing from the store that was copied after it, and would take nothing from one that is behind it. */
export const DATABASES = ['audit.sqlite', 'fhir.sqlite', 'auth.sqlite'];
export const OTHERS = ['keys', 'packages', 'clients.json', 'auth-keys.json', 'demo-accounts.json'];
export const MANIFEST = 'manifest.json';

/** Of each file below a folder, by its relative name. */
export function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== MANIFEST && statSync(join(folder, name)).isFile())
    .sort();
  return Object.fromEntries(
    files.map((name) => [
      relative(folder, join(folder, name)),
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

export async function backUp(dataDir: string, folder: string): Promise<string[]> {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of DATABASES.filter((each) => existsSync(join(dataDir, each)))) {
    const db = new DatabaseSync(join(dataDir, name), { readOnly: true });
    await backup(db, join(folder, name));
    db.close();
  }
  for (const name of OTHERS.filter((each) => existsSync(join(dataDir, each))))
    cpSync(join(dataDir, name), join(folder, name), { recursive: true });
  const files = digests(folder);
  if (Object.keys(files).length === 0) throw new Error(`There is nothing in ${dataDir} to back up.`);
  writeFileSync(
    join(folder, MANIFEST),
    JSON.stringify({ made: new Date().toISOString(), files }, undefined, 2),
  );
  return Object.keys(files);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  try {
    if (!folder) throw new Error('npm run backup -- FOLDER');
    const files = await backUp(resolve(process.env.DATA_DIR || './data'), resolve(folder));
    console.log(`${files.length} files are in ${folder}.`);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
