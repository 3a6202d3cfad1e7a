/** The thread that long validations run in: it knows the same packages as the server. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type Answers,
  closerLook,
  type Definition,
  type Issue,
  type Known,
  knownWith,
  type Unchecked,
  validateProfiles,
  validateResource,
} from '@wellspring/profiles';
import { loadPackages } from '../packages/load-packages.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { UNDERSTOOD } from './understood.ts';

export interface ValidationJob {
  readonly resource: unknown;
  readonly profiles: readonly string[];
  /** Beside those of the packages, each as JSON. */
  readonly definitions: readonly string[];
  /** What was asked of codes. */
  readonly answers: Answers;
  /** A closer look is taken. */
  readonly look: { readonly areAllKnown: boolean } | undefined;
}

const { folder, unchecked } = workerData as { folder: string; unchecked: Unchecked };
await loadPackages({ folder, wanted: [], registry: undefined });

parentPort?.on('message', ({ resource, profiles, definitions, answers, look }: ValidationJob) => {
  const known: Known = {
    ...knownWith(
      definitions.map((text) => JSON.parse(text) as Definition),
      answers,
    ),
    understood: UNDERSTOOD,
  };
  parentPort?.postMessage(issuesOf(resource as ResourceJson, profiles, known, look));
});

function issuesOf(
  resource: ResourceJson,
  profiles: readonly string[],
  known: Known,
  look: ValidationJob['look'],
): Issue[] {
  const issues = [...validateResource(resource, known)];
  if (issues.some(({ severity }) => severity === 'error')) return issues;
  issues.push(...validateProfiles(resource, profiles, unchecked, known, look !== undefined));
  return look ? [...issues, ...closerLook(resource, unchecked, known, look.areAllKnown, issues)] : issues;
}
