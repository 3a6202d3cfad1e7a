/**
 * What the clinic keeps from somebody stays so when a system sends it again (docs/decisions/0041): the same resource, or a new one in its place (its identifier, or by what it
 * says that it replaces), with the values that a report brings. Found out for all that is written together, for a report and its values come in any order.
 */
import type { AccessContext } from '../../access/access-context.ts';
import { ownersOf } from '../../access/owner-table.ts';
import { isStaff, isSystem } from '../../access/read-condition.ts';
import { heldFrom, type Label, marked, sameLabel, withLabels } from '../../access/sent-labels.ts';
import { createBreath } from '../../breath.ts';
import { localName, localReference, makeReferencesLocal } from '../../search/own-references.ts';
import { and, or, type QueryNode } from '../../search/query.ts';
import {
  type CreateOperation,
  type ResourceStore,
  type StoredVersion,
  StoreError,
  type UpdateOperation,
  type WriteOperation,
} from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { cloneJson, parseJson, type ResourceJson } from '../text/resource-text.ts';
import { addAnswered, mayAnswer } from './answered-labels.ts';
import type { LabelsBeside } from './labels-beside.ts';
import { lastLive } from './last-live.ts';
import type { Preparation } from './preparation.ts';
import type { Writing } from './write.ts';

/** What a write carries over. */
export interface Carried {
  /** As it was; undefined: nothing was there, or it bore no label. */
  readonly before: ResourceJson | undefined;
  readonly labels: readonly Label[];
  /** What must still be so when it is written: else somebody has put a label on it meanwhile. */
  readonly guard: { readonly expectedVersion: number } | { readonly visible: QueryNode } | undefined;
}

interface Found {
  readonly write: Writing;
  readonly version: StoredVersion | undefined;
  /** With its text, also of what was deleted. */
  readonly live: StoredVersion | undefined;
  labels: readonly Label[];
}

type Reading = Pick<ResourceStore, 'read' | 'vread' | 'search'>;

/** Values of one report, with the members of its panels. */
const MOST_PARTS = 500;
/** So many are looked for at once. */
const AT_ONCE = 100;
const MOST_ALIKE = 200;

const UNLABELLED: QueryNode = { kind: 'missing', param: '_security', missing: true };
const LABELLED: QueryNode = { kind: 'missing', param: '_security', missing: false };

/** Of a system's writes; nothing of a person's, who says by leaving a label out that it goes. `beside`: what else gets labels is added to it. */
export async function carriedLabels(
  { store, options, access }: Pick<Preparation, 'store' | 'options' | 'access'>,
  writes: readonly Writing[],
  beside: LabelsBeside,
): Promise<ReadonlyMap<Writing, Carried>> {
  if (!isSystem(access)) return ofPeople({ store, options, access }, writes, beside);
  const looker = { store, client: access.clientId, baseUrl: options.baseUrl };
  const breath = createBreath();
  const all: Found[] = [];
  for (let from = 0; from < writes.length; from += AT_ONCE) {
    await breath();
    const some = writes.slice(from, from + AT_ONCE);
    all.push(...(await Promise.all(some.map((write) => found(store, write)))));
  }
  for (const each of all) {
    await breath();
    each.labels = [...ofBefore(looker, each), ...(await ofReplaced(looker, each))];
  }
  await addAlike(looker, all);
  await addAnswered({ store, baseUrl: options.baseUrl, beside }, all);
  await addToParts(looker, all, beside);
  await addToWholes(looker, all);
  return new Map(all.map((each) => [each.write, carried(each)]));
}

