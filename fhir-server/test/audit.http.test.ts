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

describe('a refusal', () => {
  it.each([
    ['POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [{}] }, 'E', 'transaction', ''],
    ['POST', '', { resourceType: 'Basic' }, 'E', 'transaction', ''],
    ['POST', '/Observation', { resourceType: 'Observation' }, 'C', 'create', 'Observation'],
    ['PUT', '/Observation/o-ana', observation('ana'), 'U', 'update', 'Observation'],
    ['PATCH', '/Observation/o-none', [], 'U', 'patch', 'Observation'],
    ['GET', '/Observation/o-none', undefined, 'R', 'read', 'Observation'],
    ['GET', '/Observation/o-none/_history', undefined, 'R', 'history-instance', 'Observation'],
    ['GET', '/Observation?date=x', undefined, 'E', 'search-type', 'Observation'],
    ['GET', '/Observation/_search?date=x', undefined, 'E', 'search-type', 'Observation'],
    ['GET', '/AuditEvent/none', undefined, 'R', 'read', 'AuditEvent'],
    ['GET', '/AuditEvent?date=x', undefined, 'E', 'search-type', 'AuditEvent'],
    ['POST', '/Appointment/$book', { resourceType: 'Parameters' }, 'E', 'Appointment/$book', 'Appointment'],
  ])(
    'of %s %s %o is by the name of what was asked, and of what',
    async (method, path, body, action, subtype, type) => {
      const id = `refused-${Math.random().toString(36).slice(2)}`;
      const { status } = await world.ask(method, path, {
        token: world.system,
        headers: { 'X-Request-Id': id, ...(method === 'PUT' ? { 'If-Match': 'W/"99"' } : {}) },
        ...(body ? { body } : {}),
      });
      expect(status).toBeGreaterThanOrEqual(400);
      const found = (await events('?outcome:not=0&_count=100')).filter((each) =>
        JSON.stringify(each).includes(id),
      );
      expect(found).toMatchObject([{ action, outcome: '4', subtype: [{ code: subtype }] }]);
      const said = JSON.stringify(found[0].entity);
      expect(type === '' ? said.includes('"name"') : said.includes(type)).toBe(type !== '');
      // FHIR has names of interactions, none of operations.
      if (!subtype.includes('$')) expect(validateResource(found[0])).toEqual([]);
    },
  );

  it('of a search that came as a form is one of a search', async () => {
    const answer = await fetch(`${world.base}/Observation/_search`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${world.system}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-Request-Id': 'refused-form',
      },
      body: 'date=x',
    });
    expect(answer.status).toBe(400);
    const found = (await events('?outcome:not=0&_count=100')).filter((each) =>
      JSON.stringify(each).includes('refused-form'),
    );
    expect(found).toMatchObject([{ action: 'E', subtype: [{ code: 'search-type' }], outcome: '4' }]);
  });
});

