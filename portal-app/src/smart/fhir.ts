/** The FHIR API under the session's token. One place turns its failures into words and retries an expired token once. */
import type { Bundle, CodeableConcept, Parameters, Resource } from '@medplum/fhirtypes';
import { Explained } from '../format/explained.ts';
import { type Text, t } from '../i18n/text.ts';
import type { AppConfig } from './config.ts';
import { type Asked, askFhir, ELSEWHERE, HttpFailure } from './fhir-http.ts';
import { type Offers, offersOf } from './offers.ts';
import { type Session, SignedOut } from './session.ts';

export interface FhirApi {
  /** Who is signed in, to FHIR: `Patient/…`, `RelatedPerson/…` or `Practitioner/…`. */
  readonly self: string;
  /** What the server says that it does: what it does not is left out. */
  readonly offers: Offers;
  read<T extends Resource>(type: T['resourceType'], id: string): Promise<T>;
  search<T extends Resource>(type: T['resourceType'], params: Record<string, string>): Promise<Page<T>>;
  /** What is at an address of the FHIR server. */
  get<T extends Resource>(url: string): Promise<T>;
  /** The page that a `next` link leads to. */
  follow<T extends Resource>(url: string): Promise<Page<T>>;
  /** Stores something new. `onlyIfNone`: criteria; where something matches already, that is returned instead (If-None-Exist). */
  create<T extends Resource>(resource: T, onlyIfNone?: string): Promise<T>;
  /**
   * Replaces the version that was read, and no other: a newer one is a FhirFailure with status 412 (If-Match). One that says just this already (its answer was lost,
   * now or before; another tab was quicker) is what was wanted.
   */
  update<T extends Resource>(resource: T): Promise<T>;
  /** An operation by POST: of a type, or of one resource where an id is given. `name` begins with `$`. */
  operation<T extends Resource>(call: OperationCall): Promise<T>;
  /** Stores new resources and replaces others, all or none. As for `update`: a newer version than one that was read is a FhirFailure with status 412 (If-Match), unless all that is replaced says just this already. */
  transact(changes: readonly Change[]): Promise<void>;
  /** Several reads and searches, in one request where the server takes batches; each answers for itself, and what the server does not offer is not asked for: there is none. */
  batch(searches: readonly string[], refused?: () => void): Promise<readonly BatchAnswer[]>;
  /** How many each of several searches finds, in one request (`_summary=count`); undefined: that one could not be counted. */
  counts(searches: readonly string[], refused?: () => void): Promise<readonly (number | undefined)[]>;
}

/** The same with a record open: what the pages of one patient are made with. */
export interface Fhir extends FhirApi {
  readonly patient: string;
}

/** A resource without an id is new, one with an id replaces the version that was read. */
export interface Change {
  readonly resource: Resource;
  /** urn:uuid, by which the others refer to it. */
  readonly fullUrl?: string;
  /** As for `create`. */
  readonly onlyIfNone?: string;
}

export interface OperationCall {
  readonly type: string;
  readonly id?: string;
  readonly name: string;
  readonly parameter: NonNullable<Parameters['parameter']>;
  /** Of the resource, as it was read: another is refused (412) where the server looks at it (If-Match). */
  readonly version?: string | undefined;
}

export interface Page<T> {
  readonly resources: readonly T[];
  readonly included: readonly Resource[];
  readonly next: string | undefined;
  /** How many there are on all pages; undefined where the search did not ask (`_total`). */
  readonly total?: number;
}

export type BatchAnswer = { readonly resources: readonly Resource[] } | { readonly failed: true };

