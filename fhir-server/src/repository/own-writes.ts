/** What the server writes of its own, beside what somebody asked for: read as it is stored, written without the rules that bind people. */
import { ownersOf } from '../access/owner-table.ts';
import { indexEntries } from '../search/index-entries.ts';
import type { ResourceStore, UpdateOperation } from '../store/store.ts';
import { parseJson, type ResourceJson, resourceText } from './text/resource-text.ts';

export interface Stored<T> {
  readonly version: number;
  readonly resource: T;
}

/** `name`: `Type/id`. undefined: it is not there, or no longer. */
export async function storedResource<T extends ResourceJson>(
  store: Pick<ResourceStore, 'read'>,
  name: string,
): Promise<Stored<T> | undefined> {
  const [type = '', id = ''] = name.split('/');
  const found = await store.read(type, id);
  return found?.body === undefined
    ? undefined
    : { version: found.version, resource: parseJson(found.body) as T };
}

/** `expectedVersion` undefined: whatever stands now is written over. */
export function ownUpdate(resource: ResourceJson, id: string, expectedVersion?: number): UpdateOperation {
  return {
    kind: 'update',
    type: resource.resourceType,
    id,
    text: resourceText(resource, id),
    entries: indexEntries(resource, ownersOf({ ...resource, id })),
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  };
}
