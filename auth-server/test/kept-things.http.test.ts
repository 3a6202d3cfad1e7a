/**
 * What was made with the portal before an account was taken back, on real servers: what the portal makes at each visit ends with the account's sign-ins, what somebody set up
 * to last when the account is taken back from whoever had it. Issue 12.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as admin from '../src/admin/actions.ts';
import { linkIn, type Mailbox, openMailbox } from './mailbox.ts';
import { type Browser, CALLBACK, launch, openWorld, PASSWORD, pkce, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;
let password = PASSWORD;
let made = 0;
const newPassword = (): string => {
  made += 1;
  return `Copper-Lantern-${made}${made}`;
};

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ env: { ...mailbox.env, TRUST_PROXY_HOPS: '1', NOTICE_SECONDS: '0.2' } });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});

const context = (): admin.AdminContext => ({
  config: world.config,
  storage: world.storage,
  now: Date.now,
  by: undefined,
});

const SCOPE = 'openid fhirUser launch/patient patient/*.cruds';

async function launched(client_id: string, scope: string, browser = world.browser()) {
  const { verifier, challenge } = pkce();
  const begun = await browser.authorize(launch(world.fhir, challenge, { client_id, scope }));
  let page = begun.url.startsWith(CALLBACK) ? begun : await browser.signIn(begun, 'maria', password);
  const allowed = [...page.html.matchAll(/name="(group|part)" value="([^"]+)"/g)].map(
    ([, name = '', value = '']) => [name, value] as [string, string],
  );
  if (allowed.length > 0) page = await browser.submit(page, 'consent', allowed);
  const { status, body } = await world.token({
    grant_type: 'authorization_code',
    client_id,
    code: new URL(page.url).searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  });
  expect(status).toBe(200);
  return { token: body.access_token as string, browser };
}
const portal = (browser?: Browser) => launched('portal', SCOPE, browser);

interface Part {
  readonly name: string;
  readonly valueString?: string;
  readonly valueUrl?: string;
  readonly valueBoolean?: boolean;
  readonly part?: readonly Part[];
}
const named = (parts: readonly Part[], name: string): Part | undefined =>
  parts.find((each) => each.name === name);

async function asked(path: string, token: string, body?: unknown): Promise<readonly Part[]> {
  const response = await world.ask(path, { token, ...(body === undefined ? {} : { body }) });
  const { parameter = [], ...rest } = (await response.json()) as { parameter?: Part[] };
  expect(response.status, JSON.stringify(rest)).toBe(200);
  return parameter;
}
const operation = (name: string, token: string, values: readonly object[]) =>
  asked(`Patient/maria/${name}`, token, { resourceType: 'Parameters', parameter: values });
const text = (name: string, valueString: string) => ({ name, valueString });

async function subscribe(token: string, id?: string): Promise<string> {
  const response = await world.ask(id === undefined ? 'Subscription' : `Subscription/${id}`, {
    token,
    method: id === undefined ? 'POST' : 'PUT',
    body: {
      resourceType: 'Subscription',
      ...(id === undefined ? {} : { id }),
      status: 'requested',
      reason: 'test',
      criteria: 'urn:wellspring:SubscriptionTopic:record-change',
      channel: {
        type: 'websocket',
        payload: 'application/fhir+json',
        _payload: {
          extension: [
            {
              url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content',
              valueCode: 'id-only',
            },
          ],
        },
      },
    },
  });
  const stored = (await response.json()) as { id: string; status: string };
  expect(stored.status).toBe('active');
  return stored.id;
}

const binding = async (id: string, token: string): Promise<string> =>
  named(await asked(`Subscription/${id}/$get-ws-binding-token`, token), 'token')?.valueString ?? '';

/** Whether it lets the connection in, and how it goes on. */
async function bound(token: string): Promise<{ socket: WebSocket; isBound: boolean }> {
  const socket = new WebSocket(`${world.fhir.replace(/^http/, 'ws')}/websocket`);
  await once(socket, 'open');
  const first = Promise.race([once(socket, 'message'), once(socket, 'close')]);
  socket.send(`bind-with-token ${token}`);
  const [{ type }] = (await first) as [Event];
  return { socket, isBound: type === 'message' };
}

async function make(token: string) {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ]).toString('base64url');
  await operation('$push-device', token, [
    text('endpoint', `https://push.example.org/${randomBytes(9).toString('base64url')}`),
    text('p256dh', point),
    text('auth', randomBytes(16).toString('base64url')),
  ]);
  const calendar = await operation('$calendar-feed', token, []);
  const share = await operation('$share-link', token, [
    text('file', 'a.b.c.d.e'),
    { name: 'expires', valueInstant: new Date(Date.now() + 3_600_000).toISOString() },
  ]);
  const subscription = await subscribe(token);
  const bindingToken = await binding(subscription, token);
  const { socket, isBound } = await bound(bindingToken);
  expect(isBound).toBe(true);
  return {
    subscription,
    bindingToken,
    socket,
    calendar: named(calendar, 'url')?.valueUrl ?? '',
    share: named(share, 'url')?.valueUrl ?? '',
  };
}
type Made = Awaited<ReturnType<typeof make>>;

