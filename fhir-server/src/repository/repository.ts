/**
 * The only door to data: access, validation, indexing and integrity are applied to every call, so that no path can forget them. The access
 * context is a required argument everywhere.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FoundCoding, forbidden, gone, type Issue, notFound, type OriginOf } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { readCondition, requireReadCondition, seenCondition } from '../access/read-condition.ts';
import { restrict } from '../access/restrict.ts';
import { PAGE_ROOM } from '../page-room.ts';
import { makeReferencesLocal } from '../search/own-references.ts';
import type { SearchRequest } from '../search/parse-search.ts';
import { and, type Cursor, none, type QueryNode, type SearchQuery } from '../search/query.ts';
import { queryText } from '../search/query-parameters.ts';
import type { ResourceStore, SearchPage, StoredVersion, WriteOperation } from '../store/store.ts';
import { answerQuestions, codeNotes, decided } from '../terminology/answer-questions.ts';
import { createTerminologies, type LoadedSystems, type Terminologies } from '../terminology/terminologies.ts';
import { answerIssues } from './checks/check-answers.ts';
import { closerIssues } from './checks/check-within.ts';
import { allTerminologies, readableCanonicals } from './checks/known-terminology.ts';
import { ownRuleIssues } from './checks/own-rules.ts';
import {
  type FoundDefinitions,
  type NamedDefinition,
  storedDefinitions,
} from './checks/stored-definitions.ts';
import { createPatientLimits } from './limits/patient-limits.ts';
import { nameOf } from './names.ts';
import { referrersOf } from './record-referrers.ts';
import type { RepositoryOptions } from './repository-options.ts';
import { transactReviving } from './reviving.ts';
import {
  isOvertaken,
  originAmong,
  overtaken,
  preparationError,
  readError,
  writeError,
} from './store-faults.ts';
import { criteriaBudget } from './subscription-writes.ts';
import type { ResourceJson } from './text/resource-text.ts';
import { isVisible, type ShownHistory, visibleAmong, visibleHistory } from './version-visibility.ts';
import { type NamedVersion, versionsSeen } from './versions-seen.ts';
import { onlyOwner, withImpliedOwner } from './whose/implied-owner.ts';
import { createOwnerReach } from './whose/owner-reach.ts';
import { foundIn, foundOf, lookThrough, ownersOfVersion, patientsOf } from './whose/patients-of.ts';
import { toldOfWrites } from './whose/told-of-writes.ts';
import { wasOvertaken } from './writes/carried-labels.ts';
import { prepareWrites } from './writes/prepare-writes.ts';
import { settleReferences } from './writes/settle-references.ts';
import { refusal, requireAccepted } from './writes/would-write.ts';
import type { Write } from './writes/write.ts';
import { writeAfter } from './writes/write-after.ts';

export interface WrittenVersion {
  readonly outcome: 'created' | 'updated' | 'deleted' | 'found' | 'absent';
  readonly version: StoredVersion | undefined;
}

export interface HistoryRequest {
  readonly type?: string;
  readonly id?: string;
  readonly count: number;
  readonly since?: number;
  readonly at?: { readonly from: number; readonly to: number };
  readonly after?: Cursor;
  readonly backward?: boolean;
}

type Asked = Pick<SearchRequest, 'type' | 'where' | 'sort' | 'count' | 'after' | 'total'> &
  Partial<Pick<SearchRequest, 'backward'> & Pick<SearchQuery, 'room'>>;

export interface Repository {
  readonly baseUrl: string;
  readonly supportsTransactions: boolean;
  /** Whether references must lead to something that is there. */
  readonly enforcesReferences: boolean;
  /** The live version. Errors: 403, 404 (also when it is not theirs), 410. */
  read(access: AccessContext, type: string, id: string): Promise<StoredVersion>;
  vread(access: AccessContext, type: string, id: string, version: number): Promise<StoredVersion>;
  /** Whether the caller may read it, or might have before it was deleted; leaves no row in the audit log. */
  sees(
    access: AccessContext,
    resource: { readonly type: string; readonly id: string; readonly version?: number | undefined },
  ): Promise<boolean>;
  /** Of each of these versions, deletions too, whether the caller may be told of it, as `sees` says: undefined where not. What is told whole is noted by `noteVersions`. */
  versionsSeen(
    access: AccessContext,
    named: readonly NamedVersion[],
  ): Promise<readonly (StoredVersion | undefined)[]>;
  /** Versions are noted in the audit log like those of `vread`. */
  noteVersions(access: AccessContext, versions: readonly StoredVersion[]): Promise<void>;
  /** A version that is there and the caller may see; like `sees`, and like `include` it is told by `noteIncluded`. */
  includedVersion(
    access: AccessContext,
    type: string,
    id: string,
    version: number,
  ): Promise<StoredVersion | undefined>;
  history(access: AccessContext, request: HistoryRequest): Promise<ShownHistory>;
  /** `room`: for whoever goes on with `next`, or shows a page. */
  search(
    access: AccessContext,
    request: Asked & Partial<Pick<SearchRequest, 'applied'>>,
  ): Promise<SearchPage>;
  /** A page of what a search may include. What the answer then holds is to be told by `noteIncluded`. */
  include(
    access: AccessContext,
    type: string,
    where: QueryNode,
    page: Pick<SearchRequest, 'count' | 'after'> & Pick<SearchQuery, 'room'>,
  ): Promise<SearchPage>;
  /** Included resources are noted in the audit log like matches. */
  noteIncluded(access: AccessContext, resources: readonly StoredVersion[]): Promise<void>;
  /** Everything of one type that satisfies the condition, up to `limit`, under the caller's access. For the server's own look-ups. */
  find(
    access: AccessContext,
    type: string,
    where: QueryNode,
    limit: number,
  ): Promise<readonly StoredVersion[]>;
  /** What an operation will write for the caller, held to what they may write themselves: references in one form, to what they may read (R10), by their names. */
  settle(access: AccessContext, interaction: 'c' | 'u', resource: ResourceJson): Promise<void>;
  /** All or nothing, in order. `originOf` says of a write what errors should name: the entry of a Bundle, or the header that it came in. */
  write(
    access: AccessContext,
    writes: readonly Write[],
    originOf?: OriginOf,
  ): Promise<readonly WrittenVersion[]>;
  /** Live resources that refer to a Patient by what they are found by, or lie in their record: so many at most, as far as the caller may read them. */
  referrers(
    access: AccessContext,
    patient: string,
    limit: number,
  ): Promise<{ readonly found: readonly StoredVersion[]; readonly unseen: number }>;
  /** What would newly refer to the Patient waits until the work is done. */
  whileHeld<T>(patient: string, work: () => Promise<T>): Promise<T>;
  /** What `write` would be refused for, by all that it is checked by but the counts of what a patient may make; nothing is written. */
  refusal(access: AccessContext, writes: readonly Write[], originOf?: OriginOf): Promise<readonly Issue[]>;
  /** Throws that: for what an operation will write beside what only it may. */
  requireAccepted(access: AccessContext, writes: readonly Write[], originOf?: OriginOf): Promise<void>;
  /** What is wrong with the answers of a QuestionnaireResponse, by its Questionnaire; [] for other resources. */
  answerIssues(resource: ResourceJson): Promise<Issue[]>;
  /**
   * What is wrong with a MeasureReport by its Measure, as far as the caller may read that, and with answers and reports inside of a resource by what they name, which may stand
   * beside them.
   */
  closerIssues(access: AccessContext, resource: ResourceJson): Promise<Issue[]>;
  /** What it would be refused for when it is written, whoever writes it (checks/own-rules.ts). */
  ownRuleIssues(access: AccessContext, resource: ResourceJson): Promise<readonly Issue[]>;
  /** Definitions that are stored here, as far as the caller may read them (stored-definitions.ts). */
  definitions(access: AccessContext, named: readonly NamedDefinition[]): Promise<FoundDefinitions>;
  /** What a validator could not tell of codes, told as far as all terminology here can; definitions are no patient's data. */
  settled(issues: readonly Issue[]): Promise<Issue[]>;
  /** What a validation finds where its course hangs on codes that it can't tell of: it is done again with the answers. */
  decided(validate: Parameters<typeof decided>[1]): Promise<readonly Issue[]>;
  /** Notes on codes and displays. */
  codeNotes(codings: readonly FoundCoding[]): Promise<Issue[]>;
  /** Code systems in tables, the last loaded first. */
  loadedSystems(): ReturnType<LoadedSystems['all']>;
  /** Whether a code system that is known here says that case counts; of those whose searches follow a fixed rule it is not asked. */
  isCaseSensitive(system: string): Promise<boolean>;
  /** The different codes under a token parameter, whosever they are: to ask a search with, never to be shown. undefined: more than `most`. */
  codesOf: ResourceStore['codesOf'];
  /** Terminology with what is stored here and the caller may read. */
  terminologies(access: AccessContext): Terminologies;
  /** What people call what a reference leads to. For those who may know of it. */
  nameOf(reference: string): Promise<string | undefined>;
  newId(): string;
}

