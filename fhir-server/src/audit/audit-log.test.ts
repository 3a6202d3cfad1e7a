/** What both audit logs promise; MongoDB where a server is named. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AccountedWrite,
  type AuditLog,
  type AuditRow,
  type WriteSource,
  writtenBy,
} from './audit-log.ts';
import { openMongodbAuditLog } from './mongodb-audit-log.ts';
import { openSqliteAuditLog } from './sqlite-audit-log.ts';

const row = (more: Partial<AuditRow> = {}): AuditRow => ({
  at: Date.now(),
  action: 'R',
  interaction: 'read',
  status: 200,
  type: 'Observation',
  id: 'o',
  patients: ['ana'],
  subject: 'doc',
  client: 'ehr',
  requestId: 'r',
  ...more,
});

interface Opened {
  readonly log: AuditLog;
  /** The same log, as another process opens it. */
  again(options?: { source: WriteSource; keepsUp: boolean }): Promise<AuditLog>;
  remove(): Promise<void>;
}

async function sqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-audit-'));
  const again: Opened['again'] = (options) => openSqliteAuditLog(join(folder, 'audit.sqlite'), options);
  return { log: await again(), again, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}

async function mongodb(): Promise<Opened> {
  const url = process.env.CONTRACT_MONGODB_URL as string;
  const database = `audit_${randomUUID().slice(0, 8)}`;
  const again: Opened['again'] = (options) => openMongodbAuditLog(url, database, options);
  const remove = async () => {
    const client = await new MongoClient(url).connect();
    await client.db(database).dropDatabase();
    await client.close();
  };
  return { log: await again(), again, remove };
}

const adapters: [string, () => Promise<Opened>][] = [['sqlite', sqlite]];
if (process.env.CONTRACT_MONGODB_URL) adapters.push(['mongodb', mongodb]);

