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
  const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) => ({
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
      ...['ruiz', 'osei', 'adams'].flatMap((id) => [
        put({ resourceType: 'Practitioner', id }),
        put(schedule(id)),
      ]),
      ...slots.map(put),
      put({
        resourceType: 'Slot',
        id: 'slot-12',
        schedule: { reference: 'Schedule/adams' },
        serviceType: [{ coding: [{ system: 'urn:ehr', code: 'checkup' }] }],
        status: 'free',
        start: at(5),
        end: at(6),
      }),
      put({ resourceType: 'Location', id: 'ramp' }),
      put({ resourceType: 'RelatedPerson', id: 'son', patient: { reference: 'Patient/p6' } }),
      put({ resourceType: 'Condition', id: 'high', subject: { reference: 'Patient/p6' } }),
      put({
        resourceType: 'ServiceRequest',
        id: 'referral',
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/p6' },
      }),
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

  it('takes a day as the whole day, and no end before the start', async () => {
    const token = world.patient('p0', SCOPE);
    const between = (start: string, end: string) =>
      world.ask('GET', `/Appointment/$find?start=${start}&end=${end}&schedule=Schedule/osei`, { token });
    expect((await between(day, day)).body.entry).toHaveLength(2);
    expect((await between(at(19), at(19))).status).toBe(200);
    expect((await between(at(19), at(18))).status).toBe(400);
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

  it('is for nobody who has died, nor for a record that is no longer in use', async () => {
    for (const more of [{ active: false }, { deceasedBoolean: true }, { deceasedDateTime: '2024-01-01' }]) {
      const body = { resourceType: 'Patient', id: 'gone', ...more };
      await world.ask('PUT', '/Patient/gone', { token: world.system, body });
      for (const operation of ['$hold', '$book']) {
        const answer = await world.ask('POST', `/Appointment/${operation}`, {
          token: world.system,
          body: parameters(appointment('gone', 'slot-1')),
        });
        expect([answer.status, answer.body.issue?.[0].expression]).toEqual([
          422,
          ['Appointment.participant'],
        ]);
      }
    }
    expect(await slotStatus('slot-1')).toBe('free');
  });

  it('takes of a patient what they may write of a visit, and refuses the rest by its name', async () => {
    const with_ = (...others: object[]) => [
      { actor: { reference: 'Patient/p1' }, status: 'accepted' },
      ...others,
    ];
    for (const [more, status, said] of [
      [
        { participant: with_({ actor: { reference: 'Practitioner/osei' }, status: 'accepted' }) },
        422,
        'participant',
      ],
      [{ identifier: [{ system: 'urn:clinic:visits', value: '7' }] }, 422, 'identifier'],
      [{ meta: { tag: [{ system: 'urn:x', code: 'y' }] } }, 403, 'meta.tag'],
      [{ modifierExtension: [{ url: 'urn:not', valueBoolean: true }] }, 403, 'modifierExtension'],
      [{ extension: [{ url: 'urn:wellspring:slot-held-until', valueInstant: at(23) }] }, 422, 'Times'],
      [{ supportingInformation: [{ reference: 'Observation/nowhere' }] }, 422, 'Observation/nowhere'],
    ] as const) {
      const answer = await take('$book', 'p1', 'slot-2', more);
      expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(said)]);
      expect(await slotStatus('slot-2')).toBe('free');
    }
    const own = {
      identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0fb5a3a0-6e19-4b5a-9f3c-2f0c9b7e3d11' }],
      comment: 'Wheelchair',
      requestedPeriod: [{ start: at(8), end: at(12) }],
      extension: [{ url: 'urn:x:transport', valueBoolean: true }],
      reasonCode: [{ text: 'Blood pressure' }],
    };
    const interpreter = { type: [{ text: 'Interpreter' }], status: 'needs-action' };
    const { status, body } = await take('$book', 'p1', 'slot-2', { ...own, participant: with_(interpreter) });
    expect([status, JSON.stringify(body)]).toEqual([201, expect.any(String)]);
    expect(body).toMatchObject({ ...own, status: 'booked', start: at(10) });
    expect(body.participant).toMatchObject([
      { actor: { reference: 'Patient/p1' }, status: 'accepted' },
      { actor: { reference: 'Practitioner/ruiz' }, status: 'accepted' },
      interpreter,
    ]);
  });

  it.each(['$book', '$hold'] as const)(
    '%s: keeps all that a system says of the visit, and has it still when it is booked by its id',
    async (operation) => {
      const own = {
        identifier: [{ system: 'urn:ehr', value: `visit-${operation}` }],
        extension: [{ url: 'urn:ehr:channel', valueCode: 'kiosk' }],
        modifierExtension: [{ url: 'urn:ehr:rehearsal', valueBoolean: false }],
        serviceCategory: [{ coding: [{ system: 'urn:ehr', code: 'gp' }] }],
        serviceType: [{ coding: [{ system: 'urn:ehr', code: 'checkup' }] }],
        reasonReference: [{ reference: 'Condition/high' }],
        basedOn: [{ reference: 'ServiceRequest/referral' }],
        supportingInformation: [{ reference: 'Condition/high' }],
        requestedPeriod: [{ start: at(8), end: at(20) }],
        minutesDuration: 60,
        patientInstruction: 'Come sober',
        comment: 'By the kiosk',
        created: '2026-01-02T03:04:05Z',
        meta: { tag: [{ system: 'urn:ehr', code: 'mine' }] },
      };
      const visit = {
        ...appointment('p6', 'slot-12'),
        ...own,
        participant: [
          { actor: { reference: 'Patient/p6' }, type: [{ text: 'subject' }], status: 'needs-action' },
          { actor: { reference: 'Practitioner/adams' }, type: [{ text: 'attends' }], status: 'accepted' },
          { actor: { reference: 'Practitioner/adams' }, type: [{ text: 'performs' }], status: 'accepted' },
          { actor: { reference: 'RelatedPerson/son' }, required: 'optional', status: 'tentative' },
          { actor: { reference: 'Location/ramp' }, status: 'accepted' },
        ],
      };
      const asked = (name: '$book' | '$hold' | '$cancel', body: object, id = '') =>
        world.ask('POST', `/Appointment${id}/${name}`, { token: world.system, body });
      const taken = await asked(operation, parameters(visit));
      expect([taken.status, taken.text]).toEqual([201, expect.any(String)]);
      const booked =
        operation === '$book'
          ? taken
          : await asked('$book', {
              resourceType: 'Parameters',
              parameter: [
                {
                  name: 'appointment-reference',
                  valueReference: { reference: `Appointment/${taken.body.id}` },
                },
              ],
            });
      expect(booked.status, booked.text).toBe(201);
      expect(booked.body).toMatchObject({ ...own, status: 'booked' });
      expect(booked.body.extension).toEqual(own.extension);
      expect(booked.body.participant).toMatchObject([
        { actor: { reference: 'Patient/p6' }, type: [{ text: 'subject' }], status: 'accepted' },
        { actor: { reference: 'Practitioner/adams' }, type: [{ text: 'attends' }], status: 'accepted' },
        { actor: { reference: 'Practitioner/adams' }, type: [{ text: 'performs' }], status: 'accepted' },
        { actor: { reference: 'RelatedPerson/son' }, required: 'optional', status: 'tentative' },
        { actor: { reference: 'Location/ramp' }, status: 'accepted' },
      ]);
      expect((await asked('$cancel', { resourceType: 'Parameters' }, `/${booked.body.id}`)).status).toBe(200);
    },
  );

  it('takes a proposal that is stored here, by its reference', async () => {
    const proposed = { ...appointment('p6', 'slot-12'), comment: 'As agreed by telephone' };
    const stored = await world.ask('POST', '/Appointment', { token: world.system, body: proposed });
    expect(stored.status, stored.text).toBe(201);
    const by = (operation: string) =>
      world.ask('POST', `/Appointment/${operation}`, {
        token: world.system,
        body: {
          resourceType: 'Parameters',
          parameter: [
            { name: 'appointment-reference', valueReference: { reference: `Appointment/${stored.body.id}` } },
          ],
        },
      });
    const held = await by('$hold');
    expect([held.status, held.body.status]).toEqual([201, 'pending']);
    const booked = await by('$book');
    expect([booked.status, booked.body.id, booked.body.status, booked.body.comment]).toEqual([
      201,
      stored.body.id,
      'booked',
      'As agreed by telephone',
    ]);
    expect((await by('$book')).status).toBe(409);
    await world.ask('POST', `/Appointment/${stored.body.id}/$cancel`, { token: world.system });
  });

  it('tells the loser of two who press at once what stands then', async () => {
    const cancel = (id: string) => world.ask('POST', `/Appointment/${id}/$cancel`, { token: world.system });
    for (let round = 0; round < 3; round++) {
      const held = await take('$hold', 'p6', 'slot-12');
      expect(held.status, held.text).toBe(201);
      const byId = (patient: string) =>
        world.ask('POST', '/Appointment/$book', {
          token: world.patient(patient, SCOPE),
          body: { resourceType: 'Parameters', parameter: [{ name: 'appt-id', valueId: held.body.id }] },
        });
      // Their own second press is nobody else's.
      const pressed = await Promise.all([byId('p6'), byId('p6')]);
      expect(pressed.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      const [lost] = pressed.filter(({ status }) => status === 409);
      expect(lost?.body.issue[0].diagnostics).toBe('The appointment is not held, or no longer.');
      const cancelled = await Promise.all([cancel(held.body.id), cancel(held.body.id)]);
      expect(cancelled.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      const [late] = cancelled.filter(({ status }) => status === 409);
      expect(late?.body.issue[0].diagnostics).toBe('The appointment is cancelled already.');
      const others = await Promise.all([take('$book', 'p5', 'slot-12'), take('$book', 'p7', 'slot-12')]);
      const [beaten] = others.filter(({ status }) => status === 409);
      expect(beaten?.body.issue[0].diagnostics, others.map(({ text }) => text).join()).toMatch(
        /^Somebody else has just taken this time/,
      );
      for (const { status, body } of others) if (status === 201) await cancel(body.id);
    }
  });

  it('by the names of IHE Scheduling 1.0.0: appointment-resource, and comment', async () => {
    const book = (...parameter: object[]) =>
      world.ask('POST', '/Appointment/$book', {
        token: world.system,
        body: { resourceType: 'Parameters', parameter },
      });
    const resource = { ...appointment('p6', 'slot-12'), status: 'pending' };
    const comment = { name: 'comment', valueString: 'Comes by train' };
    const other = await book(
      { name: 'appointment-resource', resource: { ...resource, comment: 'By car' } },
      comment,
    );
    expect([other.status, other.text]).toEqual([400, expect.stringContaining("'comment'")]);
    const patient = { name: 'patient-resource', resource: { resourceType: 'Patient' } };
    const unheard = await book({ name: 'appointment-resource', resource }, patient);
    expect([unheard.status, unheard.text]).toEqual([400, expect.stringContaining('patient-resource')]);
    const { status, body } = await book({ name: 'appointment-resource', resource }, comment);
    expect([status, body.status, body.comment]).toEqual([201, 'booked', 'Comes by train']);
    await world.ask('POST', `/Appointment/${body.id}/$cancel`, { token: world.system });
  });

  it('refuses what contradicts the slot, and another status than a visit that is asked for', async () => {
    for (const operation of ['$hold', '$book'] as const)
      for (const [element, value] of [
        ['start', at(23)],
        ['end', at(23)],
        ['status', 'cancelled'],
        ['status', 'fulfilled'],
        ['minutesDuration', 20],
        ['cancelationReason', { text: 'Too late' }],
        ['participant', [{ actor: { reference: 'Patient/p1' }, status: 'declined' }]],
        ['extension', [{ url: 'urn:x:virtual-service', valueUrl: 'https://meet.example' }]],
      ] as const) {
        const { status, body } = await take(operation, 'p1', 'slot-9', { [element]: value });
        expect([status, body.issue?.[0].expression]).toEqual([422, [`Appointment.${element}`]]);
      }
    expect(await slotStatus('slot-9')).toBe('free');
  });

  it('lasts as long as all of its slots, where it says how long', async () => {
    const both = (more: object) =>
      take('$book', 'p1', 'slot-8', {
        slot: ['slot-8', 'slot-9'].map((each) => ({ reference: `Slot/${each}` })),
        end: at(17),
        ...more,
      });
    const { status, body } = await both({ minutesDuration: 60 });
    expect([status, body.issue?.[0].expression]).toEqual([422, ['Appointment.minutesDuration']]);
    const booked = await both({ minutesDuration: 120 });
    expect([booked.status, booked.body.end, booked.body.minutesDuration]).toEqual([201, at(18), 120]);
    await world.ask('POST', `/Appointment/${booked.body.id}/$cancel`, { token: world.system });
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

describe('what was kept, and is at another time by now', () => {
  /** Minutes of another day. */
  const minute = (minutes: number): string =>
    new Date(Date.parse(at(0)) + 40 * 86_400_000 + minutes * 60_000).toISOString();
  const kept = async (id: string) => {
    const slot = {
      resourceType: 'Slot',
      id,
      schedule: { reference: 'Schedule/adams' },
      status: 'free',
      start: minute(600),
      end: minute(630),
    };
    await world.ask('PUT', `/Slot/${id}`, { token: world.system, body: slot });
    const held = await take('$hold', 'p5', id);
    expect(held.status, held.text).toBe(201);
    return held.body.id as string;
  };
  const change = async (id: string, start: string, end: string) => {
    const { body } = await world.ask('GET', `/Slot/${id}`, { token: world.system });
    const changed = await world.ask('PUT', `/Slot/${id}`, {
      token: world.system,
      body: { ...body, start, end },
    });
    expect(changed.status, changed.text).toBe(200);
  };

  it.each([
    ['later', minute(900), minute(930)],
    ['shorter', minute(600), minute(605)],
    ['longer', minute(600), minute(660)],
    ['earlier, and over it', minute(570), minute(630)],
  ])('is booked at no time that nobody saw: %s', async (how, start, end) => {
    const slot = `moved-${how.slice(0, 5)}`;
    const id = await kept(slot);
    await change(slot, start, end);
    const byId = await world.ask('POST', '/Appointment/$book', {
      token: world.patient('p5', SCOPE),
      body: { resourceType: 'Parameters', parameter: [{ name: 'appt-id', valueString: id }] },
    });
    expect(byId.status, byId.text).toBe(409);
    expect((await take('$book', 'p5', slot, { id })).status).toBe(409);
    const { body } = await world.ask('GET', `/Appointment/${id}`, { token: world.system });
    expect(body).toMatchObject({ status: 'pending', start: minute(600), end: minute(630) });
    await world.ask('POST', `/Appointment/${id}/$cancel`, { token: world.patient('p5', SCOPE) });
    await world.ask('DELETE', `/Slot/${slot}`, { token: world.system });
  });
});

describe('what was kept, and is with somebody else by now', () => {
  it('is booked with nobody whom who chose it did not see', async () => {
    const put = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => {
      const path = `/${resource.resourceType}/${resource.id}`;
      const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
      expect(status, text).toBeLessThan(300);
    };
    const actor = (id: string) => [{ reference: `Practitioner/${id}` }];
    const minute = (minutes: number): string =>
      new Date(Date.parse(at(0)) + 41 * 86_400_000 + minutes * 60_000).toISOString();
    for (const id of ['one', 'other']) {
      await put({ resourceType: 'Practitioner', id, active: true, name: [{ family: id }] });
      await put({ resourceType: 'Schedule', id, active: true, actor: actor(id) });
    }
    const slot = { resourceType: 'Slot', id: 'whose', status: 'free', start: minute(600), end: minute(630) };
    await put({ ...slot, schedule: { reference: 'Schedule/one' } });
    const held = await take('$hold', 'p5', 'whose');
    expect(held.status, held.text).toBe(201);
    const book = () =>
      world.ask('POST', '/Appointment/$book', {
        token: world.patient('p5', SCOPE),
        body: { resourceType: 'Parameters', parameter: [{ name: 'appt-id', valueString: held.body.id }] },
      });
    const { body } = await world.ask('GET', '/Slot/whose', { token: world.system });
    await put({ ...body, schedule: { reference: 'Schedule/other' } });
    expect((await book()).status).toBe(409);
    await put({ ...body, schedule: { reference: 'Schedule/one' } });
    await put({ resourceType: 'Schedule', id: 'one', active: true, actor: actor('other') });
    expect((await book()).status).toBe(409);
    await put({ resourceType: 'Schedule', id: 'one', active: true, actor: actor('one') });
    expect((await book()).status).toBe(201);
  });
});

describe('an EHR with system scopes', () => {
  it('finds, holds, books and cancels for a patient by what IHE names', async () => {
    const ask = (method: string, path: string, body?: object) =>
      world.ask(method, path, { token: world.system, body });
    const query = `start=${at(0)}&end=${at(23)}&practitioner=Practitioner/osei`;
    const found = await ask('GET', `/Appointment/$find?${query}`);
    const [proposed] = found.body.entry.map(({ resource }: { resource: object }) => resource);
    expect(proposed.participant[0].actor.reference).toBe('Practitioner/osei');
    for (const none of ['location=Location/nowhere', 'service-type=http://example.org|none'])
      expect((await ask('GET', `/Appointment/$find?${query}&${none}`)).body.entry ?? []).toEqual([]);
    const actor = { reference: 'Patient/p7' };
    const participant = [...proposed.participant, { actor, status: 'accepted' }];
    const held = await ask('POST', '/Appointment/$hold', parameters({ ...proposed, participant }));
    expect([held.status, held.body.status]).toEqual([201, 'pending']);
    const byId = { resourceType: 'Parameters', parameter: [{ name: 'appt-id', valueId: held.body.id }] };
    const booked = await ask('POST', '/Appointment/$book', byId);
    expect([booked.status, booked.body.id, booked.body.status]).toEqual([201, held.body.id, 'booked']);
    const gone = { resourceType: 'Parameters', parameter: [{ name: 'appt-id', valueString: 'none' }] };
    expect((await ask('POST', '/Appointment/$book', gone)).status).toBe(404);
    const cancelled = await ask('POST', `/Appointment/${booked.body.id}/$cancel`);
    expect(cancelled.body.status).toBe('cancelled');
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

  it('gives up the visit that was read, and no other: one that was moved meanwhile stays (If-Match)', async () => {
    const booked = await take('$book', 'p7', 'slot-8');
    const cancel = (version: string) =>
      world.ask('POST', `/Appointment/${booked.body.id}/$cancel`, {
        token: world.system,
        headers: { 'If-Match': `W/"${version}"` },
      });
    const { versionId } = booked.body.meta;
    const { body: moved } = await world.ask('PUT', `/Appointment/${booked.body.id}`, {
      token: world.system,
      body: { ...booked.body, comment: 'Moved' },
    });
    expect((await cancel(versionId)).status).toBe(412);
    expect((await cancel(moved.meta.versionId)).body.status).toBe('cancelled');
  });
});

describe('who changed a visit last', () => {
  it('is said where it was the patient’s side, by whatever way, and no more once the clinic changed it', async () => {
    const WRITTEN_BY = 'urn:wellspring:written-by';
    const writerOf = async (id: string): Promise<string | undefined> => {
      const { body } = await world.ask('GET', `/Appointment/${id}`, { token: world.system });
      return body.meta.tag?.find(({ system }: { system: string }) => system === WRITTEN_BY)?.code;
    };
    const first = (await take('$book', 'p1', 'slot-8')).body;
    expect(await writerOf(first.id)).toBe('Patient/p1');
    const replaces = { name: 'replaces', valueReference: { reference: `Appointment/${first.id}` } };
    const { body: moved } = await take('$book', 'p1', 'slot-9', {}, replaces);
    expect([await writerOf(first.id), await writerOf(moved.id)]).toEqual(['Patient/p1', 'Patient/p1']);
    const { meta: _, ...said } = moved;
    const changed = { ...said, description: 'Check-up, by Dr. Ruiz' };
    await world.ask('PUT', `/Appointment/${moved.id}`, { token: world.system, body: changed });
    expect(await writerOf(moved.id)).toBeUndefined();
    const token = world.patient('p1', SCOPE);
    const { body: live } = await world.ask('GET', `/Appointment/${moved.id}`, { token });
    await world.ask('PUT', `/Appointment/${moved.id}`, { token, body: { ...live, status: 'cancelled' } });
    expect(await writerOf(moved.id)).toBe('Patient/p1');
    const { body: again } = await take('$book', 'p1', 'slot-9');
    await world.ask('PUT', `/Appointment/${again.id}`, {
      token: world.system,
      body: { ...again, meta: undefined },
    });
    await world.ask('POST', `/Appointment/${again.id}/$cancel`, { token });
    expect(await writerOf(again.id)).toBe('Patient/p1');
    const { body: third } = await take('$book', 'p1', 'slot-9');
    await world.ask('POST', `/Appointment/${third.id}/$cancel`, { token: world.system });
    expect(await writerOf(third.id)).toBeUndefined();
  });
});

describe('a visit that has begun', () => {
  it('X5: is not given up afterwards, by no door, and that they are here is said when it is', async () => {
    const visit = async (id: string, hours: number) => {
      const body = {
        resourceType: 'Appointment',
        id,
        status: 'booked',
        start: new Date(Date.now() + hours * 3_600_000).toISOString(),
        end: new Date(Date.now() + (hours + 0.5) * 3_600_000).toISOString(),
        participant: [{ actor: { reference: 'Patient/p5' }, status: 'accepted' }],
      };
      await world.ask('PUT', `/Appointment/${id}`, { token: world.system, body });
      return body;
    };
    const token = world.patient('p5', SCOPE);
    const say = (body: { id: string }, status: string) =>
      world
        .ask('PUT', `/Appointment/${body.id}`, { token, body: { ...body, status } })
        .then((answer) => answer.status);
    const [over, begun, soon, later] = await Promise.all([
      visit('over', -24),
      visit('begun', -0.1),
      visit('soon', 1),
      visit('later', 24),
    ]);
    for (const body of [over, begun]) {
      expect(await say(body, 'cancelled')).toBe(422);
      expect((await world.ask('POST', `/Appointment/${body.id}/$cancel`, { token })).status).toBe(409);
      const replaces = { name: 'replaces', valueReference: { reference: `Appointment/${body.id}` } };
      expect((await take('$book', 'p5', 'slot-9', {}, replaces)).status).toBe(409);
    }
    for (const body of [over, later])
      for (const status of ['arrived', 'checked-in']) expect(await say(body, status)).toBe(422);
    for (const body of [begun, soon]) expect(await say(body, 'arrived')).toBe(200);
    expect(await say(later, 'cancelled')).toBe(200);
    expect((await world.ask('POST', '/Appointment/over/$cancel', { token: world.system })).status).toBe(200);
  });
});

describe('what somebody may take', () => {
  it('X16: is a hundred in a day, whatever is given back: somebody is told each time', async () => {
    const token = world.patient('often', SCOPE);
    await world.ask('PUT', '/Patient/often', {
      token: world.system,
      body: { resourceType: 'Patient', id: 'often' },
    });
    const all = async (requests: { method: string; url: string }[], resources: readonly object[]) => {
      const entry = resources.map((resource, i) => ({ resource, request: requests[i] }));
      const body = { resourceType: 'Bundle', type: 'transaction', entry };
      const answer = await world.ask('POST', '', {
        token,
        body,
        headers: { Prefer: 'return=representation' },
      });
      expect(answer.status).toBe(200);
      return answer.body.entry.map(({ resource }: { resource: object }) => resource);
    };
    const { slot: _, ...proposed } = appointment('often', 'slot-9');
    const visit = (_each: unknown, i: number) => ({ ...proposed, description: `Visit ${i}` });
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let left = 98; left > 0; left -= 20) {
      // What was given back less than a minute ago keeps its place.
      vi.setSystemTime(Date.now() + 61_000);
      const visits = Array.from({ length: Math.min(20, left) }, visit);
      const made = await all(
        visits.map(() => ({ method: 'POST', url: 'Appointment' })),
        visits,
      );
      await all(
        made.map(({ id }: { id: string }) => ({ method: 'PUT', url: `Appointment/${id}` })),
        made.map((each: object) => ({ ...each, status: 'cancelled' })),
      );
    }
    for (const operation of ['$book', '$hold'] as const) {
      const { status, body } = await take(operation, 'often', 'slot-9');
      expect(status).toBe(201);
      expect((await world.ask('POST', `/Appointment/${body.id}/$cancel`, { token })).status).toBe(200);
    }
    expect((await take('$hold', 'often', 'slot-9')).status).toBe(429);
    expect((await take('$book', 'often', 'slot-9')).status).toBe(429);
    expect(await slotStatus('slot-9')).toBe('free');
    const { status, body } = await take('$book', 'p6', 'slot-9');
    expect(status).toBe(201);
    await world.ask('POST', `/Appointment/${body.id}/$cancel`, { token: world.system });
  });

  const NOBODYS = 'Condition/nobody';
  const extended = (reference: string) => ({
    reasonCode: [{ text: 'x', extension: [{ url: 'urn:x', valueReference: { reference } }] }],
  });
  const CRUS = `${SCOPE} patient/Condition.rs`;
  let many = 0;
  async function newSlots(count: number, more: object = {}): Promise<string[]> {
    const ids = Array.from({ length: count }, () => `more-${many++}`);
    for (const id of ids) {
      const start = new Date(Date.now() + (40 + many) * 86_400_000 + many * 3_600_000);
      const slot = {
        resourceType: 'Slot',
        id,
        schedule: { reference: 'Schedule/ruiz' },
        status: 'free',
        start: start.toISOString(),
        end: new Date(start.getTime() + 1_800_000).toISOString(),
        ...more,
      };
      const { status, text } = await world.ask('PUT', `/Slot/${id}`, { token: world.system, body: slot });
      if (status >= 400) throw new Error(text);
    }
    return ids;
  }
  const newSlot = async (more: object = {}): Promise<string> => (await newSlots(1, more))[0] as string;
  const ask = (operation: string, token: string, body: unknown) =>
    world.ask('POST', `/Appointment/${operation}`, { token, body });

  beforeAll(async () => {
    for (const id of ['of-p0', 'of-p1'])
      await world.ask('PUT', `/Condition/${id}`, {
        token: world.system,
        body: {
          resourceType: 'Condition',
          id,
          code: { text: 'Asthma' },
          subject: { reference: `Patient/${id.slice(3)}` },
        },
      });
  });

  it.each(['$hold', '$book'])(
    'X8: %s refers to nothing that the caller can not read, wherever it stands',
    async (operation) => {
      const slot = await newSlot();
      const answer = async (reference: string) => {
        const { status, text } = await ask(
          operation,
          world.patient('p0', CRUS),
          parameters(appointment('p0', slot, extended(reference))),
        );
        return `${status} ${text.replaceAll(/of-p1|nobody/g, 'X')}`;
      };
      expect(await answer('Condition/of-p1')).toBe(await answer(NOBODYS));
      expect(await answer('Condition/of-p1')).toMatch(/^422/);
      expect(await answer(`${world.base}/Condition/of-p1`)).toBe(await answer(`${world.base}/${NOBODYS}`));
      expect(await slotStatus(slot)).toBe('free');
      expect(await answer('Condition/of-p0')).toMatch(/^201/);
    },
  );

  it('X8: what staff write with patient/ scopes alone refers to that patient alone', async () => {
    const token = world.token({
      scope: 'patient/*.cruds',
      patient: 'p0',
      fhirUser: `${world.base}/Practitioner/ruiz`,
      sub: 'ruiz',
    });
    await world.staff('ruiz', 'clinician');
    const answer = async (reference: string) => {
      const body = {
        resourceType: 'Communication',
        status: 'completed',
        subject: { reference: 'Patient/p0' },
        sender: { reference: 'Practitioner/ruiz' },
        payload: [{ contentReference: { reference } }],
        extension: [{ url: 'urn:x', valueReference: { reference } }],
      };
      const { status, text } = await world.ask('POST', '/Communication', { token, body });
      return `${status} ${text.replaceAll(/of-p1|nobody/g, 'X')}`;
    };
    expect(await answer('Condition/of-p1')).toBe(await answer(NOBODYS));
    expect(await answer('Condition/of-p1')).toMatch(/^422/);
    expect(await answer('Condition/of-p0')).toMatch(/^201/);
  });

  it.each([
    'Patient/p1?y',
    'Patient/p1#y',
    'Patient/p1/_history/1',
    'Patient/x/y',
    'patient/p1',
    'http://elsewhere.example/fhir/Patient/p1',
    'Patient/p0',
  ])('X9: is for the caller’s patient and nobody else, not for %s', async (other) => {
    const slot = await newSlot();
    for (const participant of [
      [
        { actor: { reference: other }, status: 'accepted' },
        { actor: { reference: 'Patient/p1' }, status: 'accepted' },
      ],
      [{ actor: { reference: other }, status: 'accepted' }],
    ]) {
      const refused = await ask(
        '$book',
        world.patient('p1', SCOPE),
        parameters({ ...appointment('p1', slot), participant }),
      );
      expect(refused.status, JSON.stringify(participant)).toBe(403);
    }
    expect(await slotStatus(slot)).toBe('free');
  });

  it('asks a system of whom it books: without a patient, or of two, it is no question of scopes', async () => {
    const slot = await newSlot();
    const of = (...references: string[]) => ({
      ...appointment('p1', slot),
      participant: references.map((reference) => ({ actor: { reference }, status: 'accepted' })),
    });
    for (const operation of ['$hold', '$book']) {
      const none = await ask(operation, world.system, parameters(of()));
      const two = await ask(operation, world.system, parameters(of('Patient/p1', 'Patient/p2')));
      expect([none.status, none.body.issue[0].expression]).toEqual([
        400,
        ['Parameters.parameter[0].resource.participant'],
      ]);
      expect([two.status, two.body.issue[0].expression]).toEqual([422, ['Appointment.participant']]);
    }
    expect(await slotStatus(slot)).toBe('free');
  });

  it('tells a system whose appointment names no patient that there is nothing to give back', async () => {
    const body = { resourceType: 'Appointment', id: 'nobodys', status: 'proposed' };
    const participant = [{ actor: { reference: 'Practitioner/osei' }, status: 'accepted' }];
    const { status, text } = await world.ask('PUT', '/Appointment/nobodys', {
      token: world.system,
      body: { ...body, participant },
    });
    expect(status, text).toBe(201);
    const refused = await world.ask('POST', '/Appointment/nobodys/$cancel', { token: world.system });
    expect([refused.status, refused.body.issue[0].expression]).toEqual([422, ['Appointment.participant']]);
  });

  it('X9: finds its owner by an absolute reference too, and calls nobody as the caller says', async () => {
    const slot = await newSlot();
    const actor = { reference: `${world.base}/Patient/p1`, display: 'Dr. Elena Ruiz (clinic)' };
    const booked = await ask(
      '$book',
      world.patient('p1', SCOPE),
      parameters({ ...appointment('p1', slot), participant: [{ actor, status: 'accepted' }] }),
    );
    expect(booked.body.participant[0]).toEqual({ actor: { reference: 'Patient/p1' }, status: 'accepted' });
    const found = await world.ask('GET', '/Appointment?patient=p1', { token: world.patient('p1', SCOPE) });
    expect(JSON.stringify(found.body)).toContain(booked.body.id);
  });

  it('X9: of staff is for a patient within their reach; a foreign one and none answer alike', async () => {
    const desk = await world.staff('desk', 'front-desk', undefined, 'north');
    await world.ask('PUT', '/Organization/south', {
      token: world.system,
      body: { resourceType: 'Organization', id: 'south', name: 'South' },
    });
    await world.ask('PUT', '/Patient/southern', {
      token: world.system,
      body: {
        resourceType: 'Patient',
        id: 'southern',
        managingOrganization: { reference: 'Organization/south' },
      },
    });
    const slot = await newSlot();
    const answer = async (operation: string, patient: string) => {
      const { status, text } = await ask(operation, desk, parameters(appointment(patient, slot)));
      return `${status} ${text.replaceAll(patient, 'X')}`;
    };
    for (const operation of ['$hold', '$book']) {
      expect(await answer(operation, 'southern')).toBe(await answer(operation, 'nobody'));
      expect(await answer(operation, 'southern')).toMatch(/^404/);
    }
    expect(await answer('$book', 'p1')).toMatch(/^201/);
  });

  it('a diary is kept by staff of its own organization; one of no organization by all', async () => {
    const [desk, foreign] = await Promise.all([
      world.staff('desk-e', 'front-desk', undefined, 'east'),
      world.staff('desk-w', 'front-desk', undefined, 'west'),
    ]);
    await world.staff('dr-east', 'clinician', undefined, 'east');
    const write = async (token: string, method: string, path: string, body?: object) =>
      world.ask(method, path, { token, ...(body ? { body } : {}) });
    const east = { reference: 'Organization/east' };
    const actors: readonly (readonly [string, object])[] = [
      ['Practitioner/dr-east', {}],
      ['PractitionerRole/dr-east-role', {}],
      [
        'HealthcareService/east-care',
        { resourceType: 'HealthcareService', id: 'east-care', providedBy: east },
      ],
      ['Location/east-room', { resourceType: 'Location', id: 'east-room', managingOrganization: east }],
    ];
    const times = { start: '2031-02-03T10:00:00Z', end: '2031-02-03T10:20:00Z' };
    for (const [reference, resource] of actors) {
      if ('id' in resource) await write(world.system, 'PUT', `/${reference}`, resource);
      const schedule = { resourceType: 'Schedule', active: true, actor: [{ reference }] };
      expect((await write(foreign, 'POST', '/Schedule', schedule)).status, reference).toBe(403);
      const { status, body } = await write(desk, 'POST', '/Schedule', schedule);
      expect(status, reference).toBe(201);
      const path = `/Schedule/${body.id}`;
      const slot = {
        resourceType: 'Slot',
        status: 'free',
        schedule: { reference: path.slice(1) },
        ...times,
      };
      expect((await write(foreign, 'POST', '/Slot', slot)).status, reference).toBe(403);
      const made = await write(desk, 'POST', '/Slot', slot);
      const at = `/Slot/${made.body.id}`;
      const own = await write(world.system, 'POST', '/Schedule', {
        ...schedule,
        actor: [{ reference: 'Patient/p1' }],
      });
      const refused = [
        await write(foreign, 'PUT', path, { ...body, active: false }),
        await write(foreign, 'PUT', path, { ...body, actor: [{ reference: 'Practitioner/desk-w' }] }),
        await write(foreign, 'PUT', at, { ...made.body, status: 'busy-unavailable' }),
        await write(foreign, 'PUT', at, { ...made.body, schedule: { reference: `Schedule/${own.body.id}` } }),
      ];
      expect(
        refused.map((each) => each.status),
        reference,
      ).toEqual([403, 403, 403, 403]);
      expect((await write(desk, 'PUT', at, { ...made.body, status: 'busy-unavailable' })).status).toBe(200);
      expect((await write(foreign, 'GET', at)).body.status).toBe('busy-unavailable');
    }
    const nobodys = { resourceType: 'Schedule', active: true, actor: [{ reference: 'Patient/p1' }] };
    expect((await write(foreign, 'POST', '/Schedule', nobodys)).status).toBe(201);
    // Whoever may delete slots, deletes none of another house's.
    const doctor = await world.staff('dr-west', 'clinician', undefined, 'west');
    const [slot] = (await write(desk, 'GET', '/Slot?schedule.actor=Practitioner/dr-east')).body.entry;
    expect((await write(doctor, 'DELETE', `/Slot/${slot.resource.id}`)).status).toBe(403);
    const colleague = await world.staff('dr-east', 'clinician', undefined, 'east');
    expect((await write(colleague, 'DELETE', `/Slot/${slot.resource.id}`)).status).toBe(204);
  });

  it('X5: staff give away the time of their own organization; another’s they ask, or take what it offers', async () => {
    const desk = await world.staff('desk-n', 'front-desk', undefined, 'north');
    await world.staff('dr-east', 'clinician', undefined, 'east');
    await world.staff('dr-north', 'clinician', undefined, 'north');
    const east = { reference: 'Organization/east' };
    for (const [type, id, more] of [
      ['HealthcareService', 'east-care', { providedBy: east }],
      ['Location', 'east-room', { managingOrganization: east }],
      ['Practitioner', 'nobodys', {}],
    ] as const)
      await world.ask('PUT', `/${type}/${id}`, {
        token: world.system,
        body: { resourceType: type, id, ...more },
      });
    const visit = (reference: string, more: object = {}, participation = 'accepted') => ({
      resourceType: 'Appointment',
      status: 'booked',
      start: '2031-03-03T10:00:00Z',
      end: '2031-03-03T10:20:00Z',
      participant: [
        { actor: { reference: 'Patient/p1' }, status: 'accepted' },
        { actor: { reference }, status: participation },
      ],
      ...more,
    });
    const make = (body: object, token = desk) => world.ask('POST', '/Appointment', { token, body });
    for (const reference of [
      'Practitioner/dr-east',
      `${world.base}/Practitioner/dr-east`,
      'PractitionerRole/dr-east-role',
      'HealthcareService/east-care',
      'Location/east-room',
    ]) {
      const taken = [
        visit(reference),
        visit(reference, {}, 'needs-action'),
        visit(reference, { status: 'proposed' }),
        visit(reference, { status: 'arrived' }),
      ];
      for (const body of taken) expect((await make(body)).status, reference).toBe(403);
      const asked = await make(visit(reference, { status: 'proposed' }, 'needs-action'));
      expect(asked.status, reference).toBe(201);
      const change = (body: object, token = desk) =>
        world.ask('PUT', `/Appointment/${asked.body.id}`, { token, body });
      expect((await change({ ...asked.body, status: 'booked' })).status).toBe(403);
      const booked = { ...asked.body, status: 'booked' };
      expect((await change(booked, world.system)).status).toBe(200);
      expect((await change({ ...booked, start: '2031-03-03T09:00:00Z' })).status).toBe(403);
      expect((await change({ ...booked, comment: 'Wheelchair' })).status).toBe(200);
      expect((await change({ ...booked, status: 'cancelled' })).status).toBe(200);
      const response = {
        resourceType: 'AppointmentResponse',
        appointment: { reference: `Appointment/${asked.body.id}` },
        actor: { reference },
        participantStatus: 'accepted',
      };
      const answered = await world.ask('POST', '/AppointmentResponse', { token: desk, body: response });
      expect(answered.status, reference).toBe(403);
    }
    for (const reference of ['Practitioner/dr-north', 'Practitioner/nobodys'])
      expect((await make(visit(reference))).status, reference).toBe(201);
    const slot = await newSlot();
    const { status } = await ask('$book', desk, parameters(appointment('p1', slot)));
    expect(status).toBe(201);
  });

  it('X16: is a few slots at a time, however many are asked for at once, or by one appointment', async () => {
    const slots = await newSlots(12);
    const answers = await Promise.all(slots.map((slot) => take('$hold', 'p6', slot)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(8);
    const held = answers.find(({ status }) => status === 201)?.body;
    const more = { slot: slots.slice(0, 8).map((id) => ({ reference: `Slot/${id}` })) };
    expect((await take('$hold', 'p7', 'slot-12', more)).status).toBe(422);
    // A hold that fails gives no place back that it had before.
    const again = { id: held.id, slot: held.slot };
    const wrong = await take('$hold', 'p6', '', { ...again, reasonCode: 'no list' });
    expect(wrong.status).toBe(400);
    const free = slots.find((_, i) => answers[i]?.status === 422) as string;
    expect((await take('$hold', 'p6', free)).status).toBe(422);
    await world.ask('POST', `/Appointment/${held.id}/$cancel`, { token: world.patient('p6', SCOPE) });
    expect((await take('$hold', 'p6', free)).status).toBe(201);
  });

  it('X16: is twenty visits to come, and gives back what is cancelled, by the clinic too', async () => {
    const slots = await newSlots(22);
    const answers = await Promise.all(slots.slice(0, 21).map((slot) => take('$book', 'p2', slot)));
    const booked = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ text }) => text)).toEqual([expect.stringContaining('Only 20 visits')]);
    const left = slots.filter((_, i) => answers[i]?.status !== 201);
    const replaces = { name: 'replaces', valueReference: { reference: `Appointment/${booked[0]?.body.id}` } };
    expect((await take('$book', 'p2', left[0] as string, {}, replaces)).status).toBe(201);
    expect((await take('$book', 'p2', left[1] as string)).status).toBe(422);
    const cancelled = { ...booked[1]?.body, status: 'cancelled', cancelationReason: { text: 'Closed' } };
    const closed = await world.ask('PUT', `/Appointment/${cancelled.id}`, {
      token: world.system,
      body: cancelled,
    });
    expect(closed.status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 61_000);
    const last = await take('$book', 'p2', left[1] as string);
    expect(last.status, last.text).toBe(201);
  });

  it('X16: shows nothing of who holds it, and a hold that is renewed ends when it would have', async () => {
    const slot = await newSlot();
    const held = await take('$hold', 'p3', slot);
    expect(held.status).toBe(201);
    const seen = await world.ask('GET', `/Slot/${slot}`, { token: world.patient('p0', SCOPE) });
    expect(seen.text).not.toMatch(/p3|Appointment/);
    expect(seen.text).not.toContain(held.body.id);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 9 * 60_000);
    expect((await take('$hold', 'p3', slot, { id: held.body.id })).status).toBe(201);
    vi.setSystemTime(Date.now() + 2 * 60_000);
    expect((await take('$book', 'p0', slot)).status).toBe(201);
    const late = await take('$book', 'p3', slot, { id: held.body.id });
    expect(late.status).toBe(409);
  });

  it('is not given back by an appointment that only names the slot', async () => {
    const slot = await newSlot();
    expect((await take('$book', 'p0', slot)).status).toBe(201);
    const token = world.patient('p1', SCOPE);
    const proposed = { ...appointment('p1', slot), slot: [{ reference: `Slot/${slot}` }] };
    const made = await world.ask('POST', '/Appointment', { token, body: proposed });
    expect(made.status).toBe(201);
    const cancelled = await world.ask('POST', `/Appointment/${made.body.id}/$cancel`, { token });
    expect(cancelled.status).toBe(200);
    expect(await slotStatus(slot)).toBe('busy');
  });

  it('has not begun yet, and is one time', async () => {
    const past = new Date(Date.now() - 3_600_000).toISOString();
    expect((await take('$book', 'p0', await newSlot({ start: past }))).status).toBe(409);
    const [one, other] = await newSlots(2);
    const apart = { slot: [one, other].map((id) => ({ reference: `Slot/${id}` })) };
    expect((await take('$book', 'p0', '', apart)).status).toBe(422);
  });

  it.each([
    ['participant', {}],
    ['participant', 'x'],
    ['participant', [null, 7]],
    ['slot', 'Slot/slot-1'],
    ['slot', [{ reference: 7 }]],
    ['id', { a: 1 }],
  ])('is refused, and not a fault of the server, with %s %j', async (element, value) => {
    const { status } = await ask(
      '$book',
      world.patient('p0', SCOPE),
      parameters({ ...appointment('p0', 'slot-11'), [element]: value }),
    );
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});

describe('times that the clinic proposes', () => {
  const proposal = (id: string, ...slots: readonly string[]) => ({
    resourceType: 'Appointment',
    id,
    status: 'proposed',
    created: new Date().toISOString(),
    description: 'Knee',
    ...(slots.length > 0
      ? {
          extension: slots.map((each) => ({
            url: 'urn:wellspring:proposed-slot',
            valueReference: { reference: `Slot/${each}` },
          })),
        }
      : {}),
    participant: [{ actor: { reference: 'Patient/p7' }, status: 'accepted' }],
  });
  const put = (body: { resourceType: string; id: string }) =>
    world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body });
  const choose = (patient: string, id: string, slot?: string) =>
    world.ask('POST', '/Appointment/$book', {
      token: world.patient(patient, SCOPE),
      body: {
        resourceType: 'Parameters',
        parameter: [
          // A reference below this server's base names the same as its relative form.
          { name: 'appt-id', valueReference: { reference: `${world.base}/Appointment/${id}` } },
          ...(slot ? [{ name: 'slot', valueReference: { reference: `${world.base}/Slot/${slot}` } }] : []),
        ],
      },
    });
  const requests = async () => {
    const query = '/Task?code=urn:wellspring:task|visit-request&patient=p7&status=requested';
    return ((await world.ask('GET', query, { token: world.system })).body.entry ?? []).length;
  };

  it('are the patient’s to pick one of: the request becomes the visit; declined, it waits for the clinic again', async () => {
    for (const [i, id] of ['prop-a', 'prop-b', 'prop-c'].entries())
      await put({
        resourceType: 'Slot',
        id,
        schedule: { reference: 'Schedule/osei' },
        status: 'free',
        start: `${day}T21:${i}0:00Z`,
        end: `${day}T21:${i}5:00Z`,
      } as never);
    await put(proposal('asked'));
    expect(await requests()).toBe(1);
    await put(proposal('asked', 'prop-a', 'prop-b'));
    expect(await requests()).toBe(0);
    const declined = await world.ask('POST', '/Appointment/asked/$cancel', {
      token: world.patient('p7', SCOPE),
      body: { resourceType: 'Parameters', parameter: [] },
    });
    expect(declined.body).toMatchObject({ status: 'proposed', description: 'Knee' });
    expect([declined.body.extension, await requests()]).toEqual([undefined, 1]);
    await put(proposal('asked', 'prop-a', 'prop-b'));
    expect((await choose('p7', 'asked')).status).toBe(400);
    expect((await choose('p7', 'asked', 'prop-c')).status).toBe(400);
    expect((await choose('p6', 'asked', 'prop-a')).status).toBe(404);
    await take('$book', 'p6', 'prop-a');
    expect((await choose('p7', 'asked', 'prop-a')).status).toBe(409);
    expect((await choose('p7', 'asked', 'prop-b')).status).toBe(201);
    const { body } = await world.ask('GET', '/Appointment/asked', { token: world.system });
    expect(body).toMatchObject({
      status: 'booked',
      slot: [{ reference: 'Slot/prop-b' }],
      description: 'Knee',
    });
    expect([body.extension, await slotStatus('prop-b')]).toEqual([undefined, 'busy']);
    expect((await choose('p7', 'asked', 'prop-c')).status).toBe(409);
  });

  it('are of a visit that stays kept from whom it was, when it is booked, and when it is moved', async () => {
    for (const [i, id] of ['kept-a', 'kept-b'].entries())
      await put({
        resourceType: 'Slot',
        id,
        schedule: { reference: 'Schedule/osei' },
        status: 'free',
        start: `${day}T22:${i}0:00Z`,
        end: `${day}T22:${i}5:00Z`,
      } as never);
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }];
    await put({ ...proposal('kept', 'kept-a'), meta: { security } } as never);
    const booked = await choose('p7', 'kept', 'kept-a');
    expect([booked.status, booked.body.meta.security]).toEqual([201, security]);
    const replaces = { name: 'replaces', valueReference: { reference: 'Appointment/kept' } };
    const moved = await take('$book', 'p7', 'kept-b', {}, replaces);
    expect([moved.status, moved.body.meta.security]).toEqual([201, security]);
  });

  it('are nobody’s to propose who is a patient', async () => {
    const made = await world.ask('POST', '/Appointment', {
      token: world.patient('p7', SCOPE),
      body: { ...proposal('x', 'prop-c'), id: undefined },
    });
    expect(made.status).toBe(422);
  });
});

describe('$find, by how and for what', () => {
  const VIRTUAL = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
  const virtual = (...parts: object[]) => ({ url: VIRTUAL, extension: parts });
  const ROOM = virtual(
    { url: 'channelType', valueCoding: { code: 'clinic-video' } },
    { url: 'address', valueUrl: 'https://video.example/osei' },
  );
  const DENTAL = { coding: [{ system: 'http://example.org/services', code: 'dental' }] };
  const PHONE = virtual({ url: 'address', valueContactPoint: { system: 'phone', value: '555-0100' } });
  const onDay = (time: string): string => at(0).replace('T00:00', `T${time}`);

  beforeAll(async () => {
    const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    });
    const schedule = (id: string, more: object) => ({
      resourceType: 'Schedule',
      id,
      actor: [{ reference: 'Practitioner/osei' }, { reference: 'Location/hill' }],
      serviceType: [{ text: 'Primary care' }],
      ...more,
    });
    const slot = (id: string, on: string, time: string, more: object = {}) => ({
      resourceType: 'Slot',
      id,
      schedule: { reference: `Schedule/${on}` },
      status: 'free',
      start: onDay(time),
      end: onDay(time.replace(':00', ':20')),
      ...more,
    });
    const checkup = {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: 'CHECKUP' }],
    };
    const body = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        put({ resourceType: 'Location', id: 'hill' }),
        put(schedule('mixed', {})),
        put(schedule('calls', { extension: [PHONE], serviceType: [DENTAL], specialty: [DENTAL] })),
        put(slot('there', 'mixed', '01:00')),
        put(slot('seen', 'mixed', '02:00', { extension: [ROOM] })),
        put(slot('yearly', 'mixed', '03:00', { appointmentType: checkup })),
        put(slot('called', 'calls', '04:00')),
        put(slot('other', 'calls', '05:00', { serviceType: [{ coding: [{ code: 'eyes' }] }] })),
      ],
    };
    expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
  });

  const slots = async (query: string): Promise<string[]> => {
    const { body } = await find('p0', `&schedule=Schedule/mixed,Schedule/calls${query}`);
    return (body.entry ?? []).map(({ resource }: { resource: { slot: { reference: string }[] } }) =>
      resource.slot[0]?.reference.slice(5),
    );
  };

  it('tells what is in person, by video and by phone, by the slot or by its schedule', async () => {
    expect(await slots('')).toEqual(['there', 'seen', 'yearly', 'called', 'other']);
    expect(await slots('&mode=in-person')).toEqual(['there', 'yearly']);
    expect(await slots('&mode=video')).toEqual(['seen']);
    expect(await slots('&mode=phone')).toEqual(['called', 'other']);
    expect(await slots('&mode=video&mode=phone')).toEqual(['seen', 'called', 'other']);
    expect(await slots('&location=hill')).toEqual(['there', 'yearly']);
    expect((await find('p0', '&mode=hologram')).status).toBe(400);
    expect((await find('p0', '&_count=0')).status).toBe(400);
  });

  it('is for what the slot says, and where it says nothing for what its schedule does', async () => {
    expect(await slots('&service-type=http://example.org/services|dental')).toEqual(['called']);
    expect(await slots('&service-type=dental,eyes')).toEqual(['called', 'other']);
    expect(await slots('&specialty=dental')).toEqual(['called', 'other']);
    expect(await slots('&specialty=dental&service-type=eyes')).toEqual(['other']);
    expect(await slots('&service-type=nothing')).toEqual([]);
  });

  it('keeps a time for the kind of visit that it is for, and finds past a page of others', async () => {
    expect(await slots('&appointment-type=FOLLOWUP')).toEqual(['there', 'seen', 'called', 'other']);
    expect(await slots('&appointment-type=CHECKUP&mode=in-person&_count=1')).toEqual(['there']);
    expect(await slots('&appointment-type=CHECKUP')).toEqual(['there', 'seen', 'yearly', 'called', 'other']);
    expect(await slots('&mode=phone&_count=1')).toEqual(['called']);
  });

  it('a booked visit by video has its room, what it is about, and no place of the clinic', async () => {
    const asked = {
      comment: 'It began on Monday.',
      reasonCode: [{ text: 'New problem' }],
      extension: [ROOM],
    };
    const other = await take('$book', 'p7', 'seen', { ...asked, extension: [PHONE] });
    expect([other.status, other.body.issue?.[0].expression]).toEqual([422, ['Appointment.extension']]);
    const { status, body } = await take('$book', 'p7', 'seen', asked);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...asked, serviceType: [{ text: 'Primary care' }] });
    expect(body.participant.map(({ actor }: { actor: { reference: string } }) => actor.reference)).toEqual([
      'Patient/p7',
      'Practitioner/osei',
    ]);
  });

  it('whoever asks for a visit does not say where its meeting is', async () => {
    const body = {
      resourceType: 'Appointment',
      status: 'proposed',
      participant: [{ actor: { reference: 'Patient/p6' }, status: 'accepted' }],
    };
    const ask = (more: object) =>
      world.ask('POST', '/Appointment', { token: world.patient('p6', SCOPE), body: { ...body, ...more } });
    const refused = await ask({ extension: [ROOM] });
    expect(refused.status).toBe(422);
    expect(refused.body.issue[0].diagnostics).toContain('where a meeting is');
    expect((await ask({})).status).toBe(201);
  });
});

