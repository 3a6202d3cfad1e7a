/** What comes while its Task is open: whoever has not seen it neither answers nor finishes it, whatever door they use; by real requests, on each store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from './resources.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

type Resource = { resourceType: string; id: string; [element: string]: unknown };

describe.each(STORES)('on %s', (_, open) => {
  let world: World;
  let own: string;
  let nurse: string;

  beforeAll(async () => {
    world = await open();
    await put({ resourceType: 'Practitioner', id: 'ruiz', name: [{ text: 'Dr. Elena Ruiz' }] });
    await put(patient('a', { generalPractitioner: [{ reference: 'Practitioner/ruiz' }] }));
    await put({
      resourceType: 'CareTeam',
      id: 'team',
      status: 'active',
      subject: ref('Patient/a'),
      participant: [{ member: ref('Practitioner/ruiz') }],
    });
    own = world.patient('a', 'openid fhirUser launch/patient patient/*.cruds');
    nurse = await world.staff('nina', 'nurse', 'user/*.cruds');
  });
  afterAll(() => world.close());

  const ref = (reference: string) => ({ reference });
  const now = (): string => new Date().toISOString();
  const put = (resource: Resource, token = world.system) =>
    world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token, body: resource });
  async function post(body: Omit<Resource, 'id'>, token = own): Promise<Resource> {
    const answer = await world.ask('POST', `/${body.resourceType}`, { token, body });
    expect(answer.status, answer.text).toBe(201);
    return answer.body as Resource;
  }
  async function filed(kind: string, token = nurse): Promise<Resource[]> {
    const address = `/Task?code=urn:wellspring:task|${kind}&_sort=authored-on&_count=100`;
    const { body } = await world.ask('GET', address, { token });
    return (body.entry ?? []).map(({ resource }: { resource: Resource }) => resource);
  }
  const message = (change: object = {}) => ({
    resourceType: 'Communication',
    status: 'completed',
    subject: ref('Patient/a'),
    sender: ref('Patient/a'),
    recipient: [ref('Practitioner/ruiz')],
    topic: { text: 'Cough' },
    sent: now(),
    payload: [{ contentString: 'It does not go away.' }],
    ...change,
  });
  const answerTo = (id: string) =>
    message({
      sender: ref('Practitioner/nina'),
      recipient: [ref('Patient/a')],
      inResponseTo: [ref(`Communication/${id}`)],
    });

  describe('a message that comes while another one of its conversation is open', () => {
    const again = (before: string, change = {}) =>
      post(message({ inResponseTo: [ref(`Communication/${before}`)], ...change }));
    const taskOf = async (id: string): Promise<Resource> =>
      (await filed('message')).find(({ focus }) => JSON.stringify(focus).includes(id)) as Resource;
    const versioned = (task: Resource, status: string) =>
      world.ask('PUT', `/Task/${task.id}`, {
        token: nurse,
        body: { ...task, status, lastModified: now() },
        headers: { 'if-match': `W/"${(task.meta as { versionId: string }).versionId}"` },
      });

    it('makes another version of what waits: who has not seen it finishes nothing', async () => {
      const first = await post(message({ topic: { text: 'Stop' } }));
      const seen = await taskOf(first.id);
      await again(first.id);
      expect((await versioned(seen, 'completed')).status).toBe(412);
      const task = await taskOf(first.id);
      expect(task).toMatchObject({ id: seen.id, status: 'requested', focus: seen.focus });
      expect(task.input).toEqual([
        {
          type: { coding: [{ system: 'urn:wellspring:work-state', code: 'came-again' }] },
          valueInstant: task.lastModified,
        },
      ]);
      expect((await versioned(task, 'completed')).status).toBe(200);
    });

    it('is not done by an answer to the one before, but by an answer to it', async () => {
      const first = await post(message({ topic: { text: 'Unseen' } }));
      const second = await again(first.id);
      await post(answerTo(first.id), nurse);
      expect(await taskOf(first.id)).toMatchObject({ status: 'requested' });
      await post(answerTo(second.id), nurse);
      expect(await taskOf(first.id)).toMatchObject({ status: 'completed' });
    });

    it('is not done by an answer to one that a device sent ahead of its time, either', async () => {
      const ahead = new Date(Date.now() + 15 * 60_000).toISOString();
      const first = await post(message({ topic: { text: 'Ahead' }, sent: ahead }));
      const second = await again(first.id);
      await post(answerTo(first.id), nurse);
      expect(await taskOf(first.id)).toMatchObject({ status: 'requested' });
      await post(answerTo(second.id), nurse);
      expect(await taskOf(first.id)).toMatchObject({ status: 'completed' });
    });

    it('waits on when the one before is taken back, and is over with the last', async () => {
      const first = await post(message({ topic: { text: 'Back' } }));
      const second = await again(first.id);
      const before = await taskOf(first.id);
      expect((await put({ ...first, status: 'entered-in-error' }, world.system)).status).toBe(200);
      const task = await taskOf(first.id);
      expect(task).toMatchObject({ status: 'requested' });
      expect(task.meta).not.toEqual(before.meta);
      expect((await put({ ...second, status: 'entered-in-error' }, world.system)).status).toBe(200);
      expect(await taskOf(first.id)).toMatchObject({ status: 'completed' });
    });

    it('all come, many at once, and none is lost', async () => {
      const first = await post(message({ topic: { text: 'Many' } }));
      await Promise.all(Array.from({ length: 8 }, () => again(first.id)));
      expect(await taskOf(first.id)).toMatchObject({ status: 'requested' });
      const ofIt = async () => {
        const all = await filed('message');
        return all.filter(({ groupIdentifier }) => JSON.stringify(groupIdentifier).includes(first.id));
      };
      expect((await ofIt()).map(({ status }) => status)).toEqual(['requested']);
      await post(answerTo((await again(first.id)).id), nurse);
      expect((await ofIt()).map(({ status }) => status)).toEqual(['completed']);
    });

    it('or is put right, is another version of what waits; that somebody reads it is none', async () => {
      const first = await post(message({ topic: { text: 'Right' } }));
      const seen = await taskOf(first.id);
      await put({ ...first, received: now() }, world.system);
      expect((await taskOf(first.id)).meta).toEqual(seen.meta);
      await put({ ...first, payload: [{ contentString: 'It is the chest.' }] } as Resource, world.system);
      expect((await versioned(seen, 'completed')).status).toBe(412);
      await post(answerTo(first.id), nurse);
    });
  });

  it('a message of a device that is ahead of its time waits from now on, and is claimed and answered like any other', async () => {
    const ahead = new Date(Date.now() + 15 * 60_000).toISOString();
    const first = await post(message({ topic: { text: 'Clock' }, sent: ahead }));
    const [task] = (await filed('message')).filter(({ focus }) => JSON.stringify(focus).includes(first.id));
    expect(Date.parse(String(task?.authoredOn))).toBeLessThanOrEqual(Date.now());
    expect((await put({ ...task, status: 'received', lastModified: now() } as Resource, nurse)).status).toBe(
      200,
    );
    await post(answerTo(first.id), nurse);
  });

  describe('what else is open', () => {
    it('is another version when another system changes what was asked for', async () => {
      const visit = await post({
        resourceType: 'Appointment',
        status: 'proposed',
        description: 'Cough',
        created: now(),
        participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
      });
      const [seen] = await filed('visit-request');
      expect((await put({ ...visit, description: 'Chest pain' })).status).toBe(200);
      const [task, ...more] = await filed('visit-request');
      expect(more).toEqual([]);
      expect(task).toMatchObject({ id: seen?.id, status: 'requested' });
      expect(task?.meta).not.toEqual(seen?.meta);
    });

    it('is another version when insurance that waits is put right', async () => {
      const draft = await post({
        resourceType: 'Coverage',
        status: 'draft',
        beneficiary: ref('Patient/a'),
        payor: [{ display: 'Granite State' }],
        subscriberId: 'GS-1',
      });
      const [seen] = await filed('insurance');
      expect((await put({ ...draft, subscriberId: 'GS-2' }, own)).status).toBe(200);
      const [task, ...more] = await filed('insurance');
      expect(more).toEqual([]);
      expect(task?.meta).not.toEqual(seen?.meta);
    });
  });
});
