/** A few resources in memory, found by a query tree as the stores would find them: for tests of conditions, without a server. */
import type { AccessContext } from '../src/access/access-context.ts';
import { accessContext, type Introspection } from '../src/access/access-context.ts';
import { ownersOf } from '../src/access/owner-table.ts';
import { indexEntries } from '../src/search/index-entries.ts';
import type { QueryNode } from '../src/search/query.ts';
import { type Known, matches } from '../src/store/contract/naive-search.ts';

export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

export const ref = (reference: string) => ({ reference });

/** Ids of the type's resources that satisfy the tree, in the order given. */
export function createMemory(resources: readonly Resource[]): (type: string, where: QueryNode) => string[] {
  const known: Known[] = resources.map((resource) => ({
    type: resource.resourceType,
    id: resource.id,
    lastUpdated: 0,
    entries: indexEntries(resource, ownersOf(resource)),
  }));
  return (type, where) =>
    known.filter((each) => each.type === type && matches(known, each, where)).map(({ id }) => id);
}

export const BASE = 'https://fhir.example/fhir';

/** What a token's introspection makes: `user` as `Type/id`. */
export const contextOf = (
  scope: string,
  { user, ...members }: Partial<Introspection> & { readonly user?: string } = {},
): AccessContext =>
  accessContext({
    active: true,
    client_id: 'app',
    sub: 'account',
    scope,
    ...(user === undefined ? {} : { fhirUser: `${BASE}/${user}` }),
    ...members,
  });

export const asPatient = (id: string, scope = 'patient/*.cruds'): AccessContext =>
  contextOf(scope, { user: `Patient/${id}`, patient: id });

export const asProxy = (patient: string, scope = 'patient/*.cruds'): AccessContext =>
  contextOf(scope, { user: 'RelatedPerson/mum', patient });
