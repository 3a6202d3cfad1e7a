/** The profiles and extensions that are known: R4's own, and those of loaded packages. */
import { loadDefinitions } from './compile/cache.ts';
import type { Answers, Issue } from './outcome.ts';
import { isResourceType } from './tables.ts';
import { terminology } from './terminology/definitions.ts';
import type { CodeSystem, ValueSet } from './terminology/resources.ts';
import { createTerminology, type Terminology } from './terminology/terminology.ts';
import type { Known } from './validation/known.ts';
import { compileProfile, type Profile } from './validation/profile/profile-tree.ts';
import { elementsOf } from './validation/profile/snapshot.ts';
import type { StructureDefinition } from './validation/profile/structure-definition.ts';
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
  const url = bareUrl(canonical);
  if (compiled.has(url)) return compiled.get(url);
  const definition = findDefinition(url);
  const profile = definition && compiledProfile(definition, loaded.definition);
  compiled.set(url, profile);
  return profile;
}

/** The definitions of R4 and of loaded packages. */
export const loaded: Known = {
  profile: findProfile,
  definition: (canonical) => findDefinition(bareUrl(canonical)),
  terminology,
};

/** More elements than this are no profile in earnest. */
const MOST_ELEMENTS = 5000;

/** What may be stored as a resource, and be known beside the packages. */
export type Definition = StructureDefinition | CodeSystem | ValueSet;

/** The same, and what is not among it of `more`. */
export function knownWith(more: readonly Definition[], answers: Answers = new Map()): Known {
  const own = more.filter((each) => each.resourceType === 'StructureDefinition');
  const codes = more.filter((each) => each.resourceType !== 'StructureDefinition');
  const definition = (canonical: string): StructureDefinition | undefined =>
    findDefinition(bareUrl(canonical)) ?? own.find((each) => isCalled(each, canonical));
  const made = new Map<string, Profile | undefined>();
  let terms: Terminology | undefined;
  return {
    definition,
    answers,
    profile(canonical) {
      const known = findProfile(bareUrl(canonical));
      if (known || made.has(canonical)) return known ?? made.get(canonical);
      const found = definition(canonical);
      const profile = found && isProfile(found) ? compiledProfile(found, definition) : undefined;
      made.set(canonical, profile);
      return profile;
    },
    terminology: () => {
      terms ??= codes.length === 0 ? terminology() : createTerminology(codes, terminology(), true);
      return terms;
    },
  };
}

function compiledProfile(
  definition: StructureDefinition,
  find: (url: string) => StructureDefinition | undefined,
): Profile | undefined {
  const elements = elementsOf(definition, find);
  return elements && elements.length <= MOST_ELEMENTS ? compileProfile(definition, elements) : undefined;
}

const bareUrl = (canonical: string): string => canonical.split('|')[0] as string;

/** Whether a definition is meant by `url` or `url|version`: several versions of one may be stored. */
export function isCalled({ url, version }: StructureDefinition, canonical: string): boolean {
  const [wanted, ofVersion] = canonical.split('|');
  return url === wanted && (ofVersion === undefined || version === ofVersion);
}

/** What becomes of a profile that can't be checked here. */
export type Unchecked = 'warning' | 'error';

/** Issues of a resource that is valid R4 against these profiles. Those that are not known here are issues too, of this severity; `isClose`: so is what is not as a profile advises, as warnings. */
export function validateProfiles(
  resource: unknown,
  urls: Iterable<string>,
  unchecked: Unchecked = 'warning',
  known: Known = loaded,
  isClose = false,
): Issue[] {
  return [...new Set(urls)].flatMap((url) => {
    if (isOwnType(url, resource)) return [];
    const profile = known.profile(url);
    return profile
      ? validateAgainst(profile, resource as Record<string, unknown>, known, { isClose, unchecked })
      : [notChecked(known, resource, url, unchecked)];
  });
}

/** R4's own definition of the resource's type, which it was held against already. */
export function isOwnType(canonical: string, resource: unknown): boolean {
  const { resourceType } = resource as { readonly resourceType?: string };
  return bareUrl(canonical) === `http://hl7.org/fhir/StructureDefinition/${resourceType}`;
}

function notChecked(known: Known, resource: unknown, url: string, severity: Unchecked): Issue {
  const at = claimedProfiles(resource).indexOf(url);
  const { resourceType } = resource as { resourceType?: string };
  const expression = at < 0 ? String(resourceType) : `${resourceType}.meta.profile[${at}]`;
  // R4's own definition of a type.
  const type = bareUrl(url).startsWith(R4) ? bareUrl(url).slice(R4.length) : '';
  if (isResourceType(type))
    return { severity: 'error', code: 'structure', diagnostics: `The profile is for ${type}.`, expression };
  const reason = known.definition(url)
    ? 'it has no snapshot, and what it is derived from is not known here'
    : 'it is not known here';
  return {
    severity,
    code: 'not-supported',
    diagnostics: `The profile ${url.slice(0, 200)} was not checked: ${reason}.`,
    expression,
  };
}

/** What `meta.profile` names. */
export function claimedProfiles(resource: unknown): string[] {
  const { meta } = resource as { meta?: { profile?: unknown } };
  return Array.isArray(meta?.profile) ? meta.profile.filter((each) => typeof each === 'string') : [];
}
