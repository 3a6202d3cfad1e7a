/** A concept in the words of a value set, which may be all that is known of it. */
import type { Designation, ExpansionItem, Include } from '@wellspring/profiles';
import type { FoundConcept } from './code-source.ts';

/** What an expansion says of a code. */
export function conceptOfItem(
  { display, designation, inactive = false, abstract = false }: ExpansionItem,
  code: string,
): FoundConcept {
  const named = { code, ...(display ? { display } : {}), ...(designation ? { designation } : {}) };
  return { ...namedConcept(named, undefined), inactive, abstract };
}

type Named = NonNullable<Include['concept']>[number];

/** A set may call a concept otherwise than its system does. */
export function namedConcept(
  { code, display, designation }: Named,
  found: FoundConcept | undefined,
): FoundConcept {
  const designations: readonly Designation[] = [...(designation ?? []), ...(found?.designations ?? [])];
  return found
    ? { ...found, ...(display === undefined ? {} : { display, language: undefined }), designations }
    : {
        code,
        display,
        definition: undefined,
        inactive: false,
        abstract: false,
        designations,
        properties: [],
      };
}
