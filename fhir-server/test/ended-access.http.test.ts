/** What a token opens is looked at again while its request is under way: what has ended meanwhile opens nothing more. Issue 12. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './hook.ts';
import { observation, patient } from './resources.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

/** For so long what was asked counts in a request. */
const FRESH_MS = 1000;
/** More than sockets hold. */
const LARGE = 16_000_000;

describe.each(STORES)('access that ends while a request is under way, on %s', (_, open) => {
  let world: World;
  let elsewhere: Server;
  const held: (() => void)[] = [];

  beforeAll(async () => {
    // A terminology server that answers when it is let.
    elsewhere = createServer((_request, response) => {
      held.push(() =>
        response.end('{"resourceType":"Parameters","parameter":[{"name":"display","valueString":"x"}]}'),
      );
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    world = await open({
      INTROSPECTION_CACHE_SECONDS: '0',
      TERMINOLOGY_URL: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`,
      TERMINOLOGY_TIMEOUT_MS: '30000',
      MAX_BODY_BYTES: '8000000',
    });
    for (const id of ['ana', 'ben'])
      await world.ask('PUT', `/Patient/${id}`, { token: world.system, body: patient(id) });
  }, 120_000);
  afterAll(async () => {
    elsewhere?.closeAllConnections();
    elsewhere?.close();
    await world?.close();
  });

  /** The time in which what was asked counts passes with what `step` does. */
  async function pass(step: () => void = () => undefined): Promise<void> {
    for (const from = performance.now(); performance.now() - from <= FRESH_MS; await sleep(50)) step();
  }

  /** A request that is let in, and whose body comes whole only when its token is revoked. */
  async function dripped(
    method: string,
    path: string,
    token: string,
    body: string,
    headers: Record<string, string> = {},
  ): Promise<number> {
    const sent = httpRequest(`${world.base}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/fhir+json', ...headers },
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    const before = world.introspections();
    sent.write(body.slice(0, -1));
    await eventually(world.introspections).toBeGreaterThan(before);
    world.revoke(token);
    await pass(() => sent.write(' '));
    sent.end(body.slice(-1));
    const [response] = await answered;
    response.resume();
    return response.statusCode ?? 0;
  }

  const writer = (): string =>
    world.token({
      scope: 'patient/*.cruds',
      patient: 'ana',
      fhirUser: `${world.base}/Patient/ana`,
      sub: 'ana',
    });
  const measured = (value: number) => ({
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: { text: 'Weight' },
    subject: { reference: 'Patient/ana' },
    performer: [{ reference: 'Patient/ana' }],
    effectiveDateTime: '2024-03-01',
    valueQuantity: { value, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  });
  const stored = async (type: string): Promise<number> =>
    (await world.ask('GET', `/${type}?_summary=count`, { token: world.system })).body.total;

  it('writes nothing of a body that drips in until it has', async () => {
    const body = JSON.stringify(measured(1));
    expect((await world.ask('POST', '/Observation', { token: writer(), body })).status).toBe(201);
    const before = await stored('Observation');
    expect(await dripped('POST', '/Observation', writer(), body)).toBe(401);
    const entry = [{ resource: measured(2), request: { method: 'POST', url: 'Observation' } }];
    for (const type of ['batch', 'transaction']) {
      const bundle = JSON.stringify({ resourceType: 'Bundle', type, entry });
      expect(await dripped('POST', '', writer(), bundle)).toBe(401);
    }
    const operations = JSON.stringify([{ op: 'replace', path: '/gender', value: 'other' }]);
    const json = { 'Content-Type': 'application/json-patch+json' };
    expect(await dripped('PATCH', '/Patient/ana', writer(), operations, json)).toBe(401);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await dripped('POST', '/Observation/_search', writer(), '_count=1', form)).toBe(401);
    expect(await stored('Observation')).toBe(before);
    const ana = await world.ask('GET', '/Patient/ana', { token: world.system });
    expect(ana.body.gender).toBeUndefined();
  });

  /** Which nothing here knows: it is asked elsewhere. */
  const lookUp = (code: number): string => `CodeSystem/$lookup?system=urn:elsewhere:${code}&code=x`;

  it('gives a read that waited to nobody who may not have it any more', async () => {
    const token = world.token({ scope: 'system/*.rs' });
    const asked = world.ask('GET', `/${lookUp(1)}`, { token });
    await eventually(() => held.length).toBe(1);
    world.revoke(token);
    await pass();
    held.pop()?.();
    expect((await asked).status).toBe(401);
  });

  it('does no further entry of a batch, tells what was done, and gives nothing of what was read', async () => {
    const create = { resource: observation('ben', 7), request: { method: 'POST', url: 'Observation' } };
    const get = (url: string) => ({ request: { method: 'GET', url } });
    // As many as are worked at together wait.
    const waits = Array.from({ length: 8 }, (_each, i) => get(lookUp(10 + i)));
    const entry = [create, get('Patient/ben'), ...waits, create, get('Patient/ben')];
    const token = world.token({ scope: 'system/*.cruds' });
    const before = await stored('Observation');
    const asked = world.ask('POST', '', { token, body: { resourceType: 'Bundle', type: 'batch', entry } });
    await eventually(() => held.length).toBe(waits.length);
    world.revoke(token);
    await pass();
    for (const answer of held.splice(0)) answer();
    const { status, body, text } = await asked;
    expect(status).toBe(200);
    const statuses = body.entry.map((each: { response: { status: string } }) => each.response.status);
    expect(statuses[0]).toBe('201 Created');
    expect([statuses[1], ...statuses.slice(-2)]).toEqual(['401', '401', '401']);
    expect(text).not.toContain('Family ben');
    expect(await stored('Observation')).toBe(before + 1);
  });

  it('does no further reads of a transaction', async () => {
    const entry = [
      { resource: observation('ben', 8), request: { method: 'POST', url: 'Observation' } },
      { request: { method: 'GET', url: lookUp(30) } },
      { request: { method: 'GET', url: 'Patient/ben' } },
    ];
    const token = world.token({ scope: 'system/*.cruds' });
    const asked = world.ask('POST', '', {
      token,
      body: { resourceType: 'Bundle', type: 'transaction', entry },
    });
    await eventually(() => held.length).toBe(1);
    world.revoke(token);
    await pass();
    held.pop()?.();
    const { body, text } = await asked;
    expect(body.entry[0].response.status).toBe('201 Created');
    expect(body.entry[2].response.status).toBe('401');
    expect(text).not.toContain('Family ben');
  });

  it('goes on with what is left of it', async () => {
    const nurse = await world.staff('nina', 'nurse');
    const entry = [
      ...Array.from({ length: 8 }, (_each, i) => ({ request: { method: 'GET', url: lookUp(50 + i) } })),
      { request: { method: 'GET', url: 'Practitioner/nina' } },
      { request: { method: 'GET', url: 'Patient?_count=1' } },
    ];
    const asked = world.ask('POST', '', {
      token: nurse,
      body: { resourceType: 'Bundle', type: 'batch', entry },
    });
    await eventually(() => held.length).toBe(8);
    const role = await world.ask('GET', '/PractitionerRole/nina-role', { token: world.system });
    await world.ask('PUT', '/PractitionerRole/nina-role', {
      token: world.system,
      body: { ...role.body, active: false },
    });
    await pass();
    for (const answer of held.splice(0)) answer();
    const { body } = await asked;
    const statuses = body.entry
      .slice(-2)
      .map((each: { response: { status: string } }) => each.response.status);
    expect(statuses).toEqual(['200 OK', '403']);
  });

  it('breaks off a download that is read slowly', async () => {
    const data = randomBytes(4_000_000).toString('base64');
    for (let i = 0; i * data.length < LARGE; i += 1)
      await world.ask('PUT', `/Binary/b${i}`, {
        token: world.system,
        body: { resourceType: 'Binary', id: `b${i}`, contentType: 'application/pdf', data },
      });
    const token = world.token({ scope: 'system/*.rs', client_id: 'slow', sub: 'slow' });
    const begun = await world.ask('GET', '/$export?_type=Binary', { token });
    const place = begun.headers.get('content-location') as string;
    const done = async () => {
      await sleep(520);
      return world.ask('GET', place, { token });
    };
    let answer = await done();
    while (answer.status === 202 || answer.status === 429) answer = await done();
    const sent = httpRequest(answer.body.output[0].url, { headers: { Authorization: `Bearer ${token}` } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect([response.statusCode, Number(response.headers['content-length'])]).toEqual([
      200,
      expect.any(Number),
    ]);
    world.endStanding('slow');
    // Nothing is read until it is over.
    await pass();
    let came = 0;
    response.on('data', (chunk: Buffer) => {
      came += chunk.length;
    });
    response.on('error', () => undefined);
    await new Promise((resolve) => response.once('close', resolve));
    expect(response.complete).toBe(false);
    expect(came).toBeLessThan(Number(response.headers['content-length']));
    // And what was written is gone with it.
    expect((await world.ask('GET', place, { token })).status).toBe(403);
    expect((await world.ask('GET', answer.body.output[0].url, { token })).status).toBe(404);
  }, 120_000);
});
