/** Family access over HTTP: somebody is invited by mail, opens the record within limits, and is out within a minute; and what is tried against it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { digest } from '../src/crypto/secrets.ts';
import { linkIn, type Mailbox, openMailbox } from './mailbox.ts';
import {
  type Browser,
  CALLBACK,
  launch,
  openWorld,
  PASSWORD,
  type PageAnswer,
  pkce,
  type TokenBody,
  type World,
} from './world.ts';

let world: World;
let mailbox: Mailbox;
let maria: Browser;
const STRONG = 'Violet-Harbour-47';
const ALL_SCOPES =
  'openid fhirUser launch/patient offline_access patient/Patient.rus patient/Appointment.crus patient/Communication.crus patient/Observation.rs patient/Condition.rs patient/Organization.rs';

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ env: { ...mailbox.env, TRUST_PROXY_HOPS: '1' } });
  maria = await signedIn('maria');
});
afterAll(async () => {
  vi.useRealTimers();
  await world?.close();
  await mailbox?.close();
});

async function signedIn(login: string, password = PASSWORD): Promise<Browser> {
  const browser = world.browser();
  await browser.signInToAccount(login, password);
  return browser;
}

const inYears = (years: number): string =>
  `${new Date().getUTCFullYear() + years}${new Date().toISOString().slice(4, 10)}`.replace(
    '-02-29',
    '-02-28',
  );

const invitation = (email: string, more: Record<string, string> = {}): Record<string, string> => ({
  given: 'Leo',
  family: 'Quist',
  email,
  relation: 'spouse',
  kind: 'visits',
  until: inYears(1),
  current: PASSWORD,
  ...more,
});

/** The secret that went to the address. */
async function invite(email: string, more: Record<string, string> = {}, by = maria): Promise<string> {
  const page = await by.post('/account/family/invite', invitation(email, more));
  expect(page.url).toContain('done=invited');
  return secretIn((await mailbox.mailTo(email)).text);
}

const secretIn = (text: string): string => new URL(linkIn(text)).searchParams.get('token') ?? '';
const open = (browser: Browser, token: string, how = 'sign-in'): Promise<PageAnswer> =>
  browser.post('/invitation', { token, how });
const answer = (browser: Browser, yes = true): Promise<PageAnswer> =>
  browser.post('/account/invitation', { answer: yes ? 'yes' : 'no' });

/** A new account of the invited address, which accepts. */
async function accepted(username: string, more: Record<string, string> = {}): Promise<Browser> {
  const token = await invite(`${username}@example.net`, more);
  const browser = world.browser();
  await open(browser, token, 'sign-up');
  const made = await browser.post('/invitation/sign-up', { username, password: STRONG, terms: 'yes' });
  expect(made.url).toContain('/account/invitation');
  expect((await answer(browser)).url).toContain('done=accepted');
  return browser;
}

const personOf = async (username: string): Promise<string> =>
  (await world.storage.findAccountByLogin(username))?.persons.at(-1) ?? '';
const idOf = async (username: string): Promise<string> => (await personOf(username)).split('/')[1] ?? '';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
  readonly patient: string;
}

/** The record, opened with an app that asks for more than the limits have. */
async function launched(browser: Browser, scope = ALL_SCOPES): Promise<Tokens> {
  const { verifier, challenge } = pkce();
  const page = await browser.authorize(launch(world.fhir, challenge, { scope, client_id: 'portal' }));
  const groups = [...page.html.matchAll(/name="(group|part)" value="([^"]+)"/g)].map(
    ([, name, value]): [string, string] => [name as string, (value as string).replaceAll('&amp;', '&')],
  );
  const done = page.status === 0 ? page : await browser.submit(page, 'consent', groups);
  const code = new URL(done.url).searchParams.get('code') ?? '';
  const { body, status } = await world.token({
    grant_type: 'authorization_code',
    code,
    client_id: 'portal',
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  });
  expect(status, done.url).toBe(200);
  return body as Tokens;
}

const statusOf = async (path: string, token: string): Promise<number> =>
  (await world.ask(path, { token })).status;
