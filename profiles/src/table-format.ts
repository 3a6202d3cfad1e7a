/** The shape of the compiled tables, as compile/ writes and everything else reads them. */

export interface ElementSpec {
  /** FHIR type: a primitive, a data type, 'Resource', or a backbone type named by its path (`Observation.component`). */
  readonly type: string;
  readonly array: boolean;
  /** Base name of the choice this JSON property is one of: `value` for `valueQuantity`. */
  readonly choice?: string;
  /** Resource types a Reference may lead to; absent = any. */
  readonly targets?: readonly string[];
  /** URL of a required value set whose codes are known (see Tables.valueSets). */
  readonly binding?: string;
  /** URL of an extensible value set: a code of it is to be used where one fits (https://hl7.org/fhir/R4/terminologies.html#extensible). */
  readonly extensible?: string;
  /** URL of a required value set that is not listed: a code's form tells (validation/codes/set-forms.ts). */
  readonly form?: string;
  /** Part of `_summary=true`; said of resources' own elements only. */
  readonly summary?: boolean;
}

export interface Invariant {
  readonly key: string;
  readonly human: string;
  readonly expression: string;
}

export interface TypeSpec {
  readonly kind: 'resource' | 'complex' | 'backbone';
  readonly elements: Readonly<Record<string, ElementSpec>>;
  /** Required element names; a choice by its base name. */
  readonly required: readonly string[];
  /** Choices: base name → JSON property names. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
  /** Error-severity constraints of the type itself; those on an element of it are keyed by its base name in `elementInvariants`. */
  readonly invariants: readonly Invariant[];
  readonly elementInvariants: Readonly<Record<string, readonly Invariant[]>>;
}

export interface SearchParameterSpec {
  readonly code: string;
  readonly type:
    | 'number'
    | 'date'
    | 'string'
    | 'token'
    | 'reference'
    | 'composite'
    | 'quantity'
    | 'uri'
    | 'special';
  readonly url: string;
  readonly expression: string;
  readonly base: readonly string[];
  readonly target: readonly string[];
  readonly components: readonly { readonly definition: string; readonly expression: string }[];
}

export interface Tables {
  readonly types: Readonly<Record<string, TypeSpec>>;
  readonly resourceTypes: readonly string[];
  readonly primitives: readonly string[];
  /** Value set URL → its codes, as `system|code`. */
  readonly valueSets: Readonly<Record<string, readonly string[]>>;
  readonly searchParameters: readonly SearchParameterSpec[];
  /** Patient compartment: type → search parameter codes. */
  readonly patientCompartment: Readonly<Record<string, readonly string[]>>;
}
