/** What renews, replaces, answers or carries out one thing is about the same patient, whoever writes it and by whatever way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

type Body = { readonly resourceType: string; readonly [member: string]: unknown };
const ref = (reference: string) => ({ reference });
const patient = (id: string) => ({ subject: ref(`Patient/${id}`) });
const prescription = (of: string, more: object = {}): Body => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Metformin' },
  ...patient(of),
  ...more,
});
const order = (of: string, more: object = {}): Body => ({
  resourceType: 'ServiceRequest',
  status: 'active',
  intent: 'order',
  ...patient(of),
  ...more,
});

describe.each(STORES)('of the same patient, %s', (_, open) => {
  let world: World;
  const post = (body: Body, token = world.system) =>
    world.ask('POST', `/${body.resourceType}`, { token, body });
  const put = (body: Body & { readonly id: string }, token = world.system) =>
    world.ask('PUT', `/${body.resourceType}/${body.id}`, { token, body });

  beforeAll(async () => {
    world = await open();
    for (const body of [
      { resourceType: 'Patient', id: 'ann' },
      { resourceType: 'Patient', id: 'bob' },
      { ...prescription('ann'), id: 'of-ann' },
      { ...order('ann'), id: 'of-ann' },
      {
        resourceType: 'Communication',
        id: 'of-ann',
        status: 'completed',
        ...patient('ann'),
        payload: [{ contentString: 'How are you?' }],
      },
      { resourceType: 'CarePlan', id: 'of-ann', status: 'active', intent: 'plan', ...patient('ann') },
      {
        resourceType: 'Group',
        id: 'all',
        type: 'person',
        actual: true,
        member: [{ entity: ref('Patient/ann') }],
      },
    ]) {
      const { status, text } = await put(body);
      expect(status, text).toBe(201);
    }
  });
  afterAll(() => world?.close());

  const FOR_ANN: readonly [element: string, body: (of: string) => Body][] = [
    ['priorPrescription', (of) => prescription(of, { priorPrescription: ref('MedicationRequest/of-ann') })],
    ['replaces', (of) => order(of, { replaces: [ref('ServiceRequest/of-ann')] })],
    [
      'authorizingPrescription',
      (of) => ({
        resourceType: 'MedicationDispense',
        status: 'completed',
        medicationCodeableConcept: { text: 'Metformin' },
        ...patient(of),
        authorizingPrescription: [ref('MedicationRequest/of-ann')],
      }),
    ],
    [
      'request',
      (of) => ({
        resourceType: 'MedicationAdministration',
        status: 'completed',
        medicationCodeableConcept: { text: 'Metformin' },
        effectiveDateTime: '2026-01-01',
        ...patient(of),
        request: ref('MedicationRequest/of-ann'),
      }),
    ],
    [
      'inResponseTo',
      (of) => ({
        resourceType: 'Communication',
        status: 'completed',
        ...patient(of),
        payload: [{ contentString: 'Well' }],
        inResponseTo: [ref('Communication/of-ann')],
      }),
    ],
    [
      'replaces',
      (of) => ({
        resourceType: 'CarePlan',
        status: 'active',
        intent: 'plan',
        ...patient(of),
        replaces: [ref('CarePlan/of-ann/_history/1')],
      }),
    ],
  ];

  it.each(FOR_ANN)('%s: by systems and by staff, alone and in a transaction', async (element, body) => {
    const { resourceType: type } = body('bob');
    const staff = await world.staff('nurse', 'nurse');
    for (const token of [world.system, staff]) {
      const { status, body: outcome } = await post(body('bob'), token);
      if (status === 403) continue;
      expect([status, outcome.issue[0].expression[0]]).toEqual([
        422,
        expect.stringMatching(`^${type}.${element}(\\[0\\])?$`),
      ]);
    }
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: body('bob'), request: { method: 'POST', url: type } }],
    };
    expect((await world.ask('POST', '', { token: world.system, body: bundle })).status).toBe(422);
    expect((await post(body('ann'))).status).toBe(201);
  });

  it('also where both are written in one commit; what names a Group, or nobody, may name anybody’s', async () => {
    const together = (of: string) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:0b0f3f6c-7f0e-4a6b-8f38-0f3c8a1f0c01',
          resource: prescription('ann'),
          request: { method: 'POST', url: 'MedicationRequest' },
        },
        {
          resource: prescription(of, {
            priorPrescription: ref('urn:uuid:0b0f3f6c-7f0e-4a6b-8f38-0f3c8a1f0c01'),
          }),
          request: { method: 'POST', url: 'MedicationRequest' },
        },
      ],
    });
    const send = (body: object) => world.ask('POST', '', { token: world.system, body });
    const refused = await send(together('bob'));
    expect([refused.status, refused.body.issue?.[0].expression]).toEqual([
      422,
      ['Bundle.entry[1].resource.priorPrescription'],
    ]);
    expect((await send(together('ann'))).status).toBe(200);
    const ofAll = order('bob', { subject: ref('Group/all'), replaces: [ref('ServiceRequest/of-ann')] });
    expect((await post(ofAll)).status).toBe(201);
  });

  it('not what results from an order, or is a part: a donor is examined on the recipient’s order', async () => {
    const result: Body = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'HLA' },
      ...patient('bob'),
      basedOn: [ref('ServiceRequest/of-ann')],
    };
    const { status, text } = await post(result);
    expect(status, text).toBe(201);
  });
});
