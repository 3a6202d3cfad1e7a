/** The search parameters of each resource type, each with its expression compiled (https://hl7.org/fhir/R4/searchparameter-registry.html). */
import { compile } from './fhirpath/compile.ts';
import { requireCheap } from './fhirpath/cost.ts';
import type { Evaluate } from './fhirpath/evaluate.ts';
import { isExact, isOwn } from './fhirpath/exact.ts';
import { EvaluationError, interpreted } from './fhirpath/interpret.ts';
import { walkFhirPath } from './fhirpath/missing.ts';
import { type Node, resourceNode } from './fhirpath/node.ts';
import { type Expression, parseFhirPath } from './fhirpath/parse.ts';
import { isPatient } from './reference-type.ts';
import type { ElementSpec, SearchParameterSpec } from './table-format.ts';
import { choiceProperties, elementType, isResourceType, tables } from './tables.ts';

/** A value that an expression yields, with its FHIR type, e.g. `CodeableConcept`, `dateTime`, `Reference`. */
export interface TypedValue {
  readonly type: string;
  readonly value: unknown;
}

export interface SearchParameter {
  readonly code: string;
  readonly type: SearchParameterSpec['type'];
  readonly url: string;
  readonly expression: string;
  /** Resource types its references may lead to; empty for the other kinds. */
  readonly targets: readonly string[];
  /** What its references are made of: `Reference`, a canonical URL, or what can't be told from the expression. undefined for the other kinds. */
  readonly leadsBy: 'reference' | 'canonical' | 'either' | undefined;
  /** Of a composite: the parameters it is made of, with their expressions below each of its own values. */
  readonly components: readonly CompositeComponent[];
  /** False while what is stored is still being indexed by it. */
  isReady(): boolean;
  /** Systems of the codes that a `code` element may hold: the element itself names none. Empty for all other elements. */
  readonly codeSystems: readonly string[];
  /** Whether it may hold Codings, whose code system says whether case counts: no identifiers, contact points or plain values. */
  readonly isOfCodings: boolean;
  /** Whether what it finds are truth values. */
  isOfBooleans(): boolean;
  /** The values in a resource of this type; primitives that only have extensions are left out. `focus`: on the same resource. */
  extract(resource: unknown, focus?: Focus): readonly TypedValue[];
}

export interface Focus {
  readonly nodes: readonly Node[];
  readonly environment: Parameters<Evaluate>[1];
}

export interface CompositeComponent {
  readonly code: string;
  readonly type: SearchParameterSpec['type'];
  readonly expression: string;
  /** Types its references may lead to. */
  readonly targets: readonly string[];
  /** As of a parameter: systems of what a `code` element may hold. */
  readonly codeSystems: readonly string[];
  /** Of one value of the composite. */
  extract(value: TypedValue, resource: unknown): readonly TypedValue[];
}

interface OfType {
  readonly byCode: ReadonlyMap<string, SearchParameter>;
  /** In their order. */
  readonly all: readonly SearchParameter[];
}

const byType = new Map<string, OfType>();
const NO_PARAMETERS: OfType = { byCode: new Map(), all: [] };

/** Parameters that were added to those of R4, by their URL. */
const added = new Map<string, SearchParameterSpec>();
/** URLs of those that are not searched by yet. */
const waiting = new Set<string>();

/**
 * Makes a parameter known, for indexing and for searching. Throws SyntaxError where its expression is not one that can be compiled, or could take long.
 * A parameter of R4 with the same code and type stays as it is. One that is not ready is indexed, and refused in searches.
 */
export function addSearchParameter(spec: SearchParameterSpec, isReady = true): void {
  requireCheap(parseFhirPath(spec.expression));
  for (const { expression } of spec.components) requireCheap(parseFhirPath(expression));
  for (const type of spec.base) {
    if (!isResourceType(type)) continue;
    const resource = { resourceType: type };
    const { extract, components } = makeParameter(type, spec);
    extract(resource);
    for (const each of components) each.extract({ type, value: resource }, resource);
  }
  added.set(spec.url, spec);
  if (isReady) waiting.delete(spec.url);
  else waiting.add(spec.url);
  byType.clear();
  changes += 1;
}

