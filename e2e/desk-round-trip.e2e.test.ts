/** From the patient to the desk and back: what a patient sends is answered, and the patient is told. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHOSEN } from '../portal-app/src/i18n/wished.ts';
import { expectAccessible, expectAccessibleInBoth } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import {
  DESK,
  hurry,
  type InboxWorld,
  item,
  openInbox,
  openInboxWorld,
  PHONE,
  row,
  send,
  told,
} from './inbox-page.ts';
import { openVisit, picture, signIn, type Visit } from './portal-page.ts';
import { clinic, load, ref } from './small-clinic.ts';

let world: InboxWorld;
const { system } = clinicOf(() => world);

beforeAll(async () => {
  world = await openInboxWorld();
});
afterAll(() => world?.close());

describe('from the patient to the desk and back', () => {
  it('refill, message, visit request, insurance and result: seen at once, answered by keys, told and shown without a reload', async () => {
    const [ana, ruiz] = [await openVisit(world.browser, DESK), await openVisit(world.browser, DESK)];
    await hurry(ana);
    await hurry(ruiz);
    await signIn(world, ana, 'ana');
    const desk = await openInbox(world, ruiz, 'ruiz');
    await row(desk, 'Electrolytes').waitFor();

    await ana.page.goto(`${world.portal}/medications`);
    await ana.page.getByRole('button', { name: /^Ask for a refill/ }).click();
    await ana.page.getByLabel(/Note for the clinic/).fill('Three tablets left');
    await ana.page.getByRole('button', { name: 'Send the request' }).click();
    await ana.page.getByText('Refill asked for').waitFor();
    const subject = ref('Patient/ana');
    const message = await send(world, ana, {
      resourceType: 'Communication',
      status: 'completed',
      subject,
      sender: subject,
      topic: { text: 'Dizzy' },
      sent: new Date().toISOString(),
      payload: [{ contentString: 'I feel dizzy in the morning.' }],
    });
    const visit = await send(world, ana, {
      resourceType: 'Appointment',
      status: 'proposed',
      description: 'Blood pressure',
      created: new Date().toISOString(),
      participant: [{ actor: subject, status: 'accepted' }],
    });
    const coverage = await send(world, ana, {
      resourceType: 'Coverage',
      status: 'draft',
      subscriberId: 'NEW-2',
      beneficiary: subject,
      payor: [{ display: 'New Plan' }],
    });
    await row(desk, 'Three tablets left').waitFor();
    await row(desk, 'New Plan').waitFor();
    await picture(desk, 'inbox-desk');

    // In five seconds, without the mouse.
    await row(desk, 'Three tablets left').focus();
    const began = Date.now();
    await desk.keyboard.press('Enter');
    await desk.getByRole('heading', { name: 'Lisinopril 20 mg' }).waitFor();
    await desk.keyboard.press('a');
    await desk.keyboard.press('Enter');
    await told(desk, 'Approved');
    expect(Date.now() - began).toBeLessThan(5000);
    expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('answer to a request');
    await ana.page.getByText('Refill done').waitFor();

    await row(desk, 'Dizzy').click();
    await desk.getByText('I feel dizzy in the morning.').last().waitFor();
    await desk.keyboard.press('r');
    await desk.keyboard.type('Please come in.');
    await expectAccessibleInBoth(desk);
    await picture(desk, 'inbox-message');
    await desk.keyboard.press('Control+Enter');
    await told(desk, 'Answered');
    expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('message');
    expect(await system('GET', `Communication/${message}`)).toHaveProperty('received');

    await row(desk, 'Blood pressure').click();
    await desk.getByRole('button', { name: /^Book / }).waitFor();
    await expectAccessibleInBoth(desk);
    await picture(desk, 'inbox-visit');
    await desk.keyboard.press('a');
    await desk.keyboard.press('Enter');
    await told(desk, 'Booked');
    expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('visits');
    expect(await system('GET', `Appointment/${visit}`)).toMatchObject({
      status: 'booked',
      slot: [ref('Slot/slot-0')],
    });
    expect(await system('GET', 'Slot/slot-0')).toMatchObject({ status: 'busy' });

    await row(desk, 'New Plan').click();
    await desk.getByRole('button', { name: 'Take it over' }).waitFor();
    await expectAccessibleInBoth(desk);
    await picture(desk, 'inbox-insurance');
    // Of another insurer: it is added, unless somebody says otherwise.
    await desk.getByText('Old Plan stays beside it').waitFor();
    await desk.getByLabel('In the place of').selectOption('old-plan');
    await desk.getByRole('checkbox', { name: /Member number/ }).uncheck();
    await desk.reload();
    await desk.getByRole('button', { name: 'Take it over' }).waitFor();
    expect(await desk.getByLabel('In the place of').inputValue()).toBe('old-plan');
    expect(await desk.getByRole('checkbox', { name: /Member number/ }).isChecked()).toBe(false);
    await desk.keyboard.press('a');
    await desk.keyboard.press('Enter');
    await told(desk, 'Taken over');
    expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('answer to a request');
    expect(await system('GET', `Coverage/${coverage}`)).toMatchObject({
      status: 'active',
      payor: [{ display: 'New Plan' }],
      subscriberId: 'OLD-1',
    });
    expect(await system('GET', 'Coverage/old-plan')).toMatchObject({ status: 'cancelled' });

    await row(desk, 'Electrolytes').click();
    await desk.getByLabel(/^Comment for the patient/).fill('All right.');
    await expectAccessibleInBoth(desk);
    await picture(desk, 'inbox-result');
    await desk.getByRole('button', { name: 'Release to the patient' }).click();
    await told(desk, 'Released');
    expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('new in your record');
    expect(await system('GET', 'DiagnosticReport/electrolytes')).toMatchObject({
      status: 'final',
      conclusion: 'All right.',
    });
    await putOff(desk, ana);
    await takeNote(desk);
    await desk.getByText('Nothing waits. Well done.').waitFor();
    expect(await desk.evaluate('document.activeElement?.tagName')).toBe('H1');

    await ana.page.getByRole('link', { name: 'Messages', exact: true }).first().click();
    await ana.page.getByText('Please come in.').waitFor();
    await writeToMany(desk, ana);
    await desk.getByRole('link', { name: 'Inbox', exact: true }).first().click();
    await letters(ana.page, desk);
    expect([...ana.errors, ...ruiz.errors]).toEqual([]);
    await ana.context.close();
    await ruiz.context.close();
  });
});

/** A result is put off until a day; when it has come the patient sees it and is told, and not before. */
async function putOff(desk: Page, ana: Visit): Promise<void> {
  const [potassium, electrolytes] = clinic().filter(({ id }) => ['potassium', 'electrolytes'].includes(id));
  await load(world, [
    { ...potassium, id: 'ferritin', resourceType: 'Observation', code: { text: 'Ferritin' } },
    {
      ...electrolytes,
      id: 'iron',
      resourceType: 'DiagnosticReport',
      code: { text: 'Iron' },
      result: [ref('Observation/ferritin')],
    },
  ]);
  await row(desk, 'Iron').click();
  await desk.getByLabel('When?').selectOption({ index: 1 });
  await desk.getByRole('button', { name: /^Release on / }).click();
  await told(desk, 'Will be released on');
  const [{ resource: task }] = (
    (await system('GET', 'Task?focus=DiagnosticReport/iron')) as { entry: [{ resource: { id: string } }] }
  ).entry;
  expect(task).toMatchObject({ status: 'on-hold' });
  const seen = async (): Promise<number> => {
    const answer = await fetch(`${world.fhir}/DiagnosticReport?patient=ana&_id=iron&_summary=count`, {
      headers: { Authorization: `Bearer ${ana.token()}` },
    });
    return ((await answer.json()) as { total: number }).total;
  };
  expect(await seen()).toBe(0);
  await ana.page.goto(`${world.portal}/results`);
  await ana.page.getByText('Potassium').first().waitFor();
  expect(await ana.page.getByText('Ferritin').count()).toBe(0);
  const now = new Date().toISOString();
  await system('PUT', `Task/${task.id}`, { ...task, executionPeriod: { start: now, end: now } });
  expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('new in your record');
  await ana.page.getByText('Ferritin').first().waitFor();
  expect(await seen()).toBe(1);
}

