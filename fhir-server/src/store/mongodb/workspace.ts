/**
 * What a transaction knows and is about to write: the documents it read, in one command, as its operations have changed them so far, and the
 * versions that others follow. It is written down at the end, in as many commands as there are kinds of writes, not operations.
 */
import { type AnyBulkWriteOperation, BSON, type ClientSession } from 'mongodb';
import { type StoredVersion, StoreError } from '../store.ts';
import type { Collections } from './collections.ts';
import type { Head, IndexFields, ResourceDocument, VersionDocument } from './documents.ts';
import { isDuplicateKey } from './errors.ts';

export interface Pending {
  /** As it is stored; undefined where there is nothing yet. */
  readonly before: Head | undefined;
  readonly head: Head;
  /** undefined: what it is found by stays as it is stored. */
  readonly index: IndexFields | undefined;
  /** Of the operation that wrote it last. */
  readonly operation: number;
  /** It was announced (deletion.ts), as deletions are: the mark must still stand. */
  readonly isAnnounced?: boolean;
}

export interface Workspace {
  /** As the operations so far have left it; undefined: never there. */
  head(name: string): Head | undefined;
  /** What was read. */
  read(heads: readonly Head[]): void;
  put(pending: Pending): void;
  /** A version that another follows. */
  supersede(head: Head, until: number): void;
  readonly pending: ReadonlyMap<string, Pending>;
  /** Writes everything down that is not yet. Throws `transient` where somebody else was there first. */
  flush(): Promise<void>;
}

/** A document may hold 16 MiB (MongoDB manual, "Limits and Thresholds"); a command around it a little more. */
const MAX_DOCUMENT = 16 * 1024 * 1024 - 16 * 1024;
/** A body this short can't be too large, however many bytes its characters take. */
const SURELY_SMALL = 2_000_000;

/** Writes in one command: even a slow server answers so many before it is given up (connect.ts). */
const AT_ONCE = 1000;

function* partsOf<T>(all: readonly T[]): Generator<T[]> {
  for (let begin = 0; begin < all.length; begin += AT_ONCE) yield all.slice(begin, begin + AT_ONCE);
}

export function versionOfHead({ type, id, version, lastUpdated, method, body }: Head): StoredVersion {
  return { type, id, version, lastUpdated, method, body: body ?? undefined };
}

export function createWorkspace(collections: Collections, session: ClientSession | undefined): Workspace {
  const stored = new Map<string, Head>();
  let pending = new Map<string, Pending>();
  let superseded: VersionDocument[] = [];
  const options = session ? { session } : {};

  async function insertVersions(): Promise<void> {
    if (superseded.length === 0) return;
    try {
      // Without transactions, one that is there already is that of a writer who came no further: it is the same.
      for (const part of partsOf(superseded))
        await collections.versions.insertMany(part, { ordered: session !== undefined, ...options });
    } catch (error) {
      if (session || !isDuplicateKey(error)) throw error;
    }
    superseded = [];
  }

  async function writeResources(): Promise<void> {
    const all = [...pending.values()];
    // With transactions a document that changes its record changes its shard: it goes and comes. Without them there are no shards.
    const isMoved = ({ before, head }: Pending): boolean =>
      session !== undefined && before !== undefined && before.rec !== head.rec;
    const moved = all.filter(isMoved);
    const inserted = all.filter((each) => each.before === undefined || isMoved(each));
    const changed = all.filter((each) => each.before !== undefined && !isMoved(each));
    for (const part of partsOf(moved)) {
      const operations = part.map((each) => ({ deleteOne: { filter: asBefore(each) } }));
      const { deletedCount } = await collections.resources.bulkWrite(operations, options);
      if (deletedCount !== part.length) throw new StoreError('transient');
    }
    for (const part of partsOf(inserted)) await collections.resources.insertMany(part.map(whole), options);
    for (const part of partsOf(changed)) {
      const { matchedCount } = await collections.resources.bulkWrite(part.map(change), options);
      if (matchedCount !== part.length) throw new StoreError('transient');
    }
  }

  return {
    head: (name) => pending.get(name)?.head ?? stored.get(name),
    read(heads) {
      for (const head of heads) stored.set(head._id, head);
    },
    put(each) {
      const before = pending.get(each.head._id);
      const joined = before ? { ...each, before: before.before, index: each.index ?? before.index } : each;
      if (joined.index && (joined.head.body?.length ?? 0) > SURELY_SMALL) checkSize(joined);
      pending.set(each.head._id, joined);
    },
    supersede(head, until) {
      const { type, id, version, lastUpdated, method, body, rec, own, told = null, by } = head;
      const name = head._id;
      const _id = `${name}/${version}`;
      superseded.push({ _id, name, rec, own, told, type, id, version, lastUpdated, method, body, by, until });
    },
    get pending() {
      return pending;
    },
    async flush() {
      await insertVersions();
      await writeResources();
      for (const { head } of pending.values()) stored.set(head._id, head);
      pending = new Map();
    },
  };
}

function checkSize(each: Pending): void {
  if (BSON.calculateObjectSize(whole(each)) > MAX_DOCUMENT)
    throw new StoreError('too-large', each.operation, `${each.head.type}: 16 MB`);
}

function whole({ head, index, operation }: Pending): ResourceDocument {
  if (!index) throw new StoreError('transient', operation);
  return { ...head, ...index };
}

/** Compare-and-set: on the version, on the record it lies with, on a deletion that was announced, and on a hold that is carried on. */
function asBefore({ before, head, isAnnounced }: Pending): {
  _id: string;
  rec: string;
  version: number;
  leaving?: string;
  held?: string;
} {
  const { rec, version, leaving } = before as Head;
  return {
    _id: head._id,
    rec,
    version,
    ...((head.deleted || isAnnounced) && leaving !== undefined ? { leaving } : {}),
    ...(head.held === undefined ? {} : { held: head.held }),
  };
}

function change(each: Pending): AnyBulkWriteOperation<ResourceDocument> {
  const { head, index } = each;
  const filter = asBefore(each);
  if (index) return { replaceOne: { filter, replacement: { ...head, ...index } } };
  const { version, lastUpdated, deleted, method, body, told = null, by } = head;
  const set = { version, lastUpdated, deleted, method, body, told, by };
  return { updateOne: { filter, update: { $set: set, $unset: { leaving: '' } } } };
}
