/**
 * The port to code systems in tables: concepts, their texts and their properties, the hierarchy among these as `parent`. Two adapters implement it, one
 * contract suite (tables.test.ts) states each promise made here. A system that is loaded never changes: a newer load is another one, with another id.
 */
import { withoutMarks } from '../../search/fold-text.ts';

export interface ConceptRow {
  readonly code: string;
  readonly definition?: string;
  readonly inactive?: boolean;
  readonly abstract?: boolean;
}

export interface TextRow {
  readonly code: string;
  readonly value: string;
  readonly language?: string;
  readonly use?: { readonly system?: string; readonly code: string; readonly display?: string };
  /** 0: the display; 1: what it is called in another language; 2: any other text. */
  readonly rank: 0 | 1 | 2;
}

export interface PropertyRow {
  readonly code: string;
  readonly name: string;
  /** Of its value[x]; a Coding is kept as its code. */
  readonly kind: 'code' | 'string' | 'boolean' | 'integer' | 'decimal' | 'dateTime';
  readonly value: string;
}

/** A property of concepts whose codes have small letters, in systems where case does not count: the code as it is written, found in any case. No property of the concept. */
export const AS_WRITTEN = '~code';

export interface Rows {
  readonly concepts?: readonly ConceptRow[];
  readonly texts?: readonly TextRow[];
  readonly properties?: readonly PropertyRow[];
}

export interface SystemHead {
  readonly url: string;
  readonly version: string | undefined;
  readonly name: string;
  readonly title: string | undefined;
  readonly caseSensitive: boolean;
  /** CodeSystem.hierarchyMeaning; undefined: the hierarchy is of kinds. */
  readonly hierarchyMeaning?: string | undefined;
  /** URL of the set of all its codes, where it names one. */
  readonly valueSet?: string | undefined;
  /** What it says that its concepts may have, whether one has it or not. */
  readonly properties?: readonly string[] | undefined;
}

export interface TableSystem extends SystemHead {
  readonly id: string;
  readonly concepts: number;
  /** Milliseconds since the epoch. */
  readonly loaded: number;
}

/** What is known of one code. */
export interface TableConcept extends ConceptRow {
  /** The display first. */
  readonly texts: readonly TextRow[];
  readonly properties: readonly PropertyRow[];
}

/** The hierarchy as it is shown, or what subsumes a code where the hierarchy is not one of kinds. */
export type Hierarchy = 'parent' | 'subsumedBy';

export interface TerminologyTables {
  /** Those that are loaded whole, the last loaded first. Seen within two seconds of a load or a removal. */
  systems(): Promise<readonly TableSystem[]>;
  /** A concept that is named twice, the first time counts. */
  find(id: string, codes: readonly string[]): Promise<readonly TableConcept[]>;
  /** Codes that have the property with one of these values (case does not count), in pages. */
  withProperty(id: string, name: string, values: readonly string[]): AsyncIterable<readonly string[]>;
  /** Whether any code has it. */
  hasProperty(id: string, name: string): Promise<boolean>;
  /** Codes of a text that has a word for each of these beginnings, in pages; the same code may come twice. */
  withWords(id: string, words: readonly string[]): AsyncIterable<readonly string[]>;
  /** All codes, in pages. */
  all(id: string): AsyncIterable<readonly string[]>;
  /** Each code with those directly above it, as `by` names them. */
  parents(
    id: string,
    codes: readonly string[],
    by?: Hierarchy,
  ): Promise<readonly (readonly [code: string, parent: string])[]>;
  /** Begins a load, or goes on with one of the same URL and version that was not finished. One process at a time. */
  begin(head: SystemHead): Promise<Loading>;
  /** Whether there was anything to remove. */
  remove(id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** How far a load came: the file of the release, and its record. */
export interface Position {
  readonly part: number;
  readonly record: number;
}

export interface Loading {
  /** Where the rows that are kept end; undefined: none are. */
  readonly position: Position | undefined;
  /** Kept, with the position after them, before it returns. `number`: of the record that rows come from, for each. */
  add(rows: readonly NumberedRows[], position: Position): Promise<void>;
  /** Makes it findable, in the place of an older load of the same URL and version. */
  finish(): Promise<TableSystem>;
  /** Lets go of what it holds; what is kept stays, to go on with. */
  stop(): Promise<void>;
}

export interface NumberedRows extends Rows {
  readonly part: number;
  readonly record: number;
}

/** Words as they are looked for: letters and digits, in lower case, without accents. */
export function wordsOf(text: string): string[] {
  return [
    ...new Set(
      withoutMarks(text, 'NFD')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? [],
    ),
  ];
}
