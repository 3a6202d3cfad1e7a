/** From an app's request to its answer: what is asked of the person, what is refused, and how a sign-in ends. */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, pass, STRONG } from '../../test/kit.ts';
import {
  ADDRESSES,
  APP,
  codeOf,
  errorOf,
  INSIDE,
  openProvider,
  type ProviderKit,
} from '../../test/provider-kit.ts';
import { type Browser, CALLBACK, type PageAnswer, pkce } from '../../test/world.ts';
import { issueFreshSignIn } from '../accounts/fresh-sign-in.ts';
import { listSessions } from '../accounts/sessions.ts';
import { listLaunchContexts } from '../launch/launch-context.ts';
import { createLimit } from '../limits.ts';
import { postedAuthorizations } from './posted-authorization.ts';

let kit: ProviderKit;
beforeEach(async () => {
  kit = await openProvider();
});
afterEach(() => kit.close());

const SCOPE = 'openid fhirUser launch/patient patient/Observation.rs';
const AFTER = 'http://127.0.0.1:9/';
const { challenge } = pkce();
const authorize = (members: Record<string, string | undefined> = {}, browser: Browser = kit.browser()) =>
  browser.authorize(kit.asked(challenge, { scope: SCOPE, ...members }));
const asksToSignIn = ({ html }: PageAnswer): boolean => html.includes('/login"');

describe('whoever is signed in', () => {
  it('stays so where the answer to a launch is lost, and in two tabs that launch at once', async () => {
    const { browser } = await kit.launched();
    const before = new Map(browser.cookies);
    expect(asksToSignIn(await authorize({}, browser))).toBe(false);
    // The page was left before the answer came: what it would have set is not there.
    for (const [name, value] of before) browser.cookies.set(name, value);
    const tabs = await Promise.all([authorize({}, browser), authorize({}, browser), authorize({}, browser)]);
    expect(tabs.map(asksToSignIn)).toEqual([false, false, false]);
    expect(asksToSignIn(await authorize({}, browser))).toBe(false);
  });

  it('has another cookie where they sign in again', async () => {
    const { browser } = await kit.launched();
    const sessions = () => [...browser.cookies].filter(([name]) => name.endsWith('session'));
    const before = sessions();
    const page = await authorize({ prompt: 'login' }, browser);
    await browser.signIn(page, 'kim', STRONG);
    expect(sessions()).not.toEqual(before);
  });
});

