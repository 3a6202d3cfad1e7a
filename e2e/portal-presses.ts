/** The writes of the portal that are one press, or a form behind one: what has to be there before, the press, and how often it was done (each-form.e2e). */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage } from './portal-page.ts';
import type { World } from './world.ts';

export interface Form {
  readonly name: string;
  /** Of the request that does it. */
  readonly sent: RegExp;
  /** What has to be there. */
  before?(): Promise<unknown>;
  open(page: Page): Promise<void>;
  /** Opened again it is another one's form, and empty. */
  readonly isForMany?: boolean;
  /** It is unfolded by a press, and not by its address. */
  readonly isFolded?: boolean;
  fill?(page: Page): Promise<unknown>;
  /** One of those that are filled in: it says after a reload that all is there still. */
  field?(page: Page): Locator;
  button(page: Page): Locator;
  /** How often it was done. */
  done(): Promise<number>;
  /** What the page says when it was, and did not say before. */
  said(page: Page): Locator;
}

export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

interface Place {
  readonly world: () => World;
  /** A request of the clinic's own system. */
  readonly system: (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;
  /** The patient's access token. */
  readonly token: () => string;
  /** Their id. */
  readonly patient: string;
}

const HOUR_MS = 3_600_000;
const after = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

export function pressesOf({ world, system, token, patient }: Place): readonly Form[] {
  const subject = { reference: `Patient/${patient}` };
  const accepted = (reference: string) => ({ actor: { reference }, status: 'accepted' });

  async function put(...resources: readonly Resource[]): Promise<void> {
    for (const each of resources) {
      const stored = await system('PUT', `${each.resourceType}/${each.id}`, each);
      expect(stored.id, JSON.stringify(stored)).toBe(each.id);
    }
  }

  async function asPatient(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(`${world().fhir}/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify(body),
    });
    const stored = (await answer.json()) as Record<string, unknown>;
    expect(answer.ok, JSON.stringify(stored)).toBe(true);
    return stored;
  }

  /** By their name in this file: ids of what the patient stored themself. */
  const own = new Map<string, string>();
  async function store(resource: { readonly resourceType: string }, as: string): Promise<void> {
    own.set(as, String((await asPatient(resource.resourceType, resource)).id));
  }
  const changes = async (reference: string): Promise<number> =>
    Number(((await system('GET', reference)).meta as { versionId: string }).versionId) - 1;
  const isNow = async (reference: string, status: string): Promise<number> =>
    Number((await system('GET', reference)).status === status);
  const count = async (search: string): Promise<number> =>
    ((await system('GET', search)).entry as object[] | undefined)?.length ?? 0;

  const opened = (path: string, heading: string) => (page: Page) => openPage(world(), page, path, heading);
  const visits = opened('/appointments', 'Visits');
  const visitOf = (page: Page, words: string): Locator => page.locator('main li', { hasText: words }).first();
  const pressed = async (page: Page, name: string | RegExp): Promise<void> => {
    await page.getByRole('button', { name }).first().click();
  };

  /** Somebody with a time of their own, so that no other row's visit is in the way. */
  async function times(id: string, status: string, hours: number, slots = 1): Promise<void> {
    await put(
      { resourceType: 'Practitioner', id, active: true, name: [{ given: ['Ann'], family: id }] },
      {
        resourceType: 'Schedule',
        id,
        active: true,
        actor: [{ reference: `Practitioner/${id}`, display: id }],
      },
      ...Array.from({ length: slots }, (_, i) => ({
        resourceType: 'Slot',
        id: `${id}-${i}`,
        status,
        schedule: { reference: `Schedule/${id}` },
        start: after(hours + i),
        end: after(hours + i + 0.5),
      })),
    );
  }
  const visit = (id: string, hours: number, more: object = {}): Resource => ({
    resourceType: 'Appointment',
    id,
    status: 'booked',
    description: `Visit ${id}`,
    start: after(hours),
    end: after(hours + 0.5),
    participant: [accepted(`Patient/${patient}`)],
    ...more,
  });
  const waiting = (id: string, who: string, more: object = {}): Resource => ({
    resourceType: 'Appointment',
    id,
    status: 'waitlist',
    description: `Visit ${id}`,
    created: after(0),
    participant: [
      accepted(`Patient/${patient}`),
      { actor: { reference: `Practitioner/${who}` }, status: 'needs-action' },
    ],
    ...more,
  });

  /** Another's time is given back, and offered to whoever waits for it. */
  async function offer(id: string, hours: number): Promise<void> {
    await times(id, 'busy', hours);
    const others = visit(`${id}-of-another`, hours, {
      slot: [{ reference: `Slot/${id}-0` }],
      participant: [accepted('Patient/daniel-kim'), accepted(`Practitioner/${id}`)],
    });
    await put(others, waiting(id, id));
    await put({ ...others, status: 'cancelled' });
    await expect.poll(() => isNow(`Appointment/${id}`, 'pending')).toBe(1);
  }
  const offerOf = (page: Page, id: string): Locator =>
    page.locator('main section', { hasText: 'A time is kept for you' }).filter({ hasText: `Visit ${id}` });

  async function propose(id: string, hours: number): Promise<void> {
    await times(id, 'free', hours, 2);
    const extension = [0, 1].map((i) => ({
      url: 'urn:wellspring:proposed-slot',
      valueReference: { reference: `Slot/${id}-${i}` },
    }));
    await put(waiting(id, id, { status: 'proposed', extension }));
  }

  const weight = (value: number) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    subject,
    performer: [subject],
    effectiveDateTime: after(0),
    valueQuantity: { value, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  });
  const weights = async (value: number): Promise<number> =>
    count(`Observation?patient=${patient}&code=29463-7&status=final&value-quantity=${value}`);
  const readings = async (page: Page, value: string): Promise<void> => {
    await openPage(world(), page, '/readings/weight', 'Weight');
    await pressed(page, new RegExp(`^Change.*${value}`));
  };
  const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
  async function told(operation: string): Promise<readonly string[]> {
    const answer = await fetch(`${world().fhir}/Patient/${patient}/${operation}`, {
      headers: { Authorization: `Bearer ${token()}` },
    });
    const { parameter = [] } = (await answer.json()) as { parameter?: object[] };
    return parameter.map((each) => JSON.stringify(each));
  }
  const linksNamed = async (label: string): Promise<number> =>
    (await told('$share-link')).filter(
      (each) => each.includes(label) && each.includes('"active","valueBoolean":true'),
    ).length;
  const feeds = async (): Promise<number> =>
    (await told('$calendar-feed')).filter((each) => each.startsWith('{"name":"feed"')).length;

  return [
    {
      name: 'a message is answered',
      sent: /\/Communication$/,
      before: () =>
        put({
          resourceType: 'Communication',
          id: 'asked',
          status: 'completed',
          subject,
          sender: { reference: 'Practitioner/elena-ruiz' },
          recipient: [subject],
          sent: after(0),
          topic: { text: 'Once asked' },
          payload: [{ contentString: 'How are you?' }],
        }),
      open: opened('/messages', 'Messages'),
      fill: (page) => page.locator('#reply-asked').fill('Answered once'),
      field: (page) => page.locator('#reply-asked'),
      button: (page) =>
        page.locator('details', { hasText: 'Once asked' }).getByRole('button', { name: 'Send the answer' }),
      done: async () => {
        const { entry = [] } = (await system(
          'GET',
          `Communication?subject=Patient/${patient}&_count=200`,
        )) as {
          entry?: object[];
        };
        return entry.filter((each) => JSON.stringify(each).includes('Answered once')).length;
      },
      said: (page) => page.getByText('Your answer was sent.'),
    },
    {
      name: 'it is said that they have arrived',
      sent: /\/Appointment\/arrives$/,
      before: () => put(visit('arrives', 0.2)),
      open: visits,
      button: (page) => visitOf(page, 'Visit arrives').getByRole('button', { name: 'I have arrived' }),
      done: () => changes('Appointment/arrives'),
      said: (page) => visitOf(page, 'Visit arrives').getByText('You have arrived'),
    },
    {
      name: 'a place on the waiting list is given up',
      sent: /\/Appointment\/wish$/,
      async before() {
        await times('leaves', 'busy', 200);
        await put(visit('leaves', 200, { slot: [{ reference: 'Slot/leaves-0' }] }));
        await put(
          waiting('wish', 'leaves', { supportingInformation: [{ reference: 'Appointment/leaves' }] }),
        );
      },
      async open(page) {
        await visits(page);
        await pressed(page, /^Leave the waiting list.*Visit leaves/);
      },
      button: (page) => page.getByRole('button', { name: 'Leave the waiting list' }),
      done: () => changes('Appointment/wish'),
      said: (page) => page.getByRole('button', { name: /^Tell me when an earlier time.*Visit leaves/ }),
    },
    {
      name: 'a time that is offered is taken',
      sent: /\$book$/,
      before: () => offer('takes', 220),
      open: visits,
      button: (page) => offerOf(page, 'takes').getByRole('button', { name: 'Take this time' }),
      done: () => isNow('Appointment/takes', 'booked'),
      said: (page) => visitOf(page, 'Visit takes').getByText('Booked', { exact: true }),
    },
    {
      name: 'a time that is offered is declined',
      sent: /\$cancel$/,
      before: () => offer('declines', 240),
      async open(page) {
        await visits(page);
        await offerOf(page, 'declines').getByRole('button', { name: 'No, wait for another' }).click();
      },
      button: (page) => offerOf(page, 'declines').getByRole('button', { name: 'No, wait for another' }),
      done: () => isNow('Appointment/declines', 'waitlist'),
      said: (page) => visitOf(page, 'Visit declines').getByText(/waiting list/i),
    },
    {
      name: 'a time that the clinic proposed is taken',
      sent: /\$book$/,
      before: () => propose('proposed', 260),
      open: visits,
      button: (page) =>
        visitOf(page, 'Visit proposed')
          .getByRole('button', { name: /^Take / })
          .first(),
      done: () => isNow('Appointment/proposed', 'booked'),
      said: (page) => visitOf(page, 'Visit proposed').getByText('Booked', { exact: true }),
    },
    {
      name: 'none of the times that the clinic proposed suits',
      sent: /\$cancel$/,
      before: () => propose('others', 280),
      async open(page) {
        await visits(page);
        await visitOf(page, 'Visit others')
          .getByRole('button', { name: /^None of these/ })
          .click();
      },
      button: (page) => visitOf(page, 'Visit others').getByRole('button', { name: /^None of these/ }),
      done: () => changes('Appointment/others'),
      said: (page) =>
        page.locator('main li:not(:has(form)):not(:has-text("proposes"))', { hasText: 'Visit others' }),
    },
    {
      name: 'a calendar address is ended',
      sent: /\$calendar-feed-end$/,
      async before() {
        if (await feeds()) await asPatient(`Patient/${patient}/$calendar-feed-end`, parameters());
        await asPatient(
          `Patient/${patient}/$calendar-feed`,
          parameters({ name: 'detail', valueCode: 'busy' }),
        );
      },
      async open(page) {
        await visits(page);
        await pressed(page, 'End this calendar address');
      },
      button: (page) => page.getByRole('button', { name: 'End this calendar address' }),
      done: async () => 1 - (await feeds()),
      said: (page) => page.getByRole('button', { name: 'Make a calendar address' }),
    },
    {
      name: 'a refill request is cancelled',
      sent: /\/Task\//,
      async before() {
        await put({
          resourceType: 'MedicationRequest',
          id: 'regretted',
          status: 'active',
          intent: 'order',
          subject,
          authoredOn: after(0),
          medicationCodeableConcept: { text: 'Regretted 5 mg' },
        });
        const request = {
          resourceType: 'Task',
          status: 'requested',
          intent: 'order',
          code: { coding: [{ system: 'http://snomed.info/sct', code: '103742009' }] },
          focus: { reference: 'MedicationRequest/regretted' },
          for: subject,
          requester: subject,
          authoredOn: after(0),
        };
        await store(request, 'refill');
      },
      open: opened('/medications', 'Medicines'),
      button: (page) =>
        page
          .locator('main li, main section', { hasText: 'Regretted 5 mg' })
          .last()
          .getByRole('button', { name: 'Cancel the refill request' }),
      done: () => changes(`Task/${own.get('refill')}`),
      said: (page) => page.getByText('Refill request cancelled').first(),
    },
    {
      name: 'a medicine of one’s own is taken again',
      sent: /\/MedicationStatement\//,
      before: () =>
        store(
          {
            resourceType: 'MedicationStatement',
            status: 'stopped',
            subject,
            informationSource: subject,
            medicationCodeableConcept: { text: 'Again daily' },
            effectivePeriod: { start: '2026-01-01', end: '2026-02-01' },
          } as { resourceType: string },
          'again',
        ),
      open: opened('/medications', 'Medicines'),
      button: (page) => page.getByRole('button', { name: /^I take this again.*Again daily/ }),
      done: () => changes(`MedicationStatement/${own.get('again')}`),
      said: (page) => page.getByRole('button', { name: /^I stopped taking this.*Again daily/ }),
    },
    {
      name: 'a letter that was asked for is taken back',
      sent: /\/Task\//,
      before: () =>
        store(
          {
            resourceType: 'Task',
            status: 'requested',
            intent: 'order',
            code: { coding: [{ system: 'urn:wellspring:task', code: 'letter' }] },
            reasonCode: { coding: [{ system: 'urn:wellspring:letter', code: 'other' }] },
            for: subject,
            requester: subject,
            authoredOn: after(0),
            lastModified: after(0),
            note: [{ text: 'Letter to take back' }],
          } as { resourceType: string },
          'letter',
        ),
      open: opened('/letters', 'Letters and forms'),
      button: (page) => visitOf(page, 'Letter to take back').getByRole('button', { name: /^Take it back/ }),
      done: () => changes(`Task/${own.get('letter')}`),
      said: (page) => visitOf(page, 'Letter to take back').getByText('Taken back by you'),
    },
    {
      name: 'insurance that was handed in is taken back',
      sent: /\/Coverage\//,
      before: () =>
        store(
          {
            resourceType: 'Coverage',
            status: 'draft',
            beneficiary: subject,
            subscriberId: 'Once-and-back',
            payor: [{ display: 'Blue Harbor' }],
          } as { resourceType: string },
          'coverage',
        ),
      async open(page) {
        await openPage(world(), page, '/profile', 'Profile');
        await pressed(page, 'Take it back');
      },
      button: (page) => page.getByRole('button', { name: 'Take it back' }),
      done: () => changes(`Coverage/${own.get('coverage')}`),
      said: (page) =>
        page.locator('main:not(:has-text("Once-and-back"))').getByRole('heading', { name: 'Insurance' }),
    },
    {
      name: 'the emergency contact is changed',
      isFolded: true,
      sent: /\/Patient\/[^/]+$/,
      async before() {
        own.set('patient', String(await changes(`Patient/${patient}`)));
      },
      async open(page) {
        await openPage(world(), page, '/profile', 'Profile');
        await pressed(page, /^(Change the emergency contact|Name somebody)$/);
      },
      async fill(page) {
        await page.getByLabel('Name', { exact: true }).fill('Kin Once');
        await page.getByLabel('Phone of the emergency contact').fill('+1 413 555 0177');
      },
      field: (page) => page.getByLabel('Name', { exact: true }),
      button: (page) => page.getByRole('button', { name: 'Save' }),
      done: async () => (await changes(`Patient/${patient}`)) - Number(own.get('patient')),
      said: (page) => page.locator('main li:not(:has(form))', { hasText: 'Kin Once' }),
    },
    {
      name: 'a reading is corrected',
      isFolded: true,
      sent: /\/fhir$/,
      before: () => store(weight(71.3), 'wrong'),
      open: (page) => readings(page, '71.3'),
      fill: (page) => page.locator(`#value-${own.get('wrong')}`).fill('72.4'),
      field: (page) => page.locator(`#value-${own.get('wrong')}`),
      button: (page) => page.getByRole('button', { name: 'Save the right value' }),
      done: async () => (await weights(72.4)) + 10 * (await weights(71.3)),
      said: (page) => page.locator('body:not(:has(dialog)) main li', { hasText: '72.4' }).first(),
    },
    {
      name: 'a reading is taken back',
      sent: /\/fhir$/,
      before: () => store(weight(73.5), 'removed'),
      async open(page) {
        await readings(page, '73.5');
        await pressed(page, /^Remove this value/);
      },
      button: (page) => page.getByRole('button', { name: /^Remove this value/ }),
      done: () => changes(`Observation/${own.get('removed')}`),
      said: (page) =>
        page.locator('body:not(:has(dialog)):not(:has-text("73.5")) main').getByRole('heading', { level: 1 }),
    },
    {
      name: 'a link is ended',
      sent: /\$share-link-end$/,
      before: () =>
        asPatient(
          `Patient/${patient}/$share-link`,
          parameters(
            { name: 'file', valueString: 'a.b.c.d.e' },
            { name: 'label', valueString: 'Ends once' },
            { name: 'expires', valueInstant: after(1) },
          ),
        ),
      async open(page) {
        await openPage(world(), page, '/share', 'Share my summary');
        await pressed(page, /^End it now.*Ends once/);
      },
      button: (page) => page.getByRole('button', { name: 'End it now', exact: true }),
      done: async () => 1 - (await linksNamed('Ends once')),
      said: (page) =>
        page
          .locator('main:not(:has-text("can open nothing by it any more"))')
          .getByRole('heading', { name: 'Links that are out' }),
    },
  ];
}
