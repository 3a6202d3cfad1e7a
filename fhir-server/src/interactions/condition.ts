/** Conditional URLs and headers: a search that must say exactly which resource is meant. */
import { invalid, multipleMatches } from '@wellspring/profiles';
import { parseSearch } from '../search/parse-search.ts';
import type { QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import type { FhirRequest, Services } from './request.ts';

/** `identifier=…|…&birthdate=…` → a tree. Strict whatever Prefer says: a dropped condition would hit another resource. */
export function parseCondition(services: Services, type: string, query: string): QueryNode {
  const request = parseSearch(
    { baseUrl: services.repository.baseUrl, now: services.now, limits: services.limits, lenient: false },
    type,
    new URLSearchParams(query),
  );
  if (request.where.kind === 'all') throw invalid('A condition must have at least one search parameter.');
  return request.where;
}

/** The one resource that the condition matches; undefined where there is none. Errors: 412 where there are several. */
export async function findOne(
  services: Services,
  { access }: FhirRequest,
  type: string,
  query: string,
  several = 'Several resources match the condition.',
): Promise<StoredVersion | undefined> {
  const condition = parseCondition(services, type, query);
  const matches = await services.repository.find(access, type, condition, 2);
  if (matches.length > 1) throw multipleMatches(several);
  return matches[0];
}

/** `W/"3"` → 3 (https://hl7.org/fhir/R4/http.html#concurrency). */
export function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim());
  if (!match) throw invalid('If-Match takes a version as the ETag of a read gives it: W/"1".');
  return Number(match[1]);
}
