/**
 * A resource against a profile (https://hl7.org/fhir/R4/profiling.html): cardinality, types, fixed and pattern values, required bindings,
 * constraints, slicing. The resource is valid R4 already: what the base asks is not asked again.
 */
import { isDeepStrictEqual } from 'node:util';
import { isObject, resourceNode } from '../fhirpath/node.ts';
import type { Issue } from '../outcome.ts';
import { choiceProperties, elementType, isResourceType, typeSpec } from '../tables.ts';
import { terminology } from '../terminology/definitions.ts';
import { evaluator, notEvaluated, verdictOf } from './invariants.ts';
import { boundFaults } from './profile-bounds.ts';
import type { Profile, ProfileNode } from './profile-tree.ts';
import { resolveWithin } from './resolve.ts';

/** Looks up the profile of a data type or an extension. */
export type FindProfile = (url: string) => Profile | undefined;

type Json = Readonly<Record<string, unknown>>;

interface Value {
  readonly value: unknown;
  readonly type: string;
  readonly path: string;
}

interface State {
  readonly find: FindProfile;
  /** What is validated as a whole: references may lead to what is in it. */
  readonly whole: Json;
  /** The resource that the value is in, and that one's container: what invariants call %resource and %rootResource. */
  readonly resource: Json;
  readonly root: Json;
  readonly issues: Issue[];
  readonly profile: string;
  /** Whether what a reference leads to meets a profile: each is asked once, however many lead there, and circles end. */
  readonly met: Map<unknown, Map<string, boolean>>;
}

/** More faults than this help nobody. */
const MAX_ISSUES = 50;
const MAX_DEPTH = 32;

export function validateAgainst(
  profile: Profile,
  resource: Readonly<Record<string, unknown>>,
  find: FindProfile,
): Issue[] {
  const state = begin(profile, resource, find);
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
): Issue[] {
  const state = begin(profile, resource, find);
  checkValue(state, profile.root, { value, type: profile.type, path }, 0);
  return state.issues;
}

const begin = ({ url }: Profile, resource: Json, find: FindProfile): State => ({
  find,
  whole: resource,
  resource,
  root: resource,
  issues: [],
  profile: url,
  met: new Map(),
});

function report(
  state: State,
  expression: string,
  code: string,
  text: string,
  severity: 'error' | 'warning' = 'error',
): void {
  if (state.issues.length >= MAX_ISSUES) return;
  state.issues.push({ severity, code, diagnostics: inProfile(state, text), expression });
}

const inProfile = ({ profile }: State, text: string): string =>
  `${text} (profile ${profile.slice(profile.lastIndexOf('/') + 1)})`;

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
  if (node.slices.length > 0) checkSlices(state, node, values, place, depth);
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
  for (const each of node.requiredValueSets) checkBinding(state, each, value, type, path);
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

const isElementOf = (type: string, name: string): boolean =>
  elementType(type, name) !== undefined ||
  choiceProperties(type, bare(name)).length > 0 ||
  name === 'resourceType';

/** Where a resource is met, the state for what is in it. */
function inside(state: State, value: unknown, type: string): State {
  if (!isResourceType(type) || !isObject(value) || value === state.resource) return state;
  const isContained = Array.isArray(state.root.contained) && state.root.contained.includes(value);
  return { ...state, resource: value, root: isContained ? state.root : value };
}

/** Elements that hold resources are those where a profile can choose the type, beside those of a choice. */
function mayBe({ name }: ProfileNode, types: readonly string[], type: string): boolean {
  if (!name.endsWith('[x]') && !isResourceType(type)) return true;
  return types.includes(type) || types.includes('Resource') || types.includes('DomainResource');
}

const bare = (name: string): string => name.replace('[x]', '');
const shown = (value: unknown): string => JSON.stringify(value).slice(0, 200);

/** The values of a child element, with their types and places. */
function valuesOf(
  name: string,
  holder: Readonly<Record<string, unknown>>,
  type: string,
  path: string,
): Value[] {
  const properties = name.endsWith('[x]') ? choiceProperties(type, bare(name)) : [name];
  return properties.flatMap((property): Value[] => {
    const value = holder[property];
    const own = elementType(type, property)?.type ?? 'Element';
    // A choice is named without its type, as FHIRPath does.
    const place = `${path}.${bare(name)}`;
    if (value === undefined) {
      // A primitive that has extensions only is there all the same.
      const twin = holder[`_${property}`];
      return twin === undefined ? [] : [{ value: undefined, type: own, path: place }];
    }
    const typeOf = (each: unknown): string => (own === 'Resource' ? resourceNode(each).type : own);
    if (!Array.isArray(value)) return [{ value, type: typeOf(value), path: place }];
    return value.map((each: unknown, i) => ({ value: each, type: typeOf(each), path: `${place}[${i}]` }));
  });
}

