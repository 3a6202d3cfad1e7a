/**
 * Makes the index entries of every resource anew: when search parameters were added, or after an upgrade. Writes go on meanwhile; a resource
 * that changes while it is looked at is left to its own write. The position is kept in the store, so a restart goes on where it was.
 */
import type { Logger } from 'pino';
import { ownersOf } from '../access/owner-table.ts';
import { INDEX_FORMAT, indexEntries } from '../search/index-entries.ts';
import { makeReferencesLocal } from '../search/own-references.ts';
import type { ResourceStore, StoredVersion, WriteOperation } from '../store/store.ts';

export interface ReindexProgress {
  readonly running: boolean;
  /** Resources looked at so far. */
  readonly done: number;
  /** Types that are made anew; empty = all. */
  readonly types: readonly string[];
}

export interface Reindex {
  progress(): ReindexProgress;
  /** Starts, or widens what runs to these types and begins again. Resolves with whether all is done: false when stopped. Rejects when it could not go on. */
  start(types: readonly string[]): Promise<boolean>;
  /** Goes on with what a stopped server left. */
  resume(): Promise<boolean>;
  /** Makes everything anew where it was indexed by an older version of this server. */
  upgrade(): Promise<boolean>;
  stop(): Promise<void>;
}

interface Note {
  readonly types: readonly string[];
  readonly after?: string;
  readonly done: number;
}

const NOTE = 'reindex';
/** What everything stored is indexed by. */
export const FORMAT_NOTE = 'index-format';
const BATCH = 100;

/** `baseUrl`: references to this server count as relative, also where they were stored as URLs. */
export function entriesOf(version: StoredVersion, baseUrl: string): ReturnType<typeof indexEntries> {
  const resource = JSON.parse(version.body ?? '{}') as { resourceType: string; id: string };
  makeReferencesLocal(resource, baseUrl);
  return indexEntries(resource, ownersOf(resource));
}

export function createReindex(store: ResourceStore, log: Logger, baseUrl: string): Reindex {
  let note: Note | undefined;
  let running: Promise<boolean> | undefined;
  let stopping = false;

  async function step(current: Note): Promise<Note | undefined> {
    const page = await store.scan(current.after, BATCH);
    const wanted = page.versions.filter(
      ({ type }) => current.types.length === 0 || current.types.includes(type),
    );
    const operations = wanted.map(
      (version): WriteOperation => ({
        kind: 'reindex',
        type: version.type,
        id: version.id,
        version: version.version,
        entries: entriesOf(version, baseUrl),
      }),
    );
    if (store.supports.transactions) await store.transact(operations);
    else for (const operation of operations) await store.transact([operation]);
    const done = current.done + page.versions.length;
    if (page.next !== undefined) return { types: current.types, after: page.next, done };
    if (current.types.length === 0) await store.setNote(FORMAT_NOTE, String(INDEX_FORMAT));
    return undefined;
  }

  async function run(): Promise<boolean> {
    while (note && !stopping) {
      const current: Note = note;
      const next = await step(current);
      // Somebody may have asked for more types meanwhile: then it begins again, with those.
      if (note === current) note = next;
      await store.setNote(NOTE, note && JSON.stringify(note));
      // Requests go first.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return note === undefined;
  }

  function go(): Promise<boolean> {
    running ??= run()
      .catch((error: unknown) => {
        log.error({ err: error }, 'reindexing stopped');
        throw error;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  return {
    progress: () => ({ running: running !== undefined, done: note?.done ?? 0, types: note?.types ?? [] }),
    async start(types) {
      const all = types.length === 0 || note?.types.length === 0;
      note = { types: all ? [] : [...new Set([...(note?.types ?? []), ...types])], done: 0 };
      await store.setNote(NOTE, JSON.stringify(note));
      return go();
    },
    async resume() {
      const left = await store.getNote(NOTE);
      if (left === undefined) return true;
      note = JSON.parse(left) as Note;
      return go();
    },
    async upgrade() {
      if ((await store.getNote(FORMAT_NOTE)) === String(INDEX_FORMAT)) return true;
      return this.start([]);
    },
    async stop() {
      stopping = true;
      await running?.catch(() => undefined);
    },
  };
}
