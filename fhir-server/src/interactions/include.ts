/**
 * https://hl7.org/fhir/R4/search.html#include: what the matches refer to, and what refers to them, each under the caller's access.
 *
 * What is included has one order, so that a page that can't hold all of it says where the rest begins: rounds (:iterate goes on from what the round before found), in
 * a round the questions that it asks (steps), of a question its answers, newest first.
 */
import {
  resourceTypes,
  type SearchParameter,
  searchParameter,
  searchParameters,
  tooCostly,
} from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { readCondition } from '../access/read-condition.ts';
import { createBreath } from '../breath.ts';
import { createPageRoom, PAGE_ROOM } from '../page-room.ts';
import { aliasOf, isAlias } from '../search/aliases.ts';
import { canonicalsOf, canonicalTargets, literalTargets, writtenParam } from '../search/canonicals.ts';
import type { IncludePlace } from '../search/page-place.ts';
import type { Include, SearchRequest } from '../search/parse-search.ts';
import { and, type Cursor, not, or, type QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import { type Asks, asNamed, forward, MAX_WALKED, type NamedVersions, type Step } from './referred-to.ts';

export interface Included {
  readonly resources: readonly StoredVersion[];
  /** Where the rest begins; undefined: that is all. */
  readonly rest: IncludePlace | undefined;
}

interface Found {
  /** As they are named: the current one, or others (https://hl7.org/fhir/R4/search.html#include). */
  readonly versions: readonly StoredVersion[];
  readonly place: IncludePlace;
}

/** Asked of the store at a time. */
const PAGE = 1000;

/** What these matches include after `from`, as much as one page may add. */
export async function includedResources(
  services: Asks,
  access: AccessContext,
  { includes, revincludes }: Pick<SearchRequest, 'includes' | 'revincludes'>,
  matches: readonly StoredVersion[],
  from?: IncludePlace,
): Promise<Included> {
  const limit = services.limits.maxIncluded;
  const found: Found[] = [];
  const seen = new Set(matches.map(nameOf));
  const iterates = [...includes, ...revincludes].some(({ iterate }) => iterate);
  const takes = createPageRoom(PAGE_ROOM);
  let held = 0;
  // One alone is whole, however much it is.
  const isRoomFor = (versions: readonly StoredVersion[]): boolean => {
    held += versions.length;
    return (versions.every(takes) && held <= limit) || found.length === 0;
  };
  let frontier = matches;
  for (let round = 0; frontier.length > 0; round++) {
    const applies = (include: Include): boolean => round === 0 || include.iterate;
    const named: NamedVersions = new Map();
    const steps = [
      ...(await forward(services, includes.filter(applies), frontier, seen, named)),
      ...(await backward(services, revincludes.filter(applies), frontier)),
    ].filter(({ type }) => readCondition(access, type, 's'));
    const next: StoredVersion[] = [];
    for (const step of inOrder(steps)) {
      const order = from ? round - from.round || compare(step.name, from.step) : 1;
      const got: StoredVersion[] = [];
      if (order >= 0) {
        const after = order === 0 ? from?.after : undefined;
        const few = Math.max(limit - held + 1, 1);
        for await (const { version, at } of answers(services, access, step, seen, few, after)) {
          const versions = await asNamed(services, access, version, named.get(nameOf(version)));
          if (!isRoomFor(versions)) return pageOf(found, found.at(-1)?.place);
          found.push({ versions, place: { round, step: step.name, after: at } });
          got.push(version);
        }
      }
      // What earlier pages held is asked again only where it leads on.
      const whole = iterates && order <= 0 ? await all(answers(services, access, step, seen)) : got;
      for (const version of whole) {
        if (iterates) next.push(version);
        seen.add(nameOf(version));
      }
      if (seen.size > MAX_WALKED)
        throw tooCostly(`More than ${MAX_WALKED} resources would be gone through for what is included.`);
    }
    frontier = next;
  }
  return pageOf(found, undefined);
}

const pageOf = (found: readonly Found[], rest: IncludePlace | undefined): Included => ({
  resources: found.flatMap(({ versions }) => versions),
  rest,
});

const nameOf = (version: StoredVersion): string => `${version.type}/${version.id}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By name; what an earlier step of the round answers is left out of the later ones. */
function inOrder(steps: readonly Step[]): Step[] {
  const sorted = steps.toSorted((a, b) => compare(a.name, b.name));
  return sorted.map((step, i) => {
    const earlier = sorted.slice(0, i).filter(({ type }) => type === step.type);
    return { ...step, where: and(step.where, ...earlier.map(({ where }) => not(where))) };
  });
}

interface Answer {
  readonly version: StoredVersion;
  readonly at: Cursor;
}

/** What the step finds and nothing before it did; the store is asked for `few` at first. */
async function* answers(
  services: Asks,
  access: AccessContext,
  { type, where }: Step,
  seen: ReadonlySet<string>,
  few = PAGE,
  from?: Cursor,
): AsyncGenerator<Answer> {
  let after = from;
  for (let count = Math.min(few, PAGE); ; count = PAGE) {
    const page = await services.repository.include(access, type, where, { count, after, room: PAGE_ROOM });
    for (const [i, version] of page.matches.entries())
      if (!seen.has(nameOf(version))) yield { version, at: page.positions[i] as Cursor };
    if (!page.next) return;
    after = page.next;
  }
}

/** As many as may be gone through, and one more. */
async function all(answered: AsyncIterable<Answer>): Promise<StoredVersion[]> {
  const found: StoredVersion[] = [];
  for await (const { version } of answered) if (found.push(version) > MAX_WALKED) break;
  return found;
}

/** One step for each parameter that may refer to them. */
async function backward(
  services: Asks,
  includes: readonly Include[],
  targets: readonly StoredVersion[],
): Promise<Step[]> {
  const steps = new Map<string, Step>();
  const byType = Map.groupBy(targets, ({ type }) => type);
  const breath = createBreath();
  for (const { source, param, target } of includes.flatMap(spelledOut)) {
    const rest = breath();
    if (rest) await rest;
    const parameter = searchParameter(source, param);
    const nodes = parameter ? referringNodes(services, source, parameter, target, byType) : [];
    if (nodes.length === 0) continue;
    const name = `${source}:${param}:${target ?? ''}`;
    steps.set(name, { name, type: source, where: or(...nodes) });
  }
  return [...steps.values()];
}

/** By their names, and by what they are published as. */
function referringNodes(
  services: Asks,
  source: string,
  parameter: SearchParameter,
  target: string | undefined,
  targets: ReadonlyMap<string, StoredVersion[]>,
): QueryNode[] {
  const ofTypes = (types: readonly string[]): StoredVersion[] =>
    [...targets].flatMap(([type, found]) =>
      types.includes(type) && (target === undefined || target === type) ? found : [],
    );
  const names = ofTypes(literalTargets(parameter)).map(nameOf);
  const canonicals = ofTypes(canonicalTargets(parameter)).flatMap((version) =>
    canonicalsOfVersion(version, services.repository.baseUrl),
  );
  const params = aliasOf(source, parameter.code) ?? [parameter.code];
  return params.flatMap((param): QueryNode[] => [
    ...(names.length === 0 ? [] : [{ kind: 'reference', param, targets: names } as const]),
    ...(canonicals.length === 0
      ? []
      : [{ kind: 'reference', param: writtenParam(param), targets: canonicals } as const]),
  ]);
}

const canonicals = new WeakMap<StoredVersion, readonly string[]>();

/** Worked out once of each: it is asked for every parameter that may lead there. */
function canonicalsOfVersion(version: StoredVersion, baseUrl: string): readonly string[] {
  if (version.body === undefined) return [];
  const known = canonicals.get(version) ?? canonicalsOf(JSON.parse(version.body), baseUrl);
  canonicals.set(version, known);
  return known;
}

/** `*` stands for each reference parameter of the type, or of every type. */
function spelledOut(include: Include): Include[] {
  if (include.param !== '*') return [include];
  const sources = include.source === '*' ? resourceTypes : [include.source];
  return sources
    .filter((source) => source !== 'AuditEvent')
    .flatMap((source) =>
      searchParameters(source)
        .filter(({ type, code }) => type === 'reference' && !isAlias(source, code))
        .map(({ code }) => ({ ...include, source, param: code })),
    );
}
