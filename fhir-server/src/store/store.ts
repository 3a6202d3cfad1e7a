/**
 * The port to the database. Two adapters implement it, one contract suite (contract/) states each promise made here.
 * Adapters know no FHIRPath, no HTTP and no access rules: they get entries and query trees, and give back stored facts.
 */
import type { IndexEntries } from '../search/index-entry.ts';
import type { Cursor, QueryNode, SearchQuery } from '../search/query.ts';

/** One version of a resource as it is stored. `body` is the JSON text, `meta.versionId` and `meta.lastUpdated` included; a deletion has none. */
export interface StoredVersion {
  readonly type: string;
  readonly id: string;
  /** 1, 2, 3 …: no gaps, a deletion counts as a version. */
  readonly version: number;
  /** Milliseconds since the epoch; never less than that of an earlier version of the same resource, whatever clocks say. */
  readonly lastUpdated: number;
  /** 'update-create': an update that made the first live version. */
  readonly method: 'create' | 'update-create' | 'update' | 'delete';
  readonly body: string | undefined;
}

/**
 * A resource's JSON text cut in two where `"versionId":"…","lastUpdated":"…"` belongs inside `meta`: only the store, inside its
 * transaction, knows both. The stored body is `before + that + after`. See repository/text/resource-text.ts.
 */
export interface ResourceText {
  readonly before: string;
  readonly after: string;
}

interface Operation {
  readonly type: string;
  readonly id: string;
}

/** What makes a version. */
interface Writing extends Operation {
  /** Ids of the Patients whose record it is written in, for `writes` alone; undefined: its owners (`entries.owners`), of a deletion those it had. */
  readonly patients?: readonly string[];
}

export type WriteOperation = CreateOperation | UpdateOperation | DeleteOperation | ReindexOperation;

/** Stores a new resource. Fails with `exists` when the id was ever used. */
export interface CreateOperation extends Writing {
  readonly kind: 'create';
  readonly text: ResourceText;
  readonly entries: IndexEntries;
  /** Conditional create: one live match of this type = nothing is written and the match is the result; several = `multiple-matches`, where those that are marked as replaced do not count. */
  readonly ifNoneExist?: QueryNode;
  /** `Type/id` references that must lead to a live resource when the transaction is done; else `reference-missing`. */
  readonly requires?: readonly string[];
  /** `Type/id`: none of these may be marked as replaced (`REPLACED`) when the transaction is done; else `reference-replaced`. While one is held, this waits. */
  readonly uses?: readonly string[];
}

/** Writes the next version, or the first one where the id is new or deleted. */
export interface UpdateOperation extends Writing {
  readonly kind: 'update';
  readonly text: ResourceText;
  readonly entries: IndexEntries;
  /** If-Match: the live version must be this one; else `version-mismatch`. 0 = there must be no live version. */
  readonly expectedVersion?: number;
  /** The live version, where there is one, must satisfy this; else `not-found`. The writer's access condition. */
  readonly visible?: QueryNode;
  /** Conditional update that found nothing: no live resource of this type may match (else `matched`), and none be under the id (else `exists`). */
  readonly ifNoneExist?: QueryNode;
  readonly requires?: readonly string[];
  /** As of a create. */
  readonly uses?: readonly string[];
  /** Takes the mark `REPLACED` away; without this a live version that has it is followed by none without (`replaced`). */
  readonly revives?: boolean;
  /**
   * Refuse with `still-referenced` when a live resource refers here, or lies in its record, that is neither written in this transaction nor in one of these versions: whoever
   * takes it out of use has seen all that used it.
   */
  readonly unlessReferredToBeside?: readonly Referrer[];
}

export interface Referrer extends Operation {
  readonly version: number;
}

/** Deletes the live version; where there is none, nothing happens and the result says so. */
export interface DeleteOperation extends Writing {
  readonly kind: 'delete';
  readonly expectedVersion?: number;
  readonly visible?: QueryNode;
  /** Refuse with `still-referenced` when a live resource outside this transaction's deletions refers here. */
  readonly unlessReferenced?: boolean;
  /** Of resources of these Patients (ids) only; undefined: of anybody's. What refers here and is written in the same transaction always counts. */
  readonly referrersOf?: readonly string[];
}

export interface Referrers {
  /** Of these Patients (ids) alone; undefined: anybody's. */
  readonly owners?: readonly string[] | undefined;
  /** `Type/id` of those that do not count. */
  readonly except: readonly string[];
}

/** Replaces what the live version is found by; makes no version. Where `version` is no longer the live one, nothing happens. */
export interface ReindexOperation extends Operation {
  readonly kind: 'reindex';
  readonly version: number;
  readonly entries: IndexEntries;
}

export interface WriteResult {
  /** 'found': ifNoneExist matched; 'absent': nothing to delete or to reindex. */
  readonly outcome: 'created' | 'updated' | 'deleted' | 'found' | 'absent' | 'reindexed';
  /** The version written or found; undefined when absent. */
  readonly version: StoredVersion | undefined;
}

