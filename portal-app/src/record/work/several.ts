/** Several Tasks changed at once, in one transaction: what somebody touched meanwhile is left as it is, and all of it can be taken back. */
import type { Task } from '@medplum/fhirtypes';
import { type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { isSent, markSent } from '../../smart/once.ts';

const ATTEMPTS = 3;

/** Resolves to how those that were changed were before. What was stored although its answer was lost is not stored again. */
export async function changeSeveral(
  fhir: FhirApi,
  tasks: readonly Task[],
  change: (task: Task) => Task,
  identity: string,
): Promise<readonly Task[]> {
  let wanted = tasks;
  for (let attempt = 1; wanted.length > 0; attempt++) {
    try {
      await fhir.transact(wanted.map((task) => ({ resource: markSent(change(task), identity) })));
      return wanted;
    } catch (error) {
      if (!(error instanceof FhirFailure) || error.status !== 412 || attempt === ATTEMPTS) throw error;
      const now = await tasksOf(
        fhir,
        '_id',
        wanted.flatMap(({ id }) => id ?? []),
      );
      const stored = new Set(now.filter((task) => isSent(task, identity)).map(({ id }) => id));
      if (stored.size > 0) return wanted.filter(({ id }) => stored.has(id));
      const versions = new Map(now.map(({ id, meta }) => [id, meta?.versionId]));
      wanted = wanted.filter(({ id, meta }) => versions.get(id) === meta?.versionId);
    }
  }
  return [];
}

const CHUNK = 50;

/** By lists that may be longer than an address. */
export async function tasksOf(
  fhir: FhirApi,
  name: '_id' | 'identifier',
  values: readonly string[],
): Promise<readonly Task[]> {
  const found: Task[] = [];
  for (let at = 0; at < values.length; at += CHUNK) {
    const params = { [name]: values.slice(at, at + CHUNK).join(','), _count: String(CHUNK) };
    found.push(...(await fhir.search<Task>('Task', params)).resources);
  }
  return found;
}