export function removeSearchParameter(url: string): void {
  waiting.delete(url);
  if (added.delete(url)) byType.clear();
  changes += 1;
}

/** Everything stored is indexed by it. */
export function searchParameterReady(url: string): void {
  waiting.delete(url);
  changes += 1;
}

let changes = 0;

/** How often parameters were made known, ready or forgotten: what was read by them may mean something else since. */
export const searchParameterChanges = (): number => changes;

/** All parameters of a type, those of Resource and DomainResource among them; empty for unknown types. */
export function searchParameters(type: string): readonly SearchParameter[] {
  return parametersOf(type).all;
}

export function searchParameter(type: string, code: string): SearchParameter | undefined {
  return parametersOf(type).byCode.get(code);
}

/** The type of the values of a parameter that is known by this URL. */
export function searchParameterType(url: string): SearchParameterSpec['type'] | undefined {
  return specCalled(meant(url))?.type;
}

const specCalled = (url: string): SearchParameterSpec | undefined =>
  [...tables.searchParameters, ...added.values()].find((each) => each.url === url);

function parametersOf(type: string): OfType {
  const known = byType.get(type);
  if (known) return known;
  if (!isResourceType(type)) return NO_PARAMETERS;
  const byCode = new Map<string, SearchParameter>();
  for (const spec of [...tables.searchParameters, ...added.values()]) {
    if (spec.base.includes(type) || spec.base.includes('Resource') || spec.base.includes('DomainResource')) {
      if (spec.expression && !byCode.has(spec.code)) byCode.set(spec.code, makeParameter(type, spec));
    }
  }
  const found = { byCode, all: [...byCode.values()] };
  byType.set(type, found);
  return found;
}

function makeParameter(type: string, spec: SearchParameterSpec): SearchParameter {
  const parts = alternatives(parseFhirPath(spec.expression)).filter((part) => concerns(part, type));
  // The few parameters of R4 that lead to a resource by `resolve() is Patient` say their one target there.
  const narrowed = parts.length > 0 ? resolvedType(parts[0] as Expression) : undefined;
  let evaluate: readonly Evaluate[] | undefined;
  let booleans: boolean | undefined;
  return {
    code: spec.code,
    type: spec.type,
    url: spec.url,
    expression: spec.expression,
    targets: narrowed ? [narrowed] : spec.target.filter(isResourceType),
    leadsBy: spec.type === 'reference' ? leadsBy(type, parts) : undefined,
    components: spec.components.map((each) => makeComponent(type, parts, each)),
    isReady: () => !waiting.has(spec.url),
    codeSystems: spec.type === 'token' ? systemsOf(type, parts) : [],
    isOfCodings: spec.type === 'token' && isOfCodings(type, parts),
    isOfBooleans() {
      booleans ??= spec.type === 'token' && yieldsBooleans(spec.expression, type);
      return booleans;
    },
    extract(resource, focus = focusOn(resource)) {
      evaluate ??= evaluators(spec.expression, parts);
      return extract(evaluate, focus);
    },
  };
}

/** R4's own are compiled part by part; one of somebody else's by whichever engine reads it exactly. */
function evaluators(text: string, parts: readonly Expression[]): readonly Evaluate[] {
  if (isOwn(text) || isOwnComponent(text)) return parts.map((part) => subjects(part) ?? compile(part));
  const filters = parts.map(asFilter);
  return filters.every(isExact) ? filters.map(compile) : [orNothing(interpreted(text))];
}

/** Whom a resource is about, in R4's own words. */
const ABOUT: ReadonlySet<string> = new Set(['subject', 'for']);

