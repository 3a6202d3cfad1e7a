/**
 * A resource against a profile (https://hl7.org/fhir/R4/profiling.html): cardinality, types, fixed and pattern values, required bindings,
 * constraints, slicing. The resource is valid R4 already: what the base asks is not asked again.
 */
import { isDeepStrictEqual } from 'node:util';
import { isObject, resourceNode } from '../fhirpath/node.ts';
import type { Issue } from '../outcome.ts';
import { isResourceType, typeSpec } from '../tables.ts';
import { checkBindings } from './profile/profile-binding.ts';
import { boundFaults } from './profile/profile-bounds.ts';
import { begin, type FindProfile, isFault, report, type State, type Value } from './profile/profile-state.ts';
import type { Profile, ProfileNode } from './profile/profile-tree.ts';
import { bare, isElementOf, mayBe, valuesOf } from './profile/profile-values.ts';
import { type Mark, sliced, valuesAt } from './profile/slicing.ts';
import { notEvaluated, ruleOf, verdictOf } from './structure/invariants.ts';
import { resolveWithin } from './structure/resolve.ts';
import { referencedType } from './structure/uris.ts';

const MAX_DEPTH = 32;

/** `isClose`: what a profile advises is told of too, as warnings. */
export function validateAgainst(
  profile: Profile,
  resource: Readonly<Record<string, unknown>>,
  find: FindProfile,
  isClose = false,
): Issue[] {
  const state = begin(profile, resource, find, isClose);
  const type = String(resource.resourceType);
  if (type !== profile.type) {
    report(state, type, 'structure', `The profile is for ${profile.type}.`);
    return state.issues;
  }
  checkValue(state, profile.root, { value: resource, type, path: type }, 0);
  return state.issues;
}

/** A value inside a resource, such as an extension, against the profile of its type. */
export function validateValue(
  profile: Profile,
  value: Readonly<Record<string, unknown>>,
  path: string,
  resource: Readonly<Record<string, unknown>>,
  find: FindProfile,
  isClose = false,
): Issue[] {
  const state = begin(profile, resource, find, isClose);
  checkValue(state, profile.root, { value, type: profile.type, path }, 0);
  return state.issues;
}

/** All values of an element at once: how many there are, what each is, and to which slice it belongs. */
function checkElement(
  state: State,
  node: ProfileNode,
  values: readonly Value[],
  place: string,
  depth: number,
): void {
  checkCount(state, node, values, place);
  for (const each of values) checkValue(state, node, each, depth);
  if (node.slices.length === 0) return;
  const members = sliced(state, node, values, (mark, value) => bears(state, mark, value, depth));
  for (const [slice, found] of members) checkElement(state, slice, found, place, depth + 1);
}

function checkCount(state: State, node: ProfileNode, values: readonly Value[], place: string): void {
  const of = node.sliceName ? `${node.name} (${node.sliceName})` : node.name;
  if (values.length < node.min)
    report(state, place, 'required', `${of}: at least ${node.min} must be there.`);
  else if (values.length > node.max)
    report(state, values[node.max]?.path ?? place, 'structure', `${of}: at most ${node.max} may be there.`);
}

function checkValue(outer: State, node: ProfileNode, { value, type, path }: Value, depth: number): void {
  const state = inside(outer, value, type);
  if (depth > MAX_DEPTH) return;
  if (node.types && !mayBe(node, node.types, type))
    report(state, path, 'structure', `The type must be ${node.types.join(' or ')}.`);
  if (node.fixed !== undefined && !isDeepStrictEqual(node.fixed, value))
    report(state, path, 'value', `The value must be ${shown(node.fixed)}.`);
  if (node.pattern !== undefined && !holds(node.pattern, value))
    report(state, path, 'value', `The value must contain ${shown(node.pattern)}.`);
  checkBindings(state, node, { value, type, path });
  for (const { severity, code, text } of boundFaults(node.bounds, value, type))
    report(state, path, code, text, severity);
  if (type === 'Reference') checkTarget(state, node, value, path, depth);
  // What is asked of a resource by its holder is asked in the holder's place; by a profile of its own, in its own.
  checkConstraints(/^[a-z]/.test(node.name) ? outer : state, node, { value, type, path });
  checkTypeProfiles(state, node, { value, type, path }, depth);
  if (!isObject(value)) return;
  for (const child of node.children) {
    const place = `${path}.${bare(child.name)}`;
    if (isElementOf(type, child.name))
      checkElement(state, child, valuesOf(child.name, value, type, path), place, depth + 1);
    else report(state, place, 'not-supported', `Not checked: ${type} has no such element.`, 'warning');
  }
}

