/** The query of a request, before an interaction sees it. */
import { invalid } from '@wellspring/profiles';
import type { Services } from './request.ts';
import { type BodyKind, type MatchedRoute, takesNoQuery } from './routes.ts';

/** Nothing, or nothing between commas. */
const isEmpty = (value: string): boolean => /^[\s,]*$/.test(value);

export interface GivenQuery {
  readonly query: [string, string][];
  /** Names that were left out: see Services.passedOver. */
  readonly passedOver: string[];
}

/** What says how the answer is to be written, whatever is asked. */
const EVERYWHERE: ReadonlySet<string> = new Set(['_format', '_pretty']);

/**
 * Without what some clients add for themselves, and, where something is searched for, without parameters that have no value, or a list of none
 * (https://hl7.org/fhir/R4/search.html). What an operation is given without a value it refuses (operations/parameters.ts): to most of them nothing would be all. Errors: 400 for a query on a write that takes none: who sent it meant something else.
 */
export function givenQuery(
  { passedOver }: Pick<Services, 'passedOver'>,
  route: Pick<MatchedRoute, 'method' | 'interaction' | 'pattern'> & { readonly body: BodyKind | 'bundle' },
  parameters: Iterable<readonly [string, string]>,
): GivenQuery {
  const isOperation = route.pattern.includes('$');
  const asks = route.method === 'GET' || route.body === 'form';
  const query: [string, string][] = [];
  const left: string[] = [];
  for (const [name, value] of parameters) {
    if (passedOver.has(name)) left.push(name);
    else if (isOperation && !EVERYWHERE.has(name)) query.push([name, value]);
    else if (!asks || !isEmpty(value)) query.push([name, value]);
  }
  const refuses = route.body === 'bundle' || takesNoQuery(route);
  const other = refuses ? query.find(([name]) => !EVERYWHERE.has(name)) : undefined;
  if (other)
    throw invalid(
      `'${other[0].slice(0, 64)}': this interaction takes no parameters in its URL. A search is a GET, or a POST to _search.`,
    );
  return { query, passedOver: left };
}
