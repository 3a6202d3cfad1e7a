/** The inbox of the care team's desk for two people: each knows what the other does, nothing is sent twice, and what is handed over or put off comes back. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, expectAccessibleInBoth } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import {
  DESK,
  hurry,
  type InboxWorld,
  item,
  message,
  openInbox,
  openInboxWorld,
  PHONE,
  row,
  TABLET,
  told,
} from './inbox-page.ts';
import { openVisit, picture } from './portal-page.ts';
import { ago, load, patient, ref } from './small-clinic.ts';

let world: InboxWorld;
const { system } = clinicOf(() => world);

beforeAll(async () => {
  world = await openInboxWorld();
});
afterAll(() => world?.close());

/** A correction that Ben asked for, a number that he changed, and a letter that came in. */
function personAndPapers() {
  const asked = (code: string, change: object = {}) => ({
    resourceType: 'Task',
    id: code,
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'urn:wellspring:task', code }] },
    focus: ref('Patient/ben'),
    for: ref('Patient/ben'),
    authoredOn: ago(30),
    ...change,
  });
  const changed = {
    system: 'phone',
    value: '555-010-0199',
    extension: [{ url: 'urn:wellspring:unconfirmed-contact', valueDateTime: ago(30) }],
  };
  return [
    { ...patient('ben', 'Ben', 'Moss'), telecom: [changed] },
    asked('profile-correction', { note: [{ time: ago(30), text: 'My family name is Mosse' }] }),
    // As another system hands over: by reference alone.
    asked('contact-changed', { owner: ref('Practitioner/omar') }),
    {
      resourceType: 'DocumentReference',
      id: 'letter',
      status: 'current',
      docStatus: 'preliminary',
      description: 'Letter of the hospital',
      subject: ref('Patient/ben'),
      date: ago(20),
      content: [
        {
          attachment: {
            contentType: 'text/plain',
            title: 'letter.txt',
            data: Buffer.from('He may go home.').toString('base64'),
          },
        },
      ],
    },
  ];
}
/** The item before is there until this one is: a key in between is meant for that. */
async function openItem(desk: Page, words: string, said: string): Promise<void> {
  await row(desk, words).click();
  await desk.locator('section[aria-labelledby="item-heading"]').getByText(said).first().waitFor();
  await desk.getByLabel('Your answer').waitFor();
}