/** Where a resource is met, the state for what is in it. */
function inside(state: State, value: unknown, type: string): State {
  if (!isResourceType(type) || !isObject(value) || value === state.resource) return state;
  const isContained = Array.isArray(state.root.contained) && state.root.contained.includes(value);
  return { ...state, resource: value, root: isContained ? state.root : value };
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 200);

/** Everything in the pattern is in the value; of lists, each item of the pattern is matched by some item. */
function holds(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern))
    return Array.isArray(value) && pattern.every((each) => value.some((item) => holds(each, item)));
  if (!isObject(pattern)) return pattern === value;
  return isObject(value) && Object.entries(pattern).every(([key, each]) => holds(each, value[key]));
}

const R4 = 'http://hl7.org/fhir/StructureDefinition/';

/** By the type that the reference names. Where a target's definition is not known here, any may be meant. */
function checkTarget(
  state: State,
  { targetProfiles, bounds }: ProfileNode,
  value: unknown,
  path: string,
  depth: number,
): void {
  if (!isObject(value) || typeof value.reference !== 'string') return;
  checkAggregation(state, bounds.aggregation, value.reference, path);
  if (targetProfiles.length === 0) return;
  const target = resolveWithin(state.whole, value.reference);
  if (target && !targetProfiles.some((url) => isMetBy(state, url, target, depth))) {
    report(
      state,
      path,
      'value',
      `What the reference leads to is none of ${targetProfiles.join(', ').slice(0, 300)}.`,
    );
    return;
  }
  const named = referencedType(value.reference);
  if (!named || !isResourceType(named)) return;
  const allowed = targetProfiles.map((url) => targetType(state, url));
  if (allowed.some((each) => each === undefined || each === 'Resource' || each === named)) return;
  report(state, path, 'value', `The reference may lead to ${[...new Set(allowed)].join(', ')} only.`);
}

/** https://hl7.org/fhir/R4/valueset-resource-aggregation-mode.html: outside of a Bundle nothing can be bundled, so it is not asked there. */
function checkAggregation(state: State, modes: readonly string[], reference: string, path: string): void {
  if (modes.length === 0) return;
  const isContained = reference.startsWith('#');
  const isBundled = !isContained && resolveWithin(state.whole, reference) !== undefined;
  const mode = isContained ? 'contained' : isBundled ? 'bundled' : 'referenced';
  const mayBeBundled = modes.includes('bundled') && state.whole.resourceType !== 'Bundle' && !isContained;
  if (modes.includes(mode) || mayBeBundled || (isBundled && modes.includes('referenced'))) return;
  report(state, path, 'value', `What the reference leads to must be ${modes.join(' or ')}.`);
}

function targetType({ find }: State, url: string): string | undefined {
  const [bare = ''] = url.split('|');
  const name = bare.startsWith(R4) ? bare.slice(R4.length) : '';
  return isResourceType(name) || name === 'Resource' ? name : find(bare)?.type;
}

function checkConstraints(state: State, node: ProfileNode, { value, type, path }: Value): void {
  const known = new Set(typeSpec(type)?.invariants.map(({ key }) => key));
  for (const { key, human, expression, isRule } of node.constraints) {
    if (!isRule && !state.isClose) continue;
    // What every element has to meet, and what the base asks, was checked with the base.
    if (known.has(key) || /^(?:ele-1|ext-1|dom-\d)$/.test(key)) continue;
    const context = { type, value };
    // Profiles let pass by it what they do not speak of: R4's own vs-1 is empty of a Period.
    const rule = { ...ruleOf(expression), isOpen: true };
    const verdict = verdictOf(rule, context, {
      resource: resourceNode(state.resource),
      rootResource: resourceNode(state.root),
      context,
    });
    if (verdict === false) report(state, path, 'invariant', `${key}: ${human}`, isRule ? 'error' : 'warning');
    if (verdict === undefined) report(state, path, 'not-supported', notEvaluated(key, human), 'warning');
  }
}

