/** What somebody of the clinic presses: done once, however its answer fares, said to be done, and of nothing that they have not looked at. */
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectAccessibleInBoth } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { goTo } from './desk-page.ts';
import { DESK, type InboxWorld, openInbox, openInboxWorld } from './inbox-page.ts';
import { openVisit, type Visit } from './portal-page.ts';
import { clinic, load, ref } from './small-clinic.ts';

let world: InboxWorld;
let visit: Visit;
let page: Page;
const { system } = clinicOf(() => world);

beforeAll(async () => {
  world = await openInboxWorld();
  visit = await openVisit(world.browser, DESK);
  page = await openInbox(world, visit, 'ruiz');
  page.setDefaultTimeout(20_000);
});
afterAll(async () => {
  await visit?.context.close();
  await world?.close();
});
beforeEach(async () => {
  await load(
    world,
    clinic().filter(({ resourceType }) => resourceType === 'Slot'),
  );
});

const found = async (search: string) =>
  ((await system('GET', search)).entry as { resource: Record<string, unknown> }[] | undefined)?.map(
    ({ resource }) => resource,
  ) ?? [];

/** The answer of the first of these is lost, and no other gets an answer until the page has said so. */
async function losing(sent: (request: Request) => boolean, press: () => Promise<void>): Promise<void> {
  let isLost = false;
  const all = `${world.fhir}**`;
  await page.route(all, async (route) => {
    if (isLost) return route.abort();
    if (!sent(route.request())) return route.continue();
    await route.fetch();
    isLost = true;
    return route.abort();
  });
  await press();
  await page.getByRole('alert').filter({ hasText: 'Nothing was lost' }).waitFor();
  await page.unroute(all);
}

const slotOf = (id: string) => {
  const slot = clinic().find((each) => each.id === id) as { readonly start?: string } | undefined;
  return { start: String(slot?.start), day: String(slot?.start).slice(0, 10) };
};

async function openSchedule(): Promise<void> {
  await goTo(page, `/schedule?view=day&day=${slotOf('slot-0').day}`);
  await page.getByRole('button', { name: /free/ }).first().waitFor();
}

const dialog = () => page.getByRole('dialog');

describe('on the schedule', () => {
  it('a visit whose answer was lost is booked, and is no time that somebody else has', async () => {
    await openSchedule();
    await page.getByRole('button', { name: /free/ }).first().click();
    await page.getByLabel('Patient').fill('Moss');
    await page.getByRole('radio', { name: /Ben Moss/ }).check();
    await page.getByLabel('What for').fill('Booked once');
    const book = dialog().getByRole('button', { name: 'Book', exact: true });
    await losing(
      (request) => request.url().endsWith('/$book'),
      () => book.click(),
    );
    await book.click();
    await dialog().waitFor({ state: 'detached' });
    expect(await found('Appointment?patient=ben&status=booked')).toMatchObject([
      { description: 'Booked once', slot: [ref('Slot/slot-0')] },
    ]);

    await page.getByRole('button', { name: /Ben Moss/ }).click();
    const cancel = dialog().getByRole('button', { name: 'Cancel this visit' });
    await cancel.click();
    await page.getByLabel('Why').fill('The doctor is ill');
    await losing(
      (request) => request.url().endsWith('/$cancel'),
      () => cancel.click(),
    );
    await cancel.click();
    await dialog().waitFor({ state: 'detached' });
  });

  it('a longer visit whose answer was lost is booked, though its time is shown as taken by now', async () => {
    await openSchedule();
    await page.getByRole('button', { name: /free/ }).first().click();
    await page.getByLabel('Patient').fill('Moss');
    await page.getByRole('radio', { name: /Ben Moss/ }).check();
    await page.getByLabel('What for').fill('Longer');
    await page.getByLabel('How long').selectOption('60');
    await page.route(`${world.fhir}/Appointment/$book`, async (route) => {
      await route.fetch();
      return route.abort();
    });
    const book = dialog().getByRole('button', { name: 'Book', exact: true });
    await book.click();
    await dialog().getByRole('alert').filter({ hasText: 'Nothing was lost' }).waitFor();
    await page.unroute(`${world.fhir}/Appointment/$book`);
    await page.locator('main [data-at]', { hasText: 'Ben Moss' }).first().waitFor();
    await book.click();
    await dialog().waitFor({ state: 'detached' });
    expect(await found('Appointment?patient=ben&status=booked')).toMatchObject([
      { description: 'Longer', slot: [ref('Slot/slot-0'), ref('Slot/slot-1')] },
    ]);
    await page.getByRole('button', { name: /Ben Moss/ }).click();
    await dialog().getByRole('button', { name: 'Cancel this visit' }).click();
    await page.getByLabel('Why').fill('Enough');
    await dialog().getByRole('button', { name: 'Cancel this visit' }).click();
    await dialog().waitFor({ state: 'detached' });
  });

  it('a visit that a colleague moves meanwhile is not cancelled by who saw its old time; the reason is kept', async () => {
    const { start } = slotOf('slot-1');
    const moved = {
      resourceType: 'Appointment',
      id: 'moved',
      status: 'booked',
      description: 'Moved meanwhile',
      start,
      end: new Date(Date.parse(start) + 1_800_000).toISOString(),
      slot: [ref('Slot/slot-1')],
      participant: [
        { actor: ref('Patient/ben'), status: 'accepted' },
        { actor: ref('Practitioner/ruiz'), status: 'accepted' },
      ],
    };
    await load(world, [moved]);
    await openSchedule();
    await page.getByRole('button', { name: /Ben Moss/ }).click();
    const cancel = dialog().getByRole('button', { name: 'Cancel this visit' });
    await cancel.click();
    await page.getByLabel('Why').fill('Not on this day');
    const later = slotOf('slot-4').start;
    await load(world, [
      {
        ...moved,
        start: later,
        end: new Date(Date.parse(later) + 1_800_000).toISOString(),
        slot: [ref('Slot/slot-4')],
      },
    ]);
    await cancel.click();
    await page.getByText('Somebody else changed this at the same time.', { exact: false }).waitFor();
    expect(await system('GET', 'Appointment/moved')).toMatchObject({ status: 'booked', start: later });
    // It shows by now when it is, and can be cancelled as that.
    await dialog().getByRole('button', { name: 'Keep it' }).click();
    await cancel.click();
    expect(await page.getByLabel('Why').inputValue()).toBe('Not on this day');
    await cancel.click();
    await dialog().waitFor({ state: 'detached' });
    expect(await system('GET', 'Appointment/moved')).toMatchObject({ status: 'cancelled' });
  });
});

