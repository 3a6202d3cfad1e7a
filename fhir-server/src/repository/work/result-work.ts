/** What a report says of its work only by what it refers to: who ordered it, and whether one of its values is critical. */
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { isCriticalValue, type Work } from './work-kinds.ts';

/** Written together with it, by `Type/id`. */
export type Known = ReadonlyMap<string, ResourceJson>;

interface Reference {
  readonly reference?: string;
  readonly display?: string;
}
type Owner = NonNullable<Work['owner']>;

const MOST_ORDERS = 5;
const MOST_RESULTS = 100;
const LOCAL = /^[A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/;

/** It goes to who ordered it; else to whom the report names; else to the patient's own doctor; else to the pool. What is critical is urgent. */
export async function ofResult(
  store: ResourceStore,
  known: Known,
  report: ResourceJson,
  work: Work,
  patient: string,
): Promise<Work> {
  const look = looking(store, known);
  const owner =
    work.stage !== undefined
      ? ((await ordererOf(look, report)) ?? work.owner ?? (await ownDoctor(look, patient)))
      : work.owner;
  return { ...work, ...(owner ? { owner } : {}), isUrgent: await isCritical(look, report) };
}

/** Whether the values of a report are such as nobody may wait with. */
export const isCriticalReport = (
  store: ResourceStore,
  known: Known,
  report: ResourceJson,
): Promise<boolean> => isCritical(looking(store, known), report);

const looking =
  (store: ResourceStore, known: Known): Look =>
  async (reference) =>
    reference === undefined || !LOCAL.test(reference)
      ? undefined
      : (known.get(reference) ?? (await storedResource(store, reference))?.resource);

type Look = (reference: string | undefined) => Promise<ResourceJson | undefined>;

async function ordererOf(look: Look, report: ResourceJson): Promise<Owner | undefined> {
  for (const { reference } of list<Reference>(report.basedOn).slice(0, MOST_ORDERS)) {
    const owner = await practitioner(look, (await look(reference))?.requester);
    if (owner) return owner;
  }
  return undefined;
}

async function ownDoctor(look: Look, patient: string): Promise<Owner | undefined> {
  const all = list<Reference>((await look(`Patient/${patient}`))?.generalPractitioner);
  for (const each of all.slice(0, MOST_ORDERS)) {
    const owner = await practitioner(look, each);
    if (owner) return owner;
  }
  return undefined;
}

/** A person, also where they are named in one of their roles. */
async function practitioner(look: Look, named: unknown): Promise<Owner | undefined> {
  const role = ((named ?? {}) as Reference).reference;
  const person = role?.startsWith('PractitionerRole/') ? (await look(role))?.practitioner : named;
  const { reference, display } = (person ?? {}) as Reference;
  if (!reference?.startsWith('Practitioner/')) return undefined;
  return { reference, ...(display === undefined ? {} : { display }) };
}

/** Of its results, of members of its panels, and of their components. */
async function isCritical(look: Look, report: ResourceJson): Promise<boolean> {
  if (isCriticalValue(report)) return true;
  const names = new Set(namesIn(report.result));
  for (const name of names) {
    const result = await look(name);
    if (result && isCriticalValue(result)) return true;
    for (const member of namesIn(result?.hasMember)) if (names.size < MOST_RESULTS) names.add(member);
  }
  return false;
}

/** `Type/id` of each. */
export const namesIn = (references: unknown): string[] =>
  list<Reference>(references)
    .slice(0, MOST_RESULTS)
    .flatMap(({ reference }) => reference ?? []);

const list = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);