/** `….subject.where(resolve() is Patient)`, for subjects whose type nobody tells as well. Of elements that several parties share only those count that say what they are. */
function subjects(part: Expression): Evaluate | undefined {
  if (part.kind !== 'call' || part.of?.kind !== 'member' || !ABOUT.has(part.of.name)) return undefined;
  if (resolvedType(part) !== 'Patient') return undefined;
  const evaluate = compile(part.of);
  return (focus, environment) =>
    evaluate(focus, environment).filter(({ value }) => isPatient(value, environment.rootResource.value));
}

let ownComponents: ReadonlySet<string> | undefined;

function isOwnComponent(text: string): boolean {
  ownComponents ??= new Set(
    tables.searchParameters.flatMap(({ components }) => components.map(({ expression }) => expression)),
  );
  return ownComponents.has(text);
}

/** R4's own parameters take those of several values that are of a type by `as` (component-value-quantity), and so do everybody's. */
function asFilter(expression: Expression): Expression {
  if (!('of' in expression) || !expression.of) return expression;
  const of = asFilter(expression.of);
  if (expression.kind !== 'type' || expression.operator !== 'as') return { ...expression, of };
  return {
    kind: 'call',
    of,
    name: 'ofType',
    args: [{ kind: 'member', of: undefined, name: expression.type }],
  };
}

/** What can't be evaluated on a resource has no value there. */
function orNothing(evaluate: Evaluate): Evaluate {
  return (focus, environment) => {
    try {
      return evaluate(focus, environment);
    } catch (error) {
      if (error instanceof EvaluationError) return [];
      throw error;
    }
  };
}

/** What an expression is evaluated on: made once for all parameters of a resource. */
export function focusOn(resource: unknown): Focus {
  const root = resourceNode(resource);
  return { nodes: [root], environment: { resource: root, rootResource: root, context: root } };
}

const NOTHING: readonly TypedValue[] = [];

function extract(evaluate: readonly Evaluate[], { nodes, environment }: Focus): readonly TypedValue[] {
  let found: TypedValue[] | undefined;
  for (const part of evaluate) {
    for (const node of part(nodes, environment)) {
      if (node.value === undefined) continue;
      found ??= [];
      found.push({ type: node.type, value: node.value });
    }
  }
  return found ?? NOTHING;
}

function alternatives(expression: Expression): Expression[] {
  if (expression.kind === 'binary' && expression.operator === '|') {
    return [...alternatives(expression.left), ...alternatives(expression.right)];
  }
  return [expression];
}

/** Parameters shared by many types list a path for each; only this type's matters. */
function concerns(expression: Expression, type: string): boolean {
  const root = rootName(expression);
  return root === undefined || root === type || !isResourceType(root);
}

function rootName(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'member':
      return expression.of ? rootName(expression.of) : expression.name;
    case 'call':
    case 'index':
    case 'type':
      return expression.of ? rootName(expression.of) : undefined;
    case 'binary':
      return rootName(expression.left);
    default:
      return undefined;
  }
}

/** The type in `….where(resolve() is Type)`. */
function resolvedType(expression: Expression): string | undefined {
  if (expression.kind !== 'call' || expression.name !== 'where') return undefined;
  const [test] = expression.args;
  if (test?.kind !== 'type' || test.operator !== 'is') return undefined;
  return test.of.kind === 'call' && test.of.name === 'resolve' ? test.type : undefined;
}

function makeComponent(
  type: string,
  whole: readonly Expression[],
  { definition, expression }: SearchParameterSpec['components'][number],
): CompositeComponent {
  const spec = specCalled(meant(definition));
  let evaluate: readonly Evaluate[] | undefined;
  return {
    code: spec?.code ?? definition.slice(definition.lastIndexOf('/') + 1),
    type: spec?.type ?? 'token',
    expression,
    targets: (spec?.target ?? []).filter(isResourceType),
    codeSystems: spec?.type === 'token' ? systemsOf(type, below(whole, expression)) : [],
    extract(value, resource) {
      evaluate ??= evaluators(expression, alternatives(parseFhirPath(expression)));
      const root = resourceNode(resource);
      const environment = { resource: root, rootResource: root, context: root };
      const nodes = evaluate.flatMap((each) => each([value], environment));
      return nodes.flatMap((node) =>
        node.value === undefined ? [] : [{ type: node.type, value: node.value }],
      );
    },
  };
}

