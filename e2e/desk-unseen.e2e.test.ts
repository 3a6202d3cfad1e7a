/** What comes to an item while somebody has it open at the desk: seen at once, and answered by nobody who has not seen it; what is typed there stays, and what is chosen is followed by nothing that nobody chose. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clinicOf } from './clinic.ts';
import { goTo } from './desk-page.ts';
import { DESK, hurry, type InboxWorld, message, openInbox, openInboxWorld, row, told } from './inbox-page.ts';
import { openVisit } from './portal-page.ts';
import { ago, clinic, load, ref } from './small-clinic.ts';

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

/** As the portal sends it: of the patient's own. */
const asked = (id: string, person: string, coding: object, change: object = {}) => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  code: { coding: [coding] },
  for: ref(`Patient/${person}`),
  requester: ref(`Patient/${person}`),
  authoredOn: ago(30),
  ...change,
});

const stored = (id: string) => {
  const found = clinic().find((each) => each.id === id);
  if (!found) throw new Error(`${id} is not in the clinic`);
  return found;
};

describe('what is decided about, when it changes while somebody has it open', () => {
  it('a refill is of the prescription as it is now, where nobody typed anything else', async () => {
    const focus = ref('MedicationRequest/lisinopril');
    const refill = { system: 'http://snomed.info/sct', code: '103742009' };
    await load(world, [asked('more', 'ana', refill, { focus, note: [{ text: 'Two tablets left' }] })]);
    const visit = await openVisit(world.browser, DESK);
    await hurry(visit);
    const ruiz = await openInbox(world, visit, 'ruiz');
    await row(ruiz, 'Two tablets left').click();
    await ruiz.getByRole('button', { name: 'Change it, or add a note' }).click();
    await ruiz.getByLabel('Note for the patient (optional)').fill('Call us on Friday.');
    await load(world, [
      {
        ...stored('lisinopril'),
        dosageInstruction: [{ text: 'Take half a tablet by mouth once a day' }],
        dispenseRequest: { numberOfRepeatsAllowed: 1 },
      },
    ]);
    await ruiz.getByText(/^Something new came to this at/).waitFor();
    await ruiz.getByRole('button', { name: /^Approve/ }).click();
    await told(ruiz, 'Approved');
    const { entry } = await system('GET', 'MedicationRequest?patient=Patient/ana&status=active');
    expect((entry as { resource: object }[]).map(({ resource }) => resource)).toMatchObject([
      {
        priorPrescription: focus,
        dosageInstruction: [{ text: 'Take half a tablet by mouth once a day' }],
        dispenseRequest: { numberOfRepeatsAllowed: 1 },
      },
    ]);
    expect(await system('GET', 'Task/more')).toMatchObject({
      note: [{ text: 'Two tablets left' }, { text: 'Call us on Friday.' }],
    });
    await visit.context.close();
  });

  it('a correction changes what was typed, and leaves what a colleague put right meanwhile', async () => {
    const correction = { system: 'urn:wellspring:task', code: 'profile-correction' };
    await load(world, [
      asked('name', 'ben', correction, { focus: ref('Patient/ben'), note: [{ text: 'Married in May' }] }),
    ]);
    const visit = await openVisit(world.browser, DESK);
    await hurry(visit);
    const ruiz = await openInbox(world, visit, 'ruiz');
    await row(ruiz, 'Married in May').click();
    await ruiz.getByLabel('Family name').fill('Moss-Cole');
    await load(world, [{ ...stored('ben'), birthDate: '1971-02-28' }]);
    await ruiz.getByText(/^Something new came to this at/).waitFor();
    await ruiz.getByRole('button', { name: /^Save, and tell the patient/ }).click();
    await told(ruiz, 'Corrected');
    const ben = await system('GET', 'Patient/ben');
    expect(ben).toMatchObject({ birthDate: '1971-02-28' });
    expect((ben.name as { family: string }[])[0]).toMatchObject({ family: 'Moss-Cole' });
    await visit.context.close();
  });

  it('a time that somebody takes meanwhile is followed by none that nobody chose', async () => {
    await load(world, [
      {
        resourceType: 'Appointment',
        id: 'wish',
        status: 'proposed',
        description: 'Stiff neck',
        created: ago(20),
        participant: [{ actor: ref('Patient/ben'), status: 'accepted' }],
      },
    ]);
    const visit = await openVisit(world.browser, DESK);
    const nina = await openInbox(world, visit, 'nina');
    await row(nina, 'Stiff neck').click();
    const times = nina.getByRole('group', { name: 'Free times' }).getByRole('radio');
    await times.nth(2).check();
    await load(world, [{ ...stored('slot-2'), status: 'busy' }]);
    await nina.getByRole('button', { name: /^Book \w/ }).focus();
    await nina.keyboard.press('Enter');
    await nina.getByText('This was changed a moment ago.', { exact: false }).waitFor();
    // Who works by keys is where they were.
    expect(await nina.evaluate('document.activeElement.textContent')).toMatch(/^Book/);
    await nina.getByRole('button', { name: 'Book', exact: true }).click();
    await nina.getByText('This time is no longer free. Please choose another.').waitFor();
    expect(await system('GET', 'Appointment/wish')).toMatchObject({ status: 'proposed' });
    await times.nth(2).check();
    await nina.getByRole('button', { name: /^Book \w/ }).click();
    await told(nina, 'Booked');
    expect(await system('GET', 'Appointment/wish')).toMatchObject({ slot: [ref('Slot/slot-3')] });
    await visit.context.close();
  });
});

it('time is blocked on the day that is chosen, whichever day the page shows', async () => {
  const visit = await openVisit(world.browser, DESK);
  const ruiz = await openInbox(world, visit, 'ruiz');
  await goTo(ruiz, `/schedule?view=day&day=${ago(0).slice(0, 10)}`);
  await ruiz.getByRole('button', { name: 'Block time' }).click();
  const last = stored('slot-5') as { readonly start?: string };
  await ruiz.locator('#block-day').fill(String(last.start).slice(0, 10));
  await ruiz.getByRole('button', { name: /^Block [1-9] free times$/ }).click();
  await expect.poll(async () => (await system('GET', 'Slot/slot-5')).status).toBe('busy-unavailable');
  await visit.context.close();
});
