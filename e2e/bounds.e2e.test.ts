/** What the portal may cost: JavaScript by page, and what a page fetches and draws of a record that is decades long. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clinicOf } from './clinic.ts';
import { fetched } from './fetched.ts';
import { openVisit, signIn } from './portal-page.ts';
import { overlapping } from './targets.ts';
import { openBrowser, openWorld, type World } from './world.ts';

const KB = 1000;
const FIRST_LOAD = 150 * KB;
const FURTHER_PAGE = 45 * KB;
const MOST_ROWS = 150;
const MOST_FETCHED = 1000 * KB;

const PAGES = [
  ['/inbox', 'What is new'],
  ['/results', 'Results'],
  ['/appointments', 'Visits'],
  ['/appointments/book', 'Book a visit'],
  ['/appointments/new', 'Ask for a visit'],
  ['/messages', 'Messages'],
  ['/messages/new', 'Write a message'],
  ['/medications', 'Medicines'],
  ['/medications/schedule', 'What to take when'],
  ['/records', 'Records'],
  ['/records/Encounter', 'Visits on record'],
  ['/summary', 'Health summary'],
  ['/learn', 'Learn'],
  ['/learn/heart-age', 'Heart age'],
  ['/learn/body-mass', 'Body mass index'],
  ['/readings/blood-pressure', 'Blood pressure'],
  ['/questionnaires', 'Questionnaires'],
  ['/access', 'Who looked at my record'],
  ['/profile', 'Profile'],
] as const;

let world: World;
let browser: Browser;
const { system } = clinicOf(() => world);

beforeAll(async () => {
  world = await openWorld({ seeded: true });
  browser = await openBrowser();
  await fillRecord('linda-begay');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Forty years: 3,000 results of 20 tests, 300 visits, 120 prescriptions. */
async function fillRecord(patient: string): Promise<void> {
  const subject = { reference: `Patient/${patient}` };
  const span = 40 * 365.25 * 86_400_000;
  const day = (i: number, of: number): string =>
    new Date(Date.now() - span + ((i + 0.9) / of) * span).toISOString();
  const laboratory = {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
  };
  const results = Array.from({ length: 3000 }, (_, i) => ({
    resourceType: 'Observation',
    status: 'final',
    category: [laboratory],
    code: { coding: [{ system: 'urn:test', code: `test-${i % 20}` }], text: `Test ${i % 20}` },
    subject,
    effectiveDateTime: day(i, 3000),
    valueQuantity: { value: 50 + ((i * 37) % 50), unit: 'mg/dL' },
    referenceRange: [{ low: { value: 55 }, high: { value: 90 } }],
  }));
  const visits = Array.from({ length: 300 }, (_, i) => ({
    resourceType: 'Encounter',
    status: 'finished',
    class: { code: 'AMB' },
    type: [{ text: `Visit ${i}` }],
    subject,
    period: { start: day(i, 300) },
  }));
  const prescriptions = Array.from({ length: 120 }, (_, i) => ({
    resourceType: 'MedicationRequest',
    status: i < 6 ? 'active' : 'completed',
    intent: 'order',
    medicationCodeableConcept: { text: `Medicine ${i}` },
    subject,
    authoredOn: day(i, 120),
  }));
  const all = [...results, ...visits, ...prescriptions];
  for (let i = 0; i < all.length; i += 1000) {
    const entry = all
      .slice(i, i + 1000)
      .map((resource) => ({ resource, request: { method: 'POST', url: resource.resourceType } }));
    const answer = await system('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(answer.type).toBe('transaction-response');
  }
}

const apps = () => ({ app: world.portal, fhir: world.fhir });

async function opened(page: Page, path: string, heading: string): Promise<void> {
  // By the app's own way, so that what it has is not fetched again.
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
  await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
  await expect.poll(() => page.locator('main [aria-busy=true]').count()).toBe(0);
}

describe.each([
  ['English', 'en-US'],
  ['Spanish', 'es-MX'],
] as const)('JavaScript, in %s', (_, locale) => {
  it(`is at most ${FIRST_LOAD / KB} kB gzipped until the dashboard is there`, async () => {
    const visit = await openVisit(browser, { width: 1280, height: 900 }, 'light', locale);
    const { page, context } = visit;
    const { scripts } = await fetched(page, apps(), async () => {
      await page.goto(`${world.portal}/`);
      await page.getByRole('button', { name: /^(Sign in|Entrar)$/ }).click();
      await page.getByLabel(/^(Username or e-mail|Usuario o correo electrónico)$/).fill('linda');
      await page.getByLabel(/^(Password|Contraseña)$/).fill('Wellspring-Demo-1');
      await page.getByRole('button', { name: /^(Sign in|Entrar)$/ }).click();
      const allow = page.getByRole('button', { name: /^(Allow|Permitir)$/ });
      const home = page.locator('main h2').first();
      await allow.or(home).first().waitFor();
      if (await allow.isVisible()) await allow.click();
      await home.waitFor();
    });
    expect(scripts).toBeGreaterThan(FIRST_LOAD / 3);
    expect(scripts).toBeLessThan(FIRST_LOAD);
    await context.close();
  });
});

describe('on a slow device', () => {
  it('each letter that is typed stays, and so does each of several quick presses', async () => {
    const visit = await openVisit(browser, { width: 1280, height: 900 });
    const { page } = visit;
    await signIn(world, visit, 'linda');
    await opened(page, '/results', 'Results');
    const slow = await page.context().newCDPSession(page);
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 8 });
    const words = page.getByRole('searchbox', { name: 'Search results' });
    await words.focus();
    await page.keyboard.type('hemoglobin');
    expect(await words.inputValue()).toBe('hemoglobin');
    await page.getByRole('checkbox', { name: 'Only outside range' }).click({ noWaitAfter: true });
    await page.getByRole('radio', { name: 'Labs' }).click({ noWaitAfter: true });
    await expect.poll(() => new URL(page.url()).search).toBe('?kind=labs&flag=outside');
    expect(await words.inputValue()).toBe('hemoglobin');
    await visit.context.close();
  });
});

