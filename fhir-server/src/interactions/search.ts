/** https://hl7.org/fhir/R4/http.html#search: of a type, a compartment or the system, by GET and by POST _search. */
import {
  compartments,
  forbidden,
  type Issue,
  invalid,
  isResourceType,
  operationOutcome,
  resourceTypes,
  searchParameter,
} from '@wellspring/profiles';
import { readCondition } from '../access/read-condition.ts';
import { aliasOf } from '../search/aliases.ts';
import { CURSOR, cursorText, parseSearch, type SearchRequest } from '../search/parse-search.ts';
import { and, or, type QueryNode } from '../search/query.ts';
import type { SearchPage, StoredVersion } from '../store/store.ts';
import { includedResources } from './include.ts';
import { type FhirRequest, type Interaction, isLenient, type Reply, type Services } from './request.ts';
import { storedValueSets } from './value-sets.ts';
import { isWhole, viewOf } from './view.ts';

export async function search(services: Services, request: FhirRequest): Promise<Reply> {
  const asked = await parse(services, request, request.type, request.query);
  return answer(services, request, asked, request.type);
}

/** `[compartment]/[id]/[type]?…`: the compartment's parameters say how the type refers to it. */
export const compartmentSearch =
  (compartment: string): Interaction =>
  async (services, request) => {
    const asked = await parse(services, request, request.type, request.query);
    await checkCompartment(services, request, compartment);
    const member = inCompartment(compartment, request.id, request.type);
    if (!member) throw invalid(`${request.type} is never in the compartment of a ${compartment}.`);
    const within = { ...asked, where: and(asked.where, member) };
    return answer(services, request, within, `${compartment}/${request.id}/${request.type}`);
  };

/** `[compartment]/[id]/*?…`: all types of the compartment that the token reaches. */
export const wholeCompartmentSearch =
  (compartment: string): Interaction =>
  async (services, request) => {
    await checkCompartment(services, request, compartment);
    const types = [...(compartments.get(compartment)?.keys() ?? [])];
    return searchTypes(services, request, types, `${compartment}/${request.id}/*`, (type) =>
      inCompartment(compartment, request.id, type),
    );
  };

/** `[base]?_type=…&…`: parameters that all the types share. */
export async function searchSystem(services: Services, request: FhirRequest): Promise<Reply> {
  return searchTypes(services, request, resourceTypes, '', () => ({ kind: 'all' }));
}

/** Whoever may not know the resource learns nothing about its compartment either. */
async function checkCompartment(
  services: Services,
  request: FhirRequest,
  compartment: string,
): Promise<void> {
  if (!readCondition(request.access, compartment, 'r'))
    throw forbidden(`The token's scopes do not allow reading ${compartment}.`);
  await services.repository.read(request.access, compartment, request.id);
}

/** The condition of being in a compartment; undefined for types that never are. */
export function inCompartment(compartment: string, id: string, type: string): QueryNode | undefined {
  const self: QueryNode[] = type === compartment ? [{ kind: 'id', ids: [id] }] : [];
  const params = compartments.get(compartment)?.get(type);
  if (!params) return self[0];
  const codes = params
    .filter((param) => param !== '{def}')
    .flatMap((param) => aliasOf(type, param) ?? [param]);
  const targets = [`${compartment}/${id}`];
  return or(...codes.map((param): QueryNode => ({ kind: 'reference', param, targets })), ...self);
}

/** One type after the other, in alphabetical order; the page's cursor says at which type it ended, and where there. */
async function searchTypes(
  services: Services,
  request: FhirRequest,
  all: readonly string[],
  path: string,
  condition: (type: string) => QueryNode | undefined,
): Promise<Reply> {
  // The audit log is no part of a record or a system search: it is asked by its own name.
  const readable = askedTypes(request, all).filter(
    (type) => type !== 'AuditEvent' && readCondition(request.access, type, 's'),
  );
  if (readable.length === 0) throw forbidden("The token's scopes do not allow this search.");
  // `_has` finds only what its reference can lead to.
  const types = readable.filter((type) => request.query.every(([name]) => mayHave(type, name)));
  if (types.length === 0) throw invalid('_has: the parameter refers to none of these types.');
  const query = request.query.filter(([name]) => name !== '_type');
  if (query.some(([name]) => /^_(?:sort|include|revinclude)/.test(name)))
    throw invalid('_sort, _include and _revinclude need a search of one type.');
  const searches: SearchRequest[] = [];
  for (const type of types) {
    const asked = await parse(services, request, type, query);
    searches.push({ ...asked, where: and(asked.where, condition(type) ?? { kind: 'none' }) });
  }
  const [first] = searches as [SearchRequest];
  const page = await pageOver(services, request, searches, first);
  const typeParameter = request.query.filter(([name]) => name === '_type');
  const applied = [...typeParameter, ...first.applied];
  return bundle(services, { ...first, applied }, path, page, [], [...first.ignored, ...passedOver(request)]);
}

function mayHave(type: string, name: string): boolean {
  const [kind, source = '', code = ''] = name.split(':');
  return kind !== '_has' || searchParameter(source, code)?.targets.includes(type) !== false;
}

