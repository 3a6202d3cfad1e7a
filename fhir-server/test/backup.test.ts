/** A backup made while the server writes, restored, verified and served again. */
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { backUp, digests } from '../../scripts/backup.ts';
import { restore, restoreSealed } from '../../scripts/restore.ts';
import { newIdentity } from '../../scripts/sealed-files.ts';
import { remakeLostIndex } from '../src/jobs/remake-index.ts';
import { createCustomParameters } from '../src/repository/custom-parameters.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { ResourceStore } from '../src/store/store.ts';
import { verifyStore } from '../src/tools/verify.ts';
import { openWorld, type World } from './world.ts';

const BASE = 'http://localhost:8080/fhir';

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

/** A backup has no index: it is made from what is stored, as the server does at its start. */
async function opened(path: string): Promise<ResourceStore> {
  const store = await openSqliteStore({ path });
  await remakeLostIndex(store, createCustomParameters(store, []), pino({ level: 'silent' }), BASE);
  return store;
}

describe('a backup', () => {
  it('made under load holds whole transactions, and verifies when it is restored', async () => {
    let writing = true;
    let written = 0;
    const load = (async () => {
      for (; writing; written++)
        await world.ask('POST', '', { token: world.system, body: transaction(written) });
    })();
    await vi.waitFor(() => expect(written).toBeGreaterThan(5), { timeout: 15_000 });
    await backUp(world.dataDir, join(folder, 'backup'));
    writing = false;
    await load;
    restore(join(folder, 'backup'), join(folder, 'data'));
    const store = await opened(join(folder, 'data/fhir.sqlite'));
    const { resources, faults } = await verifyStore(store, BASE);
    await store.close();
    expect(faults).toEqual([]);
    expect(resources).toBeGreaterThan(4);
    expect(resources % 2).toBe(0);
  });

  it('comes to its end however much is written meanwhile: it reads one state of the store, and does not begin again', async () => {
    const dataDir = mkdtempSync(join(folder, 'written-'));
    const large = new DatabaseSync(join(dataDir, 'fhir.sqlite'));
    large.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, text BLOB)');
    const add = large.prepare('INSERT INTO t (text) VALUES (randomblob(4000))');
    large.exec('BEGIN');
    for (let i = 0; i < 20_000; i++) add.run();
    large.exec('COMMIT');
    large.close();
    // A server that writes, in a process of its own.
    const writes = `const db = new (require('node:sqlite').DatabaseSync)(process.argv[1]);
      db.exec('PRAGMA synchronous = OFF');
      const change = db.prepare('UPDATE t SET text = randomblob(4000) WHERE id = 1');
      setInterval(() => { change.run(); process.stdout.write('.'); }, 1);`;
    const writer = spawn(process.execPath, ['-e', writes, join(dataDir, 'fhir.sqlite')]);
    onTestFinished(() => void writer.kill('SIGKILL'));
    let written = 0;
    writer.stdout.on('data', (text: Buffer) => {
      written += text.length;
    });
    await vi.waitFor(() => expect(written).toBeGreaterThan(20), { timeout: 15_000 });
    const before = written;
    await backUp(dataDir, join(folder, 'of-the-written'));
    await vi.waitFor(() => expect(written).toBeGreaterThan(before), { timeout: 15_000 });
  }, 30_000);

  it('may be larger than what is read at once', () => {
    const large = mkdtempSync(join(folder, 'large-'));
    // 2 GiB and a little, without taking the room.
    writeFileSync(join(large, 'fhir.sqlite'), '');
    truncateSync(join(large, 'fhir.sqlite'), 2 ** 31 + 4096);
    expect(Object.keys(digests(large))).toEqual(['fhir.sqlite']);
  }, 120_000);

  it('that was cut off while it was restored is no data of a server, and is restored again', () => {
    const dataDir = join(folder, 'cut-off');
    mkdirSync(join(dataDir, '.restoring-killed'), { recursive: true });
    writeFileSync(join(dataDir, '.restoring-killed/fhir.sqlite'), 'half of it');
    restore(join(folder, 'backup'), dataDir);
    expect(readdirSync(dataDir)).toEqual(
      readdirSync(join(folder, 'data')).filter((name) => !name.includes('index')),
    );
    expect(() => restore(join(folder, 'backup'), dataDir)).toThrow(/not empty/);
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

describe('a sealed backup', () => {
  const modes = (path: string): string[] => [
    (statSync(path).mode & 0o777).toString(8),
    ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => {
      const found = statSync(join(path, name));
      return `${found.isDirectory() ? 'folder' : 'file'} ${(found.mode & 0o777).toString(8)}`;
    }),
  ];
  const CLOSED = /^(700|folder 700|file 600)$/;

  it('X12 is readable by nobody but the holder of the private key, and whole when it is opened; every file of it is private', async () => {
    const before = process.umask(0o022);
    try {
      const recipient = await newIdentity(join(folder, 'identity.txt'));
      await world.ask('PUT', '/Basic/canary', {
        token: world.system,
        body: { resourceType: 'Basic', id: 'canary', code: { text: 'canary-in-the-clear' } },
      });
      await backUp(world.dataDir, join(folder, 'sealed'), [recipient]);
      await backUp(world.dataDir, join(folder, 'plain'));
      const names = readdirSync(join(folder, 'sealed'), { recursive: true, encoding: 'utf8' });
      expect(names).toContain('fhir.sqlite.age');
      for (const name of names.filter((each) => statSync(join(folder, 'sealed', each)).isFile())) {
        const bytes = readFileSync(join(folder, 'sealed', name), 'latin1');
        expect(bytes.startsWith('age-encryption.org/v1')).toBe(true);
        expect(bytes).not.toContain('canary');
      }
      // Nothing in the clear is left where it was made.
      expect(readdirSync(world.dataDir).filter((name) => name.startsWith('.backup-'))).toEqual([]);
      await restoreSealed(join(folder, 'sealed'), join(folder, 'opened'), join(folder, 'identity.txt'));
      const store = await opened(join(folder, 'opened/fhir.sqlite'));
      expect((await verifyStore(store, BASE)).faults).toEqual([]);
      expect((await store.read('Basic', 'canary', { kind: 'all' }))?.body).toContain('canary-in-the-clear');
      await store.close();
      for (const path of ['sealed', 'plain', 'opened', 'data'].map((name) => join(folder, name)))
        for (const mode of modes(path)) expect(mode).toMatch(CLOSED);
      for (const mode of modes(world.dataDir)) expect(mode).toMatch(CLOSED);
      expect((statSync(join(folder, 'identity.txt')).mode & 0o777).toString(8)).toBe('600');
    } finally {
      process.umask(before);
    }
  });

  it('opens for no other key, and not when a byte was changed; nothing is left then', async () => {
    await newIdentity(join(folder, 'other.txt'));
    const to = join(folder, 'nothing');
    await expect(restoreSealed(join(folder, 'sealed'), to, join(folder, 'other.txt'))).rejects.toThrow(
      /can not be opened/,
    );
    const file = join(folder, 'sealed/fhir.sqlite.age');
    const bytes = readFileSync(file);
    const at = bytes.length - 100;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expect(restoreSealed(join(folder, 'sealed'), to, join(folder, 'identity.txt'))).rejects.toThrow(
      /can not be opened/,
    );
    expect(existsSync(to)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([]);
    await expect(backUp(world.dataDir, join(folder, 'typo'), ['age1nonsense'])).rejects.toThrow(
      /no public key/,
    );
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
    const db = new DatabaseSync(file.replace('fhir.sqlite', 'fhir-index.sqlite'));
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