const refresh = ({ refresh_token }: Tokens) =>
  world.token({ grant_type: 'refresh_token', refresh_token, client_id: 'portal' });

const stored = async (path: string): Promise<TokenBody> => (await world.ask(path)).json();

const appointment = {
  resourceType: 'Appointment',
  status: 'proposed',
  participant: [{ actor: { reference: 'Patient/maria' }, status: 'accepted' }],
};

describe('a patient', () => {
  it('invites by a mail that says nothing of health, nor who; the page behind its link says a first name', async () => {
    const page = await maria.get('/account/family');
    expect(page.html).toContain('Invite somebody');
    await maria.post('/account/family/invite', invitation('sam@example.net'));
    const mail = await mailbox.mailTo('sam@example.net');
    expect(`${mail.subject} ${mail.text}`).not.toMatch(/health|record|patient|visit|maria|tester|leo|quist/i);
    // The owner of the account is told, in case it was somebody else.
    expect((await mailbox.mailTo('maria@example.org')).text).toContain('Family access');
    const stranger = world.browser();
    const seen = await stranger.get(`/invitation?token=${secretIn(mail.text)}`);
    expect(seen.status).toBe(200);
    expect(seen.html).toContain('maria');
    expect(seen.html).not.toMatch(/Visits|Quist|spouse/);
    expect((await maria.get('/account/family')).html).toContain('sam@example.net');
    const id = /name="invitation" value="([^"]+)"/.exec((await maria.get('/account/family')).html)?.[1] ?? '';
    // Looking at it used nothing up; what is taken back is over.
    expect((await maria.post('/account/family/withdraw', { invitation: id })).url).toContain(
      'invitation-off',
    );
    expect((await stranger.get(`/invitation?token=${secretIn(mail.text)}`)).status).toBe(400);
  });

  it('opens the record within limits to whoever makes an account by the link, and sees when it was used', async () => {
    const leo = await accepted('leo');
    const tokens = await launched(leo);
    expect(tokens.patient).toBe('maria');
    // What is not open to them, the app is not offered either.
    expect(tokens.scope).toContain('patient/Appointment.crus');
    expect(tokens.scope).toContain('patient/Patient.rs');
    expect(tokens.scope).toContain('patient/Organization.rs');
    expect(tokens.scope).not.toMatch(/Observation|Condition|Communication|Patient\.\w*u/);
    const { access_token: token } = tokens;
    expect(await statusOf('Patient/maria', token)).toBe(200);
    expect((await world.ask('Appointment', { token, body: appointment })).status).toBe(201);
    expect(await statusOf('Observation/lab', token)).toBe(403);
    const list = (await maria.get('/account/family')).html;
    expect(list).toContain('leo@example.net');
    expect(list).toContain('Last opened');
    expect((await mailbox.mailTo('maria@example.org')).subject).toBe(
      'An invitation was sent from your account',
    );
    expect((await leo.get('/account/family')).html).toContain('Records that others opened to you');
  });

  it('changes the limits, which count from the next question on', async () => {
    const leo = await signedIn('leo', STRONG);
    const tokens = await launched(leo);
    const person = await idOf('leo');
    const form = { person, kind: 'records', until: inYears(1), current: PASSWORD };
    expect((await maria.get(`/account/family/change?person=${person}`)).html).toContain('Leo Quist');
    const wrong = await maria.post('/account/family/change', { ...form, current: 'wrong' });
    expect(wrong.status).toBe(401);
    expect(await statusOf('Appointment?_count=1', tokens.access_token)).toBe(200);
    expect((await maria.post('/account/family/change', form)).url).toContain('done=limits');
    expect((await world.ask('Appointment', { token: tokens.access_token, body: appointment })).status).toBe(
      403,
    );
    const visits = (await (await world.ask('Appointment', { token: tokens.access_token })).json()) as {
      entry?: object[];
    };
    expect(visits.entry).toBeUndefined();
    // The next launch asks for nothing anew, and has what is open now.
    const next = await launched(leo);
    expect(next.scope).toContain('patient/Observation.rs');
    expect(next.scope).not.toContain('Appointment');
    expect(await statusOf('Observation/lab', next.access_token)).toBe(200);
    const everything = { ...form, kind: 'everything' };
    expect((await maria.post('/account/family/change', everything)).url).toContain('done=limits');
    const whole = await launched(leo);
    expect(whole.scope).toContain('patient/Communication.crus');
    expect(whole.scope).not.toMatch(/Patient\.\w*u/);
  });

  it('ends it at once: sign-in, refresh and introspection know it no more', async () => {
    const leo = await signedIn('leo', STRONG);
    const tokens = await launched(leo);
    const person = await idOf('leo');
    expect(await world.introspect(tokens.access_token)).toMatchObject({ active: true });
    expect((await maria.post('/account/family/end', { person })).url).toContain('done=access-off');
    expect(await world.introspect(tokens.access_token)).toEqual({ active: false });
    expect((await refresh(tokens)).body.error).toBe('invalid_grant');
    expect(await statusOf('Patient/maria', tokens.access_token)).toBe(401);
    expect((await world.storage.findAccountByLogin('leo'))?.persons).toEqual([]);
    const [related, consent] = await Promise.all(
      [`RelatedPerson/${person}`, `Consent/${person}`].map(stored),
    );
    expect([related?.active, consent?.status]).toEqual([false, 'inactive']);
    expect((await maria.get('/account/family')).html).not.toContain('leo@example.net');
    // An end is not taken back by limits that were being changed, and is no second time.
    const form = { person, kind: 'everything', until: inYears(1), current: PASSWORD };
    expect((await maria.post('/account/family/change', form)).url).not.toContain('done=');
    expect((await stored(`Consent/${person}`)).status).toBe('inactive');
  });

  it('sees it end by itself after the last day, and by the clinic', async () => {
    const mia = await accepted('mia');
    const tokens = await launched(mia);
    const person = await idOf('mia');
    const consent = await stored(`Consent/${person}`);
    // The clinic ends the Consent: the relation alone opens nothing.
    await world.ask(`Consent/${person}`, { method: 'PUT', body: { ...consent, status: 'inactive' } });
    expect(await statusOf('Patient/maria', tokens.access_token)).toBe(403);
    expect((await maria.get('/account/family')).html).not.toContain('mia@example.net');
    await world.ask(`Consent/${person}`, { method: 'PUT', body: { ...consent, status: 'active' } });
    expect(await statusOf('Patient/maria', tokens.access_token)).toBe(200);
    const { active: _, ...related } = await stored(`RelatedPerson/${person}`);
    // Who is not said to be inactive may open it, and is in the list.
    await world.ask(`RelatedPerson/${person}`, { method: 'PUT', body: related });
    expect(await statusOf('Patient/maria', tokens.access_token)).toBe(200);
    expect((await maria.get('/account/family')).html).toContain('mia@example.net');
    await world.ask(`RelatedPerson/${person}`, {
      method: 'PUT',
      body: { ...related, period: { ...related.period, end: '2026-01-01', start: '2025-01-01' } },
    });
    expect(await world.introspect(tokens.access_token)).toEqual({ active: false });
    expect((await refresh(tokens)).status).toBe(400);
  });
});

