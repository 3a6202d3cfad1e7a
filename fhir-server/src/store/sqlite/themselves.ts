/**
 * Patients that somebody may see, by what is known of them: what access asks of a Patient's relations (a care team, a visit) is the question about owners that it asks of all their records, and a
 * Patient's record is their own. So it is answered once (owner-answers.ts), where each search asked each of its rows anew, in a thread that knows nothing of the search before.
 */
import { and, type QueryNode, type SearchQuery } from '../../search/query.ts';
import { conjunctsOf, isDear } from './compile-search.ts';

/** The same search, for a thread that knows owners; the very same object where nothing of it is so. `granted`: what of it is the access condition (SearchQuery). */
export function ofThemselves(query: SearchQuery, granted: QueryNode | undefined): SearchQuery {
  if (query.type !== 'Patient' || !granted || !isDear(granted)) return query;
  const access = new Set(conjunctsOf({ where: granted }));
  const asked = conjunctsOf(query).map((node) => (access.has(node) && isDear(node) ? asOwner(node) : node));
  return { ...query, where: and(...asked) };
}

/** A condition is known again by its identity, and so are its answers. */
const known = new WeakMap<QueryNode, QueryNode>();

function asOwner(where: QueryNode): QueryNode {
  const node = known.get(where) ?? { kind: 'ownedBy', where, orNobody: false };
  known.set(where, node);
  return node;
}
