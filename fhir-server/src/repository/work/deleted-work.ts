/** What a deletion ends of the work that waits, and what it leaves of it. */
import { cameAgain, modifiedAt } from '@wellspring/profiles/put-off';
import { ownersOf } from '../../access/owner-table.ts';
import { WORK_KINDS } from '../../access/write-rules.ts';
import { and } from '../../search/query.ts';
import type { StoredVersion, WriteOperation } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import type { Known } from './result-work.ts';
import {
  ANYBODY,
  changed,
  type Desk,
  focusOf,
  groupIdentifierOf,
  groupOf,
  isOpen,
  OPEN,
  ofGroups,
  tasks,
} from './tasks.ts';
import { firstUnseen } from './unseen.ts';
import { untoldWork } from './untold-work.ts';
import { bringsWork, workOf } from './work-kinds.ts';

/**
 * What is deleted is no work any more, and no work keeps it from being deleted; what waited with it goes on to wait: the other messages of a conversation, critical values
 * that a report told. `known`: what is written in the same commit, by its name; `own`: what is written says of itself what becomes of it.
 */
export async function withoutWork(
  { access, ...others }: Desk,
  { deleted, known }: { readonly deleted: readonly Deleted[]; readonly known: Known },
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const desk = { ...others, access: access.caller ?? access };
  const { store, now } = desk;
  const targets = deleted.filter(({ type }) => bringsWork(type)).map(({ type, id }) => `${type}/${id}`);
  if (targets.length === 0) return [];
  const gone = new Set(targets);
  const about = await tasks(
    store,
    and({ kind: 'token', param: 'code', system: WORK_KINDS }, { kind: 'reference', param: 'focus', targets }),
  );
  const found = new Map([...about, ...(await ofConversations(desk, targets))].map((task) => [task.id, task]));
  const operations: WriteOperation[] = [];
  for (const task of found.values()) {
    if (own.has(`Task/${task.id}`)) continue;
    const next = await nextOf(desk, known, task, gone);
    // What is there still was there before.
    if (next !== undefined && next === focusOf(resourceOf(task))) continue;
    operations.push(changed(task, (before) => without(before, { gone, next, now })));
  }
  const untold = await untoldWork(desk, known, { written: [], gone });
  return [...operations, ...untold.map(([, { operation }]) => operation)];
}

interface Deleted {
  readonly type: string;
  readonly id: string;
}

/** Open, it is about `next` from now on, or over; it names nothing that is deleted. */
function without(
  task: ResourceJson,
  { gone, next, now }: { readonly gone: ReadonlySet<string>; readonly next: string | undefined; now: number },
): ResourceJson {
  const { focus: _, ...unnamed } = task;
  const rest: ResourceJson = gone.has(focusOf(task) ?? '') ? { ...unnamed, resourceType: 'Task' } : task;
  if (!OPEN.includes(task.status as (typeof OPEN)[number])) return rest;
  if (next !== undefined) return cameAgain({ ...rest, focus: { reference: next } }, now);
  return { ...rest, status: 'cancelled', lastModified: modifiedAt(task, now) };
}

/** Open Tasks of the conversations in which a patient's message is deleted, whichever message they name. */
async function ofConversations(
  { store }: Desk,
  targets: readonly string[],
): Promise<readonly StoredVersion[]> {
  const groups = new Set<string>();
  for (const name of targets) {
    if (!name.startsWith('Communication/')) continue;
    const before = (await storedResource(store, name))?.resource;
    if (before && workOf(before, ANYBODY)) groups.add(await groupOf(store, new Map(), name));
  }
  return groups.size === 0 ? [] : ofGroups(store, [...groups], isOpen);
}

/** What an open Task of a conversation is about without what is deleted; undefined: nothing. */
async function nextOf(
  { store }: Desk,
  known: Known,
  stored: StoredVersion,
  gone: ReadonlySet<string>,
): Promise<string | undefined> {
  const task = resourceOf(stored);
  const [group, focus, [patient]] = [groupIdentifierOf(task), focusOf(task), ownersOf(task)];
  if (group === undefined || patient === undefined || !focus?.startsWith('Communication/')) return undefined;
  // As it was before: what leaves the conversation together with the deletion waits as well.
  const holds = async (name: string) => (await groupOf(store, new Map(), name)) === group;
  return firstUnseen(store, known, { patient, without: gone, holds });
}
