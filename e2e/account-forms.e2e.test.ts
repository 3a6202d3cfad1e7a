/** What is missing or wrong in a form of the account pages: said by the page, at its field, in the reader's language, and nothing that was typed is lost. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, linkIn, type Mailbox, openMailbox } from '../auth-server/test/mailbox.ts';
import { openWorld, type World } from '../auth-server/test/world.ts';
import { expectAccessible } from './accessible.ts';
import { addAuthenticator } from './passkey.ts';
import { overlapping } from './targets.ts';
import { openBrowser } from './world.ts';

let world: World;
let mailbox: Mailbox;
let browser: Browser;
const STRONG = 'Violet-Harbour-47';

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

/** Label and problem of each field that is said to be wrong, as a screen reader is told of them; and which has the focus. */
async function problems(page: Page): Promise<{ said: string[]; focus: string }> {
  await page.locator('[aria-invalid=true]').first().waitFor();
  return (await page.evaluate(`({
    said: [...document.querySelectorAll('[aria-invalid=true]')].map((input) => {
      const ids = (input.getAttribute('aria-describedby') ?? '').split(' ');
      const text = (id) => document.getElementById(id)?.textContent.trim();
      return input.name + ': ' + ids.filter((id) => id.endsWith('-problem')).map(text);
    }),
    focus: document.activeElement?.name ?? '',
  })`)) as { said: string[]; focus: string };
}

/** Nobody's own: the forms before a sign-in, each sent with nothing in it. */
const EMPTY: readonly (readonly [
  address: string,
  button: Record<'en' | 'es', string>,
  said: Record<'en' | 'es', string[]>,
])[] = [
  [
    '/sign-up',
    { en: 'Continue', es: 'Continuar' },
    {
      en: [
        'given: Please enter your first name.',
        'family: Please enter your last name.',
        'birthDate: Please enter your date of birth: day, month and year.',
        'contact: Please enter a whole e-mail address or phone number.',
      ],
      es: [
        'given: Escriba su nombre, por favor.',
        'family: Escriba su apellido, por favor.',
        'birthDate: Escriba su fecha de nacimiento: día, mes y año.',
        'contact: Escriba un correo o un número de teléfono completo, por favor.',
      ],
    },
  ],
  [
    '/account',
    { en: 'Sign in', es: 'Entrar' },
    {
      en: ['login: Please enter your username or e-mail.', 'password: Please enter your password.'],
      es: ['login: Escriba su usuario o correo electrónico.', 'password: Escriba su contraseña.'],
    },
  ],
  [
    '/forgot-password',
    { en: 'Send', es: 'Enviar' },
    {
      en: ['login: Please enter your username or e-mail.'],
      es: ['login: Escriba su usuario o correo electrónico.'],
    },
  ],
  [
    '/forgot-username',
    { en: 'Send', es: 'Enviar' },
    {
      en: ['login: Please enter a whole e-mail address.'],
      es: ['login: Escriba una dirección de correo completa, por favor.'],
    },
  ],
];

describe.each(['en', 'es'] as const)('in %s, before a sign-in', (language) => {
  it('each field that was left empty is told at once, beside it, and the first has the focus', async () => {
    const visit = await browser.newContext({ locale: language, viewport: { width: 390, height: 800 } });
    visit.setDefaultTimeout(10_000);
    const page = await visit.newPage();
    for (const [address, button, said] of EMPTY) {
      await page.goto(`${origin()}${address}`);
      await page.getByRole('button', { name: button[language], exact: true }).click();
      const found = await problems(page);
      expect(found.said, address).toEqual(said[language]);
      expect(found.focus, address).toBe(found.said[0]?.split(':')[0]);
      await expectAccessible(page);
    }
    await visit.close();
  });
});

