/** Orders and what is missing in them; parameters that stand for several others, asked for what is not so. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const code = (...codes: string[]) => ({ coding: codes.map((each) => ({ system: 'urn:c', code: each })) });
const observation = (id: string, kind: string, members: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [code('vital-signs')],
  code: code(...kind.split('+')),
  subject: { reference: 'Patient/p' },
  ...members,
});
const condition = (id: string, members: object) => ({
  resourceType: 'Condition',
  id,
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'resolved' }],
  },
  code: { text: 'x' },
  subject: { reference: 'Patient/p' },
  ...members,
});

const herd = { resourceType: 'Group', id: 'a-herd', type: 'animal', actual: true };

const RESOURCES: readonly { resourceType: string; id: string }[] = [
  { resourceType: 'Patient', id: 'p' },
  condition('until-20', { abatementPeriod: { end: '2020' } }),
  condition('until-19', { abatementPeriod: { end: '2019' } }),
  condition('since-18', { abatementPeriod: { start: '2018' } }),
  condition('in-21', { abatementDateTime: '2021' }),
  condition('unknown', {}),
  observation('less', 'q', { valueQuantity: { value: 5, comparator: '<' } }),
  observation('less-too', 'q', { valueQuantity: { value: 2, comparator: '<=' } }),
  observation('five', 'q', { valueQuantity: { value: 5 } }),
  observation('no-value', 'q'),
  observation('d20', 'd', { effectiveDateTime: '2020-01-01' }),
  observation('undated', 'd'),
  observation('d21', 'd', { effectiveDateTime: '2021-01-01' }),
  observation('undated-too', 'd'),
  observation('d18', 'd', { effectivePeriod: { start: '2018' } }),
  // One kind by the middle one of three, the newest of which has both codes.
  observation('both', 'k1+k2', { effectiveDateTime: '2022' }),
  observation('second', 'k2', { effectiveDateTime: '2021' }),
  observation('pressure', 'bp', {
    component: [{ code: code('systolic'), valueQuantity: { value: 120 } }, { code: code('diastolic') }],
  }),
  { resourceType: 'Patient', id: 'q' },
  herd,
  observation('of-herd', 's', { subject: { reference: 'Group/a-herd' } }),
  observation('of-p', 's', {}),
  observation('of-q', 's', { subject: { reference: 'Patient/q' } }),
  observation('of-herd-too', 's', { subject: { reference: 'Group/a-herd' } }),
  observation('of-cattle', 's', { subject: { reference: 'http://other.example/fhir/Group/zebus' } }),
  observation('of-nobody', 's', { subject: undefined }),
];

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const get = (path: string) => world.ask('GET', path.replace(world.base, ''), { token: world.system });
  async function page(path: string) {
    const { status, body, text } = await get(path);
    expect(status, `${path} ${text}`).toBe(200);
    const ids = (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id);
    const links = body.link as { relation: string; url: string }[];
    return {
      ids: ids as string[],
      total: body.total,
      to: (relation: string) => links.find((each) => each.relation === relation)?.url,
    };
  }
  const found = async (path: string) => (await page(path)).ids;
  /** By pages, to the end and back. */
  async function walked(path: string, count: number): Promise<string[]> {
    const there: string[] = [];
    const back: string[] = [];
    let last: string | undefined = `${path}&_count=${count}`;
    for (let url: string | undefined = last; url; ) {
      last = url;
      const { ids, to } = await page(url);
      there.push(...ids);
      url = to('next');
    }
    for (let url: string | undefined = last; url; ) {
      const { ids, to } = await page(url);
      back.unshift(...ids);
      url = to('previous');
    }
    expect(back).toEqual(there);
    return there;
  }

  beforeAll(async () => {
    world = await open();
    for (const body of RESOURCES) {
      const { status, text } = await world.ask('PUT', `/${body.resourceType}/${body.id}`, {
        token: world.system,
        body,
      });
      expect(status, text).toBe(201);
    }
  });
  afterAll(() => world.close());

  it('by its patient, what is about somebody else has no value and comes last, both ways', async () => {
    for (const count of [1, 2, 50]) {
      const up = await walked('/Observation?code=s&_sort=patient,_id', count);
      expect(up).toEqual(['of-p', 'of-q', 'of-cattle', 'of-herd', 'of-herd-too', 'of-nobody']);
      const down = await walked('/Observation?code=s&_sort=-patient,_id', count);
      expect(down).toEqual(['of-q', 'of-p', 'of-cattle', 'of-herd', 'of-herd-too', 'of-nobody']);
      const later = await walked('/Observation?code=s&_sort=status,-patient,-_id', count);
      expect(later).toEqual(['of-q', 'of-p', 'of-nobody', 'of-herd-too', 'of-herd', 'of-cattle']);
      expect((await walked('/Observation?code=s&_sort=patient', count)).slice(0, 2)).toEqual([
        'of-p',
        'of-q',
      ]);
    }
    expect((await found('/Observation?code=s&_sort=subject')).slice(0, 2)).toContain('of-herd');
  });

  it('what begins or ends nowhere has its place on the pages, in whatever order', async () => {
    const byEnd = ['until-19', 'until-20', 'since-18', 'in-21', 'unknown'];
    const up = await walked('/Condition?_sort=abatement-date,_id', 1);
    expect(up).toEqual(byEnd);
    expect(await walked('/Condition?_sort=abatement-date,_id', 2)).toEqual(up);
    expect(await walked('/Condition?_sort=-abatement-date,_id', 1)).toEqual([
      'in-21',
      'since-18',
      'until-19',
      'until-20',
      'unknown',
    ]);
    const values = '/Observation?code=q&_sort=';
    expect(await walked(`${values}value-quantity,_id`, 1)).toEqual(['less', 'less-too', 'five', 'no-value']);
    expect(await walked(`${values}-value-quantity,_id`, 1)).toEqual(['five', 'less', 'less-too', 'no-value']);
  });

  it('what has no date comes last in the order of dates, whichever way and by whatever pages', async () => {
    for (const count of [1, 2, 3, 4, 10]) {
      expect(await walked('/Observation?code=d&_sort=date', count)).toEqual([
        'd18',
        'd20',
        'd21',
        'undated',
        'undated-too',
      ]);
      expect(await walked('/Observation?code=d&_sort=-date', count)).toEqual([
        'd21',
        'd20',
        'd18',
        'undated-too',
        'undated',
      ]);
    }
    expect(await found('/Patient/p/Observation?code=d&_sort=-date,_id')).toEqual([
      'd21',
      'd20',
      'd18',
      'undated',
      'undated-too',
    ]);
    expect((await page('/Observation?code=d&_sort=-date&_count=2&_total=accurate')).total).toBe(5);
    expect((await page('/Observation?code=d&_sort=-date&_summary=count')).total).toBe(5);
  });

  it('$lastn: what has no date is the newest of nothing, and a kind is told by any of its codes', async () => {
    const newest = async (query: string) => (await found(`/Observation/$lastn?patient=p&${query}`)).sort();
    expect(await newest('code=d')).toEqual(['d21']);
    expect(await newest('code=d&max=4')).toEqual(['d18', 'd20', 'd21', 'undated-too']);
    expect(await newest('code=k1,k2')).toEqual(['both']);
    expect(await newest('code=k1,k2&max=2')).toEqual(['both', 'second']);
  });

  it('what combines several parameters is not so where none of them is', async () => {
    const of = async (query: string) => (await found(`/Observation?${query}`)).sort();
    const others = RESOURCES.filter(({ resourceType }) => resourceType === 'Observation').map(({ id }) => id);
    const but = (...ids: string[]) => others.filter((id) => !ids.includes(id)).sort();
    expect(await of('combo-code=systolic')).toEqual(['pressure']);
    expect(await of('combo-code:not=systolic')).toEqual(but('pressure'));
    expect(await of('combo-code:not=bp')).toEqual(but('pressure'));
    // It has another code too (docs/SEARCH.md, `_filter`).
    expect(await of('_filter=combo-code ne "systolic"')).toEqual(but());
    expect(await of('_filter=not (combo-code eq "systolic")')).toEqual(but('pressure'));
    expect(await of('combo-value-quantity:missing=false')).toEqual(['five', 'less', 'less-too', 'pressure']);
    expect(await of('combo-value-quantity:missing=true')).toEqual(
      but('five', 'less', 'less-too', 'pressure'),
    );
  });

  it('what can not be told by the entries that there are is refused', async () => {
    for (const query of [
      'code-value-quantity:missing=true',
      'component-code-value-quantity:missing=false',
      '_sort=combo-code',
    ])
      expect((await get(`/Observation?${query}`)).status, query).toBe(400);
  });
});
