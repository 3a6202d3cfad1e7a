/** SMART standalone launch for a public client, from /authorize to the last refresh (SMART App Launch 2.2; smart-auth requirements R4-R16). */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK, clientAssertion, launch, openWorld, type PageAnswer, pkce, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const codeOf = (page: PageAnswer): string => new URL(page.url).searchParams.get('code') ?? '';

/** Signs maria in, allows everything (or these groups), and returns the code with its verifier. */
async function launched(members: Record<string, string | undefined> = {}, groups?: string[]) {
  const browser = world.browser();
  const { verifier, challenge } = pkce();
  let page = await browser.authorize(launch(world.fhir, challenge, members));
  page = await browser.signIn(page, 'maria');
  const names =
    groups ?? [...page.html.matchAll(/name="group" value="([^"]+)"/g)].map((match) => match[1] as string);
  if (page.html.includes('/consent"'))
    page = await browser.submit(
      page,
      'consent',
      names.map((name) => ['group', name]),
    );
  return { browser, page, code: codeOf(page), verifier };
}

function exchange(code: string, verifier: string, members: Record<string, string> = {}) {
  return world.token({
    grant_type: 'authorization_code',
    client_id: 'third-party',
    code,
    redirect_uri: CALLBACK,
    code_verifier: verifier,
    ...members,
  });
}

