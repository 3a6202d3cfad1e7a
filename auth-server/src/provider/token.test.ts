/** What the token endpoint gives, to whom, and for how long (SMART App Launch 2.2; RFC 6749; RFC 9700). */
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, pass } from '../../test/kit.ts';
import { APP, APP_SECRET, openProvider, type ProviderKit } from '../../test/provider-kit.ts';
import { CALLBACK } from '../../test/world.ts';
import { digest } from '../crypto/secrets.ts';
import { createLimit } from '../limits.ts';
import { artifact } from '../storage/storage.ts';
import { hashedSecret } from './client-secret.ts';
import { tokenRequests } from './token-request.ts';

let kit: ProviderKit;
beforeEach(async () => {
  kit = await openProvider();
});
afterEach(() => kit.close());

const OFFLINE = 'openid fhirUser launch/patient offline_access patient/Observation.rs';
const ONLINE = 'launch/patient online_access patient/Observation.rs';
const PLAIN = 'launch/patient patient/Observation.rs';
const audited = async (event: string) =>
  (await kit.storage.listAudit({ limit: 100 })).filter((each) => each.event === event);

describe('a service', () => {
  it('gets what it is registered for of what it asks, for five minutes', async () => {
    expect(await kit.systemToken('reader', 'system/Patient.rs user/Patient.rs openid nonsense')).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'system/Patient.rs',
    });
    expect((await kit.systemToken('reader', 'system/Patient.r')).scope).toBe('system/Patient.r');
    expect((await kit.systemToken('ehr', 'system/Task.rs system/Patient.cud')).scope).toBe('system/Task.rs');
    expect(await audited('token issued')).toMatchObject([
      { clientId: 'ehr' },
      { clientId: 'reader' },
      { clientId: 'reader' },
    ]);
  });

  it.each(['system/Observation.rs', 'user/Patient.rs', 'openid', ''])(
    'gets nothing that it is not registered for, nor a person’s scopes: %j',
    async (scope) => {
      const body = await kit.systemToken('reader', scope);
      expect(body).toMatchObject({ error: 'invalid_scope', error_description: expect.any(String) });
      expect(await audited('token refused')).toMatchObject([
        { clientId: 'reader', detail: 'invalid_scope', address: expect.stringContaining('127.0.0.1') },
      ]);
      expect(await audited('token issued')).toEqual([]);
    },
  );

  it('gets nothing for another server than this clinic’s', async () => {
    const form = { grant_type: 'client_credentials', scope: 'system/Patient.rs' };
    for (const [resource, error] of [
      [kit.config.FHIR_BASE_URL, undefined],
      ['https://other.example/fhir', 'invalid_target'],
    ] as const) {
      const { body } = await kit.token({ ...form, resource, ...(await kit.asService('reader')) });
      expect(body.error).toBe(error);
    }
  });

  it('that is refused is in the log with the address that the proxy in front tells', async () => {
    const form = { grant_type: 'client_credentials', scope: 'openid', ...(await kit.asService('reader')) };
    await kit.token(form, { 'x-forwarded-for': '203.0.113.9' });
    expect(await audited('token refused')).toMatchObject([{ address: '203.0.113.9' }]);
  });

  it('asks by an assertion for this very server, signed by a kind of key that SMART names', async () => {
    const ask = async (members: object, header: object = {}) => {
      const form = { grant_type: 'client_credentials', scope: 'system/Patient.rs' };
      return (await kit.token({ ...form, ...(await kit.asService('reader', members, header)) })).body.error;
    };
    const now = Math.floor(Date.now() / 1000);
    expect(await ask({})).toBeUndefined();
    // Clocks differ.
    expect(await ask({ iat: now + 10, exp: now + 70 })).toBeUndefined();
    expect(await ask({ iat: now - 70, exp: now - 10 })).toBeUndefined();
    for (const members of [
      { aud: 'https://other.example/token' },
      { exp: now - 20 },
      { nbf: now + 40, exp: now + 100 },
      { sub: 'ehr' },
    ])
      expect(await ask(members), JSON.stringify(members)).toBe('invalid_client');
    expect(await ask({}, { kid: 'other' })).toBe('invalid_client');
  });
});

describe('X19: what is not there', () => {
  it('may be kept by nobody either', async () => {
    for (const [path, method] of [
      ['/token', 'PUT'],
      ['/nothing', 'GET'],
      ['/interactions/over/login', 'GET'],
    ] as const) {
      const { status, headers } = await fetch(`${kit.issuer}${path}`, { method });
      expect([path, status, headers.get('cache-control')]).toEqual([path, 404, 'no-store']);
    }
  });
});

