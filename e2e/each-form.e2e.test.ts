/**
 * P1 on the forms that once.e2e and once-changes.e2e leave out: each in one way through all that happens to people. What was entered is there after a reload; the
 * answer to two presses is lost; it is pressed again, where it still can be, and in a tab that has stood open since before; and the browser's way back is gone.
 * It is done once, and said to be.
 */
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page, Request, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clinicOf } from './clinic.ts';
import { openPage, openVisit, signIn, type Visit } from './portal-page.ts';
import { type Form, pressesOf, type Resource } from './portal-presses.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let visit: Visit;
let second: Page;

const { system } = clinicOf(() => world);
const ME = 'maria-alvarez';
const subject = { reference: `Patient/${ME}` };
const PAPER = fileURLToPath(new URL('../docs/images/dashboard-phone.png', import.meta.url));
const DAY_MS = 86_400_000;

const found = async (search: string): Promise<readonly Resource[]> =>
  (((await system('GET', search)).entry ?? []) as { resource: Resource }[]).map(({ resource }) => resource);
const saying = async (search: string, words: string): Promise<number> =>
  (await found(search)).filter((each) => JSON.stringify(each).includes(words)).length;
const versionOf = async (reference: string): Promise<number> =>
  Number(((await system('GET', reference)).meta as { versionId: string }).versionId);
const after = (ms: number): string => new Date(Date.now() + ms).toISOString();

const BOOKED = `Appointment?patient=${ME}&status=booked&_count=200`;
const TASKS = `Task?patient=${ME}&code=http://snomed.info/sct|103742009&_count=200`;
const plan = (page: Page) => page.getByRole('region', { name: 'Once and for all' });
const times = (page: Page) => page.locator('main ul button');
const visitOf = (page: Page, words: string) => page.locator('main li', { hasText: words }).first();
/** Version of their own Patient. */
let before = 0;

