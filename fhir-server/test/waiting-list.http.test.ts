/** The waiting list: a slot that becomes free is offered to the first in turn whom it suits, kept for a while, then to the next; taken in one step; and nothing of it is lost with the process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Mailbox, openMailbox } from '../../auth-server/test/mailbox.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;
const HOUR = 3_600_000;
const SCOPE = 'patient/Appointment.crus patient/Slot.rs patient/Schedule.rs patient/Patient.rs';
/** A morning, so that two hours later is the same day whenever this runs. */
const START = Math.ceil(Date.now() / (24 * HOUR)) * 24 * HOUR + (96 + 9) * HOUR;
const at = (hours: number): string => new Date(START + hours * HOUR).toISOString();
const dayOf = (hours: number): string => at(hours).slice(0, 10);
const ref = (reference: string) => ({ reference });
const KNEE = [{ coding: [{ system: 'urn:x', code: 'knee' }] }];
const HAND = [{ coding: [{ system: 'urn:x', code: 'hand' }] }];
const EAR = [{ coding: [{ system: 'urn:x', code: 'ear' }] }];
const EYE = [{ coding: [{ system: 'urn:x', code: 'eye' }] }];

const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-waiting-'));
const SETTINGS = {
  PORTAL_URL: 'https://portal.example',
  NOTICE_SECONDS: '0.1',
  WAITING_LIST_HOLD_MINUTES: '60',
};

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ ...mailbox.env, ...SETTINGS }, { dataDir });
  for (const id of ['ana', 'ben', 'cyd', 'dov', 'eva'])
    await put({ resourceType: 'Patient', id, telecom: [{ system: 'email', value: `${id}@example.org` }] });
  for (const id of ['ruiz', 'osei']) {
    await put({ resourceType: 'Practitioner', id });
    await put({ resourceType: 'Schedule', id, actor: [ref(`Practitioner/${id}`)] });
  }
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => vi.useRealTimers());

type Body = { resourceType: string; id: string } & Record<string, unknown>;
async function put(body: Body): Promise<void> {
  const answer = await world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body });
  expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
}
const get = async (name: string) => (await world.ask('GET', `/${name}`, { token: world.system })).body;
const statusOf = async (name: string): Promise<string> => (await get(name)).status;
const slot = (id: string, hours: number, status: string, more: object = {}) =>
  put({
    resourceType: 'Slot',
    id,
    schedule: ref('Schedule/ruiz'),
    status,
    start: at(hours),
    end: at(hours + 1),
    ...more,
  });
const visit = (id: string, patient: string, hours: number, slots: readonly string[]) =>
  put({
    resourceType: 'Appointment',
    id,
    status: 'booked',
    start: at(hours),
    end: at(hours + 1),
    serviceType: KNEE,
    ...(slots.length > 0 ? { slot: slots.map((each) => ref(`Slot/${each}`)) } : {}),
    participant: [patient, 'ruiz'].map((each, i) => ({
      actor: ref(`${i === 0 ? 'Patient' : 'Practitioner'}/${each}`),
      status: 'accepted',
    })),
  });
const wish = (id: string, patient: string, more: object = {}) =>
  put({
    resourceType: 'Appointment',
    id,
    status: 'waitlist',
    description: 'Knee',
    participant: [{ actor: ref(`Patient/${patient}`), status: 'accepted' }],
    ...more,
  });
/** A round is a tenth of a second on a machine that has nothing else to do, and seconds on one that has. */
const PATIENCE = { timeout: 45_000 };
const eventually = (name: string, status: string) => expect.poll(() => statusOf(name), PATIENCE).toBe(status);
const operation = (patient: string, path: string, ...parameter: object[]) =>
  world.ask('POST', `/Appointment${path}`, {
    token: world.patient(patient, SCOPE),
    body: { resourceType: 'Parameters', parameter },
  });
const accept = (patient: string, id: string) =>
  operation(patient, '/$book', { name: 'appt-id', valueString: id });

