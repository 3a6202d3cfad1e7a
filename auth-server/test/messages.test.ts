/** Messages through a real SMTP server and a real gateway: each once, again after a failure, readable by nobody on the way. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { createSeal } from '../src/crypto/seal.ts';
import { createLog } from '../src/log.ts';
import { createDelivery } from '../src/messages/delivery.ts';
import type { Senders } from '../src/messages/message.ts';
import { createOutbox } from '../src/messages/outbox.ts';
import { createSenders } from '../src/messages/senders.ts';
import * as templates from '../src/messages/templates.ts';
import { openSqliteStorage } from '../src/storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../src/storage/storage.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';

const SETTINGS = { CLINIC_NAME: 'Wellspring Clinic', PORTAL_URL: 'https://portal.example' };
const seal = createSeal(randomBytes(32).toString('base64url'));
const now = (): number => Date.now();
const log = createLog('silent');

let folder: string;
let storage: Storage;
let other: Storage;
let mailbox: Mailbox;
let senders: Senders;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-mail-'));
  storage = await openSqliteStorage(join(folder, 'auth.sqlite'));
  other = await openSqliteStorage(join(folder, 'auth.sqlite'));
  mailbox = await openMailbox();
  senders = createSenders(loadConfig(mailbox.env));
});
afterAll(async () => {
  await other.close();
  await storage.close();
  await mailbox.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => vi.useRealTimers());

const later = (ms: number): void => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + ms);
};
const CLINIC = {
  name: 'Clinic',
  phone: '+1 413 555 0100',
  address: '40 Hill Street, Northampton, MA 01060',
  hours: [{ days: ['sat'], allDay: false, from: '09:00:00', until: '12:00:00' }],
};
const delivery = (through: Senders = senders, on: Storage = storage) =>
  createDelivery({
    storage: on,
    seal,
    senders: through,
    now,
    log,
    keepSent: false,
    clinic: async () => CLINIC,
  });
const outbox = () => createOutbox(storage, seal, now);
const waiting = async (): Promise<number> => (await storage.listArtifacts('Message')).length;

describe('a mail', () => {
  it('arrives as it was written', async () => {
    await outbox().send({
      channel: 'email',
      to: 'ana@example.org',
      ...templates.usernameReminder(SETTINGS, 'ana'),
    });
    expect(await delivery().deliverDue()).toBe(1);
    const mail = await mailbox.mailTo('ana@example.org');
    expect(mail).toMatchObject({ subject: 'Your username', from: '"Clinic" <no-reply@clinic.example>' });
    expect(mail.text).toContain('Your username is: ana');
    // P6: whom to call is in every mail.
    expect(mail.text).toContain(
      'Clinic: +1 413 555 0100\n40 Hill Street, Northampton, MA 01060\nSat 9:00 AM–12:00 PM',
    );
    expect(await waiting()).toBe(0);
  });

  it('gets no headers or recipients from what is in its parts', async () => {
    const evil = 'victim@example.org\r\nBcc: everybody@example.org';
    await outbox().send({ channel: 'email', to: evil, subject: 'x\r\nBcc: all@example.org', text: 'y' });
    await delivery().deliverDue();
    for (const { to, subject } of mailbox.mails.slice(1)) {
      expect(to).not.toContain('everybody');
      expect(to).not.toContain('all@');
      expect(subject).not.toContain('\n');
    }
    later(86_400_000 + 1000);
    await storage.removeExpired(now());
    expect(await waiting()).toBe(0);
  });

  it('is sent once, however many processes look for it', async () => {
    for (let i = 0; i < 20; i++)
      await outbox().send({ channel: 'email', to: `once-${i}@example.org`, subject: 's', text: 't' });
    const counts = await Promise.all(
      [delivery(), delivery(senders, other), delivery()].map((each) => each.deliverDue()),
    );
    expect(counts.reduce((sum, count) => sum + count)).toBe(20);
    for (let i = 0; i < 20; i++)
      expect(mailbox.mails.filter(({ to }) => to === `once-${i}@example.org`)).toHaveLength(1);
  });

  it('is sent when the server is back, after waits that grow', async () => {
    const closed = await refusing();
    const down = createSenders(loadConfig({ ...mailbox.env, SMTP_URL: `smtp://127.0.0.1:${closed}` }));
    await outbox().send({ channel: 'email', to: 'patient@example.org', subject: 's', text: 't' });
    expect(await delivery(down).deliverDue()).toBe(0);
    expect(await delivery().deliverDue()).toBe(0);
    later(5100);
    expect(await delivery(down).deliverDue()).toBe(0);
    later(5100);
    expect(await delivery().deliverDue()).toBe(0);
    later(5100);
    expect(await delivery().deliverDue()).toBe(1);
  });

  it('is sent by another process when the one that took it died', async () => {
    await outbox().send({ channel: 'email', to: 'orphan@example.org', subject: 's', text: 't' });
    const [message] = await storage.listArtifacts('Message');
    await storage.consumeArtifact('Message', message?.id ?? '', now());
    expect(await delivery().deliverDue()).toBe(0);
    later(61_000);
    expect(await delivery().deliverDue()).toBe(1);
  });

  it('for nobody is work for nothing', async () => {
    const before = mailbox.mails.length;
    await outbox().send({ channel: 'none' });
    expect(await delivery().deliverDue()).toBe(0);
    expect(await waiting()).toBe(0);
    expect(mailbox.mails.length).toBe(before);
  });
});

describe('a text message', () => {
  it('waits while the gateway fails, and is given up when it is refused', async () => {
    mailbox.answerTexts(503);
    await outbox().send({
      channel: 'sms',
      to: '+15550100111',
      ...templates.verificationCodeSms(SETTINGS, '123456'),
    });
    expect(await delivery().deliverDue()).toBe(0);
    mailbox.answerTexts(201);
    later(6000);
    expect(await delivery().deliverDue()).toBe(1);
    expect((await mailbox.textTo('+15550100111')).text).toContain('123456');
    mailbox.answerTexts(400);
    await outbox().send({ channel: 'sms', to: '+15550100112', text: 'x' });
    await delivery().deliverDue();
    expect(await waiting()).toBe(0);
    mailbox.answerTexts(201);
  });
});

describe('on its way', () => {
  it('is readable by nobody who has the store', async () => {
    const secret = 'https://auth.example/reset-password?token=the-secret-of-the-link';
    await outbox().send({
      channel: 'email',
      to: 'hidden@example.org',
      ...templates.passwordReset(SETTINGS, secret),
    });
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    for (const part of ['the-secret-of-the-link', 'hidden@example.org'])
      expect(bytes.includes(part)).toBe(false);
    await delivery().deliverDue();
  });

  it('is dropped when it was sealed under another key, and the others go on', async () => {
    const stranger = createSeal(randomBytes(32).toString('base64url'));
    await createOutbox(storage, stranger, now).send({
      channel: 'email',
      to: 'lost@example.org',
      subject: 's',
      text: 't',
    });
    await outbox().send({ channel: 'email', to: 'found@example.org', subject: 's', text: 't' });
    expect(await delivery().deliverDue()).toBe(1);
    expect(await waiting()).toBe(0);
  });
});

describe('the texts', () => {
  const link = 'https://auth.example/x?token=abc';
  const emails = [
    templates.verificationCode(SETTINGS, '123456'),
    templates.passwordReset(SETTINGS, link),
    templates.usernameReminder(SETTINGS, 'ana'),
    templates.passwordChanged(SETTINGS),
    templates.emailChangeConfirm(SETTINGS, link),
    templates.emailChangeRequested(SETTINGS, link),
    templates.emailChanged(SETTINGS, link),
    templates.phoneChanged(SETTINGS),
    templates.secondFactorChanged(SETTINGS, 'added'),
    templates.accountExists(SETTINGS),
    templates.accountCreated(SETTINGS, 'ana'),
    templates.newDevice(SETTINGS, { browser: 'Firefox', system: 'Windows' }, 0, 'UTC'),
    templates.appConnected(SETTINGS, 'Growth Chart'),
  ];
  const texts = [templates.verificationCodeSms(SETTINGS, '123456'), templates.phoneChangedSms(SETTINGS)];

  it('say nothing about anybody’s health, and where they are from', () => {
    for (const { subject, text } of emails) {
      expect(`${subject} ${text}`).not.toMatch(
        /result|appointment|diagnos|medic|patient|doctor|prescri|allerg|visit/i,
      );
      expect(text).toContain('Wellspring Clinic');
    }
  });

  it.each([
    ['America/New_York', 'with Firefox on Windows, 29 November 2026 at 21:05 (Eastern Standard Time).'],
    ['Europe/Madrid', 'with Firefox on Windows, 30 November 2026 at 03:05 (Central European Standard Time).'],
    ['UTC', 'with Firefox on Windows, 30 November 2026 at 02:05 (Coordinated Universal Time).'],
  ])('tell times by the clock of the clinic: %s', (timeZone, said) => {
    const at = Date.parse('2026-11-30T02:05:00Z');
    const { text } = templates.newDevice(SETTINGS, { browser: 'Firefox', system: 'Windows' }, at, timeZone);
    expect(text).toContain(said);
  });

  it('of text messages fit into one, whatever the clinic is called', () => {
    const long = { ...SETTINGS, CLINIC_NAME: 'N'.repeat(80) };
    for (const { text } of [
      ...texts,
      templates.verificationCodeSms(long, '123456'),
      templates.phoneChangedSms(long),
    ])
      expect(text.length).toBeLessThanOrEqual(160);
  });
});

/** A port that nothing listens on. */
async function refusing(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
