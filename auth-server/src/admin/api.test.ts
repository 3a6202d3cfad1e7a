/** What the care team's desk asks of this server for an administrator (decision 32): who may, what is shown, what is decided, and what each decision does. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, pass } from '../../test/kit.ts';
import { openProvider, type ProviderKit } from '../../test/provider-kit.ts';
import { CALLBACK, type TokenBody } from '../../test/world.ts';
import { disableClient } from './actions.ts';

const DESK = 'http://localhost:8083';
const USER = 'openid fhirUser online_access user/Patient.rs';

let kit: ProviderKit;
beforeEach(async () => {
  kit = await openProvider({ DESK_URL: DESK });
  await kit.store(OF_STAFF);
  await kit.store(WAITING);
  role('doc', 'administrator');
  role('nurse', 'nurse');
  kit.resources.push({ resourceType: 'Practitioner', id: 'nurse' });
  await kit.person('chief', ['Practitioner/doc'], 'practitioner');
  await kit.person('nurse', ['Practitioner/nurse'], 'practitioner');
  await kit.storage.updateAccount('id-chief', (each) => ({ ...each, demo: true }));
});
afterEach(() => kit.close());

const OF_STAFF = { client_id: 'desk', trusted: true, meant_for: 'staff', smart_scope: 'user/*.cruds' };
const WAITING = {
  client_id: 'waits',
  client_name: 'Ward Board',
  status: 'pending',
  smart_scope: 'user/Patient.rs user/Observation.rs',
  client_uri: 'https://ward.example/',
  contacts: ['maker@ward.example'],
  client_id_issued_at: 1_780_000_000,
};

function role(practitioner: string, code: string, members: object = {}): void {
  kit.resources.push({
    resourceType: 'PractitionerRole',
    id: `${practitioner}-${code}`,
    active: true,
    practitioner: { reference: `Practitioner/${practitioner}` },
    code: [{ coding: [{ system: 'urn:wellspring:staff-role', code }] }],
    ...members,
  });
}

const change = (id: string, members: object): void => {
  const at = kit.resources.findIndex((each) => each.id === id);
  kit.resources[at] = { ...(kit.resources[at] as (typeof kit.resources)[number]), ...members };
};

/** Signed in at an app, with its token. */
async function tokenOf(username: string, client_id = 'desk', browser = kit.browser()): Promise<string> {
  const launched = await kit.launched({ client_id, scope: USER }, browser, username);
  return (await kit.exchange(launched)).body.access_token;
}

