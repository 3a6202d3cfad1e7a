/**
 * Definitions that are stored here as resources: profiles and extensions that neither R4 nor a loaded package has, and the code systems and value sets
 * that other definitions are made of.
 */
import { claimedProfiles, type Definition, loaded } from '@wellspring/profiles';
import { createBreath } from '../../breath.ts';
import type { StoredCanonicals } from '../../terminology/stored.ts';
import type { ResourceJson } from '../text/resource-text.ts';

type Json = Readonly<Record<string, unknown>>;

export interface NamedDefinition {
  readonly type: Definition['resourceType'];
  /** `url` or `url|version`. */
  readonly canonical: string;
}

export interface FoundDefinitions {
  readonly definitions: readonly Definition[];
  /** Whether all that was named was looked up. */
  readonly areAll: boolean;
}

/** Of one resource; what it speaks of beyond these is not looked up, and is said to be not known. */
const MOST_LOOKED_UP = 60;
/** Deeper than what is accepted at all. */
const MOST_DEPTH = 100;

/** What is named, then what that is derived from, made of and leads to. */
export async function storedDefinitions(
  stored: Pick<StoredCanonicals, 'byUrl'>,
  named: readonly NamedDefinition[],
): Promise<FoundDefinitions> {
  const definitions: Definition[] = [];
  const wanted = [...named];
  const asked = new Set<string>();
  const breath = createBreath();
  for (const each of wanted) {
    const key = `${each.type} ${each.canonical}`;
    if (asked.has(key) || !isElsewhere(each)) continue;
    if (asked.size >= MOST_LOOKED_UP) return { definitions, areAll: false };
    asked.add(key);
    await breath();
    const [definition] = await stored.byUrl<Definition>(each.type, each.canonical);
    if (!definition) continue;
    definitions.push(definition);
    // Grows while it is walked: profiles rest on profiles.
    for (const next of spokenOfBy(definition as unknown as Json)) wanted.push(next);
  }
  return { definitions, areAll: true };
}

/** What a resource is to be held against by itself: what `meta.profile` names, and, where it is looked through, all that it speaks of. */
export const definitionsNamedBy = (resource: ResourceJson, isLookedThrough: boolean): NamedDefinition[] =>
  isLookedThrough
    ? [...structures(claimedProfiles(resource)), ...namedIn(resource), ...spokenOfBy(resource)]
    : structures(claimedProfiles(resource));

export const structures = (canonicals: readonly unknown[]): NamedDefinition[] =>
  named('StructureDefinition', canonicals);

const named = (type: NamedDefinition['type'], canonicals: readonly unknown[]): NamedDefinition[] =>
  canonicals.flatMap((canonical) => (typeof canonical === 'string' ? { type, canonical } : []));

/** Types of R4 are no resources here. */
const OF_R4 = /^http:\/\/hl7\.org\/fhir\/StructureDefinition\/[A-Z]\w*$/;
function isElsewhere({ type, canonical }: NamedDefinition): boolean {
  const [url = ''] = canonical.split('|');
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return false;
  if (type === 'CodeSystem') return loaded.terminology().codeSystem(url) === undefined;
  if (type === 'ValueSet') return loaded.terminology().valueSet(url) === undefined;
  return !OF_R4.test(url) && loaded.definition(url) === undefined;
}

function spokenOfBy(definition: Json): NamedDefinition[] {
  if (definition.resourceType === 'StructureDefinition') return ofStructure(definition);
  if (definition.resourceType === 'ValueSet') return ofValueSet(definition);
  return definition.resourceType === 'ConceptMap' ? ofConceptMap(definition) : [];
}

function ofStructure({ baseDefinition, differential, snapshot }: Json): NamedDefinition[] {
  const elements = [differential, snapshot].flatMap((each) => listOf((each as Json | undefined)?.element));
  const types = elements.flatMap(({ type }) => listOf(type));
  return structures([
    baseDefinition,
    ...types.flatMap(({ profile, targetProfile }) => [profile, targetProfile].flat()),
  ]);
}

/** Its systems, those that its filters' values name (`system#code`), and the sets that it includes. */
function ofValueSet({ compose }: Json): NamedDefinition[] {
  const { include, exclude } = (compose ?? {}) as Json;
  return [...listOf(include), ...listOf(exclude)].flatMap(({ system, valueSet, filter }) => [
    ...named('CodeSystem', [
      system,
      ...listOf(filter).flatMap(({ value }) =>
        typeof value === 'string' && value.includes('#') ? value.split(/[|#]/, 1) : [],
      ),
    ]),
    ...named('ValueSet', [valueSet].flat()),
  ]);
}

function ofConceptMap(map: Json): NamedDefinition[] {
  const { sourceCanonical, sourceUri, targetCanonical, targetUri } = map;
  return [
    ...named('ValueSet', [sourceCanonical ?? sourceUri, targetCanonical ?? targetUri]),
    ...listOf(map.group).flatMap(({ source, target }) => named('CodeSystem', [source, target])),
  ];
}

/** Extensions, and what resources inside of it claim to conform to. */
function namedIn(value: unknown, depth = 0): NamedDefinition[] {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const isExtension = name === 'extension' || name === 'modifierExtension';
    return [
      ...(isExtension ? structures(listOf(each).map(({ url }) => url)) : []),
      ...(name === 'resource' || name === 'contained' ? structures(claimsOf(each)) : []),
      ...namedIn(each, depth + 1),
    ];
  });
}

const claimsOf = (value: unknown): string[] =>
  [value].flat().flatMap((each) => (typeof each === 'object' && each !== null ? claimedProfiles(each) : []));

const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
