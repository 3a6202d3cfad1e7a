/** CodeSystem, ValueSet and ConceptMap of R4, as far as terminology reads them. */

export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

export interface Designation {
  readonly language?: string;
  readonly use?: Partial<Coding>;
  readonly value: string;
}

/** `valueCode`, `valueString`, … by its R4 name. */
export interface ConceptProperty {
  readonly code: string;
  readonly [value: `value${string}`]: unknown;
}

export interface Concept {
  readonly code: string;
  readonly display?: string;
  readonly definition?: string;
  readonly designation?: readonly Designation[];
  readonly property?: readonly ConceptProperty[];
  readonly concept?: readonly Concept[];
}

export interface CodeSystem {
  readonly resourceType: 'CodeSystem';
  readonly url: string;
  readonly version?: string;
  readonly language?: string;
  readonly name?: string;
  readonly title?: string;
  readonly status?: string;
  /** complete, fragment, example, supplement or not-present. */
  readonly content: string;
  readonly caseSensitive?: boolean;
  readonly valueSet?: string;
  /** grouped-by, is-a, part-of or classified-with. */
  readonly hierarchyMeaning?: string;
  /** What this one adds to, where its content is `supplement`. */
  readonly supplements?: string;
  readonly property?: readonly { readonly code: string; readonly uri?: string }[];
  readonly concept?: readonly Concept[];
}

export interface Filter {
  readonly property: string;
  readonly op: string;
  readonly value: string;
}

export interface Include {
  readonly system?: string;
  readonly version?: string;
  readonly concept?: readonly {
    readonly code: string;
    readonly display?: string;
    readonly designation?: readonly Designation[];
  }[];
  readonly filter?: readonly Filter[];
  readonly valueSet?: readonly string[];
}

export interface ExpansionItem {
  readonly system?: string;
  readonly version?: string;
  readonly code?: string;
  readonly display?: string;
  readonly inactive?: boolean;
  readonly abstract?: boolean;
  readonly designation?: readonly Designation[];
  readonly contains?: readonly ExpansionItem[];
}

export interface Expansion {
  readonly total?: number;
  readonly offset?: number;
  readonly parameter?: readonly { readonly name: string; readonly [value: `value${string}`]: unknown }[];
  readonly contains?: readonly ExpansionItem[];
  readonly extension?: readonly { readonly url: string; readonly valueBoolean?: boolean }[];
}

export interface ValueSet {
  readonly resourceType: 'ValueSet';
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly title?: string;
  readonly status?: string;
  readonly compose?: {
    readonly inactive?: boolean;
    readonly include: readonly Include[];
    readonly exclude?: readonly Include[];
  };
  readonly expansion?: Expansion;
  readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[];
  readonly contained?: readonly { readonly resourceType: string; readonly id?: string }[];
}

export interface OtherElement {
  readonly property: string;
  readonly system?: string;
  readonly value: string;
  readonly display?: string;
}

export interface MapTarget {
  readonly code?: string;
  readonly display?: string;
  readonly equivalence: string;
  readonly comment?: string;
  readonly dependsOn?: readonly OtherElement[];
  readonly product?: readonly OtherElement[];
}

export interface MapGroup {
  readonly source?: string;
  readonly sourceVersion?: string;
  readonly target?: string;
  readonly targetVersion?: string;
  readonly element: readonly {
    readonly code?: string;
    readonly display?: string;
    readonly target?: readonly MapTarget[];
  }[];
  readonly unmapped?: {
    readonly mode: string;
    readonly code?: string;
    readonly display?: string;
    readonly url?: string;
  };
}

export interface ConceptMap {
  readonly resourceType: 'ConceptMap';
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly status?: string;
  readonly sourceUri?: string;
  readonly sourceCanonical?: string;
  readonly targetUri?: string;
  readonly targetCanonical?: string;
  readonly group?: readonly MapGroup[];
}
