/**
 * What somebody has opened of a record, so that it is new on none of their devices any more. Marks are ids, which open nothing; they are kept in the store's notes, for each reader
 * of a record by themselves, for as long as anything is new, and no more of them than anybody opens in that time.
 */
import { createHash } from 'node:crypto';
import type { ResourceStore } from '../store/store.ts';

export interface OpenedMarks {
  /** The newest first. */
  of(patient: string, by: string): Promise<readonly string[]>;
  /** Besides those that are kept; from several devices at once none is lost. Returns all. */
  add(patient: string, by: string, marks: readonly string[]): Promise<readonly string[]>;
}

/** An id, with its type and version where those count: `Task/1/2`. Nothing that could say more. */
export const isMark = (text: string): boolean =>
  /^(?:[A-Z][A-Za-z]{1,40}\/)?[A-Za-z0-9.-]{1,64}(?:\/[A-Za-z0-9.-]{0,64})?$/.test(text);

const KEPT_MS = 30 * 86_400_000;
const MOST = 1000;

/** Mark and time in milliseconds; the newest first. */
type Kept = readonly (readonly [mark: string, at: number])[];

export function createOpenedMarks(
  notes: Pick<ResourceStore, 'getNote' | 'swapNote'>,
  now: () => number,
): OpenedMarks {
  // Who it is stands in no name of a note.
  const nameOf = (patient: string, by: string): string =>
    `opened/${patient}/${createHash('sha256').update(by).digest('base64url').slice(0, 24)}`;
  const all = (note: string | undefined): Kept => JSON.parse(note ?? '[]');
  const live = (note: string | undefined): Kept => all(note).filter(([, at]) => now() - at < KEPT_MS);
  const marksOf = (kept: Kept): readonly string[] => kept.map(([mark]) => mark);

  return {
    async of(patient, by) {
      const name = nameOf(patient, by);
      const note = await notes.getNote(name);
      const kept = live(note);
      // Where another adds to it meanwhile, that leaves the old ones out; where nothing can be written, they go the next time.
      if (note !== undefined && kept.length < all(note).length)
        await notes.swapNote(name, note, JSON.stringify(kept)).catch(() => false);
      return marksOf(kept);
    },
    async add(patient, by, marks) {
      const name = nameOf(patient, by);
      for (;;) {
        const before = await notes.getNote(name);
        const kept = live(before);
        const known = new Set(marksOf(kept));
        const more = [...new Set(marks)].filter((mark) => !known.has(mark));
        if (more.length === 0) return marksOf(kept);
        const next: Kept = [...more.map((mark) => [mark, now()] as const), ...kept].slice(0, MOST);
        if (await notes.swapNote(name, before, JSON.stringify(next))) return marksOf(next);
      }
    },
  };
}
