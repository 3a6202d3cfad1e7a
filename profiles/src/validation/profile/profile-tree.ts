/** A profile's snapshot (https://hl7.org/fhir/R4/profiling.html) → a tree of what it asks of each element. */
import type { ElementSpec } from '../../table-format.ts';
import { choiceProperties, elementType } from '../../tables.ts';
import { choiceOf, type TypedValue } from '../structure/choice.ts';
import type { ElementDefinition, StructureDefinition } from './structure-definition.ts';

/** What a value must be like beside its type. */
export interface Bounds {
  /** `minValueDate`, …: with its type. */
  readonly least: TypedValue | undefined;
  readonly most: TypedValue | undefined;
  readonly maxLength: number | undefined;
  /** Regular expressions of strings. */
  readonly forms: readonly string[];
  /** Of references: contained, referenced, bundled; any where there is none. */
  readonly aggregation: readonly string[];
}

export interface ProfileNode {
  /** Element name; a choice ends in `[x]`. */
  readonly name: string;
  readonly sliceName: string | undefined;
  readonly min: number;
  readonly max: number;
  /** Types that may stand here; undefined = those of the base. */
  readonly types: readonly string[] | undefined;
  /** Profiles that a value's type must meet (extensions, mostly), each with its type. */
  readonly typeProfiles: readonly { readonly type: string; readonly url: string }[];
  /** Of a Reference: definitions of what it may lead to. */
  readonly targetProfiles: readonly string[];
  /** The value as a whole, or a part of it. */
  readonly fixed: unknown;
  readonly pattern: unknown;
  /** Sets that a code must be in, each of them. */
  readonly requiredValueSets: readonly string[];
  /** Sets that a code should be of where they have one that fits; not that of R4 itself. */
  readonly extensibleValueSets: readonly string[];
  readonly bounds: Bounds;
  readonly constraints: readonly {
    readonly key: string;
    readonly human: string;
    readonly expression: string;
    /** Else what it asks is advice. */
    readonly isRule: boolean;
  }[];
  readonly slicing: ElementDefinition['slicing'];
  readonly slices: readonly ProfileNode[];
  readonly children: readonly ProfileNode[];
}

export interface Profile {
  readonly url: string;
  readonly type: string;
  readonly root: ProfileNode;
  readonly context: NonNullable<StructureDefinition['context']>;
  readonly contextInvariants: readonly string[];
  /** Of an extension: it changes the meaning of what it stands in. */
  readonly isModifier: boolean;
}

/** `elements`: of its snapshot, or as snapshot.ts makes them. */
export function compileProfile(
  { url, type, context = [], contextInvariant = [] }: StructureDefinition,
  elements: readonly ElementDefinition[],
): Profile | undefined {
  const [root] = elements;
  if (!root) return undefined;
  return {
    url,
    type,
    root: node(root, below(elements)),
    context,
    contextInvariants: contextInvariant,
    isModifier: root.isModifier === true,
  };
}

/** What stands right below an element: its children, and its slices. */
interface Below {
  readonly children: ReadonlyMap<string, readonly ElementDefinition[]>;
  readonly slices: ReadonlyMap<string, readonly ElementDefinition[]>;
}

/** `Observation.category:lab` is a slice of `Observation.category`, `…:lab/urine` one of the slice `…:lab`. */
function below(elements: readonly ElementDefinition[]): Below {
  const isSlice = ({ id }: ElementDefinition): boolean => lastPart(id).includes(':');
  return {
    children: Map.groupBy(
      elements.filter((each) => !isSlice(each)),
      ({ id }) => id.slice(0, id.lastIndexOf('.')),
    ),
    slices: Map.groupBy(elements.filter(isSlice), ({ id }) =>
      id.slice(0, Math.max(id.lastIndexOf(':'), id.lastIndexOf('/'))),
    ),
  };
}

