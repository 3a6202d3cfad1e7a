/** P1 on the forms of the desk: pressed twice, by a double click or by Enter, each sends one write and stores one thing. Those of the inbox are in desk-inbox.e2e, those of the portal in once.e2e and each-form.e2e. */
import type { Locator, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administeredClinic, problem } from './administered-clinic.ts';
import { clinicOf } from './clinic.ts';
import { goTo } from './desk-page.ts';
import { DESK, type InboxWorld, openInbox, openInboxWorld } from './inbox-page.ts';
import { openVisit, type Visit } from './portal-page.ts';
import { ref } from './small-clinic.ts';

const WAYS = ['double click', 'Enter twice'] as const;
type Way = (typeof WAYS)[number];
/** The same of both ways, apart. */
const each = <T>(make: (way: Way, nth: number) => T): T[] => WAYS.map(make);
const nth = (way: Way): number => WAYS.indexOf(way);

const DAY_MS = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

let world: InboxWorld;
let visit: Visit;
let page: Page;
const { system } = clinicOf(() => world);

async function registerApp(name: string): Promise<void> {
  const answer = await fetch(`${world.issuer}/register`, {
    method: 'POST',
    body: JSON.stringify({
      client_name: name,
      redirect_uris: ['https://ward.example/callback'],
      token_endpoint_auth_method: 'none',
      scope: 'openid user/Patient.rs',
      contacts: ['maker@ward.example'],
    }),
  });
  expect(answer.status).toBe(201);
}

beforeAll(async () => {
  world = await openInboxWorld([
    ...administeredClinic(),
    ...each((way) => problem(`ends-${nth(way)}`, `Ends by ${way}`, 'confirmed')),
    ...each((way) => problem(`name-${nth(way)}`, `Named by ${way}`, 'confirmed')),
    ...each((way) => ({
      resourceType: 'Appointment',
      id: `visit-${nth(way)}`,
      status: 'booked',
      description: `Cancelled by ${way}`,
      start: `${dayIn(20 + nth(way))}T15:00:00Z`,
      end: `${dayIn(20 + nth(way))}T15:30:00Z`,
      participant: [{ actor: ref('Patient/ana'), status: 'accepted' }],
    })),
  ]);
  for (const way of WAYS) await registerApp(`Board by ${way}`);
  visit = await openVisit(world.browser, DESK);
  page = await openInbox(world, visit, 'stray');
});
afterAll(() => world?.close());

interface Form {
  readonly name: string;
  readonly path: string;
  readonly open: (way: Way) => Promise<void>;
  readonly button: (way: Way) => Locator;
  /** How often it was done, as far as what is stored tells. */
  readonly done: (way: Way) => Promise<number>;
}

