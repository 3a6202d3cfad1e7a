/**
 * What is kept of each subscription besides the resource, as notes of the store: its events by number, how far they were sent, what was given up. A number is given out
 * once, however often the matching of a change is begun anew, and whoever else does so meanwhile: an event is written only where there is none of that number yet.
 */
import { randomUUID } from 'node:crypto';
import type { ResourceStore } from '../../store/store.ts';
import type { DeadLetters, SubscriptionEvent } from '../../subscriptions/event.ts';

type Notes = Pick<ResourceStore, 'getNote' | 'setNote' | 'swapNote' | 'notes'>;

export interface EventState {
  /** How many so far. */
  readonly events: number;
  /** Of the last change that was an event: it is not one again. */
  readonly position: string;
}

export type EventDraft = Omit<SubscriptionEvent, 'number'> & { readonly position: string };

export interface SentState {
  /** Everything up to this number was sent, or given up. */
  readonly number: number;
  /** Since when it fails (ms), how often, and how, in words for the subscriber. */
  readonly failingSince?: number;
  readonly failures?: number;
  readonly fault?: string;
  /** It is not called before then (ms), unless its resource is another version by now. */
  readonly wait?: { readonly until: number; readonly version: number };
}

/** What a subscription is owed. */
export interface Owed {
  readonly state: EventState;
  readonly sent: SentState;
  /** Something that was given up is asked for again: until `doneDue` of this. */
  readonly due: string | undefined;
}

/** Somebody else matches changes: what was begun here counts for nothing. */
export class Overtaken extends Error {}

export interface EventLog {
  state(id: string): Promise<EventState>;
  /**
   * Returns the state after it. What somebody left beyond the count who was killed before it was counted, and whom these changes concerned otherwise (what may be
   * seen has changed since), is written over. Throws Overtaken.
   */
  append(id: string, drafts: readonly EventDraft[]): Promise<EventState>;
  /** By number, both ends included; none that is not counted yet: those before it may not be there. */
  events(id: string, from: number, until: number, limit: number): Promise<readonly SubscriptionEvent[]>;
  /** The same of numbers that are known to be counted, and few. */
  counted(id: string, from: number, until: number): Promise<readonly SubscriptionEvent[]>;
  owed(id: string): Promise<Owed>;
  setSent(id: string, sent: SentState): Promise<void>;
  /** Forgets events with numbers up to this, of which those before `from` were forgotten already. */
  forget(id: string, from: number, until: number): Promise<void>;
  /** Forgets all of a subscription that is deleted. */
  purge(id: string): Promise<void>;
  deadLetters(id: string | undefined, limit: number): Promise<readonly DeadLetters[]>;
  setDeadLetters(letters: DeadLetters): Promise<void>;
  removeDeadLetters(letters: Pick<DeadLetters, 'subscription' | 'from'>): Promise<void>;
  /** Some of what was given up is due. */
  setDue(id: string): Promise<void>;
  /** None is, unless it was said once more since. */
  doneDue(id: string, due: string): Promise<void>;
}

const PAGE = 500;
const padded = (number: number): string => String(number).padStart(12, '0');
const own = (id: string): string => `subscription/${id}/`;
const stateNote = (id: string): string => `${own(id)}state`;
const sentNote = (id: string): string => `${own(id)}sent`;
const dueNote = (id: string): string => `${own(id)}due`;
const NONE_DUE = '';
const eventNote = (id: string, number: number): string => `${own(id)}event/${padded(number)}`;
const DEAD = 'subscription-dead/';
const deadNote = (id: string, from: number): string => `${DEAD}${id}/${padded(from)}`;
const END = '\uffff';
const NOTHING: EventState = { events: 0, position: '' };

