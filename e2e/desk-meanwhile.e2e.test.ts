/**
 * Forms of the desk over what is on record, which a colleague changes while they are open: what nobody typed follows the record, and what was typed over something that is other
 * by now is told at its field and kept, until it is sent with that in view. Beside desk-unseen.e2e, of the inbox.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administeredClinic, CARDIOLOGY, problem, restricted } from './administered-clinic.ts';
import { clinicOf } from './clinic.ts';
import { goTo } from './desk-page.ts';
import { DESK, type InboxWorld, openInbox, openInboxWorld } from './inbox-page.ts';
import { openVisit, type Visit } from './portal-page.ts';

let world: InboxWorld;
let visit: Visit;
let page: Page;
const { system } = clinicOf(() => world);

beforeAll(async () => {
  world = await openInboxWorld([
    ...administeredClinic(),
    problem('asthma', 'Asthma', 'confirmed'),
    problem('hay-fever', 'Hay fever', 'provisional', { meta: restricted }),
  ]);
  visit = await openVisit(world.browser, DESK);
  page = await openInbox(world, visit, 'stray');
});
afterAll(() => world?.close());

/** A colleague at another desk. */
async function change(reference: string, next: (now: Record<string, unknown>) => object): Promise<void> {
  await system('PUT', reference, next(await system('GET', reference)));
}

interface Form {
  readonly name: string;
  readonly path: string;
  readonly open: (page: Page) => Promise<void>;
  readonly field: (page: Page) => Locator;
  readonly button: string;
  /** What a colleague writes first, what they write then, and what somebody types here. */
  readonly values: readonly [first: string, then: string, typed: string];
  /** The one that a colleague wrote then, in words. */
  readonly words: string;
  readonly write: (value: string) => Promise<void>;
  readonly stored: () => Promise<unknown>;
}

const FORMS: readonly Form[] = [
  {
    name: 'the last day of a role',
    path: '/administration',
    open: (page) => page.getByRole('button', { name: /^(Set the|Another) last day.*Nina Brooks/ }).click(),
    field: (page) => page.getByLabel('Last day (optional)'),
    button: 'Save the last day',
    values: ['2031-07-01', '2031-09-01', '2031-08-01'],
    words: 'Sep 1, 2031',
    write: (end) => change('PractitionerRole/nina-role', (now) => ({ ...now, period: { end } })),
    stored: async () => ((await system('GET', 'PractitionerRole/nina-role')).period as { end?: string }).end,
  },
  {
    name: 'the hours of a service',
    path: '/administration/hours',
    open: (page) => page.getByRole('button', { name: /^Change.*Cardiology/ }).click(),
    field: (page) =>
      page.getByRole('listitem').filter({ hasText: 'Cardiology' }).getByLabel('From', { exact: true }),
    button: 'Save',
    values: ['09:00', '10:00', '11:00'],
    words: 'Mon 10:00 AM–12:00 PM',
    write: (from) =>
      change('HealthcareService/heart', (now) => ({
        ...now,
        availableTime: [{ ...CARDIOLOGY.availableTime[0], availableStartTime: `${from}:00` }],
      })),
    stored: async () => {
      const { availableTime } = (await system(
        'GET',
        'HealthcareService/heart',
      )) as never as typeof CARDIOLOGY;
      return availableTime[0]?.availableStartTime.slice(0, 5);
    },
  },
  {
    name: 'the words of a notice',
    path: '/administration/notices',
    open: (page) => page.getByRole('button', { name: /^Change.*A new message/ }).click(),
    field: (page) => page.getByLabel('In English'),
    button: 'Save',
    values: ['News for you.', 'Something new for you.', 'There is news.'],
    words: 'Something new for you.',
    write: (text) =>
      change('Organization/clinic', (now) => ({
        ...now,
        extension: [
          {
            url: 'urn:wellspring:notice-text',
            extension: [
              { url: 'kind', valueCode: 'message' },
              { url: 'language', valueCode: 'en' },
              { url: 'text', valueString: text },
            ],
          },
        ],
      })),
    stored: async () => {
      const { extension } = await system('GET', 'Organization/clinic');
      return JSON.stringify(extension).match(/"valueString":"([^"]*)"/)?.[1];
    },
  },
  {
    name: 'the name of a health problem',
    path: '/patients/ana',
    open: async (page) => {
      await page.getByRole('button', { name: /^Change.*Asthma/ }).click();
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
    },
    field: (page) => page.getByLabel('Name', { exact: true }),
    button: 'Save',
    values: ['Asthma, mild', 'Asthma, allergic', 'Asthma since childhood'],
    words: 'Asthma, allergic',
    write: (text) => change('Condition/asthma', (now) => ({ ...now, code: { text } })),
    stored: async () => ((await system('GET', 'Condition/asthma')).code as { text: string }).text,
  },
];

