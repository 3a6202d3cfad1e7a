/** References inside what is written: those to this server in one form, and rule R10 of docs/SECURITY.md. */
import { businessRule, FhirError, findReferences, isResourceType } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { selfOf } from '../access/authorship.ts';
import { DIRECTORY_TYPES } from '../access/owner-table.ts';
import type { QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import type { ResourceJson } from './resource-text.ts';

const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/**
 * S3: an absolute reference to this server becomes relative, in place, so that it is what `Type/id` is everywhere: to ownership, integrity and search
 * (https://hl7.org/fhir/R4/references.html#literal). What a stored Bundle holds stays as it was signed.
 */
export function localize(resource: ResourceJson, baseUrl: string): void {
  if (resource.resourceType === 'Bundle') return;
  const base = new URL(`${baseUrl}/`);
  for (const { reference, isReference, set } of findReferences(resource)) {
    if (!isReference || !/^https?:/i.test(reference)) continue;
    const local = relativeTo(base, reference);
    if (local !== undefined) set(local);
  }
}

/** Scheme and host in any case, with or without a default port. */
function relativeTo(base: URL, reference: string): string | undefined {
  const url = URL.parse(reference);
  if (url?.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return undefined;
  const path = url.pathname.slice(base.pathname.length);
  const [, type = ''] = LOCAL.exec(path) ?? [];
  return url.search === '' && url.hash === '' && isResourceType(type) ? path : undefined;
}

/** `Type/id` of everything on this server that it refers to, extensions and contained resources included; each once, without versions. */
export function localReferences(resource: ResourceJson): string[] {
  const found = new Set<string>();
  for (const { reference, isReference } of findReferences(resource)) {
    const match = isReference ? LOCAL.exec(reference) : null;
    if (match?.[1] && isResourceType(match[1])) found.add(`${match[1]}/${match[2]}`);
  }
  return [...found];
}

/** What somebody on the patient's side refers to without being able to read it: the patient, and themself. */
export const knownTo = (access: AccessContext, owner: string): string[] => [
  `Patient/${owner}`,
  selfOf(access),
];

export type Find = (
  access: AccessContext,
  type: string,
  where: QueryNode,
  limit: number,
) => Promise<readonly StoredVersion[]>;

/**
 * R10: what is written refers only to what the reader can read, besides `known`; the error is the same as for what does not exist. Directory types are
 * nobody's secret.
 */
export async function requireReadable(
  find: Find,
  reader: AccessContext,
  references: readonly string[],
  known: ReadonlySet<string>,
): Promise<void> {
  for (const reference of references) {
    const [type = '', id = ''] = reference.split('/');
    if (known.has(reference) || DIRECTORY_TYPES.has(type)) continue;
    const found = await find(reader, type, { kind: 'id', ids: [id] }, 1).catch((error: unknown) => {
      if (error instanceof FhirError && error.status === 403) return [];
      throw error;
    });
    if (found.length === 0)
      throw businessRule(`The reference '${reference}' leads to nothing on this server.`);
  }
}
