/** Queries that stand in a resource: what a Subscription is told of, who belongs to a Group. What is wrong with one is told of its element there: 422, not 400. */
import { businessRule, FhirError } from '@wellspring/profiles';
import { type ParseOptions, parseSearch, type SearchRequest } from './parse-search.ts';
import { queryParameters } from './query-parameters.ts';

/** `expression`: the element that it stands in. */
export const writtenParameters = (query: string, expression: string): [string, string][] =>
  toldAt(expression, () => queryParameters(query));

/** Nothing of it is passed over. */
export function parseWritten(
  context: Pick<ParseOptions, 'baseUrl' | 'now' | 'codeSets' | 'within'>,
  type: string,
  parameters: readonly [string, string][],
  expression: string,
): SearchRequest {
  const limits = { defaultCount: 1, maxCount: 1 };
  return toldAt(expression, () => parseSearch({ ...context, limits, lenient: false }, type, parameters));
}

export function toldAt<T>(expression: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    throw businessRule(error.message, expression);
  }
}
