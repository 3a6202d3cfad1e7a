/** A reference to a version leads to one that there is (https://hl7.org/fhir/R4/references.html#literal): `Patient/1/_history/2`. */
import { businessRule } from '@wellspring/profiles';
import { localName, ownReferences } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { ResourceJson } from '../text/resource-text.ts';

const VERSION = /\/_history\/([^/]+)$/;
/** As the server numbers them. */
const NUMBER = /^[1-9]\d{0,8}$/;

/** 422 at the first that leads to no version, or to a deletion. `own`: `Type/id` of what is written in the same commit, which may become the next one. */
export async function requireVersions(
  store: Pick<ResourceStore, 'read' | 'vread'>,
  resource: ResourceJson,
  own: ReadonlySet<string>,
): Promise<void> {
  const known = new Set<string>();
  for (const found of ownReferences(resource)) {
    const { reference } = found;
    const version = versionIn(reference);
    const name = version === undefined ? undefined : localName(reference);
    if (version === undefined || name === undefined || known.has(reference)) continue;
    known.add(reference);
    if (!NUMBER.test(version) || !(await isThere(store, name, Number(version), own.has(name))))
      throw businessRule(`The reference '${reference}' leads to nothing on this server.`, found.expression);
  }
}

const versionIn = (reference: string): string | undefined =>
  reference.includes('/_history/') ? VERSION.exec(reference)?.[1] : undefined;

async function isThere(
  store: Pick<ResourceStore, 'read' | 'vread'>,
  name: string,
  version: number,
  isWritten: boolean,
): Promise<boolean> {
  const [type = '', id = ''] = name.split('/');
  const found = await store.vread(type, id, version);
  if (found) return found.body !== undefined;
  if (!isWritten) return false;
  return version === ((await store.read(type, id))?.version ?? 0) + 1;
}
