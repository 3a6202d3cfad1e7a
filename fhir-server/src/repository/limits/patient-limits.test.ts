import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asPatient, asProxy, contextOf } from '../../../test/in-memory.ts';
import type { AccessContext } from '../../access/access-context.ts';
import { onBehalf } from '../../access/on-behalf.ts';
import { PATIENT_RULES } from '../../access/write-rules.ts';
import type { Write } from '../writes/write.ts';
import { createPatientLimits, PATIENT_CHANGES, PATIENT_LIMITS } from './patient-limits.ts';

/** Notes as a store keeps them, and resources of which only id and status are asked. */
function storeOf(states: Map<string, string>) {
  const kept = new Map<string, string>();
  return {
    getNote: async (name: string) => kept.get(name),
    swapNote: async (name: string, expected: string | undefined, value: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (kept.get(name) !== expected) return false;
      kept.set(name, value);
      return true;
    },
    search: async ({ where }: { where: unknown }) => {
      const text = JSON.stringify(where);
      const matches = [...states].filter(
        ([id, status]) => text.includes(`"${id}"`) && text.includes(`"${status}"`),
      );
      return { matches: matches.map(([id]) => ({ id })), positions: [], next: undefined, total: undefined };
    },
  };
}

const create = (resourceType: string, id: string, status: string): Write => ({
  interaction: 'create',
  resource: { resourceType, status },
  id,
});
const change = (resourceType: string, id: string, status: string): Write => ({
  interaction: 'update',
  resource: { resourceType, status },
  id,
});