/** Of what a person writes, only what it answers or takes the place of counts: what they say of its labels themselves is the clinic's word. */
async function ofPeople(
  { store, options, access }: Pick<Preparation, 'store' | 'options' | 'access'>,
  writes: readonly Writing[],
  beside: LabelsBeside,
): Promise<ReadonlyMap<Writing, Carried>> {
  const { baseUrl } = options;
  const namesAny = (write: Writing): boolean =>
    mayAnswer(write) || replacedBy(write.resource, baseUrl).length > 0;
  if (!writes.some(namesAny)) return new Map();
  const all: Found[] = [];
  for (const write of writes)
    all.push(
      namesAny(write)
        ? await found(store, write)
        : { write, version: undefined, live: undefined, labels: [] },
    );
  const isOfClinic = isStaff(access);
  await addAnswered(
    {
      store,
      baseUrl,
      alsoNamed: (resource) => replacedBy(resource, baseUrl),
      beside: isOfClinic ? beside : undefined,
    },
    all,
  );
  if (isOfClinic) await addToParts({ store, client: '', baseUrl }, all, beside);
  return new Map(
    all
      .filter(({ write, labels }) => labels.length > 0 && !isByName(write))
      .map(({ write, labels }) => [write, { before: undefined, labels, guard: undefined }]),
  );
}

async function found(store: Reading, write: Writing): Promise<Found> {
  const isNew = write.interaction === 'create' || write.isNewId === true;
  const { resourceType: type } = write.resource;
  const version = isNew ? undefined : await store.read(type, write.id);
  return { write, version, live: await lastLive(store, version), labels: [] };
}

function carried({ write, version, live, labels }: Found): Carried {
  const before = isLabelled(live) ? (parseJson(live.body) as ResourceJson) : undefined;
  return { before, labels: isByName(write) ? [] : labels, guard: guardOf(write, version, before) };
}

/** Changes the resource. What a person writes with a label is the clinic's. */
export function settleLabels(access: AccessContext, write: Writing, carried: Carried | undefined): void {
  const { resource } = write;
  const sender = !isSystem(access) || access.caller || isByName(write) ? undefined : access.clientId;
  const meta = marked(withLabels(resource, carried?.labels ?? []), sender, carried?.before, carried?.labels);
  if (meta === undefined) delete resource.meta;
  else resource.meta = meta;
}

/** Changes the resource. The patient's side says nothing of labels (patient-side.ts): what it answers does. */
export function carryLabels(resource: ResourceJson, carried: Carried | undefined): void {
  const { meta } = withLabels(resource, carried?.labels ?? []);
  if (meta !== undefined) resource.meta = meta;
}

/** By their texts, which go along into what becomes of an operation. */
const guards = new WeakSet<object>();

export function guarded(operation: UpdateOperation, guard: NonNullable<Carried['guard']>): UpdateOperation {
  guards.add(operation.text);
  return { ...operation, ...guard };
}

/** What is to be stored is another text than was prepared: a guard goes along. */
export function retold<T extends CreateOperation | UpdateOperation>(
  operation: T,
  { text, entries }: Pick<UpdateOperation, 'text' | 'entries'>,
): T {
  if (guards.has(operation.text)) guards.add(text);
  return { ...operation, text, entries };
}

/** Whether it was refused for what somebody wrote meanwhile, and not for what its writer asked: it is prepared anew. */
export function wasOvertaken(error: unknown, operations: readonly WriteOperation[]): boolean {
  if (!(error instanceof StoreError) || !['not-found', 'version-mismatch'].includes(error.fault))
    return false;
  const operation = operations[error.index];
  return operation?.kind === 'update' && guards.has(operation.text);
}

/** A label that is put on at the same moment is not written over. */
function guardOf(
  write: Writing,
  version: StoredVersion | undefined,
  before: ResourceJson | undefined,
): Carried['guard'] {
  const isPinned = write.interaction === 'update' && write.expectedVersion !== undefined;
  if (version?.body === undefined || isPinned || write.resource.resourceType === 'Subscription')
    return undefined;
  return before ? { expectedVersion: version.version } : { visible: UNLABELLED };
}

/** `$meta-add` and `$meta-delete` say of each label what becomes of it. */
const isByName = (write: Writing): boolean => write.interaction === 'update' && write.namesLabels === true;

type WithBody = StoredVersion & { readonly body: string };

/** Asked of the text first: most that is stored has no label, and need not be read. */
const isLabelled = (version: StoredVersion | undefined): version is WithBody =>
  version?.body?.includes('"security"') === true;

interface Looker {
  readonly store: Reading;
  readonly client: string;
  readonly baseUrl: string;
}

const ofBefore = ({ client }: Looker, { live }: Found): readonly Label[] =>
  isLabelled(live) ? heldFrom(client, parseJson(live.body) as ResourceJson) : [];

