/**
 * How far the change log is complete, without a document that every write touches and without clocks that agree (docs/decisions, "The change log by
 * watermarks").
 *
 * Each process stamps its writes by a clock of its own that never goes back, and publishes twice a second the time before which all of its writes
 * have ended: its watermark. Before the least watermark of all processes nothing can come any more. Whoever joins begins after every
 * watermark there is; whoever is silent has its transactions ended by the others and is left out, and may not commit before it has joined again.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, UUID } from 'mongodb';
import { StoreError } from '../store.ts';

export interface ProcessDocument {
  /** Random, new with each start; FLOOR is that of those who left. */
  _id: string;
  /** Milliseconds. */
  watermark: number;
  /** Counts publications. */
  beat: number;
  /** The beat in which the oldest write began that is still open; the one to come where there is none. */
  open: number;
  /** The sessions that its transactions are in. */
  sessions: UUID[];
}

export interface Stamp {
  /** At or after this lies every write that it was taken for. */
  readonly time: number;
  /** It is committed, or never will be. */
  end(): void;
  /** Nobody knows whether it is committed: it holds the watermark until the server must have given it up. */
  lost(): void;
}

export interface WriteClock {
  /** `session`: what the transaction will be in. It is known to others before it is used, so that they can end it. */
  begin(session: UUID | undefined): Promise<Stamp>;
  /** Whether others still wait for what this process has open. To be asked before each commit. */
  mayCommit(): Promise<boolean>;
  /** A time that this process has seen: what it stamps next is not before it. */
  saw(time: number): void;
  /** Every committed write stamped before this can be read, and no other will be stamped before it. */
  watermark(): Promise<number>;
  /** Resolves when every write has ended that was open anywhere when it was called. */
  settled(): Promise<void>;
  /** Resolves when the watermark is beyond everything that was acknowledged anywhere when it was called. */
  complete(): Promise<void>;
  close(): Promise<void>;
}

export interface WriteClockOptions {
  /** Milliseconds since the epoch; may be minutes wrong, and go back. */
  readonly clock: () => number;
  /** How long the server keeps a transaction open (transactionLifetimeLimitSeconds). */
  readonly lifetimeMs: number;
  /** Called with each answer of the database. */
  readonly answered: () => void;
  /** Ends the transactions of these sessions, whoever opened them; rejects where the server can't. */
  readonly fence: (sessions: readonly UUID[]) => Promise<void>;
}

interface Open {
  readonly time: number;
  readonly beat: number;
  readonly ended: Promise<void>;
  isLost: boolean;
}

const FLOOR = 'floor';
const BEAT_MS = 500;
/** A process that could not publish for this long neither begins nor commits anything. */
const FRESH_MS = 2000;
/** One that is silent for this long commits nothing (FRESH_MS): it is left out, and nobody waits for it before a deletion. */
const SILENT_MS = 3000;

/** Writes of one process in one millisecond get times of their own, up to this far ahead. */
const AHEAD_MS = 50;

const monotonic = (): number => performance.now();

