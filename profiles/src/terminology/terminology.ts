/** CodeSystems and ValueSets: expansion, membership, look-up and subsumption (https://hl7.org/fhir/R4/terminology-module.html). */
import { edgesOf, joinedEdges, reachedFrom } from './hierarchy.ts';
import { isPartOnly } from './part-only.ts';
import type { CodeSystem, Coding, Concept, ExpansionItem, Filter, Include, ValueSet } from './resources.ts';

export interface Terminology {
  codeSystems(): readonly CodeSystem[];
  codeSystem(url: string): CodeSystem | undefined;
  /** Supplements of the system that are held. */
  supplements(url: string): readonly CodeSystem[];
  valueSet(url: string): ValueSet | undefined;
  /** All codings of a set, by its URL (a `|version` is ignored) or as a resource; undefined where it can't be listed here. */
  expand(valueSet: string | ValueSet): readonly Coding[] | undefined;
  /** Whether a code is in the set; undefined where that can't be told here. Systems that can't be listed count by their name alone. */
  contains(valueSet: string | ValueSet, system: string | undefined, code: string): boolean | undefined;
  lookup(system: string, code: string): Concept | undefined;
  /** The code and all codes below it; undefined for an unknown system or code. */
  below(system: string, code: string): readonly string[] | undefined;
  /** The code and all codes above it. */
  above(system: string, code: string): readonly string[] | undefined;
}

type Canonical = CodeSystem | ValueSet;

/**
 * `more` is asked for what `resources` has not: loaded packages before the definitions of R4. `areVersioned`: `resources` may have several versions of a ValueSet, and a
 * `|version` means that one; else there is one of each, whatever version is asked for.
 */
export function createTerminology(
  resources: Iterable<Canonical>,
  more?: Terminology,
  areVersioned = false,
): Terminology {
  const codeSystems = new Map<string, CodeSystem>();
  const valueSets = new Map<string, ValueSet>();
  /** What a set is found by: with its version only where that tells something. */
  const nameOf = (url: string): string => (areVersioned && valueSets.has(bareUrl(url)) ? url : bareUrl(url));
  const expansions = new Map<string, ReadonlyMap<string, Coding> | undefined>();
  const indexes = new Map<string, ConceptIndex>();
  for (const resource of resources) {
    if (resource.resourceType === 'CodeSystem') codeSystems.set(resource.url, resource);
    else {
      valueSets.set(resource.url, resource);
      if (areVersioned) valueSets.set(`${resource.url}|${resource.version ?? ''}`, resource);
    }
  }

  const ofSystem = Map.groupBy(
    [...codeSystems.values()].filter(({ supplements }) => supplements !== undefined),
    ({ supplements }) => bareUrl(supplements as string),
  );

  const codeSystem = (url: string): CodeSystem | undefined => codeSystems.get(url) ?? more?.codeSystem(url);
  const valueSet = (url: string): ValueSet | undefined => {
    const name = nameOf(url);
    return valueSets.get(name) ?? (name.includes('|') ? undefined : more?.valueSet(name));
  };

  function indexOf(system: string): ConceptIndex | undefined {
    const known = indexes.get(system);
    if (known) return known;
    const found = codeSystem(system);
    if (!found?.concept || (found.content !== 'complete' && found.content !== 'fragment')) return undefined;
    const index = indexOfSystem(found, flatten(found.concept));
    indexes.set(system, index);
    return index;
  }

  function expandSet(set: ValueSet, seen: ReadonlySet<string>): ReadonlyMap<string, Coding> | undefined {
    if (seen.has(set.url)) return undefined;
    const inside = new Set([...seen, set.url]);
    if (!set.compose)
      return set.expansion && !isPartOnly(set.expansion)
        ? expandList(set.expansion.contains ?? [])
        : undefined;
    const codings = new Map<string, Coding>();
    for (const include of set.compose.include) {
      const found = expandInclude(include, inside);
      if (!found) return undefined;
      for (const [key, coding] of found) codings.set(key, coding);
    }
    for (const exclude of set.compose.exclude ?? []) {
      const found = expandInclude(exclude, inside);
      if (!found) return undefined;
      for (const key of found.keys()) codings.delete(key);
    }
    return codings;
  }

  /** A list makes no code of what its complete system does not have either. */
  function expandList(items: readonly ExpansionItem[]): ReadonlyMap<string, Coding> {
    const codings: [string, Coding][] = [];
    for (const { system, version, code, display, contains = [] } of items) {
      if (system !== undefined && code !== undefined) {
        const concept = [display === undefined ? { code } : { code, display }];
        codings.push(
          ...(expandSystem({ system, ...(version === undefined ? {} : { version }), concept }) ?? []),
        );
      }
      codings.push(...expandList(contains));
    }
    return new Map(codings);
  }

  function expandUrl(url: string, seen: ReadonlySet<string>): ReadonlyMap<string, Coding> | undefined {
    const name = nameOf(url);
    if (expansions.has(name)) return expansions.get(name);
    const set = valueSet(name);
    const found = set && expandSet(set, seen);
    if (seen.size === 0) expansions.set(name, found);
    return found;
  }

  function expandInclude(
    include: Include,
    seen: ReadonlySet<string>,
  ): ReadonlyMap<string, Coding> | undefined {
    let found = include.system === undefined ? undefined : expandSystem(include);
    if (include.system !== undefined && !found) return undefined;
    for (const url of include.valueSet ?? []) {
      const other = expandUrl(url, seen);
      if (!other) return undefined;
      found = found ? new Map([...found].filter(([key]) => other.has(key))) : other;
    }
    return found;
  }

  function expandSystem(include: Include): ReadonlyMap<string, Coding> | undefined {
    const { system = '', version = '*' } = include;
    const found = codeSystem(system);
    const isHeld = version === '*' || found?.version === version;
    const index = isHeld ? indexOf(system) : undefined;
    const content = isHeld ? found?.content : undefined;
    if (include.concept) {
      // A set can't make a code of what its complete system does not have.
      const named = include.concept.filter(({ code }) => content !== 'complete' || index?.get(code));
      return keyed(
        named.map(({ code, display }) => {
          const concept = index?.get(code);
          return coding(system, concept?.code ?? code, display ?? concept?.display);
        }),
      );
    }
    if (!index || content !== 'complete') return undefined;
    let concepts = index.all;
    for (const filter of include.filter ?? []) {
      const kept = filtered(concepts, index, filter);
      if (!kept) return undefined;
      concepts = kept;
    }
    return keyed(concepts.map(({ code, display }) => coding(system, code, display)));
  }

  function mapOf(set: string | ValueSet): ReadonlyMap<string, Coding> | undefined {
    return typeof set === 'string' ? expandUrl(set, new Set()) : expandSet(set, new Set());
  }

  const terminology: Terminology = {
    codeSystems: () => [
      ...codeSystems.values(),
      ...(more?.codeSystems() ?? []).filter(({ url }) => !codeSystems.has(url)),
    ],
    codeSystem,
    supplements: (url) => [...(ofSystem.get(url) ?? []), ...(more?.supplements(url) ?? [])],
    valueSet,
    expand(set) {
      const found = mapOf(set);
      return found && [...found.values()];
    },
    contains(set, system, code) {
      const found = mapOf(set);
      if (found) {
        if (system !== undefined) return found.has(`${system}|${indexOf(system)?.get(code)?.code ?? code}`);
        return [...found.values()].some((each) => each.code === code);
      }
      // A set of whole systems that can't be listed: the system's name tells enough to refuse, not to accept.
      const includes = (typeof set === 'string' ? valueSet(set) : set)?.compose?.include;
      if (!includes || system === undefined || includes.some((each) => each.valueSet)) return undefined;
      return includes.some((each) => each.system === system) ? undefined : false;
    },
    lookup: (system, code) => indexOf(system)?.get(code),
    below(system, code) {
      const index = indexOf(system);
      const concept = index?.get(code);
      return index && concept && [...new Set([concept.code, ...index.below(concept.code)])];
    },
    above(system, code) {
      const index = indexOf(system);
      const concept = index?.get(code);
      return index && concept && [...new Set([concept.code, ...index.above(concept.code)])];
    },
  };
  return terminology;
}

