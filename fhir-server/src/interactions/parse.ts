/** The parameters of a search request → what is asked of the repository. */
import type { Issue } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { isPatientLevel, requireReadCondition } from '../access/read-condition.ts';
import { type ParseOptions, parseSearch, type SearchRequest } from '../search/parse-search.ts';
import { requestBudget } from '../search/query-budget.ts';
import { withCodeSets } from './code-sets.ts';
import { parsedBefore, parsedNow } from './parsed-searches.ts';
import { type FhirRequest, isLenient, type Services } from './request.ts';

/** `types`: all that are searched at once. */
export async function parse(
  services: Services,
  request: Pick<FhirRequest, 'access' | 'headers'>,
  type: string,
  query: FhirRequest['query'],
  types: readonly string[] = [type],
): Promise<SearchRequest> {
  requireReadCondition(request.access, type, 's');
  const lenient = isLenient(request);
  const bounds = boundsOf(request.access);
  // Of one type: each of many would be read for one request alone.
  const name = types.length === 1 ? JSON.stringify([lenient, type, query]) : undefined;
  const known = parsedBefore(services, name, bounds.within);
  if (known) return known;
  const { baseUrl } = services.repository;
  const context = { baseUrl, limits: services.limits, lenient, types };
  return withCodeSets(services, request.access, (codeSets) =>
    parsedNow(services, name, { now: services.now, codeSets, ...bounds }, (outside) =>
      parseSearch({ ...context, ...outside }, type, query),
    ),
  );
}

/** What may be asked is asked before it is read how: of each type that a chain goes through too. */
export function boundsOf(access: AccessContext): Pick<ParseOptions, 'within' | 'requireType'> {
  const allowed = new Set<string>();
  return {
    // A system's Bundle may hold a hundred thousand entries: each is bounded by itself.
    ...(isPatientLevel(access) ? { within: requestBudget(access) } : {}),
    requireType: (type) => {
      if (!allowed.has(type)) requireReadCondition(access, type, 's');
      allowed.add(type);
    },
  };
}

export const passedOver = (request: FhirRequest): Issue[] =>
  (request.passedOver ?? []).map((name) => ({
    severity: 'information',
    code: 'not-supported',
    diagnostics: `'${name}' means nothing here and was not applied.`,
  }));
