/**
 * B05: a number that a patient wrote down, that of another's result to come as well, is none that the clinic finds: it keeps nothing from being stored, and nothing of
 * the clinic's is put in its place or refers to it.
 */
import { addSearchParameter, removeSearchParameter } from '@wellspring/profiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

const SYSTEM = 'https://lab.example/accession';
const KIND = { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' };
const MARK = { tag: [{ system: 'urn:wellspring:written-by', code: 'Patient/ana' }] };

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  let ana: string;
  let made = 0;
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    world.ask(method, path, { token: world.system, headers, ...(body === undefined ? {} : { body }) });
  const criteria = (value: string): string => `identifier=${SYSTEM}|${value}`;
  const result = (value: string, more: object = {}) =>
    observation('ben', 5, { identifier: [{ system: SYSTEM, value }], ...more });
  const bundle = (...entry: readonly object[]) =>
    ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });

  /** The number of a result that ben will have, twice among what ana measured. */
  async function taken(number: object = {}): Promise<string> {
    made += 1;
    const value = `ben-${made}`;
    const measured = {
      ...result(value, { identifier: [{ system: SYSTEM, value, ...number }] }),
      category: [
        {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
          ],
        },
      ],
      subject: { reference: 'Patient/ana' },
      performer: [{ reference: 'Patient/ana' }],
    };
    for (let i = 0; i < 2; i++)
      expect((await world.ask('POST', '/Observation', { token: ana, body: measured })).status).toBe(201);
    return value;
  }
  const bens = async (value: string): Promise<number> =>
    (await ask('GET', `/Observation?_summary=count&subject=Patient/ben&${criteria(value)}`)).body.total;
  const anas = async (value: string): Promise<number> =>
    (await ask('GET', `/Observation?_summary=count&subject=Patient/ana&${criteria(value)}`)).body.total;

  beforeAll(async () => {
    world = await open();
    for (const id of ['ana', 'ben']) await ask('PUT', `/Patient/${id}`, patient(id));
    ana = world.patient('ana', 'openid fhirUser launch/patient patient/*.cruds');
  });
  afterAll(() => world.close());

  it('a conditional create makes the result, once', async () => {
    const value = await taken();
    const create = () => ask('POST', '/Observation', result(value), { 'If-None-Exist': criteria(value) });
    expect([(await create()).status, (await create()).status]).toEqual([201, 200]);
    expect([await bens(value), await anas(value)]).toEqual([1, 2]);
  });

  it('by a number of one kind, too', async () => {
    const value = await taken({ type: { coding: [KIND] } });
    const kind = `${KIND.system}|${KIND.code}`;
    const identifier = [{ system: SYSTEM, value, type: { coding: [KIND] } }];
    const create = () =>
      ask('POST', '/Observation', result(value, { identifier }), {
        'If-None-Exist': `identifier:of-type=${kind}|${value}`,
      });
    expect([(await create()).status, (await create()).status]).toEqual([201, 200]);
    expect([await bens(value), await anas(value)]).toEqual([1, 2]);
  });

  it('by a parameter of the clinic’s own, too', async () => {
    const url = 'urn:wellspring:test:accession';
    const expression = 'Observation.identifier.value';
    const of = { url, code: 'accession', base: ['Observation'], type: 'string', expression } as const;
    addSearchParameter({ ...of, target: [], components: [] }, true);
    try {
      const value = await taken();
      const create = () =>
        ask('POST', '/Observation', result(value), { 'If-None-Exist': `accession:exact=${value}` });
      expect([(await create()).status, (await create()).status]).toEqual([201, 200]);
      expect([await bens(value), await anas(value)]).toEqual([1, 2]);
    } finally {
      removeSearchParameter(url);
    }
  });

  it('a conditional update writes the result, and over what it wrote', async () => {
    const value = await taken();
    const update = () => ask('PUT', `/Observation?${criteria(value)}`, result(value));
    expect([(await update()).status, (await update()).status]).toEqual([201, 200]);
    expect([await bens(value), await anas(value)]).toEqual([1, 2]);
  });

  it('a conditional patch and a conditional delete find none', async () => {
    const value = await taken();
    const operations = [{ op: 'replace', path: '/status', value: 'amended' }];
    const patched = await ask('PATCH', `/Observation?${criteria(value)}`, operations, {
      'Content-Type': 'application/json-patch+json',
    });
    expect(patched.status).toBe(404);
    expect((await ask('DELETE', `/Observation?${criteria(value)}`)).status).toBe(204);
    expect(await anas(value)).toBe(2);
  });

  it.runIf(hasTransactions)('so do the entries of a transaction, and its references', async () => {
    const value = await taken();
    const report = {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'Panel' },
      subject: { reference: 'Patient/ben' },
      result: [{ reference: `Observation?${criteria(value)}` }],
    };
    const reported = { resource: report, request: { method: 'POST', url: 'DiagnosticReport' } };
    expect((await bundle(reported)).status).toBe(400);
    const other = await taken();
    const both = () =>
      bundle(
        {
          resource: result(value),
          request: { method: 'POST', url: 'Observation', ifNoneExist: criteria(value) },
        },
        { resource: result(other), request: { method: 'PUT', url: `Observation?${criteria(other)}` } },
        reported,
      );
    const statuses = ({ body }: Awaited<ReturnType<typeof both>>) =>
      body.entry.map(({ response }: { response: { status: string } }) =>
        Number.parseInt(response.status, 10),
      );
    expect(statuses(await both())).toEqual([201, 201, 201]);
    expect(statuses(await both())).toEqual([200, 200, 201]);
    expect([await bens(value), await bens(other), await anas(value), await anas(other)]).toEqual([
      1, 1, 2, 2,
    ]);
    const [first] = (await ask('GET', `/Observation?subject=Patient/ben&${criteria(value)}`)).body.entry;
    const reports = await ask(
      'GET',
      `/DiagnosticReport?_summary=count&result=Observation/${first.resource.id}`,
    );
    expect(reports.body.total).toBe(2);
  });

  it.runIf(hasTransactions)('nor does one that comes with it in a transaction', async () => {
    made += 1;
    const value = `beside-${made}`;
    const create = (more: object) => ({
      resource: result(value, more),
      request: { method: 'POST', url: 'Observation', ifNoneExist: criteria(value) },
    });
    const [marked, plain] = [create({ meta: MARK }), create({})];
    expect((await bundle(marked, plain)).status).toBe(400);
    expect((await bundle(plain, marked)).status).toBe(400);
    expect(await bens(value)).toBe(0);
    expect((await bundle(marked)).status).toBe(200);
    const { body } = await bundle(plain, plain);
    const statuses = body.entry.map(({ response }: { response: { status: string } }) => response.status);
    expect(statuses).toEqual(['201 Created', '200 OK']);
    expect(await bens(value)).toBe(2);
  });

  it('a visit is found by its number whoever changed it last, and gets none from a patient', async () => {
    made += 1;
    const number = { system: 'https://ehr.example/visits', value: `visit-${made}` };
    const start = new Date(Date.now() + 86_400_000).toISOString();
    const visit = {
      resourceType: 'Appointment',
      status: 'booked',
      identifier: [number],
      start,
      end: start,
      participant: [{ actor: { reference: 'Patient/ana' }, status: 'accepted' }],
    };
    const at = `Appointment?identifier=${number.system}|${number.value}`;
    const { body } = await ask('PUT', `/${at}`, visit);
    const cancelled = await world.ask('PUT', `/Appointment/${body.id}`, {
      token: ana,
      body: { ...body, status: 'cancelled' },
    });
    expect(cancelled.status).toBe(200);
    const again = await ask('PUT', `/${at}`, { ...visit, status: 'cancelled' });
    expect([again.status, again.body.id]).toEqual([200, body.id]);
    const wish = (identifier: object) => ({ ...visit, status: 'proposed', identifier: [identifier] });
    const asks = async (identifier: object) =>
      (await world.ask('POST', '/Appointment', { token: ana, body: wish(identifier) })).status;
    expect(await asks({ ...number, value: 'to-come' })).toBe(422);
    expect(await asks({ value: 'to-come' })).toBe(422);
    expect(await asks({ system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3' })).toBe(422);
    expect(await asks({ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${crypto.randomUUID()}` })).toBe(201);
    expect(await asks({ system: 'urn:wellspring:sent', value: crypto.randomUUID() })).toBe(201);
  });

  it('what a system brings along as written by a patient is found again among what patients wrote', async () => {
    made += 1;
    const value = `brought-${made}`;
    const brought = result(value, { meta: MARK });
    const create = () => ask('POST', '/Observation', brought, { 'If-None-Exist': criteria(value) });
    expect([(await create()).status, (await create()).status]).toEqual([201, 200]);
    expect((await ask('PUT', `/Observation?${criteria(value)}`, brought)).status).toBe(200);
    expect(await bens(value)).toBe(1);
  });

  it('by anything but a number, the clinic finds what patients wrote; by a number, patients their own', async () => {
    const value = await taken();
    const [one] = (await ask('GET', `/Observation?subject=Patient/ana&${criteria(value)}`)).body.entry;
    const asked = `_id=${one.resource.id}`;
    const found = await ask('POST', '/Observation', result(value), { 'If-None-Exist': asked });
    expect([found.status, found.body.id]).toEqual([200, one.resource.id]);
    expect((await ask('DELETE', `/Observation?${asked}`)).status).toBe(204);
    const again = { ...one.resource, id: undefined, meta: undefined };
    const own = await world.ask('POST', '/Observation', {
      token: ana,
      body: again,
      headers: { 'If-None-Exist': criteria(value) },
    });
    expect(own.status).toBe(200);
  });
});
