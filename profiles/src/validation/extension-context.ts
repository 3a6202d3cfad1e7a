/** Where an extension may stand, by the context of its definition (https://hl7.org/fhir/R4/defining-extensions.html#context). */
import { EvaluationError } from '../fhirpath/interpret.ts';
import { isObject, resourceNode } from '../fhirpath/node.ts';
import { isPrimitive, isResourceType, typeSpec } from '../tables.ts';
import type { Profile } from './profile/profile-tree.ts';
import { evaluator } from './structure/invariants.ts';
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

/** True as well where that can't be told: a context that is an expression the engine does not cover, or a profile. */
export function mayStandIn({ url, context }: Profile, extension: VisitedElement): boolean {
  if (context.length === 0) return true;
  const holders = new Set(namesOfHolder(extension));
  const beside = url.startsWith(R4) ? USED_BESIDE[url.slice(R4.length)] : undefined;
  if (beside?.some((each) => holders.has(each))) return true;
  return context.some(({ type, expression }) => {
    if (type === 'extension') return isInExtension(extension, expression);
    if (type === 'fhirpath') return isFound(extension, expression);
    const name = expression.startsWith(R4) ? expression.slice(R4.length) : expression;
    return /[:#]/.test(name) || holders.has(name.replaceAll('[x]', ''));
  });
}

/** `url`, or `url#part` of a complex one. */
function isInExtension({ parent }: VisitedElement, expression: string): boolean {
  if (parent?.element.type !== 'Extension' || !isObject(parent.value)) return false;
  const [url, part] = expression.split('#');
  if (part === undefined) return parent.value.url === url;
  const whole = parent.parent;
  return parent.value.url === part && isObject(whole?.value) && whole.value.url === url;
}

function isFound({ parent, root, holder }: VisitedElement, expression: string): boolean {
  const evaluate = evaluator(expression);
  if (!evaluate) return true;
  const node = resourceNode(root);
  const wanted = parent ? parent.value : holder;
  try {
    const found = evaluate([node], { resource: node, rootResource: node, context: node });
    return found.some(({ value, twin }) => value === wanted || twin === wanted);
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
  const name = element.choice ?? property.replace(/^_/, '');
  const holder = ownerType === 'Element' ? element.type : ownerType;
  return [
    'Element',
    holder,
    ...derived(holder),
    `${parent.ownerType}.${name}`,
    `${parent.ownerType}.${property.replace(/^_/, '')}`,
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

/** `Patient.identifier.value`: the way from the resource, without places in lists. */
function placesFromResource(holder: VisitedElement, type: string): string[] {
  const names: string[] = [];
  for (let at: VisitedElement | undefined = holder; at && at.value !== at.resource; at = at.parent) {
    names.unshift(at.element.choice ?? at.property.replace(/^_/, ''));
    if (at.element.type === 'Resource') break;
  }
  return [`${type}.${names.join('.')}`];
}