const FORMS: readonly Form[] = [
  {
    name: 'a visit is booked',
    isForMany: true,
    sent: /\$book$/,
    async open(page) {
      await openPage(world, page, '/appointments/book', 'Book a visit');
      await times(page).first().click();
    },
    async fill(page) {
      await page.getByLabel('What is it about?').fill('Booked once');
    },
    field: (page) => page.getByLabel('What is it about?'),
    button: (page) => page.getByRole('button', { name: 'Book this time' }),
    done: () => saying(BOOKED, 'Booked once'),
    said: (page) => page.getByText(/^Booked: /),
  },
  {
    name: 'a visit is moved',
    sent: /\$book$/,
    async open(page) {
      await openPage(world, page, '/appointments', 'Visits');
      await visitOf(page, 'Booked once')
        .getByRole('link', { name: /^Another time/ })
        .click();
      await times(page).nth(1).click();
    },
    async fill(page) {
      await page.getByLabel('What is it about?').fill('Booked once, moved');
    },
    field: (page) => page.getByLabel('What is it about?'),
    button: (page) => page.getByRole('button', { name: 'Book this time' }),
    done: () => saying(BOOKED, 'Booked once, moved'),
    said: (page) => page.getByText(/^Booked: /),
  },
  {
    name: 'the waiting list is asked for an earlier time',
    sent: /\/Appointment$/,
    async open(page) {
      await openPage(world, page, '/appointments', 'Visits');
      await visitOf(page, 'Booked once, moved')
        .getByRole('button', { name: /^Tell me when/ })
        .click();
    },
    button: (page) => page.getByRole('button', { name: 'Put me on the waiting list' }),
    done: () => saying(`Appointment?patient=${ME}&_count=200`, '"supportingInformation"'),
    // Where an earlier time is free already, it is kept for them at once.
    said: (page) => page.getByText(/^(You are on the waiting list|A time is kept for you)/).first(),
  },
  {
    name: 'a booked visit is cancelled',
    isFolded: true,
    sent: /\$cancel$/,
    async open(page) {
      await openPage(world, page, '/appointments', 'Visits');
      await visitOf(page, 'Booked once, moved')
        .getByRole('button', { name: /^Cancel/ })
        .click();
    },
    async fill(page) {
      await page.getByLabel('Why? (optional)').fill('Away, once');
    },
    field: (page) => page.getByLabel('Why? (optional)'),
    button: (page) => page.getByRole('button', { name: 'Cancel this visit' }),
    done: () => saying(`Appointment?patient=${ME}&status=cancelled&_count=200`, 'Away, once'),
    said: (page) => visitOf(page, 'Booked once, moved').getByText('Cancelled', { exact: true }),
  },
  {
    name: 'a check-in is signed',
    sent: /\/QuestionnaireResponse$/,
    async open(page) {
      await openPage(world, page, '/appointments/soon/check-in', 'Check in for a visit');
    },
    async fill(page) {
      const yes = page.getByRole('radio', { name: 'Yes' });
      await yes.first().waitFor();
      for (const each of await yes.all()) await each.check();
      await page.getByLabel('Your full name, as your signature').fill('Maria Alvarez');
    },
    field: (page) => page.getByLabel('Your full name, as your signature'),
    button: (page) => page.getByRole('button', { name: 'Sign and check in' }),
    done: () => saying(`QuestionnaireResponse?patient=${ME}&identifier=urn:wellspring:check-in|soon`, ''),
    said: (page) => page.getByText(/^Signed by Maria Alvarez/),
  },
  {
    name: 'a calendar address is made',
    sent: /\$calendar-feed$/,
    open: (page) => openPage(world, page, '/appointments', 'Visits'),
    button: (page) => page.getByRole('button', { name: 'Make a calendar address' }),
    async done() {
      const headers = { Authorization: `Bearer ${visit.token()}` };
      const answer = await fetch(`${world.fhir}/Patient/${ME}/$calendar-feed`, { headers });
      const { parameter } = (await answer.json()) as { parameter: { name: string }[] };
      return parameter.filter(({ name }) => name === 'feed').length;
    },
    said: (page) => page.getByLabel(/^Subscribe to this address/),
  },
  {
    name: 'refills of two medicines are asked for',
    isFolded: true,
    sent: /\/Task$/,
    async open(page) {
      await openPage(world, page, '/medications', 'Medicines');
      await page.getByRole('button', { name: /^Ask for a refill.*Once 1 mg/ }).click();
    },
    async fill(page) {
      await page.getByRole('checkbox', { name: 'Once 2 mg' }).check();
      await page.getByLabel('Note for the clinic (optional)').fill('Both, once');
    },
    field: (page) => page.getByLabel('Note for the clinic (optional)'),
    button: (page) => page.getByRole('button', { name: 'Send the request' }),
    done: async () => (await saying(TASKS, 'Both, once')) / 2,
    said: (page) => page.getByText('Your request is at the clinic.'),
  },
  {
    name: 'a day of a plan is ticked off',
    sent: /\/Observation$/,
    open: (page) => openPage(world, page, '/care-plan', 'Care plan'),
    button: (page) => plan(page).getByRole('button', { name: /^Mark as done/ }),
    done: () => saying(`Observation?patient=${ME}&based-on=CarePlan/once&status=final`, ''),
    said: (page) => plan(page).getByText(/^Done on /),
  },
  {
    name: 'a medicine of one’s own is stopped',
    sent: /\/MedicationStatement\//,
    async open(page) {
      await addOwnMedicine();
      await openPage(world, page, '/medications', 'Medicines');
      await page.getByRole('heading', { name: 'Once by the clinic' }).waitFor();
      expect(await page.getByRole('button', { name: /Once by the clinic/ }).count()).toBe(0);
    },
    button: (page) => page.getByRole('button', { name: /^I stopped taking this.*Once daily/ }),
    done: () => saying(`MedicationStatement?patient=${ME}&status=stopped`, 'Once daily'),
    said: (page) => page.getByRole('button', { name: /^I take this again.*Once daily/ }),
  },
  {
    name: 'the pharmacy is chosen',
    isFolded: true,
    sent: /\/Patient\/[^/]+$/,
    async open(page) {
      await openPage(world, page, '/profile', 'Profile');
      await page.getByRole('button', { name: /^(Change my|Choose a) pharmacy$/ }).click();
    },
    async fill(page) {
      await page.getByLabel('Pharmacy', { exact: true }).selectOption({ label: 'Once Pharmacy' });
    },
    field: (page) => page.getByLabel('Pharmacy', { exact: true }),
    button: (page) => page.getByRole('button', { name: 'Save' }),
    done: async () => (await versionOf(`Patient/${ME}`)) - before,
    said: (page) => page.getByRole('main').getByText('Once Pharmacy').first(),
  },
  {
    name: 'how one is told of news is chosen',
    isFolded: true,
    sent: /\/Patient\/[^/]+$/,
    async open(page) {
      await openPage(world, page, '/profile', 'Profile');
      await page.getByRole('button', { name: 'Change my notices' }).click();
    },
    async fill(page) {
      await page.getByLabel('Quiet from (optional)').fill('22:15');
      await page.getByLabel('Quiet until (optional)').fill('06:45');
    },
    field: (page) => page.getByLabel('Quiet from (optional)'),
    button: (page) => page.getByRole('button', { name: 'Save' }),
    done: async () => (await versionOf(`Patient/${ME}`)) - before,
    said: (page) => page.getByRole('button', { name: 'Change my notices' }),
  },
  ...pressesOf({ world: () => world, system, token: () => visit.token(), patient: ME }),
];

