/** What a search value says, however it is spelled: letters, leap seconds, units, contact points, words (https://hl7.org/fhir/R4/search.html). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const DECOMPOSED = 'Joe\u0301';
const COMPOSED = 'Jo\u00e9';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const get = (path: string) => world.ask('GET', path, { token: world.system });
  const found = async (type: string, name: string, value: string): Promise<string> => {
    const { status, body, text } = await get(`/${type}?${new URLSearchParams([[name, value]])}`);
    expect(status, `${name}=${value} ${text}`).toBe(200);
    return (body.entry ?? [])
      .map(({ resource }: { resource: { id: string } }) => resource.id)
      .sort()
      .join(' ');
  };
  const patient = (id: string, family: string, more: object = {}) => ({
    resourceType: 'Patient',
    id,
    name: [{ family }],
    ...more,
  });
  const observation = (id: string, more: object) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
    ...more,
  });
  const measured = (id: string, value: number, code: string) =>
    observation(id, { valueQuantity: { value, code, unit: code, system: 'http://unitsofmeasure.org' } });
  const years = (value: number) => ({ value, code: 'a', unit: 'a', system: 'http://unitsofmeasure.org' });
  const onset = (id: string, low: object, high: object) => ({
    resourceType: 'Condition',
    id,
    subject: { reference: 'Patient/composed' },
    onsetRange: { low, high },
  });
  const noted = (id: string, text: string) => observation(id, { note: [{ text }] });
  const component = (id: string, comparator: string | undefined) =>
    observation(id, {
      component: [
        {
          code: { text: 'x' },
          valueQuantity: {
            value: 5,
            ...(comparator === undefined ? {} : { comparator }),
            code: 'mg',
            unit: 'mg',
            system: 'http://unitsofmeasure.org',
          },
        },
      ],
    });
  const RESOURCES: readonly { resourceType: string; id: string }[] = [
    patient('in-use', 'Truth', { active: true, deceasedBoolean: true }),
    patient('left-off', 'Truth', { active: false }),
    patient('unsaid', 'Truth'),
    patient('strasse', 'Vogt', { address: [{ line: ['Hauptstraße 5'], city: 'Łódź' }] }),
    patient('soerensen', 'Sørensen'),
    patient('mueller', 'Müller'),
    patient('mueller-spelled', 'Mueller'),
    patient('aakjaer', 'Åkjær'),
    patient('dukic', 'Đukić'),
    patient('thor', 'Þór'),
    patient('isik', 'Işık'),
    patient('decomposed', DECOMPOSED, {
      telecom: [
        { system: 'phone', value: '555-0101' },
        { system: 'email', value: 'joe@example.org' },
      ],
    }),
    patient('composed', COMPOSED),
    patient('o-neil', "O'Neil Anders"),
    observation('leap', { effectiveDateTime: '2016-12-31T23:59:60Z' }),
    observation('leap-india', { effectiveDateTime: '2017-01-01T05:29:60+05:30' }),
    observation('after-leap', { effectiveDateTime: '2017-01-01T00:00:00Z' }),
    observation('curve', {
      valueSampledData: {
        origin: { value: 1, code: 'mV', unit: 'mV', system: 'http://unitsofmeasure.org' },
        period: 10,
        factor: 0.5,
        upperLimit: 7.9,
        dimensions: 1,
        data: '-8 L 0 E 13 U',
      },
    }),
    measured('miles', 5, '[mi_us]'),
    measured('metres', 3200, 'm'),
    measured('percent', 42, '%'),
    measured('stone', 11, '[stone_av]'),
    measured('arbitrary', 7, "[arb'U]/mL"),
    component('below', '<'),
    component('below-or-at', '<='),
    component('at', undefined),
    component('above-or-at', '>='),
    component('above', '>'),
    onset('one-unit', years(40), years(50)),
    onset('two-units', years(1), {
      value: 30,
      code: 'mo',
      unit: 'months',
      system: 'http://unitsofmeasure.org',
    }),
    onset('low-without', { value: 60 }, years(70)),
    onset('not-compared', { value: 5, unit: 'winters' }, years(9)),
    noted('chest', 'Chest pain since Monday, no fever'),
    noted('fever', 'Fever and cough'),
    noted('cough', 'Cough not at night'),
    noted('rouge', 'Œdème, crème'),
    observation('apart', {
      note: [{ text: 'Pain' }, { text: 'Thorax x-ray, and or; 9.9' }],
      text: {
        status: 'generated',
        div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Low <b>blood</b> pressure</p></div>',
      },
    }),
  ];

  beforeAll(async () => {
    world = await open();
    for (const resource of RESOURCES) {
      const path = `/${resource.resourceType}/${resource.id}`;
      const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
      expect(status, text).toBe(201);
    }
  });
  afterAll(() => world.close());

  describe('a letter', () => {
    it.each([
      ['address', 'hauptstrasse', 'strasse'],
      ['address', 'HAUPTSTRASSE 5', 'strasse'],
      ['address', 'Hauptstraße', 'strasse'],
      ['address-city', 'lodz', 'strasse'],
      ['family', 'sorensen', 'soerensen'],
      ['family', 'soerensen', 'soerensen'],
      ['family', 'Sörensen', 'soerensen'],
      ['family', 'muller', 'mueller'],
      ['family', 'mueller', 'mueller mueller-spelled'],
      ['family', 'müller', 'mueller mueller-spelled'],
      ['family', 'mu\u0308ller', 'mueller mueller-spelled'],
      ['family', 'akjaer', 'aakjaer'],
      ['family', 'Aakjær', 'aakjaer'],
      ['family', 'dukic', 'dukic'],
      ['family', 'thor', 'thor'],
      ['family', 'isik', 'isik'],
      ['family:contains', 'UELL', 'mueller mueller-spelled'],
      ['name', 'muel', 'mueller mueller-spelled'],
      ['family:exact', 'Mueller', 'mueller-spelled'],
      ['family:exact', 'Müller', 'mueller'],
      ['family:exact', 'muller', ''],
      ['family:exact', COMPOSED, 'composed decomposed'],
      ['family:exact', DECOMPOSED, 'composed decomposed'],
      ['family:exact', 'Joe', ''],
    ])('%s=%s finds %s', async (name, value, ids) => {
      expect(await found('Patient', name, value)).toBe(ids);
    });

    it('does not count twice for what is sorted', async () => {
      const { body } = await get('/Patient?_sort=family&_count=50');
      const ids = body.entry.map(({ resource }: { resource: { id: string } }) => resource.id);
      expect(ids.indexOf('mueller-spelled')).toBeLessThan(ids.indexOf('mueller'));
      expect(ids.filter((id: string) => id === 'mueller')).toHaveLength(1);
    });
  });

  it.each([
    ['family eq "muller"', 'mueller'],
    ['family eq MÜLLER', 'mueller mueller-spelled'],
    ['family eq "mulle"', ''],
    ['family eq joe', 'composed decomposed'],
    ['family sw jo', 'composed decomposed'],
    ['family ew "anders"', 'o-neil'],
    ['family ew "neil"', ''],
    ['family eq "o\'neil anders"', 'o-neil'],
  ])('_filter=%s finds %s', async (filter, ids) => {
    expect(await found('Patient', '_filter', filter)).toBe(ids);
  });

  it.each([
    ['telecom', 'phone|555-0101', 'decomposed'],
    ['telecom', 'email|JOE@example.org', 'decomposed'],
    ['telecom', 'email|555-0101', ''],
    ['telecom', '555-0101', 'decomposed'],
    ['telecom', '|555-0101', ''],
    ['phone', '555-0101', 'decomposed'],
    ['phone', 'phone|555-0101', 'decomposed'],
    ['telecom', 'phone|', 'decomposed'],
  ])('%s=%s finds %s', async (name, value, ids) => {
    expect(await found('Patient', name, value)).toBe(ids);
  });

  it.each([
    ['2016-12-31T23:59:60Z', 'leap leap-india'],
    ['2017-01-01T00:59:60+01:00', 'leap leap-india'],
    ['2016-12-31', 'leap leap-india'],
    ['2016', 'leap leap-india'],
    ['2017', 'after-leap'],
    ['ge2017', 'after-leap'],
    ['lt2017-01-01T00:00:00Z', 'leap leap-india'],
    ['gt2016-12-31T23:59:60Z', 'after-leap'],
    ['gt2016-12-31T23:59:58Z', 'after-leap leap leap-india'],
  ])('a leap second is of its own day: date=%s finds %s', async (value, ids) => {
    expect(await found('Observation', 'date', value)).toBe(ids);
  });

  it.each([
    ['gt2|http://unitsofmeasure.org|a', 'low-without not-compared one-unit two-units'],
    ['lt2|http://unitsofmeasure.org|a', 'not-compared two-units'],
    ['sa29|http://unitsofmeasure.org|mo', 'low-without one-unit'],
    ['eb31|http://unitsofmeasure.org|mo', 'two-units'],
    ['eb31||mo', 'two-units'],
    ['eb3||a', 'two-units'],
    ['gt2||mo', 'two-units'],
    ['sa59||a', 'low-without'],
    ['sa4||winters', 'not-compared'],
    ['eb9||winters', ''],
    ['sa10|http://unitsofmeasure.org|a', 'low-without one-unit'],
  ])('a range has the units of its ends: onset-age=%s finds %s', async (value, ids) => {
    expect(await found('Condition', 'onset-age', value)).toBe(ids);
  });

  it.each([
    ['5|http://unitsofmeasure.org|[mi_us]', 'miles'],
    ['5||[mi_us]', 'miles'],
    ['gt2|http://unitsofmeasure.org|[mi_i]', 'miles'],
    ['gt1.9|http://unitsofmeasure.org|km', 'metres miles'],
    ['42|http://unitsofmeasure.org|%', 'percent'],
    ['0.42|http://unitsofmeasure.org|1', 'percent'],
    ['42||%', 'percent'],
    ['gt69|http://unitsofmeasure.org|kg', 'stone'],
    ["7|http://unitsofmeasure.org|[arb'U]/mL", 'arbitrary'],
    ["7000|http://unitsofmeasure.org|[arb'U]/L", 'arbitrary'],
  ])('value-quantity=%s finds %s', async (value, ids) => {
    expect(await found('Observation', 'value-quantity', value)).toBe(ids);
  });

  it.each([
    ['gt7|http://unitsofmeasure.org|mV', 'curve'],
    ['gt0.007|http://unitsofmeasure.org|V', 'curve'],
    ['gt8|http://unitsofmeasure.org|mV', ''],
    ['lt-2|http://unitsofmeasure.org|mV', 'curve'],
    ['lt-3|http://unitsofmeasure.org|mV', ''],
    ['ap5||mV', 'curve'],
    ['sa-4||mV', 'curve'],
    ['sa-3||mV', ''],
  ])('a curve is found by the bounds of what was measured: %s finds %s', async (value, ids) => {
    expect(await found('Observation', 'value-quantity', value)).toBe(ids);
  });

  it.each([
    ['5', 'at'],
    ['lt5', 'below below-or-at'],
    ['gt5', 'above above-or-at'],
    ['le5', 'at below below-or-at'],
    ['ge5', 'above above-or-at at'],
    ['sa5', 'above'],
    ['eb5', 'below'],
    ['sa5000|http://unitsofmeasure.org|ug', 'above'],
    ['eb0.005|http://unitsofmeasure.org|g', 'below'],
    ['sa4.9', 'above above-or-at at'],
  ])('a value with a comparator does not hold its end unless it says so: %s finds %s', async (value, ids) => {
    expect(await found('Observation', 'component-value-quantity', value)).toBe(ids);
  });

  it('what can be said once only is refused when it is said twice, and lists go on', async () => {
    for (const query of ['_count=1&_count=2', '_summary=true&_summary=text', '_total=none&_total=accurate'])
      expect([query, (await get(`/Patient?${query}`)).status]).toEqual([query, 400]);
    expect((await get('/Patient/thor?_summary=true&_summary=text')).status).toBe(400);
    expect((await get('/Patient?_count=1&_count=1')).status).toBe(200);
    for (const path of ['/Patient/decomposed?', '/Patient?_id=decomposed&']) {
      const { body } = await get(`${path}_elements=name&_elements=telecom`);
      const resource = body.entry ? body.entry[0].resource : body;
      expect(Object.keys(resource).sort()).toEqual(['id', 'meta', 'name', 'resourceType', 'telecom']);
    }
    const ordered = async (query: string) =>
      (await get(`/Patient?_count=50&${query}`)).body.entry.map(
        ({ resource }: { resource: { id: string } }) => resource.id,
      );
    expect(await ordered('_sort=gender&_sort=-_id')).toEqual(await ordered('_sort=gender,-_id'));
  });

  it.each([
    ['chest pain', 'chest'],
    ['chest AND fever', 'chest'],
    ['fever NOT chest', 'fever'],
    ['fever AND NOT chest', 'fever'],
    ['cough NOT (night OR fever)', ''],
    ['(chest OR cough) AND fever', 'chest fever'],
    ['chest OR cough fever', 'chest fever'],
    ['"fever"', 'chest fever'],
    ['(fev* NOT cough) OR night', 'chest cough'],
    ['not night', 'cough'],
    ['oedeme creme', 'rouge'],
    ['"chest pain"', 'chest'],
    ['"CHEST  Pain" fever', 'chest'],
    ['"pain chest"', ''],
    ['"chest pain" OR "cough not"', 'chest cough'],
    ['"pain since monday no fever"', 'chest'],
    ['"pain since fever"', ''],
    ['"Œdème crème"', 'rouge'],
    ['fever -chest', 'fever'],
    ['pain -"chest pain"', 'apart'],
    ['-(chest OR fever) cough', 'cough'],
    ['thorax - x', 'apart'],
    ['thorax | cough -fever', 'apart cough'],
    ['"chest pain","cough not"', 'chest cough'],
    [',night,,crème,', 'cough rouge'],
    ['night\\,cough', ''],
    ['cough\\,not', 'cough'],
    ['(night or crème) and oedeme', 'rouge'],
    ['or x', 'apart'],
    ['"or"', 'apart'],
    ['x-ray', 'apart'],
    ['ray-x', ''],
    ['9.9', 'apart'],
    ['"blood pressure"', 'apart'],
  ])('_content=%s finds %s', async (value, ids) => {
    expect(await found('Observation', '_content', value)).toBe(ids);
  });

  it('a phrase of the narrative is one wherever its words are marked up', async () => {
    expect(await found('Observation', '_text', '"low blood pressure"')).toBe('apart');
    expect(await found('Observation', '_text', '"pressure low"')).toBe('');
    expect(await found('Observation', '_text', '"thorax x"')).toBe('');
  });

  it.each([
    '(chest',
    'chest)',
    'NOT',
    'OR chest',
    'chest -()',
    '""',
    '()',
    `${'('.repeat(30)}a${')'.repeat(30)}`,
  ])('_content=%s is refused', async (value) => {
    const { status, body } = await get(`/Observation?${new URLSearchParams({ _content: value })}`);
    expect([status, body.resourceType]).toEqual([400, 'OperationOutcome']);
  });

  it('a truth value is of the system that is implied', async () => {
    const system = 'http://terminology.hl7.org/CodeSystem/special-values';
    const among = async (name: string, value: string) => {
      const { status, body } = await get(
        `/Patient?${new URLSearchParams([
          ['family', 'Truth'],
          [name, value],
        ])}`,
      );
      expect(status, `${name}=${value}`).toBe(200);
      return body.entry
        .map(({ resource }: { resource: { id: string } }) => resource.id)
        .sort()
        .join(' ');
    };
    for (const value of [`${system}|true`, '|true', 'true', 'TRUE', `${system}|TRUE`]) {
      expect(await among('active', value), value).toBe('in-use');
      expect(await among('deceased', value), value).toBe('in-use');
    }
    expect(await among('active', `${system}|false`)).toBe('left-off');
    expect(await among('active', `${system}|`)).toBe('in-use left-off');
    expect(await among('active', `urn:else|true,${system}|false`)).toBe('left-off');
    expect(await among('active:not', `${system}|true`)).toBe('left-off unsaid');
    expect(await among('_filter', `active ne ${system}|true`)).toBe('left-off');
    expect(await found('Patient', 'active', 'urn:else|true')).toBe('');
    expect(await found('Patient', 'identifier', `${system}|true`)).toBe('');
  });
});
