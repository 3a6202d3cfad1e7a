/** The embedded audit log where a server answers requests: its database is in a thread of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { type AuditRow, type WriteSource, writtenBy } from './audit-log.ts';
import { openSqliteAuditLog } from './sqlite-audit-log.ts';
import { row, seen } from './test-rows.ts';

let folder: string;
let path: string;
const journals = (): string[] => readdirSync(folder).filter((name) => name.includes('journal'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-audit-'));
  path = join(folder, 'audit.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store that nobody writes to; `where`: what else happens in the thread that asks it. */
const sourceThat = (where: string): WriteSource => ({
  writes: () => Promise.reject(new Error('asked in the thread that answers')),
  elsewhere: {
    module: `data:text/javascript,${encodeURIComponent(`
      import { appendFileSync, existsSync } from 'node:fs';
      export const openSource = (file) => {
        appendFileSync(file + 's', 'thread;');
        return { writes: async () => { ${where}; return { writes: [] }; }, close() {} };
      };`)}`,
    file: join(folder, 'end'),
  },
});

describe('the audit log of a server', () => {
  it('shows what was written and what was read as soon as each is answered, and nothing twice after a restart', async () => {
    const store = await openSqliteStore({ path: join(folder, 'fhir.sqlite'), writer: 'thread' });
    const log = await openSqliteAuditLog(path, { source: store, keepsUp: true });
    const entries = {
      owners: ['ana'],
      mainDate: undefined,
      words: { text: [], content: [] },
      ...{
        tokens: [],
        strings: [],
        dates: [],
        numbers: [],
        quantities: [],
        references: [],
        uris: [],
        links: [],
      },
      present: [],
    };
    for (const id of ['w1', 'w2']) {
      const text = { before: `{"resourceType":"Observation","id":"${id}","meta":{`, after: '}}' };
      const by = writtenBy({ subject: 'doc', client: 'ehr', requestId: id });
      await store.transact([{ kind: 'create', type: 'Observation', id, text, entries }], by);
      await log.append([row(`r-${id}`)]);
      expect(await seen(log)).toContain(id);
    }
    expect(await seen(log)).toEqual(['r-w1', 'r-w2', 'w1', 'w2']);
    const [head] = log.heads();
    await log.append([row('last', { status: 404 })]);
    await log.close();
    expect(journals()).toEqual([]);
    expect(log.heads()).not.toEqual([head]);
    const again = await openSqliteAuditLog(path, { source: store, keepsUp: false });
    expect(await seen(again)).toEqual(['last', 'r-w1', 'r-w2', 'w1', 'w2']);
    expect((await again.verify(log.heads())).faults).toEqual([]);
    await again.close();
    await store.close();
  });

  it('keeps what it was told while its thread had ended, each row once', async () => {
    const ends = 'if (existsSync(file)) process.exit(1)';
    const log = await openSqliteAuditLog(path, { source: sourceThat(ends), keepsUp: false });
    await log.append([row('before')]);
    expect(await seen(log)).toEqual(['before']);
    writeFileSync(join(folder, 'end'), '');
    await log.append([row('stored, and not answered for')]);
    await expect(log.search({ count: 1 })).rejects.toThrow('has ended');
    rmSync(join(folder, 'end'));
    await log.append([row('after')]);
    expect(await seen(log)).toEqual(['after', 'before', 'stored, and not answered for']);
    // Two threads, two chains; what both of them wrote is told.
    const { batches, faults } = await log.verify(log.heads());
    expect({ batches, faults, chains: log.heads().length }).toEqual({ batches: 3, faults: [], chains: 2 });
    await log.close();
  });

  it('has one thread, however many find that the last one ended, and none after it was closed', async () => {
    const log = await openSqliteAuditLog(path, {
      source: sourceThat('if (existsSync(file)) process.exit(1)'),
      keepsUp: false,
    });
    writeFileSync(join(folder, 'end'), '');
    await expect(log.search({ count: 1 })).rejects.toThrow('has ended');
    rmSync(join(folder, 'end'));
    expect(await Promise.all([seen(log), seen(log), seen(log)])).toEqual([[], [], []]);
    await log.close();
    await expect(log.search({ count: 1 })).rejects.toThrow('closed');
    expect(readFileSync(join(folder, 'ends'), 'utf8')).toBe('thread;thread;');
  });

  it('does not start on a database that is damaged', async () => {
    writeFileSync(path, 'no database at all, though long enough to be looked at'.repeat(20));
    await expect(openSqliteAuditLog(path, { source: sourceThat(''), keepsUp: false })).rejects.toThrow(
      'not a database',
    );
  });
});

describe('an audit log whose database takes nothing', () => {
  it('is behind for a while, then refuses, and goes on when the database does', async () => {
    const log = await openSqliteAuditLog(path);
    const other = new DatabaseSync(path);
    other.exec(
      "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
    const many = (name: string, count: number): AuditRow[] =>
      Array.from({ length: count }, (_, i) => row(`${name}${i}`));
    await log.append(many('a', 15_000));
    await expect(log.append(many('b', 5000))).rejects.toThrow('full');
    other.exec('DROP TRIGGER full');
    await log.append([row('c')]);
    const { rows } = await log.search({ count: 30_000 });
    expect(new Set(rows.map(({ requestId }) => requestId)).size).toBe(20_001);
    expect(journals()).toEqual([]);
    expect((await log.verify()).faults).toEqual([]);
    other.close();
    await log.close();
  });
});
