import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTokenSource, TokenError } from './access-token.ts';
import { backoffDelay } from './backoff.ts';
import { createFhirClient, FhirResponseError } from './fhir-client.ts';

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void | Promise<void>;

const folder = mkdtempSync(join(tmpdir(), 'wellspring-seed-'));
const keyFile = join(folder, 'key.json');
let publicKey: JWK;
let server: Server;
let base: string;
let handle: Handler;

beforeAll(async () => {
  const pair = await generateKeyPair('ES384', { extractable: true });
  writeFileSync(keyFile, JSON.stringify({ ...(await exportJWK(pair.privateKey)), alg: 'ES384', kid: 'k1' }));
  publicKey = await exportJWK(pair.publicKey);
  return () => rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => void handle(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answer = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

describe('a token source', () => {
  const assertions: { assertion: string; form: URLSearchParams }[] = [];
  const tokenServer =
    (expiresIn: number): Handler =>
    (request, body, response) => {
      if (request.url === '/fhir/.well-known/smart-configuration')
        return answer(response, 200, { token_endpoint: `${base}/oauth2/token` });
      const form = new URLSearchParams(body);
      assertions.push({ assertion: form.get('client_assertion') ?? '', form });
      answer(response, 200, {
        access_token: `token-${assertions.length}`,
        token_type: 'bearer',
        expires_in: expiresIn,
      });
    };
  const source = (now?: () => number) =>
    createTokenSource({ fhirBaseUrl: `${base}/fhir`, clientId: 'seed', clientKeyFile: keyFile }, now);

  beforeEach(() => {
    assertions.length = 0;
  });

  it('asserts who it is at the endpoint that the FHIR server names', async () => {
    handle = tokenServer(300);
    expect(await source()()).toBe('token-1');
    const [{ assertion, form } = { assertion: '', form: new URLSearchParams() }] = assertions;
    const { payload, protectedHeader } = await jwtVerify(assertion, await importJWK(publicKey, 'ES384'), {
      issuer: 'seed',
      subject: 'seed',
      audience: `${base}/oauth2/token`,
    });
    expect(protectedHeader).toMatchObject({ alg: 'ES384', kid: 'k1', typ: 'JWT' });
    expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(300);
    expect(Object.fromEntries(form)).toMatchObject({
      grant_type: 'client_credentials',
      scope: 'system/*.cruds',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  });

  it('keeps a token until a minute before its end, with a new assertion each time', async () => {
    handle = tokenServer(300);
    let now = 0;
    const token = source(() => now);
    expect(await token()).toBe('token-1');
    now = 239_000;
    expect(await token()).toBe('token-1');
    now = 241_000;
    expect(await token()).toBe('token-2');
    expect(new Set(assertions.map(({ assertion }) => assertion)).size).toBe(2);
  });

  it('asks once for many at the same time, and again when told to', async () => {
    handle = tokenServer(300);
    const token = source();
    await token();
    expect(await Promise.all([token(), token(), token()])).toEqual(['token-1', 'token-1', 'token-1']);
    expect(await token({ renew: true })).toBe('token-2');
  });

  it('says what the token endpoint said', async () => {
    handle = (request, _body, response) =>
      request.url?.endsWith('/token')
        ? answer(response, 401, { error: 'invalid_client', error_description: 'unknown key' })
        : answer(response, 200, { token_endpoint: `${base}/token` });
    await expect(source()()).rejects.toThrow(/401: invalid_client: unknown key/);
  });

  it('tries again after a failure', async () => {
    handle = (_request, _body, response) => answer(response, 503, {});
    const token = source();
    await expect(token()).rejects.toThrow(TokenError);
    handle = tokenServer(300);
    expect(await token()).toBe('token-1');
  });

  it('says so when there is no key', async () => {
    handle = tokenServer(300);
    await expect(
      createTokenSource({
        fhirBaseUrl: `${base}/fhir`,
        clientId: 'seed',
        clientKeyFile: join(folder, 'none.json'),
      })(),
    ).rejects.toThrow(/no client key/);
  });
});

describe('a FHIR client', () => {
  const waits: number[] = [];
  const tokens: boolean[] = [];
  const client = () =>
    createFhirClient({
      baseUrl: base,
      token: async ({ renew = false } = {}) => {
        tokens.push(renew);
        return renew ? 'fresh' : 'stale';
      },
      pause: async (milliseconds) => {
        waits.push(milliseconds);
      },
    });

  beforeEach(() => {
    waits.length = 0;
    tokens.length = 0;
  });

  it('waits as long as a busy server says, and tries again', async () => {
    let asked = 0;
    handle = (_request, body, response) =>
      ++asked < 3
        ? answer(response, asked === 1 ? 429 : 503, {}, asked === 1 ? { 'retry-after': '2' } : {})
        : answer(response, 200, { resourceType: 'Bundle', echo: body });
    expect(await client().transaction('{"a":1}')).toMatchObject({ echo: '{"a":1}' });
    expect(waits).toEqual([2000, expect.any(Number)]);
  });

  it('renews a refused token once', async () => {
    handle = (request, _body, response) =>
      answer(response, request.headers.authorization === 'Bearer fresh' ? 200 : 401, {
        resourceType: 'Patient',
      });
    expect(await client().read('Patient', 'x')).toEqual({ resourceType: 'Patient' });
    expect(tokens).toEqual([false, true]);
    handle = (_request, _body, response) => answer(response, 401, {});
    await expect(client().read('Patient', 'x')).rejects.toMatchObject({ status: 401 });
  });

  it('does not repeat what was refused', async () => {
    handle = (_request, _body, response) =>
      answer(response, 422, {
        resourceType: 'OperationOutcome',
        issue: [
          { severity: 'error', code: 'invalid', diagnostics: 'no such element', expression: ['Patient.nme'] },
        ],
      });
    const error = await client()
      .transaction('{}')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FhirResponseError);
    expect(error).toMatchObject({
      status: 422,
      message: expect.stringContaining('no such element (Patient.nme)'),
    });
    expect(waits).toEqual([]);
  });

  it('gives up on a server that stays away', async () => {
    server.close();
    server.closeAllConnections();
    await expect(client().read('Patient', 'x')).rejects.toThrow(/cannot be reached/);
    expect(waits).toHaveLength(7);
  });

  it('knows what exists', async () => {
    handle = (request, _body, response) =>
      answer(
        response,
        request.url === '/Patient/here' ? 200 : request.url === '/Patient/gone' ? 410 : 404,
        {},
      );
    expect(await Promise.all(['here', 'gone', 'never'].map((id) => client().exists('Patient', id)))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('sends the version it expects', async () => {
    handle = (request, body, response) =>
      answer(response, 200, {
        ifMatch: request.headers['if-match'],
        method: request.method,
        path: request.url,
        body: JSON.parse(body),
      });
    expect(
      await client().update({ resourceType: 'Task', id: 't', status: 'completed', intent: 'order' }, '3'),
    ).toMatchObject({ ifMatch: 'W/"3"', method: 'PUT', path: '/Task/t' });
  });
});

it('waits longer each time, but not for ever', () => {
  expect(backoffDelay(0, null, () => 1)).toBe(250);
  expect(backoffDelay(3, null, () => 0)).toBe(1000);
  expect(backoffDelay(30, null, () => 1)).toBe(15_000);
  expect(backoffDelay(0, '7')).toBe(7000);
  expect(backoffDelay(0, '86400')).toBe(60_000);
  expect(backoffDelay(0, 'Wed, 21 Oct 2026 07:28:00 GMT', () => 1)).toBe(250);
});
