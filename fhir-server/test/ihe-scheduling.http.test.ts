/** Times asked for as other systems do: by the parameters of IHE ITI Scheduling 1.0.0 (`Appointment/$find`). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const SCOPE = 'patient/Appointment.crus patient/Slot.rs patient/Schedule.rs patient/Patient.rs';
const later = new Date(Date.now() + 7 * 86_400_000);
// A Wednesday, some days ahead: what is there on the same clock all day.
later.setUTCDate(later.getUTCDate() + ((3 - later.getUTCDay() + 7) % 7));
const day = later.toISOString().slice(0, 10);
const next = new Date(later.getTime() + 86_400_000).toISOString().slice(0, 10);
const at = (on: string, hour: number): string => `${on}T${String(hour).padStart(2, '0')}:00:00Z`;

describe.each(STORES)('$find by what IHE names, %s', (_, open) => {
  let world: World;
  const ask = (token: string, ...parameter: object[]) =>
    world.ask('POST', '/Appointment/$find', {
      token,
      body: {
        resourceType: 'Parameters',
        parameter: [
          { name: 'start', valueDateTime: at(day, 0) },
          { name: 'end', valueDateTime: at(next, 23) },
          ...parameter,
        ],
      },
    });
  const slotsOf = ({ body }: Awaited<ReturnType<typeof ask>>): string[] =>
    (body.entry ?? []).map(
      ({ resource }: { resource: { slot: { reference: string }[] } }) =>
        resource.slot[0]?.reference.split('/')[1],
    );
  const found = async (...parameter: object[]): Promise<string[]> => {
    const answer = await ask(world.system, ...parameter);
    expect(answer.status, answer.text).toBe(200);
    return slotsOf(answer);
  };

  beforeAll(async () => {
    world = await open();
    const put = (resource: { resourceType: string; id: string; [member: string]: unknown }) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    });
    const slot = (id: string, of: string, start: string, end: string) =>
      put({
        resourceType: 'Slot',
        id,
        schedule: { reference: `Schedule/${of}` },
        status: 'free',
        start,
        end,
      });
    const location = (id: string, city: string, postalCode: string) =>
      put({
        resourceType: 'Location',
        id,
        address: { city, postalCode },
        managingOrganization: { reference: 'Organization/house' },
      });
    const entry = [
      put({
        resourceType: 'Organization',
        id: 'house',
        name: 'House',
        extension: [
          { url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' },
        ],
      }),
      put({ resourceType: 'Practitioner', id: 'vider', identifier: [{ system: 'urn:npi', value: 'PR1' }] }),
      put({ resourceType: 'Practitioner', id: 'other', identifier: [{ system: 'urn:npi', value: 'PR2' }] }),
      location('north', 'Northville', '12345'),
      location('south', 'Southport', '54321'),
      put({
        resourceType: 'Schedule',
        id: 'north',
        actor: [{ reference: 'Practitioner/vider' }, { reference: 'Location/north' }],
      }),
      put({
        resourceType: 'Schedule',
        id: 'south',
        actor: [{ reference: 'Practitioner/other' }, { reference: 'Location/south' }],
      }),
      // In New York four or five hours earlier: morning, afternoon, evening.
      slot('north-morning', 'north', at(day, 14), at(day, 15)),
      slot('north-evening', 'north', at(day, 23), at(next, 0)),
      slot('south-afternoon', 'south', at(day, 19), at(day, 20)),
      slot('south-next', 'south', at(next, 14), at(next, 15)),
      put({ resourceType: 'Patient', id: 'ann', active: true }),
      put({ resourceType: 'Patient', id: 'bob', active: true }),
      put({ resourceType: 'Patient', id: 'late', deceasedBoolean: true }),
      put({
        resourceType: 'ServiceRequest',
        id: 'referral',
        identifier: [{ system: 'urn:referrals', value: 'R1' }],
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/ann' },
      }),
    ];
    const loaded = await world.ask('POST', '', {
      token: world.system,
      body: { resourceType: 'Bundle', type: 'transaction', entry },
    });
    expect(loaded.status, loaded.text).toBe(200);
  });
  afterAll(() => world?.close());

  it('knows a practitioner by an identifier, as the guide’s own example has it, and of one that is not here no times', async () => {
    const by = (value: string) => ({
      name: 'practitioner',
      valueReference: { identifier: { system: 'urn:npi', value }, display: 'Dr. Pro Vider' },
    });
    expect(await found(by('PR1'))).toEqual(['north-morning', 'north-evening']);
    expect(await found(by('PR1'), by('PR2'))).toHaveLength(4);
    expect(await found(by('PR3'))).toEqual([]);
  });

  it('proposes why as it was said: in words alone, and one reason in several codes as one', async () => {
    const cough = {
      coding: [
        { system: 'urn:reasons', code: 'cough', display: 'Cough' },
        { system: 'urn:more-reasons', code: '49727002' },
      ],
      text: 'Cough since Monday',
    };
    const said = async (...reasons: object[]) => {
      const { body } = await ask(world.system, ...reasons.map((each) => ({ name: 'reason', ...each })));
      return body.entry?.[0].resource.reasonCode;
    };
    expect(await said({ valueCodeableConcept: cough })).toEqual([cough]);
    const [coding] = cough.coding;
    const words = { text: 'Tired' };
    expect(await said({ valueCodeableConcept: words }, { valueCoding: coding })).toEqual([
      words,
      { coding: [coding] },
    ]);
  });

  it('finds a place by a part of its address', async () => {
    const where = (valueString: string) => ({ name: 'location-string', valueString });
    expect(await found(where('north'))).toEqual(['north-morning', 'north-evening']);
    expect(await found(where('54321'))).toEqual(['south-afternoon', 'south-next']);
    expect(await found(where('12345'), where('South'))).toHaveLength(4);
    expect(await found(where('Nowhere'))).toEqual([]);
  });

  it('hears when it is wanted, by the clinic’s clock', async () => {
    const timing = (value: object) => ({ name: 'timing', valueTiming: value });
    const repeat = (value: object) => timing({ repeat: value });
    expect(await found(repeat({ when: ['MORN'] }))).toEqual(['north-morning', 'south-next']);
    expect(await found(repeat({ when: ['AFT', 'EVE'] }))).toEqual(['south-afternoon', 'north-evening']);
    expect(await found(repeat({ dayOfWeek: ['thu'] }))).toEqual(['south-next']);
    expect(await found(repeat({ dayOfWeek: ['wed'], when: ['EVE'] }))).toEqual(['north-evening']);
    expect(await found(timing({ event: [next] }))).toEqual(['south-next']);
    expect(await found(timing({ event: [`${day}T14:30:00Z`] }))).toEqual(['north-morning']);
    expect(await found(repeat({ boundsPeriod: { start: at(day, 15), end: at(day, 22) } }))).toEqual([
      'south-afternoon',
    ]);
    expect(await found(repeat({ boundsPeriod: { start: next } }))).toEqual(['south-next']);
    for (const unheard of [
      repeat({ frequency: 2, period: 1, periodUnit: 'd' }),
      timing({ code: { text: 'BID' } }),
    ]) {
      const { status, body } = await ask(world.system, unheard);
      expect([status, body.issue[0].diagnostics]).toEqual([400, expect.stringContaining("'timing'")]);
    }
  });

  it('proposes for whom and why it is asked, and what is proposed can be booked as it is', async () => {
    const given = [
      { name: 'patient-reference', valueReference: { reference: 'Patient/ann' } },
      { name: 'reason', valueString: 'urn:reasons|cough' },
      { name: 'referral-identifier', valueIdentifier: { system: 'urn:referrals', value: 'R1' } },
      { name: 'practitioner', valueReference: { reference: 'Practitioner/vider' } },
    ];
    const answer = await ask(world.system, ...given);
    const [{ resource: proposed }] = answer.body.entry;
    expect(proposed).toMatchObject({
      status: 'proposed',
      reasonCode: [{ coding: [{ system: 'urn:reasons', code: 'cough' }] }],
      basedOn: [{ reference: 'ServiceRequest/referral' }],
      participant: [
        { actor: { reference: 'Patient/ann' }, status: 'needs-action' },
        { actor: { reference: 'Practitioner/vider' } },
        { actor: { reference: 'Location/north' } },
      ],
    });
    const held = await world.ask('POST', '/Appointment/$hold', {
      token: world.system,
      body: { resourceType: 'Parameters', parameter: [{ name: 'appt-resource', resource: proposed }] },
    });
    expect(held.status, held.text).toBe(201);
    // Held by whom it is for, it is in nobody's way but others'.
    expect(await found(given[0] as object, given[3] as object)).toEqual(['north-morning', 'north-evening']);
    expect(await found(given[3] as object)).toEqual(['north-evening']);
    const booked = await world.ask('POST', '/Appointment/$book', {
      token: world.system,
      body: {
        resourceType: 'Parameters',
        parameter: [
          { name: 'appointment-reference', valueReference: { reference: `Appointment/${held.body.id}` } },
        ],
      },
    });
    expect([booked.status, booked.body]).toEqual([
      201,
      expect.objectContaining({
        status: 'booked',
        reasonCode: proposed.reasonCode,
        basedOn: [expect.objectContaining({ reference: 'ServiceRequest/referral' })],
      }),
    ]);
  });

  it('is told in the CapabilityStatement where it is not as IHE has it: what is refused, and how', async () => {
    const { body } = await world.ask('GET', '/metadata', {});
    const { operation } = body.rest[0].resource.find(({ type }: { type: string }) => type === 'Appointment');
    const insurance = { name: 'insurance-reference', valueReference: { reference: 'InsurancePlan/x' } };
    for (const name of ['find', 'hold', 'book']) {
      const { documentation } = operation.find((each: { name: string }) => each.name === name);
      expect(documentation).toContain('insurance-reference is refused (400)');
      const refused = await world.ask('POST', `/Appointment/$${name}`, {
        token: world.system,
        body: { resourceType: 'Parameters', parameter: [insurance] },
      });
      const [{ code, expression, diagnostics }] = refused.body.issue;
      expect([refused.status, code, expression, diagnostics]).toEqual([
        400,
        'invalid',
        ['Parameters.parameter[0].value'],
        expect.stringContaining('insurance-reference'),
      ]);
    }
  });

  it('is asked for one patient, whom the caller may read, and who is alive; for a referral of theirs', async () => {
    const patient = (id: string) => ({ name: 'patient-reference', valueReference: { reference: id } });
    const referral = (value: string) => ({
      name: 'referral-identifier',
      valueIdentifier: { system: 'urn:referrals', value },
    });
    for (const [parameter, status] of [
      [[patient('Patient/ann'), patient('Patient/bob')], 400],
      [[patient('Practitioner/vider')], 400],
      [[patient('Patient/late')], 422],
      [[patient('Patient/nobody')], 404],
      [[patient('Patient/bob'), referral('R1')], 422],
      [[referral('R2')], 422],
      [[{ name: 'patient-resource', resource: { resourceType: 'Practitioner' } }], 400],
      [[{ name: 'insurance-reference', valueReference: { reference: 'InsurancePlan/x' } }], 400],
    ] as const)
      expect((await ask(world.system, ...parameter)).status, JSON.stringify(parameter)).toBe(status);
    const own = world.patient('ann', SCOPE);
    expect((await ask(own, patient('Patient/ann'))).status).toBe(200);
    expect((await ask(own, patient('Patient/bob'))).status).toBe(404);
    expect((await ask(own, referral('R1'))).status).toBe(403);
    const stranger = {
      name: 'patient-resource',
      resource: { resourceType: 'Patient', name: [{ text: 'New' }] },
    };
    expect((await ask(world.system, stranger)).status).toBe(200);
  });
});
