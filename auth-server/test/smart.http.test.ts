/** What SMART App Launch 2.2 and the (g)(10) test kits check of a server (smart-auth requirements, section A4), beyond the standalone launch. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { validateResource } from '@wellspring/profiles';
import { decodeProtectedHeader, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { rotateKeys } from '../src/provider/keys.ts';
import { CALLBACK, launch, openWorld, type PageAnswer, pkce, type TokenBody, type World } from './world.ts';

let world: World;
let keysOfApp: {
  url: string;
  set(keys: readonly JWK[], maxAge?: number): void;
  asked(): number;
  close(): void;
};
const HTTPS_CALLBACK = 'https://app.example/callback';

beforeAll(async () => {
  keysOfApp = await openJwks();
  world = await openWorld({
    env: { JWKS_INTERNAL_HOSTS: '127.0.0.1', TRUST_PROXY_HOPS: '1', CLINIC_ORGANIZATION: 'hill' },
  });
});
afterAll(async () => {
  await world?.close();
  keysOfApp?.close();
});
afterEach(() => vi.useRealTimers());

const later = (ms: number): void => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + ms);
};
const codeOf = (page: PageAnswer): string => new URL(page.url).searchParams.get('code') ?? '';

/** A client's JWKS on a real socket. */
async function openJwks() {
  let body = '{"keys":[]}';
  let cache = 'max-age=60';
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.setHeader('Cache-Control', cache).setHeader('Content-Type', 'application/json').end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    set(keys: readonly JWK[], maxAge = 60) {
      body = JSON.stringify({ keys });
      cache = `max-age=${maxAge}`;
    },
    asked: () => asked,
    close: () => server.close(),
  };
}

/** Stored as registration stores it: what a policy for public addresses would refuse is put there by hand. */
async function store(metadata: Record<string, unknown>): Promise<string> {
  const clientId = randomUUID();
  await world.storage.saveArtifact({
    model: 'Client',
    id: clientId,
    payload: { client_id: clientId, client_name: 'Stored', ...metadata },
    grantId: undefined,
    uid: undefined,
    accountId: undefined,
    consumedAt: undefined,
    expiresAt: undefined,
  });
  return clientId;
}

async function consented(members: Record<string, string | undefined>, groups?: [string, string][]) {
  const browser = world.browser();
  const { verifier, challenge } = pkce();
  let page = await browser.signIn(await browser.authorize(launch(world.fhir, challenge, members)), 'maria');
  const all = [...page.html.matchAll(/name="group" value="([^"]+)"/g)].map(
    ([, name]) => ['group', name ?? ''] as [string, string],
  );
  page = await browser.submit(page, 'consent', groups ?? all);
  return { browser, page, code: codeOf(page), verifier };
}

async function exchanged(
  members: Record<string, string | undefined>,
  groups?: [string, string][],
): Promise<TokenBody> {
  const { code, verifier } = await consented(members, groups);
  const { status, body } = await world.token({
    grant_type: 'authorization_code',
    client_id: members.client_id ?? 'third-party',
    code,
    redirect_uri: members.redirect_uri ?? CALLBACK,
    code_verifier: verifier,
  });
  expect(status).toBe(200);
  return body;
}

const scopesOf = (body: TokenBody): string[] => String(body.scope).split(' ').sort();

