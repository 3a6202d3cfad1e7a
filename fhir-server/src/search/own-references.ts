/**
 * A URL below this server's own base names the same resource as its relative form (https://hl7.org/fhir/R4/references.html#literal). One spelling is kept, so that
 * index, ownership, integrity and includes need to know one only.
 */
import {
  BLANK_IN_REFERENCE,
  type FoundReference,
  findReferences,
  hasBlank,
  type Issue,
  isResourceType,
} from '@wellspring/profiles';

const LOCAL = /^([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?\/?|\?\S+)$/;
/** What stands inside a Bundle or Parameters is that one's own: its references are relative to where it came from. */
const PACKING: ReadonlySet<string> = new Set(['Bundle', 'Parameters']);
const PACKED = /^(?:Bundle\.entry\[\d+\]\.(?:resource|response)|Parameters\.parameter\[\d+\]\.)/;
/** R4's own form of a relative reference (references.html#literal), and nothing like it. */
const EXACT = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** `Type/id` of a relative reference, without its version; undefined for any other text. The one reader of such references: access, integrity and index see the same. */
export function localName(reference: string): string | undefined {
  if (!EXACT.test(reference)) return undefined;
  const slash = reference.indexOf('/');
  if (!isResourceType(reference.slice(0, slash))) return undefined;
  const end = reference.indexOf('/', slash + 1);
  return end < 0 ? reference : reference.slice(0, end);
}

const PATIENT = /^Patient\/([A-Za-z0-9\-.]{1,64})$/;

/** The id of `Patient/id`; undefined for any other text, one with a version too. */
export function patientId(reference: string | undefined): string | undefined {
  return PATIENT.exec(reference ?? '')?.[1];
}

/** `Patient/1/_history/2`, here or elsewhere, refers to Patient/1 as far as search goes. */
export function withoutVersion(reference: string): string {
  const name = localName(reference);
  if (name !== undefined) return name;
  const [, elsewhere] = /^([a-z][a-z0-9+.-]*:\S*)\/_history\/[A-Za-z0-9\-.]{1,64}$/i.exec(reference) ?? [];
  return elsewhere ?? reference;
}

/** Whether a reference, here or elsewhere, is to one version. */
export const namesVersion = (reference: string): boolean => withoutVersion(reference) !== reference;

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
export function ownReferences(resource: { readonly resourceType: string }): FoundReference[] {
  const found = findReferences(resource);
  return PACKING.has(resource.resourceType)
    ? found.filter(({ isReference, expression }) => isReference && !PACKED.test(expression))
    : found.filter(({ isReference }) => isReference);
}

/** Changes the resource in place: its references to this server become relative. */
export function makeReferencesLocal(resource: { readonly resourceType: string }, baseUrl: string): void {
  for (const found of ownReferences(resource)) {
    const local = localReference(found.reference, baseUrl);
    if (local !== found.reference) found.set(local);
  }
}

/**
 * What is meant for this server, or for nothing at all, and is not written as R4 has it: one reader might take it for a resource that another does not see. Given after
 * makeReferencesLocal.
 */
export function referenceIssues(
  resource: { readonly resourceType: string },
  baseUrl: string,
): readonly Issue[] {
  return ownReferences(resource)
    .filter(({ reference }) => isOfBundle(reference) || !isClear(reference, baseUrl))
    .map(({ reference, expression }) =>
      isOfBundle(reference)
        ? {
            ...noReference(reference, expression),
            diagnostics: `'${reference.slice(0, 200)}' leads to nothing: only entries of a Bundle are called like that, by each other.`,
          }
        : noReference(reference, expression),
    );
}

/** The same of what stands inside a Bundle or Parameters, which may be of another server: what is no reference anywhere. */
export function packedFormIssues(resource: { readonly resourceType: string }): readonly Issue[] {
  return findReferences(resource)
    .filter(
      ({ isReference, reference, expression }) => isReference && PACKED.test(expression) && !isAny(reference),
    )
    .map(({ reference, expression }) => noReference(reference, expression));
}

const isAny = (reference: string): boolean =>
  !/\s/.test(reference) &&
  (reference.startsWith('#') ||
    SCHEME.test(reference) ||
    localName(reference) !== undefined ||
    isResourceType(/^([A-Z][A-Za-z]+)\?./.exec(reference)?.[1] ?? ''));

const noReference = (reference: string, expression: string): Issue => ({
  severity: 'error',
  code: 'value',
  diagnostics: hasBlank(reference)
    ? BLANK_IN_REFERENCE
    : `'${reference.slice(0, 200)}' is no reference: [type]/[id], an absolute URL, or # and the id of what is contained.`,
  expression,
});

/** https://hl7.org/fhir/R4/bundle.html#references */
export const isOfBundle = (reference: string): boolean => /^urn:(?:uuid|oid):/i.test(reference);

function isClear(reference: string, baseUrl: string): boolean {
  if (reference.startsWith('#') || localName(reference) !== undefined) return true;
  if (!SCHEME.test(reference) || /\s/.test(reference)) return false;
  if (!/^https?:/i.test(reference) || !URL.canParse(reference)) return true;
  const [named, own] = [new URL(reference), new URL(baseUrl)];
  const path = (url: URL): string => `${decodable(url.pathname)}/`.replace(/\/{2,}/g, '/').toLowerCase();
  return (
    named.hostname !== own.hostname || portOf(named) !== portOf(own) || !path(named).startsWith(path(own))
  );
}

const portOf = ({ port, protocol }: URL): string | undefined => port || DEFAULT_PORTS[protocol];

function decodable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