function world() {
  const clock = { now: 1e12 };
  const states = new Map<string, string>();
  const limits = createPatientLimits(storeOf(states) as never, () => clock.now);
  /** How it ended: made, found there, or refused with this status. */
  const write = async (
    access: AccessContext,
    writes: readonly Write[],
    outcome: 'created' | 'found' | 'fails' = 'created',
  ): Promise<unknown> => {
    try {
      await limits.within(access, writes, async () => {
        if (outcome === 'fails') throw Object.assign(new Error('refused'), { status: 400 });
        for (const each of writes)
          if (each.interaction !== 'delete' && outcome === 'created')
            states.set(each.id, String(each.resource.status));
        return writes.map(() => ({ outcome }));
      });
      return outcome;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };
  return { clock, states, write };
}

const count = <T>(values: readonly T[], value: T): number => values.filter((each) => each === value).length;

describe('what a patient-level token may create', () => {
  it('has a row of its own, each type of it', () => {
    const creatable = Object.entries(PATIENT_RULES).flatMap(([type, { create: may }]) => (may ? type : []));
    expect(Object.keys(PATIENT_LIMITS).sort()).toEqual([...creatable, 'Subscription'].sort());
  });

  it('is counted in the states in which the write rules let it be made, and in no other', () => {
    for (const [type, { waiting }] of Object.entries(PATIENT_LIMITS)) {
      const may = PATIENT_RULES[type]?.create?.status;
      if (may && waiting) for (const status of waiting.made) expect(may, type).toContain(status);
      for (const status of waiting?.made ?? []) expect(waiting?.open, type).toContain(status);
    }
    expect(PATIENT_LIMITS.Task?.waiting?.made).toEqual(expect.arrayContaining(['requested', 'draft']));
  });

  it('lets two thousand blood pressures of a file through in a day, each with its pulse, and ends', async () => {
    const { write } = world();
    const send = (request: number) =>
      write(
        asPatient('ana'),
        Array.from({ length: 100 }, (_, i) => create('Observation', `${request}-${i}`, 'final')),
      );
    for (let request = 0; request < 40; request++) expect(await send(request)).toBe('created');
    const after = await Promise.all(Array.from({ length: 20 }, (_, i) => send(100 + i)));
    expect(after).toContain(429);
  });

  it.each(
    Object.entries(PATIENT_LIMITS).flatMap(([type, { waiting }]) => (waiting ? [[type, waiting]] : [])),
  )(
    'waits for the clinic so many at a time, however many are sent at once: %s',
    async (type, { most, made }) => {
      const { write } = world();
      const statuses = made as readonly string[];
      const answers = await Promise.all(
        Array.from({ length: most + 20 }, (_, i) =>
          write(asPatient('a'), [create(type, `x${i}`, statuses[i % statuses.length] as string)]),
        ),
      );
      expect(count(answers, 'created')).toBe(most);
      expect(count(answers, 422)).toBe(20);
      expect(await write(asPatient('b'), [create(type, 'y', statuses[0] as string)])).toBe('created');
    },
  );

  it('is all or nothing in a transaction, and takes no place where nothing was made', async () => {
    const { write, states } = world();
    const many = (from: number, length: number) =>
      Array.from({ length }, (_, i) => create('Task', `t${from + i}`, 'requested'));
    expect(await write(asPatient('a'), [...many(0, 31), create('Coverage', 'c', 'draft')])).toBe(422);
    expect(states.size).toBe(0);
    expect(await write(asPatient('a'), many(0, 30), 'fails')).toBe(400);
    expect(await write(asPatient('a'), many(0, 30), 'found')).toBe('found');
    expect(await write(asPatient('a'), many(0, 30))).toBe('created');
    expect(await write(asPatient('a'), many(40, 1))).toBe(422);
  });

  it('has a place again when the clinic has answered, or it was taken back', async () => {
    const { write, states, clock } = world();
    for (let i = 0; i < 30; i++) await write(asPatient('a'), [create('Task', `t${i}`, 'requested')]);
    expect(await write(asPatient('a'), [create('Task', 'more', 'requested')])).toBe(422);
    states.set('t3', 'completed');
    states.set('t4', 'cancelled');
    states.set('t5', 'on-hold');
    clock.now += 60_001;
    expect(await write(asPatient('a'), [create('Task', 'more', 'requested')])).toBe('created');
    expect(await write(asPatient('a'), [create('Task', 'next', 'requested')])).toBe('created');
    expect(await write(asPatient('a'), [create('Task', 'last', 'requested')])).toBe(422);
  });

  it('is each person’s own: whoever was let in takes none of the patient’s places', async () => {
    const { write } = world();
    for (let i = 0; i < 30; i++)
      expect(await write(asProxy('a'), [create('Task', `p${i}`, 'requested')])).toBe('created');
    expect(await write(asProxy('a'), [create('Task', 'p', 'requested')])).toBe(422);
    expect(await write(asPatient('a'), [create('Task', 't', 'requested')])).toBe('created');
  });

  it('is not more by what is brought back: a subscription that was off', async () => {
    const { write } = world();
    for (let i = 0; i < 40; i++)
      expect(await write(asPatient('a'), [create('Subscription', `s${i}`, 'off')])).toBe('created');
    const opened = [];
    for (let i = 0; i < 40; i++)
      opened.push(await write(asPatient('a'), [change('Subscription', `s${i}`, 'requested')]));
    expect(count(opened, 'created')).toBe(20);
  });

  it('ends for a day at its number, and comes back little by little', async () => {
    const { write, clock } = world();
    const message = (i: number) => [create('Communication', `m${i}`, 'completed')];
    const most = PATIENT_LIMITS.Communication?.aDay ?? 0;
    for (let i = 0; i < most; i++) expect(await write(asPatient('a'), message(i))).toBe('created');
    expect(await write(asPatient('a'), message(most))).toBe(429);
    expect(await write(asPatient('a'), [create('Observation', 'o', 'final')])).toBe('created');
    clock.now += 86_400_000 / most + 1000;
    expect(await write(asPatient('a'), message(most))).toBe('created');
    expect(await write(asPatient('a'), message(most + 1))).toBe(429);
    clock.now += 86_400_000;
    expect(await write(asPatient('a'), message(most + 2), 'fails')).toBe(400);
    for (let i = 0; i < most; i++) await write(asPatient('a'), message(most + 3 + i));
    expect(await write(asPatient('a'), message(9999))).toBe(429);
  });

  it('is as much in a day as its characters, however few resources that is', async () => {
    const { write, clock } = world();
    const big = (resourceType: string, id: string): Write => ({
      interaction: 'create',
      resource: { resourceType, status: 'final', note: [{ text: 'x'.repeat(1_900_000) }] },
      id,
    });
    for (let i = 0; i < 10; i++)
      expect(await write(asPatient('a'), [big('Observation', `o${i}`)], 'created')).toBe('created');
    expect(await write(asPatient('a'), [big('Observation', 'more')])).toBe(429);
    expect(await write(asPatient('a'), [create('Observation', 'small', 'final')])).toBe('created');
    expect(await write(asPatient('b'), [big('Observation', 'other')])).toBe('created');
    for (let i = 0; i < 20; i++)
      expect(await write(asPatient('a'), [big('DocumentReference', `d${i}`)])).toBe('created');
    clock.now += 86_400_000;
    expect(await write(asPatient('a'), [big('Observation', 'fails')], 'fails')).toBe(400);
    for (let i = 0; i < 10; i++)
      expect(await write(asPatient('a'), [big('Observation', `n${i}`)])).toBe('created');
  });

  it('and changes of what is there, too', async () => {
    const { write } = world();
    const many = Array.from({ length: 2500 }, () => change('Task', 't', 'cancelled'));
    expect(await write(asPatient('a'), many)).toBe('created');
    expect(await write(asPatient('a'), many)).toBe('created');
    expect(await write(asPatient('a'), [change('Task', 't', 'cancelled')])).toBe(429);
    expect(await write(asPatient('a'), [change('Coverage', 'c', 'cancelled')])).toBe(429);
    expect(await write(asPatient('a'), [change('Patient', 'a', '')])).toBe('created');
  });

  it.each(Object.entries(PATIENT_CHANGES))(
    'fewer of what somebody is told of each time: changes of a %s',
    async (type, { aDay }) => {
      const { write } = world();
      for (let i = 0; i < aDay; i++)
        expect(await write(asPatient('a'), [change(type, 'a', '')])).toBe('created');
      expect(await write(asPatient('a'), [change(type, 'a', '')])).toBe(429);
      expect(await write(asProxy('r', 'a'), [change(type, 'a', '')])).toBe('created');
    },
  );

  it('and what an operation writes for the person, as what it is: made, where it chose the id', async () => {
    const { write } = world();
    const booking = (access: AccessContext, id: string) =>
      write(onBehalf(access, 'system/Appointment.crus system/Slot.ru'), [
        { ...change('Appointment', id, 'booked'), expectedVersion: 0 } as Write,
        { ...change('Slot', `of-${id}`, 'busy'), expectedVersion: 3 } as Write,
      ]);
    const most = PATIENT_LIMITS.Appointment?.aDay ?? 0;
    for (let i = 0; i < most; i++) expect(await booking(asPatient('a'), `v${i}`)).toBe('created');
    expect(await booking(asPatient('a'), 'more')).toBe(429);
    expect(await write(asPatient('a'), [create('Appointment', 'asked', 'proposed')])).toBe(429);
    for (let i = 0; i < most + 1; i++)
      expect(await booking(contextOf('user/*.cruds', { user: 'Practitioner/x' }), `s${i}`)).toBe('created');
  });

  it('is nothing to staff and systems', async () => {
    const { write } = world();
    const many = Array.from({ length: 500 }, (_, i) => create('Task', `t${i}`, 'requested'));
    for (const access of [contextOf('system/*.cruds'), contextOf('user/*.cruds', { user: 'Practitioner/x' })])
      expect(await write(access, many)).toBe('created');
  });

  it('never passes a day’s number, whatever is tried in whatever order', async () => {
    const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 60 }), later: fc.nat(3_600_000) }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (tries) => {
        const { write, clock } = world();
        const most = PATIENT_LIMITS.DocumentReference?.aDay ?? 0;
        let made = 0;
        let id = 0;
        const began = clock.now;
        for (const { size, later } of tries) {
          const some = Array.from({ length: size }, () => create('DocumentReference', `d${id++}`, 'current'));
          if ((await write(asPatient('a'), some)) === 'created') made += size;
          expect(made).toBeLessThanOrEqual(most * (1 + (clock.now - began) / 86_400_000) + 1e-6);
          clock.now += later;
        }
      }),
      { numRuns: 50 },
    );
  });
});
