/**
 * The care team's queue: what comes from patients, or waits to be released, is a Task beside it, in the same transaction; and is done when it is answered, by
 * whatever door. One open Task for each conversation, request or report, whoever writes at the same time. Staff alone see them (R18): what they note there is theirs.
 */
import { cameAgain, modifiedAt } from '@wellspring/profiles/put-off';
import type { AccessContext } from '../../access/access-context.ts';
import { ownersOf } from '../../access/owner-table.ts';
import { isPatientLevel, isSystem } from '../../access/read-condition.ts';
import { WORK_KINDS } from '../../access/write-rules.ts';
import { and, or, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore, StoredVersion, WriteOperation } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { isMarkedPutOff } from './put-off.ts';
import { restingOn } from './rests-on.ts';
import { type Known, ofResult } from './result-work.ts';
import {
  ANYBODY,
  changed,
  type Desk,
  type Filed,
  filed,
  focusOf,
  groupIdentifierOf,
  groupOf,
  isOpen,
  labelsOf,
  OPEN,
  ofGroups,
  performerType,
  type WrittenResource,
} from './tasks.ts';
import { firstUnseen } from './unseen.ts';
import { untoldWork } from './untold-work.ts';
import { type ResultChanges, resultChanges } from './waiting-results.ts';
import {
  bringsWork,
  contentOf,
  isAnswer,
  isHeeded,
  isRecent,
  poolOf,
  type Work,
  type WorkKind,
  workOf,
} from './work-kinds.ts';

/** Tasks that are filed beside these writes, and those that are done by them. `known`: what is written, by its name; `own`: `Type/id` of all that is written, which says of its own what becomes of it. */
export async function workItems(
  { access, ...others }: Desk,
  { written: all, known }: { readonly written: readonly WrittenResource[]; readonly known: Known },
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const desk = { ...others, access: access.caller ?? access };
  const written = all.filter((each) => !isQuiet(each));
  if (written.length === 0) return [];
  const changes = await resultChanges(desk.store, known, written, isOpen);
  const wanted = new Map<string, Filed | undefined>();
  const again: Again = new Map();
  for (const each of written.filter(({ resource }) => bringsWork(resource.resourceType)).toSorted(bySent)) {
    const { resource, id, isUpdate } = each;
    const [patient, ...more] = ownersOf({ ...resource, id });
    if (patient === undefined || more.length > 0) continue;
    const focus = `${resource.resourceType}/${id}`;
    if (changes.told.has(focus)) continue;
    const work = await newWork(desk, known, each, patient);
    const group = await groupOf(desk.store, known, focus);
    if (!work && !(await endsWork(desk, each))) {
      if (await isAnother(desk, each)) again.set(group, again.get(group));
      continue;
    }
    const unseen = work ? undefined : await unseenBeside(desk, known, { ...each, patient, group });
    if (unseen !== undefined) {
      if (!isAnswer(resource)) again.set(group, { gone: focus, next: unseen });
      continue;
    }
    const about = { patient, focus, group, labels: labelsOf(resource) };
    wanted.set(
      group,
      work && {
        goesOn: goingOn(work, resource),
        isUpdate,
        isUrgent: work.isUrgent,
        operation: filed(desk, work, about),
      },
    );
  }
  for (const [focus, each] of await resultsAgain(desk, known, changes))
    if (!wanted.has(focus)) wanted.set(focus, each);
  // What a report tells is looked at with it.
  for (const value of changes.told) wanted.set(value, undefined);
  for (const [focus, each] of await untoldWork(desk, known, { written, gone: new Set() }))
    if (!wanted.get(focus)) wanted.set(focus, each);
  const opened = [...wanted].flatMap(([group, each]) => (each ? [[group, each] as const] : []));
  // What wants something else now, wants no more what it wanted before.
  const ended = [...wanted].filter(([, each]) => !each || each.isUpdate);
  const done = await finished(desk, new Map(ended.map(([group, each]) => [group, each?.goesOn ?? []])), own);
  const moved = new Set([...own, ...done.map(({ id }) => `Task/${id}`)]);
  const hurried = await hurriedTasks(desk, opened, changes.urgent, moved);
  for (const { id } of hurried) moved.add(`Task/${id}`);
  const groups: Again = new Map([...opened.map(([group]) => [group, undefined] as const), ...again]);
  const coming = await comingAgain(desk, groups, moved);
  for (const { id } of coming) moved.add(`Task/${id}`);
  const resting = (await restingOn(desk.store, known, written, WAITS)).filter(
    ({ id }) => !moved.has(`Task/${id}`),
  );
  return [
    ...opened.map(([, { operation }]) => operation),
    ...coming,
    ...done,
    ...hurried,
    ...resting.map((task) => changed(task, (before) => cameAgain(before, desk.now))),
  ];
}