function checkTypeProfiles(
  state: State,
  node: ProfileNode,
  { value, type, path }: Value,
  depth: number,
): void {
  const known = node.typeProfiles
    .flatMap((url) => state.find(url) ?? [])
    .filter((each) => each.type === type);
  if (known.length === 0 || !isObject(value)) return;
  const attempts = known.map((profile) => {
    const inner: State = { ...state, issues: [], profile: profile.url };
    checkValue(inner, profile.root, { value, type, path }, depth + 1);
    return inner.issues;
  });
  // Several profiles of a type are alternatives.
  if (attempts.every((issues) => issues.some(isFault))) state.issues.push(...(attempts[0] ?? []));
}

function bears(state: State, mark: Mark, value: Value, depth: number): boolean {
  const { type, path, node } = mark;
  const found = valuesAt(mark, value);
  if (type === 'exists') return node.max === 0 ? found.length === 0 : node.min === 0 || found.length > 0;
  if (type === 'type') return found.some((each) => isOfTypeOf(state, node, typeOrTarget(state, each, path)));
  if (type === 'profile' && path.includes('resolve()'))
    return found.some((each) => leadsTo(state, node, each, depth));
  if (type === 'profile') return found.some((each) => meetsProfile(state, node, each, depth));
  return found.some((each) => meets(state, node, each, depth));
}

/** The types that a slice has; of its references, those that they lead to. */
const isOfTypeOf = (state: State, { types = [], targetProfiles }: ProfileNode, type: string): boolean =>
  types.includes(type) ||
  targetProfiles.some((url) => [type, 'Resource'].includes(targetType(state, url) ?? ''));

/** `resolve()` of a reference: its target's type, by what it leads to or else by the reference's text. */
function typeOrTarget(state: State, { value, type }: Value, path: string): string {
  if (!path.includes('resolve()') || !isObject(value)) return type;
  if (typeof value.reference !== 'string') return typeof value.type === 'string' ? value.type : type;
  const target = resolveWithin(state.whole, value.reference);
  return target ? String(target.resourceType) : (typeNamed(value.reference) ?? type);
}

const typeNamed = (reference: string): string | undefined =>
  /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+$/.exec(reference)?.[1];

/**
 * Whether a reference leads to what a slice is for. Of what is not at hand only the type can be told: that is enough where the slice takes any number, or must be
 * there; it is not enough to say that there are too many.
 */
function leadsTo(
  state: State,
  { targetProfiles, min, max }: ProfileNode,
  { value }: Value,
  depth: number,
): boolean {
  if (!isObject(value) || typeof value.reference !== 'string') return false;
  if (targetProfiles.length === 0) return true;
  const target = resolveWithin(state.whole, value.reference);
  if (target) return targetProfiles.some((url) => isMetBy(state, url, target, depth));
  const named = typeNamed(value.reference);
  const mayFit =
    named === undefined || targetProfiles.some((url) => [named, undefined].includes(targetType(state, url)));
  return mayFit && (min > 0 || max === Number.POSITIVE_INFINITY);
}

function isMetBy(
  state: State,
  url: string,
  target: Readonly<Record<string, unknown>>,
  depth: number,
): boolean {
  const type = String(target.resourceType);
  const wanted = targetType(state, url);
  if (wanted !== undefined && wanted !== 'Resource' && wanted !== type) return false;
  const profile = state.find(url);
  if (!profile) return true;
  const verdicts = state.met.get(target) ?? new Map<string, boolean>();
  state.met.set(target, verdicts);
  const known = verdicts.get(url);
  if (known !== undefined) return known;
  // For whoever comes back here on the way: it stands until it is told otherwise.
  verdicts.set(url, true);
  const inner: State = { ...state, issues: [], profile: profile.url };
  checkValue(inner, profile.root, { value: target, type, path: type }, depth + 1);
  const verdict = !inner.issues.some(isFault);
  verdicts.set(url, verdict);
  return verdict;
}

function meets(state: State, node: ProfileNode, value: Value, depth: number): boolean {
  const inner: State = { ...state, issues: [] };
  checkValue(inner, { ...node, constraints: [] }, value, depth + 1);
  return !inner.issues.some(isFault);
}

function meetsProfile(state: State, node: ProfileNode, value: Value, depth: number): boolean {
  if (node.types && !mayBe(node, node.types, value.type)) return false;
  const inner: State = { ...state, issues: [] };
  checkTypeProfiles(inner, node, value, depth + 1);
  return !inner.issues.some(isFault);
}
