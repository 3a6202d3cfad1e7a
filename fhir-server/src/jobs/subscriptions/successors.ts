/** Into whom Patients were merged, as `$merge` writes it: the one is `replaced-by` the other, which `replaces` it. What only one of them says is no merge. */
import { patientId } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';

export interface Successors {
  knows(patient: string): boolean;
  /** Patients whose answer hangs on this one. */
  affectedBy(patient: string): string[];
  /** As it stands now: of each the Patients (ids) that it was merged into, one after the other. */
  read(patients: readonly string[]): Promise<Map<string, readonly string[]>>;
}

interface Links {
  readonly to: string | undefined;
  readonly from: ReadonlySet<string>;
}

/** Whoever merges one record ten times has another question. */
const MOST_STEPS = 10;
const AT_ONCE = 500;

export function createSuccessors(store: Pick<ResourceStore, 'search'>): Successors {
  const known = new Set<string>();
  /** Patient → those whose answer hangs, or hung, on it. */
  const dependents = new Map<string, Set<string>>();

  async function linksOf(ids: readonly string[]): Promise<Map<string, Links>> {
    const found = new Map<string, Links>();
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE);
      const { matches } = await store.search({
        type: 'Patient',
        where: { kind: 'id', ids: some },
        sort: [{ by: 'id', descending: false }],
        count: some.length,
        total: 'none',
      });
      for (const { id, body } of matches) found.set(id, linksIn(body ?? '{}'));
    }
    return found;
  }

  return {
    knows: (patient) => known.has(patient),
    affectedBy: (patient) => [...(dependents.get(patient) ?? [])],
    async read(patients) {
      const chains = new Map<string, string[]>([...new Set(patients)].map((id) => [id, []]));
      const links = new Map<string, Links>();
      for (let step = 0; step <= MOST_STEPS; step++) {
        const ends = [...chains].map(([id, chain]) => chain.at(-1) ?? id);
        const unread = [...new Set(ends.map((id) => links.get(id)?.to ?? id))].filter((id) => !links.has(id));
        if (unread.length === 0) break;
        for (const [id, each] of await linksOf(unread)) links.set(id, each);
        for (const id of unread) if (!links.has(id)) links.set(id, { to: undefined, from: new Set() });
        for (const [id, chain] of chains) {
          const end = chain.at(-1) ?? id;
          const to = links.get(end)?.to;
          const isMutual = to !== undefined && links.get(to)?.from.has(end) === true;
          if (isMutual && to !== id && !chain.includes(to)) chain.push(to);
        }
      }
      for (const [id, chain] of chains) {
        known.add(id);
        // The one that it says it goes on in, which may say so later, too.
        const all = [id, ...chain, links.get(chain.at(-1) ?? id)?.to ?? id];
        for (const each of all) dependents.set(each, (dependents.get(each) ?? new Set()).add(id));
      }
      return chains;
    },
  };
}

function linksIn(body: string): Links {
  const { link = [] } = JSON.parse(body) as {
    link?: readonly { readonly type?: string; readonly other?: { readonly reference?: string } }[];
  };
  const named = (type: string): string[] =>
    link.flatMap((each) => (each.type === type ? (patientId(each.other?.reference) ?? []) : []));
  return { to: named('replaced-by')[0], from: new Set(named('replaces')) };
}
