/**
 * What a decision rests on beside what brought the work: the prescription that is to be renewed or not, who the patient is on record, the values of a report. Whoever has the
 * item open has seen them as they were: once they are others, by whoever it was, the item is another version, so that nobody decides on what they have not seen.
 */
import { ownersOf } from '../../access/owner-table.ts';
import { WORK_KINDS } from '../../access/write-rules.ts';
import { and, or, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import type { Known } from './result-work.ts';
import { focusOf, tasks, type WrittenResource } from './tasks.ts';
import { valuesOf } from './waiting-results.ts';
import { contentOf, REFILL } from './work-kinds.ts';

/** By type: what of it a decision rests on. */
const SEEN: Readonly<Record<string, (resource: ResourceJson) => string>> = {
  MedicationRequest: contentOf,
  Observation: contentOf,
  Patient: ({ name, birthDate, gender }) => JSON.stringify([name, birthDate, gender]),
};

const OF_SUCH: QueryNode = or(
  tokenNode('code', REFILL),
  ...['profile-correction', 'result', 'result-release'].map((kind) =>
    tokenNode('code', `${WORK_KINDS}|${kind}`),
  ),
);

/** Tasks that wait (`waits`), and rest on what is another than it was. */
export async function restingOn(
  store: ResourceStore,
  known: Known,
  written: readonly WrittenResource[],
  waits: QueryNode,
): Promise<StoredVersion[]> {
  const updates = written.filter(
    ({ resource, isUpdate }) => isUpdate && Object.hasOwn(SEEN, resource.resourceType),
  );
  const patients = [...new Set(updates.flatMap(({ resource, id }) => ownersOf({ ...resource, id })))];
  if (patients.length === 0) return [];
  const found = await tasks(store, and({ kind: 'owner', patients }, OF_SUCH, waits));
  if (found.length === 0) return [];
  const others = await othersOf(store, updates);
  const resting: StoredVersion[] = [];
  for (const task of found) if (await restsOn(store, known, task, others)) resting.push(task);
  return resting;
}

/** `Type/id` of what says something else than before. */
async function othersOf(
  store: ResourceStore,
  updates: readonly WrittenResource[],
): Promise<ReadonlySet<string>> {
  const others = new Set<string>();
  for (const { resource, id } of updates) {
    const name = `${resource.resourceType}/${id}`;
    const before = (await storedResource(store, name))?.resource;
    const seen = SEEN[resource.resourceType];
    if (before && seen && seen(before) !== seen(resource)) others.add(name);
  }
  return others;
}

async function restsOn(
  store: ResourceStore,
  known: Known,
  task: StoredVersion,
  others: ReadonlySet<string>,
): Promise<boolean> {
  const focus = focusOf(resourceOf(task)) ?? '';
  if (others.has(focus)) return true;
  if (!focus.startsWith('DiagnosticReport/') || others.size === 0) return false;
  const report = known.get(focus) ?? (await storedResource(store, focus))?.resource;
  if (!report) return false;
  const values = await valuesOf(store, known, report);
  return [...values].some((value) => others.has(value));
}
