/**
 * Checks a JSON value against R4's definitions (https://hl7.org/fhir/R4/validation.html): structure, cardinality, primitives, choice types,
 * required bindings, reference targets, contained resources, narrative, and invariants of error severity.
 * What a generated validator accepts (accept.ts) is valid; for all else this walk of the tables decides, and says where and why.
 */
import { isObject } from '../fhirpath/node.ts';
import { remembering } from '../fhirpath/remember.ts';
import { firstIssues, type Issue } from '../outcome.ts';
import { loaded } from '../profiles.ts';
import type { ElementSpec, TypeSpec } from '../table-format.ts';
import { isPrimitive, isResourceType, typeSpec } from '../tables.ts';
import { authoringIssues } from './authoring/authoring.ts';
import { extensionIssues } from './extensions.ts';
import type { Known } from './known.ts';
import { accepts, type Met, nothingMet } from './structure/accept.ts';
import { bundleFaults } from './structure/bundle.ts';
import {
  checkAttachment,
  checkCode,
  checkCodeForm,
  checkConcept,
  checkExtension,
  checkHasCode,
  checkNarrative,
  checkPeriod,
  checkReference,
  checkSystem,
  noteLocal,
} from './structure/datatype-rules.ts';
import { elementIdIssues } from './structure/element-ids.ts';
import { checkInvariants, checkValueInvariants } from './structure/invariants.ts';
import { narrativeLinkIssues } from './structure/narrative-links.ts';
import { packedReferenceIssues } from './structure/packed-references.ts';
import { isElementId, primitiveTests } from './structure/primitives.ts';
import { isFault, type Json, MAX_ISSUES, report, type WalkState } from './structure/walk-state.ts';

/** R4's recursive types never go this deep in earnest. */
const MAX_DEPTH = 64;

/** [] = valid; warnings refuse nothing. Issues of each kind are in document order, at most 50. */
export function validateResource(resource: unknown, known: Known = loaded): Issue[] {
  return remembering(() => {
    if (!isObject(resource)) return walkResource(resource);
    const met = nothingMet();
    if (accepts(resource, met)) return beyond(resource, met, known);
    const walked: Met = { extension: true, ids: 0 };
    const issues = walkResource(resource, walked);
    return issues.some(isFault)
      ? issues
      : firstIssues([...issues, ...beyond(resource, walked, known)], MAX_ISSUES);
  });
}

/** Of what is valid by its structure: ids that are there twice, extensions by their definitions, links of narratives, and what R4 asks of those who define things. */
function beyond(resource: Json, met: Met, known: Known): Issue[] {
  const others = [
    ...(met.ids > 1 ? elementIdIssues(resource) : []),
    ...authoringIssues(resource, known),
    ...narrativeLinkIssues(resource),
    ...(PACKS.has(resource.resourceType) ? packedReferenceIssues(resource) : []),
  ];
  const extensions = met.extension ? extensionIssues(resource, known) : [];
  return others.length === 0 ? extensions : firstIssues([...extensions, ...others], MAX_ISSUES);
}

const PACKS: ReadonlySet<unknown> = new Set(['Bundle', 'Parameters']);

/** The same without the generated validator, which must never accept what this does not: a test holds them together. */
export function walkResource(resource: unknown, met = nothingMet()): Issue[] {
  if (!isObject(resource))
    return [{ severity: 'error', code: 'structure', diagnostics: 'A resource is a JSON object.' }];
  const state: WalkState = { issues: [], path: [], local: undefined, resource, root: resource, met };
  checkResource(state, resource, false);
  return state.issues;
}

function checkResource(state: WalkState, resource: Json, isContained: boolean): void {
  const type = resource.resourceType;
  if (typeof type !== 'string' || !isResourceType(type)) {
    if (state.path.length === 0) state.path.push('Resource');
    report(
      state,
      'structure',
      typeof type === 'string' ? 'resourceType is not a type of R4.' : 'resourceType is missing.',
    );
    return;
  }
  const isRoot = state.path.length === 0;
  if (isRoot) state.path.push(type);
  const outer = { local: state.local, resource: state.resource, root: state.root };
  state.resource = resource;
  if (!isContained) {
    state.root = resource;
    state.local = Array.isArray(resource.contained)
      ? { named: new Set(), contained: containedIds(state, resource) }
      : undefined;
  }
  checkObject(state, type, resource, true);
  if (type === 'Bundle' && !state.issues.some(isFault)) checkBundle(state, resource);
  if (!isContained && state.local) checkContainedAreNamed(state, resource);
  state.local = outer.local;
  state.resource = outer.resource;
  state.root = outer.root;
}

