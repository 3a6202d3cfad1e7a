/** A code system, wherever its concepts lie: in memory, in tables. The rest of this folder knows no other shape of one. */
import type { ConceptProperty, Designation, Filter } from '@wellspring/profiles';

export interface FoundConcept {
  readonly code: string;
  readonly display: string | undefined;
  readonly definition: string | undefined;
  readonly inactive: boolean;
  /** Not to be chosen: a heading. */
  readonly abstract: boolean;
  readonly designations: readonly Designation[];
  /** The hierarchy too: `parent` with a valueCode. */
  readonly properties: readonly ConceptProperty[];
}

export interface Selection {
  /** All of them must hold. */
  readonly filters: readonly Filter[];
  /** Words of a text filter, in lower case: each begins a word of the concept's texts, or its code. */
  readonly words: readonly string[];
}

export interface CodeSource {
  readonly url: string;
  readonly version: string | undefined;
  readonly name: string | undefined;
  readonly title: string | undefined;
  /** CodeSystem.content: only of a complete one a missing code is no code. */
  readonly content: string;
  /** Where nothing says that case counts, codes are accepted in any (https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.caseSensitive). */
  readonly caseSensitive: boolean;
  /** Its concepts lie in a database: they are not all walked over to count them. */
  readonly isLarge: boolean;
  /** By the codes as they were asked for. */
  find(codes: readonly string[]): Promise<ReadonlyMap<string, FoundConcept>>;
  /** What stands above each code, itself not. */
  ancestors(codes: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** All that stands below the code; undefined where that is not had at once, and `ancestors` of what is asked about tell it. */
  descendants(code: string): ReadonlySet<string> | undefined;
  /** Directly below, `limit` at most. */
  children(code: string, limit: number): Promise<readonly string[]>;
  /** Whether anything stands below the code; undefined where that is not had at once. */
  readonly hasChildren?: (code: string) => boolean;
  /** Whether its concepts may have this property; undefined where that is not known. */
  readonly hasProperty?: (property: string) => boolean;
  /** In pages. Throws UnsupportedFilter. */
  select(selection: Selection): AsyncIterable<readonly FoundConcept[]>;
}

/** A filter that this server does not know how to apply: what it would choose can't be told. */
export class UnsupportedFilter extends Error {
  constructor({ property, op }: Filter, why = 'is not supported') {
    super(`the filter '${property} ${op}' ${why}`);
  }
}

/** Whether two codes are one to the system; to one that is not known case counts. */
export const isSameCode = (
  source: Pick<CodeSource, 'caseSensitive'> | undefined,
  a: string,
  b: string,
): boolean => a === b || (source?.caseSensitive === false && a.toLowerCase() === b.toLowerCase());

/** The text for a language (BCP 47), or the usual one. */
export function displayOf(concept: FoundConcept, language?: string): string | undefined {
  if (language === undefined) return concept.display;
  const wanted = language.split(',').map((each) => (each.split(';')[0] as string).trim().toLowerCase());
  for (const tag of wanted) {
    const found =
      concept.designations.find((each) => each.language?.toLowerCase() === tag) ??
      concept.designations.find((each) => each.language?.toLowerCase().split('-')[0] === tag.split('-')[0]);
    if (found) return found.value;
  }
  return concept.display;
}

export function parentsOf({ properties }: FoundConcept): string[] {
  return properties.flatMap(({ code, valueCode }) =>
    (code === 'parent' || code === 'subsumedBy') && typeof valueCode === 'string' ? [valueCode] : [],
  );
}

/** A property's value as text: of a Coding its code. */
export function propertyText(property: ConceptProperty): string | undefined {
  const [, value] = Object.entries(property).find(([name]) => name.startsWith('value')) ?? [];
  if (typeof value === 'object' && value !== null) return (value as { code?: string }).code;
  return value === undefined ? undefined : String(value);
}
