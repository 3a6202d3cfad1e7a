/** `kill -9` in the middle of an import and of an export: whoever starts next goes on, and each resource is there once (issue 15); but not where what it rests on has ended meanwhile (issue 12). */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { eventually } from './hook.ts';
import { encounter, observation, patient } from './resources.ts';
import { killedStores } from './stores.ts';
import { type Answer, killed, openWorld, spawned, type World } from './world.ts';

const MANY = 2500;
/** Many files, each saved by itself: a crash after some of them is a crash in the middle, however late a busy machine lets us look. */
const FILES = { BULK_FILE_RESOURCES: '40' };
const bulk = (world: World): string =>
  world.token({ scope: 'system/*.cruds', client_id: 'bulk', sub: 'bulk' });

async function settled(world: World, place: string): Promise<Answer> {
  const token = bulk(world);
  for (;;) {
    const answer = await world.ask('GET', place, { token });
    if (answer.status === 200) return answer;
    expect([202, 429]).toContain(answer.status);
    await sleep(520);
  }
}

const idOf = (begun: Answer): string => begun.headers.get('content-location')?.split('/').at(-1) as string;

describe.each(killedStores())('an import and an export on %s', (_, store) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-bulk-'));
  const environment = { ...FILES, ...store.environment };
  afterAll(async () => {
    rmSync(dataDir, { recursive: true, force: true });
    await store.drop();
  });

  const again = (world: World): Promise<World> => killed(world, environment, { ...spawned, dataDir });

  it('go on after the server was killed', async () => {
    const first = await openWorld(environment, { ...spawned, dataDir });
    const lines = [
      patient('p'),
      ...Array.from({ length: MANY }, (_, i) => ({ ...observation('p', i), id: `o${i}` })),
    ].map((resource) => JSON.stringify(resource));
    const order = {
      token: bulk(first),
      body: lines.join('\n'),
      headers: { 'Content-Type': 'application/fhir+ndjson' },
    };
    const loading = idOf(await first.ask('POST', '/$import', order));
    const written = async (): Promise<number> =>
      (await first.ask('GET', '/Observation?_summary=count', { token: bulk(first) })).body.total;
    let before = 0;
    while (before === 0) before = await written();
    expect(before).toBeLessThan(MANY);

    const second = await again(first);
    const loaded = await settled(second, `/$import/${loading}`);
    expect(loaded.body).toMatchObject({
      error: [],
      output: expect.arrayContaining([{ type: 'Observation', count: MANY }]),
    });
    const leaving = idOf(
      await second.ask('GET', '/$export?_type=Patient,Observation&allowPartialManifests=true', {
        token: bulk(second),
      }),
    );
    const folder = join(dataDir, 'bulk', leaving);
    while (!existsSync(folder) || readdirSync(folder).length < 6) await sleep(2);

    const third = await again(second);
    const names: string[] = [];
    const found: { id: string; meta: { versionId: string } }[] = [];
    for (let place: string | undefined = `/$export/${leaving}`; place; ) {
      const { body }: Answer = await settled(third, place);
      for (const { url } of body.output) {
        names.push(url.split('/').at(-1));
        const { text } = await third.ask('GET', url, { token: bulk(third) });
        found.push(
          ...text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
        );
      }
      place = body.link?.[0].url;
    }
    // The end of a name tells which turn made the file.
    expect(new Set(names.map((name) => name.split('-')[2])).size).toBe(2);
    const wanted = ['p', ...Array.from({ length: MANY }, (_, i) => `o${i}`)];
    expect(found.map(({ id }) => id).sort()).toEqual(wanted.sort());
    expect(new Set(found.map(({ meta }) => meta.versionId))).toEqual(new Set(['1']));
    await third.close();
  }, 150_000);

  it('are gone on with by nobody when what they rest on has ended meanwhile', async () => {
    const settings = { ...environment, INTROSPECTION_CACHE_SECONDS: '0' };
    const first = await openWorld(settings, { ...spawned, dataDir });
    const count = async (world: World): Promise<number> =>
      (await world.ask('GET', '/Encounter?_summary=count', { token: world.system })).body.total;
    const body = [patient('q'), ...Array.from({ length: MANY }, (_, i) => encounter('q', `e${i}`))]
      .map((resource) => JSON.stringify(resource))
      .join('\n');
    const headers = { 'Content-Type': 'application/fhir+ndjson' };
    const loading = idOf(await first.ask('POST', '/$import', { token: bulk(first), body, headers }));
    await eventually(() => count(first)).toBeGreaterThan(0);
    const second = await killed(first, settings, { ...spawned, dataDir, ended: ['bulk'] });
    const folder = join(dataDir, 'bulk', loading);
    await eventually(() => existsSync(folder)).toBe(false);
    expect(await count(second)).toBeLessThan(MANY);
    const told = await second.ask('GET', `/$import/${loading}`, { token: bulk(second) });
    expect([403, 404]).toContain(told.status);
    // Its client is back: nothing of it is.
    const third = await killed(second, settings, { ...spawned, dataDir });
    const leaving = idOf(
      await third.ask('GET', '/$export?_type=Patient,Observation&allowPartialManifests=true', {
        token: bulk(third),
      }),
    );
    const files = join(dataDir, 'bulk', leaving);
    await eventually(() => existsSync(files) && readdirSync(files).length).toBeGreaterThan(6);
    const fourth = await killed(third, settings, { ...spawned, dataDir, ended: ['bulk'] });
    await eventually(() => existsSync(files)).toBe(false);
    const asked = await fourth.ask('GET', `/$export/${leaving}`, { token: bulk(fourth) });
    expect([403, 404]).toContain(asked.status);
    await fourth.close();
  }, 150_000);

  it('end while they run, and with their files when they are over, when their client may have less', async () => {
    const settings = { ...environment, INTROSPECTION_CACHE_SECONDS: '0' };
    const world = await openWorld(settings, { ...spawned, dataDir });
    const folderOf = async (types: string): Promise<string> =>
      join(dataDir, 'bulk', idOf(await world.ask('GET', `/$export?_type=${types}`, { token: bulk(world) })));
    const [patients, both] = [await folderOf('Patient'), await folderOf('Patient,Observation')];
    for (const folder of [patients, both])
      expect((await settled(world, `/$export/${folder.split('/').at(-1)}`)).status).toBe(200);
    const running = await folderOf('Patient,Observation');
    await eventually(() => existsSync(running) && readdirSync(running).length).toBeGreaterThan(6);
    world.endStanding('bulk', 'system/Observation.');
    const status = async (folder: string) =>
      (await world.ask('GET', `/$export/${folder.split('/').at(-1)}`, { token: bulk(world) })).status;
    expect([await status(both), await status(patients)]).toEqual([403, 200]);
    expect([existsSync(both), existsSync(patients)]).toEqual([false, true]);
    // By itself; if it was over before, within the minute.
    await eventually(() => existsSync(running), 90_000).toBe(false);
    // Nobody asks any more: whoever starts next looks by itself.
    const next = await killed(world, settings, { ...spawned, dataDir, ended: ['bulk'] });
    await eventually(() => existsSync(patients)).toBe(false);
    await next.close();
  }, 150_000);
});