function checkBundle(state: WalkState, resource: Json): void {
  for (const { place, text } of bundleFaults(resource)) {
    state.path.push(place);
    report(state, 'invariant', text);
    state.path.pop();
  }
}

function containedIds(state: WalkState, resource: Json): Map<string, string> {
  const ids = new Map<string, string>();
  for (const each of resource.contained as unknown[]) {
    if (!isObject(each) || typeof each.id !== 'string') continue;
    if (ids.has(each.id)) report(state, 'structure', 'Two contained resources have the same id.');
    ids.set(each.id, String(each.resourceType));
  }
  return ids;
}

/** dom-3: a contained resource that nothing refers to can't be reached; one without an id can't be referred to. */
function checkContainedAreNamed(state: WalkState, resource: Json): void {
  (resource.contained as unknown[]).forEach((each, i) => {
    if (!isObject(each)) return;
    if ((typeof each.id === 'string' && state.local?.named.has(each.id)) || state.local?.named.has(''))
      return;
    state.path.push('contained', i);
    report(state, 'invariant', 'dom-3: nothing in the resource refers to this contained resource.');
    state.path.length -= 2;
  });
}

function checkObject(
  state: WalkState,
  type: string,
  object: Json,
  isResource: boolean,
  hasValue = false,
): void {
  const spec = typeSpec(type) as TypeSpec;
  if (state.path.length > MAX_DEPTH * 2) {
    report(state, 'structure', 'The resource is nested too deeply.');
    return;
  }
  let members = 0;
  for (const key of Object.keys(object)) {
    if (isResource && key === 'resourceType') continue;
    members += 1;
    const element = Object.hasOwn(spec.elements, key) ? spec.elements[key] : undefined;
    // FHIRPath knows a choice by its base name, and a primitive's twin by the primitive's.
    const twin = key.startsWith('_') ? key.slice(1) : undefined;
    state.path.push(element?.choice ?? twinName(spec, twin) ?? key);
    if (element) {
      checkElement(state, spec, key, element, object);
      if (key === 'id' && !isResource) checkElementId(state, object.id);
    } else if (twin !== undefined) checkTwin(state, spec, key, object);
    else report(state, 'structure', `${type} has no element '${key.slice(0, 64)}'.`);
    state.path.pop();
  }
  if (members === 0 && !isResource) report(state, 'structure', 'An object must not be empty.');
  else if (members === 1 && object.id !== undefined && !isResource && !hasValue)
    report(state, 'invariant', 'ele-1: an element with an id alone has no content.');
  checkRequired(state, spec, object);
  checkChoices(state, spec, object);
  if (state.issues.length === 0) checkInvariants(state, type, spec, object, report);
}

function checkElementId(state: WalkState, id: unknown): void {
  state.met.ids += 1;
  if (!isElementId(id)) report(state, 'value', 'The id of an element has no spaces.');
}

function twinName(spec: TypeSpec, name: string | undefined): string | undefined {
  const element = name !== undefined && Object.hasOwn(spec.elements, name) ? spec.elements[name] : undefined;
  return element && (element.choice ?? name);
}

function checkRequired(state: WalkState, spec: TypeSpec, object: Json): void {
  for (const name of spec.required) {
    const choice = spec.choices[name];
    const present = choice
      ? choice.some((property) => object[property] !== undefined || object[`_${property}`] !== undefined)
      : object[name] !== undefined || object[`_${name}`] !== undefined;
    if (present) continue;
    state.path.push(name);
    report(state, 'required', `${choice ? `${name}[x]` : name} is required.`);
    state.path.pop();
  }
}

function checkChoices(state: WalkState, spec: TypeSpec, object: Json): void {
  for (const name of Object.keys(spec.choices)) {
    let found = 0;
    for (const property of spec.choices[name] as readonly string[]) {
      if (object[property] !== undefined || object[`_${property}`] !== undefined) found += 1;
    }
    if (found < 2) continue;
    state.path.push(name);
    report(state, 'structure', `${name}[x] may have one type only.`);
    state.path.pop();
  }
}

