/** Rules of a Bundle that R4 states in its text (https://hl7.org/fhir/R4/bundle.html): full URLs, links, search results, references inside it. */
import { isObject } from '../../fhirpath/node.ts';
import { findReferences } from '../../references.ts';
import { isResourceType } from '../../tables.ts';
import { isAbsolute } from './uris.ts';

type Json = Readonly<Record<string, unknown>>;

export interface BundleFault {
  /** FHIRPath below the Bundle: `entry[0].fullUrl`. */
  readonly place: string;
  readonly text: string;
}

/** Relations that lead to one page each. */
const ONCE: ReadonlySet<string> = new Set(['self', 'first', 'previous', 'prev', 'next', 'last']);

/** Of a Bundle whose structure is valid. */
export function bundleFaults(bundle: Json): BundleFault[] {
  const entries = (Array.isArray(bundle.entry) ? bundle.entry : []).filter(isObject);
  return [
    ...linkFaults(bundle.link),
    ...entries.flatMap((entry, i) => entryFaults(entry, bundle.type, `entry[${i}]`)),
    ...(isWhole(bundle.type) ? [...danglingReferences(entries), ...linkedFaults(entries)] : []),
  ];
}

/** A document or a message holds all that it speaks of. */
const isWhole = (type: unknown): boolean => type === 'document' || type === 'message';

function linkFaults(links: unknown): BundleFault[] {
  const seen = new Set<unknown>();
  return (Array.isArray(links) ? links : []).flatMap((link, i) => {
    const relation = isObject(link) ? link.relation : undefined;
    if (typeof relation !== 'string' || !ONCE.has(relation)) return [];
    const isSecond = seen.has(relation);
    seen.add(relation);
    return isSecond
      ? [{ place: `link[${i}].relation`, text: 'There may be one link of this relation.' }]
      : [];
  });
}

const RESTFUL = /^https?:\/\/.*\/([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;
/** Of what is to be written the server gives the ids, and published answers of servers have others. */
const HELD: ReadonlySet<unknown> = new Set(['document', 'message', 'collection']);

function entryFaults({ fullUrl, resource, search }: Json, type: unknown, place: string): BundleFault[] {
  const faults: BundleFault[] = [];
  if (typeof fullUrl === 'string' && !isAbsolute(fullUrl))
    faults.push({ place: `${place}.fullUrl`, text: 'A full URL is absolute.' });
  if (!isObject(resource)) return faults;
  const { resourceType, id } = resource;
  const other =
    typeof fullUrl === 'string' && typeof id === 'string' && HELD.has(type) ? RESTFUL.exec(fullUrl) : null;
  if (other && isResourceType(String(other[1])) && `${other[1]}/${other[2]}` !== `${resourceType}/${id}`)
    faults.push({
      place: `${place}.fullUrl`,
      text: `The full URL must end with ${resourceType}/${id}, as the resource does.`,
    });
  if (type !== 'searchset') return faults;
  const isOutcome = isObject(search) && search.mode === 'outcome';
  if (isOutcome && resourceType !== 'OperationOutcome')
    faults.push({ place: `${place}.resource`, text: 'The outcome of a search is an OperationOutcome.' });
  return faults;
}

/** What it calls by a `urn:uuid:` is in it, and nowhere else. */
function danglingReferences(entries: readonly Json[]): BundleFault[] {
  const known = new Set(entries.map(({ fullUrl }) => fullUrl));
  return entries.flatMap(({ resource }, i) => {
    if (!isObject(resource) || typeof resource.resourceType !== 'string') return [];
    return findReferences(resource as { resourceType: string })
      .filter(
        ({ reference, isReference, isPacked }) =>
          isReference &&
          !isPacked &&
          /^urn:(?:uuid|oid):/.test(reference) &&
          !known.has(reference.split('#')[0]),
      )
      .map(({ expression }) => ({
        place: `entry[${i}].resource${expression.slice(expression.indexOf('.'))}`,
        text: 'No entry of the Bundle has this full URL.',
      }));
  });
}

/** What a Composition or a MessageHeader leads to must be there (https://hl7.org/fhir/R4/documents.html#content, messageheader.html#focus), as one of it. */
const LINKS: Readonly<Record<string, RegExp>> = {
  Composition:
    /^Composition\.(?:subject|encounter|author|custodian|attester\[\d+\]\.party|event\[\d+\]\.detail|(?:section\[\d+\]\.)+entry)(?:\[\d+\])?$/,
  MessageHeader: /^MessageHeader\.focus(?:\[\d+\])?$/,
};

function linkedFaults(entries: readonly Json[]): BundleFault[] {
  const first = entries[0]?.resource;
  const links = isObject(first) ? LINKS[String(first.resourceType)] : undefined;
  if (!links) return [];
  const names = Map.groupBy(
    entries.flatMap(({ fullUrl, resource }) =>
      namesOf(fullUrl, resource).map((name) => ({ name, resource })),
    ),
    ({ name }) => name,
  );
  return findReferences(first as { resourceType: string }).flatMap(
    ({ reference, isReference, expression }) => {
      if (!isReference || reference.startsWith('#') || !links.test(expression.replace(/\.reference$/, '')))
        return [];
      const [, bare = reference, version] = /^(.*?)(?:\/_history\/([^/]+))?$/.exec(reference) ?? [];
      const named = names.get(bare) ?? [];
      const found = named.filter(({ resource }) => version === undefined || versionOf(resource) === version);
      if (found.length === 1) return [];
      const place = `entry[0].resource${expression.slice(expression.indexOf('.'))}`;
      // What is called by another server's URL may be had there; a `urn:uuid:` was looked for already.
      if (named.length === 0 && isAbsolute(reference)) return [];
      if (found.length === 0)
        return [{ place, text: 'What this leads to must be in the Bundle, and is not.' }];
      return [{ place, text: 'More than one entry of the Bundle may be meant.' }];
    },
  );
}

/** Its full URL, and `Type/id`, by which those of the same server know it. */
function namesOf(fullUrl: unknown, resource: unknown): string[] {
  const own =
    isObject(resource) && typeof resource.id === 'string' ? [`${resource.resourceType}/${resource.id}`] : [];
  const rest = typeof fullUrl === 'string' ? (RESTFUL.exec(fullUrl)?.slice(1, 3).join('/') ?? '') : '';
  return [
    ...new Set([...(typeof fullUrl === 'string' ? [fullUrl] : []), ...own, ...(rest === '' ? [] : [rest])]),
  ];
}

const versionOf = (resource: unknown): unknown =>
  isObject(resource) && isObject(resource.meta) ? resource.meta.versionId : undefined;
