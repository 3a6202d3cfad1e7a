/** Where an extension may stand, by the context of its definition (https://hl7.org/fhir/R4/defining-extensions.html#context). */
import { EvaluationError } from '../fhirpath/interpret.ts';
import { isObject, type Node, resourceNode } from '../fhirpath/node.ts';
import { isPrimitive, isResourceType, typeSpec } from '../tables.ts';
import type { Known } from './known.ts';
import type { Profile } from './profile/profile-tree.ts';
import { evaluator, ruleOf, verdictOf } from './structure/invariants.ts';
import { typeNamed } from './structure/uris.ts';
import type { VisitedElement } from './visit-elements.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition/';

/** Places where R4's own publication, and guides on it, have extensions whose definitions name narrower ones. */
const USED_BESIDE: Readonly<Record<string, readonly string[]>> = {
  'structuredefinition-normative-version': ['MetadataResource', 'ElementDefinition'],
  'structuredefinition-fhir-type': ['ElementDefinition.type'],
  regex: ['ElementDefinition.type'],
  'valueset-concept-comments': ['CodeSystem.concept'],
  // Wherever a statement of US Core and others says how much it is meant.
  'capabilitystatement-expectation': ['Element'],
};

/** True as well where that can't be told: a context that is an expression the engine does not cover, or a profile that is not known. */
export function mayStandIn({ url, context }: Profile, extension: VisitedElement, known: Known): boolean {
  if (context.length === 0) return true;
  const holders = new Set(namesOfHolder(extension));
  const beside = url.startsWith(R4) ? USED_BESIDE[url.slice(R4.length)] : undefined;
  if (beside?.some((each) => holders.has(each))) return true;
  return context.some(({ type, expression }) => {
    if (type === 'extension') return isInExtension(extension, expression);
    if (type === 'fhirpath') return isFound(extension, expression);
    const name = elementName(expression, known);
    return name === undefined || holders.has(name);
  });
}

/** The keys of what a definition asks of where it stands, which is not so; and of what nobody can tell. */
export function brokenInvariants(
  { contextInvariants }: Profile,
  { parent, resource, root, value }: VisitedElement,
): { readonly broken: readonly string[]; readonly unread: readonly string[] } {
  const broken: string[] = [];
  const unread: string[] = [];
  const holder = parent ? nodeOf(parent) : resourceNode(resource);
  const environment = {
    resource: resourceNode(resource),
    rootResource: resourceNode(root),
    context: holder,
    elements: { extension: { type: 'Extension', value } },
  };
  for (const expression of contextInvariants) {
    const verdict = verdictOf(ruleOf(expression), holder, environment);
    if (verdict !== true) (verdict === false ? broken : unread).push(expression);
  }
  return { broken, unread };
}

function nodeOf({ element, holder, property, value, index }: VisitedElement): Node {
  if (element.type === 'Resource') return resourceNode(value);
  if (!property.startsWith('_')) return { type: element.type, value };
  const of = holder[property.slice(1)];
  return { type: element.type, value: Array.isArray(of) ? of[index ?? 0] : of, twin: value };
}

/**
 * The place that an element's id names, without slices: of a choice's slice for a type that one (`value[x]:valueQuantity`), of another slice what it is a slice of.
 * `url#id` names an element of a profile, a `url` alone all of it. undefined: a profile that is not known.
 */
function elementName(expression: string, known: Known): string | undefined {
  const [url = '', id] = expression.split('#');
  if (id === undefined && /^[a-z][a-z0-9+-]*:/.test(url)) {
    const type = typeNamed(url);
    return typeSpec(type) ? type : known.profile(url)?.type;
  }
  return (id ?? url)
    .split('.')
    .map((step) => {
      const [name = '', slice = ''] = step.split(':');
      const base = name.replace('[x]', '');
      const isTyped =
        name.endsWith('[x]') && slice.startsWith(base) && /^[A-Z]/.test(slice.slice(base.length));
      return isTyped ? slice : base;
    })
    .join('.');
}

