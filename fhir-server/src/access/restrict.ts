/** Puts the access condition into every place of a query tree that looks at another type: each chain and each _has hop. */
import type { QueryNode } from '../search/query.ts';
import { and } from '../search/query.ts';
import { costOf, createQueryBudget, HOP } from '../search/query-budget.ts';
import type { AccessContext } from './access-context.ts';
import { requireReadCondition } from './read-condition.ts';

/**
 * Throws forbidden when a hop's type is not granted: an empty answer would tell less than the truth; 413 when what access asks at each hop makes the whole too much:
 * granular scopes and roles ask more than one thing.
 */
export function restrict(access: AccessContext, node: QueryNode): QueryNode {
  const budget = createQueryBudget();
  const conditions = new Map<string, { readonly node: QueryNode; readonly cost: number }>();
  const conditionOf = (type: string): QueryNode => {
    const known = conditions.get(type) ?? withCost(requireReadCondition(access, type, 's'));
    conditions.set(type, known);
    budget.spend(HOP + known.cost);
    return known.node;
  };
  const within = (each: QueryNode): QueryNode => {
    switch (each.kind) {
      case 'and':
      case 'or':
        return { kind: each.kind, nodes: each.nodes.map(within) };
      case 'not':
        return { kind: 'not', node: within(each.node) };
      case 'chained':
      case 'reverseChained':
        return { ...each, where: and(within(each.where), conditionOf(each.type)) };
      default:
        return each;
    }
  };
  return within(node);
}

const withCost = (node: QueryNode) => ({ node, cost: costOf(node) });
