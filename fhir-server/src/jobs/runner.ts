/**
 * Work that outlasts a request: exports, imports. A job is a note of the store, taken up by one server under a lease and saved as it goes, so that another server
 * (or the same, after a crash) goes on from what was saved last. Each saving replaces exactly what was saved before: a server that stood still and lost its
 * lease, and one whose job was cancelled, find that out and stop.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FhirError } from '@wellspring/profiles';
import type { Logger } from 'pino';
import type { Stands } from '../access/standing.ts';
import type { JobControl, JobRecord } from '../interactions/request.ts';
import { type ResourceStore, StoreError } from '../store/store.ts';
import { createLease, type Lease, leaseNote } from './lease.ts';

/** One kind of work. `data` is its own; it may be long, and is written at each saving. */
export interface JobKind {
  readonly kind: string;
  /** Resolves when all is done. Called again from what was saved last when it was interrupted. A FhirError ends the job with that failure. */
  run(job: RunningJob): Promise<void>;
  /** What the job has outside the store: of one that is over, or was never begun here. */
  remove(id: string): Promise<void>;
  /** Files that whoever asked for the job may have when it is over: as long as what it rests on stands. */
  readonly keepsFiles?: boolean;
  /** Jobs of this kind that are known: what belongs to others may go. */
  tidy?(known: ReadonlySet<string>): Promise<void>;
}

export interface RunningJob {
  readonly record: JobRecord;
  /** Throws JobLost where it is not this server's any more. */
  save(data: unknown, progress: string): Promise<void>;
  /** What does not change and is too long to be saved again and again. */
  part(name: string): Promise<string | undefined>;
  /** The server is about to stop, or the lease is gone: what is not saved is done again by whoever goes on. Throws JobLost. */
  check(): void;
}

export class JobLost extends Error {}

export interface RunnerOptions {
  readonly store: ResourceStore;
  readonly kinds: readonly JobKind[];
  readonly stands: Stands;
  /** The same after a restart, and nobody else's. */
  readonly holder: string;
  readonly keepMs: number;
  readonly now: () => number;
  /** By a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly log: Logger;
  /** How often jobs are looked for that others were asked for, or left. */
  readonly everyMs?: number;
}

export interface JobRunner extends JobControl {
  /** From now on jobs are taken up; without it they are only kept and told of. */
  start(): void;
  stop(): Promise<void>;
}

const RECORD = 'job/';
const PART = 'job-part/';
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** One after the other, or an import beside an export: the machine has other work. */
const AT_ONCE = 2;
/** Taken up so often without anything saved, a job is given up. */
const MOST_TURNS = 8;
const LISTED = 1000;
const TIDY_MS = 60_000;
const UNKNOWN = true;

const recordNote = (id: string): string => `${RECORD}${id}`;
const partNote = (id: string, name: string): string => `${PART}${id}/${name}`;

