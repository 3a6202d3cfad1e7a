/** Bulk Data while others write: run after run with `_since`, a copy ends as what the server holds, and no version comes twice. Issue 15. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const WRITERS = 32;
const RUNS = 4;
const TYPES = ['Patient', 'Observation', 'Group'];

describe.each(STORES)('incremental exports on %s', (_store, open) => {
  let world: World;
  let token: string;
  beforeAll(async () => {
    world = await open({ BULK_FILE_RESOURCES: '7', BULK_JOBS_PER_CLIENT: '50' });
    token = world.token({ scope: 'system/*.rs', client_id: 'bulk', sub: 'bulk' });
    for (let i = 0; i < 4; i++)
      await world.ask('PUT', `/Patient/p${i}`, { token: world.system, body: patient(`p${i}`) });
  });
  afterAll(() => world?.close());

  async function run(level: string, since: string | undefined) {
    const begun = await world.ask(
      'GET',
      `${level}/$export?_type=Patient,Observation${since ? `&_since=${since}` : ''}`,
      { token },
    );
    const location = begun.headers.get('content-location') as string;
    let done = await world.ask('GET', location, { token });
    for (; done.status === 202 || done.status === 429; done = await world.ask('GET', location, { token }))
      await sleep(520);
    const lines = async (files: readonly { url: string }[]) => {
      const texts = await Promise.all(
        files.map(async ({ url }) => (await world.ask('GET', url, { token })).text),
      );
      return texts.flatMap((text) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
    };
    return {
      time: done.body.transactionTime as string,
      output: await lines(done.body.output),
      deleted: await lines(done.body.deleted),
    };
  }

  /** One change: what a writer does next to one of a few resources, so that they meet. */
  const change = fc.record({
    id: fc.nat(11),
    patient: fc.nat(3),
    value: fc.nat(99),
    isDeletion: fc.boolean(),
  });

  it('miss nothing and repeat nothing', async () => {
    const [script] = fc.sample(fc.array(change, { minLength: 400, maxLength: 400 }), {
      numRuns: 1,
      seed: 15,
    }) as [{ id: number; patient: number; value: number; isDeletion: boolean }[]];
    let isOver = false;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let i = writer; !isOver; i += WRITERS) {
        const each = script[i % script.length] as (typeof script)[number];
        const id = `o${each.id}`;
        if (each.isDeletion) await world.ask('DELETE', `/Observation/${id}`, { token: world.system });
        else
          await world.ask('PUT', `/Observation/${id}`, {
            token: world.system,
            body: { ...observation(`p${each.patient}`, each.value), id },
          });
        await sleep(each.value % 5);
      }
    });
    const copy = new Map<string, unknown>();
    const seen = new Set<string>();
    let since: string | undefined;
    for (let i = 0; i <= RUNS; i++) {
      if (i === RUNS) {
        isOver = true;
        await Promise.all(writers);
      }
      const found = await run(i % 2 ? '/Patient' : '', since);
      const told = new Set<string>();
      for (const resource of found.output) {
        const name = `${resource.resourceType}/${resource.id}`;
        expect(told).not.toContain(name);
        told.add(name);
        const { versionId, lastUpdated } = resource.meta;
        expect(seen).not.toContain(`${name}/${versionId}`);
        seen.add(`${name}/${versionId}`);
        expect(lastUpdated <= found.time && (since === undefined || lastUpdated > since)).toBe(true);
        copy.set(name, resource);
      }
      for (const { entry } of found.deleted) {
        expect(told).not.toContain(entry[0].request.url);
        copy.delete(entry[0].request.url);
      }
      since = found.time;
    }
    const held = new Map<string, unknown>();
    for (const type of TYPES) {
      const { body } = await world.ask('GET', `/${type}?_count=100`, { token });
      for (const { resource } of body.entry ?? []) held.set(`${type}/${resource.id}`, resource);
    }
    expect(copy).toEqual(held);
  }, 60_000);
});
