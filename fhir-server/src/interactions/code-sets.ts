/** `:in`, `:not-in`, `:above` and `:below` over all terminology that is known: what a search names is looked up, and the search read again. */
import { type Coding, FhirError, invalid, tooCostly, unavailable } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { createBreath } from '../breath.ts';
import type { CodeSets } from '../search/parse-context.ts';
import { MAX_CODES } from '../search/types/code-sets.ts';
import { expandSet } from '../terminology/expand.ts';
import { RemoteAway } from '../terminology/remote.ts';
import { remoteCodes } from '../terminology/remote-answers.ts';
import type { Terminologies } from '../terminology/terminologies.ts';
import type { Services } from './request.ts';

const SNOMED = 'http://snomed.info/sct';
/** Value sets and hierarchies of one search. */
const MAX_LOOKED_UP = 20;

/** Code systems of one search of which is asked whether case counts; of more it is not known. */
const MAX_CASES = 50;

/** Thrown while a search is read: this is to be looked up first. */
class UnknownCodes extends Error {
  readonly key: string;
  readonly find: (terminologies: Terminologies) => Promise<readonly Coding[] | string>;
  constructor(key: string, find: UnknownCodes['find']) {
    super(key);
    this.key = key;
    this.find = find;
  }
}

/** Under the caller's access. Errors: 400 for more than can be looked up for one search. */
export async function withCodeSets<T>(
  services: Services,
  access: AccessContext,
  read: (codeSets: CodeSets) => T,
): Promise<T> {
  const known = new Map<string, readonly Coding[] | string>();
  const codesOf = (key: string, find: UnknownCodes['find']): readonly Coding[] | string => {
    const found = known.get(key);
    if (found === undefined) throw new UnknownCodes(key, find);
    return found;
  };
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
    inSet: (name) => codesOf(`in ${name}`, (all) => setCodes(all, name)),
    hierarchy(system, code, direction) {
      const found = codesOf(`${direction} ${system}|${code}`, (all) =>
        hierarchyCodes(all, system, code, direction),
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
      if (known.size >= MAX_LOOKED_UP)
        throw invalid(`A search may name ${MAX_LOOKED_UP} value sets and hierarchies at most.`);
      known.set(error.key, await error.find(services.repository.terminologies(access)));
    }
  }
}

const REQUEST = { words: [], offset: 0, activeOnly: false, limit: MAX_CODES } as const;

async function setCodes(terminologies: Terminologies, name: string): Promise<readonly Coding[] | string> {
  const set = await terminologies.valueSet(name);
  if (!set) return (await elsewhere(terminologies, name)) ?? 'is not known here';
  try {
    const { members } = await expandSet(terminologies, set, { ...REQUEST, count: undefined });
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
): Promise<readonly Coding[] | string> {
  const source = await terminologies.codeSystem(system);
  if (!source && system === SNOMED && direction === 'below')
    return (await elsewhere(terminologies, `${SNOMED}?fhir_vs=isa/${code}`)) ?? 'is not known here';
  if (!source || !(await source.find([code])).has(code)) return 'is not known here';
  const op = direction === 'below' ? 'is-a' : 'generalizes';
  const filter = [{ property: 'concept', op, value: code }];
  const include = [{ system, ...(source.version === undefined ? {} : { version: source.version }), filter }];
  const set = { resourceType: 'ValueSet', url: `urn:${direction}`, compose: { include } } as const;
  if (source.content !== 'complete') return 'is of a code system of which a part is held here only';
  const { members } = await expandSet(terminologies, set, { ...REQUEST, count: undefined });
  return members.map((each) => ({ system, code: each.concept.code }));
}
