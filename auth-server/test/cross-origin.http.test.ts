/** What a browser app of another origin may read: Q12 of issue 14, at the issuer (SMART App Launch 2.2, "CORS support"). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK, openWorld, type World } from './world.ts';

const KNOWN = new URL(CALLBACK).origin;
const SELF_REGISTERED = 'https://app.example';
const FOREIGN = 'https://evil.example';

let world: World;
beforeAll(async () => {
  world = await openWorld({ fhir: false });
  const registered = await fetch(`${world.issuer}/register`, {
    method: 'POST',
    headers: { Origin: 'https://anybody.example', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Steps',
      redirect_uris: [`${SELF_REGISTERED}/callback`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }),
  });
  expect(registered.status, await registered.clone().text()).toBe(201);
  expect(registered.headers.get('access-control-allow-origin')).toBe('*');
});
afterAll(() => world?.close());

const preflight = (
  path: string,
  origin: string,
  method = 'POST',
  headers = 'authorization,content-type,x-requested-with',
) =>
  fetch(path.startsWith('http') ? path : `${world.issuer}${path}`, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': headers,
    },
  });

describe('Q12: a preflight', () => {
  it.each(['/token', '/revoke', '/introspect'])(
    'at %s is for the origins of registered apps',
    async (path) => {
      for (const origin of [KNOWN, SELF_REGISTERED]) {
        const { status, headers } = await preflight(path, origin);
        expect(status).toBe(204);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-methods')).toContain('POST');
        expect(headers.get('access-control-allow-headers')).toContain('authorization');
        expect(headers.get('access-control-allow-credentials')).toBeNull();
        expect(headers.get('vary')).toContain('Origin');
      }
      for (const origin of [FOREIGN, 'null', `${KNOWN}.evil.example`]) {
        const { headers } = await preflight(path, origin);
        expect(headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );

  it('at registration and at metadata is for everybody', async () => {
    const { origin } = new URL(world.issuer);
    for (const [path, method] of [
      ['/register', 'POST'],
      ['/register/some-app', 'PUT'],
      ['/jwks', 'GET'],
      ['/.well-known/openid-configuration', 'GET'],
      [`${origin}/.well-known/oauth-authorization-server/oauth2`, 'GET'],
    ] as const) {
      const { status, headers } = await preflight(path, FOREIGN, method);
      expect(status, path).toBe(204);
      expect(['*', FOREIGN], path).toContain(headers.get('access-control-allow-origin'));
      expect(headers.get('access-control-allow-methods'), path).toContain(method);
    }
  });
});

describe('Q12: an answer', () => {
  const post = (path: string, origin: string, body: string, more: Record<string, string> = {}) =>
    fetch(`${world.issuer}${path}`, {
      method: 'POST',
      headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded', ...more },
      body,
    });

  it('that refuses is for the app to read too, and the metadata for everybody', async () => {
    for (const [path, body, headers] of [
      ['/token', 'grant_type=authorization_code&client_id=third-party&code=none', {}],
      ['/token', `grant_type=x&pad=${'x'.repeat(70_000)}`, {}],
      ['/revoke', 'token=none&client_id=third-party', {}],
      ['/introspect', 'token=none', { Authorization: 'Bearer none' }],
    ] as const) {
      const answer = await post(path, KNOWN, body, headers);
      expect(answer.headers.get('access-control-allow-origin'), `${path} ${answer.status}`).toBe(KNOWN);
    }
    for (const path of ['/jwks', '/.well-known/openid-configuration']) {
      const answer = await fetch(`${world.issuer}${path}`, { headers: { Origin: FOREIGN } });
      expect(['*', FOREIGN]).toContain(answer.headers.get('access-control-allow-origin'));
    }
    const moved = await fetch(
      `${new URL(world.issuer).origin}/.well-known/oauth-authorization-server/oauth2`,
      {
        headers: { Origin: FOREIGN },
        redirect: 'manual',
      },
    );
    expect(moved.headers.get('access-control-allow-origin')).toBe('*');
    const refused = await fetch(`${world.issuer}/register`, {
      method: 'POST',
      headers: { Origin: FOREIGN },
      body: '[',
    });
    expect(refused.status).toBe(400);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is not for the origin of another app, registered or not', async () => {
    const form = 'grant_type=authorization_code&client_id=third-party&code=none';
    for (const origin of [SELF_REGISTERED, FOREIGN, 'null'])
      expect((await post('/token', origin, form)).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('of the account pages is for no other origin', async () => {
    const { origin } = new URL(world.issuer);
    for (const path of ['/account', '/sign-up', '/admin'])
      expect(
        (await preflight(`${origin}${path}`, KNOWN)).headers.get('access-control-allow-origin'),
      ).toBeNull();
  });
});