describe('somebody who was invited', () => {
  it('declines, or gives up what they have', async () => {
    const token = await invite('doc@example.net');
    await world.storage.insertAccount({
      ...(await accountOf('nobody')),
      id: 'doc-own',
      username: 'doc-own',
      email: 'doc@example.net',
    });
    const own = await signedIn('doc-own');
    await open(own, token);
    expect((await answer(own, false)).url).toContain('done=declined');
    expect((await answer(own)).status).toBe(400);
    expect((await accountOf('doc-own')).persons).toEqual([]);

    const ben = await accepted('ben');
    const tokens = await launched(ben);
    const person = await idOf('ben');
    expect((await ben.post('/account/family/leave', { person })).url).toContain('done=access-left');
    expect(await world.introspect(tokens.access_token)).toEqual({ active: false });
    expect((await maria.get('/account/family')).html).not.toContain('ben@example.net');
  });

  it('neither invites further, nor changes limits, nor ends others: their forms do nothing', async () => {
    const tom = await accepted('tom', { kind: 'everything' });
    const una = await accepted('una');
    const [tomId, unaId] = [await idOf('tom'), await idOf('una')];
    const before = await stored(`Consent/${unaId}`);
    const form = { kind: 'everything', until: inYears(1), current: STRONG };
    for (const person of [tomId, unaId, 'parent-1', '../Patient/maria', '']) {
      for (const path of ['change', 'end'])
        expect((await tom.post(`/account/family/${path}`, { ...form, person })).url).not.toContain('done=');
      if (person !== tomId)
        expect((await tom.post('/account/family/leave', { person })).url).not.toContain('done=');
      expect((await tom.get(`/account/family/change?person=${person}`)).url).toContain('/account/family');
    }
    expect(
      (await tom.post('/account/family/invite', invitation('x@example.net', { current: STRONG }))).html,
    ).not.toContain('Invite somebody');
    expect(await stored(`Consent/${unaId}`)).toEqual(before);
    expect(mailbox.mails.some(({ to }) => to === 'x@example.net')).toBe(false);
    // Nor does a parent whom the clinic has on record give up what is the clinic's to end.
    const parent = await signedIn('parent');
    expect((await parent.post('/account/family/leave', { person: 'parent-1' })).url).not.toContain('done=');
    expect((await una.get('/account/family')).html).toContain('Maria Tester');
  });
});

