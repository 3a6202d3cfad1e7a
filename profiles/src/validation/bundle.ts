/** Rules of a Bundle that R4 states in its text (https://hl7.org/fhir/R4/bundle.html): full URLs, links, search results, references inside it. */
import { isObject } from '../fhirpath/node.ts';
import { findReferences } from '../references.ts';
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
    ...danglingReferences(entries, bundle.type),
  ];
}

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

function entryFaults({ fullUrl, resource, search }: Json, type: unknown, place: string): BundleFault[] {
  const faults: BundleFault[] = [];
  if (typeof fullUrl === 'string' && !isAbsolute(fullUrl))
    faults.push({ place: `${place}.fullUrl`, text: 'A full URL is absolute.' });
  if (!isObject(resource)) return faults;
  const { resourceType, id } = resource;
  if (type !== 'searchset') return faults;
  const isOutcome = isObject(search) && search.mode === 'outcome';
  if (isOutcome && resourceType !== 'OperationOutcome')
    faults.push({ place: `${place}.resource`, text: 'The outcome of a search is an OperationOutcome.' });
  if (id === undefined && resourceType !== 'OperationOutcome' && resourceType !== 'Parameters')
    faults.push({ place: `${place}.resource.id`, text: 'What a search finds has an id.' });
  return faults;
}

/** A document or a message is whole: what it calls by a `urn:uuid:` is in it, and nowhere else. */
function danglingReferences(entries: readonly Json[], type: unknown): BundleFault[] {
  if (type !== 'document' && type !== 'message') return [];
  const known = new Set(entries.map(({ fullUrl }) => fullUrl));
  return entries.flatMap(({ resource }, i) => {
    if (!isObject(resource) || typeof resource.resourceType !== 'string') return [];
    return findReferences(resource as { resourceType: string })
      .filter(
        ({ reference, isReference }) =>
          isReference && /^urn:(?:uuid|oid):/.test(reference) && !known.has(reference.split('#')[0]),
      )
      .map(({ expression }) => ({
        place: `entry[${i}].resource${expression.slice(expression.indexOf('.'))}`,
        text: 'No entry of the Bundle has this full URL.',
      }));
  });
}
