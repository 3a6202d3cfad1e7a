/** A log of access of years: who asks for what is rare in it is answered in the time of a search, or told what would narrow it, while others are answered. Issue 12. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSqliteAuditLog } from '../src/audit/sqlite-audit-log.ts';
import { row } from '../src/audit/test-rows.ts';
import { openWorld, spawned, type World } from './world.ts';

const ROWS = 40_000;
const MINUTE = 60_000;
const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-long-log-'));
let world: World;

beforeAll(async () => {
  const log = await openSqliteAuditLog(join(dataDir, 'audit.sqlite'));
  const from = Date.parse('2024-01-01T00:00:00Z');
  for (let i = 0; i < ROWS; i += 1000) {
    const some = Array.from({ length: 1000 }, (_, n) => i + n);
    await log.append(
      some.map((n) =>
        row(`r${n}`, {
          at: from + n * MINUTE,
          id: `o${n % 500}`,
          version: 1,
          fhirUser: `Practitioner/p${n % 20}`,
          patients: [`p${n % 300}`],
        }),
      ),
    );
  }
  await log.close();
  world = await openWorld({ SEARCH_TIMEOUT_SECONDS: '1' }, { ...spawned, dataDir });
}, 120_000);
afterAll(async () => {
  await world?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = (query: string) => world.ask('GET', `/AuditEvent?${query}`, { token: world.system });

it('says what would narrow a search that takes too long, and answers others meanwhile', async () => {
  let isOver = false;
  const asked = ask('_content=nothing').finally(() => {
    isOver = true;
  });
  let answered = 0;
  while (!isOver) {
    const health = await fetch(world.base.replace(/\/fhir$/, '/healthz'));
    expect(health.status).toBe(200);
    answered += 1;
  }
  const { status, body } = await asked;
  expect([status, body.issue[0].code]).toEqual([503, 'timeout']);
  expect(body.issue[0].diagnostics).toContain('ask for a date, a patient, or who did it (agent)');
  expect(answered).toBeGreaterThan(10);
});

it.each(['date=ge2024-01-05&date=lt2024-01-06', 'patient=Patient/p1', 'agent=Practitioner/nobody'])(
  'is narrowed by %s',
  async (narrower) => {
    const { status, body } = await ask(`_content=nothing&${narrower}`);
    expect([status, body.entry]).toEqual([200, undefined]);
  },
);