describe.each(adapters)('the audit log in %s', (_, open) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened.log.close();
    await opened.remove();
  });

  it('gives rows back newest first, page by page, by what they are about', async () => {
    const { log } = opened;
    await Promise.all([
      log.append([row({ requestId: '1' }), row({ requestId: '2', patients: ['bob'], action: 'U' })]),
      log.append([
        row({ requestId: '3', patients: ['ana', 'bob'], status: 404, fhirUser: 'Practitioner/p' }),
      ]),
    ]);
    await log.append([row({ requestId: '4', interaction: 'search-type', at: Date.now() + 1 })]);
    const ask = async (query: object) =>
      (await log.search({ count: 10, ...query })).rows.map(({ requestId }) => requestId);
    expect(await ask({})).toEqual(['4', '3', '2', '1']);
    expect(await ask({ patients: ['bob'] })).toEqual(['3', '2']);
    expect(await ask({ actions: ['U', 'D'] })).toEqual(['2']);
    expect(await ask({ failed: true })).toEqual(['3']);
    expect(await ask({ named: [['Practitioner/p', 'Practitioner/q']] })).toEqual(['3']);
    expect(await ask({ named: [['Patient/bob']] })).toEqual(['3', '2']);
    expect(await ask({ named: [['Patient/bob'], ['Observation/o'], ['Practitioner/p']] })).toEqual(['3']);
    expect(await ask({ notBy: ['Practitioner/p', 'Patient/ana'] })).toEqual(['4', '2', '1']);
    expect(await ask({ notBy: ['Patient/bob'], patients: ['bob'] })).toEqual(['3', '2']);
    expect(await ask({ interactions: ['search-type'] })).toEqual(['4']);
    expect(await ask({ named: [['Observation/o']], to: 0 })).toEqual([]);
    expect(await ask({ ascending: true, count: 3 })).toEqual(['1', '2', '3']);
    const first = await log.search({ count: 3 });
    expect(first.next).toBe(first.rows.at(-1)?.auditId);
    expect(await ask({ after: first.next })).toEqual(['1']);
    expect(await ask({ after: first.next, ascending: true })).toEqual(['3', '4']);
    expect(await ask({ auditIds: [first.rows[1]?.auditId, first.rows[0]?.auditId] })).toEqual(['4', '3']);
  });

  it('is whole, also when two processes write to it', async () => {
    const other = await opened.again();
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? other : opened.log).append([row()])));
    const { batches, faults } = await opened.log.verify();
    await other.close();
    expect(faults).toEqual([]);
    expect(batches).toBeGreaterThanOrEqual(2);
  });

  it('keeps rows that say much, as those of a search about many patients', async () => {
    const at = Date.now() - 7_200_000;
    const query = `identifier=${'é'.repeat(1_000_000)}`;
    const long = Array.from({ length: 10 }, (_, i) => row({ at, query, requestId: `long${i}` }));
    await opened.log.append(long);
    expect((await opened.log.verify()).faults).toEqual([]);
    const { rows } = await opened.log.search({ from: at, to: at + 1, count: 100 });
    expect(rows.filter((each) => each.query === query)).toHaveLength(10);
  }, 30_000);

  it('shows each row on one page, by whatever clocks several processes kept them, in both directions', async () => {
    const others = await Promise.all([opened.again(), opened.again()]);
    const logs = [opened.log, ...others];
    await fc.assert(
      fc.asyncProperty(
        // Minutes by which each clock is wrong, and rows that come in so many milliseconds.
        fc.tuple(...logs.map(() => fc.integer({ min: -5, max: 5 }))),
        fc.array(fc.tuple(fc.nat(logs.length - 1), fc.nat(2)), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (wrong, kept, count, ascending) => {
          const id = randomUUID();
          const now = Date.now() - 3_600_000;
          await Promise.all(
            kept.map(([who, ms], i) => {
              const at = now + (wrong[who] as number) * 60_000 + ms;
              return logs[who]?.append([row({ at, id, requestId: String(i) })]);
            }),
          );
          // Each shows what it has kept itself at once, and what others have when they have looked.
          for (const each of logs) await each.search({ count: 1 });
          const seen: { at: number; requestId: string }[] = [];
          let after: string | undefined;
          do {
            const named = [[`Observation/${id}`]];
            const page = await opened.log.search({ named, count, ascending, ...(after ? { after } : {}) });
            seen.push(...page.rows);
            after = page.next;
          } while (after);
          expect(seen.map(({ requestId }) => Number(requestId)).sort((a, b) => a - b)).toEqual([
            ...kept.keys(),
          ]);
          const times = seen.map(({ at }) => at);
          expect(times).toEqual([...times].sort((a, b) => (ascending ? a - b : b - a)));
        },
      ),
      { numRuns: 8 },
    );
    await Promise.all(others.map((each) => each.close()));
  });

  it('shows each row on one page, also those of two processes in the same millisecond', async () => {
    const other = await opened.again();
    const at = Date.now() + 60_000;
    const rows = (who: string) => Array.from({ length: 20 }, (_, i) => row({ at, requestId: `${who}${i}` }));
    await Promise.all([
      ...rows('a').map((each) => opened.log.append([each])),
      ...rows('b').map((each) => other.append([each])),
    ]);
    await other.close();
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await opened.log.search({ from: at, count: 7, ...(after ? { after } : {}) });
      seen.push(...page.rows.map(({ requestId }) => requestId));
      after = page.next;
    } while (after);
    expect(seen).toHaveLength(40);
    expect(new Set(seen).size).toBe(40);
  });
});

