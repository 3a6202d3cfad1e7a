/**
 * The care team's queue: what comes from patients, or waits to be released, is a Task beside it, in the same transaction; and is done when it is answered, by
 * whatever door. One open Task for each conversation, request or report, whoever writes at the same time. Staff alone see them (R18): what they note there is theirs.
 */
import { randomUUID } from 'node:crypto';
import { cameAgain, modifiedAt, noLaterThan } from '@wellspring/profiles/put-off';
import type { AccessContext } from '../../access/access-context.ts';
import { NOT_FOR_PATIENTS } from '../../access/labels.ts';
import { WORK_GROUP } from '../../access/own-marks.ts';
import { ownersOf } from '../../access/owner-table.ts';
import { isPatientLevel, isSystem } from '../../access/read-condition.ts';
import { WORK_KINDS } from '../../access/write-rules.ts';
import { indexEntries } from '../../search/index-entries.ts';
import { and, or, type QueryNode } from '../../search/query.ts';
import { patientsUsed } from '../../search/replaced.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore, StoredVersion, WriteOperation } from '../../store/store.ts';
import { ownUpdate, storedResource } from '../own-writes.ts';
import { parseJson, type ResourceJson, resourceText } from '../text/resource-text.ts';
import { isMarkedPutOff } from './put-off.ts';
import { type Known, ofResult } from './result-work.ts';
import { leavesUnseen } from './unseen.ts';
import { type ResultChanges, resultChanges } from './waiting-results.ts';
import {
  bringsWork,
  contentOf,
  isAnswer,
  isRecent,
  type Origin,
  type Pool,
  poolOf,
  type Work,
  type WorkKind,
  workOf,
} from './work-kinds.ts';

const ROLES = 'urn:wellspring:staff-role';
export const OPEN = ['requested', 'received', 'accepted', 'in-progress', 'on-hold'] as const;
/** A conversation is followed so far upwards. */
const MOST_HOPS = 50;
/** Of one search. */
const MOST_GROUPS = 200;

export interface WrittenResource {
  readonly resource: ResourceJson;
  readonly id: string;
  readonly isUpdate: boolean;
}

interface Desk {
  readonly store: ResourceStore;
  /** Of the person, also where an operation writes for them. */
  readonly access: AccessContext;
  readonly now: number;
}