describe('a standalone launch', () => {
  it('ends with code, state and issuer at the app, and a token response with the patient', async () => {
    const { page, code, verifier } = await launched();
    expect(new URL(page.url).origin).toBe(new URL(CALLBACK).origin);
    expect(new URL(page.url).searchParams.get('state')).toBe('state-1');
    expect(new URL(page.url).searchParams.get('iss')).toBe(world.issuer);
    const { status, headers, body } = await exchange(code, verifier);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', patient: 'maria', need_patient_banner: true });
    expect(body.expires_in).toBeGreaterThan(0);
    expect(body.scope.split(' ').sort()).toEqual(
      [
        'fhirUser',
        'launch/patient',
        'offline_access',
        'openid',
        'patient/Observation.rs',
        'patient/Patient.rs',
      ].sort(),
    );
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('pragma')).toContain('no-cache');
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`));
    const { payload, protectedHeader } = await jwtVerify(body.id_token, keys, {
      issuer: world.issuer,
      audience: 'third-party',
    });
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload.fhirUser).toBe(`${world.fhir}/Patient/maria`);
  });

  it('is introspected with scope, audience, patient and fhirUser by the FHIR server, and by nobody else', async () => {
    const { code, verifier } = await launched();
    const { body } = await exchange(code, verifier);
    const answer = await world.introspect(body.access_token);
    expect(answer).toMatchObject({
      active: true,
      client_id: 'third-party',
      aud: world.fhir,
      patient: 'maria',
      fhirUser: `${world.fhir}/Patient/maria`,
      iss: world.issuer,
    });
    expect(String(answer.scope).split(' ').sort()).toEqual(body.scope.split(' ').sort());
    expect(await world.introspect(body.access_token, 'reader')).toEqual({ active: false });
    expect(await world.introspect('made-up')).toEqual({ active: false });
  });

  it('grants what was left ticked and nothing else', async () => {
    const { code, verifier } = await launched({}, ['identity', 'Observation']);
    const { body } = await exchange(code, verifier);
    expect(body.scope.split(' ').sort()).toEqual(
      ['fhirUser', 'launch/patient', 'openid', 'patient/Observation.rs'].sort(),
    );
    expect(body.refresh_token).toBeUndefined();
  });

  it('says no to the app when the person does', async () => {
    const browser = world.browser();
    const page = await browser.signIn(await browser.authorize(launch(world.fhir, pkce().challenge)), 'maria');
    expect(page.html).toContain('to use your record?');
    expect(page.html).toContain('Test results and measurements');
    expect(page.html).toContain('keeps access after you close it');
    const end = await browser.submit(page, 'abort', {});
    expect(new URL(end.url).searchParams.get('error')).toBe('access_denied');
  });

  it('says of a step that is looked at again when it is done that it is over, and not that nothing was shared', async () => {
    const browser = world.browser();
    const asked = await browser.signIn(
      await browser.authorize(launch(world.fhir, pkce().challenge)),
      'maria',
    );
    codeOf(await browser.submit(asked, 'consent', { group: 'Patient' }));
    const uid = new URL(asked.url).pathname.split('/').at(-1);
    const after = [
      await browser.open(asked.url),
      await browser.submit(asked, 'consent', { group: 'Patient' }),
      await browser.open(`${world.issuer}/authorize/${uid}`),
    ];
    for (const { status, html } of after) {
      expect([status, html]).toEqual([400, expect.stringContaining('This step is over')]);
      expect(html).not.toContain('nothing was shared');
    }
  });

  it('keeps granular scopes as they were asked', async () => {
    const labs =
      'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory';
    const { code, verifier } = await launched({ scope: `launch/patient ${labs} patient/Observation.sr` });
    const { body } = await exchange(code, verifier);
    expect(body.scope.split(' ')).toContain(labs);
    expect(body.scope).not.toContain('.sr');
  });

  it('lets a proxy choose whose record, and only among theirs', async () => {
    const browser = world.browser();
    const { verifier, challenge } = pkce();
    let page = await browser.signIn(
      await browser.authorize(launch(world.fhir, challenge)),
      'parent@example.org',
    );
    expect(page.html).toContain('value="child-2"');
    expect((await browser.submit(page, 'patient', { patient: 'maria' })).status).toBe(400);
    page = await browser.submit(page, 'patient', { patient: 'child-2' });
    expect(page.html).toContain('to use this record?');
    page = await browser.submit(page, 'consent', { group: 'Patient' });
    const { body } = await exchange(codeOf(page), verifier);
    expect(body.patient).toBe('child-2');
    expect((await world.introspect(body.access_token)).fhirUser).toBe(`${world.fhir}/RelatedPerson/parent-2`);
  });

  describe('shows, before the app has its token, what the person may read and no more', () => {
    const asks = async (username: string, scope: string) => {
      const browser = world.browser();
      const page = await browser.authorize(launch(world.fhir, pkce().challenge, { scope }));
      return { browser, page: await browser.signIn(page, username) };
    };
    const put = (resource: { resourceType: string; id: string }) =>
      world.ask(`${resource.resourceType}/${resource.id}`, { method: 'PUT', body: resource });
    const visit = (id: string, patient: string, label: [string, string] | undefined) =>
      put({
        resourceType: 'Encounter',
        id,
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        type: [{ text: `About ${id}` }],
        subject: { reference: `Patient/${patient}` },
        ...(label ? { meta: { security: [{ system: label[0], code: label[1] }] } } : {}),
      } as never);
    const VISITS = 'openid fhirUser launch/patient launch/encounter patient/Patient.rs';

    it('visits with the labels that keep them from a proxy, or from patients, are no choice', async () => {
      await visit('open-1', 'child-1', undefined);
      await visit('secret-1', 'child-1', ['http://terminology.hl7.org/CodeSystem/v3-Confidentiality', 'R']);
      await visit('kept-1', 'maria', ['http://terminology.hl7.org/CodeSystem/v3-ActCode', 'NOPAT']);
      const { browser, page } = await asks('parent', VISITS);
      const visits = await browser.submit(page, 'patient', { patient: 'child-1' });
      expect(visits.html).toContain('About open-1');
      expect(visits.html).not.toContain('secret-1');
      const chosen = await browser.submit(page, 'encounter', { patient: 'child-1', encounter: 'secret-1' });
      expect(chosen.status).toBe(400);
      const own = await asks('maria', VISITS);
      expect(own.page.html).toContain('visit-1');
      expect(own.page.html).not.toContain('kept-1');
    });

    it('staff find whom they may see; who looked is in the log', async () => {
      await put({ resourceType: 'Organization', id: 'elsewhere', name: 'Elsewhere' } as never);
      const far = { resourceType: 'Patient', id: 'far', name: [{ family: 'Farthest' }] };
      await put({ ...far, managingOrganization: { reference: 'Organization/elsewhere' } } as never);
      const { browser, page } = await asks('doctor', 'openid fhirUser launch/patient patient/Patient.rs');
      const search = (text: string) => browser.open(`${page.url.split('?')[0]}?q=${text}`);
      expect((await search('Maria')).html).toContain('value="maria"');
      expect((await search('Farthest')).html).not.toContain('value="far"');
      expect((await browser.submit(page, 'patient', { patient: 'far' })).status).toBe(400);
      const opened = await browser.submit(page, 'patient', { patient: 'maria' });
      expect(opened.url).not.toContain('error');
      const log = await (await world.ask('AuditEvent?patient=maria&_count=100')).text();
      expect(log).toContain('Practitioner/doctor');
    });

    it('such a token lives for a minute, and for no other question', async () => {
      const { viewerToken } = await import('../src/fhir/viewer.ts');
      const viewer = { accountId: 'x', person: 'Patient/maria', patient: 'maria' };
      const past = { storage: world.storage, audience: world.fhir, now: () => Date.now() - 61_000 };
      expect(await world.introspect(await viewerToken(past, viewer))).toEqual({ active: false });
      const token = await viewerToken({ ...past, now: Date.now }, viewer);
      expect(await world.introspect(token)).toMatchObject({ active: true, patient: 'maria', sub: 'x' });
      expect(await world.introspect(token, 'seed')).toEqual({ active: false });
      expect((await world.ask('Encounter?patient=maria', { token })).status).toBe(200);
      expect((await world.ask('Observation?patient=maria', { token })).status).toBe(403);
    });
  });

  it('does not carry one launch into the next', async () => {
    const browser = world.browser();
    const first = pkce();
    let page = await browser.signIn(await browser.authorize(launch(world.fhir, first.challenge)), 'parent');
    page = await browser.submit(page, 'patient', { patient: 'child-1' });
    page = await browser.submit(page, 'consent', { group: 'Patient' });
    const one = (await exchange(codeOf(page), first.verifier)).body;
    const second = pkce();
    page = await browser.authorize(launch(world.fhir, second.challenge));
    page = await browser.submit(page, 'patient', { patient: 'child-2' });
    page = await browser.submit(page, 'consent', { group: 'Patient' });
    const two = (await exchange(codeOf(page), second.verifier)).body;
    expect([one.patient, two.patient]).toEqual(['child-1', 'child-2']);
    expect((await world.introspect(one.access_token)).patient).toBe('child-1');
  });

  it('opens the record that the app had open again (patient_hint), where that was allowed before, and asks elsewhere', async () => {
    const browser = world.browser();
    const portal = (more: object) =>
      browser.authorize(launch(world.fhir, pkce().challenge, { client_id: 'portal', ...more }));
    let page = await browser.signIn(await portal({ patient_hint: 'child-2' }), 'parent');
    expect(page.html).toContain('value="child-1"');
    page = await browser.submit(page, 'patient', { patient: 'child-2' });
    await browser.submit(page, 'consent', { group: 'Patient' });
    expect(codeOf(await portal({ patient_hint: 'child-2' }))).not.toBe('');
    for (const patient_hint of [undefined, 'child-1', 'maria'])
      expect((await portal({ patient_hint })).html).toContain('value="child-1"');
    const refused = await portal({ patient_hint: "child-2' OR 1" });
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request');
  });

  it("asks for consent to the clinic's own app once", async () => {
    const browser = world.browser();
    const one = pkce();
    let page = await browser.signIn(
      await browser.authorize(launch(world.fhir, one.challenge, { client_id: 'portal' })),
      'maria',
    );
    page = await browser.submit(page, 'consent', [
      ['group', 'Patient'],
      ['group', 'Observation'],
      ['group', 'offline_access'],
    ]);
    expect(codeOf(page)).not.toBe('');
    page = await browser.authorize(launch(world.fhir, pkce().challenge, { client_id: 'portal' }));
    expect(codeOf(page)).not.toBe('');
  });
});

describe('the authorization endpoint refuses', () => {
  const cases: readonly (readonly [string, Record<string, string | undefined>, string])[] = [
    ['a missing aud', { aud: undefined }, 'invalid_request'],
    ['a foreign aud', { aud: 'https://other.example/fhir' }, 'invalid'],
    [
      'a missing code challenge',
      { code_challenge: undefined, code_challenge_method: undefined },
      'invalid_request',
    ],
    ['PKCE plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a made-up launch', { launch: 'abc' }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
  ];
  it.each(cases)('%s', async (_, members, error) => {
    const page = await world.browser().authorize(launch(world.fhir, pkce().challenge, members));
    expect(page.url + page.html).toContain(error);
    expect(page.url).not.toContain('code=');
  });

  it('a redirect address that is not registered, without going there', async () => {
    const page = await world
      .browser()
      .authorize(launch(world.fhir, pkce().challenge, { redirect_uri: 'https://evil.example/' }));
    expect(page.status).toBe(400);
    expect(page.url.startsWith(world.issuer)).toBe(true);
  });
});

describe('the token endpoint', () => {
  it('refuses a wrong, blank or missing verifier', async () => {
    for (const verifier of [pkce().verifier, '']) {
      const { code } = await launched();
      expect((await exchange(code, verifier)).status).toBe(400);
    }
    expect((await exchange('made-up', pkce().verifier)).status).toBe(400);
  });

  it('redeems a code once, also for two at the same time, and then revokes what it gave', async () => {
    const { code, verifier } = await launched();
    const answers = await Promise.all(Array.from({ length: 5 }, () => exchange(code, verifier)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect((await exchange(code, verifier)).status).toBe(400);
    const winner = answers.find(({ status }) => status === 200);
    if (winner) expect(await world.introspect(winner.body.access_token)).toEqual({ active: false });
  });

  it('rotates refresh tokens, keeps the launch context, and never widens', async () => {
    const { code, verifier } = await launched();
    const first = (await exchange(code, verifier)).body;
    const refresh = (token: string, scope?: string) =>
      world.token({
        grant_type: 'refresh_token',
        client_id: 'third-party',
        refresh_token: token,
        ...(scope ? { scope } : {}),
      });
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ patient: 'maria', scope: first.scope });
    expect(second.body.expires_in).toBeGreaterThan(0);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(second.body.refresh_token, `${first.scope} patient/Condition.rs`)).status).toBe(
      400,
    );
    const narrow = await refresh(second.body.refresh_token, 'patient/Patient.rs');
    expect(narrow.body.scope).toBe('patient/Patient.rs');
  });

  it('answers two refreshes at the same time, so that a second tab lives on', async () => {
    const { code, verifier } = await launched();
    const { body } = await exchange(code, verifier);
    const refresh = () =>
      world.token({
        grant_type: 'refresh_token',
        client_id: 'third-party',
        refresh_token: body.refresh_token,
      });
    const [one, two] = await Promise.all([refresh(), refresh()]);
    expect([one?.status, two?.status]).toEqual([200, 200]);
  });

  it('revokes: the access token dies with the refresh token', async () => {
    const { code, verifier } = await launched();
    const { body } = await exchange(code, verifier);
    const response = await fetch(`${world.issuer}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: body.refresh_token, client_id: 'third-party' }),
    });
    expect(response.status).toBe(200);
    expect(await world.introspect(body.access_token)).toEqual({ active: false });
    const again = await world.token({
      grant_type: 'refresh_token',
      client_id: 'third-party',
      refresh_token: body.refresh_token,
    });
    expect(again.status).toBe(400);
  });
});