export function createRepository(store: ResourceStore, options: RepositoryOptions): Repository {
  const reach = createOwnerReach(store, () => performance.now());
  const limits = createPatientLimits(store, () => Date.now());
  const known = (): Terminologies => allTerminologies(store, options.terminology ?? {}, options.baseUrl);
  const readable = (access: AccessContext) =>
    readableCanonicals((type, where, limit) => repository.find(access, type, where, limit), options.baseUrl);

  async function search(access: AccessContext, request: Asked): Promise<SearchPage> {
    const asked = withImpliedOwner(request.type, restrict(access, request.where));
    const owner = onlyOwner(request.type, asked);
    const granted = requireReadCondition(access, request.type, 's', owner);
    const condition = owner === undefined ? granted : await reach.ofOwner(granted, owner);
    const where = and(asked, condition);
    return told(
      store.search({
        type: request.type,
        where,
        sort: request.sort,
        count: request.count,
        // Drawn from rows of others it would tell of them.
        total: request.total === 'estimate' && condition.kind !== 'all' ? 'accurate' : request.total,
        ...(request.after ? { after: request.after } : {}),
        ...(request.backward ? { backward: true } : {}),
        ...(request.room === undefined ? {} : { room: request.room }),
        ...(request.type === 'Patient' ? { granted: condition } : {}),
      }),
    );
  }

  /** Of staff: once it is known whose it is, only that patient's relations and Consents need be asked, and the answer holds for a while. */
  async function readVisible(
    access: AccessContext,
    type: string,
    id: string,
  ): Promise<StoredVersion | undefined> {
    const visible = requireReadCondition(access, type, 'r');
    if (!access.staff || visible.kind === 'all') return store.read(type, id, visible);
    const found = await store.read(type, id);
    const owners = found?.body === undefined ? [] : ownersOfVersion(found);
    if (owners.length !== 1) return store.read(type, id, visible);
    const [owner = ''] = owners;
    const condition = await reach.ofOwner(requireReadCondition(access, type, 'r', owner), owner);
    return condition.kind === 'all' ? found : store.read(type, id, condition);
  }

  const repository: Repository = {
    baseUrl: options.baseUrl,
    supportsTransactions: store.supports.transactions,
    enforcesReferences: options.referenceIntegrity,
    newId: randomUUID,
    nameOf: (reference) => told(nameOf(store, reference)),
    answerIssues: (resource) => told(answerIssues({ store, baseUrl: options.baseUrl }, resource)),
    closerIssues: (access, resource) =>
      told(closerIssues({ store, baseUrl: options.baseUrl }, readable(access), resource)),
    ownRuleIssues: (access, resource) =>
      told(
        ownRuleIssues(resource, {
          store,
          subscriptions: options.subscriptions,
          budget: criteriaBudget(access),
        }),
      ),
    definitions: (access, named) => told(storedDefinitions(readable(access), named)),
    settled: (issues) => told(answerQuestions(known(), issues)),
    decided: (validate) => told(decided(known(), validate)),
    codeNotes: (codings) => told(codeNotes(known(), codings)),
    loadedSystems: async () => (await options.terminology?.loaded?.all()) ?? [],
    isCaseSensitive: async (system) => (await told(known().codeSystem(system)))?.caseSensitive === true,
    codesOf: (type, param, most) => told(store.codesOf(type, param, most)),
    terminologies: (access) => createTerminologies(readable(access), options.terminology ?? {}),

    async search(access, request) {
      const page = await search(access, request);
      const { type, applied } = request;
      const one = onlyOwner(type, withImpliedOwner(type, request.where));
      const query = applied ? { query: queryText(applied) } : {};
      await told(lookThrough(store, access, page.matches));
      const found = one === undefined ? foundOf(access, page.matches) : foundIn(access, page.matches, one);
      for (const each of found)
        access.trail?.note({ action: 'E', interaction: 'search-type', type, ...each, ...query });
      return page;
    },

    async include(access, type, where, page) {
      return search(access, { type, where, sort: NEWEST_FIRST, total: 'none', ...page });
    },

    async noteIncluded(access, resources) {
      await told(lookThrough(store, access, resources));
      for (const [type, found] of Map.groupBy(resources, (each) => each.type))
        for (const each of foundOf(access, found))
          if (each.patients.length > 0)
            access.trail?.note({ action: 'E', interaction: 'search-type', type, ...each });
    },

    async read(access, type, id) {
      const found = await told(readVisible(access, type, id));
      if (!found) throw notFound(type, id);
      if (found.body === undefined) throw gone(type, id);
      await noteRead(access, 'read', [found]);
      return found;
    },

    async vread(access, type, id, version) {
      const visible = requireReadCondition(access, type, 'r');
      const found = await told(store.vread(type, id, version, visible));
      if (!found || !(await told(isVisible(store, found, visible, options.baseUrl))))
        throw notFound(type, id);
      if (found.body === undefined) throw gone(type, id);
      await noteRead(access, 'vread', [found]);
      return found;
    },

    async sees(access, { type, id, version }) {
      const visible = seenCondition(access, type);
      if (!visible) return false;
      const current = await told(store.read(type, id, visible));
      if (!current || version === undefined || version === current.version) return current !== undefined;
      const former = await told(store.vread(type, id, version, visible));
      return former !== undefined && (await told(isVisible(store, former, visible, options.baseUrl)));
    },

    versionsSeen: (access, named) => told(versionsSeen(store, access, named, options.baseUrl)),
    noteVersions: (access, versions) => noteRead(access, 'vread', versions),

    async includedVersion(access, type, id, version) {
      const visible = seenCondition(access, type);
      if (!visible) return undefined;
      const found = await told(store.vread(type, id, version, visible));
      if (!found?.body || !(await told(isVisible(store, found, visible, options.baseUrl)))) return undefined;
      return found;
    },

    async history(access, request) {
      const visible = requireReadCondition(
        access,
        request.type ?? 'Resource',
        request.id === undefined ? 's' : 'r',
      );
      // The history of a type or of the system is for those who may read all of it: rule R8 of docs/SECURITY.md.
      if (request.id === undefined && visible.kind !== 'all') {
        throw forbidden('The history of a type or of the system needs unrestricted read access.');
      }
      const { type, id } = request;
      if (type !== undefined && id !== undefined && !(await told(store.read(type, id, visible))))
        throw notFound(type, id);
      const scope = { ...request, room: PAGE_ROOM, ...(type === undefined ? {} : { visible }) };
      const page = await told(
        visible.kind === 'all'
          ? store.history(scope)
          : visibleHistory(store, { ...request, visible }, options.baseUrl),
      );
      const conditionOf = (each: string) => readCondition(access, each, 's') ?? none;
      const versions =
        type === undefined
          ? await told(visibleAmong(store, page.versions, conditionOf, options.baseUrl))
          : page.versions;
      await told(lookThrough(store, access, versions));
      const kind = request.id !== undefined ? 'instance' : request.type === undefined ? 'system' : 'type';
      access.trail?.note({
        action: 'R',
        interaction: `history-${kind}`,
        type: request.type ?? 'Resource',
        patients: patientsOf(access, versions),
        ...(request.id === undefined ? {} : { id: request.id }),
      });
      return { ...page, versions };
    },

    async find(access, type, where, limit) {
      const page = await search(access, {
        type,
        where,
        sort: NEWEST_FIRST,
        count: limit,
        after: undefined,
        total: 'none',
      });
      return page.matches;
    },

    async settle(access, interaction, resource) {
      makeReferencesLocal(resource, options.baseUrl);
      await told(settleReferences({ store, access, find: repository.find, reach }, interaction, resource));
    },

    referrers: (access, patient, limit) => told(referrersOf(store, repository.find, access, patient, limit)),

    async whileHeld(patient, work) {
      const held = await told(store.hold('Patient', patient));
      try {
        return await work();
      } finally {
        // Whoever waits goes on by themselves after a while.
        await held.letGo().catch(() => undefined);
      }
    },

    refusal: (access, writes, originOf) =>
      told(refusal({ store, options, access, find: repository.find, reach }, writes, originOf)),

    requireAccepted: (access, writes, originOf) =>
      told(requireAccepted({ store, options, access, find: repository.find, reach }, writes, originOf)),

    write: (access, writes, originOf) =>
      told(
        limits.within(access, writes, () => writeAll(access, writes, originOf)),
        // Of the places of who writes, which are in the store too.
        (error) => writeError(error, []),
      ),
  };

  async function writeAll(
    access: AccessContext,
    writes: readonly Write[],
    originOf: OriginOf | undefined,
  ): Promise<readonly WrittenVersion[]> {
    // Preparing sets what the server says in `meta`: another try begins with what came.
    const metas = writes.map((write) => (write.interaction === 'delete' ? undefined : write.resource.meta));
    for (let attempt = 1; ; attempt++) {
      try {
        return await writeOnce(access, writes, originOf);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        if (attempt === MAX_OVERTAKEN) throw error.cause;
        await sleep(attempt * Math.random());
        for (const [i, write] of writes.entries()) {
          if (write.interaction === 'delete') continue;
          if (metas[i] === undefined) delete write.resource.meta;
          else write.resource.meta = metas[i];
        }
      }
    }
  }

  async function writeOnce(
    access: AccessContext,
    writes: readonly Write[],
    originOf: OriginOf | undefined,
  ): Promise<readonly WrittenVersion[]> {
    const operations = await told(
      prepareWrites({ store, options, access, find: repository.find, reach }, writes, originOf).then((all) =>
        toldOfWrites(store, access, all),
      ),
      preparationError,
    );
    const written = await transactAll(access, operations, writes.length, originOf);
    options.written?.();
    if (operations.some(({ type }) => type === 'SearchParameter')) await options.searchParametersChanged?.();
    for (const [i, result] of written.entries()) await noteWrite(access, result, operations[i]);
    return written.slice(0, writes.length);
  }

  /** What is told beside the writes goes with them where the store can; where it can't, after them. */
  async function transactAll(
    access: AccessContext,
    operations: readonly WriteOperation[],
    writes: number,
    originOf: OriginOf | undefined,
  ): Promise<readonly WrittenVersion[]> {
    if (store.supports.transactions || operations.length === writes)
      return transact(access, operations, originOf, writes);
    const written = [...(await transact(access, operations.slice(0, writes), originOf))];
    for (const each of operations.slice(writes)) {
      const after = await writeAfter(store, each, access.trail?.by, options.leftOut);
      written.push(...(after as readonly WrittenVersion[]));
    }
    return written;
  }

  async function transact(
    access: AccessContext,
    operations: readonly WriteOperation[],
    originOf: OriginOf | undefined,
    writes = operations.length,
  ): Promise<readonly WrittenVersion[]> {
    try {
      const by = access.trail?.by;
      return (await transactReviving(store, operations, by)) as readonly WrittenVersion[];
    } catch (error) {
      const isBeside = isOvertaken(error, writes);
      const told = isBeside ? overtaken() : writeError(error, operations, originAmong(writes, originOf));
      throw isBeside || wasOvertaken(error, operations) ? new Overtaken(told) : told;
    }
  }

  async function noteWrite(
    access: AccessContext,
    { outcome, version: written }: WrittenVersion,
    operation: WriteOperation | undefined,
  ): Promise<void> {
    if (!written || !access.trail) return;
    if (store.supports.accounts && outcome !== 'found') {
      access.trail.accounted();
      return;
    }
    const { type, id, version } = written;
    const action = ACTIONS[outcome];
    const patients =
      operation?.kind === 'create' || operation?.kind === 'update'
        ? [...(operation.patients ?? operation.entries.owners)]
        : await ownersBefore(access, written);
    access.trail.note({ action, interaction: INTERACTIONS[action], type, id, version, patients });
  }

  /** A deletion has no body to say whose record it was: the version before it has. It stands whether or not that can be read. */
  async function ownersBefore(
    access: AccessContext,
    { type, id, version }: StoredVersion,
  ): Promise<readonly string[]> {
    const before = await store.vread(type, id, version - 1, { kind: 'all' }).catch(() => undefined);
    if (before?.body !== undefined) return patientsOf(access, [before]);
    return type === 'Patient' ? [id] : [];
  }

  async function noteRead(
    access: AccessContext,
    interaction: string,
    versions: readonly StoredVersion[],
  ): Promise<void> {
    await told(lookThrough(store, access, versions));
    for (const found of versions) {
      const { type, id, version } = found;
      const patients = patientsOf(access, [found]);
      access.trail?.note({ action: 'R', interaction, type, id, version, patients });
    }
  }

  return repository;
}

/** What was written meanwhile is read, and it is prepared again, so often. */
const MAX_OVERTAKEN = 30;

class Overtaken extends Error {
  constructor(cause: unknown) {
    super('what was prepared was overtaken', { cause });
    this.name = 'Overtaken';
  }
}

const NEWEST_FIRST: SearchRequest['sort'] = [{ by: 'mainDate', descending: true }];

/** What the store answers, or why it does not. */
async function told<T>(answer: Promise<T>, errorOf = readError): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw errorOf(error);
  }
}

const ACTIONS = { created: 'C', updated: 'U', deleted: 'D', found: 'E', absent: 'D' } as const;
const INTERACTIONS = { C: 'create', U: 'update', D: 'delete', E: 'search-type' } as const;
