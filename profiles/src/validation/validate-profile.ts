/**
 * A resource against a profile (https://hl7.org/fhir/R4/profiling.html): cardinality, types, fixed and pattern values, required bindings,
 * constraints, slicing. The resource is valid R4 already: what the base asks is not asked again.
 */
import { isDeepStrictEqual } from 'node:util';
import { isObject, resourceNode } from '../fhirpath/node.ts';
import type { Issue } from '../outcome.ts';
import { isResourceType, typeSpec } from '../tables.ts';
import type { Known } from './known.ts';
import { checkBindings } from './profile/profile-binding.ts';
import { boundFaults } from './profile/profile-bounds.ts';
import {
  type Attempt,
  addAll,
  addOnce,
  ask,
  attempt,
  begin,
  foundBy,
  inProfile,
  type Look,
  questionsOf,
  report,
  type State,
  type Value,
  type Verdict,
} from './profile/profile-state.ts';
import type { Profile, ProfileNode } from './profile/profile-tree.ts';
import { bare, isElementOf, mayBe, valuesOf } from './profile/profile-values.ts';
import { type Mark, sliced, valuesAt } from './profile/slicing.ts';
import { resourcesWithin } from './resources-within.ts';
import { notEvaluated, ruleOf, verdictOf } from './structure/invariants.ts';
import { resolveWithin } from './structure/resolve.ts';
import { referencedType, typeNamed } from './structure/uris.ts';

const MAX_DEPTH = 32;

export function validateAgainst(
  profile: Profile,
  resource: Readonly<Record<string, unknown>>,
  known: Known,
  look: Look = {},
): Issue[] {
  const state = begin(profile, resource, known, look);
  const type = String(resource.resourceType);
  if (type !== profile.type) {
    report(state, type, 'structure', `The profile is for ${profile.type}.`);
    return state.issues;
  }
  checkValue(state, profile.root, { value: resource, type, path: type }, 0);
  return foundBy(state);
}

/** A value inside a resource, such as an extension, against the profile of its type. */
export function validateValue(
  profile: Profile,
  value: Readonly<Record<string, unknown>>,
  path: string,
  resource: Readonly<Record<string, unknown>>,
  known: Known,
  look: Look = {},
): Issue[] {
  const state = begin(profile, resource, known, look);
  checkValue(state, profile.root, { value, type: profile.type, path }, 0);
  return foundBy(state);
}

/** All values of an element at once: how many there are, what each is, and to which slice it belongs. `open`: how many more there may be. */
function checkElement(
  state: State,
  node: ProfileNode,
  values: readonly Value[],
  place: string,
  depth: number,
  open = 0,
): void {
  checkCount(state, node, values, place, open);
  for (const each of values) checkValue(state, node, each, depth);
  if (node.slices.length === 0) return;
  const members = sliced(state, node, values, (mark, value) => bears(state, mark, value, depth));
  for (const [slice, found] of members)
    checkElement(state, slice, found.values, place, depth + 1, found.open);
}

function checkCount(
  state: State,
  node: ProfileNode,
  values: readonly Value[],
  place: string,
  open: number,
): void {
  const of = node.sliceName ? `${node.name} (${node.sliceName})` : node.name;
  if (values.length + open < node.min)
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
  if (target && !isTargetFine(state, targetProfiles, target, path, depth)) return;
  if (!target) noteTarget(state, targetProfiles, value.reference, path);
  const named = referencedType(value.reference);
  if (!named || !isResourceType(named)) return;
  const allowed = targetProfiles.map((url) => targetType(state, url));
  if (allowed.some((each) => each === undefined || each === 'Resource' || each === named)) return;
  report(state, path, 'value', `The reference may lead to ${[...new Set(allowed)].join(', ')} only.`);
}

function isTargetFine(
  state: State,
  urls: readonly string[],
  target: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
): boolean {
  const isNot = tellBest(state, path, attemptsAt(state, urls, target, depth)) === 'not';
  if (isNot)
    report(state, path, 'value', `What the reference leads to is none of ${urls.join(', ').slice(0, 300)}.`);
  return !isNot;
}

/** What is not at hand is not looked at; its type is all that is held against a profile. */
function noteTarget(state: State, urls: readonly string[], reference: string, path: string): void {
  if (!state.isClose || reference.startsWith('#')) return;
  const named = referencedType(reference);
  const meant = urls.filter((url) => {
    const type = targetType(state, url);
    return type === undefined || named === undefined || type === 'Resource' || type === named;
  });
  if (meant.length === 0 || meant.some(isOfR4)) return;
  const text = `What is referred to was not looked at: whether it is as ${meant.join(', ').slice(0, 300)} asks was not checked.`;
  addOnce(state, {
    severity: 'information',
    code: 'informational',
    diagnostics: inProfile(state, text),
    expression: path,
  });
}

