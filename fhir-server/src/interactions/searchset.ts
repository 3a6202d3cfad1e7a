/** The text of a searchset Bundle (https://hl7.org/fhir/R4/bundle.html#searchset), from resources that are text already. */
import { type Issue, operationOutcome } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { type PagePlace, placesBeside, placeText } from '../search/page-place.ts';
import { CURSOR, type SearchRequest } from '../search/parse-search.ts';
import { queryText } from '../search/query-parameters.ts';
import type { SearchPage, StoredVersion } from '../store/store.ts';
import type { Reply, Services } from './request.ts';
import { isWhole, type View, viewOf } from './view.ts';

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
  const self = selfLink(baseUrl, path, asked.applied);
  const links = [{ relation: 'self', url: self }];
  if (page.previous) links.push({ relation: 'previous', url: linkTo(self, page.previous) });
  if (page.next) links.push({ relation: 'next', url: linkTo(self, page.next) });
  const total = page.total === undefined ? undefined : page.total + made.length;
  const view = viewAsked(asked);
  if (!view && made.length + page.included.length + issues.length === 0)
    return plainReply(baseUrl, page.matches, total, links);
  const entries = [...made];
  if (view) await pushViews(entries, baseUrl, page.matches, view);
  else for (const version of page.matches) entries.push(matchOf(baseUrl, version).text);
  for (const version of page.included) entries.push(spliced(baseUrl, version, version.body, 'include'));
  if (issues.length > 0) entries.push(outcomeEntry(issues));
  return { status: 200, headers: {}, body: searchset(total, links, entries) };
}

type Links = readonly { readonly relation: string; readonly url: string }[];

/** Matches alone, as they are stored. */
function plainReply(
  baseUrl: string,
  matches: readonly StoredVersion[],
  total: number | undefined,
  links: Links,
): Reply {
  const entries = matches.map((version) => matchOf(baseUrl, version));
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, bytesAround(total, links, entries.length));
  const texts = entries.map(({ text }) => text);
  return { status: 200, headers: {}, body: searchset(total, links, texts), bytes };
}

/** Of a searchset with so many entries, without these. */
const bytesAround = (total: number | undefined, links: Links, entries: number): number =>
  Buffer.byteLength(searchset(total, links, [])) + (entries === 0 ? 0 : EMPTY_LIST.length + entries - 1);

const EMPTY_LIST = ',"entry":[]';

/** Each is parsed and written anew: others are let in. */
async function pushViews(
  entries: string[],
  baseUrl: string,
  matches: readonly StoredVersion[],
  view: View,
): Promise<void> {
  const breath = createBreath();
  for (const version of matches) {
    const shown = version.body === undefined ? undefined : viewOf(version.body, view);
    entries.push(spliced(baseUrl, version, shown, 'match'));
    const rest = breath();
    if (rest) await rest;
  }
}

/** The text of a searchset Bundle, from entries that are text already. */
export function searchset(count: number | undefined, links: Links, entries: readonly string[]): string {
  const total = count === undefined ? '' : `"total":${count},`;
  let text = `{"resourceType":"Bundle","type":"searchset",${total}"link":${JSON.stringify(links)}`;
  // Strings that are added are copied once, when all is sent; joined, they are copied for it besides.
  let before = ',"entry":[';
  for (const entry of entries) {
    text += before + entry;
    before = ',';
  }
  return entries.length === 0 ? `${text}}` : `${text}]}`;
}

function selfLink(baseUrl: string, path: string, applied: SearchRequest['applied']): string {
  const query = queryText(applied);
  return `${baseUrl}${path === '' ? '' : `/${path}`}${query === '' ? '' : `?${query}`}`;
}

/** A place is written in letters that a URL takes as they are. */
const linkTo = (self: string, place: PagePlace): string =>
  `${self}${self.includes('?') ? '&' : '?'}${CURSOR}=${placeText(place)}`;

interface Match {
  readonly text: string;
  readonly bytes: number;
}

/** A version never changes, and a store may give the same object out again. */
const known = new WeakMap<StoredVersion, Match>();

function matchOf(baseUrl: string, version: StoredVersion): Match {
  const found = known.get(version);
  if (found !== undefined) return found;
  const text = spliced(baseUrl, version, version.body, 'match');
  const match = { text, bytes: Buffer.byteLength(text) };
  known.set(version, match);
  return match;
}

/** The stored text is spliced in as it is. */
const spliced = (
  baseUrl: string,
  { type, id }: StoredVersion,
  shown: string | undefined,
  mode: 'match' | 'include',
): string =>
  `{"fullUrl":"${baseUrl}/${type}/${id}","resource":${shown ?? 'null'},"search":{"mode":"${mode}"}}`;

/** undefined: whole resources. */
function viewAsked({ summary, elements }: Pick<SearchRequest, 'summary' | 'elements'>): View | undefined {
  const view = { summary: summary === 'count' ? 'false' : summary, elements } as const;
  return isWhole(view) ? undefined : view;
}

const outcomeEntry = (issues: readonly Issue[]): string =>
  `{"resource":${JSON.stringify(operationOutcome(issues))},"search":{"mode":"outcome"}}`;
