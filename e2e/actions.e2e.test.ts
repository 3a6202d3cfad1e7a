/** What a patient does in the portal, and the clinic's desk answers: messages, refills, visits, contact details, the log of access. */
import { TextReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { beforeItArrives, openPage, openVisit, picture, SIZES, signIn, type Visit } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await openWorld({ seeded: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const { system, desk, waiting } = clinicOf(() => world);
const open = (page: Page, path: string, heading: string) => openPage(world, page, path, heading);

/** One dot. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.each(SIZES)('at a %s', (name, size, scheme, username, patient) => {
  let visit: Visit;

  beforeAll(async () => {
    visit = await openVisit(browser, size, scheme);
    await signIn(world, visit, username);
  });
  afterAll(() => visit?.context.close());

  it('a medicine of one’s own is added, stopped and taken up again, and stands in the summary for a doctor', async () => {
    const { page } = visit;
    const medicine = `Vitamin D 800 units (${name})`;
    await open(page, '/medications', 'Medicines');
    await page.getByRole('button', { name: 'Add a medicine or vitamin' }).click();
    await page.getByLabel('What do you take?').fill(medicine);
    await page.getByLabel('How much, how often?').fill('1 tablet in the morning');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add to my list' }).click();
    const item = page.locator('main li', { hasText: medicine });
    await item.getByText('1 tablet in the morning').waitFor();
    await item.getByRole('button', { name: 'I stopped taking this' }).click();
    await item.getByText('Not taken now').waitFor();
    const stored = await system('GET', `MedicationStatement?patient=${patient}&_count=200`);
    const entries = (stored.entry ?? []) as { resource: { status: string; informationSource?: object } }[];
    const own = entries.find((each) => JSON.stringify(each).includes(medicine));
    expect(own?.resource).toMatchObject({
      status: 'stopped',
      informationSource: { reference: `Patient/${patient}` },
    });
    await open(page, '/summary', 'Health summary');
    expect(await page.getByText(medicine).count()).toBe(0);
    await open(page, '/medications', 'Medicines');
    await item.getByRole('button', { name: 'I take this again' }).click();
    await item.getByText('Not taken now').waitFor({ state: 'detached' });
    await expectAccessible(page);
    await picture(page, `own-medicines-${name}`);
    await open(page, '/summary', 'Health summary');
    for (const part of ['Allergies', 'Medicines', 'Health problems', 'Insurance'])
      expect(await page.getByRole('heading', { name: part, exact: true }).isVisible()).toBe(true);
    await page.getByText(medicine).waitFor();
    expect(await page.getByText('Not shared with the portal').count()).toBe(0);
    await expectAccessible(page);
    await picture(page, `summary-${name}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0);
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    await page.emulateMedia({ media: 'screen' });
  });

  it('what was entered in error, or a vaccination that was not given, is shown nowhere as a fact', async () => {
    const { page } = visit;
    const subject = { reference: `Patient/${patient}` };
    const at = '2026-11-25T08:00:00Z';
    const stored = await Promise.all([
      system('POST', 'Observation', {
        resourceType: 'Observation',
        status: 'entered-in-error',
        category: [
          {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
            ],
          },
        ],
        code: { text: 'Test of another patient' },
        subject,
        effectiveDateTime: at,
        valueString: 'Mixed up',
      }),
      system('POST', 'Immunization', {
        resourceType: 'Immunization',
        status: 'not-done',
        vaccineCode: { text: 'Vaccine that was declined' },
        patient: subject,
        occurrenceDateTime: at,
      }),
    ]);
    expect(stored.map(({ resourceType }) => resourceType)).toEqual(['Observation', 'Immunization']);
    await open(page, '/records', 'Records');
    expect(await page.getByText('Flu vaccine').count()).toBeGreaterThan(0);
    expect(await page.getByText('Vaccine that was declined').count()).toBe(0);
    await picture(page, `records-${name}`);
    await open(page, '/results', 'Results');
    await page.locator('main ul a').first().waitFor();
    expect(await page.getByText('Test of another patient').count()).toBe(0);
    await open(page, '/summary', 'Health summary');
    await page.getByText('Flu vaccine').first().waitFor();
    for (const words of ['Vaccine that was declined', 'Test of another patient'])
      expect(await page.getByText(words).count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Allergies', exact: true }).isVisible()).toBe(true);
  });

  it('a blood pressure measured at home is in the record and its chart; a very high one calls for help', async () => {
    const { page } = visit;
    await open(page, '/learn', 'Learn');
    await expectAccessible(page);
    await picture(page, `learn-${name}`);
    await page.getByRole('link', { name: /^Home readings/ }).click();
    // The page before has an article of that name.
    await page.getByRole('heading', { name: 'Home readings', level: 1 }).waitFor();
    await page.getByRole('link', { name: /^Blood pressure/ }).click();
    await page.getByLabel('Upper number').fill('80');
    await page.getByLabel('Lower number').fill('120');
    await page.getByRole('button', { name: 'Add to my record' }).click();
    await page.getByText('The first number is the higher one.').waitFor();
    await page.getByLabel('Upper number').fill('131');
    await page.getByLabel('Lower number').fill('77');
    await page.getByLabel('Pulse (optional)').fill('68');
    await page.getByLabel('Which arm? (optional)').selectOption('Left arm');
    await page.getByRole('button', { name: 'Add to my record' }).click();
    await page.getByText('131/77 mmHg is in your record.').waitFor();
    expect(await page.getByText('This is very high.').count()).toBe(0);
    const reading = page.locator('main li', { hasText: '131/77 mmHg' }).first();
    await reading.getByText('At home').waitFor();
    expect(await reading.innerText()).toMatch(/\d.*pulse 68 · Left arm/);
    await page.getByLabel('Upper number').fill('291');
    await page.getByLabel('Lower number').fill('99');
    await page.getByRole('button', { name: 'Add to my record' }).click();
    await page.getByText('291 mmHg is unusual').waitFor();
    await expectAccessible(page);
    await picture(page, `blood-pressure-question-${name}`);
    await page.getByLabel('Yes, it is right').check();
    await page.getByRole('button', { name: 'Add to my record' }).click();
    await page.getByText('This is very high.').waitFor();
    await page.getByRole('button', { name: /^Change.*291\/99/ }).click();
    await page.getByRole('dialog').getByLabel('Upper number').fill('191');
    await expectAccessible(page);
    await picture(page, `blood-pressure-correct-${name}`);
    await page.getByRole('button', { name: 'Save the right value' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.locator('main li', { hasText: '191/99 mmHg' }).first().waitFor();
    await expect.poll(() => page.getByText('291/99').count()).toBe(0);
    await page.locator('main svg[role=img]').waitFor();
    await expectAccessible(page);
    await picture(page, `blood-pressure-${name}`);
  });

  it('readings of a file are looked at, taken over, and stored once however often the file is read', async () => {
    const { page } = visit;
    const file = {
      name: 'readings.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        'Date,Time,Systolic,Diastolic,Pulse,Weight\n03/04/2026,07:10,127,81,64,\n03/05/2026,07:12,124,79,63,70.5\n03/05/2026,07:12,124,79,63,\n03/06/2026,07:12,79,124,,\n',
      ),
    };
    const lookAt = async (): Promise<void> => {
      await open(page, '/readings/import', 'Readings from a file');
      await page.getByLabel('A file of readings').setInputFiles(file);
      await page.getByRole('button', { name: 'Show what would be taken over' }).click();
      await page.getByText('2 answers need another look.').waitFor();
      await page.getByLabel('How are the dates written?').selectOption('Month, day, year');
      await page.getByLabel('In which unit is it: Weight?').selectOption('kg');
      await page.getByRole('button', { name: 'Show what would be taken over' }).click();
    };
    const stored = async (): Promise<number> => {
      const found = await system(
        'GET',
        `Observation?patient=${patient}&date=ge2026-03-04&date=le2026-03-06&_count=200`,
      );
      const entries = (found.entry ?? []) as { resource: { performer?: { reference?: string }[] } }[];
      return entries.filter((each) => each.resource.performer?.[0]?.reference === `Patient/${patient}`)
        .length;
    };
    await lookAt();
    await page.getByText('3 values are new.').waitFor();
    await page.getByText('One line was not understood').click();
    await page.getByText('Line 5: The first number is the higher one.').waitFor();
    await expectAccessible(page);
    await picture(page, `readings-import-${name}`);
    await page.getByRole('button', { name: 'Take over into the record' }).click();
    await page.getByText('3 of 3 values were taken over. Done.').waitFor();
    await expectAccessible(page);
    await picture(page, `readings-import-done-${name}`);
    expect(await stored()).toBe(5);
    if (name === 'phone') return;
    await lookAt();
    await page.getByText('0 values are new.').waitFor();
    expect(await page.getByRole('button', { name: 'Take over into the record' }).count()).toBe(0);
    expect(await stored()).toBe(5);
    const at = 'startDate="2026-03-05 06:00:00 +0000"';
    await page.getByLabel('A file of readings').setInputFiles({
      name: 'export.zip',
      mimeType: 'application/zip',
      buffer: await zipOf('apple_health_export/export.xml', [
        '<HealthData locale="en_US"><ExportDate value="2026-03-06 08:00:00 +0000"/>',
        `<Record type="HKQuantityTypeIdentifierStepCount" sourceName="Phone" unit="count" ${at} value="5120"/>`,
        `<Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" unit="kg" ${at} value="70.4"/>`,
        '</HealthData>',
      ]),
    });
    await page.getByLabel('From when on?').selectOption('All of it');
    await page.getByRole('button', { name: 'Show what would be taken over' }).click();
    await page.getByText('2 values are new.').waitFor();
    await expectAccessible(page);
    await picture(page, 'readings-health-export');
    await page.getByRole('button', { name: 'Take over into the record' }).click();
    await page.getByText('2 of 2 values were taken over. Done.').waitFor();
    expect(await stored()).toBe(7);
  });

  it('of the plan of care goals say where they stand, and what was done is ticked off, undone, and known to the clinic', async () => {
    const { page } = visit;
    await open(page, '/care-plan', 'Care plan');
    if (patient !== 'maria-alvarez') return;
    await page.getByText('Goal: at most 76 kg').waitFor();
    await page.getByText(/^Now [\d.]+ kg, measured on/).waitFor();
    const today = page.getByRole('group', { name: 'Look at both feet' }).getByRole('button').last();
    await today.click();
    await page.getByText('Done on 1 of the last 7 days').waitFor();
    await page.getByRole('button', { name: /^Mark as done/ }).click();
    await page.getByText(/^Done on .*20\d\d/).waitFor();
    await expectAccessible(page);
    await picture(page, `care-plan-${name}`);
    await page.setViewportSize({ width: 390, height: 800 });
    await expectAccessible(page);
    await picture(page, 'care-plan-narrow');
    for (const width of [390, 360, 320]) {
      await page.setViewportSize({ width, height: 800 });
      expect((await today.boundingBox())?.width).toBeGreaterThanOrEqual(44);
    }
    await page.setViewportSize(size);
    const ticked = () =>
      system('GET', `Observation?patient=${patient}&based-on=CarePlan/plan-maria&status=final&_count=50`);
    const { entry } = (await ticked()) as { entry?: { resource: object }[] };
    expect(entry?.map(({ resource }) => resource)).toContainEqual(
      expect.objectContaining({
        code: expect.objectContaining({
          coding: [{ system: 'urn:wellspring:plan-activity', code: 'look-at-feet' }],
        }),
        performer: [{ reference: `Patient/${patient}`, display: expect.stringContaining('Alvarez') }],
        valueBoolean: true,
      }),
    );
    await today.click();
    await expect.poll(async () => ((await ticked()).entry as object[] | undefined)?.length).toBe(1);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('button', { name: /^Mark as done/ }).waitFor();
  });

  it('what of a plan is a request or a Task of their own is ticked off, and what is somebody else’s is not', async () => {
    const { page } = visit;
    const self = { reference: `Patient/${patient}` };
    const order = { status: 'active', intent: 'order', subject: self } as const;
    const given = [
      {
        resourceType: 'Task',
        id: 'inhaler',
        status: 'requested',
        description: 'Bring your inhaler',
        owner: self,
      },
      { resourceType: 'ServiceRequest', id: 'stretch', code: { text: 'Stretching' }, performer: [self] },
      {
        resourceType: 'ServiceRequest',
        id: 'xray',
        code: { text: 'Chest x-ray' },
        performer: [{ reference: 'Practitioner/elena-ruiz' }],
      },
    ].map((each) => ({ ...order, for: self, ...each, id: `${each.id}-${name}` }));
    for (const { for: whose, subject, ...each } of given)
      await system('PUT', `${each.resourceType}/${each.id}`, {
        ...each,
        ...(each.resourceType === 'Task' ? { for: whose } : { subject }),
      });
    await system('PUT', `CarePlan/referring-${name}`, {
      resourceType: 'CarePlan',
      id: `referring-${name}`,
      status: 'active',
      intent: 'plan',
      title: 'Breathing well',
      subject: self,
      activity: given.map(({ resourceType, id }) => ({ reference: { reference: `${resourceType}/${id}` } })),
    });
    await open(page, '/care-plan', 'Care plan');
    const plan = page.getByRole('region', { name: 'Breathing well' });
    const line = (words: string) => plan.locator('li', { hasText: words });
    await line('Chest x-ray').waitFor();
    expect(await line('Chest x-ray').getByRole('button').count()).toBe(0);
    await line('Stretching')
      .getByRole('button', { name: /^Mark as done/ })
      .click();
    await line('Stretching').getByRole('button', { name: /^Undo/ }).waitFor();
    await line('Bring your inhaler')
      .getByRole('button', { name: /^Mark as done/ })
      .dblclick();
    await line('Bring your inhaler').getByText('Done', { exact: true }).waitFor();
    expect(await line('Bring your inhaler').getByRole('button').count()).toBe(0);
    expect(await system('GET', `Task/inhaler-${name}`)).toMatchObject({ status: 'completed' });
  });

  it('an article names its source, a result leads to what explains it, and a calculator calculates', async () => {
    const { page } = visit;
    await open(page, '/learn/articles/hba1c', 'Blood sugar over three months (HbA1c)');
    expect(
      await page.getByRole('link', { name: /National Institute of Diabetes/ }).getAttribute('href'),
    ).toMatch(/^https:\/\/www\.niddk\.nih\.gov\//);
    await expectAccessible(page);
    const found = await system('GET', `Observation?patient=${patient}&code=2093-3,4548-4,2160-0&_count=1`);
    const [entry] = found.entry as { resource: { id: string } }[];
    await page.goto(`${world.portal}/results/${entry?.resource.id}`);
    await page.getByRole('link', { name: /^More about it/ }).click();
    await page.getByText('General information, not advice about you.').waitFor();
    await picture(page, `article-${name}`);
    await open(page, '/records', 'Records');
    await page.getByRole('link', { name: 'High blood pressure' }).click();
    await page.getByRole('link', { name: 'More about it: Blood pressure' }).click();
    await page.getByRole('heading', { name: 'Measuring at home' }).waitFor();
    await open(page, '/learn/body-mass', 'Body mass index');
    await page.getByLabel('Units').selectOption('metric');
    await page.getByLabel('Height in centimeters').fill('178');
    await page.getByLabel('Weight in kilograms').fill('80');
    expect(await page.getByRole('status').innerText()).toContain('25.2');
    await picture(page, `body-mass-${name}`);
    await expectAccessible(page);
  });

  it('a message goes to the care team, is answered by the desk, and appears without reloading', async () => {
    const { page } = visit;
    const topic = `Cough at night (${name})`;
    await open(page, '/messages', 'Messages');
    await page.getByRole('link', { name: 'Write a message' }).click();
    await page.getByLabel('About').waitFor();
    await expectAccessible(page);
    await picture(page, `message-new-${name}`);
    await page.getByLabel('About').fill(topic);
    await page.getByLabel('Message', { exact: true }).fill('Since Monday.\nShould I come in?');
    // Looking something up in between loses nothing.
    await page.getByRole('link', { name: 'Results', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('searchbox').waitFor();
    await page.getByRole('link', { name: 'Messages', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('link', { name: 'Write a message' }).click();
    await page.getByLabel('About').waitFor();
    expect(await page.getByLabel('About').inputValue()).toBe(topic);
    await page
      .getByLabel('Picture or PDF (optional)')
      .setInputFiles({ name: 'notes.txt', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Only PNG and JPEG pictures').waitFor();
    await page
      .getByLabel('Picture or PDF (optional)')
      .setInputFiles({ name: 'rash.png', mimeType: 'image/png', buffer: PIXEL });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: topic }).waitFor();
    await page.getByText('Your message was sent.').waitFor();
    await page.getByRole('img', { name: 'rash.png' }).waitFor();
    await expectAccessible(page);
    const id = await waiting('Since Monday.');
    await desk('reply', id, 'Please come in if there is fever.');
    await page.getByText('Please come in if there is fever.').waitFor({ timeout: 45_000 });
    await picture(page, `messages-${name}`);
    const thread = page.locator('details', { hasText: topic });
    await thread.getByLabel('Your answer').fill('No fever, thank you.');
    await thread.getByRole('button', { name: 'Send the answer' }).click();
    await thread.getByText('No fever, thank you.').waitFor();
    expect(await waiting('No fever, thank you.')).not.toBe('');
    await page.getByLabel('Search messages').fill('no fever');
    expect(await page.locator('main details').count()).toBe(1);
    await page.getByLabel('Search messages').fill('zebra');
    await page.getByText('No message has these words.').waitFor();
    // They outlive a reload.
    await page.reload();
    await page.getByText('No message has these words.').waitFor();
    await page.getByLabel('Search messages').fill('');
    await page.getByRole('heading', { name: topic }).waitFor();
  });

  it('what was opened is marked as read', async () => {
    const { page } = visit;
    await open(page, '/messages', 'Messages');
    await page.getByRole('heading', { name: new RegExp(`Cough at night \\(${name}\\)`) }).waitFor();
    await expect
      .poll(async () => {
        const bundle = await system('GET', `Communication?subject=Patient/${patient}&_sort=-sent&_count=5`);
        const sent =
          (bundle.entry as { resource: { received?: string; payload?: { contentString?: string }[] } }[]) ??
          [];
        return sent.find(({ resource }) => resource.payload?.[0]?.contentString?.includes('Please come in'))
          ?.resource.received;
      })
      .toBeDefined();
  });

  it('a refill is asked for once, its progress shown, and the answer of the clinic', async () => {
    const { page } = visit;
    await open(page, '/medications', 'Medicines');
    const item = page.locator('li', { has: page.getByRole('button', { name: /^Ask for a refill/ }) }).first();
    const medicine = await item.getByRole('heading').innerText();
    const own = page
      .locator('main section')
      .first()
      .locator('li', { has: page.getByRole('heading', { name: medicine, exact: true }) })
      .first();
    await own.getByRole('button', { name: /^Ask for a refill/ }).click();
    await own.getByLabel(/Note for the clinic/).fill(`Four tablets left (${name})`);
    await expectAccessible(page);
    await own.getByRole('button', { name: 'Send the request' }).click();
    await own.getByText('Refill asked for').waitFor();
    await expectAccessible(page);
    await picture(page, `refill-${name}`);
    const id = await waiting(`Four tablets left (${name})`);
    await desk(
      'refill',
      'decline',
      id,
      '--reason',
      'Please have your blood pressure taken first.',
      '--as',
      'elena-ruiz',
    );
    await open(page, '/medications', 'Medicines');
    await own.getByText('Refill declined').waitFor();
    await own.getByText('Please have your blood pressure taken first.').waitFor();
    await own.getByRole('button', { name: /^Ask for a refill/ }).click();
    await own.getByRole('button', { name: 'Send the request' }).click();
    await own.getByRole('button', { name: 'Cancel the refill request' }).click();
    await own.getByText('Refill request cancelled').waitFor();
  });

  it('a visit is asked for, confirmed by the desk, and cancelled with a reason', async () => {
    const { page } = visit;
    await open(page, '/appointments', 'Visits');
    await page.getByRole('link', { name: 'Ask for a visit' }).click();
    const why = `A mole that changes (${name})`;
    await page.getByLabel('What is it about?').fill(why);
    await expectAccessible(page);
    await picture(page, `visit-new-${name}`);
    await page.getByRole('button', { name: 'Ask for the visit' }).click();
    const item = page.locator('main li', { hasText: why });
    await item.getByText('Asked for, waiting for the clinic').waitFor();
    await expectAccessible(page);
    const id = await waiting(why);
    const start = new Date(Date.now() + 6 * 86_400_000);
    start.setUTCHours(15, 0, 0, 0);
    await desk('appointment', 'confirm', id, '--start', start.toISOString(), '--as', 'elena-ruiz');
    await open(page, '/appointments', 'Visits');
    await item.getByText('Booked').waitFor();
    const download = page.waitForEvent('download');
    await item.getByRole('button', { name: /^Add to calendar/ }).click();
    const file = await (await download).createReadStream();
    const text = (await file.toArray()).join('');
    expect(text).toContain(`DTSTART:${start.toISOString().slice(0, 13).replaceAll('-', '')}0000Z`);
    expect(text).toContain('BEGIN:VEVENT\r\n');
    await item.getByRole('button', { name: /^Cancel/ }).click();
    await item.getByLabel(/^Why/).fill('It went away');
    await expectAccessible(page);
    await item.getByRole('button', { name: 'Cancel this visit' }).click();
    await item.getByText('Cancelled').waitFor();
    expect((await system('GET', `Appointment/${id}`)).cancelationReason).toEqual({ text: 'It went away' });
  });

  it('contact details are changed, checked, and never over what the clinic changed meanwhile', async () => {
    const { page } = visit;
    await open(page, '/profile', 'Profile');
    // P24: a form that opens takes the focus, Esc closes it and gives the focus back.
    await page.getByRole('button', { name: 'Change my contact details' }).click();
    const focus = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
    expect(await focus()).toBe('phone');
    await page.keyboard.press('Escape');
    await expect.poll(focus).toBe('Change my contact details');
    // What was not saved is not said to be.
    expect(await page.getByText('Saved: the clinic has it').count()).toBe(0);
    await page.getByRole('button', { name: 'Change my contact details' }).click();
    await page.getByLabel('Phone', { exact: true }).fill('12');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Please enter a whole phone number.').waitFor();
    expect(await focus()).toBe('phone');
    expect(await page.getByLabel('Phone', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await picture(page, `contact-${name}`);
    await page.getByLabel('Phone', { exact: true }).fill('555-010-0123');
    const before = await system('GET', `Patient/${patient}`);
    await beforeItArrives(page, `${world.fhir}/Patient/${patient}`, () =>
      system('PUT', `Patient/${patient}`, { ...before, multipleBirthBoolean: false }),
    );
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The clinic changed this at the same time.').waitFor();
    expect(JSON.stringify(await system('GET', `Patient/${patient}`))).not.toContain('555-010-0123');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('555-010-0123').waitFor();
    const after = await system('GET', `Patient/${patient}`);
    expect(after).toMatchObject({
      name: before.name,
      birthDate: before.birthDate,
      multipleBirthBoolean: false,
    });
  });

  it('the whole record is saved as a FHIR Bundle of this patient', async () => {
    const { page } = visit;
    await open(page, '/records', 'Records');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download my record' }).click();
    const file = await (await download).createReadStream();
    const bundle = JSON.parse((await file.toArray()).join('')) as {
      type: string;
      entry: { resource: { resourceType: string; id: string } }[];
    };
    expect(bundle.type).toBe('collection');
    const types = new Set(bundle.entry.map(({ resource }) => resource.resourceType));
    for (const type of ['Patient', 'Observation', 'Condition', 'MedicationRequest'])
      expect(types).toContain(type);
    expect(
      bundle.entry
        .filter(({ resource }) => resource.resourceType === 'Patient')
        .map(({ resource }) => resource.id),
    ).toEqual([patient]);
  });

  it('shows who looked at the record, and where the account and the connected apps are', async () => {
    const { page } = visit;
    await open(page, '/profile', 'Profile');
    const apps = await page.getByRole('link', { name: 'Connected apps' }).getAttribute('href');
    expect(apps).toBe(`${new URL(world.issuer).origin}/account/apps`);
    await page.getByRole('link', { name: 'Who looked at my record' }).click();
    await page.getByRole('heading', { name: 'Who looked at my record', level: 1 }).waitFor();
    // Checked when the address has changed, which takes a moment.
    await page.getByLabel('You', { exact: true }).click({ force: true });
    await page.getByRole('heading', { name: 'You', exact: true }).first().waitFor();
    expect(new URL(page.url()).search).toBe('?whose=self');
    await expectAccessible(page);
    await picture(page, `access-${name}`);
  });

  it('never failed in the eyes of the page', () => {
    // The refused save above is the only answer that the browser reports.
    expect(visit.errors.filter((error) => !error.includes('412'))).toEqual([]);
  });
});

describe('a questionnaire', () => {
  it('that the clinic asked for is filled in from the dashboard, and the request is done; help is offered at once', async () => {
    const visit = await openVisit(browser, { width: 360, height: 740 });
    const { page } = visit;
    await signIn(world, visit, 'daniel');
    const found = await system('GET', 'Task?patient=daniel-kim&status=ready');
    const [entry] = found.entry as {
      resource: { id: string; focus: { reference: string }; description: string };
    }[];
    const task = entry?.resource;
    await page
      .getByRole('link', { name: task?.description ?? '' })
      .first()
      .click();
    await page.getByRole('button', { name: 'Send my answers' }).waitFor();
    await expectAccessible(page);
    // P24: what was not answered says so where it stands, and the first has the focus.
    await page.getByRole('button', { name: 'Send my answers' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByText(/^Please (answer this|fill this in)\.$/).count()).toBeGreaterThan(0);
    expect(await page.evaluate(`document.activeElement.closest('[aria-invalid=true]') !== null`)).toBe(true);
    await expectAccessible(page);
    await open(page, '/questionnaires', 'Questionnaires');
    await page.getByRole('link', { name: /PHQ-9/ }).click();
    const questions = page.locator('fieldset');
    await questions.first().waitFor();
    const questionnaire = new URL(page.url()).pathname.split('/').pop();
    const asked = (more: object) =>
      system('POST', 'Task', {
        resourceType: 'Task',
        status: 'ready',
        intent: 'order',
        for: { reference: 'Patient/daniel-kim' },
        owner: { reference: 'Patient/daniel-kim' },
        focus: { reference: `Questionnaire/${questionnaire}` },
        ...more,
      });
    const [once, weekly] = [await asked({}), await asked({ restriction: { repetitions: 4 } })];
    for (let i = 0; i < 9; i++)
      await questions
        .nth(i)
        .getByRole('radio')
        .nth(i === 8 ? 1 : 2)
        .check();
    await page.getByRole('link', { name: '988' }).waitFor();
    await expectAccessible(page);
    await picture(page, 'phq-9');
    await page.getByRole('button', { name: 'Send my answers' }).click();
    await page.getByText('Your score is 17: by the makers’ scale, moderately severe.').waitFor();
    await expectAccessible(page);
    const stored = await system('GET', 'QuestionnaireResponse?patient=daniel-kim&_sort=-authored&_count=1');
    const [response] = stored.entry as {
      resource: { item: { linkId: string; answer: { valueInteger?: number }[] }[] };
    }[];
    expect(response?.resource.item.at(-1)).toMatchObject({
      linkId: '44261-6',
      answer: [{ valueInteger: 17 }],
    });
    // It was opened from the list of all, not from what is to do: what asked for it is done all the same.
    expect(await system('GET', `Task/${once.id}`)).toMatchObject({ status: 'completed' });
    expect(await system('GET', `Task/${weekly.id}`)).toMatchObject({ status: 'ready' });
    expect(await system('GET', `Task/${task?.id}`)).toMatchObject({ status: 'ready' });
    await visit.context.close();
  });

  it('finishes the task that asked for it', async () => {
    const visit = await openVisit(browser, { width: 1280, height: 900 });
    const { page } = visit;
    await signIn(world, visit, 'maria');
    const found = await system('GET', 'Task?patient=maria-alvarez&status=ready');
    const [entry] = found.entry as { resource: { id: string; description: string } }[];
    await page
      .getByRole('link', { name: entry?.resource.description ?? '' })
      .first()
      .click();
    await page.getByRole('button', { name: 'Send my answers' }).waitFor();
    for (const fieldset of await page.locator('fieldset').all())
      await fieldset.getByRole('radio').last().check();
    for (const area of await page.locator('main textarea').all()) await area.fill('Nothing new');
    await page.getByRole('button', { name: 'Send my answers' }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect((await system('GET', `Task/${entry?.resource.id}`)).status).toBe('completed');
    await visit.context.close();
  });

  it('of every kind of question is answered in those kinds, in its groups, and accepted by the server that checks it', async () => {
    const when = (code: string) => [
      { question: 'tea', operator: '=', answerCoding: { system: 'urn:tea', code } },
    ];
    const tea = ['black', 'green'].map((code) => ({
      valueCoding: { system: 'urn:tea', code, display: code },
    }));
    const { id } = await system('POST', 'Questionnaire', {
      resourceType: 'Questionnaire',
      url: 'urn:example:every-kind',
      title: 'All about tea',
      status: 'active',
      subjectType: ['Patient'],
      item: [
        { linkId: 'hello', type: 'display', text: 'It takes a minute.' },
        {
          linkId: 'habits',
          type: 'group',
          text: 'Habits',
          item: [
            { linkId: 'tea', type: 'open-choice', repeats: true, text: 'Which tea?', answerOption: tea },
            { linkId: 'how', type: 'string', text: 'How is it made?', enableWhen: when('green') },
            { linkId: 'cups', type: 'integer', text: 'How many cups?', required: true },
          ],
        },
        { linkId: 'warm', type: 'decimal', text: 'How warm?' },
        { linkId: 'first', type: 'date', text: 'Since when?' },
        { linkId: 'last', type: 'dateTime', text: 'When last?' },
        { linkId: 'usual', type: 'time', text: 'When usually?' },
        {
          linkId: 'amount',
          type: 'quantity',
          text: 'How much?',
          extension: [
            {
              url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
              valueCoding: { system: 'http://unitsofmeasure.org', code: 'mL', display: 'mL' },
            },
          ],
        },
        { linkId: 'site', type: 'url', text: 'Where is it sold?' },
      ],
    });
    const visit = await openVisit(browser, { width: 360, height: 740 });
    const { page } = visit;
    await signIn(world, visit, 'maria');
    await open(page, `/questionnaires/${id}`, 'All about tea');
    await page.getByText('It takes a minute.').waitFor();
    expect(await page.getByLabel('How is it made?').count()).toBe(0);
    await page.getByRole('checkbox', { name: 'black' }).check();
    await page.getByRole('checkbox', { name: 'green' }).check();
    await page.getByLabel('Something else').fill('mint');
    await page.getByLabel('How is it made?').fill('slowly');
    await page.getByLabel('How many cups?').fill('two');
    await page.getByLabel('How warm?').fill('68,5');
    await page.getByLabel('Since when?').fill('2020-02-29');
    await page.getByLabel('When last?').fill('2026-01-02T08:15');
    await page.getByLabel('When usually?').fill('08:00');
    await page.getByLabel('How much?').fill('250');
    await page.getByLabel('Where is it sold?').fill('https://tea.example/');
    await page.getByRole('button', { name: 'Send my answers' }).click();
    await page.getByText('Please enter a whole number.').waitFor();
    await expectAccessible(page);
    await picture(page, 'questionnaire-of-every-kind');
    await page.getByLabel('How many cups?').fill('2');
    await page.getByRole('button', { name: 'Send my answers' }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    const stored = await system(
      'GET',
      'QuestionnaireResponse?patient=maria-alvarez&_sort=-authored&_count=1',
    );
    const [response] = stored.entry as {
      resource: { item: { linkId: string; item?: object; answer?: object }[] };
    }[];
    const item = (linkId: string) => response?.resource.item.find((each) => each.linkId === linkId);
    expect(item('habits')?.item).toEqual([
      { linkId: 'tea', text: 'Which tea?', answer: [...tea, { valueString: 'mint' }] },
      { linkId: 'how', text: 'How is it made?', answer: [{ valueString: 'slowly' }] },
      { linkId: 'cups', text: 'How many cups?', answer: [{ valueInteger: 2 }] },
    ]);
    const answers = ['warm', 'first', 'usual', 'amount', 'site'].map((linkId) => item(linkId)?.answer);
    expect(answers).toEqual([
      [{ valueDecimal: 68.5 }],
      [{ valueDate: '2020-02-29' }],
      [{ valueTime: '08:00:00' }],
      [{ valueQuantity: { value: 250, unit: 'mL', system: 'http://unitsofmeasure.org', code: 'mL' } }],
      [{ valueUri: 'https://tea.example/' }],
    ]);
    await visit.context.close();
  });
});

describe('a parent', () => {
  it('P2: sees on every page whose record is open, is greeted herself, and changes over to another record without signing in again', async () => {
    const visit = await openVisit(browser, { width: 1280, height: 900 });
    const { page } = visit;
    await page.goto(`${world.portal}/`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Username or e-mail').fill('grace');
    await page.getByLabel('Password').fill('Wellspring-Demo-1');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const choose = async (name: RegExp) => {
      await page.getByRole('heading', { name: 'Whose record?' }).waitFor();
      await page.getByRole('radio', { name }).check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Allow', exact: true }).click();
      await page.getByRole('heading', { name: 'Next visit' }).waitFor();
      return page.locator('h1').innerText();
    };
    const whose = page.getByRole('region', { name: 'Whose record' }).filter({ visible: true });
    const colour = () =>
      page.evaluate(
        `getComputedStyle([...document.querySelectorAll('[aria-label="Whose record"]')].find((each) => each.checkVisibility())).backgroundColor`,
      );
    expect(await choose(/Leo/)).toContain('Grace');
    for (const [path, heading] of [
      ['/results', 'Results'],
      ['/medications', 'Medicines'],
      ['/messages/new', 'Write a message'],
      ['/appointments/book', 'Book a visit'],
      ['/access', 'Who looked at this record'],
    ] as const) {
      await open(page, path, heading);
      await whose.getByText(/Grace/).waitFor();
      expect(await whose.innerText(), path).toMatch(/Leo.*Okafor\nNot your own record.*Grace/s);
      expect(await page.locator('main header').innerText(), path).toMatch(/Leo.*’s record/);
    }
    // He is a child: how he grows, among boys of his age, and what changes for her as he does.
    await open(page, '/growth', 'Growth charts');
    await page.getByText(/Taller than (about|more than|fewer than) \d+ of 100 boys of this age\./).waitFor();
    await page.getByRole('img', { name: 'Height by age, over percentile lines' }).waitFor();
    await page.getByLabel('lb, in').check({ force: true });
    await page.getByRole('cell', { name: /in$/ }).first().waitFor();
    await expectAccessible(page);
    await open(page, '/profile', 'Profile');
    await page
      .getByText(/^From .* you no longer see this record, for the child is an adult then\./)
      .waitFor();
    await open(page, '/messages/new', 'Write a message');
    await page
      .locator('main form')
      .getByText(/^For Leo/)
      .waitFor();
    await expectAccessible(page);
    await picture(page, 'record-of-a-child');
    const others = await colour();
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await whose.innerText()).toMatch(/Leo/);
      // Seen also where one has read on.
      await page.evaluate('scrollTo(0, 600)');
      expect((await whose.boundingBox())?.y).toBe(0);
      await expectAccessible(page);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    // A reload opens the same record again, without a question.
    await open(page, '/profile', 'Profile');
    await page.getByRole('heading', { name: /Leo/ }).waitFor();
    await whose.getByRole('button', { name: 'Change the record that is open' }).click();
    expect(await choose(/Grace/)).toContain('Grace');
    expect(await whose.innerText()).toMatch(/Grace.*Okafor\nYour own record/s);
    expect(await colour()).not.toBe(others);
    expect(await page.locator('main header').innerText()).not.toContain('record');
    await visit.context.close();
  });
});

describe('two browsers that press the same time at once', () => {
  it('one gets it, the other a kind word and what else is free; a visit is moved and cancelled', async () => {
    const visits = await Promise.all(
      ['daniel', 'linda'].map(async (username) => {
        const visit = await openVisit(browser, { width: 1280, height: 900 });
        await signIn(world, visit, username);
        await open(visit.page, '/appointments/book', 'Book a visit');
        await visit.page.getByLabel('With whom?').selectOption('');
        await visit.page.getByRole('heading', { name: 'Free times' }).waitFor();
        await expect.poll(() => visit.page.locator('main [aria-busy=true]').count()).toBe(0);
        return visit;
      }),
    );
    const [first] = visits as [Visit, Visit];
    await expectAccessible(first.page);
    await picture(first.page, 'book-times');
    for (const { page } of visits) {
      await page.locator('main ul button').first().click();
      await page.getByLabel('What is it about?').fill('Yearly check');
    }
    await expectAccessible(first.page);
    await Promise.all(visits.map(({ page }) => page.getByRole('button', { name: 'Book this time' }).click()));
    const ends = await Promise.all(
      visits.map(async ({ page }) => {
        const won = page.getByRole('heading', { name: 'Visits', exact: true, level: 1 });
        const lost = page.getByText('This is not free any more.');
        await won.or(lost).first().waitFor();
        return (await won.isVisible()) ? 'won' : 'lost';
      }),
    );
    expect(ends.toSorted()).toEqual(['lost', 'won']);
    const loser = visits[ends.indexOf('lost')] as Visit;
    await expectAccessible(loser.page);
    await picture(loser.page, 'book-taken');
    await loser.page.locator('main ul button').first().click();
    await loser.page.getByLabel('What is it about?').fill('Yearly check');
    await loser.page.getByRole('button', { name: 'Book this time' }).click();
    const item = loser.page.locator('main li', { hasText: 'Yearly check' }).first();
    await item.getByText('Booked').waitFor();
    // What was done stands at the top; no form further down takes the focus there.
    await loser.page.getByLabel('What does it show?').waitFor();
    expect(await loser.page.evaluate('document.activeElement.tagName')).toBe('H1');
    const before = await item.getByRole('heading').innerText();
    await item.getByRole('link', { name: /^Another time/ }).click();
    await loser.page.getByRole('heading', { name: 'Choose another time' }).waitFor();
    await loser.page.getByLabel('With whom?').selectOption('');
    await loser.page.getByRole('radio', { name: 'By video' }).check();
    const days = loser.page.getByRole('group', { name: 'Next free days' }).getByRole('button');
    await days.nth(1).click();
    await expect.poll(() => days.nth(1).getAttribute('aria-pressed')).toBe('true');
    expect(new URL(loser.page.url()).search).toMatch(/mode=video.*day=\d{4}-\d\d-\d\d/);
    // What was looked for is there again after a reload, and the chosen day with it.
    const day = await days.nth(1).innerText();
    await loser.page.reload();
    await loser.page.locator('main [aria-pressed=true]').waitFor();
    expect(await loser.page.locator('main [aria-pressed=true]').innerText()).toBe(day);
    await loser.page.locator('main ul button').nth(3).click();
    await loser.page.getByLabel('What is it about?').fill('Yearly check, moved');
    await loser.page.getByLabel('Anything else').fill('My daughter translates.');
    await loser.page.getByRole('button', { name: 'Book this time' }).click();
    const moved = loser.page.locator('main li', { hasText: 'Yearly check, moved' });
    await moved.getByText('Booked').waitFor();
    await moved.getByText('By video').waitFor();
    expect(await moved.getByRole('heading').innerText()).not.toBe(before);
    await loser.page.locator('main li', { hasText: before }).getByText('Cancelled').waitFor();
    await moved.getByRole('button', { name: /^Cancel/ }).click();
    await moved.getByRole('button', { name: 'Cancel this visit' }).click();
    await moved.getByText('Cancelled').waitFor();
    for (const { context } of visits) await context.close();
  });
});

describe('one open refill request a prescription', () => {
  it('is what the server keeps, however many ask at once', async () => {
    const visit = await openVisit(browser, { width: 1280, height: 900 });
    await signIn(world, visit, 'priya');
    await open(visit.page, '/medications', 'Medicines');
    const token = visit.token();
    const found = await (
      await fetch(`${world.fhir}/MedicationRequest?patient=priya-raman&status=active&_count=1`, {
        headers: { Authorization: `Bearer ${token}` },
      })
    ).json();
    const [entry] = (found as { entry: { resource: { id: string } }[] }).entry;
    const focus = `MedicationRequest/${entry?.resource.id}`;
    const task = {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '103742009' }] },
      focus: { reference: focus },
      for: { reference: 'Patient/priya-raman' },
      requester: { reference: 'Patient/priya-raman' },
    };
    const condition = `focus=${focus}&code=http://snomed.info/sct|103742009&status=requested,received,accepted,in-progress,on-hold`;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        fetch(`${world.fhir}/Task`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${token}`,
            'Content-Type': 'application/fhir+json',
            'If-None-Exist': condition,
          },
          body: JSON.stringify(task),
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true);
    await visit.context.close();
  });
});

async function zipOf(name: string, lines: readonly string[]): Promise<Buffer> {
  const zip = new ZipWriter(new Uint8ArrayWriter());
  await zip.add(name, new TextReader(lines.join('\n')));
  return Buffer.from(await zip.close());
}