describe('where nothing is to be asked', () => {
  /** What the one request is answered: where it leads to. */
  const leadsTo = async (
    members: Record<string, string>,
    { cookies }: Browser,
    method = 'GET',
  ): Promise<string> => {
    const asked = kit.asked(challenge, { client_id: 'portal', scope: SCOPE, ...members });
    const query = new URLSearchParams(asked as Record<string, string>);
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(`${kit.issuer}/authorize?${query}`, {
      method,
      redirect: 'manual',
      headers: { cookie },
    });
    return answer.headers.get('location') ?? '';
  };
  const leadsOn = async (browser: Browser) => {
    const { verifier, challenge: code_challenge } = pkce();
    const url = new URL(await leadsTo({ code_challenge }, browser));
    return { code: url.searchParams.get('code') ?? '', verifier, clientId: 'portal' };
  };
  const grants = async (username: string) => listLaunchContexts(kit.storage, `id-${username}`);
  const CODE = /[?&]code=[^&]+/;
  const STEP = /\/oauth2\/interaction\//;

  it('the app has its code by the first answer, of a launch of its own, for what was allowed', async () => {
    const { browser, verifier } = await kit.launched({ client_id: 'portal', scope: SCOPE });
    const before = await grants('kim');
    const url = await leadsTo({ state: 'mine' }, browser);
    expect(url).toMatch(CODE);
    expect(new URL(url).searchParams.get('state')).toBe('mine');
    const [made] = (await grants('kim')).filter(
      ({ grantId }) => !before.some((each) => each.grantId === grantId),
    );
    const [first] = before;
    expect(made).toMatchObject({ patient: 'kim', fhirUser: 'Patient/kim', scope: SCOPE, trusted: true });
    expect(made?.sessionUid).toBe(first?.sessionUid);
    // The code is this launch's, and its verifier's.
    const own = pkce();
    const code = new URL(await leadsTo({ code_challenge: own.challenge }, browser)).searchParams.get('code');
    const launch = { code: code ?? '', verifier: own.verifier, clientId: 'portal' };
    expect((await kit.exchange({ ...launch, verifier })).status).toBe(400);
    const { body } = await kit.exchange(await leadsOn(browser));
    expect(body).toMatchObject({ patient: 'kim', scope: SCOPE });
  });

  it('who stands no more, or of whom it can not be said now, is left to the step that says so', async () => {
    await kit.person('dad', ['RelatedPerson/mum-one']);
    const portal = { client_id: 'portal', scope: SCOPE };
    const { browser } = await kit.launched(portal, kit.browser(), 'dad');
    expect(await leadsTo({}, browser)).toMatch(CODE);
    const before = (await grants('dad')).length;
    kit.fhir.isAway = true;
    expect(await leadsTo({}, browser)).toMatch(STEP);
    kit.fhir.isAway = false;
    Object.assign(kit.resources.find(({ id }) => id === 'mum-one') ?? {}, { active: false });
    expect(await leadsTo({}, browser)).toMatch(STEP);
    expect(await grants('dad')).toHaveLength(before);
  });

  it('of several records the one that the app had open is, and no other', async () => {
    await kit.person('mum', ['RelatedPerson/mum-one', 'RelatedPerson/mum-two']);
    const browser = kit.browser();
    const page = await browser.signIn(await authorize({ client_id: 'portal' }, browser), 'mum', STRONG);
    const consent = await browser.submit(page, 'patient', { patient: 'two' });
    await browser.submit(consent, 'consent', [['group', 'Observation']]);
    expect((await leadsTo({ patient_hint: 'two' }, browser)).match(CODE)).not.toBeNull();
    const before = (await grants('mum')).length;
    for (const members of [{}, { patient_hint: 'one' }, { patient_hint: 'kim' }])
      expect(await leadsTo(members as Record<string, string>, browser), JSON.stringify(members)).toMatch(
        STEP,
      );
    expect(await grants('mum')).toHaveLength(before);
  });

  it('what was allowed before is still where the app asked for less meanwhile, and each launch has what it asks for', async () => {
    const portal = { client_id: 'portal', scope: `${SCOPE} patient/Condition.rs` };
    const { browser } = await kit.launched(portal);
    expect(await leadsTo({}, browser)).toMatch(CODE);
    const less = await kit.exchange(await leadsOn(browser));
    expect(less.body.scope).toBe(SCOPE);
    expect(await leadsTo({ scope: 'openid launch/patient patient/Observation.s' }, browser)).toMatch(CODE);
    expect(await leadsTo(portal, browser)).toMatch(CODE);
    expect(await leadsTo({ scope: `${SCOPE} patient/Goal.rs` }, browser)).toMatch(STEP);
  });

  it('no launch is made before somebody is known to have signed in, as recently and as whom the app wants', async () => {
    const { browser } = await kit.launched({ client_id: 'portal', scope: SCOPE });
    const before = (await grants('kim')).length;
    pass(MINUTE);
    for (const members of [{ prompt: 'login' }, { max_age: '30' }, { prompt: 'consent' }])
      expect(await leadsTo(members as Record<string, string>, browser), JSON.stringify(members)).toMatch(
        STEP,
      );
    expect(await leadsTo({ client_id: 'for-staff', scope: 'openid' }, browser)).toMatch(STEP);
    expect(await leadsTo({ scope: `${SCOPE} patient/Condition.rs` }, browser)).toMatch(STEP);
    expect(await leadsTo({}, kit.browser())).toMatch(STEP);
    expect(await grants('kim')).toHaveLength(before);
  });

  it('HEAD makes no launch', async () => {
    const { browser } = await kit.launched({ client_id: 'portal', scope: SCOPE });
    const before = (await grants('kim')).length;
    expect(await leadsTo({}, browser, 'HEAD')).not.toMatch(CODE);
    expect(await grants('kim')).toHaveLength(before);
  });

  it.each(['on-device', 'by-number', 'by-name', 'by-long-number', APP] as const)(
    'an app that is not the clinic’s own, at an address that anybody could have, asks each time: %s',
    async (client_id) => {
      const app = { client_id, redirect_uri: client_id === APP ? CALLBACK : ADDRESSES[client_id] };
      const { browser } = await kit.launched({ ...app, scope: SCOPE });
      const before = (await grants('kim')).length;
      expect(before).toBe(1);
      expect(await leadsTo(app, browser)).toMatch(STEP);
      expect(await leadsTo({ ...app, prompt: 'none' }, browser)).toContain('error=consent_required');
      expect(await grants('kim')).toHaveLength(before);
    },
  );

  const { approved, ...unseen } = INSIDE;
  it.each(Object.entries(unseen))(
    'an app that nobody has looked at, inside a house where another may have its address, asks each time: %s',
    async (client_id, redirect_uri) => {
      const { browser } = await kit.launched({ client_id, redirect_uri, scope: SCOPE });
      expect(await leadsTo({ client_id, redirect_uri }, browser)).toMatch(STEP);
      const unasked = { client_id, redirect_uri, prompt: 'none' };
      expect(await leadsTo(unasked, browser)).toContain('error=consent_required');
    },
  );

  it('an app inside that an administrator approved asks once', async () => {
    const app = { client_id: 'approved', redirect_uri: approved };
    const { browser } = await kit.launched({ ...app, scope: SCOPE });
    expect(await leadsTo(app, browser)).toMatch(CODE);
  });

  it('an app of another maker, at an address of its own, asks once', async () => {
    const app = { client_id: 'far', redirect_uri: ADDRESSES.far };
    const { browser } = await kit.launched({ ...app, scope: SCOPE });
    expect(await leadsTo(app, browser)).toMatch(CODE);
  });
});