/** What went wrong, in words that say what to do. */
export class FhirFailure extends Explained {
  readonly status: number;
  /** Of 429: seconds until it may be asked again; Infinity: not before something is taken back. */
  readonly retryAfter: number;
  constructor(status: number, retryAfter = 1, words = t(staffMessageFor(status) ?? messageFor(status))) {
    super(words);
    this.name = 'FhirFailure';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

function messageFor(status: number): Text {
  if (status === 403)
    return 'This was not shared with the portal. Sign out and in again, and leave it ticked.';
  if (status === 404 || status === 410) return 'This is not in your record, or no longer.';
  if (status === 412)
    return 'The clinic changed this at the same time. What you see now is theirs; please look at it, and save again.';
  return 'The record could not be reached. Nothing was lost; try again in a moment.';
}

/** What somebody of the clinic is told instead, by the app that is meant for them; undefined: the same as everybody. */
let staffMessageFor: (status: number) => Text | undefined = () => undefined;

export const callFailures = (words: typeof staffMessageFor): void => {
  staffMessageFor = words;
};

/** Of what was sent, or asked for too often: in words that come with the first of them. */
export const refusal = async (status: number, retryAfter?: number): Promise<FhirFailure> =>
  new FhirFailure(
    status,
    retryAfter,
    REFUSALS.has(status)
      ? await import('./refusal-words.ts').then(
          (words) => words.refusalWords(status, retryAfter),
          () => undefined,
        )
      : undefined,
  );

const REFUSALS: ReadonlySet<number> = new Set([400, 409, 422, 429]);

/** No new token could be fetched: that the sign-in is over is one thing, that nobody answers another. */
function unreachable(error: unknown): never {
  throw error instanceof SignedOut ? error : new FhirFailure(0);
}

/** `ended`: called when the session can't be renewed any more. */
export function createFhir(
  { fhirBaseUrl: baseUrl }: Pick<AppConfig, 'fhirBaseUrl'>,
  session: Session,
  ended: () => void,
): FhirApi {
  async function ask<T>(address: string, asked?: Asked): Promise<T> {
    try {
      return await attempted(address, asked);
    } catch (error) {
      if (error instanceof SignedOut) ended();
      throw error;
    }
  }

  async function attempted<T>(address: string, asked: Asked | undefined): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const token = await session.accessToken().catch(unreachable);
      try {
        return (await askFhir(baseUrl, token, address, asked)) as T;
      } catch (error) {
        const { status, retryAfter } = error instanceof HttpFailure ? error : new HttpFailure(0);
        if (status === ELSEWHERE)
          return attempted((await import('./next-link.ts')).atBase(address, baseUrl), asked);
        if (status !== 401) throw await refusal(status, retryAfter);
        if (attempt > 1) throw new SignedOut();
        session.forgetAccessToken();
      }
    }
  }

  const send = <T>(method: 'POST' | 'PUT', address: string, body: unknown, headers = {}): Promise<T> =>
    ask<T>(address, { method, body, headers });