/** Everything in the pattern is in the value; of lists, each item of the pattern is matched by some item. */
function holds(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern))
    return Array.isArray(value) && pattern.every((each) => value.some((item) => holds(each, item)));
  if (!isObject(pattern)) return pattern === value;
  return isObject(value) && Object.entries(pattern).every(([key, each]) => holds(each, value[key]));
}

function checkBinding(state: State, valueSet: string, value: unknown, type: string, path: string): void {
  const codings = codingsOf(value, type);
  if (codings.length === 0) return;
  const answers = codings.map(({ system, code }) => terminology().contains(valueSet, system, code));
  if (answers.includes(true)) return;
  const text = `No code is in the required value set ${valueSet}.`;
  if (!answers.includes(undefined)) {
    report(state, path, 'code-invalid', text);
    return;
  }
  if (state.issues.length >= MAX_ISSUES) return;
  const otherwise = { severity: 'error', code: 'code-invalid', diagnostics: inProfile(state, text) } as const;
  state.issues.push({
    severity: 'information',
    code: 'not-supported',
    diagnostics: inProfile(
      state,
      `The code was not checked: the value set ${valueSet} can't be listed here.`,
    ),
    expression: path,
    question: { valueSet, codings, otherwise },
  });
}

function codingsOf(value: unknown, type: string): { system: string | undefined; code: string }[] {
  if (typeof value === 'string') return type === 'code' ? [{ system: undefined, code: value }] : [];
  if (!isObject(value)) return [];
  const list =
    type === 'CodeableConcept' ? value.coding : type === 'Coding' || type === 'Quantity' ? [value] : [];
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) => {
    if (!isObject(each) || typeof each.code !== 'string') return [];
    return [{ system: typeof each.system === 'string' ? each.system : undefined, code: each.code }];
  });
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
  const named = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]+)?$/.exec(
    value.reference,
  )?.[1];
  if (!named || !isResourceType(named)) return;
  const allowed = targetProfiles.map((url) => targetType(state, url));
  if (allowed.some((each) => each === undefined || each === 'Resource' || each === named)) return;
  report(state, path, 'value', `The reference may lead to ${[...new Set(allowed)].join(', ')} only.`);
}

/** https://hl7.org/fhir/R4/valueset-resource-aggregation-mode.html: outside of a Bundle nothing can be bundled, so it is not asked there. */
function checkAggregation(
  { whole, ...state }: State,
  modes: readonly string[],
  reference: string,
  path: string,
): void {
  if (modes.length === 0) return;
  const isContained = reference.startsWith('#');
  const isBundled = !isContained && resolveWithin(whole, reference) !== undefined;
  const mode = isContained ? 'contained' : isBundled ? 'bundled' : 'referenced';
  const mayBeBundled = modes.includes('bundled') && whole.resourceType !== 'Bundle' && !isContained;
  if (modes.includes(mode) || mayBeBundled || (isBundled && modes.includes('referenced'))) return;
  report({ whole, ...state }, path, 'value', `What the reference leads to must be ${modes.join(' or ')}.`);
}

function targetType({ find }: State, url: string): string | undefined {
  const [bare = ''] = url.split('|');
  const name = bare.startsWith(R4) ? bare.slice(R4.length) : '';
  return isResourceType(name) || name === 'Resource' ? name : find(bare)?.type;
}

function checkConstraints(state: State, node: ProfileNode, { value, type, path }: Value): void {
  const known = new Set(typeSpec(type)?.invariants.map(({ key }) => key));
  for (const { key, human, expression } of node.constraints) {
    // What every element has to meet, and what the base asks, was checked with the base.
    if (known.has(key) || /^(?:ele-1|ext-1|dom-\d)$/.test(key)) continue;
    const context = { type, value };
    const verdict = verdictOf(evaluator(expression), context, {
      resource: resourceNode(state.resource),
      rootResource: resourceNode(state.root),
      context,
    });
    if (verdict === false) report(state, path, 'invariant', `${key}: ${human}`);
    if (verdict === undefined) report(state, path, 'not-supported', notEvaluated(key, human), 'warning');
  }
}

const isFault = ({ severity }: Issue): boolean => severity === 'error';

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

function checkSlices(
  state: State,
  node: ProfileNode,
  values: readonly Value[],
  place: string,
  depth: number,
): void {
  const { discriminator = [], rules = 'open', ordered = false } = node.slicing ?? {};
  const members = new Map<ProfileNode, Value[]>(node.slices.map((slice) => [slice, []]));
  let last = 0;
  for (const each of values) {
    const index = node.slices.findIndex((slice) => belongs(state, slice, each, discriminator, depth));
    const slice = node.slices[index];
    if (slice) members.get(slice)?.push(each);
    else if (rules === 'closed')
      report(state, each.path, 'structure', 'The value belongs to none of the slices.');
    if (slice && ordered && index < last)
      report(state, each.path, 'structure', 'The slices are out of order.');
    if (slice) last = index;
  }
  for (const [slice, found] of members) checkElement(state, slice, found, place, depth + 1);
}