describe('a record of forty years', () => {
  it('is fetched and drawn in parts, page by page, each with little code of its own', async () => {
    const visit = await openVisit(browser, { width: 360, height: 740 });
    const { page } = visit;
    await signIn(world, visit, 'linda');
    for (const [path, heading] of PAGES) {
      const { scripts, fhir } = await fetched(page, apps(), () => opened(page, path, heading));
      const rows = await page.locator('main li, main tr').count();
      expect([path, scripts <= FURTHER_PAGE, fhir <= MOST_FETCHED, rows <= MOST_ROWS]).toEqual([
        path,
        true,
        true,
        true,
      ]);
    }
    await opened(page, '/results', 'Results');
    const before = await page.locator('main li').count();
    await page.getByRole('button', { name: 'Show older results' }).click();
    await expect.poll(() => page.locator('main li').count()).toBeGreaterThan(before - 1);
    await page.locator('main ul a', { hasText: 'Test 3' }).first().click();
    await page.locator('main svg[role=img]').waitFor();
    expect(await page.locator('main tbody tr').count()).toBeLessThanOrEqual(20);
    await page.getByRole('button', { name: /^Show all/ }).click();
    expect(await page.locator('main tbody tr').count()).toBeGreaterThan(100);
    await visit.context.close();
  });
});

describe('nothing', () => {
  it('that can be pressed lies over another, on each page of a phone, in both languages', async () => {
    const visit = await openVisit(browser, { width: 390, height: 780 });
    const { page } = visit;
    await signIn(world, visit, 'maria');
    const idOf = async (search: string): Promise<string> => {
      const { entry } = (await system('GET', `${search}&_count=1`)) as {
        entry: [{ resource: { id: string } }];
      };
      return entry[0].resource.id;
    };
    const its = 'patient=maria-alvarez';
    const visitId = await idOf(`Appointment?${its}&status=booked`);
    const paths = [
      '/',
      ...PAGES.map(([path]) => path),
      ...['/results?by=test', `/results/${await idOf(`Observation?${its}&code=4548-4`)}`],
      ...[`/reports/${await idOf(`DiagnosticReport?${its}`)}`, '/health-card/results', '/more', '/share'],
      ...[`/appointments/${visitId}/check-in`, `/appointments/${visitId}/video`, '/growth'],
      ...[`/records/Encounter/${await idOf(`Encounter?${its}`)}`, '/learn/articles/blood-pressure'],
      ...['/readings', '/readings/import', '/care-plan', '/prevention', '/prevention/vaccinations'],
      ...['/bills', `/bills/${await idOf(`Invoice?${its}`)}`, '/letters', '/questionnaires/phq-9'],
    ];
    const found: string[] = [];
    for (const language of ['English', 'Spanish']) {
      if (language === 'Spanish') await page.getByRole('button', { name: 'Español' }).first().click();
      for (const path of paths) {
        await page.evaluate(
          `history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
        );
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await expect.poll(() => page.locator('main [aria-busy=true]').count()).toBe(0);
        for (const width of [320, 360, 390]) {
          await page.setViewportSize({ width, height: 780 });
          for (const pair of await overlapping(page)) found.push(`${path} ${language} ${width}: ${pair}`);
        }
      }
      await page.evaluate(
        "history.pushState(null, '', '/more'); dispatchEvent(new PopStateEvent('popstate'))",
      );
    }
    expect(found).toEqual([]);
    await visit.context.close();
  });

  it('is hidden under the bottom bar, and no text is smaller than 12 pixels, charts included', async () => {
    const visit = await openVisit(browser, { width: 360, height: 740 });
    const { page } = visit;
    await signIn(world, visit, 'maria');
    const found = await system('GET', 'Observation?patient=maria-alvarez&code=4548-4&_count=1');
    const [entry] = found.entry as { resource: { id: string } }[];
    for (const [path, heading] of [
      ...PAGES,
      [`/results/${entry?.resource.id}`, 'Blood sugar over three months (HbA1c)'],
    ] as const) {
      await opened(page, path, heading);
      if (path.startsWith('/results/')) await page.locator('main svg[role=img] text').first().waitFor();
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      const [hidden, small] = (await page.evaluate(`(() => {
        const bar = [...document.querySelectorAll('nav')].find((nav) => getComputedStyle(nav).position === 'fixed').getBoundingClientRect();
        const last = [...document.querySelectorAll('main, footer')].map((each) => each.getBoundingClientRect().bottom);
        const small = [...document.querySelectorAll('body *')].filter((element) =>
          [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) &&
          parseFloat(getComputedStyle(element).fontSize) < 12).length;
        return [Math.max(...last) > bar.top, small];
      })()`)) as [boolean, number];
      expect([path, hidden, small]).toEqual([path, false, 0]);
    }
    await visit.context.close();
  });
});
