/**
 * Generated validators: for each type a function made of its definition that says whether an object is valid beyond doubt. It builds no
 * paths and no messages; where it says no, or meets what is rare (contained resources, `_name` twins, local references), the walk of
 * validate-resource.ts decides and tells why. Made when a type is first met, from the definitions only, never from data.
 */
import { resourceNode } from '../../fhirpath/node.ts';
import type { ElementSpec, Invariant, TypeSpec } from '../../table-format.ts';
import { isResourceType, tables, typeSpec } from '../../tables.ts';
import { isInBinding, isInBindingCode } from '../codes/bindings.ts';
import { isCodeOfR4 } from '../codes/codes.ts';
import { setFormFault } from '../codes/set-forms.ts';
import { bundleFaults } from './bundle.ts';
import { invariantSource } from './invariant-source.ts';
import { type Rule, ruleOf, verdictOf } from './invariants.ts';
import { narrativeFault } from './narrative.ts';
import { isPeriodOrdered } from './period.ts';
import { hasBlank, isElementId, primitiveTests } from './primitives.ts';
import { isAbsolute, isSystem } from './uris.ts';

type Json = Record<string, unknown>;
/** What invariants' %resource and %rootResource mean. */
interface Place {
  readonly resource: Json;
  readonly root: Json;
  readonly met: Met;
}

/** What was met on the way that has rules beside the structure. */
export interface Met {
  extension: boolean;
  /** Ids of elements. */
  ids: number;
}

export const nothingMet = (): Met => ({ extension: false, ids: 0 });
type Accept = (object: Json, place: Place, depth: number) => boolean;

const MAX_DEPTH = 40;

/** True: valid. False: ask the walk. */
export function accepts(resource: Json, met: Met = nothingMet()): boolean {
  const type = resource.resourceType;
  if (typeof type !== 'string' || !isResourceType(type)) return false;
  return acceptorOf(type)(resource, { resource, root: resource, met }, 0);
}

const resources = new Map<string, Accept>();
let dataTypes: Readonly<Record<string, Accept>> | undefined;

/** A resource with its backbone elements is one scope, all data types are another: calls inside a scope are plain calls, which are inlined. */
function acceptorOf(type: string): Accept {
  const known = resources.get(type);
  if (known) return known;
  dataTypes ??= generate(
    Object.keys(tables.types).filter(
      (name) => tables.types[name]?.kind !== 'resource' && !isPartOfResource(name),
    ),
    {},
  );
  const own = Object.keys(tables.types).filter((name) => name === type || name.startsWith(`${type}.`));
  const made = generate(own, dataTypes)[type] as Accept;
  resources.set(type, made);
  return made;
}

const isPartOfResource = (name: string): boolean => isResourceType(name.split('.')[0] as string);

/** Constants that the source refers to by index. */
class Constants {
  readonly values: unknown[] = [];
  add(value: unknown): string {
    this.values.push(value);
    return `k${this.values.length - 1}`;
  }
}

const LOGIC = `
const not3 = (a) => (a === undefined ? undefined : !a);
const and3 = (a, b) => (a === false || b === false ? false : a === undefined || b === undefined ? undefined : true);
const or3 = (a, b) => (a === true || b === true ? true : a === undefined || b === undefined ? undefined : false);
const implies3 = (a, b) => or3(not3(a), b);
const xor3 = (a, b) => (a === undefined || b === undefined ? undefined : a !== b);
const equal3 = (a, b) => (a === undefined ? undefined : a === b);
`;

/** The name of a type's function in the source. */
const functionName = (type: string): string => `accept_${type.replaceAll('.', '_')}`;

/** Functions for these types; `known` are those that the source may call besides. */
function generate(types: readonly string[], known: Readonly<Record<string, Accept>>): Record<string, Accept> {
  const constants = new Constants();
  const functions = types.map((type) => typeSource(constants, type, typeSpec(type) as TypeSpec));
  const outer = Object.keys(known).map(
    (type) => `const ${functionName(type)} = known[${JSON.stringify(type)}];`,
  );
  const table = types.map((type) => `${JSON.stringify(type)}: ${functionName(type)}`);
  const names = constants.values.map((_, i) => `k${i}`);
  const text = [LOGIC, ...outer, ...functions, `return { ${table.join(', ')} };`].join('\n');
  return new Function('known', ...names, text)(known, ...constants.values) as Record<string, Accept>;
}

