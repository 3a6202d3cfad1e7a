/**
 * What is known of code systems, value sets and maps, from everywhere at once: stored as resources, loaded into tables, of packages and of R4
 * itself. Made for one request: what it looked up once it does not look up again.
 */
import {
  type CodeSystem,
  type ConceptMap,
  conceptMaps,
  terminology,
  tooCostly,
  type ValueSet,
} from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import type { CodeSource } from './code-source.ts';
import { heldSource, withSupplements } from './held-source.ts';
import { type AllCodesOf, implicitValueSet } from './implicit-value-sets.ts';
import type { RemoteTerminology } from './remote.ts';
import { isLater, laterFirst, type StoredCanonicals } from './stored.ts';

/** Code systems in tables of their own. */
export interface LoadedSystems {
  /** All versions of the system that are loaded, the newest first. */
  sources(url: string): Promise<readonly CodeSource[]>;
  all(): Promise<
    readonly {
      readonly url: string;
      readonly version: string | undefined;
      readonly valueSet?: string | undefined;
    }[]
  >;
}

/** Where code systems are besides those that are stored and defined. */
export interface MoreTerminology {
  readonly loaded?: LoadedSystems;
  readonly remote?: RemoteTerminology;
}

export interface Terminologies {
  /** Another server, for what is not known here. */
  readonly remote: RemoteTerminology | undefined;
  /** To be awaited once each step of long work: lets others in. Errors: 413 when the request has used up what one may. */
  step(cost?: number): Promise<void> | undefined;
  /** The version that a set means by its include of a system: the one that it names, unless another was asked for. */
  versionFor(system: string, named: string | undefined): string | undefined;
  /** The one to go by: of that version where one is named; complete ones before others. */
  codeSystem(url: string, version?: string): Promise<CodeSource | undefined>;
  storedCodeSystem(id: string): Promise<CodeSource | undefined>;
  /** By `ValueSet/[id]`, `url` or `url|version`. */
  valueSet(name: string): Promise<ValueSet | undefined>;
  /** By `ConceptMap/[id]`, `url` or `url|version`. */
  conceptMap(name: string): Promise<ConceptMap | undefined>;
  /** Maps that lead from a code system, or to it. */
  mapsOf(direction: 'source' | 'target', system: string): Promise<readonly ConceptMap[]>;
}

/** Code systems, and value sets, that one request may look up. */
const MAX_LOOKED_UP = 500;
const MAX_STEPS = 300_000;

