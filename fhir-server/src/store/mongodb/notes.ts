/** The server's own small notes, in MongoDB. Those that are asked for, written or removed at the same time are one command. */
import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError } from 'mongodb';
import type { Note, ResourceStore } from '../store.ts';
import type { NoteDocument } from './collections.ts';
import { createTogether } from './together.ts';

type Notes = Pick<ResourceStore, 'getNote' | 'setNote' | 'swapNote' | 'notes'>;
type Value = string | undefined;

/** https://www.mongodb.com/docs/manual/reference/error-codes/: DuplicateKey */
const DUPLICATE_KEY = 11_000;
const MOST = 500;
const AT_ONCE = 2;

export function createNotes(collection: Collection<NoteDocument>): Notes {
  const read = createTogether({
    most: MOST,
    atOnce: AT_ONCE,
    async work(names: readonly string[]): Promise<Value[]> {
      const found = await collection.find({ _id: { $in: [...new Set(names)] } }).toArray();
      const values = new Map(found.map(({ _id, value }) => [_id, value]));
      return names.map((name) => values.get(name));
    },
  });

  const write = createTogether({
    most: MOST,
    atOnce: AT_ONCE,
    async work(notes: readonly { readonly name: string; readonly value: Value }[]): Promise<undefined[]> {
      // Of two who write the same one the later has the last word.
      const values = new Map(notes.map(({ name, value }) => [name, value]));
      const kept = [...values].flatMap(([name, value]) =>
        value === undefined ? [] : [written(name, value)],
      );
      const gone = [...values].flatMap(([name, value]) => (value === undefined ? [name] : []));
      await Promise.all([
        kept.length > 0 && collection.bulkWrite(kept, { ordered: false }),
        gone.length > 0 && collection.deleteMany({ _id: { $in: gone } }),
      ]);
      return notes.map(() => undefined);
    },
  });

  /** Whether it was written: none was there. */
  const add = createTogether({
    most: MOST,
    atOnce: AT_ONCE,
    async work(notes: readonly Note[]): Promise<boolean[]> {
      try {
        await collection.insertMany(
          notes.map(({ name, value }) => ({ _id: name, value })),
          { ordered: false },
        );
        return notes.map(() => true);
      } catch (error) {
        const there = alreadyThere(error);
        return notes.map((_, i) => !there.has(i));
      }
    },
  });

  return {
    getNote: read,
    setNote: async (name, value) => {
      await write({ name, value });
    },
    async swapNote(name, expected, value) {
      if (expected === undefined) return add({ name, value });
      const { matchedCount } = await collection.updateOne(
        { _id: name, value: expected },
        { $set: { value } },
      );
      return matchedCount === 1;
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

const written = (name: string, value: string): AnyBulkWriteOperation<NoteDocument> => ({
  updateOne: { filter: { _id: name }, update: { $set: { value } }, upsert: true },
});

/** Of several that were to be added, the places of those whose names were taken. Throws what else it was. */
function alreadyThere(error: unknown): ReadonlySet<number> {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const faults = [error.writeErrors].flat();
  if (faults.length === 0 || faults.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return new Set(faults.map(({ index }) => index));
}
