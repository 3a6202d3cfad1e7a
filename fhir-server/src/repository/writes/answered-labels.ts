/**
 * What is written in answer to something that is kept, or comes of it, is kept as that is (rule R18d of docs/SECURITY.md, docs/decisions/0041): by the clinic, a system or the
 * patient's side alike. It is a beginning: whoever may label takes a label off again by an update, for only what a resource newly names says anything of its labels.
 */
import { ownersOf } from '../../access/owner-table.ts';
import { type Label, sameLabel, securityOf } from '../../access/sent-labels.ts';
import { createBreath } from '../../breath.ts';
import { localName, localReference, makeReferencesLocal } from '../../search/own-references.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { cloneJson, parseJson, type ResourceJson } from '../text/resource-text.ts';
import type { LabelsBeside } from './labels-beside.ts';
import { lastLive } from './last-live.ts';
import type { Writing } from './write.ts';

/** By which a resource says what it answers, or of what it comes (https://hl7.org/fhir/R4/patterns.html: request, event). */
const ANSWERED = [
  ...['inResponseTo', 'basedOn', 'partOf', 'derivedFrom', 'request', 'prescription', 'originalPrescription'],
  ...['authorizingPrescription', 'appointment', 'claim', 'claimResponse', 'parent'],
] as const;

/** Of one resource. */
const MOST_NAMED = 200;

export interface Answering {
  readonly write: Writing;
  /** What stood there before, with its text. */
  readonly live: StoredVersion | undefined;
  labels: readonly Label[];
}

interface Looking {
  readonly store: Pick<ResourceStore, 'read' | 'vread'>;
  readonly baseUrl: string;
  /** What else a resource says that counts as well: what it stands in the place of. */
  readonly alsoNamed?: (resource: ResourceJson) => readonly string[];
  /** What is named as a Task's output and not written itself gets the labels here; undefined: it is not this caller's to change. */
  readonly beside: LabelsBeside | undefined;
}

/** Adds to the labels of each. */
export async function addAnswered(looking: Looking, all: readonly Answering[]): Promise<void> {
  const breath = createBreath();
  const written = new Map(all.map((each) => [`${each.write.resource.resourceType}/${each.write.id}`, each]));
  const within: (readonly [from: Answering, to: Answering])[] = [];
  for (const each of all) {
    await breath();
    const names = newlyNamed(looking, each);
    const owners = names.length > 0 ? ownersWithin(each.write.resource, looking.baseUrl) : [];
    for (const name of names.slice(0, MOST_NAMED)) {
      const source = written.get(name);
      if (source) within.push([source, each]);
      else add(each, await labelsToHandOn(looking, name, owners));
    }
  }
  await handOn(within);
  for (const task of all.filter(({ write }) => write.resource.resourceType === 'Task'))
    if (await addToOutputs(looking, task, written)) await handOn(within);
}

/** From one that is written to another, however many are in a row. */
async function handOn(within: readonly (readonly [from: Answering, to: Answering])[]): Promise<void> {
  const breath = createBreath();
  for (let isNew = true; isNew; ) {
    await breath();
    isNew = false;
    for (const [from, to] of within) isNew = add(to, labelsNow(from)) || isNew;
  }
}

const labelsNow = ({ write, labels }: Answering): readonly Label[] => [
  ...securityOf(write.resource),
  ...labels,
];

/** Of what a Task is about: what came of the Task is what came of that. True where one that is written has new labels. */
async function addToOutputs(
  looking: Looking,
  task: Answering,
  written: ReadonlyMap<string, Answering>,
): Promise<boolean> {
  const { resource } = task.write;
  const outputs = newNames(task, (each) => outputsOf(each, looking.baseUrl)).slice(0, MOST_NAMED);
  if (outputs.length === 0) return false;
  const owners = ownersWithin(resource, looking.baseUrl);
  const labels = [...labelsNow(task)];
  for (const name of namesIn([resource.focus], looking.baseUrl)) {
    const source = written.get(name);
    labels.push(...(source ? labelsNow(source) : await labelsToHandOn(looking, name, owners)));
  }
  // That colleagues keep their work among themselves says nothing of what comes of it.
  const kept = labels.filter((label) => isHandedOn(label) && !isForLater(label));
  let isNew = false;
  for (const name of kept.length > 0 ? outputs : []) {
    const own = written.get(name);
    if (own) isNew = add(own, kept) || isNew;
    else await addBeside(looking, name, { kept, owners });
  }
  return isNew;
}

