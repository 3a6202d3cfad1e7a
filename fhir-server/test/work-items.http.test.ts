/** The care team's queue: what patients send is filed as a Task beside it, and done when it is answered; by real requests. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerTo, type Mailbox, message, now, openMailbox, type Resource, ref } from './mailbox.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let own: string;
let nurse: string;
let put: Mailbox['put'];
let post: Mailbox['post'];
let filed: Mailbox['filed'];

beforeAll(async () => {
  world = await openWorld();
  ({ own, nurse, put, post, filed } = await openMailbox(world));
});
afterAll(() => world.close());

const RESTRICTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };

describe('a message', () => {
  it('waits once a conversation, for whom it was sent to, and is done when the clinic answers by any door', async () => {
    const first = await post(message());
    const again = await post(message({ inResponseTo: [ref(`Communication/${first.id}`)] }));
    const [task, ...more] = await filed('message');
    expect(more).toEqual([]);
    expect(task).toMatchObject({
      status: 'requested',
      priority: 'routine',
      focus: { reference: `Communication/${first.id}` },
      for: { reference: 'Patient/a' },
      requester: { reference: 'Patient/a' },
      owner: { reference: 'Practitioner/ruiz' },
      authoredOn: first.sent,
      performerType: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'nurse' }] }],
    });
    const answer = await post(answerTo(again.id), nurse);
    expect((await filed('message'))[0]).toMatchObject({
      status: 'completed',
      owner: { reference: 'Practitioner/nina' },
    });
    await post(message({ inResponseTo: [ref(`Communication/${answer.id}`)] }));
    expect((await filed('message')).map(({ status }) => status).sort()).toEqual(['completed', 'requested']);
  });

  it('that was put off until a day is back at once when the patient writes again', async () => {
    const first = await post(message({ topic: { text: 'Knee' } }));
    const ofKnee = async (): Promise<Resource | undefined> =>
      (await filed('message')).find(({ focus }) => JSON.stringify(focus).includes(first.id));
    const task = await ofKnee();
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const later = {
      ...task,
      status: 'on-hold',
      businessStatus: { coding: [{ system: 'urn:wellspring:work-state', code: 'put-off' }] },
      executionPeriod: { start: day, end: day },
    } as Resource;
    expect((await put(later, nurse)).status).toBe(200);
    // Another conversation is none of it.
    await post(message({ topic: { text: 'Elbow' } }));
    expect(await ofKnee()).toMatchObject({ status: 'on-hold' });
    await post(message({ inResponseTo: [ref(`Communication/${first.id}`)] }));
    const back = await ofKnee();
    // It was sent to one person, whose it still is.
    expect(back).toMatchObject({ id: task?.id, status: 'received', owner: task?.owner });
    expect(back).not.toHaveProperty('businessStatus');
    expect(back).not.toHaveProperty('executionPeriod');
    await put({ ...back, status: 'completed' } as Resource, nurse);
  });

  it('that is urgent makes urgent what waits already, also where it was put off', async () => {
    const first = await post(message({ topic: { text: 'Chest' } }));
    const ofChest = async (): Promise<Resource | undefined> =>
      (await filed('message')).find(({ focus }) => JSON.stringify(focus).includes(first.id));
    const again = (change = {}) =>
      post(message({ inResponseTo: [ref(`Communication/${first.id}`)], ...change }));
    await again();
    expect(await ofChest()).toMatchObject({ priority: 'routine' });
    await again({ priority: 'urgent' });
    const task = await ofChest();
    expect(task).toMatchObject({ status: 'requested', priority: 'urgent' });
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const later = {
      ...task,
      status: 'on-hold',
      priority: 'routine',
      businessStatus: { coding: [{ system: 'urn:wellspring:work-state', code: 'put-off' }] },
      executionPeriod: { start: day, end: day },
    } as Resource;
    expect((await put(later, nurse)).status).toBe(200);
    await again({ priority: 'urgent' });
    expect(await ofChest()).toMatchObject({ id: task?.id, status: 'received', priority: 'urgent' });
    await put({ ...(await ofChest()), status: 'completed' } as Resource, nurse);
  });

  it('is not for the patient’s eyes as a Task, nor is what is long past work', async () => {
    expect(await filed('message', own)).toEqual([]);
    const before = (await filed('message')).length;
    await post(message({ sent: '2020-01-01T00:00:00Z' }));
    expect((await filed('message')).length).toBe(before);
  });

  it('read by the clinic is no new work, and can be deleted', async () => {
    const before = (await filed('message')).length;
    const one = await post(message());
    await put({ ...one, received: now() });
    expect((await filed('message')).length).toBe(before + 1);
    const gone = await world.ask('DELETE', `/Communication/${one.id}`, { token: world.system });
    expect(gone.status).toBe(204);
    const left = await filed('message');
    expect(left.filter(({ focus }) => focus === undefined).map(({ status }) => status)).toEqual([
      'cancelled',
    ]);
  });

  it('waits on when the patient marks an earlier answer as read, is looked at by the clinic, or is older than a month by then', async () => {
    const asked = await post(message({ topic: { text: 'Earlier' } }));
    const answer = await post(answerTo(asked.id), nurse);
    const again = await post(message({ inResponseTo: [ref(`Communication/${answer.id}`)] }));
    const open = async () =>
      (await filed('message')).filter(
        ({ status, focus }) =>
          status === 'requested' &&
          (focus as { reference: string }).reference === `Communication/${again.id}`,
      ).length;
    expect(await open()).toBe(1);
    await put({ ...answer, received: now() }, own);
    await put({ ...again, received: now() }, nurse);
    await put({ ...again, received: now(), sent: '2020-01-01T00:00:00Z' });
    expect(await open()).toBe(1);
    await put({ ...again, status: 'entered-in-error' });
    expect(await open()).toBe(0);
  });

  it('and its answer in one transaction are no work', async () => {
    const before = (await filed('message')).length;
    const entry = [
      { ...message({ id: 'm1', sent: new Date(Date.now() - 5000).toISOString() }) },
      { ...answerTo('m1'), id: 'm2' },
    ].map((resource) => ({
      resource,
      request: { method: 'PUT', url: `Communication/${'id' in resource && resource.id}` },
    }));
    const body = { resourceType: 'Bundle', type: 'transaction', entry };
    expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
    expect((await filed('message')).length).toBe(before);
  });
});

describe('a result that is released as it comes', () => {
  const report = (id: string, change: object = {}): Resource => ({
    resourceType: 'DiagnosticReport',
    id,
    status: 'final',
    code: { text: 'Lipids' },
    subject: ref('Patient/a'),
    issued: now(),
    ...change,
  });
  const ofReport = async (id: string, kind = 'result'): Promise<Resource[]> =>
    (await filed(kind)).filter(({ focus }) => JSON.stringify(focus).includes(`DiagnosticReport/${id}"`));

  it('waits for whoever ordered it, once, until they take note; and again when it was put right', async () => {
    await put({ resourceType: 'Practitioner', id: 'osei', name: [{ text: 'Dr. Amara Osei' }] });
    await put({
      resourceType: 'PractitionerRole',
      id: 'osei-role',
      practitioner: ref('Practitioner/osei'),
    });
    await put({
      resourceType: 'ServiceRequest',
      id: 'order',
      status: 'active',
      intent: 'order',
      subject: ref('Patient/a'),
      requester: ref('PractitionerRole/osei-role'),
    });
    const first = report('f1', { basedOn: [ref('ServiceRequest/order')] });
    await put(first);
    await put({ ...first, conclusion: 'Sent again.' });
    const [task, ...more] = await ofReport('f1');
    expect(more).toEqual([]);
    expect(task).toMatchObject({
      status: 'requested',
      priority: 'routine',
      owner: { reference: 'Practitioner/osei' },
      performerType: [{ coding: [{ code: 'clinician' }] }],
    });
    await put({ ...task, status: 'completed' } as Resource, nurse);
    await put({ ...first, conclusion: 'And again.' });
    expect((await ofReport('f1')).map(({ status }) => status)).toEqual(['completed']);
    await put({ ...first, status: 'corrected' });
    await put({ ...first, status: 'corrected' });
    expect((await ofReport('f1')).map(({ status }) => status).sort()).toEqual(['completed', 'requested']);
    await put({ ...first, status: 'entered-in-error' });
    expect((await ofReport('f1')).map(({ status }) => status)).toEqual(['completed', 'completed']);
  });

  it('waits for the patient’s own doctor where nobody is said to have ordered it, first where it is critical; from its arrival, where it has no date', async () => {
    await put({
      resourceType: 'Observation',
      id: 'k',
      status: 'final',
      code: { text: 'Potassium' },
      subject: ref('Patient/a'),
      interpretation: [{ coding: [{ code: 'HH' }] }],
    });
    const panel = { status: 'final', code: { text: 'Electrolytes' }, subject: ref('Patient/a') };
    await put({ resourceType: 'Observation', id: 'panel', ...panel, hasMember: [ref('Observation/k')] });
    const { issued: _, ...undated } = report('f2', { result: [ref('Observation/panel')] });
    await put(undated as Resource);
    const [task] = await ofReport('f2');
    expect(task).toMatchObject({ priority: 'urgent', owner: { reference: 'Practitioner/ruiz' } });
    expect(Date.now() - Date.parse(String(task?.authoredOn))).toBeLessThan(60_000);
  });

  it('is none of theirs who wrote it, where it is for them, nor what another system has had for a week', async () => {
    const ruiz = await world.staff('ruiz', 'clinician', 'user/*.cruds');
    const { id: _, ...written } = report('');
    const own = await post(written, ruiz);
    const others = await post(written, await world.staff('omar', 'clinician', 'user/*.cruds'));
    await put(report('f4', { issued: new Date(Date.now() - 8 * 86_400_000).toISOString() }));
    expect([...(await ofReport(own.id)), ...(await ofReport('f4'))]).toEqual([]);
    expect(await ofReport(others.id)).toMatchObject([{ owner: { reference: 'Practitioner/ruiz' } }]);
  });

  it('waits, whatever its date, where it is finished or put right that was here before', async () => {
    const issued = new Date(Date.now() - 8 * 86_400_000).toISOString();
    await put(report('f7', { status: 'preliminary', issued }));
    await put(report('f7', { issued }));
    expect(await ofReport('f7', 'result-release')).toMatchObject([{ status: 'completed' }]);
    const [task, ...more] = await ofReport('f7');
    expect([task?.status, more]).toEqual(['requested', []]);
    expect(Date.now() - Date.parse(String(task?.authoredOn))).toBeLessThan(60_000);
    await put({ ...task, status: 'completed' } as Resource, nurse);
    await put(report('f7', { status: 'corrected', issued }));
    expect((await ofReport('f7')).map(({ status }) => status).sort()).toEqual(['completed', 'requested']);
  });

  it('waits where the laboratory itself released what waited for it; what a colleague released is seen', async () => {
    for (const [id, token] of [
      ['f5', world.system],
      ['f6', nurse],
    ] as const) {
      await put(report(id, { status: 'preliminary' }));
      await put(report(id, { status: 'preliminary' }));
      expect(await ofReport(id, 'result-release')).toMatchObject([{ status: 'requested' }]);
      expect((await put(report(id), token)).status).toBe(200);
      expect(await ofReport(id, 'result-release')).toMatchObject([{ status: 'completed' }]);
    }
    expect(await ofReport('f5')).toMatchObject([{ status: 'requested' }]);
    expect(await ofReport('f6')).toEqual([]);
  });
});

describe('a result that is kept from the patient', () => {
  const NOPAT = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };
  const report = (id: string, change: object = {}): Resource => ({
    resourceType: 'DiagnosticReport',
    id,
    status: 'final',
    code: { text: 'Biopsy' },
    subject: ref('Patient/a'),
    issued: now(),
    ...change,
  });
  const of = async (id: string, kind: string): Promise<Resource[]> =>
    (await filed(kind)).filter(({ focus }) => JSON.stringify(focus).includes(`DiagnosticReport/${id}"`));
  const states = async (id: string): Promise<{ release: unknown[]; seen: unknown[] }> => ({
    release: (await of(id, 'result-release')).map(({ status }) => status),
    seen: (await of(id, 'result')).map(({ status }) => status),
  });
  /** As the desk decides: report and Task in one transaction. */
  async function decide(id: string, after: Record<string, unknown>): Promise<void> {
    const [task] = (await of(id, 'result-release')).filter(({ status }) => status !== 'completed');
    const { body } = await world.ask('GET', `/DiagnosticReport/${id}`, { token: nurse });
    const resources = [
      { ...body, status: 'final', issued: now(), meta: { ...body.meta, security: [NOPAT] } },
      { ...task, ...after },
    ] as Resource[];
    const entry = resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const body_ = { resourceType: 'Bundle', type: 'transaction', entry };
    expect((await world.ask('POST', '/', { token: nurse, body: body_ })).status).toBe(200);
  }
  const day = () => {
    const at = new Date(Date.now() + 3 * 86_400_000).toISOString();
    return { status: 'on-hold', executionPeriod: { start: at, end: at } };
  };

  it('waits to be decided about again when another version of it comes, and not when the same comes again', async () => {
    const before = report('k1', { status: 'preliminary' });
    await put(before);
    await decide('k1', { status: 'completed' });
    expect(await states('k1')).toEqual({ release: ['completed'], seen: [] });
    const corrected = report('k1', { status: 'corrected', conclusion: 'Benign after all.' });
    await put(corrected);
    await put(corrected);
    expect((await states('k1')).release.toSorted()).toEqual(['completed', 'requested']);
    expect(await of('k1', 'result-release')).toEqual(
      expect.arrayContaining([expect.objectContaining({ owner: { reference: 'Practitioner/ruiz' } })]),
    );
    expect((await world.ask('GET', '/DiagnosticReport/k1', { token: own })).status).toBe(404);
    await decide('k1', { status: 'completed' });
    await put(corrected);
    await put({ ...corrected, status: 'entered-in-error' });
    expect((await states('k1')).release.every((status) => status === 'completed')).toBe(true);
  });

  it('that is put off keeps its day when it is put right, and whoever ordered it is told of what came', async () => {
    await put(report('k2', { status: 'preliminary' }));
    await decide('k2', day());
    expect(await states('k2')).toEqual({ release: ['on-hold'], seen: [] });
    await put(report('k2', { status: 'corrected' }));
    await put(report('k2', { status: 'amended', conclusion: 'Put right.' }));
    expect(await states('k2')).toEqual({ release: ['on-hold'], seen: ['requested'] });
    expect(await of('k2', 'result-release')).toEqual([
      expect.objectContaining({ executionPeriod: expect.anything() }),
    ]);
    const { body } = await world.ask('GET', '/DiagnosticReport/k2', { token: nurse });
    await put({ ...body, conclusion: 'A colleague’s word.' }, nurse);
    expect((await states('k2')).release).toEqual(['on-hold']);
    const { security: _, ...meta } = body.meta;
    await put({ ...body, meta, status: 'final' }, nurse);
    expect(await states('k2')).toEqual({ release: ['completed'], seen: ['completed'] });
  });

  it('is told of where a value alone is another one, and becomes urgent with it, whether it is withheld or put off', async () => {
    const value = (id: string, change: object = {}) =>
      put({
        resourceType: 'Observation',
        id,
        status: 'final',
        code: { text: 'Cells' },
        subject: ref('Patient/a'),
        meta: { security: [NOPAT] },
        ...change,
      });
    const critical = { interpretation: [{ coding: [{ code: 'AA' }] }] };
    for (const [id, after] of [
      ['k6', { status: 'completed' }],
      ['k7', day()],
    ] as const) {
      await value(id);
      await put(report(id, { status: 'preliminary', result: [ref(`Observation/${id}`)] }));
      await decide(id, after);
      const decided = await states(id);
      await value(id);
      expect(await states(id)).toEqual(decided);
      await value(id, { status: 'corrected', valueString: 'Many' });
      const kind = id === 'k6' ? 'result-release' : 'result';
      const waiting = async () => (await of(id, kind)).filter(({ status }) => status === 'requested');
      expect(await waiting()).toMatchObject([{ priority: 'routine' }]);
      await value(id, { status: 'corrected', valueString: 'Very many', ...critical });
      expect(await waiting()).toMatchObject([{ priority: 'urgent' }]);
      if (id === 'k7') expect(await states(id)).toEqual({ release: ['on-hold'], seen: ['requested'] });
    }
  });

  it('waits on where the laboratory finishes it itself with its own label, and is over when it is taken back', async () => {
    for (const status of ['entered-in-error', 'cancelled']) {
      const kept = { meta: { security: [NOPAT] } };
      await put(report(`k3-${status}`, { ...kept, status: 'preliminary' }));
      await put(report(`k3-${status}`, kept));
      expect(await states(`k3-${status}`)).toEqual({ release: ['requested'], seen: [] });
      await put(report(`k3-${status}`, { ...kept, status }));
      expect(await states(`k3-${status}`)).toEqual({ release: ['completed'], seen: [] });
    }
    await put(report('k4', { meta: { security: [NOPAT] } }));
    expect(await states('k4')).toEqual({ release: ['requested'], seen: [] });
    await put(report('k4'));
    expect(await states('k4')).toEqual({ release: ['completed'], seen: ['requested'] });
  });

  it('withheld by a colleague in another app is decided', async () => {
    await put(report('k5', { status: 'preliminary' }));
    await put(report('k5', { meta: { security: [NOPAT] } }), nurse);
    expect(await states('k5')).toEqual({ release: ['completed'], seen: [] });
  });
});