const press = (name: RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
const exactly = (name: string) => () => page.getByRole('button', { name, exact: true });
const fill = (label: string | RegExp, words: string): Promise<void> =>
  page
    .getByLabel(label, { exact: typeof label === 'string' })
    .first()
    .fill(words);

const saying = async (search: string, words: string): Promise<number> => {
  const { entry = [] } = (await system('GET', search)) as { entry?: object[] };
  return entry.filter((found) => JSON.stringify(found).includes(words)).length;
};

const FORMS: readonly Form[] = [
  {
    name: 'a person is added',
    path: '/administration',
    async open(way) {
      await press(/^Add a person/);
      await fill('Given name', 'Dora');
      await fill('Family name', `By ${way}`);
    },
    button: exactly('Add a person'),
    done: (way) => saying('Practitioner?_count=100', `By ${way}`),
  },
  {
    name: 'a role is given',
    path: '/administration',
    async open(way) {
      await press(/^Add a role.*Omar/);
      await page.getByLabel('Role', { exact: true }).selectOption(['billing', 'front-desk'][nth(way)] ?? '');
    },
    button: exactly('Give this role'),
    done: (way) =>
      saying('PractitionerRole?practitioner=Practitioner/omar', ['billing', 'front-desk'][nth(way)] ?? ''),
  },
  {
    name: 'a last day is set',
    path: '/administration',
    async open(way) {
      await press(/^(Set the|Another) last day.*Nina/);
      await fill('Last day (optional)', `203${nth(way)}-05-01`);
    },
    button: exactly('Save the last day'),
    done: (way) => saying('PractitionerRole?practitioner=Practitioner/nina', `203${nth(way)}-05-01`),
  },
  {
    name: 'a role is ended',
    path: '/administration',
    open: (way) => press([/^End the role.*Nina/, /^End the role.*Omar/][nth(way)] as RegExp),
    button: exactly('End the role'),
    done: (way) =>
      saying(`PractitionerRole?practitioner=Practitioner/${['nina', 'omar'][nth(way)]}`, '"active":false'),
  },
  {
    name: 'the hours of a service are saved',
    path: '/administration/hours',
    async open(way) {
      await press(/^Change.*Cardiology/);
      await page
        .getByRole('listitem')
        .filter({ hasText: 'Cardiology' })
        .getByLabel('From', { exact: true })
        .fill(`0${nth(way)}:30`);
    },
    button: exactly('Save'),
    done: (way) => saying('HealthcareService?_id=heart', `0${nth(way)}:30:00`),
  },
  {
    name: 'the message hours are made and changed',
    path: '/administration/hours',
    async open(way) {
      await press(/^Change.*Messages/);
      await page
        .getByRole('listitem')
        .filter({ hasText: 'Messages' })
        .getByLabel('Until', { exact: true })
        .fill(`1${nth(way)}:45`);
    },
    button: exactly('Save'),
    done: (way) => saying('HealthcareService?_count=50', `1${nth(way)}:45:00`),
  },
  {
    name: 'the clinic is closed for a day',
    path: '/administration/hours',
    async open(way) {
      await fill('First day', dayIn(30 + nth(way)));
      await fill('What patients read as the reason', `Closed by ${way}`);
    },
    button: exactly('Close on these days'),
    done: (way) => saying('HealthcareService?_id=heart', `Closed by ${way}`),
  },
  {
    name: 'times are opened for booking',
    path: '/administration/hours',
    async open(way) {
      const day = dayIn(40 + nth(way));
      const form = page.locator('form', { has: page.locator('#slots-who') });
      await form.getByLabel('First day').fill(day);
      await form.getByLabel('Last day').fill(day);
      await form.getByLabel('Until', { exact: true }).fill('09:00');
      for (const box of await form.getByRole('checkbox').all()) await box.check();
    },
    button: exactly('Open these times'),
    done: async (way) => {
      const day = dayIn(40 + nth(way));
      return saying(`Slot?schedule=Schedule/ruiz&start=${day}&_count=50`, '"status":"free"');
    },
  },
  {
    name: 'the words of a notice are saved',
    path: '/administration/notices',
    async open(way) {
      await press(/^Change.*A new message/);
      await fill('In English', `News by ${way}.`);
    },
    button: exactly('Save'),
    done: (way) => saying('Organization?_id=clinic', `News by ${way}.`),
  },
  {
    name: 'an app is approved',
    path: '/administration/apps',
    open: (way) => press(new RegExp(`^Approve the app.*Board by ${way}`)),
    button: exactly('Approve the app'),
    done: async (way) => {
      const app = page.getByRole('listitem').filter({ hasText: `Board by ${way}` });
      await app.getByText('approved', { exact: true }).waitFor();
      return 1;
    },
  },
  {
    name: 'an account is closed',
    path: '/administration/accounts',
    async open(way) {
      await fill('Find an account', ['leo', 'omar'][nth(way)] ?? '');
      await page.keyboard.press('Enter');
      await press(/^Close the account/);
    },
    button: exactly('Close the account'),
    done: async () => {
      await page.getByText(/^Done: Close the account/).waitFor();
      return 1;
    },
  },
  {
    name: 'a message is written to a patient',
    path: '/patients/ana/messages',
    async open(way) {
      await press(/^Write to the patient/);
      await fill('Topic', `Written by ${way}`);
      await fill('Message', 'Please call us.');
    },
    button: exactly('Send'),
    done: (way) => saying('Communication?subject=Patient/ana&_count=50', `Written by ${way}`),
  },
  {
    name: 'a note is kept as a draft',
    path: '/patients/ana/notes',
    async open(way) {
      await press(/^Write a note/);
      await fill('Title', `Draft by ${way}`);
      await fill('Note', 'Feels better.');
    },
    button: exactly('Keep as a draft'),
    done: (way) => saying('DocumentReference?patient=ana&_count=50', `Draft by ${way}`),
  },
  {
    name: 'a note is signed',
    path: '/patients/ana/notes',
    async open(way) {
      await press(/^Write a note/);
      await fill('Title', `Signed by ${way}`);
      await fill('Note', 'Feels better.');
    },
    button: exactly('Sign'),
    done: (way) => saying('DocumentReference?patient=ana&_count=50', `Signed by ${way}`),
  },
  {
    name: 'something is added to a list',
    path: '/patients/ana',
    async open(way) {
      await press(/^Add.*Problems/);
      await fill('Name', `Added by ${way}`);
    },
    button: exactly('Add to the list'),
    done: (way) => saying('Condition?patient=ana&_count=50', `Added by ${way}`),
  },
  {
    name: 'an entry of a list is corrected',
    path: '/patients/ana',
    async open(way) {
      await press(new RegExp(`^Change.*Named by ${way}`));
      await press(/^Correct$/);
      await fill('Name', `Renamed by ${way}`);
    },
    button: exactly('Save'),
    done: (way) => saying('Condition?patient=ana&_count=50', `Renamed by ${way}`),
  },
  {
    name: 'an entry of a list is ended',
    path: '/patients/ana',
    async open(way) {
      await press(new RegExp(`^Change.*Ends by ${way}`));
      await press(/^End$/);
    },
    button: exactly('End it'),
    done: (way) => saying(`Condition?_id=ends-${nth(way)}`, '"resolved"'),
  },
  {
    name: 'a visit is cancelled',
    path: '/patients/ana/visits',
    async open(way) {
      await press(new RegExp(`^Cancel.*Cancelled by ${way}`));
      await fill('Why', 'The doctor is away');
    },
    button: exactly('Cancel this visit'),
    done: (way) => saying(`Appointment?_id=visit-${nth(way)}&status=cancelled`, 'The doctor is away'),
  },
  {
    name: 'time is blocked',
    path: '/schedule?view=day',
    async open(way) {
      await press(/^Block time/);
      const slot = await system('GET', `Slot/slot-${nth(way)}`);
      const at = new Date(String(slot.start));
      await page.locator('#block-day').fill(String(slot.start).slice(0, 10));
      const clock = (time: Date): string => time.toTimeString().slice(0, 5);
      await page.locator('#block-from').fill(clock(at));
      await page.locator('#block-until').fill(clock(new Date(at.getTime() + 1_800_000)));
      await page.locator('#block-why').fill(`Blocked by ${way}`);
    },
    button: () => page.getByRole('button', { name: 'Block one free time' }),
    done: (way) => saying(`Slot?_id=slot-${nth(way)}&status=busy-unavailable`, `Blocked by ${way}`),
  },
];

/** What changes something; reads go as POST, too. */
function isWrite(request: Request): boolean {
  const { pathname } = new URL(request.url());
  const isAdministration = /\/(apps|accounts)\//.test(pathname);
  if (!request.url().startsWith(world.fhir)) return request.method() === 'POST' && isAdministration;
  if (request.method() === 'GET' || request.method() === 'OPTIONS') return false;
  if (pathname.endsWith('/fhir')) return request.postData()?.includes('"transaction"') === true;
  return !/\$(find|notice-texts|rights|get-ws-binding-token)$|\/(Subscription|AuditEvent)/.test(pathname);
}

async function pressTwice(button: Locator, way: Way): Promise<void> {
  if (way === 'double click') return button.dblclick();
  await button.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
}

describe.each(FORMS)('$name', (form) => {
  it.each(WAYS)('once, by %s', async (way) => {
    await goTo(page, '/numbers');
    await goTo(page, form.path);
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
    await form.open(way);
    const button = form.button(way);
    await button.waitFor();
    const writes: string[] = [];
    const count = (request: Request): void => {
      if (isWrite(request)) writes.push(`${request.method()} ${new URL(request.url()).pathname}`);
    };
    page.on('request', count);
    await pressTwice(button, way);
    await expect.poll(() => form.done(way)).toBe(1);
    await page.waitForLoadState('networkidle');
    page.off('request', count);
    expect(writes).toHaveLength(1);
    expect(await form.done(way)).toBe(1);
  });
});
