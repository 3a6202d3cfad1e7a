/**
 * So many of something at a time for each holder, however many are asked for at once and in how many processes: places are taken before the thing is made.
 * Kept as one note for each holder, changed by comparison with what it was.
 */
import type { ResourceStore } from '../../store/store.ts';

export interface Allowance {
  /**
   * Takes a place for each key until `until` (ms). A key that has a place keeps it, with the new end. Returns the keys that had none; undefined: there would be
   * more than `most`, and nothing was taken.
   */
  take(holder: string, keys: readonly string[], asked: Asked): Promise<readonly string[] | undefined>;
  giveBack(holder: string, keys: readonly string[]): Promise<void>;
}

interface Asked {
  readonly until: number;
  readonly most: number;
  /** Which of these keys are still there. Asked when there is no place: what ended elsewhere, or was never made, gives its place back. */
  live(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** By key: when it ends, and when it was taken. */
type Places = Readonly<Record<string, readonly [until: number, taken: number]>>;

/** What was taken less long ago may not be made yet. */
const MAKING_MS = 60_000;

export function createAllowance(
  notes: Pick<ResourceStore, 'getNote' | 'swapNote'>,
  now: () => number,
): Allowance {
  /** Of one holder one after the other: they would only undo each other's attempts. */
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(holder: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(holder) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine
      .catch(() => undefined)
      .finally(() => {
        if (turns.get(holder) === settled) turns.delete(holder);
      });
    turns.set(holder, settled);
    return mine;
  }

  /** `next` undefined: nothing changes. Answers with what was there before a change. */
  async function change(
    holder: string,
    next: (places: Places) => Places | undefined,
  ): Promise<Places | undefined> {
    const name = `allowance/${holder}`;
    for (;;) {
      const text = await notes.getNote(name);
      const before = text === undefined ? {} : (JSON.parse(text) as Places);
      const changed = next(before);
      if (changed === undefined) return undefined;
      if (await notes.swapNote(name, text, JSON.stringify(changed))) return before;
    }
  }

  const inForce = (places: Places): Places =>
    Object.fromEntries(Object.entries(places).filter(([, [until]]) => until > now()));

  async function tryTake(
    holder: string,
    keys: readonly string[],
    { until, most }: Asked,
  ): Promise<string[] | undefined> {
    const places = keys.map((key) => [key, [until, now()] as const] as const);
    const before = await change(holder, (known) => {
      const next = { ...inForce(known), ...Object.fromEntries(places) };
      return Object.keys(next).length > most ? undefined : next;
    });
    return before && keys.filter((key) => !Object.hasOwn(inForce(before), key));
  }

  /** Whether there are places now that there were not. */
  async function forgetEnded(holder: string, { live }: Asked): Promise<boolean> {
    const known = JSON.parse((await notes.getNote(`allowance/${holder}`)) ?? '{}') as Places;
    const settled = Object.keys(known).filter((key) => (known[key]?.[1] ?? 0) < now() - MAKING_MS);
    if (settled.length === 0) return false;
    const there = await live(settled);
    const ended = settled.filter((key) => !there.has(key));
    if (ended.length > 0) await change(holder, (places) => without(places, ended));
    return ended.length > 0;
  }

  return {
    take: (holder, keys, asked) =>
      inTurn(holder, async () => {
        const taken = await tryTake(holder, keys, asked);
        if (taken) return taken;
        return (await forgetEnded(holder, asked)) ? tryTake(holder, keys, asked) : undefined;
      }),
    giveBack: (holder, keys) =>
      inTurn(holder, async () => {
        await change(holder, (places) =>
          keys.some((key) => Object.hasOwn(places, key)) ? without(places, keys) : undefined,
        );
      }),
  };
}

/** `make`, with places for what it makes; where it fails they are given back. `refused`: what is thrown where there are none. */
export async function withAllowance<T>(
  allowance: Allowance,
  holder: string,
  keys: readonly string[],
  asked: Asked,
  refused: () => Error,
  make: () => Promise<T>,
): Promise<T> {
  const taken = await allowance.take(holder, keys, asked);
  if (!taken) throw refused();
  try {
    return await make();
  } catch (error) {
    await allowance.giveBack(holder, taken);
    throw error;
  }
}

function without(places: Places, keys: readonly string[]): Places {
  return Object.fromEntries(Object.entries(places).filter(([key]) => !keys.includes(key)));
}
