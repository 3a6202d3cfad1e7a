/** What comes while its Task is open: whoever has not seen it neither answers nor finishes it, whatever door they use; by real requests, on each store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerTo, type Mailbox, message, now, openMailbox, type Resource, ref } from './mailbox.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

describe.each(STORES)('on %s', (_, open) => {
  let world: World;
  let own: string;
  let nurse: string;
  let put: Mailbox['put'];
  let post: Mailbox['post'];
  let filed: Mailbox['filed'];

  beforeAll(async () => {
    world = await open();
    ({ own, nurse, put, post, filed } = await openMailbox(world));
  });
  afterAll(() => world.close());

  describe('a message that comes while another one of its conversation is open', () => {
    const again = (before: string, change = {}) =>
      post(message({ inResponseTo: [ref(`Communication/${before}`)], ...change }));
    const taskOf = async (id: string): Promise<Resource> =>
      (await filed('message')).find(({ focus }) => String(JSON.stringify(focus)).includes(id)) as Resource;
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
      const task = await taskOf(second.id);
      expect(task).toMatchObject({
        id: before.id,
        status: 'requested',
        groupIdentifier: before.groupIdentifier,
      });
      expect(task.meta).not.toEqual(before.meta);
      expect((await put({ ...second, status: 'entered-in-error' }, world.system)).status).toBe(200);
      expect(await taskOf(second.id)).toMatchObject({ id: before.id, status: 'completed' });
    });

    describe('waits on when another one of it is deleted', () => {
      const header = async (topic: string): Promise<object> => {
        const { id } = await post(message({ topic: { text: topic }, payload: undefined }));
        return { partOf: [ref(`Communication/${id}`)], topic: { text: topic } };
      };
      const deleted = async (...ids: string[]): Promise<void> => {
        const entry = ids.map((id) => ({ request: { method: 'DELETE', url: `Communication/${id}` } }));
        const body = { resourceType: 'Bundle', type: 'transaction', entry };
        expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
      };
      const byId = async (id: string) => (await world.ask('GET', `/Task/${id}`, { token: nurse })).body;

      it('the first: it is about the next from then on, as another version', async () => {
        const thread = await header('Deleted first');
        const first = await post(message(thread));
        const second = await post(message(thread));
        const third = await post(message(thread));
        const seen = await taskOf(first.id);
        await deleted(first.id);
        const task = await byId(seen.id);
        expect(task).toMatchObject({
          status: 'requested',
          focus: { reference: `Communication/${second.id}` },
        });
        expect((await versioned(seen, 'completed')).status).toBe(412);
        await deleted(second.id, third.id);
        expect(await byId(seen.id)).toMatchObject({ status: 'cancelled' });
        expect(await byId(seen.id)).not.toHaveProperty('focus');
      });

      it('the last: what came before it waits still; and not, where the clinic has answered that', async () => {
        const thread = await header('Deleted last');
        const first = await post(message(thread));
        const { id } = await taskOf(first.id);
        const second = await post(message(thread));
        await deleted(second.id);
        expect(await byId(id)).toMatchObject({
          status: 'requested',
          focus: { reference: `Communication/${first.id}` },
        });
        const third = await post(message(thread));
        await post({ ...answerTo(first.id), ...thread }, nurse);
        expect(await byId(id)).toMatchObject({ status: 'requested' });
        await deleted(third.id);
        expect(await byId(id)).toMatchObject({ status: 'cancelled' });
      });

      it('one that was answered long since', async () => {
        const thread = await header('Deleted old');
        const first = await post(message(thread));
        const old = await taskOf(first.id);
        await post({ ...answerTo(first.id), ...thread }, nurse);
        const second = await post(message(thread));
        const task = await taskOf(second.id);
        expect(task.id).not.toBe(old.id);
        await deleted(first.id);
        expect(await byId(task.id)).toEqual(task);
        expect(await byId(old.id)).toMatchObject({ status: 'completed' });
      });
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
    const [task] = (await filed('message')).filter(({ focus }) =>
      String(JSON.stringify(focus)).includes(first.id),
    );
    expect(Date.parse(String(task?.authoredOn))).toBeLessThanOrEqual(Date.now());
    expect((await put({ ...task, status: 'received', lastModified: now() } as Resource, nurse)).status).toBe(
      200,
    );
    await post(answerTo(first.id), nurse);
  });

  describe('a refill that is asked for', () => {
    const prescription = (id: string, change: object = {}) =>
      put({
        resourceType: 'MedicationRequest',
        id,
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: { text: 'Lisinopril 10 mg' },
        subject: ref('Patient/a'),
        ...change,
      });
    const askedFor = (id: string) =>
      post({
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        code: { coding: [{ system: 'http://snomed.info/sct', code: '103742009' }] },
        focus: ref(`MedicationRequest/${id}`),
        for: ref('Patient/a'),
        requester: ref('Patient/a'),
        authoredOn: now(),
      });
    const decide = (task: Resource, status: string) =>
      world.ask('PUT', `/Task/${task.id}`, {
        token: nurse,
        body: { ...task, status, lastModified: now() },
        headers: { 'if-match': `W/"${(task.meta as { versionId: string }).versionId}"` },
      });

    it.each(['rejected', 'completed'])(
      'is not %s on a prescription that a colleague has changed since it was seen',
      async (status) => {
        const id = `rx-${status}`;
        await prescription(id);
        const seen = await askedFor(id);
        await put(
          {
            resourceType: 'MedicationRequest',
            id,
            status: 'stopped',
            intent: 'order',
            medicationCodeableConcept: { text: 'Lisinopril 10 mg' },
            subject: ref('Patient/a'),
          },
          await world.staff('ruiz', 'clinician', 'user/*.cruds'),
        );
        expect((await decide(seen, status)).status).toBe(412);
        const { body } = await world.ask('GET', `/Task/${seen.id}`, { token: nurse });
        expect(body).toMatchObject({ status: 'requested' });
        expect(JSON.stringify(body.input)).toContain('came-again');
        expect((await decide(body, status)).status).toBe(200);
      },
    );

    it('is what it was where the same comes again, or another prescription changes', async () => {
      await prescription('rx-same');
      await prescription('rx-other');
      const seen = await askedFor('rx-same');
      await prescription('rx-same');
      await prescription('rx-other', { status: 'stopped' });
      expect((await decide(seen, 'rejected')).status).toBe(200);
    });
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

    it('is another version when a colleague changes what a patient handed in', async () => {
      const visit = await post({
        resourceType: 'Appointment',
        status: 'proposed',
        description: 'Knee',
        created: now(),
        participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
      });
      const isIt = ({ focus }: Resource) => String(JSON.stringify(focus)).includes(visit.id);
      const [seen] = (await filed('visit-request')).filter(isIt);
      expect((await put({ ...visit, comment: 'Called: mornings only.' } as Resource, nurse)).status).toBe(
        200,
      );
      const [task] = (await filed('visit-request')).filter(isIt);
      expect(task).toMatchObject({ id: seen?.id, status: 'requested' });
      expect(task?.meta).not.toEqual(seen?.meta);
    });

    it('is another version when the name that is to be corrected is corrected by somebody else', async () => {
      const seen = await post({
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        code: { coding: [{ system: 'urn:wellspring:task', code: 'profile-correction' }] },
        focus: ref('Patient/a'),
        for: ref('Patient/a'),
        requester: ref('Patient/a'),
        authoredOn: now(),
        note: [{ text: 'My name is misspelled.' }],
      });
      const { body } = await world.ask('GET', '/Patient/a', { token: world.system });
      const version = async () =>
        (await world.ask('GET', `/Task/${seen.id}`, { token: nurse })).body.meta.versionId;
      await put({ ...body, telecom: [{ system: 'phone', value: '+1 555 0100' }] });
      expect(await version()).toBe((seen.meta as { versionId: string }).versionId);
      await put({ ...body, name: [{ use: 'official', family: 'Righted', given: ['Ann'] }] });
      expect(await version()).not.toBe((seen.meta as { versionId: string }).versionId);
    });

    it('is another version when a value of a report that waits is put right', async () => {
      const value = (amount: number) =>
        put({
          resourceType: 'Observation',
          id: 'put-right',
          status: 'final',
          code: { text: 'Potassium' },
          subject: ref('Patient/a'),
          effectiveDateTime: now(),
          valueQuantity: { value: amount, unit: 'mmol/L' },
        });
      await value(4.1);
      await put({
        resourceType: 'DiagnosticReport',
        id: 'of-value',
        status: 'final',
        code: { text: 'Basic metabolic panel' },
        subject: ref('Patient/a'),
        issued: now(),
        result: [ref('Observation/put-right')],
      });
      const isIt = ({ focus }: Resource) =>
        String(JSON.stringify(focus)).includes('DiagnosticReport/of-value');
      const [seen] = (await filed('result')).filter(isIt);
      expect((await value(5.4)).status).toBe(200);
      const [task, ...more] = (await filed('result')).filter(isIt);
      expect(more).toEqual([]);
      expect(task?.id).toBe(seen?.id);
      expect(task?.meta).not.toEqual(seen?.meta);
    });
  });

  describe('a critical value that waits with its report', () => {
    const value = (id: string) =>
      put({
        resourceType: 'Observation',
        id,
        status: 'final',
        code: { text: 'Potassium' },
        subject: ref('Patient/a'),
        effectiveDateTime: now(),
        issued: now(),
        valueQuantity: { value: 7.1, unit: 'mmol/L' },
        interpretation: [
          {
            coding: [
              { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'HH' },
            ],
          },
        ],
      });
    const report = (id: string, of: string, status = 'final') =>
      put({
        resourceType: 'DiagnosticReport',
        id,
        status,
        code: { text: 'Basic metabolic panel' },
        subject: ref('Patient/a'),
        issued: now(),
        result: [ref(`Observation/${of}`)],
      });
    const about = async (focus: string): Promise<Resource[]> =>
      (await filed('result'))
        .filter((task) => JSON.stringify(task.focus ?? '').includes(focus))
        .toSorted((a, b) => String(a.status).localeCompare(String(b.status)));

    it('waits by itself again when the report is taken back before anybody has seen it', async () => {
      await value('critical-back');
      await report('report-back', 'critical-back');
      expect(await about('Observation/critical-back')).toMatchObject([{ status: 'completed' }]);
      await report('report-back', 'critical-back', 'entered-in-error');
      expect(await about('Observation/critical-back')).toMatchObject([
        { status: 'completed' },
        { status: 'requested', priority: 'urgent' },
      ]);
      await report('report-new', 'critical-back');
      expect((await about('Observation/critical-back')).map(({ status }) => status)).toEqual([
        'completed',
        'completed',
      ]);
    });

    it('or is deleted', async () => {
      await value('critical-gone');
      await report('report-gone', 'critical-gone');
      await world.ask('DELETE', '/DiagnosticReport/report-gone', { token: world.system });
      expect(await about('Observation/critical-gone')).toMatchObject([
        { status: 'completed' },
        { status: 'requested', priority: 'urgent' },
      ]);
    });

    it('is over with the report where somebody has seen it, or another report tells it', async () => {
      await value('critical-seen');
      await report('report-seen', 'critical-seen');
      const [task] = await about('DiagnosticReport/report-seen');
      await put({ ...task, status: 'completed', lastModified: now() } as Resource, nurse);
      await report('report-seen', 'critical-seen', 'entered-in-error');
      await value('critical-twice');
      await report('report-one', 'critical-twice');
      await report('report-two', 'critical-twice');
      await report('report-one', 'critical-twice', 'entered-in-error');
      for (const name of ['critical-seen', 'critical-twice'])
        expect(
          (await about(`Observation/${name}`)).map(({ status }) => status),
          name,
        ).toEqual(['completed']);
    });
  });
});