export function createJobRunner(options: RunnerOptions): JobRunner {
  const { store, kinds, stands, holder, now, elapsed, log } = options;
  const kindOf = (name: string): JobKind | undefined => kinds.find(({ kind }) => kind === name);
  const running = new Map<string, Promise<void>>();
  const waitUntil = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let lastTidy = Number.NEGATIVE_INFINITY;
  let stopping = false;

  async function records(): Promise<JobRecord[]> {
    const found: JobRecord[] = [];
    for (let from = RECORD; ; ) {
      const page = await store.notes(from, `${RECORD}\u{10ffff}`, LISTED);
      found.push(...page.map(({ value }) => JSON.parse(value) as JobRecord));
      const last = page.at(-1);
      if (page.length < LISTED || !last) return found;
      from = `${last.name}\u0000`;
    }
  }

  const leaseOf = (id: string): Lease =>
    createLease(store, { name: `job/${id}`, holder, ttlMs: LEASE_MS, now });

  async function look(): Promise<void> {
    const all = await records();
    for (const record of all) {
      if (record.expires !== undefined && record.expires <= now()) await remove(record);
      else if (record.state === 'open' && running.size < AT_ONCE) await takeUp(record.id);
    }
    if (elapsed() - lastTidy < TIDY_MS) return;
    lastTidy = elapsed();
    await endFallen(all);
    const known = new Set(all.map(({ id }) => id));
    for (const kind of kinds) await kind.tidy?.(known);
  }

  /** Of what is over nobody asks any more, once its client is gone: its files go with what they rest on. What runs asks by itself. */
  async function endFallen(all: readonly JobRecord[]): Promise<void> {
    const over = all.filter(({ kind, state }) => state !== 'open' && kindOf(kind)?.keepsFiles === true);
    const answers = new Map<string, Promise<boolean>>();
    for (const record of over) {
      const name = JSON.stringify(record.grounds);
      // What can't be said now is asked again.
      const answer = answers.get(name) ?? stands(record.grounds).catch(() => UNKNOWN);
      answers.set(name, answer);
      if (!(await answer)) await remove(record);
    }
  }

  async function takeUp(id: string): Promise<void> {
    if (stopping || running.has(id) || (waitUntil.get(id) ?? 0) > now()) return;
    const lease = leaseOf(id);
    if (!(await lease.hold())) return;
    const work = perform(id, lease)
      .catch((error: unknown) => log.error({ err: error, job: id }, 'a job was interrupted'))
      .finally(() => {
        running.delete(id);
        if (!stopping) nudge();
      });
    running.set(id, work);
  }

  async function perform(id: string, lease: Lease): Promise<void> {
    let text = await store.getNote(recordNote(id));
    const found = text === undefined ? undefined : (JSON.parse(text) as JobRecord);
    const kind = found && kindOf(found.kind);
    if (found?.state !== 'open' || !kind) return lease.release();
    let isLost = false;
    const renew = setInterval(() => {
      lease.hold().then(
        (holds) => {
          isLost ||= !holds;
        },
        () => undefined,
      );
    }, RENEW_MS);
    let record = found;
    async function put(next: JobRecord): Promise<void> {
      const fresh = JSON.stringify(next);
      if (isLost || !(await store.swapNote(recordNote(id), text, fresh))) throw new JobLost();
      text = fresh;
      record = next;
    }
    try {
      await put({ ...record, turns: record.turns + 1 });
      if (record.turns > MOST_TURNS) throw new Error('taken up again and again without getting on');
      await kind.run({
        record,
        save: (data, progress) => put({ ...record, turns: 0, data, progress }),
        part: (name) => store.getNote(partNote(id, name)),
        check() {
          if (isLost || stopping) throw new JobLost();
        },
      });
      await put({ ...record, state: 'done', ended: now(), expires: now() + options.keepMs });
      waitUntil.delete(id);
    } catch (error) {
      await interrupted(kind, id, error, record, put);
    } finally {
      clearInterval(renew);
      await letGo(id, lease).catch(() => undefined);
    }
  }

  async function letGo(id: string, lease: Lease): Promise<void> {
    await lease.release();
    if ((await store.getNote(recordNote(id))) === undefined)
      await store.setNote(leaseNote(`job/${id}`), undefined);
  }

  /** Lost: somebody else goes on, or nobody. The database was away: later. Anything else ends the job. */
  async function interrupted(
    kind: JobKind,
    id: string,
    error: unknown,
    record: JobRecord,
    put: (next: JobRecord) => Promise<void>,
  ): Promise<void> {
    if (error instanceof JobLost) {
      if ((await store.getNote(recordNote(id))) === undefined) await kind.remove(id);
      return;
    }
    if (mayPass(error) && record.turns <= MOST_TURNS) {
      waitUntil.set(id, now() + Math.min(60_000, 500 * 2 ** record.turns));
      log.warn({ failure: (error as Error).message, job: id }, 'a job waits');
      return;
    }
    log.error({ err: error, job: id }, 'a job failed');
    const failure = failureOf(error);
    await put({ ...record, state: 'failed', failure, ended: now(), expires: now() + options.keepMs }).catch(
      () => undefined,
    );
    await kind.remove(id);
  }

  async function remove(record: JobRecord): Promise<void> {
    const { id } = record;
    await store.setNote(recordNote(id), undefined);
    for (const { name } of await store.notes(partNote(id, ''), `${partNote(id, '')}\u{10ffff}`, LISTED))
      await store.setNote(name, undefined);
    await store.setNote(leaseNote(`job/${id}`), undefined);
    if (!running.has(id)) await kindOf(record.kind)?.remove(id);
  }

  function nudge(): void {
    if (!timer) return;
    looking ??= look()
      .catch((error: unknown) => log.warn({ failure: (error as Error).message }, 'jobs wait'))
      .finally(() => {
        looking = undefined;
      });
  }

  return {
    async begin({ id = randomUUID(), kind, grounds, data, parts = {} }) {
      for (const [name, value] of Object.entries(parts)) await store.setNote(partNote(id, name), value);
      const record: JobRecord = {
        id,
        kind,
        state: 'open',
        grounds,
        created: now(),
        turns: 0,
        progress: '',
        data,
      };
      await store.setNote(recordNote(id), JSON.stringify(record));
      nudge();
      return id;
    },
    async find(id) {
      const text = await store.getNote(recordNote(id));
      return text === undefined ? undefined : (JSON.parse(text) as JobRecord);
    },
    async list(kinds, limit) {
      const all = (await records()).filter(({ kind }) => kinds.includes(kind));
      return all.sort((a, b) => b.created - a.created).slice(0, limit);
    },
    async openOf(kind, clientId) {
      const all = await records();
      return all.filter(
        (each) => each.kind === kind && each.state === 'open' && each.grounds.clientId === clientId,
      ).length;
    },
    async end(id) {
      const text = await store.getNote(recordNote(id));
      if (text !== undefined) await remove(JSON.parse(text) as JobRecord);
    },
    start() {
      timer = setInterval(nudge, options.everyMs ?? 1000);
      timer.unref();
      nudge();
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      timer = undefined;
      await looking;
      await Promise.race([Promise.all(running.values()), sleep(LEASE_MS, undefined, { ref: false })]);
    },
  };
}

const PASSING: ReadonlySet<string> = new Set(['transient', 'unavailable', 'too-slow']);

const mayPass = (error: unknown): boolean =>
  (error instanceof StoreError && PASSING.has(error.fault)) ||
  (error instanceof FhirError && error.status === 503);

function failureOf(error: unknown): JobRecord['failure'] {
  if (error instanceof FhirError)
    return { status: error.status, text: error.issues.map(({ diagnostics }) => diagnostics).join(' ') };
  return { status: 500, text: 'The work could not be finished.' };
}
