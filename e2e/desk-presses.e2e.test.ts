/** What arrives while somebody's finger is on its way, or is down, does not push away what they press. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InboxWorld, message, openInbox, openInboxWorld, row, told } from './inbox-page.ts';
import { openVisit, type Visit } from './portal-page.ts';
import { ago, clinic, ref } from './small-clinic.ts';

let world: InboxWorld;

beforeAll(async () => {
  world = await openInboxWorld([
    ...clinic(),
    {
      resourceType: 'Appointment',
      id: 'asked',
      status: 'proposed',
      created: ago(90),
      description: 'My knee',
      participant: [{ actor: ref('Patient/ben', 'Ben Moss'), status: 'accepted' }],
    },
    message('asks', 'May I come earlier?', { subject: ref('Patient/ana'), sender: ref('Patient/ana') }),
  ]);
});
afterAll(() => world?.close());

/** What is asked for is there, and its answer on its way, when this is called. */
async function held(page: Page, url: RegExp): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(url, async (route) => {
    const response = await route.fetch();
    await promise;
    await route.fulfill({ response });
  });
  return resolve;
}

const opened = async (width: number, path = '/inbox'): Promise<Visit> => {
  const visit = await openVisit(world.browser, { width, height: 844 });
  await openInbox(world, visit, 'nina', path);
  return visit;
};

it.each([390, 820, 1280])(
  'what else can be done about a visit request stands where it stays, at %i',
  async (width) => {
    const { page, context } = await opened(width);
    const answer = await held(page, /\/fhir\/Slot/);
    await row(page, 'Ben').click();
    const another = page.getByRole('button', { name: 'At another time' });
    await page.getByLabel('From', { exact: true }).waitFor();
    expect(await another.count()).toBe(0);
    answer();
    await page.getByRole('group', { name: 'Free times' }).waitFor();
    await another.click();
    await page.getByLabel('Begins at').waitFor();
    await context.close();
  },
);

it('what is pressed while the patient’s banner arrives above it is still below the finger when that is lifted', async () => {
  const { page, context } = await opened(390);
  const answer = await held(page, /\/fhir\/Patient\?.*_id=ana/);
  await row(page, 'Ana').click();
  const claim = page.getByRole('button', { name: /^Claim/ });
  await claim.waitFor();
  await claim.scrollIntoViewIfNeeded();
  const box = await claim.boundingBox();
  if (!box) throw new Error('Claim has no place');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  const came = page.waitForResponse(/\/fhir\/Patient\?.*_id=ana/);
  answer();
  await (await came).finished();
  // As often as it would have been drawn by then.
  for (let i = 0; i < 5; i++) {
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => drawn()))');
    expect((await claim.boundingBox())?.y).toBe(box.y);
  }
  await page.mouse.up();
  await told(page, 'It is yours now');
  await page.getByRole('region', { name: 'Patient', exact: true }).waitFor();
  await context.close();
});
