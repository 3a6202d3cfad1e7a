/** The desk's page of one patient, the search that leads to it, and the schedule: as a doctor, a nurse and the front desk use them. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, expectAccessibleInBoth } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { openDesk as deskOf, goTo, signInOnAccountPage } from './desk-page.ts';
import { fingerOn, middleOf } from './finger.ts';
import { openVisit, picture, type Visit } from './portal-page.ts';
import type { World } from './world.ts';

/** Of what the FHIR API answers with, what is looked at here. */
interface Found {
  readonly id: string;
  readonly status?: string;
  readonly docStatus?: string;
  readonly start?: string;
  readonly comment?: string;
  readonly slot?: readonly { readonly reference: string }[];
  readonly abatementDateTime?: string;
  readonly meta?: { readonly security?: unknown };
}

const DESK = { width: 1280, height: 1500 };
const TABLET = { width: 820, height: 1180 };
const PHONE = { width: 360, height: 740 };
const QUICK_MS = 200;
const SOON = { timeout: 10_000 };

/** By the mouse, past the few pixels from which a press is a drag. */
async function dragTo(page: Page, what: Locator, where: Locator): Promise<void> {
  await what.scrollIntoViewIfNeeded();
  const [from, to] = [await what.boundingBox(), await where.boundingBox()];
  if (!from || !to) throw new Error('nothing to drag');
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 40, { steps: 3 });
  await page.mouse.move(to.x + 20, to.y + 10, { steps: 5 });
  await page.mouse.up();
}

/** Once the page has come to rest after a finger’s push. */
const STILL = `new Promise((resolve) => {
  let before;
  const look = () => {
    if (scrollY === before) return resolve();
    before = scrollY;
    requestAnimationFrame(() => requestAnimationFrame(look));
  };
  look();
})`;
const settled = (page: Page): Promise<void> =>
  page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });

const palette = (page: Page) => page.getByRole('combobox', { name: 'Find a patient, or something to do' });

/** What went wrong in the page's eyes from here on. */
function errorsSince({ errors }: Visit): () => readonly string[] {
  const before = errors.length;
  return () => errors.slice(before);
}

/** Approved, and withdrawn with a reason: what the app may have is told by the server that gives tokens. */
async function decidesAboutAnApp(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Connected apps' }).click();
  const app = page.getByRole('listitem').filter({ hasText: 'Ward Board' });
  await app.getByText('Sees, adds, and changes').waitFor();
  await app.getByText('results', { exact: true }).waitFor();
  await app.getByText('maker@ward.example').waitFor();
  await app.getByRole('button', { name: /^Approve the app/ }).click();
  await app.getByRole('button', { name: 'Approve the app', exact: true }).click();
  await app.getByText('approved', { exact: true }).waitFor();
  await app.getByRole('button', { name: /^Withdraw the app/ }).click();
  await app.getByLabel('Reason').press('Control+Enter');
  await expectAccessibleInBoth(page);
  await app.getByLabel('Reason').fill('The ward does not use it');
  await app.getByLabel('Reason').press('Control+Enter');
  await app.getByText('withdrawn', { exact: true }).waitFor();
  await app.getByText(/The ward does not use it/).waitFor();
  await picture(page, 'desk-apps');
}

/** Looked at as it is sent, in both languages. */
async function saysItInItsOwnWords(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Notices' }).click();
  await page.getByRole('button', { name: /^Change.*A new message/ }).click();
  await page.getByLabel('In English').fill('{clinic}: news for you. Questions: {phone}.');
  await page.getByRole('button', { name: 'See how it is sent' }).click();
  await page.getByRole('region', { name: 'In Spanish' }).waitFor();
  await expectAccessibleInBoth(page);
  await picture(page, 'desk-notices');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('own words').waitFor();
}

/** By the clock of the demonstration clinic; dates are YYYY-MM-DD. */
const atClinic = (time: string, options: Intl.DateTimeFormatOptions, locale = 'sv-SE'): string =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'America/New_York' }).format(Date.parse(time));