/** Released as it came: for whoever ordered it, until they take note of it by one key. */
async function takeNote(desk: Page): Promise<void> {
  const [potassium, electrolytes] = clinic().filter(({ id }) => ['potassium', 'electrolytes'].includes(id));
  await load(world, [
    { ...potassium, id: 'zinc-value', resourceType: 'Observation', status: 'final', code: { text: 'Zinc' } },
    {
      ...electrolytes,
      id: 'zinc',
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'Trace elements' },
      result: [ref('Observation/zinc-value')],
    },
  ]);
  expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('new in your record');
  await row(desk, 'Trace elements').click();
  await desk.getByRole('button', { name: 'Acknowledge' }).waitFor();
  await expectAccessibleInBoth(desk);
  await picture(desk, 'inbox-new-result');
  await desk.keyboard.press('e');
  await told(desk, 'Done');
  expect(await system('GET', 'Task?focus=DiagnosticReport/zinc')).toMatchObject({
    entry: [{ resource: { status: 'completed' } }],
  });
}

/** A message to everybody of an age: looked at, sent, counted; each is told and reads it. */
async function writeToMany(desk: Page, ana: Visit): Promise<void> {
  await desk.getByRole('link', { name: 'Outreach' }).click();
  await desk.getByRole('button', { name: 'Write to many patients' }).click();
  await desk.getByRole('button', { name: 'We are closed' }).click();
  await desk.getByRole('button', { name: 'Look at it before it goes' }).click();
  await desk.getByText('Please say to whom it goes.').waitFor();
  await desk.getByLabel('Age from (years)').fill('18');
  await expectAccessibleInBoth(desk);
  await picture(desk, 'outreach-compose');
  await desk.keyboard.press('Control+Enter');
  await desk.getByText('Please fill in what stands as').waitFor();
  for (const [label, day] of [
    ['What you write', 'Friday'],
    ['The same in Spanish', 'viernes'],
  ] as const) {
    const field = desk.getByLabel(label);
    await field.fill((await field.inputValue()).replace('…', day));
  }
  await tooLong(desk, 'Topic', 200);
  await desk.keyboard.press('Control+Enter');
  await desk.getByRole('heading', { name: 'It goes to 2 patients' }).waitFor();
  await desk.getByText('Dear Ana,').waitFor();
  await desk.getByText('we are closed on Friday').waitFor();
  await expectAccessibleInBoth(desk);
  await picture(desk, 'outreach-preview');
  await desk.getByRole('button', { name: 'Send it to 2 patients' }).click();
  await desk.getByText('Sent to 2 of 2 patients.').waitFor();
  await expectAccessibleInBoth(desk);
  await picture(desk, 'outreach-sent');
  expect((await world.mailbox.mailTo('ana@example.org')).subject).toContain('message');
  await ana.page.getByText('We are closed for a day').first().waitFor();
}

