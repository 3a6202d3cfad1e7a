/** What the portal shows and keeps beside the actions: the whole record by a search, visits and their notes, one's own usual, notices, insurance. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '../auth-server/test/mailbox.ts';
import { expectAccessible } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { readPicture, readShown, savedCard } from './health-card.ts';
import { openPage, openVisit, picture, SIZES, signIn, type Visit } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({
    seeded: true,
    env: { ...mailbox.env, NOTICE_SECONDS: '0.5', PAYMENT_URL: 'https://pay.example/?invoice={number}' },
  });
  browser = await openBrowser({ isWhole: true });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await mailbox?.close();
});

const { system, desk, waiting } = clinicOf(() => world);
const open = (page: Page, path: string, heading: string) => openPage(world, page, path, heading);

/** A picture that only a canvas can make smaller: 2,400 dots of noise a side would not pass as it is. */
async function largePicture(page: Page): Promise<Buffer> {
  const base64 = (await page.evaluate(`(async () => {
    const canvas = new OffscreenCanvas(2400, 2400);
    const context = canvas.getContext('2d');
    const data = context.createImageData(2400, 2400);
    for (let i = 0; i < data.data.length; i++) data.data[i] = i % 4 === 3 ? 255 : (i * 7919 + (i >> 7) * 31) % 256;
    context.putImageData(data, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  })()`)) as string;
  return Buffer.from(base64, 'base64');
}

/** As a fax comes in: a document that is nothing but a file. */
const fax = (body: string): string =>
  `<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Fax</title><component><nonXMLBody>${body}</nonXMLBody></component></ClinicalDocument>`;

/** As a hospital might send it, and as somebody might who means harm. */
const DISCHARGE = `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="https://evil.example/cda.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:h="http://www.w3.org/1999/xhtml">
  <title>Discharge from Valley Hospital</title>
  <effectiveTime value="20261112093000-0500"/>
  <languageCode code="en-US"/>
  <recordTarget><patientRole><patient><name><given>Maria</given><family>Alvarez</family></name></patient></patientRole></recordTarget>
  <author><assignedAuthor><assignedPerson><name><prefix>Dr.</prefix><given>Noor</given><family>Haddad</family></name></assignedPerson></assignedAuthor></author>
  <component><structuredBody>
    <component><section>
      <title>Medicines at discharge</title>
      <text>
        <table onclick="window.stolen = 1" width="100%">
          <thead><tr><th>Medicine</th><th>How</th></tr></thead>
          <tbody><tr><td><content styleCode="Bold" ID="m1">Amoxicillin 500 mg</content></td><td>Three times a day<br/>for a week</td></tr></tbody>
        </table>
        <h:script>window.stolen = 1; "stolen"</h:script>
        <h:img src="https://evil.example/pixel.png" onerror="window.stolen = 1"/>
        <renderMultiMedia referencedObject="x"><caption>stolen</caption></renderMultiMedia>
      </text>
    </section></component>
    <component><section>
      <title>What to do</title>
      <text>
        <list listType="ordered"><item>Rest for a week</item><item>See <linkHtml href="javascript:window.stolen=1">your doctor</linkHtml></item></list>
        <paragraph>Call us at once if it gets worse &lt;img src=x onerror=window.stolen=1&gt;</paragraph>
      </text>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>`;

