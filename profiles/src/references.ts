/** Finds the references inside a resource, wherever they stand, and rewrites them: what transactions need for `urn:uuid:` and conditional references. */

export interface FoundReference {
  /** FHIRPath of the value, from the resource's type on. */
  readonly expression: string;
  readonly reference: string;
  /** Whether it stands in Reference.reference; else it is a uri, url, canonical, oid or uuid that names a `urn:`. */
  readonly isReference: boolean;
  set(value: string): void;
}

type Json = Record<string, unknown>;

const URN = /^urn:(uuid|oid):/;

/** Every Reference.reference, and every other string that is a `urn:uuid:` or `urn:oid:` as a whole. */
export function findReferences(resource: { readonly resourceType: string }): FoundReference[] {
  const found: FoundReference[] = [];
  walk(resource as unknown as Json, resource.resourceType, found);
  return found;
}

function walk(value: Json, path: string, found: FoundReference[]): void {
  for (const key of Object.keys(value)) {
    const child = value[key];
    if (typeof child === 'string') {
      const isReference = key === 'reference';
      if (isReference || URN.test(child)) {
        found.push({
          expression: `${path}.${key}`,
          reference: child,
          isReference,
          set: (next) => {
            value[key] = next;
          },
        });
      }
    } else if (Array.isArray(child)) walkArray(child, `${path}.${key}`, found);
    else if (typeof child === 'object' && child !== null) walk(child as Json, `${path}.${key}`, found);
  }
}

function walkArray(values: unknown[], path: string, found: FoundReference[]): void {
  values.forEach((child, i) => {
    if (typeof child === 'object' && child !== null) walk(child as Json, `${path}[${i}]`, found);
    else if (typeof child === 'string' && URN.test(child)) {
      found.push({
        expression: `${path}[${i}]`,
        reference: child,
        isReference: false,
        set: (next) => {
          values[i] = next;
        },
      });
    }
  });
}