describe('discovery', () => {
  it('gives every member that the kits ask for, whatever is accepted, to any origin', async () => {
    for (const accept of ['text/html', 'application/fhir+xml', '*/*']) {
      const response = await fetch(`${world.fhir}/.well-known/smart-configuration`, {
        headers: { accept, origin: 'https://any.example' },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(['*', 'https://any.example']).toContain(response.headers.get('access-control-allow-origin'));
    }
    const response = await fetch(`${new URL(world.fhir).origin}/.well-known/smart-configuration`);
    const body = (await response.json()) as Record<string, unknown>;
    for (const name of [
      'issuer',
      'jwks_uri',
      'authorization_endpoint',
      'token_endpoint',
      'introspection_endpoint',
      'revocation_endpoint',
      'registration_endpoint',
      'management_endpoint',
      'user_access_brand_bundle',
    ])
      expect(URL.canParse(String(body[name])), name).toBe(true);
    expect(body.grant_types_supported).toEqual(
      expect.arrayContaining(['authorization_code', 'client_credentials']),
    );
    expect(body.code_challenge_methods_supported).toEqual(['S256']);
    expect(body.token_endpoint_auth_signing_alg_values_supported).toEqual(
      expect.arrayContaining(['RS384', 'ES384']),
    );
    expect(body.capabilities).toEqual(
      expect.arrayContaining([
        'launch-ehr',
        'launch-standalone',
        'authorize-post',
        'client-public',
        'client-confidential-symmetric',
        'client-confidential-asymmetric',
        'sso-openid-connect',
        'context-banner',
        'context-style',
        'context-ehr-patient',
        'context-ehr-encounter',
        'context-standalone-patient',
        'context-standalone-encounter',
        'permission-offline',
        'permission-online',
        'permission-patient',
        'permission-user',
        'permission-v1',
        'permission-v2',
      ]),
    );
  });

  it('names in the OpenID configuration what the kits check, and keys that are public', async () => {
    const body = (await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json()) as Record<
      string,
      unknown
    >;
    for (const name of [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'response_types_supported',
      'subject_types_supported',
    ])
      expect(body[name], name).toBeDefined();
    expect(body.id_token_signing_alg_values_supported).toEqual(['RS256']);
    expect(body.response_types_supported).toEqual(['code']);
    const jwks = (await (await fetch(String(body.jwks_uri))).json()) as { keys: JWK[] };
    expect(jwks.keys.some(({ kty }) => kty === 'RSA')).toBe(true);
    for (const key of jwks.keys) expect(key).not.toHaveProperty('d');
    const rfc8414 = await fetch(`${world.config.origin}/.well-known/oauth-authorization-server/oauth2`);
    expect(await rfc8414.json()).toMatchObject({ issuer: world.issuer });
  });

  it('P6: says on its pages and in its brand how the clinic is reached, from its Organization', async () => {
    const stored = await world.ask('Organization/hill', {
      method: 'PUT',
      body: {
        resourceType: 'Organization',
        id: 'hill',
        active: true,
        name: 'Hill Street Clinic',
        telecom: [{ system: 'phone', value: '+1 413 555 0100' }],
        address: [{ line: ['40 Hill Street'], city: 'Northampton', state: 'MA', postalCode: '01060' }],
      },
    });
    expect(stored.status, await stored.text()).toBe(201);
    const place = await world.ask('Location/hill-street', {
      method: 'PUT',
      body: {
        resourceType: 'Location',
        id: 'hill-street',
        status: 'active',
        name: 'Hill Street',
        managingOrganization: { reference: 'Organization/hill' },
        hoursOfOperation: [
          { daysOfWeek: ['mon', 'tue', 'wed'], openingTime: '08:00:00', closingTime: '17:30:00' },
        ],
      },
    });
    expect(place.status, await place.text()).toBe(201);
    const brand = async () => {
      const bundle = await (await fetch(`${world.config.origin}/brands`)).json();
      return (bundle as { entry: { resource: { address?: object } }[] }).entry[0]?.resource;
    };
    // What was not there is asked for again, soon.
    await expect.poll(async () => (await brand())?.address, { timeout: 8000 }).toBeDefined();
    expect(await brand()).toMatchObject({
      telecom: expect.arrayContaining([{ system: 'phone', value: '+1 413 555 0100' }]),
      address: [{ text: '40 Hill Street, Northampton, MA 01060' }],
    });
    const page = await (await fetch(`${world.config.origin}/sign-up`)).text();
    expect(page).toContain('<a href="tel:+14135550100">Call +1 413 555 0100</a>');
    expect(page).toMatch(/40 Hill Street, Northampton, MA 01060 · <span[^>]*>Mon–Wed 8:00 AM–5:30 PM</);
    const spanish = await fetch(`${world.config.origin}/sign-up`, { headers: { 'Accept-Language': 'es' } });
    expect(await spanish.text()).toContain('lun–mié 8:00 a.m.–5:30 p.m.');
  });

  it('publishes user-access brands: a valid Bundle that holds the identifier, with a weak ETag, to any origin', async () => {
    const smart = (await (await fetch(`${world.fhir}/.well-known/smart-configuration`)).json()) as {
      user_access_brand_bundle: string;
      user_access_brand_identifier: { system: string; value: string };
    };
    const response = await fetch(smart.user_access_brand_bundle, {
      headers: { origin: 'https://any.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"/);
    const bundle = (await response.json()) as {
      type: string;
      timestamp: string;
      entry: {
        resource: { resourceType: string; identifier?: object[]; endpoint?: object[]; address?: string };
      }[];
    };
    expect(
      validateResource(bundle as never).filter(
        ({ severity }) => severity !== 'warning' && severity !== 'information',
      ),
    ).toEqual([]);
    expect(bundle).toMatchObject({ type: 'collection', timestamp: expect.any(String) });
    const organizations = bundle.entry.filter(({ resource }) => resource.resourceType === 'Organization');
    expect(organizations).toHaveLength(1);
    expect(organizations[0]?.resource.identifier).toContainEqual(smart.user_access_brand_identifier);
    expect(bundle.entry.find(({ resource }) => resource.resourceType === 'Endpoint')?.resource.address).toBe(
      world.fhir,
    );
    expect((await fetch(smart.user_access_brand_bundle, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
  });
});

describe('the authorization endpoint', () => {
  it('takes a POST, however long its scopes are', async () => {
    const browser = world.browser();
    const { verifier, challenge } = pkce();
    const long = Array.from(
      { length: 60 },
      (_, i) => `patient/Observation.rs?code=http://loinc.org|${i}000-0`,
    );
    const form = launch(world.fhir, challenge, {
      scope: ['launch/patient', 'patient/Patient.r', ...long].join('  '),
    });
    const posted = await browser.open(`${world.issuer}/authorize`, {
      method: 'POST',
      body: new URLSearchParams(form as Record<string, string>),
      headers: { origin: 'https://app.example' },
    });
    const page = await browser.submit(await browser.signIn(posted, 'maria'), 'consent', [
      ['group', 'Patient'],
      ['group', 'Observation'],
    ]);
    const { body } = await world.token({
      grant_type: 'authorization_code',
      client_id: 'third-party',
      code: codeOf(page),
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    expect(scopesOf(body)).toHaveLength(62);
  });

  it('refuses an audience that is another server’s, or none', async () => {
    for (const aud of ['https://inferno.healthit.gov/invalid_aud', undefined, '', `${world.fhir}x`]) {
      const page = await world.browser().authorize(launch(world.fhir, pkce().challenge, { aud }));
      expect(page.url).not.toContain('code=');
      expect(page.url + page.html).toMatch(/invalid_request|invalid_target/);
    }
  });

  it('takes the base URL with a slash at its end, and `resource` for `aud`', async () => {
    for (const members of [{ aud: `${world.fhir}/` }, { aud: undefined, resource: world.fhir }])
      expect((await world.browser().authorize(launch(world.fhir, pkce().challenge, members))).html).toContain(
        'Sign in',
      );
  });
});

describe('scopes', () => {
  it('of version 1 are granted as they were asked, and open what they say', async () => {
    const body = await exchanged({
      scope: 'launch/patient openid fhirUser patient/Observation.read patient/Patient.read',
    });
    expect(scopesOf(body)).toEqual([
      'fhirUser',
      'launch/patient',
      'openid',
      'patient/Observation.read',
      'patient/Patient.read',
    ]);
    expect((await world.ask('Patient/maria', { token: body.access_token })).status).toBe(200);
    expect((await world.ask('Observation', { token: body.access_token })).status).toBe(200);
  });

  it('of a wildcard can be narrowed to types and to categories', async () => {
    const body = await exchanged({ scope: 'launch/patient patient/*.rs' }, [
      ['part', 'Patient'],
      ['part', 'Observation:laboratory'],
    ]);
    expect(scopesOf(body)).toEqual([
      'launch/patient',
      'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
      'patient/Patient.rs',
    ]);
    const found = (await (await world.ask('Observation', { token: body.access_token })).json()) as {
      entry: { resource: { id: string } }[];
    };
    expect(found.entry.map(({ resource }) => resource.id)).toEqual(['lab']);
    expect((await world.ask('Observation/smoking', { token: body.access_token })).status).toBe(404);
    expect((await world.ask('Condition', { token: body.access_token })).status).toBe(403);
  });

  it('of whole Condition and Observation are offered by all the parts that certification asks for', async () => {
    const browser = world.browser();
    const page = await browser.signIn(
      await browser.authorize(
        launch(world.fhir, pkce().challenge, {
          scope: 'launch/patient patient/Condition.rs patient/Observation.rs',
        }),
      ),
      'maria',
    );
    const parts = [...page.html.matchAll(/name="part" value="([^"]+)"/g)].map(([, name]) => name);
    expect(parts).toEqual([
      'Condition:problem-list-item',
      'Condition:encounter-diagnosis',
      'Condition:health-concern',
      'Observation:laboratory',
      'Observation:vital-signs',
      'Observation:procedure',
      'Observation:social-history',
      'Observation:sdoh',
      'Observation:survey',
    ]);
  });

  it('openid fhirUser: the resource is readable with this very token', async () => {
    const body = await exchanged({ scope: 'openid fhirUser launch/patient patient/Observation.rs' });
    const [, payload = ''] = String(body.id_token).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      fhirUser: string;
      sub: string;
      aud: string;
    };
    expect(claims.fhirUser).toBe(`${world.fhir}/Patient/maria`);
    expect(decodeProtectedHeader(String(body.id_token))).toMatchObject({
      alg: 'RS256',
      kid: expect.any(String),
    });
    expect((await world.ask('Patient/maria', { token: body.access_token })).status).toBe(200);
    expect(await world.introspect(body.access_token)).toMatchObject({
      sub: claims.sub,
      iss: world.issuer,
      fhirUser: claims.fhirUser,
    });
  });

  it('a refresh for all that was given, and one for a part, and then all again', async () => {
    const first = await exchanged({
      scope: 'openid launch/patient offline_access patient/Observation.rs patient/Patient.rs',
    });
    const refresh = async (refresh_token: string, scope?: string) =>
      (
        await world.token({
          grant_type: 'refresh_token',
          client_id: 'third-party',
          refresh_token,
          ...(scope === undefined ? {} : { scope }),
        })
      ).body;
    const second = await refresh(first.refresh_token, first.scope);
    expect(scopesOf(second)).toEqual(scopesOf(first));
    const narrow = await refresh(second.refresh_token, 'patient/Patient.rs');
    expect(scopesOf(narrow)).toEqual(['patient/Patient.rs']);
    expect((await world.ask('Observation', { token: narrow.access_token })).status).toBe(403);
    expect(scopesOf(await refresh(narrow.refresh_token))).toEqual(scopesOf(first));
  });

  it('offline access lasts three months from each use, without signing in again', async () => {
    let { refresh_token } = await exchanged({ scope: 'launch/patient offline_access patient/Patient.rs' });
    for (let i = 0; i < 3; i++) {
      later(92 * 86_400_000);
      const { status, body } = await world.token({
        grant_type: 'refresh_token',
        client_id: 'third-party',
        refresh_token,
      });
      expect(status).toBe(200);
      refresh_token = body.refresh_token;
    }
    later(121 * 86_400_000);
    expect(
      (await world.token({ grant_type: 'refresh_token', client_id: 'third-party', refresh_token })).body
        .error,
    ).toBe('invalid_grant');
  });

  it('online access lasts as long as a sign-in may, and is not prolonged by refreshing', async () => {
    let { refresh_token } = await exchanged({ scope: 'launch/patient online_access patient/Patient.rs' });
    for (let i = 0; i < 11; i++) {
      later(3_600_000);
      const { status, body } = await world.token({
        grant_type: 'refresh_token',
        client_id: 'third-party',
        refresh_token,
      });
      expect(status).toBe(200);
      refresh_token = body.refresh_token;
    }
    later(3_600_000 + 60_000);
    expect(
      (await world.token({ grant_type: 'refresh_token', client_id: 'third-party', refresh_token })).body
        .error,
    ).toBe('invalid_grant');
  });
});

describe('consent', () => {
  const app = () =>
    store({
      redirect_uris: [HTTPS_CALLBACK],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      smart_scope: 'patient/*.rs',
    });

  it('is asked once of an app with an https address, and again when it asks for more', async () => {
    const client_id = await app();
    const base = { client_id, redirect_uri: HTTPS_CALLBACK };
    const scope = 'launch/patient patient/Observation.rs patient/Patient.rs';
    const { browser } = await consented({ ...base, scope }, [['group', 'Observation']]);
    const again = await browser.authorize(launch(world.fhir, pkce().challenge, { ...base, scope }));
    expect(codeOf(again)).not.toBe('');
    const less = await browser.authorize(
      launch(world.fhir, pkce().challenge, { ...base, scope: 'launch/patient patient/Observation.rs' }),
    );
    expect(codeOf(less)).not.toBe('');
    const more = await browser.authorize(
      launch(world.fhir, pkce().challenge, { ...base, scope: `${scope} patient/Condition.rs` }),
    );
    expect(more.html).toContain('Health problems');
  });

  it('is asked where the app asks for it to be asked, remembered or not; offline access alone asks for no page', async () => {
    const client_id = await app();
    const scope = 'openid launch/patient patient/Observation.rs offline_access';
    const base = { client_id, redirect_uri: HTTPS_CALLBACK, scope };
    const { browser } = await consented(base, [
      ['group', 'Observation'],
      ['group', 'offline_access'],
    ]);
    const answer = (members: object) =>
      browser.authorize(launch(world.fhir, pkce().challenge, { ...base, ...members }));
    expect(codeOf(await answer({}))).not.toBe('');
    for (const prompt of ['consent', 'consent login'])
      for (const more of [
        {},
        { may_remember: '1' },
        { scope: 'openid launch/patient patient/Observation.rs' },
      ]) {
        const page = await answer({ prompt, ...more });
        const shown = prompt === 'consent' ? '/consent"' : '/login"';
        expect(page.html, JSON.stringify({ prompt, ...more })).toContain(shown);
      }
    expect(codeOf(await answer({}))).not.toBe('');
  });

  it('remembers what was declined', async () => {
    const client_id = await app();
    const base = {
      client_id,
      redirect_uri: HTTPS_CALLBACK,
      scope: 'launch/patient patient/Observation.rs patient/Patient.rs',
    };
    const { browser } = await consented(base, [['group', 'Observation']]);
    const { verifier, challenge } = pkce();
    const code = codeOf(await browser.authorize(launch(world.fhir, challenge, base)));
    const { body } = await world.token({
      grant_type: 'authorization_code',
      client_id,
      code,
      redirect_uri: HTTPS_CALLBACK,
      code_verifier: verifier,
    });
    expect(scopesOf(body)).toEqual(['launch/patient', 'patient/Observation.rs']);
  });

  it('is asked each time of an app on a loopback address, which anybody on the device could take', async () => {
    const { browser } = await consented({ scope: 'launch/patient patient/Patient.rs' });
    const again = await browser.authorize(
      launch(world.fhir, pkce().challenge, { scope: 'launch/patient patient/Patient.rs' }),
    );
    expect(again.html).toContain('/consent"');
  });

  it('says who the app is, that nobody checked it, and shows its name as text', async () => {
    const client_id = await store({
      client_name: '<b>Sneaky</b> "app"',
      client_uri: 'https://sneaky.example/',
      policy_uri: 'https://sneaky.example/privacy',
      status: 'pending',
      redirect_uris: [CALLBACK],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
      smart_scope: 'patient/*.rs user/*.rs',
    });
    const browser = world.browser();
    const page = await browser.signIn(
      await browser.authorize(
        launch(world.fhir, pkce().challenge, {
          client_id,
          scope: 'launch/patient patient/Patient.rs user/Patient.rs',
        }),
      ),
      'maria',
    );
    expect(page.html).toContain('&lt;b&gt;Sneaky');
    expect(page.html).not.toContain('<b>Sneaky');
    expect(page.html).toContain('https://sneaky.example/privacy');
    expect(page.html).toContain('the clinic has not checked who they are');
  });
});

describe('asymmetric clients', () => {
  async function client(alg: 'RS384' | 'ES384', members: object) {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const kid = randomUUID();
    const jwk = { ...(await exportJWK(publicKey)), kid, alg };
    const clientId = await store({
      redirect_uris: [CALLBACK],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'private_key_jwt',
      ...members,
      ...('jwks_uri' in members ? {} : { jwks: { keys: [jwk] } }),
    });
    const assertion = async (header: object = {}) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(`${world.issuer}/token`)
        .setIssuedAt()
        .setExpirationTime('4m')
        .sign(privateKey),
    });
    return { clientId, jwk, assertion };
  }

  it.each(['RS384', 'ES384'] as const)(
    'launch and refresh with %s and an inline JWKS, without client_id in the form',
    async (alg) => {
      const { clientId, assertion } = await client(alg, {});
      const { code, verifier } = await consented({ client_id: clientId });
      const { status, body } = await world.token({
        grant_type: 'authorization_code',
        code,
        redirect_uri: CALLBACK,
        code_verifier: verifier,
        ...(await assertion()),
      });
      expect(status).toBe(200);
      expect(body.id_token).toBeDefined();
      const again = await world.token({
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token,
        ...(await assertion()),
      });
      expect(again.status).toBe(200);
    },
  );

  it('with a JWKS address: the key is fetched, a withdrawn one is dead when its cache is over, a jku must be the registered one', async () => {
    const { clientId, jwk, assertion } = await client('ES384', {
      jwks_uri: keysOfApp.url,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      smart_scope: 'system/Patient.rs',
    });
    expect(clientId).toBeDefined();
    keysOfApp.set([jwk], 60);
    const ask = async (header: object = {}) =>
      world.token({
        grant_type: 'client_credentials',
        scope: 'system/Patient.rs',
        ...(await assertion(header)),
      });
    expect((await ask()).status).toBe(200);
    expect((await ask({ jku: keysOfApp.url })).status).toBe(200);
    expect((await ask({ jku: 'https://evil.example/jwks' })).body.error).toBe('invalid_client');
    const before = keysOfApp.asked();
    keysOfApp.set([], 60);
    later(61_000);
    expect((await ask()).body.error).toBe('invalid_client');
    expect(keysOfApp.asked()).toBeGreaterThan(before);
  });

  it('T08 with a JWKS address inside the house are refused, unless an administrator trusts the host', async () => {
    const other = await openWorld({ fhir: false });
    const { privateKey } = await generateKeyPair('ES384');
    const before = keysOfApp.asked();
    await other.storage.saveArtifact({
      model: 'Client',
      id: 'inside',
      payload: {
        client_id: 'inside',
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: keysOfApp.url,
        smart_scope: 'system/Patient.rs',
      },
      grantId: undefined,
      uid: undefined,
      accountId: undefined,
      consumedAt: undefined,
      expiresAt: undefined,
    });
    const client_assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES384', kid: 'x' })
      .setIssuer('inside')
      .setSubject('inside')
      .setAudience(`${other.issuer}/token`)
      .setExpirationTime('1m')
      .sign(privateKey);
    const { body } = await other.token({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    });
    expect(body.error).toMatch(/^invalid_client/);
    expect(keysOfApp.asked()).toBe(before);
    await other.close();
  });
});

describe('keys', () => {
  it('rotate without a restart: the next is published before it signs, the old one stays until its tokens are over', async () => {
    const kids = async () =>
      ((await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: JWK[] }).keys.map(({ kid }) => kid);
    const [first] = await kids();
    await rotateKeys(world.config.keysFile, Date.now(), 3_600_000);
    await vi.waitFor(async () => expect(await kids()).toHaveLength(2), { timeout: 15_000, interval: 200 });
    const signer = async () =>
      decodeProtectedHeader(
        String((await exchanged({ scope: 'openid launch/patient patient/Patient.rs' })).id_token),
      ).kid;
    expect(await signer()).toBe(first);
    const [, next] = await kids();
    later(3_601_000);
    await vi.waitFor(async () => expect((await kids())[0]).toBe(next), { timeout: 15_000, interval: 200 });
    expect(await kids()).toContain(first);
    expect(await signer()).toBe(next);
    later(2 * 3_600_000 + 60_000);
    await vi.waitFor(async () => expect(await kids()).toEqual([next]), { timeout: 15_000, interval: 200 });
  }, 60_000);
});

describe('the style', () => {
  it('is JSON at the address that the token response names, for any origin', async () => {
    const body = await exchanged({ scope: 'launch/patient patient/Patient.rs' });
    const response = await fetch(body.smart_style_url, { headers: { origin: 'https://any.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ color_highlight: expect.stringMatching(/^#/) });
  });
});

it('expired things disappear from the store', async () => {
  await exchanged({ scope: 'launch/patient patient/Patient.rs' });
  await world.storage.removeExpired(Date.now() + 900 * 86_400_000);
  for (const model of [
    'AccessToken',
    'AuthorizationCode',
    'Session',
    'Interaction',
    'ReplayDetection',
    'PostedAuthorization',
  ])
    expect(await world.storage.listArtifacts(model)).toEqual([]);
});
