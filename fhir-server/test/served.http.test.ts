/** X14 and X19 of the attack list, of this server: who is answered without a token, and what no answer goes without. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({
    ALLOWED_HOSTS: 'metrics.clinic.example',
    METRICS_TOKEN: 'a-token-of-sixteen-characters',
  });
});
afterAll(() => world?.close());

function raw(
  path: string,
  host: string,
  method = 'GET',
  more: Record<string, string> = {},
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const { hostname, port } = new URL(world.base);
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path, method, setHost: false, headers: { ...more, Host: host } },
      (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

describe('X14 metrics and health', () => {
  it.each(['/metrics', '/healthz', '/readyz', '/Metrics'])(
    '%s are told to the configured hosts only',
    async (path) => {
      const token = { Authorization: 'Bearer a-token-of-sixteen-characters' };
      for (const good of [new URL(world.base).host, 'localhost', 'metrics.clinic.example:8080'])
        expect((await raw(path, good, 'GET', token)).status).toBe(200);
      for (const bad of ['evil.example', '10.0.0.1', 'x.metrics.clinic.example'])
        expect((await raw(path, bad, 'GET', token)).status).toBe(421);
    },
  );
});

const expectHeaders = (headers: IncomingHttpHeaders): void => {
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('no-referrer');
};

describe('X19 headers', () => {
  it.each([
    ['metadata', '/fhir/metadata'],
    ['a refusal', '/fhir/Patient'],
    ['a 404', '/nothing'],
    ['health', '/healthz'],
    ['metrics that are not told', '/metrics'],
    ['a preflight', '/fhir/Patient', 'OPTIONS'],
    ['an unknown method', '/fhir/Patient', 'LOCK'],
    ['an address that can not be read', '/fhir/%E0%A4%A'],
    ['a calendar that is none', '/fhir/calendar/x.ics'],
    ['the SMART configuration', '/.well-known/smart-configuration'],
  ])('are on %s', async (_, path, method = 'GET') => {
    expectHeaders((await raw(path, new URL(world.base).host, method)).headers);
  });

  it('are on what the parser of HTTP refuses, and on an expectation that nobody meets', async () => {
    const { hostname, port } = new URL(world.base);
    const said = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(said).toContain('HTTP/1.1 400');
    for (const name of ['Content-Security-Policy', 'X-Frame-Options', 'X-Content-Type-Options'])
      expect(said).toContain(`${name}: `);
    const expecting = await raw('/healthz', hostname, 'GET', { Expect: 'the-impossible' });
    expect(expecting.status).toBe(417);
    expectHeaders(expecting.headers);
  });
});
