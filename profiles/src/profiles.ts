/** The profiles and extensions that are known: R4's own, and those of loaded packages. */
import { loadDefinitions } from './compile/cache.ts';
import type { Issue } from './outcome.ts';
import { isResourceType } from './tables.ts';
import { compileProfile, type Profile, type StructureDefinition } from './validation/profile-tree.ts';
import { elementsOf } from './validation/snapshot.ts';
import { validateAgainst } from './validation/validate-profile.ts';

const definitions = new Map<string, StructureDefinition>();
const compiled = new Map<string, Profile | undefined>();
let own: ReadonlyMap<string, StructureDefinition> | undefined;

/** A later definition with the same URL replaces an earlier one. */
export function addProfiles(resources: Iterable<StructureDefinition>): void {
  for (const definition of resources) {
    if (!isProfile(definition)) continue;
    definitions.set(definition.url, definition);
  }
  // What was made of a replaced one may stand in others.
  compiled.clear();
}

/** What says more of a type of R4 than R4 does: some that are published call that a specialization. */
const isProfile = ({ url, type, derivation, baseDefinition }: StructureDefinition): boolean =>
  derivation === 'constraint' ||
  type === 'Extension' ||
  (isResourceType(type) && url !== baseDefinition && baseDefinition === `${R4}${type}`);

const R4 = 'http://hl7.org/fhir/StructureDefinition/';

/** URLs of the profiles of a resource type that packages brought. */
export function profilesOf(type: string): string[] {
  return [...definitions.values()].filter((each) => each.type === type).map(({ url }) => url);
}

export const isKnownProfile = (url: string): boolean => findProfile(url) !== undefined;

/** The resource type that a known profile is of. */
export const profileType = (url: string): string | undefined => findProfile(url)?.type;

function findDefinition(url: string): StructureDefinition | undefined {
  const loaded = definitions.get(url);
  if (loaded) return loaded;
  own ??= new Map(loadDefinitions().map((each) => [each.url, each]));
  return own.get(url);
}

/** By its URL; a `|version` is passed over. */
export function findProfile(canonical: string): Profile | undefined {
  const url = canonical.split('|')[0] as string;
  if (compiled.has(url)) return compiled.get(url);
  const definition = findDefinition(url);
  const elements = definition && elementsOf(definition, findDefinition);
  const profile = definition && elements && compileProfile(definition, elements);
  compiled.set(url, profile);
  return profile;
}

/** What becomes of a profile that can't be checked here. */
export type Unchecked = 'warning' | 'error';

/** Issues of a resource that is valid R4 against these profiles. Those that are not known here are issues too, of this severity. */
export function validateProfiles(
  resource: unknown,
  urls: Iterable<string>,
  unchecked: Unchecked = 'warning',
): Issue[] {
  return [...new Set(urls)].flatMap((url) => {
    const profile = findProfile(url);
    return profile
      ? validateAgainst(profile, resource as Record<string, unknown>, findProfile)
      : [notChecked(resource, url, unchecked)];
  });
}

function notChecked(resource: unknown, url: string, severity: Unchecked): Issue {
  const at = claimedProfiles(resource).indexOf(url);
  const { resourceType } = resource as { resourceType?: string };
  const reason = findDefinition(url.split('|')[0] as string)
    ? 'it has no snapshot, and what it is derived from is not known here'
    : 'it is not known here';
  return {
    severity,
    code: 'not-supported',
    diagnostics: `The profile ${url.slice(0, 200)} was not checked: ${reason}.`,
    expression: at < 0 ? String(resourceType) : `${resourceType}.meta.profile[${at}]`,
  };
}

/** What `meta.profile` names. */
export function claimedProfiles(resource: unknown): string[] {
  const { meta } = resource as { meta?: { profile?: unknown } };
  return Array.isArray(meta?.profile) ? meta.profile.filter((each) => typeof each === 'string') : [];
}
