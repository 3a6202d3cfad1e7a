/** What a reference leads to, without reading it: what the resource holds itself, else a bare resource of the type that the reference tells (https://hl7.org/fhir/R4/fhirpath.html#functions). */
import { isResourceType } from '../tables.ts';
import { referencedType, typeNamed } from '../validation/structure/uris.ts';
import { isObject } from './node.ts';

type Json = Readonly<Record<string, unknown>>;

/** `value`: a Reference, or the text of one; `root`: what it may be contained in. undefined: nothing can be told of it. */
export function resolved(value: unknown, root: unknown): Json | undefined {
  const { reference, type } = isObject(value) ? value : { reference: value, type: undefined };
  const named = typeof type === 'string' ? typeNamed(type) : undefined;
  if (typeof reference !== 'string') return bare(named);
  if (reference.startsWith('#')) return contained(reference.slice(1), root);
  return bare(referencedType(reference)) ?? bare(named);
}

const bare = (type: string | undefined): Json | undefined =>
  type !== undefined && isResourceType(type) ? { resourceType: type } : undefined;

function contained(id: string, root: unknown): Json | undefined {
  if (!isObject(root)) return undefined;
  if (id === '') return root;
  const held: readonly unknown[] = Array.isArray(root.contained) ? root.contained : [];
  return held.filter(isObject).find((each) => each.id === id);
}
