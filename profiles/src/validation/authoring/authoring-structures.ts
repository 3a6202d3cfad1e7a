/**
 * A profile or an extension as it is written (https://hl7.org/fhir/R4/profiling.html): it speaks of elements that its type has, tells slices apart by
 * what they have, allows no more than what it is derived from, and states rules that are FHIRPath.
 */
import { isDeepStrictEqual } from 'node:util';
import { compileFhirPath } from '../../fhirpath/fhirpath.ts';
import { isObject } from '../../fhirpath/node.ts';
import { choiceProperties, elementType, typeSpec } from '../../tables.ts';
import type { Known } from '../known.ts';
import { elementsOf } from '../profile/snapshot.ts';
import type { ElementDefinition, StructureDefinition } from '../profile/structure-definition.ts';
import type { Report } from './authoring-report.ts';

type Json = Readonly<Record<string, unknown>>;

/** More elements than these are not gone through. */
const MOST_ELEMENTS = 5000;
/** Nor more rules of theirs: each is parsed. */
const MOST_RULES = 500;

export function structureFaults(resource: Json, report: Report, known: Known): void {
  const definition = resource as unknown as StructureDefinition;
  const { type, derivation, differential } = definition;
  if (derivation !== 'constraint' || !typeSpec(type)) return;
  const elements = (differential?.element ?? []).slice(0, MOST_ELEMENTS);
  let rules = MOST_RULES;
  const base = baseElements(definition, known);
  elements.forEach((element, i) => {
    const place = `differential.element[${i}]`;
    if (!hasElement(type, element.path)) {
      report(`${place}.path`, `R4 has no element ${element.path.slice(0, 200)}.`);
      return;
    }
    discriminatorFaults(element, type, place, report);
    looserFaults(element, type, base, place, report);
    rules -= element.constraint?.length ?? 0;
    if (rules >= 0) ruleFaults(element, place, report);
  });
}

/** What leads into values of any type: nothing can be told of it. */
const ANY = Symbol('any');
type Step = string | typeof ANY | undefined;

function hasElement(type: string, path: string): boolean {
  const [first, ...steps] = path.split('.');
  return first === type && typeAt(type, steps) !== undefined;
}

/** The type that a path of names leads to; undefined where there is no such element. */
function typeAt(type: string, steps: readonly string[]): Step {
  return steps.reduce<Step>((at, name) => (typeof at === 'string' ? below(at, name) : at), type);
}

function below(type: string, name: string): Step {
  const spec = typeSpec(type);
  if (!spec || type === 'Resource' || type === 'DomainResource') return ANY;
  const own = elementType(type, name)?.type;
  if (own !== undefined) return own === 'Resource' ? ANY : own;
  const bare = name.replace('[x]', '');
  return choiceProperties(type, bare).length > 0 ? ANY : undefined;
}

/** `resolve()`, `extension('url')` and `ofType(X)` are what R4 lets a discriminator use beside names (profiling.html#discriminator). */
function discriminatorFaults(
  { path, slicing }: ElementDefinition,
  type: string,
  place: string,
  report: Report,
): void {
  const sliced = typeAt(type, path.split('.').slice(1));
  (slicing?.discriminator ?? []).forEach((each, i) => {
    const steps = stepsOf(each.path);
    if (typeof sliced !== 'string' || typeAt(sliced, steps) !== undefined) return;
    report(
      `${place}.slicing.discriminator[${i}].path`,
      `${sliced} has no element ${each.path.slice(0, 200)}.`,
    );
  });
}

/** Up to what a function leads to. */
function stepsOf(path: string): string[] {
  const steps = path
    .replace(/^\$this\.?/, '')
    .split(/\.(?![^(]*\))/)
    .filter((step) => step !== '');
  const called = steps.findIndex((step) => step.includes('('));
  return called < 0 ? steps : steps.slice(0, called);
}

function baseElements(
  { url, baseDefinition }: StructureDefinition,
  known: Known,
): ReadonlyMap<string, ElementDefinition> {
  const base =
    baseDefinition === undefined || baseDefinition === url ? undefined : known.definition(baseDefinition);
  const elements = base && elementsOf(base, (each) => known.definition(each));
  return new Map((elements ?? []).map((each) => [each.id, each]));
}

/** A profile narrows: it has no more and needs no less than its base, and a value that is fixed there is fixed. Slices count for themselves. */
function looserFaults(
  element: ElementDefinition,
  type: string,
  base: ReadonlyMap<string, ElementDefinition>,
  place: string,
  report: Report,
): void {
  const id = element.id ?? element.path;
  if (id.includes(':')) return;
  const before = base.get(id) ?? ownElement(type, element.path);
  if (!before) return;
  if (element.min !== undefined && element.min < (before.min ?? 0))
    report(`${place}.min`, `What this is derived from needs ${before.min} at least.`);
  if (element.max !== undefined && most(element.max) > most(before.max))
    report(`${place}.max`, `What this is derived from allows ${before.max} at most.`);
  for (const key of Object.keys(before)) {
    if (!/^fixed[A-Z]/.test(key) || element[key] === undefined) continue;
    if (!isDeepStrictEqual(element[key], before[key]))
      report(`${place}.${key.replace(/[A-Z].*/, '')}`, 'What this is derived from fixes another value.');
  }
}

const most = (max: string | undefined): number =>
  max === undefined || max === '*' ? Number.POSITIVE_INFINITY : Number(max);

/** As R4 itself has it. */
function ownElement(type: string, path: string): ElementDefinition | undefined {
  const steps = path.split('.').slice(1);
  const name = steps.at(-1);
  const holder = typeAt(type, steps.slice(0, -1));
  if (name === undefined || typeof holder !== 'string') return undefined;
  const spec = typeSpec(holder);
  const bare = name.replace('[x]', '');
  const property = name.endsWith('[x]') ? choiceProperties(holder, bare)[0] : name;
  const own = property === undefined ? undefined : elementType(holder, property);
  if (!own || (own.choice && !name.endsWith('[x]'))) return undefined;
  return { id: path, path, min: spec?.required.includes(bare) ? 1 : 0, max: own.array ? '*' : '1' };
}

function ruleFaults({ constraint }: ElementDefinition, place: string, report: Report): void {
  constraint?.forEach(({ expression }, i) => {
    if (expression !== undefined && !isFhirPath(expression))
      report(`${place}.constraint[${i}].expression`, 'This is no FHIRPath.');
  });
}

/** Whether it can be read; not whether it can be evaluated. */
export function isFhirPath(expression: string): boolean {
  try {
    compileFhirPath(expression);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** FHIRPath of Expressions, wherever they stand (https://hl7.org/fhir/R4/metadatatypes.html#Expression). */
export function expressionFaults(value: unknown, path: string, report: Report, depth = 0): void {
  if (depth > 40) return;
  if (Array.isArray(value)) {
    for (const [i, each] of value.entries()) expressionFaults(each, `${path}[${i}]`, report, depth + 1);
    return;
  }
  if (!isObject(value)) return;
  if (
    value.language === 'text/fhirpath' &&
    typeof value.expression === 'string' &&
    !isFhirPath(value.expression)
  )
    report(path === '' ? 'expression' : `${path}.expression`, 'This is no FHIRPath.');
  for (const [name, each] of Object.entries(value)) {
    if (typeof each !== 'object' || name === 'contained') continue;
    const step = name.replace(/^_/, '').replace(/^value[A-Z].*/, 'value');
    expressionFaults(each, path === '' ? step : `${path}.${step}`, report, depth + 1);
  }
}
