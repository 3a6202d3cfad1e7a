/** A search of the audit log means what it means of any other type, or is refused: S13 of issue 14. On both audit logs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

interface Event {
  readonly id: string;
  readonly action: string;
  readonly outcome: string;
  readonly recorded: string;
  readonly subtype: readonly { readonly code: string }[];
  readonly agent: readonly { readonly who: { readonly reference?: string } }[];
  readonly entity: readonly { readonly what?: { readonly reference?: string } }[];
}

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  let doctor: string;
  let all: Event[];

  async function ask(query: string, token = world.system) {
    const path = `/AuditEvent${query}`.replaceAll(' ', '%20').replaceAll('BASE', world.base);
    return world.ask('GET', path, { token });
  }
  async function events(query: string, token = world.system): Promise<Event[]> {
    const found: Event[] = [];
    for (let next: string | undefined = query; next !== undefined; ) {
      const { status, body, text } = await ask(next, token);
      expect(status, `${next} ${text}`).toBe(200);
      found.push(...((body.entry ?? []) as { resource: Event }[]).map(({ resource }) => resource));
      const link = (body.link as { relation: string; url: string }[]).find(
        ({ relation }) => relation === 'next',
      );
      next = link?.url.slice(`${world.base}/AuditEvent`.length);
    }
    return found;
  }
  const names = (event: Event): string[] => [
    ...event.entity.flatMap(({ what }) => what?.reference?.replace(/\/_history\/.*/, '') ?? []),
    ...event.agent.flatMap(({ who }) => who.reference ?? []),
  ];
  const entities = (event: Event): string[] =>
    event.entity.flatMap(({ what }) => what?.reference?.replace(/\/_history\/.*/, '') ?? []);

  beforeAll(async () => {
    world = await open();
    const put = async (resource: { resourceType: string; id: string }, token = world.system) => {
      const { status, text } = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
        token,
        body: resource,
      });
      expect(status, text).toBeLessThan(300);
    };
    for (const id of ['ana', 'bob', 'cleo']) await put({ resourceType: 'Patient', id });
    doctor = await world.staff('doc', 'doctor');
    for (const [id, patient] of [
      ['o1', 'ana'],
      ['o2', 'bob'],
    ] as const)
      await put({
        resourceType: 'Observation',
        id,
        status: 'final',
        code: { text: 'x' },
        subject: { reference: `Patient/${patient}` },
      } as never);
    for (const path of [
      '/Observation/o1',
      '/Observation/o2',
      '/Patient/cleo',
      '/Observation?patient=ana',
      '/Observation/none',
    ])
      await world.ask('GET', path, { token: doctor });
    await world.ask('GET', '/Patient/ana', { token: world.patient('ana') });
    await world.ask('GET', '/Patient/bob', { token: world.patient('ana') });
    await world.ask('DELETE', '/Observation/o2', { token: world.system });
    all = (await events('?_count=50&date=ge2000')).filter(
      ({ subtype }) => subtype[0]?.code !== 'search-type' || true,
    );
    expect(all.length).toBeGreaterThan(14);
  });
  afterAll(() => world?.close());

  /** Of what was there before the searches began, which are events too. */
  const known = (found: readonly Event[]): string[] => {
    const ids = new Set(all.map(({ id }) => id));
    return found
      .map(({ id }) => id)
      .filter((id) => ids.has(id))
      .sort();
  };
  const those = (test: (event: Event) => boolean): string[] =>
    all
      .filter(test)
      .map(({ id }) => id)
      .sort();

  it.each<[string, (event: Event) => boolean]>([
    ['outcome=0', ({ outcome }) => outcome === '0'],
    ['outcome=4', ({ outcome }) => outcome === '4'],
    ['outcome=8', () => false],
    ['outcome=zzz', () => false],
    ['outcome=0,4', () => true],
    ['outcome=http://hl7.org/fhir/audit-event-outcome|4', ({ outcome }) => outcome === '4'],
    ['outcome:not=0', ({ outcome }) => outcome !== '0'],
    ['action=C,D', ({ action }) => 'CD'.includes(action)],
    ['action=C&action=D', () => false],
    ['action:not=R', ({ action }) => action !== 'R'],
    ['subtype=read,delete', ({ subtype }) => ['read', 'delete'].includes(subtype[0]?.code ?? '')],
    ['subtype=http://hl7.org/fhir/restful-interaction|read', ({ subtype }) => subtype[0]?.code === 'read'],
    ['subtype=urn:other|read', () => false],
    ['type=rest', () => true],
    ['patient=ana', (event) => names(event).includes('Patient/ana')],
    [
      'patient=ana,cleo',
      (event) => ['Patient/ana', 'Patient/cleo'].some((name) => names(event).includes(name)),
    ],
    ['patient=ana&patient=cleo', () => false],
    ['patient=Patient/ana', (event) => names(event).includes('Patient/ana')],
    ['patient=BASE/Patient/ana', (event) => names(event).includes('Patient/ana')],
    ['patient:Patient=bob', (event) => names(event).includes('Patient/bob')],
    ['patient:missing=true', (event) => !names(event).some((name) => name.startsWith('Patient/'))],
    ['entity=Patient/ana', (event) => entities(event).includes('Patient/ana')],
    [
      'entity=Observation/o1,Observation/o2',
      (event) => ['Observation/o1', 'Observation/o2'].some((name) => entities(event).includes(name)),
    ],
    [
      'entity=Observation/o1&entity=Patient/ana',
      (event) => ['Observation/o1', 'Patient/ana'].every((name) => entities(event).includes(name)),
    ],
    ['entity=nobody', () => false],
    [
      'agent=Practitioner/doc',
      (event) => event.agent.some(({ who }) => who.reference === 'Practitioner/doc'),
    ],
    [
      'agent:Practitioner=doc',
      (event) => event.agent.some(({ who }) => who.reference === 'Practitioner/doc'),
    ],
    [
      'agent=Patient/ana,Practitioner/doc',
      (event) =>
        event.agent.some(({ who }) => ['Patient/ana', 'Practitioner/doc'].includes(who.reference ?? '')),
    ],
    ['agent:missing=true', () => false],
    [
      'entity-role=24',
      (event) => event.entity.some((entity) => (entity as { role?: { code: string } }).role?.code === '24'),
    ],
    ['_filter=action eq D or outcome eq 4', ({ action, outcome }) => action === 'D' || outcome === '4'],
    [
      '_filter=not(agent eq Practitioner/doc)',
      (event) => event.agent.every(({ who }) => who.reference !== 'Practitioner/doc'),
    ],
    [
      '_filter=not(agent eq Practitioner/doc or action eq D)',
      ({ action, agent }) => action !== 'D' && agent.every(({ who }) => who.reference !== 'Practitioner/doc'),
    ],
    [
      '_filter=not(agent eq Practitioner/doc and action eq R)',
      ({ action, agent }) => action !== 'R' || agent.every(({ who }) => who.reference !== 'Practitioner/doc'),
    ],
    ['date=lt2020', () => false],
    ['date=ge2020&date=lt2030', () => true],
    ['date=gt2020-01-01,lt2019', () => true],
    ['_lastUpdated=lt2020', () => false],
    ['_profile:below=https://profiles.ihe.net/ITI/BALP/', () => true],
  ])('S13: %s', async (query, test) => {
    expect(known(await events(`?${query}&_count=7`))).toEqual(those(test));
  });

  it('S13: prefixes of dates go by the instant', async () => {
    const { recorded } = all[5] as Event;
    const at = (prefix: string) => `?date=${prefix}${recorded}`;
    const on = (compare: (other: string) => boolean) => those((event) => compare(event.recorded));
    expect(known(await events(at('')))).toEqual(on((other) => other === recorded));
    expect(known(await events(at('ge')))).toEqual(on((other) => other >= recorded));
    expect(known(await events(at('gt')))).toEqual(on((other) => other > recorded));
    expect(known(await events(at('sa')))).toEqual(on((other) => other > recorded));
    expect(known(await events(at('le')))).toEqual(on((other) => other <= recorded));
    expect(known(await events(at('lt')))).toEqual(on((other) => other < recorded));
    expect(known(await events(at('eb')))).toEqual(on((other) => other < recorded));
    expect(known(await events(at('ne')))).toEqual(on((other) => other !== recorded));
  });

  it('S13: what is not known is refused, or ignored and said where that is asked for', async () => {
    for (const query of [
      'colour=red',
      'patient.name=x',
      '_has:Provenance:target:_id=x',
      '_sort=agent',
      '_sort=date,action',
      '_include=AuditEvent:patient',
      'date=yesterday',
      '_total=some',
      '_count=-1',
      'patient:Group=x',
      'outcome:contains=4',
      '_list=x',
      '_cursor=WzFd',
    ])
      expect((await ask(`?${query}`)).status, query).toBe(400);
    const { body } = await world.ask('GET', '/AuditEvent?colour=red&action=D', {
      token: world.system,
      headers: { Prefer: 'handling=lenient' },
    });
    const outcome = (body.entry as { search: { mode: string } }[]).filter(
      ({ search }) => search.mode === 'outcome',
    );
    expect(outcome).toHaveLength(1);
    expect(body.link[0].url).toBe(`${world.base}/AuditEvent?action=D`);
  });

  it('S13: _count, _sort, _total, _summary and _elements, pages forth and back', async () => {
    const up = await events('?_sort=date&_count=4&date=ge2000');
    const times = up.map(({ recorded }) => recorded);
    expect(times).toEqual(times.toSorted());
    const down = (await events('?_sort=-date&_count=4')).map(({ recorded }) => recorded);
    expect(down).toEqual(down.toSorted().reverse());
    const counted = await ask('?action=D&_summary=count');
    expect(counted.body).toMatchObject({ total: those(({ action }) => action === 'D').length });
    expect(counted.body.entry).toBeUndefined();
    expect((await ask('?_id=x&_count=0')).body.total).toBe(0);
    const first = await ask('?action=C&_count=2&_total=accurate&_elements=action');
    expect(first.body.total).toBe(those(({ action }) => action === 'C').length);
    expect(first.body.entry[0].resource).toMatchObject({
      action: 'C',
      meta: { tag: [{ code: 'SUBSETTED' }] },
    });
    expect(first.body.entry[0].resource.entity).toBeUndefined();
    const url = (answer: typeof first, relation: string) =>
      (answer.body.link as { relation: string; url: string }[])
        .find((each) => each.relation === relation)
        ?.url.slice(`${world.base}/AuditEvent`.length);
    const second = await ask(url(first, 'next') as string);
    const back = await ask(url(second, 'previous') as string);
    expect(url(first, 'previous')).toBeUndefined();
    expect(back.body.entry).toEqual(first.body.entry);
    expect(url(back, 'previous')).toBeUndefined();
  });

  it('S13: a patient asks the same questions of their own events alone', async () => {
    const own = world.patient('ana');
    const mine = await events('?_count=50', own);
    expect(mine.length).toBeGreaterThan(2);
    expect(JSON.stringify(mine)).not.toContain('bob');
    expect(await events('?patient=bob', own)).toEqual([]);
    expect(await events('?entity=Patient/bob,Observation/o2', own)).toEqual([]);
    const both = await events('?patient=ana,bob&agent=Patient/ana', own);
    expect(both.length).toBeGreaterThan(0);
    expect(both.every((event) => event.agent.some(({ who }) => who.reference === 'Patient/ana'))).toBe(true);
    expect((await ask('?_summary=count&patient=ana', own)).body.total).toBeGreaterThanOrEqual(mine.length);
  });
});
