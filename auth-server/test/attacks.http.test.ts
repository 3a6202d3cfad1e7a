/** Group T of the attack list (docs/SECURITY.md), by its numbers: what an attacker of the OAuth side tries, on real servers. */
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { CompactEncrypt, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog } from '../src/log.ts';
import { startServer } from '../src/server.ts';
import {
  CALLBACK,
  clientAssertion,
  launch,
  openWorld,
  type PageAnswer,
  pkce,
  SECRET,
  type World,
} from './world.ts';

type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

let world: World;

beforeAll(async () => {
  world = await openWorld({ env: { TRUST_PROXY_HOPS: '1' } });
});
afterAll(() => world?.close());
afterEach(() => vi.useRealTimers());

const later = (ms: number): void => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + ms);
};
const codeOf = (page: PageAnswer): string => new URL(page.url).searchParams.get('code') ?? '';
const errorOf = (page: PageAnswer): string =>
  new URL(page.url).searchParams.get('error') ?? /<code>(\w+)<\/code>/.exec(page.html)?.[1] ?? '';

/** maria allows all that is asked; the code and its verifier. */
async function launched(members: Record<string, string | undefined> = {}) {
  const browser = world.browser();
  const { verifier, challenge } = pkce();
  let page = await browser.signIn(await browser.authorize(launch(world.fhir, challenge, members)), 'maria');
  const groups = [...page.html.matchAll(/name="group" value="([^"]+)"/g)].map(
    ([, name]) => ['group', name ?? ''] as [string, string],
  );
  page = await browser.submit(page, 'consent', groups);
  return { browser, page, code: codeOf(page), verifier };
}

const exchange = (
  code: string,
  code_verifier: string | undefined,
  members: Record<string, string> = {},
  headers = {},
) =>
  world.token(
    {
      grant_type: 'authorization_code',
      client_id: 'third-party',
      code,
      redirect_uri: CALLBACK,
      ...(code_verifier === undefined ? {} : { code_verifier }),
      ...members,
    },
    headers,
  );

async function tokens(members: Record<string, string | undefined> = {}) {
  const { code, verifier } = await launched(members);
  const { status, body } = await exchange(code, verifier);
  expect(status).toBe(200);
  return body;
}

const refresh = (refresh_token: string, members: Record<string, string> = {}) =>
  world.token({ grant_type: 'refresh_token', client_id: 'third-party', refresh_token, ...members });

const isActive = async (token: string): Promise<boolean> => (await world.introspect(token)).active === true;

describe('T01 PKCE', () => {
  it.each([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['plain', { code_challenge_method: 'plain' }],
    ['a challenge without its method', { code_challenge_method: undefined }],
  ])('%s is refused', async (_, members) => {
    expect(errorOf(await world.browser().authorize(launch(world.fhir, pkce().challenge, members)))).toBe(
      'invalid_request',
    );
  });

  it('a code is of no use without its verifier, with another, or with the challenge itself', async () => {
    for (const wrong of [undefined, '', pkce().verifier, 'challenge']) {
      const { code, verifier } = await launched();
      const { challenge } = {
        challenge: (await import('node:crypto')).createHash('sha256').update(verifier).digest('base64url'),
      };
      const answer = await exchange(code, wrong === 'challenge' ? challenge : wrong);
      expect(answer.status).toBe(400);
    }
  });
});