async function opens({ calendar, share }: Pick<Made, 'calendar' | 'share'>) {
  const shared = await fetch(share, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ recipient: 'Somebody' }),
  });
  return { calendar: (await fetch(calendar)).status, share: shared.status };
}

/** What whoever signs in afterwards is told of it. */
async function listed(token: string) {
  const links = await asked('Patient/maria/$share-link', token);
  return {
    calendar: named(await asked('Patient/maria/$calendar-feed', token), 'active')?.valueBoolean,
    share: named(links[0]?.part ?? [], 'active')?.valueBoolean,
    devices: (await asked('Patient/maria/$push-device', token)).filter(({ name }) => name === 'device')
      .length,
  };
}

/** Nothing of an earlier statement is there for the next one. */
async function clear(token: string): Promise<void> {
  for (const { part = [] } of await asked('Patient/maria/$share-link', token))
    await operation('$share-link-end', token, [text('id', named(part, 'id')?.valueString ?? '')]);
  for (const { name, part = [] } of await asked('Patient/maria/$push-device', token))
    if (name === 'device')
      await operation('$push-device-end', token, [text('id', named(part, 'id')?.valueString ?? '')]);
}

const mailed = async (path: string): Promise<string> => {
  for (;;) {
    const link = linkIn((await mailbox.mailTo('maria@example.org')).text);
    if (link.includes(path)) return new URL(link).searchParams.get('token') ?? '';
  }
};

/** By the mail that reaches the owner. */
async function recovers(): Promise<void> {
  const owner = world.browser();
  await owner.post('/forgot-password', { login: 'maria' });
  const token = await mailed('/reset-password');
  password = newPassword();
  await owner.post('/reset-password', { token, password });
}

async function changes(): Promise<void> {
  const owner = world.browser();
  await owner.signInToAccount('maria', password);
  const next = newPassword();
  const { url } = await owner.post('/account/password', { current: password, password: next });
  expect(url).toContain('done=password');
  password = next;
}

async function undoes(): Promise<void> {
  const thief = world.browser();
  await thief.signInToAccount('maria', password);
  await thief.post('/account/email', { email: 'thief@example.org', current: password });
  const token = await mailed('/undo-email');
  await world.browser().post('/undo-email', { token });
}

async function isDisabledForATime(): Promise<void> {
  await admin.disableAccount(context(), 'maria');
  await admin.enableAccount(context(), 'maria');
}

type Way = readonly [words: string, isTakenBack: () => Promise<unknown>];

const TAKEN_BACK: readonly Way[] = [
  ['by a new password that its owner asked for', recovers],
  ['by a new password of whoever is signed in', changes],
  ['by the undo of a changed address', undoes],
  ['by an administrator who signs it out', () => admin.signOutAccount(context(), 'maria')],
  ['by an administrator who resets its second factor', () => admin.resetSecondFactor(context(), 'maria')],
];

describe('an account that is taken back', () => {
  it.each<Way>([...TAKEN_BACK, ['by an administrator who disables it for a time', isDisabledForATime]])(
    '%s leaves nothing of what was made with it before',
    async (_, isTakenBack) => {
      const before = await portal();
      const kept = await make(before.token);
      expect(await opens(kept)).toEqual({ calendar: 200, share: 200 });
      const closed = once(kept.socket, 'close');
      await isTakenBack();
      await closed;
      expect(await opens(kept)).toEqual({ calendar: 404, share: 404 });
      const { token } = await portal();
      expect(await listed(token)).toEqual({ calendar: false, share: false, devices: 0 });
      // The portal takes the same subscription up again: what bound a connection to it before binds none.
      await subscribe(token, kept.subscription);
      expect((await bound(kept.bindingToken)).isBound).toBe(false);
      const own = await bound(await binding(kept.subscription, token));
      expect(own.isBound).toBe(true);
      own.socket.close();
      await clear(token);
      const anew = await make(token);
      expect(await opens(anew)).toEqual({ calendar: 200, share: 200 });
      expect(await listed(token)).toEqual({ calendar: true, share: true, devices: 1 });
      anew.socket.close();
      await clear(token);
    },
  );
});