/** `url`, or a part of a complex one: `url#part`, `url#Extension.extension:part`. An extension that has a value has those upon it there. */
function isInExtension({ parent }: VisitedElement, expression: string): boolean {
  const isValue = parent?.ownerType === 'Extension' && parent.element.choice === 'value';
  let at = isValue ? parent.parent : parent;
  const [url = '', fragment = ''] = expression.split('#');
  const parts = fragment
    .replace(/^Extension\./, '')
    .replace(/(?:^|\.)value\[x\]$/, '')
    .split(/\.?extension:|\./)
    .filter(Boolean);
  for (const name of [...parts.reverse(), url.split('|')[0]]) {
    if (at?.element.type !== 'Extension' || !isObject(at.value) || at.value.url !== name) return false;
    at = at.parent;
  }
  return true;
}

/** In the resource that it belongs to, or from its container on. */
function isFound({ parent, resource, root }: VisitedElement, expression: string): boolean {
  const evaluate = evaluator(expression);
  if (!evaluate) return true;
  const wanted = parent ? parent.value : resource;
  try {
    return [...new Set([resource, root])].some((from) => {
      const node = resourceNode(from);
      const found = evaluate([node], { resource: node, rootResource: resourceNode(root), context: node });
      return found.some(({ value, twin }) => value === wanted || twin === wanted);
    });
  } catch (error) {
    if (error instanceof EvaluationError) return true;
    throw error;
  }
}

/** All names that a context may use for the holder: its type, what that derives from, its place in the definition and from the resource on. */
function namesOfHolder({ parent, ownerType, resource }: VisitedElement): string[] {
  const type = String(resource.resourceType);
  const isResource = !parent || parent.value === resource;
  if (isResource) return [type, 'Resource', 'Element', ...derived(type)];
  const { element, property } = parent;
  const names = [element.choice, property.replace(/^_/, '')];
  const holder = ownerType === 'Element' ? element.type : ownerType;
  const owners = [parent.ownerType, ...derived(parent.ownerType)];
  if (isResourceType(parent.ownerType)) owners.push('Resource');
  return [
    'Element',
    holder,
    ...derived(holder),
    ...owners.flatMap((owner) => names.map((name) => `${owner}.${name}`)),
    ...placesFromResource(parent, type),
  ];
}

const NOT_DOMAIN: ReadonlySet<string> = new Set(['Bundle', 'Binary', 'Parameters']);
const BASES: Readonly<Record<string, readonly string[]>> = {
  Age: ['Quantity'],
  Count: ['Quantity'],
  Distance: ['Quantity'],
  Duration: ['Quantity'],
  MoneyQuantity: ['Quantity'],
  SimpleQuantity: ['Quantity'],
  code: ['string'],
  id: ['string'],
  markdown: ['string'],
  url: ['uri'],
  canonical: ['uri'],
  oid: ['uri'],
  uuid: ['uri'],
  positiveInt: ['integer'],
  unsignedInt: ['integer'],
};

function derived(type: string): readonly string[] {
  if (BASES[type]) return BASES[type];
  if (isPrimitive(type)) return [];
  const spec = typeSpec(type);
  if (!isResourceType(type))
    return spec?.kind === 'backbone' ? ['BackboneElement'] : ['BackboneElement', 'Type'];
  const isCanonical = spec?.elements.url && spec.elements.status;
  return [
    ...(NOT_DOMAIN.has(type) ? [] : ['DomainResource']),
    ...(isCanonical ? ['MetadataResource', 'CanonicalResource'] : []),
  ];
}

/** `Patient.identifier.value`: the way from the resource, without places in lists; choices by their names, and by those of their types. */
function placesFromResource(holder: VisitedElement, type: string): string[] {
  const names: string[] = [];
  const properties: string[] = [];
  for (let at: VisitedElement | undefined = holder; at && at.value !== at.resource; at = at.parent) {
    const property = at.property.replace(/^_/, '');
    names.unshift(at.element.choice ?? property);
    properties.unshift(property);
    if (at.element.type === 'Resource') break;
  }
  return [`${type}.${names.join('.')}`, `${type}.${properties.join('.')}`];
}