describe('the waiting list', { timeout: 180_000 }, () => {
  it('offers a slot that a cancelled visit gives back to the first in turn whom it suits, then to the next, and it is taken in one step', async () => {
    await slot('freed', 0, 'busy');
    await slot('others', 2, 'busy', { serviceType: KNEE });
    await visit('given-up', 'ana', 0, ['freed']);
    await visit('bens', 'ben', 2, ['others']);
    // In turn, but with somebody else, of another service, on other days, or for longer than there is.
    await wish('with-osei', 'ana', {
      participant: [
        { actor: ref('Patient/ana'), status: 'accepted' },
        { actor: ref('Practitioner/osei'), status: 'needs-action' },
      ],
    });
    await slot('freed', 0, 'busy', { serviceType: KNEE });
    await wish('of-eyes', 'ana', { serviceType: EYE });
    await wish('later', 'ana', {
      serviceType: KNEE,
      requestedPeriod: [{ start: dayOf(48), end: dayOf(96) }],
    });
    await wish('longer', 'ana', { serviceType: KNEE, minutesDuration: 120 });
    await wish('first', 'cyd', { serviceType: KNEE, requestedPeriod: [{ start: dayOf(0), end: dayOf(0) }] });
    const earlier = await world.ask('POST', '/Appointment', {
      token: world.patient('ben', SCOPE),
      body: {
        resourceType: 'Appointment',
        status: 'waitlist',
        created: '2020-01-01T00:00:00Z',
        serviceType: EYE,
        supportingInformation: [ref('Appointment/bens')],
        participant: [{ actor: ref('Patient/ben'), status: 'accepted' }],
      },
    });
    expect(earlier.status, JSON.stringify(earlier.body)).toBe(201);
    const second = `Appointment/${earlier.body.id}`;

    expect((await operation('ana', '/given-up/$cancel')).status).toBe(200);
    await eventually('Appointment/first', 'pending');
    const offer = await get('Appointment/first');
    expect(offer).toMatchObject({ start: at(0), slot: [ref('Slot/freed')], description: 'Knee' });
    expect(offer.participant.map((each: { actor: object }) => each.actor)).toContainEqual(
      ref('Practitioner/ruiz'),
    );
    expect(await statusOf('Slot/freed')).toBe('busy-tentative');
    const mail = await mailbox.mailTo('cyd@example.org');
    expect(mail.subject).toBe('A time is kept for you, for a short while. Please say whether you take it.');
    expect(JSON.stringify(mail)).not.toMatch(/knee|ruiz|freed/i);
    // Nobody else has it meanwhile.
    const wanted = {
      resourceType: 'Appointment',
      status: 'proposed',
      slot: [ref('Slot/freed')],
      participant: [{ actor: ref('Patient/dov'), status: 'accepted' }],
    };
    const taken = await operation('dov', '/$book', { name: 'appt-resource', resource: wanted });
    expect(taken.status).toBe(409);

    // Not answered within the hour: on to the next, and they wait on as before.
    vi.setSystemTime(Date.now() + 61 * 60_000);
    await eventually(second, 'pending');
    const waitsOn = await get('Appointment/first');
    expect(waitsOn).toMatchObject({ status: 'waitlist', requestedPeriod: [{ start: dayOf(0) }] });
    expect([waitsOn.start, waitsOn.slot, waitsOn.participant.length]).toEqual([undefined, undefined, 1]);

    // Taken by one request: the visit that they had is given up with it, and its slot goes to whoever waits.
    expect((await accept('ben', earlier.body.id)).status).toBe(201);
    expect(await get(second)).toMatchObject({ status: 'booked', start: at(0), slot: [ref('Slot/freed')] });
    expect([await statusOf('Slot/freed'), await statusOf('Appointment/bens')]).toEqual(['busy', 'cancelled']);
    await eventually('Appointment/first', 'pending');
    expect(await get('Appointment/first')).toMatchObject({ start: at(2), slot: [ref('Slot/others')] });

    // Declined: they wait on, and are not asked again for the same time, which is everybody's.
    const declines = { name: 'declines', valueString: 'Slot/others' };
    expect(
      (await operation('cyd', '/first/$cancel', { ...declines, valueString: 'Slot/freed' })).body,
    ).toMatchObject({ status: 'pending', slot: [ref('Slot/others')] });
    expect((await operation('cyd', '/first/$cancel', declines)).body.status).toBe('waitlist');
    // Again, for its answer was lost; and from a page that still shows the offer.
    expect((await operation('cyd', '/first/$cancel', declines)).body.status).toBe('waitlist');
    await expect.poll(() => statusOf('Slot/others'), PATIENCE).toBe('free');
    expect(await statusOf('Appointment/first')).toBe('waitlist');
    for (const id of ['with-osei', 'of-eyes', 'later', 'longer'])
      expect(await statusOf(`Appointment/${id}`), id).toBe('waitlist');
    const open = 'code=urn:wellspring:task|visit-request&status=requested,received,in-progress';
    const waiting = await world.ask('GET', `/Task?${open}&patient=cyd,ben`, { token: world.system });
    expect(waiting.body.entry ?? []).toEqual([]);
  });

  it('gives as many slots as the visit takes, to one at a time, and ends what nobody can wait for any more', async () => {
    for (const [id, hours] of [
      ['two-a', 24],
      ['two-b', 25],
    ] as const)
      await slot(id, hours, 'free', { serviceType: HAND });
    await wish('long', 'dov', { serviceType: HAND, minutesDuration: 90 });
    await eventually('Appointment/long', 'pending');
    expect(await get('Appointment/long')).toMatchObject({
      start: at(24),
      end: at(26),
      slot: [ref('Slot/two-a'), ref('Slot/two-b')],
    });
    // Nothing is free before it: no offer is quicker than the cancelling.
    await visit('gone', 'eva', 1, []);
    await wish('moot', 'eva', { supportingInformation: [ref('Appointment/gone')] });
    await put({ ...(await get('Appointment/gone')), status: 'cancelled' });
    await eventually('Appointment/moot', 'cancelled');
    // A visit that is somebody else's is nothing to wait with.
    await wish('foreign', 'eva', { supportingInformation: [ref('Appointment/given-up')] });
    await eventually('Appointment/foreign', 'cancelled');
  });

  it('and offers the next time to whom somebody else’s visit, or the clinic itself, took the one that was kept', async () => {
    for (const [round, take] of [
      () => visit('of-another', 'dov', 240, ['kept-0']),
      () => slot('kept-1', 264, 'busy-unavailable'),
    ].entries()) {
      const id = `overtaken-${round}`;
      const hours = 240 + 24 * round;
      await wish(id, 'eva', {
        serviceType: EAR,
        requestedPeriod: [{ start: dayOf(hours), end: dayOf(hours) }],
      });
      await slot(`kept-${round}`, hours, 'free', { serviceType: EAR });
      await eventually(`Appointment/${id}`, 'pending');
      await take();
      await eventually(`Appointment/${id}`, 'waitlist');
      expect(await get(`Appointment/${id}`)).not.toHaveProperty('slot');
      await slot(`next-${round}`, hours + 2, 'free', { serviceType: EAR });
      await eventually(`Appointment/${id}`, 'pending');
      expect((await get(`Appointment/${id}`)).slot).toEqual([ref(`Slot/next-${round}`)]);
      expect(await statusOf(`Slot/kept-${round}`)).toBe(round === 0 ? 'busy' : 'busy-unavailable');
      expect((await accept('eva', id)).status).toBe(201);
      expect((await operation('eva', `/${id}/$cancel`)).status).toBe(200);
      await slot(`next-${round}`, hours + 2, 'busy-unavailable');
    }
  });

  it('says how the time that it offers is held, and asks for nothing but what was asked once it is over', async () => {
    const NOSE = [{ coding: [{ system: 'urn:x', code: 'nose' }] }];
    const virtualService = (addressUrl: string) => ({
      url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService',
      extension: [{ url: 'addressUrl', valueUrl: addressUrl }],
    });
    const [asked, given] = [virtualService('https://own.example'), virtualService('https://video.example')];
    await put({ resourceType: 'Location', id: 'hill' });
    const actor = [ref('Practitioner/ruiz'), ref('Location/hill')];
    await put({ resourceType: 'Schedule', id: 'noses', actor });
    const ofNoses = { schedule: ref('Schedule/noses'), serviceType: NOSE };
    const actorsOf = async () =>
      (await get('Appointment/nose')).participant.map((each: { actor: object }) => each.actor);
    const virtualOf = async (): Promise<object[]> =>
      ((await get('Appointment/nose')).extension ?? []).filter(({ url }: { url: string }) =>
        url.includes('virtualService'),
      );
    for (const [round, own, slots] of [
      [0, [], [given]],
      [1, [asked], []],
      [2, [asked], [given]],
    ] as const) {
      const hours = 300 + 24 * round;
      await wish('nose', 'cyd', {
        serviceType: NOSE,
        requestedPeriod: [{ start: dayOf(hours), end: dayOf(hours) }],
        ...(own.length > 0 ? { extension: own } : {}),
      });
      await slot('nose', hours, 'free', { ...ofNoses, ...(slots.length > 0 ? { extension: slots } : {}) });
      await eventually('Appointment/nose', 'pending');
      expect(await virtualOf()).toEqual(slots);
      expect(await actorsOf()).toEqual([
        ref('Patient/cyd'),
        ref('Practitioner/ruiz'),
        ...(slots.length > 0 ? [] : [ref('Location/hill')]),
      ]);
      expect((await operation('cyd', '/nose/$cancel')).status).toBe(200);
      expect(await virtualOf()).toEqual(own);
      await slot('nose', hours, 'busy-unavailable', ofNoses);
    }
  });

  it('offers nothing on a day on which the clinic is closed, whoever made it free', async () => {
    const EAR = [{ coding: [{ system: 'urn:x', code: 'ear' }] }];
    const during = { start: dayOf(48), end: dayOf(48) };
    await put({
      resourceType: 'HealthcareService',
      id: 'ears',
      notAvailable: [{ description: 'Feast', during }],
    });
    // The clinic is not closed with one of its services: what names none is offered.
    await put({ resourceType: 'HealthcareService', id: 'eyes' });
    const actor = [ref('Practitioner/ruiz'), ref('HealthcareService/ears')];
    await put({ resourceType: 'Schedule', id: 'ears', actor });
    const ofEars = { schedule: ref('Schedule/ears'), serviceType: EAR };
    await slot('feast', 48, 'free', ofEars);
    await slot('after-feast', 72, 'free', ofEars);
    await wish('ears', 'eva', { serviceType: EAR });
    await eventually('Appointment/ears', 'pending');
    expect(await get('Appointment/ears')).toMatchObject({ slot: [ref('Slot/after-feast')] });
    expect(await statusOf('Slot/feast')).toBe('free');
  });

  it('offers nobody’s time twice where they have two schedules, also of one round', async () => {
    const TOOTH = [{ coding: [{ system: 'urn:x', code: 'tooth' }] }];
    await put({ resourceType: 'Practitioner', id: 'duo' });
    for (const id of ['duo-place', 'duo-video'])
      await put({ resourceType: 'Schedule', id, actor: [ref('Practitioner/duo')] });
    for (const id of ['fay', 'gus']) {
      await put({ resourceType: 'Patient', id });
      await wish(`of-${id}`, id, { serviceType: TOOTH });
    }
    const free = (id: string, schedule: string, hours: number) => ({
      resource: {
        resourceType: 'Slot',
        id,
        schedule: ref(`Schedule/${schedule}`),
        serviceType: TOOTH,
        status: 'free',
        start: at(hours),
        end: at(hours + 1),
      },
      request: { method: 'PUT', url: `Slot/${id}` },
    });
    const entry = [
      free('duo-here', 'duo-place', 74),
      free('duo-there', 'duo-video', 74.5),
      free('duo-next', 'duo-video', 76),
    ];
    const body = { resourceType: 'Bundle', type: 'transaction', entry };
    expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
    await eventually('Appointment/of-fay', 'pending');
    await eventually('Appointment/of-gus', 'pending');
    expect(await get('Appointment/of-fay')).toMatchObject({ slot: [ref('Slot/duo-here')] });
    expect(await get('Appointment/of-gus')).toMatchObject({ slot: [ref('Slot/duo-next')] });
    expect(await statusOf('Slot/duo-there')).toBe('free');
    for (const id of ['fay', 'gus']) expect((await accept(id, `of-${id}`)).status).toBe(201);
  });

  it('is put oneself on for an earlier time alone', async () => {
    const ask = (change: object) =>
      world.ask('POST', '/Appointment', {
        token: world.patient('eva', SCOPE),
        body: {
          resourceType: 'Appointment',
          status: 'waitlist',
          participant: [{ actor: ref('Patient/eva'), status: 'accepted' }],
          ...change,
        },
      });
    expect((await ask({})).status).toBe(422);
    expect((await ask({ supportingInformation: [ref('Patient/eva')] })).status).toBe(422);
    expect((await ask({ supportingInformation: [ref('Appointment/long')] })).status).not.toBe(201);
  });
});

it('an offer outlives the process, and ends in time under the next', { timeout: 180_000 }, async () => {
  await wish('kept', 'ana', { serviceType: EYE });
  await slot('restart', 50, 'free', { serviceType: EYE });
  await expect.poll(async () => (await get('Slot/restart')).status, PATIENCE).toBe('busy-tentative');
  const { base } = world;
  const [held] = (
    await world.ask('GET', '/Appointment?status=pending&slot=Slot/restart', { token: world.system })
  ).body.entry;
  await world.close();
  world = await openWorld(SETTINGS, { dataDir, port: Number(new URL(base).port) });
  expect(await statusOf('Slot/restart')).toBe('busy-tentative');
  vi.setSystemTime(Date.now() + 61 * 60_000);
  await eventually(`Appointment/${held.resource.id}`, 'waitlist');
});
