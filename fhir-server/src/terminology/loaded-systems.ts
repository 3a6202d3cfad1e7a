/** Code systems in tables, as the rest of this folder sees a code system. */
import {
  type ConceptProperty,
  type Designation,
  type Filter,
  isSubsuming,
  tooCostly,
} from '@wellspring/profiles';
import { type CodeSource, type FoundConcept, isSameCode, type Selection } from './code-source.ts';
import { COMMON_PROPERTIES } from './common-properties.ts';
import {
  constraintIn,
  listOf,
  memberProperty,
  passing,
  settled,
  type Test,
  testsOfSettled,
} from './filters.ts';
import { SNOMED, usualValue } from './published-filters.ts';
import {
  AS_WRITTEN,
  type Hierarchy,
  type PropertyRow,
  type TableConcept,
  type TableSystem,
  type TerminologyTables,
  type TextRow,
  wordsOf,
} from './tables/tables.ts';
import type { LoadedSystems } from './terminologies.ts';
import { hasManySpellings, spellings } from './typed-values.ts';

/** Concepts that are looked at together. */
const PAGE = 200;
/** Concepts that one selection looks at: more are a filter that no list helps with. */
const MAX_LOOKED_AT = 100_000;
/** Of a system that has more than those, concepts that are looked at where no list helps: the end is not to be reached, and a second is enough to find that out. */
const MAX_UNLISTED = 10_000;
/** Codes whose parents are remembered, of each system: they never change. */
const MOST_REMEMBERED = 50_000;

const tooMany = (): Error => tooCostly('The filters would look at too many codes; narrow them.');

export function createLoadedSystems(tables: TerminologyTables): LoadedSystems {
  const sources = new Map<string, CodeSource>();
  function sourceOf(system: TableSystem): CodeSource {
    const source = sources.get(system.id) ?? loadedSource(tables, system);
    sources.set(system.id, source);
    return source;
  }
  return {
    all: () => tables.systems(),
    async sources(url) {
      const systems = await tables.systems();
      for (const id of sources.keys()) if (!systems.some((each) => each.id === id)) sources.delete(id);
      return systems.filter((each) => each.url === url).map(sourceOf);
    },
  };
}

