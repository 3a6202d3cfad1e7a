/** What the role of whoever is signed in leaves of what the app was granted, as the server tells it (`[base]/$rights`, decision 40); and that nothing else is asked of it: each refusal stands in its audit log. */
import type { Parameters } from '@medplum/fhirtypes';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { type BatchAnswer, type FhirApi, FhirFailure } from './fhir.ts';

export interface Rights {
  /** `user/Task.cu`, `user/Task.rs?performer=…`: SMART's scopes. */
  readonly scopes: readonly string[];
  /** How many patients may be written to at once; undefined: none. */
  readonly broadcasts: number | undefined;
  /** For how many minutes a record opens in an emergency; undefined: none does. */
  readonly emergency: number | undefined;
  /** Sees how exchange with others does. */
  readonly oversight: boolean;
}

/** How long what was told is taken to hold: roles change while one is signed in. */
export const RIGHTS_HOLD_MS = 60_000;

const OPERATION = '$rights';

/** null: the server does not tell, or can't just now; then it is asked, and says no itself. */
export const rightsQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['own-roles', fhir.self, 'rights'],
    staleTime: RIGHTS_HOLD_MS,
    networkMode: 'always',
    retry: false,
    queryFn: async (): Promise<Rights | null> => {
      try {
        return rightsOf(await fhir.get<Parameters>(OPERATION));
      } catch (error) {
        if (error instanceof FhirFailure && NOT_TOLD.has(error.status)) return null;
        throw error;
      }
    },
  });

/** There is no such operation. */
const NOT_TOLD: ReadonlySet<number> = new Set([400, 404, 405, 501]);

export function rightsOf({ parameter = [] }: Parameters): Rights {
  const one = (name: string) => parameter.find((each) => each.name === name);
  return {
    scopes: parameter.flatMap(({ name, valueString }) => (name === 'scope' ? (valueString ?? []) : [])),
    broadcasts: one('broadcasts')?.valueInteger,
    emergency: one('emergency')?.valueInteger,
    oversight: one('oversight')?.valueBoolean === true,
  };
}

/** Of the type as a whole, or of some of it. `letter`: one of SMART's `cruds`. */
export const may = ({ scopes }: Pick<Rights, 'scopes'>, type: string, letter: string): boolean =>
  scopes.some((scope) => {
    const [, its, letters = ''] = /^\w+\/([A-Za-z]+|\*)\.(\w+)/.exec(scope) ?? [];
    return (its === type || its === '*') && letters.includes(letter);
  });

/** Not of some of them alone: without a filter. */
export const mayAll = ({ scopes }: Rights, type: string, letter: string): boolean =>
  may({ scopes: scopes.filter((scope) => !scope.includes('?')) }, type, letter);

/**
 * The same, without what would be refused: a part of a batch has failed, as it would have, and the rest is asked. What is refused all the same is the word that rights
 * have changed: they are asked for again.
 */
export function withinRights(api: FhirApi, queries: QueryClient): FhirApi {
  const fhir = noticing(api, () => queries.invalidateQueries({ queryKey: rightsQuery(api).queryKey }));
  const rights = (): Promise<Rights | null> => queries.ensureQueryData(rightsQuery(api)).catch(() => null);
  const isAllowed = (known: Rights | null, address: string): boolean => {
    const [type = ''] = address.split(/[/?]/);
    return known === null || may(known, type, address.includes('?') ? 's' : 'r');
  };
  const require = async (address: string): Promise<void> => {
    if (address !== fhir.self && !isAllowed(await rights(), address)) throw new FhirFailure(403);
  };
  const requireWrite = async (type: string, letter: 'c' | 'u'): Promise<void> => {
    const known = await rights();
    if (known !== null && !may(known, type, letter)) throw new FhirFailure(403);
  };
  /** `ask` of those that are allowed; `otherwise` is the answer to each of the others. */
  async function each<T>(
    searches: readonly string[],
    ask: (some: readonly string[]) => Promise<readonly T[]>,
    otherwise: T,
  ): Promise<readonly T[]> {
    const known = await rights();
    const asked = searches.filter((address) => isAllowed(known, address));
    const answers = asked.length === 0 ? [] : await ask(asked);
    return searches.map((address) => {
      const at = asked.indexOf(address);
      return at === -1 ? otherwise : (answers[at] as T);
    });
  }
  return {
    ...fhir,
    async read(type, id) {
      await require(`${type}/${id}`);
      return fhir.read(type, id);
    },
    async search(type, params) {
      await require(`${type}?`);
      return fhir.search(type, params);
    },
    async create(resource, onlyIfNone) {
      await requireWrite(resource.resourceType, 'c');
      return fhir.create(resource, onlyIfNone);
    },
    async update(resource) {
      await requireWrite(resource.resourceType, 'u');
      return fhir.update(resource);
    },
    batch: (searches) => each<BatchAnswer>(searches, (some) => fhir.batch(some), { failed: true }),
    counts: (searches) => each<number | undefined>(searches, (some) => fhir.counts(some), undefined),
  };
}

/** The same, calling `refused` for whatever the server refuses, but for the question of what it allows. */
function noticing(api: FhirApi, refused: () => Promise<unknown>): FhirApi {
  const heard = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof FhirFailure && error.status === 403) void refused();
      throw error;
    }
  };
  return {
    ...api,
    read: (type, id) => heard(api.read(type, id)),
    search: (type, params) => heard(api.search(type, params)),
    get: (url) => (url === OPERATION ? api.get(url) : heard(api.get(url))),
    follow: (url) => heard(api.follow(url)),
    create: (resource, onlyIfNone) => heard(api.create(resource, onlyIfNone)),
    update: (resource) => heard(api.update(resource)),
    operation: (call) => heard(api.operation(call)),
    transact: (changes) => heard(api.transact(changes)),
    // Of what is asked together, each part is refused by itself.
    batch: (searches) => heard(api.batch(searches, () => void refused())),
    counts: (searches) => heard(api.counts(searches, () => void refused())),
  };
}
