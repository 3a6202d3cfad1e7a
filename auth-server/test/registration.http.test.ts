/** Dynamic registration over HTTP (RFC 7591, 7592; attack T15), and what an administrator does with what registered. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as admin from '../src/admin/actions.ts';
import {
  CALLBACK,
  clientAssertion,
  launch,
  openWorld,
  type PageAnswer,
  pkce,
  type TokenBody,
  type World,
} from './world.ts';

let world: World;
let addresses = 0;

beforeAll(async () => {
  world = await openWorld({ fhir: true, env: { TRUST_PROXY_HOPS: '1' } });
});
afterAll(() => world?.close());

const context = (): admin.AdminContext => ({
  config: world.config,
  storage: world.storage,
  now: Date.now,
  by: undefined,
});
const codeOf = (page: PageAnswer): string => new URL(page.url).searchParams.get('code') ?? '';

async function send(
  method: string,
  url: string,
  body?: unknown,
  token?: string,
  address?: string,
): Promise<{ status: number; body: TokenBody }> {
  addresses += 1;
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': address ?? `192.0.2.${addresses % 250}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
const register = (body: object, address?: string) =>
  send('POST', `${world.issuer}/register`, body, undefined, address);
const APP = {
  client_name: 'Growth Chart',
  redirect_uris: [CALLBACK],
  token_endpoint_auth_method: 'none',
  scope: 'launch/patient patient/*.rs',
};
const service = () => {
  const { d: _, ...publicKey } = world.serviceKey;
  return {
    client_name: 'Night export',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'system/Patient.rs',
    jwks: { keys: [publicKey] },
  };
};

async function tokensOf(
  clientId: string,
  headers: Record<string, string> = {},
  scope = 'launch/patient offline_access patient/Patient.rs',
) {
  const browser = world.browser();
  const { verifier, challenge } = pkce();
  const page = await browser.signIn(
    await browser.authorize(launch(world.fhir, challenge, { client_id: clientId, scope })),
    'maria',
  );
  const end = await browser.submit(page, 'consent', [
    ['group', 'Patient'],
    ['group', 'offline_access'],
  ]);
  return world.token(
    {
      grant_type: 'authorization_code',
      code: codeOf(end),
      redirect_uri: CALLBACK,
      code_verifier: verifier,
      ...(headers.authorization ? {} : { client_id: clientId }),
    },
    headers,
  );
}

describe('an app', () => {
  it('registers, and is told its id, its scopes and where it may look after itself', async () => {
    const { status, body } = await register(APP);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      client_name: 'Growth Chart',
      scope: APP.scope,
      grant_types: ['authorization_code', 'refresh_token'],
      registration_status: 'unreviewed',
    });
    for (const own of ['smart_scope', 'status', 'trusted', 'client_secret'])
      expect(body).not.toHaveProperty(own);
    expect((await tokensOf(body.client_id)).status).toBe(200);
  });

  it('reads, changes and deletes itself with its own registration token, and nobody else’s', async () => {
    const one = (await register(APP)).body;
    const two = (await register(APP)).body;
    expect(
      (await send('GET', one.registration_client_uri, undefined, two.registration_access_token)).status,
    ).toBe(401);
    const three = (await register(APP)).body;
    const read = await send('GET', three.registration_client_uri, undefined, three.registration_access_token);
    expect(read.body).toMatchObject({ client_id: three.client_id, scope: APP.scope });
    const changed = await send(
      'PUT',
      three.registration_client_uri,
      { ...APP, client_id: three.client_id, client_name: 'Chart' },
      three.registration_access_token,
    );
    expect(changed.body).toMatchObject({
      client_name: 'Chart',
      registration_access_token: expect.any(String),
    });
    expect(
      (
        await send(
          'PUT',
          three.registration_client_uri,
          { ...APP, client_id: three.client_id },
          three.registration_access_token,
        )
      ).status,
    ).toBe(401);
    expect(
      (await send('DELETE', three.registration_client_uri, undefined, changed.body.registration_access_token))
        .status,
    ).toBe(204);
    expect(await world.storage.findArtifact('Client', three.client_id)).toBeUndefined();
  });

  it.each([
    ['javascript: as redirect address', { redirect_uris: ['javascript:alert(1)'] }],
    ['a fragment in a redirect address', { redirect_uris: ['https://app.example/#x'] }],
    ['http that is not of this machine', { redirect_uris: ['http://app.example/callback'] }],
    [
      'a JWKS address inside the house',
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://169.254.169.254/jwks' },
    ],
    [
      'a JWKS address by http',
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://app.example/jwks' },
    ],
    ['the implicit grant', { grant_types: ['implicit', 'authorization_code'] }],
    ['the password grant', { grant_types: ['password'] }],
    ['another response type', { response_types: ['token'] }],
    ['trust in itself', { trusted: true }],
    ['the right to introspect', { introspect: true }],
    ['an approval', { status: 'approved' }],
    ['a scope that is none', { scope: 'patient/Observation.everything' }],
    ['system scopes without the grant for them', { scope: 'system/*.rs' }],
    [
      'a private key',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ kty: 'EC', kid: 'x', d: 'secret' }] },
      },
    ],
    ['a name that turns the text round', { client_name: 'Clinic\u202Eppa' }],
  ])('T15 is refused with %s', async (_, members) => {
    const { status, body } = await register({ ...APP, ...members });
    expect(status).toBe(400);
    expect(['invalid_client_metadata', 'invalid_redirect_uri']).toContain(body.error);
    expect(body.error_description).not.toBe('');
  });

  it('registers twenty times an hour from one address', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 21; i++) statuses.push((await register(APP, '203.0.113.77')).status);
    expect(statuses.slice(0, 20).every((status) => status === 201)).toBe(true);
    expect(statuses.at(20)).toBe(429);
  });

  it('does not register where an administrator does it', async () => {
    const closed = await openWorld({ fhir: false, env: { REGISTRATION: 'closed' } });
    expect((await send('POST', `${closed.issuer}/register`, APP)).status).toBe(403);
    await closed.close();
  });
});

describe('a secret', () => {
  it('is told once, kept as a digest, taken by Basic as it is, and dead when an administrator makes a new one', async () => {
    const { body } = await register({ ...APP, token_endpoint_auth_method: 'client_secret_basic' });
    const { client_id: id, client_secret: secret } = body;
    expect(secret).toMatch(/^[\w-]{43}$/);
    const files = readdirSync(world.dataDir).filter((name) => name.startsWith('auth.sqlite'));
    const bytes = Buffer.concat(files.map((name) => readFileSync(join(world.dataDir, name))));
    expect(bytes.includes(secret)).toBe(false);
    const read = await send('GET', body.registration_client_uri, undefined, body.registration_access_token);
    expect(read.body.client_secret).toBeUndefined();
    const basic = (text: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${text}`).toString('base64')}`,
    });
    const { body: tokens } = await tokensOf(id, basic(secret));
    expect(tokens.access_token).toBeDefined();
    const refresh = (text: string) =>
      world.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, basic(text));
    expect((await refresh('wrong')).body.error).toBe('invalid_client');
    const stored = String((await world.storage.findArtifact('Client', id))?.payload.client_secret);
    expect((await refresh(stored)).body.error).toBe('invalid_client');
    const fresh = await admin.rotateClientSecret(context(), id);
    expect((await refresh(secret)).body.error).toBe('invalid_client');
    expect((await refresh(fresh)).status).toBe(200);
  });

  it('is kept over an update that sends it back', async () => {
    const { body } = await register({ ...APP, token_endpoint_auth_method: 'client_secret_post' });
    const update = {
      ...APP,
      token_endpoint_auth_method: 'client_secret_post',
      client_id: body.client_id,
      client_secret: body.client_secret,
    };
    expect(
      (
        await send(
          'PUT',
          body.registration_client_uri,
          { ...update, client_secret: 'other' },
          body.registration_access_token,
        )
      ).status,
    ).toBe(400);
    const done = await send('PUT', body.registration_client_uri, update, body.registration_access_token);
    expect(done.status).toBe(200);
    const answer = await world.token({
      grant_type: 'refresh_token',
      refresh_token: 'x',
      client_id: body.client_id,
      client_secret: body.client_secret,
    });
    expect(answer.body.error).toBe('invalid_grant');
  });
});

describe('an administrator', () => {
  const grant = async (clientId: string) =>
    world.token({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      client_id: clientId,
      ...(await clientAssertion(world.assertion, clientId)),
    });

  it('approves a service before it has a token, and again when it asks for more', async () => {
    const { body } = await register(service());
    expect(body.registration_status).toBe('pending');
    expect((await grant(body.client_id)).body.error).toBe('invalid_scope');
    await admin.approveClient(context(), body.client_id);
    await admin.grantToClient(context(), body.client_id, 'may_launch', true);
    expect((await grant(body.client_id)).status).toBe(200);
    const same = await send(
      'PUT',
      body.registration_client_uri,
      { ...service(), client_id: body.client_id, contacts: ['a@example.org'] },
      body.registration_access_token,
    );
    expect(same.body.registration_status).toBe('approved');
    expect((await world.storage.findArtifact('Client', body.client_id))?.payload.may_launch).toBe(true);
    const more = await send(
      'PUT',
      body.registration_client_uri,
      { ...service(), client_id: body.client_id, scope: 'system/*.rs' },
      same.body.registration_access_token,
    );
    expect(more.body.registration_status).toBe('pending');
    expect((await grant(body.client_id)).body.error).toBe('invalid_scope');
    expect((await world.storage.findArtifact('Client', body.client_id))?.payload.may_launch).toBeUndefined();
  });

  it('has not approved what changes its name afterwards', async () => {
    const { body } = await register({ ...APP, scope: `${APP.scope} user/Patient.rs` });
    await admin.approveClient(context(), body.client_id);
    const renamed = await send(
      'PUT',
      body.registration_client_uri,
      {
        ...APP,
        scope: `${APP.scope} user/Patient.rs`,
        client_id: body.client_id,
        client_name: 'Another name',
      },
      body.registration_access_token,
    );
    expect(renamed.body.registration_status).toBe('pending');
  });

  it('disables an app: its tokens die at once, and it is not known any more', async () => {
    const { body } = await register(APP);
    const { body: tokens } = await tokensOf(body.client_id);
    expect(await world.introspect(tokens.access_token)).toMatchObject({ active: true });
    await admin.disableClient(context(), body.client_id);
    expect(await world.introspect(tokens.access_token)).toEqual({ active: false });
    expect(
      (
        await world.token({
          grant_type: 'refresh_token',
          client_id: body.client_id,
          refresh_token: tokens.refresh_token,
        })
      ).body.error,
    ).toBe('invalid_client');
    const page = await world
      .browser()
      .authorize(launch(world.fhir, pkce().challenge, { client_id: body.client_id }));
    expect(page.status).toBe(400);
    await admin.enableClient(context(), body.client_id);
    expect((await tokensOf(body.client_id)).status).toBe(200);
  });

  it('is told what makes no sense, and every act is in the log', async () => {
    await expect(admin.approveClient(context(), 'nobody')).rejects.toThrow('there is no registered app');
    await expect(admin.unlockAccount(context(), 'no-such-one')).rejects.toThrow('no such account');
    await expect(admin.makeActivationCode(context(), 'Practitioner/x')).rejects.toThrow('activation code');
    await expect(admin.changePersons(context(), 'maria', 'Group/x', true)).rejects.toThrow('a person is');
    const events = (await world.storage.listAudit({ limit: 200 })).map(({ event }) => event);
    for (const act of ['app approved', 'app disabled', 'app secret rotated'])
      expect(events).toContain(`administrator: ${act}`);
  });
});
