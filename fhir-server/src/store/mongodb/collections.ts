/** The collections and their indexes. Made at start; an index that is there already costs nothing, and building one blocks nobody (MongoDB 4.2+). */
import { type Collection, type Db, type IndexDescription, MongoServerError } from 'mongodb';
import type { ProcessDocument } from './clock.ts';
import type { ResourceDocument, VersionDocument } from './documents.ts';

export interface NoteDocument {
  _id: string;
  value: string;
}

/** One for each identity that a conditional write asks for: whoever writes by the same condition at the same time writes here too, and one of them is tried again. */
export interface IdentityDocument {
  _id: string;
  /** When it was last asked for; it goes by itself an hour later. */
  at: Date;
}

export interface Collections {
  readonly resources: Collection<ResourceDocument>;
  readonly versions: Collection<VersionDocument>;
  readonly identities: Collection<IdentityDocument>;
  readonly processes: Collection<ProcessDocument>;
  readonly notes: Collection<NoteDocument>;
}

/**
 * Which searches each index serves (docs/SCALING.md counts their keys):
 *
 * | index | what asks by it |
 * |---|---|
 * | owned | one patient's resources by a token or reference, newest first: `Observation?patient=p&code=c` |
 * | keyed | a token or reference whosever it is, newest first: `Patient?identifier=s|v`, `Encounter?participant=…`, includes, chains |
 * | record | one patient's resources, newest first: `Observation?patient=p`, `$everything` |
 * | dated | all of a type, newest first: `Observation` |
 * | updated | `_lastUpdated`, `_sort=_lastUpdated`, the history of a type, exports with `_since` |
 * | log | the change log, the history of the system |
 * | strings | names, addresses, uris |
 * | dates | dates, periods |
 * | numbers | numbers, quantities with or without unit |
 * | words | `_text`, `_content` |
 * | targets | whether anything refers to what is to be deleted |
 *
 * `:missing`, a second owner and a code's system alone choose among what another condition found, or walk the type.
 */
const RESOURCE_INDEXES: readonly IndexDescription[] = [
  { key: { type: 1, rec: 1, k: 1, d: -1, _id: 1 }, name: 'owned' },
  { key: { type: 1, k: 1, d: -1, _id: 1 }, name: 'keyed' },
  { key: { type: 1, rec: 1, d: -1, _id: 1 }, name: 'record' },
  { key: { type: 1, d: -1, _id: 1 }, name: 'dated' },
  { key: { type: 1, lastUpdated: -1, _id: 1 }, name: 'updated' },
  { key: { lastUpdated: -1, _id: 1 }, name: 'log' },
  { key: { type: 1, 's.p': 1, 's.v': 1 }, name: 'strings' },
  { key: { type: 1, 'dt.p': 1, 'dt.low': 1 }, name: 'dates' },
  { key: { type: 1, 'n.p': 1, 'n.low': 1 }, name: 'numbers' },
  { key: { type: 1, w: 1 }, name: 'words' },
  { key: { r: 1 }, name: 'targets' },
];

/** Of versions that others followed: found in the log, in the history of a type, and in that of one resource. */
const VERSION_INDEXES: readonly IndexDescription[] = [
  { key: { lastUpdated: -1, name: 1, version: -1 }, name: 'log' },
  { key: { type: 1, lastUpdated: -1, name: 1, version: -1 }, name: 'type' },
  { key: { name: 1, version: -1 }, name: 'instance' },
];

const IDENTITY_SECONDS = 3600;
const NOT_IMPLEMENTED = 238;

export function collectionsOf(db: Db): Collections {
  return {
    resources: db.collection<ResourceDocument>('resource'),
    versions: db.collection<VersionDocument>('version'),
    identities: db.collection<IdentityDocument>('identity'),
    processes: db.collection<ProcessDocument>('process'),
    notes: db.collection<NoteDocument>('note'),
  };
}

export async function makeIndexes(collections: Collections): Promise<void> {
  await collections.resources.createIndexes([...RESOURCE_INDEXES]);
  await collections.versions.createIndexes([...VERSION_INDEXES]);
  await collections.identities
    .createIndex({ at: 1 }, { expireAfterSeconds: IDENTITY_SECONDS })
    .catch((error: unknown) => {
      // A server that can't forget by itself keeps them: they are small.
      if (!(error instanceof MongoServerError) || error.code !== NOT_IMPLEMENTED) throw error;
    });
}
