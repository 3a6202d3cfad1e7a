import { setTimeout as sleep } from 'node:timers/promises';
import { unprocessable } from '@wellspring/profiles';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../test/embedded-store.ts';
import { type ResourceStore, StoreError } from '../store/store.ts';
import { createJobRunner, JobLost, type JobRunner, type RunningJob } from './runner.ts';

let store: ResourceStore;
let time = 1_000_000;
const runners: JobRunner[] = [];
const removed: string[] = [];

useEmbeddedStore((opened) => {
  ({ store } = opened);
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
});

function runner(holder: string, run: (job: RunningJob) => Promise<void>): JobRunner {
  const made = createJobRunner({
    store,
    kinds: [{ kind: 'work', run, remove: async (id) => void removed.push(id) }],
    stands: async () => true,
    holder,
    keepMs: 60_000,
    now: () => time,
    elapsed: () => time,
    log: pino({ enabled: false }),
    everyMs: 5,
  });
  runners.push(made);
  return made;
}

const begin = ({ begin: ask }: JobRunner, parts: Record<string, string> = {}): Promise<string> =>
  ask({
    kind: 'work',
    grounds: { subject: 's', clientId: 'c', fhirUser: undefined, patient: undefined },
    data: 0,
    parts,
  });

async function until(is: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 400 && !(await is()); i++) await sleep(5);
  expect(await is()).toBe(true);
}

/** Work that waits at a gate. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe('a job', () => {
  it('is gone on with by another server, from what was saved; the first one writes nothing over it', async () => {
    const stalled = gate();
    let ended: unknown;
    const a = runner('a', async (job) => {
      await job.save('half', 'half');
      await stalled.passed;
      await job.save('by a', '').catch((error: unknown) => {
        ended = error;
        throw error;
      });
    });
    const id = await begin(a);
    a.start();
    await until(async () => (await a.find(id))?.data === 'half');
    const seen: unknown[] = [];
    const b = runner('b', async (job) => {
      seen.push(job.record.data);
      await job.save('by b', 'done');
    });
    b.start();
    await sleep(30);
    expect(seen).toEqual([]);
    time += 16_000;
    await until(async () => (await b.find(id))?.state === 'done');
    stalled.open();
    await until(() => ended !== undefined);
    expect(ended).toBeInstanceOf(JobLost);
    expect(seen).toEqual(['half']);
    expect((await b.find(id))?.data).toBe('by b');
  });

  it('that is ended stops at its next saving, and nothing is left of it', async () => {
    const waiting = gate();
    const a = runner('a', async (job) => {
      expect(await job.part('list')).toBe('[1]');
      await job.save(1, '');
      await waiting.passed;
      await job.save(2, '');
    });
    const id = await begin(a, { list: '[1]' });
    a.start();
    await until(async () => (await a.find(id))?.data === 1);
    await a.end(id);
    waiting.open();
    await until(() => removed.includes(id));
    expect(await a.find(id)).toBeUndefined();
    await until(async () =>
      (await store.notes('', '\u{10ffff}', 100)).every(({ name }) => !name.includes(id)),
    );
  });

  it('is tried again when the database was away, and fails with what is wrong otherwise', async () => {
    let tries = 0;
    const a = runner('a', async () => {
      tries += 1;
      if (tries === 1) throw new StoreError('transient');
      throw unprocessable('It can not be done.');
    });
    const id = await begin(a);
    a.start();
    await until(() => tries === 1);
    time += 2000;
    await until(async () => (await a.find(id))?.state === 'failed');
    expect((await a.find(id))?.failure).toEqual({ status: 422, text: 'It can not be done.' });
    expect(removed).toContain(id);
  });

  it('is given up when it kills whoever takes it up, and forgotten when its time is over', async () => {
    const a = runner('a', async () => {
      throw new JobLost();
    });
    const id = await begin(a);
    a.start();
    await until(async () => (await a.find(id))?.state === 'failed');
    time += 60_001;
    await until(async () => (await a.find(id)) === undefined);
    expect(await a.openOf('work', 'c')).toBe(0);
  });
});
