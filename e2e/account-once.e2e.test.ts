/**
 * The forms of the account pages: pressed twice, sent twice by the network, or sent again because the answer was lost (by a reload of what came instead, by the way back, by a reload
 * of the form that was quicker than the answer), each does what it says once, and says that it did.
 */
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticator } from '../auth-server/test/authenticator.ts';
import { codeIn, linkIn, type Mailbox, openMailbox } from '../auth-server/test/mailbox.ts';
import { launch, openWorld, pkce, type World } from '../auth-server/test/world.ts';
import { addAuthenticator } from './passkey.ts';
import { openBrowser } from './world.ts';

let world: World;
let mailbox: Mailbox;
let browser: Browser;
const FIRST = 'Violet-Harbour-47';
const SECOND = 'Copper-Lantern-82';
const THIRD = 'Marble-Orchard-19';

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ host: 'localhost', env: mailbox.env });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await mailbox?.close();
});

const origin = (): string => new URL(world.issuer).origin;

interface Way {
  readonly words: string;
  readonly person: string;
  readonly birth: string;
  /** `path`: how the address ends that the form goes to. */
  press(page: Page, label: string, path: string): Promise<void>;
}

/** What the form of a button has that is sent, as it was typed; typed again where it is a secret, and else there still. */
async function retype(page: Page, label: string): Promise<() => Promise<void>> {
  const button = page.getByRole('button', { name: label, exact: true });
  const form = page.locator('form').filter({ has: button }).first();
  const typed: [name: string, value: string][] = [];
  for (const field of await form.locator('input:not([type=hidden], [type=checkbox], [type=radio])').all())
    typed.push([(await field.getAttribute('name')) ?? '', await field.inputValue()]);
  return async () => {
    for (const [name, value] of typed) {
      const field = form.locator(`input[name="${name}"]`);
      if (SECRET.has(name)) await field.fill(value);
      else expect(await field.inputValue(), name).toBe(value);
    }
  };
}
const SECRET: ReadonlySet<string> = new Set(['password', 'current', 'code', 'activationCode']);

/** Of the first that arrives; gives back how many have. */
async function onFirst(
  page: Page,
  path: string,
  act: (route: Route) => Promise<void>,
): Promise<() => number> {
  let arrived = 0;
  await page.route(`**${path}`, async (route) => {
    if (route.request().method() !== 'POST' || arrived > 0) return route.continue();
    await route.fetch({ maxRedirects: 0 });
    arrived++;
    await act(route);
  });
  return () => arrived;
}

async function pressAndReload(page: Page, label: string, path: string): Promise<void> {
  let lost = 0;
  await page.route(`**${path}`, async (route) => {
    if (route.request().method() !== 'POST' || lost++ > 0) return route.continue();
    await route.fetch({ maxRedirects: 0 });
    await route.abort();
  });
  await page.getByRole('button', { name: label, exact: true }).click();
  await expect.poll(() => lost).toBe(1);
  await expect.poll(() => page.url()).toMatch(/^chrome-error:/);
  await expect
    .poll(async () => {
      // The page of the error may still be about to come. Where it leads to an app's own address, there is nobody.
      await page.reload().catch(() => undefined);
      return lost;
    })
    .toBeGreaterThan(1);
  await page.unroute(`**${path}`);
}

/** The page was an answer itself, and the browser asks before it sends what led to it; a device makes no second passkey; and what was ended is gone from the page. */
const NO_WAY_BACK: ReadonlySet<string> = new Set([
  '/account/totp/confirm',
  '/account/passkeys',
  '/account/totp/remove',
  '/account/passkeys/remove',
  '/account/family/end',
  '/account/apps/disconnect',
  '/account/sessions/end',
]);

