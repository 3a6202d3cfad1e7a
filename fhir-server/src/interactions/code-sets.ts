/**
 * `:in`, `:not-in`, `:above` and `:below` over all terminology that is known: what a search names is looked up, and the search read again. What stands for more codes than are looked for one
 * by one is turned round: of the codes that are stored where it looks, those that belong to it are looked for (decision 45).
 */
import { type Coding, FhirError, invalid, tooCostly, unavailable } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { createBreath } from '../breath.ts';
import type { CodeSets, Sought } from '../search/parse-context.ts';
import { MAX_CODES } from '../search/types/code-sets.ts';
import { expandSet } from '../terminology/expand.ts';
import { RemoteAway } from '../terminology/remote.ts';
import { remoteCodes } from '../terminology/remote-answers.ts';
import type { Terminologies } from '../terminology/terminologies.ts';
import type { Services } from './request.ts';

const SNOMED = 'http://snomed.info/sct';
/** Value sets and hierarchies of one search. */
const MAX_LOOKED_UP = 20;

/** Different codes under one parameter that are held against a large set. */
const MAX_STORED = 20_000;
/** Large sets and hierarchies of one search, for each parameter that they are asked of: a chain to many types asks each. */
const MAX_HELD = 20;

/** Code systems of one search of which is asked whether case counts; of more it is not known. */
const MAX_CASES = 50;

/** By their systems; undefined: all codes. */
type Among = ReadonlyMap<string, readonly string[]> | undefined;
type Codings = readonly Coding[] | string;
type Find = (terminologies: Terminologies, among: Among) => Promise<Codings>;

/** Thrown while a search is read: this is to be looked up first; `sought`: where it is asked of what is stored there. */
class UnknownCodes extends Error {
  readonly key: string;
  readonly find: Find;
  readonly sought: Sought | undefined;
  constructor(key: string, find: Find, sought?: Sought) {
    super(key);
    this.key = key;
    this.find = find;
    this.sought = sought;
  }
}

/** Under the caller's access. Errors: 400 for more than can be looked up for one search. */
export async function withCodeSets<T>(
  services: Services,
  access: AccessContext,
  read: (codeSets: CodeSets) => T,
): Promise<T> {
  /** An error: of a large one, why it was not listed. */
  const known = new Map<string, Codings | FhirError>();
  const held = new Map<string, Codings>();
  const stored = storedCodes(services);
  const codesOf = (key: string, sought: Sought, find: Find): Codings => {
    const found = known.get(key);
    if (found === undefined) throw new UnknownCodes(key, find);
    if (!(found instanceof FhirError)) return found;
    // The audit log lies elsewhere.
    if (sought.places.some(({ type }) => type === 'AuditEvent')) throw found;
    const ofPlaces = `${key} ${JSON.stringify(sought)}`;
    const some = held.get(ofPlaces);
    if (some === undefined) throw new UnknownCodes(ofPlaces, find, sought);
    return some;
  };
  async function lookUp({ key, find, sought }: UnknownCodes): Promise<void> {
    const terminologies = services.repository.terminologies(access);
    if (sought) {
      if (held.size >= MAX_HELD)
        throw tooCostly(
          `A search may ask ${MAX_HELD} parameters for large value sets and hierarchies at most.`,
        );
      held.set(key, await find(terminologies, await stored(sought)));
      return;
    }
    if (known.size >= MAX_LOOKED_UP)
      throw invalid(`A search may name ${MAX_LOOKED_UP} value sets and hierarchies at most.`);
    known.set(key, await find(terminologies, undefined).catch(asTooLarge));
  }
  const cases = new Map<string, boolean>();
  /** Systems that the search named and nothing is known of yet: looked up together when it was read, and it is read again where one of them counts case. */
  const unasked = new Set<string>();
  async function lookUpCases(): Promise<boolean> {
    const systems = [...unasked];
    unasked.clear();
    for (const system of systems) cases.set(system, await services.repository.isCaseSensitive(system));
    return systems.some((system) => cases.get(system));
  }
  const codeSets: CodeSets = {
    inSet: (name, sought) => codesOf(`in ${name}`, sought, (all, among) => setCodes(all, name, among)),
    hierarchy(system, code, direction, sought) {
      const found = codesOf(`${direction} ${system}|${code}`, sought, (all, among) =>
        hierarchyCodes(all, system, code, direction, among),
      );
      return typeof found === 'string' ? found : found.map((each) => each.code);
    },
    caseOf(system) {
      const found = cases.get(system);
      if (found === undefined && cases.size + unasked.size < MAX_CASES) unasked.add(system);
      return found;
    },
  };
  const breath = createBreath();
  for (;;) {
    await breath();
    try {
      const asked = read(codeSets);
      if (unasked.size === 0 || !(await lookUpCases())) return asked;
    } catch (error) {
      if (!(error instanceof UnknownCodes)) throw error;
      await lookUp(error);
    }
  }
}