/** Of several that may be met: what is told of the one that is; the questions that it hangs on; else which are not known here. */
function tellBest(state: State, path: string, { attempts, unknown }: Attempts): Verdict {
  const met = attempts.find(({ verdict }) => verdict === 'met');
  if (met) addAll(state, met);
  if (met || attempts.length + unknown.length === 0) return 'met';
  for (const each of attempts) if (each.verdict === 'open') ask(state, questionsOf(each));
  for (const url of unknown) tellUnknown(state, url, path);
  const isOpen = unknown.length > 0 || attempts.some(({ verdict }) => verdict === 'open');
  return isOpen ? 'open' : 'not';
}

/** As of a profile that a resource claims to conform to (profiles.ts). */
function tellUnknown(state: State, url: string, expression: string): void {
  const reason = state.known.definition(url)
    ? 'it has no snapshot, and what it is derived from is not known here'
    : 'it is not known here';
  const text = `The profile ${url.slice(0, 200)} was not checked: ${reason}.`;
  addOnce(state, {
    severity: state.unchecked,
    code: 'not-supported',
    diagnostics: inProfile(state, text),
    expression,
  });
}

/** What one of several profiles says, and those that are not known here. */
interface Attempts {
  readonly attempts: readonly Attempt[];
  readonly unknown: readonly string[];
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

function checkTypeProfiles(state: State, node: ProfileNode, value: Value, depth: number): void {
  const found = typeAttempts(state, node, value, depth);
  const [first] = found.attempts;
  if (!first) tellBest(state, value.path, found);
  // Several profiles of a type are alternatives.
  else if (found.attempts.length + found.unknown.length === 1) addAll(state, first);
  else if (tellBest(state, value.path, found) === 'not') addAll(state, first);
}

/** By the profiles that a value of this type may be of. */
function typeAttempts(
  state: State,
  { typeProfiles }: ProfileNode,
  { value, type, path }: Value,
  depth: number,
): Attempts {
  const attempts: Attempt[] = [];
  const unknown: string[] = [];
  if (typeProfiles.length === 0 || !isObject(value)) return { attempts, unknown };
  for (const each of typeProfiles) {
    const isOfAny = ANY.has(each.type) && isResourceType(type);
    if (each.type !== type && !isOfAny) continue;
    const profile = state.find(each.url);
    if (profile?.type === type)
      attempts.push(
        attempt({ ...state, profile: profile.url }, (inner) =>
          checkValue(inner, profile.root, { value, type, path }, depth + 1),
        ),
      );
    else if (profile && isOfAny)
      attempts.push(
        attempt(state, (inner) => report(inner, path, 'structure', `The profile is for ${profile.type}.`)),
      );
    else if (!profile && isOfR4(each.url)) attempts.push(MET);
    // Of extensions that is told where they are met (closer-look.ts).
    else if (!profile && type !== 'Extension') unknown.push(each.url);
  }
  return { attempts, unknown };
}

const ANY: ReadonlySet<string> = new Set(['Resource', 'DomainResource']);
const MET: Attempt = { verdict: 'met', issues: [], asked: [] };
const NOT: Attempt = { verdict: 'not', issues: [], asked: [] };

/** R4's own definition of a type, which was held against the value already. */
const isOfR4 = (url: string): boolean =>
  /^[A-Z]\w*$/.test(url.startsWith(R4) ? bareUrl(url).slice(R4.length) : '');
const bareUrl = (url: string): string => url.split('|')[0] as string;

/** Any is enough. */
function bears(state: State, mark: Mark, value: Value, depth: number): Verdict {
  const { type, path, node } = mark;
  const found = valuesAt(mark, value);
  if (type === 'exists')
    return sure(node.max === 0 ? found.length === 0 : node.min === 0 || found.length > 0);
  if (type === 'type')
    return sure(found.some((each) => isOfTypeOf(state, node, typeOrTarget(state, each, path))));
  if (type === 'profile' && path.includes('resolve()'))
    return best(found, (each) => leadsTo(state, node, each, depth));
  if (type === 'profile') return best(found, (each) => meetsProfile(state, node, each, depth));
  return best(found, (each) => meets(state, node, each, depth));
}

const sure = (is: boolean): Verdict => (is ? 'met' : 'not');

function best<T>(items: readonly T[], of: (item: T) => Verdict): Verdict {
  let found: Verdict = 'not';
  for (const item of items) {
    const verdict = of(item);
    if (verdict === 'met') return 'met';
    if (verdict === 'open') found = 'open';
  }
  return found;
}

/** The types that a slice has; of its references, those that they lead to. */
const isOfTypeOf = (state: State, { types = [], targetProfiles }: ProfileNode, type: string): boolean =>
  types.includes(type) ||
  targetProfiles.some((url) => [type, 'Resource'].includes(targetType(state, url) ?? ''));

/** `resolve()` of a reference: its target's type, by what it leads to or else by the reference's text. */
function typeOrTarget(state: State, { value, type }: Value, path: string): string {
  if (!path.includes('resolve()') || !isObject(value)) return type;
  const { reference, type: said } = value;
  const named = typeof said === 'string' ? typeNamed(said) : type;
  if (typeof reference !== 'string') return named;
  const target = resolveWithin(state.whole, reference);
  return target ? String(target.resourceType) : (referencedType(reference) ?? named);
}

/** Whether a reference leads to what a slice is for. Of what is not at hand only the type can be told, which may be that of others too. */
function leadsTo(
  state: State,
  { targetProfiles }: ProfileNode,
  { value, path }: Value,
  depth: number,
): Verdict {
  if (!isObject(value) || typeof value.reference !== 'string') return 'not';
  if (targetProfiles.length === 0) return 'met';
  const target = resolveWithin(state.whole, value.reference);
  if (target) return verdictAmong(state, attemptsAt(state, targetProfiles, target, depth));
  const named = referencedType(value.reference);
  const fitting = targetProfiles.filter(
    (url) => named === undefined || [named, 'Resource', undefined].includes(targetType(state, url)),
  );
  if (fitting.length === 0) return 'not';
  if (named !== undefined && fitting.some(isOfR4)) return 'met';
  noteTarget(state, targetProfiles, value.reference, path);
  return 'open';
}

function verdictAmong(state: State, { attempts, unknown }: Attempts): Verdict {
  const verdict = best(attempts, (each) => each.verdict);
  if (verdict === 'open')
    for (const each of attempts) if (each.verdict === 'open') ask(state, questionsOf(each));
  return verdict === 'not' && unknown.length > 0 ? 'open' : verdict;
}

/** By what a reference may lead to; up to the first that is met. */
function attemptsAt(
  state: State,
  urls: readonly string[],
  target: Readonly<Record<string, unknown>>,
  depth: number,
): Attempts {
  const attempts: Attempt[] = [];
  const unknown: string[] = [];
  for (const url of urls) {
    const found = attemptAt(state, url, target, depth);
    if (found) attempts.push(found);
    else unknown.push(url);
    if (found?.verdict === 'met') break;
  }
  return { attempts, unknown };
}

/** undefined: the profile is not known here. */
function attemptAt(
  state: State,
  url: string,
  target: Readonly<Record<string, unknown>>,
  depth: number,
): Attempt | undefined {
  const type = String(target.resourceType);
  const wanted = targetType(state, url);
  if (wanted !== undefined && wanted !== 'Resource' && wanted !== type) return NOT;
  const profile = state.find(url);
  if (!profile) return wanted === undefined ? undefined : MET;
  const attempts = state.met.get(target) ?? new Map<string, Attempt>();
  state.met.set(target, attempts);
  const known = attempts.get(url);
  if (known) return known;
  // For whoever comes back here on the way: it stands until it is told otherwise.
  attempts.set(url, MET);
  const found = attempt({ ...state, profile: profile.url }, (inner) =>
    checkValue(inner, profile.root, { value: target, type, path: placeOf(state, target) }, depth + 1),
  );
  attempts.set(url, found);
  return found;
}

function placeOf({ whole, places }: State, target: Readonly<Record<string, unknown>>): string {
  if (places.size === 0) for (const { resource, path } of resourcesWithin(whole)) places.set(resource, path);
  return places.get(target) ?? String(target.resourceType);
}

function meets(state: State, node: ProfileNode, value: Value, depth: number): Verdict {
  const found = attempt(state, (inner) => checkValue(inner, { ...node, constraints: [] }, value, depth + 1));
  if (found.verdict === 'open') ask(state, questionsOf(found));
  return found.verdict;
}

function meetsProfile(state: State, node: ProfileNode, value: Value, depth: number): Verdict {
  if (node.types && !mayBe(node, node.types, value.type)) return 'not';
  const found = typeAttempts(state, node, value, depth);
  return found.attempts.length + found.unknown.length === 0 ? 'met' : verdictAmong(state, found);
}
