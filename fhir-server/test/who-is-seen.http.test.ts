/** Who is seen when: schedules that are no longer in use, people named by their roles, slots that are named twice or have a visit, and what a person holds themself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const SCOPE = 'patient/Appointment.crus patient/Slot.rs patient/Schedule.rs patient/Patient.rs';
const DAY = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10);
const NEXT = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const time = (hour: number, minute = 0, day = DAY): string =>
  `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`;
const ref = (reference: string) => ({ reference });
type Body = { resourceType: string; id: string; [member: string]: unknown };

describe.each(STORES)('whoever is seen by a schedule, %s', (_, open) => {
  let world: World;
  const put = async (...bodies: Body[]): Promise<void> => {
    const entry = bodies.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const body = { resourceType: 'Bundle', type: 'transaction', entry };
    const answer = await world.ask('POST', '', { token: world.system, body });
    expect(answer.status, answer.text).toBe(200);
  };
  const schedule = (id: string, actors: readonly string[], more: object = {}): Body => ({
    resourceType: 'Schedule',
    id,
    actor: actors.map(ref),
    ...more,
  });
  const slot = (id: string, of: string, start: string, end: string, more: object = {}): Body => ({
    resourceType: 'Slot',
    id,
    schedule: ref(`Schedule/${of}`),
    status: 'free',
    start,
    end,
    ...more,
  });
  /** A schedule with one free slot of the same name. */
  const at9 = (id: string, actors: readonly string[], more: object = {}): Body[] => [
    schedule(id, actors, more),
    slot(id, id, time(9), time(9, 30)),
  ];
  const proposed = (patient: string, slots: readonly string[], more: object = {}) => ({
    resourceType: 'Appointment',
    status: 'proposed',
    slot: slots.map((each) => ref(`Slot/${each}`)),
    participant: [{ actor: ref(`Patient/${patient}`), status: 'accepted' }],
    ...more,
  });
  const take = (
    operation: '$hold' | '$book',
    patient: string,
    slots: string | readonly string[],
    more = {},
  ) =>
    world.ask('POST', `/Appointment/${operation}`, {
      token: world.patient(patient, SCOPE),
      body: {
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'appt-resource',
            resource: proposed(patient, typeof slots === 'string' ? [slots] : slots, more),
          },
        ],
      },
    });
  const find = async (query: string, patient = 'p0'): Promise<string[]> => {
    const { status, body, text } = await world.ask(
      'GET',
      `/Appointment/$find?start=${time(0)}&end=${time(23, 0, NEXT)}&_count=200${query}`,
      { token: world.patient(patient, SCOPE) },
    );
    expect(status, text).toBe(200);
    return (body.entry ?? []).map(
      ({ resource }: { resource: { slot: { reference: string }[] } }) =>
        resource.slot[0]?.reference.split('/')[1],
    );
  };
  let desk: string;
  const write = (
    method: 'POST' | 'PUT',
    body: { readonly id?: string; readonly [member: string]: unknown },
    token = desk,
  ) => world.ask(method, `/Appointment${body.id === undefined ? '' : `/${body.id}`}`, { token, body });
  const booked = (patient: string, slots: readonly string[], more: object = {}) =>
    proposed(patient, slots, { status: 'booked', start: time(9), end: time(9, 30), ...more });
  const read = async (name: string) => (await world.ask('GET', `/${name}`, { token: world.system })).body;
  const cancel = async (id: string): Promise<void> => {
    const answer = await world.ask('POST', `/Appointment/${id}/$cancel`, { token: world.system });
    expect(answer.status).toBe(200);
  };
  const only = (names: readonly string[]): string =>
    `&schedule=${names.map((each) => `Schedule/${each}`).join(',')}`;

  beforeAll(async () => {
    world = await open();
    desk = await world.staff('desk', 'front-desk', undefined, 'north');
    const zone = [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'Etc/GMT+8' }];
    await put(
      ...['p0', 'p1', 'p2', 'p3'].map((id) => ({ resourceType: 'Patient', id })),
      { resourceType: 'Organization', id: 'north', name: 'North', extension: zone },
      { resourceType: 'Organization', id: 'south', name: 'South' },
      { resourceType: 'Organization', id: 'past', name: 'Past', active: false },
      { resourceType: 'Practitioner', id: 'here' },
      { resourceType: 'Practitioner', id: 'left', active: false },
      { resourceType: 'Practitioner', id: 'moved' },
      { resourceType: 'Practitioner', id: 'ends' },
      { resourceType: 'Practitioner', id: 'roled' },
      ...[
        ['here', 'here', {}],
        ['over', 'here', { active: false }],
        ['of-left', 'left', {}],
        ['moved-north', 'moved', { organization: ref('Organization/north'), period: { end: '2020-01-01' } }],
        ['moved-south', 'moved', { organization: ref('Organization/south') }],
        // Their last day is that of the slots, by the clock of a clinic that is behind.
        ['ends', 'ends', { organization: ref('Organization/north'), period: { end: DAY } }],
        [
          'away',
          'here',
          {
            organization: ref('Organization/north'),
            notAvailable: [{ description: 'Away', during: { start: DAY, end: DAY } }],
          },
        ],
        ['of-past', 'here', { organization: ref('Organization/past') }],
        [
          'roled',
          'roled',
          {
            organization: ref('Organization/south'),
            location: [ref('Location/role-place')],
            healthcareService: [ref('HealthcareService/role-service')],
            specialty: [{ coding: [{ system: 'urn:specialty', code: 'feet' }] }],
          },
        ],
      ].map(([id, who, more]) => ({
        resourceType: 'PractitionerRole',
        id: id as string,
        practitioner: ref(`Practitioner/${who}`),
        ...(more as object),
      })),
      { resourceType: 'HealthcareService', id: 'given-up', active: false },
      {
        resourceType: 'HealthcareService',
        id: 'role-service',
        type: [{ coding: [{ system: 'urn:type', code: 'care-of-feet' }] }],
      },
      {
        resourceType: 'Location',
        id: 'open',
        status: 'active',
        managingOrganization: ref('Organization/north'),
      },
      { resourceType: 'Location', id: 'shut', status: 'suspended' },
      { resourceType: 'Location', id: 'of-past', managingOrganization: ref('Organization/past') },
      { resourceType: 'Location', id: 'role-place' },
    );
  });
  afterAll(() => world?.close());

  describe('is there', () => {
    const GONE: readonly (readonly [id: string, actors: readonly string[], more?: object])[] = [
      ['not-used', ['Practitioner/here'], { active: false }],
      ['who-left', ['Practitioner/left']],
      ['role-of-who-left', ['PractitionerRole/of-left']],
      ['role-over', ['PractitionerRole/over']],
      ['role-away', ['PractitionerRole/away']],
      ['role-of-past', ['PractitionerRole/of-past']],
      ['left-this-clinic', ['Practitioner/moved', 'Location/open']],
      ['service-given-up', ['Practitioner/here', 'HealthcareService/given-up']],
      ['place-shut', ['Practitioner/here', 'Location/shut']],
      ['place-of-past', ['Location/of-past']],
      ['not-planned', ['Practitioner/here'], { planningHorizon: { start: NEXT } }],
      ['planned-before', ['Practitioner/here'], { planningHorizon: { end: time(9, 15) } }],
    ];
    const THERE: typeof GONE = [
      ['used', ['Practitioner/here', 'Location/open'], { active: true }],
      ['role-here', ['PractitionerRole/here']],
      ['works-on', ['Practitioner/moved']],
      ['planned', ['Location/open'], { planningHorizon: { start: DAY, end: DAY } }],
    ];

    beforeAll(async () => {
      for (const [id, actors, more] of [...GONE, ...THERE]) await put(...at9(id, actors, more));
      await put(
        schedule('shut-video', ['Practitioner/here', 'Location/shut']),
        slot('shut-video', 'shut-video', time(10), time(10, 30), {
          extension: [
            {
              url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService',
              extension: [{ url: 'addressUrl', valueUrl: 'https://video.example/room' }],
            },
          ],
        }),
        schedule('last-day', ['Practitioner/ends']),
        slot('last-day', 'last-day', time(20), time(20, 30)),
        // Past the midnight of the clinic's.
        slot('day-after', 'last-day', time(8, 0, NEXT), time(8, 30, NEXT)),
        slot('over-midnight', 'last-day', time(7, 45, NEXT), time(8, 15, NEXT)),
      );
    });

    it('or offered, held and booked by nobody: not in use, left, over, away, given up, closed, not planned', async () => {
      const names = [...GONE, ...THERE].map(([id]) => id);
      const left = await find(only([...names, 'shut-video', 'last-day']));
      expect(left.toSorted()).toEqual([...THERE.map(([id]) => id), 'shut-video', 'last-day'].toSorted());
      for (const [id] of GONE)
        for (const operation of ['$hold', '$book'] as const) {
          const { status, body } = await take(operation, 'p0', id);
          expect([id, status, body.issue?.[0]]).toMatchObject([
            id,
            409,
            { code: 'conflict', expression: ['Appointment.slot'] },
          ]);
        }
      for (const id of ['day-after', 'over-midnight'])
        expect((await take('$book', 'p0', id)).status, id).toBe(409);
      for (const id of [...THERE.map(([each]) => each), 'shut-video', 'last-day']) {
        const { status, body, text } = await take('$book', 'p0', id);
        expect(status, `${id} ${text}`).toBe(201);
        await cancel(body.id);
      }
    });

    it('and given no new visit by staff where not; one that they have stays, and what is over is history', async () => {
      for (const id of ['not-used', 'who-left', 'role-over', 'service-given-up']) {
        const { status, body } = await write('POST', booked('p0', [id]));
        expect([id, status, body.issue?.[0].expression]).toEqual([id, 409, ['Appointment.slot']]);
      }
      await put(...at9('to-leave', ['Practitioner/here']));
      const { body: visit } = await write('POST', booked('p0', ['to-leave']));
      await put(schedule('to-leave', ['Practitioner/here'], { active: false }));
      expect((await write('PUT', { ...visit, description: 'Knee' })).status).toBe(200);
      const [start, end] = ['2024-03-01T09:00:00Z', '2024-03-01T09:30:00Z'];
      await put(slot('long-ago', 'not-used', start, end, { status: 'busy' }));
      for (const patient of ['p0', 'p1'])
        expect(
          (await write('POST', booked(patient, ['long-ago'], { status: 'fulfilled', start, end }))).status,
        ).toBe(201);
      await cancel(visit.id);
    });
  });

  describe('is named', () => {
    const SLOTS = ['by-role', 'by-person', 'by-place'];
    beforeAll(async () => {
      await put(
        ...at9('by-role', ['PractitionerRole/roled']),
        schedule('by-person', ['Practitioner/roled', 'Location/open']),
        slot('by-person', 'by-person', time(10), time(10, 30)),
        schedule('by-place', ['Location/role-place'], {
          specialty: [{ coding: [{ system: 'urn:specialty', code: 'hands' }] }],
        }),
        slot('by-place', 'by-place', time(11), time(11, 30)),
      );
    });

    it.each([
      ['practitioner=Practitioner/roled', ['by-role', 'by-person']],
      ['practitioner=roled', ['by-role', 'by-person']],
      ['practitioner=PractitionerRole/roled', ['by-role', 'by-person']],
      ['practitioner=PractitionerRole/moved-south', []],
      ['practitioner=PractitionerRole/nowhere', []],
      ['practitioner=Practitioner/moved&practitioner=PractitionerRole/roled', ['by-role', 'by-person']],
      ['location=Location/role-place', ['by-role', 'by-place']],
      ['location-reference=Location/role-place', ['by-role', 'by-place']],
      ['location=Location/open', ['by-person']],
      ['organization=Organization/south', ['by-role']],
      ['organization=Organization/north', ['by-person']],
      ['organization=Organization/past', []],
      ['specialty=urn:specialty|feet', ['by-role']],
      ['specialty=urn:specialty|hands', ['by-place']],
      ['service-type=urn:type|care-of-feet', ['by-role']],
      ['visit-type=urn:type|care-of-feet', ['by-role']],
    ])('by %s', async (query, expected) => {
      const found = await find(`&${query}${only(SLOTS)}`);
      expect(found.toSorted()).toEqual(expected.toSorted());
    });

    it.each(['practitioner=Location/x', 'location=Practitioner/x', 'organization=x y', 'practitioner=a/b'])(
      'by nothing else: %s is refused by its own name',
      async (query) => {
        const { status, body } = await world.ask(
          'GET',
          `/Appointment/$find?start=${time(0)}&end=${time(23)}&${query.replace(' ', '%20')}`,
          { token: world.patient('p0', SCOPE) },
        );
        expect([status, body.issue[0].expression]).toEqual([400, [`http.${query.split('=')[0]}`]]);
        expect(body.issue[0].diagnostics).toContain(`'${query.split('=')[0]}'`);
        expect(body.issue[0].diagnostics).not.toContain('actor');
      },
    );

    it('in the visit as the schedule names them', async () => {
      const { body } = await take('$book', 'p0', 'by-role');
      expect(body.participant.map(({ actor }: { actor: { reference: string } }) => actor.reference)).toEqual([
        'Patient/p0',
        'PractitionerRole/roled',
      ]);
      await cancel(body.id);
    });
  });

  describe('has a slot', () => {
    const slots = ['a', 'b', 'c', 'd', 'e', 'f'].map((each) => `once-${each}`);
    beforeAll(async () => {
      await put(
        schedule('once', ['Practitioner/here']),
        ...slots.map((id, i) => slot(id, 'once', time(12 + i), time(12 + i, 30))),
        slot('once-meets', 'once', time(12, 30).replace('Z', '.000Z'), time(13).replace('Z', '+00:00')),
        slot('once-overlaps', 'once', time(12, 15), time(12, 45)),
        slot('once-many', 'once', time(19), time(19, 30), { overbooked: true }),
      );
    });

    it('that ends after it begins, by whatever way it comes; a visit does not end before', async () => {
      await put(
        { resourceType: 'Location', id: 'ordered' },
        schedule('ordered', ['Location/ordered']),
        slot('ordered', 'ordered', time(9), time(9, 30)),
      );
      const write = (resource: Body, token = world.system) =>
        world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token, body: resource });
      const at = (start: string, end: string): Body => slot('ordered', 'ordered', start, end);
      for (const wrong of [
        at(time(9), time(9)),
        at(time(9), time(8)),
        at(time(9), '2020-01-01T00:00:00+14:00'),
      ]) {
        const { status, body } = await write(wrong);
        expect([status, body.issue?.[0].expression]).toEqual([422, ['Slot.end']]);
      }
      expect((await write({ ...at(time(9), time(10)), start: DAY })).status).toBe(400);
      const horizon = { planningHorizon: { start: NEXT, end: DAY } };
      expect((await write(schedule('ordered', ['Location/ordered'], horizon))).status).toBe(422);
      const visit = {
        resourceType: 'Appointment',
        id: 'ordered',
        status: 'booked',
        participant: [{ actor: ref('Patient/p0'), status: 'accepted' }],
      };
      const answer = await write({ ...visit, start: time(10), end: time(9) });
      expect([answer.status, answer.body.issue?.[0].expression]).toEqual([422, ['Appointment.end']]);
      expect((await write({ ...visit, start: time(10), end: time(10) })).status).toBe(201);
      const response = {
        resourceType: 'AppointmentResponse',
        id: 'r',
        appointment: ref('Appointment/ordered'),
        actor: ref('Patient/p0'),
        participantStatus: 'accepted',
      };
      expect((await write({ ...response, start: time(10), end: time(9) })).status).toBe(422);
    });

    it('that is named once, and follows the one before, however its times are written', async () => {
      for (const operation of ['$hold', '$book'] as const)
        for (const named of [
          ['once-a', 'once-a'],
          ['once-a', 'once-a/_history/1'],
          ['once-a', 'once-overlaps'],
        ]) {
          const { status, body } = await take(operation, 'p0', named);
          expect([named, status, body.issue?.[0].expression]).toEqual([named, 422, ['Appointment.slot']]);
        }
      expect((await read('Slot/once-a')).status).toBe('free');
      const both = await take('$book', 'p0', ['once-meets', 'once-a']);
      expect([both.status, both.body.start]).toEqual([201, time(12)]);
      await cancel(both.body.id);
      const twice = await write('POST', booked('p0', ['once-a', 'once-a']));
      expect([twice.status, twice.body.issue?.[0].expression]).toEqual([422, ['Appointment.slot']]);
    });

    it('by whatever way the visit is written, and of two who write at once one has it', async () => {
      const visit = (patient: string, more: object = {}) =>
        booked(patient, ['once-b'], { start: time(13), end: time(13, 30), ...more });
      const answers = await Promise.all(['p0', 'p1', 'p2', 'p3'].map((each) => write('POST', visit(each))));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
      for (const { status, body } of answers) if (status === 409) expect(body.issue[0].code).toBe('conflict');
      expect((await read('Slot/once-b')).status).toBe('busy');
      expect(await find(only(['once']))).not.toContain('once-b');
      const first = answers.find(({ status }) => status === 201)?.body;
      const change = await write('PUT', { ...first, description: 'Knee' });
      expect(change.status).toBe(200);
      const { body: asked } = await write('POST', { ...visit('p1'), status: 'proposed' });
      const second = (status: string) => write('PUT', { ...asked, status });
      expect((await second('booked')).status).toBe(409);
      await cancel(first.id);
      expect((await read('Slot/once-b')).status).toBe('free');
      expect((await second('pending')).status).toBe(200);
      expect((await read('Slot/once-b')).status).toBe('busy-tentative');
      expect((await second('booked')).status).toBe(200);
      await cancel(asked.id);
    });

    it('with its slot in one transaction, alone; the entry is named where two want it', async () => {
      const busy = slot('once-c', 'once', time(14), time(14, 30), { status: 'busy' });
      const visit = (patient: string) => booked(patient, ['once-c'], { start: time(14), end: time(14, 30) });
      const bundle = (...resources: { readonly resourceType: string; readonly id?: string }[]) =>
        world.ask('POST', '', {
          token: desk,
          headers: { Prefer: 'return=representation' },
          body: {
            resourceType: 'Bundle',
            type: 'transaction',
            entry: resources.map((resource) => ({
              resource,
              request: resource.id
                ? { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
                : { method: 'POST', url: resource.resourceType },
            })),
          },
        });
      const both = await bundle(busy, visit('p0'), visit('p1'));
      expect([both.status, both.body.issue[0].expression[0]]).toMatchObject([
        409,
        expect.stringContaining('entry[1]'),
      ]);
      const one = await bundle(busy, visit('p0'));
      expect(one.status).toBe(200);
      const first = one.body.entry[1].resource;
      expect((await bundle(busy, visit('p1'))).status).toBe(409);
      // In the place of the other, in one step.
      const instead = await bundle(busy, { ...first, status: 'cancelled' }, visit('p1'));
      expect(instead.status).toBe(200);
      expect((await read('Slot/once-c')).status).toBe('busy');
      await cancel(instead.body.entry[2].resource.id);
    });

    it('of a system as it says, which copies its own diary by PUT; not where it books anew', async () => {
      const more = { start: time(17), end: time(17, 30) };
      const visit = (patient: string) => booked(patient, ['once-f'], more);
      const copied = (id: string, patient: string) => write('PUT', { ...visit(patient), id }, world.system);
      expect((await copied('f-one', 'p0')).status).toBe(201);
      expect((await copied('f-two', 'p1')).status).toBe(201);
      expect((await write('POST', visit('p2'), world.system)).status).toBe(409);
      await cancel('f-one');
      expect((await read('Slot/once-f')).status).toBe('busy');
      await cancel('f-two');
      expect((await read('Slot/once-f')).status).toBe('free');
    });

    it('with others where the slot says so, which is offered to nobody then', async () => {
      expect(await find(only(['once']))).not.toContain('once-many');
      expect((await take('$book', 'p0', 'once-many')).status).toBe(409);
      for (const patient of ['p0', 'p1'])
        expect(
          (await write('POST', booked(patient, ['once-many'], { start: time(19), end: time(19, 30) })))
            .status,
        ).toBe(201);
    });

    it('that says it is free although it has a visit: it is offered and booked no more', async () => {
      const visit = await write('POST', {
        ...booked('p0', ['once-d'], { start: time(15), end: time(15, 30) }),
        participant: ['Patient/p0', 'Practitioner/here'].map((each) => ({
          actor: ref(each),
          status: 'accepted',
        })),
      });
      await put(slot('once-d', 'once', time(15), time(15, 30)));
      expect(await find(only(['once']))).not.toContain('once-d');
      expect((await take('$book', 'p1', 'once-d')).status).toBe(409);
      await cancel(visit.body.id);
    });

    it('also where the visit names nobody of the clinic, and came with its slot', async () => {
      await put({ resourceType: 'Location', id: 'told' }, schedule('told', ['Location/told']));
      const told = (id: string, hour: number) => slot(id, 'told', time(hour), time(hour, 30));
      const visit = (id: string, hour: number, more: object = {}): Body => ({
        ...booked('p0', [id], { start: time(hour), end: time(hour, 30), ...more }),
        id: `of-${id}`,
      });
      await put(told('told-a', 9), visit('told-a', 9));
      await put(visit('told-b', 10, { status: 'pending' }), told('told-b', 10));
      await put(told('told-c', 11), told('told-d', 12));
      expect(
        (await write('POST', booked('p0', ['told-c'], { start: time(11), end: time(11, 30) }))).status,
      ).toBe(201);
      await put(told('told-c', 11));
      expect((await read('Slot/told-c')).status).toBe('busy');
      expect(await find(only(['told']))).toEqual(['told-d']);
      for (const operation of ['$hold', '$book'] as const)
        for (const id of ['told-a', 'told-b', 'told-c']) {
          const { status, body } = await take(operation, 'p1', id);
          expect([id, status, body.issue?.[0].expression]).toEqual([id, 409, ['Appointment.slot']]);
        }
      // By whoever has it: they may have another in its place, and what they give up is to be had.
      await cancel('of-told-a');
      expect(await find(only(['told']))).toEqual(['told-a', 'told-d']);
      const held = await take('$hold', 'p1', 'told-a');
      expect(held.status).toBe(201);
      expect((await take('$hold', 'p1', 'told-d')).status).toBe(201);
      expect((await take('$hold', 'p1', 'told-a')).status).toBe(201);
    });

    describe('which does not say that it is free while a visit has it', () => {
      const MANY = Array.from({ length: 12 }, (_each, i) => i);
      const stated = (id: string, at: number) => slot(id, 'stated', time(at), time(at, 30));
      const visit = (of: string, at: number, more: object = {}) =>
        booked('p0', [of], { start: time(at), end: time(at, 30), ...more });
      const transaction = async (...entry: object[]) => {
        const body = { resourceType: 'Bundle', type: 'transaction', entry };
        const answer = await world.ask('POST', '', {
          token: world.system,
          body,
          headers: { Prefer: 'return=representation' },
        });
        expect(answer.status, answer.text).toBe(200);
        return answer.body.entry.map(({ resource }: { resource: Body }) => resource) as Body[];
      };
      const free = () =>
        world.ask('GET', '/Slot?schedule=Schedule/stated&status=free', { token: world.system });
      const putSlot = (id: string, at: number) =>
        world.ask('PUT', `/Slot/${id}`, { token: world.system, body: stated(id, at) });

      beforeAll(() =>
        put(
          { resourceType: 'Practitioner', id: 'stated' },
          schedule('stated', ['Practitioner/stated']),
          schedule('stated-too', ['Practitioner/stated']),
        ),
      );

      it('whichever of the two comes first, in one transaction or by itself, and however it is named', async () => {
        const name = crypto.randomUUID();
        const { id: _, ...made } = stated('', 0);
        const [posted] = await transaction(
          {
            fullUrl: `urn:uuid:${name}`,
            resource: { ...made, identifier: [{ system: 'urn:diary', value: 'a' }] },
            request: { method: 'POST', url: 'Slot' },
          },
          {
            resource: { ...visit('', 0), slot: [ref(`urn:uuid:${name}`)] },
            request: { method: 'POST', url: 'Appointment' },
          },
        );
        expect(posted?.status).toBe('busy');
        await put({ ...visit('stated-b', 1), id: 'of-stated-b' }, stated('stated-b', 1));
        await put(stated('stated-c', 2), { ...visit('stated-c/_history/1', 2), id: 'of-stated-c' });
        await put(
          { ...visit('', 3), slot: [ref(`${world.base}/Slot/stated-d`)], id: 'of-stated-d' },
          stated('stated-d', 3),
        );
        await put(stated('stated-e', 4), {
          ...visit('stated-e', 4, { status: 'pending' }),
          id: 'of-stated-e',
        });
        for (const id of ['stated-b', 'stated-c', 'stated-d'])
          expect((await read(`Slot/${id}`)).status, id).toBe('busy');
        expect((await read('Slot/stated-e')).status).toBe('busy-tentative');
        const again = await putSlot('stated-b', 1);
        expect([again.status, again.body.status]).toEqual([200, 'busy']);
        const patched = await world.ask('PATCH', '/Slot/stated-b', {
          token: world.system,
          headers: { 'Content-Type': 'application/json-patch+json' },
          body: [{ op: 'replace', path: '/status', value: 'free' }],
        });
        expect([patched.status, patched.body.status]).toEqual([200, 'busy']);
        expect((await free()).body.entry ?? []).toEqual([]);
      });

      it('but what its visit gives up, or is not at, is free as it says', async () => {
        await cancel('of-stated-b');
        expect((await read('Slot/stated-b')).status).toBe('free');
        await put(stated('stated-c', 2), {
          ...visit('stated-c', 2, { status: 'cancelled' }),
          id: 'of-stated-c',
        });
        expect((await read('Slot/stated-c')).status).toBe('free');
        // Moved, it is somebody else's to have; and had again where its visit is.
        expect((await putSlot('stated-d', 9)).body.status).toBe('free');
        expect((await putSlot('stated-d', 3)).body.status).toBe('busy');
        const blocked = { ...stated('stated-d', 3), status: 'busy-unavailable' };
        await put(blocked);
        expect((await read('Slot/stated-d')).status).toBe('busy-unavailable');
      });

      it('nor is free when its visit gives it back, where the clinic says something else of it', async () => {
        const cases = ['busy-unavailable', 'entered-in-error'].flatMap((status) =>
          ['cancel', 'delete', 'move', 'leave'].flatMap((way) =>
            ['before', 'after'].map((when) => ({ id: `${status}-${way}-${when}`, status, way, when })),
          ),
        );
        const by = (way: string) => cases.filter((each) => each.way === way).map(({ id }) => id);
        const of = (id: string, at: number, more: object = {}) => ({
          ...visit(id, at, more),
          id: `of-${id}`,
        });
        const said = async () => {
          const { body } = await world.ask('GET', '/Slot?schedule=Schedule/stated&_count=100', {
            token: world.system,
          });
          const all = new Map<string, string>(
            body.entry.map(({ resource }: { resource: Body }) => [resource.id, String(resource.status)]),
          );
          return cases.map(({ id }) => [id, all.get(id)]);
        };
        const asSaid = cases.map(({ id, status }) => [id, status]);
        await put(
          ...cases.map(({ id, status, when }) => ({
            ...stated(id, 6),
            status: when === 'before' ? status : 'free',
          })),
        );
        await put(...cases.map(({ id }) => of(id, 6)));
        await put(...cases.map(({ id, status }) => ({ ...stated(id, 6), status })));
        expect(await said()).toEqual(asSaid);
        await Promise.all([
          ...by('cancel').map((id) => cancel(`of-${id}`)),
          ...by('delete').map((id) => world.ask('DELETE', `/Appointment/of-${id}`, { token: world.system })),
          put(
            ...by('move').map((id) => of(id, 8)),
            ...by('leave').map((id) => of(id, 6, { slot: undefined })),
          ),
        ]);
        expect(await said()).toEqual(asSaid);
        await put(...cases.map(({ id }) => stated(id, 6)));
        expect(await said()).toEqual(cases.map(({ id }) => [id, 'free']));
      });

      it('nor does a visit that has it lose it behind many that were cancelled since', async () => {
        const id = 'stated-often';
        await put({ ...stated(id, 7), overbooked: true }, { ...visit(id, 7), id: 'of-stated-often' });
        const cancelled = Array.from({ length: 120 }, (_each, i) => ({
          ...visit(id, 7, { status: 'cancelled' }),
          id: `stated-often-${i}`,
        }));
        await put(...cancelled);
        await put({ ...visit(id, 7), id: 'of-stated-often-too' });
        await cancel('of-stated-often-too');
        expect((await read(`Slot/${id}`)).status).toBe('busy');
        await put({ ...stated(id, 7), status: 'busy' });
        expect((await write('POST', visit(id, 7))).status).toBe(409);
        await cancel('of-stated-often');
        expect((await read(`Slot/${id}`)).status).toBe('free');
      });

      it('with many who write at once: what is booked is busy, and what is given up is free', async () => {
        await put(...MANY.map((i) => stated(`stated-many-${i}`, 10 + i)));
        const both = await Promise.all(
          MANY.map((i) =>
            Promise.all([
              write('POST', visit(`stated-many-${i}`, 10 + i)),
              putSlot(`stated-many-${i}`, 10 + i),
            ]),
          ),
        );
        for (const [i, [made, said]] of both.entries()) {
          expect([made.status, said.status]).toEqual([201, 200]);
          expect((await read(`Slot/stated-many-${i}`)).status, String(i)).toBe('busy');
        }
        await Promise.all(
          both.map(([made], i) => Promise.all([cancel(made.body.id), putSlot(`stated-many-${i}`, 10 + i)])),
        );
        for (const i of MANY) expect((await read(`Slot/stated-many-${i}`)).status, String(i)).toBe('free');
      });

      it('so that the other schedules of the same person have it, though the visit names nobody', async () => {
        const beside = slot('stated-beside', 'stated-too', time(5), time(5, 30));
        await put({ ...visit('stated-f', 5), id: 'of-stated-f' }, stated('stated-f', 5), beside);
        expect(await find(only(['stated-too']))).toEqual([]);
        expect((await take('$book', 'p1', 'stated-beside')).status).toBe(409);
        expect((await write('POST', visit('stated-beside', 5))).status).toBe(409);
        await cancel('of-stated-f');
        expect(await find(only(['stated-too']))).toEqual(['stated-beside']);
      });
    });

    it('also where it, or who is seen, is named by one of its versions', async () => {
      await put(
        schedule('one-version', ['Practitioner/here/_history/1']),
        slot('one-version-a', 'one-version', time(20), time(20, 30)),
        slot('one-version-b', 'one-version', time(21), time(21, 30)),
      );
      const visit = await write(
        'POST',
        booked('p0', ['one-version-a/_history/1'], { start: time(20), end: time(20, 30) }),
      );
      expect(visit.status).toBe(201);
      await put(slot('one-version-a', 'one-version', time(20), time(20, 30)));
      const beside = await write('POST', {
        ...booked('p0', [], { start: time(21), end: time(21, 30), slot: undefined }),
        participant: ['Patient/p0', 'Practitioner/here/_history/1'].map((each) => ({
          actor: ref(each),
          status: 'accepted',
        })),
      });
      expect(beside.status).toBe(201);
      expect(await find(only(['one-version']))).toEqual([]);
      for (const id of ['one-version-a', 'one-version-b'])
        expect((await take('$book', 'p1', id)).status, id).toBe(409);
      await cancel(visit.body.id);
      await cancel(beside.body.id);
      expect(await find(only(['one-version']))).toEqual(['one-version-a', 'one-version-b']);
    });

    it('at its own time: a visit that is moved gives it back and is where it says, also on another schedule', async () => {
      await put(
        { resourceType: 'Practitioner', id: 'moves' },
        schedule('moves', ['Practitioner/moves']),
        schedule('moves-too', ['Practitioner/moves']),
        ...[8, 9, 10, 11].flatMap((hour) => [
          slot(`moves-${hour}`, 'moves', time(hour), time(hour + 1)),
          slot(`too-${hour}`, 'moves-too', time(hour), time(hour + 1)),
        ]),
      );
      const left = async () => (await find(only(['moves', 'moves-too']))).toSorted();
      const without = (...hours: number[]) =>
        [8, 9, 10, 11]
          .filter((hour) => !hours.includes(hour))
          .flatMap((hour) => [`moves-${hour}`, `too-${hour}`])
          .toSorted();
      const visit = (await take('$book', 'p0', 'moves-8')).body;
      expect(await left()).toEqual(without(8));
      const at = (from: number, until: number, by = desk) =>
        write('PUT', { ...visit, start: time(from), end: time(until) }, by);
      for (const by of [desk, world.system]) {
        expect((await at(10, 11, by)).status).toBe(200);
        expect([(await read('Slot/moves-8')).status, await left()]).toEqual(['free', without(10)]);
        for (const id of ['moves-10', 'too-10']) expect((await take('$book', 'p1', id)).status).toBe(409);
        // Back again it has its slot, and beyond it its own time.
        expect((await at(8, 10, by)).status).toBe(200);
        expect([(await read('Slot/moves-8')).status, await left()]).toEqual(['busy', without(8, 9)]);
      }
      expect((await at(10, 11)).status).toBe(200);
      const other = (await take('$book', 'p1', 'moves-8')).body;
      expect((await at(8, 9)).status).toBe(409);
      // It goes without taking what another has by now.
      await cancel(visit.id);
      expect([(await read('Slot/moves-8')).status, await left()]).toEqual(['busy', without(8)]);
      await put(slot('moves-8', 'moves', time(11), time(12), { status: 'free' }));
      expect(await left()).toEqual([...without(8, 11), 'moves-11', 'moves-8', 'too-11'].toSorted());
      expect((await take('$book', 'p2', 'too-8')).status).toBe(409);
      await cancel(other.id);
      const posted = await write('POST', booked('p0', ['moves-9'], { start: time(11), end: time(12) }));
      expect([posted.status, posted.body.issue?.[0].expression]).toEqual([422, ['Appointment.slot']]);
      expect((await read('Slot/moves-9')).status).toBe('free');
    });

    it('that is not to be had while they have a visit that is on no schedule', async () => {
      const { slot: __, ...visit } = booked('p0', [], { start: time(16, 20), end: time(16, 40) });
      const made = await write('POST', {
        ...visit,
        participant: [
          { actor: ref('Patient/p0'), status: 'accepted' },
          { actor: ref('PractitionerRole/here'), status: 'accepted' },
        ],
      });
      expect(made.status).toBe(201);
      expect(await find(only(['once']))).not.toContain('once-e');
      const refused = await take('$hold', 'p1', 'once-e');
      expect([refused.status, refused.body.issue[0].diagnostics]).toEqual([
        409,
        expect.stringContaining('another visit'),
      ]);
      await cancel(made.body.id);
      expect(await find(only(['once']))).toContain('once-e');
    });
  });

  describe('is held by somebody', () => {
    beforeAll(async () => {
      await put(
        { resourceType: 'Practitioner', id: 'holds' },
        ...['mine', 'other'].map((id) => schedule(id, ['Practitioner/holds'])),
        slot('mine-9', 'mine', time(9), time(9, 30)),
        slot('mine-10', 'mine', time(10), time(10, 30)),
        slot('other-915', 'other', time(9, 15), time(9, 45)),
        slot('other-10', 'other', time(10), time(10, 30)),
      );
    });

    it('whose hold gives way to what they choose, and to nobody else’s choice', async () => {
      const held = await take('$hold', 'p1', 'mine-9');
      expect(held.status).toBe(201);
      expect((await take('$book', 'p2', 'other-915')).status).toBe(409);
      expect(await find(only(['mine', 'other']), 'p2')).toEqual(['mine-10', 'other-10']);
      expect((await find(only(['mine', 'other']), 'p1')).toSorted()).toEqual([
        'mine-10',
        'mine-9',
        'other-10',
        'other-915',
      ]);
      const other = await take('$book', 'p1', 'other-915');
      expect([other.status, other.body.status]).toEqual([201, 'booked']);
      expect((await read(`Appointment/${held.body.id}`)).status).toBe('cancelled');
      expect((await read('Slot/mine-9')).status).toBe('free');
      await cancel(other.body.id);
    });

    it('who books the time itself without saying that they hold it; asking again keeps it no longer', async () => {
      const held = await take('$hold', 'p1', 'mine-10');
      const again = await take('$hold', 'p1', 'mine-10');
      expect(again.status).toBe(201);
      expect((await read(`Appointment/${held.body.id}`)).status).toBe('cancelled');
      const elsewhere = await take('$hold', 'p1', 'other-10');
      expect(elsewhere.status).toBe(201);
      for (const { body } of [again, elsewhere]) expect(body.extension).toEqual(held.body.extension);
      const booking = await take('$book', 'p1', 'other-10');
      expect(booking.status).toBe(201);
      expect((await read(`Appointment/${elsewhere.body.id}`)).status).toBe('cancelled');
      expect((await read('Slot/other-10')).status).toBe('busy');
      expect((await read('Slot/mine-10')).status).toBe('free');
      await cancel(booking.body.id);
    });

    it('as many times as ever, for what gives way is given back', async () => {
      await put(
        schedule('many', ['Practitioner/holds']),
        ...[0, 1, 2, 3].map((i) => slot(`many-${i}`, 'many', time(18 + i), time(18 + i, 30))),
      );
      for (const i of [0, 1, 2, 3]) expect((await take('$hold', 'p3', `many-${i}`)).status).toBe(201);
      expect((await take('$hold', 'p3', 'many-3')).status).toBe(201);
      expect((await take('$hold', 'p3', 'mine-10')).status).toBe(422);
    });
  });
});