describe('Backend Services', () => {
  const grant = async (clientId: string, scope: string) =>
    world.token({
      grant_type: 'client_credentials',
      scope,
      ...(await clientAssertion(world.assertion, clientId)),
    });

  it('gives a five-minute token for registered system scopes', async () => {
    const { status, body } = await grant('seed', 'system/*.cruds');
    expect(status).toBe(200);
    expect(body.expires_in).toBeLessThanOrEqual(300);
    expect(body.scope).toBe('system/*.cruds');
    expect(body.refresh_token).toBeUndefined();
    const answer = await world.introspect(body.access_token);
    expect(answer).toMatchObject({ active: true, client_id: 'seed', aud: world.fhir });
    expect(answer.fhirUser).toBeUndefined();
  });

  it('refuses scopes beyond the registration, and those of people', async () => {
    expect((await grant('reader', 'system/Observation.rs')).body.error).toBe('invalid_scope');
    expect((await grant('reader', 'patient/Patient.rs')).body.error).toBe('invalid_scope');
    expect((await grant('reader', 'system/Patient.rs')).status).toBe(200);
  });

  it('refuses a replayed, expired, foreign or unsigned assertion', async () => {
    const form = { grant_type: 'client_credentials', scope: 'system/Patient.rs' };
    const once = await clientAssertion(world.assertion, 'reader');
    expect((await world.token({ ...form, ...once })).status).toBe(200);
    expect((await world.token({ ...form, ...once })).body.error).toBe('invalid_client');
    const past = Math.floor(Date.now() / 1000) - 600;
    for (const members of [
      { exp: past, iat: past - 60 },
      { aud: 'https://other.example/token' },
      { sub: 'seed' },
    ]) {
      const assertion = await world.assertion('reader', members);
      expect((await world.token({ ...form, ...once, client_assertion: assertion })).body.error).toBe(
        'invalid_client',
      );
    }
    expect((await world.token({ ...form, ...once, client_assertion: 'e30.e30.' })).status).toBe(401);
  });
});

