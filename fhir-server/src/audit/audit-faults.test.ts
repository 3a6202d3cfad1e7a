/** The embedded audit log where something is wrong: a journal, the database, a folder. What was answered for comes in when it is over, and it is told meanwhile. */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditLog, WriteSource } from './audit-log.ts';
import type { AuditNews } from './audit-news.ts';
import { openSqliteAuditLog } from './sqlite-audit-log.ts';
import { row, seen } from './test-rows.ts';

const line = (requestId: string): string => JSON.stringify({ ...row(requestId), auditId: randomUUID() });

let folder: string;
let path: string;
let news: AuditNews[];
const names = (): string[] => readdirSync(folder).filter((name) => name.includes('journal'));
const nothing: WriteSource = { writes: async () => ({ writes: [], position: undefined }) };
const elsewhere = {
  module:
    'data:text/javascript,export const openSource = () => ({ writes: async () => ({ writes: [] }), close() {} });',
  file: '',
};
const open = (source: WriteSource): Promise<AuditLog> =>
  openSqliteAuditLog(path, { source, keepsUp: false, tell: (each) => news.push(each) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-audit-'));
  path = join(folder, 'audit.sqlite');
  news = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['in this thread', nothing],
  ['in a thread of its own', { ...nothing, elsewhere }],
])('the audit log, its database %s', (_, source) => {
  it('starts with a journal that is damaged: every row of it and of the others is in the log, and the file is kept', async () => {
    const zeros = '\0'.repeat(300);
    const wrong = ['null', '7', '{"auditId":1}', '{"auditId":"x","at":1.5,"patients":[]}'];
    const damaged = join(folder, 'audit-journal-999998-aa.ndjson');
    writeFileSync(damaged, `${[line('a'), zeros, ...wrong, line('b')].join('\n')}\n`);
    const text = readFileSync(damaged, 'utf8');
    writeFileSync(join(folder, 'audit-journal-999999-bb.ndjson'), `${line('c')}\n`);
    const log = await open(source);
    expect(await seen(log)).toEqual(['a', 'b', 'c']);
    expect(news).toEqual([{ kind: 'damaged', file: expect.stringMatching(/\.damaged$/), lines: 5 }]);
    const [kept = ''] = names();
    expect(readFileSync(join(folder, kept), 'utf8')).toBe(text);
    await log.append([row('d')]);
    await log.close();
    const again = await open(source);
    expect(await seen(again)).toEqual(['a', 'b', 'c', 'd']);
    expect((await again.verify()).faults).toEqual([]);
    expect(names()).toEqual([kept]);
    expect(news).toHaveLength(1);
    await again.close();
  });

  it.each([
    ['replaced', (old: string) => renameSync(old, path)],
    ['removed', () => rmSync(path)],
  ])(
    'tells that its file was %s while it was in use, adds nothing to that, and keeps in journals what waits',
    async (_how, put) => {
      const first = await open(source);
      await first.append([row('a')]);
      await first.close();
      const old = join(folder, 'old');
      writeFileSync(old, readFileSync(path));
      const log = await open(source);
      await log.append([row('b')]);
      expect(await seen(log)).toEqual(['a', 'b']);
      put(old);
      await log.append([row('c')]);
      await expect(seen(log)).rejects.toThrow();
      expect(news).toContainEqual({
        kind: 'failing',
        what: 'rows',
        failure: expect.stringContaining('replaced'),
      });
      await log.close().catch(() => undefined);
      const waiting = names().map((name) => readFileSync(join(folder, name), 'utf8'));
      expect(waiting.join('')).toContain('"requestId":"c"');
    },
  );

  it('stores the journals beside one that can not be read, and that one when it can', async () => {
    const unreadable = join(folder, 'audit-journal-999998-aa.ndjson');
    mkdirSync(unreadable);
    writeFileSync(join(folder, 'audit-journal-999999-bb.ndjson'), `${line('b')}\n`);
    const log = await open(source);
    expect(await seen(log)).toEqual(['b']);
    await log.append([row('c')]);
    expect(await seen(log)).toEqual(['b', 'c']);
    expect(news).toEqual([
      { kind: 'unread', file: expect.stringContaining('audit-journal-'), failure: expect.any(String) },
    ]);
    const [name = ''] = names();
    rmSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name), `${line('a')}\n`);
    expect(await seen(log)).toEqual(['a', 'b', 'c']);
    expect(names()).toEqual([]);
    await log.close();
  });

  it('keeps what it is given while another process holds the database, says so once, and is no slower for all that waits', async () => {
    const log = await open(source);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    for (let i = 0; i < 4; i++) {
      await log.append([row(`r${i}`)]);
      void log.search({ count: 1 }).catch(() => undefined);
    }
    const begin = performance.now();
    await expect(log.search({ count: 1 })).rejects.toThrow('locked');
    expect(performance.now() - begin).toBeLessThan(8000);
    other.exec('ROLLBACK');
    other.close();
    expect(await seen(log)).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect(news).toEqual([
      { kind: 'failing', what: 'rows', failure: 'database is locked' },
      { kind: 'over', what: 'rows', failure: 'database is locked' },
    ]);
    await log.close();
  }, 30_000);

  it('refuses what it can not keep while its folder is away, and goes on when it is back', async () => {
    const log = await open(source);
    await log.append([row('before')]);
    expect(await seen(log)).toEqual(['before']);
    const away = `${folder}-away`;
    renameSync(folder, away);
    await expect(log.append([row('refused')])).rejects.toThrow('ENOENT');
    renameSync(away, folder);
    await log.append([row('after')]);
    expect(await seen(log)).toEqual(['after', 'before']);
    await log.close();
  });

  it('has what a process wrote that ended since, without being started anew', async () => {
    const log = await open(source);
    writeFileSync(join(folder, 'audit-journal-999999-bb.ndjson'), `${line('of another')}\n`);
    expect(await seen(log)).toEqual(['of another']);
    await log.close();
  });

  it('loses nothing to a process that takes its journal for a dead one’s, and stores nothing twice', async () => {
    const log = await open(source);
    await log.append([row('a', { status: 404 })]);
    const [name = ''] = names();
    // As a process of another container does: it knows no such process, stores what is there and removes the file.
    const taken = join(folder, `audit-journal-999999-${randomUUID().slice(0, 8)}.ndjson`);
    renameSync(join(folder, name), taken);
    writeFileSync(join(folder, 'copy'), readFileSync(taken));
    rmSync(taken);
    await log.append([row('b')]);
    renameSync(join(folder, 'copy'), taken);
    expect(await seen(log)).toEqual(['a', 'b']);
    expect((await log.verify()).faults).toEqual([]);
    expect(names()).toEqual([]);
    await log.close();
  });
});

describe('an audit log that can not be opened', () => {
  it('says which file it is, and leaves the journals', async () => {
    writeFileSync(path, 'no database at all, though long enough to be looked at'.repeat(20));
    const journal = join(folder, 'audit-journal-999999-bb.ndjson');
    writeFileSync(journal, `${line('b')}\n`);
    await expect(open(nothing)).rejects.toThrow(
      `the audit log in ${path} can't be opened: file is not a database`,
    );
    expect(existsSync(journal)).toBe(true);
    expect(statSync(path).size).toBeGreaterThan(0);
  });
});
