/** Batches of the embedded audit log: what is there already is left out, and the chain holds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type NamedRow, openAuditDatabase } from './audit-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'wellspring-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = { at: 1, patients: ['ana'] };
const named = (id: string): NamedRow => ({ id, row, text: JSON.stringify({ ...row, auditId: id }) });

it('a batch holds what was new of it, also where something that is there stands in its midst', () => {
  const database = openAuditDatabase(join(folder, 'audit.sqlite'));
  database.store([named('a')], false);
  database.store([named('b'), named('a'), named('c'), named('a'), named('d')], true);
  const { batches, faults } = database.verify(undefined);
  expect({ batches, faults }).toEqual({ batches: 2, faults: [] });
  database.close();
});