/** Why a transaction wrote nothing. `index` is the operation that failed. */
export type StoreFault =
  | 'exists'
  | 'not-found'
  | 'version-mismatch'
  | 'multiple-matches'
  | 'matched'
  | 'reference-missing'
  | 'reference-replaced'
  | 'replaced'
  | 'still-referenced'
  | 'transient'
  | 'too-slow'
  | 'too-costly'
  | 'too-large'
  | 'unavailable'
  | 'unsupported';

export class StoreError extends Error {
  readonly fault: StoreFault;
  readonly index: number;
  /** What the fault is about, e.g. the missing reference. Never holds clinical data. */
  readonly subject: string | undefined;

  constructor(fault: StoreFault, index = 0, subject?: string, options?: ErrorOptions) {
    super(`${fault}${subject ? `: ${subject}` : ''}`, options);
    this.name = 'StoreError';
    this.fault = fault;
    this.index = index;
    this.subject = subject;
  }
}

export interface SearchPage {
  /** In the order of the sort, whichever way the page was walked. */
  readonly matches: readonly StoredVersion[];
  /** The cursor at each match. It begins with the values of the sort keys. */
  readonly positions: readonly Cursor[];
  /** Present when there is more in the direction of the walk: the cursor at its last match. */
  readonly next: Cursor | undefined;
  /** As asked; undefined for 'none'. */
  readonly total: number | undefined;
}

/** Which versions: of one instance (`type` and `id`), of a type, or of the system. */
export interface HistoryScope {
  readonly type?: string;
  readonly id?: string;
  /** The *current* (or, when deleted, the last live) version must satisfy this for any version of it to be shown. Only with `type`. */
  readonly visible?: QueryNode;
}

export interface HistoryQuery extends HistoryScope {
  readonly count: number;
  /** Only versions with lastUpdated at or after this (ms). */
  readonly since?: number;
  /** Only versions that were current at some time in [from, to) (ms): `_at`. */
  readonly at?: { readonly from: number; readonly to: number };
  readonly after?: Cursor;
  /** As of a search. */
  readonly backward?: boolean;
  /** As of a search. */
  readonly room?: number;
}

export interface HistoryPage {
  /** Newest first, also backward. */
  readonly versions: readonly StoredVersion[];
  /** Of each version, as `after` takes it. */
  readonly positions: readonly Cursor[];
  readonly next: Cursor | undefined;
  readonly total: number;
}

export interface Change extends StoredVersion {
  /** Position in the change log: opaque, ordered, resumable. */
  readonly position: string;
}

/** A version that was written with a `by`, as the audit log needs it. */
export interface AccountedWrite extends Omit<StoredVersion, 'body'> {
  /** Patients (ids) in whose record it stood when it was written; of a deletion, before. */
  readonly patients: readonly string[];
  readonly by: string;
}

export interface AccountedWrites {
  readonly writes: readonly AccountedWrite[];
  /** Go on from here; undefined: that was all there is yet. */
  readonly position: string | undefined;
}

/** How far the change log is complete. */
export interface LogEnd {
  /**
   * Milliseconds. Every write with lastUpdated at or before this is committed and can be read; every other one gets a later lastUpdated. So it is the
   * `transactionTime` of an export, and the safe end of `_since`.
   */
  readonly time: number;
  /** The position in the change log after everything up to that time: `changes` gives from here what is written later. */
  readonly position: string;
}

export interface ScanPage {
  readonly versions: readonly StoredVersion[];
  /** undefined: that was all. */
  readonly next: string | undefined;
}

/** A walk over all resources of a type as they were at a time, while others write. */
export interface WalkQuery {
  readonly type: string;
  readonly where: QueryNode;
  /** Only what was changed after this (ms). */
  readonly since?: number;
  /** The time (ms): at or before `logEnd().time`, so that nothing can be written at or before it any more. */
  readonly asOf: number;
  /** Deletions too, where they are at or before that time. */
  readonly deletions: boolean;
  /** Everything that was changed after that time too, whatever it is now: before, it may have satisfied the condition. */
  readonly changed: boolean;
  /** As the page before gave it. */
  readonly after?: string;
  /** At most this many resources are looked at, and about this many characters of their texts given. */
  readonly limit: number;
  readonly characters: number;
}

/** `owners`: of a deletion, of what was deleted. */
export interface WalkedVersion extends StoredVersion {
  readonly owners: readonly string[];
}

export interface WalkPage {
  /** A page may be empty though there is more. */
  readonly versions: readonly WalkedVersion[];
  /** undefined: that was all. */
  readonly next: string | undefined;
}

export interface Note {
  readonly name: string;
  readonly value: string;
}

/** A code as a token search parameter has it; `system` '' = none. */
export interface StoredCode {
  readonly system: string;
  readonly code: string;
}

