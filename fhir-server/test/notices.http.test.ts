/** Notices and reminders: who is told of what, how, in which language, and never twice; through a real SMTP server and a real text gateway. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Mailbox, openMailbox } from '../../auth-server/test/mailbox.ts';
import { createOutboxSenders } from '../src/jobs/notices/outbox-senders.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({
    ...mailbox.env,
    PORTAL_URL: 'https://portal.example',
    REMINDER_HOURS: '24,2',
    NOTICE_SECONDS: '0.2',
  });
  await put({ resourceType: 'Practitioner', id: 'ruiz' });
  await put({ resourceType: 'Patient', id: 'ana', telecom: [{ system: 'email', value: 'ana@example.org' }] });
  await put({
    resourceType: 'Patient',
    id: 'luz',
    telecom: [{ system: 'email', value: 'luz@example.org' }],
    communication: [{ language: { coding: [{ code: 'es-MX' }] }, preferred: true }],
  });
  await put({
    resourceType: 'Patient',
    id: 'tex',
    telecom: [
      { system: 'email', value: 'tex@example.org' },
      { system: 'phone', use: 'mobile', value: '+15550100188', rank: 1 },
    ],
  });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => vi.useRealTimers());

async function put(resource: { resourceType: string; id: string } & Record<string, unknown>): Promise<void> {
  const answer = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
    token: world.system,
    body: resource,
  });
  expect([200, 201]).toContain(answer.status);
}

const message = (id: string, patient: string, more: object = {}) => ({
  resourceType: 'Communication',
  id,
  status: 'completed',
  subject: { reference: `Patient/${patient}` },
  sender: { reference: 'Practitioner/ruiz' },
  sent: new Date().toISOString(),
  payload: [{ contentString: 'Your potassium is low.' }],
  ...more,
});
const visit = (id: string, patient: string, start: number, status = 'booked') => ({
  resourceType: 'Appointment',
  id,
  status,
  start: new Date(start).toISOString(),
  end: new Date(start + 1_200_000).toISOString(),
  participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
});
const PHONE = [{ system: 'phone', value: '+1 413 555 0100' }];
const HOUR = 3_600_000;
const REMINDER = 'You have a visit coming up.';
const remindersTo = (address: string): number =>
  mailbox.mails.filter(({ to, subject }) => to === address && subject === REMINDER).length;
const count = (to: string): number => mailbox.mails.filter((mail) => mail.to === to).length;

/** After something that makes no notice: one that does has come, so everything before was dealt with. */
async function dealtWith(): Promise<void> {
  const id = `mark-${Math.random().toString(36).slice(2)}`;
  await put({ resourceType: 'Patient', id, telecom: [{ system: 'email', value: `${id}@example.org` }] });
  await put(message(id, id));
  await mailbox.mailTo(`${id}@example.org`);
}

it('P20: notices are offered where they are sent; without a mail server they go to the folder that developers named', async () => {
  const { body } = await world.ask('GET', '/metadata?_summary=true');
  expect(JSON.stringify(body)).toContain('patient-test-notice');
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-outbox-'));
  const senders = createOutboxSenders(folder, Date.now);
  writeFileSync(join(folder, `${Date.now() - 2 * 86_400_000}-old.json`), '{}');
  await senders.email({ to: 'a@example.org', subject: 'News', text: 'Something', key: 'k' });
  const [name = '', ...more] = readdirSync(folder);
  expect(more).toEqual([]);
  const kept = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  expect(kept).toMatchObject({ channel: 'email', to: 'a@example.org', subject: 'News', text: 'Something' });
  expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  rmSync(folder, { recursive: true });
});

