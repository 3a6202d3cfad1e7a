/** What an independent attack got through with, in November 2026, by its numbers (X…): the auth-server's part, on real servers. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { disconnectApp } from '../src/accounts/connected-apps.ts';
import * as admin from '../src/admin/actions.ts';
import { artifact } from '../src/storage/storage.ts';
import { codeIn, type Mailbox, openMailbox } from './mailbox.ts';
import {
  AFTER_SIGN_OUT,
  type Browser,
  CALLBACK,
  clientAssertion,
  launch,
  openWorld,
  type PageAnswer,
  pkce,
  type World,
} from './world.ts';

let world: World;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ env: { ...mailbox.env, TRUST_PROXY_HOPS: '1', NOTICE_SECONDS: '0.2' } });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});
afterEach(() => vi.useRealTimers());

const context = (): admin.AdminContext => ({
  config: world.config,
  storage: world.storage,
  now: Date.now,
  by: undefined,
});

interface Launched {
  readonly browser: Browser;
  readonly page: PageAnswer;
  readonly verifier: string;
}

/** Everything that is asked is allowed, for this patient where there are several. */
async function launched(
  login: string,
  members: Record<string, string | undefined>,
  patient?: string,
): Promise<Launched> {
  const browser = world.browser();
  const { verifier, challenge } = pkce();
  let page = await browser.signIn(await browser.authorize(launch(world.fhir, challenge, members)), login);
  if (patient !== undefined) page = await browser.submit(page, 'patient', { patient });
  const groups = [...page.html.matchAll(/name="(group|part)" value="([^"]+)"/g)].map(
    ([, name, value]) => [name ?? '', value ?? ''] as [string, string],
  );
  if (groups.length > 0) page = await browser.submit(page, 'consent', groups);
  return { browser, page, verifier };
}

async function tokens(login: string, members: Record<string, string | undefined>, patient?: string) {
  const { page, verifier, browser } = await launched(login, members, patient);
  const { status, body } = await world.token({
    grant_type: 'authorization_code',
    client_id: members.client_id ?? 'third-party',
    code: new URL(page.url).searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  });
  expect(status).toBe(200);
  return { ...body, browser };
}

async function put(resource: { resourceType: string; id: string } & Record<string, unknown>): Promise<void> {
  const { resourceType, id } = resource;
  const answer = await world.ask(`${resourceType}/${id}`, { method: 'PUT', body: resource });
  expect([200, 201]).toContain(answer.status);
}

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
const read = async (path: string, token?: string): Promise<any> =>
  (await world.ask(path, token === undefined ? {} : { token })).json();

