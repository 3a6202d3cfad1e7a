/** The clinic's Tasks as work is filed, found and changed: of a conversation, a request or a report, whichever door its writes come by. */
import { randomUUID } from 'node:crypto';
import { noLaterThan } from '@wellspring/profiles/put-off';
import type { AccessContext } from '../../access/access-context.ts';
import { NOT_FOR_PATIENTS } from '../../access/labels.ts';
import { WORK_GROUP } from '../../access/own-marks.ts';
import { ownersOf } from '../../access/owner-table.ts';
import { WORK_KINDS } from '../../access/write-rules.ts';
import { indexEntries } from '../../search/index-entries.ts';
import { and, or, type QueryNode } from '../../search/query.ts';
import { patientsUsed } from '../../search/replaced.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore, StoredVersion, WriteOperation } from '../../store/store.ts';
import { ownUpdate, storedResource } from '../own-writes.ts';
import { parseJson, type ResourceJson, resourceText } from '../text/resource-text.ts';
import type { Origin, Pool, Work, WorkKind } from './work-kinds.ts';

const ROLES = 'urn:wellspring:staff-role';
export const OPEN = ['requested', 'received', 'accepted', 'in-progress', 'on-hold'] as const;
/** A conversation is followed so far upwards. */
const MOST_HOPS = 50;
/** Of one search. */
const MOST_GROUPS = 200;

export interface Filed {
  /** Kinds of work of this group that go on. */
  readonly goesOn: readonly WorkKind[];
  readonly isUpdate: boolean;
  readonly isUrgent: boolean;
  readonly operation: WriteOperation;
}

export interface WrittenResource {
  readonly resource: ResourceJson;
  readonly id: string;
  readonly isUpdate: boolean;
}

export interface Desk {
  readonly store: ResourceStore;
  /** Of the person, also where an operation writes for them. */
  readonly access: AccessContext;
  readonly now: number;
}

export const ANYBODY: Origin = { isPatientSide: true, isSystem: true };

/** As the source is labelled, and not for patients. */
export function labelsOf({ meta }: ResourceJson): object[] {
  const { security = [] } = (meta ?? {}) as { security?: readonly { system?: string; code?: string }[] };
  const others = security.filter(
    ({ system, code }) => system !== NOT_FOR_PATIENTS.system || code !== NOT_FOR_PATIENTS.code,
  );
  return [...others, NOT_FOR_PATIENTS];
}

/** What all messages of a conversation have in common: its header, or its first message. */
export async function groupOf(
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

export function filed(
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

export const isOpen: QueryNode = or(...OPEN.map((status) => tokenNode('status', status)));

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

export const groupIdentifierOf = ({ groupIdentifier }: ResourceJson): string | undefined =>
  (groupIdentifier as { value?: string } | undefined)?.value;
export const focusOf = ({ focus }: ResourceJson): string | undefined =>
  (focus as { reference?: string } | undefined)?.reference;

/** Tasks of these groups for which `where` holds. */
export async function ofGroups(
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

export async function tasks(store: ResourceStore, where: QueryNode): Promise<readonly StoredVersion[]> {
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
export function changed(
  { id, body, version }: StoredVersion,
  change: (task: ResourceJson) => ResourceJson,
): WriteOperation {
  return ownUpdate({ ...change(parseJson(body as string) as ResourceJson), id }, id, version);
}
