/**
 * What stands above what in a code system, and whether that is subsumption (https://hl7.org/fhir/R4/codesystem.html#hierarchy): concepts inside of others, and the properties
 * `parent`, `child` and `subsumedBy`, by which a concept may stand below several.
 */
import type { CodeSystem, Concept, ConceptProperty } from './resources.ts';

export interface Edge {
  readonly code: string;
  readonly parent: string;
  /** Whether the parent subsumes the code, as opposed to being what it is a part of, or what it is shown with. */
  readonly isKindOf: boolean;
}

/** What edges lead to from each code, each once: to what stands above it, or below. */
export function joinedEdges(
  edges: readonly Pick<Edge, 'code' | 'parent'>[],
  from: 'code' | 'parent',
  to: 'code' | 'parent',
): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(edges, (edge) => edge[from]);
  return new Map([...groups].map(([code, some]) => [code, [...new Set(some.map((edge) => edge[to]))]]));
}

/** Systems that say nothing of their hierarchy mean kinds: R4's own are among them (`issue-type`, `condition-clinical`), and its value sets filter them by `is-a`. */
export const isSubsuming = ({
  hierarchyMeaning,
}: {
  readonly hierarchyMeaning?: string | undefined;
}): boolean => hierarchyMeaning === undefined || hierarchyMeaning === 'is-a';

const DEFINED = 'http://hl7.org/fhir/concept-properties#';
/** R4's, and those that its own systems name there. */
const MEANINGS: ReadonlySet<string> = new Set([
  'inactive',
  'deprecated',
  'notSelectable',
  'parent',
  'child',
  'subsumedBy',
  'status',
]);

/** What a property is by definition (https://hl7.org/fhir/R4/codesystem-concept-properties.html), whatever the system calls it; else its own code. */
export function meaningOfProperties({ property = [] }: Pick<CodeSystem, 'property'>) {
  const meanings = new Map(
    property.flatMap(({ code, uri }) =>
      uri?.startsWith(DEFINED) && MEANINGS.has(uri.slice(DEFINED.length))
        ? [[code, uri.slice(DEFINED.length)] as const]
        : [],
    ),
  );
  return (code: string): string => meanings.get(code) ?? code;
}

/** A property's value as text: of a Coding its code. */
export function propertyText(property: ConceptProperty): string | undefined {
  const [, value] = Object.entries(property).find(([name]) => name.startsWith('value')) ?? [];
  if (typeof value === 'object' && value !== null) return (value as { code?: string }).code;
  return value === undefined ? undefined : String(value);
}

/** How a system writes its codes, where case does not count: other concepts, and sets, may name them in any. What it does not have stays as it is. */
export function spellingOf(codes: Iterable<string>): (code: string) => string {
  const exact = new Set(codes);
  const folded = new Map([...exact].map((code) => [code.toLowerCase(), code]));
  return (code) => (exact.has(code) ? code : (folded.get(code.toLowerCase()) ?? code));
}

/** The same of a system where case counts. */
export const asGiven = (code: string): string => code;

/** A property that names another concept, with the code as the system writes it; any other as it is. */
export function namedAsWritten(
  property: ConceptProperty,
  meaning: string,
  own: (code: string) => string,
): ConceptProperty {
  const { valueCode } = property;
  return NAMES_CONCEPTS.has(meaning) && typeof valueCode === 'string'
    ? { ...property, valueCode: own(valueCode) }
    : property;
}

const NAMES_CONCEPTS: ReadonlySet<string> = new Set(['child', 'parent', 'subsumedBy']);

/** All codes of concepts and of those inside of them. */
export function* codesOf(concepts: readonly Concept[]): Generator<string> {
  for (const { code, concept = [] } of concepts) {
    yield code;
    yield* codesOf(concept);
  }
}

type Head = Pick<CodeSystem, 'hierarchyMeaning' | 'property'>;

/** Those that one concept states: with what it stands in, and what it names. */
export function edgesOfConcept(head: Head) {
  const isKindOf = isSubsuming(head);
  const meaningOf = meaningOfProperties(head);
  return ({ code, property = [] }: Concept, outer: string | undefined): Edge[] => [
    ...(outer === undefined ? [] : [{ code, parent: outer, isKindOf }]),
    ...property.flatMap((each): Edge[] => {
      const named = propertyText(each);
      const meaning = meaningOf(each.code);
      if (named === undefined || (meaning === 'parent' && named === outer)) return [];
      if (meaning === 'parent') return [{ code, parent: named, isKindOf }];
      if (meaning === 'child') return [{ code: named, parent: code, isKindOf }];
      return meaning === 'subsumedBy' ? [{ code, parent: named, isKindOf: true }] : [];
    }),
  ];
}

export function edgesOf({ concept = [], ...head }: CodeSystem): Edge[] {
  const ofConcept = edgesOfConcept(head);
  const edges: Edge[] = [];
  const walk = (concepts: readonly Concept[], outer: string | undefined): void => {
    for (const each of concepts) {
      edges.push(...ofConcept(each, outer));
      walk(each.concept ?? [], each.code);
    }
  };
  walk(concept, undefined);
  return edges;
}

/** Over all edges of a map from code to codes; where they lead in a circle the start is reached too. */
export function reachedFrom(
  edges: ReadonlyMap<string, readonly string[]>,
  code: string,
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...(edges.get(code) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const each of edges.get(next) ?? []) waiting.push(each);
  }
  return found;
}
