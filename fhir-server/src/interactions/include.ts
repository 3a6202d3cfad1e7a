/** https://hl7.org/fhir/R4/search.html#include: what the matches refer to, and what refers to them, each under the caller's access. */
import { type Issue, resourceTypes, searchParameter, searchParameters } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { readCondition } from '../access/read-condition.ts';
import { aliasOf, isAlias } from '../search/aliases.ts';
import { localReference } from '../search/own-references.ts';
import type { Include, SearchRequest } from '../search/parse-search.ts';
import type { QueryNode } from '../search/query.ts';
import { or } from '../search/query.ts';
import { withoutVersion } from '../search/types/reference.ts';
import type { StoredVersion } from '../store/store.ts';
import type { Services } from './request.ts';

interface Included {
  readonly resources: readonly StoredVersion[];
  readonly issues: readonly Issue[];
}

/** :iterate goes this many rounds at most. */
const MAX_ROUNDS = 5;
const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;

export async function includedResources(
  services: Services,
  access: AccessContext,
  asked: SearchRequest,
  matches: readonly StoredVersion[],
): Promise<Included> {
  if (asked.includes.length === 0 && asked.revincludes.length === 0) return { resources: [], issues: [] };
  const seen = new Set(matches.map(nameOf));
  const found: StoredVersion[] = [];
  let frontier = matches;
  for (let round = 0; round < MAX_ROUNDS && frontier.length > 0; round++) {
    const applies = (include: Include): boolean => round === 0 || include.iterate;
    const next = [
      ...(await forward(services, access, asked.includes.filter(applies), frontier, seen)),
      ...(await backward(services, access, asked.revincludes.filter(applies), frontier, seen)),
    ];
    found.push(...next);
    if (found.length > services.limits.maxIncluded) {
      return {
        resources: found.slice(0, services.limits.maxIncluded),
        issues: [tooMany(services.limits.maxIncluded)],
      };
    }
    frontier = next;
  }
  return { resources: found, issues: [] };
}

const nameOf = (version: StoredVersion): string => `${version.type}/${version.id}`;

function tooMany(limit: number): Issue {
  return {
    severity: 'warning',
    code: 'too-costly',
    diagnostics: `More than ${limit} resources would be included; the rest was left out. Ask for a smaller page.`,
  };
}

async function forward(
  services: Services,
  access: AccessContext,
  includes: readonly Include[],
  sources: readonly StoredVersion[],
  seen: Set<string>,
): Promise<StoredVersion[]> {
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
  const found: StoredVersion[] = [];
  for (const [type, ids] of wanted) {
    found.push(...(await fetch(services, access, type, { kind: 'id', ids: [...ids] }, seen)));
  }
  return found;
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

async function backward(
  services: Services,
  access: AccessContext,
  includes: readonly Include[],
  targets: readonly StoredVersion[],
  seen: Set<string>,
): Promise<StoredVersion[]> {
  const found: StoredVersion[] = [];
  for (const include of includes.flatMap(spelledOut)) {
    const allowed = searchParameter(include.source, include.param)?.targets ?? [];
    const names = targets
      .filter(
        ({ type }) => allowed.includes(type) && (include.target === undefined || include.target === type),
      )
      .map(nameOf);
    if (names.length === 0) continue;
    const params = aliasOf(include.source, include.param) ?? [include.param];
    const where = or(...params.map((param): QueryNode => ({ kind: 'reference', param, targets: names })));
    found.push(...(await fetch(services, access, include.source, where, seen)));
  }
  return found;
}

/** `*` stands for each reference parameter of the type, or of every type. */
function spelledOut(include: Include): Include[] {
  if (include.param !== '*') return [include];
  const sources = include.source === '*' ? resourceTypes : [include.source];
  return sources.flatMap((source) =>
    searchParameters(source)
      .filter(({ type, code }) => type === 'reference' && !isAlias(source, code))
      .map(({ code }) => ({ ...include, source, param: code })),
  );
}

/** A type that the token does not reach includes nothing: the matches alone were asked for by right. */
async function fetch(
  services: Services,
  access: AccessContext,
  type: string,
  where: QueryNode,
  seen: Set<string>,
): Promise<StoredVersion[]> {
  if (!readCondition(access, type, 's')) return [];
  const found = await services.repository.include(access, type, where, services.limits.maxIncluded + 1);
  const fresh = found.filter((version) => !seen.has(nameOf(version)));
  for (const version of fresh) seen.add(nameOf(version));
  return fresh;
}
