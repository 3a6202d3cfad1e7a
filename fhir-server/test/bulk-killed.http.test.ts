/** `kill -9` in the middle of an export: whoever starts next goes on, and each resource is there once. Issue 15. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { openWorld, spawned, type World } from './world.ts';

const MANY = 3000;
const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-bulk-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

it('goes on after the server was killed', async () => {
  const environment = { BULK_FILE_RESOURCES: '100' };
  const first = await openWorld(environment, { ...spawned, dataDir });
  const bulk = (world: World) => world.token({ scope: 'system/*.rs', client_id: 'bulk', sub: 'bulk' });
  const entry = [
    { request: { method: 'PUT', url: 'Patient/p' }, resource: patient('p') },
    ...Array.from({ length: MANY }, (_, i) => ({
      request: { method: 'PUT', url: `Observation/o${i}` },
      resource: { ...observation('p', i), id: `o${i}` },
    })),
  ];
  const written = await first.ask('POST', '/', {
    token: first.system,
    body: { resourceType: 'Bundle', type: 'transaction', entry },
  });
  expect(written.status).toBe(200);
  const token = bulk(first);
  const begun = await first.ask('GET', '/$export?_type=Patient,Observation&allowPartialManifests=true', {
    token,
  });
  const id = (begun.headers.get('content-location') as string).split('/').at(-1);
  const files = (): string[] => {
    const folder = join(dataDir, 'bulk', String(id));
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  while (files().length < 6) await sleep(2);
  process.kill(first.pid as number, 'SIGKILL');
  await first.close().catch(() => undefined);

  const port = Number(new URL(first.base).port);
  const second = await openWorld(environment, { ...spawned, dataDir, port });
  const again = bulk(second);
  const lines: { id: string }[] = [];
  let url: string | undefined = `${second.base}/$export/${id}`;
  let done = await second.ask('GET', url, { token: again });
  for (; done.status !== 200; done = await second.ask('GET', url, { token: again })) {
    expect([202, 429]).toContain(done.status);
    await sleep(520);
  }
  const names: string[] = [];
  while (url) {
    const page: typeof done = await second.ask('GET', url, { token: again });
    for (const file of page.body.output) {
      const address = `${second.base}/$export/${id}/${file.url.split('/').at(-1)}`;
      names.push(file.url.split('/').at(-1));
      const { text } = await second.ask('GET', address, { token: again });
      lines.push(
        ...text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
    }
    url = page.body.link?.[0].url;
  }
  // The end of a name tells which turn made the file.
  expect(new Set(names.map((name) => name.split('-')[2])).size).toBe(2);
  expect(lines.map(({ id: each }) => each).sort()).toEqual(
    ['p', ...Array.from({ length: MANY }, (_, i) => `o${i}`)].sort(),
  );
  await second.close();
}, 60_000);
