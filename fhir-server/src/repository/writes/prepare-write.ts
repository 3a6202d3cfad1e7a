import type { AccessContext } from '../../access/access-context.ts';
import { writerOf } from '../../access/authorship.ts';
import { checkWrite, requireRule, requireWriteScope } from '../../access/check-write.ts';
import { markContacts } from '../../access/contact-marks.ts';
import { checkOwnMarks } from '../../access/own-marks.ts';
import { ownersOf } from '../../access/owner-table.ts';
import { settleClinicSide, settlePatientSide } from '../../access/patient-side.ts';
import { isSystem, requireReadCondition } from '../../access/read-condition.ts';
import { restrict } from '../../access/restrict.ts';
import { changeable, checkStaffChange, checkStaffWrite, writeBound } from '../../access/staff-writes.ts';
import { subscriptionsOf } from '../../access/subscriber.ts';
import type { Json } from '../../access/write-rules.ts';
import { indexEntries } from '../../search/index-entries.ts';
import { and, type QueryNode } from '../../search/query.ts';
import { patientsUsed } from '../../search/replaced.ts';
import type { ResourceStore, UpdateOperation, WriteOperation } from '../../store/store.ts';
import { checkOwnRules } from '../checks/own-rules.ts';
import { localReferences } from '../references.ts';
import { wrongVersion } from '../store-faults.ts';
import { checkTopic } from '../stored-topics.ts';
import { criteriaBudget, settleSubscription } from '../subscription-writes.ts';
import { type ResourceJson, resourceText } from '../text/resource-text.ts';
import { checkIndexable, checkMembers } from '../text/size-limits.ts';
import { DIARIES, requireOwnDiary } from '../visits/diary.ts';
import { ON_OTHERS_TIME, requireOwnTime } from '../visits/others-time.ts';
import { checkTick } from '../work/ticked-off.ts';
import { settlePool } from '../work/work-items.ts';
import { type Carried, carryLabels, guarded, settleLabels } from './carried-labels.ts';
import { checkContent, settleAddresses } from './check-content.ts';
import { settleFormerFiles } from './former-files.ts';
import type { LabelsBeside } from './labels-beside.ts';
import { isLive, type LiveVersion, liveVersion, requireLive } from './live-version.ts';
import type { Preparation } from './preparation.ts';
import { requireSamePatient } from './same-patient.ts';
import { settleReferences } from './settle-references.ts';
import { requireVersions } from './version-references.ts';
import type { Writing } from './write.ts';

/** What is written in the same commit. */
export interface Together {
  /** `Type/id` of each. */
  readonly names: ReadonlySet<string>;
  readonly resources: readonly ResourceJson[];
  /** The same by their names. */
  readonly named: ReadonlyMap<string, ResourceJson>;
  /** Ids of the Patients whose contact data a patient changed: added to here. */
  readonly changedContacts: Set<string>;
  /** Of files that are named no more by what was kept with them: added to here. */
  readonly labelsBeside: LabelsBeside;
  /** Of a system's writes. */
  readonly carried: ReadonlyMap<Writing, Carried>;
}

/** Which rules a write is under. */
interface Asked {
  readonly interaction: 'c' | 'u';
  readonly isPatientSide: boolean;
  /** The records that a member of staff may write in; undefined: any, or none of them. */
  readonly bound: QueryNode | undefined;
  /** What must be so of the live version for it to be changed. */
  readonly visible: QueryNode | undefined;
}

/** A create or update that this caller may make, as the store takes it. The resource is changed to what will be stored. */
export async function prepareWrite(
  preparation: Preparation,
  write: Writing,
  together: Together,
): Promise<WriteOperation> {
  const { access, options } = preparation;
  const { resource, id } = write;
  const { resourceType: type } = resource;
  const asked = askedOf(access, write);
  if (asked.isPatientSide) checkMembers(resource);
  settleAddresses(resource, options.baseUrl);
  checkStaffWrite(access, asked.interaction, resource as Json, asked.bound !== undefined);
  // A server names what it creates; an id in the body of a create means nothing.
  if (write.interaction === 'create') delete resource.id;
  await checkContent(preparation, resource, together.resources);
  if (type === 'Patient' && resource.id !== id) resource.id = id;
  const before =
    asked.interaction === 'u' ? await liveVersion(preparation, asked.visible, type, id) : undefined;
  // Of another version first: what somebody else changed meanwhile would look like a change that is not this patient's to make.
  const expectedVersion =
    write.interaction === 'update' ? expected(write.expectedVersion, before) : undefined;
  await settle(preparation, asked, write, before?.json, together);
  const carried = together.carried.get(write);
  if (asked.isPatientSide) carryLabels(resource, carried);
  else settleLabels(access, write, carried);
  if (write.interaction === 'update')
    await settleFormerFiles(preparation.store, resource, id, together.labelsBeside);
  const common = stored(preparation, asked, write, together.names);
  if (write.interaction === 'create') return { kind: 'create', ...common };
  const visible = type === 'Subscription' ? subscriptionsOf(access) : asked.visible;
  const operation: UpdateOperation = {
    kind: 'update',
    ...common,
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    ...(visible ? { visible } : {}),
    ...(write.revives ? { revives: true } : {}),
    ...(write.unlessReferredToBeside ? { unlessReferredToBeside: write.unlessReferredToBeside } : {}),
  };
  return carried?.guard ? guarded(operation, carried.guard) : operation;
}

