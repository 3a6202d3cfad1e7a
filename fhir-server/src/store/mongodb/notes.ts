/** The server's own small notes, in MongoDB. */
import { type Collection, MongoServerError } from 'mongodb';
import type { ResourceStore } from '../store.ts';
import type { NoteDocument } from './collections.ts';

type Notes = Pick<ResourceStore, 'getNote' | 'setNote' | 'swapNote' | 'notes'>;

/** https://www.mongodb.com/docs/manual/reference/error-codes/: DuplicateKey */
const DUPLICATE_KEY = 11_000;

export function createNotes(collection: Collection<NoteDocument>): Notes {
  return {
    getNote: async (name) => (await collection.findOne({ _id: name }))?.value,
    setNote: async (name, value) => {
      if (value === undefined) await collection.deleteOne({ _id: name });
      else await collection.updateOne({ _id: name }, { $set: { value } }, { upsert: true });
    },
    async swapNote(name, expected, value) {
      if (expected !== undefined) {
        const { matchedCount } = await collection.updateOne(
          { _id: name, value: expected },
          { $set: { value } },
        );
        return matchedCount === 1;
      }
      try {
        await collection.insertOne({ _id: name, value });
        return true;
      } catch (error) {
        if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
        throw error;
      }
    },
    async notes(from, to, limit) {
      const found = await collection
        .find({ _id: { $gte: from, $lt: to } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, value }) => ({ name: _id, value }));
    },
  };
}
