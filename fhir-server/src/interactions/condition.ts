/** Conditional URLs and headers: a search that must say exactly which resource is meant. */
import { invalid, multipleMatches } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { requireReadCondition } from '../access/read-condition.ts';
import { localReference } from '../search/own-references.ts';
import { parseSearch } from '../search/parse-search.ts';
import type { QueryNode } from '../search/query.ts';
import { queryParameters } from '../search/query-parameters.ts';
import type { StoredVersion } from '../store/store.ts';
import { boundsOf } from './parse.ts';
import type { FhirRequest, Services } from './request.ts';

/** The condition of `If-None-Exist`, where some clients send the whole search: `[base]/Patient?…`, `Patient?…`, `?…`. */
function conditionOf({ repository }: Services, type: string, query: string): string {
  const local = localReference(query.trim(), repository.baseUrl);
  const match = /^(?:\/?([A-Za-z]+))?\?(.*)$/s.exec(local);
  if (!match) return local;
  if (match[1] !== undefined && match[1] !== type)
    throw invalid(`The condition is about ${match[1]}, the request about ${type}.`);
  return match[2] as string;
}

/** Of a request: a transaction comes back to its conditions, and after a lost race it begins anew. */
const parsed = new WeakMap<AccessContext, Map<string, QueryNode>>();

/**
 * `identifier=…|…&birthdate=…` → a tree. Strict whatever Prefer says, and empty parameters are refused: a dropped condition would hit another resource. Identifiers
 * are compared with their case: it SHALL count where nobody knows better (https://hl7.org/fhir/R4/datatypes.html#Identifier).
 */
export function parseCondition(
  services: Services,
  { access }: Pick<FhirRequest, 'access'>,
  type: string,
  query: string,
): QueryNode {
  const known = parsed.get(access) ?? new Map<string, QueryNode>();
  parsed.set(access, known);
  const name = `${type}?${query}`;
  const before = known.get(name);
  if (before) return before;
  requireReadCondition(access, type, 's');
  const { where } = parseSearch(
    {
      baseUrl: services.repository.baseUrl,
      now: services.now,
      limits: services.limits,
      lenient: false,
      isExact: true,
      ...boundsOf(access),
    },
    type,
    queryParameters(conditionOf(services, type, query)),
  );
  if (where.kind === 'all') throw invalid('A condition must have at least one search parameter.');
  known.set(name, where);
  return where;
}

/** The one resource that the condition matches; undefined where there is none. Errors: 412 where there are several. */
export async function findOne(
  services: Services,
  request: FhirRequest,
  type: string,
  query: string,
  several = 'Several resources match the condition.',
): Promise<StoredVersion | undefined> {
  const condition = parseCondition(services, request, type, query);
  const matches = await services.repository.find(request.access, type, condition, 2);
  if (matches.length > 1) throw multipleMatches(several);
  return matches[0];
}