function checkElement(
  state: WalkState,
  spec: TypeSpec,
  key: string,
  element: ElementSpec,
  object: Json,
): void {
  const value = object[key];
  if (element.array !== Array.isArray(value)) {
    report(
      state,
      'structure',
      element.array ? 'An array was expected.' : 'A single value was expected, not an array.',
    );
    return;
  }
  if (!Array.isArray(value)) {
    checkValue(state, element, value);
  } else {
    if (value.length === 0) report(state, 'structure', 'An array must not be empty.');
    const twins = object[`_${key}`];
    for (let i = 0; i < value.length; i++) {
      state.path.push(i);
      const item: unknown = value[i];
      if (item === null && isPrimitive(element.type) && Array.isArray(twins) && isObject(twins[i])) {
        // The value's place is held for its extensions.
      } else checkValue(state, element, item);
      state.path.pop();
    }
  }
  const invariants = spec.elementInvariants[element.choice ?? key];
  if (invariants && state.issues.length === 0)
    checkValueInvariants(state, invariants, element, value, report);
}

function checkValue(state: WalkState, element: ElementSpec, value: unknown): void {
  const test = primitiveTests[element.type];
  if (test) {
    const expected = value === null ? 'a value, not null' : test(value);
    if (expected !== undefined) report(state, 'value', `Expected ${expected}.`);
    else if (element.binding) checkCode(state, element.binding, value as string);
    else if (element.form) checkCodeForm(state, element.form, value);
    else if (element.type === 'xhtml') checkNarrative(state, value as string);
    else if (typeof value === 'string' && value.startsWith('#')) noteLocal(state, element.type, value);
    return;
  }
  if (!isObject(value)) {
    report(state, 'structure', 'An object was expected.');
    return;
  }
  if (element.type === 'Resource') {
    checkNested(state, value);
    return;
  }
  checkObject(state, element.type, value, false);
  if (element.type === 'Reference') checkReference(state, element, value);
  else if (element.type === 'Period') checkPeriod(state, value);
  else if (element.type === 'Attachment') checkAttachment(state, value);
  else if (element.type === 'Extension') checkExtension(state, value);
  else if (element.binding) checkConcept(state, element, value);
  if (element.type === 'Coding') checkSystem(state, value);
}

function checkNested(state: WalkState, value: Json): void {
  if (state.path.at(-2) !== 'contained') {
    checkResource(state, value, false);
    return;
  }
  if (value.contained !== undefined)
    report(state, 'invariant', 'dom-2: a contained resource contains no others.');
  const meta = isObject(value.meta) ? value.meta : {};
  if (meta.versionId !== undefined || meta.lastUpdated !== undefined) {
    report(state, 'invariant', 'dom-4: a contained resource has no meta.versionId or meta.lastUpdated.');
  }
  if (meta.security !== undefined)
    report(state, 'invariant', 'dom-5: a contained resource has no security label.');
  checkResource(state, value, true);
}

/** `_name`: id and extensions of the primitive beside it, or of each item of the array beside it. */
function checkTwin(state: WalkState, spec: TypeSpec, key: string, object: Json): void {
  const name = key.slice(1);
  const element = Object.hasOwn(spec.elements, name) ? spec.elements[name] : undefined;
  if (!element || !isPrimitive(element.type)) {
    report(state, 'structure', `There is no primitive element '${name.slice(0, 64)}' here.`);
    return;
  }
  const twin = object[key];
  if (element.array !== Array.isArray(twin)) {
    report(
      state,
      'structure',
      element.array ? 'An array was expected.' : 'A single value was expected, not an array.',
    );
    return;
  }
  const values = object[name];
  checkHasCode(state, element, twin, values);
  if (!Array.isArray(twin)) {
    checkTwinObject(state, twin, values);
    return;
  }
  twin.forEach((item: unknown, i) => {
    state.path.push(i);
    if (item !== null) checkTwinObject(state, item, Array.isArray(values) ? values[i] : undefined);
    else if (!Array.isArray(values) || values[i] === null || values[i] === undefined) {
      report(state, 'structure', 'null holds a place only where its twin has something.');
    }
    state.path.pop();
  });
}

function checkTwinObject(state: WalkState, twin: unknown, value: unknown): void {
  if (isObject(twin)) checkObject(state, 'Element', twin, false, value !== undefined && value !== null);
  else report(state, 'structure', 'An object was expected.');
}