function typeSource(constants: Constants, type: string, spec: TypeSpec): string {
  const bits = new Map(spec.required.map((name, i) => [name, i]));
  const choices = Object.keys(spec.choices);
  const lines = [
    `function ${functionName(type)}(o, place, depth) {`,
    `if (depth > ${MAX_DEPTH}) return false;`,
    'let n = 0;',
  ];
  // Bits of a number are 31; no type of R4 has that many required elements.
  if (bits.size > 0) lines.push('let q = 0;');
  lines.push(...choices.map((_, i) => `let c${i} = 0;`));
  lines.push('for (const key in o) {', 'const v = o[key];', 'n += 1;', 'switch (key) {');
  if (spec.kind === 'resource') lines.push(`case 'resourceType': break;`);
  for (const [name, element] of Object.entries(spec.elements)) {
    // What stands in a container has rules of its own that the walk knows.
    if (name === 'contained') continue;
    lines.push(`case ${JSON.stringify(name)}: {`, elementSource(constants, element));
    if (element.type === 'Extension' && type !== 'Extension')
      lines.push(
        'place.met.extension = true;',
        `for (let i = 0; i < v.length; i++) if (!${constants.add(isAbsolute)}(v[i].url)) return false;`,
      );
    if (name === 'id' && spec.kind !== 'resource')
      lines.push(`if (!${constants.add(isElementId)}(v)) return false;`, 'place.met.ids += 1;');
    const base = element.choice ?? name;
    const bit = bits.get(base);
    if (bit !== undefined) lines.push(`q |= ${1 << bit};`);
    if (element.choice) lines.push(`if (c${choices.indexOf(element.choice)}++ > 0) return false;`);
    for (const each of spec.elementInvariants[base] ?? [])
      lines.push(elementInvariant(constants, element, each));
    lines.push('break; }');
  }
  lines.push('default: return false;', '}', '}');
  // ele-1: an id alone is no content.
  if (spec.kind !== 'resource') lines.push('if (n === 0 || (n === 1 && o.id !== undefined)) return false;');
  if (bits.size > 0) lines.push(`if (q !== ${2 ** bits.size - 1}) return false;`);
  if (type === 'Extension')
    lines.push(`if ((c${choices.indexOf('value')} > 0) === (o.extension !== undefined)) return false;`);
  if (type === 'Coding')
    lines.push(
      `if (!${constants.add(isSystem)}(o.system) || !${constants.add(isCodeOfR4)}(o.system, o.code)) return false;`,
    );
  // The walk compares the two.
  if (type === 'Attachment') lines.push('if (o.data !== undefined && o.size !== undefined) return false;');
  if (type === 'Reference') lines.push('if (o.type !== undefined) return false;');
  if (type === 'Bundle') lines.push(`if (${constants.add(bundleFaults)}(o).length > 0) return false;`);
  if (type === 'Period') lines.push(`if (!${constants.add(isPeriodOrdered)}(o)) return false;`);
  for (const each of spec.invariants) {
    const dear = `${constants.add(asked(each, type))}(o, place)`;
    lines.push(`if (!(${invariantSource(type, each.expression, dear)})) return false;`);
  }
  lines.push('return true;', '}');
  return lines.join('\n');
}

function elementSource(constants: Constants, element: ElementSpec): string {
  const one = (value: string): string => valueSource(constants, element, value);
  if (!element.array) return one('v');
  return `if (!Array.isArray(v) || v.length === 0) return false; for (let i = 0; i < v.length; i++) { const e = v[i]; ${one('e')} }`;
}

/** Statements that return false where the value is not beyond doubt. */
function valueSource(constants: Constants, element: ElementSpec, v: string): string {
  const { type, binding, targets } = element;
  const test = primitiveTests[type];
  if (test) return primitiveSource(constants, element, v, test);
  const isObject = `if (typeof ${v} !== 'object' || ${v} === null || Array.isArray(${v})) return false;`;
  if (type === 'Resource')
    return `${isObject} if (!${constants.add(accepts)}(${v}, place.met)) return false;`;
  const lines = [isObject, `if (!${functionName(type)}(${v}, place, depth + 1)) return false;`];
  if (type === 'Reference')
    lines.push(`if (!${constants.add(leadsTo(targets))}(${v}.reference)) return false;`);
  else if (binding)
    lines.push(
      `if (!${constants.add((value: Json) => isInBinding(binding, type, value))}(${v})) return false;`,
    );
  return lines.join(' ');
}

function primitiveSource(
  constants: Constants,
  { type, binding, form }: ElementSpec,
  v: string,
  test: (value: unknown) => string | undefined,
): string {
  if (type === 'boolean') return `if (typeof ${v} !== 'boolean') return false;`;
  if (binding)
    return `if (!${constants.add((code: unknown) => isInBindingCode(binding, code))}(${v})) return false;`;
  if (type === 'xhtml')
    return `if (typeof ${v} !== 'string' || ${constants.add(narrativeFault)}(${v}) !== undefined) return false;`;
  const lines = [`if (${constants.add(test)}(${v}) !== undefined) return false;`];
  if (form)
    lines.push(
      `if (${constants.add((code: unknown) => setFormFault(form, code))}(${v}) !== undefined) return false;`,
    );
  if (type === 'uri' || type === 'url' || type === 'canonical')
    lines.push(`if (${v}[0] === '#') return false;`);
  return lines.join(' ');
}

/** Local references are the walk's; of others the type before the slash counts, where there is one. */
function leadsTo(targets: readonly string[] | undefined): (reference: unknown) => boolean {
  const allowed = new Set(targets);
  return (reference) => {
    if (typeof reference !== 'string') return true;
    if (reference[0] === '#' || hasBlank(reference)) return false;
    if (!targets) return true;
    const slash = reference.indexOf('/');
    const type = slash < 0 ? '' : reference.slice(0, slash);
    // `urn:uuid:…` names no type; an absolute URL is left to the walk.
    return allowed.has(type) || (slash < 0 && reference.startsWith('urn:'));
  };
}

function asked({ expression }: Invariant, type: string): (value: unknown, place: Place) => boolean {
  let rule: Rule | undefined;
  return (value, place) => {
    rule ??= ruleOf(expression);
    const context = { type, value };
    const environment = {
      resource: resourceNode(place.resource),
      rootResource: resourceNode(place.root),
      context,
    };
    // What can't be told is said by the walk.
    return verdictOf(rule, context, environment) === true;
  };
}

function elementInvariant(constants: Constants, element: ElementSpec, invariant: Invariant): string {
  const dear = `${constants.add(asked(invariant, element.type))}(o, place)`;
  const test = primitiveTests[element.type]
    ? dear
    : invariantSource(element.type, invariant.expression, dear);
  const check = `((o) => ${test})`;
  return element.array
    ? `for (let i = 0; i < v.length; i++) if (!${check}(v[i])) return false;`
    : `if (!${check}(v)) return false;`;
}