describe('an invitation', () => {
  const ignored = (page: PageAnswer): void => expect(page.url).not.toContain('done=');

  it('takes the password, a day to come, something that may be used, and somebody else’s address', async () => {
    const faults: [Record<string, string>, number, string][] = [
      [{ current: 'wrong' }, 401, 'The current password is not right.'],
      [{ until: '2020-01-01' }, 400, 'at most five years ahead'],
      [{ until: inYears(9) }, 400, 'at most five years ahead'],
      [{ until: 'soon' }, 400, 'at most five years ahead'],
      [{ until: `${inYears(1).slice(0, 4)}-02-31` }, 400, 'at most five years ahead'],
      [{ kind: 'protected' }, 400, 'goes together with everything'],
      [{ kind: 'superuser' }, 400, 'Please choose what they may use.'],
      [{ relation: 'constructor' }, 400, 'Invite somebody'],
      [{ given: '' }, 400, 'first name'],
      [{ email: 'a@b@c' }, 400, 'whole e-mail address'],
      [{ email: 'Maria@Example.org' }, 400, 'This is your own address.'],
      [{ email: 'tom@example.net' }, 400, 'has access already'],
    ];
    for (const [more, status, text] of faults) {
      const page = await maria.post('/account/family/invite', { ...invitation('fay@example.net'), ...more });
      expect([page.status, page.html.includes(text)], text).toEqual([status, true]);
    }
    const other = await fetch(`${new URL(world.issuer).origin}/account/family/invite`, {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example' },
      body: new URLSearchParams(invitation('fay@example.net')),
    });
    expect(other.status).not.toBe(200);
    expect(mailbox.mails.some(({ to }) => to === 'fay@example.net')).toBe(false);
  });

  it('is answered the same whether or not the address has an account, and is sent once at a time', async () => {
    const known = await maria.post('/account/family/invite', invitation('nobody@example.org'));
    const unknown = await maria.post('/account/family/invite', invitation('who@example.net'));
    expect([known.status, known.url]).toEqual([unknown.status, unknown.url]);
    const entry = (email: string): string =>
      new RegExp(`· ${email}[\\s\\S]*?</li>`)
        .exec(unknown.html)?.[0]
        .replace(email, '')
        .replaceAll(/value="[^"]*"|<time.*?<\/time>/g, '') ?? '';
    expect(entry('nobody@example.org')).toContain('Take back');
    expect(entry('nobody@example.org')).toBe(entry('who@example.net'));
    const again = await maria.post('/account/family/invite', invitation('who@example.net'));
    expect(again.html).toContain('has an invitation already');
    // No more than ten a day of one account, and three to one address.
    const busy = await fresh('Patient/maria');
    await world.storage.countHit(`invitations ${digest(`fresh-${made}`)}`, Date.now(), 86_400_000, 10);
    expect((await busy.post('/account/family/invite', invitation('zoe@example.net'))).status).toBe(429);
    await world.storage.countHit(`invitations to ${digest('yan@example.net')}`, Date.now(), 86_400_000, 3);
    expect((await maria.post('/account/family/invite', invitation('yan@example.net'))).status).toBe(429);
  });

  it('is for the account of the address that it went to, and for no other', async () => {
    const token = await invite('ivy@example.net', {}, await fresh('Patient/maria'));
    for (const login of ['parent', 'nobody', 'doctor']) {
      const other = await signedIn(login);
      await open(other, token);
      const seen = await other.get('/account/invitation');
      expect(seen.html).toContain('sent to another address');
      expect(seen.html).not.toMatch(/ivy@|Tester|Accept</);
      expect((await answer(other)).status).toBe(400);
      expect((await answer(other, false)).status).toBe(400);
    }
    await open(maria, token);
    expect((await answer(maria)).status).toBe(400);
    // One who has typed the address, and never shown that it is theirs.
    await world.storage.insertAccount({
      ...(await accountOf('nobody')),
      id: 'typed',
      username: 'typed',
      email: 'ivy@example.net',
      emailUnproved: true,
    });
    const typed = await signedIn('typed');
    await open(typed, token);
    expect((await answer(typed)).status).toBe(400);
    expect((await accountOf('typed')).persons).toEqual([]);
  });

  it('whose account is made already, in another tab, leads on to it', async () => {
    const token = await invite('ida@example.net', { kind: 'visits' }, await fresh('Patient/maria'));
    const browser = world.browser();
    await browser.post('/invitation', { token, how: 'sign-up' });
    const login = { username: 'ida', password: STRONG, terms: 'yes' };
    await browser.post('/invitation/sign-up', login);
    const again = await browser.post('/invitation/sign-up', login);
    expect([again.status, again.html]).toEqual([
      400,
      expect.stringContaining('an account with this address'),
    ]);
    const [, on = ''] = /class="links"><a href="([^"]+)"/.exec(again.html) ?? [];
    expect((await browser.get(on)).html).toContain('value="yes"');
  });

  it('is good once: for two who press at once, and in a second browser', async () => {
    const token = await invite('kim@example.net', {}, await fresh('Patient/maria'));
    const browser = world.browser();
    await open(browser, token, 'sign-up');
    await browser.post('/invitation/sign-up', { username: 'kim', password: STRONG, terms: 'yes' });
    const second = await signedIn('kim', STRONG);
    await open(second, token);
    const answers = await Promise.all([answer(browser), answer(second), answer(browser), answer(second)]);
    expect(answers.filter(({ url }) => url.includes('done=accepted'))).toHaveLength(1);
    const { persons } = await accountOf('kim');
    expect(persons).toHaveLength(1);
    const found = await world.ask(`RelatedPerson?patient=maria&email=kim@example.net`);
    expect(((await found.json()) as { entry: object[] }).entry).toHaveLength(1);
    for (const later of [browser, second]) expect((await answer(later)).status).toBe(400);
    expect((await world.browser().get(`/invitation?token=${token}`)).status).toBe(400);
    const made = await browser.post('/invitation/sign-up', {
      username: 'kim2',
      password: STRONG,
      terms: 'yes',
    });
    expect(made.status).toBe(400);
    expect(await world.storage.findAccountByLogin('kim2')).toBeUndefined();
  });

  it('opens nothing again that was ended, where a first try left it behind', async () => {
    const token = await invite('gus@example.net', { kind: 'everything' }, await fresh('Patient/maria'));
    const left = await world.storage.findArtifact('FamilyInvitation', digest(token));
    if (!left) throw new Error('no invitation');
    const gus = world.browser();
    await open(gus, token, 'sign-up');
    await gus.post('/invitation/sign-up', { username: 'gus', password: STRONG, terms: 'yes' });
    expect((await answer(gus)).url).toContain('done=accepted');
    const person = await idOf('gus');
    expect((await maria.post('/account/family/end', { person })).url).toContain('done=access-off');
    // As it is where the process, or its connection, ended before the invitation was taken away.
    await world.storage.saveArtifact(left);
    await open(gus, token);
    expect((await answer(gus)).status).toBe(400);
    expect((await accountOf('gus')).persons).toEqual([]);
    const both = await Promise.all([`RelatedPerson/${person}`, `Consent/${person}`].map(stored));
    expect([both[0]?.active, both[1]?.status]).toEqual([false, 'inactive']);
  });

  it('is over when it was taken back, when its week is, and when who invited is locked out', async () => {
    const owner = await fresh('Patient/maria');
    const token = await invite('lou@example.net', {}, owner);
    const browser = world.browser();
    await open(browser, token, 'sign-up');
    await browser.post('/invitation/sign-up', { username: 'lou', password: STRONG, terms: 'yes' });
    const account = await accountOf(`fresh-${made}`);
    await world.storage.updateAccount(account.id, (each) => ({ ...each, disabled: true }));
    expect((await answer(browser)).status).toBe(400);
    await world.storage.updateAccount(account.id, (each) => ({ ...each, disabled: false }));
    const list = (await owner.get('/account/family')).html;
    const own = /lou@example\.net[\s\S]*?name="invitation" value="([^"]+)"/.exec(list)?.[1] ?? '';
    // Another patient's is not theirs to take back.
    await world.storage.updateAccount('doc-own', (each) => ({ ...each, persons: ['Patient/other'] }));
    const other = await signedIn('doc-own');
    ignored(await other.post('/account/family/withdraw', { invitation: own }));
    expect((await other.get('/account/family')).html).not.toContain('lou@example.net');
    expect((await browser.get('/account/invitation')).html).toContain('Accept<');
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 7 * 86_400_000 + 1000);
    expect((await world.browser().get(`/invitation?token=${token}`)).status).toBe(400);
    vi.useRealTimers();
    expect((await owner.post('/account/family/withdraw', { invitation: own })).url).toContain(
      'invitation-off',
    );
    expect((await answer(browser)).status).toBe(400);
    expect((await accountOf('lou')).persons).toEqual([]);
  });

  it('is kept as a digest, and comes from nobody who is not of age', async () => {
    const token = await invite('pat@example.net', {}, await fresh('Patient/other'));
    const stored = await world.storage.listArtifacts('FamilyInvitation');
    expect(stored.length).toBeGreaterThan(0);
    expect(JSON.stringify(stored)).not.toContain(token);
    await world.ask('Patient/young', {
      method: 'PUT',
      body: { resourceType: 'Patient', id: 'young', name: [{ family: 'Young' }], birthDate: '2015-05-05' },
    });
    const young = await fresh('Patient/young');
    expect((await young.get('/account/family')).html).not.toContain('Invite somebody');
    ignored(await young.post('/account/family/invite', invitation('q@example.net')));
    // A parent opens a child's record to nobody.
    const parent = await signedIn('parent');
    ignored(await parent.post('/account/family/invite', invitation('q@example.net')));
    expect(mailbox.mails.some(({ to }) => to === 'q@example.net')).toBe(false);
  });
});

const accountOf = async (login: string) => {
  const account = await world.storage.findAccountByLogin(login);
  if (!account) throw new Error(login);
  return account;
};

let made = 0;
/** Signed in as somebody new who is this to FHIR. */
async function fresh(person: string): Promise<Browser> {
  made += 1;
  const username = `fresh-${made}`;
  const { phone: _, ...from } = await accountOf('nobody');
  await world.storage.insertAccount({
    ...from,
    id: username,
    username,
    email: `${username}@example.org`,
    persons: [person],
  });
  return signedIn(username);
}