async function ask(token: string | undefined, path = '/apps', body?: unknown, headers: object = {}) {
  const response = await fetch(`${kit.issuer}/administration${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

interface App {
  readonly id: string;
  readonly state: string;
  readonly version: string;
  readonly connected: number;
  readonly redirectUris: readonly string[];
  readonly decision?: object;
}
const apps = async (token: string): Promise<App[]> => (await ask(token)).body.apps;
const app = async (token: string, id = 'waits'): Promise<App> =>
  (await apps(token)).find((each) => each.id === id) as App;
const decide = async (token: string, verdict: string, members: object = {}, id = 'waits') =>
  (
    await ask(token, `/apps/${id}`, {
      verdict,
      version: (await app(token, id)).version,
      ...(verdict === 'approve' ? {} : { reason: 'Nobody here asked for it' }),
      ...members,
    })
  ).status;

describe('who may', () => {
  it('is who has the role of an administrator now, at the app of the clinic’s staff; everybody else is refused', async () => {
    const chief = await tokenOf('chief');
    expect((await ask(chief)).status).toBe(200);
    await kit.store({ client_id: 'own', trusted: true });
    await kit.store({ client_id: 'theirs', meant_for: 'staff', smart_scope: 'user/*.cruds' });
    const others = {
      'no token': undefined,
      'made up': 'made-up',
      'a service': (await kit.systemToken('reader', 'system/Patient.rs')).access_token,
      'an assertion': await kit.assertion('reader'),
      'without the role': await tokenOf('nurse'),
      'another app of the clinic': await tokenOf('chief', 'own'),
      'another app for staff': await tokenOf('chief', 'theirs'),
      'an app of anybody': await tokenOf('chief', 'app'),
    };
    const version = (await app(chief)).version;
    const statuses: Record<string, unknown> = {};
    for (const [who, token] of Object.entries(others)) {
      const looked = await ask(token);
      const done = await ask(token, '/apps/waits', { verdict: 'approve', version });
      expect(JSON.stringify(looked.body) + JSON.stringify(done.body)).not.toContain('Ward');
      statuses[who] = [looked.status, done.status];
    }
    expect(statuses).toEqual({
      'no token': [401, 401],
      'made up': [401, 401],
      'a service': [401, 401],
      'an assertion': [401, 401],
      'without the role': [403, 403],
      'another app of the clinic': [403, 403],
      'another app for staff': [403, 403],
      'an app of anybody': [403, 403],
    });
    expect((await app(chief)).state).toBe('waiting');
  });

  it('is asked at each request: nothing is opened by a role, a sign-in or an account that has ended, or while nobody can say', async () => {
    const chief = await tokenOf('chief');
    kit.fhir.isAway = true;
    const away = await ask(chief);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
    kit.fhir.isAway = false;
    for (const ended of [
      { active: false },
      { active: true, period: { end: '2020-01-01' } },
      { active: true, code: [{ coding: [{ system: 'urn:somebody', code: 'administrator' }] }] },
    ]) {
      role('doc', 'clinician');
      change('doc-administrator', ended);
      expect((await ask(chief)).status, JSON.stringify(ended)).toBe(403);
    }
    await kit.storage.updateAccount('id-chief', (each) => ({ ...each, disabled: true }));
    expect((await ask(chief)).status).toBe(401);
  });

  it('signs in anew after an hour, and by a second factor where administrators need one', async () => {
    const browser = kit.browser();
    const chief = await tokenOf('chief', 'desk', browser);
    expect((await ask(chief)).body.needs).toBe('nothing');
    // Nobody's password is known but the demonstration's.
    await kit.storage.updateAccount('id-chief', (each) => ({ ...each, demo: undefined }));
    expect((await ask(chief)).body.needs).toBe('second-factor');
    const refused = await ask(chief, '/apps/waits', { verdict: 'approve', version: 'x' });
    expect([refused.status, refused.body.error]).toEqual([401, 'insufficient_user_authentication']);
    expect(refused.headers.get('www-authenticate')).toContain('max_age="3600"');
    // One that was set up since was not used at this sign-in.
    await kit.storage.updateAccount('id-chief', (each) => ({
      ...each,
      totp: { sealedSecret: kit.seal.seal('x'), lastStep: 0 },
    }));
    expect((await ask(chief)).body.needs).toBe('sign-in');
    await kit.storage.updateAccount('id-chief', (each) => ({ ...each, totp: undefined, demo: true }));
    pass(25 * MINUTE);
    expect((await ask(chief)).body.needs).toBe('nothing');
    // The session goes on with each launch, and the token with each refresh: neither is a sign-in.
    const again = await kit.exchange(
      await kit.launched({ client_id: 'desk', scope: USER }, browser, 'chief'),
    );
    pass(25 * MINUTE);
    expect((await ask(again.body.access_token)).body.needs).toBe('nothing');
    await kit.launched({ client_id: 'desk', scope: USER }, browser, 'chief');
    pass(15 * MINUTE);
    const later = (await kit.refresh(again.body.refresh_token, { client_id: 'desk' })).body.access_token;
    expect((await ask(later)).body.needs).toBe('sign-in');
    expect((await ask(later, '/apps/waits', { verdict: 'approve', version: 'x' })).status).toBe(401);
    expect((await kit.storage.findArtifact('Client', 'waits'))?.payload.status).toBe('pending');
  });

  it('is told to pages of the desk’s origin and to no other, never by a cookie, and not without end', async () => {
    const preflight = (origin: string) =>
      fetch(`${kit.issuer}/administration/apps/waits`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const own = await preflight(DESK);
    expect(own.headers.get('access-control-allow-origin')).toBe(DESK);
    expect(own.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    expect(own.headers.get('access-control-allow-credentials')).toBeNull();
    for (const origin of ['http://localhost:8082', 'https://evil.example', 'null', new URL(CALLBACK).origin])
      expect((await preflight(origin)).headers.get('access-control-allow-origin'), origin).toBeNull();
    const { browser } = await kit.launched({ client_id: 'desk', scope: USER }, kit.browser(), 'chief');
    expect((await browser.get('/oauth2/administration/apps')).status).toBe(401);
    const statuses = await Promise.all(Array.from({ length: 125 }, () => ask(undefined)));
    expect(statuses.map(({ status }) => status)).toContain(429);
  });

  it('answers an administrator at an address from which somebody asks without end, and each person a number of times', async () => {
    const [chief, nurse] = [await tokenOf('chief'), await tokenOf('nurse')];
    await Promise.all(Array.from({ length: 121 }, (_, i) => ask(i % 2 ? undefined : 'guessed')));
    expect((await ask(undefined)).status).toBe(429);
    expect((await ask(chief)).status).toBe(200);
    await Promise.all(Array.from({ length: 120 }, () => ask(nurse)));
    expect((await ask(nurse)).status).toBe(429);
    expect((await ask(chief)).status).toBe(200);
  });
});

describe('an app that waits', () => {
  it('is shown with who made it, where it leads, what it asks for and since when; secrets are not', async () => {
    const chief = await tokenOf('chief');
    await kit.store({
      client_id: 'with-secret',
      client_secret: 'a-secret-of-32-bytes-for-the-test',
      status: 'approved',
    });
    const { body } = await ask(chief);
    expect(body.apps[0]).toEqual({
      id: 'waits',
      name: 'Ward Board',
      state: 'waiting',
      version: expect.any(String),
      registeredAt: '2026-05-28T20:26:40.000Z',
      website: 'https://ward.example/',
      contacts: ['maker@ward.example'],
      redirectUris: [CALLBACK],
      provesItselfBy: 'public',
      isService: false,
      scope: 'user/Patient.rs user/Observation.rs',
      connected: 0,
    });
    expect(JSON.stringify(body)).not.toMatch(/secret-of-32|client_secret/);
  });

  it('has what it asks for once it is approved, and nothing once that is withdrawn: its tokens are dead', async () => {
    const chief = await tokenOf('chief');
    await kit.store({ ...WAITING, client_id: 'waits' });
    expect(await decide(chief, 'approve', { reason: 'The ward asked for it' })).toBe(204);
    expect(await app(chief)).toMatchObject({
      state: 'approved',
      decision: { what: 'approved', by: 'Kim Lind', reason: 'The ward asked for it' },
    });
    const nurse = await tokenOf('nurse', 'waits');
    expect((await kit.introspect(nurse)).scope).toContain('user/Patient.rs');
    expect((await app(chief)).connected).toBe(1);
    expect(await decide(chief, 'refuse')).toBe(409);
    expect(await decide(chief, 'withdraw')).toBe(204);
    expect(await kit.introspect(nurse)).toEqual({ active: false });
    expect(await app(chief)).toMatchObject({
      state: 'withdrawn',
      connected: 0,
      decision: { what: 'withdrawn', reason: 'Nobody here asked for it' },
    });
    expect((await kit.launched({ client_id: 'waits' })).page.status).toBe(400);
    expect(await decide(chief, 'approve')).toBe(204);
    expect((await kit.introspect(await tokenOf('nurse', 'waits'))).active).toBe(true);
    const events = (await kit.storage.listAudit({ limit: 100 })).filter(
      ({ clientId }) => clientId === 'waits',
    );
    expect(
      events
        .filter(({ event }) => event.startsWith('administrator'))
        .map(({ event, detail }) => [event, detail]),
    ).toEqual([
      ['administrator: app approved', 'id-chief'],
      ['administrator: app disabled', 'id-chief'],
      ['administrator: app approved', 'id-chief'],
    ]);
  });

  it('that is refused, with a reason, can do nothing; a service’s tokens die as well', async () => {
    const chief = await tokenOf('chief');
    expect(await decide(chief, 'refuse', { reason: ' ' })).toBe(400);
    expect(await decide(chief, 'refuse', { reason: undefined })).toBe(400);
    expect(await decide(chief, 'withdraw')).toBe(409);
    expect(await decide(chief, 'refuse')).toBe(204);
    expect((await app(chief)).state).toBe('refused');
    expect((await kit.launched({ client_id: 'waits' })).page.status).toBe(400);
    const registered = JSON.parse(readFileSync(kit.config.clientsFile, 'utf8')) as { client_id: string }[];
    const service = registered.find(({ client_id }) => client_id === 'reader');
    await kit.store({ ...service, client_id: 'fed', status: 'approved' });
    const token = (await kit.systemToken('fed', 'system/Patient.rs')).access_token;
    expect((await kit.introspect(token)).active).toBe(true);
    expect(await decide(chief, 'withdraw', {}, 'fed')).toBe(204);
    expect(await kit.introspect(token)).toEqual({ active: false });
  });

  it('is decided as it was looked at: one that has changed since, or that somebody else has decided, is left', async () => {
    const chief = await tokenOf('chief');
    const { version } = await app(chief);
    await kit.store({ ...WAITING, redirect_uris: ['https://elsewhere.example/'] });
    expect((await ask(chief, '/apps/waits', { verdict: 'approve', version })).status).toBe(409);
    expect((await app(chief)).state).toBe('waiting');
    const twice = await Promise.all([decide(chief, 'refuse'), decide(chief, 'refuse')]);
    expect(twice.toSorted()).toEqual([204, 409]);
    expect((await ask(chief, '/apps/desk-of-nobody', { verdict: 'approve', version })).status).toBe(404);
    expect((await ask(chief, '/apps/portal', { verdict: 'approve', version })).status).toBe(404);
    for (const body of [
      {},
      [],
      'x',
      { verdict: 'trust', version },
      { verdict: 'approve', version, trusted: true },
    ])
      expect((await ask(chief, '/apps/waits', body)).status, JSON.stringify(body)).toBe(400);
    expect((await ask(chief, '/keys')).status).toBe(404);
  });

  /** Does something once, between what is read of all apps and what is written of one. */
  function betweenReadingAndWriting(act: () => Promise<unknown>): void {
    const { listArtifacts } = kit.storage;
    let isDone = false;
    kit.storage.listArtifacts = async (model, accountId) => {
      const found = await listArtifacts(model, accountId);
      if (model !== 'LaunchContext' || isDone) return found;
      isDone = true;
      await act();
      return found;
    };
  }

  it('is not approved as what its maker made of it in that very moment, nor as what a colleague decided', async () => {
    const chief = await tokenOf('chief');
    const { version } = await app(chief);
    const evil = ['https://elsewhere.example/'];
    betweenReadingAndWriting(() => kit.store({ ...WAITING, redirect_uris: evil }));
    expect((await ask(chief, '/apps/waits', { verdict: 'approve', version })).status).toBe(409);
    expect(await app(chief)).toMatchObject({ state: 'waiting', redirectUris: evil });
    const seen = await app(chief);
    betweenReadingAndWriting(() => disableClient({ ...kit, by: 'id-colleague' }, 'waits', 'Not ours'));
    expect((await ask(chief, '/apps/waits', { verdict: 'approve', version: seen.version })).status).toBe(409);
    expect(await app(chief)).toMatchObject({ state: 'refused', decision: { reason: 'Not ours' } });
  });

  it('that is stopped stays so, whatever its maker was writing of it in that moment', async () => {
    const chief = await tokenOf('chief');
    const of = { client_name: 'Ward Board', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };
    const send = async (path: string, method: string, body: object, token?: string): Promise<TokenBody> =>
      (
        await fetch(`${kit.issuer}/register${path}`, {
          method,
          body: JSON.stringify(body),
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        })
      ).json();
    const made = await send('', 'POST', { ...of, scope: 'user/Patient.rs' });
    const { client_id, registration_access_token: own } = made;
    expect(await decide(chief, 'approve', {}, client_id)).toBe(204);
    const same = await send(`/${client_id}`, 'PUT', { ...of, client_id, scope: 'user/Patient.rs' }, own);
    expect(same.registration_status).toBe('approved');
    const { findArtifact } = kit.storage;
    let isStopped = false;
    kit.storage.findArtifact = async (model, id) => {
      const found = await findArtifact(model, id);
      if (model === 'Client' && !isStopped) {
        isStopped = true;
        await disableClient({ ...kit, by: undefined }, client_id);
      }
      return found;
    };
    await send(
      `/${client_id}`,
      'PUT',
      { ...of, client_id, scope: 'user/Patient.rs' },
      same.registration_access_token,
    );
    expect(isStopped).toBe(true);
    expect((await app(chief, client_id)).state).toBe('withdrawn');
    expect((await kit.launched({ client_id })).page.status).toBe(400);
  });
});