/** What the server would refuse is counted at its field before it is sent, whole as it was pasted. */
async function tooLong(desk: Page, label: string, most: number): Promise<void> {
  const field = desk.getByLabel(label, { exact: true });
  const before = await field.inputValue();
  await field.fill('x'.repeat(most + 1));
  await desk.getByText(`${most + 1} of at most ${most} characters`).waitFor();
  await expectAccessible(desk);
  await desk.keyboard.press('Control+Enter');
  await desk.getByText('Please use fewer words.').waitFor();
  await desk.locator('[aria-invalid=true]:focus').waitFor();
  expect(await field.inputValue()).toHaveLength(most + 1);
  await field.fill(before);
  await desk.getByText('Please use fewer words.').waitFor({ state: 'detached' });
}

/** A letter is asked for and a form handed in; the desk answers the one with a document, and files the other. */
async function letters(portal: Page, desk: Page): Promise<void> {
  await portal.goto(`${world.portal}/letters`);
  await portal.getByRole('button', { name: 'Ask for a letter' }).click();
  await portal.getByLabel('What do you need?').selectOption('sick-note');
  await portal.getByLabel('What should be in it?').fill('Monday to Wednesday, for my job.');
  await expectAccessible(portal);
  await portal.getByRole('button', { name: 'Send the request' }).click();
  const asked = portal.locator('main li', { hasText: 'Monday to Wednesday' });
  await asked.getByText('Waits for the clinic').waitFor();
  await portal.getByRole('button', { name: 'Hand in a form' }).click();
  await portal.getByLabel('What is it, and what').fill('Camp form, please sign');
  await portal.getByRole('button', { name: 'Hand it in' }).click();
  await portal.getByText('Please choose a file.').waitFor();
  await portal.getByLabel('The form').setInputFiles({ name: 'form.png', mimeType: 'image/png', buffer: DOT });
  await portal.getByRole('button', { name: 'Hand it in' }).click();
  const form = portal.locator('main li', { hasText: 'Camp form' });
  await form.getByText('Waits for the clinic').waitFor();
  await expectAccessible(portal);

  await row(desk, 'School or sick note').click();
  await desk.getByLabel(/^The letter/).waitFor();
  await desk.keyboard.press('a');
  await desk.keyboard.type('Ana was ill from Monday to Wednesday.');
  await expectAccessibleInBoth(desk);
  await picture(desk, 'inbox-letter');
  await desk.keyboard.press('Control+Enter');
  await told(desk, 'Sent to the patient');
  await row(desk, 'Document').click();
  await desk.getByText('Camp form, please sign').last().waitFor();
  await desk.getByRole('button', { name: /^File it in the record/ }).click();
  await told(desk, 'Filed');

  await asked.getByText('Ready').waitFor();
  await form.getByText('In your record').waitFor();
  await expectAccessible(portal);
  await picture(portal, 'letters');
  await asked.getByRole('link', { name: /^Open the letter/ }).click();
  await portal.getByText('Ana was ill from Monday to Wednesday.').waitFor();
}

