/** Finds the references inside a resource, wherever they stand, and rewrites them: what transactions need for `urn:uuid:` and conditional references. */
import { elementType } from './tables.ts';

export interface FoundReference {
  /** FHIRPath of the value, from the resource's type on. */
  readonly expression: string;
  readonly reference: string;
  /** Whether it stands in Reference.reference; else it is a uri, url, oid or uuid that names a `urn:`. */
  readonly isReference: boolean;
  /** Whether it stands in a Bundle: it names what it names there, and where that came from (https://hl7.org/fhir/R4/bundle.html#references). */
  readonly isPacked: boolean;
  set(value: string): void;
}

type Json = Record<string, unknown>;

const URN = /^urn:(uuid|oid):/;
/** Types whose values may name a resource (https://hl7.org/fhir/R4/http.html#trules); in any other text a URN is text, and a canonical is compared to what its resource is published as. */
const NAMING: ReadonlySet<string> = new Set(['uri', 'url', 'oid', 'uuid']);

/** Every Reference.reference, and every other value of a type that names things which is a `urn:uuid:` or `urn:oid:`. */
export function findReferences(resource: { readonly resourceType: string }): FoundReference[] {
  const found: FoundReference[] = [];
  const { resourceType } = resource;
  walk(
    resource as unknown as Json,
    resourceType,
    { path: resourceType, isPacked: resourceType === 'Bundle' },
    found,
  );
  return found;
}

const bare = (key: string): string => (key.startsWith('_') ? key.slice(1) : key);

/** `''`: nothing is known of it. */
function typeOf(holder: string, key: string): string {
  return elementType(holder, bare(key))?.type ?? '';
}

/** FHIRPath knows a choice by its base name, and a primitive's twin by the primitive's. */
function nameOf(holder: string, key: string): string {
  return elementType(holder, bare(key))?.choice ?? bare(key);
}

interface Place {
  readonly path: string;
  readonly isPacked: boolean;
}

function walk(value: Json, type: string, { path, isPacked }: Place, found: FoundReference[]): void {
  const below = (text: string, inner: string): Place => ({
    path: text,
    isPacked: isPacked || inner === 'Bundle',
  });
  for (const key of Object.keys(value)) {
    const child = value[key];
    const name = `${path}.${nameOf(type, key)}`;
    if (typeof child === 'string') {
      const isReference = key === 'reference';
      if (isReference || (URN.test(child) && NAMING.has(typeOf(type, key)))) {
        found.push({
          expression: name,
          reference: child,
          isReference,
          isPacked,
          set: (next) => {
            value[key] = next;
          },
        });
      }
    } else if (Array.isArray(child)) walkArray(child, typeOf(type, key), below(name, ''), found);
    else if (typeof child === 'object' && child !== null) {
      const inner = innerType(child as Json, typeOf(type, key));
      walk(child as Json, inner, below(name, inner), found);
    }
  }
}

/** Of a resource in a resource: its own; of the extensions of a primitive: those of an element. */
function innerType(value: Json, type: string): string {
  if (type === 'Resource') return String(value.resourceType);
  return /^[a-z]/.test(type) ? 'Element' : type;
}

function walkArray(
  values: unknown[],
  type: string,
  { path, isPacked }: Place,
  found: FoundReference[],
): void {
  values.forEach((child, i) => {
    if (typeof child === 'object' && child !== null) {
      const inner = innerType(child as Json, type);
      walk(child as Json, inner, { path: `${path}[${i}]`, isPacked: isPacked || inner === 'Bundle' }, found);
    } else if (typeof child === 'string' && URN.test(child) && NAMING.has(type)) {
      found.push({
        expression: `${path}[${i}]`,
        reference: child,
        isReference: false,
        isPacked,
        set: (next) => {
          values[i] = next;
        },
      });
    }
  });
}
