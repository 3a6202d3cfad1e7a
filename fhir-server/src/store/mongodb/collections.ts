/** The collections and their indexes. Made at start; an index that is there already costs nothing, and building one blocks nobody (MongoDB 4.2+). */
import type { Collection, Db } from 'mongodb';
import type { ResourceDocument, VersionDocument } from './documents.ts';

export interface CounterDocument {
  _id: string;
  value: number;
}

export interface NoteDocument {
  _id: string;
  value: string;
}

export interface Collections {
  readonly resources: Collection<ResourceDocument>;
  readonly versions: Collection<VersionDocument>;
  /** `seq`: the change log's last position; `cond:…`: what serialises conditional creates. */
  readonly counters: Collection<CounterDocument>;
  readonly notes: Collection<NoteDocument>;
}

export async function openCollections(db: Db): Promise<Collections> {
  const collections = {
    resources: db.collection<ResourceDocument>('resource'),
    versions: db.collection<VersionDocument>('version'),
    counters: db.collection<CounterDocument>('counter'),
    notes: db.collection<NoteDocument>('note'),
  };
  await collections.resources.createIndexes([
    { key: { type: 1, own: 1, k: 1, d: -1, _id: 1 }, name: 'owned' },
    { key: { type: 1, k: 1, d: -1, _id: 1 }, name: 'keyed' },
    { key: { type: 1, own: 1, d: -1, _id: 1 }, name: 'record' },
    { key: { type: 1, d: -1, _id: 1 }, name: 'dated' },
    { key: { type: 1, lastUpdated: -1, _id: 1 }, name: 'updated' },
    { key: { type: 1, 's.p': 1, 's.v': 1 }, name: 'strings' },
    { key: { type: 1, 'dt.p': 1, 'dt.low': 1 }, name: 'dates' },
    { key: { type: 1, 'n.p': 1, 'n.low': 1 }, name: 'numbers' },
    { key: { type: 1, w: 1 }, name: 'words' },
    { key: { k: 1 }, name: 'references' },
  ]);
  await collections.versions.createIndexes([
    // Positions are unique by the counter they are taken from; a unique index could not be sharded.
    { key: { seq: 1 }, name: 'log' },
    { key: { type: 1, id: 1, version: -1 }, name: 'instance' },
    { key: { type: 1, seq: -1 }, name: 'type' },
  ]);
  return collections;
}