describe('a notice', () => {
  it('says that there is something, and where, and nothing else', async () => {
    await put(message('m1', 'ana'));
    const mail = await mailbox.mailTo('ana@example.org');
    expect(mail.subject).toBe('There is a new message for you.');
    expect(mail.text).toContain('https://portal.example');
    expect(`${mail.subject} ${mail.text}`).not.toMatch(/potassium|ruiz|ana\b/i);
  });

  it('P6: says how the clinic is reached whose patient it is; a text message does where it asks to call', async () => {
    await put({
      resourceType: 'Organization',
      id: 'hill',
      active: true,
      name: 'Hill Street Clinic',
      telecom: [{ system: 'phone', value: '+1 413 555 0100' }],
      address: [{ line: ['40 Hill Street'], city: 'Northampton', state: 'MA', postalCode: '01060' }],
    });
    await put({
      resourceType: 'HealthcareService',
      id: 'hill-care',
      active: true,
      providedBy: { reference: 'Organization/hill' },
      availableTime: [
        {
          daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
          availableStartTime: '08:00:00',
          availableEndTime: '17:30:00',
        },
      ],
    });
    const managingOrganization = { reference: 'Organization/hill' };
    const telecom = [{ system: 'email', value: 'hal@example.org' }];
    await put({ resourceType: 'Patient', id: 'hal', managingOrganization, telecom });
    await put(message('m-hal', 'hal'));
    expect((await mailbox.mailTo('hal@example.org')).text).toContain(
      'Hill Street Clinic: +1 413 555 0100\n40 Hill Street, Northampton, MA 01060\nMon–Fri 8:00 AM–5:30 PM',
    );
    const phone = { system: 'phone', use: 'mobile', value: '+15550100177', rank: 1 };
    await put({ resourceType: 'Patient', id: 'hol', managingOrganization, telecom: [phone] });
    await put({ resourceType: 'Patient', id: 'hol', managingOrganization, telecom: [phone, ...telecom] });
    expect((await mailbox.textTo('+15550100177')).text).toContain('call the clinic. +1 413 555 0100.');
  });

  it('is in the clinic’s own words where they can be used, and in the standard ones where not', async () => {
    const own = (kind: string, language: string, text: string) => ({
      url: 'urn:wellspring:notice-text',
      extension: [
        { url: 'kind', valueCode: kind },
        { url: 'language', valueCode: language },
        { url: 'text', valueString: text },
      ],
    });
    const clinic = { resourceType: 'Organization', id: 'own', name: 'Own & Sons' };
    await put({
      ...clinic,
      telecom: PHONE,
      extension: [
        own('message', 'en', '{clinic} wrote to you. Questions: {phone}.'),
        own('message', 'es', '{patient}: lea https://evil.example'),
        own('visit', 'en', 'x'.repeat(161)),
      ],
    });
    const managingOrganization = { reference: 'Organization/own' };
    const english = { telecom: [{ system: 'email', value: 'own-en@example.org' }] };
    const spanish = {
      telecom: [{ system: 'email', value: 'own-es@example.org' }],
      communication: [{ language: { coding: [{ code: 'es' }] }, preferred: true }],
    };
    await put({ resourceType: 'Patient', id: 'own-en', managingOrganization, ...english });
    await put({ resourceType: 'Patient', id: 'own-es', managingOrganization, ...spanish });
    for (const id of ['own-en', 'own-es']) await put(message(`m-${id}`, id));
    const mail = await mailbox.mailTo('own-en@example.org');
    expect(mail.subject).toBe('Own & Sons wrote to you. Questions: +1 413 555 0100.');
    expect(mail.text).toContain(`${mail.subject}\n\nRead it in the portal:\nhttps://portal.example`);
    expect((await mailbox.mailTo('own-es@example.org')).subject).toBe('Tiene un mensaje nuevo.');

    const texts = async (query = '') =>
      world.ask('GET', `/Organization/own/$notice-texts${query}`, { token: world.system });
    const { body } = await texts();
    const said = (
      body.parameter as { part: { name: string; valueCode?: string; valueString?: string }[] }[]
    ).map(({ part }) =>
      Object.fromEntries(part.map(({ name, valueCode, valueString }) => [name, valueCode ?? valueString])),
    );
    expect(said).toHaveLength(18);
    expect(said.filter((each) => each.own)).toEqual([
      {
        kind: 'message',
        language: 'en',
        standard: 'There is a new message for you.',
        own: '{clinic} wrote to you. Questions: {phone}.',
        subject: mail.subject,
        email: expect.stringContaining('Read it in the portal:\n{portal}'),
        sms: `${mail.subject} Read it in the portal: {portal}`,
      },
    ]);
    const tried = await texts(`?kind=visit&language=es&text=${encodeURIComponent('{clinic}: su cita')}`);
    expect(JSON.stringify(tried.body)).toContain('"Own & Sons: su cita"');
    // A name with a dot in it is made a link by whatever shows it.
    const links = [
      'www.example.org',
      'evil.example/x',
      'evil．example',
      'a@evil.example',
      '{clinic}.example',
    ];
    for (const text of [
      '{first}',
      ' ',
      'a\nb',
      '{clinic',
      'x'.repeat(161),
      ...links.map((each) => `see ${each}`),
    ])
      expect((await texts(`?kind=visit&language=es&text=${encodeURIComponent(text)}`)).status, text).toBe(
        422,
      );
    expect((await texts('?kind=test&language=es&text=x')).status).toBe(400);
    expect((await texts('?kind=visit&language=fr&text=x')).status).toBe(400);
    const stranger = world.patient('ana', 'patient/Patient.rs');
    expect((await world.ask('GET', '/Organization/own/$notice-texts', { token: stranger })).status).toBe(403);
    // A clinic without a number says nothing that speaks of one.
    await put({ ...clinic, extension: [own('message', 'en', 'Questions: {phone}.')] });
    await put(message('m-own-again', 'own-en'));
    await expect
      .poll(() => mailbox.mails.filter(({ to }) => to === 'own-en@example.org').map(({ subject }) => subject))
      .toContain('There is a new message for you.');
  });

  it('is in the language of the patient, and a text message where they chose it', async () => {
    await put(message('m2', 'luz'));
    expect((await mailbox.mailTo('luz@example.org')).subject).toBe('Tiene un mensaje nuevo.');
    await put(message('m3', 'tex'));
    expect((await mailbox.textTo('+15550100188')).text).toContain('There is a new message for you.');
    expect(count('tex@example.org')).toBe(0);
  });

  it('is not sent for what the patient wrote, for what is long past, or for a second version', async () => {
    const before = count('ana@example.org');
    await put(message('own', 'ana', { sender: { reference: 'Patient/ana' } }));
    await put(message('old', 'ana', { sent: '2020-01-01T00:00:00Z' }));
    await put(message('m1', 'ana', { received: new Date().toISOString() }));
    await dealtWith();
    expect(count('ana@example.org')).toBe(before);
  });

  it('comes with a result that became final, once', async () => {
    const report = (status: string) => ({
      resourceType: 'DiagnosticReport',
      id: 'r1',
      status,
      code: { text: 'Panel' },
      subject: { reference: 'Patient/ana' },
      issued: new Date().toISOString(),
    });
    await put(report('preliminary'));
    await put(report('final'));
    expect((await mailbox.mailTo('ana@example.org')).subject).toBe('There is something new in your record.');
    const before = count('ana@example.org');
    await put({ ...report('final'), conclusion: 'Unchanged' });
    await dealtWith();
    expect(count('ana@example.org')).toBe(before);
  });

  it('is not sent for a result that is kept from the patient, but when it is not any more; nor for what the care team does among itself', async () => {
    const NOPAT = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };
    const report = (status: string, ...security: object[]) => ({
      resourceType: 'DiagnosticReport',
      id: 'r-kept',
      meta: { security },
      status,
      code: { text: 'Panel' },
      subject: { reference: 'Patient/ana' },
      issued: new Date().toISOString(),
    });
    const before = count('ana@example.org');
    await put(report('preliminary', NOPAT));
    await put(report('final', NOPAT));
    const own = (status: string) => ({
      resourceType: 'Task',
      id: 'own',
      meta: { security: [NOPAT] },
      status,
      intent: 'order',
      for: { reference: 'Patient/ana' },
      lastModified: new Date().toISOString(),
    });
    await put(own('requested'));
    await put(own('completed'));
    await dealtWith();
    expect(count('ana@example.org')).toBe(before);
    const { meta: _, ...told } = report('final');
    await put(told);
    expect((await mailbox.mailTo('ana@example.org')).subject).toBe('There is something new in your record.');
  });

  it('is not sent for what a laboratory sends again while the clinic withholds it, but when it is released', async () => {
    const doctor = await world.staff('doctor', 'clinician', 'user/*.cruds');
    const report = (status: string, meta?: object) => ({
      resourceType: 'DiagnosticReport',
      id: 'r-again',
      ...(meta ? { meta } : {}),
      status,
      code: { text: 'Panel' },
      subject: { reference: 'Patient/ana' },
      issued: new Date().toISOString(),
    });
    const byDoctor = (body: object) => world.ask('PUT', '/DiagnosticReport/r-again', { token: doctor, body });
    const before = count('ana@example.org');
    await put(report('preliminary'));
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' }];
    expect((await byDoctor(report('final', { security }))).status).toBe(200);
    for (const status of ['final', 'corrected', 'amended']) await put(report(status));
    await dealtWith();
    expect(count('ana@example.org')).toBe(before);
    expect((await byDoctor(report('amended'))).status).toBe(200);
    expect((await mailbox.mailTo('ana@example.org')).subject).toBe('There is something new in your record.');
  });

  it('comes with the decision on insurance and on a visit that was asked for, unless the patient took it back', async () => {
    const coverage = (status: string) => ({
      resourceType: 'Coverage',
      id: 'c1',
      status,
      beneficiary: { reference: 'Patient/ana' },
      payor: [{ display: 'Plan' }],
    });
    const asked = (id: string, status: string, ...tag: object[]) => ({
      resourceType: 'Appointment',
      id,
      ...(tag.length > 0 ? { meta: { tag } } : {}),
      status,
      participant: [{ actor: { reference: 'Patient/ana' }, status: 'accepted' }],
    });
    await put(coverage('draft'));
    await put(coverage('active'));
    expect((await mailbox.mailTo('ana@example.org')).subject).toBe(
      'There is an answer to a request of yours.',
    );
    await put(asked('asked', 'proposed'));
    await put(asked('asked', 'cancelled'));
    expect((await mailbox.mailTo('ana@example.org')).subject).toBe(
      'Something about your visits has changed.',
    );
    const own = world.patient('ana', 'openid fhirUser launch/patient patient/*.cruds');
    const made = await world.ask('POST', '/Appointment', {
      token: own,
      body: { ...asked('x', 'proposed'), id: undefined },
    });
    const before = count('ana@example.org');
    const back = { ...made.body, status: 'cancelled' };
    const answer = await world.ask('PUT', `/Appointment/${made.body.id}`, { token: own, body: back });
    expect(answer.status).toBe(200);
    await dealtWith();
    expect(count('ana@example.org')).toBe(before);
  });

  it('comes with the decision on a refill, and with a visit that is booked, moved or cancelled', async () => {
    const task = (status: string) => ({
      resourceType: 'Task',
      id: 't1',
      status,
      intent: 'order',
      for: { reference: 'Patient/ana' },
      lastModified: new Date().toISOString(),
    });
    await put(task('requested'));
    await put(task('completed'));
    expect((await mailbox.mailTo('ana@example.org')).subject).toBe(
      'There is an answer to a request of yours.',
    );
    const start = Date.now() + 90 * HOUR;
    for (const change of [
      visit('v1', 'ana', start),
      visit('v1', 'ana', start + HOUR),
      visit('v1', 'ana', start + HOUR, 'cancelled'),
    ]) {
      await put(change);
      expect((await mailbox.mailTo('ana@example.org')).subject).toBe(
        'Something about your visits has changed.',
      );
    }
  });
});