describe('signing in', () => {
  it('answers alike for a wrong password and for nobody', async () => {
    const browser = world.browser();
    const page = await browser.authorize(launch(world.fhir, pkce().challenge));
    const wrong = await browser.signIn(page, 'maria', 'not-the-password');
    const nobody = await browser.signIn(page, 'who-is-this', 'not-the-password');
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(wrong.html.replace('value="maria"', '')).toBe(nobody.html.replace('value="who-is-this"', ''));
  });

  it('slows down who guesses', async () => {
    const browser = world.browser();
    const page = await browser.authorize(launch(world.fhir, pkce().challenge));
    let last = 0;
    for (let i = 0; i < 11; i++) last = (await browser.signIn(page, 'guessed', `guess-${i}`)).status;
    expect(last).toBe(429);
  });

  it('escapes what was typed and refuses forms from other sites', async () => {
    const browser = world.browser();
    const page = await browser.authorize(launch(world.fhir, pkce().challenge));
    const typed = await browser.signIn(page, '"><script>alert(1)</script>');
    expect(typed.html).not.toContain('<script>');
    const foreign = await browser.open(`${page.url}/login`, {
      method: 'POST',
      body: new URLSearchParams({ login: 'maria', password: 'x' }),
      headers: { origin: 'https://evil.example' },
    });
    expect(foreign.status).toBe(403);
  });

  it('shows pages that nothing may frame, script or keep', async () => {
    const page = await world.browser().authorize(launch(world.fhir, pkce().challenge));
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`form-action 'self' ${new URL(CALLBACK).origin}`);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('opens nothing for an account without a patient, and says so before the app does', async () => {
    const browser = world.browser();
    const page = await browser.signIn(
      await browser.authorize(launch(world.fhir, pkce().challenge)),
      'nobody',
    );
    expect(page.html).toContain('there is no health record that you may open with it');
    expect(page.html).toContain('href="/account/family"');
    const end = await browser.submit(page, 'abort', {});
    expect(new URL(end.url).searchParams.get('error')).toBe('access_denied');
  });
});

describe('discovery', () => {
  it('names S256 and the endpoints of the configured address, whatever a proxy header says', async () => {
    const response = await fetch(`${world.issuer}/.well-known/openid-configuration`, {
      headers: { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' },
    });
    const body = (await response.json()) as Record<string, unknown>;
    expect(body.issuer).toBe(world.issuer);
    expect(body.token_endpoint).toBe(`${world.issuer}/token`);
    expect(body.code_challenge_methods_supported).toEqual(['S256']);
  });

  it('lets the app of a registered origin read the token response, and no other', async () => {
    const { code, verifier } = await launched();
    const foreign = await world.token(
      {
        grant_type: 'authorization_code',
        client_id: 'third-party',
        code,
        redirect_uri: CALLBACK,
        code_verifier: verifier,
      },
      { origin: 'https://evil.example' },
    );
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const own = await world.token(
      {
        grant_type: 'authorization_code',
        client_id: 'third-party',
        code,
        redirect_uri: CALLBACK,
        code_verifier: verifier,
      },
      { origin: new URL(CALLBACK).origin },
    );
    expect(own.status).toBe(200);
    expect(own.headers.get('access-control-allow-origin')).toBe(new URL(CALLBACK).origin);
  });
});
