/**
 * A search for one patient's resources asks for that owner. It changes no answer, and lets the store walk the list that holds exactly that
 * patient's resources of one code or category.
 */
import { OWNER_ELEMENTS } from '../../access/owner-table.ts';
import { and, type QueryNode } from '../../search/query.ts';

/** `where` with the owner in it: instead of the reference where that element alone confers ownership, else besides it. */
export function withImpliedOwner(type: string, where: QueryNode): QueryNode {
  const conjuncts = where.kind === 'and' ? where.nodes : [where];
  const elements = OWNER_ELEMENTS[type] ?? [];
  for (const node of conjuncts) {
    if (node.kind !== 'reference' || node.targets.length !== 1 || !elements.includes(node.param)) continue;
    const [kind, id] = (node.targets[0] as string).split('/');
    if (kind !== 'Patient' || !id) continue;
    const owner: QueryNode = { kind: 'owner', patients: [id] };
    const isSame = elements.length === 1;
    return and(owner, ...conjuncts.filter((each) => each !== node || !isSame));
  }
  return where;
}

/** Types whose one owner element is a list: their resources may belong to several. */
const SHARED: ReadonlySet<string> = new Set(['Appointment', 'AuditEvent', 'Provenance']);

/** The patient whom everything that such a query finds belongs to, and to nobody else; undefined where the query does not say. */
export function onlyOwner(type: string, where: QueryNode): string | undefined {
  if (SHARED.has(type) || OWNER_ELEMENTS[type]?.length !== 1) return undefined;
  const conjuncts = where.kind === 'and' ? where.nodes : [where];
  const owner = conjuncts.find((node) => node.kind === 'owner');
  return owner?.patients.length === 1 ? owner.patients[0] : undefined;
}
