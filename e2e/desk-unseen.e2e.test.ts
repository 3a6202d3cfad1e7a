/** What comes to an item while somebody has it open at the desk: seen at once, and answered by nobody who has not seen it; and what is typed there stays. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clinicOf } from './clinic.ts';
import { DESK, hurry, type InboxWorld, message, openInbox, openInboxWorld, row, told } from './inbox-page.ts';
import { openVisit } from './portal-page.ts';
import { ago, load, ref } from './small-clinic.ts';

let world: InboxWorld;
const { system } = clinicOf(() => world);

async function taskOf(message: string): Promise<{ readonly id: string; readonly status: string }> {
  const { entry } = await system('GET', `Task?focus=Communication/${message}`);
  const [found] = entry as [{ resource: { id: string; status: string } }];
  return found.resource;
}

beforeAll(async () => {
  world = await openInboxWorld();
});
afterAll(() => world?.close());

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a message that comes while another one of its conversation is being answered', () => {
  it('is there at once; an answer without it is refused, and stays to be finished', async () => {
    await load(world, [message('ache', 'My head aches.', { topic: { text: 'Head' }, sent: ago(3) })]);
    const visit = await openVisit(world.browser, DESK);
    await hurry(visit);
    const nina = await openInbox(world, visit, 'nina');
    await row(nina, 'Head').click();
    const answer = nina.getByLabel('Your answer');
    await answer.fill('Take a rest.');
    // The thread is on its way: the page has the Task, and not yet what it is about.
    const held = gate();
    await nina.route(/\/fhir\/Communication\?/, async (route) => {
      await held.opened;
      await route.continue();
    });
    const reread = nina.waitForRequest(/\/fhir\/Communication\?/);
    const again = { inResponseTo: [ref('Communication/ache')], priority: 'urgent', sent: ago(0) };
    await load(world, [message('stop', 'STOP: chest pain now', again)]);
    await reread;
    await answer.press('Control+Enter');
    await nina.getByText('Something new came to this a moment ago.', { exact: false }).waitFor();
    held.open();
    await nina.getByText('STOP: chest pain now').waitFor();
    await nina.getByText(/^Something new came to this at \d{1,2}:\d\d.[AP]M\.$/).waitFor();
    await expect.poll(() => answer.inputValue()).toBe('Take a rest.');
    expect(await taskOf('ache')).toMatchObject({ status: 'requested', priority: 'urgent' });
    await answer.fill('Call 911 now.');
    await answer.press('Control+Enter');
    await told(nina, 'Answered');
    const done = await taskOf('ache');
    expect(done.status).toBe('completed');
    // What was done can be read where it was.
    await nina.goto(`${world.desk}/inbox/${done.id}`);
    await nina.getByText('Call 911 now.').waitFor();
    await nina.getByText('STOP: chest pain now').waitFor();
    await visit.context.close();
  });

  it('a text that is written often stands beside what was typed, and goes by the key that undoes', async () => {
    await load(world, [message('arm', 'My arm aches.', { topic: { text: 'Arm' } })]);
    const visit = await openVisit(world.browser, DESK);
    const nina = await openInbox(world, visit, 'nina');
    await row(nina, 'Arm').click();
    const answer = nina.getByLabel('Your answer');
    await answer.click();
    await nina.keyboard.type('A long answer of my own.');
    await nina.getByRole('button', { name: 'Passed on', exact: true }).click();
    await expect.poll(() => answer.inputValue()).toMatch(/^A long answer of my own\.\n\nDear Ben,/);
    await nina.keyboard.press('Control+z');
    await expect.poll(() => answer.inputValue()).toBe('A long answer of my own.');
    await visit.context.close();
  });
});