export async function openWriteClock(
  processes: Collection<ProcessDocument>,
  { clock, lifetimeMs, answered, fence }: WriteClockOptions,
): Promise<WriteClock> {
  const expiryMs = FRESH_MS + lifetimeMs + SILENT_MS;
  const open = new Set<Open>();
  /** What is known of others, and since when it has not changed, by this process's own timer. */
  const seen = new Map<string, { readonly beat: number; readonly since: number }>();
  let looked = -Infinity;
  const sessions = new Map<string, UUID>();
  let published = new Set<string>();
  let me = '';
  let beat = 0;
  let last = 0;
  let renewed = { steady: -Infinity, wall: -Infinity };

  /** A machine that slept has a timer that stood still and a clock that did not: both must say that it was not long. */
  const isFresh = (): boolean =>
    monotonic() - renewed.steady < FRESH_MS && Math.abs(Date.now() - renewed.wall) < FRESH_MS;

  const saw = (time: number): void => {
    last = Math.max(last, time);
  };

  /** What is stamped from here on is later than everything before. */
  const tick = (): void => {
    last = Math.max(last + 1, clock());
  };

  async function list(): Promise<ProcessDocument[]> {
    const found = await processes.find().toArray();
    const now = monotonic();
    // Who could not look can't tell who was silent meanwhile.
    if (now - looked > SILENT_MS / 2) seen.clear();
    looked = now;
    for (const { _id, beat: itsBeat, watermark } of found) {
      // Those that are ahead are followed, so that the fastest clock holds nobody up.
      saw(watermark);
      if (seen.get(_id)?.beat !== itsBeat) seen.set(_id, { beat: itsBeat, since: now });
    }
    const there = new Set(found.map(({ _id }) => _id));
    for (const id of seen.keys()) if (!there.has(id)) seen.delete(id);
    return found.filter(({ _id }) => _id !== FLOOR);
  }

  const silentFor = (id: string): number => monotonic() - (seen.get(id)?.since ?? monotonic());

  const raiseFloor = (time: number): Promise<unknown> =>
    processes.updateOne(
      { _id: FLOOR },
      { $max: { watermark: time }, $set: { beat: 0, open: 0, sessions: [] } },
      { upsert: true },
    );

  /** Its transactions are ended first; where the server can't do that, it is waited until it has given them up by itself. */
  async function leaveOut(each: ProcessDocument): Promise<void> {
    const { _id, beat: itsBeat, watermark } = each;
    const isFenced = await fence(each.sessions).then(
      () => true,
      () => false,
    );
    if (!isFenced && silentFor(_id) < expiryMs) return;
    await raiseFloor(watermark);
    await processes.deleteOne({ _id, beat: itsBeat });
  }

  /** It holds everybody's watermark from its first line on, and only then looks where the others are. */
  async function join(): Promise<void> {
    const id = randomUUID();
    await processes.insertOne({ _id: id, watermark: 0, beat: 0, open: 0, sessions: [] });
    await list();
    beat = 0;
    me = id;
  }

  let publishing: Promise<void> | undefined;
  let asked: Promise<void> | undefined;

  async function publishOnce(): Promise<void> {
    if (me === '') {
      // Left out: what is still open may not be committed, and nothing begins anew before it has ended.
      if ([...open].some(({ isLost }) => !isLost)) return;
      open.clear();
      await join();
    }
    const began = { steady: monotonic(), wall: Date.now() };
    beat += 1;
    tick();
    const known = [...sessions.values()];
    const watermark = Math.min(last, ...[...open].map(({ time }) => time));
    const opened = Math.min(beat, ...[...open].map((each) => each.beat));
    const { matchedCount } = await processes.updateOne(
      { _id: me },
      { $set: { watermark, beat, open: opened, sessions: known } },
    );
    answered();
    if (matchedCount === 1) {
      published = new Set(known.map((each) => each.toHexString()));
      renewed = began;
      return;
    }
    me = '';
    renewed = { steady: -Infinity, wall: -Infinity };
  }

  /** A publication that begins after the call. */
  function publish(): Promise<void> {
    if (!publishing) {
      publishing = publishOnce().finally(() => {
        publishing = undefined;
      });
      return publishing;
    }
    asked ??= publishing
      .catch(() => undefined)
      .then(() => {
        asked = undefined;
        return publish();
      });
    return asked;
  }

  async function beatOnce(): Promise<void> {
    // What is learnt of the others goes into what is told them.
    for (const each of await list())
      if (each._id !== me && silentFor(each._id) > SILENT_MS) await leaveOut(each);
    await publish();
  }

  let ticking: Promise<void> | undefined;
  await beatOnce();
  const timer = setInterval(() => {
    ticking ??= beatOnce()
      .catch(() => undefined)
      .finally(() => {
        ticking = undefined;
      });
  }, BEAT_MS);
  timer.unref();

  async function watermark(): Promise<number> {
    await publish();
    return Math.min(...(await list()).map((each) => each.watermark));
  }

  async function settled(): Promise<void> {
    tick();
    const own = [...open].map(({ ended }) => ended);
    const others = (await list()).filter(({ _id }) => _id !== me);
    await Promise.all(own);
    let waiting = others;
    while (waiting.length > 0) {
      const now = new Map((await list()).map((each) => [each._id, each]));
      waiting = waiting.filter(({ _id, beat: then }) => {
        const each = now.get(_id);
        // Its next publication may have been on its way: the one after it began later.
        return each && each.open <= then + 1 && silentFor(_id) < SILENT_MS;
      });
      if (waiting.length > 0) await sleep(BEAT_MS / 4);
    }
  }

  return {
    async mayCommit() {
      // Late, for want of a processor: as long as nobody has left it out, it need only say that it lives.
      if (!isFresh()) await publish();
      return isFresh();
    },
    saw,
    async begin(session) {
      if (session) sessions.set(session.toHexString(), session);
      if (!isFresh() || (session && !published.has(session.toHexString()))) await publish();
      if (!isFresh()) throw new StoreError('transient');
      const now = clock();
      // What one process writes one after the other is in this order in the log too, as long as that is not far ahead of the time.
      last = last - now < AHEAD_MS ? Math.max(last + 1, now) : last;
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      const entry: Open = { time: last, beat, ended, isLost: false };
      open.add(entry);
      const end = (): void => {
        open.delete(entry);
        resolve();
      };
      const lost = (): void => {
        entry.isLost = true;
        setTimeout(end, expiryMs).unref();
      };
      return { time: last, end, lost };
    },
    watermark,
    async complete() {
      await settled();
      // Processes whose clocks are behind follow those that are ahead.
      const target = Math.max(...(await list()).map((each) => each.watermark));
      while ((await watermark()) < target) await sleep(BEAT_MS / 4);
    },
    settled,
    async close() {
      clearInterval(timer);
      await ticking;
      await publishing?.catch(() => undefined);
      if (me === '') return;
      await raiseFloor(last);
      await processes.deleteOne({ _id: me });
    },
  };
}