describe.each(SIZES)('at a %s', (name, size, scheme, username, patient) => {
  let visit: Visit;

  beforeAll(async () => {
    visit = await openVisit(browser, size, scheme);
    await signIn(world, visit, username);
  });
  afterAll(() => visit?.context.close());

  it('the next visit is acted on from the dashboard: directions, calendar, another time', async () => {
    const { page } = visit;
    const start = new Date(Date.now() + 26 * 3_600_000);
    await system('POST', 'Appointment', {
      resourceType: 'Appointment',
      status: 'booked',
      description: 'Blood draw',
      start: start.toISOString(),
      end: new Date(start.getTime() + 1_200_000).toISOString(),
      participant: [
        { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
        { actor: await someLocation(), status: 'accepted' },
      ],
    });
    await page.reload();
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'Next visit' }) });
    await card.getByText('Blood draw', { exact: false }).first().waitFor();
    const directions = await card.getByRole('link', { name: /^Directions/ }).getAttribute('href');
    expect(directions).toMatch(/^https:\/\/www\.openstreetmap\.org\/search\?query=.*Northampton/);
    const download = page.waitForEvent('download');
    await card.getByRole('button', { name: /^Add to calendar/ }).click();
    expect((await download).suggestedFilename()).toBe('visit.ics');
    await expectAccessible(page);
    await picture(page, `home-${name}`);
    await checkIn(page);
    await card.getByRole('button', { name: /^Cancel/ }).click();
    await card.getByRole('button', { name: 'Cancel this visit' }).click();
    await card.getByText('Blood draw', { exact: false }).waitFor({ state: 'detached' });
  });

  it('a visit by video: camera, microphone and sound are tested, and the link is there when it is time', async () => {
    const { page, context } = visit;
    const start = new Date(Date.now() + 20 * 60_000);
    const virtual = (valueUrl: string) => ({
      url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService',
      extension: [{ url: 'address', valueUrl }],
    });
    const booked = await system('POST', 'Appointment', {
      resourceType: 'Appointment',
      status: 'booked',
      description: 'Talk about sleep',
      extension: [virtual('javascript:alert(1)'), virtual('https://video.wellspring.example/rooms/sleep')],
      start: start.toISOString(),
      end: new Date(start.getTime() + 1_200_000).toISOString(),
      participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
    });
    await page.goto(`${world.portal}/`);
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'Next visit' }) });
    await card.getByText('By video').waitFor();
    await card.getByRole('link', { name: /^Test camera and sound.*sleep/ }).click();
    const join = page.getByRole('link', { name: /^Join the video visit/ });
    const link = (name: string) => join.getAttribute(name);
    expect(await link('href')).toBe('https://video.wellspring.example/rooms/sleep');
    expect([await link('target'), await link('rel')]).toEqual(['_blank', 'noopener noreferrer']);
    // What the browser refuses is said in words, for each; allowed, both are seen to work.
    await page.getByRole('button', { name: 'Start the test' }).click();
    await page.getByText('This page may not use the camera.').waitFor();
    await page.getByText('This page may not use the microphone.').waitFor();
    await expectAccessible(page);
    await context.grantPermissions(['camera', 'microphone'], { origin: world.portal });
    await page.getByRole('button', { name: 'Test again' }).click();
    await page.getByText('The camera works').waitFor();
    await page.getByText('The microphone works').waitFor();
    await page.getByRole('button', { name: 'Play a sound' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByText('The sound works').waitFor();
    await expectAccessible(page);
    await picture(page, `video-${name}`);
    const turnedOn = await page.evaluateHandle('document.querySelector("video").srcObject.getTracks()');
    await page
      .getByRole('link', { name: /^(Visits|Messages)/ })
      .filter({ visible: true })
      .first()
      .click();
    await expect
      .poll(() =>
        turnedOn.evaluate((tracks) => (tracks as { readyState: string }[]).map((each) => each.readyState)),
      )
      .toEqual(['ended', 'ended']);
    expect((await fetch(world.desk)).headers.get('permissions-policy')).toContain('camera=(), microphone=()');
    await system('PUT', `Appointment/${booked.id}`, { ...booked, status: 'cancelled' });
  });

  /** What it says, line by line. */
  async function savedPdf(page: Page): Promise<string> {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as PDF', exact: true }).click();
    const pdf = String(Buffer.concat(await (await (await saving).createReadStream()).toArray()));
    expect(pdf).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
    const texts = [...pdf.matchAll(/Td <([0-9a-f]*)> Tj/g)].map(([, hex = '']) => Buffer.from(hex, 'hex'));
    return texts.map((each) => each.toString('latin1')).join('\n');
  }

  /** What is on record is looked through, corrected in words, signed; and stays signed after a reload. */
  async function checkIn(page: Page): Promise<void> {
    await open(page, '/appointments', 'Visits');
    await page.getByRole('link', { name: /^Check in.*Blood draw/ }).click();
    const answer = async (question: RegExp, said: 'Yes' | 'No'): Promise<void> =>
      page.getByRole('group', { name: question }).getByRole('radio', { name: said }).check();
    await answer(/^Are phone, e-mail and address right/, 'Yes');
    // All that lacks an answer says so at one press, and the first has the focus; what is there is kept.
    await page.getByRole('button', { name: 'Sign and check in' }).click();
    await page.getByText('Please fill this in.').waitFor();
    expect(await page.getByText('Please answer this.').count()).toBe(6);
    expect(
      await page.evaluate(`document.activeElement.closest('fieldset').querySelector('legend').textContent`),
    ).toMatch(/^Is the insurance right/);
    await expectAccessible(page);
    await page.getByLabel('Your full name, as your signature').fill('The Patient');
    await answer(/^Is the insurance right/, 'No');
    await page.getByLabel('What is different?').fill('I have a new insurer.');
    await answer(/^Is the list of medicines right/, 'Yes');
    await answer(/^Is the list of allergies right/, 'Yes');
    for (const consent of [/^I agree to be examined/, /^I have been offered/, /^The clinic may send/])
      await answer(consent, 'Yes');
    await picture(page, `check-in-${name}`);
    await page.getByRole('button', { name: 'Sign and check in' }).dblclick();
    await page.getByText(/^Signed by The Patient on /).waitFor();
    await page.reload();
    await page.getByText(/^Signed by The Patient on /).waitFor();
    await page.getByText('I have a new insurer.').waitFor();
    await expectAccessible(page);
    await picture(page, `checked-in-${name}`);
    expect(await savedPdf(page)).toContain('I have a new insurer.');
    const kept = await system(
      'GET',
      `QuestionnaireResponse?patient=${patient}&identifier=urn:wellspring:check-in|`,
    );
    expect(kept.entry).toHaveLength(1);
    await page.goto(`${world.portal}/`);
    await page.getByRole('heading', { name: 'Next visit' }).waitFor();
  }

  it('one search finds results, medicines, problems, notes and messages as one types', async () => {
    const { page } = visit;
    await open(page, '/records', 'Records');
    await expectAccessible(page);
    await picture(page, `records-${name}`);
    const box = page.getByLabel('Search my whole record');
    await box.fill('choles');
    await page.getByRole('link', { name: 'Total cholesterol' }).first().waitFor();
    await expectAccessible(page);
    await picture(page, `search-${name}`);
    await box.fill('blood pres');
    await page.getByRole('heading', { name: 'Health problems' }).waitFor();
    await box.fill('zebra crossing');
    await page.getByText('Nothing in your record has these words.').waitFor();
    const [word, title] = await wordOfANote();
    await box.fill(word);
    await page.getByRole('heading', { name: 'Notes and documents' }).waitFor();
    await page.getByRole('link', { name: title }).first().click();
    await page.getByText(word, { exact: false }).first().waitFor();
    await expectAccessible(page);
  });

  it('a visit shows what was written and measured there, in plain words, with its referrals; all of a kind come page by page', async () => {
    const { page } = visit;
    await open(page, '/records', 'Records');
    await page.getByRole('link', { name: /^Show all.*Visits on record/ }).click();
    await page.getByRole('heading', { name: 'Visits on record', level: 1 }).waitFor();
    await expectAccessible(page);
    const found = await system('GET', `DocumentReference?patient=${patient}&type=11506-3&_count=1`);
    const [entry] = found.entry as { resource: { context: { encounter: { reference: string }[] } } }[];
    const encounter = entry?.resource.context.encounter[0]?.reference ?? '';
    await orderAt(encounter);
    await open(page, '/appointments', 'Visits');
    await page.getByRole('link', { name: /^Summary of the visit.*Hearing test/ }).click();
    const part = (title: string) =>
      page.locator('main section', { has: page.getByRole('heading', { name: title, exact: true }) });
    await part('Referrals').waitFor();
    expect(await part('Referrals').getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^Ear clinic\s+Asked for/),
    ]);
    await part('What to do').getByText('Rinse twice a day').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('Never so');
    await expectAccessible(page);
    await picture(page, `visit-notes-${name}`);
    await part('Referrals').getByRole('link', { name: 'Ear clinic' }).click();
    await page.getByRole('heading', { name: 'Ear clinic', level: 1 }).waitFor();
    await page.getByRole('link', { name: '‹ Referrals and orders' }).click();
    await page.getByRole('heading', { name: 'Referrals and orders', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Ear clinic' }).waitFor();
    await expectAccessible(page);
  });

  /** An appointment that became the visit, with a plan, a referral, and one that was entered in error. */
  async function orderAt(encounter: string): Promise<void> {
    const of = { subject: { reference: `Patient/${patient}` }, encounter: { reference: encounter } };
    const appointment = await system('POST', 'Appointment', {
      resourceType: 'Appointment',
      status: 'fulfilled',
      description: 'Hearing test',
      start: '2026-01-05T09:00:00Z',
      end: '2026-01-05T09:20:00Z',
      participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
    });
    const visited = await system('GET', encounter);
    await system('PUT', encounter, {
      ...visited,
      appointment: [{ reference: `Appointment/${appointment.id}` }],
    });
    const referral = {
      resourceType: 'ServiceRequest',
      intent: 'order',
      category: [{ coding: [{ system: 'http://snomed.info/sct', code: '3457005' }] }],
      authoredOn: '2026-11-01',
      ...of,
    };
    await system('POST', 'ServiceRequest', { ...referral, status: 'active', code: { text: 'Ear clinic' } });
    await system('POST', 'ServiceRequest', {
      ...referral,
      status: 'entered-in-error',
      code: { text: 'Never so' },
    });
    await system('POST', 'CarePlan', {
      resourceType: 'CarePlan',
      status: 'active',
      intent: 'plan',
      activity: [{ detail: { status: 'not-started', description: 'Rinse twice a day' } }],
      ...of,
    });
  }

  it('a report is as the laboratory sent it: words first, panels in their order, pictures and a viewer; new until it was opened', async () => {
    const { page, context } = visit;
    const sent = await sendReport(patient);
    await open(page, '/results?flag=new&since=2020-01-01&kind=labs', 'Results');
    expect(await page.getByRole('checkbox', { name: 'Only new' }).isChecked()).toBe(true);
    const row = page.locator('main ul ul').locator('xpath=..').filter({ hasText: 'Ward panel' });
    await row.getByText('New', { exact: true }).waitFor();
    await row.getByText('2 of 4 outside the range').waitFor();
    await expectAccessible(page);
    // Ticked when the address says so, which may be a moment after the click.
    await page.getByRole('checkbox', { name: 'Only outside range' }).click();
    await expect.poll(() => row.locator('ul li').count()).toBe(2);
    await expect.poll(() => new URL(page.url()).searchParams.getAll('flag')).toEqual(['outside', 'new']);

    await row.getByRole('link', { name: /^Ward panel/ }).click();
    await page.getByRole('heading', { name: 'Ward panel', level: 1 }).waitFor();
    expect(await page.locator('main section').first().innerText()).toMatch(/^Comment.\s*We talk about/);
    const lines = page.locator('main ul a[href^="/results/"]');
    await expect
      .poll(async () => (await lines.allInnerTexts()).map((text) => text.split('\n')[0]))
      .toEqual(['Zinc', 'Albumin', 'Band cells', 'Clarity']);
    expect(await page.locator('main h2').allInnerTexts()).toEqual([
      'Salts',
      'Cells',
      'Ward panel',
      'Pictures',
    ]);
    // By the values before, which are asked for when the report is there.
    await expect.poll(() => lines.first().innerText()).toContain('Better: closer to the range than 40 mg/L');
    await page.getByRole('img', { name: 'Smear' }).waitFor();
    expect(await page.getByRole('link', { name: /^Look at the pictures/ }).getAttribute('href')).toBe(
      'https://pacs.example/iid?requestType=STUDY&studyUID=1.2.840.77',
    );
    await expectAccessible(page);
    await picture(page, `report-${name}`);

    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.portal });
    await page.getByRole('button', { name: 'Copy a link to this page' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    const link = `${world.portal}/reports/${sent}`;
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
    await page.goBack();
    await page.getByText('Nothing matches.', { exact: false }).or(page.locator('main ul')).first().waitFor();
    expect(await row.count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: 'Only outside range' }).isChecked()).toBe(true);
  });

  it('a report comes as a file: shown, and to be saved', async () => {
    const { page } = visit;
    const found = await system('GET', `DiagnosticReport?patient=${patient}&_count=200`);
    const reports = found.entry as {
      resource: { id: string; presentedForm?: { contentType: string }[] };
    }[];
    const report = reports.find(({ resource }) =>
      resource.presentedForm?.some(({ contentType }) => contentType === 'application/pdf'),
    );
    await page.goto(`${world.portal}/reports/${report?.resource.id}`);
    // In the browser's own viewer, as a PDF and nothing else.
    const frame = page.locator('main iframe');
    await frame.waitFor();
    expect(await frame.getAttribute('src')).toMatch(/^blob:/);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: /^Save .*\.pdf/ }).click();
    const bytes = (await (await (await download).createReadStream()).toArray()) as Buffer[];
    expect(Buffer.concat(bytes).subarray(0, 5).toString()).toBe('%PDF-');
    await expectAccessible(page);
  });

  it('a C-CDA that came in is read as text: sections, lists, tables, and nothing that runs or calls elsewhere', async () => {
    const { page, requests } = visit;
    const binary = await system('POST', 'Binary', {
      resourceType: 'Binary',
      contentType: 'application/xml',
      data: Buffer.from(DISCHARGE).toString('base64'),
      securityContext: { reference: `Patient/${patient}` },
    });
    const attachment = (data: string) => ({ contentType: 'text/xml', title: 'Other', data: btoa(data) });
    const { id } = await system('POST', 'DocumentReference', {
      resourceType: 'DocumentReference',
      status: 'current',
      type: { text: 'Discharge summary' },
      subject: { reference: `Patient/${patient}` },
      content: [
        { attachment: { contentType: 'application/xml', title: 'Discharge', url: `Binary/${binary.id}` } },
        { attachment: attachment('<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Broken') },
        { attachment: attachment(DISCHARGE.replace('?>', '?><!DOCTYPE x [<!ENTITY y "entity">]>')) },
        {
          attachment: attachment(
            fax(
              `<text mediaType="Text/Plain; charset=utf-8" representation="B64">\n${btoa('Kept as a file.')}\n</text>`,
            ),
          ),
        },
        { attachment: attachment(fax('<text mediaType="text/plain">Kept as words.</text>')) },
        { attachment: attachment(fax('<text><reference value="https://evil.example/fax.pdf"/></text>')) },
        // Broke off: what decodes base64 throws at it.
        { attachment: attachment(fax('<text mediaType="text/plain" representation="B64">QUFBQ</text>')) },
      ],
    });
    await page.goto(`${world.portal}/records/DocumentReference/${id}`);
    await page.getByRole('heading', { name: 'Discharge from Valley Hospital', level: 2 }).waitFor();
    await page.getByText('Dr. Noor Haddad').waitFor();
    await page.getByRole('heading', { name: 'Medicines at discharge', level: 3 }).waitFor();
    await page.getByRole('cell', { name: 'Amoxicillin 500 mg' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Medicine', exact: true }).count()).toBe(1);
    expect(await page.getByRole('listitem').filter({ hasText: 'Rest for a week' }).count()).toBe(1);
    await page.getByText('Call us at once if it gets worse').waitFor();
    for (const words of ['Kept as a file.', 'Kept as words.'])
      await page.getByText(words, { exact: true }).waitFor();
    expect(await page.getByText('It has no text that can be shown here.', { exact: true }).count()).toBe(2);
    const main = await page.locator('main').innerText();
    expect(await page.locator('main').getByRole('heading', { level: 2 }).count()).toBe(5);
    expect(main.replace('<img src=x onerror=window.stolen=1>', '')).not.toMatch(/stolen|javascript|entity/);
    expect(await page.locator('main').locator('script, iframe, img, style, a[href^="http"]').count()).toBe(0);
    expect(await page.evaluate('window.stolen')).toBe(undefined);
    expect(requests.filter((url) => url.includes('evil.example'))).toEqual([]);
    expect(await page.getByRole('link', { name: /^Save/ }).count()).toBe(7);
    await expectAccessible(page);
    await picture(page, `document-${name}`);
  });

  it('a result stands beside what is usual for this person, and is asked about with one click', async () => {
    const { page } = visit;
    const found = await system(
      'GET',
      `Observation?patient=${patient}&code=4548-4,2160-0&_sort=-date&_count=1`,
    );
    const [entry] = found.entry as { resource: { id: string } }[];
    await page.goto(`${world.portal}/results/${entry?.resource.id}`);
    await page.getByText('Usual for you:').waitFor();
    await expectAccessible(page);
    await picture(page, `usual-${name}`);
    await page.getByRole('link', { name: 'Ask about this result' }).click();
    await page.getByLabel('Message', { exact: true }).fill(`Is this all right? (${name})`);
    expect(await page.getByLabel('About').inputValue()).not.toBe('');
    expect([...new URL(page.url()).searchParams.keys()]).toEqual(['about']);
    await page.getByLabel('To').selectOption({ index: 0 });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    const sent = await system('GET', `Communication?subject=Patient/${patient}&_sort=-sent&_count=1`);
    const [message] = sent.entry as { resource: { about: { reference: string }[] } }[];
    expect(message?.resource.about).toEqual([{ reference: `Observation/${entry?.resource.id}` }]);
  });

  it('what was entered in error says so at its own address too', async () => {
    const { page } = visit;
    const wrong = await system('POST', 'Observation', {
      resourceType: 'Observation',
      status: 'entered-in-error',
      code: { text: 'Mixed up' },
      subject: { reference: `Patient/${patient}` },
      valueString: '13.7 of somebody else',
    });
    await page.goto(`${world.portal}/results/${wrong.id}`);
    await page.getByText('Entered in error').waitFor();
    expect(await page.getByText('13.7 of somebody else').count()).toBe(0);
    await expectAccessible(page);
  });

  it('several refills are asked for at once, to a pharmacy', async () => {
    const { page } = visit;
    await open(page, '/medications', 'Medicines');
    const first = page
      .locator('main li', { has: page.getByRole('button', { name: /^Ask for a refill/ }) })
      .first();
    const medicine = await first.getByRole('heading').innerText();
    const item = page
      .locator('main section')
      .first()
      .locator('li', { has: page.getByRole('heading', { name: medicine, exact: true }) })
      .first();
    await item.getByRole('button', { name: /^Ask for a refill/ }).click();
    const others = item.getByRole('group', { name: 'Also ask for (optional)' });
    await others.getByRole('checkbox').first().check();
    await item.getByLabel('Pharmacy').selectOption({ index: 0 });
    await expectAccessible(page);
    await picture(page, `refills-${name}`);
    await item.getByRole('button', { name: 'Send the request' }).click();
    await expect.poll(() => page.getByText('Refill asked for').count()).toBeGreaterThan(1);
    const tasks = await system('GET', `Task?patient=${patient}&code=103742009&_sort=-modified&_count=2`);
    for (const { resource } of tasks.entry as { resource: { status: string; input: object[] } }[])
      expect(resource).toMatchObject({
        status: 'requested',
        input: [{ valueReference: { reference: expect.stringMatching(/^Organization\//) } }],
      });
  });

  it('the day’s medicines stand by time, and heart age starts from the record', async () => {
    const { page } = visit;
    await open(page, '/medications/schedule', 'What to take when');
    expect(await page.locator('main section').count()).toBeGreaterThan(0);
    await expectAccessible(page);
    await picture(page, `schedule-${name}`);
    await open(page, '/learn/heart-age', 'Heart age');
    expect(await page.getByLabel('Age in years').inputValue()).toMatch(/^\d+$/);
    await page.getByLabel('Age in years').fill('55');
    await page.getByLabel('Upper blood pressure').fill('130');
    await page.getByLabel('Total cholesterol').fill('200');
    await page.getByLabel(/HDL/).fill('50');
    await page.getByLabel('I smoke').check();
    await page.getByText(/^Your heart age is/).waitFor();
    await expectAccessible(page);
    await picture(page, `heart-age-${name}`);
    await page.getByLabel('Age in years').fill('20');
    await page.getByText('The formula holds for Age in years from 30 to 74.').waitFor();
  });

  it('what is due of screenings and vaccinations says why and since when; one that was done elsewhere is told to the clinic; the vaccinations print, and are handed on as a card that anybody can check', async () => {
    const { page } = visit;
    await system('POST', 'Immunization', {
      resourceType: 'Immunization',
      status: 'completed',
      patient: { reference: `Patient/${patient}` },
      vaccineCode: { text: 'Yellow fever', coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '37' }] },
      occurrenceDateTime: '2019-04-02',
      lotNumber: `YF-${name}`,
    });
    await open(page, '/prevention', 'Prevention');
    const card = page.locator('main section', { hasText: /Due(:| since)/ }).first();
    await card.getByText(/^For (everybody|women|men) from/).waitFor();
    const due = (await card.getByRole('heading').innerText()).trim();
    await card.getByRole('button', { name: `Had it elsewhere: ${due}` }).click();
    await card.getByLabel('When was it?').fill('2999-01-01');
    await card.getByRole('button', { name: 'Tell the clinic' }).click();
    await card.getByText('Please enter when it was done, not later than today.').waitFor();
    await card.getByLabel('When was it?').fill('2020-03-05');
    await card.getByLabel('Where was it? (optional)').fill(`Walk-in clinic (${name})`);
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Tell the clinic' }).click();
    await card.getByText(/^You told the clinic on/).waitFor();
    expect(await waiting(`Walk-in clinic (${name})`)).not.toBe('');
    await expectAccessible(page);
    await picture(page, `prevention-${name}`);
    await page.getByRole('link', { name: 'Vaccination record to print' }).click();
    await page
      .getByRole('row', { name: /Yellow fever/ })
      .getByText(`YF-${name}`)
      .waitFor();
    await expectAccessible(page);
    await picture(page, `vaccinations-${name}`);
    const record = await savedPdf(page);
    expect(record).toContain('Vaccination record');
    expect(record).toMatch(/, born /);
    expect(record).toContain(`YF-${name}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    await page.emulateMedia({ media: 'screen' });
    await handOnCard(page);
    await open(page, '/prevention', 'Prevention');
    await page.getByRole('link', { name: `Book it: ${due}` }).click();
    await page.getByRole('heading', { name: 'Book a visit', exact: true }).waitFor();
  });

  async function handOnCard(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Get a SMART Health Card' }).click();
    await page.getByRole('group', { name: 'What goes into the card' }).waitFor();
    await page.getByRole('button', { name: 'Choose none' }).click();
    await page.getByRole('button', { name: 'Make the card' }).click();
    await page.getByText('Please choose what goes into the card.').waitFor();
    await page
      .getByRole('checkbox', { name: /Yellow fever/ })
      .first()
      .check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Make the card' }).click();
    const code = page.getByRole('img', { name: 'The code of the card' });
    await code.waitFor();
    const { jws, iss, entries } = await readShown(code);
    expect(iss).toBe(world.fhir);
    expect(entries.map(({ resource }) => resource)).toMatchObject([
      { resourceType: 'Patient', name: [{ family: expect.any(String) }], birthDate: expect.any(String) },
      { resourceType: 'Immunization', vaccineCode: { coding: [{ code: '37' }] } },
    ]);
    expect(entries).toHaveLength(2);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as a file' }).click();
    expect(await savedCard(download)).toEqual({
      name: 'vaccinations.smart-health-card',
      text: JSON.stringify({ verifiableCredential: [jws] }),
    });
    await expectAccessible(page);
    await picture(page, `health-card-${name}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    await code.waitFor();
    await page.emulateMedia({ media: 'screen' });
  }

  it('a bill says what it is for, what the insurance pays and what is owed; it is asked about, and paid with its number alone', async () => {
    const { page } = visit;
    const number = `W-${name}`;
    const identifier = { system: 'urn:test:invoice', value: number };
    const of = { reference: `Patient/${patient}` };
    const usd = (value: number) => ({ value, currency: 'USD' });
    await system('POST', 'Invoice', {
      resourceType: 'Invoice',
      status: 'issued',
      identifier: [identifier],
      subject: of,
      date: '2026-11-20',
      lineItem: [
        {
          chargeItemCodeableConcept: { text: 'Hearing test' },
          priceComponent: [
            { type: 'base', amount: usd(90) },
            { type: 'deduction', code: { text: 'The plan' }, amount: usd(-60.5) },
          ],
        },
      ],
      totalGross: usd(29.5),
    });
    await system('POST', 'ExplanationOfBenefit', {
      resourceType: 'ExplanationOfBenefit',
      status: 'active',
      type: { text: 'Professional' },
      use: 'claim',
      patient: of,
      created: '2026-11-19',
      insurer: { display: 'The plan' },
      provider: { display: 'The clinic' },
      related: [{ reference: identifier }],
      outcome: 'complete',
      insurance: [{ focal: true, coverage: { display: 'The plan' } }],
      total: [
        {
          category: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adjudication', code: 'benefit' }],
          },
          amount: usd(60.5),
        },
      ],
    });
    await open(page, '/bills', 'Bills');
    await expectAccessible(page);
    await picture(page, `bills-${name}`);
    await page.getByRole('link', { name: /Hearing test.*\$29\.50.*To be paid/ }).click();
    await page.getByRole('heading', { name: `Bill ${number}`, level: 1 }).waitFor();
    await page.getByRole('row', { name: /Hearing test \$90\.00 \$60\.50 · The plan/ }).waitFor();
    await page.getByRole('heading', { name: 'The plan' }).waitFor();
    const pay = page.getByRole('link', { name: /^Pay it/ });
    expect(await pay.getAttribute('href')).toBe(`https://pay.example/?invoice=${number}`);
    expect(await pay.getAttribute('rel')).toBe('noreferrer');
    await expectAccessible(page);
    await picture(page, `bill-${name}`);
    await page.getByRole('link', { name: 'Ask about this bill' }).click();
    await page.getByLabel('Message').fill(`Why so much? (${name})`);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Your message was sent.').waitFor();
    expect(await waiting(`Why so much? (${name})`)).not.toBe('');
  });

  it('notices: language, reminders and quiet hours are chosen, and a test arrives', async () => {
    const { page } = visit;
    await open(page, '/profile', 'Profile');
    await expectAccessible(page);
    await picture(page, `profile-${name}`);
    await page.getByRole('button', { name: 'Change my notices' }).click();
    await page.getByLabel('Tell me about news by').selectOption('email');
    await page.getByLabel('Language', { exact: true }).selectOption('en');
    await page.getByLabel('2 days before').check();
    await page.getByLabel('1 day before').uncheck();
    await page.getByLabel('Quiet from').fill('21:30');
    await page.getByLabel('Quiet until').fill('07:00');
    await expectAccessible(page);
    await picture(page, `notices-${name}`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .getByText('Reminders of visits: 2 days before. Quiet from 21:30 until 07:00.', { exact: false })
      .waitFor();
    const stored = await system('GET', `Patient/${patient}`);
    const email = (
      stored.telecom as { system: string; value: string; rank?: number; extension?: object[] }[]
    ).find((each) => each.rank === 1);
    expect(email).toMatchObject({ system: 'email' });
    expect(JSON.stringify(email?.extension)).toContain('"valuePositiveInt":48');
    await page.getByRole('button', { name: 'Send me a test notice' }).click();
    await page.getByText('A mail is on its way to you.', { exact: false }).waitFor();
    expect((await mailbox.mailTo(email?.value ?? '')).subject).toBe(
      'This is the test notice that you asked for.',
    );
    await page.getByRole('button', { name: 'Send me a test notice' }).click();
    await page.getByText('One test a minute: wait a moment.').waitFor();
  });

  it('emergency contact and pharmacy are changed in place', async () => {
    const { page } = visit;
    await open(page, '/profile', 'Profile');
    await page.getByRole('button', { name: 'Change the emergency contact' }).click();
    await page.getByLabel('Phone of the emergency contact').fill('12');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Please enter a whole phone number.').waitFor();
    await page.getByLabel('Phone of the emergency contact').fill('555-010-0155');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('555-010-0155').waitFor();
    await page.getByRole('button', { name: /^(Choose a|Change my) pharmacy$/ }).click();
    await page.getByLabel('Pharmacy').selectOption({ label: 'Riverside Pharmacy' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Change my pharmacy' }).waitFor();
    await page.getByText('Riverside Pharmacy').waitFor();
    const stored = JSON.stringify(await system('GET', `Patient/${patient}`));
    expect(stored).toContain('patient-preferredPharmacy');
    expect(stored).toContain('us-core-race');
  });

  it('insurance is handed in with a photo of the card, waits, and counts when the clinic says so', async () => {
    const { page } = visit;
    await open(page, '/profile', 'Profile');
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'Insurance' }) });
    await card.getByRole('button', { name: 'Add or replace insurance' }).click();
    await card.getByLabel('Insurer').fill(`Hill Health (${name})`);
    await card.getByLabel('Member number').fill('M-4711');
    await card
      .getByLabel('Front of the card')
      .setInputFiles({ name: 'front.png', mimeType: 'image/png', buffer: await largePicture(page) });
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Hand it in' }).click();
    await card.getByText('Waiting for the clinic').waitFor();
    await card.getByRole('img', { name: 'front.png' }).waitFor();
    await expectAccessible(page);
    await picture(page, `insurance-${name}`);
    const id = await waiting(`Hill Health (${name})`);
    await desk('insurance', 'approve', id);
    await open(page, '/profile', 'Profile');
    await card.getByText(`Hill Health (${name})`).waitFor();
    expect(await card.getByText('Waiting for the clinic').count()).toBe(0);
  });

  it('a wrong name is the clinic’s to change: asked for, waiting, decided', async () => {
    const { page } = visit;
    await open(page, '/profile', 'Profile');
    await page.getByRole('button', { name: 'Something is wrong' }).click();
    await page.getByLabel('What is wrong, and what is right?').fill(`My second name is missing (${name})`);
    await page.getByRole('button', { name: 'Ask the clinic to change it' }).click();
    await page.getByText('Waiting for the clinic').waitFor();
    await expectAccessible(page);
    const id = await waiting(`My second name is missing (${name})`);
    await desk('profile', 'decline', id, '--reason', 'Please bring your passport.');
    await open(page, '/profile', 'Profile');
    await page.getByText('The clinic has not changed it').waitFor();
    await page.getByText('Please bring your passport.').waitFor();
  });

  it('a calendar subscribes to a private address, which is ended', async () => {
    const { page } = visit;
    await open(page, '/appointments', 'Visits');
    await page.getByRole('button', { name: 'Make a calendar address' }).click();
    const address = await page.getByLabel('Subscribe to this address').inputValue();
    await expectAccessible(page);
    await picture(page, `feed-${name}`);
    const feed = await fetch(address);
    expect(feed.headers.get('content-type')).toContain('text/calendar');
    const text = await feed.text();
    expect(text).toContain('SUMMARY:Busy');
    expect(text).not.toMatch(/follow-up|Dr\./);
    await page.getByRole('button', { name: 'End this calendar address' }).click();
    // It is not had back: it is asked first, and the address stands until then.
    await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    expect((await fetch(address)).status).toBe(200);
    await page.getByRole('button', { name: 'End this calendar address' }).click();
    await page.getByRole('button', { name: 'Make a calendar address' }).waitFor();
    expect((await fetch(address)).status).toBe(404);
  });

  it('what is not in the record offers the way back, and no other try', async () => {
    const { page } = visit;
    for (const [path, heading] of [
      ['/bills/none', 'Bill'],
      ['/reports/none', 'Report'],
    ] as const) {
      await open(page, path, heading);
      await page.getByText('This is not in your record, or no longer.').waitFor();
      expect(await page.getByRole('button', { name: 'Try again' }).count(), path).toBe(0);
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Go to the first page' }).click();
      await page.getByRole('heading', { name: 'Next visit' }).waitFor();
    }
  });

  it('the summary is shared by a link with a passcode: opened by somebody without an account, seen, ended', async () => {
    const { page } = visit;
    await open(page, '/share', 'Share my summary');
    await page.getByLabel('For whom?').fill('Dr. Stone');
    await page.getByLabel('Passcode').fill('blue-heron');
    await expectAccessible(page);
    // A link without the passcode that was typed would be another.
    await page.reload();
    await expect.poll(() => page.getByLabel('Passcode').inputValue()).toBe('blue-heron');
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByLabel('The link: copy it now').inputValue();
    expect(await readPicture(page.getByRole('img', { name: 'The link as a code' }))).toBe(link);
    await expectAccessible(page);
    await picture(page, `share-${name}`);
    const stranger = await openVisit(browser, size, scheme);
    await stranger.page.goto(link);
    await stranger.page.getByLabel('Who are you?').fill('Dr. Stone, Hill Hospital');
    await stranger.page.getByLabel('Passcode').fill('red-heron');
    await expectAccessible(stranger.page);
    // The second press of a double one is no try of its own.
    await stranger.page.getByRole('button', { name: 'Open it' }).dblclick();
    await stranger.page.getByText('The passcode is not right. Tries left: 9.').waitFor();
    await stranger.page.getByLabel('Passcode').fill('blue-heron');
    await stranger.page.getByRole('button', { name: 'Open it' }).click();
    for (const part of ['Allergies', 'Medicines', 'Health problems'])
      await stranger.page.getByRole('heading', { name: part, exact: true }).waitFor();
    expect(stranger.page.url()).toBe(`${world.portal}/shared`);
    await expectAccessible(stranger.page);
    await picture(stranger.page, `shared-${name}`);
    // Without the key nothing is shown, and nothing is wrong with the link.
    await stranger.page.reload();
    await stranger.page.getByText('To see it again, open the link from where you have it.').waitFor();
    // The key, and with it whatever it opens, never left the two browsers.
    const key = JSON.parse(Buffer.from(link.split('shlink:/')[1] ?? '', 'base64url').toString()).key;
    expect(stranger.requests.join(' ')).not.toContain(key);
    expect(world.log.join('\n')).not.toContain(key);
    await open(page, '/share', 'Share my summary');
    await page.getByText('by Dr. Stone, Hill Hospital', { exact: false }).waitFor();
    await page.getByText('opened once', { exact: false }).waitFor();
    await page.getByRole('button', { name: /^End it now/ }).click();
    await page.getByText('Whoever has the link can open nothing by it any more.', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'End it now', exact: true }).click();
    await page.getByText('None.').waitFor();
    await stranger.page.goto(link);
    await stranger.page.reload();
    await stranger.page.getByLabel('Who are you?').fill('Dr. Stone');
    await stranger.page.getByLabel('Passcode').fill('blue-heron');
    await stranger.page.getByRole('button', { name: 'Open it' }).click();
    await stranger.page.getByText('This link does not work, or no longer.', { exact: false }).waitFor();
    await stranger.context.close();
    await open(page, '/access', 'Who looked at my record');
    await page.getByText('shared link: Dr. Stone, Hill Hospital', { exact: false }).first().waitFor();
  });

  it('never failed in the eyes of the page', () => {
    expect(visit.errors.filter((error) => !error.includes('429'))).toEqual([]);
  });

  async function someLocation(): Promise<object> {
    const found = await system('GET', 'Location?name=Hill&_count=1');
    const [entry] = found.entry as { resource: { id: string; name: string } }[];
    return { reference: `Location/${entry?.resource.id}`, display: entry?.resource.name };
  }

  /** A word that stands in the text of one of this patient's notes, and the note's title. */
  async function wordOfANote(): Promise<readonly [word: string, title: string]> {
    const found = await system(
      'GET',
      `DocumentReference?patient=${patient}&type=11506-3&_sort=-date&_count=1`,
    );
    const [entry] = found.entry as {
      resource: { description?: string; type: { text: string }; content: { attachment: { data: string } }[] };
    }[];
    const note = entry?.resource;
    const text = Buffer.from(note?.content[0]?.attachment.data ?? '', 'base64').toString();
    const word = (text.match(/[a-z]{7,}/g) ?? []).toSorted((a, b) => b.length - a.length)[0] ?? '';
    return [word, note?.description ?? note?.type.text ?? ''];
  }
});

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A report whose laboratory has an order of its own: two panels, one in the other, a line of its own, a picture and imaging. Returns its id. */
async function sendReport(patient: string): Promise<string> {
  const subject = { reference: `Patient/${patient}` };
  const put = async (resourceType: string, id: string, rest: object): Promise<{ reference: string }> => {
    await system('PUT', `${resourceType}/${id}-${patient}`, {
      resourceType,
      id: `${id}-${patient}`,
      ...rest,
    });
    return { reference: `${resourceType}/${id}-${patient}` };
  };
  const category = [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
    },
  ];
  const unit = { unit: 'mg/L', system: 'http://unitsofmeasure.org', code: 'mg/L' };
  const now = new Date(Date.now() - 60_000).toISOString();
  const line = (name: string, value: number, at = now, id = name.split(' ')[0] as string) =>
    put('Observation', id, {
      status: 'final',
      category,
      subject,
      effectiveDateTime: at,
      code: { text: name, coding: [{ system: 'urn:ward', code: name.split(' ')[0] }] },
      valueQuantity: { value, ...unit },
      referenceRange: [{ low: { value: 1, ...unit }, high: { value: 10, ...unit } }],
    });
  const panel = (name: string, hasMember: { reference: string }[]) =>
    put('Observation', name, {
      status: 'final',
      category,
      subject,
      effectiveDateTime: now,
      code: { text: name },
      hasMember,
    });
  await line('Zinc', 40, '2026-01-01T08:00:00Z', 'Zinc-before');
  const cells = await panel('Cells', [await line('Band cells', 5)]);
  const salts = await panel('Salts', [await line('Zinc', 20), await line('Albumin', 0.5), cells]);
  const viewer = await put('Endpoint', 'viewer', {
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'ihe-iid',
    },
    payloadType: [{ text: 'any' }],
    address: 'https://pacs.example/iid',
  });
  const study = await put('ImagingStudy', 'study', {
    status: 'available',
    subject,
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.840.77' }],
    description: 'Two views',
    endpoint: [viewer],
  });
  const media = await put('Media', 'smear', {
    status: 'completed',
    subject,
    content: { contentType: 'image/png', title: 'Smear', data: PIXEL },
  });
  await put('DiagnosticReport', 'ward', {
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }],
    code: { text: 'Ward panel' },
    subject,
    effectiveDateTime: now,
    issued: now,
    conclusion: 'We talk about your zinc at the next visit.',
    result: [salts, await line('Clarity', 3)],
    media: [{ link: media }],
    imagingStudy: [study],
  });
  return `ward-${patient}`;
}
