/** Scopes as far as somebody's limits in a record go, so that an app offers no more; what holds is decided by the FHIR server. */
import { DIRECTORY } from './groups.ts';
import { parseClinicalScope } from './scope.ts';

export interface OpenTypes {
  readonly reads: ReadonlySet<string> | 'all';
  readonly writes: ReadonlySet<string>;
}

/** A scope for all types stays as it is: it names none that could be left out. */
export function limitedScopes(words: readonly string[], { reads, writes }: OpenTypes): string[] {
  const isRead = (type: string): boolean => reads === 'all' || DIRECTORY.has(type) || reads.has(type);
  return words.flatMap((word) => {
    const scope = parseClinicalScope(word);
    if (!scope || scope.type === '*') return word;
    const { level, type, interactions, query } = scope;
    const kept = [...interactions].filter((letter) =>
      'rs'.includes(letter) ? isRead(type) : writes.has(type),
    );
    if (kept.length === interactions.length) return word;
    return kept.length === 0 ? [] : `${level}/${type}.${kept.join('')}${query && `?${query}`}`;
  });
}
