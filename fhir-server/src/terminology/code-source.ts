/** A code system, wherever its concepts lie: in memory, in tables. The rest of this folder knows no other shape of one. */
import { type ConceptProperty, type Designation, type Filter, propertyText } from '@wellspring/profiles';

export interface FoundConcept {
  readonly code: string;
  readonly display: string | undefined;
  /** Of the display. */
  readonly language?: string | undefined;
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
  /** Of these alone, in whatever case; undefined: of all. */
  readonly among?: readonly string[] | undefined;
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
  /** Whether what stands below a code is a kind of it: else it is a part of it, or shown with it. Codes are a kind of what `subsumedBy` names in any case. */
  readonly isSubsuming: boolean;
  /** What subsumes each code, itself not. */
  ancestors(codes: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** All that the code subsumes; undefined where that is not had at once, and `ancestors` of what is asked about tell it. */
  descendants(code: string): ReadonlySet<string> | undefined;
  /** Directly below in the hierarchy, whatever that means; `limit` at most. */
  children(code: string, limit: number): Promise<readonly string[]>;
  /** Whether anything stands below the code; undefined where that is not had at once. */
  readonly hasChildren?: (code: string) => boolean;
  /** Whether its concepts may have this property; undefined where that is not known. */
  readonly hasProperty?: (property: string) => boolean | Promise<boolean>;
  /** The value that concepts have of which none is kept. */
  readonly usualValue?: (property: string) => string | undefined;
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

/**
 * Whether this is one of its texts, in a language that is asked for, where it has any in one; else in that of its code system; of none, and of a concept that has none, nothing is said. Case and
 * spacing tell no displays apart.
 */
export function isCalled(concept: FoundConcept, display: string | undefined, language?: string): boolean {
  if (display === undefined || concept.display === undefined) return true;
  const asked = folded(display);
  return textsIn(concept, language).some(({ value }) => folded(value) === asked);
}

interface Text {
  readonly language?: string | undefined;
  readonly value: string;
}

const textsOf = ({ display, language, designations }: FoundConcept): readonly Text[] => [
  ...(display === undefined ? [] : [{ language, value: display }]),
  ...designations,
];

/** What names no language may be of any. */
function textsIn(concept: FoundConcept, asked: string | undefined): readonly Text[] {
  const all = textsOf(concept);
  const wanted = asked === undefined ? [] : rangesOf(asked).filter(({ quality }) => quality > 0);
  if (wanted.length === 0 || wanted.some(({ tag }) => tag === '*')) return all;
  const isWanted = ({ language }: Text): boolean =>
    language !== undefined && wanted.some(({ tag }) => primaryOf(tag) === primaryOf(language));
  const isOwn = ({ language }: Text): boolean =>
    language === undefined ||
    concept.language === undefined ||
    primaryOf(language) === primaryOf(concept.language);
  return all.some(isWanted)
    ? all.filter((each) => each.language === undefined || isWanted(each))
    : all.filter(isOwn);
}

const primaryOf = (tag: string): string => tag.toLowerCase().split('-')[0] as string;

const folded = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();

/** The text for a language (BCP 47), or the best of several as `Accept-Language` has them; else the usual one, unless that is refused (`*;q=0`). */
export function displayOf(concept: FoundConcept, language?: string): string | undefined {
  if (language === undefined) return concept.display;
  const wanted = rangesOf(language);
  for (const { tag, quality } of wanted) {
    if (quality === 0) continue;
    const found = tag === '*' ? concept.display : displayIn(concept, tag);
    if (found !== undefined) return found;
  }
  return wanted.some(({ tag, quality }) => tag === '*' && quality === 0) ? undefined : concept.display;
}

function displayIn(concept: FoundConcept, tag: string): string | undefined {
  const texts = textsOf(concept);
  const found =
    texts.find((each) => each.language?.toLowerCase() === tag) ??
    texts.find((each) => each.language !== undefined && primaryOf(each.language) === primaryOf(tag));
  return found?.value;
}

const LANGUAGE = /^\s*(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*[\d.]+\s*)?$/i;
/** One tag (BCP 47), or several as `Accept-Language` has them (RFC 9110, 12.5.4). */
export const areLanguages = (text: string): boolean => text.split(',').every((each) => LANGUAGE.test(each));

/** The ones that are liked best first. */
function rangesOf(language: string): readonly { readonly tag: string; readonly quality: number }[] {
  return language
    .split(',')
    .map((each) => {
      const [tag = '', ...more] = each.split(';').map((part) => part.trim().toLowerCase());
      const quality = Number(more.find((part) => part.startsWith('q='))?.slice(2) ?? 1);
      return { tag, quality: Number.isNaN(quality) ? 1 : quality };
    })
    .sort((a, b) => b.quality - a.quality);
}

export const isParent = (property: string): boolean => property === 'parent' || property === 'subsumedBy';

/** Directly above in the hierarchy, whatever that means. */
export function parentsOf({ properties }: FoundConcept): string[] {
  return [...new Set(properties.flatMap((each) => (isParent(each.code) ? (propertyText(each) ?? []) : [])))];
}