function loadedSource(tables: TerminologyTables, system: TableSystem): CodeSource {
  const { id } = system;
  const kinds: Hierarchy = isSubsuming(system) ? 'parent' : 'subsumedBy';
  const above = new Map<string, readonly string[]>();

  async function parentsOf(codes: readonly string[]): Promise<void> {
    const unknown = codes.filter((code) => !above.has(code));
    if (unknown.length === 0) return;
    if (above.size > MOST_REMEMBERED) above.clear();
    const found = Map.groupBy(await tables.parents(id, unknown, kinds), ([code]) => code);
    for (const code of unknown)
      above.set(
        code,
        (found.get(code) ?? []).map(([, parent]) => parent),
      );
  }

  /** Level by level, all codes at once. */
  async function ancestors(codes: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const found = new Map(codes.map((code) => [code, new Set<string>()]));
    let level = new Map(codes.map((code) => [code, [code]]));
    while (level.size > 0) {
      const asked = [...new Set([...level.values()].flat())];
      await parentsOf(asked);
      const next = new Map<string, string[]>();
      for (const [code, heads] of level) {
        const its = found.get(code) as Set<string>;
        const fresh = [...new Set(heads.flatMap((head) => above.get(head) ?? []))].filter(
          (each) => !its.has(each),
        );
        for (const each of fresh) its.add(each);
        if (fresh.length > 0) next.set(code, fresh);
      }
      level = next;
    }
    return found;
  }

  async function find(codes: readonly string[]): Promise<ReadonlyMap<string, FoundConcept>> {
    if (system.caseSensitive) return byCode(await tables.find(id, codes), codes, (code) => code);
    // Most such systems have no small letters in their codes: asked in capitals they are what was meant.
    const upper = codes.map((code) => code.toUpperCase());
    const found = [...(await tables.find(id, [...new Set([...codes, ...upper])]))];
    const known = new Set(found.map(({ code }) => code.toUpperCase()));
    const missing = codes.filter((code) => !known.has(code.toUpperCase()));
    const written: string[] = [];
    if (missing.length > 0)
      for await (const page of tables.withProperty(id, AS_WRITTEN, missing)) written.push(...page);
    if (written.length > 0) found.push(...(await tables.find(id, written)));
    return byCode(found, codes, (code) => code.toUpperCase());
  }

  /** The code itself, and all below it, a level at a time. */
  async function* below(root: string, isItself: boolean): AsyncGenerator<readonly string[]> {
    const seen = new Set([root]);
    if (isItself) yield [root];
    let level: readonly string[] = [root];
    while (level.length > 0) {
      const next: string[] = [];
      for (let start = 0; start < level.length; start += PAGE)
        for await (const page of tables.withProperty(id, kinds, level.slice(start, start + PAGE))) {
          const fresh = [...new Set(page)].filter((code) => !seen.has(code));
          for (const code of fresh) seen.add(code);
          next.push(...fresh);
          if (fresh.length > 0) yield fresh;
        }
      level = next;
    }
  }

  /** Codes among which are all that pass: by the list that is likely to be the shortest. */
  async function* candidates({ filters, words, among }: Selection): AsyncGenerator<readonly string[]> {
    if (among) {
      yield among;
      return;
    }
    const constraint = filters.map((each) => constraintIn(system, each)).find((each) => each !== undefined);
    const members = filters.find((each) => each.op === 'in' && memberProperty(system, each));
    const named = filters.find(
      (each) => isCode(each.property) && (each.op === '=' || each.op === 'in') && each !== members,
    );
    const inTree = filters.find(({ op }) => op === 'is-a' || op === 'descendent-of');
    const ancestor = filters.find(({ property, op }) => property === 'ancestor' && op === '=');
    const valued = filters.find(
      (each) =>
        LISTED.has(each.op) &&
        !OWN.has(each.property) &&
        !valuesOf(each).some(isUsual(each)) &&
        !valuesOf(each).some(hasManySpellings),
    );
    const above = filters.find(({ op }) => op === 'generalizes');
    const child = filters.find(({ op, property }) => property === 'child' && (op === '=' || op === 'in'));
    if (child) yield (await tables.parents(id, valuesOf(child))).map(([, parent]) => parent);
    else if (named) yield valuesOf(named);
    else if (above) yield [above.value, ...((await ancestors([above.value])).get(above.value) ?? [])];
    else if (words.length > 0) {
      if (words.length === 1) yield [words[0] as string];
      yield* tables.withWords(id, words);
    } else if (constraint)
      for (const together of constraint.any) yield* candidates({ filters: together, words });
    else if (members) yield* tables.withProperty(id, 'memberOf', valuesOf(members));
    else if (inTree) yield* below(inTree.value, inTree.op === 'is-a');
    else if (ancestor) yield* below(ancestor.value, false);
    else if (valued)
      yield* tables.withProperty(
        id,
        valued.op === 'child-of' ? 'parent' : valued.property,
        valuesOf(valued).flatMap(spellings),
      );
    else
      yield* filters.length === 0 || system.concepts <= MAX_LOOKED_AT
        ? tables.all(id)
        : someOf(tables.all(id));
  }

  /** The first of them; 413 for whoever goes on. */
  async function* someOf(all: AsyncIterable<readonly string[]>): AsyncGenerator<readonly string[]> {
    let given = 0;
    for await (const page of all) {
      if (given >= MAX_UNLISTED) throw tooMany();
      given += page.length;
      yield page;
    }
  }

  /** Of what nearly all have nothing is kept: no list has it. */
  const isUsual =
    ({ property }: Filter) =>
    (value: string): boolean =>
      value === usualValue(system, property);

  const known = new Map<string, boolean>();
  /** An attribute of SNOMED CT is a concept of it, whether any other has it or not. */
  async function hasProperty(name: string): Promise<boolean> {
    const isKnown =
      known.get(name) ??
      (COMMON_PROPERTIES.has(name) ||
        usualValue(system, name) !== undefined ||
        system.properties?.includes(name) === true ||
        (await tables.hasProperty(id, name)) ||
        (system.url === SNOMED && (await find([name])).size > 0));
    if (known.size < MOST_REMEMBERED) known.set(name, isKnown);
    return isKnown;
  }

  const source: CodeSource = {
    url: system.url,
    version: system.version,
    name: system.name,
    title: system.title,
    content: 'complete',
    caseSensitive: system.caseSensitive,
    isLarge: true,
    isSubsuming: isSubsuming(system),
    find,
    ancestors,
    descendants: () => undefined,
    hasProperty,
    usualValue: (property) => usualValue(system, property),
    async children(code, limit) {
      const found = new Set<string>();
      for await (const page of tables.withProperty(id, 'parent', [code])) {
        const named = await tables.parents(id, page);
        // Found in any case, whether it counts or not.
        for (const [child, parent] of named) if (isSameCode(system, parent, code)) found.add(child);
        if (found.size >= limit) break;
      }
      return [...found].slice(0, limit);
    },
    async *select(asked) {
      const selection = { ...asked, filters: await settled(source, asked.filters) };
      const tests = await testsOfSettled(source, selection.filters);
      let looked = 0;
      const seen = new Set<string>();
      for await (const found of candidates(selection)) {
        // What several lists hold is looked at once.
        const codes = found.filter((code) => !seen.has(code));
        for (const code of codes) seen.add(code);
        for (let start = 0; start < codes.length; start += PAGE) {
          const page = codes.slice(start, start + PAGE);
          looked += page.length;
          if (looked > MAX_LOOKED_AT) throw tooMany();
          yield await chosen(page, tests, selection.words);
        }
      }
    },
  };

  async function chosen(
    codes: readonly string[],
    tests: readonly Test[],
    words: readonly string[],
  ): Promise<FoundConcept[]> {
    const found = await find(codes);
    const concepts = codes.flatMap((code) => found.get(code) ?? []);
    const fitting = words.length === 0 ? concepts : concepts.filter((each) => hasBeginnings(each, words));
    return passing(source, fitting, tests);
  }

  return source;
}

