/** The profiles that are known: those of loaded packages. */
import type { Issue } from './outcome.ts';
import { compileProfile, type Profile, type StructureDefinition } from './validation/profile-tree.ts';
import { validateAgainst } from './validation/validate-profile.ts';

const definitions = new Map<string, StructureDefinition>();
const compiled = new Map<string, Profile | undefined>();

/** A later definition with the same URL replaces an earlier one. */
export function addProfiles(resources: Iterable<StructureDefinition>): void {
  for (const definition of resources) {
    if (definition.derivation !== 'constraint' && definition.type !== 'Extension') continue;
    definitions.set(definition.url, definition);
    compiled.delete(definition.url);
  }
}

/** URLs of the known profiles of a resource type. */
export function profilesOf(type: string): string[] {
  return [...definitions.values()].filter((each) => each.type === type).map(({ url }) => url);
}

export const isKnownProfile = (url: string): boolean => findProfile(url) !== undefined;

function findProfile(canonical: string): Profile | undefined {
  const url = canonical.split('|')[0] as string;
  if (compiled.has(url)) return compiled.get(url);
  const definition = definitions.get(url);
  const profile = definition && compileProfile(definition);
  compiled.set(url, profile);
  return profile;
}

/** Issues of a resource that is valid R4 against these profiles; those that are not known are left out. */
export function validateProfiles(resource: unknown, urls: Iterable<string>): Issue[] {
  return [...new Set(urls)].flatMap((url) => {
    const profile = findProfile(url);
    return profile ? validateAgainst(profile, resource as Record<string, unknown>, findProfile) : [];
  });
}

/** What `meta.profile` names. */
export function claimedProfiles(resource: unknown): string[] {
  const { meta } = resource as { meta?: { profile?: unknown } };
  return Array.isArray(meta?.profile) ? meta.profile.filter((each) => typeof each === 'string') : [];
}