describe('X11: an event of what is kept from somebody', () => {
  const label = (system: string, code: string) => [
    { system: `http://terminology.hl7.org/CodeSystem/${system}`, code },
  ];
  const condition = (id: string, security: object[]) => ({
    resourceType: 'Condition',
    id,
    code: { text: 'kept' },
    subject: { reference: 'Patient/cleo' },
    ...(security.length > 0 ? { meta: { security } } : {}),
  });
  async function put(resource: { resourceType: string; id: string }): Promise<void> {
    const path = `/${resource.resourceType}/${resource.id}`;
    const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
    if (status >= 400) throw new Error(text);
  }
  const proxy = (scope = 'openid fhirUser launch/patient patient/*.rs') =>
    world.token({ scope, patient: 'cleo', fhirUser: `${world.base}/RelatedPerson/mum`, sub: 'mum' });

  beforeAll(async () => {
    await put({ resourceType: 'Patient', id: 'cleo' });
    await put(condition('in-person', label('v3-ActCode', 'NOPAT')));
    await put(condition('in-confidence', label('v3-Confidentiality', 'R')));
    await put(condition('very-restricted', label('v3-Confidentiality', 'V')));
    await put(condition('plain', []));
    for (const id of ['in-person', 'in-confidence', 'very-restricted', 'plain']) {
      await world.ask('GET', `/Condition/${id}`, { token: doctor });
      await world.ask('GET', `/Condition/${id}/_history`, { token: doctor });
      await world.ask('GET', `/Condition/${id}/_history/1`, { token: doctor });
    }
  });
  const named = async (token: string, query = '') => {
    const found = JSON.stringify(await events(`?_count=100${query}`, token));
    return ['in-person', 'in-confidence', 'very-restricted', 'plain'].filter((id) =>
      found.includes(`Condition/${id}`),
    );
  };

  it('is shown to whoever may see the resource, and to nobody else', async () => {
    expect(await named(world.system, '&patient=cleo')).toHaveLength(4);
    expect(await named(world.patient('cleo'))).toEqual(['in-confidence', 'very-restricted', 'plain']);
    expect(await named(proxy())).toEqual(['plain']);
    expect(await named(proxy(), '&entity=Condition/in-confidence')).toEqual([]);
    expect(await named(world.patient('cleo', 'patient/AuditEvent.rs'))).toEqual([]);
  });

  it('can not be read by its id, nor told by a page that is too short', async () => {
    const [kept] = await events('?entity=Condition/in-confidence');
    const read = async (token: string, id: string) =>
      (await world.ask('GET', `/AuditEvent/${id}`, { token })).text.replaceAll(id, 'ID');
    const nobodys = '01939393-0000-7000-8000-000000000000';
    expect(await read(proxy(), kept.id)).toBe(await read(proxy(), nobodys));
    expect(await read(world.patient('cleo'), kept.id)).toContain('Condition/in-confidence');
    const token = proxy();
    const whole = await events('?_count=100', token);
    const paged: string[] = [];
    let url: string | undefined = `${world.base}/AuditEvent?_count=2`;
    while (url) {
      const { body }: { body: Any } = await world.ask('GET', url, { token });
      url = body.link.find(({ relation }: Any) => relation === 'next')?.url;
      if (url) expect(body.entry).toHaveLength(2);
      paged.push(...(body.entry ?? []).map(({ resource }: Any) => resource.id));
    }
    // The events of reading the log itself are not about the patient.
    expect(paged).toEqual(whole.map(({ id }) => id));
  });

  it('of a version that was kept stays as that version', async () => {
    await put(condition('opened', label('v3-ActCode', 'NOPAT')));
    await world.ask('GET', '/Condition/opened', { token: doctor });
    await put(condition('opened', []));
    await world.ask('GET', '/Condition/opened', { token: doctor });
    const found = JSON.stringify(await events('?entity=Condition/opened', world.patient('cleo')));
    expect(found).toContain('Condition/opened/_history/2');
    expect(found).not.toContain('Condition/opened/_history/1');
  });

  it('of a search that found nothing else is not told either', async () => {
    const search =
      'Condition?code:text=kept&_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R';
    const before = await events('?_count=100&action=E', proxy());
    const own = await events('?_count=100&action=E', world.patient('cleo'));
    await world.ask('GET', `/${search}`, { token: doctor });
    expect(await events('?_count=100&action=E', proxy())).toEqual(before);
    expect(await events('?_count=100&action=E', world.patient('cleo'))).toHaveLength(own.length + 1);
  });

  it('that deletes is shown as what was deleted', async () => {
    for (const id of ['in-confidence', 'plain'])
      await world.ask('DELETE', `/Condition/${id}`, { token: world.system });
    const deleted = async (token: string) => JSON.stringify(await events('?action=D', token));
    expect(await deleted(proxy())).toContain('Condition/plain');
    expect(await deleted(proxy())).not.toContain('Condition/in-confidence');
    expect(await deleted(world.patient('cleo'))).toContain('Condition/in-confidence');
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

  it('says of a search which type was asked for and what; to the patient only the type', async () => {
    await world.ask('GET', '/Observation?patient=ana&code=told', { token: doctor });
    const searches = async (token?: string) =>
      (await events('?action=E&patient=ana', token)).flatMap(({ entity }) =>
        entity.filter(({ role }: Any) => role?.code === '24'),
      );
    const asked = (await searches()).map(({ query }) => Buffer.from(query, 'base64').toString());
    expect(asked).toContain('Observation?patient=ana&code=told');
    const own = await searches(world.patient('ana'));
    expect(own.map(({ name }) => name)).toContain('Observation');
    expect(own.every(({ query }) => query === undefined)).toBe(true);
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

  it('is not told where its database is held by another process: 503, while records are read, and whole afterwards', async () => {
    const holds = new DatabaseSync(join(world.dataDir, 'audit.sqlite'));
    holds.exec('BEGIN IMMEDIATE');
    const id = `req-${Math.random().toString(36).slice(2)}`;
    const read = await world.ask('GET', '/Patient/bob', { token: doctor, headers: { 'X-Request-Id': id } });
    const refused = await world.ask('GET', '/AuditEvent?patient=bob', { token: world.system });
    holds.exec('ROLLBACK');
    holds.close();
    expect([read.status, refused.status]).toEqual([200, 503]);
    expect(refused.body.issue).toEqual([
      { severity: 'error', code: 'transient', diagnostics: 'The audit log can not be read.' },
    ]);
    expect(JSON.stringify(await events('?patient=bob&_count=100'))).toContain(id);
  }, 30_000);

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
