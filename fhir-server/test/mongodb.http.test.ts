/** The whole server on a MongoDB-speaking database, over HTTP: that its parts are put together there too. The stores' promises are the contract suite's. */
import { randomUUID } from 'node:crypto';
import { type CommandStartedEvent, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openWorld, type World } from './world.ts';

const url = process.env.CONTRACT_MONGODB_URL;
/** FerretDB has no transactions. */
const standalone = process.env.CONTRACT_MONGODB_KIND === 'ferretdb' ? { MONGODB_STANDALONE: 'allow' } : {};

describe.runIf(url)('on MongoDB the server', () => {
  const database = `http_${randomUUID().slice(0, 8)}`;
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ MONGODB_URL: url as string, MONGODB_DATABASE: database, ...standalone });
  });
  afterAll(async () => {
    await world.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
  });

  const total = async (query: string): Promise<number> => {
    const { body, text } = await world.ask('GET', `${query}&_total=accurate`, { token: world.system });
    expect(body.resourceType, text).toBe('Bundle');
    return body.total;
  };

  it('writes, reads, patches, searches, tells history and audits', async () => {
    const patient = { resourceType: 'Patient', id: 'a', gender: 'female', name: [{ family: 'Zed' }] };
    const observation = {
      resourceType: 'Observation',
      id: 'o',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] },
      subject: { reference: 'Patient/a' },
    };
    for (const body of [patient, observation])
      expect(
        (await world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body })).status,
      ).toBe(201);
    const patch = [{ op: 'replace', path: '/gender', value: 'male' }];
    const headers = { 'Content-Type': 'application/json-patch+json' };
    expect(
      (await world.ask('PATCH', '/Patient/a', { token: world.system, body: patch, headers })).status,
    ).toBe(200);
    expect(await total('/Observation?patient=a&code=2345-7')).toBe(1);
    expect(await total('/Observation?patient.gender=male')).toBe(1);
    expect(await total('/Patient?_has:Observation:patient:code=2345-7')).toBe(1);
    expect(await total('/Patient?_content=zed')).toBe(1);
    const own = { token: world.patient('a') };
    expect((await world.ask('GET', '/Patient/a/$everything', own)).body.entry).toHaveLength(2);
    expect((await world.ask('GET', '/Patient/a/_history', own)).body.total).toBe(2);
    expect((await world.ask('GET', '/AuditEvent', own)).body.entry.length).toBeGreaterThan(3);
    expect((await world.ask('DELETE', '/Patient/a', { token: world.system })).status).toBe(409);
    expect((await world.ask('POST', '/$reindex', { token: world.system })).status).toBe(202);
    const { body: statement } = await world.ask('GET', '/metadata');
    const declared = statement.rest[0].interaction.map(({ code }: { code: string }) => code);
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: ['x', 'y'].map((id) => ({ request: { method: 'DELETE', url: `Basic/${id}` } })),
    };
    const transaction = await world.ask('POST', '', { token: world.system, body: bundle });
    // What the CapabilityStatement says of transactions is what happens.
    expect(transaction.status === 200).toBe(declared.includes('transaction'));
  });

  it('S5, S6: makes one resource of parallel conditional updates; two of one condition in a transaction are refused', async () => {
    const body = { resourceType: 'Patient', identifier: [{ system: 'urn:s5', value: 'x' }] };
    const token = world.system;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.ask('PUT', '/Patient?identifier=urn:s5|x', { token, body })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 201, 409, 412].includes(status))).toEqual([]);
    const found = await world.ask('GET', '/Patient?identifier=urn:s5|x&_total=accurate', { token });
    expect(found.body.total).toBe(1);
    const entry = [1, 2].map(() => ({
      resource: { ...body, identifier: [{ system: 'urn:s6', value: 'x' }] },
      request: { method: 'PUT', url: 'Patient?identifier=urn:s6|x' },
    }));
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    const refused = await world.ask('POST', '', { token, body: bundle });
    expect(refused.body.resourceType, refused.text).toBe('OperationOutcome');
    expect(
      (await world.ask('GET', '/Patient?identifier=urn:s6|x&_total=accurate', { token })).body.total,
    ).toBe(0);
  });

  it('refuses what no document can hold as too large, alone and in a Bundle, and keeps what one can', async () => {
    const binary = (megabytes: number) => ({
      resourceType: 'Binary',
      contentType: 'application/pdf',
      data: Buffer.alloc(megabytes * 750_000, 'x').toString('base64'),
    });
    const bundle = (megabytes: number) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: binary(megabytes), request: { method: 'POST', url: 'Binary' } }],
    });
    const token = world.system;
    const statuses: number[] = [];
    for (const megabytes of [17, 15]) {
      const answer = await world.ask('POST', '', { token, body: bundle(megabytes) });
      statuses.push(answer.status);
      if (answer.status === 413) expect(answer.body.issue[0].code).toBe('too-long');
    }
    // Without transactions there are no Bundles: refused before anything is looked at.
    expect(statuses).toEqual('MONGODB_STANDALONE' in standalone ? [422, 422] : [413, 200]);
  });

  it.skipIf('MONGODB_STANDALONE' in standalone)(
    'asks for a Bundle’s conditions and references together: 100 entries in 20 commands',
    async () => {
      const token = world.system;
      const identified = (resourceType: string, value: string) => ({
        resourceType,
        identifier: [{ system: 'urn:many', value }],
      });
      const each = Array.from({ length: 25 }, (_, i) => i);
      const transaction = (entry: readonly object[]) =>
        world.ask('POST', '', { token, body: { resourceType: 'Bundle', type: 'transaction', entry } });

      /** Commands that one Bundle cost: the server's jobs ask too, the more the longer it takes. */
      async function spentOn(round: number): Promise<number> {
        const key = (letter: string, i: number) => `${letter}${round}-${i}`;
        await transaction(
          each.map((i) => ({
            resource: identified('Practitioner', key('d', i)),
            request: { method: 'POST', url: 'Practitioner' },
          })),
        );
        const entry = each.flatMap((i) => [
          {
            resource: identified('Organization', key('o', i)),
            request: {
              method: 'POST',
              url: 'Organization',
              ifNoneExist: `identifier=urn:many|${key('o', i)}`,
            },
          },
          {
            resource: identified('Location', key('l', i)),
            request: { method: 'PUT', url: `Location?identifier=urn:many|${key('l', i)}` },
          },
          {
            resource: { ...identified('Practitioner', key('d', i)), active: true },
            request: { method: 'PUT', url: `Practitioner?identifier=urn:many|${key('d', i)}` },
          },
          {
            resource: {
              resourceType: 'Basic',
              code: { text: 'x' },
              author: { reference: `Practitioner?identifier=urn:many|${key('d', i)}` },
            },
            request: { method: 'POST', url: 'Basic' },
          },
        ]);
        const emitted = vi.spyOn(MongoClient.prototype, 'emit');
        const answer = await transaction(entry);
        const sent = emitted.mock.calls.flatMap(([name, event]) =>
          name === 'commandStarted' ? [event as unknown as CommandStartedEvent] : [],
        );
        emitted.mockRestore();
        expect(answer.status, answer.text.slice(0, 500)).toBe(200);
        const statuses = answer.body.entry.map(
          (one: { response: { status: string } }) => one.response.status,
        );
        expect(statuses.slice(0, 4)).toEqual(['201 Created', '201 Created', '200 OK', '201 Created']);
        const ids = answer.body.entry.map(
          (one: { response: { location: string } }) => one.response.location.split('/').slice(-4)[1],
        );
        const isOfBundle = ({ command }: CommandStartedEvent): boolean => {
          if (command.autocommit === false) return true;
          const asked = JSON.stringify(command.filter ?? command.pipeline ?? '');
          // What reads the change log names where it has come to.
          if (asked.startsWith('{"$and":[{"lastUpdated"')) return false;
          return asked.includes('urn:many') || ids.some((id: string) => asked.includes(id));
        };
        return sent.filter(isOfBundle).length;
      }
      const spent = await spentOn(1);
      // At least those that conditions, what is there, what is written and the commit take: what is counted is the Bundle's.
      expect(spent).toBeGreaterThan(6);
      expect(spent).toBeLessThanOrEqual(20);
    },
  );
});
