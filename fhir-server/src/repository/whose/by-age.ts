/**
 * What holds by the patient's age for whoever acts for them: of parents and guardians (age-policy.json, `parents`), whenever they were recorded, and of everybody whose
 * access is from when the patient was a child. Whom the patient invited is not concerned. Read from the store each time, so that it counts from the next introspection on.
 */
import { dayIn } from '@wellspring/serving/time-zone';
import type { AgePolicy } from '../../access/age-policy.ts';
import { dayOfAge, openedBy, rulesReached, type Withheld, withheldBy } from '../../access/age-rules.ts';
import { patientId } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import { zoneOf } from './zones.ts';

type Store = Pick<ResourceStore, 'read' | 'vread'>;

export interface RelatedPerson {
  readonly active?: boolean;
  readonly identifier?: readonly { readonly system?: string }[];
  readonly patient?: { readonly reference?: string };
  readonly relationship?: readonly {
    readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
  }[];
  readonly period?: { readonly start?: string; readonly end?: string };
}

export interface Child {
  readonly birthDate: string | undefined;
  /** The clinic's day. */
  readonly today: string;
  readonly timeZone: string;
}

export interface RightsByAge {
  /** Open only as far as a Consent of the patient renews it. */
  readonly ended: boolean;
  readonly withheld: Withheld;
  /** Labels of confidentiality that are not withheld yet. */
  readonly opensLabels: readonly string[];
}

const NONE: RightsByAge = { ended: false, withheld: { labels: [], types: [] }, opensLabels: [] };

/** undefined: there is no such Patient. */
export async function childOf(store: Store, patient: string, now: number): Promise<Child | undefined> {
  const found = await storedResource<ResourceJson>(store, `Patient/${patient}`);
  if (!found) return undefined;
  const { birthDate, managingOrganization } = found.resource as {
    birthDate?: string;
    managingOrganization?: { reference?: string };
  };
  const timeZone = await zoneOf(store, managingOrganization?.reference);
  return { birthDate, timeZone, today: dayIn(timeZone, now) };
}

/** Of `RelatedPerson/[id]`, whom no patient invited. */
export async function rightsByAge(
  store: Store,
  policy: AgePolicy,
  id: string,
  person: RelatedPerson,
  now: number,
): Promise<RightsByAge> {
  const patient = patientId(person.patient?.reference);
  const child = patient === undefined ? undefined : await childOf(store, patient, now);
  if (!child || !(await isByAge(store, policy, id, person, child))) return NONE;
  const reached = rulesReached(policy, child.birthDate, child.today);
  const withheld = withheldBy(reached);
  return { ended: reached.some(({ ended }) => ended), withheld, opensLabels: openedBy(withheld) };
}

/** Their access rests on the patient's being a child. */
export async function isByAge(
  store: Store,
  { parents, rules }: AgePolicy,
  id: string,
  { relationship = [], period }: RelatedPerson,
  { birthDate, timeZone }: Child,
): Promise<boolean> {
  const codings = relationship.flatMap(({ coding = [] }) => coding);
  if (codings.some(({ system, code }) => parents.has(`${system}|${code}`))) return true;
  const end = rules.find(({ ended }) => ended);
  if (!end) return false;
  const grown = dayOfAge(birthDate, end.from);
  // Of whom it can't be said when they grew up, or since when somebody acts for them, it may be so.
  if (grown === undefined) return true;
  const since = period?.start?.slice(0, 10) ?? (await recordedOn(store, id, timeZone));
  return since === undefined || since < grown;
}

async function recordedOn(store: Store, id: string, timeZone: string): Promise<string | undefined> {
  const first = await store.vread('RelatedPerson', id, 1, { kind: 'all' });
  return first && dayIn(timeZone, first.lastUpdated);
}

/** As it is stored; undefined: there is none. */
export async function relatedPersonOf(store: Store, id: string): Promise<RelatedPerson | undefined> {
  const found = await store.read('RelatedPerson', id);
  return found?.body === undefined ? undefined : (resourceOf(found) as RelatedPerson);
}