describe.each(FORMS)('$name, which a colleague changes meanwhile', (form) => {
  it('follows the record where nobody typed, and is not put in its place unseen where somebody did', async () => {
    const [first, then, typed] = form.values;
    const field = form.field(page);
    const save = page.getByRole('button', { name: form.button, exact: true });
    const refused = page.getByText('Somebody else changed this at the same time.', { exact: false });
    await goTo(page, form.path);
    await form.open(page);
    await form.write(first);
    await save.click();
    await refused.waitFor();
    await expect.poll(() => field.inputValue()).toBe(first);
    expect(await form.stored()).toBe(first);

    await field.fill(typed);
    await form.write(then);
    await save.click();
    // What the colleague wrote is told to this page as well: where that is quicker than the press, nothing is sent that would be refused.
    const meanwhile = page.getByText(`This was changed meanwhile, to “${form.words}”.`, { exact: false });
    await refused.or(meanwhile).first().waitFor();
    if (!(await meanwhile.isVisible())) {
      await expect.poll(async () => (await save.isEnabled()) && (await refused.isVisible())).toBe(true);
      await save.click();
    }
    await meanwhile.waitFor();
    expect([await field.inputValue(), await form.stored()]).toEqual([typed, then]);
    await save.click();
    await expect.poll(form.stored).toBe(typed);
    await field.waitFor({ state: 'detached' });
  });
});

describe('what was done to a list by mistake', () => {
  const change = (name: RegExp) => page.getByRole('button', { name }).first();
  const stored = async (reference: string) => {
    const { meta, text: _, ...said } = await system('GET', reference);
    const { versionId, security } = meta as { versionId: string; security?: object[] };
    return { said, security, versionId };
  };

  const focused = (): Promise<string> => page.evaluate('document.activeElement.textContent');

  it('entered in error: it is put back as it was, with its label, by one press however often it is pressed', async () => {
    const before = await stored('Condition/hay-fever');
    await goTo(page, '/patients/ana');
    await change(/^Change.*Hay fever/).click();
    // Of the second press of the same place nothing is ended, and whoever has no mouse stays where they are.
    await page.getByRole('button', { name: 'Entered in error' }).dblclick();
    await page.getByText('It was never true of this person', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await expect.poll(focused).toMatch(/^Change.*Hay fever/s);
    expect(await stored('Condition/hay-fever')).toEqual(before);
    await page.keyboard.press('Enter');
    await expect.poll(focused).toMatch(/^Change Hay fever/);
    await page.getByRole('button', { name: 'Entered in error' }).press('Enter');
    await expect.poll(focused).toMatch(/^It was never true of this person/);
    await page.getByRole('button', { name: /^Yes, it was never true/ }).dblclick();
    await change(/^Change.*Hay fever/).waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('Problems');
    const withdrawn = await stored('Condition/hay-fever');
    expect(withdrawn).toMatchObject({ versionId: '2', security: restricted.security });
    await page.getByText(/^Taken out as entered in error.*Problems/).click();
    await page.getByRole('button', { name: /^Put it back.*Hay fever/ }).dblclick();
    await change(/^Change.*Hay fever/).waitFor();
    expect(await stored('Condition/hay-fever')).toEqual({ ...before, versionId: '3' });
    await expect.poll(focused).toMatch(/^Taken out as entered in error/);
  });

  it('ended: it is current again, as it was', async () => {
    await system('PUT', 'MedicationRequest/lisinopril', {
      ...(await stored('MedicationRequest/lisinopril')).said,
      status: 'on-hold',
    });
    const before = await stored('MedicationRequest/lisinopril');
    await goTo(page, '/inbox');
    await page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor();
    await goTo(page, '/patients/ana');
    await page.getByText('On hold', { exact: true }).waitFor();
    await change(/^Change.*Lisinopril/).click();
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByRole('button', { name: 'End it' }).dblclick();
    await page.getByText(/^Over, or not so: /).click();
    await change(/^Change.*Lisinopril/).click();
    await page.getByRole('button', { name: /^Is current again/ }).dblclick();
    await expect.poll(async () => (await stored('MedicationRequest/lisinopril')).said.status).toBe('on-hold');
    await page.waitForLoadState('networkidle');
    expect(await stored('MedicationRequest/lisinopril')).toEqual({
      ...before,
      versionId: String(Number(before.versionId) + 2),
    });
  });
});

it('what a colleague writes while another page is open is there when the record is opened again, however soon', async () => {
  await system('PUT', 'Condition/cough', problem('cough', 'Cough', 'confirmed'));
  await goTo(page, '/patients/ana');
  await page.getByText('Cough', { exact: true }).first().waitFor();
  await goTo(page, '/');
  const waiting = page.getByText(/^\d+ items? waits?/).first();
  const before = await waiting.innerText();
  await change('Condition/cough', (now) => ({ ...now, code: { text: 'Cough at night' } }));
  // Told in order: when this has arrived, the change before it has, at a page that shows nothing of it.
  const ana = { reference: 'Patient/ana' };
  await system('PUT', 'Task/told-later', {
    resourceType: 'Task',
    id: 'told-later',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'urn:wellspring:task', code: 'profile-correction' }] },
    focus: ana,
    for: ana,
    authoredOn: new Date().toISOString(),
    note: [{ text: 'My name is Anna' }],
  });
  await expect.poll(() => waiting.innerText()).not.toBe(before);
  await goTo(page, '/patients/ana');
  await page.getByText('Cough at night', { exact: true }).first().waitFor({ timeout: 10_000 });
});
