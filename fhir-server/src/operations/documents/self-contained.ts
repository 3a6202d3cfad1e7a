/** A document that leads nowhere but into itself: whoever gets it has no way to what lies on this server. Files stay there: a summary names them. */
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import { localName, localReference } from '../../search/own-references.ts';

interface Reference {
  reference?: string;
  type?: string;
  display?: string;
  readonly identifier?: object;
}

/**
 * Changes the resource in place: what leads to an entry gets that one's address, what leads to something else of this server keeps its words. `fullUrls`: by
 * `Type/id`.
 */
export function keepInside(
  resource: ResourceJson,
  baseUrl: string,
  fullUrls: ReadonlyMap<string, string>,
): void {
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    settle(value as Reference, baseUrl, fullUrls);
    if ('contentType' in value && 'data' in value) delete value.data;
    for (const each of Object.values(value)) walk(each);
  };
  walk(resource);
}

function settle(value: Reference, baseUrl: string, fullUrls: ReadonlyMap<string, string>): void {
  if (typeof value.reference !== 'string') return;
  const name = localName(localReference(value.reference, baseUrl));
  if (name === undefined) return;
  const fullUrl = fullUrls.get(name);
  if (fullUrl !== undefined) {
    value.reference = fullUrl;
    return;
  }
  delete value.reference;
  value.type ??= name.split('/')[0] as string;
  if (!value.identifier) value.display ??= `${value.type}, not in this document`;
}
