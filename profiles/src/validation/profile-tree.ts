/** A profile's snapshot (https://hl7.org/fhir/R4/profiling.html) → a tree of what it asks of each element. */

export interface ElementDefinition {
  readonly id: string;
  readonly path: string;
  readonly sliceName?: string;
  readonly min?: number;
  readonly max?: string;
  readonly type?: readonly {
    readonly code: string;
    readonly profile?: readonly string[];
    readonly targetProfile?: readonly string[];
  }[];
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
  readonly constraint?: readonly {
    readonly key: string;
    readonly severity: string;
    readonly human: string;
    readonly expression?: string;
    readonly source?: string;
  }[];
  readonly slicing?: {
    readonly discriminator?: readonly { readonly type: string; readonly path: string }[];
    readonly rules: string;
    readonly ordered?: boolean;
  };
  readonly [key: string]: unknown;
}

export interface StructureDefinition {
  readonly resourceType: 'StructureDefinition';
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly type: string;
  readonly derivation?: string;
  readonly kind: string;
  readonly baseDefinition?: string;
  /** Of an extension: where it may stand. */
  readonly context?: readonly { readonly type: string; readonly expression: string }[];
  readonly snapshot?: { readonly element: readonly ElementDefinition[] };
  readonly differential?: { readonly element: readonly ElementDefinition[] };
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
  readonly typeProfiles: readonly string[];
  /** Of a Reference: definitions of what it may lead to. */
  readonly targetProfiles: readonly string[];
  /** The value as a whole, or a part of it. */
  readonly fixed: unknown;
  readonly pattern: unknown;
  readonly requiredValueSet: string | undefined;
  readonly constraints: readonly {
    readonly key: string;
    readonly human: string;
    readonly expression: string;
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
  /** Of an extension: it changes the meaning of what it stands in. */
  readonly isModifier: boolean;
}

/** `elements`: of its snapshot, or as snapshot.ts makes them. */
export function compileProfile(
  { url, type, context = [] }: StructureDefinition,
  elements: readonly ElementDefinition[],
): Profile | undefined {
  const [root] = elements;
  if (!root) return undefined;
  return { url, type, root: node(root, elements), context, isModifier: root.isModifier === true };
}

function node(element: ElementDefinition, all: readonly ElementDefinition[]): ProfileNode {
  const { id } = element;
  const depth = id.split('.').length + 1;
  const children = all.filter(
    (each) =>
      each.id.startsWith(`${id}.`) && each.id.split('.').length === depth && !lastPart(each.id).includes(':'),
  );
  const slices = lastPart(id).includes(':')
    ? all.filter((each) => isResliceOf(each.id, id))
    : all.filter((each) => isSliceOf(each.id, id));
  return {
    name: lastPart(element.path),
    sliceName: element.sliceName,
    min: element.min ?? 0,
    max: element.max === undefined || element.max === '*' ? Number.POSITIVE_INFINITY : Number(element.max),
    types: element.type?.map(({ code }) => code),
    typeProfiles: element.type?.flatMap(({ profile }) => profile ?? []) ?? [],
    targetProfiles:
      element.type?.flatMap(({ code, targetProfile }) =>
        code === 'Reference' ? (targetProfile ?? []) : [],
      ) ?? [],
    fixed: prefixed(element, 'fixed'),
    pattern: prefixed(element, 'pattern'),
    requiredValueSet: element.binding?.strength === 'required' ? element.binding.valueSet : undefined,
    constraints: (element.constraint ?? []).flatMap(({ key, severity, human, expression }) =>
      severity === 'error' && expression ? [{ key, human, expression }] : [],
    ),
    slicing: element.slicing,
    slices: slices.map((each) => node(each, all)),
    children: children.map((each) => node(each, all)),
  };
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('.') + 1);

/** `Observation.category:lab` is a slice of `Observation.category`. */
function isSliceOf(id: string, of: string): boolean {
  return id.startsWith(`${of}:`) && !/[./]/.test(id.slice(of.length + 1));
}

/** `…:lab/urine` is a slice of the slice `…:lab`. */
function isResliceOf(id: string, of: string): boolean {
  return id.startsWith(`${of}/`) && !/[./]/.test(id.slice(of.length + 1));
}

function prefixed(element: ElementDefinition, prefix: string): unknown {
  const key = Object.keys(element).find(
    (each) => each.startsWith(prefix) && /[A-Z]/.test(each[prefix.length] ?? ''),
  );
  return key === undefined ? undefined : element[key];
}
