/** What resources refer to, as questions of the store: forward includes (include.ts), and what a record names (operations/everything.ts). */
import { tooCostly, tookTooLong } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { createBreath } from '../breath.ts';
import { PAGE_ROOM } from '../page-room.ts';
import { canonicalTargets } from '../search/canonicals.ts';
import { PUBLISHED_AS } from '../search/index-entry.ts';
import type { Include, SearchRequest } from '../search/parse-search.ts';
import { type Cursor, or, type QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import type { Services } from './request.ts';
import { followedReferences } from './version-references.ts';

/** Asked of the store at a time. */
const PAGE = 1000;
/** Resources that one page's :iterate, or one record, may lead through. */
export const MAX_WALKED = 100_000;

/** What is asked with. */
export type Asks = Pick<Services, 'repository'> & {
  readonly limits: Pick<Services['limits'], 'maxIncluded'>;
};

/** One question of a round. */
export interface Step {
  /** Names the question in page links; the order of the steps is that of their names. */
  readonly name: string;
  readonly type: string;
  readonly where: QueryNode;
}

/** Versions that are referred to, by the name of the resource; 0: it itself, whatever its version. */
export type NamedVersions = Map<string, Set<number>>;

/** Of one resource; where a page names more, it itself stands for those. */
const MOST_VERSIONS = 20;

/** What refers to one version brings that one, if it may be seen. */
export async function asNamed(
  services: Asks,
  access: AccessContext,
  current: StoredVersion,
  named: ReadonlySet<number> = new Set([0]),
): Promise<readonly StoredVersion[]> {
  const { type, id, version } = current;
  const others = [...named].filter((each) => each !== 0 && each !== version);
  const isNamed = others.length < named.size || others.length > MOST_VERSIONS;
  const found: StoredVersion[] = isNamed ? [current] : [];
  for (const each of others.slice(0, MOST_VERSIONS)) {
    const former = await services.repository.includedVersion(access, type, id, each);
    if (former) found.push(former);
  }
  return found;
}

/** What is referred to, of one type. */
interface Wanted {
  readonly ids: Set<string>;
  readonly canonicals: Set<string>;
}

/** One step for each type that is referred to, and one for what is of it by canonicals. */
export async function forward(
  services: Asks,
  includes: readonly Include[],
  sources: readonly StoredVersion[],
  seen: ReadonlySet<string>,
  named: NamedVersions,
): Promise<Step[]> {
  const found = new Map<string, Wanted>();
  await collect(found, services, includes, sources, seen, named);
  return stepsTo(found);
}

/** Adds what these sources refer to. */
async function collect(
  found: Map<string, Wanted>,
  services: Asks,
  includes: readonly Include[],
  sources: readonly StoredVersion[],
  seen: ReadonlySet<string>,
  named: NamedVersions = new Map(),
): Promise<void> {
  const { baseUrl } = services.repository;
  const breath = createBreath();
  const wanted = (type: string): Wanted => {
    const known = found.get(type) ?? { ids: new Set(), canonicals: new Set() };
    found.set(type, known);
    return known;
  };
  // Of one parameter several types may be asked for: what it refers to is looked for once.
  const bySource = new Map(
    [...Map.groupBy(includes, ({ source }) => source)].map(
      ([source, asked]) => [source, Map.groupBy(asked, ({ param }) => param)] as const,
    ),
  );
  for (const source of sources) {
    const relevant = bySource.get(source.type);
    if (!relevant || source.body === undefined) continue;
    const rest = breath();
    if (rest) await rest;
    for (const [param, asked] of relevant) {
      const isWanted = (type: string): boolean =>
        asked.some(({ target }) => target === undefined || target === type);
      for (const { parameter, local, canonical } of followedReferences(source, param, baseUrl)) {
        if (local && isWanted(local.type) && !seen.has(local.name)) {
          wanted(local.type).ids.add(local.id);
          addVersion(named, local.name, local.version);
        }
        if (canonical !== undefined)
          for (const each of canonicalTargets(parameter).filter(isWanted))
            wanted(each).canonicals.add(canonical);
      }
    }
  }
}

function addVersion(named: NamedVersions, name: string, version = 0): void {
  const known = named.get(name);
  if (known) known.add(version);
  else named.set(name, new Set([version]));
}

const stepsTo = (found: ReadonlyMap<string, Wanted>): Step[] =>
  [...found].flatMap(([type, { ids, canonicals }]) => [
    ...(ids.size === 0 ? [] : [{ name: type, type, where: { kind: 'id', ids: [...ids] } } as const]),
    ...(canonicals.size === 0 ? [] : [{ name: `${type}|`, type, where: publishedUnder([...canonicals]) }]),
  ]);

/**
 * What all of these searches' matches refer to, by type: for who asks for that alone. The matches are not shown, so not told to the audit log. Errors: 413 (`too-costly`) where there are too
 * many to be gone through, 503 (`timeout`) where that takes longer than `until`, by `performance.now`.
 */
export async function referredTo(
  services: Asks,
  access: AccessContext,
  searches: readonly Pick<SearchRequest, 'type' | 'where'>[],
  includes: readonly Include[],
  until: number,
): Promise<ReadonlyMap<string, QueryNode>> {
  const found = new Map<string, Wanted>();
  let walked = 0;
  for (const { type, where } of searches) {
    let after: Cursor | undefined;
    do {
      if (performance.now() > until)
        throw tookTooLong('ask without _type: who is named comes with the record');
      const page = await services.repository.include(access, type, where, {
        count: PAGE,
        after,
        room: PAGE_ROOM,
      });
      walked += page.matches.length;
      if (walked > MAX_WALKED)
        throw tooCostly(`More than ${MAX_WALKED} resources would be gone through for what they refer to.`);
      await collect(found, services, includes, page.matches, new Set());
      after = page.next;
    } while (after);
  }
  const steps = Map.groupBy(stepsTo(found), ({ type }) => type);
  return new Map([...steps].map(([type, of]) => [type, or(...of.map(({ where }) => where))]));
}

const publishedUnder = (canonicals: readonly string[]): QueryNode =>
  or(...canonicals.map((uri): QueryNode => ({ kind: 'uri', param: PUBLISHED_AS, uri, match: 'exact' })));