/** New, and of what brings no work: nearly all that a system sends. */
const isQuiet = ({ resource, isUpdate }: WrittenResource): boolean =>
  !isUpdate &&
  (resource.resourceType === 'Observation' ? !isHeeded(resource) : !bringsWork(resource.resourceType));

/** What waits already, and is urgent now: it does not wait for the day that it was put off until, either. `more`: found to be so already. */
async function hurriedTasks(
  { store, now }: Desk,
  opened: readonly (readonly [string, Filed])[],
  more: readonly StoredVersion[],
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const groups = opened.flatMap(([group, { isUrgent }]) => (isUrgent ? [group] : []));
  const found = await ofGroups(store, groups, and(isOpen, tokenNode('priority', 'routine')));
  const tasks = new Map([...more, ...found].map((task) => [task.id, task]));
  return [...tasks.values()]
    .filter(({ id }) => !own.has(`Task/${id}`))
    .map((task) => changed(task, (before) => ({ ...cameAgain(before, now), priority: 'urgent' })));
}

/** What is put right while the day of its release is still to come is looked at, and is released on that day. */
function goingOn({ kind }: Work, resource: ResourceJson): readonly WorkKind[] {
  const wants = workOf(resource, ANYBODY);
  return wants && wants.kind !== kind ? [kind, wants.kind] : [kind];
}

/** Reports of which a system has sent a value that is critical now, or not the one that was withheld: whoever has seen them looks again. */
async function resultsAgain(
  desk: Desk,
  known: Known,
  { again }: ResultChanges,
): Promise<(readonly [string, Filed])[]> {
  if (!isSystem(desk.access)) return [];
  const found: (readonly [string, Filed])[] = [];
  for (const [focus, { report: resource }] of again) {
    const wants = workOf(resource, ANYBODY);
    const [patient, ...more] = ownersOf(resource);
    if (!wants || patient === undefined || more.length > 0 || !isRecent(wants, desk.now, true)) continue;
    const isDayKnown = wants.kind === 'result-release' && (await waitsForItsDay(desk.store, focus));
    const kind = isDayKnown ? 'result' : wants.kind;
    const work = await ofResult(desk.store, known, resource, { ...wants, kind, since: '' }, patient);
    const about = { patient, focus, group: focus, labels: labelsOf(resource) };
    const operation = filed(desk, work, about);
    found.push([focus, { goesOn: [kind], isUpdate: false, isUrgent: work.isUrgent, operation }]);
  }
  return found;
}

/** What it wants that it did not want before. */
async function newWork(
  { store, access, now }: Desk,
  known: Known,
  { resource, id, isUpdate }: WrittenResource,
  patient: string,
): Promise<Work | undefined> {
  const work = workOf(resource, { isPatientSide: isPatientLevel(access), isSystem: isSystem(access) });
  if (!work || !isRecent(work, now, isUpdate)) return undefined;
  const before = isUpdate ? await stored(store, resource, id) : undefined;
  const wanted = before && workOf(before, ANYBODY);
  if (wanted?.kind === work.kind && wanted.stage === work.stage) return undefined;
  if (!isRecent(work, now, wanted !== undefined)) return undefined;
  if (!RESULTS.has(resource.resourceType)) return work;
  // A colleague who writes what is finished has decided about it.
  const isKept = work.kind === 'result-release';
  if (work.stage !== undefined && !isSystem(access) && (before || isKept)) return undefined;
  // Laboratories may leave the date of a report that they finish or put right.
  const since = work.stage !== undefined && wanted ? '' : work.since;
  const kind =
    isKept && work.stage && (await waitsForItsDay(store, `DiagnosticReport/${id}`)) ? 'result' : work.kind;
  const theirs = await ofResult(store, known, resource, { ...work, kind, since }, patient);
  return isSeenBy(access, theirs) ? undefined : theirs;
}

const RESULTS: ReadonlySet<string> = new Set(['DiagnosticReport', 'Observation']);

/** Whether its release on a day is decided. */
async function waitsForItsDay(store: ResourceStore, focus: string): Promise<boolean> {
  const isDecided = and(tokenNode('code', `${WORK_KINDS}|result-release`), tokenNode('status', 'on-hold'));
  return (await ofGroups(store, [focus], isDecided)).length > 0;
}

/** Whoever writes a result that is final has taken note of it themselves, where it is theirs. */
const isSeenBy = ({ fhirUser }: AccessContext, { kind, owner }: Work): boolean =>
  kind === 'result' && fhirUser !== undefined && owner?.reference === `${fhirUser.type}/${fhirUser.id}`;

/** As it was; undefined: an update may be the first of it. */
const stored = async (
  store: ResourceStore,
  { resourceType }: ResourceJson,
  id: string,
): Promise<ResourceJson | undefined> => (await storedResource(store, `${resourceType}/${id}`))?.resource;

/** What waits already is another than it was, by whoever it came from: whoever has it open has not seen that. */
async function isAnother({ store }: Desk, { resource, id, isUpdate }: WrittenResource): Promise<boolean> {
  if (!isUpdate || !workOf(resource, ANYBODY)) return false;
  const before = await stored(store, resource, id);
  return before !== undefined && contentOf(withoutReading(before)) !== contentOf(withoutReading(resource));
}