describe('a person’s app', () => {
  it('gets tokens for what was allowed, with the launch beside them, and none of it may be kept', async () => {
    const given = await kit.launched({ scope: OFFLINE });
    const { status, headers, body } = await kit.exchange(given);
    expect(status).toBe(200);
    expect(headers.get('pragma')).toBe('no-cache');
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toMatchObject({
      expires_in: 3600,
      patient: 'kim',
      need_patient_banner: true,
      smart_style_url: `${kit.config.origin}/smart-style.json`,
      refresh_token: expect.any(String),
    });
    expect(body.scope.split(' ').sort()).toEqual(OFFLINE.split(' ').sort());
    const [, payload = ''] = body.id_token.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      sub: 'id-kim',
      aud: APP,
      iss: kit.issuer,
      fhirUser: `${kit.config.FHIR_BASE_URL}/Patient/kim`,
    });
    expect(await audited('token issued')).toMatchObject([{ clientId: APP, accountId: 'id-kim' }]);
    // A code is good once, and whoever comes with it again ends what it gave.
    expect((await kit.exchange(given)).body.error).toBe('invalid_grant');
    expect(await kit.introspect(body.access_token)).toEqual({ active: false });
    const refused = await kit.token({ grant_type: 'authorization_code', client_id: APP, code: 'none' });
    expect([refused.status, refused.headers.get('pragma')]).toEqual([400, 'no-cache']);
  });

  it('gets no scopes of services, and of what was allowed what it may still have when it comes for it', async () => {
    const scopes = (body: { scope: string }) => body.scope.split(' ').filter((word) => word.includes('/'));
    const register = (smart_scope: string) => kit.store({ client_id: 'narrowed', smart_scope });
    await register('patient/*.rs system/*.rs');
    const asked = { client_id: 'narrowed', scope: `${OFFLINE} patient/Patient.rs system/Patient.rs` };
    const { body } = await kit.exchange(await kit.launched(asked));
    expect(scopes(body).sort()).toEqual(['launch/patient', 'patient/Observation.rs', 'patient/Patient.rs']);
    const late = await kit.launched(asked);
    await register('patient/Patient.rs');
    expect(scopes((await kit.exchange(late)).body)).toEqual(['launch/patient', 'patient/Patient.rs']);
    const again = await kit.refresh(body.refresh_token, { client_id: 'narrowed' });
    expect(again.status === 200 ? scopes(again.body) : []).not.toContain('patient/Observation.rs');
  });

  it('that has a secret says it, and not what is kept of it', async () => {
    const stored = hashedSecret(APP_SECRET);
    await kit.store({
      client_id: 'hashed',
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: stored,
    });
    const ask = async (secret: string) => {
      const { code, verifier } = await kit.launched({ scope: PLAIN, client_id: 'hashed' });
      const form = { code, code_verifier: verifier, redirect_uri: CALLBACK };
      const authorization = `Basic ${Buffer.from(`hashed:${encodeURIComponent(secret)}`).toString('base64')}`;
      return (await kit.token({ grant_type: 'authorization_code', ...form }, { authorization })).status;
    };
    expect(await ask(APP_SECRET)).toBe(200);
    for (const wrong of [stored, 'x']) expect(await ask(wrong), wrong).toBe(401);
  });

  it('redeems a code within a minute, with its own verifier and address', async () => {
    const late = await kit.launched({ scope: PLAIN });
    pass(MINUTE + 16_000);
    expect((await kit.exchange(late)).body.error).toBe('invalid_grant');
    const other = await kit.launched({ scope: PLAIN });
    expect((await kit.exchange(other, { code_verifier: 'x'.repeat(43) })).body.error).toBe('invalid_grant');
    const third = await kit.launched({ scope: PLAIN });
    expect((await kit.exchange(third, { redirect_uri: 'http://127.0.0.1:9/x' })).body.error).toBe(
      'invalid_grant',
    );
  });

  it('gets a refresh token where it asked for lasting access, and may refresh at all', async () => {
    expect((await kit.tokens({ scope: PLAIN })).refresh_token).toBeUndefined();
    expect((await kit.tokens({ scope: OFFLINE, client_id: 'short' })).refresh_token).toBeUndefined();
    expect((await kit.tokens({ scope: ONLINE })).refresh_token).toEqual(expect.any(String));
  });

  it('keeps offline access four months from each use, and online access as long as a sign-in lasts', async () => {
    const offline = await kit.tokens({ scope: OFFLINE });
    const online = await kit.tokens({ scope: ONLINE });
    pass(12 * HOUR - MINUTE);
    const again = await kit.refresh(online.refresh_token);
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ patient: 'kim' });
    pass(2 * MINUTE);
    expect((await kit.refresh(again.body.refresh_token)).body.error).toBe('invalid_grant');
    pass(119 * DAY);
    const { status, body } = await kit.refresh(offline.refresh_token);
    expect(status).toBe(200);
    pass(121 * DAY);
    expect((await kit.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('gets nothing more by a refresh when the account is closed, or the app is gone', async () => {
    const first = await kit.tokens({ scope: OFFLINE });
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, disabled: true }));
    expect((await kit.refresh(first.refresh_token)).body.error).toBe('invalid_grant');
    expect(await kit.introspect(first.access_token)).toEqual({ active: false });
  });

  it('is asked to try again while it can not be said whether the person still stands', async () => {
    const given = await kit.tokens({ scope: OFFLINE });
    const mum = await kit.person('mum', ['RelatedPerson/mum-one']);
    expect(mum.id).toBe('id-mum');
    const hers = await kit.launched({ scope: OFFLINE }, kit.browser(), 'mum');
    const { body } = await kit.exchange(hers);
    expect(body.patient).toBe('one');
    kit.fhir.isAway = true;
    pass(2 * MINUTE);
    const { status, body: told } = await kit.refresh(body.refresh_token);
    expect([status, told.error]).toEqual([503, 'temporarily_unavailable']);
    // A patient’s own record needs no question.
    expect((await kit.refresh(given.refresh_token)).status).toBe(200);
  });
});

