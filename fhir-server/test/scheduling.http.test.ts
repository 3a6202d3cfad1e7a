/** Self-scheduling: what is free, who gets it when many press at once, holds that end by themselves, moving and cancelling. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
const SCOPE = 'patient/Appointment.crus patient/Slot.rs patient/Schedule.rs patient/Patient.rs';
const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
const at = (hour: number): string => `${day}T${String(hour).padStart(2, '0')}:00:00Z`;
const PEOPLE = Array.from({ length: 8 }, (_, i) => `p${i}`);

beforeAll(async () => {
  world = await openWorld();
  const put = (resource: { resourceType: string; id: string }) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  });
  const slots = Array.from({ length: 12 }, (_, i) => ({
    resourceType: 'Slot',
    id: `slot-${i}`,
    schedule: { reference: i < 10 ? 'Schedule/ruiz' : 'Schedule/osei' },
    status: 'free',
    start: at(8 + i),
    end: at(9 + i),
  }));
  const schedule = (id: string) => ({
    resourceType: 'Schedule',
    id,
    actor: [{ reference: `Practitioner/${id}`, display: `Dr. ${id}` }],
  });
  const body = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      ...PEOPLE.map((id) => put({ resourceType: 'Patient', id })),
      ...['ruiz', 'osei'].flatMap((id) => [put({ resourceType: 'Practitioner', id }), put(schedule(id))]),
      ...slots.map(put),
    ],
  };
  const loaded = await world.ask('POST', '', { token: world.system, body });
  expect(loaded.status).toBe(200);
});
afterAll(() => world?.close());
afterEach(() => vi.useRealTimers());

const appointment = (patient: string, slot: string, more: object = {}) => ({
  resourceType: 'Appointment',
  status: 'proposed',
  slot: [{ reference: `Slot/${slot}` }],
  description: 'Check of blood pressure',
  participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
  ...more,
});
const parameters = (resource: object, ...more: object[]) => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'appt-resource', resource }, ...more],
});
const take = (
  operation: '$hold' | '$book',
  patient: string,
  slot: string,
  more: object = {},
  ...others: object[]
) =>
  world.ask('POST', `/Appointment/${operation}`, {
    token: world.patient(patient, SCOPE),
    body: parameters(appointment(patient, slot, more), ...others),
  });
const slotStatus = async (id: string): Promise<string> =>
  (await world.ask('GET', `/Slot/${id}`, { token: world.system })).body.status;
const find = (patient: string, query = '') =>
  world.ask('GET', `/Appointment/$find?start=${at(0)}&end=${at(23)}${query}`, {
    token: world.patient(patient, SCOPE),
  });

describe('$find', () => {
  it('proposes what is free, in order, with whom and when', async () => {
    const { status, body } = await find('p0', '&practitioner=Practitioner/osei');
    expect(status).toBe(200);
    expect(
      body.entry.map(
        ({ resource }: { resource: { slot: { reference: string }[] } }) => resource.slot[0]?.reference,
      ),
    ).toEqual(['Slot/slot-10', 'Slot/slot-11']);
    expect(body.entry[0].resource).toMatchObject({
      resourceType: 'Appointment',
      status: 'proposed',
      start: at(18),
      participant: [{ actor: { reference: 'Practitioner/osei' } }],
    });
  });

  it('needs a time', async () => {
    const token = world.patient('p0', SCOPE);
    expect((await world.ask('GET', '/Appointment/$find', { token })).status).toBe(400);
  });
});

describe('$book', () => {
  it('gives the slot to one of many who press at once, and tells the others kindly', async () => {
    const answers = await Promise.all(PEOPLE.map((patient) => take('$book', patient, 'slot-0')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...PEOPLE.slice(1).map(() => 409)]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.issue[0]).toMatchObject({ code: 'conflict', expression: ['Appointment.slot'] });
    const booked = answers.find(({ status }) => status === 201);
    expect(booked?.body).toMatchObject({
      status: 'booked',
      start: at(8),
      end: at(9),
      description: 'Check of blood pressure',
    });
    expect(booked?.body.participant.map(({ status }: { status: string }) => status)).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(await slotStatus('slot-0')).toBe('busy');
    const all = await world.ask('GET', '/Appointment?_summary=count', { token: world.system });
    expect(all.body.total).toBe(1);
    const left = await find('p0');
    expect(JSON.stringify(left.body)).not.toContain('Slot/slot-0"');
  });

  it('is for one’s own record, with the scope for it, and for a slot that is there', async () => {
    const foreign = await world.ask('POST', '/Appointment/$book', {
      token: world.patient('p1', SCOPE),
      body: parameters(appointment('p2', 'slot-1')),
    });
    expect(foreign.status).toBe(403);
    const reader = await world.ask('POST', '/Appointment/$book', {
      token: world.patient('p1', 'patient/Appointment.rs patient/Slot.rs patient/Schedule.rs'),
      body: parameters(appointment('p1', 'slot-1')),
    });
    expect(reader.status).toBe(403);
    expect((await take('$book', 'p1', 'nowhere')).status).toBe(404);
    expect(
      (
        await world.ask('POST', '/Appointment/$book', {
          token: world.patient('p1', SCOPE),
          body: parameters({ ...appointment('p1', 'slot-1'), slot: undefined }),
        })
      ).status,
    ).toBe(400);
    expect(await slotStatus('slot-1')).toBe('free');
  });

  it('takes nothing but time and words from the patient: no other status, no other people', async () => {
    const { body } = await take('$book', 'p1', 'slot-2', {
      status: 'fulfilled',
      start: at(23),
      participant: [
        { actor: { reference: 'Patient/p1' }, status: 'accepted' },
        { actor: { reference: 'Practitioner/osei' }, status: 'accepted' },
      ],
    });
    expect(body).toMatchObject({ status: 'booked', start: at(10) });
    expect(body.participant.map(({ actor }: { actor: { reference: string } }) => actor.reference)).toEqual([
      'Patient/p1',
      'Practitioner/ruiz',
    ]);
  });

  it('moves a visit: the old time is given up in the same step, and kept when the new one is gone', async () => {
    const first = await take('$book', 'p3', 'slot-3');
    const replaces = { name: 'replaces', valueReference: { reference: `Appointment/${first.body.id}` } };
    expect((await take('$book', 'p3', 'slot-0', {}, replaces)).status).toBe(409);
    expect(await slotStatus('slot-3')).toBe('busy');
    const moved = await take('$book', 'p3', 'slot-4', {}, replaces);
    expect(moved.status).toBe(201);
    expect([await slotStatus('slot-3'), await slotStatus('slot-4')]).toEqual(['free', 'busy']);
    const old = await world.ask('GET', `/Appointment/${first.body.id}`, { token: world.system });
    expect(old.body).toMatchObject({
      status: 'cancelled',
      cancelationReason: { text: 'Moved to another time' },
    });
    expect(
      (
        await take(
          '$book',
          'p4',
          'slot-5',
          {},
          { name: 'replaces', valueReference: { reference: `Appointment/${moved.body.id}` } },
        )
      ).status,
    ).toBe(404);
  });
});

describe('$hold', () => {
  it('keeps the time for one person, who may book it; others are told that it is taken', async () => {
    const held = await take('$hold', 'p5', 'slot-6');
    expect(held.body).toMatchObject({ status: 'pending', start: at(14) });
    expect(await slotStatus('slot-6')).toBe('busy-tentative');
    expect((await take('$book', 'p6', 'slot-6')).status).toBe(409);
    expect(JSON.stringify((await find('p6')).body)).not.toContain('Slot/slot-6"');
    const booked = await take('$book', 'p5', 'slot-6', { id: held.body.id });
    expect(booked.body).toMatchObject({ id: held.body.id, status: 'booked' });
    expect(await slotStatus('slot-6')).toBe('busy');
    const slot = await world.ask('GET', '/Slot/slot-6', { token: world.system });
    expect(slot.body.extension).toBeUndefined();
  });

  it('ends by itself after ten minutes, and leaves nothing pending behind', async () => {
    const held = await take('$hold', 'p5', 'slot-7');
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 10 * 60_000 + 1000);
    expect(JSON.stringify((await find('p6')).body)).toContain('Slot/slot-7"');
    expect((await take('$book', 'p6', 'slot-7')).status).toBe(201);
    const stale = await world.ask('GET', `/Appointment/${held.body.id}`, { token: world.system });
    expect(stale.body.status).toBe('cancelled');
    expect((await take('$book', 'p5', 'slot-7', { id: held.body.id })).status).toBe(409);
  });
});

describe('$cancel', () => {
  it('gives the time back, once, with the reason; to its owner only', async () => {
    const booked = await take('$book', 'p7', 'slot-8');
    const cancel = (patient: string) =>
      world.ask('POST', `/Appointment/${booked.body.id}/$cancel`, {
        token: world.patient(patient, SCOPE),
        body: { resourceType: 'Parameters', parameter: [{ name: 'reason', valueString: 'On holiday' }] },
      });
    expect((await cancel('p6')).status).toBe(404);
    expect((await cancel('p7')).body).toMatchObject({
      status: 'cancelled',
      cancelationReason: { text: 'On holiday' },
    });
    expect(await slotStatus('slot-8')).toBe('free');
    expect((await cancel('p7')).status).toBe(409);
  });
});