  const askAll = (searches: readonly string[]): Promise<Bundle> =>
    send<Bundle>('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: searches.map((url) => ({ request: { method: 'GET' as const, url } })),
    });

  async function update<T extends Resource>(resource: T): Promise<T> {
    const address = `${resource.resourceType}/${resource.id}`;
    try {
      return await send<T>('PUT', address, resource, { 'if-match': `W/"${resource.meta?.versionId}"` });
    } catch (error) {
      if (!(error instanceof FhirFailure) || !mayBeDone(error.status)) throw error;
      const now = await ask<T>(address).catch(() => undefined);
      if (now === undefined || !(await import('./says-the-same.ts')).saysTheSame(now, resource)) throw error;
      return now;
    }
  }

  const offers = offersOf(session.known, session.granted);
  const isOffered = (address: string): boolean =>
    offers(address.split(/[/?]/)[0] ?? '', address.includes('?') ? 'search-type' : 'read');
  let takesBatches = session.known?.whole.includes('batch') ?? true;

  /** A server may have a type and not every way to search it: what it refuses is asked for plainly, and of what it does not search there is none. */
  async function searched(address: string): Promise<Bundle> {
    try {
      return await whole(await ask<Bundle>(address), address);
    } catch (error) {
      const status = statusOf(error);
      if (NOT_THERE.has(status)) return EMPTY;
      if (!REFUSED.has(status)) throw error;
      const { plainly, inOrder } = await import('./plain-search.ts');
      const plain = plainly(address);
      if (plain !== undefined) return whole(inOrder(await searched(plain), address), address);
      if (status === 501) return EMPTY;
      throw error;
    }
  }

  /** With what was to be included; most servers have done that themselves. */
  async function whole(bundle: Bundle, address: string): Promise<Bundle> {
    const { entry = [] } = bundle;
    if (!address.includes('_include') || entry.some(({ search }) => search?.mode === 'include'))
      return bundle;
    if (!REFERRING.test(JSON.stringify(entry))) return bundle;
    const { withIncluded } = await import('./included.ts');
    return withIncluded(bundle, address, { baseUrl, search: ask<Bundle>, read: ask<Resource> });
  }

  const askOne = (url: string, refused: () => void): Promise<BatchAnswer> =>
    (url.includes('?') ? searched(url) : ask<Resource>(url)).then(batchAnswer, (error: unknown) => {
      if (error instanceof SignedOut) throw error;
      if (statusOf(error) === 403) refused();
      return { failed: true } as const;
    });

  async function answersTo(urls: readonly string[], refused: () => void): Promise<readonly BatchAnswer[]> {
    const together = takesBatches ? await askAll(urls).catch(withoutBatches) : undefined;
    return Promise.all(
      urls.map((url, i) => {
        const answer = together?.entry?.[i];
        const status = Number(answer?.response?.status.slice(0, 3));
        const isRefused = url.includes('?') && (NOT_THERE.has(status) || REFUSED.has(status));
        if (status === 403) refused();
        if (!together || isRefused) return askOne(url, refused);
        const { resource } = answer ?? {};
        return resource?.resourceType === 'Bundle'
          ? whole(resource as Bundle, url).then(batchAnswer)
          : batchAnswer(resource);
      }),
    );
  }

  /** Of a server that says nothing of batches, or says what it does not do. */
  function withoutBatches(error: unknown): undefined {
    const status = statusOf(error);
    if (!NOT_THERE.has(status) && !REFUSED.has(status) && status !== 403) throw error;
    takesBatches = false;
  }

  return {
    offers,
    self: (session.fhirUser ?? `Patient/${session.patient}`).split('/').slice(-2).join('/'),
    read: (type, id) => ask(`${type}/${encodeURIComponent(id)}`),
    search: async (type, params) =>
      offers(type, 'search-type') ? pageOf(await searched(`${type}?${new URLSearchParams(params)}`)) : NONE,
    get: <T extends Resource>(url: string) =>
      url.includes('?') ? (searched(url) as Promise<Resource> as Promise<T>) : ask<T>(url),
    follow: async (url) => pageOf(await ask(url.startsWith('/') ? new URL(url, baseUrl).href : url)),
    create: (resource, onlyIfNone) =>
      send(
        'POST',
        resource.resourceType,
        resource,
        onlyIfNone === undefined ? {} : { 'if-none-exist': onlyIfNone },
      ),
    update,
    operation: ({ type, id, name, parameter, version }) =>
      send(
        'POST',
        [type, id, name].filter((each) => each !== undefined).join('/'),
        { resourceType: 'Parameters', parameter },
        version === undefined ? {} : { 'if-match': `W/"${version}"` },
      ),
    async transact(changes) {
      try {
        await send('POST', '', {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: changes.map(changeEntry),
        });
      } catch (error) {
        if (!(error instanceof FhirFailure) || !mayBeDone(error.status)) throw error;
        // Read first: without a network there is nothing to compare, nor what compares it.
        const replaced = changes.map(({ resource }) => resource).filter(({ id }) => id !== undefined);
        const now = await Promise.all(
          replaced.map(({ resourceType, id }) => ask<Resource>(`${resourceType}/${id}`)),
        ).catch(() => []);
        if (now.length === 0 || !(await import('./says-the-same.ts')).allSayTheSame(now, replaced))
          throw error;
      }
    },
    async batch(searches, refused = () => undefined) {
      const asked = searches.filter(isOffered);
      const answers = asked.length === 0 ? [] : await answersTo(asked, refused);
      return searches.map((url) => answers[asked.indexOf(url)] ?? { resources: [] });
    },
    async counts(searches, refused = () => undefined) {
      const answer = await askAll(searches);
      if (answer.entry?.some(({ response }) => response?.status?.startsWith('403'))) refused();
      return searches.map((_, i) => {
        const found = answer.entry?.[i]?.resource;
        return found?.resourceType === 'Bundle' ? found.total : undefined;
      });
    },
  };
}

