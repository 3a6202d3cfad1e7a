/** The compact form of R4 that everything here works on: made by compile/, cached on disk, loaded once a process. */
import { loadTables } from './compile/cache.ts';
import type { ElementSpec, Tables, TypeSpec } from './table-format.ts';

export const tables: Tables = loadTables();

const resourceTypeSet: ReadonlySet<string> = new Set(tables.resourceTypes);
/** Maps: they are asked for several times for each element of what is written, and an object of so many names is looked through three times as slowly. */
const types: ReadonlyMap<string, TypeSpec> = new Map(Object.entries(tables.types));
const elements = new Map<string, ReadonlyMap<string, ElementSpec>>();
const primitiveSet: ReadonlySet<string> = new Set(tables.primitives);

/** The concrete resource types of R4 (4.0.1), in alphabetical order. */
export const resourceTypes: readonly string[] = tables.resourceTypes;

export function isResourceType(name: string): boolean {
  return resourceTypeSet.has(name);
}

export function isPrimitive(type: string): boolean {
  return primitiveSet.has(type);
}

/** undefined for primitives and unknown names. */
export function typeSpec(name: string): TypeSpec | undefined {
  return types.get(name);
}

/** An element by the name its JSON property has (`valueQuantity`); undefined where the type has none. */
export function elementType(type: string, property: string): ElementSpec | undefined {
  return elementsOf(type)?.get(property);
}

function elementsOf(type: string): ReadonlyMap<string, ElementSpec> | undefined {
  const known = elements.get(type);
  if (known) return known;
  const spec = typeSpec(type);
  if (!spec) return undefined;
  const found = new Map(Object.entries(spec.elements));
  elements.set(type, found);
  return found;
}

/** The JSON properties of a choice by its base name: `value` → `valueQuantity`, …; empty where it is no choice. */
export function choiceProperties(type: string, name: string): readonly string[] {
  const choices = typeSpec(type)?.choices;
  return choices && Object.hasOwn(choices, name) ? (choices[name] as readonly string[]) : [];
}

/** Elements of a resource type that `_summary=true` shows, and those that are never left out (https://hl7.org/fhir/R4/search.html#summary). */
export function summaryElements(type: string): {
  readonly summary: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
} {
  const spec = typeSpec(type);
  const names = Object.keys(spec?.elements ?? {});
  const required = (spec?.required ?? []).flatMap((name) => spec?.choices[name] ?? [name]);
  return {
    summary: new Set([
      ...names.filter((name) => spec?.elements[name]?.summary),
      'id',
      'meta',
      'implicitRules',
    ]),
    required: new Set([...required, 'id', 'meta']),
  };
}
