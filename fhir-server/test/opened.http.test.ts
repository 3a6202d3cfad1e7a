/** What somebody has opened of a record: known on all their devices, to nobody else, and never more of it than is new. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  for (const id of ['ana', 'bob']) await put({ resourceType: 'Patient', id });
  await put({ resourceType: 'Practitioner', id: 'ruiz' });
  await put({
    resourceType: 'RelatedPerson',
    id: 'mum',
    active: true,
    patient: { reference: 'Patient/bob' },
  });
});
afterAll(() => world?.close());

async function put(resource: { resourceType: string; id: string } & Record<string, unknown>): Promise<void> {
  const path = `/${resource.resourceType}/${resource.id}`;
  const answer = await world.ask('PUT', path, { token: world.system, body: resource });
  expect([200, 201]).toContain(answer.status);
}

const SCOPE = 'openid fhirUser patient/*.rs patient/Patient.u';
const asPatient = (id: string, scope = SCOPE) => world.patient(id, scope);
const asMum = () =>
  world.token({ scope: SCOPE, patient: 'bob', fhirUser: `${world.base}/RelatedPerson/mum`, sub: 'mum' });

interface Marks {
  readonly parameter?: readonly { readonly name: string; readonly valueString: string }[];
}
const marksIn = (body: unknown): string[] =>
  ((body as Marks).parameter ?? []).map(({ valueString }) => valueString);

const open = (patient: string, token: string, ...marks: string[]) =>
  world.ask('POST', `/Patient/${patient}/$opened`, {
    token,
    body: {
      resourceType: 'Parameters',
      parameter: marks.map((valueString) => ({ name: 'mark', valueString })),
    },
  });
const opened = async (patient: string, token: string): Promise<string[]> => {
  const answer = await world.ask('GET', `/Patient/${patient}/$opened`, { token });
  expect(answer.status).toBe(200);
  return marksIn(answer.body);
};

it('what was opened on one device is so on another, the newest first, each once', async () => {
  const phone = await asPatient('ana');
  expect(await opened('ana', phone)).toEqual([]);
  expect((await open('ana', phone, 'result-1')).status).toBe(200);
  const answer = await open('ana', await asPatient('ana'), 'Appointment/a/2', 'result-1');
  expect(marksIn(answer.body)).toEqual(['Appointment/a/2', 'result-1']);
  expect(await opened('ana', phone)).toEqual(['Appointment/a/2', 'result-1']);
});

it('an app that has nothing to tell is told all the same', async () => {
  expect(marksIn((await open('ana', await asPatient('ana'))).body)).toEqual(['Appointment/a/2', 'result-1']);
});

it('of several devices at once none is lost', async () => {
  const token = await asPatient('ana');
  const ids = Array.from({ length: 12 }, (_, i) => `at-once-${i}`);
  await Promise.all(ids.map((id) => open('ana', token, id)));
  expect(await opened('ana', token)).toEqual(expect.arrayContaining(ids));
});

it('it is the reader’s own: neither a parent nor the young person learns what the other opened', async () => {
  const [bob, mum] = [await asPatient('bob'), await asMum()];
  await open('bob', bob, 'bobs');
  await open('bob', mum, 'mums');
  expect(await opened('bob', bob)).toEqual(['bobs']);
  expect(await opened('bob', mum)).toEqual(['mums']);
});

it('is kept to a thousand of one person in one record', async () => {
  const token = await asPatient('bob');
  for (let from = 0; from < 1200; from += 200)
    await open('bob', token, ...Array.from({ length: 200 }, (_, i) => `many-${from + i}`));
  const marks = await opened('bob', token);
  expect(marks).toHaveLength(1000);
  expect(marks).toContain('many-1199');
  expect(marks).not.toContain('many-0');
});

it('leaves no row in the log of who looked', async () => {
  const token = await asPatient('ana', `${SCOPE} patient/AuditEvent.rs`);
  const rows = async () => {
    const { body } = await world.ask('GET', '/AuditEvent?patient=ana&_summary=count', { token });
    return (body as { total: number }).total;
  };
  const before = await rows();
  await open('ana', token, 'unlogged');
  await opened('ana', token);
  // The count itself is one.
  expect(await rows()).toBeLessThanOrEqual(before + 1);
});

describe('is refused', () => {
  it.each([
    ['words', ['HIV test positive']],
    ['a long one', ['x'.repeat(65)]],
    ['an address', ['https://example.org/a']],
    ['too many at once', Array.from({ length: 201 }, (_, i) => `m-${i}`)],
  ])('%s', async (_, marks) => {
    const answer = await open('ana', await asPatient('ana'), ...marks);
    expect(answer.status).toBe(400);
    expect((answer.body as { resourceType: string }).resourceType).toBe('OperationOutcome');
  });

  it('in somebody else’s record, as in one that is not there', async () => {
    const token = await asPatient('ana');
    for (const patient of ['bob', 'nobody']) {
      expect((await open(patient, token, 'x')).status).toBe(404);
      expect((await world.ask('GET', `/Patient/${patient}/$opened`, { token })).status).toBe(404);
    }
  });

  it('to an app that may only read, but for reading; to one that may read no Patient, wholly', async () => {
    const reads = await asPatient('ana', 'patient/*.rs');
    expect((await open('ana', reads, 'hidden')).status).toBe(403);
    expect(await opened('ana', reads)).not.toContain('hidden');
    const other = await asPatient('ana', 'patient/Observation.rs');
    expect((await world.ask('GET', '/Patient/ana/$opened', { token: other })).status).not.toBe(200);
  });

  it('to systems and to staff, who have a desk of their own', async () => {
    const staff = await world.token({
      scope: 'user/*.cruds',
      fhirUser: `${world.base}/Practitioner/ruiz`,
      sub: 'ruiz',
    });
    for (const token of [world.system, staff]) {
      expect((await open('ana', token, 'x')).status).toBe(403);
      expect((await world.ask('GET', '/Patient/ana/$opened', { token })).status).toBe(403);
    }
  });
});

it('is in the CapabilityStatement', async () => {
  const { body } = await world.ask('GET', '/metadata', {});
  expect(JSON.stringify(body)).toContain('urn:wellspring:OperationDefinition:patient-opened');
});
