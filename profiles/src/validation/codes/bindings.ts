/** Required bindings: is a code in the value set (https://hl7.org/fhir/R4/terminologies.html#required)? Only sets that can be listed have an entry. */
import { tables } from '../../tables.ts';

interface Listed {
  readonly codes: ReadonlySet<string>;
  /** `system|code` */
  readonly concepts: ReadonlySet<string>;
}

const valueSets = new Map<string, Listed>();

function listed(url: string): Listed {
  const known = valueSets.get(url);
  if (known) return known;
  const concepts = tables.valueSets[url] ?? [];
  const made = {
    codes: new Set(concepts.map((concept) => concept.slice(concept.indexOf('|') + 1))),
    concepts: new Set(concepts),
  };
  valueSets.set(url, made);
  return made;
}

/** Of a `code`. */
export function isInBindingCode(url: string, code: unknown): boolean {
  return typeof code === 'string' && listed(url).codes.has(code);
}

/**
 * Of a Coding, or of a CodeableConcept with any coding in the set. A code without its system says nothing; text alone is not enough, but an
 * extension may say why there is no code.
 */
export function isInBinding(url: string, type: string, value: Readonly<Record<string, unknown>>): boolean {
  const codings = type === 'Coding' ? [value] : value.coding;
  if (!Array.isArray(codings)) return value.extension !== undefined;
  const { concepts } = listed(url);
  for (const coding of codings as Readonly<Record<string, unknown>>[]) {
    const { system, code } = coding ?? {};
    if (typeof code === 'string' && typeof system === 'string' && concepts.has(`${system}|${code}`))
      return true;
  }
  return value.extension !== undefined;
}
