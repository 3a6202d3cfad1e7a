/** A backup made while the server writes, restored, verified and served again. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUp } from '../../scripts/backup.ts';
import { restore } from '../../scripts/restore.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { verifyStore } from '../src/tools/verify.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await openWorld();
  folder = mkdtempSync(join(tmpdir(), 'wellspring-backup-'));
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const transaction = (i: number) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: ['a', 'b'].map((half) => ({
    resource: { resourceType: 'Basic', id: `${half}-${i}`, code: { text: `half ${half}` } },
    request: { method: 'PUT', url: `Basic/${half}-${i}` },
  })),
});

describe('a backup', () => {
  it('made under load holds whole transactions, and verifies when it is restored', async () => {
    let writing = true;
    const load = (async () => {
      for (let i = 0; writing; i++)
        await world.ask('POST', '', { token: world.system, body: transaction(i) });
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await backUp(world.dataDir, join(folder, 'backup'));
    writing = false;
    await load;
    restore(join(folder, 'backup'), join(folder, 'data'));
    const store = await openSqliteStore({ path: join(folder, 'data/fhir.sqlite') });
    const { resources, faults } = await verifyStore(store);
    await store.close();
    expect(faults).toEqual([]);
    expect(resources).toBeGreaterThan(4);
    expect(resources % 2).toBe(0);
  });

  it('is not put over other data, nor restored when it is damaged', () => {
    expect(() => restore(join(folder, 'backup'), join(folder, 'data'))).toThrow(/not empty/);
    const file = join(folder, 'backup/key.json');
    const names = JSON.parse(readFileSync(join(folder, 'backup/manifest.json'), 'utf8')).files as object;
    writeFileSync(file, 'x');
    const [first] = Object.keys(names) as [string];
    const bytes = readFileSync(join(folder, 'backup', first));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(join(folder, 'backup', first), bytes);
    expect(() => restore(join(folder, 'backup'), join(folder, 'other'))).toThrow(/damaged/);
  });
});

describe('npm run verify', () => {
  it('finds an index entry that is missing, and a text that is not the resource’s; npm run reindex mends the index', async () => {
    const file = join(folder, 'data/fhir.sqlite');
    const run = (tool: string): { code: number; text: string } => {
      const env = {
        ...process.env,
        DATA_DIR: join(folder, 'data'),
        FHIR_CLIENT_KEY_FILE: join(world.dataDir, 'key.json'),
      };
      try {
        return {
          code: 0,
          text: execFileSync(process.execPath, [join(import.meta.dirname, `../src/tools/${tool}.ts`)], {
            env,
            encoding: 'utf8',
            stdio: 'pipe',
          }),
        };
      } catch (error) {
        const { status, stderr } = error as { status: number; stderr: string };
        return { code: status, text: stderr };
      }
    };
    expect(run('verify').code).toBe(0);
    const db = new DatabaseSync(file);
    db.exec(
      'DELETE FROM idx WHERE rid = (SELECT min(rid) FROM resource) AND k IN (SELECT k FROM idx WHERE rid = (SELECT min(rid) FROM resource) LIMIT 1)',
    );
    db.close();
    const found = run('verify');
    expect(found.code).toBe(1);
    expect(found.text).toMatch(/Basic\/a-0: the index differs/);
    expect(run('reindex').code).toBe(0);
    expect(run('verify').code).toBe(0);
  }, 30_000);
});