describe('two at one item', () => {
  it('the second is told who was first, and nothing is sent twice; by two presses neither; what was finished can be taken back', async () => {
    await load(world, [message('two', 'My ear hurts.', { topic: { text: 'Ear' } })]);
    const [first, second] = [
      await openVisit(world.browser, DESK),
      await openVisit(world.browser, TABLET, 'dark'),
    ];
    const nina = await openInbox(world, first, 'nina');
    const omar = await openInbox(world, second, 'omar');
    // What Omar sees is what he saw: the change is on its way to him.
    let [seen, isAsleep] = ['', true];
    await omar.route(/\/fhir\/Task\/[^/?]+$/, async (route) => {
      const response = await route.fetch();
      seen ||= await response.text();
      await route.fulfill({ response, ...(isAsleep ? { body: seen } : {}) });
    });
    for (const page of [nina, omar]) {
      await row(page, 'Ear').click();
      await page.getByLabel('Your answer').waitFor();
    }
    await nina.keyboard.press('c');
    await told(nina, 'It is yours now');
    expect(await nina.evaluate('document.activeElement?.id')).toBe('item-heading');
    await omar.getByLabel('Your answer').fill('Take something against the pain.');
    await expectAccessible(omar);
    await picture(omar, 'inbox-tablet');
    isAsleep = false;
    await omar.keyboard.press('Control+Enter');
    await omar.getByText('Nina Brooks took this a moment ago. Nothing was sent;', { exact: false }).waitFor();
    await nina.getByLabel('Your answer').fill('Come by at three.');
    await nina.getByRole('button', { name: 'Send the answer' }).dblclick();
    await told(nina, 'Answered');
    const sent = await system(
      'GET',
      'Communication?subject=Patient/ben&sender=Practitioner/nina,Practitioner/omar',
    );
    expect(sent.entry).toHaveLength(1);
    // What was written in vain is not gone without a word.
    await omar.getByText('What you had written was not sent:').waitFor();
    await omar.getByText('Take something against the pain.').waitFor();

    await load(world, [message('back', 'Thank you!', { topic: { text: 'Thanks' } })]);
    await nina.reload();
    await row(nina, 'Thanks').click();
    await item(nina, 'Message').waitFor();
    await nina.keyboard.press('e');
    await told(nina, 'Done');
    await nina.keyboard.press('z');
    await told(nina, 'Taken back');
    await row(nina, 'Thanks').waitFor();
    // What is typed while the message is still on its way is the answer to it, and no key of the page: `e` alone would finish it.
    const held = gate();
    await nina.route(/\/fhir\/Communication/, async (route) => {
      await held.opened;
      await route.continue();
    });
    await nina.reload();
    await row(nina, 'Thanks').waitFor();
    await nina.locator('[data-keys] [aria-busy]').first().waitFor({ state: 'attached' });
    await nina.keyboard.type('rYes, pleasee');
    await nina.keyboard.press('Backspace');
    held.open();
    await expect.poll(() => nina.getByLabel('Your answer').inputValue()).toBe('Yes, please');
    expect(await nina.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA');
    await nina.getByLabel('Your answer').fill('');
    await nina.keyboard.press('Escape');
    await nina.keyboard.press('h');
    await nina.getByLabel('To whom?').selectOption({ label: 'Omar Haddad' });
    await expectAccessibleInBoth(nina);
    await nina.getByRole('button', { name: 'Hand over' }).last().click();
    await told(nina, 'Handed over');
    await row(nina, 'Omar Haddad has it').waitFor();
    await nina.getByLabel('Whose').selectOption({ label: 'Omar Haddad' });
    await expect.poll(() => new URL(nina.url()).searchParams.get('who')).toBe('Practitioner/omar');
    await row(nina, 'Omar Haddad has it').waitFor();
    const rows = nina.locator('ol a[id^=row-]');
    await expect.poll(() => rows.filter({ hasNotText: 'Omar Haddad has it' }).count()).toBe(0);
    await nina.getByLabel('Whose').selectOption({ label: 'Everybody’s' });
    await nina.getByRole('heading', { name: 'Inbox', exact: true }).click();
    await nina.keyboard.press('?');
    await nina.getByRole('dialog', { name: 'Keys' }).waitFor();
    await expectAccessibleInBoth(nina);

    // Corrections, changed contacts and documents are seen by everybody too.
    await load(world, personAndPapers());
    await nina.reload();
    await row(nina, 'Changed contact').filter({ hasText: 'Omar Haddad has it' }).waitFor();
    for (const [words, name, control] of [
      ['My family name is Mosse', 'Correction', nina.getByLabel('Family name')],
      ['Changed contact', 'Changed contact', nina.getByRole('checkbox', { name: /555-010-0199/ })],
      ['Letter of the hospital', 'Document', nina.getByRole('button', { name: /^File it in the record/ })],
    ] as const) {
      await row(nina, words).click();
      await item(nina, name).waitFor();
      await control.waitFor();
      await expectAccessibleInBoth(nina);
      await picture(nina, `inbox-${name.toLowerCase().replace(' ', '-')}`);
    }
    const codes = ['profile-correction', 'contact-changed', 'document'].map(
      (code) => `urn:wellspring:task|${code}`,
    );
    const papers = await system('GET', `Task?patient=ben&code=${codes.join(',')}`);
    expect(papers.entry).toHaveLength(3);
    for (const { resource } of papers.entry as { resource: { id: string } }[])
      await system('PUT', `Task/${resource.id}`, { ...resource, status: 'completed' });
    await first.context.close();
    await second.context.close();
  });

  it('without a network nothing leaves later, unasked; what was stored although its answer was lost is there once', async () => {
    await load(world, [message('lost', 'My nose runs.', { topic: { text: 'Nose' } })]);
    const visit = await openVisit(world.browser, TABLET);
    const page = await openInbox(world, visit, 'nina');
    await row(page, 'Nose').click();
    await page.getByLabel('Your answer').fill('Rest a day or two.');
    await visit.context.setOffline(true);
    await page
      .getByRole('status')
      .filter({ hasText: 'You are offline. You see what was last read' })
      .waitFor();
    await page.getByText('What you write is kept; send it when you are back.', { exact: false }).waitFor();
    await expectAccessibleInBoth(page);
    await picture(page, 'inbox-offline');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.getByText('The record could not be reached. Nothing was lost', { exact: false }).waitFor();
    await visit.context.setOffline(false);
    await page
      .getByRole('status')
      .filter({ hasText: 'You are offline' })
      .first()
      .waitFor({ state: 'detached' });
    expect(await page.getByLabel('Your answer').inputValue()).toBe('Rest a day or two.');
    expect(await page.getByText('Nobody has it yet').count()).toBe(1);
    // It arrives, and its answer does not.
    const lost = gate();
    const isTransaction = (url: URL): boolean => /\/fhir\/?$/.test(url.pathname);
    await page.route(isTransaction, async (route) => {
      if (!(route.request().postData() ?? '').includes('"transaction"')) return route.continue();
      await route.fetch();
      await route.abort();
      lost.open();
    });
    await page.getByLabel('Your answer').focus();
    await page.keyboard.press('Control+Enter');
    await lost.opened;
    // It is looked up, or read again and says itself that it is done: there is nothing to press a second time.
    await page
      .getByRole('status')
      .filter({ hasText: /^(Answered|Done)/ })
      .first()
      .waitFor();
    await page.unroute(isTransaction);
    const sent = await system('GET', 'Communication?subject=Patient/ben&sender=Practitioner/nina&_count=50');
    const words = (sent.entry as { resource: { payload?: { contentString?: string }[] } }[]).filter(
      ({ resource }) => resource.payload?.[0]?.contentString === 'Rest a day or two.',
    );
    expect(words).toHaveLength(1);
    expect(visit.errors.filter((error) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(error))).toEqual([]);
    await visit.context.close();
  });

  it('a page that was first opened without a network is there once it is back', async () => {
    const visit = await openVisit(world.browser, DESK);
    const page = await openInbox(world, visit, 'nina');
    await visit.context.setOffline(true);
    await page.getByRole('link', { name: 'Schedule', exact: true }).click();
    await page.getByText('You are offline, and this was not opened before.').waitFor();
    await visit.context.setOffline(false);
    await page.getByRole('heading', { name: 'Schedule', level: 1 }).waitFor();
    await visit.context.close();
  });

  it('what a nurse has at the end of her shift goes in one act, with a word to whoever takes it, and comes back by one key', async () => {
    await load(world, [
      message('shift-1', 'My knee hurts.', { topic: { text: 'Knee' } }),
      message('shift-2', 'My eye is red.', { topic: { text: 'Eye' } }),
    ]);
    const visit = await openVisit(world.browser, DESK);
    const nina = await openInbox(world, visit, 'nina');
    for (const [words, said] of [
      ['Knee', 'My knee hurts.'],
      ['Eye', 'My eye is red.'],
    ] as const) {
      await openItem(nina, words, said);
      await nina.getByRole('heading', { level: 2 }).first().focus();
      await nina.keyboard.press('c');
      await told(nina, 'It is yours now');
    }
    await nina.getByLabel('Whose').selectOption({ label: 'Mine' });
    await nina.getByRole('link', { name: 'Back to the list' }).or(row(nina, 'Eye')).first().waitFor();
    const waits = async (): Promise<number> =>
      Number((await system('GET', 'Task?owner=Practitioner/nina&status=received&_summary=count')).total);
    const mine = await waits();
    expect(mine).toBeGreaterThanOrEqual(2);
    await nina.getByRole('button', { name: 'Hand over all of mine' }).click();
    await nina.getByLabel('To whom?').selectOption({ label: 'Omar Haddad' });
    await nina.getByLabel(/^Note for whoever takes it/).fill('I am off until Monday.');
    await expectAccessibleInBoth(nina);
    await picture(nina, 'inbox-shift-end');
    await nina.getByRole('button', { name: 'Hand over', exact: true }).last().click();
    await told(nina, `${mine} items were handed over`);
    expect(await waits()).toBe(0);
    const noted = await system('GET', 'Task?owner=Practitioner/omar&status=received');
    expect(JSON.stringify(noted)).toContain('I am off until Monday.');
    await nina.getByRole('button', { name: /^Undo/ }).click();
    await told(nina, 'Taken back');
    expect(await waits()).toBe(mine);
    for (const { resource } of (await system('GET', 'Task?owner=Practitioner/nina&status=received'))
      .entry as { resource: object & { id: string } }[])
      await system('PUT', `Task/${resource.id}`, { ...resource, status: 'completed' });
    expect(visit.errors).toEqual([]);
    await visit.context.close();
  });

  it('what can wait comes back at its day or with the patient’s next word; several are put off or finished at once, and taken back, by keys', async () => {
    await load(world, [
      message('later-1', 'My elbow itches.', { topic: { text: 'Elbow' } }),
      message('later-2', 'My heel itches.', { topic: { text: 'Heel' } }),
    ]);
    const visit = await openVisit(world.browser, DESK);
    await hurry(visit);
    const nina = await openInbox(world, visit, 'nina', '/inbox?kind=message');
    const gone = (words: string) => row(nina, words).waitFor({ state: 'detached' });
    const taskOf = async (id: string) =>
      (
        (await system('GET', `Task?focus=Communication/${id}`)).entry as [
          { resource: object & { id: string } },
        ]
      )[0].resource;
    await row(nina, 'Elbow').click();
    await nina.getByLabel('Your answer').waitFor();
    await nina.getByRole('heading', { level: 2 }).first().focus();
    await nina.keyboard.press('s');
    await nina.getByRole('radio', { name: /^Tomorrow/ }).waitFor();
    await expectAccessibleInBoth(nina);
    await nina.keyboard.press('ArrowDown');
    await nina.keyboard.press('Enter');
    await told(nina, 'Put off until');
    await gone('Elbow');
    expect(await taskOf('later-1')).toMatchObject({ status: 'on-hold' });
    await nina.getByRole('link', { name: 'Put off 1' }).click();
    await row(nina, 'Elbow').filter({ hasText: 'until' }).click();
    await nina.getByRole('button', { name: 'Bring it back' }).waitFor();
    await expectAccessibleInBoth(nina);
    await picture(nina, 'inbox-put-off');
    await nina.keyboard.press('s');
    await told(nina, 'Back in the queue');
    await nina.getByRole('link', { name: /^Put off/ }).click();

    // Several at once.
    for (const [words, said] of [
      ['Elbow', 'My elbow itches.'],
      ['Heel', 'My heel itches.'],
    ] as const) {
      await openItem(nina, words, said);
      await nina.keyboard.press('x');
    }
    await nina.getByText('2 are chosen').waitFor();
    await expectAccessibleInBoth(nina);
    await picture(nina, 'inbox-several');
    await nina.keyboard.press('s');
    await nina.getByRole('radio', { name: /^Tomorrow/ }).waitFor();
    await expectAccessibleInBoth(nina);
    await nina.keyboard.press('Enter');
    await told(nina, '2 items are put off until');
    await gone('Elbow');
    await gone('Heel');
    // The day has come for one; the patient writes again in the other.
    const now = new Date().toISOString();
    const elbow = await taskOf('later-1');
    await system('PUT', `Task/${elbow.id}`, { ...elbow, executionPeriod: { start: now, end: now } });
    await row(nina, 'Elbow').waitFor();
    await load(world, [
      message('later-3', 'It is worse.', { inResponseTo: [ref('Communication/later-2')], sent: now }),
    ]);
    await row(nina, 'Heel').waitFor();
    for (const words of ['Elbow', 'Heel'])
      await nina.locator('ol > li', { hasText: words }).getByRole('checkbox').check();
    // A letter is a key beside what was ticked too.
    await nina.keyboard.press('e');
    await told(nina, '2 items are finished');
    await gone('Elbow');
    await nina.keyboard.press('z');
    await told(nina, 'Taken back');
    await row(nina, 'Heel').waitFor();
    for (const id of ['later-1', 'later-2']) {
      const task = await taskOf(id);
      expect(task).toMatchObject({ status: 'requested' });
      await system('PUT', `Task/${task.id}`, { ...task, status: 'completed' });
    }
    expect(visit.errors).toEqual([]);
    await visit.context.close();
  });

  it('a visit request is booked at a time that is on no schedule, and at none that is over', async () => {
    await load(world, [
      {
        resourceType: 'Appointment',
        id: 'off-hours',
        status: 'proposed',
        description: 'Stitches out',
        created: new Date().toISOString(),
        participant: [{ actor: ref('Patient/ben'), status: 'accepted' }],
      },
    ]);
    const visit = await openVisit(world.browser, PHONE);
    const nina = await openInbox(world, visit, 'nina', '/inbox?kind=visit-request');
    // What else can be done comes with the free times: they would push it away from below a finger.
    const free = Promise.withResolvers<void>();
    await nina.route(`${world.fhir}**`, async (route) => {
      if (route.request().postData()?.includes('Appointment/$find')) await free.promise;
      return route.fallback();
    });
    const asked = nina.waitForRequest(
      (request) => request.postData()?.includes('Appointment/$find') === true,
    );
    await row(nina, 'Stitches out').click();
    await asked;
    const atAnother = nina.getByRole('button', { name: 'At another time' });
    expect(await atAnother.count()).toBe(0);
    free.resolve();
    await atAnother.click();
    const day = nina.getByLabel('Day', { exact: true });
    expect(await nina.evaluate('document.activeElement?.id')).toMatch(/^at-.*-day$/);
    await nina.getByRole('group', { name: 'Free times' }).waitFor();
    expect(await nina.evaluate('document.activeElement?.id')).toMatch(/^at-.*-day$/);
    await day.fill('2026-01-02');
    await nina.getByLabel('Begins at').fill('18:40');
    await nina.getByLabel('How long').selectOption('45');
    await nina.keyboard.press('Control+Enter');
    await nina.getByText('Please choose a time that is to come.').waitFor();
    await expectAccessibleInBoth(nina);
    await picture(nina, 'inbox-other-time');
    const later = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await day.fill(later);
    await nina.keyboard.press('Enter');
    await told(nina, 'Booked');
    const booked = await system('GET', 'Appointment/off-hours');
    expect(booked).toMatchObject({ status: 'booked', minutesDuration: 45 });
    expect(booked).not.toHaveProperty('slot');
    expect(Date.parse(String(booked.end)) - Date.parse(String(booked.start))).toBe(45 * 60_000);
    expect(String(booked.start)).toMatch(/:40:00/);
    await nina.getByText('Nothing waits. Well done.').waitFor();
    expect(visit.errors).toEqual([]);
    await visit.context.close();
  });

  it('shows below a patient’s name nothing that is another’s, and renews nothing that was stopped unasked', async () => {
    const drug = (id: string, patient: string, more: object) => ({
      resourceType: 'MedicationRequest',
      id,
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: `Medicine of ${patient}` },
      dosageInstruction: [{ text: 'One a day' }],
      subject: ref(`Patient/${patient}`),
      ...more,
    });
    const work = (id: string, coding: object, focus?: string) => ({
      resourceType: 'Task',
      id,
      status: 'requested',
      intent: 'order',
      code: { coding: [coding] },
      for: ref('Patient/ben'),
      authoredOn: ago(900),
      ...(focus ? { focus: ref(focus) } : {}),
    });
    const REFILL = { system: 'http://snomed.info/sct', code: '103742009' };
    const own = (code: string) => ({ system: 'urn:wellspring:task', code });
    const stopped = { status: 'stopped', statusReason: { text: 'Liver values' } };
    await load(world, [
      drug('ended', 'ben', stopped),
      work('of-nothing', REFILL),
      work('visit-of-nothing', own('visit-request')),
      work('result-of-nothing', own('result')),
      work('of-ended', REFILL, 'MedicationRequest/ended'),
    ]);
    const renewals = async () => {
      const { entry } = await system('GET', 'MedicationRequest?subject=Patient/ben&_count=100');
      const all = entry as { resource: { status: string; priorPrescription?: { reference: string } } }[];
      return all
        .map(({ resource }) => resource)
        .filter(({ priorPrescription }) => priorPrescription?.reference === 'MedicationRequest/ended');
    };
    const visit = await openVisit(world.browser, DESK);
    const page = await openInbox(world, visit, 'nina');
    for (const id of ['of-nothing', 'visit-of-nothing', 'result-of-nothing']) {
      await page.goto(`${world.desk}/inbox/${id}`);
      await page.getByText('This does not say what it is about.').waitFor();
      expect(await page.getByRole('button', { name: /Approve|Acknowledge|Book/ }).count()).toBe(0);
    }
    await page.goto(`${world.desk}/inbox/of-ended`);
    await page.getByText('This prescription was stopped.').waitFor();
    await page.getByText('Liver values').waitFor();
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.getByText('Please answer this.').waitFor();
    expect(await renewals()).toEqual([]);
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+Enter');
    await page
      .getByRole('status')
      .filter({ hasText: /^Approved/ })
      .waitFor();
    const [next, ...more] = await renewals();
    expect([next?.status, more]).toEqual(['active', []]);
    expect(next).not.toHaveProperty('statusReason');
    expect(await system('GET', 'MedicationRequest/ended')).toMatchObject(stopped);
    expect(visit.errors).toEqual([]);
    await visit.context.close();
  });

  it('who has no role reads nothing, in words', async () => {
    const visit = await openVisit(world.browser, PHONE, 'dark');
    const page = await openInbox(world, visit, 'stray');
    await page.getByText('Your role does not allow this.', { exact: false }).first().waitFor();
    await expectAccessibleInBoth(page);
    await picture(page, 'inbox-no-role');
    await visit.context.close();
  });
});

/** Holds what waits for it until it is opened. */
function gate() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return { opened, open };
}
