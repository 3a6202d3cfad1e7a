/** `Composition/[id]/$document`: what is in it, for whom, and what becomes of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Any, ofType } from './ips-documents.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const ref = (reference: string) => ({ reference });
const section = (...entries: string[]) => ({ title: 'x', entry: entries.map(ref) });
const RESOURCES = [
  { resourceType: 'Organization', id: 'clinic', name: 'Clinic' },
  { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Osei' }] },
  { resourceType: 'Practitioner', id: 'other', name: [{ family: 'Else' }] },
  { resourceType: 'Medication', id: 'med', code: { text: 'Ibuprofen' } },
  {
    resourceType: 'Patient',
    id: 'ana',
    name: [{ family: 'A' }],
    managingOrganization: ref('Organization/clinic'),
  },
  { resourceType: 'Patient', id: 'bob', name: [{ family: 'B' }] },
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { code: 'AMB' },
    subject: ref('Patient/ana'),
  },
  { resourceType: 'Condition', id: 'c1', code: { text: 'Asthma' }, subject: ref('Patient/ana') },
  { resourceType: 'Condition', id: 'c2', code: { text: 'Gout' }, subject: ref('Patient/ana') },
  { resourceType: 'Condition', id: 'of-bob', code: { text: 'Secret' }, subject: ref('Patient/bob') },
  {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    code: { text: 'Weight' },
    subject: ref('Patient/ana'),
    valueQuantity: { value: 70, unit: 'kg' },
  },
  {
    resourceType: 'MedicationRequest',
    id: 'rx',
    status: 'active',
    intent: 'order',
    subject: ref('Patient/ana'),
    medicationReference: ref('Medication/med'),
  },
  {
    resourceType: 'Composition',
    id: 'old',
    status: 'final',
    type: { text: 'Letter' },
    date: '2024-01-01',
    author: [ref('Practitioner/other')],
    title: 'Before',
    subject: ref('Patient/ana'),
  },
  {
    resourceType: 'Composition',
    id: 'letter',
    status: 'final',
    type: { text: 'Letter' },
    subject: ref('Patient/ana'),
    encounter: ref('Encounter/e1'),
    date: '2024-01-02',
    author: [ref('Practitioner/doc')],
    title: 'Letter',
    relatesTo: [{ code: 'replaces', targetReference: ref('Composition/old') }],
    section: [
      section('Condition/c1', 'Condition/of-bob'),
      { title: 'y', section: [section('MedicationRequest/rx', 'Observation/o1')] },
    ],
  },
];

beforeAll(async () => {
  world = await openWorld({ MAX_INCLUDED: '12' });
  const { status, text } = await world.ask('POST', '', {
    token: world.system,
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: RESOURCES.map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      })),
    },
  });
  expect(status, text).toBe(200);
});
afterAll(() => world.close());

const get = (path: string, token = world.system) => world.ask('GET', path, { token });
const persist = { resourceType: 'Parameters', parameter: [{ name: 'persist', valueBoolean: true }] };
const namesOf = ({ entry }: Any) =>
  entry.map(({ resource }: Any) => `${resource.resourceType}/${resource.id}`);

describe('Composition/$document', () => {
  it('begins with the Composition and holds what it refers to, and who and what that names', async () => {
    const { status, body } = await get('/Composition/letter/$document');
    expect([status, body.type]).toEqual([200, 'document']);
    expect(body.identifier.value).toMatch(/^urn:uuid:/);
    const [first, ...rest] = namesOf(body);
    expect(first).toBe('Composition/letter');
    expect(rest.sort()).toEqual([
      'Condition/c1',
      'Condition/of-bob',
      'Encounter/e1',
      'Medication/med',
      'MedicationRequest/rx',
      'Observation/o1',
      'Organization/clinic',
      'Patient/ana',
      'Practitioner/doc',
    ]);
    expect(body.entry[0].fullUrl).toBe(`${world.base}/Composition/letter`);
    const byType = await get(`/Composition/$document?id=${world.base}/Composition/letter`);
    expect(namesOf(byType.body).length).toBe(10);
  });

  it('holds for each caller what they may read, and nothing of a Composition that is not theirs', async () => {
    const { body } = await get('/Composition/letter/$document', world.patient('ana'));
    expect(ofType(body, 'Condition').map(({ id }) => id)).toEqual(['c1']);
    const bare = await get('/Composition/letter/$document', world.patient('ana', 'patient/Composition.rs'));
    expect(namesOf(bare.body)).toEqual(['Composition/letter']);
    const bob = world.patient('bob');
    const [other, none] = [
      await get('/Composition/letter/$document', bob),
      await get('/Composition/zzzzzz/$document', bob),
    ];
    expect([other.status, other.text.replace('letter', 'zzzzzz')]).toEqual([404, none.text]);
    expect(
      (await get('/Composition/letter/$document', world.patient('ana', 'patient/Patient.rs'))).status,
    ).toBe(403);
  });

  it('is kept with persist, by POST and by whoever may create Bundles', async () => {
    const ask = (token: string) =>
      world.ask('POST', '/Composition/letter/$document', { token, body: persist });
    const { status, body, headers } = await ask(world.system);
    expect(status).toBe(201);
    expect(headers.get('location')).toContain(`/Bundle/${body.id}/_history/1`);
    expect(namesOf((await get(`/Bundle/${body.id}`)).body)).toEqual(namesOf(body));
    expect((await ask(world.patient('ana', 'patient/*.cruds'))).status).toBe(403);
    expect((await get('/Composition/letter/$document?persist=true')).status).toBe(400);
  });

  it('refuses what it does not do, and more than a page may include', async () => {
    const status = async (path: string) => (await get(path)).status;
    expect(await status('/Composition/letter/$document?graph=urn:x')).toBe(404);
    expect(await status('/Composition/letter/$document?persist=perhaps')).toBe(400);
    expect(await status('/Composition/$document')).toBe(400);
    expect(await status('/Composition/$document?id=http://elsewhere.example/Composition/1')).toBe(404);
    const many = Array.from({ length: 13 }, (_, i) => `Condition/${i % 2 ? 'c1' : 'c2'}-${i}`);
    const conditions = many.map((name) => ({
      resourceType: 'Condition',
      id: name.split('/')[1],
      subject: ref('Patient/ana'),
    }));
    for (const each of conditions)
      await world.ask('PUT', `/Condition/${each.id}`, { token: world.system, body: each });
    const letter = RESOURCES.at(-1) as object;
    const body = { ...letter, id: 'long', section: [section(...many)] };
    expect((await world.ask('PUT', '/Composition/long', { token: world.system, body })).status).toBe(201);
    expect(await status('/Composition/long/$document')).toBe(413);
  });
});
