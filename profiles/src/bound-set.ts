/** The value set that an element is bound to, by its definition and its place in it: what terminology operations call a `context` (https://hl7.org/fhir/R4/valueset-operation-expand.html). */
import { loadBindings } from './compile/cache.ts';
import { choiceProperties, elementType, typeSpec } from './tables.ts';
import type { Known } from './validation/known.ts';
import { elementsOf } from './validation/profile/snapshot.ts';
import type { ElementDefinition } from './validation/profile/structure-definition.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition/';

let bindings: ReturnType<typeof loadBindings> | undefined;

/** `name`: an id or a path of the definition (`Observation.interpretation`), or what comes after its type. `isKnown`: of the definition. */
export function boundSetOf(
  known: Pick<Known, 'definition'>,
  url: string,
  name: string,
): { readonly isKnown: boolean; readonly valueSet: string | undefined } {
  const definition = known.definition(url);
  const [bare = ''] = url.split('|');
  const type = definition?.type ?? (bare.startsWith(R4) ? bare.slice(R4.length) : '');
  if (!definition && !typeSpec(type)) return { isKnown: false, valueSet: undefined };
  const path = name === type || name.startsWith(`${type}.`) ? name : `${type}.${name}`;
  const elements = definition && elementsOf(definition, known.definition);
  const own =
    elements?.find(({ id }) => inShort(id) === path) ?? elements?.find((each) => isMeant(each, path));
  return { isKnown: true, valueSet: own?.binding?.valueSet ?? bindingOfR4(own?.path ?? path) };
}

/** `Observation.value[x]:valueQuantity` is `Observation.valueQuantity`. */
const inShort = (id: string): string => id.replace(/\w+\[x\]:/g, '');

/** A choice by its base name too, or by the name of one of its types. */
function isMeant({ id, path }: ElementDefinition, name: string): boolean {
  if (id === name || path === name) return true;
  if (!path.endsWith('[x]') || id.includes(':')) return false;
  const base = path.slice(0, -3);
  return name === base || (name.startsWith(base) && /^[A-Z]\w*$/.test(name.slice(base.length)));
}

/** Through data types: `Patient.identifier.type` is `Identifier.type`. */
function bindingOfR4(path: string): string | undefined {
  bindings ??= loadBindings();
  const [root = '', ...names] = path.split('.');
  let type = root;
  let found: string | undefined;
  for (const name of names) {
    const bare = name.replace('[x]', '').split(':')[0] as string;
    const element = elementType(type, bare) ?? elementType(type, choiceProperties(type, bare)[0] ?? '');
    if (!element) return undefined;
    found = bindings[`${type}.${element.choice ?? bare}`];
    type = element.type;
  }
  return found;
}
