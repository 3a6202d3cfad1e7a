/** The query tree read literally over a list of resources in memory: what both adapters must agree with. */
import { PUBLISHED_AS } from '../../search/index-entry.ts';
import type { QueryNode } from '../../search/query.ts';
import { type Examined, type ForeignNode, satisfies } from '../../search/satisfies.ts';

export interface Known extends Examined {
  /** It is only looked at where what was deleted counts. */
  readonly deleted?: boolean;
}

export function matches(all: readonly Known[], known: Known, node: QueryNode): boolean {
  return satisfies(node, known, (foreign) => asked(all, known, foreign));
}

function asked(every: readonly Known[], known: Known, node: ForeignNode): boolean {
  const { owners, references } = known.entries;
  const all = every.filter((each) => !each.deleted);
  switch (node.kind) {
    case 'ownedBy':
      return (
        (node.orNobody && owners.length === 0) ||
        all.some(
          (owner) =>
            owner.type === 'Patient' && owners.includes(owner.id) && matches(every, owner, node.where),
        )
      );
    case 'chained':
      return all.some(
        (target) =>
          target.type === node.type &&
          references.some(
            (entry) => entry.param === node.param && namesOf(target, node.base).includes(entry.target),
          ) &&
          matches(every, target, node.where),
      );
    case 'reverseChained':
      return all.some(
        (source) =>
          source.type === node.type &&
          source.entries.references.some(
            (entry) => entry.param === node.param && namesOf(known, node.base).includes(entry.target),
          ) &&
          matches(every, source, node.where),
      );
    case 'linked':
      return (node.deleted ? every : all).some(
        (other) =>
          node.types.includes(other.type) &&
          isLinked(node.by, node.by === 'about' ? known : other, node.by === 'about' ? other : known) &&
          matches(every, other, node.where),
      );
    default:
      return node satisfies never;
  }
}

const isLinked = (by: 'about' | 'file', from: Known, to: Known): boolean =>
  from.entries.links.some((link) => link.by === by && link.target === `${to.type}/${to.id}`);

/** What a reference says to mean the resource; a canonical, where a base is given. */
function namesOf({ type, id, entries }: Known, base: string | undefined): string[] {
  const name = `${type}/${id}`;
  if (base === undefined) return [name];
  const urls = entries.uris.filter(({ param }) => param === PUBLISHED_AS).map(({ uri }) => uri);
  return [name, `${base}/${name}`, ...urls];
}
