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
  const value = resource as unknown as Json;
  walk({ value, from: undefined, key: resource.resourceType, index: NONE }, found);
  return found;
}

/** An object on the way down: what it stands under in the one before. Types and paths are found out where somebody asks: most values are no references, and of most references nobody asks where they stand. */
interface Step {
  readonly value: Json;
  readonly from: Step | undefined;
  /** Of the first: its type. */
  readonly key: string;
  readonly index: number;
}

/** It stands in no list. */
const NONE = -1;

const bare = (key: string): string => (key.startsWith('_') ? key.slice(1) : key);

/** `''`: nothing is known of it. */
function typeOf(holder: string, key: string): string {
  return elementType(holder, bare(key))?.type ?? '';
}

/** FHIRPath knows a choice by its base name, and a primitive's twin by the primitive's. */
function nameOf(holder: string, key: string): string {
  return elementType(holder, bare(key))?.choice ?? bare(key);
}

/** Of a resource in a resource: its own; of the extensions of a primitive: those of an element. */
function typeAt({ value, from, key }: Step): string {
  if (!from) return key;
  const type = typeOf(typeAt(from), key);
  if (type === 'Resource') return String(value.resourceType);
  return /^[a-z]/.test(type) ? 'Element' : type;
}

const pathAt = ({ from, key, index }: Step): string => (from ? pathOf(from, key, index) : key);

const pathOf = (holder: Step, key: string, index: number): string =>
  `${pathAt(holder)}.${nameOf(typeAt(holder), key)}${index === NONE ? '' : `[${index}]`}`;

function isPackedAt(step: Step): boolean {
  const { value, from, key } = step;
  if (!from) return key === 'Bundle';
  return isPackedAt(from) || (value.resourceType === 'Bundle' && typeAt(step) === 'Bundle');
}

function walk(step: Step, found: FoundReference[]): void {
  const { value } = step;
  for (const key of Object.keys(value)) {
    const child = value[key];
    if (typeof child === 'string') {
      if (key === 'reference' || isNaming(child, step, key)) found.push(new Found(step, key, NONE, child));
    } else if (Array.isArray(child)) walkArray(step, key, child, found);
    else if (typeof child === 'object' && child !== null)
      walk({ value: child as Json, from: step, key, index: NONE }, found);
  }
}

function walkArray(from: Step, key: string, values: readonly unknown[], found: FoundReference[]): void {
  for (let index = 0; index < values.length; index++) {
    const child = values[index];
    if (typeof child === 'object' && child !== null) walk({ value: child as Json, from, key, index }, found);
    else if (typeof child === 'string' && isNaming(child, from, key))
      found.push(new Found(from, key, index, child));
  }
}

const isNaming = (text: string, holder: Step, key: string): boolean =>
  text.startsWith('urn:') && URN.test(text) && NAMING.has(typeOf(typeAt(holder), key));

/** A class: an object that is written down with getters takes ten times as long to make. */
class Found implements FoundReference {
  readonly reference: string;
  readonly isReference: boolean;
  readonly #holder: Step;
  readonly #key: string;
  readonly #index: number;

  constructor(holder: Step, key: string, index: number, reference: string) {
    this.reference = reference;
    this.isReference = key === 'reference' && index === NONE;
    this.#holder = holder;
    this.#key = key;
    this.#index = index;
  }

  get expression(): string {
    return pathOf(this.#holder, this.#key, this.#index);
  }

  get isPacked(): boolean {
    return isPackedAt(this.#holder);
  }

  set(value: string): void {
    const { value: holder } = this.#holder;
    if (this.#index === NONE) holder[this.#key] = value;
    else (holder[this.#key] as unknown[])[this.#index] = value;
  }
}
