/** What HL7's terminology ecosystem asks of a server: versions side by side, languages, supplements, circles, what is deprecated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

const TEAS = 'urn:cs:teas';
const teas = (version: string, more: object[]) => ({
  resourceType: 'CodeSystem',
  id: `teas-${version}`,
  url: TEAS,
  version,
  language: 'en',
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  property: [{ code: 'status', uri: 'http://hl7.org/fhir/concept-properties#status', type: 'code' }],
  concept: [
    {
      code: 'green',
      display: `Green (${version})`,
      designation: [
        { language: 'de', value: 'Grün' },
        { language: 'en', value: 'Gunpowder' },
      ],
    },
    ...more,
  ],
});
const first = teas('1.0', [{ code: 'old', property: [{ code: 'status', valueCode: 'deprecated' }] }]);
const second = teas('1.2', [
  { code: 'new' },
  { code: 'gone', property: [{ code: 'status', valueCode: 'retired' }] },
]);
const supplement = {
  resourceType: 'CodeSystem',
  id: 'teas-names',
  url: 'urn:cs:teas-names',
  status: 'active',
  content: 'supplement',
  supplements: TEAS,
  concept: [{ code: 'green', designation: [{ language: 'fr', value: 'Vert' }] }],
};
const set = (id: string, compose: object, more: object = {}) => ({
  resourceType: 'ValueSet',
  id,
  url: `urn:vs:${id}`,
  status: 'active',
  compose,
  ...more,
});
const needing = (canonical: string) => ({
  extension: [
    { url: 'http://hl7.org/fhir/StructureDefinition/valueset-supplement', valueCanonical: canonical },
  ],
});
const both = {
  include: [
    { system: TEAS, version: '1.0' },
    { system: TEAS, version: '1.2' },
  ],
};
const SETS = [
  set('both', both),
  set('but-first', { ...both, exclude: [{ system: TEAS, version: '1.0', concept: [{ code: 'green' }] }] }),
  set('circle', { include: [{ system: TEAS }, { valueSet: ['urn:vs:other-half'] }] }),
  set('other-half', { include: [{ system: TEAS }], exclude: [{ valueSet: ['urn:vs:circle'] }] }),
  set('named', { include: [{ system: TEAS }] }, needing('urn:cs:teas-names')),
  set('unnamed', { include: [{ system: TEAS }] }, needing('urn:cs:teas-nowhere')),
  set('any-1', { include: [{ system: TEAS, version: '1.x' }] }),
  set('any-2', { include: [{ system: TEAS, version: '2.x' }] }),
  set('one', { include: [{ system: TEAS, version: '1.2', concept: [{ code: 'new' }] }] }),
];

describe.each(STORES)('on %s', (_, open) => {
  let world: World;
  const get = (path: string) => world.ask('GET', path, { token: world.system });
  const parameter = ({ body }: Answer, name: string) => {
    const found = body.parameter?.find((each: { name: string }) => each.name === name);
    return found?.valueBoolean ?? found?.valueString ?? found?.valueCode;
  };
  const items = async (name: string, query = '') => {
    const { status, body } = await get(`/ValueSet/$expand?url=urn:vs:${name}${query}`);
    return status === 200 ? (body.expansion.contains ?? []) : status;
  };
  const codes = async (name: string, query = '') =>
    [await items(name, query)].flat().map((each) => (typeof each === 'number' ? each : each.code));
  const validated = (name: string, code: string, query = '') =>
    get(`/ValueSet/$validate-code?url=urn:vs:${name}&system=${TEAS}&code=${code}${query}`);

  beforeAll(async () => {
    world = await open();
    for (const each of [first, second, supplement, ...SETS])
      await world.ask('PUT', `/${each.resourceType}/${each.id}`, { token: world.system, body: each });
  });
  afterAll(() => world.close());

  it('codes of two versions are both in a set that has both, each with its version; what is left out is so in any', async () => {
    const found = await items('both');
    expect(found.filter(({ code }: { code: string }) => code === 'green')).toMatchObject([
      { version: '1.0', display: 'Green (1.0)' },
      { version: '1.2', display: 'Green (1.2)' },
    ]);
    expect(await codes('but-first')).toEqual(['old', 'new', 'gone']);
    const is = async (version: string) =>
      parameter(await validated('but-first', 'green', `&systemVersion=${version}`), 'result');
    expect([await is('1.0'), await is('1.2')]).toEqual([false, false]);
    expect((await items('any-1'))[0].version).toBeUndefined();
    const tree = await get('/ValueSet/$expand?url=urn:vs:both&excludeNested=false');
    expect(tree.body.expansion.contains).toHaveLength(5);
  });

  it('a display is right where it is that of any version that the set has', async () => {
    for (const [display, expected] of [
      ['Green (1.0)', ['1.0', true]],
      ['Green (1.2)', ['1.2', true]],
      ['Black', ['1.0', false]],
    ] as const) {
      const answer = await validated('both', 'green', `&display=${encodeURIComponent(display)}`);
      expect([parameter(answer, 'version'), parameter(answer, 'result')]).toEqual(expected);
    }
  });

  it('a version with an x is the newest of those that begin so', async () => {
    expect(await codes('any-1')).toEqual(['green', 'new', 'gone']);
    expect(await codes('any-2')).toEqual([422]);
    const is = async (code: string, version: string) =>
      parameter(await validated('any-1', code, `&systemVersion=${version}`), 'result');
    expect([
      await is('old', '1.0'),
      await is('old', '1.2'),
      await is('new', '1.2'),
      await is('new', '2.0'),
    ]).toEqual([true, false, true, false]);
  });

  it('what is deprecated may still be used; what is retired is inactive', async () => {
    expect(await codes('both', '&activeOnly=true')).toEqual(['green', 'old', 'green', 'new']);
    expect(parameter(await validated('both', 'old', '&systemVersion=1.0'), 'inactive')).toBeUndefined();
    expect(parameter(await validated('both', 'gone', '&systemVersion=1.2'), 'inactive')).toBe(true);
  });

  it('a set that needs a supplement is told with it, and not without', async () => {
    expect((await items('named', '&displayLanguage=fr'))[0].display).toBe('Vert');
    expect(await codes('unnamed')).toEqual([422]);
    const refused = await validated('unnamed', 'green');
    expect([refused.status, refused.body.issue[0].diagnostics]).toEqual([
      422,
      expect.stringContaining('urn:cs:teas-nowhere'),
    ]);
    expect((await get('/Basic?code:in=urn:vs:unnamed')).status).toBe(400);
  });

  it('a set that names one which leaves it out is listed by nobody', async () => {
    expect(await codes('circle')).toEqual([422]);
  });

  it('of a code outside of the set it is said what its system has, and that it has none', async () => {
    const outside = await validated('one', 'gone');
    expect([
      parameter(outside, 'result'),
      parameter(outside, 'code'),
      parameter(outside, 'version'),
      parameter(outside, 'inactive'),
    ]).toEqual([false, 'gone', '1.2', true]);
    expect(parameter(await validated('one', 'black'), 'message')).toContain('no such code');
  });

  it('what is given and has no text where one is read is refused, with its place', async () => {
    const resource = (more: object) => ({
      resourceType: 'ValueSet',
      url: 'urn:vs:given',
      status: 'active',
      ...more,
    });
    const given = (name: string, value: object) =>
      world.ask('POST', name, {
        token: world.system,
        body: { resourceType: 'Parameters', parameter: value },
      });
    const compose = { include: [{ system: TEAS }] };
    for (const value of [5, true]) {
      const coding = { name: 'coding', valueCoding: { system: TEAS, code: 'green', display: 'Green (1.2)' } };
      for (const bad of [
        resource({ compose: { include: [{ system: value }] } }),
        resource({ compose: { include: [{ system: TEAS, concept: [{ code: value }] }] } }),
        resource({ compose, ...needing(value as never) }),
        resource({ compose: { include: [{ valueSet: [value] }] } }),
      ]) {
        const answers = [
          await given('/ValueSet/$expand', [{ name: 'valueSet', resource: bad }]),
          await given('/ValueSet/$validate-code', [{ name: 'valueSet', resource: bad }, coding]),
        ];
        expect(
          answers.map(({ status }) => status),
          JSON.stringify(bad),
        ).toEqual([422, 422]);
        expect(answers[0]?.body.issue[0].diagnostics).toContain('valueSet.');
      }
      const system = { ...second, concept: [{ code: 'green', display: value }] };
      expect(
        (await given('/CodeSystem/$validate-code', [{ name: 'codeSystem', resource: system }, coding]))
          .status,
      ).toBe(422);
      const map = {
        resourceType: 'ConceptMap',
        status: 'active',
        group: [{ source: TEAS, sourceVersion: value, element: [{ code: 'green' }] }],
      };
      expect(
        (await given('/ConceptMap/$translate', [{ name: 'conceptMap', resource: map }, coding])).status,
      ).toBe(422);
      const odd = { name: 'coding', valueCoding: { system: value, code: 'green' } };
      expect((await given('/CodeSystem/$lookup', [odd])).status).toBe(400);
    }
    const usual = { code: { system: 'urn:x', code: 'focus' }, valueCodeableConcept: { text: 'tea' } };
    const fine = { name: 'valueSet', resource: resource({ compose, useContext: [usual] }) };
    expect((await given('/ValueSet/$expand', [fine])).status).toBe(200);
  });

  it('what codes were on a day that is over is told by no operation', async () => {
    const today = new Date().toISOString();
    for (const path of [
      `/CodeSystem/$lookup?system=${TEAS}&code=green`,
      `/CodeSystem/$validate-code?url=${TEAS}&code=green`,
      `/ValueSet/$validate-code?url=urn:vs:any-1&system=${TEAS}&code=green`,
      '/ValueSet/$expand?url=urn:vs:any-1',
    ]) {
      const statuses = [
        (await get(`${path}&date=2001-01-01`)).status,
        (await get(`${path}&date=${today}`)).status,
      ];
      expect(statuses, path).toEqual([422, 200]);
    }
  });

  it('a code of a resource is looked up in the version that it is of', async () => {
    const faults = async (code: string, version?: string) => {
      const coding = { system: TEAS, code, ...(version ? { version } : {}) };
      const { body } = await world.ask('POST', '/Basic/$validate', {
        token: world.system,
        body: { resourceType: 'Basic', code: { coding: [coding] } },
      });
      return body.issue.filter(({ severity }: { severity: string }) => severity === 'error').length;
    };
    expect([await faults('old', '1.0'), await faults('old', '1.2'), await faults('old')]).toEqual([0, 1, 1]);
    expect([await faults('new', '1.0'), await faults('new', '1.2'), await faults('new', '9')]).toEqual([
      1, 0, 0,
    ]);
  });

  it('a display is in the language that is liked best; its own is the one that its system is in', async () => {
    const shown = async (language: string) =>
      (await items('any-1', `&displayLanguage=${encodeURIComponent(language)}`))[0].display;
    expect(await shown('en')).toBe('Green (1.2)');
    expect(await shown('en-AU')).toBe('Green (1.2)');
    expect(await shown('de')).toBe('Grün');
    expect(await shown('en;q=0.5, de')).toBe('Grün');
    expect(await shown('es')).toBe('Green (1.2)');
    expect(await shown('es, *;q=0')).toBeUndefined();
    expect(await shown('es, *')).toBe('Green (1.2)');
    const [green] = await items('any-1', '&displayLanguage=de&includeDesignations=true');
    expect(green.designation[0]).toEqual({ language: 'en', value: 'Green (1.2)' });
    const { body } = await get(`/CodeSystem/$lookup?system=${TEAS}&code=green&displayLanguage=en`);
    expect(parameter({ body } as Answer, 'display')).toBe('Green (1.2)');
  });
});