/** Of an update: it is there in another version, nobody answered, or something between here and the server failed. */
const mayBeDone = (status: number): boolean => status === 412 || status === 0 || status >= 500;

/** Of a type that the server does not have, there is none. */
const NONE = { resources: [], included: [], next: undefined };
const EMPTY: Bundle = { resourceType: 'Bundle', type: 'searchset' };

const statusOf = (error: unknown): number => (error instanceof FhirFailure ? error.status : 0);

/** Elements that refer to what a page can't do without (included.ts). */
const REFERRING = /"(?:medicationReference|result|hasMember|endpoint|reference)":[[{]/;

/** There is no such address, or it takes no such method. */
const NOT_THERE: ReadonlySet<number> = new Set([404, 405]);
/** It is not understood, or not done. */
const REFUSED: ReadonlySet<number> = new Set([400, 422, 501]);

function changeEntry({ resource, fullUrl, onlyIfNone }: Change): object {
  const { resourceType, id, meta } = resource;
  const request =
    id === undefined
      ? {
          method: 'POST',
          url: resourceType,
          ...(onlyIfNone === undefined ? {} : { ifNoneExist: onlyIfNone }),
        }
      : { method: 'PUT', url: `${resourceType}/${id}`, ifMatch: `W/"${meta?.versionId}"` };
  return { ...(fullUrl === undefined ? {} : { fullUrl }), resource, request };
}

function pageOf<T extends Resource>(bundle: Bundle): Page<T> {
  const entries = bundle.entry ?? [];
  const of = (mode: string): Resource[] =>
    entries.flatMap(({ search, resource }) =>
      // A server that does not say which they are has put in matches only.
      (search?.mode ?? 'match') === mode && resource && !isWithdrawn(resource) ? [resource] : [],
    );
  return {
    resources: of('match') as T[],
    included: of('include'),
    next: bundle.link?.find((link) => link.relation === 'next')?.url,
    ...(bundle.total === undefined ? {} : { total: bundle.total }),
  };
}

/** Entered in error: on record that it was once said, but never true. No page may show it as a fact (FHIR R4, 2.4 modifier elements). */
export function isWithdrawn(resource: Resource): boolean {
  const { status, verificationStatus } = resource as {
    readonly status?: string;
    readonly verificationStatus?: CodeableConcept;
  };
  const codes = [status, ...(verificationStatus?.coding ?? []).map(({ code }) => code)];
  return codes.includes('entered-in-error');
}

/** What an answer holds; undefined: this part could not be read. */
export function listOf<T extends Resource>(answer: BatchAnswer | undefined): readonly T[] | undefined {
  return answer && 'resources' in answer ? (answer.resources as readonly T[]) : undefined;
}

/** Throws where this part could not be read: without it the rest would say what is not so. */
export function requiredListOf<T extends Resource>(answer: BatchAnswer | undefined): readonly T[] {
  const list = listOf<T>(answer);
  if (!list) throw new FhirFailure(0);
  return list;
}

function batchAnswer(resource: Resource | undefined): BatchAnswer {
  if (!resource || resource.resourceType === 'OperationOutcome') return { failed: true };
  if (resource.resourceType !== 'Bundle') return { resources: [resource] };
  const entries = resource.entry ?? [];
  return {
    resources: entries.flatMap((entry) =>
      entry.resource && !isWithdrawn(entry.resource) ? [entry.resource] : [],
    ),
  };
}