describe('a critical value', () => {
  const CRITICAL = { interpretation: [{ coding: [{ code: 'LL' }] }] };
  const value = (id: string, change: object = {}): Resource => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'Glucose' },
    subject: ref('Patient/a'),
    issued: now(),
    ...change,
  });
  const report = (id: string, change: object = {}): Resource => ({
    resourceType: 'DiagnosticReport',
    id,
    status: 'final',
    code: { text: 'Glucose' },
    subject: ref('Patient/a'),
    issued: now(),
    ...change,
  });
  const of = async (focus: string): Promise<Resource[]> =>
    [...(await filed('result')), ...(await filed('result-release'))].filter(
      (each) => (each.focus as { reference: string }).reference === focus,
    );
  const brief = async (focus: string) =>
    (await of(focus)).map(({ status, priority }) => `${status} ${priority}`).sort();

  it.each(['final', 'preliminary'])(
    'that is told later makes the report that waits urgent: %s',
    async (status) => {
      const id = `u-${status}`;
      await put(value(id));
      await put(value(`${id}-panel`, { hasMember: [ref(`Observation/${id}`)] }));
      await put(report(id, { status, result: [ref(`Observation/${id}-panel`)] }));
      expect(await brief(`DiagnosticReport/${id}`)).toEqual(['requested routine']);
      await put(value(id, { status: 'corrected', ...CRITICAL }));
      expect(await brief(`DiagnosticReport/${id}`)).toEqual(['requested urgent']);
      expect(await brief(`Observation/${id}`)).toEqual([]);
      const other = `${id}-other`;
      await put(value(other, CRITICAL));
      await put(report(`${id}-r`, { status }));
      expect(await brief(`DiagnosticReport/${id}-r`)).toEqual(['requested routine']);
      await put(report(`${id}-r`, { status, result: [ref(`Observation/${other}`)] }));
      expect(await brief(`DiagnosticReport/${id}-r`)).toEqual(['requested urgent']);
      expect(await brief(`Observation/${other}`)).toEqual(['completed urgent']);
    },
  );

  it('or another version does not wait for the day that somebody put the item off until', async () => {
    const putOff = async (): Promise<void> => {
      const [task] = await of('DiagnosticReport/later');
      const day = new Date(Date.now() + 3 * 86_400_000).toISOString();
      const later = {
        ...task,
        status: 'on-hold',
        businessStatus: { coding: [{ system: 'urn:wellspring:work-state', code: 'put-off' }] },
        executionPeriod: { start: day, end: day },
      } as Resource;
      expect((await put(later, nurse)).status).toBe(200);
    };
    await put(value('later'));
    const whole = report('later', { result: [ref('Observation/later')] });
    await put(whole);
    await putOff();
    await put(whole);
    expect(await brief('DiagnosticReport/later')).toEqual(['on-hold routine']);
    await put({ ...whole, status: 'corrected' });
    expect(await brief('DiagnosticReport/later')).toEqual(['received routine']);
    await putOff();
    await put(value('later', CRITICAL));
    expect(await brief('DiagnosticReport/later')).toEqual(['received urgent']);
  });

  it('of a report that somebody has seen brings it back', async () => {
    await put(value('v1'));
    await put(report('v1', { result: [ref('Observation/v1')] }));
    const [task] = await of('DiagnosticReport/v1');
    await put({ ...task, status: 'completed' } as Resource, nurse);
    await put(value('v1', CRITICAL));
    await put(value('v1', { ...CRITICAL, note: [{ text: 'Called.' }] }));
    expect(await brief('DiagnosticReport/v1')).toEqual(['completed routine', 'requested urgent']);
    // What is long past is no work, whatever becomes of it.
    await put(value('v2'));
    await put(report('v2', { issued: '2020-01-01T00:00:00Z', result: [ref('Observation/v2')] }));
    await put(value('v2', CRITICAL));
    expect(await brief('DiagnosticReport/v2')).toEqual([]);
  });

  it('that no report tells waits by itself, until one does; what is measured in the room does not', async () => {
    await put(value('alone', CRITICAL));
    await put(value('alone', { ...CRITICAL, note: [{ text: 'Sent again.' }] }));
    expect(await of('Observation/alone')).toMatchObject([
      { status: 'requested', priority: 'urgent', owner: { reference: 'Practitioner/ruiz' } },
    ]);
    await put(report('alone', { result: [ref('Observation/alone')] }));
    expect(await brief('Observation/alone')).toEqual(['completed urgent']);
    expect(await brief('DiagnosticReport/alone')).toEqual(['requested urgent']);
    const vital = {
      category: [
        {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
          ],
        },
      ],
    };
    await put(value('vital', { ...CRITICAL, ...vital }));
    await put(value('old', { ...CRITICAL, issued: '2020-01-01T00:00:00Z' }));
    const resources = [report('both', { result: [ref('Observation/both')] }), value('both', CRITICAL)];
    const entry = resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    await world.ask('POST', '/', {
      token: world.system,
      body: { resourceType: 'Bundle', type: 'transaction', entry },
    });
    for (const id of ['vital', 'old', 'both']) expect(await brief(`Observation/${id}`), id).toEqual([]);
    expect(await brief('DiagnosticReport/both')).toEqual(['requested urgent']);
  });
});

