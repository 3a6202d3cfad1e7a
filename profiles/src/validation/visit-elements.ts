/** A walk over the elements of a resource that is valid R4, with what the definitions say of each: for checks that stand beside the structure. */
import { isObject } from '../fhirpath/node.ts';
import type { ElementSpec } from '../table-format.ts';
import { isPrimitive, isResourceType, typeSpec } from '../tables.ts';

type Json = Readonly<Record<string, unknown>>;

export interface VisitedElement {
  /** The object that holds the element: its JSON property, or `_property` where only a primitive's extensions are met. */
  readonly holder: Json;
  readonly property: string;
  /** Of a list: which item. */
  readonly index: number | undefined;
  readonly value: unknown;
  readonly element: ElementSpec;
  /** Type of the holder: `Patient`, `Patient.contact`, `HumanName`, …; `Element` in a primitive's twin. */
  readonly ownerType: string;
  /** FHIRPath. */
  readonly path: string;
  readonly parent: VisitedElement | undefined;
  /** The resource that it belongs to, and that one's container. */
  readonly resource: Json;
  readonly root: Json;
}

type Visit = (element: VisitedElement) => void;

interface Place {
  readonly path: string;
  readonly parent: VisitedElement | undefined;
  readonly resource: Json;
  readonly root: Json;
}

/** Each item of a list on its own, holders before what they hold, contained and nested resources too. */
export function visitElements(resource: Json, visit: Visit): void {
  const type = String(resource.resourceType);
  visitObject(type, resource, { path: type, parent: undefined, resource, root: resource }, visit);
}

function visitObject(type: string, object: Json, place: Place, visit: Visit): void {
  const elements = typeSpec(type)?.elements ?? {};
  for (const property of Object.keys(object)) {
    const name = property.startsWith('_') ? property.slice(1) : property;
    const element = Object.hasOwn(elements, name) ? elements[name] : undefined;
    if (!element) continue;
    const path = `${place.path}.${element.choice ?? name}`;
    const value = object[property];
    const one = (each: unknown, index: number | undefined): void =>
      visitValue(type, object, property, element, each, index, { ...place, path: at(path, index) }, visit);
    if (Array.isArray(value)) value.forEach(one);
    else one(value, undefined);
  }
}

const at = (path: string, index: number | undefined): string =>
  index === undefined ? path : `${path}[${index}]`;

function visitValue(
  ownerType: string,
  holder: Json,
  property: string,
  element: ElementSpec,
  value: unknown,
  index: number | undefined,
  { path, parent, resource, root }: Place,
  visit: Visit,
): void {
  if (value === null || value === undefined) return;
  const visited = { holder, property, index, value, element, ownerType, path, parent, resource, root };
  visit(visited);
  if (!isObject(value)) return;
  const inner = { path, parent: visited, resource, root };
  if (element.type !== 'Resource') {
    visitObject(isPrimitive(element.type) ? 'Element' : element.type, value, inner, visit);
    return;
  }
  const type = String(value.resourceType);
  if (!isResourceType(type)) return;
  const container = property === 'contained' ? root : value;
  visitObject(type, value, { ...inner, resource: value, root: container }, visit);
}