/** What the clinic wrote down is the clinic's to change. */
async function addOwnMedicine(): Promise<void> {
  const resource = {
    resourceType: 'MedicationStatement',
    status: 'active',
    subject,
    informationSource: subject,
    medicationCodeableConcept: { text: 'Once daily' },
    effectivePeriod: { start: '2026-01-01' },
    identifier: [{ system: 'urn:once', value: 'daily' }],
  };
  const answer = await fetch(`${world.fhir}/MedicationStatement`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${visit.token()}`,
      'Content-Type': 'application/fhir+json',
      'If-None-Exist': 'identifier=urn:once|daily',
    },
    body: JSON.stringify(resource),
  });
  expect(answer.ok, String(answer.status)).toBe(true);
}

async function clinicSide(): Promise<void> {
  const order = {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject,
    authoredOn: after(0),
  };
  const resources: Resource[] = [
    { ...order, id: 'once-1', medicationCodeableConcept: { text: 'Once 1 mg' } },
    { ...order, id: 'once-2', medicationCodeableConcept: { text: 'Once 2 mg' } },
    { resourceType: 'Organization', id: 'once-pharmacy', active: true, name: 'Once Pharmacy' },
    {
      resourceType: 'Appointment',
      id: 'soon',
      status: 'booked',
      start: after(DAY_MS),
      end: after(DAY_MS + 1_800_000),
      participant: [{ actor: subject, status: 'accepted' }],
    },
    {
      resourceType: 'CarePlan',
      id: 'once',
      status: 'active',
      intent: 'plan',
      title: 'Once and for all',
      subject,
      activity: [{ detail: { status: 'in-progress', description: 'Buy shoes', performer: [subject] } }],
    },
    {
      resourceType: 'MedicationStatement',
      id: 'once',
      status: 'active',
      subject,
      informationSource: subject,
      medicationCodeableConcept: { text: 'Once by the clinic' },
    },
  ];
  for (const each of resources) {
    const stored = await system('PUT', `${each.resourceType}/${each.id}`, each);
    expect(stored.id, JSON.stringify(stored)).toBe(each.id);
  }
}

beforeAll(async () => {
  world = await openWorld({ seeded: true });
  browser = await openBrowser();
  await clinicSide();
  visit = await openVisit(browser, { width: 1000, height: 800 });
  await signIn(world, visit, 'maria');
  visit.page.setDefaultTimeout(20_000);
  second = await visit.context.newPage();
});
afterEach(async () => {
  for (const page of [visit.page, second]) await page.unrouteAll({ behavior: 'ignoreErrors' });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Batches of reads are sent to the base, as transactions are. */
const isWrite = (form: Form, request: Request): boolean =>
  ['POST', 'PUT'].includes(request.method()) &&
  form.sent.test(new URL(request.url()).pathname) &&
  (!request.url().endsWith('/fhir') || request.postData()?.includes('"transaction"') === true);

/** The answer of what arrives first is lost. Gives back how often it was sent. */
async function lose(page: Page, form: Form): Promise<() => number> {
  let sent = 0;
  await page.route(`${world.fhir}**`, async (route) => {
    if (!isWrite(form, route.request()) || sent++ > 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  return () => sent;
}

/** What is sent is too much. */
const limit = (page: Page, form: Form): Promise<unknown> =>
  page.route(`${world.fhir}**`, (route: Route) =>
    isWrite(form, route.request())
      ? route.fulfill({
          status: 429,
          headers: {
            'access-control-allow-origin': '*',
            'access-control-expose-headers': 'Retry-After',
            'retry-after': '30',
          },
          body: '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"throttled"}]}',
        })
      : route.continue(),
  );

/** It reads nothing any more: what it shows is what was there when it was opened, and what it sends arrives. */
const deafen = (page: Page, form: Form): Promise<unknown> =>
  page.route(`${world.fhir}**`, (route: Route) =>
    isWrite(form, route.request()) ? route.continue() : route.abort(),
  );

async function pressIfThere(button: Locator): Promise<void> {
  if (await button.isVisible()) await button.click({ timeout: 10_000 }).catch(() => undefined);
}

describe.each(FORMS)('$name', (form) => {
  it('once, and nothing that was entered is lost', async () => {
    const { page } = visit;
    before = await versionOf(`Patient/${ME}`);
    await form.before?.();
    await form.open(page);
    await form.fill?.(page);
    const words = await form.field?.(page).inputValue();
    await form.open(second);
    await deafen(second, form);
    if (words !== undefined) {
      await page.reload();
      // A form that was unfolded is unfolded again; a page is there at once.
      if (form.isFolded) await form.open(page);
      await form.field?.(page).waitFor();
      await expect.poll(() => form.field?.(page).inputValue()).toBe(words);
    }

    await limit(page, form);
    await form.button(page).click();
    await page.getByRole('main').getByText('Too much was asked just now.', { exact: false }).waitFor();
    expect(await form.field?.(page).inputValue()).toBe(words);
    await page.unroute(`${world.fhir}**`);

    const sent = await lose(page, form);
    await form.button(page).dblclick();
    await form.said(page).or(page.getByText('Nothing was lost')).first().waitFor();
    expect(sent()).toBe(1);
    // Where the page reads meanwhile that it was done, there is nothing to be pressed.
    if (!(await form.said(page).isVisible())) await pressIfThere(form.button(page));
    await form.said(page).waitFor();
    await page.unroute(`${world.fhir}**`);
    expect(await form.done()).toBe(1);
    expect(await page.getByRole('main').getByRole('alert').allInnerTexts()).toEqual([]);

    // The other tab has stood open since before, and has heard of nothing.
    await pressIfThere(form.button(second));
    await second.waitForLoadState('networkidle');
    expect(await form.done()).toBe(1);

    let again = 0;
    const count = (request: Request) => {
      if (isWrite(form, request)) again++;
    };
    page.on('request', count);
    await page.goBack();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
    page.off('request', count);
    expect([again, await form.done()]).toEqual([0, 1]);

    if (form.isForMany) {
      await form.open(page);
      expect(await form.field?.(page).inputValue()).toBe('');
    }
  });
});

describe('what is begun in two tabs', () => {
  it('is there after a reload of either, with its file; sent in one it is gone from the other', async () => {
    const { page } = visit;
    await openPage(world, page, '/messages/new', 'Write a message');
    await openPage(world, second, '/letters', 'Letters and forms');
    await page.getByLabel('To', { exact: true }).selectOption({ index: 1 });
    const to = await page.getByLabel('To', { exact: true }).inputValue();
    await page.getByLabel('About').fill('Tabs');
    await page.getByLabel('Picture or PDF (optional)').setInputFiles(PAPER);
    await second.getByRole('button', { name: 'Ask for a letter' }).click();
    await second.getByLabel('What should be in it?').fill('Of the second tab');
    // The last letter, and the reload before the vault has answered: on a busy machine it takes its time.
    await page.addInitScript(
      `window.typed = Object.entries(localStorage).filter(([name]) => name.includes('typed'))`,
    );
    await page.evaluate(`navigator.locks.request = () => new Promise(() => undefined)`);
    await page.getByLabel('Message').fill('Of the first tab');
    await page.reload();
    await expect.poll(() => page.getByLabel('Message').inputValue()).toBe('Of the first tab');
    const sealed = await page.evaluate('typed');
    expect(sealed).toEqual([[expect.any(String), expect.stringMatching(/^[0-9a-f]{100,}$/)]]);
    await expect
      .poll(() => page.evaluate(`Object.keys(localStorage).filter((name) => name.includes('typed')).length`))
      .toBe(0);
    expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe(to);
    const file = page.getByLabel('Picture or PDF (optional)');
    await expect
      .poll(() =>
        file.evaluate((input) => (input as unknown as { files: { name: string }[] }).files[0]?.name),
      )
      .toBe('dashboard-phone.png');
    await second.reload();
    await second.getByRole('button', { name: 'Ask for a letter' }).click();
    expect(await second.getByLabel('What should be in it?').inputValue()).toBe('Of the second tab');

    await openPage(world, second, '/messages/new', 'Write a message');
    expect(await second.getByLabel('Message').inputValue()).toBe('Of the first tab');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Your message was sent.').waitFor();
    await expect.poll(() => second.getByLabel('Message').inputValue()).toBe('');
    await second.getByRole('button', { name: 'Send', exact: true }).click();
    await second.getByText('Please fill this in.').first().waitFor();
    const sent = (await found(`Communication?subject=Patient/${ME}&_count=200`)).filter((each) =>
      JSON.stringify(each).includes('Of the first tab'),
    );
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).toContain('dashboard-phone.png');
  });

  it('is sent once where it is pressed in both at one moment, also where one has heard of nothing', async () => {
    const deaf = await visit.context.newPage();
    await deaf.addInitScript(
      `const Told = BroadcastChannel; window.BroadcastChannel = class extends Told {
        constructor(name) { super(name === 'wellspring.drafts' ? 'told nobody' : name); }
      }`,
    );
    await openPage(world, visit.page, '/messages/new', 'Write a message');
    await visit.page.getByLabel('About').fill('Tabs');
    await visit.page.getByLabel('Message').fill('Of both tabs');
    const words = deaf.getByLabel('Message');
    await expect
      .poll(async () => {
        await openPage(world, deaf, '/messages/new', 'Write a message');
        return words.inputValue();
      })
      .toBe('Of both tabs');
    const tabs = [visit.page, deaf];
    await Promise.all(tabs.map((tab) => tab.getByRole('button', { name: 'Send', exact: true }).click()));
    for (const tab of tabs) await tab.getByText('Your message was sent.').waitFor();
    expect(await saying(`Communication?subject=Patient/${ME}&_count=200`, 'Of both tabs')).toBe(1);
    await deaf.close();
  });

  it('a day that is ticked off in both is done: a press that comes as the other’s arrives does not undo it', async () => {
    const ticks = () => saying(`Observation?patient=${ME}&based-on=CarePlan/once&status=final`, '');
    const tabs = [visit.page, second];
    for (const page of tabs) await page.unroute(`${world.fhir}**`);
    for (const page of tabs) await openPage(world, page, '/care-plan', 'Care plan');
    const undo = plan(visit.page).getByRole('button', { name: /^Undo/ });
    if (await undo.isVisible()) await undo.click();
    for (const page of tabs) {
      await page.reload();
      await plan(page)
        .getByRole('button', { name: /^Mark as done/ })
        .waitFor();
    }
    expect(await ticks()).toBe(0);
    // Whoever is about to press sees it change, and presses.
    await second.evaluate(`{
      new MutationObserver((_, observer) => {
        const button = [...document.querySelectorAll('main button')].find((each) => /^Undo/.test(each.innerText));
        if (!button) return;
        observer.disconnect();
        window.pressed = true;
        button.click();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    }`);
    await plan(visit.page)
      .getByRole('button', { name: /^Mark as done/ })
      .click();
    await plan(visit.page)
      .getByText(/^Done on /)
      .waitFor();
    // The other tab is come back to after a minute, and reads again.
    await second.evaluate(`{
      const now = Date.now.bind(Date);
      Date.now = () => now() + 61_000;
      dispatchEvent(new Event('visibilitychange'));
    }`);
    await expect.poll(() => second.evaluate('window.pressed === true')).toBe(true);
    await second.waitForLoadState('networkidle');
    await plan(second)
      .getByText(/^Done on /)
      .waitFor();
    expect(await ticks()).toBe(1);
    // What was seen is pressed for what it says.
    await expect
      .poll(async () => {
        await pressIfThere(plan(second).getByRole('button', { name: /^Undo/ }));
        await second.waitForLoadState('networkidle');
        return ticks();
      })
      .toBe(0);
  });
});
