/** The subscriptions that changes are held against, read from their resources, found by their criteria. */
import { FhirError } from '@wellspring/profiles';
import { isPatientLevel } from '../../access/read-condition.ts';
import type { KeptAccess } from '../../access/standing.ts';
import { reopenedAccess } from '../../access/standing.ts';
import { groundOf } from '../../access/subscriber.ts';
import { everyMatch } from '../../repository/every-match.ts';
import { and, type QueryNode } from '../../search/query.ts';
import type { Examined } from '../../search/satisfies.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import { createCriteriaIndex } from '../../subscriptions/criteria-index.ts';
import { patientsNamed, withSuccessors } from '../../subscriptions/merged-patients.ts';
import { type Plan, type PlanContext, planOf, type SubscriptionResource } from '../../subscriptions/plan.ts';

export interface Registered {
  readonly plan: Plan;
  readonly ground: KeptAccess;
}

export interface Registry {
  /** Takes in what a version of a Subscription says; an ended one is taken out. Returns the Patients (ids) that it asks for by name. */
  take(version: StoredVersion): readonly string[];
  /** Whoever asks for this Patient is told of what these hold too, which it was merged into. */
  follow(patient: string, successors: readonly string[]): void;
  hasType(type: string): boolean;
  types(): string[];
  /** Those that a change of these sides may concern, and that count events. */
  candidates(type: string, sides: readonly Examined[]): Iterable<Registered>;
  isEmpty(): boolean;
}

const PAGE = 500;
const LIVE: QueryNode = { kind: 'not', node: { kind: 'token', param: 'status', code: 'off' } };

/** Every subscription that is not off, as it is stored now. */
export const liveSubscriptions = (store: Pick<ResourceStore, 'search'>): AsyncIterable<StoredVersion> =>
  everyMatch(store, {
    type: 'Subscription',
    where: LIVE,
    sort: [{ by: 'id', descending: false }],
    count: PAGE,
  });

/** undefined: it is deleted, or it can't be read as one: made before there were any, or about a topic that is gone. */
export function registeredOf(
  { body }: Pick<StoredVersion, 'body'>,
  context: PlanContext,
): Registered | undefined {
  if (body === undefined) return undefined;
  const resource = JSON.parse(body) as SubscriptionResource & Record<string, unknown>;
  const ground = groundOf(resource);
  if (!ground) return undefined;
  try {
    return { plan: planOf(resource, context), ground };
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    return undefined;
  }
}

const MOST_READ = 5000;

/** For whoever asks for the same ones again and again: read anew when the resource has changed, or its topic. */
export function createReader(context: PlanContext): (version: StoredVersion) => Registered | undefined {
  const known = new Map<string, { readonly version: number; topic: unknown; registered: Registered }>();
  const topicOf = ({ plan }: Registered): unknown =>
    plan.topic === undefined ? undefined : context.topic(plan.topic);
  return (version) => {
    const before = known.get(version.id);
    if (before?.version === version.version && before.topic === topicOf(before.registered))
      return before.registered;
    known.delete(version.id);
    const registered = registeredOf(version, context);
    if (known.size >= MOST_READ) known.clear();
    if (registered)
      known.set(version.id, { version: version.version, topic: topicOf(registered), registered });
    return registered;
  };
}

interface Known {
  readonly asked: Registered;
  /** What stands in the index: with what was merged. */
  readonly found: Registered;
  readonly patients: readonly string[];
}

export function createRegistry(context: PlanContext): Registry {
  const known = new Map<string, Known>();
  const index = createCriteriaIndex<Registered>();
  const merged = new Map<string, readonly string[]>();
  /** Patient → the subscriptions that name it. */
  const naming = new Map<string, Set<string>>();

  function drop(id: string): void {
    const before = known.get(id);
    if (!before) return;
    index.remove(before.found);
    for (const patient of before.patients) naming.get(patient)?.delete(id);
    known.delete(id);
  }

  function put(asked: Registered): readonly string[] {
    const { plan, ground } = asked;
    const hint = recordOf(ground);
    // Of one record alone there is nothing to follow: whose it is has not changed by a merge.
    const patients = hint.kind === 'owner' ? [] : plan.clauses.flatMap(({ filter }) => patientsNamed(filter));
    const clauses = plan.clauses.map((clause) => ({
      ...clause,
      filter: withSuccessors(clause.filter, (id) => merged.get(id) ?? []),
    }));
    const found = patients.some((id) => merged.has(id)) ? { ground, plan: { ...plan, clauses } } : asked;
    known.set(plan.id, { asked, found, patients });
    for (const patient of patients) naming.set(patient, (naming.get(patient) ?? new Set()).add(plan.id));
    for (const { type, filter } of found.plan.clauses) index.add(type, and(filter, hint), found);
    return patients;
  }

  return {
    take(version) {
      drop(version.id);
      const found = registeredOf(version, context);
      return !found || found.plan.status === 'off' ? [] : put(found);
    },
    follow(patient, successors) {
      if (successors.length > 0) merged.set(patient, successors);
      else if (!merged.delete(patient)) return;
      for (const id of [...(naming.get(patient) ?? [])]) {
        const asked = known.get(id)?.asked;
        drop(id);
        if (asked) put(asked);
      }
    },
    hasType: (type) => index.hasType(type),
    types: () => index.types(),
    candidates: (type, sides) => index.candidates(type, sides),
    isEmpty: () => known.size === 0,
  };
}

/** Whoever sees one record only is found by it. Their own Patient is theirs too: owners name it. */
function recordOf(ground: KeptAccess): QueryNode {
  const access = reopenedAccess(ground);
  const isBound =
    isPatientLevel(access) &&
    access.patient !== undefined &&
    access.scopes.every(({ level }) => level === 'patient');
  return isBound ? { kind: 'owner', patients: [access.patient as string] } : and();
}