/** One pixel. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** The next one that says so: of a new sign-in they are told too. */
async function mailAbout(address: string, words: string) {
  for (;;) {
    const mail = await world.mailbox.mailTo(address);
    if (mail.subject.includes(words)) return mail;
  }
}
describe('the waiting list', () => {
  it('from the desk: times are proposed, and none suits; what another gives back is offered, told without a word of it, and taken by one press; an earlier time is asked for in the portal', async () => {
    const slot = { resourceType: 'Slot', schedule: ref('Schedule/osei'), status: 'busy' };
    const hour = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    const visitOf = (id: string, hours: number) => ({
      resourceType: 'Appointment',
      id,
      status: 'booked',
      description: 'Cast check',
      start: hour(hours),
      end: hour(hours + 1),
      slot: [ref(`Slot/${id}`)],
      participant: ['Patient/ben', 'Practitioner/osei'].map((each) => ({
        actor: ref(each),
        status: 'accepted',
      })),
    });
    await load(world, [
      { resourceType: 'Practitioner', id: 'osei', name: [{ given: ['Amara'], family: 'Osei' }] },
      { resourceType: 'Schedule', id: 'osei', active: true, actor: [ref('Practitioner/osei', 'Amara Osei')] },
      ...[50, 74].map((hours) => ({
        ...slot,
        id: `osei-${hours}`,
        start: hour(hours),
        end: hour(hours + 1),
      })),
      visitOf('osei-50', 50),
      visitOf('osei-74', 74),
    ]);
    const [ana, ruiz] = [await openVisit(world.browser, PHONE, 'dark'), await openVisit(world.browser, DESK)];
    await hurry(ruiz);
    await signIn(world, ana, 'ana');
    const wish = await send(world, ana, {
      resourceType: 'Appointment',
      status: 'proposed',
      description: 'Cast off',
      created: new Date().toISOString(),
      participant: [
        { actor: ref('Patient/ana'), status: 'accepted' },
        { actor: ref('Practitioner/osei'), status: 'needs-action' },
      ],
    });
    const desk = await openInbox(world, ruiz, 'ruiz');
    await row(desk, 'Cast off').click();
    await item(desk, 'Visit request').waitFor();
    // Two times are proposed first; neither suits.
    await desk.getByLabel('With anybody who is free').check();
    for (const i of [0, 1])
      await desk
        .getByRole('checkbox', { name: /^propose/ })
        .nth(i)
        .check();
    await expectAccessibleInBoth(desk);
    await picture(desk, 'inbox-propose');
    await desk.getByRole('button', { name: 'Propose these 2 times to the patient' }).click();
    await told(desk, 'Proposed to the patient');
    await row(desk, 'Cast off').waitFor({ state: 'detached' });
    await mailAbout('ana@example.org', 'visits');
    await ana.page.goto(`${world.portal}/appointments`);
    await ana.page
      .getByRole('button', { name: /^Take .*Elena Ruiz/ })
      .nth(1)
      .waitFor();
    await expectAccessible(ana.page);
    await picture(ana.page, 'portal-proposed');
    const none = ana.page.getByRole('button', { name: 'None of these, please propose others' });
    await none.dblclick();
    await ana.page.getByText('You wait until the clinic proposes others.', { exact: false }).waitFor();
    expect(await system('GET', `Appointment/${wish}`)).toMatchObject({ status: 'proposed' });
    await expectAccessible(ana.page);
    await none.click();
    await row(desk, 'Cast off').click();
    await item(desk, 'Visit request').waitFor();
    await desk.getByRole('button', { name: /^Put on the waiting list/ }).click();
    await expectAccessibleInBoth(desk);
    await picture(desk, 'inbox-waiting-list');
    await desk.getByRole('button', { name: 'Put on the waiting list', exact: true }).click();
    await told(desk, 'On the waiting list');
    await mailAbout('ana@example.org', 'visits');
    await system('PUT', 'Appointment/osei-74', { ...visitOf('osei-74', 74), status: 'cancelled' });
    const mail = await mailAbout('ana@example.org', 'A time is kept for you');
    expect(JSON.stringify(mail)).not.toMatch(/cast|osei/i);
    await ana.page.goto(`${world.portal}/`);
    await ana.page.getByRole('link', { name: 'See it and answer' }).click();
    await ana.page.getByRole('heading', { name: 'A time is kept for you' }).waitFor();
    await expectAccessible(ana.page);
    await picture(ana.page, 'portal-offer');
    await ana.page.getByRole('button', { name: 'Take this time' }).click();
    await ana.page.getByRole('button', { name: /^Tell me when an earlier time is free.*Cast off/ }).click();
    expect(await system('GET', `Appointment/${wish}`)).toMatchObject({
      status: 'booked',
      slot: [ref('Slot/osei-74')],
    });
    await expectAccessible(ana.page);
    await ana.page.getByRole('button', { name: 'Put me on the waiting list' }).click();
    await ana.page.getByText('You are on the waiting list for an earlier time.').waitFor();
    await system('PUT', 'Appointment/osei-50', { ...visitOf('osei-50', 50), status: 'cancelled' });
    const isOffered = async () => (await system('GET', 'Slot/osei-50')).status;
    await expect.poll(isOffered, { timeout: 10_000 }).toBe('busy-tentative');
    await ana.page.reload();
    await ana.page.getByText(/^If you take it, your visit of .* is given up\.$/).waitFor();
    await ana.page.getByRole('button', { name: 'Take this time' }).click();
    await ana.page.getByRole('heading', { name: 'A time is kept for you' }).waitFor({ state: 'hidden' });
    expect(await system('GET', `Appointment/${wish}`)).toMatchObject({ status: 'cancelled' });
    expect(await system('GET', 'Slot/osei-74')).toMatchObject({ status: 'free' });
    // What waits for the desk by now is nothing of the tests that follow.
    const left = await system('GET', 'Task?patient=ana&status=requested,received');
    for (const { resource } of (left.entry ?? []) as { resource: { id: string } }[])
      await system('PUT', `Task/${resource.id}`, { ...resource, status: 'completed' });
    expect([...ana.errors, ...ruiz.errors]).toEqual([]);
    await ana.context.close();
    await ruiz.context.close();
  });
});

