/** What an administrator sees of what others exchange with this server, and that what was given up can be sent again by them: on each store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Hook, openHook } from './hook.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

interface Part {
  readonly name: string;
  readonly part: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
}

describe.each(STORES)('$exchange-state, on %s', (_store, openOn) => {
  let world: World;
  let hook: Hook;
  let chief: string;
  let subscription: string;

  beforeAll(async () => {
    hook = await openHook();
    world = await openOn({
      SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1',
      SUBSCRIPTION_RETRY_SECONDS: '0.01',
      SUBSCRIPTION_POLL_SECONDS: '0.1',
      INTROSPECTION_CACHE_SECONDS: '0',
    });
    chief = await world.staff('chief', 'administrator');
    await put({ resourceType: 'Patient', id: 'ana' });
    subscription = (
      await post({
        type: 'rest-hook',
        endpoint: `${hook.url}/secret-path`,
        header: ['X-Key: of-the-maker'],
      })
    ).body.id;
  });
  afterAll(async () => {
    await world?.close();
    await hook?.close();
  });

  const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) =>
    world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token: world.system, body: resource });
  const post = (channel: object, token = world.system) =>
    world.ask('POST', '/Subscription', {
      token,
      body: {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria: 'Observation?subject=Patient/ana',
        channel: { payload: 'application/fhir+json', ...channel },
      },
    });
  const measure = (id: string) =>
    put({
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/ana' },
    });
  const ask = (token = chief) => world.ask('GET', '/$exchange-state', { token });
  const replay = (token: string) => world.ask('POST', `/Subscription/${subscription}/$replay`, { token });

  /** Each with its parts by name; several of one name as a list. */
  async function state(token = chief): Promise<Record<'subscription' | 'job', Record<string, unknown>[]>> {
    const { body, status, text } = await ask(token);
    expect(status, text).toBe(200);
    const all = ((body.parameter ?? []) as Part[]).map(({ name, part }) => {
      const values = new Map<string, unknown[]>();
      for (const { name: key, ...value } of part)
        values.set(key, [...(values.get(key) ?? []), Object.values(value)[0]]);
      return [name, Object.fromEntries([...values].map(([key, of]) => [key, of.length > 1 ? of : of[0]]))];
    });
    const named = (name: string) => all.flatMap(([each, parts]) => (each === name ? [parts] : []));
    return { subscription: named('subscription'), job: named('job') } as never;
  }

  it('tells of subscriptions whosever they are: how they do and where to, and nothing that they hold', async () => {
    await eventually(async () => (await state()).subscription[0]?.status).toBe('active');
    expect((await state()).subscription).toEqual([
      {
        id: subscription,
        status: 'active',
        channel: 'rest-hook',
        type: 'Observation',
        host: new URL(hook.url).host,
        client: expect.any(String),
        events: 0,
        'given-up': 0,
        replaying: false,
      },
    ]);
    // A page that is open somewhere is none of it.
    const nurse = await world.staff('nina', 'nurse');
    const live = await post({ type: 'websocket' }, nurse);
    expect(live.status, live.text).toBe(201);
    expect((await state()).subscription).toHaveLength(1);
    const { text } = await ask();
    for (const secret of ['secret-path', 'of-the-maker', 'Patient/ana', 'subscription-ground'])
      expect(text, secret).not.toContain(secret);
    expect((await world.ask('GET', `/Subscription/${subscription}`, { token: chief })).status).toBe(404);
  });

  it('has what was given up sent again, as its maker said', async () => {
    hook.answer = 410;
    await measure('first');
    await eventually(async () => (await state()).subscription[0]).toMatchObject({
      events: 1,
      'given-up': 1,
      fault: 'It answered 410.',
    });
    hook.answer = 200;
    const nurse = await world.staff('nina', 'nurse');
    expect((await replay(nurse)).status).toBe(404);
    expect((await replay(await world.staff('chief', 'administrator', 'user/Subscription.rs'))).status).toBe(
      403,
    );
    const before = hook.received.length;
    const sent = await replay(chief);
    expect([sent.status, sent.body.parameter]).toEqual([202, [{ name: 'events', valueInteger: 1 }]]);
    await eventually(async () => (await state()).subscription[0]?.['given-up']).toBe(0);
    expect(hook.received.slice(before).some(({ headers }) => headers['x-key'] === 'of-the-maker')).toBe(true);
  });

  it('tells of exports of whichever client, how far they are, and no file of theirs', async () => {
    const begun = await world.ask('GET', '/$export?_type=Observation', {
      token: world.system,
      headers: { Prefer: 'respond-async', Accept: 'application/fhir+json' },
    });
    expect(begun.status, begun.text).toBe(202);
    await eventually(async () => (await state()).job[0]?.status).toBe('done');
    const [job] = (await state()).job;
    expect(job).toMatchObject({
      kind: 'export',
      level: 'system',
      type: 'Observation',
      client: expect.any(String),
      resources: 1,
      files: 1,
      begun: expect.any(String),
      ended: expect.any(String),
    });
    expect((await ask()).text).not.toContain('.ndjson');
    expect((await world.ask('GET', `/$export/${job?.id}`, { token: chief })).status).toBe(404);
  });

  it('tells of matches of members, and of nobody who was looked for', async () => {
    const begun = await world.ask('POST', '/Group/$bulk-member-match', {
      token: world.system,
      headers: { Prefer: 'respond-async' },
      body: memberMatch('Sought'),
    });
    expect(begun.status, begun.text).toBe(202);
    const found = async () => (await state()).job.find(({ kind }) => kind === 'member-match');
    await eventually(async () => (await found())?.status).toBe('done');
    expect(await found()).toMatchObject({ type: 'Group', client: 'test', resources: 2, files: 1 });
    expect((await ask()).text).not.toMatch(/Sought|of-the-payer/);
  });

  it('is for roles that oversee, by an app that may look for subscriptions, and for nobody else', async () => {
    for (const token of [
      await world.staff('nina', 'nurse'),
      await world.staff('carl', 'clinician'),
      await world.staff('chief', 'administrator', 'user/Patient.rs'),
      world.patient('ana', 'patient/*.cruds user/Subscription.cruds'),
      world.system,
    ])
      expect((await ask(token)).status).toBe(403);
  });
});