describe('X1 contact data that a proxy wrote', () => {
  const CHILD = { given: 'Child-1', family: 'Tester', birthDate: '1980-02-03', activationCode: '' };
  const SCOPE = 'openid fhirUser launch/patient patient/Patient.rus';
  const codesTo = (to: string) => mailbox.mails.filter((mail) => mail.to === to && codeIn(mail.text)).length;

  async function written(telecom: object[]) {
    const { access_token: token } = await tokens('parent', { scope: SCOPE }, 'child-1');
    const child = await read('Patient/child-1', token);
    return world.ask('Patient/child-1', { method: 'PUT', token, body: { ...child, telecom } });
  }
  /** Whether a code is sent, when somebody signs up as the child with this contact; that it came is awaited, that none did is told by the log. */
  async function signUp(contact: string): Promise<number> {
    const before = codesTo(contact);
    await world.browser().post('/sign-up', { ...CHILD, contact });
    const [last] = await world.storage.listAudit({ limit: 1 });
    expect(last?.event).toMatch(/^sign-up (begun|without a match)$/);
    const isSent = last?.event === 'sign-up begun' ? 1 : 0;
    await vi.waitFor(() => expect(codesTo(contact)).toBe(before + isSent), { timeout: 15_000 });
    return isSent;
  }
  const email = (value: string, more: object = {}) => ({ system: 'email', value, ...more });

  it('proves nobody, whatever else the request says of it', async () => {
    await put({ ...(await read('Patient/child-1')), telecom: [email('clinic@example.org')] });
    const answers = [
      [email('proxy-1@example.org')],
      [email('clinic@example.org'), email('proxy-1@example.org')],
      // Once written, it is not made the clinic's by being sent back without its mark, or with the patient's own confirmation.
      [
        email('proxy-1@example.org', {
          extension: [{ url: 'urn:wellspring:contact-confirmed', valueDate: '2026-11-27' }],
        }),
      ],
      [email('proxy-1@example.org', { use: 'home', rank: 1 })],
    ];
    for (const telecom of answers) {
      expect((await written(telecom)).status).toBe(200);
      expect(await signUp('proxy-1@example.org')).toBe(0);
    }
  });

  it('that had ended, or was called old by the clinic, is not made good again', async () => {
    const old = [
      email('ex@example.org', { use: 'old' }),
      email('gone@example.org', { period: { end: '2020-01' } }),
    ];
    await put({ ...(await read('Patient/child-1')), telecom: old });
    expect(await signUp('gone@example.org')).toBe(0);
    expect((await written([email('ex@example.org'), email('gone@example.org')])).status).toBe(200);
    expect(await signUp('ex@example.org')).toBe(0);
    expect(await signUp('gone@example.org')).toBe(0);
  });

  it('that the clinic itself wrote, but is a relative’s own, proves nobody either', async () => {
    const parent = await read('RelatedPerson/parent-1');
    const shared = [email('kept-in-both@example.org'), email('parent@example.org')];
    await put({ ...(await read('Patient/child-1')), telecom: shared });
    await put({ ...parent, telecom: [email('Kept-In-Both@example.org')] });
    expect(await signUp('kept-in-both@example.org')).toBe(0);
    // Where the parent's account is reached.
    expect(await signUp('parent@example.org')).toBe(0);
    await put(parent);
  });

  it('is told to the patient, where the clinic knew them, and to the clinic, by one task', async () => {
    await put({ ...(await read('Patient/child-1')), telecom: [email('known@example.org')] });
    await written([email('proxy-2@example.org', { rank: 1 }), email('known@example.org')]);
    await written([email('proxy-3@example.org', { rank: 1 })]);
    await vi.waitFor(
      () =>
        expect(
          mailbox.mails.filter(
            ({ to, subject }) => to === 'known@example.org' && subject.includes('contact details'),
          ),
        ).toHaveLength(2),
      { timeout: 15_000 },
    );
    const tasks = await read('Task?patient=child-1&code=urn:wellspring:task|contact-changed');
    expect(tasks.entry).toHaveLength(1);
    expect(tasks.entry[0].resource).toMatchObject({
      status: 'requested',
      focus: { reference: 'Patient/child-1' },
      requester: { reference: 'RelatedPerson/parent-1' },
    });
  });

  it('proves the patient once the clinic has written it without the mark; what the clinic had recorded keeps its worth', async () => {
    await written([email('agreed@example.org'), email('known@example.org')]);
    const marked = await read('Patient/child-1');
    expect(marked.telecom[0].extension).toMatchObject([{ url: 'urn:wellspring:unconfirmed-contact' }]);
    // Written back as it was read, it is still unconfirmed.
    await put(marked);
    expect(await signUp('agreed@example.org')).toBe(0);
    await put({ ...marked, telecom: [email('agreed@example.org'), email('known@example.org')] });
    await written([email('known@example.org', { rank: 1 }), email('agreed@example.org')]);
    expect(await signUp('known@example.org')).toBe(1);
    expect(await signUp('agreed@example.org')).toBe(1);
  });
});

