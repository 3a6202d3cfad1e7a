/** The server's own small notes, in SQLite. */
import type { Note, ResourceStore } from '../store.ts';
import type { Connection } from './connection.ts';
import type { Job } from './jobs.ts';
import { LIMIT } from './sql.ts';

type Notes = Pick<ResourceStore, 'getNote' | 'setNote' | 'swapNote' | 'notes'>;

/** `write`: how many notes changed. */
export function createNotes(
  snapshot: () => Connection,
  write: (job: Job & { kind: 'note' }) => Promise<number>,
): Notes {
  return {
    getNote: async (name) => {
      const row = snapshot().statement('SELECT value FROM note WHERE name = ?').get(name);
      return (row as { value: string } | undefined)?.value;
    },
    setNote: async (name, value) => {
      await write({ kind: 'note', name, value });
    },
    swapNote: async (name, expected, value) =>
      (await write({ kind: 'note', name, value, expected: { value: expected } })) === 1,
    notes: async (from, to, limit) =>
      snapshot()
        .statement(`SELECT name, value FROM note WHERE name >= ? AND name < ? ORDER BY name ${LIMIT}`)
        .all(from, to, limit) as unknown as Note[],
  };
}
