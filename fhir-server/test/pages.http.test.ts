/** Pages of searches, and what they include: Q6 of issue 14, `previous` links, `_sort` over several types. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const LIMIT = 10;

interface Page {
  readonly matches: string[];
  readonly included: string[];
  readonly links: Readonly<Record<string, string>>;
}

interface Entry {
  readonly resource: { readonly resourceType: string; readonly id: string };
  readonly search: { readonly mode: string };
}

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  let token: string;

  async function page(path: string, by = token): Promise<Page> {
    const { status, body, text } = await world.ask('GET', path.replace(world.base, ''), { token: by });
    expect(status, `${path} ${text}`).toBe(200);
    const entries = (body.entry ?? []) as Entry[];
    const of = (mode: string): string[] =>
      entries
        .filter(({ search }) => search.mode === mode)
        .map(({ resource }) => `${resource.resourceType}/${resource.id}`);
    expect(of('outcome')).toEqual([]);
    const links = Object.fromEntries(
      (body.link as { relation: string; url: string }[]).map(({ relation, url }) => [relation, url]),
    );
    return { matches: of('match'), included: of('include'), links };
  }

  async function walk(path: string, relation = 'next', by = token): Promise<Page[]> {
    const pages = [await page(path, by)];
    for (let url = pages[0]?.links[relation]; url; url = pages.at(-1)?.links[relation]) {
      pages.push(await page(url, by));
      expect(pages.length).toBeLessThan(100);
    }
    return pages;
  }

  /** Each match once, each included resource of a match once; nothing twice in one Bundle. */
  async function all(path: string, by = token) {
    const pages = await walk(path, 'next', by);
    for (const { matches, included } of pages) {
      expect(included.length).toBeLessThanOrEqual(LIMIT);
      expect(new Set([...matches, ...included]).size).toBe(matches.length + included.length);
    }
    const matches = pages.flatMap((each) => each.matches);
    expect(new Set(matches).size).toBe(matches.length);
    const included = pages.flatMap((each) => each.included);
    return { pages, matches, included, distinct: [...new Set(included)].sort() };
  }

  const numbered = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${name}${String(i).padStart(2, '0')}`);
  const many = numbered('m', 37);
  const wards = numbered('w', 14);
  const observation = (id: string, patient: string, more: object = {}) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { coding: [{ system: 'urn:c', code: 'x' }] },
    subject: { reference: `Patient/${patient}` },
    ...more,
  });

  beforeAll(async () => {
    world = await open({ MAX_INCLUDED: String(LIMIT) });
    token = world.system;
    const resources: { resourceType: string; id: string }[] = [
      { resourceType: 'Practitioner', id: 'doc' },
      { resourceType: 'Practitioner', id: 'nurse' },
      ...wards.map((id, i) => ({
        resourceType: 'Organization',
        id,
        name: `Ward ${id}`,
        ...(i === 0 ? {} : { partOf: { reference: `Organization/${wards[i - 1]}` } }),
      })),
      { resourceType: 'Patient', id: 'alone', name: [{ family: 'A' }] } as never,
      {
        resourceType: 'Patient',
        id: 'busy',
        name: [{ family: 'B' }],
        managingOrganization: { reference: `Organization/${wards.at(-1)}` },
      } as never,
      ...['few1', 'few2', 'few3'].map((id) => ({ resourceType: 'Patient', id, name: [{ family: 'C' }] })),
      ...many.map((id, i) =>
        observation(id, 'busy', {
          effectiveDateTime: `2024-01-${String(1 + (i % 9)).padStart(2, '0')}`,
          performer: [{ reference: i % 2 ? 'Practitioner/doc' : 'Practitioner/nurse' }],
        }),
      ),
      ...['few1', 'few2', 'few3'].flatMap((patient) =>
        numbered(patient, 6).map((id) => observation(id, patient)),
      ),
    ];
    // What refers to another comes after it.
    for (const resource of resources) {
      const path = `/${resource.resourceType}/${resource.id}`;
      const { status, text } = await world.ask('PUT', path, { token, body: resource });
      expect(status, text).toBe(201);
    }
  });
  afterAll(() => world?.close());

  it('say how long they are in bytes, whatever letters they hold, and are as long', async () => {
    const url = 'urn:letters';
    for (const [i, title] of ['Zoë', '🄐 Ærø', 'plain', '日本', 'x'.repeat(3000)].entries()) {
      const body = { resourceType: 'Questionnaire', id: `letters-${i}`, status: 'draft', url, title };
      await world.ask('PUT', `/Questionnaire/letters-${i}`, { token, body });
    }
    const told: [string, number][] = [];
    const had: [string, number][] = [];
    for (const query of [
      '_count=0',
      '_count=1',
      '_count=3',
      '_total=accurate',
      '_id=letters-2',
      '_id=none',
    ]) {
      const path = `${world.base}/Questionnaire?url=${url}&${query}`;
      const asked = request(path, { headers: { Authorization: `Bearer ${token}` } }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      const body = Buffer.concat(await response.toArray());
      told.push([query, Number(response.headers['content-length'])]);
      had.push([query, body.length]);
      expect(JSON.parse(body.toString())).toMatchObject({ resourceType: 'Bundle' });
    }
    expect(had).toEqual(told);
  });

  it('Q6: a match that includes more than a page may add: the rest is had by next, each once', async () => {
    const { pages, matches, included } = await all('/Patient?_id=busy&_revinclude=Observation:subject');
    expect(matches).toEqual(['Patient/busy']);
    expect(included.toSorted()).toEqual(many.map((id) => `Observation/${id}`));
    expect(pages.map((each) => each.included.length)).toEqual([10, 10, 10, 7]);
  });

  it('Q6: … when others write in between, and the match goes away', async () => {
    const first = await page('/Patient?_id=busy&_revinclude=Observation:subject');
    await world.ask('PUT', '/Observation/late', {
      token,
      body: observation('late', 'busy', { effectiveDateTime: '2030-01-01' }),
    });
    await world.ask('DELETE', `/Observation/${first.included.at(-1)?.split('/')[1]}`, { token });
    const rest = await walk(first.links.next as string);
    expect(rest.flatMap((each) => each.included).toSorted()).toEqual(
      many.map((id) => `Observation/${id}`).filter((name) => !first.included.includes(name)),
    );
    await world.ask('DELETE', '/Observation/late', { token });
    const [, id] = first.included.at(-1)?.split('/') ?? [];
    await world.ask('PUT', `/Observation/${id}`, {
      token,
      body: observation(id as string, 'busy', { effectiveDateTime: '2024-01-09' }),
    });
    const alone = await page('/Patient?_id=alone,busy&_sort=name&_count=1');
    expect(alone.matches).toEqual(['Patient/alone']);
  });

  it('Q6: each version that is named counts, and those of one resource come together', async () => {
    const versions = [1, 2, 3, 4, 5, 6, 7];
    const places = ['there', 'elsewhere'];
    for (const id of places)
      for (const each of versions)
        await world.ask('PUT', `/Location/${id}`, {
          token,
          body: { resourceType: 'Location', id, name: String(each) },
        });
    const named = places.flatMap((id) => versions.map((each) => `Location/${id}/_history/${each}`));
    const body = {
      resourceType: 'List',
      id: 'versions',
      status: 'current',
      mode: 'working',
      entry: named.map((reference) => ({ item: { reference } })),
    };
    expect((await world.ask('PUT', '/List/versions', { token, body })).status).toBe(201);
    const pages = await walk('/List?_id=versions&_include=List:item');
    expect(pages.map((each) => each.included.length)).toEqual([7, 7]);
    expect([...new Set(pages.flatMap((each) => each.included))].toSorted()).toEqual([
      'Location/elsewhere',
      'Location/there',
    ]);
  });

  it('Q6: pages hold fewer matches, so that each stands alone', async () => {
    const { pages, matches, distinct } = await all('/Patient?_sort=name,_id&_revinclude=Observation:subject');
    expect(matches).toEqual(['alone', 'busy', 'few1', 'few2', 'few3'].map((id) => `Patient/${id}`));
    expect(distinct).toHaveLength(many.length + 18);
    for (const each of pages.filter(({ matches }) => matches.some((name) => name.includes('few'))))
      for (const patient of each.matches.filter((name) => name.includes('few')))
        expect(each.included.filter((name) => name.includes(patient.slice(8)))).toHaveLength(6);
  });

  it('Q6: :iterate goes on to the end, however far and however much', async () => {
    const chain = await all(
      '/Patient?_id=busy&_include=Patient:organization&_include:iterate=Organization:partof',
    );
    expect(chain.distinct).toEqual(wards.map((id) => `Organization/${id}`));
    expect(chain.included).toHaveLength(wards.length);
    const both = await all(
      '/Patient?_id=busy&_revinclude=Observation:subject&_include:iterate=Observation:performer&_include:iterate=Observation:subject&_include=Patient:organization',
    );
    expect(both.included).toHaveLength(many.length + 3);
    expect(both.distinct).toHaveLength(many.length + 3);
  });

  it('Q6: several parameters that bring the same bring it once', async () => {
    const { included } = await all(
      '/Patient?_id=busy&_revinclude=*&_revinclude=Observation:patient&_revinclude=Observation:subject',
    );
    expect(included.toSorted()).toEqual(many.map((id) => `Observation/${id}`));
  });

  it('Q6: in searches of the system and of a compartment, and in $everything', async () => {
    const system = await all(
      '/?_type=Organization,Patient&_count=4&_revinclude=Observation:subject&_include=Patient:organization',
    );
    expect(system.matches).toHaveLength(wards.length + 5);
    expect(system.distinct.filter((name) => name.startsWith('Observation/'))).toHaveLength(many.length + 18);
    expect(system.distinct).toContain(`Organization/${wards.at(-1)}`);
    const compartment = await all(
      '/Patient/busy/*?_include=Observation:performer&_type=Observation,Patient&_count=20',
    );
    expect(compartment.matches).toHaveLength(many.length + 1);
    expect(compartment.distinct).toEqual(['Practitioner/doc', 'Practitioner/nurse']);
    const everything = await all('/Patient/busy/$everything?_count=15');
    expect(everything.matches).toHaveLength(many.length + 1);
    expect(everything.distinct).toEqual([
      `Organization/${wards.at(-1)}`,
      'Practitioner/doc',
      'Practitioner/nurse',
    ]);
  });

  it('Q6: a link holds to what its reader may see', async () => {
    const path = '/Patient?_id=busy&_revinclude=Observation:subject';
    const own = world.patient('busy');
    expect((await all(path, own)).included).toHaveLength(many.length);
    const { links } = await page(path, own);
    const other = await page(links.next as string, world.patient('few1'));
    expect(other).toMatchObject({ matches: [], included: [] });
    const noObservations = await page(links.next as string, world.patient('busy', 'patient/Patient.rs'));
    expect(noObservations.included).toEqual([]);
  });

  it('Q6: a link that is damaged is refused, and the audit log is not included', async () => {
    const damaged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const cursor of [
      {},
      { rest: {} },
      { before: 1 },
      { rest: { match: 'Patient/busy', round: 'x', step: 'y', at: [1] } },
      'zzz',
      [{}],
    ])
      expect((await world.ask('GET', `/Patient?_cursor=${damaged(cursor)}`, { token })).status).toBe(400);
    for (const include of ['_revinclude=AuditEvent:patient', '_revinclude=AuditEvent:*'])
      expect((await world.ask('GET', `/Patient?${include}`, { token })).status).toBe(400);
  });

  it.each([
    '/Observation?subject=Patient/busy&_count=8',
    '/Observation?subject=Patient/busy&_sort=date&_count=8',
    '/Patient?_sort=organization,-name,_id&_count=2',
    '/Patient/busy/Observation?_sort=-_id&_count=9',
    '/?_type=Organization,Patient&_count=3',
    '/?_type=Observation,Organization,Patient&_sort=-_lastUpdated&_count=7',
    '/Patient/busy/*?_sort=_id&_count=7',
    '/Patient?_sort=name,_id&_count=2&_revinclude=Observation:performer',
  ])('previous links lead back over the same pages: %s', async (path) => {
    const forth = await walk(path);
    const matches = forth.flatMap((each) => each.matches);
    expect(new Set(matches).size).toBe(matches.length);
    expect(forth[0]?.links.previous).toBeUndefined();
    const back = await walk(forth.at(-2)?.links.next as string, 'previous');
    expect(back.reverse().flatMap((each) => each.matches)).toEqual(matches);
    expect(back.length).toBe(forth.length);
    for (const each of back.slice(0, -1)) expect(each.links.next).toBeDefined();
  });

  it('a history has the same links, whoever reads it', async () => {
    // Every third version is somebody else's: a patient is not shown it.
    const versions = Array.from({ length: 11 }, (_, i) => (i % 3 === 2 ? 'few1' : 'busy'));
    for (const [i, patient] of versions.entries()) {
      const body = observation('told', patient, { note: [{ text: String(i) }] });
      const { status, text } = await world.ask('PUT', '/Observation/told', { token, body });
      expect(status, text).toBe(i === 0 ? 201 : 200);
    }
    const shown = async (url: string, by: string) => {
      const { status, body, text } = await world.ask('GET', url.replace(world.base, ''), { token: by });
      expect(status, text).toBe(200);
      const entries = (body.entry ?? []) as { fullUrl: string; resource?: { meta: { versionId: string } } }[];
      const links = body.link as { relation: string; url: string }[];
      return {
        names: entries.map(({ fullUrl, resource }) => `${fullUrl} ${resource?.meta.versionId}`),
        link: (relation: string) => links.find((each) => each.relation === relation)?.url,
      };
    };
    const since = encodeURIComponent(new Date(Date.now() - 600_000).toISOString());
    for (const [path, count, by] of [
      ['/Observation/told/_history?_count=3', 11, token],
      ['/Observation/told/_history?_count=3', 8, world.patient('busy')],
      ['/Observation/told/_history?_count=4', 8, world.patient('busy')],
      ['/Patient/_history?_count=2', 5, token],
      [`/_history?_count=50&_since=${since}`, undefined, token],
    ] as const) {
      const forth = [await shown(path, by)];
      for (let url = forth[0]?.link('next'); url; url = forth.at(-1)?.link('next'))
        forth.push(await shown(url, by));
      const names = forth.flatMap((each) => each.names);
      expect(new Set(names).size).toBe(names.length);
      if (count) expect(names).toHaveLength(count);
      expect(forth.length).toBeGreaterThan(1);
      expect(forth[0]?.link('previous')).toBeUndefined();
      const back = [forth.at(-1) as (typeof forth)[0]];
      for (let url = back[0]?.link('previous'); url; url = back[0]?.link('previous'))
        back.unshift(await shown(url, by));
      expect(
        back.flatMap((each) => each.names),
        path,
      ).toEqual(names);
      for (const each of back.slice(0, -1)) expect(each.link('next')).toBeDefined();
    }
    expect((await world.ask('DELETE', '/Observation/told', { token })).status).toBe(204);
  });

  it('_sort orders the matches of several types together', async () => {
    const { matches } = await all('/?_type=Observation,Organization,Patient&_sort=_id&_count=6');
    const ids = matches.map((name) => name.split('/')[1]);
    expect(ids).toEqual(ids.toSorted());
    expect(ids).toHaveLength(many.length + 18 + wards.length + 5);
    const newest = await page('/?_type=Patient,Organization&_sort=-_lastUpdated&_count=100&_total=accurate');
    expect(newest.matches).toHaveLength(wards.length + 5);
    expect((await world.ask('GET', '/?_type=Patient,Observation&_sort=birthdate', { token })).status).toBe(
      400,
    );
  });

  it('resources that are long: pages end early, in whatever order, and together hold all (X3)', async () => {
    const long = (type: string, i: number) => ({
      resourceType: type,
      id: `long${i}`,
      ...(type === 'Basic' ? { code: { text: 'x' } } : {}),
      ...(type === 'Communication' ? { status: 'completed' } : {}),
      subject: { reference: 'Patient/alone' },
      extension: [1, 2].map((each) => ({ url: `urn:${each}`, valueString: 'word '.repeat(190_000) })),
    });
    const longs = [
      ...[0, 1].map((i) => long('Basic', i)),
      long('CareTeam', 0),
      ...[0, 1, 2, 3].map((i) => long('Communication', i)),
    ];
    for (const body of longs) {
      const { status } = await world.ask('PUT', `/${body.resourceType}/${body.id}`, { token, body });
      expect(status).toBe(201);
    }
    const names = longs.map(({ resourceType, id }) => `${resourceType}/${id}`);
    for (const path of [
      '/Communication?_count=50',
      '?_type=Communication,Basic,CareTeam&_count=50',
      '?_type=Communication,Basic,CareTeam&_count=50&_sort=-_lastUpdated',
      '/Patient/alone/$everything',
      '/Patient?_id=alone&_revinclude=Communication:subject&_revinclude=Basic:subject&_revinclude=CareTeam:subject',
    ]) {
      const { pages, matches, included } = await all(path);
      const found = [...matches, ...included].filter((name) => name.includes('/long'));
      expect(found.toSorted(), path).toEqual(
        names.filter((name) => !path.startsWith('/Comm') || name.startsWith('Comm')),
      );
      expect(new Set(found).size).toBe(found.length);
      expect(pages.length).toBeGreaterThan(1);
      for (const each of pages) {
        expect(each.matches.length + each.included.length).toBeLessThanOrEqual(7);
        const long = each.matches.filter((name) => name.includes('/long'));
        // Three of these are a page: another type adds none to it.
        expect(long.length, path).toBeLessThanOrEqual(3);
      }
      if (included.length > 0) continue;
      const last = pages.at(-1) as Page;
      const back = [last, ...(await walk(last.links.previous as string, 'previous'))];
      expect(
        back.toReversed().flatMap((each) => each.matches),
        path,
      ).toEqual(matches);
    }
  }, 90_000);
});
