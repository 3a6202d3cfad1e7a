/** What `npm run verify` finds of a log that somebody changed who can write the database; MongoDB where a server is named. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditLog, AuditRow } from './audit-log.ts';
import { openMongodbAuditLog } from './mongodb-audit-log.ts';
import type { BatchDocument, EventDocument } from './mongodb-events.ts';
import { openSqliteAuditLog } from './sqlite-audit-log.ts';

/** Long ago, so that nothing of it is on its way any more. */
const AT = Date.now() - 3_600_000;
const row = (requestId: string): AuditRow => ({
  at: AT,
  action: 'R',
  interaction: 'read',
  status: 200,
  type: 'Observation',
  id: 'o',
  patients: ['ana'],
  subject: 'doc',
  client: 'ehr',
  fhirUser: 'Practitioner/p',
  requestId,
});

/** By whoever can write the database. */
interface Tampering {
  /** The second row is no more found by whose record it is about. */
  hide(): Promise<unknown>;
  /** It is found, and pages are made, by another time. */
  move(): Promise<unknown>;
  /** A row that nobody did. */
  forge(): Promise<unknown>;
  /** The second row says something that is no row at all. */
  blank(): Promise<unknown>;
}

interface Opened extends Tampering {
  readonly log: AuditLog;
  remove(): Promise<void>;
}

async function sqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-verify-'));
  const file = join(folder, 'audit.sqlite');
  const log = await openSqliteAuditLog(file);
  const run = async (sql: string, ...values: string[]): Promise<void> => {
    const db = new DatabaseSync(file);
    db.prepare(sql).run(...values);
    db.close();
  };
  const second = `(SELECT seq FROM event WHERE text LIKE '%"second"%')`;
  return {
    log,
    hide: () => run(`DELETE FROM named WHERE name = 'ana' AND seq = ${second}`),
    move: () => run(`UPDATE event SET at = 0 WHERE seq = ${second}`),
    forge: () =>
      run('INSERT INTO event (id, at, text) VALUES (?, 1, ?)', 'forged', JSON.stringify(row('forged'))),
    blank: () => run(`UPDATE event SET text = 'null' WHERE seq = ${second}`),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function mongodb(): Promise<Opened> {
  const url = process.env.CONTRACT_MONGODB_URL as string;
  const database = `audit_${randomUUID().slice(0, 8)}`;
  const log = await openMongodbAuditLog(url, database);
  const client = await new MongoClient(url).connect();
  const events = client.db(database).collection<EventDocument>('audit_event');
  const batches = client.db(database).collection<BatchDocument>('audit_batch');
  const second = { text: /"second"/ };
  return {
    log,
    hide: () => events.updateOne(second, { $set: { patients: [] } }),
    move: () => events.updateOne(second, { $set: { at: 0 } }),
    async forge() {
      const one = (await events.findOne(second)) as EventDocument;
      await events.insertOne({ ...one, _id: `${one._id}x`, text: JSON.stringify(row('forged')) });
    },
    blank: () => batches.updateOne({ texts: /"second"/ }, { $set: { texts: ['null'] } }),
    async remove() {
      await client.db(database).dropDatabase();
      await client.close();
    },
  };
}

const adapters: [string, () => Promise<Opened>][] = [['sqlite', sqlite]];
if (process.env.CONTRACT_MONGODB_URL) adapters.push(['mongodb', mongodb]);

describe.each(adapters)('verifying the audit log in %s', (_, open) => {
  let opened: Opened | undefined;
  afterEach(async () => {
    await opened?.log.close();
    await opened?.remove();
  });

  async function faultsAfter(tamper: (opened: Opened) => Promise<unknown>): Promise<string[]> {
    opened = await open();
    for (const id of ['first', 'second', 'third']) await opened.log.append([row(id)]);
    expect((await opened.log.verify()).faults).toEqual([]);
    await tamper(opened);
    return (await opened.log.verify()).faults.map(({ fault }) => fault);
  }

  it('finds a row that searches do not find any more', async () => {
    expect(await faultsAfter(({ hide }) => hide())).toEqual(['found otherwise']);
  });

  it('finds a row that they find by another time than it says', async () => {
    expect(await faultsAfter(({ move }) => move())).toContain('found otherwise');
  });

  it('finds a row that was put in', async () => {
    expect(await faultsAfter(({ forge }) => forge())).toEqual(['put in']);
  });

  it('finds a row that says nothing any more, and comes to its end', async () => {
    const faults = await faultsAfter(({ blank }) => blank());
    expect(faults).toEqual(expect.arrayContaining(['changed', 'found otherwise']));
  });
});
