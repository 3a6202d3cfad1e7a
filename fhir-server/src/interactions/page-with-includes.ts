/**
 * A page of a search with all that it includes (https://hl7.org/fhir/R4/search.html#include). Where that is more than a page may add, the page holds fewer matches,
 * so that each page stands alone; and where one match alone brings more, the pages after it hold the rest, before the next matches.
 */
import type { AccessContext } from '../access/access-context.ts';
import { readCondition } from '../access/read-condition.ts';
import { BEGINNING, type PagePlace, placeAfter } from '../search/page-place.ts';
import type { SearchRequest } from '../search/parse-search.ts';
import type { SearchPage, StoredVersion } from '../store/store.ts';
import { includedResources } from './include.ts';
import type { Services } from './request.ts';
import { plainPage, type ShownPage } from './searchset.ts';

type Asked = Pick<SearchRequest, 'includes' | 'revincludes' | 'after' | 'backward' | 'rest'>;

export async function pageWithIncludes(
  services: Services,
  access: AccessContext,
  asked: Asked,
  search: () => Promise<SearchPage>,
): Promise<ShownPage> {
  const rest = asked.rest && (await restOfIncludes(services, access, asked, asked.rest));
  if (rest) return rest;
  let page = await search();
  if (asked.includes.length === 0 && asked.revincludes.length === 0) return plainPage(asked, page);
  for (;;) {
    const included = await includedResources(services, access, asked, page.matches);
    if (included.rest && page.matches.length > 1) {
      page = half(page, asked.backward);
      continue;
    }
    await services.repository.noteIncluded(access, included.resources);
    const shown = plainPage(asked, page);
    const [match] = page.matches;
    const next =
      included.rest && match
        ? { ...(shown.next ?? BEGINNING), rest: { ...included.rest, match: nameOf(match) } }
        : shown.next;
    return { ...shown, included: included.resources, next };
  }
}

const nameOf = ({ type, id }: StoredVersion): string => `${type}/${id}`;

/** The half that the walk came by first. */
function half(page: SearchPage, backward: boolean): SearchPage {
  const count = Math.ceil(page.matches.length / 2);
  const [from, to] = backward ? [page.matches.length - count, undefined] : [0, count];
  const positions = page.positions.slice(from, to);
  return {
    matches: page.matches.slice(from, to),
    positions,
    next: positions.at(backward ? 0 : -1),
    total: page.total,
  };
}

/** undefined: the match is not there any more, and what comes after it is next. */
async function restOfIncludes(
  services: Services,
  access: AccessContext,
  asked: Asked,
  from: NonNullable<PagePlace['rest']>,
): Promise<ShownPage | undefined> {
  const [type = '', id = ''] = from.match.split('/');
  const matches = readCondition(access, type, 's')
    ? await services.repository.find(access, type, { kind: 'id', ids: [id] }, 1)
    : [];
  if (matches.length === 0 && asked.after) return undefined;
  const { resources, rest } = await includedResources(services, access, asked, matches, from);
  await services.repository.noteIncluded(access, resources);
  const next = asked.after && placeAfter(asked.after);
  return {
    matches: [],
    included: resources,
    total: undefined,
    previous: undefined,
    next: rest ? { ...(next ?? BEGINNING), rest: { ...rest, match: from.match } } : next,
  };
}