describe('signing out', () => {
  const everywhere = (browser: Browser) => browser.post('/account/sessions/end-all', {});

  it('everywhere ends what the portal makes at each visit, and leaves what somebody set up to last', async () => {
    const { token, browser } = await portal();
    const kept = await make(token);
    const closed = once(kept.socket, 'close');
    await everywhere(browser);
    await closed;
    expect(await opens(kept)).toEqual({ calendar: 200, share: 200 });
    const after = await portal();
    expect(await listed(after.token)).toEqual({ calendar: true, share: true, devices: 0 });
    await subscribe(after.token, kept.subscription);
    expect((await bound(kept.bindingToken)).isBound).toBe(false);
    await clear(after.token);
  });

  it('of this device alone ends nothing of it', async () => {
    const { token, browser } = await portal();
    const kept = await make(token);
    await browser.post('/account/sign-out', {});
    const after = await portal();
    expect(await opens(kept)).toEqual({ calendar: 200, share: 200 });
    expect(await listed(after.token)).toEqual({ calendar: true, share: true, devices: 1 });
    const again = await bound(await binding(kept.subscription, after.token));
    expect(again.isBound).toBe(true);
    for (const socket of [again.socket, kept.socket]) socket.close();
    await clear(after.token);
  });
});

it('whoever changes the password goes on in that session, and what they make from then on stays', async () => {
  const owner = world.browser();
  await owner.signInToAccount('maria', password);
  const { token } = await portal(owner);
  const next = newPassword();
  await owner.post('/account/password', { current: password, password: next });
  password = next;
  const kept = await make(token);
  expect(await opens(kept)).toEqual({ calendar: 200, share: 200 });
  kept.socket.close();
  await clear(token);
});

describe('a device that is signed out from the list', () => {
  it('is told nothing any more, at once: its connection closes, its news end, what binds it binds nothing; what somebody set up to last stays', async () => {
    const strange = await portal();
    const kept = await make(strange.token);
    const owner = await portal();
    const [, uid = ''] =
      /name="uid" value="([^"]+)"/.exec((await owner.browser.get('/account/sessions')).html) ?? [];
    const closed = once(kept.socket, 'close');
    await owner.browser.post('/account/sessions/end', { uid });
    await closed;
    expect((await bound(kept.bindingToken)).isBound).toBe(false);
    expect(await listed(owner.token)).toEqual({ calendar: true, share: true, devices: 0 });
    expect(await opens(kept)).toEqual({ calendar: 200, share: 200 });
    // The owner's own goes on: the portal takes the same subscription up again.
    await subscribe(owner.token, kept.subscription);
    const own = await bound(await binding(kept.subscription, owner.token));
    expect(own.isBound).toBe(true);
    // Nor does it bind to what is the owner's now.
    expect((await bound(kept.bindingToken)).isBound).toBe(false);
    own.socket.close();
    await clear(owner.token);
  });
});

describe('an app of others that goes on without the person', () => {
  const OFFLINE = `${SCOPE} offline_access`;
  const connect = async () => {
    const { token } = await launched('third-party', OFFLINE);
    return make(token);
  };

  it.each(TAKEN_BACK)(
    'ends where the account is taken back %s, with what it made, and is listed',
    async (_, isTakenBack) => {
      const kept = await connect();
      const closed = once(kept.socket, 'close');
      await isTakenBack();
      await closed;
      expect(await opens(kept)).toEqual({ calendar: 404, share: 404 });
      const owner = world.browser();
      await owner.signInToAccount('maria', password);
      const { html } = await owner.get('/account/apps');
      expect(html).toContain('Disconnected when the account was taken back');
      expect(html).not.toContain('/account/apps/disconnect');
      const again = await connect();
      again.socket.close();
      expect((await owner.get('/account/apps')).html).not.toContain('Disconnected when');
      await owner.post('/account/apps/disconnect', { client: 'third-party' });
    },
  );

  it('stays, with what it made, where its owner says so with the new password, and where it is signed out everywhere', async () => {
    const kept = await connect();
    const owner = world.browser();
    await owner.signInToAccount('maria', password);
    const [page, next] = [await owner.get('/account/security'), newPassword()];
    expect(page.html).toContain('name="keep-apps"');
    await owner.post('/account/password', { current: password, password: next, 'keep-apps': 'yes' });
    password = next;
    await owner.post('/account/sessions/end-all', {});
    await owner.post('/forgot-password', { login: 'maria' });
    const token = await mailed('/reset-password');
    expect((await owner.get(`/reset-password?token=${token}`)).html).toContain('name="keep-apps"');
    password = newPassword();
    await owner.post('/reset-password', { token, password, 'keep-apps': 'yes' });
    expect(await opens(kept)).toEqual({ calendar: 200, share: 200 });
    expect((await bound(kept.bindingToken)).isBound).toBe(true);
    kept.socket.close();
    await changes();
    expect(await opens(kept)).toEqual({ calendar: 404, share: 404 });
  });

  it('is asked about where there is one', async () => {
    const owner = world.browser();
    await owner.signInToAccount('maria', password);
    expect((await owner.get('/account/security')).html).not.toContain('name="keep-apps"');
    await owner.post('/forgot-password', { login: 'maria' });
    const token = await mailed('/reset-password');
    expect((await owner.get(`/reset-password?token=${token}`)).html).not.toContain('name="keep-apps"');
  });
});
