/** Puts the access condition into every place of a query tree that looks at another type: each chain and each _has hop. */
import type { QueryNode } from '../search/query.ts';
import { and } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { requireReadCondition } from './read-condition.ts';

/** Throws forbidden when a hop's type is not granted: an empty answer would tell less than the truth. */
export function restrict(access: AccessContext, node: QueryNode): QueryNode {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, nodes: node.nodes.map((child) => restrict(access, child)) };
    case 'not':
      return { kind: 'not', node: restrict(access, node.node) };
    case 'chained':
    case 'reverseChained':
      return {
        ...node,
        where: and(restrict(access, node.where), requireReadCondition(access, node.type, 's')),
      };
    default:
      return node;
  }
}