/** 403 where this caller writes nothing of this kind. */
function askedOf(access: AccessContext, write: Writing): Asked {
  const { resourceType: type } = write.resource;
  const ofStaff = write.interaction === 'update' ? changeable(access, 'u', type) : undefined;
  // Where what may be written is bound, what a condition did not find is a create. By an id of the client's own it stays an update: what is out of reach may be under it.
  const makes = write.interaction === 'update' && write.isNewId === true && ofStaff !== undefined;
  const interaction = write.interaction === 'create' || makes ? 'c' : 'u';
  const isPatientSide = requireWriteScope(access, interaction, type) !== 'unrestricted';
  requireRule(access, interaction, type);
  return {
    interaction,
    isPatientSide,
    bound: writeBound(access, interaction, type),
    visible: interaction === 'u' ? ofStaff : undefined,
  };
}

/** What was checked against the version read must still be that version when it is written. */
function expected(asked: number | undefined, read: LiveVersion | undefined): number | undefined {
  if (asked !== undefined && read && asked !== read.version) throw wrongVersion(asked);
  return asked ?? read?.version;
}

/** What a mark is brought along with: also a system's own id (an import, a restore) where nothing is yet. */
async function isMade(
  store: ResourceStore,
  interaction: 'c' | 'u',
  { resource, id }: Pick<Writing, 'resource' | 'id'>,
): Promise<boolean> {
  if (interaction === 'c' || writerOf(resource) === undefined) return interaction === 'c';
  return !(await isLive(store, resource.resourceType, id));
}

/** The rules of who writes what, against what is stored; and what the server says in the resource itself. */
async function settle(
  preparation: Preparation,
  asked: Asked,
  { resource, id }: Writing,
  before: Json | undefined,
  { names, resources, named, changedContacts }: Together,
): Promise<void> {
  const { access, options, store } = preparation;
  const { interaction, isPatientSide, bound, visible } = asked;
  const { resourceType: type } = resource;
  checkWrite(access, interaction, resource as Json, before);
  checkOwnMarks(access, resource as Json, before);
  await checkOwnRules(
    resource,
    { store, subscriptions: options.subscriptions, budget: criteriaBudget(access) },
    id,
  );
  if (isPatientSide) settlePatientSide(access, resource, before);
  else {
    const isSystemCreate = isSystem(access) && (await isMade(store, interaction, { resource, id }));
    settleClinicSide(access, resource, isSystemCreate);
  }
  if (type === 'Subscription')
    await settleSubscription(store, options.subscriptions, access, resource, before);
  if (type === 'Basic') {
    const mayAdminister = !isPatientSide && bound === undefined;
    await checkTopic({ resource, id }, mayAdminister, options.subscriptions, resources);
  }
  if (isPatientSide && type === 'Patient' && before && markContacts(resource, before, Date.now()))
    changedContacts.add(id);
  const live = before ?? (visible && (await requireLive(preparation, visible, type, id)));
  if (before) checkStaffChange(access, before);
  if (bound && DIARIES.has(type)) await requireOwnDiary(store, access, resource as Json, live);
  if (isPatientSide && interaction === 'c') settlePool(resource);
  await settleReferences(preparation, interaction, resource, names, before);
  await requireSamePatient(store, resource, id, named);
  if (options.referenceIntegrity) await requireVersions(store, resource, names);
  if (bound && ON_OTHERS_TIME.has(type)) await requireOwnTime(store, access, resource as Json, live);
  if (isPatientSide && interaction === 'c') await checkTick(access, store, resource);
}

function stored(
  { access, options }: Preparation,
  { isPatientSide }: Asked,
  write: Writing,
  own: ReadonlySet<string>,
) {
  const { resource, id, ifNoneExist } = write;
  const { resourceType: type } = resource;
  const entries = indexEntries(resource, ownersOf({ ...resource, id }));
  if (isPatientSide) checkIndexable(entries);
  const requires = localReferences(resource).filter((reference) => reference !== `${type}/${id}`);
  const uses = patientsUsed(resource, own);
  return {
    type,
    id,
    text: resourceText(resource, id),
    entries,
    ...(uses.length > 0 ? { uses } : {}),
    ...(options.referenceIntegrity ? { requires } : {}),
    ...(ifNoneExist
      ? { ifNoneExist: and(restrict(access, ifNoneExist), requireReadCondition(access, type, 's')) }
      : {}),
  };
}
