/**
 * Profiles and extensions that are stored here as resources: those that neither R4 nor a loaded package has, with what they are made of.
 */
import { claimedProfiles, loaded, type StructureDefinition } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import type { StoredCanonicals } from '../terminology/stored.ts';
import type { ResourceJson } from './resource-text.ts';

type Json = Readonly<Record<string, unknown>>;

/** Of one resource; what it speaks of beyond these is not looked up, and is said to be not known. */
const MOST_LOOKED_UP = 60;
/** Deeper than what is accepted at all. */
const MOST_DEPTH = 100;

/** By these canonicals, then by what they are derived from and lead to. */
export async function storedDefinitions(
  stored: Pick<StoredCanonicals, 'byUrl'>,
  canonicals: readonly string[],
): Promise<readonly StructureDefinition[]> {
  const found: StructureDefinition[] = [];
  const wanted = [...canonicals];
  const asked = new Set<string>();
  const breath = createBreath();
  for (const canonical of wanted) {
    if (asked.size >= MOST_LOOKED_UP) break;
    if (asked.has(canonical) || !isElsewhere(canonical)) continue;
    asked.add(canonical);
    await breath();
    const [definition] = await stored.byUrl<StructureDefinition>('StructureDefinition', canonical);
    if (!definition) continue;
    found.push(definition);
    // Grows while it is walked: profiles rest on profiles.
    for (const canonical of spokenOfBy(definition as unknown as Json)) wanted.push(canonical);
  }
  return found;
}

/** What a resource is to be held against by itself: what `meta.profile` names, and, where `withExtensions`, the extensions in it. */
export const definitionsNamedBy = (resource: ResourceJson, withExtensions: boolean): string[] => [
  ...claimedProfiles(resource),
  ...(withExtensions ? extensionsIn(resource) : []),
];

/** Types of R4 are no resources here. */
const OF_R4 = /^http:\/\/hl7\.org\/fhir\/StructureDefinition\/[A-Z]\w*$/;
const isElsewhere = (canonical: string): boolean => {
  const [url = ''] = canonical.split('|');
  return /^[a-z][a-z0-9+.-]*:/i.test(url) && !OF_R4.test(url) && loaded.definition(url) === undefined;
};

function spokenOfBy({ baseDefinition, differential, snapshot }: Json): string[] {
  const elements = [differential, snapshot].flatMap((each) => listOf((each as Json | undefined)?.element));
  const types = elements.flatMap(({ type }) => listOf(type));
  const urls = types.flatMap(({ profile, targetProfile }) => [profile, targetProfile].flat());
  return [baseDefinition, ...urls].filter((url) => typeof url === 'string');
}

function extensionsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const isExtension = name === 'extension' || name === 'modifierExtension';
    const own = isExtension ? listOf(each).flatMap(({ url }) => (typeof url === 'string' ? url : [])) : [];
    return [...own, ...extensionsIn(each, depth + 1)];
  });
}

const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