describe('a reminder', () => {
  const reminders = (): number => remindersTo('ana@example.org');
  const next = async (): Promise<string> => {
    for (;;) {
      const mail = await mailbox.mailTo('ana@example.org');
      if (mail.subject === REMINDER) return mail.subject;
    }
  };

  it('comes at each of its times, once; anew for a visit that was moved; not for one that was cancelled', async () => {
    const start = Date.now() + 60 * HOUR;
    await put(visit('v2', 'ana', start));
    vi.setSystemTime(start - 23.5 * HOUR);
    await next();
    await dealtWith();
    expect(reminders()).toBe(1);
    vi.setSystemTime(start - 1.5 * HOUR);
    await next();
    await put(visit('v2', 'ana', start + 48 * HOUR));
    vi.setSystemTime(start + 25 * HOUR);
    await next();
    await put(visit('v2', 'ana', start + 48 * HOUR, 'cancelled'));
    vi.setSystemTime(start + 46.5 * HOUR);
    await dealtWith();
    expect(reminders()).toBe(3);
  });

  it('that is hours late after a standstill is not sent', async () => {
    const before = reminders();
    const start = Date.now() + 200 * HOUR;
    await put(visit('v3', 'ana', start));
    vi.setSystemTime(start - 12 * HOUR);
    await dealtWith();
    expect(reminders()).toBe(before);
  });

  it('comes at the hours that the patient chose, or not at all', async () => {
    await put(person('own', { url: 'reminderHours', valuePositiveInt: 100 }));
    await put(person('none', { url: 'reminders', valueBoolean: false }));
    const start = Date.now() + 150 * HOUR;
    await put(visit('v4', 'own', start));
    await put(visit('v5', 'none', start));
    vi.setSystemTime(start - 99.5 * HOUR);
    await expect.poll(() => remindersTo('own@example.org')).toBe(1);
    vi.setSystemTime(start - 23.5 * HOUR);
    await dealtWith();
    expect(remindersTo('own@example.org')).toBe(1);
    expect(remindersTo('none@example.org')).toBe(0);
  });
});

