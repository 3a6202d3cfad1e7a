/** References inside what is written: what they lead to on this server, and rule R10 of docs/SECURITY.md. */
import { businessRule, FhirError } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { selfOf } from '../access/authorship.ts';
import { DIRECTORY_TYPES } from '../access/owner-table.ts';
import { createBreath } from '../breath.ts';
import { localName, ownReferences } from '../search/own-references.ts';
import type { QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import type { ResourceJson } from './text/resource-text.ts';

/** `Type/id` of everything on this server that it refers to, extensions and contained resources included; each once, without versions. */
export function localReferences(resource: ResourceJson): string[] {
  const found = new Set<string>();
  for (const { reference } of ownReferences(resource)) {
    const name = localName(reference);
    if (name !== undefined) found.add(name);
  }
  return [...found];
}

/** Where it first refers to `name` (`Type/id`), as FHIRPath has it. */
export const placeOf = (resource: { readonly resourceType: string }, name: string): string =>
  ownReferences(resource).find(({ reference }) => localName(reference) === name)?.expression ??
  resource.resourceType;

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
  resource: ResourceJson,
  known: ReadonlySet<string>,
): Promise<void> {
  const breath = createBreath();
  for (const reference of localReferences(resource)) {
    await breath();
    const [type = '', id = ''] = reference.split('/');
    if (known.has(reference) || DIRECTORY_TYPES.has(type)) continue;
    const found = await find(reader, type, { kind: 'id', ids: [id] }, 1).catch((error: unknown) => {
      if (error instanceof FhirError && error.status === 403) return [];
      throw error;
    });
    if (found.length === 0)
      throw businessRule(
        `The reference '${reference}' leads to nothing on this server.`,
        placeOf(resource, reference),
      );
  }
}
