/** References that name a version (https://hl7.org/fhir/R4/references.html#literal, search.html#reference): docs/SEARCH.md says what each search makes of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const OTHER = 'https://elsewhere.example/fhir/Patient/p';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: unknown) =>
    world.ask(method, path, { token: world.system, ...(body === undefined ? {} : { body }) });
  const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }) => {
    const { status, text } = await ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    expect(status, text).toBeLessThan(300);
  };
  type Entry = {
    resource: { id: string; resourceType: string; meta: { versionId: string } };
    search: { mode: string };
  };
  const search = async (query: string): Promise<Entry[]> => {
    const { status, body, text } = await ask('GET', query);
    expect(status, text).toBe(200);
    return body.entry ?? [];
  };
  const found = async (query: string) =>
    (await search(query))
      .filter(({ search: { mode } }) => mode === 'match')
      .map(({ resource }) => resource.id)
      .sort();
  const observation = (id: string, reference: string) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'c' },
    subject: { reference },
  });

  beforeAll(async () => {
    world = await open();
    for (const family of ['First', 'Second', 'Third'])
      await put({ resourceType: 'Patient', id: 'p', name: [{ family }] });
    await put(observation('to-any', 'Patient/p'));
    await put(observation('to-first', 'Patient/p/_history/1'));
    await put(observation('to-second', `${world.base}/Patient/p/_history/2`));
    await put(observation('elsewhere', `${OTHER}/_history/2`));
  });
  afterAll(() => world.close());

  it.each(['subject', 'patient'])(
    '%s without a version finds what refers to any; with one, what names that one',
    async (param) => {
      const all = ['to-any', 'to-first', 'to-second'];
      for (const text of ['p', 'Patient/p', `${world.base}/Patient/p`])
        expect(await found(`/Observation?${param}=${text}`)).toEqual(all);
      expect(await found(`/Observation?${param}=Patient/p/_history/1`)).toEqual(['to-first']);
      expect(await found(`/Observation?${param}=${world.base}/Patient/p/_history/1`)).toEqual(['to-first']);
      expect(await found(`/Observation?${param}=Patient/p/_history/2`)).toEqual(['to-second']);
      expect(await found(`/Observation?${param}=Patient/p/_history/3`)).toEqual([]);
      expect(await found(`/Observation?${param}=Patient/p/_history/1,Patient/p/_history/2`)).toEqual([
        'to-first',
        'to-second',
      ]);
      expect(await found(`/Observation?${param}:Patient=Patient/p/_history/1`)).toEqual(['to-first']);
    },
  );

  it('of what is elsewhere it is the same', async () => {
    expect(await found(`/Observation?subject=${OTHER}`)).toEqual(['elsewhere']);
    expect(await found(`/Observation?subject=${OTHER}/_history/2`)).toEqual(['elsewhere']);
    expect(await found(`/Observation?subject=${OTHER}/_history/1`)).toEqual([]);
  });

  it('chains, _has and _revinclude look at what stands now, whatever version is named', async () => {
    expect(await found('/Observation?subject:Patient.family=Third')).toEqual([
      'to-any',
      'to-first',
      'to-second',
    ]);
    expect(await found('/Observation?subject:Patient.family=First')).toEqual([]);
    expect(await found('/Patient?_has:Observation:subject:_id=to-first')).toEqual(['p']);
    const included = (await search('/Patient?_id=p&_revinclude=Observation:subject')).map(
      ({ resource }) => resource.id,
    );
    expect(included.sort()).toEqual(['p', 'to-any', 'to-first', 'to-second']);
    expect(await found('/Patient/p/Observation')).toEqual(['to-any', 'to-first', 'to-second']);
  });

  it('_include brings the version that is named, and each of several', async () => {
    const versions = async (ids: string) =>
      (await search(`/Observation?_id=${ids}&_include=Observation:subject`))
        .filter(({ search: { mode } }) => mode === 'include')
        .map(({ resource }) => resource.meta.versionId)
        .sort();
    expect(await versions('to-any')).toEqual(['3']);
    expect(await versions('to-first')).toEqual(['1']);
    expect(await versions('to-second')).toEqual(['2']);
    expect(await versions('to-any,to-first,to-second')).toEqual(['1', '2', '3']);
  });

  describe('more of versions than a page has room for', () => {
    const LENGTH = 1_000_000;
    const organization = (id: string, length: number) => ({
      resourceType: 'Organization',
      id,
      name: id,
      extension: [{ url: 'urn:example:long', valueBase64Binary: 'A'.repeat(length) }],
    });
    const list = (id: string, references: readonly string[]) => ({
      resourceType: 'List',
      id,
      status: 'current',
      mode: 'working',
      entry: references.map((reference) => ({ item: { reference } })),
    });
    /** By `type/id/version`, on each page. */
    const pages = async (id: string): Promise<string[][]> => {
      const found: string[][] = [];
      for (let next = `/List?_id=${id}&_include=List:item`; next; ) {
        const { status, body, text } = await ask('GET', next.replace(world.base, ''));
        expect(status, text.slice(0, 500)).toBe(200);
        const included: Entry[] = (body.entry ?? []).filter(({ search }: Entry) => search.mode === 'include');
        found.push(
          included.map(
            ({ resource }) => `${resource.resourceType}/${resource.id}/${resource.meta.versionId}`,
          ),
        );
        next = body.link.find(({ relation }: { relation: string }) => relation === 'next')?.url;
      }
      return found;
    };

    it('of one resource come together, and what else is referred to is on the pages after them', async () => {
      const numbers = [1, 2, 3, 4, 5, 6, 7];
      for (const each of numbers) await put(organization('long', LENGTH + each * 4));
      await put(list('long', [...numbers.map((each) => `Organization/long/_history/${each}`), 'Patient/p']));
      const found = await pages('long');
      expect(found[0]?.toSorted()).toEqual(numbers.map((each) => `Organization/long/${each}`));
      expect(found.flat().toSorted()).toEqual([
        ...numbers.map((each) => `Organization/long/${each}`),
        'Patient/p/3',
      ]);
    });

    it('is not made less by how long the current ones are, which are not shown', async () => {
      const ids = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((each) => `grown-${each}`);
      for (const id of ids) {
        await put(organization(id, 4));
        await put(organization(id, LENGTH));
      }
      await put(
        list(
          'grown',
          ids.map((id) => `Organization/${id}/_history/1`),
        ),
      );
      const found = await pages('grown');
      expect(found.flat().toSorted()).toEqual(ids.map((id) => `Organization/${id}/1`));
    });
  });

  it('what a version of it is referred to can not be deleted', async () => {
    await put({ resourceType: 'Organization', id: 'o', name: 'o' } as never);
    await put({
      resourceType: 'Patient',
      id: 'q',
      managingOrganization: { reference: 'Organization/o/_history/1' },
    } as never);
    expect((await ask('DELETE', '/Organization/o')).status).toBe(409);
  });
});
