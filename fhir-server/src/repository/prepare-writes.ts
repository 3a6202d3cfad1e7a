/** Writes asked for → store operations: access rules, validation, reference checks, index entries. */
import {
  claimedProfiles,
  FhirError,
  forbidden,
  type Issue,
  inEntry,
  invalidProfile,
  invalidResource,
  notFound,
  preconditionFailed,
  validateProfiles,
} from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { selfOf } from '../access/authorship.ts';
import { checkWrite, requireRule, requireWriteScope } from '../access/check-write.ts';
import { markContacts } from '../access/contact-marks.ts';
import { checkOwnMarks } from '../access/own-marks.ts';
import { ownersOf } from '../access/owner-table.ts';
import { settleClinicSide, settlePatientSide } from '../access/patient-side.ts';
import { isSystem, requireReadCondition } from '../access/read-condition.ts';
import { restrict } from '../access/restrict.ts';
import {
  changeable,
  checkStaffChange,
  checkStaffWrite,
  lastingBound,
  makesRelation,
  nameable,
  WATCHED,
  withinBound,
  writeBound,
} from '../access/staff-writes.ts';
import type { Json } from '../access/write-rules.ts';
import { createBreath } from '../breath.ts';
import { indexEntries } from '../search/index-entries.ts';
import { makeReferencesLocal, referenceIssues } from '../search/own-references.ts';
import { all, and, type QueryNode } from '../search/query.ts';
import type { ResourceStore, WriteOperation } from '../store/store.ts';
import { answerQuestions } from '../terminology/answer-questions.ts';
import { answerIssues } from './check-answers.ts';
import { resourceIssues } from './check-resource.ts';
import { contactTask } from './contact-task.ts';
import { checkSearchParameter, type SearchParameterResource } from './custom-parameters.ts';
import { DIARIES, requireOwnDiary } from './diary.ts';
import { type ChangedAppointment, freedSlots } from './freed-slots.ts';
import { allTerminologies } from './known-terminology.ts';
import { setNames } from './names.ts';
import type { OwnerReach } from './owner-reach.ts';
import { type Find, knownTo, localReferences, requireReadable } from './references.ts';
import { unlessReferenced } from './referrers.ts';
import type { RepositoryOptions } from './repository-options.ts';
import { type ResourceJson, resourceText } from './resource-text.ts';
import { checkIndexable, checkMembers } from './size-limits.ts';
import { checkTopic } from './stored-topics.ts';
import { settleSubscription, subscriptionsOf } from './subscription-writes.ts';
import { settlePool, withoutWork, workItems } from './work-items.ts';

export type Write =
  | {
      readonly interaction: 'create';
      readonly resource: ResourceJson;
      readonly id: string;
      /** If-None-Exist as a tree. */
      readonly ifNoneExist?: QueryNode;
    }
  | {
      readonly interaction: 'update';
      readonly resource: ResourceJson;
      readonly id: string;
      /** If-Match. */
      readonly expectedVersion?: number;
      /** The condition of a conditional update that found nothing. */
      readonly ifNoneExist?: QueryNode;
      /** Of such a one: its id was made here, so that nothing can be under it. */
      readonly isNewId?: boolean;
    }
  | {
      readonly interaction: 'delete';
      readonly type: string;
      readonly id: string;
      readonly expectedVersion?: number;
    };

interface Preparation {
  readonly store: ResourceStore;
  readonly options: RepositoryOptions;
  readonly access: AccessContext;
  readonly find: Find;
  /** Whose Patients are within reach: what was asked a moment ago is known (owner-reach.ts). */
  readonly reach: OwnerReach;
}

