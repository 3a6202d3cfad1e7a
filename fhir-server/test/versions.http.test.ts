/** X7: what was corrected is not told by its history: each version must pass the reader's condition, and the current one (rule R8 of docs/SECURITY.md). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const NOPAT = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };

beforeAll(async () => {
  world = await openWorld();
  for (const id of ['a', 'b']) await put(patient(id, { managingOrganization: undefined }));
});
afterAll(() => world.close());

async function put(resource: {
  resourceType: string;
  id: string;
  [element: string]: unknown;
}): Promise<void> {
  const path = `/${resource.resourceType}/${resource.id}`;
  const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
  if (status >= 400) throw new Error(text);
}
const lab = (id: string, of: string, more: object = {}) => ({ ...observation(of, 1), id, ...more });
const category = (code: string) => ({ category: [{ coding: [{ system: CATEGORY, code }] }] });

/** Numbers of the versions that a history shows, the newest first. */
async function shown(path: string, token: string): Promise<{ versions: number[]; total: number }> {
  const { body } = await world.ask('GET', path, { token });
  type Entry = { response: { etag: string } };
  const versions = ((body.entry ?? []) as Entry[]).map(({ response }) =>
    Number(/\d+/.exec(response.etag)?.[0]),
  );
  return { versions, total: body.total };
}

/** What a token gets of each version of an instance by its own address. */
async function byNumber(path: string, count: number, token: string): Promise<number[]> {
  const found: number[] = [];
  for (let i = 1; i <= count; i++)
    found.push((await world.ask('GET', `${path}/_history/${i}`, { token })).status);
  return found;
}

describe('X7: a version', () => {
  it('from the time when it was filed under somebody else is shown to neither', async () => {
    await put(lab('misfiled', 'b'));
    await put(lab('misfiled', 'a'));
    const path = '/Observation/misfiled';
    expect(await shown(`${path}/_history`, world.patient('a'))).toEqual({ versions: [2], total: 1 });
    expect(await byNumber(path, 2, world.patient('a'))).toEqual([404, 200]);
    expect((await world.ask('GET', `${path}/_history`, { token: world.patient('b') })).status).toBe(404);
    expect(await byNumber(path, 2, world.patient('b'))).toEqual([404, 404]);
    expect(await shown(`${path}/_history`, world.system)).toEqual({ versions: [2, 1], total: 2 });
  });

  it('that is hidden answers like one that never was', async () => {
    await put(lab('hidden-version', 'b'));
    await put(lab('hidden-version', 'a'));
    const get = async (version: string, headers = {}) => {
      const {
        status,
        text,
        headers: got,
      } = await world.ask('GET', `/Observation/hidden-version/_history/${version}`, {
        token: world.patient('a'),
        headers,
      });
      return `${status} ${got.get('etag')} ${text}`;
    };
    expect(await get('1')).toBe(await get('9'));
    expect(await get('1', { 'If-None-Match': 'W/"1"' })).toBe(await get('9'));
  });

  it('that was kept from the patient for a time stays so; what came before and after is shown', async () => {
    await put(lab('kept', 'a'));
    await put(lab('kept', 'a', { meta: { security: [NOPAT] } }));
    await put(lab('kept', 'a', { note: [{ text: 'We spoke about it.' }] }));
    expect(await shown('/Observation/kept/_history', world.patient('a'))).toEqual({
      versions: [3, 1],
      total: 2,
    });
    expect(await byNumber('/Observation/kept', 3, world.patient('a'))).toEqual([200, 404, 200]);
  });

  it('of another category than a granular scope names is not shown by it', async () => {
    await put(lab('recategorised', 'a', category('social-history')));
    await put(lab('recategorised', 'a'));
    const scope = `patient/Observation.rs?category=${CATEGORY}|laboratory`;
    const token = world.patient('a', scope);
    expect(await shown('/Observation/recategorised/_history', token)).toEqual({ versions: [2], total: 1 });
    expect(await byNumber('/Observation/recategorised', 2, token)).toEqual([404, 200]);
    for (const path of ['/Observation/_history', '/_history'])
      expect((await world.ask('GET', path, { token })).status).toBe(403);
    const system = world.token({ scope: `system/Observation.rs?category=${CATEGORY}|laboratory` });
    expect(await shown('/Observation/recategorised/_history', system)).toEqual({ versions: [2], total: 1 });
    expect((await world.ask('GET', '/Observation/_history', { token: system })).status).toBe(403);
  });

  it('that deletes is shown where what it deleted is', async () => {
    await put(lab('deleted', 'b'));
    await world.ask('DELETE', '/Observation/deleted', { token: world.system });
    await put(lab('deleted', 'a'));
    await world.ask('DELETE', '/Observation/deleted', { token: world.system });
    expect(await shown('/Observation/deleted/_history', world.patient('a'))).toEqual({
      versions: [4, 3],
      total: 2,
    });
    expect(await byNumber('/Observation/deleted', 4, world.patient('a'))).toEqual([404, 404, 200, 410]);
  });

  it('is found page by page, with _since and _at too', async () => {
    for (let i = 0; i < 7; i++)
      await put(lab('long', i % 2 === 0 ? 'a' : 'b', { valueQuantity: { value: i } }));
    const token = world.patient('a');
    const seen: number[] = [];
    let url: string | undefined = `${world.base}/Observation/long/_history?_count=2`;
    while (url) {
      const { body }: { body: { total: number; link: { relation: string; url: string }[] } } =
        await world.ask('GET', url, { token });
      expect(body.total).toBe(4);
      seen.push(...(await shown(url, token)).versions);
      url = body.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen).toEqual([7, 5, 3, 1]);
    expect((await shown('/Observation/long/_history?_since=2020-01-01', token)).total).toBe(4);
    expect(await shown('/Observation/long/_history?_since=2999-01-01', token)).toEqual({
      versions: [],
      total: 0,
    });
    expect((await shown(`/Observation/long/_history?_at=2999-01-01`, token)).versions).toEqual([7]);
  });

  it('of a Patient, and of what is theirs, is shown to staff within their reach only', async () => {
    const nurse = await world.staff('nurse', 'nurse', undefined, 'north');
    await put({ resourceType: 'Organization', id: 'south', name: 'South' });
    const of = (id: string) => ({ managingOrganization: { reference: `Organization/${id}` } });
    await put(patient('moved', of('south')));
    await put(patient('moved', of('north')));
    await put(patient('stays', of('south')));
    await put(lab('refiled', 'stays'));
    await put(lab('refiled', 'moved'));
    expect((await shown('/Patient/moved/_history', nurse)).versions).toEqual([2]);
    expect((await shown('/Observation/refiled/_history', nurse)).versions).toEqual([2]);
    expect(await byNumber('/Observation/refiled', 2, nurse)).toEqual([404, 200]);
  });
});
