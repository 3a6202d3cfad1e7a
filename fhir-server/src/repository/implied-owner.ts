/**
 * A search for one patient's resources also asks for that owner. It changes no answer, and lets the store walk the list that holds
 * exactly that patient's resources of one code or category.
 */
import { OWNER_ELEMENTS } from '../access/owner-table.ts';
import { all, type QueryNode } from '../search/query.ts';

export function impliedOwner(type: string, where: QueryNode): QueryNode {
  const conjuncts = where.kind === 'and' ? where.nodes : [where];
  for (const node of conjuncts) {
    if (node.kind !== 'reference' || node.targets.length !== 1) continue;
    if (!OWNER_ELEMENTS[type]?.includes(node.param)) continue;
    const [kind, id] = (node.targets[0] as string).split('/');
    if (kind === 'Patient' && id) return { kind: 'owner', patients: [id] };
  }
  return all;
}