function askedTypes(request: FhirRequest, all: readonly string[]): readonly string[] {
  const given = request.query.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','));
  const unknown = given.find((type) => !isResourceType(type));
  if (unknown !== undefined)
    throw invalid(`'_type': '${unknown.slice(0, 64)}' is not a resource type of R4.`);
  const refused = given.find((type) => !readCondition(request.access, type, 's'));
  if (refused !== undefined) throw forbidden(`The token's scopes do not allow reading ${refused}.`);
  return given.length === 0 ? all : all.filter((type) => given.includes(type));
}

export async function pageOver(
  services: Services,
  request: FhirRequest,
  searches: readonly SearchRequest[],
  { count, after, total: totalKind }: SearchRequest,
): Promise<SearchPage> {
  const [start, ...inner] = after ?? [0];
  if (typeof start !== 'number' || !searches[start])
    throw invalid('The page link is damaged; start the search again.');
  const matches: StoredVersion[] = [];
  let next: SearchPage['next'];
  let total = totalKind === 'none' ? undefined : 0;
  for (const [i, each] of searches.entries()) {
    const isFull = i < start || next !== undefined;
    if (isFull && total === undefined) continue;
    const { after: _, ...fresh } = each;
    const position = i === start && inner.length > 0 ? { after: inner } : {};
    const page = await services.repository.search(request.access, {
      ...fresh,
      after: undefined,
      ...position,
      count: isFull ? 0 : count - matches.length,
    });
    matches.push(...page.matches);
    if (total !== undefined) total += page.total ?? 0;
    if (page.next && !isFull) next = [i, ...page.next];
    else if (!next && i >= start && count > 0 && matches.length === count && i + 1 < searches.length)
      next = [i + 1];
  }
  return { matches, next, total };
}

export async function parse(
  services: Services,
  request: FhirRequest,
  type: string,
  query: FhirRequest['query'],
): Promise<SearchRequest> {
  const storedValueSet = await storedValueSets(services, request.access, query);
  return parseSearch(
    {
      baseUrl: services.repository.baseUrl,
      now: services.now,
      limits: services.limits,
      lenient: isLenient(request),
      ...(storedValueSet ? { storedValueSet } : {}),
    },
    type,
    query,
  );
}

async function answer(
  services: Services,
  request: FhirRequest,
  asked: SearchRequest,
  path: string,
): Promise<Reply> {
  const page = await services.repository.search(request.access, asked);
  const included = await includedResources(services, request.access, asked, page.matches);
  return bundle(services, asked, path, page, included.resources, [
    ...asked.ignored,
    ...passedOver(request),
    ...included.issues,
  ]);
}

const passedOver = (request: FhirRequest): Issue[] =>
  (request.passedOver ?? []).map((name) => ({
    severity: 'information',
    code: 'not-supported',
    diagnostics: `'${name}' means nothing here and was not applied.`,
  }));

export function bundle(
  services: Services,
  asked: SearchRequest,
  path: string,
  page: SearchPage,
  included: readonly StoredVersion[],
  issues: readonly Issue[],
): Reply {
  const { baseUrl } = services.repository;
  const links = [{ relation: 'self', url: link(baseUrl, path, asked.applied) }];
  if (page.next) {
    links.push({
      relation: 'next',
      url: link(baseUrl, path, [...asked.applied, [CURSOR, cursorText(page.next)]]),
    });
  }
  const entries = [
    ...page.matches.map((version) => entryText(baseUrl, version, 'match', asked)),
    ...included.map((version) => entryText(baseUrl, version, 'include', asked)),
    ...outcomeEntry(issues),
  ];
  return { status: 200, headers: {}, body: searchset(page.total, links, entries) };
}

/** The text of a searchset Bundle, from entries that are text already. */
export function searchset(
  count: number | undefined,
  links: readonly { readonly relation: string; readonly url: string }[],
  entries: readonly string[],
): string {
  const total = count === undefined ? '' : `"total":${count},`;
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","type":"searchset",${total}"link":${JSON.stringify(links)}${list}}`;
}

function link(baseUrl: string, path: string, parameters: readonly [string, string][]): string {
  const query = new URLSearchParams(parameters).toString();
  return `${baseUrl}${path === '' ? '' : `/${path}`}${query === '' ? '' : `?${query}`}`;
}

/** The stored text is spliced in as it is. */
export function entryText(
  baseUrl: string,
  version: StoredVersion,
  mode: 'match' | 'include',
  asked?: Pick<SearchRequest, 'summary' | 'elements'>,
): string {
  const body = version.body ?? 'null';
  const shown = asked && mode === 'match' ? viewed(body, asked) : body;
  if (shown !== body || mode !== 'match') return spliced(baseUrl, version, shown, mode);
  // A version never changes, and a store may give the same object out again.
  const text = known.get(version) ?? spliced(baseUrl, version, body, mode);
  known.set(version, text);
  return text;
}

const known = new WeakMap<StoredVersion, string>();

const spliced = (baseUrl: string, { type, id }: StoredVersion, shown: string, mode: string): string =>
  `{"fullUrl":"${baseUrl}/${type}/${id}","resource":${shown},"search":{"mode":"${mode}"}}`;

function viewed(body: string, { summary, elements }: Pick<SearchRequest, 'summary' | 'elements'>): string {
  const view = { summary: summary === 'count' ? 'false' : summary, elements } as const;
  return isWhole(view) ? body : viewOf(body, view);
}

function outcomeEntry(issues: readonly Issue[]): string[] {
  if (issues.length === 0) return [];
  return [`{"resource":${JSON.stringify(operationOutcome(issues))},"search":{"mode":"outcome"}}`];
}
