/** A value on its way through an expression, with its FHIR type, and how to step to its members. */
import type { ElementSpec } from '../table-format.ts';
import { choiceProperties, elementType, isPrimitive, isResourceType, typeSpec } from '../tables.ts';

export interface Node {
  /** FHIR type name (`HumanName`, `Observation.component`, `code`); literals are `string`, `integer`, `decimal`, `boolean`. */
  readonly type: string;
  /** undefined for a primitive that only has extensions. */
  readonly value: unknown;
  /** The `_name` twin of a primitive: its id and extensions. */
  readonly twin?: unknown;
}

type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function resourceNode(resource: unknown): Node {
  const type =
    isObject(resource) && typeof resource.resourceType === 'string' ? resource.resourceType : 'Resource';
  return { type, value: resource };
}

/** Appends the members called `name` of one node. */
export function pushMembers(node: Node, name: string, into: Node[]): void {
  if (!isObject(node.value)) {
    if (node.twin !== undefined && isObject(node.twin)) pushProperty(node.twin, name, TWIN[name], into);
    return;
  }
  const element = elementType(node.type, name);
  if (element) {
    pushProperty(node.value, name, element, into);
    return;
  }
  for (const property of choiceProperties(node.type, name)) {
    pushProperty(node.value, property, elementType(node.type, property), into);
  }
}

/** What a primitive's twin may hold. */
const TWIN: Readonly<Record<string, ElementSpec>> = {
  id: { type: 'string', array: false },
  extension: { type: 'Extension', array: true },
};

function pushProperty(
  object: JsonObject,
  property: string,
  element: ElementSpec | undefined,
  into: Node[],
): void {
  if (!element) return;
  const value = object[property];
  const primitive = isPrimitive(element.type);
  const twin = primitive ? object[`_${property}`] : undefined;
  if (value === undefined && twin === undefined) return;
  if (Array.isArray(value) || Array.isArray(twin)) {
    const values = Array.isArray(value) ? value : [];
    const twins = Array.isArray(twin) ? twin : [];
    for (let i = 0; i < Math.max(values.length, twins.length); i++) {
      pushOne(element.type, values[i] ?? undefined, twins[i] ?? undefined, into);
    }
    return;
  }
  pushOne(element.type, value, twin, into);
}

function pushOne(type: string, value: unknown, twin: unknown, into: Node[]): void {
  if (value === undefined && twin === undefined) return;
  const actual = type === 'Resource' ? resourceNode(value).type : type;
  into.push(twin === undefined ? { type: actual, value } : { type: actual, value, twin });
}

/** All members, of every name. */
export function pushChildren(node: Node, into: Node[]): void {
  if (isObject(node.twin))
    for (const name of Object.keys(TWIN)) pushProperty(node.twin, name, TWIN[name], into);
  if (!isObject(node.value)) return;
  const spec = typeSpec(node.type);
  if (!spec) return;
  const seen = new Set<string>();
  for (const key of Object.keys(node.value)) {
    const name = key.startsWith('_') ? key.slice(1) : key;
    if (seen.has(name)) continue;
    seen.add(name);
    pushProperty(node.value, name, spec.elements[name], into);
  }
}

/** Types whose instances also count as the other type. */
const BASES: Readonly<Record<string, readonly string[]>> = {
  Quantity: ['Age', 'Count', 'Distance', 'Duration', 'MoneyQuantity', 'SimpleQuantity'],
  uri: ['url', 'canonical', 'uuid', 'oid'],
  string: ['code', 'id', 'markdown'],
  integer: ['positiveInt', 'unsignedInt'],
};

/** `is`: exact type, or a type derived from it. FHIRPath's own names (`String`, `Boolean`) count as FHIR's. */
export function isOfType(node: Node, name: string): boolean {
  if (node.type === name) return true;
  if (name === 'Resource' || name === 'DomainResource') return isResourceType(node.type);
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  return node.type === lower && isPrimitive(lower) ? true : (BASES[name]?.includes(node.type) ?? false);
}
