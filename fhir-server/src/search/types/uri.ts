/** URI search parameters: https://hl7.org/fhir/R4/search.html#uri */
import { invalid, type TypedValue } from '@wellspring/profiles';
import { versionedNode } from '../canonicals.ts';
import { type EntryLists, PUBLISHED_AS } from '../index-entry.ts';
import { or, type QueryNode } from '../query.ts';

export function addUris(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    if (typeof value !== 'string') continue;
    lists.uris.push({ param, uri: value });
    const bar = value.indexOf('|');
    if (bar > 0) lists.uris.push({ param, uri: value.slice(0, bar) });
  }
}

/** A resource's own `url` may be asked with its version: `url=http://example.org/q|1.0`. */
export function uriNode(param: string, uri: string, modifier: 'below' | 'above' | undefined): QueryNode {
  if (modifier !== undefined && uri.startsWith('urn:'))
    throw invalid(`'${param}:${modifier}' is for URLs: a URN has nothing above or below it.`);
  const node = versionedNode(param, uri, modifier);
  return param === 'url' && uri.includes('|') ? or(node, versionedNode(PUBLISHED_AS, uri, modifier)) : node;
}
