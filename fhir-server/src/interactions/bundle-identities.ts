/**
 * What the entries of a transaction will be found by, before anything is stored: so that conditional references lead to what the transaction makes, and two entries
 * that mean one resource are seen (https://hl7.org/fhir/R4/http.html#trules).
 */
import { ownersOf } from '../access/owner-table.ts';
import { createBreath } from '../breath.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { indexEntries } from '../search/index-entries.ts';
import type { QueryNode } from '../search/query.ts';
import type { Examined } from '../search/satisfies.ts';
import type { Examination } from './examination.ts';

export interface Written {
  /** Of the entry in the Bundle. */
  readonly index: number;
  readonly id: string;
  readonly resource: ResourceJson;
}

interface Indexed extends Written {
  readonly examined: Examined;
}

/** Entries of one type, and which of them have a value. */
interface OfType {
  readonly all: readonly Indexed[];
  readonly byValue: ReadonlyMap<string, readonly Indexed[]>;
}

export interface BundleIdentities {
  /** What the transaction writes of this type that satisfies the condition. What asks other resources (chains) is not looked at. */
  matching(type: string, condition: QueryNode): Promise<readonly Written[]>;
}

const tokenName = (param: string, system: string, code: string): string => `${param} ${system}|${code}`;
const codeName = (param: string, code: string): string => `${param} *|${code}`;
const referenceName = (param: string, target: string): string => `${param} ${target}`;

export function bundleIdentities(
  written: readonly Written[],
  now: number,
  examination: Examination,
): BundleIdentities {
  const byType = Map.groupBy(written, ({ resource }) => resource.resourceType);
  const indexed = new Map<string, Promise<OfType>>();
  const ofType = (type: string): Promise<OfType> => {
    const known = indexed.get(type) ?? indexedByValue(byType.get(type) ?? [], now);
    indexed.set(type, known);
    return known;
  };
  return {
    async matching(type, condition) {
      const { all, byValue } = await ofType(type);
      const names = conjuncts(condition).flatMap(nameOf);
      // Most conditions are by an identifier: a Bundle of thousands is not walked for each.
      const lists = names.map((name) => byValue.get(name) ?? []);
      const [fewest = all] = lists.toSorted((a, b) => a.length - b.length);
      return examination.among(condition, fewest);
    },
  };
}

async function indexedByValue(written: readonly Written[], now: number): Promise<OfType> {
  const breath = createBreath();
  const all: Indexed[] = [];
  const byValue = new Map<string, Indexed[]>();
  for (const each of written) {
    await breath();
    const examined = examinedOf(each, now);
    if (!examined) continue;
    const found = { ...each, examined };
    all.push(found);
    for (const name of namesOf(examined)) {
      const list = byValue.get(name);
      if (list) list.push(found);
      else byValue.set(name, [found]);
    }
  }
  return { all, byValue };
}

const namesOf = ({ entries: { tokens, references } }: Examined): ReadonlySet<string> =>
  new Set([
    ...tokens.flatMap(({ param, system, code }) => [tokenName(param, system, code), codeName(param, code)]),
    ...references.map(({ param, target }) => referenceName(param, target)),
  ]);

const conjuncts = (node: QueryNode): readonly QueryNode[] => (node.kind === 'and' ? node.nodes : [node]);

function nameOf(node: QueryNode): string[] {
  if (node.kind === 'reference' && node.targets.length === 1)
    return node.targets.map((target) => referenceName(node.param, target));
  if (node.kind !== 'token' || node.code === undefined) return [];
  const { param, system, code } = node;
  return [system === undefined ? codeName(param, code) : tokenName(param, system, code)];
}

/** What is not even of the right shape is refused later, by validation: nothing finds it. */
function examinedOf({ resource, id }: Written, now: number): Examined | undefined {
  try {
    const entries = indexEntries(resource, ownersOf({ ...resource, id }));
    return { type: resource.resourceType, id, lastUpdated: now, entries };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