/** Of what it says now, and did not say before, that it stands in the place of. */
async function ofReplaced({ store, client, baseUrl }: Looker, { write, live }: Found): Promise<Label[]> {
  const now = replacedBy(write.resource, baseUrl);
  if (now.length === 0) return [];
  const then = new Set(live?.body ? replacedBy(parseJson(live.body) as ResourceJson, baseUrl) : []);
  const labels: Label[] = [];
  for (const name of now.filter((each) => !then.has(each)).slice(0, MOST_ALIKE)) {
    const [type = '', id = ''] = name.split('/');
    const replaced = await lastLive(store, await store.read(type, id));
    if (isLabelled(replaced)) labels.push(...heldFrom(client, parseJson(replaced.body) as ResourceJson));
  }
  return labels;
}

/** What is new and has the identifier of something that is kept, in the same record: a laboratory may send what it puts right as a resource of its own. */
async function addAlike({ store, client, baseUrl }: Looker, all: readonly Found[]): Promise<void> {
  const breath = createBreath();
  const made = all.filter(({ live }) => live === undefined);
  for (const [type, some] of Map.groupBy(made, ({ write }) => write.resource.resourceType)) {
    const wanted = [...new Set(some.flatMap(({ write }) => identifiersOf(write.resource).map(nameOf)))];
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const names = wanted.slice(from, from + AT_ONCE);
      const { matches } = await store.search({
        type,
        where: and(LABELLED, or(...names.map(identified))),
        sort: [{ by: 'mainDate', descending: true }],
        count: MOST_ALIKE,
        total: 'none',
      });
      for (const match of matches) {
        await breath();
        const kept = parseJson(match.body ?? '{}') as ResourceJson;
        const labels = heldFrom(client, kept);
        if (labels.length === 0) continue;
        for (const each of some)
          if (isAlike(kept, each.write.resource, baseUrl)) each.labels = [...each.labels, ...labels];
      }
    }
  }
}

interface Identifier {
  readonly system?: string;
  readonly value?: string;
}

const identifiersOf = ({ identifier }: ResourceJson): Identifier[] =>
  listOf<Identifier>(identifier).filter(
    ({ system, value }) => typeof value === 'string' && (system === undefined || typeof system === 'string'),
  );
const nameOf = ({ system = '', value = '' }: Identifier): string => `${system}|${value}`;

function identified(name: string): QueryNode {
  const at = name.indexOf('|');
  return { kind: 'token', param: 'identifier', system: name.slice(0, at), code: name.slice(at + 1) };
}

/** The same identifier in the same record, and not of two tests that were asked for under one number. */
function isAlike(kept: ResourceJson, made: ResourceJson, baseUrl: string): boolean {
  const names = new Set(identifiersOf(made).map(nameOf));
  if (!identifiersOf(kept).some((each) => names.has(nameOf(each)))) return false;
  const local = cloneJson(made, () => undefined);
  makeReferencesLocal(local, baseUrl);
  const owners = ownersOf(local);
  if (!ownersOf(kept).some((each) => owners.includes(each))) return false;
  const [then, now] = [codesOf(kept), codesOf(made)];
  return then.length === 0 || now.length === 0 || now.some((each) => then.includes(each));
}

const codesOf = ({ code, type }: ResourceJson): string[] =>
  listOf<{ readonly coding?: unknown }>(code ?? type).flatMap(({ coding }) =>
    listOf<{ readonly system?: string; readonly code?: string }>(coding).map(
      (each) => `${each.system}|${each.code}`,
    ),
  );

