/** The thread that long validations run in: it knows the same packages as the server. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type Issue,
  knownWith,
  type StructureDefinition,
  type Unchecked,
  validateProfiles,
  validateResource,
} from '@wellspring/profiles';
import { loadPackages } from '../packages/load-packages.ts';

export interface ValidationJob {
  readonly resource: unknown;
  readonly profiles: readonly string[];
  /** Beside those of the packages, each as JSON. */
  readonly definitions: readonly string[];
}

const { folder, unchecked } = workerData as { folder: string; unchecked: Unchecked };
await loadPackages({ folder, wanted: [], registry: undefined });

parentPort?.on('message', ({ resource, profiles, definitions }: ValidationJob) => {
  const known = knownWith(definitions.map((text) => JSON.parse(text) as StructureDefinition));
  const issues: Issue[] = [...validateResource(resource, known)];
  if (!issues.some(({ severity }) => severity === 'error'))
    issues.push(...validateProfiles(resource, profiles, unchecked, known));
  parentPort?.postMessage(issues);
});
