/** What a store keeps of a resource so that it can be found: made by search/index-entries.ts, stored by the adapters as they are. */

/** In the place of a parameter's code: the links of a resource. */
export const LINKS = '~links';

/** The uri parameter that a resource has its own URL under, without and with its version: what canonicals lead to (canonicals.ts). */
export const PUBLISHED_AS = '~canonical';

/** The uri parameter that a CodeSystem has the URL of the set of all its codes under (CodeSystem.valueSet), without its version: R4 has none for it. */
export const ALL_CODES = '~all-codes';

/** Among what is present: another resource stands for this one, and nothing new is to refer to it (a Patient that is `replaced-by` another). */
export const REPLACED = '~replaced';

/** References that tell of a resource and need not keep it: where it goes, what was said of it stays (https://hl7.org/fhir/R4/provenance.html). */
export const TELLING = {
  type: 'Provenance',
  params: ['target', 'patient'],
  others: ['agent', 'entity', 'location'],
} as const;

export const onlyTells = (type: string, param: string): boolean =>
  type === TELLING.type && (TELLING.params as readonly string[]).includes(param);

/** In the place of a word, between texts: what stands before it and after it is no phrase. */
export const GAP = '';

export interface TokenEntry {
  readonly param: string;
  /** '' when the value has no system. */
  readonly system: string;
  readonly code: string;
}

export interface StringEntry {
  readonly param: string;
  /** Folded: lower case, no diacritics, single spaces. */
  readonly text: string;
  readonly exact: string;
}

export interface RangeEntry {
  readonly param: string;
  readonly low: number;
  readonly high: number;
}

export interface QuantityEntry extends RangeEntry {
  readonly system: string;
  readonly code: string;
  readonly unit: string;
}

export interface ReferenceEntry {
  readonly param: string;
  /** `Type/id` without version, or an absolute URL. */
  readonly target: string;
}

export interface UriEntry {
  readonly param: string;
  readonly uri: string;
}

/** What the resource is about, or a file that it names (links.ts). */
export interface LinkEntry {
  readonly by: 'about' | 'file';
  /** `Type/id` */
  readonly target: string;
}

export interface IndexEntries {
  /** Patients (ids) whose record this resource belongs to. */
  readonly owners: readonly string[];
  /** The main clinical date in milliseconds; undefined = use lastUpdated. */
  readonly mainDate: number | undefined;
  readonly tokens: readonly TokenEntry[];
  readonly strings: readonly StringEntry[];
  readonly dates: readonly RangeEntry[];
  readonly numbers: readonly RangeEntry[];
  readonly quantities: readonly QuantityEntry[];
  readonly references: readonly ReferenceEntry[];
  readonly uris: readonly UriEntry[];
  readonly links: readonly LinkEntry[];
  /** Folded words for full-text search, in their order, with GAPs; a word that comes again stands again. */
  readonly words: { readonly text: readonly string[]; readonly content: readonly string[] };
  /** Codes of the search parameters that have any value here: what `:missing` asks. */
  readonly present: readonly string[];
}

/** The same lists as IndexEntries, still being filled. */
export type EntryLists = {
  -readonly [K in Exclude<
    keyof IndexEntries,
    'owners' | 'mainDate' | 'words' | 'links'
  >]: IndexEntries[K][number][];
};