describe('family access', () => {
  it('whom the patient invited to her visits is offered those and no other place, knows whose record it is, and changes no contact details', async () => {
    const visit = await openVisit(world.browser, PHONE, 'dark');
    const { page } = visit;
    await signIn(world, visit, 'leo');
    await page.getByText('Not your own record. You are signed in as Leo (child).').last().waitFor();
    const bar = page.getByRole('navigation', { name: 'Main pages' });
    // Without the number of what is new, which comes when it comes.
    expect((await bar.getByRole('link').allInnerTexts()).map((text) => text.trim().split('\n')[0])).toEqual([
      'Home',
      'Visits',
      'Menu',
    ]);
    await expectAccessibleInBoth(page);
    await picture(page, 'family-home-phone');
    await bar.getByRole('link', { name: 'Menu' }).click();
    await page.getByRole('heading', { name: 'Menu', exact: true }).waitFor();
    for (const absent of ['Medicines', 'Prevention', 'Questionnaires', 'Who looked at my record'])
      expect(await page.getByRole('link', { name: absent }).count(), absent).toBe(0);
    await picture(page, 'family-menu-phone');
    await page.getByRole('link', { name: /^Profile/ }).click();
    const family = page.getByRole('link', { name: 'See what was opened to me' });
    await family.waitFor();
    expect(await page.getByRole('button', { name: /^(Change|Name|Choose)/ }).allInnerTexts()).toEqual([
      expect.stringContaining('the record that is open'),
    ]);
    await expectAccessibleInBoth(page);
    await picture(page, 'family-profile-phone');
    await family.click();
    await page.getByText('May use: Visits and appointments.').waitFor();
    expect(visit.errors).toEqual([]);
    await visit.context.close();
  });

  it('an address of what was not opened to him says so, in both languages, and that it may hold something all the same', async () => {
    const visit = await openVisit(world.browser, PHONE, 'dark');
    const { page } = visit;
    await signIn(world, visit, 'leo');
    const said = [
      ['en', 'This part is not open to you', 'Ask whoever opened the record to you, or the clinic.'],
      [
        'es',
        'Esta parte no está abierta para usted',
        'Pregunte a quien le abrió el expediente, o a la clínica.',
      ],
    ] as const;
    for (const [language, heading, words] of said) {
      await page.evaluate(`localStorage.setItem('${CHOSEN}', '${language}')`);
      for (const path of [
        '/results',
        '/results/potassium',
        '/medications',
        '/messages',
        '/records/Condition',
      ]) {
        await page.goto(world.portal + path);
        await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
        await page.getByText(words, { exact: false }).waitFor();
        // Of another's record nobody is told to share anything.
        expect(await page.getByText(/leave it ticked|déjelo marcado/).count(), path).toBe(0);
        expect(await page.locator('main').innerText(), path).not.toContain('4.4');
      }
      await expectAccessibleInBoth(page);
    }
    expect(visit.errors).toEqual([]);
    await visit.context.close();
  });
});
