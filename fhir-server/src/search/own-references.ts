/**
 * A URL below this server's own base names the same resource as its relative form (https://hl7.org/fhir/R4/references.html#literal). One spelling is kept, so that
 * index, ownership, integrity and includes need to know one only.
 */
import { findReferences, isResourceType } from '@wellspring/profiles';

const LOCAL = /^([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?\/?|\?\S+)$/;
/** What stands inside a Bundle or Parameters is that one's own: its references are relative to where it came from. */
const PACKED = /^(?:Bundle\.entry\[\d+\]\.(?:resource|response)|Parameters\.parameter\[\d+\]\.)/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** `{base}/Type/id`, with a version or not, and `{base}/Type?condition` without the base; anything else as it is. Scheme and host in any case, a port that goes without saying. */
export function localReference(reference: string, baseUrl: string): string {
  if (!/^https?:\/\//i.test(reference)) return reference;
  const rest = belowBase(reference, baseUrl);
  const [, type] = (rest === undefined ? undefined : LOCAL.exec(rest)) ?? [];
  return rest !== undefined && type !== undefined && isResourceType(type)
    ? rest.replace(/\/$/, '')
    : reference;
}

function belowBase(reference: string, baseUrl: string): string | undefined {
  const { origin, protocol, pathname } = new URL(baseUrl);
  const path = `${pathname.replace(/\/+$/, '')}/`;
  for (const each of [origin, `${origin}:${DEFAULT_PORTS[protocol]}`]) {
    if (reference.slice(0, each.length).toLowerCase() !== each) continue;
    const rest = reference.slice(each.length);
    if (rest.startsWith(path)) return rest.slice(path.length).replace(/^\/+/, '');
  }
  return undefined;
}

/** The literal references of a resource that are its own, not those of what it packs. */
export function ownReferences(resource: { readonly resourceType: string }) {
  return findReferences(resource).filter(
    ({ isReference, expression }) => isReference && !PACKED.test(expression),
  );
}

/** Changes the resource in place: its references to this server become relative. */
export function makeReferencesLocal(resource: { readonly resourceType: string }, baseUrl: string): void {
  for (const found of ownReferences(resource)) {
    const local = localReference(found.reference, baseUrl);
    if (local !== found.reference) found.set(local);
  }
}
