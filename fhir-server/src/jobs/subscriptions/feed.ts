/**
 * How processes tell each other which subscriptions have something new: numbered notes that each of them reads from where it was. They are hints, no more: whoever
 * begins looks at everything.
 */
import type { Note, ResourceStore } from '../../store/store.ts';

type Notes = Pick<ResourceStore, 'setNote' | 'swapNote' | 'notes'>;

export interface Feed {
  append(ids: readonly string[]): Promise<void>;
  /** Ids since the last time; undefined: there may be some that can't be said any more. */
  next(): Promise<readonly string[] | undefined>;
}

const PREFIX = 'subscription-feed/';
const END = '\uffff';
const KEPT = 1000;
const PAGE = 200;
const nameOf = (number: number): string => PREFIX + String(number).padStart(15, '0');
const numberOf = (name: string): number => Number(name.slice(PREFIX.length));

export function createFeed(notes: Notes): Feed {
  /** The last number read here; undefined: none yet. */
  let read: number | undefined;
  let written = 0;

  async function last(from: number): Promise<number> {
    for (let number = from; ; ) {
      const found = await notes.notes(nameOf(number + 1), PREFIX + END, PAGE);
      if (found.length === 0) return number;
      number = numberOf(found.at(-1)?.name ?? '');
    }
  }

  async function after(number: number): Promise<Note[]> {
    const all: Note[] = [];
    for (let from = number; ; from = numberOf(all.at(-1)?.name ?? '')) {
      const page = await notes.notes(nameOf(from + 1), PREFIX + END, PAGE);
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }

  return {
    async append(ids) {
      for (;;) {
        written = (await last(written)) + 1;
        if (!(await notes.swapNote(nameOf(written), undefined, JSON.stringify(ids)))) continue;
        if (written > KEPT) await notes.setNote(nameOf(written - KEPT), undefined);
        return;
      }
    },
    async next() {
      if (read === undefined) {
        read = await last(0);
        return undefined;
      }
      const found = await after(read);
      const [first] = found;
      if (!first) return [];
      const isWhole = numberOf(first.name) === read + 1;
      read = numberOf(found.at(-1)?.name ?? '');
      if (!isWhole) return undefined;
      return [...new Set(found.flatMap(({ value }) => JSON.parse(value) as string[]))];
    },
  };
}
