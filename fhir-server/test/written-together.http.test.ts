/** What the server writes of its own beside a transaction is one version of each resource, of which nobody else is another; by real requests, on each store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from './resources.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

type Body = { readonly resourceType: string; readonly id?: string; readonly [member: string]: unknown };
type Resource = Body & { readonly id: string };

/** Of a store without transactions there are none. */
const ABLE = STORES.filter(([name]) => name === 'SQLite' || hasTransactions);
const RESTRICTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const DAY = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, 10);
const ref = (reference: string) => ({ reference });
const TIMES = { start: `${DAY}T09:00:00Z`, end: `${DAY}T09:30:00Z` };

describe.each(ABLE)('written in one transaction on %s', (_, open) => {
  let world: World;
  const transaction = (...entries: readonly (Body | string)[]) =>
    world.ask('POST', '', {
      token: world.system,
      headers: { Prefer: 'return=representation' },
      body: {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: entries.map((each) => {
          if (typeof each === 'string') return { request: { method: 'DELETE', url: each } };
          const { resourceType, id } = each;
          const request = id
            ? { method: 'PUT', url: `${resourceType}/${id}` }
            : { method: 'POST', url: resourceType };
          return { resource: each, request };
        }),
      },
    });
  const done = async (...entries: readonly (Body | string)[]): Promise<Resource[]> => {
    const { status, text, body } = await transaction(...entries);
    expect(status, text).toBe(200);
    return body.entry.map(({ resource }: { resource: Resource }) => resource);
  };
  const read = async (name: string) => (await world.ask('GET', `/${name}`, { token: world.system })).body;
  const put = async (...bodies: readonly Resource[]): Promise<void> => {
    await done(...bodies);
  };

  beforeAll(async () => {
    world = await open();
    await put(
      patient('a'),
      patient('b'),
      { resourceType: 'Practitioner', id: 'ruiz' },
      { resourceType: 'Schedule', id: 'day', actor: [ref('Practitioner/ruiz')] },
    );
  });
  afterAll(() => world?.close());

  describe('a slot', () => {
    const slot = (id: string, more: object = {}): Resource => ({
      resourceType: 'Slot',
      id,
      schedule: ref('Schedule/day'),
      status: 'free',
      ...TIMES,
      ...more,
    });
    const visit = (of: string, slotId: string, more: object = {}): Body => ({
      resourceType: 'Appointment',
      status: 'booked',
      ...TIMES,
      slot: [ref(`Slot/${slotId}`)],
      participant: [{ actor: ref(`Patient/${of}`), status: 'accepted' }],
      ...more,
    });
    const statusOf = async (id: string): Promise<string> => (await read(`Slot/${id}`)).status;

    it.each([
      ['is cancelled', (first: Resource) => ({ ...first, status: 'cancelled' })],
      ['is deleted', ({ id }: Resource) => `Appointment/${id}`],
      ['is moved', (first: Resource) => ({ ...first, slot: [ref('Slot/other')] })],
    ])('passes from the visit that %s to the one that is booked', async (name, ends) => {
      const id = `passes-${name.replaceAll(' ', '-')}`;
      await put(slot(id), slot('other'));
      const [first] = await done(visit('a', id));
      const { meta } = await read(`Slot/${id}`);
      await done(ends(first as Resource), visit('b', id));
      const after = await read(`Slot/${id}`);
      expect([after.status, Number(after.meta.versionId)]).toEqual(['busy', Number(meta.versionId) + 1]);
      expect((await transaction(visit('a', id))).status).toBe(409);
    });

    it('is exchanged by two visits that are there', async () => {
      await put(slot('one'), slot('two'));
      const [first, second] = await done(visit('a', 'one'), visit('b', 'two'));
      await done(
        { ...first, slot: [ref('Slot/two')] } as Resource,
        { ...second, slot: [ref('Slot/one')] } as Resource,
      );
      expect([await statusOf('one'), await statusOf('two')]).toEqual(['busy', 'busy']);
    });

    it('is deleted with its visit', async () => {
      await put(slot('goes'));
      const [first] = await done(visit('a', 'goes'));
      await done(`Appointment/${first?.id}`, 'Slot/goes');
      expect((await world.ask('GET', '/Slot/goes', { token: world.system })).status).toBe(410);
    });

    it('of several visits is free when all of them are gone, and not before', async () => {
      await put(slot('many', { overbooked: true }));
      const [first, second, third] = await done(visit('a', 'many'), visit('b', 'many'), visit('b', 'many'));
      await done(
        { ...first, status: 'cancelled' } as Resource,
        { ...second, description: 'Knee' } as Resource,
        `Appointment/${third?.id}`,
      );
      expect(await statusOf('many')).toBe('busy');
      const [fourth] = await done(visit('a', 'many'));
      await done(`Appointment/${second?.id}`, `Appointment/${fourth?.id}`);
      expect(await statusOf('many')).toBe('free');
    });

    it.each([
      ['is there', true],
      ['is new', false],
    ])('that %s and is written with its visit is one visit’s of many at once', async (name, isThere) => {
      for (let run = 0; run < 5; run++) {
        const id = `raced-${name.replace(' ', '-')}-${run}`;
        if (isThere) await put(slot(id));
        const busy = slot(id, { status: 'busy' });
        const answers = await Promise.all(
          Array.from({ length: 4 }, (_unused, i) => transaction(busy, visit(i % 2 ? 'a' : 'b', id))),
        );
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
      }
    });
  });

  describe('what is deleted', () => {
    const documented = (id: string): Resource => ({
      resourceType: 'DocumentReference',
      id,
      status: 'current',
      subject: ref('Patient/a'),
      author: [ref('Patient/a')],
      content: [{ attachment: { title: 'Letter' } }],
    });
    const message = (more: object = {}): Body => ({
      resourceType: 'Communication',
      status: 'completed',
      subject: ref('Patient/a'),
      sender: ref('Patient/a'),
      recipient: [ref('Practitioner/ruiz')],
      sent: new Date().toISOString(),
      payload: [{ contentString: 'It does not go away.' }],
      ...more,
    });
    const tasksAbout = async (group: string): Promise<Resource[]> => {
      const { body } = await world.ask('GET', '/Task?_count=500&_sort=_lastUpdated', { token: world.system });
      return (body.entry ?? [])
        .map(({ resource }: { resource: Resource }) => resource)
        .filter(({ groupIdentifier }: Resource) => JSON.stringify(groupIdentifier)?.includes(group));
    };
    const own = () => world.patient('a', 'openid fhirUser launch/patient patient/*.cruds');
    const sent = async (body: Body): Promise<Resource> => {
      const answer = await world.ask('POST', `/${body.resourceType}`, { token: own(), body });
      expect(answer.status, answer.text).toBe(201);
      return answer.body;
    };
    const topic = async (): Promise<Resource> =>
      sent(message({ payload: undefined, topic: { text: 'Knee' } }));

    it('goes with its item of work, finished or deleted', async () => {
      for (const end of ['completed', 'deleted']) {
        const { id } = await sent(message());
        const [task] = await tasksAbout(id);
        const { focus: _, ...rest } = task as Resource;
        await done(
          `Communication/${id}`,
          end === 'deleted' ? `Task/${task?.id}` : ({ ...rest, status: 'completed' } as Resource),
        );
        expect((await tasksAbout(id)).map(({ status }) => status)).toEqual(
          end === 'deleted' ? [] : ['completed'],
        );
      }
    });

    it('goes with the answer to what its item of work stood for', async () => {
      const head = await topic();
      const first = await sent(message({ partOf: [ref(`Communication/${head.id}`)] }));
      await done(
        `Communication/${first.id}`,
        message({
          partOf: [ref(`Communication/${head.id}`)],
          sender: ref('Practitioner/ruiz'),
          recipient: [ref('Patient/a')],
        }),
      );
      const tasks = await tasksAbout(head.id);
      expect(tasks.map(({ status, focus }) => [status, focus])).toEqual([['cancelled', undefined]]);
    });

    it('leaves what comes in its place to wait by itself', async () => {
      const head = await topic();
      const first = await sent(message({ partOf: [ref(`Communication/${head.id}`)] }));
      const [, second] = await done(
        `Communication/${first.id}`,
        message({ partOf: [ref(`Communication/${head.id}`)] }),
      );
      const tasks = await tasksAbout(head.id);
      expect(tasks.map(({ status, focus }) => [status, focus]).toSorted()).toEqual([
        ['cancelled', undefined],
        ['requested', ref(`Communication/${second?.id}`)],
      ]);
    });

    it('is answered, and its item of work deleted', async () => {
      const first = await sent(message());
      const [task] = await tasksAbout(first.id);
      await done(
        message({
          inResponseTo: [ref(`Communication/${first.id}`)],
          sender: ref('Practitioner/ruiz'),
          recipient: [ref('Patient/a')],
        }),
        `Task/${task?.id}`,
      );
      expect(await tasksAbout(first.id)).toEqual([]);
    });

    it('is no file that still gets the labels of what named it', async () => {
      const file = (id: string): Resource => ({
        resourceType: 'Binary',
        id,
        contentType: 'text/plain',
        data: 'eA==',
      });
      const of = (id: string, more: object = {}): Resource => ({
        ...documented('keeps'),
        content: [{ attachment: { url: `Binary/${id}` } }],
        ...more,
      });
      await put(file('f1'), file('f2'), of('f1', { meta: { security: [RESTRICTED] } }));
      await done(of('f2'), 'Binary/f1');
      expect((await world.ask('GET', '/Binary/f1', { token: world.system })).status).toBe(410);
    });
  });
});