export function createEventLog(notes: Notes): EventLog {
  const read = async <T>(name: string): Promise<T | undefined> => {
    const text = await notes.getNote(name);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  };

  /** False: there is another event of this number. */
  async function put(id: string, number: number, draft: EventDraft): Promise<boolean> {
    const name = eventNote(id, number);
    if (await notes.swapNote(name, undefined, JSON.stringify({ ...draft, number }))) return true;
    return (await read<EventDraft>(name))?.position === draft.position;
  }

  async function swapState(id: string, from: string | undefined, to: string): Promise<void> {
    if (!(await notes.swapNote(stateNote(id), from, to)))
      throw new Overtaken('another server matches changes');
  }

  /** From now on nobody who read the state before can count what they wrote. Returns its text. */
  async function shutOut(id: string, before: string | undefined, state: EventState): Promise<string> {
    const mine = JSON.stringify({ ...state, turn: randomUUID() });
    await swapState(id, before, mine);
    return mine;
  }

  return {
    state: async (id) => (await read<EventState>(stateNote(id))) ?? NOTHING,
    async append(id, drafts) {
      let text = await notes.getNote(stateNote(id));
      const { events, position } = text === undefined ? NOTHING : (JSON.parse(text) as EventState);
      const arePut = await Promise.all(drafts.map((draft, i) => put(id, events + i + 1, draft)));
      if (arePut.includes(false)) {
        text = await shutOut(id, text, { events, position });
        await Promise.all(
          drafts.map((draft, i) => {
            const number = events + i + 1;
            return notes.setNote(eventNote(id, number), JSON.stringify({ ...draft, number }));
          }),
        );
      }
      const next: EventState = {
        events: events + drafts.length,
        position: (drafts.at(-1) as EventDraft).position,
      };
      await swapState(id, text, JSON.stringify(next));
      return next;
    },
    async events(id, from, until, limit) {
      const { events } = (await read<EventState>(stateNote(id))) ?? NOTHING;
      const end = eventNote(id, Math.min(until, events) + 1);
      const found = await notes.notes(eventNote(id, from), end, limit);
      return found.map(({ value }) => JSON.parse(value) as SubscriptionEvent);
    },
    async counted(id, from, until) {
      const numbers = Array.from({ length: until - from + 1 }, (_, i) => from + i);
      const found = await Promise.all(
        numbers.map((number) => read<SubscriptionEvent>(eventNote(id, number))),
      );
      return found.filter((event) => event !== undefined);
    },
    async owed(id) {
      const [state = NOTHING, sent = { number: 0 }, due] = await Promise.all([
        read<EventState>(stateNote(id)),
        read<SentState>(sentNote(id)),
        notes.getNote(dueNote(id)),
      ]);
      return { state, sent, due: due === NONE_DUE ? undefined : due };
    },
    setSent: (id, sent) => notes.setNote(sentNote(id), JSON.stringify(sent)),
    async forget(id, from, until) {
      const first = Math.max(from, 1);
      const numbers = Array.from({ length: Math.max(until - first + 1, 0) }, (_, i) => first + i);
      for (let at = 0; at < numbers.length; at += PAGE) {
        const some = numbers.slice(at, at + PAGE);
        await Promise.all(some.map((number) => notes.setNote(eventNote(id, number), undefined)));
      }
    },
    async purge(id) {
      for (const prefix of [own(id), `${DEAD}${id}/`])
        for (;;) {
          const found = await notes.notes(prefix, prefix + END, PAGE);
          await Promise.all(found.map(({ name }) => notes.setNote(name, undefined)));
          if (found.length < PAGE) break;
        }
    },
    async deadLetters(id, limit) {
      const prefix = id === undefined ? DEAD : `${DEAD}${id}/`;
      const found = await notes.notes(prefix, prefix + END, limit);
      return found.map(({ value }) => JSON.parse(value) as DeadLetters);
    },
    setDeadLetters: (letters) =>
      notes.setNote(deadNote(letters.subscription, letters.from), JSON.stringify(letters)),
    removeDeadLetters: ({ subscription, from }) => notes.setNote(deadNote(subscription, from), undefined),
    setDue: (id) => notes.setNote(dueNote(id), randomUUID()),
    async doneDue(id, due) {
      await notes.swapNote(dueNote(id), due, NONE_DUE);
    },
  };
}