interface ConceptIndex {
  readonly all: readonly Concept[];
  /** In any case, where nothing says that case counts. */
  get(code: string): Concept | undefined;
  /** Codes that this one subsumes, itself not. */
  below(code: string): ReadonlySet<string>;
  /** Codes that subsume this one. */
  above(code: string): ReadonlySet<string>;
}

function indexOfSystem(system: CodeSystem, all: readonly Concept[]): ConceptIndex {
  const byCode = new Map(all.map((concept) => [concept.code, concept]));
  const byFolded = new Map(
    system.caseSensitive === true ? [] : all.map((concept) => [concept.code.toLowerCase(), concept]),
  );
  const get = (code: string): Concept | undefined => byCode.get(code) ?? byFolded.get(code.toLowerCase());
  const kinds = edgesOf(system)
    .filter(({ isKindOf }) => isKindOf)
    .flatMap((edge) => {
      const [code, parent] = [get(edge.code)?.code, get(edge.parent)?.code];
      return code === undefined || parent === undefined ? [] : [{ code, parent }];
    });
  const [up, down] = [joinedEdges(kinds, 'code', 'parent'), joinedEdges(kinds, 'parent', 'code')];
  return {
    all: [...byCode.values()],
    get,
    below: (code) => reachedFrom(down, code),
    above: (code) => reachedFrom(up, code),
  };
}

const bareUrl = (canonical: string): string => canonical.split('|')[0] as string;

function coding(system: string, code: string, display: string | undefined): Coding {
  return display === undefined ? { system, code } : { system, code, display };
}

function keyed(codings: readonly Coding[]): ReadonlyMap<string, Coding> {
  return new Map(codings.map((each) => [`${each.system}|${each.code}`, each]));
}

/** undefined for a filter on what is not kept here. */
function filtered(
  concepts: readonly Concept[],
  index: ConceptIndex,
  { property, op, value }: Filter,
): readonly Concept[] | undefined {
  if (property !== 'concept' && property !== 'code') return undefined;
  if (op === 'in' || op === '=') {
    const asked = op === '=' ? [value] : value.split(',').map((each) => each.trim());
    const wanted = new Set(asked.map((code) => index.get(code)));
    return concepts.filter((each) => wanted.has(each));
  }
  const root = index.get(value);
  if (!root || (op !== 'is-a' && op !== 'descendent-of' && op !== 'is-not-a')) return undefined;
  const below = index.below(root.code);
  if (op === 'descendent-of') return concepts.filter(({ code }) => below.has(code));
  return concepts.filter(({ code }) => (code === root.code || below.has(code)) === (op === 'is-a'));
}

function flatten(concepts: readonly Concept[]): Concept[] {
  return concepts.flatMap((concept) => [concept, ...flatten(concept.concept ?? [])]);
}
