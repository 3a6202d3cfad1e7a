/** The conditions of a Bundle, looked up together: one search for each type and hundred conditions, not one for each. */
import { FhirError, multipleMatches } from '@wellspring/profiles';
import { ownersOf } from '../access/owner-table.ts';
import { createBreath } from '../breath.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { indexEntries } from '../search/index-entries.ts';
import { and, or, type QueryNode } from '../search/query.ts';
import type { Examined } from '../search/satisfies.ts';
import type { StoredVersion } from '../store/store.ts';
import { conditionName, findOne, parseCondition } from './condition.ts';
import type { Examination } from './examination.ts';
import { whoIsMeant } from './in-place-of.ts';
import type { FhirRequest, Services } from './request.ts';

export interface Condition {
  readonly type: string;
  readonly query: string;
  /** What is written where the condition says so. */
  readonly resource?: ResourceJson | undefined;
  /** Whom it means, where records were merged (standing.ts): of references, and of creates. */
  readonly isMeant?: boolean;
}

/** As findOne of condition.ts. */
export type LookUp = (condition: Condition, several?: string) => Promise<StoredVersion | undefined>;

interface Parsed extends Condition {
  readonly where: QueryNode;
}

const AT_ONCE = 100;
/** More matches than this: some condition is not about one resource, and each is asked by itself. */
const MOST = 3 * AT_ONCE;

const nameOf = ({ type, query, resource }: Condition): string => conditionName(type, query, resource);

export async function lookUpTogether(
  services: Services,
  request: FhirRequest,
  conditions: readonly Condition[],
  examination: Examination,
): Promise<LookUp> {
  const matches = new Map<string, StoredVersion[]>();
  const distinct = [...new Map(conditions.map((each) => [nameOf(each), each])).values()];
  const breath = createBreath();
  const parsed: Parsed[] = [];
  for (const each of distinct) {
    await breath();
    parsed.push(...parsePlain(services, request, each));
  }
  for (const group of Map.groupBy(parsed, ({ type }) => type).values()) {
    for (let from = 0; from < group.length; from += AT_ONCE)
      await search(services, request, group.slice(from, from + AT_ONCE), matches, examination);
  }
  /** Each by itself, once. */
  const asked = new Map<string, Promise<StoredVersion | undefined>>();
  return async (condition, several = 'Several resources match the condition.') => {
    const name = nameOf(condition);
    const found = matches.get(name);
    if (!found) {
      const { type, query, resource, isMeant = false } = condition;
      const key = `${isMeant} ${name}`;
      const answer =
        asked.get(key) ?? findOne(services, request, type, query, { resource, several, isMeant });
      asked.set(key, answer);
      return answer;
    }
    const meant = condition.isMeant ? await whoIsMeant(services.repository, request.access, found) : found;
    if (meant.length > 1) throw multipleMatches(several);
    return meant[0];
  };
}

/** What can be told from a resource alone: identifiers, codes, references. What is no condition at all is told at its turn. */
function parsePlain(services: Services, request: FhirRequest, condition: Condition): Parsed[] {
  try {
    const where = parseCondition(services, request, condition.type, condition.query, condition.resource);
    return isPlain(where) ? [{ ...condition, where }] : [];
  } catch (error) {
    if (error instanceof FhirError) return [];
    throw error;
  }
}

const isPlain = (node: QueryNode): boolean =>
  node.kind === 'token' ||
  node.kind === 'reference' ||
  (node.kind === 'and' &&
    node.nodes.some(isPlain) &&
    node.nodes.every((each) => isPlain(each) || isExclusion(each)));

/** An exact identifier leaves out what is spelled otherwise. */
const isExclusion = (node: QueryNode): boolean => node.kind === 'not' && isPlain(node.node);

/** What the store is asked by its lists; what is left out is left out of the answer. */
function plainPart(node: QueryNode): QueryNode {
  return node.kind === 'and' ? and(...node.nodes.filter(isPlain).map(plainPart)) : node;
}

async function search(
  services: Services,
  { access }: FhirRequest,
  group: readonly Parsed[],
  matches: Map<string, StoredVersion[]>,
  examination: Examination,
): Promise<void> {
  const [first, ...others] = group;
  if (!first || others.length === 0) return;
  const where = or(...group.map((each) => plainPart(each.where)));
  const found = await services.repository.find(access, first.type, where, MOST);
  if (found.length === MOST) return;
  const breath = createBreath();
  const candidates: { version: StoredVersion; examined: Examined }[] = [];
  for (const version of found) {
    await breath();
    const resource = JSON.parse(version.body ?? '{}') as { resourceType: string; id: string };
    const entries = indexEntries(resource, ownersOf(resource));
    candidates.push({ version, examined: { type: version.type, id: version.id, entries } });
  }
  for (const each of group) {
    const its = await examination.among(each.where, candidates);
    matches.set(
      nameOf(each),
      its.map(({ version }) => version),
    );
  }
}
