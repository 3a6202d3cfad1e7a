/** Something to many at once: whom it means, looked at before; each of them gets it once, by whatever crash; it is counted, stopped, and rests on who sends it. Issue 16. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '../../auth-server/test/mailbox.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;
let nurse: string;
const DAY = 86_400_000;
const ref = (reference: string) => ({ reference });
const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
type Body = { resourceType: string; id: string } & Record<string, unknown>;

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({
    ...mailbox.env,
    PORTAL_URL: 'https://portal.example',
    NOTICE_SECONDS: '0.1',
    INTROSPECTION_CACHE_SECONDS: '0',
  });
  nurse = await world.staff('nina', 'nurse');
  await put({ resourceType: 'Organization', id: 'elsewhere', name: 'Elsewhere' });
  const patient = (id: string, more: object = {}) =>
    put({
      resourceType: 'Patient',
      id,
      managingOrganization: ref('Organization/clinic'),
      name: [{ family: 'Doe', given: [id.toUpperCase()] }],
      birthDate: '1980-01-01',
      telecom: [{ system: 'email', value: `${id}@example.org` }],
      ...more,
    });
  await patient('ana');
  await patient('luz', { communication: [{ language: { coding: [{ code: 'es-MX' }] }, preferred: true }] });
  await patient('old', { birthDate: '1940-01-01' });
  await patient('late', { deceasedDateTime: '2020-01-01' });
  await patient('left', { active: false });
  await patient('far', { managingOrganization: ref('Organization/elsewhere') });
  const everybody = ['ana', 'luz', 'old', 'late', 'left', 'far'];
  for (const [i, id] of everybody.entries())
    await put({
      resourceType: 'Appointment',
      id: `visit-${id}`,
      status: 'booked',
      start: at(i === 2 ? 30 : 3),
      end: at(i === 2 ? 31 : 4),
      participant: [{ actor: ref(`Patient/${id}`), status: 'accepted' }],
    });
  await put({
    resourceType: 'Immunization',
    id: 'flu',
    status: 'completed',
    patient: ref('Patient/ana'),
    vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '150' }] },
    occurrenceDateTime: '2026-10-01',
  });
  await put({
    resourceType: 'Group',
    id: 'walkers',
    type: 'person',
    actual: true,
    name: 'Walking group',
    member: everybody.map((id) => ({ entity: ref(`Patient/${id}`) })),
  });
  await put({
    resourceType: 'Questionnaire',
    id: 'sleep',
    status: 'active',
    title: 'Sleep',
    item: [{ linkId: 'a', type: 'string', text: 'Well?' }],
  });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});

async function put(body: Body): Promise<void> {
  const answer = await world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body });
  expect([200, 201], answer.text).toContain(answer.status);
}
const get = async (path: string) => (await world.ask('GET', `/${path}`, { token: world.system })).body;
const filter = (
  expression: string,
  url = 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
) => ({
  url,
  valueExpression: { language: 'application/x-fhir-query', expression },
});
const without = (expression: string) => filter(expression, 'urn:wellspring:member-exclusion');
const translated = (spanish: string) => ({
  extension: [
    {
      url: 'http://hl7.org/fhir/StructureDefinition/translation',
      extension: [
        { url: 'lang', valueCode: 'es' },
        { url: 'content', valueString: spanish },
      ],
    },
  ],
});
const kind = (code: string) => [{ coding: [{ system: 'urn:wellspring:broadcast', code }] }];
const toThose = (...modifierExtension: object[]) => ({
  contained: [{ resourceType: 'Group', id: 'who', type: 'person', actual: true, modifierExtension }],
  recipient: [ref('#who')],
});
const nextWeek = () => filter(`Appointment?status=booked&date=ge${at(0)}&date=lt${at(7)}`);
const draft = (more: object = {}) => ({
  resourceType: 'CommunicationRequest',
  status: 'draft',
  category: kind('message'),
  reasonCode: [{ text: 'Closed on Monday', _text: translated('Lunes cerrado') }],
  payload: [
    { contentString: 'Dear {first}, potassium. {clinic}, {me}', _contentString: translated('Hola {first}') },
  ],
  recipient: [ref('Group/walkers')],
  ...more,
});
const operation = (name: string, request: object, more: object[] = [], token = nurse) =>
  world.ask('POST', `/CommunicationRequest/${name}`, {
    token,
    body: { resourceType: 'Parameters', parameter: [{ name: 'request', resource: request }, ...more] },
  });
const look = (request: object, token = nurse) => operation('$recipients', request, [], token);
const send = (request: object, expected: number, token = nurse) =>
  operation('$broadcast', request, [{ name: 'expected', valueInteger: expected }], token);

interface Said {
  readonly recipients: number;
  readonly names: string[];
  readonly leftOut: Record<string, number>;
}
async function said(request: object, token = nurse): Promise<Said> {
  const { body, status, text } = await look(request, token);
  expect(status, text).toBe(200);
  const all = body.parameter as {
    name: string;
    valueInteger?: number;
    valueReference?: { display: string };
    part?: { valueCode?: string; valueInteger?: number }[];
  }[];
  return {
    recipients: all.find(({ name }) => name === 'recipients')?.valueInteger as number,
    names: all.flatMap(({ valueReference }) => valueReference?.display ?? []),
    leftOut: Object.fromEntries(
      all.flatMap(({ part }) => (part ? [[part[0]?.valueCode, part[1]?.valueInteger]] : [])),
    ),
  };
}
interface Extension {
  readonly url: string;
  readonly valueInteger?: number;
  readonly valueCode?: string;
  readonly extension?: Extension[];
}
function countsOf({ extension }: { extension: Extension[] }): Record<string, number | undefined> {
  const parts = extension.find(({ url }) => url === 'urn:wellspring:broadcast')?.extension ?? [];
  return Object.fromEntries(
    parts.map(({ url, valueInteger, extension: inner = [] }) =>
      url === 'left-out' ? [inner[0]?.valueCode, inner[1]?.valueInteger] : [url, valueInteger],
    ),
  );
}
const over = async (id: string, status = 'completed') => {
  await expect
    .poll(async () => (await get(`CommunicationRequest/${id}`)).status, { timeout: 10_000 })
    .toBe(status);
  return get(`CommunicationRequest/${id}`);
};
const sentBy = async (id: string, type = 'Communication'): Promise<Body[]> =>
  ((await get(`${type}?based-on=CommunicationRequest/${id}&_count=200`)).entry ?? []).map(
    ({ resource }: { resource: Body }) => resource,
  );

describe('whom it goes to', () => {
  it('is whoever the queries find, each of them, and none whom an exclusion finds', async () => {
    expect(await said(draft(toThose(nextWeek())))).toEqual({
      recipients: 2,
      names: ['ANA Doe', 'LUZ Doe'],
      leftOut: { deceased: 1, inactive: 1 },
    });
    expect((await said(draft(toThose(filter('Patient?birthdate=le1950-01-01'))))).names).toEqual(['OLD Doe']);
    const due = [nextWeek(), without('Immunization?vaccine-code=150&date=ge2026-07-01')];
    expect((await said(draft(toThose(...due)))).names).toEqual(['LUZ Doe']);
    const all = filter('Appointment?status=booked');
    expect(
      (await said(draft(toThose(nextWeek(), filter('Patient?birthdate=le1950-01-01'))))).recipients,
    ).toBe(0);
    expect((await said(draft(toThose(all)))).recipients).toBe(3);
  });

  it('is a Group that exists, of whom those beyond one’s reach are left out and counted; who is in it, it does not say', async () => {
    expect(await said(draft())).toEqual({
      recipients: 3,
      names: ['ANA Doe', 'LUZ Doe', 'OLD Doe'],
      leftOut: { 'out-of-reach': 1, deceased: 1, inactive: 1 },
    });
    const { body } = await world.ask('GET', '/Group/$for-broadcasts', { token: nurse });
    expect(body.parameter).toEqual([
      { name: 'group', valueReference: { reference: 'Group/walkers', display: 'Walking group' } },
    ]);
    // A reference below this server's base is the same Group.
    const { origin, pathname } = new URL(world.base);
    const absolute = draft({ recipient: [ref(`${origin}${pathname}/Group/walkers`)] });
    expect(await said(absolute)).toEqual(await said(draft()));
    expect((await world.ask('GET', '/Group/walkers', { token: nurse })).status).toBe(404);
    // Whom no reference leads to is counted, too.
    const identifier = { system: 'urn:mrn', value: '1' };
    await put({
      resourceType: 'Group',
      id: 'walkers-astray',
      type: 'person',
      actual: true,
      member: [{ entity: ref('Patient/ana') }, { entity: { identifier } }, { entity: { identifier } }],
    });
    const astray = draft({ recipient: [ref('Group/walkers-astray')] });
    expect(await said(astray)).toEqual({ recipients: 1, names: ['ANA Doe'], leftOut: { unknown: 2 } });
    await world.ask('DELETE', '/Group/walkers-astray', { token: world.system });
  });

  it('is asked with one’s own rights, by roles that send, and only for what can be sent', async () => {
    const desk = await world.staff('fred', 'front-desk');
    expect((await said(draft(toThose(nextWeek())), desk)).recipients).toBe(2);
    expect((await look(draft(toThose(filter('Condition?code=x'))), desk)).status).toBe(403);
    for (const token of [
      await world.staff('bill', 'billing'),
      await world.staff('adam', 'administrator'),
      await world.staff('nora', 'nurse', 'user/*.rs'),
      world.patient('ana', 'patient/*.cruds'),
      world.system,
    ])
      for (const answer of [await look(draft(), token), await send(draft(), 3, token)])
        expect(answer.status, answer.text).toBe(403);
    const broken: [object, number][] = [
      [draft({ payload: [{ contentString: 'Dear {surname}' }] }), 422],
      [draft({ payload: 5 }), 400],
      [draft({ payload: [{ contentString: 'a' }, { contentString: 'b' }] }), 422],
      [draft({ category: kind('fax') }), 422],
      [draft({ reasonCode: undefined }), 422],
      [draft({ recipient: [ref('Patient/ana')] }), 422],
      [draft({ recipient: [ref('Group/nowhere')] }), 404],
      [draft({ category: kind('questionnaire'), payload: [{ contentReference: ref('Patient/ana') }] }), 422],
      [
        draft({ category: kind('questionnaire'), payload: [{ contentReference: ref('Questionnaire/no') }] }),
        404,
      ],
      [draft(toThose(filter('Practitioner?name=a'))), 422],
      [draft(toThose(filter('Patient?nosuch=1'))), 400],
      [draft(toThose({ url: 'urn:other', valueString: 'x' })), 422],
      // Each is asked of every record.
      [draft(toThose(...Array.from({ length: 21 }, () => nextWeek()))), 413],
    ];
    for (const [request, status] of broken) {
      const answer = await send(request, 3);
      expect([answer.status, answer.body.resourceType], JSON.stringify(request)).toEqual([
        status,
        'OperationOutcome',
      ]);
    }
    expect((await send(draft(), 4)).status).toBe(409);
    expect((await operation('$broadcast', draft())).status).toBe(400);
    expect((await send(draft(toThose(filter('Patient?birthdate=le1900-01-01'))), 0)).status).toBe(422);
    expect((await get('CommunicationRequest?_summary=count')).total).toBe(0);
  });
});

describe('a message', () => {
  it('comes to each once, in their language, with its fields filled, from the clinic; they are told of it and of nothing in it', async () => {
    const identifier = [{ system: 'urn:wellspring:sent', value: 'one' }];
    const begun = await send(draft({ identifier }), 3);
    expect([begun.status, begun.body.status], begun.text).toEqual([201, 'active']);
    const id: string = begun.body.id;
    // The answer got lost, and it is asked again.
    expect((await send(draft({ identifier }), 3)).body.id).toBe(id);
    const reworded = await send(draft({ identifier, payload: [{ contentString: 'Open on Monday' }] }), 3);
    expect(reworded.status).toBe(409);
    const ended = await over(id);
    expect(countsOf(ended)).toEqual({
      recipients: 3,
      done: 3,
      sent: 3,
      'out-of-reach': 1,
      deceased: 1,
      inactive: 1,
    });
    expect(ended).toMatchObject({
      requester: { reference: 'Practitioner/nina' },
      sender: { reference: 'Organization/clinic', display: 'clinic' },
      recipient: [ref('Group/walkers')],
    });
    const sent = await sentBy(id);
    expect(sent.map(({ subject }) => (subject as { reference: string }).reference).sort()).toEqual([
      'Patient/ana',
      'Patient/luz',
      'Patient/old',
    ]);
    const to = (patient: string) =>
      sent.find(({ subject }) => (subject as { reference: string }).reference === `Patient/${patient}`);
    expect(to('ana')).toMatchObject({
      topic: { text: 'Closed on Monday' },
      payload: [{ contentString: 'Dear ANA, potassium. clinic, nina' }],
      sender: { reference: 'Organization/clinic' },
    });
    expect(to('luz')).toMatchObject({
      topic: { text: 'Lunes cerrado' },
      payload: [{ contentString: 'Hola LUZ' }],
    });
    const toAna = () => mailbox.mails.filter(({ to }) => to === 'ana@example.org');
    await expect
      .poll(() => toAna().map(({ subject }) => subject), { timeout: 10_000 })
      .toContain('There is a new message for you.');
    expect(JSON.stringify(toAna())).not.toMatch(/potassium|Monday/);
    // The patient reads it, and the answer waits for the pool.
    const ana = world.patient('ana', 'patient/Communication.crs');
    const answer = await world.ask('POST', '/Communication', {
      token: ana,
      body: {
        resourceType: 'Communication',
        status: 'completed',
        subject: ref('Patient/ana'),
        sender: ref('Patient/ana'),
        recipient: [ref('Organization/clinic')],
        inResponseTo: [ref(`Communication/${to('ana')?.id}`)],
        sent: new Date().toISOString(),
        payload: [{ contentString: 'Thank you' }],
      },
    });
    expect(answer.status, answer.text).toBe(201);
    const [task] = (await get('Task?code=urn:wellspring:task|message')).entry;
    expect(task.resource.performerType[0].coding[0].code).toBe('nurse');
    expect(task.resource.owner).toBeUndefined();
    const { body: log } = await world.ask('GET', '/AuditEvent?patient=Patient/ana&action=C', {
      token: world.system,
    });
    expect(JSON.stringify(log)).toContain('Practitioner/nina');
  });

  it('is a questionnaire to fill in, as well, and they are told', async () => {
    const request = draft({
      category: kind('questionnaire'),
      payload: [{ contentReference: ref('Questionnaire/sleep') }],
      ...toThose(filter('Patient?birthdate=le1950-01-01')),
    });
    const { body } = await send(request, 1);
    await over(body.id);
    expect(await sentBy(body.id, 'Task')).toMatchObject([
      {
        status: 'ready',
        focus: ref('Questionnaire/sleep'),
        for: ref('Patient/old'),
        owner: ref('Patient/old'),
        description: 'Closed on Monday',
      },
    ]);
    await expect
      .poll(() => mailbox.mails.filter(({ to }) => to === 'old@example.org').map(({ subject }) => subject), {
        timeout: 10_000,
      })
      .toContain('There is something for you to fill in.');
    const own = await world.ask('GET', '/Task?status=ready', { token: world.patient('old') });
    expect(own.body.entry).toHaveLength(1);
  });

  it('that goes to many is written by its operation alone, and changed by nobody', async () => {
    const { body } = await send(draft(), 3);
    const stored = await over(body.id);
    const plain = { ...stored, status: 'active' };
    expect(
      (await world.ask('PUT', `/CommunicationRequest/${body.id}`, { token: nurse, body: plain })).status,
    ).toBe(403);
    expect(
      (await world.ask('POST', '/CommunicationRequest', { token: nurse, body: draft({ recipient: [] }) }))
        .status,
    ).toBe(403);
    const patch = [{ op: 'remove', path: '/category' }];
    const patched = await world.ask('PATCH', `/CommunicationRequest/${body.id}`, {
      token: nurse,
      body: JSON.stringify(patch),
      headers: { 'Content-Type': 'application/json-patch+json' },
    });
    expect(patched.status).toBe(403);
    const own = { resourceType: 'CommunicationRequest', status: 'active', subject: ref('Patient/ana') };
    expect((await world.ask('POST', '/CommunicationRequest', { token: nurse, body: own })).status).toBe(201);
    // It is over.
    expect((await operation(`${body.id}/$stop`, {}, [])).status).toBe(400);
    const stop = await world.ask('POST', `/CommunicationRequest/${body.id}/$stop`, { token: nurse });
    expect(stop.status).toBe(409);
  });

  it('goes to somebody who wrote down that they had it already; nobody else bears its name', async () => {
    const named = { system: 'urn:wellspring:broadcast', value: 'x/ana' };
    const message = {
      resourceType: 'Communication',
      status: 'completed',
      identifier: [named],
      subject: ref('Patient/ana'),
      sender: ref('Patient/ana'),
      payload: [{ contentString: 'Hello' }],
    };
    const patient = world.patient('ana', 'openid fhirUser patient/*.cruds');
    const as = (token: string, body: object, method = 'POST', path = '/Communication') =>
      world.ask(method, path, { token, body });
    expect((await as(patient, message)).status).toBe(403);
    expect((await as(nurse, { ...message, sender: ref('Practitioner/nina') })).status).toBe(403);
    const task = { resourceType: 'Task', status: 'requested', intent: 'order', for: ref('Patient/ana') };
    const asked = { ...task, requester: ref('Patient/ana'), identifier: [named] };
    expect((await as(patient, asked, 'POST', '/Task')).status).toBe(403);
    const group = { system: 'urn:wellspring:work', value: 'Communication/x' };
    expect((await as(nurse, { ...task, groupIdentifier: group }, 'POST', '/Task')).status).toBe(403);
    // One that was there before this was refused keeps nobody from getting theirs.
    const id = createHash('sha256')
      .update(JSON.stringify(['nina', 'again']))
      .digest('hex')
      .slice(0, 40);
    await put({ ...message, id: 'decoy', identifier: [{ ...named, value: `${id}/ana` }] });
    const { body } = await send(
      draft({ identifier: [{ system: 'urn:wellspring:sent', value: 'again' }] }),
      3,
    );
    expect(body.id).toBe(id);
    await over(id);
    const sent = await get(`Communication?based-on=CommunicationRequest/${body.id}&subject=Patient/ana`);
    const [{ resource }] = sent.entry;
    expect(
      (await as(nurse, { ...resource, identifier: undefined }, 'PUT', `/Communication/${resource.id}`))
        .status,
    ).toBe(403);
    expect(
      (await as(nurse, { ...resource, priority: 'routine' }, 'PUT', `/Communication/${resource.id}`)).status,
    ).toBe(200);
  });

  it('is not read by whoever might not ask so themselves: the front desk, of diagnoses', async () => {
    await put({
      resourceType: 'Condition',
      id: 'hiv',
      subject: ref('Patient/ana'),
      code: { coding: [{ system: 'http://snomed.info/sct', code: '86406008' }] },
    });
    const desk = await world.staff('fran', 'front-desk');
    const queries = [
      toThose(filter('Condition?code=86406008')),
      toThose(filter('Patient?_has:Condition:patient:code=86406008')),
      toThose(filter('Patient?_id=ana'), without('Condition?code=none')),
    ];
    for (const who of queries) {
      const { body } = await send(draft(who), 1);
      await over(body.id);
      const path = `/CommunicationRequest/${body.id}`;
      for (const each of [path, `${path}/_history`, `${path}/_history/1`])
        expect((await world.ask('GET', each, { token: desk })).status, each).toBe(404);
      const counted = await world.ask('GET', `/CommunicationRequest?_id=${body.id}&_summary=count`, {
        token: desk,
      });
      expect(counted.body.total).toBe(0);
      const has = `/Communication?based-on:CommunicationRequest.category=urn:wellspring:broadcast-asks|Condition&_summary=count`;
      expect((await world.ask('GET', has, { token: desk })).body.total).toBe(0);
      expect((await world.ask('GET', has, { token: nurse })).body.total).toBeGreaterThan(0);
      expect((await world.ask('GET', path, { token: nurse })).status).toBe(200);
    }
  });

  it('is read and stopped within the organization that sends it alone: it says who is meant, and why', async () => {
    const { body } = await send(draft(toThose(nextWeek(), filter('Patient?birthdate=ge1900'))), 2);
    const path = `/CommunicationRequest/${body.id}`;
    const asked = async (token: string) => {
      const of = (way: string, method = 'GET') => world.ask(method, way, { token });
      return [
        (await of(path)).status,
        (await of(`${path}/_history`)).status,
        (await of(`/CommunicationRequest?_id=${body.id}&_total=accurate`)).body.total,
        (
          await of(
            `/CommunicationRequest?category=urn:wellspring:broadcast|message&_id=${body.id}&_summary=count`,
          )
        ).body.total,
        (await of(`${path}/$stop`, 'POST')).status,
      ];
    };
    await over(body.id);
    const elsewhere = await world.staff('otto', 'clinician', 'openid fhirUser user/*.cruds', 'elsewhere');
    expect(await asked(elsewhere)).toEqual([404, 404, 0, 0, 404]);
    // It is over.
    expect(await asked(await world.staff('fred', 'front-desk'))).toEqual([200, 200, 1, 1, 409]);
    expect(await asked(nurse)).toEqual([200, 200, 1, 1, 409]);
    // What is no broadcast and nobody's is for all staff, as before.
    const plain = { resourceType: 'CommunicationRequest', status: 'active' };
    const made = await world.ask('POST', '/CommunicationRequest', { token: nurse, body: plain });
    const read = await world.ask('GET', `/CommunicationRequest/${made.body.id}`, { token: elsewhere });
    expect(read.status).toBe(200);
  });
});
