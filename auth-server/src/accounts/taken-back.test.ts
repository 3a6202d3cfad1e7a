/**
 * An account is taken back from whoever had it: by a new password, by the undo of a changed address, by signing out everywhere, by an administrator. What they had begun
 * or prepared before is over then, however far it had come.
 */
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STRONG, textOf, tokenIn } from '../../test/kit.ts';
import { openProvider, type ProviderKit } from '../../test/provider-kit.ts';
import type { Browser, PageAnswer } from '../../test/world.ts';
import { disableAccount, enableAccount } from '../admin/actions.ts';
import { issueFreshSignIn } from './fresh-sign-in.ts';
import { totpStep } from './totp.ts';

const NEWER = 'Copper-Lantern-93';
let kit: ProviderKit;
beforeEach(async () => {
  kit = await openProvider();
});
afterEach(() => kit.close());

const isIn = async (browser: Browser): Promise<boolean> =>
  (await browser.get('/account')).url.endsWith('/account');
const account = async () => await kit.storage.findAccount('id-kim');
const link = async (path: string): Promise<string> =>
  tokenIn((await kit.sent()).findLast((each) => textOf(each).includes(path)));

/** The owner, by the mail that reaches them. */
async function resets(password = NEWER): Promise<PageAnswer> {
  const owner = kit.browser();
  await owner.post('/forgot-password', { login: 'kim' });
  return owner.post('/reset-password', { token: await link('/reset-password'), password });
}

/** Sends a form, and goes nowhere from there: the address that the answer leads to. */
async function holdingBack(browser: Browser, url: string, form: Record<string, string>): Promise<string> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { headers } = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(form),
    headers: { cookie, origin: new URL(url).origin },
  });
  for (const line of headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    browser.cookies.set(name, value);
  }
  return new URL(headers.get('location') ?? '', url).href;
}

describe('a new password ends what was begun with the old one', () => {
  it('a sign-in whose last step was held back', async () => {
    const thief = kit.browser();
    const page = await thief.get('/account');
    const rest = await holdingBack(thief, `${page.url}/login`, { login: 'kim', password: STRONG });
    await resets();
    await thief.open(rest);
    expect(await isIn(thief)).toBe(false);
  });

  it('a sign-in that waits for its second factor, which has to be set up', async () => {
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, secondFactorRequired: true }));
    const thief = kit.browser();
    const page = await thief.signIn(await thief.get('/account'), 'kim', STRONG);
    const secret = (/\b[A-Z2-7]{32}\b/.exec(page.html.replaceAll(' ', '')) ?? [''])[0];
    expect(secret).not.toBe('');
    await resets();
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    expect(totpStep(secret, code, Date.now())).toBeDefined();
    await thief.open(`${page.url}/set-up`, {
      method: 'POST',
      body: new URLSearchParams({ code }),
      headers: { origin: new URL(kit.issuer).origin },
    });
    expect((await account())?.totp).toBeUndefined();
    expect(await isIn(thief)).toBe(false);
  });

  it('a change of the address that was asked for and not confirmed', async () => {
    const thief = kit.browser();
    await thief.signInToAccount('kim', STRONG);
    await thief.post('/account/email', { email: 'thief@example.org', current: STRONG });
    const confirm = await link('/confirm-email');
    expect(confirm).not.toBe('');
    await resets();
    await kit.browser().post('/confirm-email', { token: confirm });
    expect((await account())?.email).toBe('kim@example.org');
  });

  it('a ticket that stands for a password', async () => {
    const thief = kit.browser();
    thief.cookies.set('wellspring_fresh_sign_in', await issueFreshSignIn(kit.storage, 'id-kim', kit.now()));
    await resets();
    expect(await isIn(thief)).toBe(false);
  });
});

describe('an address that is the owner’s again', () => {
  async function changed(email: string, browser: Browser): Promise<string> {
    await browser.post('/account/email', { email, current: STRONG });
    const sent = await kit.sent();
    const of = (path: string) => tokenIn(sent.find((each) => textOf(each).includes(path)));
    await browser.post('/confirm-email', { token: of('/confirm-email') });
    return of('/undo-email');
  }

  it('is not taken by what went to the one between: its own undo, its reset link', async () => {
    const thief = kit.browser();
    await thief.signInToAccount('kim', STRONG);
    const ownersUndo = await changed('thief@example.org', thief);
    await thief.post('/account/email', { email: 'second@example.org', current: STRONG });
    const thiefsUndo = await link('/undo-email');
    await thief.post('/forgot-password', { login: 'kim' });
    const thiefsReset = await link('/reset-password');
    expect({ ownersUndo, thiefsUndo, thiefsReset }).toEqual({
      ownersUndo: expect.stringMatching(/./),
      thiefsUndo: expect.stringMatching(/./),
      thiefsReset: expect.stringMatching(/./),
    });
    await kit.browser().post('/undo-email', { token: ownersUndo });
    await thief.post('/undo-email', { token: thiefsUndo });
    expect((await account())?.email).toBe('kim@example.org');
    await thief.post('/reset-password', { token: thiefsReset, password: 'Thiefs-Own-Word-1' });
    expect(await isIn(thief)).toBe(false);
  });

  it('can still be undone by the one before, whatever was undone after it', async () => {
    const thief = kit.browser();
    await thief.signInToAccount('kim', STRONG);
    const first = await changed('thief@example.org', thief);
    const second = await changed('second@example.org', thief);
    await thief.post('/undo-email', { token: second });
    await kit.browser().post('/undo-email', { token: first });
    expect((await account())?.email).toBe('kim@example.org');
  });

  it('that has moved takes its links with it: what went to the old one resets nothing', async () => {
    const owner = kit.browser();
    await owner.signInToAccount('kim', STRONG);
    await kit.browser().post('/forgot-password', { login: 'kim' });
    const old = await link('/reset-password');
    await changed('new@example.org', owner);
    const answer = await kit.browser().post('/reset-password', { token: old, password: NEWER });
    expect(answer.status).toBe(400);
  });
});