/** That somebody has read a message changes nothing of it. */
const withoutReading = ({ received: _, ...rest }: ResourceJson): ResourceJson => rest as ResourceJson;

/** What ends the conversation leaves something in it that nobody has seen, which goes on to wait: `Communication/id` of the first. */
async function unseenBeside(
  { store }: Desk,
  known: Known,
  { resource, id, patient, group }: WrittenResource & { patient: string; group: string },
): Promise<string | undefined> {
  if (resource.resourceType !== 'Communication') return undefined;
  if ((await ofGroups(store, [group], isOpen)).length === 0) return undefined;
  const conversation = {
    patient,
    without: new Set([`Communication/${id}`]),
    holds: async (name: string) => (await groupOf(store, known, name)) === group,
  };
  return firstUnseen(store, known, conversation, isAnswer(resource) ? resource : undefined);
}

/** A conversation ends with the clinic's word, when that is new, or with a message that is taken back; the rest with a state in which it wants nothing, or something else. */
async function endsWork(
  { store, access }: Desk,
  { resource, id, isUpdate }: WrittenResource,
): Promise<boolean> {
  // A value that waits by itself does so until somebody has looked at it, or a report tells it.
  if (resource.resourceType === 'Observation') return false;
  const wants = workOf(resource, ANYBODY);
  const isMessage = resource.resourceType === 'Communication';
  if (isMessage && wants) return false;
  const before = isUpdate ? await stored(store, resource, id) : undefined;
  if (!before) return isMessage && isAnswer(resource);
  const wanted = workOf(before, ANYBODY);
  if (isMessage) return wanted !== undefined;
  // Finished and withheld by a colleague, it is decided.
  const isDecided = !isSystem(access) && wanted?.stage === undefined && wants?.stage !== undefined;
  return !wants || wanted?.kind !== wants.kind || isDecided;
}

const bySent = ({ resource: a }: WrittenResource, { resource: b }: WrittenResource): number =>
  String(a.sent ?? '').localeCompare(String(b.sent ?? ''));

/** What another system holds, or is to be released at a day, goes on to wait for that. */
const WAITS: QueryNode = or(
  ...OPEN.filter((status) => status !== 'on-hold').map((status) => tokenNode('status', status)),
  and(tokenNode('status', 'on-hold'), isMarkedPutOff),
);

/**
 * Whoever writes again does not wait for the day that a conversation was put off until, nor does another version of a result or a request. What is open is another version
 * from then on: whoever answers or finishes it, and has not seen what came, is refused by `If-Match`, whatever door they use.
 */
async function comingAgain(
  { store, now }: Desk,
  groups: Again,
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const found = await ofGroups(store, [...groups.keys()], WAITS);
  return found
    .filter(({ id }) => !own.has(`Task/${id}`))
    .map((task) =>
      changed(task, (before) => {
        const moved = groups.get(groupIdentifierOf(before) ?? '');
        const isAboutIt = moved !== undefined && focusOf(before) === moved.gone;
        return cameAgain(isAboutIt ? { ...before, focus: { reference: moved.next } } : before, now);
      }),
    );
}

/** By group. Of a conversation: which message is taken back, and the first of those that still wait. */
type Again = Map<string, { readonly gone: string; readonly next: string } | undefined>;

/** `groups`: with the kinds of work that go on, where some do. */
async function finished(
  { store, access, now }: Desk,
  groups: ReadonlyMap<string, readonly WorkKind[]>,
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const found = await ofGroups(store, [...groups.keys()], isOpen);
  const owner = access.fhirUser && { reference: `${access.fhirUser.type}/${access.fhirUser.id}` };
  return found
    .filter((task) => !own.has(`Task/${task.id}`) && !goesOn(groups, task))
    .map((task) =>
      changed(task, (before) => ({
        ...before,
        status: isPatientLevel(access) ? 'cancelled' : 'completed',
        lastModified: modifiedAt(before, now),
        ...(owner && !isPatientLevel(access) ? { owner } : {}),
      })),
    );
}

function goesOn(groups: ReadonlyMap<string, readonly WorkKind[]>, { body }: StoredVersion): boolean {
  const task = JSON.parse(body as string) as ResourceJson & {
    readonly code?: { readonly coding?: readonly { readonly code?: string }[] };
  };
  const kinds: readonly string[] = groups.get(groupIdentifierOf(task) ?? '') ?? [];
  return task.code?.coding?.some((each) => each.code !== undefined && kinds.includes(each.code)) === true;
}

/** What a patient asks by a Task waits for a pool, like all the rest. Changes the resource. */
export function settlePool(task: ResourceJson): void {
  const pool = poolOf(task);
  if (pool === undefined) return;
  task.performerType = performerType(pool);
  task.priority ??= 'routine';
}
