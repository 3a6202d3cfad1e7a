/** Every access leaves a row that its patient can read, and that nobody can change unseen. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { validateResource } from '@wellspring/profiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteAuditLog } from '../src/audit/sqlite-audit-log.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let doctor: string;
const observation = (patient: string) => ({
  resourceType: 'Observation',
  id: `o-${patient}`,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
});

beforeAll(async () => {
  world = await openWorld();
  for (const id of ['ana', 'bob']) {
    await world.ask('PUT', `/Patient/${id}`, { token: world.system, body: { resourceType: 'Patient', id } });
    await world.ask('PUT', `/Observation/o-${id}`, { token: world.system, body: observation(id) });
  }
  await world.staff('doc', 'clinician');
  doctor = world.token({
    scope: 'user/*.cruds',
    fhirUser: `${world.base}/Practitioner/doc`,
    sub: 'doc',
    client_id: 'ehr',
  });
});
afterAll(() => world.close());

// biome-ignore lint/suspicious/noExplicitAny: resources as they are read
type Any = any;
const events = async (query: string, token = world.system): Promise<Any[]> => {
  const { status, body, text } = await world.ask('GET', `/AuditEvent${query}`, { token });
  expect(status, text).toBe(200);
  return (body.entry ?? []).map(({ resource }: Any) => resource);
};

describe('an access', () => {
  it.each([
    ['GET', '/Observation/o-ana', undefined, 'R', 'read'],
    ['GET', '/Observation/o-ana/_history/1', undefined, 'R', 'vread'],
    ['GET', '/Observation/o-ana/_history', undefined, 'R', 'history-instance'],
    ['GET', '/Observation?patient=ana', undefined, 'E', 'search-type'],
    ['PUT', '/Observation/o-ana', observation('ana'), 'U', 'update'],
    ['GET', '/Patient/ana/$everything', undefined, 'E', 'search-type'],
    ['GET', '/Patient?_id=bob&_revinclude=Observation:subject', undefined, 'E', 'search-type'],
  ])('%s %s is in the log, with who, what and whose', async (method, path, body, action, subtype) => {
    const id = `req-${Math.random().toString(36).slice(2)}`;
    await world.ask(method, path, {
      token: doctor,
      headers: { 'X-Request-Id': id },
      ...(body ? { body } : {}),
    });
    const found = (await events(`?agent=Practitioner/doc`)).filter((each) =>
      JSON.stringify(each).includes(id),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((each) => each.action)).toContain(action);
    expect(found.map((each) => each.subtype[0].code)).toContain(subtype);
    const whose = path.includes('bob') ? 'bob' : 'ana';
    expect(JSON.stringify(found)).toContain(`"Patient/${whose}"`);
    for (const each of found) expect(validateResource(each)).toEqual([]);
  });

  it('that deletes is in the log of the one whose record it was', async () => {
    const path = '/Observation/o-mistaken';
    await world.ask('PUT', path, {
      token: world.system,
      body: { ...observation('ana'), id: 'o-mistaken' },
    });
    expect((await world.ask('DELETE', path, { token: doctor })).status).toBe(204);
    const deletions = await events('?patient=ana&action=D');
    expect(deletions).toHaveLength(1);
    expect(JSON.stringify(deletions)).toContain('"Observation/o-mistaken');
  });

  it('of each entry of a Bundle has a row of its own, and so has a refusal', async () => {
    const entry = [
      { request: { method: 'GET', url: 'Observation/o-ana' } },
      { request: { method: 'GET', url: 'Observation/o-bob' } },
    ];
    await world.ask('POST', '', {
      token: doctor,
      body: { resourceType: 'Bundle', type: 'batch', entry },
      headers: { 'X-Request-Id': 'batch-1' },
    });
    const rows = (await events('?agent=Practitioner/doc')).filter((each) =>
      JSON.stringify(each).includes('batch-1'),
    );
    expect(rows).toHaveLength(2);
    await world.ask('GET', '/Observation/o-bob', { token: world.patient('ana') });
    const [refused] = await events('?agent=ana&outcome=4');
    expect(refused).toMatchObject({ outcome: '4', action: 'R' });
    expect(JSON.stringify(refused.entity)).not.toContain('Patient/bob');
  });
});

describe('the log', () => {
  it('shows a patient who looked at their record, and nothing of others', async () => {
    const own = await events('', world.patient('ana'));
    expect(own.length).toBeGreaterThan(3);
    expect(
      own.some(({ agent }) => agent.some((each: Any) => each.who.reference === 'Practitioner/doc')),
    ).toBe(true);
    expect(JSON.stringify(own)).not.toContain('bob');
    expect(await events('?patient=bob', world.patient('ana'))).toEqual([]);
    const [foreign] = await events('?patient=bob');
    expect(
      (await world.ask('GET', `/AuditEvent/${foreign.id}`, { token: world.patient('ana') })).status,
    ).toBe(404);
    expect((await world.ask('GET', `/AuditEvent/${foreign.id}`, { token: world.system })).body).toEqual(
      foreign,
    );
  });

  it('is searched by date, action, entity, and paged', async () => {
    expect(await events('?date=lt2020')).toEqual([]);
    expect((await events('?action=U&entity=Observation/o-ana')).length).toBeGreaterThan(0);
    const seen = new Set<string>();
    let url: string | undefined = `${world.base}/AuditEvent?_count=7&patient=ana`;
    let rounds = 0;
    while (url && rounds < 4) {
      const { body }: { body: Any } = await world.ask('GET', url, { token: world.system });
      for (const { resource } of body.entry ?? []) {
        expect(seen.has(resource.id)).toBe(false);
        seen.add(resource.id);
      }
      url = body.link.find(({ relation }: Any) => relation === 'next')?.url;
      rounds += 1;
    }
    expect(seen.size).toBeGreaterThan(7);
  });

  it('can be neither written nor deleted by the API, and refuses what it does not know', async () => {
    const [event] = await events('');
    for (const [method, path] of [
      ['POST', '/AuditEvent'],
      ['PUT', `/AuditEvent/${event.id}`],
      ['DELETE', `/AuditEvent/${event.id}`],
      ['PATCH', `/AuditEvent/${event.id}`],
    ] as const)
      expect((await world.ask(method, path, { token: world.system, body: event })).status).toBe(405);
    expect((await world.ask('GET', '/AuditEvent?colour=red', { token: world.system })).status).toBe(400);
    expect(
      (await world.ask('GET', '/AuditEvent', { token: world.patient('ana', 'openid patient/Patient.rs') }))
        .status,
    ).toBe(403);
  });

  it('tells of every row that was changed, left out or moved', async () => {
    const file = join(world.dataDir, 'copy.sqlite');
    const from = new DatabaseSync(join(world.dataDir, 'audit.sqlite'));
    from.exec(`VACUUM INTO '${file}'`);
    from.close();
    const check = async (change: string): Promise<string[]> => {
      const other = `${file}-${Math.random()}`;
      const source = new DatabaseSync(file);
      source.exec(`VACUUM INTO '${other}'`);
      source.close();
      if (change) {
        const copy = new DatabaseSync(other);
        copy.exec(change);
        copy.close();
      }
      const log = await openSqliteAuditLog(other);
      const { faults } = await log.verify();
      await log.close();
      return faults.map(({ fault }) => fault);
    };
    expect(await check('')).toEqual([]);
    const middle = '(SELECT min(seq) + 5 FROM event)';
    expect(
      await check(`UPDATE event SET text = replace(text, 'doc', 'dog') WHERE text LIKE '%Practitioner/doc%'`),
    ).toContain('changed');
    expect(await check(`DELETE FROM event WHERE seq = ${middle}`)).toContain('changed');
    expect(await check('DELETE FROM batch WHERE n = 4')).toContain('missing');
    expect(await check("UPDATE batch SET previous = 'x' WHERE n = 4")).toContain('out of order');
  });
});