describe('a new account', () => {
  const email = 'rosa-forms@example.org';
  let visit: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    const body = {
      resourceType: 'Patient',
      id: 'rosa-forms',
      name: [{ given: ['Rosa'], family: 'Winter' }],
      birthDate: '1971-03-02',
      telecom: [{ system: 'email', value: email }],
    };
    await world.ask('Patient/rosa-forms', { method: 'PUT', body });
    visit = await browser.newContext({ locale: 'en-US' });
    visit.setDefaultTimeout(10_000);
    page = await visit.newPage();
  });
  afterAll(() => visit?.close());

  it('no code is none of the five tries', async () => {
    await page.goto(`${origin()}/sign-up`);
    await page.getByLabel('First name').fill('Rosa');
    await page.getByLabel('Last name').fill('Winter');
    await page.getByLabel('Date of birth').fill('1971-03-02');
    await page.getByLabel('E-mail or mobile number').fill(email);
    await page.reload();
    expect(await page.getByLabel('Date of birth').inputValue()).toBe('1971-03-02');
    await page.getByRole('button', { name: 'Continue' }).click();
    for (let i = 0; i < 6; i++) {
      await page.getByLabel('Code').fill(' '.repeat(i));
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect.poll(() => page.getByLabel('Code').inputValue()).toBe('');
      expect(await problems(page)).toEqual({ said: ['code: Please enter the code.'], focus: 'code' });
    }
    await page.getByLabel('Code').fill(codeIn((await mailbox.mailTo(email)).text));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Username').waitFor();
  });

  it('a username that is taken costs no password: it is still there, shown as met, and sent with the next', async () => {
    await page.getByLabel('Username').fill('maria');
    await page.getByLabel('New password').fill(STRONG);
    await page.getByRole('button', { name: 'Create the account' }).click();
    expect(await problems(page)).toEqual({
      said: ['username: This username is taken.', 'terms: The account needs your acceptance of the terms.'],
      focus: 'username',
    });
    expect(await page.getByLabel('New password').inputValue()).toBe(STRONG);
    expect(await page.locator('.criteria .met').count()).toBe(5);
    expect(await page.getByText('Please type the new password once more.').count()).toBe(0);
    await expectAccessible(page);
    // Shown, ticked and asked about first: all of it again in the page that came in.
    await page.getByLabel('New password').fill('violet');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByLabel('Username').fill('rosa-forms');
    await page.getByLabel(/I accept the terms/).check();
    await page.getByRole('button', { name: 'Create the account' }).click();
    await expect.poll(async () => (await problems(page)).focus).toBe('password');
    expect(await page.getByLabel('New password').inputValue()).toBe('violet');
    expect(await page.getByLabel('Username').inputValue()).toBe('rosa-forms');
    expect(await page.getByLabel(/I accept the terms/).isChecked()).toBe(true);
    await page.getByLabel('New password').fill(STRONG);
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByRole('heading', { name: 'Your account is ready' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-up/login');
  });

  it('without JavaScript the password is asked for again, in words', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US' });
    plain.setDefaultTimeout(10_000);
    const invited = await invitation('plain-guest@example.net');
    const theirs = await plain.newPage();
    await theirs.goto(invited);
    await theirs.getByRole('button', { name: 'Create an account' }).click();
    await theirs.getByLabel('Username').fill('maria');
    await theirs.getByLabel('New password').fill(STRONG);
    await theirs.getByRole('button', { name: 'Create the account' }).click();
    await theirs.getByText('This username is taken.').waitFor();
    await theirs.getByText('Please type the new password once more.').waitFor();
    await plain.close();
  });

  /** The address of one that maria sent. */
  async function invitation(to: string): Promise<string> {
    const own = await browser.newContext({ locale: 'en-US' });
    const mine = await own.newPage();
    await mine.goto(`${origin()}/account/family`);
    await mine.getByLabel('Username or e-mail').fill('maria');
    await mine.getByLabel('Password').fill('Wellspring-Demo-1');
    await mine.getByRole('button', { name: 'Sign in' }).click();
    await mine.getByLabel('First name').fill('Leo');
    await mine.getByLabel('Last name').fill('Quist');
    await mine.getByLabel('Their e-mail').fill(to);
    await mine.getByLabel('Current password').fill('Wellspring-Demo-1');
    await mine.getByRole('button', { name: 'Send the invitation' }).click();
    await mine.getByText('The invitation is on its way.').waitFor();
    await own.close();
    return linkIn((await mailbox.mailTo(to)).text);
  }

  it('on each page of the account what was left empty is told together', async () => {
    for (const [address, button, said] of [
      [
        '/account/security',
        'Change the password',
        [
          'current: Please enter your current password.',
          'password: The password does not meet all of these yet:',
        ],
      ],
      ['/account/security', 'Make new codes', ['current: Please enter your current password.']],
      [
        '/account/contact',
        'Change the e-mail',
        ['current: Please enter your current password.', 'email: Please enter a whole e-mail address.'],
      ],
      [
        '/account/family',
        'Send the invitation',
        [
          'given: Please enter their first name.',
          'family: Please enter their last name.',
          'email: Please enter a whole e-mail address.',
          'current: Please enter your current password.',
        ],
      ],
    ] as const) {
      await page.goto(`${origin()}${address}`);
      await page.getByRole('button', { name: button, exact: true }).click();
      const found = await problems(page);
      expect(found.said, button).toEqual(said);
      expect(found.focus, button).toBe(said[0].split(':')[0]);
      await expectAccessible(page);
      const size = page.viewportSize();
      for (const width of [320, 360, 390]) {
        await page.setViewportSize({ width, height: 780 });
        expect(await overlapping(page), `${address} ${width}`).toEqual([]);
      }
      if (size) await page.setViewportSize(size);
    }
  });

  it('what was typed and chosen is there after a reload and on the way back; a password is not', async () => {
    const words = {
      given: page.getByLabel('First name'),
      email: page.getByLabel('Their e-mail'),
      relation: page.getByLabel('What they are to you'),
      until: page.getByLabel('Last day'),
    };
    const [visits, messages, current] = [
      page.getByLabel('Visits'),
      page.getByLabel('Messages'),
      page.getByLabel('Current password'),
    ];
    await page.goto(`${origin()}/account/family`);
    const until = await words.until.inputValue();
    await words.given.fill('Leo');
    await words.email.fill('leo@example.net');
    await words.relation.selectOption({ index: 1 });
    await visits.uncheck();
    await messages.check();
    await current.fill(STRONG);
    const typed = () => Promise.all(Object.values(words).map((each) => each.inputValue()));
    const before = await typed();
    expect(before[3]).toBe(until);
    for (const goAway of [
      () => page.reload(),
      () => page.goto(`${origin()}/terms`).then(() => page.goBack()),
    ]) {
      await goAway();
      expect(await typed()).toEqual(before);
      expect([await visits.isChecked(), await messages.isChecked()]).toEqual([false, true]);
      expect(await current.inputValue()).toBe('');
    }
    // Opened anew it is another one.
    await page.goto(`${origin()}/account/contact`);
    await page.goto(`${origin()}/account/family`);
    expect([await words.given.inputValue(), await visits.isChecked()]).toEqual(['', true]);
  });

  it('a wrong current password is asked for again, and the new one is kept', async () => {
    await page.goto(`${origin()}/account/security`);
    await page.getByLabel('Current password').fill('wrong');
    await page.getByLabel('New password').fill('Copper-Lantern-82');
    await page.getByRole('button', { name: 'Change the password' }).click();
    expect(await problems(page)).toEqual({
      said: ['current: The current password is not right.'],
      focus: 'current',
    });
    expect(await page.getByLabel('Current password').inputValue()).toBe('');
    expect(await page.getByLabel('New password').inputValue()).toBe('Copper-Lantern-82');
    await page.getByLabel('Current password').fill(STRONG);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed').waitFor();
  });

  it('a passkey is not asked of the device before its name and the password are there', async () => {
    await addAuthenticator(page);
    await page.goto(`${origin()}/account/security`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    expect(await problems(page)).toEqual({
      said: ['current: Please enter your current password.', 'name: Please give the passkey a name.'],
      focus: 'current',
    });
    await expectAccessible(page);
    await page.getByLabel('Current password').fill('Copper-Lantern-82');
    await page.getByLabel('Name of the new passkey').fill('My phone');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('The passkey is added.').waitFor();
  });

  it('the second step: no code is no wrong code, neither where it is set up nor where it is given', async () => {
    await page.goto(`${origin()}/account/security`);
    await page.getByLabel('Current password').fill('Copper-Lantern-82');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('button', { name: 'Turn on' }).click();
    expect(await problems(page)).toEqual({ said: ['code: Please enter the code.'], focus: 'code' });
    const other = await browser.newContext({ locale: 'en-US' });
    other.setDefaultTimeout(10_000);
    const again = await other.newPage();
    await again.goto(`${origin()}/account`);
    await again.getByLabel('Username or e-mail').fill('rosa-forms');
    await again.getByLabel('Password').fill('Copper-Lantern-82');
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.getByRole('heading', { name: 'Second step' }).waitFor();
    await again.getByRole('button', { name: 'Continue' }).click();
    expect(await problems(again)).toEqual({ said: ['code: Please enter the code.'], focus: 'code' });
    await other.close();
  });
});