const person = (id: string, ...preferences: object[]) => ({
  resourceType: 'Patient',
  id,
  telecom: [
    {
      system: 'email',
      value: `${id}@example.org`,
      rank: 1,
      extension: [{ url: 'urn:wellspring:notice-preferences', extension: preferences }],
    },
  ],
});
const quietHours = [
  { url: 'quietFrom', valueTime: '22:00:00' },
  { url: 'quietUntil', valueTime: '07:00:00' },
  { url: 'timeZone', valueCode: 'America/Denver' },
];
/** 1 a.m. in Denver, on a day to come. */
const night = (): number =>
  Date.parse(`${new Date(Date.now() + 48 * HOUR).toISOString().slice(0, 10)}T08:00:00Z`);

describe('quiet hours', () => {
  it('hold a notice until they end, and let it out once', async () => {
    await put(person('owl', ...quietHours));
    vi.setSystemTime(night());
    await put(message('q1', 'owl'));
    await dealtWith();
    expect(count('owl@example.org')).toBe(0);
    vi.setSystemTime(Date.now() + 5 * HOUR);
    await dealtWith();
    expect(count('owl@example.org')).toBe(0);
    vi.setSystemTime(Date.now() + 2 * HOUR);
    await mailbox.mailTo('owl@example.org');
    await dealtWith();
    expect(count('owl@example.org')).toBe(1);
  });

  it('put a reminder off until they end', async () => {
    await put(person('lark', ...quietHours, { url: 'reminderHours', valuePositiveInt: 24 }));
    const start = night() + 24 * HOUR;
    await put(visit('v6', 'lark', start));
    vi.setSystemTime(start - 23.5 * HOUR);
    await dealtWith();
    expect(remindersTo('lark@example.org')).toBe(0);
    vi.setSystemTime(start - 16.5 * HOUR);
    await expect.poll(() => remindersTo('lark@example.org')).toBe(1);
  });
});

