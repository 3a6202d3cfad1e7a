/** The thread that long validations run in: it knows the same packages as the server. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Issue, validateProfiles, validateResource } from '@wellspring/profiles';
import { loadPackages } from '../packages/load-packages.ts';

export interface ValidationJob {
  readonly resource: unknown;
  readonly profiles: readonly string[];
}

const { folder } = workerData as { folder: string };
await loadPackages({ folder, wanted: [], registry: undefined });

parentPort?.on('message', ({ resource, profiles }: ValidationJob) => {
  const issues: Issue[] = [...validateResource(resource)];
  if (issues.length === 0) issues.push(...validateProfiles(resource, profiles));
  parentPort?.postMessage(issues);
});
