/**
 * The elements of a profile: its snapshot as published, or what its differential says on top of the profiles that it is derived from
 * (https://hl7.org/fhir/R4/profiling.html#snapshot). What R4 itself asks of an element is not repeated: a resource is held against R4 first, so an
 * element that no profile of the chain speaks of needs no entry, and one that only stands above others gets an entry that asks nothing.
 */
import type { ElementSpec } from '../../table-format.ts';
import { elementType, isPrimitive, typeSpec } from '../../tables.ts';
import type { ElementDefinition, StructureDefinition } from './structure-definition.ts';

/** By `url` or `url|version`. */
type Find = (canonical: string) => StructureDefinition | undefined;

/** Profiles of profiles go a few steps; more is a circle. */
const MAX_CHAIN = 16;

/** undefined where there is neither a snapshot nor a chain of known definitions down to R4's own. */
export function elementsOf(
  definition: StructureDefinition,
  find: Find,
  depth = 0,
): readonly ElementDefinition[] | undefined {
  if (definition.snapshot) return definition.snapshot.element;
  const { differential, baseDefinition, type } = definition;
  if (!differential || depth > MAX_CHAIN) return undefined;
  const base = baseElements(baseDefinition, type, find, depth);
  return (
    base &&
    withParents(
      merge(
        base,
        differential.element.map((each) => named(each, type)),
      ),
      type,
    )
  );
}

const R4 = 'http://hl7.org/fhir/StructureDefinition/';

function baseElements(
  url: string | undefined,
  type: string,
  find: Find,
  depth: number,
): readonly ElementDefinition[] | undefined {
  if (url === undefined) return undefined;
  const [bare = ''] = url.split('|');
  const base = find(url);
  if (base) return elementsOf(base, find, depth + 1);
  const name = bare.startsWith(R4) ? bare.slice(R4.length) : '';
  return name === type && typeSpec(type) ? [{ id: type, path: type }] : undefined;
}

/** Ids may be left out of a differential: they are the path, with the names of slices. */
function named(element: ElementDefinition, type: string): ElementDefinition {
  const given = element.id ?? (element.sliceName ? `${element.path}:${element.sliceName}` : element.path);
  const id = withoutShortcuts(given, type);
  const only = element.type ? undefined : typeOfSlice(id);
  return {
    ...element,
    id,
    path: pathOf(id),
    ...(only === undefined ? {} : { type: [{ code: only }] }),
  };
}

/** `value[x]:valueQuantity` holds Quantities. */
function typeOfSlice(id: string): string | undefined {
  const [, base = '', slice = ''] = /(\w+)\[x\]:(\w+)$/.exec(id) ?? [];
  if (base === '' || !slice.startsWith(base)) return undefined;
  const name = slice.slice(base.length);
  const primitive = name.charAt(0).toLowerCase() + name.slice(1);
  if (isPrimitive(primitive)) return primitive;
  return typeSpec(name) ? name : undefined;
}

/** `Observation.valueQuantity.code` is short for `Observation.value[x]:valueQuantity.code`: the slice of the choice with that type. */
function withoutShortcuts(id: string, type: string): string {
  let holder: string | undefined = type;
  const parts = id.split('.').map((part, i) => {
    if (i === 0 || holder === undefined) return part;
    const [name = '', slice] = part.split(':');
    const property = name.endsWith('[x]') && slice ? slice : name;
    const element: ElementSpec | undefined = elementType(holder, property);
    holder = element?.type;
    return element?.choice && !slice ? `${element.choice}[x]:${name}` : part;
  });
  return parts.join('.');
}

/** What the differential says wins; constraints add up; what it does not speak of stays. */
function merge(
  base: readonly ElementDefinition[],
  changes: readonly ElementDefinition[],
): ElementDefinition[] {
  const merged = new Map(base.map((each) => [each.id, each]));
  for (const change of changes) {
    const before = merged.get(change.id) ?? inheritedBySlice(merged, change.id);
    merged.set(change.id, {
      ...before,
      ...change,
      constraint: [...(before?.constraint ?? []), ...(change.constraint ?? [])],
    });
  }
  return [...merged.values()];
}

/** A new slice begins with what all its siblings allow at most; how many there must be is its own. */
function inheritedBySlice(
  merged: ReadonlyMap<string, ElementDefinition>,
  id: string,
): Partial<ElementDefinition> | undefined {
  const colon = id.lastIndexOf(':');
  if (colon < id.lastIndexOf('.')) return undefined;
  const max = merged.get(id.slice(0, colon))?.max;
  return { min: 0, ...(max === undefined ? {} : { max }) };
}

/** The elements above those that are named, each before what is below it, and slicing that goes without saying. */
function withParents(elements: readonly ElementDefinition[], type: string): ElementDefinition[] {
  const found = new Map<string, ElementDefinition>([[type, { id: type, path: type }]]);
  for (const element of elements) {
    const parts = element.id.split('.');
    parts.forEach((part, i) => {
      const id = parts.slice(0, i + 1).join('.');
      const colon = part.indexOf(':');
      if (colon > 0) addSliced(found, parts.slice(0, i).concat(part.slice(0, colon)).join('.'));
      if (!found.has(id))
        found.set(id, { id, path: pathOf(id), ...(colon > 0 ? { sliceName: part.slice(colon + 1) } : {}) });
    });
    found.set(element.id, sliced(element));
  }
  return [...found.values()];
}

function addSliced(found: Map<string, ElementDefinition>, id: string): void {
  const known = found.get(id) ?? { id, path: pathOf(id) };
  found.set(id, sliced(known, true));
}

/** Extensions are told apart by their url, choices by their type (profiling.html#slicing). */
function sliced(element: ElementDefinition, hasSlices = false): ElementDefinition {
  if (element.slicing || !hasSlices) return element;
  const name = element.path.slice(element.path.lastIndexOf('.') + 1);
  const discriminator = /^(?:modifierE|e)xtension$/.test(name)
    ? [{ type: 'value', path: 'url' }]
    : name.endsWith('[x]')
      ? [{ type: 'type', path: '$this' }]
      : undefined;
  return discriminator ? { ...element, slicing: { discriminator, rules: 'open' } } : element;
}

const pathOf = (id: string): string => id.replace(/:[^.]*/g, '');