/** Values that a report which is kept names now and did not name before. */
async function addToParts(looker: Looker, all: readonly Found[], beside: LabelsBeside): Promise<void> {
  const { store, baseUrl } = looker;
  const written = new Map(all.map((each) => [`${each.write.resource.resourceType}/${each.write.id}`, each]));
  const waiting = all.flatMap((each) =>
    each.labels.length > 0 && !isByName(each.write)
      ? newPartsOf(each, baseUrl).map((name) => ({ name, labels: each.labels }))
      : [],
  );
  for (let count = 0; waiting.length > 0 && count < MOST_PARTS; count++) {
    const { name, labels } = waiting.shift() as (typeof waiting)[number];
    const own = written.get(name);
    if (own) {
      const more = labels.filter((label) => !own.labels.some((each) => sameLabel(each, label)));
      own.labels = [...own.labels, ...more];
      if (more.length > 0)
        waiting.push(...newPartsOf(own, baseUrl).map((part) => ({ name: part, labels: more })));
      continue;
    }
    const stored = (await storedResource(store, name))?.resource;
    if (!stored || withLabels(stored, labels) === stored) continue;
    beside.set(name, [...(beside.get(name) ?? []), ...labels]);
    waiting.push(...partsOf(stored, baseUrl).map((part) => ({ name: part, labels })));
  }
}

/** A report that is new tells, in its words and files, what its values say: one that is kept keeps it. Of its other values nothing is said by that. */
async function addToWholes({ store, client, baseUrl }: Looker, all: readonly Found[]): Promise<void> {
  const written = new Map(all.map((each) => [`${each.write.resource.resourceType}/${each.write.id}`, each]));
  const made = all.filter(({ write, live }) => !live && write.resource.resourceType === 'DiagnosticReport');
  for (const each of made)
    for (const name of partsOf(each.write.resource, baseUrl).slice(0, MOST_PARTS)) {
      const stored = written.has(name) ? undefined : (await storedResource(store, name))?.resource;
      const labels = written.get(name)?.labels ?? (stored ? heldFrom(client, stored) : []);
      each.labels = [...each.labels, ...labels];
    }
}

function newPartsOf({ write, live }: Found, baseUrl: string): string[] {
  const then = new Set(live?.body ? partsOf(parseJson(live.body) as ResourceJson, baseUrl) : []);
  return partsOf(write.resource, baseUrl).filter((name) => !then.has(name));
}

function partsOf(resource: ResourceJson, baseUrl: string): string[] {
  const { resourceType: type, result, hasMember } = resource;
  const parts = type === 'DiagnosticReport' ? result : type === 'Observation' ? hasMember : [];
  return namesIn(listOf(parts), baseUrl);
}

/** Extensions of R4 by which a result says what it puts right or goes on with (http://hl7.org/fhir/R4/diagnosticreport-profiles.html). */
const REPLACES =
  /^http:\/\/hl7\.org\/fhir\/StructureDefinition\/(diagnosticReport-(replaces|addendumOf|extends)|observation-replaces|request-replaces|task-replaces)$/;

interface Relation {
  readonly target?: unknown;
  readonly targetReference?: unknown;
}
interface Extension {
  readonly url?: unknown;
  readonly valueReference?: unknown;
}

/** By whichever element a resource of its type says so. */
function replacedBy(resource: ResourceJson, baseUrl: string): string[] {
  const { relatesTo, replaces, priorPrescription, priorRequest, extension } = resource;
  // The same result as a document.
  const { related: results } = (resource.context ?? {}) as { readonly related?: unknown };
  const related = listOf<Relation>(relatesTo).flatMap((each) => [
    ...listOf(each.target),
    ...listOf(each.targetReference),
  ]);
  const extended = listOf<Extension>(extension).flatMap(({ url, valueReference }) =>
    typeof url === 'string' && REPLACES.test(url) ? listOf(valueReference) : [],
  );
  const said = [related, results, replaces, priorPrescription, priorRequest].flatMap((each) => listOf(each));
  return namesIn([...said, ...extended], baseUrl);
}

function namesIn(references: readonly object[], baseUrl: string): string[] {
  return references.flatMap((each) => {
    const { reference } = each as { readonly reference?: unknown };
    const name = typeof reference === 'string' ? localName(localReference(reference, baseUrl)) : undefined;
    return name === undefined ? [] : [name];
  });
}

/** Whatever was sent: nothing is known to be R4 yet. */
function listOf<T = object>(value: unknown): (T & object)[] {
  const isThing = (each: unknown): each is T & object => typeof each === 'object' && each !== null;
  if (Array.isArray(value)) return value.filter(isThing);
  return isThing(value) ? [value] : [];
}