describe('a refresh token', () => {
  it('that two tabs use at once gives both the same answer, for ten seconds', async () => {
    const { refresh_token } = await kit.tokens({ scope: OFFLINE });
    const [one, two] = await Promise.all([kit.refresh(refresh_token), kit.refresh(refresh_token)]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.body).toEqual(one.body);
    pass(8000);
    expect((await kit.refresh(refresh_token)).body).toEqual(one.body);
    // Of another app it is no answer.
    expect((await kit.refresh(refresh_token, { client_id: 'portal' })).body.error).toBe('invalid_grant');
    const kept = JSON.stringify(await kit.storage.listArtifacts('RefreshAnswer'));
    expect(kept).not.toContain(one.body.access_token);
    pass(2500);
    expect((await kit.refresh(refresh_token)).body.error).toBe('invalid_grant');
    // Later uses are theft: the whole chain ends.
    expect((await kit.refresh(one.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('gets its own answer again, and nobody else’s: of another token, or for less', async () => {
    const [mine, other] = [await kit.tokens({ scope: OFFLINE }), await kit.tokens({ scope: OFFLINE })];
    const first = await kit.refresh(mine.refresh_token);
    const second = await kit.refresh(other.refresh_token);
    expect(second.body.access_token).not.toBe(first.body.access_token);
    expect((await kit.refresh(mine.refresh_token)).body).toEqual(first.body);
    expect((await kit.refresh(other.refresh_token)).body).toEqual(second.body);
    // What was given for everything is no answer to whoever asks for less.
    const scope = 'patient/Observation.rs';
    expect((await kit.refresh(mine.refresh_token, { scope })).body.error).toBe('invalid_grant');
  }, 30_000);

  it('of an app that has a secret is answered once', async () => {
    const basic = { authorization: `Basic ${Buffer.from(`secret:${APP_SECRET}`).toString('base64')}` };
    const given = await kit.launched({ scope: OFFLINE, client_id: 'secret' });
    const form = {
      code: given.code,
      code_verifier: given.verifier,
      redirect_uri: 'http://127.0.0.1:9/callback',
    };
    const { body } = await kit.token({ grant_type: 'authorization_code', ...form }, basic);
    const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    expect((await kit.token(refresh)).body.error).toBe('invalid_request');
    expect((await kit.token({ ...refresh, client_id: 'secret' })).status).toBe(401);
    expect((await kit.token(refresh, basic)).status).toBe(200);
    expect((await kit.token(refresh, basic)).body.error).toBe('invalid_grant');
  });

  it('is enough by itself: an app that has no secret need not say who it is', async () => {
    const { refresh_token } = await kit.tokens({ scope: OFFLINE });
    const given = await kit.token({ grant_type: 'refresh_token', refresh_token });
    expect(given.status).toBe(200);
    expect((await kit.token({ grant_type: 'refresh_token', refresh_token: 'made-up' })).status).toBe(400);
    expect((await kit.token({ grant_type: 'refresh_token' })).status).toBe(400);
    // Whoever says who they are is not somebody else.
    const next = { grant_type: 'refresh_token', refresh_token: given.body.refresh_token };
    expect((await kit.token({ ...next, client_id: 'portal' })).body.error).toBe('invalid_grant');
  });

  it('is revoked by its own app, and with it what was given', async () => {
    const { refresh_token, access_token } = await kit.tokens({ scope: OFFLINE });
    await kit.post('/revoke', { token: refresh_token, client_id: 'portal' });
    expect((await kit.introspect(access_token)).active).toBe(true);
    const { status } = await kit.post('/revoke', { token: refresh_token, client_id: APP });
    expect(status).toBe(200);
    expect((await kit.refresh(refresh_token)).body.error).toBe('invalid_grant');
    expect(await kit.introspect(access_token)).toEqual({ active: false });
    // What was not revoked is not in the log.
    const none = await kit.post('/revoke', { token: 'made-up', client_id: APP });
    const jwt = await kit.post('/revoke', { token: await kit.assertion('reader'), client_id: APP });
    expect([none.status, jwt.status, jwt.body.error]).toEqual([200, 400, 'unsupported_token_type']);
    expect(await audited('token revoked')).toMatchObject([{ clientId: APP, accountId: 'id-kim' }]);
    await expect.poll(async () => await kit.storage.listArtifacts('LaunchContext')).toEqual([]);
  });
});

describe('an access token', () => {
  it('is revoked by its app, or its service, which is in the log', async () => {
    const { access_token } = await kit.tokens({ scope: PLAIN });
    await kit.post('/revoke', { token: access_token, client_id: APP });
    const service = await kit.systemToken('reader', 'system/Patient.rs');
    await kit.post('/revoke', { token: service.access_token, ...(await kit.asService('reader')) });
    for (const token of [access_token, service.access_token])
      expect(await kit.introspect(token)).toEqual({ active: false });
    const [ofService, ofPerson] = await audited('token revoked');
    expect(ofPerson).toMatchObject({ clientId: APP, accountId: 'id-kim' });
    expect(ofService).toMatchObject({ clientId: 'reader' });
    expect(ofService?.accountId ?? undefined).toBeUndefined();
  });
});

describe('guessing at the token endpoint', () => {
  const requests = async (status: number, isPublic = true, answered: Promise<void> = Promise.resolve()) => {
    const { storage, now } = kit;
    const seen: unknown[] = [];
    const app = express();
    app.set('trust proxy', 1);
    const failures = createLimit(storage, now, { name: 'refused', max: 2, windowMs: MINUTE });
    const clients = createLimit(storage, now, { name: 'client', max: 3, windowMs: MINUTE });
    app.use('/token', tokenRequests({ storage, failures, clients, isPublic: async () => isPublic }));
    // As the library reads it.
    app.use('/token', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request.iterator()) chunks.push(chunk as Buffer);
      seen.push(Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())));
      await answered;
      response.status(status).json({});
    });
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const ask = async (
      form: Record<string, string>,
      headers: Record<string, string> = {},
      signal: AbortSignal | null = null,
    ) => {
      const answer = await fetch(`http://127.0.0.1:${port}/token`, {
        method: 'POST',
        signal,
        body: new URLSearchParams(form),
        headers: { 'x-forwarded-for': '10.0.0.1', ...headers },
      });
      await answer.arrayBuffer();
      return answer;
    };
    const close = () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    };
    return { ask, seen, failures, close };
  };

  it.each([400, 401])('is over for an address after its refused requests (%i)', async (status) => {
    const { ask, close } = await requests(status);
    const codes: number[] = [];
    for (let i = 0; i < 2; i++) codes.push((await ask({ client_id: `c${i}` })).status);
    await expect.poll(async () => (await ask({ client_id: 'other' })).status).toBe(429);
    const last = await ask({ client_id: 'another' });
    expect([...codes, last.status]).toEqual([status, status, 429]);
    expect(last.headers.get('retry-after')).toBe('60');
    expect((await ask({ client_id: 'else' }, { 'x-forwarded-for': '10.0.0.2' })).status).toBe(status);
    await close();
  });

  it('is not what answers to right requests are, nor faults of the server', async () => {
    for (const status of [200, 503]) {
      const { ask, close } = await requests(status);
      for (let i = 0; i < 4; i++) expect((await ask({ client_id: `c${status}-${i}` })).status).toBe(status);
      await close();
    }
  });

  it('a confidential client has its number of requests, from wherever they come', async () => {
    const { ask, close } = await requests(200, false);
    for (let i = 0; i < 3; i++)
      expect((await ask({ client_id: 'c' }, { 'x-forwarded-for': `10.0.1.${i}` })).status).toBe(200);
    expect((await ask({ client_id: 'c' })).status).toBe(429);
    expect((await ask({ client_id: 'd' })).status).toBe(200);
    expect((await ask({})).status).toBe(200);
    await close();
  });

  it('a public client has its number for each address: nobody takes the share of its other people', async () => {
    const { ask, close } = await requests(200);
    const from = (address: string) => ({ 'x-forwarded-for': address });
    for (let i = 0; i < 3; i++) expect((await ask({ client_id: 'p' }, from('10.0.2.1'))).status).toBe(200);
    expect((await ask({ client_id: 'p' }, from('10.0.2.1'))).status).toBe(429);
    expect((await ask({ client_id: 'p' }, from('10.0.2.2'))).status).toBe(200);
    // Of IPv6 a line has a network.
    for (let i = 0; i < 3; i++)
      expect((await ask({ client_id: 'p' }, from(`2001:db8::${i}`))).status).toBe(200);
    expect((await ask({ client_id: 'p' }, from('2001:db8::9'))).status).toBe(429);
    await close();
  });

  it.each([true, false])(
    'a client loses nothing to requests that are refused, whoever sends them (public: %s)',
    async (isPublic) => {
      const refused = await requests(401, isPublic);
      for (let i = 0; i < 6; i++)
        expect((await refused.ask({ client_id: 'r' }, { 'x-forwarded-for': `10.0.3.${i % 3}` })).status).toBe(
          401,
        );
      await refused.close();
      const right = await requests(200, isPublic);
      await expect
        .poll(async () => (await right.ask({ client_id: 'r' }, { 'x-forwarded-for': '10.0.4.1' })).status)
        .toBe(200);
      await right.close();
    },
  );

  it('a client loses nothing to whoever writes its name and hangs up, who is counted as refused', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cut = await requests(200, false, promise);
    for (let i = 0; i < 4; i++) {
      const hanging = new AbortController();
      const asked = cut.ask({ client_id: 'h' }, { 'x-forwarded-for': `10.0.5.${i % 2}` }, hanging.signal);
      await expect.poll(() => cut.seen.length).toBe(i + 1);
      hanging.abort();
      await expect(asked).rejects.toThrow();
    }
    for (const address of ['10.0.5.0', '10.0.5.1'])
      await expect.poll(() => cut.failures.isReached(address)).toBe(true);
    resolve();
    expect((await cut.ask({ client_id: 'other' }, { 'x-forwarded-for': '10.0.5.1' })).status).toBe(429);
    expect((await cut.ask({ client_id: 'h' }, { 'x-forwarded-for': '10.0.5.9' })).status).toBe(200);
    await cut.close();
  });

  it('goes on for nobody by a token of their own: what is refused of one counts for it, from wherever', async () => {
    const held = async (secret: string) =>
      kit.storage.saveArtifact(artifact('RefreshToken', digest(secret), { clientId: 'app' }));
    await held('one');
    await held('two');
    const { ask, close } = await requests(400);
    const refresh = (refresh_token: string, address: string) =>
      ask({ grant_type: 'refresh_token', refresh_token }, { 'x-forwarded-for': address });
    for (let i = 0; i < 2; i++) expect((await refresh('one', `10.0.6.${i}`)).status).toBe(400);
    await expect.poll(async () => (await refresh('one', '10.0.6.9')).status).toBe(429);
    expect((await refresh('two', '10.0.6.0')).status).toBe(400);
    expect((await refresh('unknown', '10.0.6.0')).status).toBe(400);
    await close();
  });

  it('names the client of a refresh token only where it is public and nobody is named otherwise', async () => {
    await kit.storage.saveArtifact({
      model: 'RefreshToken',
      id: digest('known'),
      payload: { clientId: 'app' },
      grantId: undefined,
      uid: undefined,
      accountId: undefined,
      consumedAt: undefined,
      expiresAt: undefined,
    });
    const refresh = { grant_type: 'refresh_token', refresh_token: 'known' };
    const { ask, seen, close } = await requests(200);
    await ask(refresh);
    await ask({ ...refresh, client_id: 'mine' });
    await ask(refresh, { authorization: 'Basic eDp5' });
    await ask({ ...refresh, client_assertion: 'jwt' });
    await ask({ ...refresh, grant_type: 'authorization_code' });
    await ask({ ...refresh, refresh_token: 'unknown' });
    expect(seen.map((each) => (each as { client_id?: string }).client_id)).toEqual([
      'app',
      'mine',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    await close();
    const secret = await requests(200, false);
    await secret.ask(refresh);
    expect(secret.seen).toEqual([refresh]);
    await secret.close();
  });
});
