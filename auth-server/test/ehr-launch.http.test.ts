/** EHR launch: the documented call, the launch it leads to, and launches that are not one's own (SMART App Launch 2.2; attack T10). */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  CALLBACK,
  clientAssertion,
  openWorld,
  type PageAnswer,
  pkce,
  launch as request,
  type TokenBody,
  type World,
} from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ env: { TRUST_PROXY_HOPS: '1' } });
});
afterAll(() => world?.close());
afterEach(() => vi.useRealTimers());

const codeOf = (page: PageAnswer): string => new URL(page.url).searchParams.get('code') ?? '';
const errorOf = (page: PageAnswer): string =>
  new URL(page.url).searchParams.get('error') ?? /<code>(\w+)<\/code>/.exec(page.html)?.[1] ?? '';

async function tokenOf(clientId: string, scope: string): Promise<string> {
  const { body } = await world.token({
    grant_type: 'client_credentials',
    scope,
    ...(await clientAssertion(world.assertion, clientId)),
  });
  return body.access_token as string;
}

async function ask(body: unknown, token?: string): Promise<{ status: number; body: TokenBody }> {
  const credential = token ?? (await tokenOf('ehr', 'system/*.rs'));
  const response = await fetch(`${world.issuer}/launch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const launchFor = async (members: object = {}): Promise<string> =>
  (await ask({ client_id: 'third-party', patient: 'maria', ...members })).body.launch as string;

const SCOPE = 'launch openid fhirUser online_access patient/Observation.rs';

async function start(username: string, members: Record<string, string | undefined>) {
  const browser = world.browser();
  const { verifier, challenge } = pkce();
  const page = await browser.signIn(
    await browser.authorize(request(world.fhir, challenge, { scope: SCOPE, ...members })),
    username,
  );
  return { browser, page, verifier };
}

async function finish(username: string, members: Record<string, string | undefined>): Promise<TokenBody> {
  const { browser, page, verifier } = await start(username, members);
  const groups = [...page.html.matchAll(/name="group" value="([^"]+)"/g)].map(
    ([, name]) => ['group', name ?? ''] as [string, string],
  );
  const end = await browser.submit(page, 'consent', groups);
  const { status, body } = await world.token({
    grant_type: 'authorization_code',
    client_id: 'third-party',
    code: codeOf(end),
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  });
  expect(status).toBe(200);
  return body;
}

describe('the call of an EHR', () => {
  it('needs a token of a client that may launch', async () => {
    const body = { client_id: 'third-party', patient: 'maria' };
    expect((await ask(body, 'made-up')).status).toBe(401);
    expect((await ask(body, await tokenOf('seed', 'system/*.cruds'))).status).toBe(401);
    expect(
      (await fetch(`${world.issuer}/launch`, { method: 'POST', body: JSON.stringify(body) })).status,
    ).toBe(401);
  });

  it.each([
    ['an app that is not known', { client_id: 'nobody' }, 400],
    ['something that is not JSON', '{', 400],
    ['members that are not known', { client_id: 'third-party', more: 1 }, 400],
    ['an encounter without its patient', { client_id: 'third-party', encounter: 'visit-1' }, 400],
    ['a path for a patient', { client_id: 'third-party', patient: '../x' }, 400],
    [
      'a patient inside fhirContext',
      { client_id: 'third-party', fhirContext: [{ reference: 'Patient/maria' }] },
      400,
    ],
    [
      'a role that is no URI',
      { client_id: 'third-party', fhirContext: [{ reference: 'Task/1', role: 'mine' }] },
      400,
    ],
    ['an empty fhirContext item', { client_id: 'third-party', fhirContext: [{ type: 'Task' }] }, 400],
    ['a patient who is not there', { client_id: 'third-party', patient: 'nobody' }, 422],
    ['a visit of somebody else', { client_id: 'third-party', patient: 'other', encounter: 'visit-1' }, 422],
    [
      'a user who is not there',
      { client_id: 'third-party', patient: 'maria', user: 'Practitioner/none' },
      422,
    ],
  ])('is refused for %s', async (_, body, status) => {
    const answer = await ask(body);
    expect([answer.status, answer.body.error]).toEqual([status, 'invalid_request']);
  });

  it('is answered with a launch that is good for five minutes', async () => {
    const { status, body } = await ask({ client_id: 'third-party', patient: 'maria', encounter: 'visit-1' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      iss: world.fhir,
      expires_in: 300,
      launch: expect.stringMatching(/^[\w-]{43}$/),
    });
    const kept = await world.storage.listArtifacts('Launch');
    expect(JSON.stringify(kept)).not.toContain(body.launch);
  });
});

describe('the launch', () => {
  const context = {
    patient: 'maria',
    encounter: 'visit-1',
    intent: 'reconcile',
    need_patient_banner: false,
    fhirContext: [
      { reference: 'Task/7', role: 'https://ehr.example/role' },
      { canonical: 'http://example.org/q|1', type: 'Questionnaire' },
    ],
  };

  it.each(['maria', 'doctor'])(
    'gives its context with the token, to introspection, and again at refresh: %s',
    async (username) => {
      const launch = await launchFor(context);
      const body = await finish(username, { launch });
      expect(body).toMatchObject({
        ...context,
        smart_style_url: expect.stringContaining('/smart-style.json'),
      });
      expect(body.scope.split(' ')).toContain('launch');
      expect(await world.introspect(body.access_token)).toMatchObject(context);
      const again = await world.token({
        grant_type: 'refresh_token',
        client_id: 'third-party',
        refresh_token: body.refresh_token,
      });
      expect(again.body).toMatchObject(context);
      const id = username === 'doctor' ? 'Practitioner/doctor' : 'Patient/maria';
      expect((await world.introspect(body.access_token)).fhirUser).toBe(`${world.fhir}/${id}`);
    },
  );

  it('opens the record of that patient alone', async () => {
    const { access_token: token } = await finish('doctor', { launch: await launchFor() });
    expect((await world.ask('Observation/lab', { token })).status).toBe(200);
    expect((await world.ask('Patient/other', { token })).status).not.toBe(200);
  });

  it('T10 that was made up, or made for another app, is refused', async () => {
    for (const launch of ['made-up', await launchFor({ client_id: 'portal' })])
      expect(
        errorOf(
          await world.browser().authorize(request(world.fhir, pkce().challenge, { scope: SCOPE, launch })),
        ),
      ).toBe('invalid_request');
  });

  it('T10 is good once', async () => {
    const launch = await launchFor();
    const other = await start('maria', { launch });
    await finish('maria', { launch });
    const late = await other.browser.submit(other.page, 'consent', { group: 'Observation' });
    expect(errorOf(late)).toBe('access_denied');
    expect(
      errorOf(
        await world.browser().authorize(request(world.fhir, pkce().challenge, { scope: SCOPE, launch })),
      ),
    ).toBe('invalid_request');
  });

  it('T10 is over after five minutes', async () => {
    const launch = await launchFor();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 5 * 60_000 + 1000);
    expect(
      errorOf(
        await world.browser().authorize(request(world.fhir, pkce().challenge, { scope: SCOPE, launch })),
      ),
    ).toBe('invalid_request');
  });

  it('T10 is for the person the EHR named, and for records that are theirs to open', async () => {
    const named = await start('maria', { launch: await launchFor({ user: 'Practitioner/doctor' }) });
    expect(errorOf(named.page)).toBe('access_denied');
    const foreign = await start('maria', { launch: await launchFor({ patient: 'other' }) });
    expect(errorOf(foreign.page)).toBe('access_denied');
    const own = await start('doctor', { launch: await launchFor({ user: 'Practitioner/doctor' }) });
    expect(own.page.html).toContain('/consent"');
  });

  it('the scope `launch` without a launch is not granted', async () => {
    const body = await finish('maria', { scope: 'launch launch/patient patient/Observation.rs' });
    expect(body.scope.split(' ').sort()).toEqual(['launch/patient', 'patient/Observation.rs']);
  });
});

describe('a clinician who starts an app alone', () => {
  it('looks for the patient by name', async () => {
    const { browser, page, verifier } = await start('doctor', {
      scope: 'openid fhirUser launch/patient patient/Observation.rs',
    });
    expect(page.html).toContain('Which patient?');
    const found = await browser.open(`${page.url}?q=maria`);
    expect(found.html).toContain('value="maria"');
    expect((await browser.open(`${page.url}?q=zzzz`)).html).toContain('Nobody was found');
    const consent = await browser.submit(page, 'patient', { patient: 'maria' });
    const end = await browser.submit(consent, 'consent', { group: 'Observation' });
    const { body } = await world.token({
      grant_type: 'authorization_code',
      client_id: 'third-party',
      code: codeOf(end),
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    expect(body.patient).toBe('maria');
  });
});

describe('launch/encounter alone', () => {
  it('lets the person choose a visit of theirs, or none', async () => {
    const scope = 'launch/patient launch/encounter patient/Observation.rs';
    const { browser, page, verifier } = await start('maria', { scope });
    expect(page.html).toContain('Which visit?');
    expect(
      (await browser.submit(page, 'encounter', { patient: 'maria', encounter: 'no-such-visit' })).status,
    ).toBe(400);
    expect((await browser.submit(page, 'encounter', { patient: 'other', encounter: 'visit-1' })).status).toBe(
      400,
    );
    const consent = await browser.submit(page, 'encounter', { patient: 'maria', encounter: 'visit-1' });
    const end = await browser.submit(consent, 'consent', { group: 'Observation' });
    const { body } = await world.token({
      grant_type: 'authorization_code',
      client_id: 'third-party',
      code: codeOf(end),
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    expect(body).toMatchObject({ patient: 'maria', encounter: 'visit-1' });
  });
});