const WAYS: readonly Way[] = [
  {
    words: 'pressed twice',
    person: 'twice',
    birth: '1971-03-04',
    press: (page, label) => page.getByRole('button', { name: label, exact: true }).dblclick(),
  },
  {
    words: 'sent again after its answer was lost',
    person: 'lost',
    birth: '1972-05-06',
    press: pressAndReload,
  },
  {
    words: 'sent again from the way back after its answer was lost',
    person: 'back',
    birth: '1973-07-08',
    async press(page, label, path) {
      // What failed at the form's own address took its place in the history.
      if (new URL(page.url()).pathname === path || NO_WAY_BACK.has(path))
        return pressAndReload(page, label, path);
      const again = await retype(page, label);
      const arrived = await onFirst(page, path, (route) => route.abort());
      await page.getByRole('button', { name: label, exact: true }).click();
      await expect.poll(arrived).toBe(1);
      await expect.poll(() => page.url()).toMatch(/^chrome-error:/);
      await page.goBack();
      await again();
      await page.getByRole('button', { name: label, exact: true }).click();
      await page.unroute(`**${path}`);
    },
  },
];

describe.each(WAYS)('$words', ({ person, birth, press }) => {
  const [username, email] = [`rosa-${person}`, `rosa-${person}@example.org`];
  let visit: BrowserContext;
  let page: Page;
  const mailsTo = (address: string) => mailbox.mails.filter(({ to }) => to === address);
  const account = () => world.storage.findAccountByLogin(username);
  const events = async (event: string): Promise<number> => {
    const id = (await account())?.id;
    return (await world.storage.listAudit({ limit: 500 })).filter(
      (each) => each.event === event && each.accountId === id,
    ).length;
  };

  beforeAll(async () => {
    const body = {
      resourceType: 'Patient',
      id: person,
      name: [{ given: ['Rosa'], family: 'Winter' }],
      birthDate: birth,
      telecom: [{ system: 'email', value: email }],
    };
    await world.ask(`Patient/${person}`, { method: 'PUT', body });
    visit = await browser.newContext({ locale: 'en-US' });
    visit.setDefaultTimeout(10_000);
    page = await visit.newPage();
  });
  afterAll(() => visit?.close());

  it('who they are is asked once: one code is sent, and it is right', async () => {
    await page.goto(`${origin()}/sign-up`);
    await page.getByLabel('First name').fill('Rosa');
    await page.getByLabel('Last name').fill('Winter');
    await page.getByLabel('Date of birth').fill(birth);
    await page.getByLabel('E-mail or mobile number').fill(email);
    await press(page, 'Continue', '/sign-up');
    await page.getByLabel('Code').fill(codeIn((await mailbox.mailTo(email)).text));
    await press(page, 'Continue', '/sign-up/code');
    await page.getByLabel('Username').waitFor();
    expect(mailsTo(email)).toHaveLength(1);
  });

  it('one account is made, and its owner is told that it is there, also after a reload', async () => {
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('New password').fill(FIRST);
    await page.getByLabel(/I accept the terms/).check();
    await press(page, 'Create the account', '/sign-up/login');
    await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
    expect(await events('account created')).toBe(1);
    await page.goto(`${origin()}/account`);
    await page.getByRole('heading', { name: 'Rosa Winter' }).waitFor();
  });

  it('the password is changed, and is not said to be wrong', async () => {
    await page.goto(`${origin()}/account/security`);
    await page.getByLabel('Current password').fill(FIRST);
    await page.getByLabel('New password').fill(SECOND);
    await press(page, 'Change the password', '/account/password');
    await page.getByText('Your password is changed').waitFor();
    expect(await events('password changed')).toBe(1);
  });

  it('the recovery codes that are shown are those that count', async () => {
    await page.goto(`${origin()}/account/security`);
    await page.getByLabel('Current password').fill(SECOND);
    await page.getByRole('button', { name: 'Set up' }).click();
    const totp = authenticator(await page.locator('.key').innerText());
    await page.getByLabel(/six digits/).fill(totp.code());
    await press(page, 'Turn on', '/account/totp/confirm');
    await page.getByRole('heading', { name: 'Keep these codes' }).waitFor();
    const code = await page.locator('.codes code').first().innerText();
    await page.reload();
    expect(await page.locator('.codes code').first().innerText()).toBe(code);
    const { digest } = await import('../auth-server/src/crypto/secrets.ts');
    expect((await account())?.recoveryCodes).toContain(digest(code));
    await page.goto(`${origin()}/account/security`);
    await page.getByLabel('Current password').fill(SECOND);
    await press(page, 'Turn off', '/account/totp/remove');
    await page.getByText('The authenticator app is turned off.').waitFor();
  });

  it('a new e-mail address is asked for by one message, and confirmed', async () => {
    const next = `new-${email}`;
    await page.goto(`${origin()}/account/contact`);
    await page.getByLabel('New e-mail').fill(next);
    await page.getByLabel('Current password').fill(SECOND);
    await press(page, 'Change the e-mail', '/account/email');
    await page.getByText('Open the link that we sent to the new address.').waitFor();
    const link = linkIn((await mailbox.mailTo(next)).text);
    expect(mailsTo(next)).toHaveLength(1);
    await page.goto(link);
    await press(page, 'Confirm', '/confirm-email');
    await page.getByText('Your e-mail address is changed.').waitFor();
    expect((await account())?.email).toBe(next);
  });

  it('a new password is chosen by the link of one message', async () => {
    const to = `new-${email}`;
    const before = mailsTo(to).length;
    await page.goto(`${origin()}/forgot-password`);
    await page.getByLabel('Username or e-mail').fill(username);
    await press(page, 'Send', '/forgot-password');
    await page.getByRole('status').waitFor();
    await expect.poll(() => mailsTo(to).length).toBeGreaterThan(before);
    const resets = mailsTo(to).filter(({ text }) => text.includes('reset-password'));
    expect(resets).toHaveLength(1);
    await page.goto(linkIn(resets[0]?.text ?? ''));
    await page.getByLabel('New password').fill(THIRD);
    await press(page, 'Save', '/reset-password');
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
    expect(await events('password reset')).toBe(1);
    await page.goto(`${origin()}/account`);
    await page.getByRole('heading', { name: 'Rosa Winter' }).waitFor();
  });

  it('somebody is invited once, limited, and accepts', async () => {
    const guest = `guest-${person}@example.net`;
    await page.goto(`${origin()}/account/family`);
    await page.getByLabel('First name').fill('Leo');
    await page.getByLabel('Last name').fill('Quist');
    await page.getByLabel('Their e-mail').fill(guest);
    await page.getByLabel('Current password').fill(THIRD);
    await press(page, 'Send the invitation', '/account/family/invite');
    await page.getByText('The invitation is on its way.').waitFor();
    const link = linkIn((await mailbox.mailTo(guest)).text);
    expect(mailsTo(guest)).toHaveLength(1);

    const other = await browser.newContext({ locale: 'en-US' });
    const theirs = await other.newPage();
    await theirs.goto(link);
    await press(theirs, 'Create an account', '/invitation');
    await theirs.getByLabel('Username').fill(`leo-${person}`);
    await theirs.getByLabel('New password').fill(FIRST);
    await theirs.getByLabel(/I accept/).check();
    await press(theirs, 'Create the account', '/invitation/sign-up');
    await theirs.getByRole('button', { name: 'Accept' }).waitFor();
    await press(theirs, 'Accept', '/account/invitation');
    await theirs.getByText('The record is open to you now').waitFor();
    await other.close();

    await page.goto(`${origin()}/account/family`);
    await page.getByRole('link', { name: 'Change the limits of Leo' }).click();
    await page.getByLabel('Messages').check();
    await page.getByLabel('Current password').fill(THIRD);
    await press(page, 'Save', '/account/family/change');
    await page.getByText('The limits are changed.').waitFor();
    expect(await events('family access changed')).toBe(1);
    await page.getByText('End the access of Leo').first().click();
    await press(page, 'End the access of Leo', '/account/family/end');
    await page.getByText('The access is ended.').waitFor();
  });

  it('a new phone number is asked for by one text message, and is theirs by its code', async () => {
    const number = `+1413555014${WAYS.findIndex((way) => way.person === person)}`;
    await page.goto(`${origin()}/account/contact`);
    await page.getByLabel('New mobile number').fill(number);
    await page.getByLabel('Current password').fill(THIRD);
    await press(page, 'Send a code to it', '/account/phone');
    await page.getByLabel('The code that we sent').fill(codeIn((await mailbox.textTo(number)).text));
    expect(mailbox.texts.filter(({ to }) => to === number)).toHaveLength(1);
    await press(page, 'Confirm', '/account/phone/code');
    await page.getByText('Your mobile number is changed.').waitFor();
    expect((await account())?.phone).toBe(number);
  });

  it('a passkey is added, and removed', async () => {
    await addAuthenticator(page);
    await page.goto(`${origin()}/account/security`);
    await page.getByLabel('Name of the new passkey').fill('My phone');
    await page.getByLabel('Current password').fill(THIRD);
    await press(page, 'Add a passkey', '/account/passkeys');
    await page.getByText('The passkey is added.').waitFor();
    expect((await account())?.passkeys?.map(({ name }) => name)).toEqual(['My phone']);
    await page.getByLabel('Current password').fill(THIRD);
    await press(page, 'Remove My phone', '/account/passkeys/remove');
    await page.getByText('The passkey is removed.').waitFor();
    expect((await account())?.passkeys).toEqual([]);
  });

  it('the way back from what was done leads to a page, and not to a form that is sent again', async () => {
    const before = (await world.storage.listAudit({ limit: 500 })).length;
    for (const heading of ['Password and sign-in', 'Contact']) {
      await page.goBack();
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      expect(new URL(page.url()).origin, heading).toBe(origin());
    }
    expect((await world.storage.listAudit({ limit: 500 })).length).toBe(before);
  });

  it('an app is signed in to and allowed: there is one way on', async () => {
    const apart = await browser.newContext({ locale: 'en-US' });
    const theirs = await apart.newPage();
    const parameters = Object.entries(launch(world.fhir, pkce().challenge)) as [string, string][];
    let back = '';
    theirs.on('request', (request) => {
      if (request.isNavigationRequest() && request.url().startsWith('http://127.0.0.1:9/callback'))
        back = request.url();
    });
    const signIns = await events('signed in');
    await theirs.goto(`${world.issuer}/authorize?${new URLSearchParams(parameters)}`);
    await theirs.getByLabel('Username or e-mail').fill(username);
    await theirs.getByLabel('Password').fill(THIRD);
    await press(theirs, 'Sign in', '/login');
    await theirs.getByRole('button', { name: 'Allow', exact: true }).waitFor();
    expect(await events('signed in')).toBe(signIns + 1);
    await press(theirs, 'Allow', '/consent');
    await expect.poll(() => back).toContain('code=');
    expect(await events('consent given')).toBe(1);
    const grants = await world.storage.listArtifacts('LaunchContext', (await account())?.id);
    expect(grants.filter(({ payload }) => payload.clientId === 'third-party')).toHaveLength(1);
    await apart.close();
  });

  it('the app is disconnected, and the other device signed out', async () => {
    await page.goto(`${origin()}/account/apps`);
    await page
      .getByText(/^Disconnect /)
      .first()
      .click();
    const disconnect = page.getByRole('button', { name: /^Disconnect / }).first();
    await press(page, await disconnect.innerText(), '/account/apps/disconnect');
    await page.getByText('The app is disconnected.').waitFor();
    expect(await events('app disconnected')).toBe(1);
    await page.goto(`${origin()}/account/sessions`);
    const asked = page.locator('summary', { hasText: /^Sign out / });
    const before = await asked.count();
    await asked.filter({ hasNotText: 'everywhere' }).last().click();
    const other = page.getByRole('button', { name: /^Sign out (?!everywhere)/ });
    await press(page, await other.innerText(), '/account/sessions/end');
    await page.getByText('That device is signed out.').waitFor();
    expect(await asked.count()).toBe(before - 1);
    expect(await events('signed out elsewhere')).toBe(1);
  });
});
