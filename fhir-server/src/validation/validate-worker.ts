/** The thread that long validations run in: it knows the same packages as the server. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  closerLook,
  type Definition,
  type Issue,
  knownWith,
  type Unchecked,
  validateProfiles,
  validateResource,
} from '@wellspring/profiles';
import { loadPackages } from '../packages/load-packages.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';

export interface ValidationJob {
  readonly resource: unknown;
  readonly profiles: readonly string[];
  /** Beside those of the packages, each as JSON. */
  readonly definitions: readonly string[];
  /** A closer look is taken. */
  readonly look: { readonly areAllKnown: boolean } | undefined;
}

const { folder, unchecked } = workerData as { folder: string; unchecked: Unchecked };
await loadPackages({ folder, wanted: [], registry: undefined });

parentPort?.on('message', ({ resource, profiles, definitions, look }: ValidationJob) => {
  const known = knownWith(definitions.map((text) => JSON.parse(text) as Definition));
  const issues: Issue[] = [...validateResource(resource, known)];
  if (!issues.some(({ severity }) => severity === 'error'))
    issues.push(
      ...validateProfiles(resource, profiles, unchecked, known, look !== undefined),
      ...(look ? closerLook(resource as ResourceJson, unchecked, known, look.areAllKnown) : []),
    );
  parentPort?.postMessage(issues);
});
