/**
 * What a patch may cost, counted while it works: a few operations that copy a thing into itself double it each time, and a path may walk the whole resource.
 * 413 when it is spent.
 */
import { tooCostly } from '@wellspring/profiles';

export interface Budget {
  /** Steps of any kind: members looked at, values copied. */
  spend(steps: number): void;
}

/** Of one request, its Bundle's entries together: some 20 ms. */
export const REQUEST_STEPS = 200_000;

export function createBudget(most: number): Budget {
  let left = most;
  return {
    spend(steps) {
      left -= steps;
      if (left < 0) throw tooCostly('The patch asks for too much work. Send it in parts.');
    },
  };
}

/** As deep as a body may be nested. */
const MAX_DEPTH = 200;

/** Throws where what a patch has made is larger than patches may make things, or nested too deeply to be walked. */
export function checkSize(value: unknown, budget: Budget, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw tooCostly(`The result is nested deeper than ${MAX_DEPTH} levels.`);
  const children = Object.values(value);
  budget.spend(1 + children.length);
  for (const each of children) checkSize(each, budget, depth + 1);
}