type Discriminators = NonNullable<NonNullable<ProfileNode['slicing']>['discriminator']>;

/** A slice without discriminators can't be told apart: nothing is put in it. */
function belongs(
  state: State,
  slice: ProfileNode,
  value: Value,
  discriminators: Discriminators,
  depth: number,
): boolean {
  // Of several, a slice need not speak of each.
  const asked = discriminators.filter((each) => discriminators.length === 1 || tells(state, slice, each));
  return asked.length > 0 && asked.every((each) => discriminates(state, slice, value, each, depth));
}

function tells(state: State, slice: ProfileNode, { type, path }: Discriminators[number]): boolean {
  const asked = descend(state, slice, stepsOf(path));
  return asked !== undefined && (!VALUES.has(type) || saysWhich({ ...asked, types: undefined }));
}

const VALUES: ReadonlySet<string> = new Set(['value', 'pattern']);

/** `$this` and `resolve()` lead nowhere else. */
const stepsOf = (path: string): string[] =>
  path
    .replace(/\.?resolve\(\)/, '')
    .split('.')
    .filter((step) => step !== '' && step !== '$this');

function discriminates(
  state: State,
  slice: ProfileNode,
  value: Value,
  { type, path }: Discriminators[number],
  depth: number,
): boolean {
  const steps = stepsOf(path);
  const asked = descend(state, slice, steps);
  const found = steps.reduce<Value[]>(
    (each, step) =>
      each.flatMap((one) =>
        isObject(one.value) ? valuesOf(nameOf(one.type, step), one.value, one.type, one.path) : [],
      ),
    [value],
  );
  if (!asked) return false;
  if (type === 'exists') return asked.max === 0 ? found.length === 0 : asked.min === 0 || found.length > 0;
  if (type === 'type')
    return found.some((each) => asked.types?.includes(typeOrTarget(state, each, path)) ?? false);
  if (type === 'profile' && path.includes('resolve()'))
    return found.some((each) => leadsTo(state, asked, each, depth));
  if (type === 'profile') return found.some((each) => meetsProfile(state, asked, each, depth));
  return found.some((each) => meets(state, asked, each, depth));
}

/** A choice may be named without its `[x]`. */
function nameOf(type: string, step: string): string {
  const name = step.replace(/\.ofType\(\w+\)$/, '');
  return choiceProperties(type, name).length > 0 ? `${name}[x]` : name;
}

/** `resolve()` of a reference: its target's type, by what it leads to or else by the reference's text. */
function typeOrTarget(state: State, { value, type }: Value, path: string): string {
  if (!path.includes('resolve()') || !isObject(value) || typeof value.reference !== 'string') return type;
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

/**
 * The node that a discriminator's path leads to: among the slice's children, the slices of those, or the profile of its type. Where a child is
 * sliced itself (`component:SystolicBP.code.coding:SBPCode`), what its slices say tells more than what it says of all its values.
 */
function descend(state: State, slice: ProfileNode, steps: readonly string[]): ProfileNode | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return slice;
  const pattern = slice.pattern ?? slice.fixed;
  const children = slice.children.filter(({ name }) => bare(name) === step);
  if (children.length === 0 && isObject(pattern))
    return { ...slice, pattern: partOf(pattern, steps), fixed: undefined, children: [] };
  const profiled = slice.typeProfiles.flatMap((url) => state.find(url)?.root.children ?? []);
  const own = children.length > 0 ? children : profiled.filter(({ name }) => bare(name) === step);
  const found = own.flatMap((each) => [...each.slices.filter(({ min }) => min > 0), each]);
  const reached = (
    found.length > 0 ? found : [urlNode(slice, step)].filter((each) => each !== undefined)
  ).flatMap((each) => descend(state, each, rest) ?? []);
  return reached.find(saysWhich) ?? reached[0];
}

/** Whether a node tells values apart. */
const saysWhich = ({ fixed, pattern, requiredValueSets, children, types }: ProfileNode): boolean =>
  fixed !== undefined ||
  pattern !== undefined ||
  requiredValueSets.length > 0 ||
  (types !== undefined && types.length === 1) ||
  children.some(saysWhich);

function partOf(pattern: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((each, step) => {
    const one = Array.isArray(each) ? each[0] : each;
    return isObject(one) ? one[step] : undefined;
  }, pattern);
}

/** An extension's profile that is not loaded says its url all the same: it is the profile's own. */
function urlNode(node: ProfileNode, step: string): ProfileNode | undefined {
  const [url] = node.typeProfiles;
  if (step !== 'url' || url === undefined) return undefined;
  return {
    ...node,
    name: 'url',
    fixed: url.split('|')[0],
    pattern: undefined,
    children: [],
    slices: [],
    typeProfiles: [],
    constraints: [],
    types: undefined,
  };
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
