/** The code systems that a value set may have a code of, for a code that is given without one. */
import type { ValueSet } from '@wellspring/profiles';
import type { Terminologies } from '../../terminology/terminologies.ts';

/** Sets that are looked through. */
const MOST_SETS = 50;

export async function systemsOf(terminologies: Terminologies, set: ValueSet): Promise<ReadonlySet<string>> {
  const systems = new Set<string>();
  const names = new Set<string>();
  const sets = [set];
  for (const each of sets) {
    listExpansion(each.expansion?.contains ?? [], systems);
    for (const { system, valueSet = [] } of each.compose?.include ?? []) {
      if (system !== undefined) systems.add(system);
      for (const name of valueSet) {
        if (names.has(name) || sets.length >= MOST_SETS) continue;
        names.add(name);
        const found = await terminologies.valueSet(name);
        // Grows while it is walked: sets name sets.
        if (found) sets.push(found);
      }
    }
  }
  return systems;
}

type Items = NonNullable<ValueSet['expansion']>['contains'];

function listExpansion(items: NonNullable<Items>, systems: Set<string>): void {
  for (const { system, contains } of items) {
    if (system !== undefined) systems.add(system);
    if (contains) listExpansion(contains, systems);
  }
}
