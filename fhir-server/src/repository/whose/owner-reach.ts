/**
 * A query of one patient's record asks once whether that patient is within reach, instead of each row its owner: then it costs what it costs without roles.
 * A store that knows at once what changed since it was asked is asked each time. Where each question is a round trip, what was found to be within reach is kept
 * for reading, and not for long.
 */
import { all, and, none, or, type QueryNode } from '../../search/query.ts';
import type { ResourceStore } from '../../store/store.ts';

const KEPT_MS = 10_000;
const MOST_KEPT = 1000;

export interface OwnerReach {
  /** The condition, where everything that is found belongs to this patient and nobody else. */
  ofOwner(condition: QueryNode, owner: string): Promise<QueryNode>;
  /** Is this Patient one of those, as of now? */
  holds(where: QueryNode, owner: string): Promise<boolean>;
}

export function createOwnerReach(
  store: Pick<ResourceStore, 'read' | 'patientPasses'>,
  elapsed: () => number,
): OwnerReach {
  /** By the condition itself: it is made once for each token and minute. */
  const kept = new WeakMap<QueryNode, Map<string, number>>();

  async function holds(where: QueryNode, owner: string): Promise<boolean> {
    if (store.patientPasses) return store.patientPasses(owner, where);
    return (await store.read('Patient', owner, where))?.body !== undefined;
  }

  async function heldLately(where: QueryNode, owner: string): Promise<boolean> {
    if (store.patientPasses) return store.patientPasses(owner, where);
    const known = kept.get(where) ?? new Map<string, number>();
    kept.set(where, known);
    if ((known.get(owner) ?? 0) > elapsed()) return true;
    if (!(await holds(where, owner))) return false;
    if (known.size >= MOST_KEPT) known.clear();
    known.set(owner, elapsed() + KEPT_MS);
    return true;
  }

  async function ofOwner(condition: QueryNode, owner: string): Promise<QueryNode> {
    switch (condition.kind) {
      case 'ownedBy':
        return (await heldLately(condition.where, owner)) ? all : none;
      case 'and':
        return and(...(await Promise.all(condition.nodes.map((node) => ofOwner(node, owner)))));
      case 'or': {
        const nodes = await Promise.all(condition.nodes.map((node) => ofOwner(node, owner)));
        return or(...nodes);
      }
      default:
        return condition;
    }
  }

  return { ofOwner, holds };
}