export interface ResourceStore {
  /** Engine differences, as values: shared code never asks for an engine's name. */
  readonly supports: {
    readonly transactions: boolean;
    /** Whether `by` is kept with what is written, so that `writes` gives it. Where it is not, the caller has to write its audit rows afterwards. */
    readonly accounts: boolean;
  };
  /** The live or deleted current version; undefined when the id was never used, or the live version does not satisfy `visible` (deleted: its last live version). */
  read(type: string, id: string, visible?: QueryNode): Promise<StoredVersion | undefined>;
  /** Whether a live resource beside it refers to it: what `unlessReferenced` of a deletion would refuse it for now. */
  isReferredTo(type: string, id: string, by: Referrers): Promise<boolean>;
  /** Live resources that refer to it, or lie in its record: so many at most, each once. */
  referrers(type: string, id: string, limit: number): Promise<readonly Referrer[]>;
  /** From here on whatever `uses` it waits, and what did so before is done: until `letGo`, or for some twenty seconds. Whoever takes something out of use waits for no hold. */
  hold(type: string, id: string): Promise<{ letGo(): Promise<void> }>;
  /** One version, under the same rule as `read` applied to the current version. */
  vread(type: string, id: string, version: number, visible?: QueryNode): Promise<StoredVersion | undefined>;
  /**
   * Whether the live Patient satisfies a condition, as `read` would say now: where the store can tell at once, since it knows what it was asked before and whether
   * something has changed since. `where` is known again by its identity.
   */
  patientPasses?(id: string, where: QueryNode): boolean;
  history(query: HistoryQuery): Promise<HistoryPage>;
  search(query: SearchQuery): Promise<SearchPage>;
  /**
   * The different codes that live resources of the type have by a token parameter, in any order; some that only earlier versions had, or the parameter under a modifier of its own
   * (`identifier:of-type`), may be among them. undefined: more than `most`. Whosever they are: nobody is told of one that no search of theirs found.
   */
  codesOf(type: string, param: string, most: number): Promise<readonly StoredCode[] | undefined>;
  /**
   * All or nothing, isolated, durable before it resolves, results in the order given. Later operations see earlier ones. Transient conflicts are retried inside. Throws StoreError.
   * Where `supports.transactions` is false, more than one operation is refused with `unsupported`.
   * `by`: who writes and why, a text that is kept with each version in the same commit. The server's own upkeep has none.
   */
  transact(operations: readonly WriteOperation[], by?: string): Promise<readonly WriteResult[]>;
  /**
   * Every version that was written with a `by`, once, in the order of the change log, `after` as in `changes`. `limit` is how many versions are looked at: a page
   * may be empty though there is more. Only where `supports.accounts`.
   */
  writes(after: string | undefined, limit: number): Promise<AccountedWrites>;
  /** How another thread reads `writes`, where this store has threads: by `openSource(file)` of the module at this URL. */
  readonly elsewhere?: { readonly module: string; readonly file: string };
  /**
   * Every committed write once, the versions of one resource in order; `after` undefined = from the beginning. A position never passes a write that commits later.
   * A write may come into it up to a few seconds after it was acknowledged; those of a process that died hold the others up until the database has given its transactions up.
   * Fewer than `limit`, one at least, where their bodies are long.
   * `bodiesOf`: types whose bodies are looked at; of others they may be missing, whatever was done. undefined: all are there.
   */
  changes(after: string | undefined, limit: number, bodiesOf?: readonly string[]): Promise<readonly Change[]>;
  /** Everything acknowledged before the call lies before it; where a process hangs or has just died, it is what can be said after a few seconds. */
  logEnd(): Promise<LogEnd>;
  /** Live versions in an order of the store's own that does not change, for walks over everything. `after` as a page before gave it. */
  scan(after: string | undefined, limit: number): Promise<ScanPage>;
  /**
   * Newest versions of a type in the order of their ids, which no write changes: live ones that satisfy `where` and were changed after `since`, and where they
   * are asked for deletions (of what satisfied it last). One that was changed after `asOf` is given whatever its time: what it was then, `vread` says.
   */
  walk(query: WalkQuery): Promise<WalkPage>;
  /** Whether what the live version is found by is exactly this. */
  isIndexed(type: string, id: string, entries: IndexEntries): Promise<boolean>;
  /**
   * Only where the index was lost (a power cut, a restored backup, an upgrade of its layout): until it is remade, searches find nothing and conditions hold for
   * nobody. `type`: those alone, and the index stays lost. `entriesOf` gets the last live version of each resource, deleted ones included.
   */
  remakeIndex?(entriesOf: (version: StoredVersion) => IndexEntries, type?: string): Promise<void>;
  /** Small notes of the server's own: the position of a job, a counter. `undefined` removes. */
  getNote(name: string): Promise<string | undefined>;
  setNote(name: string, value: string | undefined): Promise<void>;
  /** Writes the note if it still is what is expected (undefined: not there), and says whether it did: of several who try at once, one does. */
  swapNote(name: string, expected: string | undefined, value: string): Promise<boolean>;
  /** Notes whose names are at least `from` and less than `to`, in the order of their names. */
  notes(from: string, to: string, limit: number): Promise<readonly Note[]>;
  /** What the engine counts since the start, by name: for metrics. */
  readonly counts: Readonly<Record<string, number>>;
  /** Is the database there and able to answer? */
  ping(): Promise<void>;
  close(): Promise<void>;
}
