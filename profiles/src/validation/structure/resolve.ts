/** What a reference leads to inside of what is validated (https://hl7.org/fhir/R4/bundle.html#references): an entry of the Bundle, or a contained resource. */
import { isObject } from '../../fhirpath/node.ts';

type Json = Readonly<Record<string, unknown>>;

const known = new WeakMap<Json, ReadonlyMap<string, Json>>();

/** undefined: it leads elsewhere. */
export function resolveWithin(root: Json, reference: string): Json | undefined {
  const names = known.get(root) ?? namesOf(root);
  known.set(root, names);
  return names.get(reference.replace(/\/_history\/[^/]+$/, ''));
}

function namesOf(root: Json): Map<string, Json> {
  const names = new Map<string, Json>();
  if (root.resourceType !== 'Bundle') {
    for (const each of listOf(root.contained)) names.set(`#${each.id}`, each);
    return names;
  }
  for (const { fullUrl, resource } of listOf(root.entry)) {
    if (!isObject(resource)) continue;
    if (typeof fullUrl === 'string') names.set(fullUrl, resource);
    if (typeof resource.id === 'string') names.set(`${resource.resourceType}/${resource.id}`, resource);
  }
  return names;
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