/** One operation for each write, in their order; then what the clinic is told of them. */
export async function prepareWrites(
  preparation: Preparation,
  writes: readonly Write[],
  entryOf?: (index: number) => number,
): Promise<WriteOperation[]> {
  const { store, access } = preparation;
  const changedContacts = new Set<string>();
  const own = new Set(
    writes.map((write) =>
      write.interaction === 'delete' ? '' : `${write.resource.resourceType}/${write.id}`,
    ),
  );
  const together = writes.flatMap((write) => (write.interaction === 'delete' ? [] : write.resource));
  const operations: WriteOperation[] = [];
  const breath = createBreath();
  for (const [index, write] of writes.entries()) {
    await breath();
    try {
      operations.push(await prepare(preparation, write, own, changedContacts, together));
    } catch (error) {
      throw error instanceof FhirError && entryOf ? inEntry(error, entryOf(index)) : error;
    }
  }
  const now = Date.now();
  const written = writes.flatMap((write) =>
    write.interaction === 'delete'
      ? []
      : { resource: write.resource, id: write.id, isUpdate: write.interaction === 'update' },
  );
  const deleted = writes.filter((write) => write.interaction === 'delete');
  return [
    ...operations,
    ...[...changedContacts].map((patient) => contactTask(access, patient, now)),
    ...(await workItems({ store, access, now }, written, own)),
    ...(await withoutWork(store, deleted, now)),
    ...(await freedSlots(store, changedAppointments(writes), own)),
  ];
}

function changedAppointments(writes: readonly Write[]): ChangedAppointment[] {
  return writes.flatMap((write) => {
    if (write.interaction === 'create') return [];
    if (write.interaction === 'delete')
      return write.type === 'Appointment' ? { id: write.id, after: undefined } : [];
    return write.resource.resourceType === 'Appointment' ? { id: write.id, after: write.resource } : [];
  });
}

async function prepare(
  preparation: Preparation,
  write: Write,
  own: ReadonlySet<string>,
  changedContacts: Set<string>,
  together: readonly ResourceJson[],
): Promise<WriteOperation> {
  if (write.interaction === 'delete') return prepareDelete(preparation, write);
  const { access, options } = preparation;
  const { resource, id } = write;
  const { resourceType: type } = resource;
  // Where what may be written is bound, what a condition did not find is a create. By an id of the client's own it stays an update: what is out of reach may be under it.
  const makes =
    write.interaction === 'update' && write.isNewId === true && changeable(access, 'u', type) !== undefined;
  const interaction = write.interaction === 'create' || makes ? 'c' : 'u';
  const isPatientSide = requireWriteScope(access, interaction, type) !== 'unrestricted';
  requireRule(access, interaction, type);
  if (isPatientSide) checkMembers(resource);
  const bound = writeBound(access, interaction, type);
  const visible = interaction === 'u' ? changeable(access, 'u', type) : undefined;
  makeReferencesLocal(resource, options.baseUrl);
  const unclear = referenceIssues(resource, options.baseUrl);
  if (unclear.length > 0) throw invalidResource(unclear);
  checkStaffWrite(access, interaction, resource as Json, bound !== undefined);
  const withId = write.interaction === 'create' ? withoutId(resource) : resource;
  const open = [
    ...profileIssues(options, withId),
    ...(await answerIssues(preparation.store, withId, together)),
  ];
  refuseFaults(open.some(({ question }) => question) ? await answered(preparation, open) : open);
  if (type === 'Patient' && resource.id !== id) resource.id = id;
  const before = interaction === 'u' ? await liveVersion(preparation, visible, type, id) : undefined;
  // Of another version first: what somebody else changed meanwhile would look like a change that is not this patient's to make.
  const expectedVersion =
    write.interaction === 'update'
      ? expected(write.expectedVersion, before?.version, before !== undefined)
      : undefined;
  checkWrite(access, interaction, resource as Json, before?.json);
  checkOwnMarks(access, resource as Json, before?.json);
  if (isPatientSide) settlePatientSide(access, resource, before?.json);
  else settleClinicSide(resource, interaction === 'c' && isSystem(access));
  if (type === 'Subscription')
    await settleSubscription(preparation.store, options.subscriptions, access, resource, before?.json);
  if (type === 'Basic') checkTopic(resource, !isPatientSide && bound === undefined, options.subscriptions);
  if (isPatientSide && type === 'Patient' && before && markContacts(resource, before.json, Date.now()))
    changedContacts.add(id);
  const live = before?.json ?? (visible && (await requireLive(preparation, visible, type, id)));
  if (before) checkStaffChange(access, before.json);
  if (bound && DIARIES.has(type)) await requireOwnDiary(preparation.store, access, resource as Json, live);
  if (isPatientSide && interaction === 'c') settlePool(resource);
  await settleReferences(preparation, interaction, resource, own, before?.json);
  const references = localReferences(resource);
  const entries = indexEntries(resource, ownersOf({ ...resource, id }));
  if (isPatientSide) checkIndexable(entries);
  const common = {
    type,
    id,
    text: resourceText(resource, id),
    entries,
    ...(options.referenceIntegrity
      ? { requires: references.filter((reference) => reference !== `${type}/${id}`) }
      : {}),
  };
  const condition = write.ifNoneExist && {
    ifNoneExist: and(restrict(access, write.ifNoneExist), requireReadCondition(access, type, 's')),
  };
  if (write.interaction === 'create') return { kind: 'create', ...common, ...condition };
  return {
    kind: 'update',
    ...common,
    ...condition,
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    ...visibleTo(access, type, visible),
  };
}

