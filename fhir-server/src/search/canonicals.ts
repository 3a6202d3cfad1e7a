/**
 * References by canonical URL (https://hl7.org/fhir/R4/references.html#canonical): they lead to whatever is published under the URL, of the version that they name, or of
 * any where they name none. Where one is an address below this server's base, it leads to what is there too.
 */
import {
  elementType,
  isResourceType,
  resourceTypes,
  type SearchParameter,
  searchParameter,
  searchParameters,
} from '@wellspring/profiles';
import { and, or, type QueryNode } from './query.ts';

/** The canonicals of a reference parameter as they were written; the parameter itself has them without their version too. */
export const writtenParam = (param: string): string => `${param}~canonical`;

/** Types that are published under a URL of their own. */
export const isCanonicalType = (type: string): boolean =>
  elementType(type, 'url')?.type === 'uri' && elementType(type, 'version')?.type === 'string';

const CANONICAL_TYPES = resourceTypes.filter(isCanonicalType);

/** URL, and URL with version, of a resource of such a type. */
export function publishedAs(resource: { readonly resourceType: string }): string[] {
  const { url, version } = resource as { url?: unknown; version?: unknown };
  if (typeof url !== 'string' || !isCanonicalType(resource.resourceType)) return [];
  return typeof version === 'string' ? [url, `${url}|${version}`] : [url];
}

/** All that a canonical may say to mean this resource. */
export const canonicalsOf = (
  resource: { readonly resourceType: string; readonly id: string },
  baseUrl: string,
): string[] => {
  const name = `${resource.resourceType}/${resource.id}`;
  return [name, `${baseUrl}/${name}`, ...publishedAs(resource)];
};

/** A canonical without the part of the resource that it points into; undefined for what is contained. */
export function withoutFragment(canonical: string): string | undefined {
  const hash = canonical.indexOf('#');
  return hash < 0 ? canonical : canonical.slice(0, hash) || undefined;
}

/** Types that a parameter leads to by canonicals. */
export function canonicalTargets({ leadsBy, targets }: SearchParameter): readonly string[] {
  if (leadsBy === 'reference') return [];
  return targets.length === 0 ? CANONICAL_TYPES : targets.filter(isCanonicalType);
}

/** Types that it leads to by references. */
export const literalTargets = ({ leadsBy, targets }: SearchParameter): readonly string[] =>
  leadsBy === 'canonical' ? [] : targets;

/** Types that it leads to by either. */
export const targetsOf = (parameter: SearchParameter): readonly string[] => [
  ...literalTargets(parameter),
  ...canonicalTargets(parameter),
];

/** `[url]|[version]` and the modifiers of it: a version has those below it that go on with a dot (https://hl7.org/fhir/R4/search.html#uri). */
export function versionedNode(
  param: string,
  canonical: string,
  modifier: 'below' | 'above' | undefined,
): QueryNode {
  const exact: QueryNode = { kind: 'uri', param, uri: canonical, match: 'exact' };
  if (modifier === undefined) return exact;
  const bar = canonical.indexOf('|');
  if (bar < 0) return { ...exact, match: modifier };
  if (modifier === 'below')
    return { kind: 'or', nodes: [exact, { ...exact, uri: `${canonical}.`, match: 'below' }] };
  const parts = canonical.slice(bar + 1).split('.');
  const above = parts.map((_, i) => `${canonical.slice(0, bar)}|${parts.slice(0, i + 1).join('.')}`);
  return { kind: 'or', nodes: above.map((uri) => ({ ...exact, uri })) };
}

/** Id of the resource of this type that a canonical names by its address here, `Questionnaire/x` or below the base URL. */
export function addressedId(type: string, canonical: string, baseUrl?: string): string | undefined {
  const url = canonical.split(/[|#]/)[0] as string;
  const path = baseUrl !== undefined && url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length + 1) : url;
  const id = path.startsWith(`${type}/`) ? path.slice(type.length + 1) : '';
  return /^[A-Za-z0-9.-]{1,64}$/.test(id) ? id : undefined;
}

/** What a canonical leads to, among resources of this type: by its URL or its address, of the version that it names. */
export function namedBy(type: string, canonical: string, baseUrl?: string): QueryNode {
  const [uri = '', version] = (withoutFragment(canonical) ?? '').split('|');
  const id = addressedId(type, canonical, baseUrl);
  const byUrl: QueryNode = { kind: 'uri', param: 'url', uri, match: 'exact' };
  const where = id === undefined ? byUrl : or(byUrl, { kind: 'id', ids: [id] });
  // Versions are indexed in small letters.
  return version === undefined
    ? where
    : and(where, { kind: 'token', param: 'version', code: version.toLowerCase() });
}

/** The reference parameter of a type by its name, or each of them (`*`); none of another kind. */
export const referenceParameters = (type: string, param: string): SearchParameter[] =>
  (param === '*' ? searchParameters(type) : [searchParameter(type, param)]).filter(
    (each) => each?.type === 'reference',
  ) as SearchParameter[];

/** Whether a parameter of another type may lead to this one. */
export const mayLeadTo = (parameter: SearchParameter, type: string): boolean =>
  isResourceType(type) &&
  (literalTargets(parameter).includes(type) || canonicalTargets(parameter).includes(type));