async function addBeside(
  { store, beside }: Looking,
  name: string,
  { kept, owners }: { readonly kept: readonly Label[]; readonly owners: readonly string[] },
): Promise<void> {
  const stored = beside ? await storedResource(store, name) : undefined;
  if (!beside || !stored || !isOfOne(owners, ownersOf(stored.resource))) return;
  const missing = without(kept, securityOf(stored.resource));
  if (missing.length > 0) beside.set(name, [...(beside.get(name) ?? []), ...missing]);
}

/** Of what is stored in the same record, or was. */
async function labelsToHandOn(
  { store }: Looking,
  name: string,
  owners: readonly string[],
): Promise<readonly Label[]> {
  const [type = '', id = ''] = name.split('/');
  const found = await lastLive(store, await store.read(type, id));
  if (!found?.body?.includes('"security"')) return [];
  const source = parseJson(found.body) as ResourceJson;
  return isOfOne(owners, ownersOf(source)) ? securityOf(source) : [];
}

/** True where one is new. */
function add(to: Answering, labels: readonly Label[]): boolean {
  const isToPatient = TO_PATIENTS.has(to.write.resource.resourceType);
  const wanted = labels.filter((label) => isHandedOn(label) && !(isToPatient && isForLater(label)));
  const more = without(wanted, to.labels);
  to.labels = [...to.labels, ...more];
  return more.length > 0;
}

const without = (labels: readonly Label[], known: readonly Label[]): Label[] =>
  labels.filter((label) => !known.some((each) => sameLabel(each, label)));

/** What somebody of the clinic says or arranges with the patient: that the patient does not read yet what it is about is no reason to keep it from them. */
const TO_PATIENTS: ReadonlySet<string> = new Set(['Appointment', 'AppointmentResponse', 'Communication']);

const isForLater = ({ code }: Label): boolean => code === 'NOPAT';

/** Labels that keep from somebody: not how little confidential it is, and not whose word it is (https://hl7.org/fhir/R4/valueset-security-labels.html). */
const SAYS_NOTHING: ReadonlySet<string> = new Set(
  ['U', 'L', 'M', 'N'].map((code) => `http://terminology.hl7.org/CodeSystem/v3-Confidentiality|${code}`),
);
const isHandedOn = ({ system = '', code = '' }: Label): boolean =>
  system !== 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue' &&
  !SAYS_NOTHING.has(`${system}|${code}`);

const newlyNamed = ({ baseUrl, alsoNamed }: Looking, each: Answering): string[] =>
  newNames(each, (resource) => [
    ...namesIn(
      ANSWERED.map((name) => resource[name]),
      baseUrl,
    ),
    ...(alsoNamed?.(resource) ?? []),
  ]);

function newNames({ write, live }: Answering, namesOf: (resource: ResourceJson) => readonly string[]) {
  const now = namesOf(write.resource);
  if (now.length === 0 || !live?.body) return [...new Set(now)];
  const then = new Set(namesOf(parseJson(live.body) as ResourceJson));
  return [...new Set(now)].filter((name) => !then.has(name));
}

interface Output {
  readonly valueReference?: unknown;
}

const outputsOf = ({ resourceType, output }: ResourceJson, baseUrl: string): string[] =>
  resourceType === 'Task'
    ? namesIn(
        [output].flat().map((each) => (each as Output | undefined)?.valueReference),
        baseUrl,
      )
    : [];

/** Whatever was sent: nothing is known to be R4 yet. */
function namesIn(values: readonly unknown[], baseUrl: string): string[] {
  return values.flat().flatMap((each) => {
    const reference = (each as { readonly reference?: unknown } | null | undefined)?.reference;
    const name = typeof reference === 'string' ? localName(localReference(reference, baseUrl)) : undefined;
    return name === undefined ? [] : [name];
  });
}

function ownersWithin(resource: ResourceJson, baseUrl: string): readonly string[] {
  const local = cloneJson(resource, () => undefined);
  makeReferencesLocal(local, baseUrl);
  return ownersOf(local);
}

const isOfOne = (a: readonly string[], b: readonly string[]): boolean => a.some((each) => b.includes(each));

/** Whether a write names anything of which labels may come. */
export const mayAnswer = ({ resource }: Writing): boolean =>
  resource.resourceType === 'Task' || ANSWERED.some((name) => resource[name] !== undefined);
