/** Forms that arrive twice: at once, at another server, in other words, from somebody else. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticator, keyOn } from './authenticator.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';
import { type Browser, openWorld, PASSWORD, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ fhir: false, env: { ...mailbox.env, TRUST_PROXY_HOPS: '1' } });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});

const STRONG = 'Violet-Harbour-47';

async function signedIn(login: string, password = PASSWORD): Promise<Browser> {
  const browser = world.browser();
  await browser.signInToAccount(login, password);
  return browser;
}

const changes = async (): Promise<number> =>
  (await world.storage.listAudit({ limit: 500 })).filter(({ event }) => event === 'password changed').length;

/** What the form itself is answered, and not where that leads. */
const post = (browser: Browser, url: string, form: Record<string, string>): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
    headers: {
      origin: new URL(browser.issuer).origin,
      'x-forwarded-for': browser.address,
      cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    },
  });

describe('a form that arrives twice', () => {
  it('at once is done once, and both hear that it was', async () => {
    const maria = await signedIn('maria');
    const once = randomUUID();
    const before = await changes();
    const form = { once, current: PASSWORD, password: STRONG };
    const answers = await Promise.all([1, 2, 3].map(() => maria.post('/account/password', form)));
    expect(answers.map(({ url }) => new URL(url).search)).toEqual(Array(3).fill('?done=password'));
    expect(await changes()).toBe(before + 1);
  });

  it('at another server is given what the first answered', async () => {
    const nobody = await signedIn('nobody');
    const once = randomUUID();
    const form = { once, current: PASSWORD, password: STRONG };
    await nobody.post('/account/password', form);
    const other = await world.startAnother();
    const answer = await fetch(`${new URL(other.issuer).origin}/account/password`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
      headers: {
        origin: new URL(world.issuer).origin,
        cookie: [...nobody.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/security?done=password']);
    await other.close();
  });

  it('with something else in it is another', async () => {
    const maria = await signedIn('maria', STRONG);
    const once = randomUUID();
    const wrong = await maria.post('/account/password', { once, current: 'wrong', password: PASSWORD });
    expect(wrong.status).toBe(401);
    const right = await maria.post('/account/password', {
      once,
      current: STRONG,
      password: 'Copper-Lantern-82',
    });
    expect(right.url).toContain('done=password');
  });

  it('is a new one once what the first was told has expired, also before that is swept up', async () => {
    const maria = await signedIn('maria', 'Copper-Lantern-82');
    const before = new Set((await world.storage.listArtifacts('FormAnswer')).map(({ id }) => id));
    const form = { once: randomUUID(), current: 'wrong', password: PASSWORD };
    expect((await maria.post('/account/password', form)).status).toBe(401);
    const rows = await world.storage.listArtifacts('FormAnswer');
    const row = rows.find(({ id }) => !before.has(id));
    if (!row) throw new Error('not kept');
    await world.storage.saveArtifact({ ...row, expiresAt: Date.now() - 1 });
    expect((await maria.post('/account/password', form)).status).toBe(401);
  });

  it('from somebody else is theirs, and tells nothing of what the first was told', async () => {
    const [maria, parent] = [await signedIn('maria', 'Copper-Lantern-82'), await signedIn('parent')];
    const once = randomUUID();
    const form = { once, current: 'Copper-Lantern-82' };
    const codes = await maria.post('/account/recovery-codes', form);
    expect(codes.html).toContain('class="codes"');
    const again = await maria.post('/account/recovery-codes', form);
    expect(again.html).toBe(codes.html);
    const refused = await parent.post('/account/recovery-codes', form);
    expect([refused.status, refused.html.includes('class="codes"')]).toEqual([401, false]);
  });

  it('is kept sealed: what was shown stands in no row as it was shown', async () => {
    const maria = await signedIn('maria', 'Copper-Lantern-82');
    const once = randomUUID();
    const { html } = await maria.post('/account/recovery-codes', { once, current: 'Copper-Lantern-82' });
    const code = /<code>([\w-]+)<\/code>/.exec(html)?.[1];
    const rows = await world.storage.listArtifacts('FormAnswer');
    expect(rows.length).toBeGreaterThan(0);
    expect(code).toMatch(/^\w{4}-/);
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(JSON.stringify(rows)).not.toContain(once);
  });

  it('of the administration shows once more what it showed, and makes no other secret of it', async () => {
    const parent = await signedIn('parent');
    const { id } = (await world.storage.findAccountByLogin('parent')) ?? { id: '' };
    await world.storage.updateAccount(id, (account) => ({ ...account, role: 'administrator' }));
    const form = { once: randomUUID(), act: 'activation-code', subject: 'Patient/maria' };
    const codes = [await parent.post('/admin', form), await parent.post('/admin', form)].map(
      ({ html }) => /code, shown only now: ([\w-]+)/.exec(html)?.[1],
    );
    expect(codes[0]).toMatch(/^\w{4}-/);
    expect(codes[1]).toBe(codes[0]);
  });

  it('of a developer registers one app', async () => {
    const developer = world.browser();
    const form = {
      once: randomUUID(),
      client_name: 'Registered once',
      redirect_uri: 'http://127.0.0.1:9/callback',
      launch_url: 'http://127.0.0.1:9/launch',
    };
    for (const _ of [1, 2]) expect((await developer.post('/developers/apps', form)).status).toBe(200);
    const apps = JSON.stringify(await world.storage.listArtifacts('Client'));
    expect(apps.split('Registered once')).toHaveLength(2);
  });

  it('of a sign-in signs in once: one device is known, and one is told of', async () => {
    const account = await world.storage.findAccountByLogin('maria');
    const devices = async () => (await world.storage.listArtifacts('KnownDevice', account?.id)).length;
    const signIns = async () =>
      (await world.storage.listAudit({ accountId: account?.id ?? '', limit: 500 })).filter(
        ({ event }) => event === 'signed in',
      ).length;
    const password = 'Copper-Lantern-82';
    await signedIn('maria', password);
    const before = [await devices(), await signIns()] as const;
    const browser = world.browser();
    const page = await browser.get('/account');
    const form = { once: randomUUID(), login: 'maria', password };
    const answers = await Promise.all([1, 2].map(() => post(browser, `${page.url}/login`, form)));
    expect(answers[0]?.headers.get('location')).toMatch(/\/authorize\//);
    expect(answers[1]?.headers.get('location')).toBe(answers[0]?.headers.get('location'));
    expect([await devices(), await signIns()]).toEqual([before[0] + 1, before[1] + 1]);
    const stranger = await post(world.browser(), `${page.url}/login`, form);
    expect([stranger.status, stranger.headers.get('set-cookie')]).toEqual([400, null]);
  });

  it('of the second step is right both times, and shows the recovery codes that count', async () => {
    const strict = await openWorld({
      fhir: false,
      env: { ...mailbox.env, TRUST_PROXY_HOPS: '1', REQUIRE_SECOND_FACTOR: 'everyone' },
    });
    const browser = strict.browser();
    const page = await browser.signInToAccount('parent');
    const totp = authenticator(keyOn(page.html));
    const setUp = { once: randomUUID(), code: totp.code() };
    const shown = [1, 2].map(async () => (await post(browser, `${page.url}/set-up`, setUp)).text());
    const [first, second] = await Promise.all(shown);
    expect(first).toContain('class="codes"');
    expect(second).toBe(first);

    const other = strict.browser();
    const asked = await other.signInToAccount('parent');
    const code = { once: randomUUID(), code: totp.code(1) };
    const answers = await Promise.all([1, 2].map(() => post(other, `${asked.url}/code`, code)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(answers[1]?.headers.get('location')).toBe(answers[0]?.headers.get('location'));
    await strict.close();
  });

  it('is kept for so many of one address in ten minutes: the rest is answered, and takes no room', async () => {
    const send = async (address: string, once: string) => {
      const { origin } = new URL(world.issuer);
      const { status } = await fetch(`${origin}/sign-up/code`, {
        method: 'POST',
        body: new URLSearchParams({ once, code: '1' }),
        redirect: 'manual',
        headers: { origin, 'x-forwarded-for': address },
      });
      return status;
    };
    const rows = () => world.storage.listArtifacts('FormAnswer');
    // Of those before, what was refused is kept for seconds.
    const before = new Set((await rows()).map(({ id }) => id));
    const made = async () => (await rows()).filter(({ id }) => !before.has(id)).length;
    for (let round = 0; round < 11; round++) {
      const sent = Array.from({ length: 20 }, (_, i) => send(`2001:db8:1:1::${round}${i}`, randomUUID()));
      expect(new Set(await Promise.all(sent))).toEqual(new Set([303]));
    }
    expect(await made()).toBe(200);
    await send('2001:db8:1:2::1', randomUUID());
    expect(await made()).toBe(201);
  });
});

describe('a form that stands in two tabs, pressed in both', () => {
  const events = async (accountId: string, event: string) =>
    (await world.storage.listAudit({ accountId, limit: 500 })).filter((each) => each.event === event).length;
  /** At the same moment, and once more when it is long done. */
  async function pressed(browser: Browser, path: string, form: Record<string, string>): Promise<string[]> {
    const press = () => browser.post(path, { ...form, once: randomUUID() });
    const answers = [...(await Promise.all([press(), press()])), await press()];
    return answers.map(({ url }) => new URL(url).search);
  }

  it('takes the second step off once, and each says that it is off', async () => {
    const id = (await world.storage.findAccountByLogin('nobody'))?.id ?? '';
    const passkey = { id: 'key', publicKey: '', counter: 0, name: 'Phone', createdAt: 0 };
    const totp = { sealedSecret: '', lastStep: 0 };
    const nobody = await signedIn('nobody', STRONG);
    await world.storage.updateAccount(id, (each) => ({ ...each, totp, passkeys: [passkey] }));
    const before = await events(id, 'second factor removed');
    const off = await pressed(nobody, '/account/totp/remove', { current: STRONG });
    expect(off).toEqual(Array(3).fill('?done=factor-off'));
    expect(await events(id, 'second factor removed')).toBe(before + 1);
    const gone = await pressed(nobody, '/account/passkeys/remove', { current: STRONG, id: 'key' });
    expect(gone).toEqual(Array(3).fill('?done=passkey-off'));
    expect(await events(id, 'second factor removed')).toBe(before + 2);
    const removed = () =>
      mailbox.mails.filter(({ to, text }) => to.startsWith('nobody') && /removed|turned off/.test(text))
        .length;
    await expect.poll(removed).toBe(2);
  });

  it('signs another device out once', async () => {
    const [here, there] = [await signedIn('nobody', STRONG), await signedIn('nobody', STRONG)];
    const id = (await world.storage.findAccountByLogin('nobody'))?.id ?? '';
    const own = /name="uid" value="([^"]+)"/g;
    const uids = [...(await here.get('/account/sessions')).html.matchAll(own)].map(([, uid = '']) => uid);
    const others = [...(await there.get('/account/sessions')).html.matchAll(own)].map(([, uid = '']) => uid);
    const uid = uids.find((each) => !others.includes(each)) ?? '';
    expect(uid).not.toBe('');
    expect(await pressed(here, '/account/sessions/end', { uid })).toEqual(Array(3).fill('?done=session'));
    expect(await events(id, 'signed out elsewhere')).toBe(1);
  });

  it('leads to its page where its address is looked at', async () => {
    const nobody = await signedIn('nobody', STRONG);
    const forms = new Set<string>([
      '/account/totp/confirm',
      '/account/phone/code',
      '/account/apps/disconnect',
    ]);
    for (const page of ['', '/security', '/contact', '/family', '/apps', '/sessions']) {
      const { html } = await nobody.get(`/account${page}`);
      for (const [, path = ''] of html.matchAll(/(?:form)?action="(\/account\/[^"]+)"/g)) forms.add(path);
    }
    expect(forms.size).toBeGreaterThan(10);
    for (const form of forms) expect([form, (await nobody.get(form)).status]).not.toEqual([form, 404]);
    const signIn = await world.browser().get('/account');
    const strange = world.browser();
    const step = await strange.get('/account');
    expect(signIn.html).toContain('/login"');
    expect((await strange.open(`${step.url}/login`)).html).toContain('/login"');
  });
});