export function createTerminologies(
  stored: StoredCanonicals,
  { loaded, remote }: MoreTerminology,
): Terminologies {
  const systems = new Map<string, Promise<CodeSource | undefined>>();
  const sets = new Map<string, Promise<ValueSet | undefined>>();
  const breath = createBreath();
  let spent = 0;

  function once<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
    if (!known.has(key) && known.size >= MAX_LOOKED_UP)
      throw tooCostly(`More than ${MAX_LOOKED_UP} code systems or value sets are too many for one request.`);
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  }

  async function supplemented(source: CodeSource): Promise<CodeSource> {
    const { url, content } = source;
    // Its codes are those of the system that it adds to.
    if (content === 'supplement') return { ...source, find: async () => new Map() };
    const more = [...(await stored.supplementsOf(url)), ...terminology().supplements(url)];
    return withSupplements(
      source,
      more.filter((each) => isOfSource(each, source)),
    );
  }

  async function findSystem(url: string, version: string | undefined): Promise<CodeSource | undefined> {
    const own = terminology().codeSystem(url);
    const here = await stored.byUrl<CodeSystem>('CodeSystem', url);
    const isActive = ({ status }: { readonly status?: string }): boolean => status === 'active';
    // What is defined without anybody's doing is meant where nothing else is, and before a draft or what is retired.
    const places = [
      [...here.filter(isActive).map(heldSource), ...((await loaded?.sources(url)) ?? [])],
      own ? [heldSource(own)] : [],
      here.filter((each) => !isActive(each)).map(heldSource),
    ];
    const all = places.flat();
    if (version === undefined) {
      const best = latestOf(all, (each) => rank(each) * places.length + placeOf(places, each));
      return best && supplemented(best);
    }
    const asked = all.filter((each) => isOfVersion(each.version, version));
    const isExact = asked.some((each) => each.version === version);
    const best = [...asked].sort((a, b) => rank(a) - rank(b) || (isExact ? 0 : laterFirst(a, b)))[0];
    return best && supplemented(best);
  }

  async function findSet(name: string): Promise<ValueSet | undefined> {
    if (name.startsWith('ValueSet/'))
      return stored.byId<ValueSet>('ValueSet', name.slice('ValueSet/'.length));
    const [found] = await stored.byUrl<ValueSet>('ValueSet', name);
    const known = found ?? ofVersion(terminology().valueSet(name), name);
    return (
      known ??
      implicitValueSet(name, {
        isSystem: async (url, version) => (await codeSystem(url, version)) !== undefined,
        systemOfAllCodes,
      })
    );
  }

  /** The system that calls the set of all its codes so: before others the one that names the version of it too. */
  async function systemOfAllCodes(name: string): Promise<AllCodesOf | undefined> {
    const [url = ''] = name.split('|');
    const lists = [
      () => stored.ofAllCodes(url),
      async () => (await loaded?.all()) ?? [],
      async () => terminology().codeSystems(),
    ];
    for (const list of lists) {
      const all = await list();
      const exact = all.find(({ valueSet }) => valueSet === name);
      if (exact) return { system: exact.url, version: exact.version };
      const other = all.find(({ valueSet }) => valueSet?.split('|')[0] === url);
      if (other) return { system: other.url };
    }
    return undefined;
  }

  const codeSystem = async (url: string, version?: string): Promise<CodeSource | undefined> =>
    once(systems, version === undefined ? url : `${url}|${version}`, () => findSystem(url, version));

  return {
    remote,
    step(cost = 1) {
      spent += cost;
      if (spent > MAX_STEPS) throw tooCostly('The value set takes too much work; narrow it.');
      return breath();
    },
    versionFor: (_, named) => named,
    codeSystem,
    async storedCodeSystem(id) {
      const found = await stored.byId<CodeSystem>('CodeSystem', id);
      return found && supplemented(heldSource(found));
    },
    valueSet: async (name) => once(sets, name, () => findSet(name)),
    async conceptMap(name) {
      if (name.startsWith('ConceptMap/'))
        return stored.byId<ConceptMap>('ConceptMap', name.slice('ConceptMap/'.length));
      const [found] = await stored.byUrl<ConceptMap>('ConceptMap', name);
      const [url] = name.split('|');
      return (
        found ??
        ofVersion(
          conceptMaps().find((each) => each.url === url),
          name,
        )
      );
    },
    async mapsOf(direction, system) {
      const own = conceptMaps().filter(({ group }) => group?.some((each) => each[direction] === system));
      return [...(await stored.mapsOf(direction, system)), ...own];
    },
  };
}

/** A supplement may name the version that it adds to. */
function isOfSource({ supplements }: CodeSystem, { version }: CodeSource): boolean {
  const asked = supplements?.split('|')[1];
  return asked === undefined || isOfVersion(version, asked);
}

/** Of SNOMED CT a version may name the edition alone; `1.x` is any that begins so (as HL7's terminology ecosystem has it). */
export const isOfVersion = (version: string | undefined, asked: string): boolean =>
  version !== undefined &&
  (version === asked || version.startsWith(`${asked}/`) || isWithin(version.split('.'), asked.split('.')));

function isWithin(version: readonly string[], asked: readonly string[]): boolean {
  const isAny = (part: string | undefined): boolean => part === 'x' || part === '*';
  if (!asked.some(isAny)) return false;
  const isWhole = version.length <= asked.length || isAny(asked.at(-1));
  return isWhole && asked.every((part, i) => isAny(part) || part === version[i]);
}

const RANKS: Readonly<Record<string, number>> = { complete: 0, fragment: 1, example: 2, 'not-present': 3 };
const rank = ({ content }: CodeSource): number => RANKS[content] ?? 4;

const placeOf = (places: readonly (readonly CodeSource[])[], source: CodeSource): number =>
  places.findIndex((each) => each.includes(source));

/** Of those of the lowest class the latest, as far as versions tell; else the first. */
function latestOf(
  sources: readonly CodeSource[],
  classOf: (source: CodeSource) => number,
): CodeSource | undefined {
  const least = Math.min(...sources.map(classOf));
  const [first, ...others] = sources.filter((each) => classOf(each) === least);
  return others.reduce((best, each) => (best && isLater(each, best) ? each : best), first);
}

function ofVersion<T extends { readonly version?: string }>(
  found: T | undefined,
  canonical: string,
): T | undefined {
  const [, version] = canonical.split('|');
  return version === undefined || found?.version === version ? found : undefined;
}
