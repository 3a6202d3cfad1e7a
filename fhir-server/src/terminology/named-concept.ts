/** A concept in the words of a value set, which may be all that is known of it. */
import type { Designation, ExpansionItem, Include } from '@wellspring/profiles';
import type { FoundConcept } from './code-source.ts';

/** As an include names it, or an expansion, which says more. */
export type ListedConcept = NonNullable<Include['concept']>[number] &
  Pick<ExpansionItem, 'inactive' | 'abstract'>;

export interface ListedCode extends ListedConcept {
  readonly system: string;
  readonly version?: string;
}

/** All codes of an expansion, in its order; headings that have none are none. */
export function listedCodes(items: readonly ExpansionItem[]): ListedCode[] {
  return items.flatMap((item) => {
    const { system, code, contains = [] } = item;
    const below = listedCodes(contains);
    return system === undefined || code === undefined ? below : [{ ...item, system, code }, ...below];
  });
}

/** A set may call a concept otherwise than its system does; what is inactive or abstract in either is so. */
export function namedConcept(
  { code, display, designation, inactive = false, abstract = false }: ListedConcept,
  found: FoundConcept | undefined,
): FoundConcept {
  const designations: readonly Designation[] = [...(designation ?? []), ...(found?.designations ?? [])];
  return found
    ? {
        ...found,
        ...(display === undefined ? {} : { display, language: undefined }),
        designations,
        inactive: inactive || found.inactive,
        abstract: abstract || found.abstract,
      }
    : { code, display, definition: undefined, inactive, abstract, designations, properties: [] };
}