describe('a test notice', () => {
  const test = (token: string, id: string) => world.ask('POST', `/Patient/${id}/$test-notice`, { token });
  const mayChange = (id: string) => world.patient(id, 'openid fhirUser patient/Patient.ru');

  it('goes at once to where notices go, in quiet hours too, and once a minute', async () => {
    await put(person('try', ...quietHours));
    vi.setSystemTime(night());
    const answer = await test(mayChange('try'), 'try');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ parameter: [{ name: 'channel', valueCode: 'email' }] });
    expect((await mailbox.mailTo('try@example.org')).subject).toBe(
      'This is the test notice that you asked for.',
    );
    const again = await test(mayChange('try'), 'try');
    expect([again.status, again.headers.get('retry-after')]).toEqual([429, '60']);
    vi.setSystemTime(Date.now() + 61_000);
    expect((await test(mayChange('try'), 'try')).status).toBe(200);
  });

  it('X16: and twenty times in a day', async () => {
    await put(person('often', ...quietHours));
    vi.setSystemTime(night());
    const answers: number[] = [];
    for (let i = 0; i < 25; i++) {
      answers.push((await test(mayChange('often'), 'often')).status);
      vi.setSystemTime(Date.now() + 61_000);
    }
    expect(answers).toEqual([...Array(20).fill(200), ...Array(5).fill(429)]);
    vi.setSystemTime(Date.now() + 24 * HOUR);
    expect((await test(mayChange('often'), 'often')).status).toBe(200);
  });

  it('is nobody else’s to ask for, and says when there is no address', async () => {
    await put({ resourceType: 'Patient', id: 'mute' });
    expect((await test(mayChange('ana'), 'try')).status).toBe(404);
    expect((await test(world.patient('ana', 'openid fhirUser patient/Patient.rs'), 'ana')).status).toBe(403);
    const nobody = await test(mayChange('mute'), 'mute');
    expect(nobody.status).toBe(422);
    expect(nobody.body).toMatchObject({ issue: [{ expression: ['Patient.telecom'] }] });
  });
});