it('an account that was closed for a time opens by nothing of before', async () => {
  const context = { ...kit, by: undefined };
  const thief = kit.browser();
  const page = await thief.get('/account');
  const rest = await holdingBack(thief, `${page.url}/login`, { login: 'kim', password: STRONG });
  await disableAccount(context, 'kim');
  await enableAccount(context, 'kim');
  await thief.open(rest);
  expect(await isIn(thief)).toBe(false);
});

describe('a session that has ended', () => {
  it('is not brought back by a request that was under way', async () => {
    const thief = kit.browser();
    await thief.signInToAccount('kim', STRONG);
    const [before] = await kit.storage.listArtifacts('Session', 'id-kim');
    let isEnded = false;
    // Between its reading and its writing the session ends.
    const { findAccount } = kit.storage;
    kit.storage.findAccount = async (id) => {
      if (!isEnded) {
        isEnded = true;
        await kit.browser().post('/forgot-password', { login: 'kim' });
        await kit
          .browser()
          .post('/reset-password', { token: await link('/reset-password'), password: NEWER });
      }
      return findAccount(id);
    };
    await thief.authorize(kit.asked('x'.repeat(43), { client_id: 'portal', scope: 'openid' }));
    expect(isEnded && before !== undefined).toBe(true);
    expect(await kit.storage.listArtifacts('Session', 'id-kim')).toEqual([]);
    expect(await isIn(thief)).toBe(false);
  });
});

describe('a second factor is of whoever set it up, and of nobody who knows the password alone', () => {
  const secretOn = ({ html }: PageAnswer): string =>
    (/\b[A-Z2-7]{32}\b/.exec(html.replaceAll(' ', '')) ?? [''])[0];
  const codeOf = (secret: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const setUp = (browser: Browser, { url }: PageAnswer, secret: string): Promise<PageAnswer> =>
    browser.open(`${url}/set-up`, {
      method: 'POST',
      body: new URLSearchParams({ code: codeOf(secret) }),
      headers: { origin: new URL(kit.issuer).origin },
    });

  it('where one was begun in another session, its secret is not shown to this one', async () => {
    const [thief, owner] = [kit.browser(), kit.browser()];
    for (const each of [thief, owner]) await each.signInToAccount('kim', STRONG);
    const theirs = secretOn(await thief.post('/account/totp', { current: STRONG }));
    const own = secretOn(await owner.post('/account/totp', { current: STRONG }));
    expect([theirs, own]).not.toContain('');
    expect(own).not.toBe(theirs);
    expect(secretOn(await owner.post('/account/totp', { current: STRONG }))).toBe(own);
    await owner.post('/account/totp/confirm', { code: codeOf(own) });
    expect(kit.seal.unseal((await account())?.totp?.sealedSecret ?? '')).toBe(own);
  });

  it('a sign-in that was to set one up, and comes after another did, is asked for that one', async () => {
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, secondFactorRequired: true }));
    const [thief, owner] = [kit.browser(), kit.browser()];
    const theirs = await thief.signIn(await thief.get('/account'), 'kim', STRONG);
    const own = await owner.signIn(await owner.get('/account'), 'kim', STRONG);
    await setUp(owner, own, secretOn(own));
    const before = await account();
    expect(before?.totp).toBeDefined();
    await setUp(thief, theirs, secretOn(theirs));
    expect(await account()).toEqual(before);
    await thief.open(`${theirs.url}/continue`, {
      method: 'POST',
      body: new URLSearchParams(),
      headers: { origin: new URL(kit.issuer).origin },
    });
    expect(await isIn(thief)).toBe(false);
  });

  it('of two that set one up at once, one does', async () => {
    await kit.storage.updateAccount('id-kim', (each) => ({ ...each, secondFactorRequired: true }));
    const both = await Promise.all(
      [kit.browser(), kit.browser()].map(async (browser) => {
        const page = await browser.signIn(await browser.get('/account'), 'kim', STRONG);
        return { browser, page, secret: secretOn(page) };
      }),
    );
    const answers = await Promise.all(both.map(({ browser, page, secret }) => setUp(browser, page, secret)));
    expect(answers.filter(({ html }) => html.includes('Keep these codes'))).toHaveLength(1);
    const kept = kit.seal.unseal((await account())?.totp?.sealedSecret ?? '');
    const winner = answers.findIndex(({ html }) => html.includes('Keep these codes'));
    expect(kept).toBe(both[winner]?.secret);
  });
});