describe('a request', () => {
  it('names this clinic’s FHIR server, by `aud` or by `resource`', async () => {
    const fhir = kit.config.FHIR_BASE_URL;
    for (const members of [{ aud: fhir }, { aud: `${fhir}/` }, { aud: undefined, resource: fhir }])
      expect(asksToSignIn(await authorize(members)), JSON.stringify(members)).toBe(true);
    for (const aud of [undefined, '', `${fhir}x`, `${fhir}//`, 'https://other.example/fhir'])
      expect(errorOf(await authorize({ aud })), aud).toMatch(/invalid_(request|target)/);
  });

  it('has PKCE, a code for its answer, and an address that is registered', async () => {
    expect(errorOf(await authorize({ code_challenge: undefined, code_challenge_method: undefined }))).toBe(
      'invalid_request',
    );
    expect(errorOf(await authorize({ code_challenge_method: 'plain' }))).toBe('invalid_request');
    expect((await authorize({ response_type: 'token' })).url).toContain('#error=unsupported_response_type');
    const wrong = await authorize({ redirect_uri: 'https://evil.example/' });
    expect([errorOf(wrong), wrong.headers.get('content-type')]).toEqual([
      'invalid_redirect_uri',
      expect.stringContaining('text/html'),
    ]);
    expect(wrong.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('may say whose record it had open, by an id and nothing else', async () => {
    for (const hint of ['kim', 'a-1.B', 'x'.repeat(64)])
      expect(asksToSignIn(await authorize({ patient_hint: hint })), hint).toBe(true);
    for (const hint of ['a/b', 'a b', 'x'.repeat(65), '../x', ''])
      expect(errorOf(await authorize({ patient_hint: hint })), hint).toMatch(hint ? 'invalid_request' : '');
  });

  it('has one scope, whose words stand apart by any white space', async () => {
    const asked = kit.asked(challenge, { scope: SCOPE }) as Record<string, string>;
    const ask = (more: string) =>
      kit.browser().open(`${kit.issuer}/authorize?${new URLSearchParams(asked)}${more}`);
    expect(asksToSignIn(await ask(''))).toBe(true);
    expect(errorOf(await ask(`&${new URLSearchParams({ scope: SCOPE })}`))).toBe('invalid_request');
    const spread = ` ${SCOPE.replaceAll(' ', ' \n ')} `;
    const { body } = await kit.exchange(await kit.launched({ scope: spread }));
    expect(body.scope.split(' ').sort()).toEqual(SCOPE.split(' ').sort());
  });

  it('names no launch that was not asked for this app', async () => {
    expect(errorOf(await authorize({ launch: 'made-up', scope: `launch ${SCOPE}` }))).toBe('invalid_request');
  });

  it('may be a form, however long, which is kept for a minute', async () => {
    const form = kit.asked(challenge, { scope: `${SCOPE}   patient/Patient.rs` });
    const post = () =>
      fetch(`${kit.issuer}/authorize`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(form as Record<string, string>),
      });
    const { status, headers } = await post();
    expect([status, headers.get('cache-control')]).toEqual([303, 'no-store']);
    const location = headers.get('location') ?? '';
    expect(location).toMatch(/^\/oauth2\/authorize\?_post=[\w-]{43}$/);
    expect(JSON.stringify(await kit.storage.listArtifacts('PostedAuthorization'))).not.toContain(
      location.split('=')[1],
    );
    const at = new URL(location, kit.issuer).href;
    expect(asksToSignIn(await kit.browser().open(at))).toBe(true);
    expect(errorOf(await kit.browser().open(`${at}x`))).toBe('invalid_request');
    pass(MINUTE + 1000);
    expect(errorOf(await kit.browser().open(at))).toBe('invalid_request');
    const empty = await fetch(`${kit.issuer}/authorize`, { method: 'POST', redirect: 'manual' });
    const nothing = new URL(empty.headers.get('location') ?? '', kit.issuer).href;
    expect(errorOf(await kit.browser().open(nothing))).toBe('invalid_request');
  });

  it('that is a form is kept of each address so often, and refused to nobody else for it', async () => {
    const limit = createLimit(kit.storage, kit.now, { name: 'posted', max: 2, windowMs: MINUTE });
    const app = express().set('trust proxy', 1);
    app.use('/authorize', postedAuthorizations(kit.storage, limit, kit.now));
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const post = async (address: string) => {
      const headers = { 'x-forwarded-for': address };
      const form = {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams({ a: 'b' }),
      } as const;
      return (await fetch(`http://127.0.0.1:${port}/authorize`, form)).status;
    };
    const of = async (...addresses: string[]) => {
      const statuses: number[] = [];
      for (const address of addresses) statuses.push(await post(address));
      return statuses;
    };
    expect(await of('10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2')).toEqual([303, 303, 429, 303]);
    expect(await kit.storage.listArtifacts('PostedAuthorization')).toHaveLength(3);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is answered under the configured address, whatever a caller says of it', async () => {
    const response = await fetch(`${kit.issuer}/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', host: 'evil.example' },
    });
    const told = (await response.json()) as Record<string, unknown>;
    expect(told).toMatchObject({
      issuer: kit.issuer,
      authorization_endpoint: `${kit.issuer}/authorize`,
      token_endpoint: `${kit.issuer}/token`,
      introspection_endpoint: `${kit.issuer}/introspect`,
      revocation_endpoint: `${kit.issuer}/revoke`,
      registration_endpoint: `${kit.issuer}/register`,
      end_session_endpoint: `${kit.issuer}/session/end`,
      jwks_uri: `${kit.issuer}/jwks`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: expect.arrayContaining(['none', 'private_key_jwt']),
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384', 'RS256', 'ES256'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: expect.arrayContaining(['openid', 'offline_access', 'online_access']),
      claims_supported: expect.arrayContaining(['sub', 'fhirUser', 'name']),
    });
    for (const absent of [
      'userinfo_endpoint',
      'pushed_authorization_request_endpoint',
      'dpop_signing_alg_values_supported',
    ])
      expect(told).not.toHaveProperty(absent);
  });
});

describe('a person', () => {
  it('signs in, once for all apps, and is asked about each of those that are not the clinic’s', async () => {
    const { browser, page } = await kit.launched({ scope: SCOPE });
    expect(codeOf(page)).not.toBe('');
    const again = await authorize({}, browser);
    expect(asksToSignIn(again)).toBe(false);
    expect(again.html).toContain('/consent"');
    // The clinic's own are asked about once.
    await kit.launched({ client_id: 'portal', scope: SCOPE }, browser);
    expect(codeOf(await authorize({ client_id: 'portal' }, browser))).not.toBe('');
    expect(await listSessions(kit.storage, 'id-kim')).toHaveLength(1);
    // For as long as somebody is there, and no longer.
    pass(29 * MINUTE);
    expect(asksToSignIn(await authorize({}, browser))).toBe(false);
    pass(31 * MINUTE);
    expect(asksToSignIn(await authorize({}, browser))).toBe(true);
  });

  it('signs in anew before an app may stay for good, when their sign-in is older than a quarter of an hour', async () => {
    const { browser } = await kit.launched({ scope: SCOPE });
    const offline = { scope: `${SCOPE} offline_access` };
    expect(asksToSignIn(await authorize(offline, browser))).toBe(false);
    pass(14 * MINUTE);
    expect(asksToSignIn(await authorize(offline, browser))).toBe(false);
    pass(2 * MINUTE);
    expect(asksToSignIn(await authorize(offline, browser))).toBe(true);
    expect(asksToSignIn(await authorize({}, browser))).toBe(false);
    expect(asksToSignIn(await authorize({ ...offline, client_id: 'portal' }, browser))).toBe(false);
    const end = await kit.launched(offline, browser);
    const { body } = await kit.exchange(end);
    expect(body.refresh_token).toEqual(expect.any(String));
  });

  it('is asked whose record where an app wants one, and there is a choice', async () => {
    await kit.person('mum', ['RelatedPerson/mum-one', 'RelatedPerson/mum-two']);
    const browser = kit.browser();
    const page = await browser.signIn(await authorize({}, browser), 'mum', STRONG);
    expect(page.html).toContain('value="two"');
    for (const scope of ['launch/patient', 'launch/encounter patient/Patient.rs', 'patient/Observation.rs'])
      expect((await authorize({ scope }, browser)).html, scope).toContain('value="two"');
    for (const scope of ['openid fhirUser', 'user/Observation.rs', 'openid'])
      expect((await authorize({ scope }, browser)).html, scope).toContain('/consent"');
    const consent = await browser.submit(await authorize({}, browser), 'patient', { patient: 'two' });
    expect(consent.html).toContain('/consent"');
  });

  it('is led to their own app from one that is not for them', async () => {
    const browser = kit.browser();
    const page = await browser.signIn(await authorize({ client_id: 'for-staff' }, browser), 'kim', STRONG);
    expect(page.status).toBe(403);
    expect(page.html).toContain(`${kit.issuer}/session/end?client_id=for-staff`);
    await kit.person('doc', ['Practitioner/doc'], 'practitioner');
    const other = kit.browser();
    const staff = await authorize({ client_id: 'for-staff', scope: 'openid user/Patient.rs' }, other);
    const end = await other.signIn(staff, 'doc', STRONG);
    expect(end.html).toContain('/consent"');
  });

  it('is asked nothing where the app says so: it is told what is missing', async () => {
    const none = { prompt: 'none' };
    const kim = (await kit.launched({ client_id: 'portal', scope: SCOPE })).browser;
    const told = async (members: object, browser: Browser) =>
      errorOf(await authorize({ client_id: 'portal', ...none, ...members }, browser));
    expect(await told({}, kit.browser())).toBe('login_required');
    // Of what was allowed before nothing is missing.
    const allowed = { client_id: 'portal', scope: 'openid launch/patient patient/Observation.rs' };
    expect(codeOf(await authorize({ ...allowed, ...none }, kim))).not.toBe('');
    expect(await told({ scope: 'openid patient/Condition.rs' }, kim)).toBe('consent_required');
    await kit.person('mum', ['RelatedPerson/mum-one', 'RelatedPerson/mum-two']);
    const mum = kit.browser();
    await mum.signIn(await authorize({}, mum), 'mum', STRONG);
    expect(await told({}, mum)).toBe('interaction_required');
    expect(await told({ scope: 'openid launch/encounter' }, kim)).toBe('interaction_required');
    expect(await told({ client_id: 'for-staff', scope: 'openid' }, kim)).toBe('access_denied');
    // What only the server asks can not be asked for.
    for (const prompt of ['other_app', 'select_patient'])
      expect(errorOf(await authorize({ client_id: 'portal', prompt }, kim)), prompt).toBe('invalid_request');
  });

  it('is asked again where the app says so, whatever else it says, and not for lasting access alone', async () => {
    // What is remembered is of apps at an address that is theirs alone.
    const redirect_uri = 'https://steps.example/callback';
    await kit.store({ client_id: 'steps', redirect_uris: [redirect_uri] });
    const offline = { client_id: 'steps', redirect_uri, scope: `${SCOPE} offline_access` };
    const { browser } = await kit.launched(offline);
    const asks = async (members: object) =>
      (await authorize({ ...offline, ...members }, browser)).html.includes('/consent"');
    expect(await asks({})).toBe(false);
    expect(await asks({ prompt: 'consent' })).toBe(true);
    expect(await asks({ prompt: 'consent', may_remember: '1' })).toBe(true);
    const none = await authorize({ ...offline, prompt: 'none' }, kit.browser());
    expect(errorOf(none)).toBe('login_required');
  });

  it('is in the list of their sign-ins from the first moment, and when they were last there', async () => {
    const begin = kit.now();
    const { browser } = await kit.launched({ client_id: 'portal', scope: SCOPE });
    const sessions = () => listSessions(kit.storage, 'id-kim');
    expect(await sessions()).toMatchObject([{ lastSeen: expect.closeTo(begin, -5) }]);
    pass(5 * MINUTE);
    await authorize({ client_id: 'portal' }, browser);
    expect(await sessions()).toMatchObject([{ lastSeen: expect.closeTo(kit.now(), -4) }]);
  });

  it('is asked to sign in where their account was disabled, and their session is there still', async () => {
    const { browser } = await kit.launched({ client_id: 'portal', scope: SCOPE });
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, disabled: true }));
    const page = await authorize({ client_id: 'portal' }, browser);
    expect([page.status, asksToSignIn(page)]).toEqual([200, true]);
    expect(errorOf(await authorize({ client_id: 'portal', prompt: 'none' }, browser))).toBe('login_required');
    const account = await browser.open(`${new URL(kit.issuer).origin}/account`);
    expect([account.status, asksToSignIn(account)]).toEqual([200, true]);
  });

  it('is given nothing by a step that was under way when their account was disabled, and the app is told', async () => {
    await kit.person('mum', ['RelatedPerson/mum-one', 'RelatedPerson/mum-two']);
    const steps: [username: string, form: string, given: [string, string][]][] = [
      ['kim', 'consent', [['group', 'Observation']]],
      ['mum', 'patient', [['patient', 'two']]],
    ];
    for (const [username, form, given] of steps) {
      const browser = kit.browser();
      const step = await browser.signIn(await authorize({}, browser), username, STRONG);
      await kit.storage.updateAccount(`id-${username}`, (each) => ({ ...each, disabled: true }));
      const shown = await browser.open(step.url);
      expect(errorOf(shown), form).toBe('access_denied');
      await kit.storage.updateAccount(`id-${username}`, (each) => ({ ...each, disabled: false }));
      const again = await authorize({}, browser);
      await kit.storage.updateAccount(`id-${username}`, (each) => ({ ...each, disabled: true }));
      expect(errorOf(await browser.submit(again, form, given)), form).toBe('access_denied');
      expect(await listLaunchContexts(kit.storage, `id-${username}`)).toEqual([]);
    }
  });

  it('can say no', async () => {
    const browser = kit.browser();
    const consent = await browser.signIn(await authorize({}, browser), 'kim', STRONG);
    expect(errorOf(await browser.submit(consent, 'abort', {}))).toBe('access_denied');
  });
});

describe('signing out', () => {
  const end = (browser: Browser, members: Record<string, string>) =>
    browser.open(`${kit.issuer}/session/end?${new URLSearchParams(members)}`);
  const events = async () =>
    (await kit.storage.listAudit({ limit: 50 })).filter(({ event }) => event === 'signed out');

  it('by one of the clinic’s own apps is done at once, and ends what was launched in it', async () => {
    const given = await kit.launched({ client_id: 'portal', scope: `${SCOPE} online_access` });
    const { body } = await kit.exchange(given);
    const { browser } = given;
    expect([...browser.cookies.keys()]).toContain('wellspring_session');
    const page = await end(browser, {
      id_token_hint: body.id_token,
      post_logout_redirect_uri: AFTER,
      state: 'x',
    });
    expect(page.url).toBe(`${AFTER}?state=x`);
    expect(await kit.introspect(body.access_token)).toEqual({ active: false });
    expect((await kit.refresh(body.refresh_token, { client_id: 'portal' })).body.error).toBe('invalid_grant');
    expect(await listSessions(kit.storage, 'id-kim')).toEqual([]);
    expect(await kit.storage.listArtifacts('SignedIn', 'id-kim')).toEqual([]);
    expect(await events()).toMatchObject([{ accountId: 'id-kim' }]);
    expect([...browser.cookies.keys()]).not.toContain('wellspring_session');
    expect(asksToSignIn(await authorize({}, browser))).toBe(true);
  });

  it.each(['before they signed in', 'while they were signed in'])(
    'X21: leaves no ticket in the browser that was given %s',
    async (when) => {
      const browser = kit.browser();
      const give = async () =>
        void browser.cookies.set(
          'wellspring_fresh_sign_in',
          await issueFreshSignIn(kit.storage, 'id-kim', kit.now()),
        );
      const waiting = await authorize({ client_id: 'portal' }, browser);
      if (when === 'before they signed in') await give();
      await browser.signIn(waiting, 'kim', STRONG);
      expect(asksToSignIn(await authorize({ client_id: 'portal' }, browser))).toBe(false);
      expect(browser.cookies.has('wellspring_fresh_sign_in')).toBe(false);
      if (when === 'while they were signed in') await give();
      const asked = await end(browser, {});
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.html)?.[1] ?? '';
      await browser.post('/oauth2/session/end/confirm', { xsrf, logout: 'yes' });
      expect(asksToSignIn(await authorize({ client_id: 'portal' }, browser))).toBe(true);
    },
  );

  it('is asked of the person where anybody else wants it, and done when they say so', async () => {
    const { browser, ...given } = await kit.launched({ scope: `${SCOPE} online_access` });
    const { body } = await kit.exchange(given);
    const asked = [
      await end(browser, { id_token_hint: body.id_token }),
      await end(browser, { client_id: 'portal', post_logout_redirect_uri: AFTER }),
      await end(browser, {}),
    ];
    for (const page of asked) {
      expect(page.html).toContain('name="xsrf"');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect(await events()).toEqual([]);
    expect((await kit.introspect(body.access_token)).active).toBe(true);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked[2]?.html ?? '')?.[1] ?? '';
    const left = await browser.post('/oauth2/session/end/confirm', { xsrf, logout: 'yes' });
    expect(left.status).toBe(200);
    expect(await events()).toMatchObject([{ accountId: 'id-kim' }]);
    expect(await kit.introspect(body.access_token)).toEqual({ active: false });
  });

  it('is asked once more where the question stood in two tabs and the older one is answered', async () => {
    const { browser } = await kit.launched({ scope: SCOPE });
    const questions = [await end(browser, {}), await end(browser, {})];
    const [older, newer] = questions.map(({ html }) => /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '');
    const say = (xsrf = '') =>
      browser.open(`${kit.issuer}/session/end/confirm`, {
        method: 'POST',
        body: new URLSearchParams({ xsrf, logout: 'yes' }),
        headers: { accept: 'text/html', origin: new URL(kit.issuer).origin },
      });
    const answers = [await say(older), await say(newer), await say(older)];
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 400]);
    for (const { html } of [answers[0], answers[2]].filter((each) => each !== undefined)) {
      expect(html).not.toContain('That did not work');
      expect(html).toContain('/oauth2/session/end">Sign out</a>');
    }
    expect(await events()).toHaveLength(1);
  });

  it('of somebody else than who is signed in, by an old hint, is asked too', async () => {
    const old = await kit.exchange(await kit.launched({ client_id: 'portal', scope: SCOPE }));
    await kit.person('lee', ['Patient/kim']);
    const { browser } = await kit.launched({ client_id: 'portal', scope: SCOPE }, kit.browser(), 'lee');
    const page = await end(browser, { id_token_hint: old.body.id_token, post_logout_redirect_uri: AFTER });
    expect(page.html).toContain('name="xsrf"');
  });

  it('of nobody leads on at once', async () => {
    const members = { client_id: 'portal', post_logout_redirect_uri: AFTER };
    expect((await end(kit.browser(), members)).url).toBe(AFTER);
    expect((await end(kit.browser(), { ...members, state: 's' })).url).toBe(`${AFTER}?state=s`);
    const alone = await end(kit.browser(), {});
    expect([alone.status, new URL(alone.url).pathname]).toEqual([200, '/oauth2/session/end/success']);
    const elsewhere = await end(kit.browser(), {
      ...members,
      post_logout_redirect_uri: 'https://evil.example/',
    });
    expect([elsewhere.status, elsewhere.html]).toEqual([400, expect.stringContaining('invalid_request')]);
    expect(await events()).toEqual([]);
  });
});

describe('an app that registers itself', () => {
  const register = async (members: object = {}) => {
    const response = await fetch(`${kit.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Steps',
        redirect_uris: ['https://steps.example/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        scope: 'launch/patient patient/Observation.rs',
        ...members,
      }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('is told its id, its secret once, and what it may ask for; and nothing that this server keeps for itself', async () => {
    const { status, body } = await register({ launch_url: 'https://steps.example/launch' });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^[\da-f-]{36}$/),
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      client_name: 'Steps',
      scope: expect.stringContaining('patient/Observation.rs'),
      registration_status: 'unreviewed',
      launch_url: 'https://steps.example/launch',
    });
    for (const own of ['smart_scope', 'trusted', 'introspect', 'may_launch', 'status', 'meant_for'])
      expect(body).not.toHaveProperty(own);
    const read = async (token: unknown) => {
      const response = await fetch(String(body.registration_client_uri), {
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const again = await read(body.registration_access_token);
    expect(again.body).toMatchObject({ client_id: body.client_id, scope: body.scope });
    for (const own of ['client_secret', 'smart_scope', 'status']) expect(again.body).not.toHaveProperty(own);
    expect((await read('made-up')).status).toBe(401);
    const { client_id, registration_access_token } = again.body;
    const changed = await fetch(String(body.registration_client_uri), {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${registration_access_token ?? body.registration_access_token}`,
      },
      body: JSON.stringify({
        client_id,
        client_secret: body.client_secret,
        client_name: 'More steps',
        redirect_uris: ['https://steps.example/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        scope: 'launch/patient patient/Observation.rs',
      }),
    });
    const told = (await changed.json()) as Record<string, unknown>;
    expect(told).toMatchObject({
      client_name: 'More steps',
      scope: body.scope,
      registration_status: 'unreviewed',
    });
    for (const own of ['smart_scope', 'status', 'trusted']) expect(told).not.toHaveProperty(own);
  });

  it('is told what is wrong with its request', async () => {
    const { status, body } = await register({ redirect_uris: ['http://evil.example/'] });
    expect([status, body.error]).toEqual([400, 'invalid_redirect_uri']);
    expect(body).not.toHaveProperty('scope');
  });
});
