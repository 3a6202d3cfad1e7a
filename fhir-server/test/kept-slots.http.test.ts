/** A slot that is kept for somebody, by `$hold` or by an offer of the waiting list, while others write it and what it rests on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const SCOPE = 'patient/Appointment.crus patient/Slot.rs patient/Schedule.rs patient/Patient.rs';
const HOUR = 3_600_000;
/** Nine in the morning, days ahead: a time later that day is the same day, whenever this runs. */
const START = Math.ceil(Date.now() / (24 * HOUR)) * 24 * HOUR + (96 + 9) * HOUR;
const at = (hours: number): string => new Date(START + hours * HOUR).toISOString();
const dayOf = (hours: number): string => at(hours).slice(0, 10);
const ref = (reference: string) => ({ reference });
/** A round of the list is a tenth of a second on a machine that has nothing else to do, and seconds on one that has. */
const PATIENCE = { timeout: 45_000 };

type Body = { resourceType: string; id: string } & Record<string, unknown>;

describe.each(STORES)('a slot that is kept for somebody, %s', { timeout: 180_000 }, (_, open) => {
  let world: World;
  beforeAll(async () => {
    world = await open({ NOTICE_SECONDS: '0.1' });
    for (const id of ['ana', 'ben', 'cyd', 'dov', 'eva', 'fay']) await put({ resourceType: 'Patient', id });
  });
  afterAll(() => world?.close());

  const put = async (body: Body) => {
    const answer = await world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body });
    expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
    return answer.body;
  };
  const get = async (name: string) => (await world.ask('GET', `/${name}`, { token: world.system })).body;
  const statusOf = async (name: string): Promise<string> => (await get(name)).status;
  /** Each has a service of its own: who waits for another is not offered it. */
  const kindOf = (code: string) => [{ coding: [{ system: 'urn:x', code }] }];
  const slotOf = (id: string, hours: number, more: object = {}): Body => ({
    resourceType: 'Slot',
    id,
    schedule: ref('Schedule/ruiz'),
    serviceType: kindOf(id),
    status: 'free',
    start: at(hours),
    end: at(hours + 1),
    ...more,
  });
  const operation = (patient: string, path: string, ...parameter: object[]) =>
    world.ask('POST', `/Appointment${path}`, {
      token: world.patient(patient, SCOPE),
      body: { resourceType: 'Parameters', parameter },
    });
  const take = (name: '$hold' | '$book', patient: string, ...slots: string[]) =>
    operation(patient, `/${name}`, {
      name: 'appt-resource',
      resource: {
        resourceType: 'Appointment',
        status: 'proposed',
        slot: slots.map((id) => ref(`Slot/${id}`)),
        participant: [{ actor: ref(`Patient/${patient}`), status: 'accepted' }],
      },
    });
  const bookKept = (patient: string, id: string) =>
    operation(patient, '/$book', { name: 'appt-id', valueString: id });

  /** Somebody with a schedule of their own, whose times nothing else in here is about. */
  const person = async (id: string, ...schedules: string[]) => {
    await put({ resourceType: 'Practitioner', id });
    for (const schedule of [id, ...schedules])
      await put({ resourceType: 'Schedule', id: schedule, actor: [ref(`Practitioner/${id}`)] });
  };

  describe('by $hold', () => {
    beforeAll(() => person('ruiz'));

    it('stays kept when the same slot comes again as it was opened, and is not anybody’s to book', async () => {
      const opened = slotOf('resent', 0);
      await put(opened);
      const held = await take('$hold', 'ana', 'resent');
      const kept = await get('Slot/resent');
      expect(await put({ ...opened, comment: 'Bring the papers' })).toMatchObject({
        status: 'busy-tentative',
        comment: 'Bring the papers',
        extension: kept.extension,
      });
      expect((await take('$book', 'ben', 'resent')).status).toBe(409);
      expect((await bookKept('ana', held.body.id)).body).toMatchObject({ status: 'booked', start: at(0) });
    });

    it('is free where what it was kept for is cancelled with it, or it was blocked before', async () => {
      const opened = slotOf('given-up', 2);
      await put(opened);
      const held = await take('$hold', 'ana', 'given-up');
      const entry = [opened, { ...held.body, status: 'cancelled', extension: undefined }].map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      }));
      const body = { resourceType: 'Bundle', type: 'transaction', entry };
      expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
      expect(await statusOf('Slot/given-up')).toBe('free');
      await take('$hold', 'ana', 'given-up');
      await put({ ...opened, status: 'busy-unavailable' });
      expect(await put(opened)).toMatchObject({ status: 'free' });
    });

    it('is free at the time that it is moved to, and kept for nobody, also when what is sent has the mark still', async () => {
      for (const [id, moved] of [
        ['by-put', { start: at(5), end: at(6) }],
        ['shorter', { end: at(4.5) }],
        ['to-another', { schedule: ref('Schedule/osei') }],
      ] as const) {
        await person('osei');
        await put(slotOf(id, 4));
        expect((await take('$hold', 'dov', id)).status).toBe(201);
        const stored = await put({ ...(await get(`Slot/${id}`)), ...moved });
        expect([stored.status, stored.extension], id).toEqual(['free', undefined]);
        expect((await take('$book', 'ben', id)).status).toBe(201);
      }
      await put(slotOf('by-patch', 8));
      await take('$hold', 'dov', 'by-patch');
      const patch = [{ op: 'replace', path: '/end', value: at(9.5) }];
      const headers = { 'Content-Type': 'application/json-patch+json' };
      const patched = await world.ask('PATCH', '/Slot/by-patch', {
        token: world.system,
        body: patch,
        headers,
      });
      expect([patched.status, patched.body.status]).toEqual([200, 'free']);
    });

    it('stays kept where it is moved together with what it is kept for', async () => {
      await put(slotOf('together', 10));
      const held = await take('$hold', 'eva', 'together');
      const times = { start: at(12), end: at(13) };
      const entry = [await get('Slot/together'), held.body].map((resource) => ({
        resource: { ...resource, ...times },
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      }));
      const body = { resourceType: 'Bundle', type: 'transaction', entry };
      const answer = await world.ask('POST', '', { token: world.system, body });
      expect(answer.status, answer.text).toBe(200);
      expect(await statusOf('Slot/together')).toBe('busy-tentative');
      expect((await bookKept('eva', held.body.id)).body).toMatchObject({ status: 'booked', ...times });
    });

    it('is free when what it is kept for is moved away from it, or made longer', async () => {
      for (const end of [at(16), at(15.5)]) {
        await put(slotOf('left', 14));
        const held = await take('$hold', 'fay', 'left');
        const start = end === at(16) ? at(15) : at(14);
        await put({ ...held.body, start, end });
        expect(await statusOf('Slot/left')).toBe('free');
        await put({ ...(await get(`Appointment/${held.body.id}`)), status: 'cancelled' });
      }
    });
  });

  describe('by an offer', () => {
    const wish = (id: string, patient: string, code: string) =>
      put({
        resourceType: 'Appointment',
        id,
        status: 'waitlist',
        serviceType: kindOf(code),
        requestedPeriod: [{ start: dayOf(0), end: dayOf(0) }],
        participant: [{ actor: ref(`Patient/${patient}`), status: 'accepted' }],
      });
    const eventually = (name: string, status: string) =>
      expect.poll(() => statusOf(name), PATIENCE).toBe(status);
    /** A time of somebody of this name, offered to Ana, with Ben next in turn. */
    const offered = async (name: string) => {
      await person(name, `${name}-video`);
      for (const who of ['ana', 'ben']) await wish(`${name}-${who}`, who, name);
      await put(timeOf(name, name, 0));
      await eventually(`Appointment/${name}-ana`, 'pending');
    };
    const timeOf = (id: string, name: string, hours: number, schedule = name) =>
      slotOf(id, hours, { schedule: ref(`Schedule/${schedule}`), serviceType: kindOf(name) });
    /** Nobody who waits here is in the way of the next test. */
    const leave = async (name: string) => {
      for (const id of [`${name}-ana`, `${name}-ben`])
        await put({
          ...(await get(`Appointment/${id}`)),
          status: 'cancelled',
          slot: undefined,
          extension: undefined,
        });
    };
    const visit = (id: string, patient: string, who: string, hours: number): Body => ({
      resourceType: 'Appointment',
      id,
      status: 'booked',
      start: at(hours),
      end: at(hours + 1),
      participant: [`Patient/${patient}`, `Practitioner/${who}`].map((each) => ({
        actor: ref(each),
        status: 'accepted',
      })),
    });

    it('stands when the same slot comes again as it was opened', async () => {
      await offered('again');
      const { meta: _, extension: __, ...kept } = await get('Slot/again');
      await put({ ...kept, status: 'free' });
      // Looked through since: who waits for something else has been given it.
      await person('since');
      await wish('since-cyd', 'cyd', 'since');
      await put(timeOf('since', 'since', 0));
      await eventually('Appointment/since-cyd', 'pending');
      expect(await statusOf('Appointment/again-ana')).toBe('pending');
      expect((await bookKept('ana', 'again-ana')).status).toBe(201);
      await leave('again');
    });

    it.each([
      [
        'gone',
        'who works then is not here any more',
        { resourceType: 'Practitioner', id: 'gone', active: false },
      ],
      [
        'closed',
        'the schedule is given up',
        { resourceType: 'Schedule', id: 'closed', active: false, actor: [ref('Practitioner/closed')] },
      ],
      ['called', 'who works then has another visit, on no schedule', visit('called', 'cyd', 'called', 0.5)],
      [
        'twice',
        'who works then is taken on their other schedule',
        { ...timeOf('twice-video', 'twice', 0.5, 'twice-video'), status: 'busy' },
      ],
    ] as const)(
      'is over at once when %s: %s; the next time is theirs whose turn it is',
      async (name, _what, change) => {
        await offered(name);
        await put(change as Body);
        // 400 where the list was quicker: it names no slot any more.
        expect([400, 409]).toContain((await bookKept('ana', `${name}-ana`)).status);
        await eventually(`Appointment/${name}-ana`, 'waitlist');
        expect(await get(`Appointment/${name}-ana`)).toMatchObject({
          extension: [{ url: 'urn:wellspring:offer-withdrawn', valueInstant: at(0) }],
          participant: [{ actor: ref('Patient/ana') }],
        });
        await person(`${name}-2`);
        await put(timeOf(`${name}-next`, name, 3, `${name}-2`));
        const first = `${name}-ana`;
        await expect
          .poll(async () => (await get(`Appointment/${first}`)).slot, PATIENCE)
          .toEqual([ref(`Slot/${name}-next`)]);
        expect((await get(`Appointment/${first}`)).extension).not.toContainEqual(
          expect.objectContaining({ url: 'urn:wellspring:offer-withdrawn' }),
        );
        await leave(name);
      },
    );

    it('is over when its slot is shorter by now, and what is left of it is offered to one who waits', async () => {
      await offered('shorter');
      await put({ ...timeOf('shorter', 'shorter', 0), end: at(0.5) });
      const offers = async () => {
        const both = await Promise.all(['ana', 'ben'].map((who) => get(`Appointment/shorter-${who}`)));
        return both.flatMap(({ status, end }) => (status === 'pending' ? end : []));
      };
      await expect.poll(offers, PATIENCE).toEqual([at(0.5)]);
      await leave('shorter');
    });
  });
});
