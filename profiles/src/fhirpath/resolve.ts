/** What a reference leads to, without reading it: what the resource holds itself, else a bare resource of the type that the reference tells (https://hl7.org/fhir/R4/fhirpath.html#functions). */
import { isResourceType } from '../tables.ts';
import { isObject } from './node.ts';

type Json = Readonly<Record<string, unknown>>;

const TYPE_IN_REFERENCE = /(?:^|\/)([A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** `value`: a Reference, or the text of one; `root`: what it may be contained in. undefined: nothing can be told of it. */
export function resolved(value: unknown, root: unknown): Json | undefined {
  const { reference, type } = isObject(value) ? value : { reference: value, type: undefined };
  if (typeof reference !== 'string') return bare(type);
  if (reference.startsWith('#')) return contained(reference.slice(1), root);
  return bare(TYPE_IN_REFERENCE.exec(reference)?.[1]) ?? bare(type);
}

const bare = (type: unknown): Json | undefined =>
  typeof type === 'string' && isResourceType(type) ? { resourceType: type } : undefined;

function contained(id: string, root: unknown): Json | undefined {
  if (!isObject(root)) return undefined;
  if (id === '') return root;
  const held: readonly unknown[] = Array.isArray(root.contained) ? root.contained : [];
  return held.filter(isObject).find((each) => each.id === id);
}