describe('on a patient’s page', () => {
  const form = () => page.getByRole('main').locator('form');

  it('a note that is being kept is not signed beside it by a key', async () => {
    await goTo(page, '/patients/ben/notes');
    await page.getByRole('button', { name: 'Write a note' }).click();
    await page.getByLabel('Title').fill('One note');
    await page.getByLabel('Note', { exact: true }).fill('Text of it');
    const open: (() => void)[] = [];
    await page.route(`${world.fhir}/DocumentReference`, async (route) => {
      await new Promise<void>((resolve) => open.push(resolve));
      return route.continue();
    });
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await expect.poll(() => open.length).toBe(1);
    await page.getByRole('button', { name: 'Sending…' }).waitFor();
    await page.getByLabel('Note', { exact: true }).press('Control+Enter');
    for (const each of open) each();
    await form().waitFor({ state: 'detached' });
    await page.unroute(`${world.fhir}/DocumentReference`);
    expect(await found('DocumentReference?patient=ben')).toMatchObject([{ docStatus: 'preliminary' }]);
  });

  it('an amended note whose answer was lost is there once, and said to be', async () => {
    await page.getByRole('button', { name: /^Go on writing/ }).click();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByRole('button', { name: /^Amend/ }).click();
    await page.getByLabel('Note', { exact: true }).fill('Amended');
    const send = page.getByRole('button', { name: 'Sign the amended note' });
    await losing(
      (request) => (request.postData() ?? '').includes('"superseded"'),
      () => send.click(),
    );
    await send.click();
    await form().waitFor({ state: 'detached' });
    expect(await found('DocumentReference?patient=ben&status=current')).toMatchObject([
      { docStatus: 'amended' },
    ]);
  });

  it('what was typed to correct an entry is there after a reload', async () => {
    await load(world, [
      {
        resourceType: 'Condition',
        id: 'migraine',
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
        },
        code: { text: 'Migraine' },
        subject: ref('Patient/ben'),
      },
    ]);
    const correct = async (): Promise<void> => {
      await page.getByRole('button', { name: /^Change.*Migraine/ }).click();
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
    };
    await goTo(page, '/patients/ben');
    await correct();
    await form().getByLabel('Name').fill('Cluster headache');
    await form().getByLabel('Since').fill('2019');
    await expect.poll(() => form().getByLabel('Since').inputValue()).toBe('2019');
    await page.reload();
    await correct();
    expect(await form().getByLabel('Name').inputValue()).toBe('Cluster headache');
    expect(await form().getByLabel('Since').inputValue()).toBe('2019');
  });
});

it('what was looked at before it goes to many is what goes: not under the words of another tab', async () => {
  await goTo(page, '/broadcasts');
  await page.getByRole('button', { name: 'Write to many patients' }).click();
  await page.getByLabel('Age from (years)').fill('18');
  await page.getByLabel('Topic', { exact: true }).fill('Flu');
  await page.getByLabel('What you write').fill('Of the first tab');
  await page.getByRole('button', { name: 'Look at it before it goes' }).click();
  const send = page.getByRole('button', { name: /^Send it to \d/ });
  await send.waitFor();
  const second = await visit.context.newPage();
  await second.goto(`${world.desk}/broadcasts`);
  await second.getByRole('button', { name: 'Write to many patients' }).click();
  await second.getByLabel('What you write').fill('Of the second tab');
  await send.waitFor({ state: 'detached' });
  expect(await page.getByLabel('What you write').inputValue()).toBe('Of the second tab');
  const told = page.getByRole('alert').filter({ hasText: 'changed or sent in another tab' });
  await told.waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe(await told.textContent());
  await expectAccessibleInBoth(page);
  // The very words again: for how many it would be by now nobody has looked.
  await second.getByLabel('What you write').fill('Of the first tab');
  await expect.poll(() => page.getByLabel('What you write').inputValue()).toBe('Of the first tab');
  expect(await send.count()).toBe(0);
  await second.close();
  await page.getByRole('button', { name: 'Look at it before it goes' }).click();
  await send.waitFor();
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByLabel('What you write').waitFor();
  expect(await told.count()).toBe(0);
});
