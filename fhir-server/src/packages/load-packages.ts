/**
 * FHIR packages at start: every `.tgz` of a folder, and those named by the configuration, which are fetched from a package registry once and
 * kept there (https://hl7.org/fhir/packages.html). Profiles, value sets and code systems become known; search parameters are returned.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addConceptMaps,
  addProfiles,
  addTerminology,
  type CodeSystem,
  type ConceptMap,
  type FhirPackage,
  readPackage,
  type StructureDefinition,
  type ValueSet,
} from '@wellspring/profiles';
import type { SearchParameterResource } from '../repository/custom-parameters.ts';

export interface PackageOptions {
  readonly folder: string;
  /** `name#version` */
  readonly wanted: readonly string[];
  /** Base URL of an npm-style registry. */
  readonly registry: string | undefined;
}

const NAME = /^([a-z0-9][a-z0-9.-]{0,127})#([\w.-]{1,64})$/;
const TIMEOUT_MS = 60_000;

/** Throws with one clear line naming the package that could not be loaded. */
export async function loadPackages(options: PackageOptions): Promise<SearchParameterResource[]> {
  for (const name of options.wanted) await fetchOnce(options, name);
  if (!existsSync(options.folder)) return [];
  const files = readdirSync(options.folder).filter((name) => name.endsWith('.tgz'));
  return files.sort().flatMap((name) => load(join(options.folder, name)));
}

function load(file: string): SearchParameterResource[] {
  let found: FhirPackage;
  try {
    found = readPackage(readFileSync(file));
  } catch (error) {
    throw new Error(`The FHIR package ${file} can't be loaded: ${(error as Error).message}.`);
  }
  const of = <T>(type: string): T[] =>
    found.resources.filter(({ resourceType }) => resourceType === type) as unknown as T[];
  addProfiles(of<StructureDefinition>('StructureDefinition'));
  addTerminology([...of<ValueSet>('ValueSet'), ...of<CodeSystem>('CodeSystem')]);
  addConceptMaps(of<ConceptMap>('ConceptMap'));
  return of<SearchParameterResource>('SearchParameter');
}

async function fetchOnce({ folder, registry }: PackageOptions, wanted: string): Promise<void> {
  const [, name, version] = NAME.exec(wanted) ?? [];
  if (!name || !version) throw new Error(`PACKAGES: '${wanted}' is not name#version.`);
  const file = join(folder, `${name}-${version}.tgz`);
  if (existsSync(file)) return;
  if (!registry)
    throw new Error(`PACKAGES: ${wanted} is not in ${folder}, and PACKAGE_REGISTRY names no registry.`);
  try {
    const bytes = await download(registry, name, version);
    const found = readPackage(bytes);
    if (found.name !== name || found.version !== version)
      throw new Error(`the registry sent ${found.name}#${found.version}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, bytes, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new Error(`PACKAGES: ${wanted} can't be had from the registry: ${(error as Error).message}.`);
  }
}

/** npm's way: the package's document names the archive of each version, and its SHA-1 (`dist.tarball`, `dist.shasum`). */
async function download(registry: string, name: string, version: string): Promise<Buffer> {
  const response = await ask(`${registry.replace(/\/$/, '')}/${name}`);
  const document = (await response.json()) as {
    versions?: Record<string, { dist?: { tarball?: string; shasum?: string } }>;
  };
  const dist = document.versions?.[version]?.dist;
  if (!dist?.tarball) throw new Error('it has no such version');
  const address = new URL(dist.tarball, registry);
  // The archive comes from the registry that was configured, from nowhere else.
  if (address.origin !== new URL(registry).origin) throw new Error('the archive lies at another host');
  const bytes = Buffer.from(await (await ask(address.href)).arrayBuffer());
  const digest = createHash('sha1').update(bytes).digest('hex');
  if (dist.shasum && dist.shasum !== digest) throw new Error('the archive is damaged');
  return bytes;
}

async function ask(address: string): Promise<Response> {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return response;
}
