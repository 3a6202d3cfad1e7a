/**
 * Searches that were read lately, by their text: apps ask the same again and again. Kept is only what the text alone says, so neither what rests on the time or on stored code systems, nor
 * a chain, whose hops are asked of each caller's access.
 */
import { searchParameterChanges } from '@wellspring/profiles';
import type { CodeSets } from '../search/parse-context.ts';
import type { ParseOptions, SearchRequest } from '../search/parse-search.ts';
import type { QueryBudget } from '../search/query-budget.ts';
import type { Services } from './request.ts';

/** Both bound what is held: a few megabytes. */
const MOST = 2000;
const LONGEST = 1000;

interface Parsed {
  readonly asked: SearchRequest;
  /** Steps that reading it spent. */
  readonly cost: number;
  readonly changes: number;
}

const ofServices = new WeakMap<Services, Map<string, Parsed>>();

/** `name` says all of the text, undefined: it is not kept; `within` is spent as if it were read anew. */
export function parsedBefore(
  services: Services,
  name: string | undefined,
  within: QueryBudget | undefined,
): SearchRequest | undefined {
  const found = name === undefined ? undefined : ofServices.get(services)?.get(name);
  if (found?.changes !== searchParameterChanges()) return undefined;
  within?.spend(found.cost);
  return found.asked;
}

type Outside = Pick<ParseOptions, 'now' | 'requireType' | 'within'> & { readonly codeSets: CodeSets };

/** Has a search read, and keeps it where nothing from outside was asked for. */
export function parsedNow(
  services: Services,
  name: string | undefined,
  outside: Outside,
  read: (watched: Outside) => SearchRequest,
): SearchRequest {
  let asksOutside = false;
  let cost = 0;
  const watched = <A extends unknown[], T>(ask: (...asked: A) => T): ((...asked: A) => T) => {
    return (...given) => {
      asksOutside = true;
      return ask(...given);
    };
  };
  const { now, requireType = () => undefined, codeSets, within } = outside;
  const asked = read({
    now: watched(now),
    requireType: watched(requireType),
    codeSets: {
      inSet: watched(codeSets.inSet),
      hierarchy: watched(codeSets.hierarchy),
      caseOf: watched(codeSets.caseOf),
    },
    within: {
      spend(steps) {
        cost += steps;
        within?.spend(steps);
      },
    },
  });
  if (name === undefined || name.length > LONGEST || asksOutside) return asked;
  const kept = ofServices.get(services) ?? new Map<string, Parsed>();
  ofServices.set(services, kept);
  if (kept.size >= MOST) kept.clear();
  kept.set(name, { asked: Object.freeze(asked), cost, changes: searchParameterChanges() });
  return asked;
}