describe('T02 a code that comes twice', () => {
  it('is refused, and what it gave is dead', async () => {
    const { code, verifier } = await launched();
    const first = await exchange(code, verifier);
    expect((await exchange(code, verifier)).body.error).toBe('invalid_grant');
    expect(await isActive(first.body.access_token)).toBe(false);
    expect((await refresh(first.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('is another client’s to no use', async () => {
    const { code, verifier } = await launched();
    expect((await exchange(code, verifier, { client_id: 'portal' })).body.error).toBe('invalid_grant');
  });
});

describe('T03 a refresh token', () => {
  it('used again later ends the whole grant', async () => {
    const first = await tokens();
    const second = (await refresh(first.refresh_token)).body;
    later(11_000);
    expect((await refresh(first.refresh_token)).body.error).toBe('invalid_grant');
    expect(await isActive(second.access_token)).toBe(false);
    expect((await refresh(second.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('used fifty times at once is rotated once: whoever is answered has the same tokens', async () => {
    const { refresh_token } = await tokens();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refresh_token)));
    const given = new Set(
      answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token),
    );
    expect(given.size).toBe(1);
    const [next = ''] = given;
    expect((await refresh(next)).status).toBe(200);
  });

  it('used fifty times at once by a confidential client succeeds exactly once', async () => {
    const { code, verifier } = await launched({ client_id: 'secret' });
    const basic = { authorization: `Basic ${Buffer.from(`secret:${SECRET}`).toString('base64')}` };
    const { body } = await world.token(
      { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier },
      basic,
    );
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        world.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token }, basic),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is rotated once and its reuse found by another process, too', async () => {
    const other = await world.startAnother();
    const first = await tokens();
    const viaOther = async (token: string) => {
      const response = await fetch(`${other.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: 'third-party',
          refresh_token: token,
        }),
      });
      return { status: response.status, body: (await response.json()) as { access_token: string } };
    };
    const second = await viaOther(first.refresh_token);
    expect(second.status).toBe(200);
    later(11_000);
    expect((await refresh(first.refresh_token)).status).toBe(400);
    expect(await isActive(second.body.access_token)).toBe(false);
    await other.close();
  });
});

describe('T04 a redirect address', () => {
  const { origin } = new URL(CALLBACK);
  it.each([
    `${CALLBACK}/`,
    `${CALLBACK}?x=1`,
    `${CALLBACK}#x`,
    `${origin}/CALLBACK`,
    `${origin}/callback/..`,
    `${origin}/%63allback`,
    `${origin}:81/callback`,
    `${origin}@evil.example/callback`,
    'https://evil.example/callback',
    'javascript:alert(1)//',
    '//evil.example/callback',
  ])('%s is not the registered one: an error page, and no redirect', async (redirect_uri) => {
    const page = await world.browser().authorize(launch(world.fhir, pkce().challenge, { redirect_uri }));
    expect(page.status).toBe(400);
    expect(page.url.startsWith(world.issuer)).toBe(true);
  });

  it('after signing out, too', async () => {
    const browser = world.browser();
    await browser.signIn(await browser.authorize(launch(world.fhir, pkce().challenge)), 'maria');
    const page = await browser.get(
      '/oauth2/session/end?client_id=portal&post_logout_redirect_uri=https://evil.example/',
    );
    expect(page.url).not.toContain('evil.example/?');
    expect(page.status).toBe(400);
  });

  it('of our own pages goes to our own pages only', async () => {
    const browser = world.browser();
    const page = await browser.get('/account?returnTo=https://evil.example');
    const inside = await browser.signIn(page, 'maria');
    expect(inside.url.startsWith(world.config.origin)).toBe(true);
  });
});

describe('T05 mix-up', () => {
  it('every answer to the app says which server it is of (RFC 9207)', async () => {
    const { page } = await launched();
    expect(new URL(page.url).searchParams.get('iss')).toBe(world.issuer);
    const refused = await world
      .browser()
      .authorize(launch(world.fhir, pkce().challenge, { aud: 'https://other.example/fhir' }));
    expect(new URL(refused.url).searchParams.get('iss')).toBe(world.issuer);
    const metadata = (await (
      await fetch(`${world.issuer}/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>;
    expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
  });
});

describe('T06 T07 what is no access token', () => {
  it('an ID token, a refresh token, a code and made-up JWTs open nothing at the FHIR server', async () => {
    const { code, verifier } = await launched();
    const { body } = await exchange(code, verifier);
    const claims = {
      iss: world.issuer,
      aud: world.fhir,
      sub: 'maria',
      scope: 'system/*.cruds',
      active: true,
    };
    const jwks = (await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: JWK[] };
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const [key] = jwks.keys;
    const input = `${part({ alg: 'HS256', kid: key?.kid })}.${part(claims)}`;
    const hmac = createHmac('sha256', JSON.stringify(key)).update(input).digest('base64url');
    const forged = [
      body.id_token,
      body.refresh_token,
      code,
      `${part({ alg: 'none' })}.${part(claims)}.`,
      `${input}.${hmac}`,
    ];
    for (const token of forged) {
      expect((await world.ask('Patient/maria', { token })).status).toBe(401);
      expect(await isActive(token)).toBe(false);
    }
    expect((await world.ask('Patient/maria', { token: body.access_token })).status).toBe(200);
  });

  it('T06 an access token is dead when its hour is over', async () => {
    const { access_token } = await tokens();
    expect(await isActive(access_token)).toBe(true);
    later(3_600_000 - 20_000);
    expect(await isActive(access_token)).toBe(true);
    later(40_000 + 15_000);
    expect(await isActive(access_token)).toBe(false);
  });

  it('T06 an authorization code is dead after a minute', async () => {
    const { code, verifier } = await launched();
    later(80_000);
    expect((await exchange(code, verifier)).body.error).toBe('invalid_grant');
  });
});

describe('T07 T08 a client assertion', () => {
  const ask = (client_assertion: string, members: Record<string, string> = {}) =>
    world.token({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
      ...members,
    });
  const now = (): number => Math.floor(Date.now() / 1000);
  const claims = (members: object = {}) => ({
    iss: 'reader',
    sub: 'reader',
    aud: `${world.issuer}/token`,
    iat: now(),
    exp: now() + 60,
    jti: randomUUID(),
    ...members,
  });
  async function signed(header: object, members: object = {}, key?: SigningKey): Promise<string> {
    const own = (await importJWK(world.serviceKey, 'ES384')) as SigningKey;
    return new SignJWT(claims(members))
      .setProtectedHeader({ alg: 'ES384', kid: 'service', typ: 'JWT', ...header })
      .sign(key ?? own, { crit: { b64: true } });
  }

  it('is accepted when it is right', async () => {
    expect((await ask(await signed({}))).status).toBe(200);
  });

  it.each([
    ['without a kid', { kid: undefined }],
    ['with a path for a kid', { kid: '../../../dev/null' }],
    ['with SQL for a kid', { kid: "' OR 1=1 --" }],
    ['with its own key in the header', { jwk: { kty: 'EC' } }],
    ['with the address of other keys', { jku: 'https://evil.example/jwks' }],
    ['with a certificate address of its own and no kid', { x5u: 'https://evil.example/x', kid: '' }],
  ])('%s is refused', async (name, header) => {
    const { privateKey } = await generateKeyPair('ES384');
    // Where the header brings a key, it is an attacker's that signs.
    const attacker = name.includes('own key') || name.includes('other keys') ? privateKey : undefined;
    const answer = await ask(await signed(header, {}, attacker));
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });

  it('with alg none, with HS256 over the public key, encrypted, or not a JWT at all is refused', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { d: _, ...publicKey } = world.serviceKey;
    const input = `${part({ alg: 'HS256', kid: 'service' })}.${part(claims())}`;
    const pem = await exportSPKI((await importJWK(publicKey, 'ES384')) as SigningKey);
    const hs256 = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwe = await new CompactEncrypt(Buffer.alloc(100_000, 'x'))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
      .encrypt(rsa.publicKey);
    for (const assertion of [
      `${part({ alg: 'none' })}.${part(claims())}.`,
      hs256,
      jwe.slice(0, 40_000),
      'x',
      '',
    ])
      expect((await ask(assertion)).status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['for another audience', () => ({ aud: 'https://other.example/token' })],
    ['good for longer than five minutes', () => ({ exp: now() + 400 })],
    ['of the past', () => ({ exp: now() - 60, iat: now() - 120 })],
    ['without an id', () => ({ jti: undefined })],
    ['of another subject', () => ({ sub: 'seed' })],
    ['of an issuer that is not the client', () => ({ iss: 'seed' })],
  ])('%s is refused', async (_, members) => {
    expect((await ask(await signed({}, members()))).body.error).toBe('invalid_client');
  });

  it('T08 used a second time is refused, at another process and after a restart, too', async () => {
    const other = await world.startAnother();
    const once = await signed({});
    expect((await ask(once)).status).toBe(200);
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: once,
    });
    expect((await fetch(`${other.issuer}/token`, { method: 'POST', body: form })).status).toBe(401);
    await other.close();
    const restarted = await world.startAnother();
    expect((await fetch(`${restarted.issuer}/token`, { method: 'POST', body: form })).status).toBe(401);
    await restarted.close();
    const twins = await signed({});
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(twins)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('T09 scopes', () => {
  it('can not be widened by a refresh', async () => {
    const { refresh_token, scope } = await tokens({
      scope: 'launch/patient offline_access patient/Observation.rs',
    });
    for (const more of [
      'patient/Patient.rs',
      'patient/*.rs',
      'system/Observation.rs',
      'user/Observation.rs',
      'patient/Observation.cruds',
    ])
      expect((await refresh(refresh_token, { scope: `${scope} ${more}` })).body.error).toBe('invalid_scope');
  });

  it.each([
    'patient/Observation.sr',
    'patient/Observation.rs?category:in=x',
    'patient/Observation.rs?subject.name=x',
    'patient%2FObservation.rs',
    'patient/Observation.rs?',
    'system/Observation.rs',
    'patient/observation.rs',
  ])('%s is never granted as something wider', async (scope) => {
    const body = await tokens({ scope: `launch/patient patient/Patient.r ${scope}` });
    const granted = String(body.scope).split(' ');
    // What the FHIR server does not understand of a filter grants nothing there.
    expect(granted.filter((word) => word.includes('bservation') && word !== scope)).toEqual([]);
    const answer = await world.ask('Observation?code=4548-4', { token: body.access_token });
    expect([401, 403]).toContain(answer.status);
  });

  it('of a person’s launch never hold system scopes', async () => {
    const body = await tokens({ scope: 'launch/patient patient/Patient.r system/*.cruds' });
    expect(body.scope).not.toContain('system/');
  });
});

describe('T10 T11 consent', () => {
  it('T10 opens no record but those of the picker', async () => {
    const browser = world.browser();
    const page = await browser.signIn(
      await browser.authorize(launch(world.fhir, pkce().challenge)),
      'parent',
    );
    expect(page.html).toContain('value="child-1"');
    for (const patient of ['maria', 'Patient/child-1', '', '../child-1', 'child-1,maria'])
      expect((await browser.submit(page, 'patient', { patient })).status).toBe(400);
  });

  it('T10 opens a record no longer when the relation has ended', async () => {
    const related = await (await world.ask('RelatedPerson/parent-2')).json();
    await world.ask('RelatedPerson/parent-2', {
      method: 'PUT',
      body: { ...(related as object), active: false },
    });
    const browser = world.browser();
    const page = await browser.signIn(
      await browser.authorize(launch(world.fhir, pkce().challenge)),
      'parent',
    );
    expect(page.html).toContain('/consent"');
    expect(page.html).not.toContain('child-2');
    await world.ask('RelatedPerson/parent-2', { method: 'PUT', body: related });
  });

  it('T11 is given on our own page only', async () => {
    const browser = world.browser();
    const page = await browser.signIn(await browser.authorize(launch(world.fhir, pkce().challenge)), 'maria');
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, {}] as Record<
      string,
      string
    >[]) {
      const forged = await browser.open(`${page.url}/consent`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ group: 'Observation' }),
      });
      expect(forged.status).toBe(403);
    }
    const other = world.browser();
    expect((await other.submit(page, 'consent', { group: 'Observation' })).status).toBe(400);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  });

  it('T11 is not to be had without a page, and a declined scope is not in the token', async () => {
    const none = await world.browser().authorize(launch(world.fhir, pkce().challenge, { prompt: 'none' }));
    expect(errorOf(none)).toBe('login_required');
    const browser = world.browser();
    const { verifier, challenge } = pkce();
    let page = await browser.signIn(await browser.authorize(launch(world.fhir, challenge)), 'maria');
    const signedIn = await browser.authorize(launch(world.fhir, pkce().challenge, { prompt: 'none' }));
    expect(errorOf(signedIn)).toMatch(/interaction_required|consent_required/);
    page = await browser.submit(await browser.authorize(launch(world.fhir, challenge)), 'consent', {
      group: 'Observation',
    });
    const { body } = await exchange(codeOf(page), verifier);
    expect(body.scope).not.toContain('Patient.rs');
    expect((await world.ask('Patient/maria', { token: body.access_token })).status).not.toBe(403);
    expect((await world.ask('Condition', { token: body.access_token })).status).toBe(403);
  });

  it('T11 grants nothing that was not on the page', async () => {
    const browser = world.browser();
    const { verifier, challenge } = pkce();
    let page = await browser.signIn(await browser.authorize(launch(world.fhir, challenge)), 'maria');
    page = await browser.submit(page, 'consent', [
      ['group', 'Condition'],
      ['group', '*'],
      ['part', 'Condition:problem-list-item'],
      ['group', 'patient/Condition.rs'],
      ['part', 'Observation:laboratory'],
    ]);
    const { body } = await exchange(codeOf(page), verifier);
    expect(
      String(body.scope)
        .split(' ')
        .filter((word) => word.startsWith('patient/')),
    ).toEqual([
      'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
    ]);
    const found = (await (await world.ask('Observation', { token: body.access_token })).json()) as {
      entry: { resource: { id: string } }[];
    };
    expect(found.entry.map(({ resource }) => resource.id)).toEqual(['lab']);
  });
});

describe('T12 sessions', () => {
  it('have a new id after signing in, whatever cookie was there before', async () => {
    const browser = world.browser();
    await browser.authorize(launch(world.fhir, pkce().challenge));
    browser.cookies.set('wellspring_session', 'planted-by-an-attacker');
    const page = await browser.authorize(launch(world.fhir, pkce().challenge));
    const before = browser.cookies.get('wellspring_session');
    await browser.signIn(page, 'maria');
    const after = browser.cookies.get('wellspring_session');
    expect(after).toBeDefined();
    expect([before, 'planted-by-an-attacker']).not.toContain(after);
  });

  it('end half an hour after the last visit, and no visit to another page or poll prolongs them', async () => {
    const browser = world.browser();
    await browser.signInToAccount('maria');
    later(29 * 60_000);
    expect((await browser.get('/account?skip_timeout_reset=1')).html).toContain('Open the health portal');
    later(2 * 60_000);
    expect((await browser.get('/account')).html).toContain('to continue to your account');
  });

  it('end after twelve hours, however busy they are', async () => {
    const browser = world.browser();
    await browser.signInToAccount('maria');
    for (let i = 0; i < 12 * 3 - 1; i++) {
      later(20 * 60_000);
      expect(
        (
          await browser.authorize(
            launch(world.fhir, pkce().challenge, { client_id: 'portal', scope: 'openid' }),
          )
        ).html,
      ).not.toContain('Password');
    }
    later(25 * 60_000);
    expect((await browser.get('/account')).html).toContain('to continue to your account');
  });

  it('are ended by signing out, with the online access that was launched in them', async () => {
    const { browser, code, verifier } = await launched({
      scope: 'openid launch/patient online_access patient/Observation.rs',
    });
    const { body } = await exchange(code, verifier);
    expect(body.refresh_token).toBeDefined();
    const page = await browser.get('/oauth2/session/end');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    await browser.post('/oauth2/session/end/confirm', { xsrf, logout: 'yes' });
    expect(await isActive(body.access_token)).toBe(false);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('are shared by two processes', async () => {
    const other = await world.startAnother();
    const browser = world.browser();
    await browser.signInToAccount('maria');
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const page = await fetch(`${new URL(other.issuer).origin}/account`, { headers: { cookie } });
    expect(await page.text()).toContain('Open the health portal');
    await other.close();
  });

  it('T12 T17 over https have cookies of this host alone, and the browser keeps to https', async () => {
    const config = {
      ...world.config,
      AUTH_PORT: 0,
      AUTH_ISSUER: 'https://auth.example/oauth2',
      origin: 'https://auth.example',
    };
    const server = await startServer(config, createLog('silent'));
    const parameters = new URLSearchParams(
      Object.entries(launch(world.fhir, pkce().challenge)) as [string, string][],
    );
    const response = await fetch(`http://127.0.0.1:${server.port}/oauth2/authorize?${parameters}`, {
      redirect: 'manual',
    });
    const cookies = response.headers
      .getSetCookie()
      .filter((each) => !each.startsWith('__Secure-wellspring_resume'));
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__(Host|Secure)-/);
      expect(cookie.toLowerCase()).toContain('httponly');
      expect(cookie.toLowerCase()).toContain('secure');
      expect(cookie.toLowerCase()).toContain('samesite=lax');
    }
    expect(response.headers.get('strict-transport-security')).toContain('max-age=');
    await server.close();
  });
});

describe('T14 another client’s token', () => {
  it('is inactive to introspection and untouched by revocation', async () => {
    const { access_token } = await tokens();
    expect(await world.introspect(access_token, 'reader')).toEqual({ active: false });
    const response = await fetch(`${world.issuer}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: access_token, client_id: 'portal' }),
    });
    expect(response.status).toBeLessThan(500);
    expect(await isActive(access_token)).toBe(true);
  });
});

describe('T16 other flows', () => {
  it.each(['token', 'id_token', 'code id_token', 'code token', 'id_token token', 'none'])(
    'response_type %s is unsupported',
    async (response_type) => {
      const page = await world
        .browser()
        .authorize(launch(world.fhir, pkce().challenge, { response_type, nonce: 'n' }));
      expect(errorOf(page) || new URLSearchParams(new URL(page.url).hash.slice(1)).get('error')).toBe(
        'unsupported_response_type',
      );
    },
  );

  it.each([
    'password',
    'urn:ietf:params:oauth:grant-type:device_code',
    'implicit',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'made-up',
  ])('grant_type %s is unsupported', async (grant_type) => {
    const answer = await world.token({
      grant_type,
      client_id: 'third-party',
      username: 'maria',
      password: 'x',
    });
    expect([answer.status, answer.body.error]).toEqual([400, 'unsupported_grant_type']);
  });

  it('a client gets nothing beyond the grants it is registered for', async () => {
    const answer = await world.token({
      grant_type: 'client_credentials',
      client_id: 'third-party',
      scope: 'system/*.rs',
    });
    expect(answer.status).toBe(400);
    expect(answer.body.access_token).toBeUndefined();
  });
});

describe('floods', () => {
  it('E06 of sign-ins are answered 429 while passwords are being checked', async () => {
    const browsers = Array.from({ length: 160 }, () => world.browser());
    const page = await browsers[0]?.get('/account');
    const pages = await Promise.all(browsers.map((browser) => browser.get('/account')));
    expect(page?.status).toBe(200);
    const answers = await Promise.all(
      browsers.map((browser, i) => browser.signIn(pages[i] as PageAnswer, `flood-${i}`, 'Some-password-12')),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([401, 429]));
  }, 60_000);

  it('of refused token requests from one address are answered 429, and others are not touched', async () => {
    const flood = () =>
      fetch(`${world.issuer}/token`, {
        method: 'POST',
        headers: { 'x-forwarded-for': '203.0.113.9' },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: 'third-party',
          refresh_token: 'guess',
        }),
      });
    const statuses: number[] = [];
    for (let i = 0; i < 320; i++) statuses.push((await flood()).status);
    expect(statuses.at(0)).toBe(400);
    expect(statuses.at(-1)).toBe(429);
    expect((await refresh((await tokens()).refresh_token)).status).toBe(200);
    // At that address too: whoever holds a code or a refresh token goes on; it is good once, as ever.
    const there = { 'x-forwarded-for': '203.0.113.9' };
    const at = (form: Record<string, string>) => world.token({ client_id: 'third-party', ...form }, there);
    const { code, verifier } = await launched();
    const exchange = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    };
    const first = await at(exchange);
    expect(first.status).toBe(200);
    const { refresh_token } = first.body;
    expect((await at({ grant_type: 'refresh_token', refresh_token: String(refresh_token) })).status).toBe(
      200,
    );
    for (const guess of [
      { grant_type: 'refresh_token', refresh_token: 'guess' },
      { grant_type: 'authorization_code', code: String(refresh_token) },
      { grant_type: 'refresh_token' },
      { grant_type: 'constructor', code: 'x' },
      { grant_type: 'client_credentials' },
    ])
      expect((await at(guess as Record<string, string>)).status, JSON.stringify(guess)).toBe(429);
  }, 60_000);
});

describe('a public client’s refresh', () => {
  it('needs no client_id, as SMART’s has none; a confidential client’s does', async () => {
    const { refresh_token } = await tokens();
    expect((await world.token({ grant_type: 'refresh_token', refresh_token })).status).toBe(200);
    const { code, verifier } = await launched({ client_id: 'secret' });
    const basic = { authorization: `Basic ${Buffer.from(`secret:${SECRET}`).toString('base64')}` };
    const { body } = await world.token(
      { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier },
      basic,
    );
    const bare = await world.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token });
    expect(bare.status).toBeGreaterThanOrEqual(400);
  });
});

describe('introspection by a bearer token', () => {
  it('gives the same members as by client authentication, to a client that may', async () => {
    const { access_token } = await tokens();
    const { body } = await world.token({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      ...(await clientAssertion(world.assertion, 'inspector')),
    });
    const ask = async (credential: string, token: string) =>
      fetch(`${world.issuer}/introspect`, {
        method: 'POST',
        headers: { authorization: `Bearer ${credential}` },
        body: new URLSearchParams({ token }),
      });
    const answer = (await (await ask(body.access_token, access_token)).json()) as Record<string, unknown>;
    const { jti: _, ...expected } = await world.introspect(access_token);
    expect(answer).toEqual(expected);
    expect(await (await ask(body.access_token, 'made-up')).json()).toEqual({ active: false });
    expect((await ask(access_token, access_token)).status).toBe(401);
    expect((await ask('made-up', access_token)).status).toBe(401);
  });
});
