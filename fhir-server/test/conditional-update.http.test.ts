/** `PUT [type]?…` (https://hl7.org/fhir/R4/http.html#cond-update): what a condition does not find is never written over, alone and in Bundles. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  let made = 0;
  const ask = (method: string, path: string, body?: unknown) =>
    world.ask(method, path, { token: world.system, ...(body === undefined ? {} : { body }) });
  const patient = (id: string | undefined, value: string) => ({
    resourceType: 'Patient',
    ...(id === undefined ? {} : { id }),
    identifier: [{ system: 'urn:conditional', value }],
  });
  const bundle = (type: string, resource: object, url: string) =>
    ask('POST', '', { resourceType: 'Bundle', type, entry: [{ resource, request: { method: 'PUT', url } }] });
  const urlOf = (value: string): string => `Patient?identifier=urn:conditional|${value}`;
  /** One that stands, with an identifier that is also its id. */
  const standing = async (): Promise<string> => {
    made += 1;
    await ask('PUT', `/Patient/here-${made}`, patient(`here-${made}`, `here-${made}`));
    return `here-${made}`;
  };
  const standsWith = async (id: string) => (await ask('GET', `/Patient/${id}`)).body.identifier[0].value;

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  it('answers 409 where nothing matches and the id is of another resource, which stays as it is', async () => {
    const id = await standing();
    const answer = await ask('PUT', `/${urlOf(`new-${id}`)}`, patient(id, `new-${id}`));
    expect(answer.status).toBe(409);
    expect(answer.body.issue[0].code).toBe('conflict');
    expect(await standsWith(id)).toBe(id);
    expect((await ask('GET', `/Patient/${id}/_history`)).body.total).toBe(1);
  });

  it.each(['batch', ...(hasTransactions ? ['transaction'] : [])])('answers so in a %s', async (kind) => {
    const id = await standing();
    const answer = await bundle(kind, patient(id, `new-${id}`), urlOf(`new-${id}`));
    if (kind === 'batch') expect(answer.body.entry[0].response.status).toMatch(/^409/);
    else {
      expect(answer.status).toBe(409);
      expect(answer.body.issue[0].expression[0]).toBe('Bundle.entry[0]');
    }
    expect(await standsWith(id)).toBe(id);
  });

  it('creates under the id where that is free, or was deleted', async () => {
    const created = await ask('PUT', `/${urlOf('free')}`, patient('free-id', 'free'));
    expect([created.status, created.body.id]).toEqual([201, 'free-id']);
    const id = await standing();
    await ask('DELETE', `/Patient/${id}`);
    const again = await ask('PUT', `/${urlOf(`again-${id}`)}`, patient(id, `again-${id}`));
    expect([again.status, again.body.meta.versionId]).toEqual([201, '3']);
  });

  it('updates what it matches, with its id or without one, and 400 with another', async () => {
    const id = await standing();
    expect((await ask('PUT', `/${urlOf(id)}`, patient(id, id))).status).toBe(200);
    expect((await ask('PUT', `/${urlOf(id)}`, patient(undefined, id))).status).toBe(200);
    expect((await ask('PUT', `/${urlOf(id)}`, patient(await standing(), id))).status).toBe(400);
  });
});