/** What the live version must satisfy for this writer to change it. */
function visibleTo(
  access: AccessContext,
  type: string,
  visible: QueryNode | undefined,
): { visible?: QueryNode } {
  if (type === 'Subscription') return { visible: subscriptionsOf(access) };
  return visible ? { visible } : {};
}

/** What somebody writes refers to what they may read, and is called as it is called: rule R10 of docs/SECURITY.md. What an operation writes for them, too. */
export async function settleReferences(
  { store, access, find, reach }: Pick<Preparation, 'store' | 'access' | 'find' | 'reach'>,
  interaction: 'c' | 'u',
  resource: ResourceJson,
  own: ReadonlySet<string> = new Set(),
  before?: Json,
): Promise<void> {
  const { resourceType: type } = resource;
  const owner = requireWriteScope(access, interaction, type);
  const bound = writeBound(access, interaction, type);
  if (owner === 'unrestricted') {
    const within = nameable(access, bound);
    if (within.kind === 'all') return;
    const references = localReferences(resource);
    const known = new Set([...own, ...(await patientsWithin(reach, within, references))]);
    await requireReadable(find, withinBound(access, bound ?? all), references, known);
    const lasting = lastingBound(access, interaction, type);
    if (lasting && makesRelation(access, resource as Json, before))
      await requireLasting(reach, lasting, ownersOf(resource as Json));
    return;
  }
  const known = [...own, ...knownTo(access, owner), ...(before ? localReferences(before) : [])];
  await requireReadable(find, access, localReferences(resource), new Set(known));
  await setNames(store, resource, before, selfOf(access));
}

/** A record that is open for an emergency alone is not kept open by what is written meanwhile. */
async function requireLasting(
  reach: Pick<OwnerReach, 'holds'>,
  lasting: QueryNode,
  owners: readonly string[],
): Promise<void> {
  for (const owner of owners)
    if (!(await reach.holds(lasting, owner)))
      throw forbidden(
        'This record is open to you for an emergency: it is for somebody else to write down that you look after this patient.',
      );
}

async function patientsWithin(
  reach: Pick<OwnerReach, 'holds'>,
  bound: QueryNode,
  references: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const reference of references) {
    const [type, id = ''] = reference.split('/');
    if (type === 'Patient' && (await reach.holds(bound, id))) found.push(reference);
  }
  return found;
}

/** Structure and R4's own rules first; profiles are asked of what passes those. What is left are warnings, and questions of codes. */
function profileIssues(
  { requiredProfiles, uncheckedProfiles }: RepositoryOptions,
  resource: ResourceJson,
): readonly Issue[] {
  const issues = resourceIssues(resource);
  const faults = issues.filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw invalidResource(faults);
  const required = requiredProfiles.get(resource.resourceType) ?? [];
  const beyond = validateProfiles(resource, [...required, ...claimedProfiles(resource)], uncheckedProfiles);
  refuseFaults(beyond);
  if (resource.resourceType === 'SearchParameter')
    checkSearchParameter(resource as unknown as SearchParameterResource);
  return [...issues, ...beyond];
}

