/** Nobody is at two visits at once: two schedules of one person, and times of theirs that overlap. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const SCOPE = 'patient/Appointment.crus patient/Slot.rs patient/Schedule.rs patient/Patient.rs';
const PEOPLE = Array.from({ length: 8 }, (_, i) => `p${i}`);

describe.each(STORES)('whoever works by two schedules, %s', (_, open) => {
  let world: World;
  const take = (
    operation: '$hold' | '$book',
    patient: string,
    slot: string,
    more = {},
    ...others: object[]
  ) => {
    const resource = {
      resourceType: 'Appointment',
      status: 'proposed',
      slot: [{ reference: `Slot/${slot}` }],
      participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
      ...more,
    };
    return world.ask('POST', `/Appointment/${operation}`, {
      token: world.patient(patient, SCOPE),
      body: { resourceType: 'Parameters', parameter: [{ name: 'appt-resource', resource }, ...others] },
    });
  };
  const slotStatus = async (id: string): Promise<string> =>
    (await world.ask('GET', `/Slot/${id}`, { token: world.system })).body.status;
  afterAll(() => world?.close());
  afterEach(() => vi.useRealTimers());

  const OWN = ['own-place', 'own-video', 'own-role'] as const;
  const later = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const time = (hour: number, minute = 0): string =>
    `${later}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`;
  const MINE = 'Practitioner/two';
  const offered = async (query = ''): Promise<string[]> => {
    const { body } = await world.ask(
      'GET',
      `/Appointment/$find?start=${time(0)}&end=${time(23)}&_count=100${query}`,
      { token: world.patient('p2', SCOPE) },
    );
    return (body.entry ?? []).map(
      ({ resource }: { resource: { slot: { reference: string }[] } }) =>
        resource.slot[0]?.reference.split('/')[1],
    );
  };
  const cancel = async (id: string) =>
    expect((await world.ask('POST', `/Appointment/${id}/$cancel`, { token: world.system })).status).toBe(200);
  let versions: (id: string) => Promise<number>;

  beforeAll(async () => {
    world = await open();
    const put = (resource: { resourceType: string; id: string; [member: string]: unknown }) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    });
    const schedule = (id: string, actor: string) =>
      put({
        resourceType: 'Schedule',
        id,
        actor: [{ reference: actor }, { reference: 'Location/room-two' }],
      });
    const slot = (id: string, of: string, start: string, end: string, status = 'free') =>
      put({ resourceType: 'Slot', id, schedule: { reference: `Schedule/${of}` }, status, start, end });
    const entry = [
      ...PEOPLE.map((id) => put({ resourceType: 'Patient', id })),
      put({ resourceType: 'Practitioner', id: 'two' }),
      put({ resourceType: 'PractitionerRole', id: 'two', practitioner: { reference: MINE } }),
      put({ resourceType: 'Practitioner', id: 'room-mate' }),
      put({ resourceType: 'Location', id: 'room-two' }),
      schedule('own-place', MINE),
      schedule('own-video', MINE),
      schedule('own-role', 'PractitionerRole/two'),
      schedule('mate', 'Practitioner/room-mate'),
      ...OWN.flatMap((id) => [
        slot(`${id}-9`, id, time(9), time(9, 30)),
        slot(`${id}-10`, id, time(10), time(10, 30)),
        slot(`${id}-11`, id, time(11), time(11, 30)),
        ...[13, 14, 15, 16, 17].map((hour) => slot(`${id}-${hour}`, id, time(hour), time(hour, 30))),
      ]),
      slot('mate-17', 'mate', time(17), time(17, 30)),
      slot('own-video-late', 'own-video', time(9, 20), time(9, 50)),
      slot('own-video-next', 'own-video', time(9, 30), time(10)),
      slot('own-place-beside', 'own-place', time(9), time(9, 30)),
      slot('own-video-away', 'own-video', time(11), time(11, 30), 'busy-unavailable'),
      slot('mate-9', 'mate', time(9), time(9, 30)),
    ];
    const loaded = await world.ask('POST', '', {
      token: world.system,
      body: { resourceType: 'Bundle', type: 'transaction', entry },
    });
    expect(loaded.status, JSON.stringify(loaded.body)).toBe(200);
    versions = async (id) =>
      Number((await world.ask('GET', `/Slot/${id}`, { token: world.system })).body.meta.versionId);
  });

  it('is booked at one of them, and offered and held at the others no more while that stands', async () => {
    const visit = await take('$book', 'p0', 'own-place-9');
    expect(visit.status).toBe(201);
    const left = await offered();
    // What lies beside on the same schedule, what begins when it is over, and what is somebody else's in the same room.
    expect(left).toEqual(
      expect.arrayContaining(['own-place-beside', 'own-video-next', 'mate-9', 'own-video-10']),
    );
    for (const id of ['own-video-9', 'own-role-9', 'own-video-late']) {
      expect(left).not.toContain(id);
      for (const operation of ['$hold', '$book'] as const) {
        const { status, body } = await take(operation, 'p1', id);
        expect([status, body.issue?.[0].expression]).toEqual([409, ['Appointment.slot']]);
      }
      expect(await slotStatus(id)).toBe('free');
    }
    expect((await offered('&schedule=Schedule/own-role')).slice(0, 2)).toEqual([
      'own-role-10',
      'own-role-11',
    ]);
    await cancel(visit.body.id);
    expect(await offered()).toEqual(expect.arrayContaining(['own-video-9', 'own-role-9', 'own-video-late']));
    const other = await take('$book', 'p1', 'own-role-9');
    expect(other.status).toBe(201);
    expect((await take('$book', 'p2', 'own-place-9')).status).toBe(409);
    await cancel(other.body.id);
  });

  it('is one patient’s of many who take overlapping times at once', async () => {
    const answers = await Promise.all(PEOPLE.map((patient, i) => take('$book', patient, `${OWN[i % 3]}-10`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...PEOPLE.slice(1).map(() => 409)]);
    const taken = await Promise.all(OWN.map((id) => slotStatus(`${id}-10`)));
    expect(taken.toSorted()).toEqual(['busy', 'free', 'free']);
    for (const { body } of answers.filter(({ status }) => status === 201)) await cancel(body.id);
  });

  it('is held for one, and free for the others when the hold has run out; a visit moves over its own time', async () => {
    const held = await take('$hold', 'p3', 'own-video-10');
    expect(held.status).toBe(201);
    expect((await take('$book', 'p4', 'own-place-10')).status).toBe(409);
    const booked = await take('$book', 'p3', 'own-video-10', { id: held.body.id });
    expect(booked.status).toBe(201);
    const replaces = { name: 'replaces', valueReference: { reference: `Appointment/${booked.body.id}` } };
    const moved = await take('$book', 'p3', 'own-place-10', {}, replaces);
    expect(moved.status).toBe(201);
    expect([await slotStatus('own-video-10'), await slotStatus('own-place-10')]).toEqual(['free', 'busy']);
    await cancel(moved.body.id);
    expect((await take('$hold', 'p3', 'own-video-10')).status).toBe(201);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 10 * 60_000 + 1000);
    expect((await take('$book', 'p4', 'own-place-10')).status).toBe(201);
  });

  describe('by plain writes', () => {
    const visit = (patient: string, slot: string, hour: number, more: object = {}) => ({
      resourceType: 'Appointment',
      status: 'booked',
      start: time(hour),
      end: time(hour, 30),
      slot: [{ reference: `Slot/${slot}` }],
      participant: [
        { actor: { reference: `Patient/${patient}` }, status: 'accepted' },
        { actor: { reference: MINE }, status: 'accepted' },
      ],
      ...more,
    });
    const post = (body: object, token = world.system) => world.ask('POST', '/Appointment', { token, body });
    /** As the desk does it: the visit, and its slot as it will be. */
    const transact = async (resource: object, slot: string, token: string) => {
      const { body } = await world.ask('GET', `/Slot/${slot}`, { token: world.system });
      const entry = [
        { resource, request: { method: 'POST', url: 'Appointment' } },
        { resource: { ...body, status: 'busy' }, request: { method: 'PUT', url: `Slot/${slot}` } },
      ];
      return world.ask('POST', '', { token, body: { resourceType: 'Bundle', type: 'transaction', entry } });
    };
    const slotsOfDay = (hour: number) => OWN.map((id) => `${id}-${hour}`);

    it('has one visit at a time, one after the other and at once; the loser is told why', async () => {
      for (const hour of [13, 14]) {
        const first = await post(visit('p0', `own-place-${hour}`, hour));
        expect(first.status, first.text).toBe(201);
        const second = await post(visit('p1', `own-video-${hour}`, hour));
        expect([second.status, second.text]).toEqual([409, expect.stringContaining('another schedule')]);
        expect(await slotStatus(`own-video-${hour}`)).toBe('free');
        await cancel(first.body.id);
      }
      const posted = await Promise.all(slotsOfDay(13).map((slot, i) => post(visit(`p${i}`, slot, 13))));
      expect(posted.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
      const desk = await world.staff('counter', 'front-desk');
      const transacted = await Promise.all(
        slotsOfDay(14).map((slot, i) => transact(visit(`p${i}`, slot, 14), slot, desk)),
      );
      expect(transacted.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
      const statuses = await Promise.all(slotsOfDay(14).map(slotStatus));
      expect(statuses.toSorted()).toEqual(['busy', 'free', 'free']);
    });

    it('and beside $book: one of the two', async () => {
      const [booked, written] = await Promise.all([
        take('$book', 'p0', 'own-role-15'),
        post(visit('p1', 'own-video-15', 15)),
      ]);
      expect([booked.status, written.status].toSorted()).toEqual([201, 409]);
    });

    it('moves from one of them to another at the same time, and is overbooked where the slot says so, or where a system copies its diary', async () => {
      const first = await post(visit('p0', 'own-place-16', 16));
      expect(first.status, first.text).toBe(201);
      const put = (body: { id: string }, token: string) =>
        world.ask('PUT', `/Appointment/${body.id}`, { token, body });
      const desk = await world.staff('counter', 'front-desk');
      const moved = await put({ ...visit('p0', 'own-video-16', 16), id: first.body.id }, desk);
      expect(moved.status, moved.text).toBe(200);
      expect([await slotStatus('own-place-16'), await slotStatus('own-video-16')]).toEqual(['free', 'busy']);
      const slot = (await world.ask('GET', '/Slot/own-place-16', { token: world.system })).body;
      await world.ask('PUT', '/Slot/own-place-16', { token: desk, body: { ...slot, overbooked: true } });
      const over = await post(visit('p1', 'own-place-16', 16), desk);
      expect(over.status, over.text).toBe(201);
      const copied = await put({ ...visit('p2', 'own-role-16', 16), id: 'copied' }, world.system);
      expect(copied.status, copied.text).toBe(201);
    });

    it('is at a visit of a colleague’s schedule to which they come too', async () => {
      const both = visit('p3', 'mate-17', 17);
      expect((await post(both)).status).toBe(201);
      expect(await offered()).not.toContain('own-place-17');
      expect((await take('$book', 'p4', 'own-place-17')).status).toBe(409);
    });
  });

  it('is not taken by what they do not work on one of them; nor is anything written of times that do not meet', async () => {
    const before = await versions('own-video-9');
    const visit = await take('$book', 'p5', 'own-place-11');
    expect(visit.status).toBe(201);
    expect(await versions('own-video-9')).toBe(before);
    expect((await take('$book', 'p6', 'mate-9')).status).toBe(201);
    expect(await offered()).toContain('own-place-9');
  });
});
