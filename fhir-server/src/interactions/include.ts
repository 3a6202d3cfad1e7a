/**
 * https://hl7.org/fhir/R4/search.html#include: what the matches refer to, and what refers to them, each under the caller's access.
 *
 * What is included has one order, so that a page that can't hold all of it says where the rest begins: rounds (:iterate goes on from what the round before found), in
 * a round the questions that it asks (steps), of a question its answers, newest first.
 */
import { resourceTypes, searchParameter, searchParameters, tooCostly } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { readCondition } from '../access/read-condition.ts';
import { aliasOf, isAlias } from '../search/aliases.ts';
import { localReference } from '../search/own-references.ts';
import type { IncludePlace } from '../search/page-place.ts';
import type { Include, SearchRequest } from '../search/parse-search.ts';
import { and, type Cursor, not, or, type QueryNode } from '../search/query.ts';
import { withoutVersion } from '../search/types/reference.ts';
import type { StoredVersion } from '../store/store.ts';
import type { Services } from './request.ts';

export interface Included {
  readonly resources: readonly StoredVersion[];
  /** Where the rest begins; undefined: that is all. */
  readonly rest: IncludePlace | undefined;
}

/** One question of a round. */
interface Step {
  /** Names the question in page links; the order of the steps is that of their names. */
  readonly name: string;
  readonly type: string;
  readonly where: QueryNode;
}

interface Found {
  readonly version: StoredVersion;
  readonly place: IncludePlace;
}

/** Asked of the store at a time. */
const PAGE = 1000;
/** Resources that one page's :iterate may lead through: their names are kept while it is answered. */
const MAX_WALKED = 100_000;

const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;

/** What these matches include after `from`, as much as one page may add. */
export async function includedResources(
  services: Services,
  access: AccessContext,
  { includes, revincludes }: Pick<SearchRequest, 'includes' | 'revincludes'>,
  matches: readonly StoredVersion[],
  from?: IncludePlace,
): Promise<Included> {
  const limit = services.limits.maxIncluded;
  const found: Found[] = [];
  const seen = new Set(matches.map(nameOf));
  const iterates = [...includes, ...revincludes].some(({ iterate }) => iterate);
  let frontier = matches;
  for (let round = 0; frontier.length > 0; round++) {
    const applies = (include: Include): boolean => round === 0 || include.iterate;
    const steps = [
      ...forward(services, includes.filter(applies), frontier, seen),
      ...backward(revincludes.filter(applies), frontier),
    ].filter(({ type }) => readCondition(access, type, 's'));
    const next: StoredVersion[] = [];
    for (const step of inOrder(steps)) {
      const order = from ? round - from.round || compare(step.name, from.step) : 1;
      const got =
        order < 0
          ? []
          : await answers(
              services,
              access,
              step,
              seen,
              limit - found.length + 1,
              order === 0 ? from?.after : undefined,
            );
      found.push(
        ...got.map(({ version, at }) => ({ version, place: { round, step: step.name, after: at } })),
      );
      if (found.length > limit) return pageOf(found, limit);
      // What earlier pages held is asked again only where it leads on.
      if (iterates) {
        const whole = order > 0 ? got : await answers(services, access, step, seen, MAX_WALKED, undefined);
        next.push(...whole.map(({ version }) => version));
      }
      for (const { version } of got) seen.add(nameOf(version));
      for (const version of next) seen.add(nameOf(version));
      if (seen.size > MAX_WALKED)
        throw tooCostly(`More than ${MAX_WALKED} resources would be gone through for what is included.`);
    }
    frontier = next;
  }
  return pageOf(found, limit);
}

function pageOf(found: readonly Found[], limit: number): Included {
  const shown = found.slice(0, limit);
  return {
    resources: shown.map(({ version }) => version),
    rest: found.length > limit ? shown.at(-1)?.place : undefined,
  };
}

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

/** What the step finds and nothing before it did, `limit` at most. */
async function answers(
  services: Services,
  access: AccessContext,
  { type, where }: Step,
  seen: ReadonlySet<string>,
  limit: number,
  after: Cursor | undefined,
): Promise<{ version: StoredVersion; at: Cursor }[]> {
  const found: { version: StoredVersion; at: Cursor }[] = [];
  let position = after;
  while (found.length < limit) {
    const count = Math.min(limit - found.length, PAGE);
    const page = await services.repository.include(access, type, where, { count, after: position });
    for (const [i, version] of page.matches.entries())
      if (!seen.has(nameOf(version))) found.push({ version, at: page.positions[i] as Cursor });
    if (!page.next) break;
    position = page.next;
  }
  return found;
}

/** One step for each type that is referred to. */
function forward(
  services: Services,
  includes: readonly Include[],
  sources: readonly StoredVersion[],
  seen: ReadonlySet<string>,
): Step[] {
  const wanted = new Map<string, Set<string>>();
  for (const source of sources) {
    const relevant = includes.filter((include) => include.source === source.type);
    if (relevant.length === 0 || source.body === undefined) continue;
    const resource: unknown = JSON.parse(source.body);
    for (const include of relevant) {
      for (const reference of referencesOf(
        source.type,
        include.param,
        resource,
        services.repository.baseUrl,
      )) {
        const [, type, id] = LOCAL.exec(reference) ?? [];
        if (!type || !id || (include.target && include.target !== type) || seen.has(reference)) continue;
        const ids = wanted.get(type) ?? new Set<string>();
        wanted.set(type, ids.add(id));
      }
    }
  }
  return [...wanted].map(([type, ids]) => ({ name: type, type, where: { kind: 'id', ids: [...ids] } }));
}

function referencesOf(type: string, param: string, resource: unknown, baseUrl: string): string[] {
  const parameters =
    param === '*'
      ? searchParameters(type).filter((each) => each.type === 'reference')
      : [searchParameter(type, param)].filter((each) => each !== undefined);
  return parameters.flatMap((parameter) =>
    parameter.extract(resource).flatMap(({ value }) => {
      const reference = typeof value === 'string' ? value : (value as { reference?: string }).reference;
      return reference ? [withoutVersion(localReference(reference, baseUrl))] : [];
    }),
  );
}

/** One step for each parameter that may refer to them. */
function backward(includes: readonly Include[], targets: readonly StoredVersion[]): Step[] {
  const steps = new Map<string, Step>();
  for (const { source, param, target } of includes.flatMap(spelledOut)) {
    const allowed = searchParameter(source, param)?.targets ?? [];
    const names = targets
      .filter(({ type }) => allowed.includes(type) && (target === undefined || target === type))
      .map(nameOf);
    if (names.length === 0) continue;
    const params = aliasOf(source, param) ?? [param];
    const where = or(
      ...params.map((each): QueryNode => ({ kind: 'reference', param: each, targets: names })),
    );
    const name = `${source}:${param}:${target ?? ''}`;
    steps.set(name, { name, type: source, where });
  }
  return [...steps.values()];
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