function asTooLarge(error: unknown): FhirError {
  if (error instanceof FhirError && error.status === 413) return error;
  throw error;
}

/** What is stored where codes are sought, by system; each place is asked once. Errors: 413 for more different codes than are held against a set. */
function storedCodes({ repository }: Services): (sought: Sought) => Promise<Map<string, string[]>> {
  const known = new Map<string, readonly Coding[]>();
  async function codesAt({ type, param }: Sought['places'][number]): Promise<readonly Coding[]> {
    const place = `${type}.${param}`;
    const found = known.get(place) ?? (await repository.codesOf(type, param, MAX_STORED));
    if (!found)
      throw tooCostly(
        `More than ${MAX_CODES} codes are asked for, and more than ${MAX_STORED} different ones are stored under ${place}: ask for less.`,
      );
    known.set(place, found);
    return found;
  }
  return async ({ places, systems }) => {
    const bySystem = new Map<string, string[]>();
    for (const place of places)
      for (const { system, code } of await codesAt(place))
        for (const each of system === '' ? systems : [system]) {
          const codes = bySystem.get(each) ?? [];
          bySystem.set(each, codes);
          codes.push(code);
        }
    return bySystem;
  };
}

const REQUEST = { words: [], offset: 0, activeOnly: false, count: undefined } as const;

/** Of those that are stored no more are to be told than there are; a set of several versions may have a code in each. */
const requestOf = (among: Among) =>
  among ? { ...REQUEST, among, limit: Number.POSITIVE_INFINITY } : { ...REQUEST, limit: MAX_CODES };

async function setCodes(terminologies: Terminologies, name: string, among: Among): Promise<Codings> {
  const set = await terminologies.valueSet(name);
  if (!set) return (await elsewhere(terminologies, name)) ?? 'is not known here';
  try {
    const { members } = await expandSet(terminologies, set, requestOf(among));
    return members.map(({ system, concept }) => ({ system, code: concept.code }));
  } catch (error) {
    // Too many codes stay the error that they are; a set that can't be listed is the caller's mistake here.
    if (!(error instanceof FhirError) || error.status !== 422) throw error;
    return (await elsewhere(terminologies, set.url)) ?? `can't be used: ${error.message.replace(/\.$/, '')}`;
  }
}

/** As another server lists it. Errors: 503 when it is away, 413 for more codes than are searched for. */
async function elsewhere({ remote }: Terminologies, url: string): Promise<readonly Coding[] | undefined> {
  if (!remote || !/^https?:/.test(url)) return undefined;
  try {
    const codes = await remoteCodes(remote, url, MAX_CODES + 1);
    if (codes && codes.length > MAX_CODES)
      throw tooCostly(`More than ${MAX_CODES} codes are too many to search for at once.`);
    return codes;
  } catch (error) {
    if (!(error instanceof RemoteAway)) throw error;
    throw unavailable('The value set is not known here, and the terminology server does not answer.', error);
  }
}

async function hierarchyCodes(
  terminologies: Terminologies,
  system: string,
  code: string,
  direction: 'below' | 'above',
  among: Among,
): Promise<Codings> {
  const source = await terminologies.codeSystem(system);
  if (!source && system === SNOMED && direction === 'below')
    return (await elsewhere(terminologies, `${SNOMED}?fhir_vs=isa/${code}`)) ?? 'is not known here';
  if (!source || !(await source.find([code])).has(code)) return 'is not known here';
  const op = direction === 'below' ? 'is-a' : 'generalizes';
  const filter = [{ property: 'concept', op, value: code }];
  const include = [{ system, ...(source.version === undefined ? {} : { version: source.version }), filter }];
  const set = { resourceType: 'ValueSet', url: `urn:${direction}`, compose: { include } } as const;
  if (source.content !== 'complete') return 'is of a code system of which a part is held here only';
  const { members } = await expandSet(terminologies, set, requestOf(among));
  return members.map((each) => ({ system, code: each.concept.code }));
}
