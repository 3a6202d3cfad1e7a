/** `kill -9` in the middle of an import and of an export: whoever starts next goes on, and each resource is there once. Issue 15. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
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
});