describe('X2 what access rests on', () => {
  const OFFLINE = 'openid fhirUser launch/patient offline_access patient/Patient.rs';
  const isActive = async (token: string): Promise<boolean> => (await world.introspect(token)).active === true;
  const refresh = (refresh_token: string) =>
    world.token({ grant_type: 'refresh_token', client_id: 'third-party', refresh_token });
  const byBearer = async (token: string): Promise<unknown> => {
    const { body } = await world.token({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      ...(await clientAssertion(world.assertion, 'inspector')),
    });
    const response = await fetch(`${world.issuer}/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers: { Authorization: `Bearer ${body.access_token}` },
    });
    return ((await response.json()) as { active: unknown }).active;
  };
  /** Whether what an app made for them still has its ground. */
  const stands = async (grounds: Record<string, string>, client = 'fhir-server'): Promise<unknown> => {
    const response = await fetch(`${world.issuer}/introspect`, {
      method: 'POST',
      body: new URLSearchParams({
        token: Buffer.from(JSON.stringify(grounds)).toString('base64url'),
        token_type_hint: 'urn:wellspring:standing',
        client_id: client,
        ...(await clientAssertion(world.assertion, client)),
      }),
    });
    return ((await response.json()) as { active: unknown }).active;
  };
  const idOf = async (login: string): Promise<string> =>
    (await world.storage.findAccountByLogin(login))?.id ?? '';

  async function opens(given: { access_token: string; refresh_token: string }) {
    const viaFhir = await world.ask('Patient?_count=1', { token: given.access_token });
    return {
      introspected: await isActive(given.access_token),
      byBearer: await byBearer(given.access_token),
      read: viaFhir.status,
    };
  }
  const OPEN = { introspected: true, byBearer: true, read: 200 };
  const SHUT = { introspected: false, byBearer: false, read: 401 };

  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  it.each([
    ['is inactive', { active: false }],
    ['has ended', { period: { start: '2020-01-01', end: day(-2) } }],
    ['has not begun', { period: { start: day(2) } }],
    ['is to another patient now', { patient: { reference: 'Patient/other' } }],
  ])('a relation that %s opens nothing, and gives no new token', async (_, change) => {
    const given = await tokens('parent', { scope: OFFLINE }, 'child-2');
    const grounds = {
      sub: await idOf('parent'),
      client_id: 'third-party',
      fhirUser: 'RelatedPerson/parent-2',
      patient: 'child-2',
    };
    expect(await opens(given)).toEqual(OPEN);
    expect(await stands(grounds)).toBe(true);
    const related = await read('RelatedPerson/parent-2');
    await put({ ...related, ...change });
    expect(await opens(given)).toEqual(SHUT);
    expect((await refresh(given.refresh_token)).body.error).toBe('invalid_grant');
    expect(await stands(grounds)).toBe(false);
    // The clinic's mistake, mended: nothing was thrown away.
    await put({ ...related, period: undefined });
    expect(await opens(given)).toEqual(OPEN);
    expect((await refresh(given.refresh_token)).status).toBe(200);
  });

  it('a parent opens nothing any more when the child has grown up, and again when a Consent of theirs renews it', async () => {
    const child = await read('Patient/child-2');
    const related = await read('RelatedPerson/parent-2');
    const mother = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH' }] };
    const bornBefore = (years: number, days: number): string => {
      const date = new Date(Date.now() - days * 86_400_000);
      date.setUTCFullYear(date.getUTCFullYear() - years);
      return date.toISOString().slice(0, 10);
    };
    await put({ ...related, relationship: [mother] });
    await put({ ...child, birthDate: bornBefore(18, -3) });
    const given = await tokens('parent', { scope: OFFLINE }, 'child-2');
    expect(await opens(given)).toEqual(OPEN);
    await put({ ...child, birthDate: bornBefore(18, 3) });
    expect(await opens(given)).toEqual(SHUT);
    expect((await refresh(given.refresh_token)).body.error).toBe('invalid_grant');
    const grounds = {
      sub: await idOf('parent'),
      client_id: 'third-party',
      fhirUser: 'RelatedPerson/parent-2',
      patient: 'child-2',
    };
    expect(await stands(grounds)).toBe(false);
    const consent = (status: string) =>
      put({
        resourceType: 'Consent',
        id: 'renewed',
        status,
        scope: { text: 'privacy' },
        category: [{ text: 'privacy' }],
        policyRule: { text: 'renewed' },
        patient: { reference: 'Patient/child-2' },
        provision: {
          type: 'permit',
          actor: [{ role: { text: 'mother' }, reference: { reference: 'RelatedPerson/parent-2' } }],
        },
      });
    await consent('active');
    expect(await opens(given)).toEqual(OPEN);
    await consent('inactive');
    expect(await opens(given)).toEqual(SHUT);
    await put(child);
    await put(related);
    expect(await opens(given)).toEqual(OPEN);
  });

  it('a relation that is deleted, or taken from the account, opens nothing', async () => {
    await put({
      resourceType: 'RelatedPerson',
      id: 'aunt',
      active: true,
      patient: { reference: 'Patient/child-2' },
    });
    await admin.changePersons(context(), 'nobody', 'RelatedPerson/aunt', true);
    const given = await tokens('nobody', { scope: OFFLINE });
    expect(await opens(given)).toEqual(OPEN);
    await admin.changePersons(context(), 'nobody', 'RelatedPerson/aunt', false);
    expect(await opens(given)).toEqual(SHUT);
    await admin.changePersons(context(), 'nobody', 'RelatedPerson/aunt', true);
    const again = await tokens('nobody', { scope: OFFLINE });
    expect((await world.ask('RelatedPerson/aunt', { method: 'DELETE' })).status).toBe(204);
    expect(await opens(again)).toEqual(SHUT);
  });

  const role = (more: object = {}) => ({
    resourceType: 'PractitionerRole',
    id: 'role',
    active: true,
    practitioner: { reference: 'Practitioner/doctor' },
    organization: { reference: 'Organization/clinic' },
    code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'clinician' }] }],
    ...more,
  });
  const clinic = { resourceType: 'Organization', id: 'clinic', name: 'Clinic', active: true };
  it.each([
    [
      'who is not active',
      [{ resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Doctor' }], active: false }],
    ],
    ['whose only role has ended', [role({ period: { end: day(-2) } })]],
    ['whose only role is not active', [role({ active: false })]],
    ['whose organization is no more', [{ ...clinic, active: false }]],
  ])('a practitioner %s reads nothing', async (_, changes) => {
    await put(clinic);
    await put(role());
    const given = await tokens('doctor', { scope: 'openid fhirUser offline_access user/Patient.rs' });
    expect(await opens(given)).toEqual(OPEN);
    for (const change of changes) await put(change);
    expect(await opens(given)).toEqual(SHUT);
    expect((await refresh(given.refresh_token)).body.error).toBe('invalid_grant');
    const { page } = await launched('doctor', { scope: 'openid fhirUser user/Patient.rs' });
    expect(page.url).toContain('error=access_denied');
    // Nor do they look patients up on the way to it.
    expect((await launched('doctor', { scope: 'launch/patient patient/Patient.rs' })).page.url).toContain(
      'error=access_denied',
    );
    await put({ resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Doctor' }] });
  });

  it('an account that is closed, an app that is suspended or was disconnected, hold nothing up', async () => {
    const given = await tokens('maria', { scope: OFFLINE });
    const grounds = {
      sub: await idOf('maria'),
      client_id: 'third-party',
      fhirUser: 'Patient/maria',
      patient: 'maria',
    };
    expect([await opens(given), await stands(grounds)]).toEqual([OPEN, true]);
    await world.storage.updateAccount(grounds.sub, (each) => ({ ...each, disabled: true }));
    expect([await opens(given), await stands(grounds)]).toEqual([SHUT, false]);
    expect((await refresh(given.refresh_token)).body.error).toBe('invalid_grant');
    await world.storage.updateAccount(grounds.sub, (each) => ({ ...each, disabled: false }));
    expect([await opens(given), await stands(grounds)]).toEqual([OPEN, true]);
    await disconnectApp(world.storage, grounds.sub, 'third-party');
    expect([await opens(given), await stands(grounds)]).toEqual([SHUT, false]);
    // The clinic's own app is nobody's to disconnect; what it made stays.
    expect(await stands({ ...grounds, client_id: 'portal' })).toBe(true);
    expect(await stands({ ...grounds, client_id: 'nobody' })).toBe(false);
  });

  it('an app that lost its approval keeps no token with what it may not have any more', async () => {
    const id = 'reviewed-app';
    const app = {
      client_id: id,
      client_name: 'Reviewed',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      smart_scope: 'user/Patient.rs',
      status: 'approved',
    };
    await world.storage.saveArtifact(artifact('Client', id, app));
    await put({ resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Doctor' }] });
    await put(clinic);
    await put(role());
    const given = await tokens('doctor', { client_id: id, scope: 'openid fhirUser user/Patient.rs' });
    expect(await isActive(given.access_token)).toBe(true);
    await world.storage.saveArtifact(artifact('Client', id, { ...app, status: 'pending' }));
    expect(await isActive(given.access_token)).toBe(false);
  });

  it('is told to nobody but the FHIR server', async () => {
    const grounds = {
      sub: await idOf('maria'),
      client_id: 'portal',
      fhirUser: 'Patient/maria',
      patient: 'maria',
    };
    expect(await stands(grounds, 'reader')).toBe(false);
    expect(await stands({ sub: 'seed', client_id: 'seed' })).toBe(true);
    expect(await stands({ sub: 'maria' })).toBe(false);
  });
});

describe('X21 signing out', () => {
  const PORTAL = {
    client_id: 'portal',
    scope: 'openid fhirUser launch/patient online_access patient/Patient.rs',
  };
  const end = (browser: Browser, members: Record<string, string>) =>
    browser.get(
      `/oauth2/session/end?${new URLSearchParams({ post_logout_redirect_uri: AFTER_SIGN_OUT, ...members })}`,
    );
  const isSignedIn = async (browser: Browser): Promise<boolean> =>
    !(await browser.get('/account')).html.includes('name="password"');
  const isActive = async (token: string): Promise<boolean> => (await world.introspect(token)).active === true;

  it('in the clinic’s own app ends portal, tokens and sign-in at one press, and comes back', async () => {
    const { browser, ...given } = await tokens('maria', PORTAL);
    expect(await isSignedIn(browser)).toBe(true);
    const left = await end(browser, { id_token_hint: given.id_token, client_id: 'portal', state: 'kept' });
    expect(left.url).toBe(`${AFTER_SIGN_OUT}?state=kept`);
    expect(await isSignedIn(browser)).toBe(false);
    expect(await isActive(given.access_token)).toBe(false);
    const again = await world.token({
      grant_type: 'refresh_token',
      client_id: 'portal',
      refresh_token: given.refresh_token,
    });
    expect(again.body.error).toBe('invalid_grant');
    const page = await browser.authorize(launch(world.fhir, pkce().challenge, PORTAL));
    expect(page.html).toContain('name="password"');
  });

  it('works when the id_token has expired, and when nobody is signed in any more', async () => {
    const { browser, ...given } = await tokens('maria', PORTAL);
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let minutes = 0; minutes < 120; minutes += 20) {
      vi.setSystemTime(Date.now() + 20 * 60_000);
      await browser.authorize(launch(world.fhir, pkce().challenge, PORTAL));
    }
    expect(await isSignedIn(browser)).toBe(true);
    const hint = { id_token_hint: given.id_token };
    expect((await end(browser, hint)).url).toBe(AFTER_SIGN_OUT);
    expect(await isSignedIn(browser)).toBe(false);
    expect((await end(browser, hint)).url).toBe(AFTER_SIGN_OUT);
    expect((await end(world.browser(), { client_id: 'portal' })).url).toBe(AFTER_SIGN_OUT);
  });

  it.each(['another app’s', 'no', 'somebody else’s', 'a forged'])(
    'asks when it comes with %s id_token: no page elsewhere signs anybody out',
    async (which) => {
      const { browser } = await tokens('maria', PORTAL);
      const other = await tokens('nobody', { ...PORTAL, scope: 'openid' });
      const third = await tokens('maria', { scope: 'openid fhirUser launch/patient patient/Patient.rs' });
      const hints: Record<string, Record<string, string>> = {
        'another app’s': { id_token_hint: third.id_token },
        no: { client_id: 'portal' },
        'somebody else’s': { id_token_hint: other.id_token },
        'a forged': { id_token_hint: `${other.id_token.split('.').slice(0, 2).join('.')}.AAAA` },
      };
      const page = await end(browser, hints[which] ?? {});
      expect(page.status).toBe(which === 'a forged' ? 400 : 200);
      if (which !== 'a forged') expect(page.html).toContain('Yes, sign me out');
      expect(await isSignedIn(browser)).toBe(true);
    },
  );

  it('returns to no address that is not the app’s', async () => {
    const { browser, ...given } = await tokens('maria', PORTAL);
    for (const post_logout_redirect_uri of ['https://evil.example/', `${AFTER_SIGN_OUT}x`])
      expect((await end(browser, { id_token_hint: given.id_token, post_logout_redirect_uri })).status).toBe(
        400,
      );
    const nobody = await end(world.browser(), { post_logout_redirect_uri: 'https://evil.example/' });
    expect(nobody.html).toContain('You are signed out');
  });
});

describe('X17 wrong passwords', () => {
  it('are counted by account, whatever name they come with, and however many at once', async () => {
    const names = ['maria', 'maria@example.org', 'MARIA', ' Maria ', 'Maria@EXAMPLE.org'];
    const tries = Array.from({ length: 40 }, (_, i) => names[i % names.length] ?? '');
    const statuses = await Promise.all(
      tries.map(async (login) => {
        const browser = world.browser();
        const page = await browser.get('/account');
        return (await browser.signIn(page, login, 'Wrong-Password-1')).status;
      }),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    // The owner's right password is held up as well, from a browser that is not known, until the clinic or the clock says otherwise.
    const browser = world.browser();
    expect((await browser.signIn(await browser.get('/account'), 'maria')).status).toBe(429);
    await admin.unlockAccount(context(), 'maria');
    const again = world.browser();
    expect((await again.signIn(await again.get('/account'), 'maria@example.org')).status).toBe(200);
  });

  it('a flood of reset links is counted the same way', async () => {
    const sent = () =>
      mailbox.mails.filter(({ to, subject }) => to === 'nobody@example.org' && /password/.test(subject))
        .length;
    for (let i = 0; i < 8; i++)
      await world
        .browser()
        .post('/forgot-password', { login: ['nobody', 'nobody@example.org', 'NOBODY'][i % 3] ?? '' });
    await vi.waitFor(() => expect(sent()).toBe(5), { timeout: 15_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent()).toBe(5);
  });
});

describe('X18 an app that registers itself', () => {
  const register = (members: object) =>
    fetch(`${world.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Growth Chart',
        redirect_uris: ['https://app.example/cb'],
        token_endpoint_auth_method: 'none',
        ...members,
      }),
    });

  it.each([
    'your health portal',
    'Wellspring Clinic',
    'Wеllspring Сlinic',
    'your heaIth portaI',
    '\u3164',
    '\u2800',
  ])('is not called %j, now or by a change', async (client_name) => {
    const refused = await register({ client_name });
    expect(refused.status).toBe(400);
    expect((await refused.json()) as object).toMatchObject({ error: 'invalid_client_metadata' });
    const made = (await (await register({})).json()) as Record<string, string>;
    const changed = await fetch(String(made.registration_client_uri), {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${made.registration_access_token}`,
      },
      body: JSON.stringify({ ...made, client_name }),
    });
    expect(changed.status).toBe(400);
  });

  it('is shown as what was compared', async () => {
    const made = (await (await register({ client_name: ' Ｇrowth   Chart ' })).json()) as Record<
      string,
      string
    >;
    expect(made.client_name).toBe('Growth Chart');
  });
});

/** As a browser sends it whose name server was made to say that this machine is another site's. */
function raw(
  path: string,
  host: string | undefined,
  method = 'GET',
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const { hostname, port } = new URL(world.issuer);
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path, method, setHost: false, headers: host === undefined ? {} : { Host: host } },
      (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

describe('X14 what is told without asking who wants it', () => {
  const PATHS = [
    '/healthz',
    '/developers',
    '/developers/',
    '/developers/outbox',
    '/DEVELOPERS/outbox',
    '/developers/nothing',
  ];
  it.each(PATHS)(
    '%s is told to whoever means this server, and to no site that pretends to be it',
    async (path) => {
      const { host, port } = new URL(world.issuer);
      for (const good of [host, `localhost:${port}`, 'LOCALHOST', `[::1]:${port}`])
        expect((await raw(path, good)).status).not.toBe(421);
      for (const bad of [
        'evil.example',
        `evil.example:${port}`,
        `localhost.evil.example:${port}`,
        '10.1.2.3',
        'localhost@evil.example',
        '',
      ])
        expect((await raw(path, bad)).status).toBe(421);
    },
  );
});

describe('X19 headers', () => {
  it.each([
    ['an error page of the library', '/oauth2/authorize'],
    ['its error with an unknown app', '/oauth2/authorize?client_id=nobody&response_type=code'],
    ['the token endpoint', '/oauth2/token', 'POST'],
    ['its 404', '/oauth2/nothing'],
    ['the sign-out', '/oauth2/session/end'],
    ['the keys', '/oauth2/jwks'],
    ['the discovery', '/oauth2/.well-known/openid-configuration'],
    ['a redirect', '/account'],
    ['a 404', '/nothing'],
    ['a step that is over', '/oauth2/interaction/none'],
    ['health', '/healthz'],
    ['the health of another site', '/healthz', 'GET', 'evil.example'],
    ['the style', '/style.css'],
    ['the brands', '/brands'],
    ['a method that is none here', '/account', 'TRACE'],
    ['a preflight', '/oauth2/token', 'OPTIONS'],
    ['an address that can not be read', '/%E0%A4%A'],
    ['a launch without a token', '/oauth2/launch', 'POST'],
    ['a registration without a body', '/oauth2/register', 'POST'],
  ])('are on %s', async (_, path, method = 'GET', host = new URL(world.issuer).host) => {
    const { headers } = await raw(path, host, method);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toMatch(/^(no-referrer|same-origin)$/);
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
