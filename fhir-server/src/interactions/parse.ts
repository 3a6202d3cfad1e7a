/** The parameters of a search request → what is asked of the repository. */
import type { Issue } from '@wellspring/profiles';
import { parseSearch, type SearchRequest } from '../search/parse-search.ts';
import { withCodeSets } from './code-sets.ts';
import { type FhirRequest, isLenient, type Services } from './request.ts';

/** `types`: all that are searched at once. */
export async function parse(
  services: Services,
  request: FhirRequest,
  type: string,
  query: FhirRequest['query'],
  types: readonly string[] = [type],
): Promise<SearchRequest> {
  const context = {
    baseUrl: services.repository.baseUrl,
    now: services.now,
    limits: services.limits,
    lenient: isLenient(request),
    types,
  };
  return withCodeSets(services, request.access, (codeSets) =>
    parseSearch({ ...context, codeSets }, type, query),
  );
}

export const passedOver = (request: FhirRequest): Issue[] =>
  (request.passedOver ?? []).map((name) => ({
    severity: 'information',
    code: 'not-supported',
    diagnostics: `'${name}' means nothing here and was not applied.`,
  }));