/** A plain name below each of the paths; none of what is more than a name. */
const below = (whole: readonly Expression[], name: string): Expression[] =>
  /^[a-z]\w*$/.test(name) ? whole.map((of) => ({ kind: 'member', of, name })) : [];

const RELATION = 'http://hl7.org/fhir/SearchParameter/DocumentReference-relation';
const RELATES_TO = 'http://hl7.org/fhir/SearchParameter/DocumentReference-relatesto';

/** R4 names these two parameters of DocumentReference-relationship in the wrong order: the expressions say which is which. */
function meant(definition: string): string {
  if (definition === RELATION) return RELATES_TO;
  return definition === RELATES_TO ? RELATION : definition;
}

/** Of a plain path to a `code` element: the systems of the value set it is bound to. */
function systemsOf(type: string, parts: readonly Expression[]): string[] {
  const systems = new Set<string>();
  for (const part of parts) {
    const element = elementAt(type, part);
    if (element?.type !== 'code') return [];
    for (const concept of element.binding === undefined ? [] : (tables.valueSets[element.binding] ?? []))
      systems.add(concept.slice(0, concept.indexOf('|')));
  }
  return [...systems];
}

function yieldsBooleans(expression: string, type: string): boolean {
  const { types = [] } = walkFhirPath(expression, [type]);
  return types.length > 0 && types.every((each) => each === 'boolean');
}

const NO_CODINGS: ReadonlySet<string> = new Set([
  'Identifier',
  'ContactPoint',
  'boolean',
  'string',
  'uri',
  'code',
  'id',
]);

/** Of what can't be told from the expression too. */
function isOfCodings(type: string, parts: readonly Expression[]): boolean {
  const types = parts.flatMap((part) => typesAt(type, part));
  return types.length === 0 || types.some((each) => !NO_CODINGS.has(each));
}

function leadsBy(type: string, parts: readonly Expression[]): SearchParameter['leadsBy'] {
  const kinds = new Set(
    parts
      .flatMap((part) => typesAt(type, part))
      .map((each) => {
        if (each === 'Reference') return 'reference';
        return each === 'canonical' || each === 'uri' ? 'canonical' : 'either';
      }),
  );
  return kinds.size === 1 ? [...kinds][0] : 'either';
}

/** Of a path to an element or a choice of them; what filters it does not change its type, but for one that is by type. */
function typesAt(type: string, expression: Expression): string[] {
  if (expression.kind === 'type' && expression.operator === 'as') return [expression.type];
  if (expression.kind === 'call' && expression.of) {
    const [argument] = expression.args;
    if (expression.name === 'where') return typesAt(type, expression.of);
    if (expression.name === 'ofType' && argument?.kind === 'member') return [argument.name];
  }
  if (expression.kind !== 'member' || !expression.of) return [type];
  const { of, name } = expression;
  const holders = of.kind === 'member' && of.of === undefined ? [type] : typesAt(type, of);
  return holders.flatMap((holder) =>
    [name, ...choiceProperties(holder, name)].flatMap((each) => elementType(holder, each)?.type ?? []),
  );
}

function elementAt(type: string, expression: Expression): ElementSpec | undefined {
  if (expression.kind !== 'member' || !expression.of) return undefined;
  const { of, name } = expression;
  const isRoot = of.kind === 'member' && of.of === undefined;
  const holder = isRoot ? type : elementAt(type, of)?.type;
  return holder === undefined ? undefined : elementType(holder, name);
}