const answered = ({ store, options }: Preparation, issues: readonly Issue[]): Promise<Issue[]> =>
  answerQuestions(allTerminologies(store, options.terminology ?? {}), issues);

/** 422 for what is wrong beyond R4's own structure; warnings refuse nothing. */
function refuseFaults(issues: readonly Issue[]): void {
  const faults = issues.filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw invalidProfile(faults);
}

/** A server names what it creates; an id in the body of a create means nothing. */
function withoutId(resource: ResourceJson): ResourceJson {
  if (resource.id === undefined) return resource;
  delete resource.id;
  return resource;
}

/** What was checked against the version read must still be that version when it is written. */
function expected(asked: number | undefined, read: number | undefined, wasRead: boolean): number | undefined {
  if (asked !== undefined && wasRead && asked !== read) {
    throw preconditionFailed('The resource has another version than If-Match says. Read it again.');
  }
  return asked ?? read;
}

/** Only where a rule compares with what is stored: a patient's own changes, and some of staff. `ofStaff`: what these may change. */
async function liveVersion(
  { store, access }: Preparation,
  ofStaff: QueryNode | undefined,
  type: string,
  id: string,
): Promise<{ version: number; json: Json } | undefined> {
  if (type === 'Subscription') return liveSubscription(store, access, id);
  const isStaffWrite = requireWriteScope(access, 'u', type) === 'unrestricted';
  if (isStaffWrite && !(access.staff && WATCHED.has(type))) return undefined;
  const visible = isStaffWrite ? ofStaff : requireReadCondition(access, type, 'r');
  const found = await store.read(type, id, visible);
  if (found?.body) return { version: found.version, json: JSON.parse(found.body) as Json };
  if (visible) throw notFound(type, id);
  return undefined;
}

/** undefined where there is none; of a person there must be one, theirs: nobody learns which ids others have. */
async function liveSubscription(
  store: ResourceStore,
  access: AccessContext,
  id: string,
): Promise<{ version: number; json: Json } | undefined> {
  const found = await store.read('Subscription', id, subscriptionsOf(access));
  if (found?.body !== undefined) return { version: found.version, json: JSON.parse(found.body) as Json };
  if (isSystem(access)) return undefined;
  throw notFound('Subscription', id);
}

/** Of staff with a bound: what is out of their reach and what is not there answer alike, so they name no new ids. */
async function requireLive(
  { store }: Preparation,
  visible: QueryNode,
  type: string,
  id: string,
): Promise<Json> {
  const found = await store.read(type, id, visible);
  if (!found?.body) throw notFound(type, id);
  return JSON.parse(found.body) as Json;
}

/** What a member of staff is about to delete; of a system, or where there is nothing: undefined. */
async function stands(
  preparation: Preparation,
  visible: QueryNode | undefined,
  { type, id }: Write & { interaction: 'delete' },
): Promise<Json | undefined> {
  if (visible) return requireLive(preparation, visible, type, id);
  if (!preparation.access.staff) return undefined;
  const found = await preparation.store.read(type, id);
  return found?.body === undefined ? undefined : (JSON.parse(found.body) as Json);
}

async function prepareDelete(
  preparation: Preparation,
  write: Write & { interaction: 'delete' },
): Promise<WriteOperation> {
  const { access, options } = preparation;
  const scope = requireWriteScope(access, 'd', write.type);
  if (scope !== 'unrestricted')
    checkWrite(access, 'd', { resourceType: write.type, id: write.id }, undefined);
  const visible = changeable(access, 'd', write.type);
  const before = await stands(preparation, visible, write);
  if (visible && before) checkStaffChange(access, before);
  if (visible && DIARIES.has(write.type)) await requireOwnDiary(preparation.store, access, before);
  if (write.type === 'Subscription') await liveSubscription(preparation.store, access, write.id);
  return {
    kind: 'delete',
    type: write.type,
    id: write.id,
    ...(write.expectedVersion === undefined ? {} : { expectedVersion: write.expectedVersion }),
    ...(options.referenceIntegrity ? await unlessReferenced(access, preparation.reach, before) : {}),
    ...visibleTo(access, write.type, visible),
  };
}