/** In a world and a browser that the test file has opened: one doctor at one desk for nearly all of it. */
export function walkThroughRecords(at: () => { readonly world: World; readonly browser: Browser }): void {
  const { system } = clinicOf(() => at().world);
  let elena: Visit;
  beforeAll(async () => {
    // Half a day from the clinic: every time that she sees and sets is the clinic's all the same.
    elena = await openDesk('elena-ruiz', 'Asia/Tokyo');
  });
  afterAll(() => elena?.context.close());

  async function openDesk(username: string, timezone?: string): Promise<Visit> {
    const visit = await openVisit(at().browser, DESK, 'light', 'en-US', timezone);
    await deskOf(at().world, visit.page, username);
    return visit;
  }

  const search = async (query: string): Promise<Found[]> => {
    const { entry = [] } = (await system('GET', query)) as { entry?: { resource: Found }[] };
    return entry.map(({ resource }) => resource);
  };

  describe('the search', () => {
    it('finds a patient from anywhere with a slip of the finger, quickly, and every action beside them', async () => {
      const { page, requests } = elena;
      const done = errorsSince(elena);
      const took: number[] = [];
      page.on('requestfinished', (request) => {
        if (request.url() === at().world.fhir && request.postData()?.includes('"Patient?'))
          took.push(request.timing().responseEnd);
      });
      // Whoever types on at once loses no letter, and none of them is taken for a key of the page.
      await page.keyboard.type('/alavrez');
      await expect.poll(() => palette(page).inputValue()).toBe('alavrez');
      await palette(page).fill('alavrez mria');
      const found = page.getByRole('option', { name: /Maria Elena Alvarez/ });
      await found.waitFor();
      await expectAccessibleInBoth(page);
      await picture(page, 'desk-palette');
      for (const other of ['4/18/1971', '413 555 0171', '15561482', 'maria', 'alvarez', '0171']) {
        await palette(page).fill(other);
        await page
          .getByRole('status')
          .filter({ hasText: /^\d+ found/ })
          .waitFor();
        await found.waitFor();
      }
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Maria Elena Alvarez', level: 1 }).waitFor();
      await page.keyboard.press('Control+k');
      await palette(page).fill('show timeline');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/patients/maria-alvarez/timeline');
      // Nothing of what was typed stands in an address.
      expect(requests.filter((url) => /alavrez|mria|1971/.test(url))).toEqual([]);
      expect(Math.min(...took)).toBeLessThan(QUICK_MS);
      // What can be done with what is open, by what it is called there.
      await goTo(page, '/inbox');
      await page.locator('ol a[id^=row-]').first().click();
      await page.getByRole('button', { name: /^Hand over/ }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('option', { name: 'Make a task' }).waitFor();
      await palette(page).fill('hand over');
      await page.keyboard.press('Enter');
      await page.locator('select[id^=to-]:focus').waitFor();
      await page.keyboard.press('Escape');
      await goTo(page, '/patients/maria-alvarez');
      await page.getByRole('button', { name: /^Change.*hypertension/ }).waitFor();
      await page.keyboard.press('Control+k');
      await palette(page).fill('change essential hyper');
      await page.keyboard.press('Enter');
      await page.getByRole('group', { name: /^Change .*hypertension/ }).waitFor();
      await page.keyboard.press('/');
      await page.getByRole('option', { name: /Maria Elena Alvarez/ }).waitFor();
      await palette(page).fill('turn off keys');
      await page.keyboard.press('Enter');
      await page.keyboard.press('/');
      expect(await palette(page).count()).toBe(0);
      await page.keyboard.press('Control+k');
      await palette(page).fill('turn on keys');
      await page.keyboard.press('Enter');
      expect(done()).toEqual([]);
    });
  });

  describe('the patient’s page', () => {
    it('has every part, at a desk, a tablet and a phone, in both schemes, by clinical names and codes', async () => {
      const { page } = elena;
      const done = errorsSince(elena);
      const overview = ['', 'Essential hypertension'] as const;
      const results = ['/results', 'LOINC 4548-4'] as const;
      const others = [
        ['/care-plan', 'Walk for 30 minutes'],
        ['/timeline', 'SNOMED CT'],
        ['/notes', 'Office visit note'],
        ['/messages', 'Write to the patient'],
        ['/visits', 'Book a visit'],
        ['/record', 'Tdap'],
        ['/contact', 'Bay State Health Plan'],
        ['/bills', 'To be paid: $'],
      ] as const;
      for (const [name, size, scheme, parts] of [
        ['desk', DESK, 'light', [overview, results, ...others]],
        ['tablet', TABLET, 'dark', [overview]],
        ['phone', PHONE, 'dark', [overview, results, ['/record', 'Tdap'], ['/contact', 'Carlos Alvarez']]],
      ] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme: scheme });
        for (const [part, words] of parts) {
          await goTo(page, `/patients/maria-alvarez${part}`);
          await page.getByRole('main').getByText(words).first().waitFor();
          await settled(page);
          await expectAccessible(page);
          await picture(page, `desk-patient${part.replace('/', '-')}-${name}`);
        }
        const banner = page.getByRole('region', { name: 'Patient', exact: true });
        for (const words of ['born Apr 18, 1971', 'no. 15561482', 'speaks Spanish', 'Penicillin'])
          await banner.getByText(words, { exact: false }).waitFor();
      }
      await page.setViewportSize(DESK);
      await page.emulateMedia({ colorScheme: 'light' });
      // Each entry of the timeline opens what it names.
      for (const [kind, name, words] of [
        ['Reports', /Hemoglobin A1c|HbA1c/, 'LOINC 4548-4'],
        ['Visits on record', /Nurse visit/, 'From this visit'],
        ['Allergies', /Penicillin/, 'Written down'],
        ['Prescriptions', /Metformin|metFORMIN/i, 'Written down'],
        ['Notes and documents', /Summary of your visit|visit note/, 'Close'],
      ] as const) {
        await goTo(page, '/patients/maria-alvarez/timeline');
        const line = page.getByRole('listitem').filter({ hasText: kind }).getByRole('link', { name });
        await line.first().click();
        await page.waitForURL(/timeline\/\w+\/[^/]+$/);
        await page.getByRole('main').getByText(words).first().waitFor();
        await settled(page);
        await expectAccessible(page);
      }
      const [foreign] = await search('Condition?patient=james-whitfield&_count=1');
      await goTo(page, `/patients/maria-alvarez/timeline/Condition/${foreign?.id}`);
      await page.getByText('This is not there any more, or not within your reach.').waitFor();
      const [value] = await search('Observation?patient=james-whitfield&_count=1');
      await goTo(page, `/patients/maria-alvarez/results/${value?.id}`);
      await page.getByText('This is not there any more, or not within your reach.').waitFor();
      // What is known of each is behind one press, with its codes.
      await goTo(page, '/patients/maria-alvarez/record');
      await page.getByText('Tdap').first().click();
      await page.getByText('CVX 115', { exact: true }).waitFor();
      await page.getByText('Patient Health Questionnaire 9').first().click();
      await page
        .getByText(/hurting yourself/)
        .first()
        .waitFor();
      await expectAccessibleInBoth(page);
      await goTo(page, '/patients/maria-alvarez/bills');
      await page
        .getByText(/^Blood draw/)
        .first()
        .click();
      await page.getByRole('region', { name: 'What it is for' }).waitFor();
      await expectAccessibleInBoth(page);
      expect(done()).toEqual([]);
      // Another try would find no more than this one, which the browser notes by itself.
      await goTo(page, '/inbox/none');
      await page.getByText('This is not there any more, or not within your reach.').waitFor();
      await page.getByRole('link', { name: 'Go to the first page' }).waitFor();
      expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    });

    it('keeps its lists: what is over, what was never true; never over the head of a colleague', async () => {
      const { page } = elena;
      await goTo(page, '/patients/maria-alvarez');
      const entry = (name: string) => page.getByRole('listitem').filter({ hasText: name });
      await page.getByRole('button', { name: /^Change.*Hyperlipidemia/ }).click();
      await expectAccessibleInBoth(page);
      await entry('Hyperlipidemia').getByRole('button', { name: 'End' }).click();
      await page.getByLabel('Over since').fill('2026-11-20');
      await page.getByLabel('Why? (optional)').fill('Values in range for a year');
      await page.getByRole('button', { name: 'End it' }).click();
      await page.getByRole('button', { name: /^Change.*Hyperlipidemia/ }).waitFor({ state: 'hidden' });
      // The button gives way to the form, too: that it is gone does not say that it is stored.
      const over = async () =>
        (await search('Condition?patient=maria-alvarez&clinical-status=resolved')).find(
          ({ abatementDateTime }) => abatementDateTime === '2026-11-20',
        );
      await expect.poll(over, { timeout: 5000 }).toMatchObject({
        note: [
          { text: 'Values in range for a year', authorReference: { reference: 'Practitioner/elena-ruiz' } },
        ],
      });
      // A colleague was quicker.
      const hypertension = (await search('Condition?patient=maria-alvarez&code=59621000'))[0];
      await page.getByRole('button', { name: /^Change.*Essential hypertension/ }).click();
      await system('PUT', `Condition/${hypertension?.id}`, { ...hypertension, severity: { text: 'mild' } });
      await entry('Essential hypertension').getByRole('button', { name: 'Entered in error' }).click();
      await page.getByRole('button', { name: 'Yes, it was never true' }).click();
      await page.getByText('changed this at the same time', { exact: false }).waitFor();
      await page.getByRole('button', { name: /^All of it is right.*Allergies/ }).click();
      await page.getByText(/^Gone through .* by .*Elena Ruiz/).waitFor();
    });

    it('has notes that are the author’s until they are signed, and are amended, not changed', async () => {
      const { page } = elena;
      await goTo(page, '/patients/maria-alvarez/notes');
      await page.getByRole('button', { name: 'Write a note' }).click();
      await page.getByLabel('Title').fill('Call about dizziness');
      await page.getByLabel('Note', { exact: true }).fill('Feels better.');
      await expectAccessibleInBoth(page);
      await page.getByRole('button', { name: 'Keep as a draft' }).click();
      await page.getByText('Draft, not signed').waitFor();
      const drafts = await search('DocumentReference?patient=maria-alvarez&_security=NOPAT');
      expect(drafts).toMatchObject([{ docStatus: 'preliminary' }]);
      await page.getByRole('button', { name: /^Go on writing.*Call about dizziness/ }).click();
      await page.getByLabel('Note', { exact: true }).fill('Feels better. 124/78.');
      await page.getByRole('button', { name: 'Sign', exact: true }).click();
      await page
        .getByText('signed by Dr. Elena Ruiz', { exact: false })
        .or(page.getByText('signed by Elena Ruiz', { exact: false }))
        .waitFor();
      await page.getByRole('button', { name: /^Amend.*Call about dizziness/ }).click();
      await page.getByLabel('Note', { exact: true }).fill('Feels better. 122/78.');
      await page.getByRole('button', { name: 'Sign the amended note' }).click();
      await page.getByText('Replaced by a later one').waitFor();
      const notes = await search('DocumentReference?patient=maria-alvarez&type=11506-3&_sort=-_lastUpdated');
      const amended = notes.find(({ docStatus }) => docStatus === 'amended');
      expect(amended).toMatchObject({
        status: 'current',
        authenticator: { reference: 'Practitioner/elena-ruiz' },
        relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${drafts[0]?.id}` } }],
      });
      expect(amended?.meta?.security).toBeUndefined();
    });
  });

  describe('what a role opens', () => {
    it('a record beyond it: in an emergency, with a reason, for a while, and the patient is told', async () => {
      const { id } = (await system('POST', 'Patient', {
        resourceType: 'Patient',
        name: [{ family: 'Vance', given: ['Nora'] }],
        managingOrganization: { reference: 'Organization/maple-street-pharmacy' },
      })) as { id: string };
      const { page } = elena;
      await page.keyboard.press('/');
      await palette(page).fill('vance');
      await page.getByText('No patient that you may open fits this.').waitFor();
      await page.keyboard.press('Escape');
      await goTo(page, `/patients/${id}`);
      await page.getByRole('heading', { name: 'This record is not open to you' }).waitFor();
      await expectAccessibleInBoth(page);
      await picture(page, 'desk-closed');
      await page.getByLabel('Why care can not wait').fill('now');
      await page.getByRole('button', { name: 'Open the record' }).click();
      await page.getByText('Please say why in a few words.').waitFor();
      await page.getByLabel('Why care can not wait').fill('Unconscious in the waiting room');
      await page.getByRole('button', { name: 'Open the record' }).click();
      await page.getByRole('heading', { name: 'Nora Vance', level: 1 }).waitFor();
      await page.getByText(/You opened this record in an emergency, until .* \(15 min left\)/).waitFor();
      await page.getByText('Why: Unconscious in the waiting room').waitFor();
      await expectAccessibleInBoth(page);
      await picture(page, 'desk-emergency');
      const told = await search(`Communication?subject=Patient/${id}`);
      expect(told).toMatchObject([{ topic: { text: 'Your record was opened in an emergency' } }]);
    });

    it('the front desk sees who it is and no clinical part; billing is led to no page that refuses it; whoever has no role any more does not get in', async () => {
      const [role] = await search('PractitionerRole?practitioner=Practitioner/miguel-torres');
      const as = (change: object) => system('PUT', `PractitionerRole/${role?.id}`, { ...role, ...change });
      await as({
        code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'front-desk' }] }],
      });
      const since = new Date().toISOString();
      const front = await openDesk('miguel-torres');
      await goTo(front.page, '/patients/maria-alvarez');
      const parts = front.page.getByRole('navigation', { name: 'Parts of the record' });
      await parts.getByRole('link', { name: 'Contact and insurance' }).waitFor();
      expect(await parts.getByRole('link').allInnerTexts()).toEqual([
        'Messages',
        'Visits',
        'Contact and insurance',
      ]);
      // What is not for their role is not there; that it could not be read would be untrue.
      expect(await front.page.getByText(/could not be read|not for your role|Allergies/).count()).toBe(0);
      await parts.getByRole('link', { name: 'Contact and insurance' }).click();
      await front.page.getByRole('link', { name: '+1 413 555 0171' }).waitFor();
      await front.page.getByText('BSH-40718265').waitFor();
      await expectAccessibleInBoth(front.page);
      await goTo(front.page, '/patients/maria-alvarez');
      await expect.poll(() => new URL(front.page.url()).pathname).toBe('/patients/maria-alvarez/messages');
      await expectAccessibleInBoth(front.page);
      await goTo(front.page, '/patients/maria-alvarez/results');
      await front.page
        .getByText(/Your role does not allow this|This part could not be read/)
        .first()
        .waitFor();
      await expectAccessibleInBoth(front.page);
      // Beside what waits nothing is said to be missing that is never theirs; the patient can be called.
      await goTo(front.page, '/inbox');
      await front.page.getByRole('link', { name: /Rahman.*Correction/ }).click();
      const beside = front.page.getByRole('complementary', { name: 'From the record' });
      await beside.getByRole('heading', { name: 'Next visit' }).waitFor();
      expect(await beside.getByText('Not for your role').count()).toBe(0);
      await beside.getByRole('link', { name: /^\+1 413 555 / }).waitFor();
      await front.context.close();
      await as({ code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'billing' }] }] });
      const billing = await openDesk('miguel-torres');
      const places = billing.page.getByRole('navigation', { name: 'Pages' });
      await places.getByRole('link', { name: 'Inbox' }).waitFor({ state: 'detached' });
      expect(await places.getByRole('link').allInnerTexts()).toEqual(['Start', 'Schedule']);
      expect(await billing.page.getByRole('heading', { name: 'What waits' }).count()).toBe(0);
      await billing.page
        .getByRole('listitem')
        .filter({ hasText: /^Billing · / })
        .waitFor();
      await expectAccessibleInBoth(billing.page);
      await goTo(billing.page, '/patients/maria-alvarez/bills');
      await billing.page.getByText(/^To be paid: \$/).waitFor();
      for (const place of ['inbox', 'numbers', 'broadcasts']) {
        await goTo(billing.page, `/${place}`);
        await billing.page.getByText(/^Your role does not allow this/).waitFor();
        // Nothing to press that would be refused.
        expect(await billing.page.getByRole('main').getByRole('button').count()).toBe(0);
      }
      await billing.context.close();
      // What is refused was not asked for: nothing stands in the log as an attempt.
      const attempts = `AuditEvent?agent=Practitioner/miguel-torres&date=ge${since}`;
      expect(await search(`${attempts}&outcome=0&_count=1`)).toHaveLength(1);
      expect(await search(`${attempts}&outcome=4,8,12`)).toEqual([]);
      await as({ active: false });
      const nobody = await openVisit(at().browser, DESK);
      await nobody.page.goto(`${at().world.desk}/`);
      await nobody.page.getByRole('button', { name: 'Sign in' }).click();
      await signInOnAccountPage(nobody.page, 'miguel-torres');
      await nobody.page.getByText('What this account stood for has ended. Please ask the clinic.').waitFor();
      await expectAccessibleInBoth(nobody.page);
      await nobody.context.close();
      await as({});
    });
  });

  describe('the schedule', () => {
    it('moves a visit by a finger that rests first, down the day and beyond the edge of the window; one that moves at once scrolls', async () => {
      const [visit] = await search(
        'Appointment?patient=maria-alvarez&actor=Practitioner/elena-ruiz&status=booked',
      );
      const tablet = await openVisit(at().browser, { width: 820, height: 700 });
      const { page } = tablet;
      await deskOf(at().world, page, 'elena-ruiz');
      await goTo(page, `/schedule?view=day&day=${atClinic(visit?.start ?? '', { dateStyle: 'short' })}`);
      const booked = page.getByRole('button', { name: /Maria.*Alvarez/ });
      await booked.waitFor();
      await booked.evaluate('(element) => element.scrollIntoView({ block: "center" })');
      const last = page.locator('[data-slot]').last();
      expect((await last.boundingBox())?.y).toBeGreaterThan(700);
      const finger = await fingerOn(tablet);
      const isAsked = page.getByText('The patient is told.');
      const start = await middleOf(booked);
      const top = (): Promise<number> => page.evaluate('scrollY');
      const before = await top();
      await finger.down(start);
      for (let y = 10; y <= 150; y += 10) await finger.move({ x: start.x, y: start.y - y });
      await finger.up();
      await expect.poll(top, SOON).toBeGreaterThan(before + 50);
      expect(await isAsked.count()).toBe(0);
      // It goes on for a while by itself.
      await page.evaluate(STILL);
      const again = await middleOf(booked);
      await finger.down(again);
      // As long as a finger rests that means to drag.
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 300))');
      for (let y = again.y; y < 690; y += 20) await finger.move({ x: again.x, y });
      await finger.move({ x: again.x, y: 690 });
      await expect.poll(async () => (await last.boundingBox())?.y, SOON).toBeLessThan(600);
      const there = await middleOf(last);
      const slot = await last.getAttribute('data-slot');
      await finger.move({ x: again.x, y: (again.y + there.y) / 2 });
      await finger.move(await middleOf(last));
      await finger.up();
      await isAsked.waitFor();
      await page
        .getByRole('dialog')
        .getByText(/^Dr\. Elena Ruiz/)
        .waitFor();
      await page.getByRole('button', { name: 'Another time' }).click();
      expect(await page.locator(`[data-slot="${slot}"]`).count()).toBe(1);
      await tablet.context.close();
    });

    it('moves a visit by dragging and by keys: one appointment, its old time free again; blocks time and books', async () => {
      const [visit] = await search(
        'Appointment?patient=maria-alvarez&actor=Practitioner/elena-ruiz&status=booked',
      );
      const { page } = elena;
      const done = errorsSince(elena);
      const day = atClinic(visit?.start ?? '', { dateStyle: 'short' });
      // A Sunday has nothing, and leads on to a day that has.
      const sunday = new Date(`${day}T12:00Z`);
      sunday.setUTCDate(sunday.getUTCDate() - sunday.getUTCDay());
      await goTo(page, `/schedule?view=day&day=${sunday.toISOString().slice(0, 10)}`);
      await page.getByText(/^Nothing is open or booked on Sun, /).waitFor();
      await expectAccessibleInBoth(page);
      await page.getByRole('button', { name: /^Go to (Mon|Tue|Wed|Thu|Fri), / }).click();
      await page.getByRole('region', { name: /^(Mon|Tue|Wed|Thu|Fri), / }).waitFor();
      await goTo(page, `/schedule?day=${day}`);
      const booked = page.getByRole('button', { name: /Maria.*Alvarez/ });
      await booked.waitFor();
      const clock = (time: string): string =>
        atClinic(time, { hour: 'numeric', minute: '2-digit' }, 'en-US').replace(/\s/g, ' ');
      const shown = async (): Promise<string> => ((await booked.textContent()) ?? '').replace(/\s/g, ' ');
      expect(await shown()).toContain(clock(visit?.start ?? ''));
      await page.getByText(/^Times are the clinic’s \(E[SD]T\)/).waitFor();
      await expectAccessibleInBoth(page);
      await picture(page, 'desk-schedule');
      const free = page.locator('[data-slot]').nth(3);
      const slot = await free.getAttribute('data-slot');
      await dragTo(page, booked, free);
      await page.getByText('The patient is told.').waitFor();
      await expectAccessibleInBoth(page);
      await page.getByRole('button', { name: 'Move the visit' }).click();
      await page.getByText('Choose a free time for this visit.').waitFor({ state: 'hidden' });
      const moved = (await system('GET', `Appointment/${visit?.id}`)) as unknown as Found;
      expect(moved).toMatchObject({ status: 'booked', slot: [{ reference: `Slot/${slot}` }] });
      await expect.poll(shown).toContain(clock(moved.start ?? ''));
      const old = (await system('GET', visit?.slot?.[0]?.reference ?? '')) as unknown as Found;
      expect(old.status).toBe('free');
      // The same by keys: open it, pick it up, go to another time, put it down.
      await checkInAhead(String(visit?.id));
      await booked.focus();
      await page.keyboard.press('Enter');
      await page.getByText(/^Checked in ahead on .*, signed by Maria Alvarez/).click();
      await page.getByText('Something is different').waitFor();
      await page.getByText('I have a new insurer.').waitFor();
      await expectAccessibleInBoth(page);
      await page.getByRole('button', { name: 'Move', exact: true }).press('Enter');
      const focused = page.locator(':focus');
      expect(await focused.textContent()).toContain('Alvarez');
      await expectAccessibleInBoth(page);
      await page
        .getByRole('button', { name: /Put it here/ })
        .first()
        .focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Move the visit' }).press('Enter');
      await page.getByText('Choose a free time for this visit.').waitFor({ state: 'hidden' });
      await expect.poll(() => focused.textContent(), SOON).toContain('Alvarez');
      const statusOf = async () => ((await system('GET', `Slot/${slot}`)) as unknown as Found).status;
      await expect.poll(statusOf, { timeout: 10_000 }).toBe('free');
      await page.getByRole('button', { name: 'Block time' }).click();
      await page.getByLabel('Day', { exact: true }).last().fill(sunday.toISOString().slice(0, 10));
      await page.getByRole('button', { name: 'Block 0 free times' }).click();
      await page.getByText('Nothing is free then.').waitFor();
      await page.getByLabel('Day', { exact: true }).last().fill(day);
      await page.getByLabel('Until', { exact: true }).fill('12:00');
      await page.getByLabel('What for').fill('Meeting');
      await page.getByRole('button', { name: /^Block \d+ free times|^Block one free time/ }).click();
      await page
        .getByRole('button', { name: /Meeting/ })
        .first()
        .waitFor();
      const blocked = await search('Slot?status=busy-unavailable&_count=200');
      const meeting = blocked.filter(({ comment }) => comment === 'Meeting');
      const hours = meeting.map(({ start = '' }) => atClinic(start, { timeStyle: 'short' }, 'en-GB'));
      expect(hours.every((hour) => hour >= '08:00' && hour < '12:00')).toBe(true);
      expect(meeting.every(({ start = '' }) => atClinic(start, { dateStyle: 'short' }) === day)).toBe(true);
      // A new visit, of a patient who is looked for there.
      await page
        .getByRole('button', { name: / free$/ })
        .first()
        .click();
      await page.getByLabel('Patient', { exact: true }).fill('whitfeld');
      await page.getByRole('radio', { name: /James.*Whitfield/ }).check();
      await page.getByLabel('What for').fill('Knee');
      await expectAccessibleInBoth(page);
      await page.getByRole('button', { name: 'Book', exact: true }).click();
      await page.getByRole('button', { name: /James.*Whitfield.*Knee/ }).waitFor();
      expect(done()).toEqual([]);
    });

    it('moves a visit to another colleague by keys alone, there by dragging, and back by the mouse: one appointment, with whom and where as the schedule has it', async () => {
      const [visit] = await search(
        'Appointment?patient=maria-alvarez&actor=Practitioner/elena-ruiz&status=booked',
      );
      const { page } = elena;
      const done = errorsSince(elena);
      const day = atClinic(visit?.start ?? '', { dateStyle: 'short' });
      const booking = 'Appointment?patient=maria-alvarez&status=booked';
      const before = (await search(booking)).map(({ id }) => id).toSorted();
      const stored = async (): Promise<Found> =>
        (await system('GET', `Appointment/${visit?.id}`)) as unknown as Found;
      const slotOf = async (): Promise<Found> =>
        (await system('GET', (await stored()).slot?.[0]?.reference ?? '')) as unknown as Found;
      const isWith = async (name: string): Promise<boolean> =>
        JSON.stringify(await stored()).includes(`Practitioner/${name}`);
      await goTo(page, `/schedule?day=${day}`);
      const booked = page.getByRole('button', { name: /Maria.*Alvarez/ });
      const whose = page.getByLabel('Whose', { exact: true });
      const put = page.getByRole('button', { name: /Put it here/ });
      const notice = page.getByText('Choose a free time for this visit.');
      await booked.press('Enter');
      await page.getByRole('button', { name: 'Move', exact: true }).press('Enter');
      await notice.waitFor();
      // A list that is closed takes the letters of what is looked for.
      await whose.focus();
      await page.keyboard.type('Dr. Amara');
      await expect.poll(() => whose.inputValue()).toMatch(/^schedule-amara-osei/);
      await notice.waitFor();
      await put.first().press('Enter');
      await page.getByText('The patient is told.').waitFor();
      await expectAccessibleInBoth(page);
      await page.getByRole('button', { name: 'Move the visit' }).press('Enter');
      await notice.waitFor({ state: 'hidden' });
      await booked.waitFor();
      expect(await isWith('amara-osei')).toBe(true);
      expect(await isWith('elena-ruiz')).toBe(false);
      expect(await slotOf()).toMatchObject({ status: 'busy' });
      const given = (await system('GET', visit?.slot?.[0]?.reference ?? '')) as unknown as Found;
      expect(given.status).toBe('free');
      // Dragged on the other schedule it stays with whom it is.
      const [between] = (await stored()).slot ?? [];
      const free = page.locator('[data-slot]').nth(2);
      const target = await free.getAttribute('data-slot');
      await dragTo(page, booked, free);
      await page.getByRole('button', { name: 'Move the visit' }).click();
      await notice.waitFor({ state: 'hidden' });
      expect(await stored()).toMatchObject({ slot: [{ reference: `Slot/${target}` }] });
      expect(await isWith('amara-osei')).toBe(true);
      const left = (await system('GET', between?.reference ?? '')) as unknown as Found;
      expect(left.status).toBe('free');
      // Back to whom it was with; on the way it can be left as it is.
      await booked.click();
      await page.getByRole('button', { name: 'Move', exact: true }).click();
      await whose.selectOption('schedule-elena-ruiz');
      await page.getByRole('button', { name: 'Leave it as it is' }).click();
      expect(await isWith('amara-osei')).toBe(true);
      await whose.selectOption(
        String(await whose.locator('option', { hasText: 'Amara' }).first().getAttribute('value')),
      );
      await booked.click();
      await page.getByRole('button', { name: 'Move', exact: true }).click();
      await whose.selectOption('schedule-elena-ruiz');
      await put.first().click();
      await page.getByRole('button', { name: 'Move the visit' }).click();
      await notice.waitFor({ state: 'hidden' });
      await booked.waitFor();
      expect(await isWith('elena-ruiz')).toBe(true);
      expect(await isWith('amara-osei')).toBe(false);
      expect((await search(booking)).map(({ id }) => id).toSorted()).toEqual(before);
      expect(done()).toEqual([]);
    });
  });

  /** As the portal stores it. */
  const checkInAhead = (visit: string) =>
    system('POST', 'QuestionnaireResponse', {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      identifier: { system: 'urn:wellspring:check-in', value: visit },
      subject: { reference: 'Patient/maria-alvarez' },
      authored: new Date().toISOString(),
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature',
          valueSignature: {
            type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.7' }],
            when: new Date().toISOString(),
            who: { reference: 'Patient/maria-alvarez' },
          },
        },
      ],
      item: [
        { linkId: 'signature', text: 'Your full name', answer: [{ valueString: 'Maria Alvarez' }] },
        { linkId: 'insurance', text: 'Is the insurance right?', answer: [{ valueBoolean: false }] },
        {
          linkId: 'insurance-note',
          text: 'What is different?',
          answer: [{ valueString: 'I have a new insurer.' }],
        },
      ],
    });

  describe('an administrator', () => {
    it('finds an account, closes it and opens it again: whoever it is is out meanwhile; not her own', async () => {
      const amara = await openDesk('amara-osei');
      const { page } = amara;
      await goTo(page, '/administration/accounts');
      const find = async (words: string): Promise<void> => {
        await page.getByLabel('Find an account').fill(words);
        await page.getByRole('button', { name: 'Search', exact: true }).last().click();
      };
      await find('a');
      await page.getByText('Please type two letters or more.').waitFor();
      await find('aisha');
      await page.getByText('1 account', { exact: true }).waitFor();
      await page.getByText('Second step', { exact: true }).waitFor();
      await expectAccessibleInBoth(page);
      const close = page.getByRole('button', { name: /^Close the account/ });
      await close.click();
      // Asked once more; nothing happens by a key that is held.
      await page.getByText('The record stays as it is.', { exact: false }).waitFor();
      await expectAccessibleInBoth(page);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await close.click();
      await page.getByRole('button', { name: 'Close the account' }).click();
      await page.getByText('Done: Close the account (Aisha Rahman)').waitFor();
      await picture(page, 'desk-accounts');
      const signsIn = async (): Promise<boolean> => {
        const aisha = await openVisit(at().browser, PHONE);
        await aisha.page.goto(`${at().world.portal}/`);
        await aisha.page.getByRole('button', { name: 'Sign in' }).click();
        await signInOnAccountPage(aisha.page, 'aisha');
        const isOut = aisha.page.getByRole('alert');
        const isIn = aisha.page.getByRole('button', { name: 'Allow', exact: true });
        const home = aisha.page.getByRole('heading', { name: 'Next visit' });
        await isOut.or(isIn).or(home).first().waitFor();
        const found = !(await isOut.isVisible());
        await aisha.context.close();
        return found;
      };
      expect(await signsIn()).toBe(false);
      await page.getByRole('button', { name: /^Open the account again/ }).click();
      await page.getByRole('button', { name: 'Open the account again' }).click();
      await page.getByText('Done: Open the account again (Aisha Rahman)').waitFor();
      expect(await signsIn()).toBe(true);
      await find('amara-osei');
      await page.getByText('Your own account, and those of the sign-in service', { exact: false }).waitFor();
      expect(await page.getByRole('button', { name: /^(Close the account|Sign them out)/ }).count()).toBe(0);
      await page.setViewportSize(PHONE);
      await expectAccessibleInBoth(page);
      for (const part of ['', '/hours', '/notices', '/apps', '/log', '/exchange']) {
        await goTo(page, `/administration${part}`);
        const link = page.getByRole('navigation', { name: 'Administration' }).locator('[aria-current=page]');
        await settled(page);
        await expectAccessibleInBoth(page);
        // The open part stays in sight in a line that is moved sideways.
        const at = await link.boundingBox();
        expect((at?.x ?? PHONE.width) + (at?.width ?? 0)).toBeLessThanOrEqual(PHONE.width);
        await picture(page, `desk-administration${part.replace('/', '-')}-phone`);
      }
      expect(amara.errors).toEqual([]);
      await amara.context.close();
    });

    it('gives and ends roles, and reads who opened a record and why', async () => {
      const registered = await fetch(`${at().world.issuer}/register`, {
        method: 'POST',
        body: JSON.stringify({
          client_name: 'Ward Board',
          redirect_uris: ['https://ward.example/callback'],
          token_endpoint_auth_method: 'none',
          scope: 'openid user/Patient.rs user/Observation.crus',
          contacts: ['maker@ward.example'],
        }),
      });
      expect(registered.status).toBe(201);
      const amara = await openDesk('amara-osei');
      const { page } = amara;
      await page.getByRole('link', { name: 'Administration' }).click();
      await page
        .getByRole('button', { name: /^Add a role/ })
        .first()
        .waitFor();
      // Each list by keys, whatever page it is on.
      const focused = () => page.evaluate('document.activeElement.closest("main li")?.innerText ?? ""');
      await page.keyboard.press('j');
      const first = await focused();
      expect(first).not.toBe('');
      await page.keyboard.press('j');
      expect(await focused()).not.toBe(first);
      await page.keyboard.press('k');
      expect(await focused()).toBe(first);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await expectAccessibleInBoth(page);
      await page.keyboard.press('Escape');
      const hana = page.getByRole('listitem').filter({ hasText: 'Hana Ito' });
      await hana.getByRole('button', { name: /^Add a role/ }).click();
      await page.getByLabel('Role', { exact: true }).selectOption('front-desk');
      await expectAccessibleInBoth(page);
      await page.getByLabel('Last day (optional)').fill('2031-05-01');
      await page.getByRole('button', { name: 'Give this role' }).click();
      const given = async () =>
        search(
          'PractitionerRole?practitioner=Practitioner/hana-ito&role=urn:wellspring:staff-role|front-desk',
        );
      await hana.getByText('until May 1, 2031').waitFor();
      expect(await given()).toMatchObject([{ active: true, period: { end: '2031-05-01' } }]);
      await hana.getByRole('button', { name: /^Another last day.*Front desk/ }).click();
      await hana.getByLabel('Last day (optional)').fill('2020-05-01');
      await hana.getByRole('button', { name: 'Save the last day' }).click();
      await page.getByText('Please choose today or a day that is to come.').waitFor();
      await expectAccessibleInBoth(page);
      await hana.getByLabel('Last day (optional)').fill('2031-06-01');
      await hana.getByRole('button', { name: 'Save the last day' }).click();
      await hana.getByText('until Jun 1, 2031').waitFor();
      // Asked once, with who and from when: neither a press by mistake ends it, nor a double one.
      await hana.getByRole('button', { name: /^End the role.*Front desk/ }).dblclick();
      await hana
        .getByText('From now on Hana Ito does not have the role “Front desk”', { exact: false })
        .waitFor();
      await expectAccessibleInBoth(page);
      expect(await given()).toMatchObject([{ active: true }]);
      await hana.getByRole('button', { name: 'Cancel' }).click();
      await expect.poll(() => page.evaluate('document.activeElement.textContent')).toMatch(/^End the role/);
      await page.keyboard.press('Enter');
      await hana.getByRole('button', { name: 'End the role', exact: true }).click();
      await hana.getByRole('button', { name: /^Give it back.*Front desk/ }).waitFor();
      expect(await given()).toMatchObject([{ active: false, period: { end: expect.any(String) } }]);
      await page.getByRole('link', { name: 'Audit log' }).click();
      await page.getByLabel('Of a colleague').selectOption('Practitioner/elena-ruiz');
      await page
        .getByRole('row', { name: /Elena Ruiz/ })
        .first()
        .waitFor();
      // However much she has done since.
      const [why, older] = [
        page.getByText('Unconscious in the waiting room'),
        page.getByRole('button', { name: 'Show older ones' }),
      ];
      while (!(await why.isVisible())) {
        await why.or(older).first().waitFor();
        if (await older.isEnabled()) await older.click();
      }
      await expectAccessibleInBoth(page);
      await picture(page, 'desk-log');
      await page.getByLabel('What is shown').selectOption('Only what was changed');
      await expect.poll(() => page.getByRole('cell', { name: /^(Looked at|Searched)/ }).count()).toBe(0);
      await page
        .getByRole('cell', { name: /^(Added|Changed)/ })
        .first()
        .waitFor();
      await decidesAboutAnApp(page);
      await saysItInItsOwnWords(page);
      expect(await search('Organization?_id=wellspring-clinic')).toMatchObject([
        {
          extension: expect.arrayContaining([expect.objectContaining({ url: 'urn:wellspring:notice-text' })]),
        },
      ]);
      await system('POST', 'Subscription', {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria: 'Observation?',
        channel: { type: 'rest-hook', endpoint: 'https://ward.example/secret-path' },
      });
      await page.getByRole('link', { name: 'Data exchange' }).click();
      await page.getByRole('heading', { name: 'Results', exact: true }).waitFor();
      await page.getByText('By a web call · ward.example').waitFor();
      expect(await page.getByText('secret-path').count()).toBe(0);
      await expectAccessibleInBoth(page);
      await picture(page, 'desk-exchange');
      await page.getByRole('link', { name: 'Hours and slots' }).click();
      await page.getByRole('button', { name: /^Change.*Messages/ }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page
        .getByRole('listitem')
        .filter({ hasText: 'Messages' })
        .getByText(/^Mon–Fri 8/)
        .waitFor();
      const feast = atClinic(new Date(Date.now() + 8 * 86_400_000).toISOString(), { dateStyle: 'short' });
      const freeThen = async (): Promise<number> =>
        (await search(`Slot?status=free&start=${feast}&_count=200`)).length;
      const before = await freeThen();
      await page.getByLabel('First day', { exact: true }).first().fill(feast);
      await page.getByLabel('What patients read as the reason').fill('Founders’ day');
      await page.getByRole('button', { name: 'Close on these days' }).click();
      await page.getByText(/free times? (was|were) blocked/).waitFor();
      const reopen = page.getByRole('button', { name: /^Open after all.*Founders/ });
      await reopen.waitFor();
      await expectAccessibleInBoth(page);
      await picture(page, 'desk-closed-days');
      expect(await freeThen()).toBe(0);
      // What was said of it is so no longer.
      await reopen.click();
      await reopen.waitFor({ state: 'detached' });
      expect(await page.getByText(/free times? (was|were) blocked/).count()).toBe(0);
      await expect.poll(freeThen, { timeout: 10_000 }).toBe(before);
      await page.getByLabel('First day', { exact: true }).first().fill(feast);
      await page.getByLabel('What patients read as the reason').fill('Founders’ day');
      await page.getByRole('button', { name: 'Close on these days' }).click();
      await reopen.waitFor();
      await goTo(page, `/schedule?day=${feast}&view=day`);
      await page.getByText(/^Closed .*: Founders’ day$/).waitFor();
      await picture(page, 'desk-schedule-closed');
      await goTo(page, '/administration/hours');
      await page.getByRole('button', { name: /^Open after all.*Founders/ }).click();
      await page.getByRole('button', { name: /^Open after all.*Founders/ }).waitFor({ state: 'detached' });
      await expect.poll(freeThen, { timeout: 10_000 }).toBe(before);
      expect(amara.errors).toEqual([]);
      await amara.context.close();
    });
  });
}