describe('on a day on which the clinic is closed', () => {
  const closedDay = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const nextDay = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const bookedAs = (slot: string, token: string) =>
    world.ask('POST', '/Appointment/$book', { token, body: parameters(appointment('p7', slot)) });

  beforeAll(async () => {
    const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    });
    const slot = (id: string, schedule: string, start: string, end: string) =>
      put({
        resourceType: 'Slot',
        id,
        status: 'free',
        schedule: { reference: `Schedule/${schedule}` },
        start,
        end,
      } as { resourceType: string; id: string });
    const service = (id: string, more: object) =>
      put({
        resourceType: 'HealthcareService',
        id,
        providedBy: { reference: 'Organization/western' },
        ...more,
      } as { resourceType: string; id: string });
    const schedule = (id: string, ...actors: string[]) =>
      put({ resourceType: 'Schedule', id, actor: actors.map((reference) => ({ reference })) } as {
        resourceType: string;
        id: string;
      });
    const during = { start: closedDay, end: closedDay };
    const east = { reference: 'Organization/eastern' };
    const entry = [
      put({
        resourceType: 'Organization',
        id: 'western',
        name: 'Western',
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/timezone',
            valueCode: 'America/Los_Angeles',
          },
        ],
      } as { resourceType: string; id: string }),
      service('shut', { notAvailable: [{ description: 'Feast', during }] }),
      service('busy', {}),
      schedule('shut', 'Practitioner/ruiz', 'HealthcareService/shut'),
      schedule('busy', 'Practitioner/osei', 'HealthcareService/busy'),
      // Seven in the evening at the clinic is the next day in UTC.
      slot('shut-day', 'shut', `${closedDay}T17:00:00Z`, `${closedDay}T17:20:00Z`),
      slot('shut-evening', 'shut', `${nextDay}T03:00:00Z`, `${nextDay}T03:20:00Z`),
      slot('shut-after', 'shut', `${nextDay}T17:00:00Z`, `${nextDay}T17:20:00Z`),
      // Across its midnights there, seven or eight in the morning in UTC.
      slot('shut-into', 'shut', `${closedDay}T06:30:00Z`, `${closedDay}T08:30:00Z`),
      slot('shut-out-of', 'shut', `${nextDay}T06:30:00Z`, `${nextDay}T08:30:00Z`),
      slot('busy-day', 'busy', `${closedDay}T17:00:00Z`, `${closedDay}T17:20:00Z`),
      // Another clinic, whose schedules say where they are and not for what.
      put({ resourceType: 'Organization', id: 'eastern', name: 'Eastern' } as {
        resourceType: string;
        id: string;
      }),
      service('east-a', { providedBy: east, notAvailable: [{ description: 'Move', during }] }),
      service('east-b', { providedBy: east, notAvailable: [{ description: 'Move', during }] }),
      service('east-c', { providedBy: east, active: false }),
      ...['eastern', 'western'].map((clinic) =>
        put({
          resourceType: 'Location',
          id: `at-${clinic}`,
          managingOrganization: { reference: `Organization/${clinic}` },
        } as { resourceType: string; id: string }),
      ),
      schedule('no-service-east', 'Practitioner/ruiz', 'Location/at-eastern'),
      schedule('no-service-west', 'Practitioner/osei', 'Location/at-western'),
      slot('east-day', 'no-service-east', `${closedDay}T17:00:00Z`, `${closedDay}T17:20:00Z`),
      slot('east-after', 'no-service-east', `${nextDay}T17:40:00Z`, `${nextDay}T18:00:00Z`),
      // One of its services is closed, the clinic is not.
      slot('west-day', 'no-service-west', `${closedDay}T17:40:00Z`, `${closedDay}T18:00:00Z`),
    ];
    const body = { resourceType: 'Bundle', type: 'transaction', entry };
    const loaded = await world.ask('POST', '', { token: world.system, body });
    expect(loaded.status, JSON.stringify(loaded.body)).toBe(200);
  });

  it('nothing is offered, also where another system made it free; by the clinic’s clock', async () => {
    const { body } = await world.ask(
      'GET',
      `/Appointment/$find?start=${closedDay}T00:00:00Z&end=${nextDay}T23:59:00Z`,
      { token: world.patient('p7', SCOPE) },
    );
    expect(
      body.entry.map(
        ({ resource }: { resource: { slot: { reference: string }[] } }) => resource.slot[0]?.reference,
      ),
    ).toEqual(['Slot/busy-day', 'Slot/west-day', 'Slot/shut-after', 'Slot/east-after']);
  });

  it('nothing is held or booked, by whomever, and why is said; what is free before and after is', async () => {
    const own = world.patient('p7', SCOPE);
    for (const token of [own, world.system])
      for (const slot of ['shut-day', 'shut-evening', 'shut-into', 'shut-out-of']) {
        const { status, body } = await bookedAs(slot, token);
        expect([status, body.issue[0]]).toMatchObject([
          409,
          { diagnostics: expect.stringContaining('closed'), expression: ['Appointment.slot'] },
        ]);
      }
    expect((await take('$hold', 'p7', 'shut-day')).status).toBe(409);
    expect((await bookedAs('east-day', own)).status).toBe(409);
    expect((await bookedAs('west-day', own)).status).toBe(201);
    expect(await slotStatus('shut-day')).toBe('free');
    expect((await bookedAs('busy-day', own)).status).toBe(201);
    expect((await bookedAs('shut-after', own)).status).toBe(201);
  });
});