/** Of one who is not here. */
function memberMatch(family: string): object {
  const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
  const payer = { identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value: '0123456789' } };
  const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
  const consent = {
    resourceType: 'Consent',
    status: 'active',
    scope: coded(`${TERMINOLOGY}/consentscope`, 'patient-privacy'),
    category: [coded(`${TERMINOLOGY}/v3-ActCode`, 'IDSCL')],
    patient: { reference: 'Patient/1' },
    performer: [{ reference: 'Patient/1' }],
    policy: [{ uri: 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#regular' }],
    provision: {
      type: 'permit',
      period: { start: '2020-01-01', end: '2999-01-01' },
      actor: [{ role: coded(`${TERMINOLOGY}/v3-ParticipationType`, 'IRCP'), reference: payer }],
      action: [coded(`${TERMINOLOGY}/consentaction`, 'disclose')],
    },
  };
  const patient = {
    resourceType: 'Patient',
    id: '1',
    name: [{ family, given: ['Pat'] }],
    gender: 'female',
    birthDate: '1974-12-25',
  };
  const coverage = {
    resourceType: 'Coverage',
    id: 'c',
    status: 'active',
    identifier: [{ system: 'urn:members', value: 'of-the-payer' }],
    beneficiary: { reference: 'Patient/1' },
    payor: [payer],
  };
  const part = [
    { name: 'MemberPatient', resource: patient },
    { name: 'CoverageToMatch', resource: coverage },
    { name: 'Consent', resource: consent },
  ];
  return { resourceType: 'Parameters', parameter: [{ name: 'MemberBundle', part }] };
}
