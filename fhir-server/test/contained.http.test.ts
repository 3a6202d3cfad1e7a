/** What is contained, and how it is found (https://hl7.org/fhir/R4/search.html#contained). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const ask = (path: string, token = world.system) =>
    world.ask('GET', path.replaceAll(' ', '%20'), { token });
  async function ids(path: string, token = world.system): Promise<string[]> {
    const { status, body, text } = await ask(path, token);
    expect(status, `${path} ${text}`).toBe(200);
    return ((body.entry ?? []) as { resource: { id: string } }[]).map(({ resource }) => resource.id).sort();
  }
  const request = (id: string, medicine: object, more: object = {}) => ({
    resourceType: 'MedicationRequest',
    id,
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    ...medicine,
    ...more,
  });
  const inside = (code: string) => ({
    contained: [
      {
        resourceType: 'Medication',
        id: 'med',
        code: { coding: [{ system: 'urn:rx', code, display: `Tablet ${code}` }] },
        batch: { lotNumber: 'Lot-7', expirationDate: '2030-05-01' },
        manufacturer: { reference: 'Organization/maker' },
      },
      { resourceType: 'Practitioner', id: 'who', name: [{ family: 'Inner' }] },
    ],
    medicationReference: { reference: '#med' },
    requester: { reference: '#who' },
  });

  beforeAll(async () => {
    world = await open();
    const resources: { resourceType: string; id: string }[] = [
      { resourceType: 'Patient', id: 'p' },
      { resourceType: 'Organization', id: 'maker', name: 'Maker' } as never,
      {
        resourceType: 'Medication',
        id: 'stored',
        code: { coding: [{ system: 'urn:rx', code: 'a' }] },
      } as never,
      { resourceType: 'Practitioner', id: 'outer', name: [{ family: 'Outer' }] } as never,
      request(
        'out',
        { medicationReference: { reference: 'Medication/stored' } },
        { requester: { reference: 'Practitioner/outer' } },
      ),
      request('in-a', inside('a')),
      request('in-b', inside('b')),
      {
        resourceType: 'Bundle',
        id: 'document',
        type: 'document',
        identifier: { system: 'urn:d', value: '1' },
        timestamp: '2026-01-01T00:00:00Z',
        entry: [
          {
            fullUrl: 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11',
            resource: {
              resourceType: 'Composition',
              status: 'final',
              type: { coding: [{ system: 'urn:t', code: 'letter' }] },
              date: '2026-01-01',
              author: [{ display: 'x' }],
              title: 'A letter',
            },
          },
        ],
      } as never,
      request('plain', { medicationCodeableConcept: { text: 'x' } }),
    ];
    for (const resource of resources) {
      const path = `/${resource.resourceType}/${resource.id}`;
      const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
      expect(status, text).toBe(201);
    }
  });
  afterAll(() => world?.close());

  it.each([
    ['medication.code=a', ['in-a', 'out']],
    ['medication.code=urn:rx|b', ['in-b']],
    ['medication.code:not=a', ['in-b']],
    ['medication.code:text=tablet b', ['in-b']],
    ['medication:Medication.lot-number=Lot-7', ['in-a', 'in-b']],
    ['medication.expiration-date=2030-05', ['in-a', 'in-b']],
    ['medication.manufacturer=Organization/maker', ['in-a', 'in-b']],
    ['medication.manufacturer.name=make', ['in-a', 'in-b']],
    ['medication.code:missing=false', ['in-a', 'in-b', 'out']],
    ['medication.status:missing=true', ['in-a', 'in-b', 'out']],
    ['requester.name=inner', ['in-a', 'in-b']],
    ['requester:Practitioner.family=outer', ['out']],
    ['requester:Organization.name=inner', []],
    ['requester.name=inner&medication.code=b', ['in-b']],
    ['medication._id=med', []],
    ['_contained=false&_containedType=container&medication.code=b', ['in-b']],
  ])('a chain looks into it: %s', async (query, expected) => {
    expect(await ids(`/MedicationRequest?${query}`)).toEqual(expected);
  });

  it.each([
    ['composition.type=letter', ['document']],
    ['composition.title=a let', ['document']],
    ['composition.type=report', []],
    ['message.event=letter', []],
  ])('a chain looks into the first entry of a Bundle: %s', async (query, expected) => {
    expect(await ids(`/Bundle?${query}`)).toEqual(expected);
  });

  it('is no match by itself, and comes with nothing', async () => {
    expect(await ids('/Medication?code=urn:rx|b')).toEqual([]);
    expect(await ids('/Practitioner?name=inner')).toEqual([]);
    expect(await ids('/MedicationRequest?_id=in-a&_include=*')).toEqual(['in-a', 'p']);
    for (const value of ['true', 'both', 'maybe']) {
      const { status, body } = await ask(`/Medication?_contained=${value}`);
      expect(status).toBe(400);
      expect(body.issue[0].diagnostics).toContain('_contained');
    }
  });

  it('is as open as what contains it', async () => {
    const scope = 'patient/MedicationRequest.rs patient/Medication.rs';
    expect(await ids('/MedicationRequest?medication.code=b', world.patient('p', scope))).toEqual(['in-b']);
    expect(await ids('/MedicationRequest?medication.code=b', world.patient('other', scope))).toEqual([]);
  });

  it('says why it can’t be asked for three parts of one variant', async () => {
    const { status, body } = await ask('/MolecularSequence?chromosome-variant-coordinate=1$lt345$gt123');
    expect(status).toBe(400);
    expect(body.issue[0].diagnostics).toContain('three parts');
    expect((await ask('/MolecularSequence?chromosome-window-coordinate=1$lt345$gt123')).status).toBe(200);
  });
});
