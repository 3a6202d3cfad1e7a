/** The text of a searchset Bundle (https://hl7.org/fhir/R4/bundle.html#searchset), from resources that are text already. */
import { type Issue, operationOutcome } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { type PagePlace, placesBeside, placeText } from '../search/page-place.ts';
import { CURSOR, type SearchRequest } from '../search/parse-search.ts';
import type { SearchPage, StoredVersion } from '../store/store.ts';
import type { Reply, Services } from './request.ts';
import { isWhole, viewOf } from './view.ts';

/** What one Bundle holds, and where the pages beside it begin. */
export interface ShownPage {
  readonly matches: readonly StoredVersion[];
  readonly included: readonly StoredVersion[];
  readonly total: number | undefined;
  readonly previous: PagePlace | undefined;
  readonly next: PagePlace | undefined;
}

/** A page as the store gave it. */
export function plainPage(asked: Pick<SearchRequest, 'after' | 'backward'>, page: SearchPage): ShownPage {
  return { matches: page.matches, included: [], total: page.total, ...placesBeside(asked, page) };
}

/** `made`: entries that are not stored, as text; they come first and are counted. Where a view is asked for each resource is cut down to it: others are let in. */
export async function bundle(
  services: Services,
  asked: Pick<SearchRequest, 'applied' | 'summary' | 'elements'>,
  path: string,
  page: ShownPage,
  issues: readonly Issue[],
  made: readonly string[] = [],
): Promise<Reply> {
  const { baseUrl } = services.repository;
  const at = (relation: string, place: PagePlace | undefined) =>
    place ? [{ relation, url: link(baseUrl, path, [...asked.applied, [CURSOR, placeText(place)]]) }] : [];
  const links = [
    { relation: 'self', url: link(baseUrl, path, asked.applied) },
    ...at('previous', page.previous),
    ...at('next', page.next),
  ];
  const breath = createBreath();
  const matches: string[] = [];
  for (const version of page.matches) {
    matches.push(entryText(baseUrl, version, 'match', asked));
    const rest = breath();
    if (rest) await rest;
  }
  const entries = [
    ...made,
    ...matches,
    ...page.included.map((version) => entryText(baseUrl, version, 'include', asked)),
    ...outcomeEntry(issues),
  ];
  const total = page.total === undefined ? undefined : page.total + made.length;
  return { status: 200, headers: {}, body: searchset(total, links, entries) };
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