function node(element: ElementDefinition, all: Below): ProfileNode {
  const { id } = element;
  const children = all.children.get(id) ?? [];
  const slices = all.slices.get(id) ?? [];
  return {
    name: lastPart(element.path),
    sliceName: element.sliceName,
    min: element.min ?? 0,
    max: element.max === undefined || element.max === '*' ? Number.POSITIVE_INFINITY : Number(element.max),
    types: element.type?.map(({ code }) => code),
    typeProfiles: (element.type ?? []).flatMap(({ code, profile = [] }) =>
      profile.map((url) => ({ type: code, url })),
    ),
    targetProfiles:
      element.type?.flatMap(({ code, targetProfile }) =>
        code === 'Reference' ? (targetProfile ?? []) : [],
      ) ?? [],
    fixed: prefixed(element, 'fixed'),
    pattern: prefixed(element, 'pattern'),
    requiredValueSets: requiredValueSets(element.binding),
    extensibleValueSets: extensibleValueSets(element),
    bounds: boundsOf(element),
    constraints: (element.constraint ?? []).flatMap(({ key, severity, human, expression }) =>
      expression ? [{ key, human, expression, isRule: severity === 'error' }] : [],
    ),
    slicing: element.slicing,
    slices: slices.map((each) => node(each, all)),
    children: children.map((each) => node(each, all)),
  };
}

const MAX_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
const ADDITIONAL: ReadonlySet<unknown> = new Set([
  'http://hl7.org/fhir/StructureDefinition/additional-binding',
  'http://hl7.org/fhir/tools/StructureDefinition/additional-binding',
  'http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.binding.additional',
]);
/** Languages are no list, but any of BCP 47; HL7's work groups come and go, while R4 keeps those of its day. */
const OPEN: ReadonlySet<string> = new Set([
  'http://hl7.org/fhir/ValueSet/all-languages',
  'http://hl7.org/fhir/ValueSet/hl7-work-group',
]);
const bare = (canonical: string): string => canonical.split('|')[0] as string;
const REGEX = 'http://hl7.org/fhir/StructureDefinition/regex';

/** The binding's own, the most that an extensible one may be extended to, and those beside it that hold whatever the use. */
function requiredValueSets(binding: ElementDefinition['binding']): string[] {
  if (!binding) return [];
  const extensions = binding.extension ?? [];
  const beside = extensions.flatMap(({ url, extension = [], ...value }) => {
    if (url === MAX_SET) return [value.valueCanonical ?? value.valueUri];
    if (!ADDITIONAL.has(url)) return [];
    const part = (name: string) => extension.find((each) => each.url === name);
    const isFor = part('purpose')?.valueCode === 'required' && !part('usage');
    return isFor ? [part('valueSet')?.valueCanonical] : [];
  });
  const own = binding.strength === 'required' ? [binding.valueSet] : [];
  return [...own, ...beside].filter((each) => typeof each === 'string' && !OPEN.has(bare(each))) as string[];
}

function extensibleValueSets({ path, binding }: ElementDefinition): string[] {
  const { strength, valueSet } = binding ?? {};
  if (strength !== 'extensible' || typeof valueSet !== 'string') return [];
  return OPEN.has(bare(valueSet)) || elementAt(path)?.extensible === bare(valueSet) ? [] : [valueSet];
}

/** What R4 has under the path of a definition, through data types too: `Patient.identifier.type`. */
function elementAt(path: string): ElementSpec | undefined {
  const [root = '', ...names] = path.split('.');
  let type = root;
  let found: ElementSpec | undefined;
  for (const name of names) {
    const [choice] = name.endsWith('[x]') ? choiceProperties(type, name.slice(0, -3)) : [];
    found = elementType(type, choice ?? name);
    if (!found) return undefined;
    type = found.type;
  }
  return found;
}

function boundsOf(element: ElementDefinition): Bounds {
  const types = element.type ?? [];
  return {
    least: choiceOf(element, 'minValue'),
    most: choiceOf(element, 'maxValue'),
    maxLength: typeof element.maxLength === 'number' ? element.maxLength : undefined,
    forms: types.flatMap(({ extension = [] }) =>
      extension.flatMap(({ url, valueString }) =>
        url === REGEX && typeof valueString === 'string' ? [valueString] : [],
      ),
    ),
    aggregation: types.flatMap(({ code, aggregation = [] }) => (code === 'Reference' ? aggregation : [])),
  };
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('.') + 1);

function prefixed(element: ElementDefinition, prefix: string): unknown {
  const key = Object.keys(element).find(
    (each) => each.startsWith(prefix) && /[A-Z]/.test(each[prefix.length] ?? ''),
  );
  return key === undefined ? undefined : element[key];
}
