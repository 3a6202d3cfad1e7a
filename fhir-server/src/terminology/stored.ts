/** CodeSystems, ValueSets, ConceptMaps, StructureDefinitions and Measures that are stored here as resources: looked up each time, so that a change counts at once. */
import type { CodeSystem, ConceptMap, Measure, StructureDefinition, ValueSet } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { namedBy } from '../search/canonicals.ts';
import { ALL_CODES } from '../search/index-entry.ts';
import type { QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';

export type Canonical =
  | CodeSystem
  | ValueSet
  | ConceptMap
  | Measure
  | (StructureDefinition & { readonly status?: string });
export type CanonicalType = Canonical['resourceType'];

/** Live resources of one type that satisfy the condition: those that the caller may read, none where they may read none. */
export type FindVersions = (
  type: CanonicalType,
  where: QueryNode,
  limit: number,
) => Promise<readonly StoredVersion[]>;

export interface StoredCanonicals {
  byId<T extends Canonical>(type: T['resourceType'], id: string): Promise<T | undefined>;
  /** By `url`, `url|version` or its address (`Measure/x`, `[base]/Measure/x`): active ones before others, the latest version before others, then what was written last. */
  byUrl<T extends Canonical>(type: T['resourceType'], canonical: string): Promise<readonly T[]>;
  supplementsOf(url: string): Promise<readonly CodeSystem[]>;
  /** Those that call the set of all their codes so (CodeSystem.valueSet). */
  ofAllCodes(valueSet: string): Promise<readonly CodeSystem[]>;
  mapsOf(direction: 'source' | 'target', system: string): Promise<readonly ConceptMap[]>;
}

/** More resources with one URL than this are not looked through. */
const MAX_SAME = 20;

/** `baseUrl`: what is named by its address below it is meant too, as by the relative one. */
export function createStoredCanonicals(find: FindVersions, baseUrl?: string): StoredCanonicals {
  const breath = createBreath();
  async function found<T extends Canonical>(
    type: T['resourceType'],
    where: QueryNode,
  ): Promise<readonly T[]> {
    const versions = await find(type, where, MAX_SAME);
    const resources: T[] = [];
    for (const each of [...versions].sort((a, b) => b.lastUpdated - a.lastUpdated)) {
      await breath();
      const resource = parsed(each);
      if (resource) resources.push(resource as T);
    }
    // The sort is stable: of one version the last written stays the first.
    const latest = resources.sort(laterFirst);
    return [...latest.filter(isActive), ...latest.filter((each) => !isActive(each))];
  }
  return {
    async byId<T extends Canonical>(type: T['resourceType'], id: string) {
      return (await found<T>(type, { kind: 'id', ids: [id] }))[0];
    },
    byUrl(type, canonical) {
      // A code system's URL is the name of it in codes, and no link.
      return found(type, namedBy(type, canonical, type === 'CodeSystem' ? undefined : baseUrl));
    },
    supplementsOf: (url) => found('CodeSystem', { kind: 'reference', param: 'supplements', targets: [url] }),
    ofAllCodes: (uri) => found('CodeSystem', { kind: 'uri', param: ALL_CODES, uri, match: 'exact' }),
    mapsOf: (direction, system) =>
      found('ConceptMap', { kind: 'uri', param: `${direction}-system`, uri: system, match: 'exact' }),
  };
}

/** Where no version is named the latest is meant (https://hl7.org/fhir/R4/references.html#canonical), as far as numbers and dates tell; what names one before what names none. */
export function laterFirst(a: Versioned, b: Versioned): number {
  if (a.version === undefined || b.version === undefined)
    return Number(a.version === undefined) - Number(b.version === undefined);
  const [[own, ofOwn], [other, ofOther]] = [partsOf(a.version), partsOf(b.version)];
  return (
    compared(other, own) ||
    // What is to become a version comes before it (https://semver.org, 11).
    Number(ofOwn !== undefined) - Number(ofOther !== undefined) ||
    compared(ofOther ?? '', ofOwn ?? '')
  );
}

/** Whether a version comes after another of the same kind of names: a number after a number, a date after a date, of one edition. Of two kinds nothing tells. */
export function isLater(a: Versioned, b: Versioned): boolean {
  const [kind, other] = [kindOf(a.version), kindOf(b.version)];
  return kind !== undefined && kind === other && laterFirst(a, b) < 0;
}

function kindOf(version: string | undefined): string | undefined {
  if (version === undefined) return undefined;
  if (/^\d{4}-?\d{2}(?:$|-?\d{2})/.test(version)) return 'date';
  return /^\d/.test(version) ? 'number' : /^(.*\/)version\//.exec(version)?.[1];
}

interface Versioned {
  readonly version?: string | undefined;
}

/** `1.0.0` and `rc1` of `1.0.0-rc1`. */
function partsOf(version: string): readonly [string, string | undefined] {
  const [, release, more] = /^(\d+(?:\.\d+)+)-([a-z].*)$/i.exec(version) ?? [];
  return release === undefined ? [version, undefined] : [release, more];
}

const compared = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const isActive = ({ status }: Canonical): boolean => status === 'active';

/** Characters of stored text whose parsed form is kept: a version never changes. */
const MOST_KEPT = 16_000_000;
const kept = new Map<string, { readonly resource: Canonical; readonly size: number }>();
let size = 0;

function parsed({ type, id, version, body, lastUpdated }: StoredVersion): Canonical | undefined {
  if (body === undefined) return undefined;
  const key = `${type}/${id}/${version}/${lastUpdated}`;
  const known = kept.get(key);
  // Asked for last is thrown out last.
  kept.delete(key);
  const entry = known ?? { resource: JSON.parse(body) as Canonical, size: body.length };
  if (!known) size += entry.size;
  kept.set(key, entry);
  for (const [oldest, each] of kept) {
    if (size <= MOST_KEPT) break;
    kept.delete(oldest);
    size -= each.size;
  }
  return entry.resource;
}
