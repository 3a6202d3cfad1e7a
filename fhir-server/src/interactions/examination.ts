/** Conditions held against resources in memory: conditions times resources, so it is counted while it is done, and the others are let in. */
import { tooCostly } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { isSystem } from '../access/read-condition.ts';
import { createBreath } from '../breath.ts';
import type { IndexEntries } from '../search/index-entry.ts';
import type { QueryNode } from '../search/query.ts';
import { type Examined, satisfies } from '../search/satisfies.ts';

/** Values compared with values, of one Bundle of a person's: some 100 ms. */
const MOST = 20_000_000;

export interface Examination {
  /** Those that satisfy the condition. What asks other resources (chains) is not looked at. Errors: 413. */
  among<T extends { readonly examined: Examined }>(
    condition: QueryNode,
    candidates: readonly T[],
  ): Promise<T[]>;
}

export function createExamination(access: AccessContext): Examination {
  let left = isSystem(access) ? Number.POSITIVE_INFINITY : MOST;
  const breath = createBreath();
  const sizes = new WeakMap<IndexEntries, number>();
  const sizeOf = (entries: IndexEntries): number => {
    const known = sizes.get(entries) ?? valuesOf(entries);
    sizes.set(entries, known);
    return known;
  };
  return {
    async among(condition, candidates) {
      const asked = comparisons(condition);
      const found: (typeof candidates)[number][] = [];
      for (const each of candidates) {
        left -= asked * sizeOf(each.examined.entries);
        if (left < 0)
          throw tooCostly('The conditions of this Bundle ask too much of its entries. Send it in parts.');
        const pause = breath();
        if (pause) await pause;
        if (satisfies(condition, each.examined, () => false)) found.push(each);
      }
      return found;
    },
  };
}

const valuesOf = ({ words: _, mainDate: __, ...lists }: IndexEntries): number =>
  1 + Object.values(lists).reduce((sum, list) => sum + list.length, 0);

/** Values that a condition names. */
function comparisons(node: QueryNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.reduce((sum, child) => sum + comparisons(child), 1);
    case 'not':
      return comparisons(node.node);
    case 'reference':
      return node.targets.length;
    case 'id':
      return node.ids.length;
    case 'words':
      return 100 * (node.words.length + 1);
    default:
      return 1;
  }
}
