import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeDatabase, closeFolder } from './private-files.ts';

let folder: string;
let umask: number;
beforeEach(() => {
  umask = process.umask(0o022);
  folder = mkdtempSync(join(tmpdir(), 'wellspring-private-'));
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});
const modeOf = (...path: string[]): string => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

describe('X12 what is at rest', () => {
  it('is closed where it lay open: folders 700, files 600, however deep', () => {
    mkdirSync(join(folder, 'data/keys'), { recursive: true, mode: 0o755 });
    for (const name of ['data/fhir.sqlite', 'data/fhir.sqlite-wal', 'data/keys/a.jwk.json'])
      writeFileSync(join(folder, name), 'x', { mode: 0o644 });
    chmodSync(join(folder, 'data'), 0o777);
    expect(closeFolder(join(folder, 'data'))).toEqual([]);
    expect([modeOf('data'), modeOf('data/keys')]).toEqual(['700', '700']);
    for (const name of ['data/fhir.sqlite', 'data/fhir.sqlite-wal', 'data/keys/a.jwk.json'])
      expect(modeOf(name)).toBe('600');
  });

  it('does not reach out of its folder by a link, and refuses to close a home or a disk', () => {
    writeFileSync(join(folder, 'outside'), 'x', { mode: 0o644 });
    mkdirSync(join(folder, 'data'));
    symlinkSync(join(folder, 'outside'), join(folder, 'data/link'));
    closeFolder(join(folder, 'data'));
    expect(modeOf('outside')).toBe('644');
    expect(() => closeFolder('/')).toThrow(/other things/);
    expect(() => closeFolder(homedir())).toThrow(/other things/);
  });

  it('is private from its first byte: a database, its log and its index, under any umask', () => {
    for (const mask of [0o000, 0o022, 0o077]) {
      process.umask(mask);
      const file = join(folder, `of-${mask}`, 'a.sqlite');
      closeDatabase(file);
      const db = new DatabaseSync(file);
      db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);');
      expect(modeOf(`of-${mask}`)).toBe('700');
      for (const end of ['', '-wal', '-shm']) expect(modeOf(`of-${mask}`, `a.sqlite${end}`)).toBe('600');
      db.close();
    }
  });
});