/** Each code with its concept: the one of that very code, or else one that is the same to the system. */
function byCode(
  found: readonly TableConcept[],
  codes: readonly string[],
  folded: (code: string) => string,
): ReadonlyMap<string, FoundConcept> {
  const concepts = new Map(found.map((each) => [each.code, foundConcept(each)]));
  const alike = new Map([...concepts].map(([code, concept]) => [folded(code), concept]));
  return new Map(
    codes.flatMap((code) => {
      const concept = concepts.get(code) ?? alike.get(folded(code));
      return concept ? [[code, concept] as const] : [];
    }),
  );
}

const LISTED: ReadonlySet<string> = new Set(['=', 'in', 'child-of']);
const isCode = (property: string): boolean => property === 'code' || property === 'concept';
/** Not kept as properties. */
const OWN: ReadonlySet<string> = new Set([
  'code',
  'concept',
  'display',
  'definition',
  'inactive',
  'ancestor',
  'child',
  'notSelectable',
]);
const valuesOf = ({ op, value }: Filter): string[] => (op === 'in' ? listOf(value) : [value]);

/** Each begins a word of the concept's texts, or the code. */
function hasBeginnings({ code, designations }: FoundConcept, words: readonly string[]): boolean {
  const own = wordsOf(designations.map(({ value }) => value).join(' '));
  return words.every(
    (word) =>
      code.toLowerCase().startsWith(word) ||
      wordsOf(word).every((part) => own.some((each) => each.startsWith(part))),
  );
}

function foundConcept({
  code,
  definition,
  inactive,
  abstract,
  texts,
  properties,
}: TableConcept): FoundConcept {
  return {
    code,
    display: texts[0]?.value,
    language: texts[0]?.language,
    definition,
    inactive: inactive === true,
    abstract: abstract === true,
    designations: texts.map(designationOf),
    properties: statedOnce(properties.filter(({ name }) => name !== AS_WRITTEN)).map(propertyOf),
  };
}

/** Two concepts may state the same of each other: the one that it is a child, the other that it is its parent. */
const statedOnce = (rows: readonly PropertyRow[]): readonly PropertyRow[] => [
  ...new Map(rows.map((row) => [`${row.name}|${row.kind}|${row.value}`, row])).values(),
];

const designationOf = ({ language, use, value }: TextRow): Designation => ({
  ...(language === undefined ? {} : { language }),
  ...(use === undefined ? {} : { use }),
  value,
});

function propertyOf({ name, kind, value }: PropertyRow): ConceptProperty {
  const key = `value${kind.charAt(0).toUpperCase()}${kind.slice(1)}` as const;
  const typed =
    kind === 'boolean' ? value === 'true' : kind === 'integer' || kind === 'decimal' ? Number(value) : value;
  return { code: name, [key]: typed } as ConceptProperty;
}
