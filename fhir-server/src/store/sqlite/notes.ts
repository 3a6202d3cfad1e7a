/** The server's own small notes, in SQLite. */
import type { Note, ResourceStore } from '../store.ts';
import type { Connection } from './connection.ts';

type Notes = Pick<ResourceStore, 'getNote' | 'setNote' | 'swapNote' | 'notes'>;

/** `written`: after each change, so that the next reading sees it. */
export function createNotes(snapshot: () => Connection, writing: Connection, written: () => void): Notes {
  const change = (sql: string, ...values: string[]): number => {
    const { changes } = writing.statement(sql).run(...values);
    written();
    return Number(changes);
  };
  return {
    getNote: async (name) => {
      const row = snapshot().statement('SELECT value FROM note WHERE name = ?').get(name);
      return (row as { value: string } | undefined)?.value;
    },
    setNote: async (name, value) => {
      if (value === undefined) change('DELETE FROM note WHERE name = ?', name);
      else
        change(
          'INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
          name,
          value,
        );
    },
    swapNote: async (name, expected, value) =>
      expected === undefined
        ? change('INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value) === 1
        : change('UPDATE note SET value = ? WHERE name = ? AND value = ?', value, name, expected) === 1,
    notes: async (from, to, limit) =>
      snapshot()
        .statement('SELECT name, value FROM note WHERE name >= ? AND name < ? ORDER BY name LIMIT ?')
        .all(from, to, limit) as unknown as Note[],
  };
}