/** Tasks that are filed beside these writes, and those that are done by them. `own`: `Type/id` of all that is written, which says of its own what becomes of it. */
export async function workItems(
  { access, ...others }: Desk,
  written: readonly WrittenResource[],
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const desk = { ...others, access: access.caller ?? access };
  const known = new Map(
    written.map(({ resource, id }) => [`${resource.resourceType}/${id}`, resource] as const),
  );
  const changes = await resultChanges(desk.store, known, written, isOpen);
  const wanted = new Map<string, Filed | undefined>();
  const again = new Set<string>();
  for (const each of written.filter(({ resource }) => bringsWork(resource.resourceType)).toSorted(bySent)) {
    const { resource, id, isUpdate } = each;
    const [patient, ...more] = ownersOf({ ...resource, id });
    if (patient === undefined || more.length > 0) continue;
    const focus = `${resource.resourceType}/${id}`;
    if (changes.told.has(focus)) continue;
    const work = await newWork(desk, known, each, patient);
    const group = await groupOf(desk.store, known, focus);
    if (!work && !(await endsWork(desk, each))) {
      if (await isAnother(desk, each)) again.add(group);
      continue;
    }
    if (!work && (await hasUnseen(desk, known, { ...each, patient, group }))) {
      if (!isAnswer(resource)) again.add(group);
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
  const opened = [...wanted].flatMap(([group, each]) => (each ? [[group, each] as const] : []));
  // What wants something else now, wants no more what it wanted before.
  const ended = [...wanted].filter(([, each]) => !each || each.isUpdate);
  const done = await finished(desk, new Map(ended.map(([group, each]) => [group, each?.goesOn ?? []])), own);
  const moved = new Set([...own, ...done.map(({ id }) => `Task/${id}`)]);
  const hurried = await hurriedTasks(desk, opened, changes.urgent, moved);
  for (const { id } of hurried) moved.add(`Task/${id}`);
  return [
    ...opened.map(([, { operation }]) => operation),
    ...(await comingAgain(desk, [...opened.map(([group]) => group), ...again], moved)),
    ...done,
    ...hurried,
  ];
}

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

interface Filed {
  /** Kinds of work of this group that go on. */
  readonly goesOn: readonly WorkKind[];
  readonly isUpdate: boolean;
  readonly isUrgent: boolean;
  readonly operation: WriteOperation;
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

/** What waits already is another than it was, by whoever it came from: whoever has it open has not seen that. What a colleague changes goes by what is done about the Task. */
async function isAnother(
  { store, access }: Desk,
  { resource, id, isUpdate }: WrittenResource,
): Promise<boolean> {
  if (!isUpdate || !(isPatientLevel(access) || isSystem(access)) || !workOf(resource, ANYBODY)) return false;
  const before = await stored(store, resource, id);
  return before !== undefined && contentOf(withoutReading(before)) !== contentOf(withoutReading(resource));
}

/** That somebody has read a message changes nothing of it. */
const withoutReading = ({ received: _, ...rest }: ResourceJson): ResourceJson => rest as ResourceJson;

/** What ends the conversation leaves something in it that nobody has seen: it goes on to wait. */
async function hasUnseen(
  { store }: Desk,
  known: Known,
  { resource, id, patient, group }: WrittenResource & { patient: string; group: string },
): Promise<boolean> {
  if (resource.resourceType !== 'Communication') return false;
  if ((await ofGroups(store, [group], isOpen)).length === 0) return false;
  return leavesUnseen(store, known, { resource, id, patient }, async (name) => {
    return (await groupOf(store, known, name)) === group;
  });
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

const ANYBODY: Origin = { isPatientSide: true, isSystem: true };

/** As the source is labelled, and not for patients. */
function labelsOf({ meta }: ResourceJson): object[] {
  const { security = [] } = (meta ?? {}) as { security?: readonly { system?: string; code?: string }[] };
  const others = security.filter(
    ({ system, code }) => system !== NOT_FOR_PATIENTS.system || code !== NOT_FOR_PATIENTS.code,
  );
  return [...others, NOT_FOR_PATIENTS];
}

const bySent = ({ resource: a }: WrittenResource, { resource: b }: WrittenResource): number =>
  String(a.sent ?? '').localeCompare(String(b.sent ?? ''));

/** What all messages of a conversation have in common: its header, or its first message. */
async function groupOf(
  store: ResourceStore,
  known: ReadonlyMap<string, ResourceJson>,
  reference: string,
): Promise<string> {
  let current = reference;
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const resource = known.get(current) ?? (await storedResource(store, current))?.resource;
    if (resource?.resourceType !== 'Communication') break;
    const above = [resource.partOf, resource.inResponseTo]
      .map((each) => (each as { reference?: string }[] | undefined)?.[0]?.reference)
      .find((each) => /^Communication\/[A-Za-z0-9\-.]{1,64}$/.test(each ?? ''));
    if (above === undefined) break;
    current = above;
  }
  return current;
}

function filed(
  { access, now }: Desk,
  work: Work,
  {
    patient,
    focus,
    group,
    labels,
  }: {
    readonly patient: string;
    readonly focus: string;
    readonly group: string;
    readonly labels: readonly object[];
  },
): WriteOperation {
  const by = access.fhirUser && `${access.fhirUser.type}/${access.fhirUser.id}`;
  const requester = work.requester ?? by;
  const at = new Date(now).toISOString();
  return createTask(
    {
      resourceType: 'Task',
      meta: { security: labels },
      groupIdentifier: { system: WORK_GROUP, value: group },
      status: 'requested',
      intent: 'order',
      priority: work.isUrgent ? 'urgent' : 'routine',
      code: { coding: [{ system: WORK_KINDS, code: work.kind }] },
      focus: { reference: focus },
      for: { reference: `Patient/${patient}` },
      authoredOn: noLaterThan(work.since || at, now),
      lastModified: at,
      ...(requester === undefined ? {} : { requester: { reference: requester } }),
      performerType: performerType(work.pool),
      ...(work.owner ? { owner: work.owner } : {}),
    },
    and(
      { kind: 'owner', patients: [patient] },
      tokenNode('code', `${WORK_KINDS}|${work.kind}`),
      tokenNode('group-identifier', `${WORK_GROUP}|${group}`),
      isOpen,
    ),
  );
}

export const performerType = (pool: Pool): object[] => [{ coding: [{ system: ROLES, code: pool }] }];

const isOpen: QueryNode = or(...OPEN.map((status) => tokenNode('status', status)));

/** What another system holds, or is to be released at a day, goes on to wait for that. */
const WAITS: QueryNode = or(
  ...OPEN.filter((status) => status !== 'on-hold').map((status) => tokenNode('status', status)),
  and(tokenNode('status', 'on-hold'), isMarkedPutOff),
);

/** What the clinic keeps for itself: a patient's own Task is none of it, whatever it says. */
const OF_THE_CLINIC: QueryNode = tokenNode(
  '_security',
  `${NOT_FOR_PATIENTS.system}|${NOT_FOR_PATIENTS.code}`,
);

/** A Task that is made unless the clinic has one like it. */
export function createTask(resource: ResourceJson, unless: QueryNode): WriteOperation {
  const id = randomUUID();
  return {
    kind: 'create',
    type: 'Task',
    id,
    text: resourceText(resource, id),
    entries: indexEntries(resource, ownersOf(resource)),
    uses: patientsUsed(resource, new Set()),
    ifNoneExist: and(unless, OF_THE_CLINIC),
  };
}

/**
 * Whoever writes again does not wait for the day that a conversation was put off until, nor does another version of a result or a request. What is open is another version
 * from then on: whoever answers or finishes it, and has not seen what came, is refused by `If-Match`, whatever door they use.
 */
async function comingAgain(
  { store, now }: Desk,
  groups: readonly string[],
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const found = await ofGroups(store, [...new Set(groups)], WAITS);
  return found
    .filter(({ id }) => !own.has(`Task/${id}`))
    .map((task) => changed(task, (before) => cameAgain(before, now)));
}

/** Tasks of these groups for which `where` holds. */
async function ofGroups(
  store: ResourceStore,
  groups: readonly string[],
  where: QueryNode,
): Promise<readonly StoredVersion[]> {
  const found: StoredVersion[] = [];
  for (let from = 0; from < groups.length; from += MOST_GROUPS) {
    const some = groups.slice(from, from + MOST_GROUPS);
    const isOfGroup = or(...some.map((group) => tokenNode('group-identifier', `${WORK_GROUP}|${group}`)));
    found.push(...(await tasks(store, and(isOfGroup, where))));
  }
  return found;
}

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
  const { groupIdentifier, code } = JSON.parse(body as string) as {
    readonly groupIdentifier?: { readonly value?: string };
    readonly code?: { readonly coding?: readonly { readonly code?: string }[] };
  };
  const kinds: readonly string[] = groups.get(groupIdentifier?.value ?? '') ?? [];
  return code?.coding?.some((each) => each.code !== undefined && kinds.includes(each.code)) === true;
}

async function tasks(store: ResourceStore, where: QueryNode): Promise<readonly StoredVersion[]> {
  const { matches } = await store.search({
    type: 'Task',
    where,
    sort: [{ by: 'mainDate', descending: true }],
    count: 500,
    total: 'none',
  });
  return matches;
}

/** As it stands: where somebody is quicker, all of it is looked at anew. */
function changed(
  { id, body, version }: StoredVersion,
  change: (task: ResourceJson) => ResourceJson,
): WriteOperation {
  return ownUpdate({ ...change(parseJson(body as string) as ResourceJson), id }, id, version);
}

/** What is deleted is no work any more, and no work keeps it from being deleted. `own`: what is written says of itself what becomes of it. */
export async function withoutWork(
  store: ResourceStore,
  deleted: readonly { readonly type: string; readonly id: string }[],
  now: number,
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const targets = deleted.filter(({ type }) => bringsWork(type)).map(({ type, id }) => `${type}/${id}`);
  if (targets.length === 0) return [];
  const found = await tasks(
    store,
    and({ kind: 'token', param: 'code', system: WORK_KINDS }, { kind: 'reference', param: 'focus', targets }),
  );
  const others = found.filter(({ id }) => !own.has(`Task/${id}`));
  return others.map((task) =>
    changed(task, ({ focus: _, ...before }) => ({
      ...before,
      resourceType: 'Task',
      ...(OPEN.includes(before.status as (typeof OPEN)[number])
        ? { status: 'cancelled', lastModified: modifiedAt(before, now) }
        : {}),
    })),
  );
}

/** What a patient asks by a Task waits for a pool, like all the rest. Changes the resource. */
export function settlePool(task: ResourceJson): void {
  const pool = poolOf(task);
  if (pool === undefined) return;
  task.performerType = performerType(pool);
  task.priority ??= 'routine';
}