describe.each(adapters)('what is written, in %s', (_, openLog) => {
  const write = (id: string): AccountedWrite => ({
    type: 'Observation',
    id,
    version: 1,
    lastUpdated: 1000,
    method: 'create',
    patients: ['ana'],
    by: writtenBy({ subject: 'doc', client: 'ehr', requestId: id }),
  });
  /** A store's change log; positions are counted. */
  const sourceOf = (writes: readonly AccountedWrite[]): WriteSource => ({
    writes: async (after, limit) => {
      const from = Number(after ?? 0);
      const page = writes.slice(from, from + Math.min(limit, 2));
      return { writes: page, position: page.length === 0 ? undefined : String(from + page.length) };
    },
  });

  it('comes in from the store, each version once, whoever takes it in and whenever a process dies', async () => {
    const opened = await openLog();
    const written = Array.from({ length: 5 }, (_, i) => write(`w${i}`));
    const options = { source: sourceOf(written), keepsUp: false };
    const open = () => opened.again(options);
    const [first, second] = [await open(), await open()];
    const seen = async (log: AuditLog) =>
      (await log.search({ patients: ['ana'], count: 100 })).rows.map(({ requestId }) => requestId);
    await Promise.all([seen(first), seen(second), first.verify(), second.verify()]);
    expect(await seen(second)).toEqual(['w4', 'w3', 'w2', 'w1', 'w0']);
    // The first one dies here; what is written now was taken in by nobody.
    written.push(write('w5'));
    const third = await open();
    expect(await seen(third)).toEqual(['w5', 'w4', 'w3', 'w2', 'w1', 'w0']);
    expect((await third.verify()).faults).toEqual([]);
    const [row] = (await third.search({ count: 1 })).rows;
    expect(row).toMatchObject({
      at: 1000,
      action: 'C',
      interaction: 'create',
      status: 201,
      version: 1,
      client: 'ehr',
    });
    for (const log of [first, second, third, opened.log]) await log.close();
    await opened.remove();
  });
});

describe('rows that a killed process left in its journal', () => {
  it('are in the log when the next one starts, each once, but for a line that was cut off', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wellspring-audit-'));
    const path = join(folder, 'audit.sqlite');
    const first = await openSqliteAuditLog(path);
    await first.append([row({ requestId: 'stored' })]);
    const [stored] = (await first.search({ count: 1 })).rows;
    await first.close();
    const left = JSON.stringify({ ...row({ requestId: 'left' }), auditId: randomUUID() });
    const journal = join(folder, 'audit-journal-999999-00.ndjson');
    writeFileSync(journal, `${JSON.stringify(stored)}\n${left}\n{"at":1,"act`);
    const second = await openSqliteAuditLog(path);
    const { rows } = await second.search({ count: 10 });
    expect(rows.map(({ requestId }) => requestId)).toEqual(['left', 'stored']);
    expect((await second.verify()).faults).toEqual([]);
    expect(existsSync(journal)).toBe(false);
    await second.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('an audit log that is closed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-audit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has kept what was appended in the same turn, and neither takes nor writes anything afterwards', async () => {
    const log = await openSqliteAuditLog(join(folder, 'audit.sqlite'));
    const appended = log.append([row({ requestId: 'last' })]);
    const closed = log.close();
    await Promise.all([appended, closed]);
    // The kernel gives numbers of closed files out again, the lowest first: what the log still wrote would be in this one.
    const others = Array.from({ length: 8 }, (_, i) => join(folder, `other-${i}`));
    const opened = others.map((path) => openSync(path, 'a'));
    await expect(log.append([row()])).rejects.toThrow('closed');
    await new Promise((resolve) => setImmediate(resolve));
    for (const fd of opened) closeSync(fd);
    expect(others.map((path) => readFileSync(path, 'utf8')).join('')).toBe('');
    expect(readdirSync(folder).filter((name) => name.includes('journal'))).toEqual([]);
    const next = await openSqliteAuditLog(join(folder, 'audit.sqlite'));
    expect((await next.search({ count: 10 })).rows.map(({ requestId }) => requestId)).toEqual(['last']);
    await next.close();
  });

  it('leaves what the database would not take to the next process', async () => {
    const path = join(folder, 'audit.sqlite');
    const log = await openSqliteAuditLog(path);
    await log.append([row({ requestId: 'kept' })]);
    const other = new DatabaseSync(path);
    other.exec(
      "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
    await log.close();
    expect(readdirSync(folder).filter((name) => name.includes('journal'))).toHaveLength(1);
    other.exec('DROP TRIGGER full');
    other.close();
    const next = await openSqliteAuditLog(path);
    expect((await next.search({ count: 10 })).rows.map(({ requestId }) => requestId)).toEqual(['kept']);
    expect((await next.verify()).faults).toEqual([]);
    await next.close();
  });
});
