/** The inbox of the care team's desk by keys alone, and however much waits: measured, so it has the machine to itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessibleInBoth } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { fetched } from './fetched.ts';
import {
  DESK,
  type InboxWorld,
  item,
  message,
  openInbox,
  openInboxWorld,
  PHONE,
  row,
  told,
} from './inbox-page.ts';
import { openVisit, picture } from './portal-page.ts';
import { ago, clinic, load, ref } from './small-clinic.ts';

let world: InboxWorld;
const { system } = clinicOf(() => world);

beforeAll(async () => {
  // Nobody's work is there yet.
  world = await openInboxWorld(clinic().filter(({ id }) => id !== 'electrolytes'));
});
afterAll(() => world?.close());

const FIRST_LOAD = 180_000;

describe('a day’s inbox', () => {
  it('of forty items is done by keyboard alone, what frightens first, and the focus is never lost', async () => {
    const drugs = Array.from({ length: 12 }, (_, i) => ({
      resourceType: 'MedicationRequest',
      id: `drug-${i}`,
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: `Medicine ${i}` },
      subject: ref('Patient/ben'),
      authoredOn: '2026-01-05',
    }));
    const refills = drugs.map(({ id }, i) => ({
      resourceType: 'Task',
      id: `refill-${i}`,
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '103742009' }] },
      focus: ref(`MedicationRequest/${id}`),
      for: ref('Patient/ben'),
      requester: ref('Patient/ben'),
      authoredOn: ago(500 - i),
    }));
    const alarm = {
      resourceType: 'QuestionnaireResponse',
      id: 'alarm',
      status: 'completed',
      subject: ref('Patient/ben'),
      authored: ago(1),
      item: [
        {
          linkId: '44260-8',
          text: 'Thoughts that you would be better off dead',
          answer: [
            { valueCoding: { system: 'http://loinc.org', code: 'LA6569-3', display: 'Several days' } },
          ],
        },
      ],
    };
    const messages = Array.from({ length: 27 }, (_, i) =>
      message(`day-${i}`, `Question ${i}`, { sent: ago(400 - i) }),
    );
    await load(world, [...drugs, ...refills, alarm, ...messages]);
    const visit = await openVisit(world.browser, PHONE);
    const page = await openInbox(world, visit, 'nina');
    await page.getByText('40 items wait').waitFor();
    await expectAccessibleInBoth(page);
    await picture(page, 'inbox-phone');
    await visit.context.close();

    const desk = await openVisit(world.browser, DESK, 'dark');
    const inbox = await openInbox(world, desk, 'nina');
    await inbox.getByText('40 items wait').waitFor();
    await inbox.keyboard.press('j');
    await item(inbox, 'Alarming answer').waitFor();
    await inbox.getByText('Several days').waitFor();
    await expectAccessibleInBoth(inbox);
    await picture(inbox, 'inbox-alarm');
    // However quickly they are pressed, each key is a row.
    const rows: string[] = await inbox.evaluate(
      '[...document.querySelectorAll("ol a[id^=row-]")].map(({ id }) => id)',
    );
    for (const [keys, at] of [
      ['jjjjj', 5],
      ['kkkkk', 0],
    ] as const) {
      await inbox.evaluate(
        `for (const key of '${keys}') document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))`,
      );
      await expect.poll(() => inbox.evaluate('document.activeElement?.id')).toBe(rows[at]);
      await expect.poll(() => inbox.url()).toContain(rows[at]?.slice('row-'.length) ?? '-');
    }
    await item(inbox, 'Alarming answer').waitFor();
    await inbox.getByText('Several days').waitFor();
    await inbox.keyboard.press('r');
    await inbox.keyboard.type('Called; safe, comes in today.');
    await inbox.keyboard.press('Control+Enter');
    await told(inbox, 'Done');
    for (let left = 39; left > 0; left--) {
      const current = inbox.url();
      const heading = inbox.locator('h2#item-heading');
      // The address is the next one's a moment before the item is: a key in between is meant for none.
      const own = `[id$="-${new URL(current).pathname.split('/').at(-1)}"]`;
      await inbox.locator('section[aria-labelledby="item-heading"]').locator(own).first().waitFor();
      await expect
        .poll(() => inbox.evaluate('document.activeElement?.id'), { interval: 20 })
        .toBe('item-heading');
      if ((await heading.innerText()) === 'Refill request') {
        await inbox.locator('[id^=approve-]').waitFor();
        if (left % 4 === 0) {
          // Without a pause: no letter of the reason is taken for a key of the page.
          await inbox.keyboard.type('dAsk me jek.');
          await inbox.keyboard.press('Control+Enter');
        } else {
          await inbox.keyboard.press('a');
          await inbox.keyboard.press('Enter');
        }
      } else {
        await inbox.getByLabel('Your answer').waitFor();
        if (left % 5 === 0) {
          await inbox.keyboard.press('r');
          await inbox.keyboard.type('Yes.');
          await inbox.keyboard.press('Control+Enter');
        } else await inbox.keyboard.press('e');
      }
      await expect.poll(() => inbox.url(), { timeout: 10_000, interval: 20 }).not.toBe(current);
    }
    await inbox.getByText('Nothing waits. Well done.').waitFor();
    const open = await system('GET', 'Task?status=requested,received&_summary=count');
    expect(open.total).toBe(0);
    expect((await system('GET', 'MedicationRequest?patient=ben&status=active&_summary=count')).total).toBe(
      12,
    );
    await desk.context.close();
  });

  it('of 5,000 items opens in under a second', async () => {
    const kinds = ['message', 'visit-request', 'insurance', 'document'];
    await load(
      world,
      Array.from({ length: 5000 }, (_, i) => ({
        resourceType: 'Task',
        id: `many-${i}`,
        status: 'requested',
        intent: 'order',
        priority: i % 100 === 0 ? 'urgent' : 'routine',
        code: { coding: [{ system: 'urn:wellspring:task', code: kinds[i % 4] }] },
        for: ref(`Patient/${i % 2 ? 'ana' : 'ben'}`),
        authoredOn: ago(i),
      })),
    );
    const visit = await openVisit(world.browser, DESK);
    const { page } = visit;
    const { scripts } = await fetched(page, { app: world.desk, fhir: world.fhir }, async () => {
      await openInbox(world, visit, 'nina');
      await page.getByText('5000 items wait').waitFor();
    });
    expect(scripts).toBeGreaterThan(FIRST_LOAD / 3);
    expect(scripts).toBeLessThan(FIRST_LOAD);
    await page.getByRole('link', { name: 'Numbers', exact: true }).click();
    await page.getByRole('heading', { name: 'By week' }).waitFor();
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
    // As the clinic set it.
    await page.getByRole('row', { name: /^Documents .*4 days$/ }).waitFor();
    await expectAccessibleInBoth(page);
    await picture(page, 'numbers');
    await page.setViewportSize(PHONE);
    const kind = page.getByRole('rowheader', { name: 'Alarming answers' });
    expect((await kind.boundingBox())?.width).toBeGreaterThan(60);
    await expectAccessibleInBoth(page);
    await picture(page, 'numbers-phone');
    await page.setViewportSize(DESK);
    const places = page.getByRole('navigation', { name: 'Pages' });
    await places.getByRole('link', { name: 'Start' }).click();
    await page.reload();
    await places.getByRole('link', { name: 'Inbox' }).waitFor();
    const began = Date.now();
    await places.getByRole('link', { name: 'Inbox' }).click();
    await row(page, 'Ben').waitFor();
    const took = Date.now() - began;
    expect(await page.locator('ol a[id^=row-]').count()).toBe(50);
    expect(took).toBeLessThan(1000);
    await visit.context.close();
  });
});
