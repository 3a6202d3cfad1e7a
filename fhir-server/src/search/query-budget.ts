/**
 * What one search may ask, counted while its tree is built: a chain multiplies with every hop by the types that its reference may lead to, so that a few bytes are
 * millions of questions. 413 when it is spent, before anything else walks the tree.
 */
import { tooCostly } from '@wellspring/profiles';
import type { QueryNode } from './query.ts';

export interface QueryBudget {
  spend(steps: number): void;
}

export interface SearchBudget extends QueryBudget {
  /** The value of one parameter, before anything is made of it. */
  read(value: string): void;
}

/** Going on to another type: a join, and what access asks of what is found there. An id or a code, which are looked up in lists, is one step. */
export const HOP = 25;
/** Any other value that is compared: a question of its own. */
const COMPARISON = 10;
/** Looking whether a type knows a parameter. */
export const LOOK = 0.02;
/** Characters of values that are read for a step. */
export const CHARACTERS = 500;
/**
 * Of all values of one search. They are decoded, split and folded, and written again into the links of the answer and into the log: some 0.2 µs each (a code of 900,000 held others up for
 * 200 ms). A thousand ids are 64,000.
 */
const MOST_CHARACTERS = 200_000;

/** Of one search: some 20 ms from its text to the store's language. */
const OF_SEARCH = 20_000;
/** Of all searches of one request: of several types, or of a Bundle's entries. */
const OF_REQUEST = 200_000;

/** `within`: of the request that the search is a part of. */
export function createQueryBudget(within?: QueryBudget): SearchBudget {
  return budgetOf(OF_SEARCH, within);
}

const requests = new WeakMap<object, QueryBudget>();

/** One for each request: its access context is made for it alone. */
export function requestBudget(access: object): QueryBudget {
  const known = requests.get(access) ?? budgetOf(OF_REQUEST);
  requests.set(access, known);
  return known;
}

function budgetOf(most: number, within?: QueryBudget): SearchBudget {
  let left = most;
  let characters = MOST_CHARACTERS;
  const spend = (steps: number): void => {
    left -= steps;
    if (left < 0)
      throw tooCostly(
        'The search asks for too much at once: name the type that a chain leads to (subject:Patient.name), give fewer values, or ask in parts.',
      );
    within?.spend(steps);
  };
  return {
    spend,
    read({ length }) {
      characters -= length;
      if (characters < 0)
        throw tooCostly(`The values of a search may have ${MOST_CHARACTERS} characters at most, together.`);
      spend(length / CHARACTERS);
    },
  };
}

/** Steps that a tree stands for. */
export function costOf(node: QueryNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.reduce((sum, child) => sum + costOf(child), 0);
    case 'not':
      return costOf(node.node);
    // Those of one parameter are joined once (`or`).
    case 'chained':
      return (node.where.kind === 'id' ? 1 : HOP) + costOf(node.where);
    case 'reverseChained':
    case 'ownedBy':
    case 'linked':
      return HOP + costOf(node.where);
    case 'id':
      return node.ids.length;
    case 'owner':
      return node.patients.length;
    case 'reference':
      return node.targets.length;
    case 'token':
      return node.code === undefined ? COMPARISON : 1;
    case 'words':
      return COMPARISON + node.words.length;
    default:
      return COMPARISON;
  }
}
