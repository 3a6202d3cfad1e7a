/** Real resources to test with: the demonstration clinic always; published examples and Synthea records where they lie beside the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { demoClinic } from '../../seed/src/clinic/demo-clinic.ts';
import { type PackageResource, readPackage } from '../src/packages/read-package.ts';

export interface AnyResource {
  readonly resourceType: string;
  readonly id?: string;
  readonly [element: string]: unknown;
}

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

export function clinicResources(): AnyResource[] {
  const { directory, patients } = demoClinic({ today: '2026-11-24' });
  return [...directory, ...patients.flatMap(({ resources }) => resources)] as unknown as AnyResource[];
}

/** The examples that US Core publishes; [] where they are not at hand. */
export function usCoreExamples(version: string): AnyResource[] {
  const folder = join(shared, 'examples/us-core', version);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && !name.endsWith('index.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as AnyResource)
    .filter(({ resourceType }) => typeof resourceType === 'string');
}

/** Of every package of US Core that lies beside the project; [] where there is none. */
export function usCoreDefinitions(): readonly PackageResource[] {
  const folder = join(shared, 'packages');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('hl7.fhir.us.core-'))
    .flatMap((name) => readPackage(readFileSync(join(folder, name))).resources);
}

/** The entries of a few Synthea records; [] where they are not at hand. */
export function syntheaResources(records: number): AnyResource[] {
  const folder = join(shared, 'synthea/blaze-2021');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .slice(0, records)
    .flatMap((name) => {
      const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8');
      // As they are stored: conditional references have become literal ones.
      const stored = text.replace(/"reference"\s*:\s*"([A-Z]\w+)\?[^"]*"/g, '"reference":"$1/found"');
      const bundle = JSON.parse(stored) as {
        entry: { resource: AnyResource }[];
      };
      return bundle.entry.map(({ resource }) => resource);
    });
}

/** At most so many of each type, spread over the list. */
export function sample(all: readonly AnyResource[], each: number): AnyResource[] {
  const byType = Map.groupBy(all, ({ resourceType }) => resourceType);
  return [...byType.values()].flatMap((list) => {
    const step = Math.max(1, Math.floor(list.length / each));
    return list.filter((_, i) => i % step === 0).slice(0, each);
  });
}