describe('other work', () => {
  it.each([
    [
      'visit-request',
      'front-desk',
      {
        status: 'proposed',
        created: now(),
        description: 'Knee',
        participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
      },
      'Appointment',
      { status: 'cancelled' },
    ],
    [
      'insurance',
      'front-desk',
      {
        status: 'draft',
        beneficiary: ref('Patient/a'),
        payor: [{ display: 'New Plan' }],
        subscriberId: 'M-7',
      },
      'Coverage',
      { status: 'active' },
    ],
  ] as const)(
    '%s: filed when it comes, done when it is decided',
    async (kind, pool, element, type, decided) => {
      const made = await post({ resourceType: type, ...element });
      const [task] = await filed(kind);
      expect(task).toMatchObject({
        status: 'requested',
        focus: { reference: `${type}/${made.id}` },
        performerType: [{ coding: [{ code: pool }] }],
      });
      await put({ ...made, ...decided }, nurse);
      expect((await filed(kind))[0]).toMatchObject({ status: 'completed' });
    },
  );

  describe('pictures of the card of an insurance', () => {
    const handIn = async () => {
      const coverage = await post({
        resourceType: 'Coverage',
        status: 'draft',
        beneficiary: ref('Patient/a'),
        payor: [{ display: 'New Plan' }],
      });
      const document = (code: string) => ({
        resourceType: 'DocumentReference',
        status: 'current',
        docStatus: 'preliminary',
        type: { coding: [{ system: 'http://loinc.org', code }] },
        subject: ref('Patient/a'),
        author: [ref('Patient/a')],
        content: [{ attachment: { contentType: 'text/plain', data: 'Y2FyZA==' } }],
      });
      const of = { context: { related: [ref(`Coverage/${coverage.id}`)] } };
      const card = await post({ ...document('64290-0'), ...of });
      const paper = await post({ ...document('51855-5'), ...of });
      return { coverage, card, paper };
    };
    const stateOf = async ({ resourceType, id }: Resource) => {
      const { body } = await world.ask('GET', `/${resourceType}/${id}`, { token: world.system });
      return [body.status, body.docStatus];
    };

    it.each([
      ['is taken back by the patient', 'cancelled', () => own],
      ['is declined by the clinic', 'cancelled', () => nurse],
      ['was a mistake', 'entered-in-error', () => nurse],
    ])('end with it when it %s, and nothing else does', async (_, status, token) => {
      const { coverage, card, paper } = await handIn();
      const others = await handIn();
      expect((await put({ ...coverage, status }, token())).status).toBe(200);
      expect(await stateOf(card)).toEqual(['entered-in-error', 'entered-in-error']);
      expect([await stateOf(paper), await stateOf(others.card)]).toEqual([
        ['current', 'preliminary'],
        ['current', 'preliminary'],
      ]);
    });

    it('stay while it waits, when it is taken over, and when what counted is over', async () => {
      const { coverage, card } = await handIn();
      const waiting = (await put({ ...coverage, subscriberId: 'M-8' }, own)).body as Resource;
      const active = (await put({ ...waiting, status: 'active' }, nurse)).body as Resource;
      expect((await put({ ...active, status: 'cancelled' }, nurse)).status).toBe(200);
      expect(await stateOf(card)).toEqual(['current', 'preliminary']);
    });

    it('stay while another insurance that is not over has them too', async () => {
      const { coverage, card } = await handIn();
      const { coverage: other } = await handIn();
      const related = [ref(`Coverage/${coverage.id}`), ref(`Coverage/${other.id}/_history/1`)];
      expect((await put({ ...card, context: { related } }, nurse)).status).toBe(200);
      expect((await put({ ...coverage, status: 'cancelled' }, nurse)).status).toBe(200);
      expect(await stateOf(card)).toEqual(['current', 'preliminary']);
      expect((await put({ ...other, status: 'cancelled' }, nurse)).status).toBe(200);
      expect(await stateOf(card)).toEqual(['entered-in-error', 'entered-in-error']);
    });

    it('are what whoever ends both in one transaction says of them', async () => {
      const { coverage, card } = await handIn();
      const entry = [
        { ...coverage, status: 'cancelled' },
        { ...card, status: 'superseded' },
      ].map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      }));
      const body = { resourceType: 'Bundle', type: 'transaction', entry };
      expect((await world.ask('POST', '', { token: own, body })).status).toBe(200);
      expect(await stateOf(card)).toEqual(['superseded', 'preliminary']);
    });
  });

  it('a visit that was asked for waits no more when another system books it', async () => {
    const asked = await post({
      resourceType: 'Appointment',
      status: 'proposed',
      created: now(),
      participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
    });
    const day = new Date(Date.now() + 86_400_000).toISOString();
    const end = new Date(Date.parse(day) + 1_200_000).toISOString();
    await put({ ...asked, status: 'booked', start: day, end });
    const [task] = (await filed('visit-request')).filter(({ focus }) =>
      JSON.stringify(focus).includes(asked.id),
    );
    expect(task).toMatchObject({ status: 'completed' });
  });

  it.each([
    ['Several days', 'LA6569-3', 1],
    ['not at all', 'LA6568-5', 0],
  ] as const)('PHQ-9 with thoughts of self-harm “%s”', async (_, code, alarms) => {
    const before = (await filed('questionnaire-alarm')).length;
    await post({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      subject: ref('Patient/a'),
      author: ref('Patient/a'),
      authored: now(),
      item: [
        {
          linkId: '/44260-8',
          text: 'Thoughts',
          answer: [{ valueCoding: { system: 'http://loinc.org', code } }],
        },
      ],
    });
    const tasks = await filed('questionnaire-alarm');
    expect(tasks.length - before).toBe(alarms);
    expect(tasks.every(({ priority }) => priority === 'urgent')).toBe(true);
  });

  it('a time that a patient holds is no request; booked, it is told, and over when the visit begins', async () => {
    const day = new Date(Date.now() + 86_400_000).toISOString();
    await put({ resourceType: 'Schedule', id: 's', actor: [ref('Practitioner/ruiz')] });
    await put({
      resourceType: 'Slot',
      id: 'free',
      schedule: ref('Schedule/s'),
      status: 'free',
      start: day,
      end: new Date(Date.parse(day) + 1_200_000).toISOString(),
    });
    const body = (resource: object) => ({
      resourceType: 'Parameters',
      parameter: [{ name: 'appt-resource', resource }],
    });
    const appointment = {
      resourceType: 'Appointment',
      slot: [ref('Slot/free')],
      participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
    };
    const before = (await filed('visit-request')).length;
    const held = await world.ask('POST', '/Appointment/$hold', { token: own, body: body(appointment) });
    expect(held.status).toBe(201);
    expect((await filed('visit-request')).length).toBe(before);
    const booked = await world.ask('POST', '/Appointment/$book', { token: own, body: body(held.body) });
    expect(booked.status, booked.text).toBe(201);
    expect(await filed('booking')).toMatchObject([{ status: 'requested' }]);
    await put({ ...booked.body, status: 'arrived' }, nurse);
    expect(await filed('booking')).toMatchObject([{ status: 'completed' }]);
  });

  it('the front desk books what was asked for: visit, time and Task at once', async () => {
    const desk = await world.staff('fred', 'front-desk', 'user/*.cruds');
    const asked = await post({
      resourceType: 'Appointment',
      status: 'proposed',
      created: now(),
      participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
    });
    const slot = {
      resourceType: 'Slot',
      id: 'second',
      schedule: ref('Schedule/s'),
      status: 'free',
      start: '2030-01-02T10:00:00Z',
      end: '2030-01-02T10:20:00Z',
    };
    const free = (await put(slot)).body as Resource & { meta: { versionId: string } };
    const task = (await filed('visit-request', desk)).find(
      ({ focus }) => (focus as { reference: string }).reference === `Appointment/${asked.id}`,
    ) as Resource;
    const entry = [
      { ...asked, status: 'booked', start: slot.start, end: slot.end, slot: [ref('Slot/second')] },
      { ...free, status: 'busy' },
      { ...task, status: 'completed', owner: ref('Practitioner/fred') },
    ].map((resource) => ({
      resource,
      request: {
        method: 'PUT',
        url: `${resource.resourceType}/${resource.id}`,
        ifMatch: `W/"${(resource as { meta?: { versionId?: string } }).meta?.versionId}"`,
      },
    }));
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    const done = await world.ask('POST', '', { token: desk, body: bundle });
    expect(done.status, done.text).toBe(200);
    const again = await world.ask('POST', '', { token: desk, body: bundle });
    expect(again.status).toBe(412);
  });

  it('tells nothing of what it is about, and to the front desk only that for which it waits', async () => {
    const desk = await world.staff('frida', 'front-desk', 'user/*.cruds');
    await post(
      message({
        payload: [{ contentString: 'Of my secret illness.' }],
        topic: { text: 'Secret' },
      }),
    );
    const asked = await post({
      resourceType: 'Appointment',
      status: 'proposed',
      created: now(),
      description: 'Secret',
      participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
    });
    await put({ ...asked, id: 'labelled', meta: { security: [RESTRICTED] } });
    const { text, body } = await world.ask('GET', '/Task?_count=100', { token: nurse });
    expect(body.entry.length).toBeGreaterThan(5);
    expect(text).not.toMatch(/secret/i);
    expect(text).not.toContain('Thoughts');
    const kinds = await world.ask('GET', '/Task?_count=100', { token: desk });
    const codes = (kinds.body.entry as { resource: { code: { coding: { code: string }[] } } }[]).map(
      ({ resource }) => resource.code.coding[0]?.code,
    );
    expect([...new Set(codes)].sort()).toEqual(['booking', 'insurance', 'visit-request']);
    const labelled = (await filed('visit-request')).find(
      ({ focus }) => (focus as { reference: string }).reference === 'Appointment/labelled',
    );
    expect(labelled).toMatchObject({ meta: { security: [RESTRICTED, { code: 'NOPAT' }] } });
  });

  it('what a patient asks by a Task of their own has a pool', async () => {
    const task = await post({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '103742009' }] },
      for: ref('Patient/a'),
      requester: ref('Patient/a'),
    });
    expect(task).toMatchObject({ priority: 'routine', performerType: [{ coding: [{ code: 'nurse' }] }] });
  });
});
