/** A code system that is held whole in memory: of the definitions, or a stored CodeSystem resource. */
import {
  asGiven,
  type CodeSystem,
  type Concept,
  type ConceptProperty,
  codesOf,
  type Edge,
  edgesOf,
  isSubsuming,
  joinedEdges,
  meaningOfProperties,
  namedAsWritten,
  propertyText,
  reachedFrom,
  spellingOf,
} from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { type CodeSource, type FoundConcept, isParent, type Selection } from './code-source.ts';
import { COMMON_PROPERTIES } from './common-properties.ts';
import { passing, testsOf } from './filters.ts';

/** Concepts of a page. */
const PAGE = 500;
/** Codes whose descendants are kept. */
const MOST_KNOWN = 20;

const made = new WeakMap<CodeSystem, CodeSource>();

export function heldSource(system: CodeSystem): CodeSource {
  const known = made.get(system);
  if (known) return known;
  const source = createHeldSource(system);
  made.set(system, source);
  return source;
}

function createHeldSource(system: CodeSystem): CodeSource {
  const caseSensitive = system.caseSensitive === true;
  const own = caseSensitive ? asGiven : spellingOf(codesOf(system.concept ?? []));
  const all = edgesOf(system).map((each) => ({ ...each, code: own(each.code), parent: own(each.parent) }));
  const concepts = flatten(
    system,
    Map.groupBy(all, ({ code }) => code),
    own,
  );
  const byCode = new Map(concepts.map((concept) => [concept.code, concept]));
  const byFolded = new Map(
    caseSensitive ? [] : concepts.map((concept) => [concept.code.toLowerCase(), concept]),
  );
  const conceptOf = (code: string): FoundConcept | undefined =>
    byCode.get(code) ?? byFolded.get(code.toLowerCase());
  /** As the system writes the code. */
  const ownCode = (code: string): string => conceptOf(code)?.code ?? code;
  const edges = all.filter(({ code }) => conceptOf(code));
  const kinds = edges.filter(({ isKindOf }) => isKindOf);
  const above = joinedEdges(kinds, 'code', 'parent');
  const below = joinedEdges(kinds, 'parent', 'code');
  const shownBelow = joinedEdges(edges, 'parent', 'code');

  const known = new Map<string, ReadonlySet<string>>();

  const properties = propertiesOf(system, concepts);
  const source: CodeSource = {
    url: system.url,
    version: system.version,
    name: system.name,
    title: system.title,
    content: system.content,
    caseSensitive,
    isLarge: false,
    isSubsuming: isSubsuming(system),
    async find(codes) {
      return new Map(
        codes.flatMap((code) => {
          const concept = conceptOf(code);
          return concept ? [[code, concept] as const] : [];
        }),
      );
    },
    async ancestors(codes) {
      return new Map(codes.map((code) => [code, reachedFrom(above, ownCode(code))]));
    },
    descendants(asked) {
      const code = ownCode(asked);
      const found = known.get(code) ?? reachedFrom(below, code);
      if (known.size < MOST_KNOWN) known.set(code, found);
      return found;
    },
    async children(code, limit) {
      return (shownBelow.get(ownCode(code)) ?? []).slice(0, limit);
    },
    hasChildren: (code) => shownBelow.has(ownCode(code)),
    ...(system.content === 'complete' ? { hasProperty: (property) => properties.has(property) } : {}),
    async *select({ filters, words, among }: Selection) {
      const tests = await testsOf(source, filters);
      const breath = createBreath();
      const asked = among ? [...new Set(among.flatMap((code) => conceptOf(code) ?? []))] : concepts;
      for (let start = 0; start < asked.length; start += PAGE) {
        await breath();
        const page = asked.slice(start, start + PAGE).filter((concept) => hasWords(concept, words));
        yield await passing(source, page, tests);
      }
    },
  };
  return source;
}

const propertiesOf = (system: CodeSystem, concepts: readonly FoundConcept[]): ReadonlySet<string> =>
  new Set([
    ...COMMON_PROPERTIES,
    ...(system.property ?? []).map(({ code }) => code),
    ...concepts.flatMap(({ properties }) => properties.map(({ code }) => code)),
  ]);

/** Each word is somewhere in its texts, or begins its code. */
export function hasWords({ code, display, designations }: FoundConcept, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = [display ?? '', ...designations.map(({ value }) => value)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word) || code.toLowerCase().startsWith(word));
}

function flatten(
  system: CodeSystem,
  edges: ReadonlyMap<string, readonly Edge[]>,
  own: (code: string) => string,
): FoundConcept[] {
  const meaningOf = meaningOfProperties(system);
  const walk = (concepts: readonly Concept[]): FoundConcept[] =>
    concepts.flatMap((concept) => [
      { ...foundConcept(concept, edges.get(concept.code) ?? [], meaningOf, own), language: system.language },
      ...walk(concept.concept ?? []),
    ]);
  return walk(system.concept ?? []);
}

/** What is deprecated may still be used (https://hl7.org/fhir/R4/codesystem-concept-properties.html). */
const RETIRED: ReadonlySet<string> = new Set(['retired', 'inactive']);

function foundConcept(
  concept: Concept,
  edges: readonly Edge[],
  meaningOf: (property: string) => string,
  own: (code: string) => string,
): FoundConcept {
  const given = (concept.property ?? []).map((each) => namedAsWritten(each, meaningOf(each.code), own));
  const stated = new Set(given.filter(({ code }) => isParent(code)).map(propertyText));
  const parents = new Set(edges.map(({ parent }) => parent).filter((code) => !stated.has(code)));
  const properties: ConceptProperty[] = [
    ...given,
    ...[...parents].map((valueCode) => ({ code: 'parent', valueCode })),
  ];
  const has = (name: string, holds: (text: string) => boolean): boolean =>
    given.some((each) => meaningOf(each.code) === name && holds(propertyText(each) ?? ''));
  return {
    code: concept.code,
    display: concept.display,
    definition: concept.definition,
    inactive: has('inactive', (text) => text === 'true') || has('status', (text) => RETIRED.has(text)),
    abstract: has('notSelectable', (text) => text === 'true') || has('abstract', (text) => text === 'true'),
    designations: concept.designation ?? [],
    properties,
  };
}

/** With the texts and properties that supplements add to its concepts (https://hl7.org/fhir/R4/codesystem.html#supplements). */
export function withSupplements(source: CodeSource, supplements: readonly CodeSystem[]): CodeSource {
  if (supplements.length === 0) return source;
  const more = supplements.map((each) => heldSource({ ...each, caseSensitive: source.caseSensitive }));
  async function joined(concept: FoundConcept): Promise<FoundConcept> {
    const found = await Promise.all(more.map((each) => each.find([concept.code])));
    const added = found.flatMap((each) => each.get(concept.code) ?? []);
    return {
      ...concept,
      designations: [...concept.designations, ...added.flatMap(({ designations }) => designations)],
      properties: [
        ...concept.properties,
        ...added.flatMap(({ properties }) => properties.filter(({ code }) => !isParent(code))),
      ],
    };
  }
  return {
    ...source,
    async find(codes) {
      const found = await source.find(codes);
      return new Map(
        await Promise.all([...found].map(async ([code, each]) => [code, await joined(each)] as const)),
      );
    },
    async *select(selection) {
      for await (const page of source.select(selection)) yield await Promise.all(page.map(joined));
    },
  };
}
