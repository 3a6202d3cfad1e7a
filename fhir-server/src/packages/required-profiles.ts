/** REQUIRED_PROFILES: profiles that each resource of a type must meet. */
import { isKnownProfile, isResourceType, profileType } from '@wellspring/profiles';

/** `Type=profile` pairs, by type. Throws an Error of one line for a type or profile that is not known, or a profile of another type. */
export function requiredProfiles(pairs: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const [type, url] = [pair.slice(0, at), pair.slice(at + 1)];
    if (!isResourceType(type)) throw new Error(`REQUIRED_PROFILES: '${type}' is no resource type of R4.`);
    if (!isKnownProfile(url))
      throw new Error(`REQUIRED_PROFILES: the profile ${url} is in none of the loaded packages.`);
    if (profileType(url) !== type) throw new Error(`REQUIRED_PROFILES: ${url} is not a profile of ${type}.`);
    found.set(type, [...(found.get(type) ?? []), url]);
  }
  return found;
}
