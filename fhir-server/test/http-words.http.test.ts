/** What HTTP says of a request, in whatever way clients write it: preferences, methods, escapes, formats, places of operations. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

interface RawAnswer {
  readonly status: number | undefined;
  readonly allow: string | undefined;
  readonly text: string;
}

let world: World;
const P = { resourceType: 'Patient', id: 'p', name: [{ family: 'P' }] };

/** As it is, byte for byte: `fetch` would mend the address. */
const raw = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  new Promise<RawAnswer>((resolve, reject) => {
    const { hostname, port, pathname } = new URL(world.base);
    const authorization = `Bearer ${world.system}`;
    const asked = request({
      hostname,
      port,
      path: pathname + path,
      method,
      headers: { authorization, ...headers },
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode, allow: response.headers.allow, text }));
    });
    asked.end(body);
  });
const JSON_TYPE = { 'Content-Type': 'application/fhir+json' };

beforeAll(async () => {
  world = await openWorld();
  await world.ask('PUT', '/Patient/p', { token: world.system, body: P });
});
afterAll(() => world.close());

describe('Prefer', () => {
  it.each([
    ['return=minimal', ''],
    ['return="minimal"', ''],
    ['Return=minimal', ''],
    ['respond-async, return = "minimal"', ''],
    ['handling=lenient; return=minimal', ''],
    ['return=OperationOutcome', 'OperationOutcome'],
    ['return="OperationOutcome"', 'OperationOutcome'],
    ['return=representation, return=minimal', 'Patient'],
    ['x-return=minimal', 'Patient'],
    ['return=', 'Patient'],
    ['', 'Patient'],
  ])('%s', async (prefer, type) => {
    const answer = await raw('PUT', '/Patient/p', { ...JSON_TYPE, prefer }, JSON.stringify(P));
    expect(answer.status).toBe(200);
    expect(answer.text === '' ? '' : JSON.parse(answer.text).resourceType).toBe(type);
  });

  it.each([
    ['handling=lenient', 200],
    ['handling="lenient"', 200],
    ['Handling=Lenient', 200],
    ['handling="strict"', 400],
    ['mishandling=lenient', 400],
  ])('%s: %i where a parameter is unknown', async (prefer, status) => {
    expect((await raw('GET', '/Patient?nothing=1', { prefer })).status).toBe(status);
  });

  it('of a transaction asks for the resources, too', async () => {
    const entry = [{ resource: P, request: { method: 'PUT', url: 'Patient/p' } }];
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
    const answer = await raw('POST', '', { ...JSON_TYPE, prefer: 'return="representation"' }, body);
    expect(JSON.parse(answer.text).entry[0].resource.id).toBe('p');
  });
});

describe('a method', () => {
  it.each(['/metadata', '/.well-known/smart-configuration', '/.well-known/jwks.json'])(
    'that is none of %s is a 405 that says which are',
    async (path) => {
      for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) {
        const { status, allow, text } = await raw(
          method,
          path,
          JSON_TYPE,
          method === 'DELETE' ? undefined : '{}',
        );
        expect([method, status, allow]).toEqual([method, 405, 'GET, HEAD']);
        expect(JSON.parse(text).resourceType).toBe('OperationOutcome');
      }
      expect((await raw('GET', path)).status).toBe(200);
    },
  );
});

describe('an escape', () => {
  it.each([
    '/Patient/%',
    '/Patient/%zz',
    '/Patient/p%2F_history',
    '/Patient/p%3f_format=json',
    '/Patient?name=%',
    '/Patient?name=5%&_count=1',
    '/Patient?name=%E0%A4',
    '/%',
    '/$%zz',
    '/metadata/%',
  ])('%s is a 400 where it is none, or hides what parts an address', async (path) => {
    const { status, text } = await raw('GET', path);
    expect([status, JSON.parse(text).resourceType]).toEqual([400, 'OperationOutcome']);
  });

  it('is read where it is one', async () => {
    expect((await raw('GET', '/%50atient/p')).status).toBe(200);
    expect((await raw('GET', '/Patient?name=%C3%9C%25')).status).toBe(200);
  });

  it('is looked at in forms and in the entries of Bundles', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await raw('POST', '/Patient/_search', form, 'name=%zz')).status).toBe(400);
    const entry = ['Patient?name=%zz', 'Patient/%zz', 'Patient/p/%24meta'].map((url) => ({
      request: { method: 'GET', url },
    }));
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry });
    const answer = await raw('POST', '', JSON_TYPE, body);
    const statuses = JSON.parse(answer.text).entry.map((each: { response: { status: string } }) =>
      each.response.status.slice(0, 3),
    );
    expect(statuses).toEqual(['400', '400', '200']);
  });
});

it.each([
  ['text/html', 406],
  ['text/html, application/xhtml+xml', 406],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200],
  ['text/html, application/json;q=0.5', 200],
])('Accept: %s is a %i', async (accept, status) => {
  expect((await raw('GET', '/Patient/p', { accept })).status).toBe(status);
});

describe('an operation', () => {
  it('that stands elsewhere says where', async () => {
    for (const path of ['/$meta-add', '/Patient/$meta-add']) {
      const { status, text } = await raw('POST', path);
      expect(status).toBe(404);
      expect(JSON.parse(text).issue[0]).toMatchObject({
        code: 'not-supported',
        diagnostics: 'Not here: this server has [type]/[id]/$meta-add.',
      });
    }
    expect(JSON.parse((await raw('GET', '/$nothing')).text).issue[0].diagnostics).not.toMatch(/Not here/);
  });

  it('validates what is stored by GET', async () => {
    const answer = await raw('GET', '/Patient/p/$validate');
    expect([answer.status, JSON.parse(answer.text).issue[0].severity]).toEqual([200, 'information']);
    const profile = 'http://hl7.org/fhir/StructureDefinition/Observation';
    const other = await raw('GET', `/Patient/p/$validate?profile=${profile}`);
    expect(other.text).toContain('OperationOutcome');
    expect((await raw('GET', '/Patient/nobody/$validate')).status).toBe(404);
    const byType = await raw('GET', '/Patient/$validate');
    expect([byType.status, byType.allow]).toEqual([405, 'POST']);
  });
});

it('a history takes what it can do, once', async () => {
  for (const query of [
    '_since=2020&_since=2021',
    '_at=2020&_at=2021',
    '_sort=_lastUpdated',
    '_elements=name',
    '_include=*',
  ])
    expect([query, (await raw('GET', `/Patient/p/_history?${query}`)).status]).toEqual([query, 400]);
  for (const query of [
    '_since=2020&_at=2999',
    '_sort=-_lastUpdated',
    '_summary=false',
    '_total=accurate&_pretty=true',
  ])
    expect([query, (await raw('GET', `/Patient/p/_history?${query}`)).status]).toEqual([query, 200]);
});

it('a history without entries is a number', async () => {
  const { text } = await raw('GET', '/Patient/p/_history?_count=0');
  const { total, entry, link } = JSON.parse(text);
  expect(total).toBeGreaterThan(0);
  expect([entry, link.length]).toEqual([undefined, 1]);
});
