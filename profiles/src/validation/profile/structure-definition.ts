/** StructureDefinition of R4 (https://hl7.org/fhir/R4/structuredefinition.html), as far as profiles are read. */

interface Extension {
  readonly url?: string;
  readonly extension?: readonly Extension[];
  readonly [value: `value${string}`]: unknown;
}

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
    readonly aggregation?: readonly string[];
    readonly extension?: readonly Extension[];
  }[];
  readonly binding?: {
    readonly strength: string;
    readonly valueSet?: string;
    readonly extension?: readonly Extension[];
  };
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
  /** Of an extension: what must be so of what holds it. */
  readonly contextInvariant?: readonly string[];
  readonly snapshot?: { readonly element: readonly ElementDefinition[] };
  readonly differential?: { readonly element: readonly ElementDefinition[] };
}
