/**
 * What the entries of a transaction will be found by, before anything is stored: so that conditional references lead to what the transaction makes, and two entries
 * that mean one resource are seen (https://hl7.org/fhir/R4/http.html#trules).
 */
import { ownersOf } from '../access/owner-table.ts';
import type { ResourceJson } from '../repository/resource-text.ts';
import { indexEntries } from '../search/index-entries.ts';
import type { IndexEntries } from '../search/index-entry.ts';
import type { QueryNode } from '../search/query.ts';
import { satisfies } from '../search/satisfies.ts';

export interface Written {
  /** Of the entry in the Bundle. */
  readonly index: number;
  readonly id: string;
  readonly resource: ResourceJson;
}

interface Indexed extends Written {
  readonly entries: IndexEntries;
}

export interface BundleIdentities {
  /** What the transaction writes of this type that satisfies the condition. What asks other resources (chains) is not looked at. */
  matching(type: string, condition: QueryNode): readonly Written[];
}

const tokenName = (param: string, system: string, code: string): string => `${param} ${system}|${code}`;

export function bundleIdentities(written: readonly Written[], now: number): BundleIdentities {
  const byType = Map.groupBy(written, ({ resource }) => resource.resourceType);
  const indexed = new Map<string, { all: readonly Indexed[]; byToken: ReadonlyMap<string, Indexed[]> }>();

  function ofType(type: string) {
    const known = indexed.get(type);
    if (known) return known;
    const all = (byType.get(type) ?? []).flatMap(indexedOf);
    const byToken = new Map<string, Indexed[]>();
    for (const each of all)
      for (const { param, system, code } of each.entries.tokens) {
        const name = tokenName(param, system, code);
        byToken.set(name, [...(byToken.get(name) ?? []), each]);
      }
    const made = { all, byToken };
    indexed.set(type, made);
    return made;
  }

  return {
    matching(type, condition) {
      const { all, byToken } = ofType(type);
      const name = conjuncts(condition)
        .map(nameOf)
        .find((each) => each !== undefined);
      // Most conditions are by an identifier: a Bundle of thousands is not walked for each.
      const candidates = name === undefined ? all : (byToken.get(name) ?? []);
      return candidates.filter(({ id, entries }) =>
        satisfies(condition, { type, id, lastUpdated: now, entries }, () => false),
      );
    },
  };
}

const conjuncts = (node: QueryNode): readonly QueryNode[] => (node.kind === 'and' ? node.nodes : [node]);

function nameOf(node: QueryNode): string | undefined {
  if (node.kind !== 'token' || node.system === undefined || node.code === undefined) return undefined;
  return tokenName(node.param, node.system, node.code);
}

/** What is not even of the right shape is refused later, by validation: nothing finds it. */
function indexedOf(written: Written): Indexed[] {
  const { resource, id } = written;
  try {
    return [{ ...written, entries: indexEntries(resource, ownersOf({ ...resource, id })) }];
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}
