/** Names of events in the embedded audit log: found in every part of it, and those of a log that an older server kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditDatabase, type NamedRow, openAuditDatabase } from './audit-database.ts';
import type { AuditFilter, AuditRow } from './audit-log.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-audit-'));
  path = join(folder, 'audit.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const event = (id: string, more: Partial<AuditRow>): NamedRow => {
  const row = { at: 1, type: 'Observation', patients: [], ...more };
  return { row, id, text: JSON.stringify({ auditId: id, ...row }) };
};
const SEEN = event('1', { id: 'o', patients: ['ana', 'bob'], fhirUser: 'Practitioner/p' });
const REFUSED = event('2', { type: 'Patient', id: 'ana', fhirUser: 'Patient/bob' });

const found = (database: AuditDatabase, filter: AuditFilter): string[] =>
  database.search({ count: 10, ascending: true, ...filter }).rows.map(({ auditId }) => auditId);

function expectEach(database: AuditDatabase): void {
  expect({
    ofAna: found(database, { patients: ['ana'] }),
    namesAna: found(database, { named: [['Patient/ana']] }),
    observation: found(database, { named: [['Observation/o', 'Observation/x']] }),
    byBob: found(database, { named: [['Patient/bob'], ['Patient/ana']] }),
    byStaff: found(database, { named: [['Practitioner/p']] }),
    noName: found(database, { named: [['ana']] }),
  }).toEqual({
    ofAna: ['1'],
    namesAna: ['1', '2'],
    observation: ['1'],
    byBob: ['1', '2'],
    byStaff: ['1'],
    noName: [],
  });
}

/** As it was until 2026-11-29. */
const OLDER = `
CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE about (patient TEXT, seq INTEGER, PRIMARY KEY (patient, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX event_entity ON event ((text ->> '$.type') || '/' || (text ->> '$.id')) WHERE (text ->> '$.type') || '/' || (text ->> '$.id') IS NOT NULL;
CREATE INDEX event_user ON event (text ->> '$.fhirUser') WHERE text ->> '$.fhirUser' IS NOT NULL;
`;

describe('events are found by what they name', () => {
  it('of a record by its id alone, and by Type/id', () => {
    const database = openAuditDatabase(path);
    database.store([SEEN, REFUSED], false);
    expectEach(database);
    database.close();
  });

  it('wherever in a long log they stand', () => {
    const database = openAuditDatabase(path);
    const other = new DatabaseSync(path);
    const numbers = [1, 16_383, 16_384, 16_385, 100_000];
    for (const seq of numbers) {
      other.exec('DELETE FROM sqlite_sequence');
      other.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES ('event', ${seq - 1})`);
      database.store([event(String(seq), { patients: ['ana'] })], false);
    }
    other.close();
    expect(
      found(database, { patients: ['ana'] })
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual(numbers);
    database.close();
  });

  it('in a log that an older server kept, which grows on', () => {
    const older = new DatabaseSync(path);
    older.exec(OLDER);
    const insert = older.prepare('INSERT INTO event (id, at, text) VALUES (?, ?, ?)');
    for (const { row, id, text } of [SEEN, REFUSED]) {
      const { lastInsertRowid } = insert.run(id, row.at, text);
      for (const patient of row.patients)
        older.prepare('INSERT INTO about (patient, seq) VALUES (?, ?)').run(patient, lastInsertRowid);
    }
    older.close();
    const database = openAuditDatabase(path);
    expectEach(database);
    database.store([event('3', { id: 'new', patients: ['ana'] })], false);
    database.close();
    const again = openAuditDatabase(path);
    expect(found(again, { patients: ['ana'] })).toEqual(['1', '3']);
    again.close();
    const after = new DatabaseSync(path);
    const names = after.prepare('SELECT name FROM sqlite_schema ORDER BY name').all() as { name: string }[];
    expect(names.map(({ name }) => name).filter((name) => /about|entity|user/.test(name))).toEqual([]);
    after.close();
  });
});
