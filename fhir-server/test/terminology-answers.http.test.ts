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
  set('second-but-first', {
    include: [{ system: TEAS, version: '1.2' }],
    exclude: [{ system: TEAS, version: '1.0', concept: [{ code: 'green' }] }],
  }),
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

  it('codes of two versions are both in a set that has both, each with its version; what is left out of one stays in the other', async () => {
    const found = await items('both');
    expect(found.filter(({ code }: { code: string }) => code === 'green')).toMatchObject([
      { version: '1.0', display: 'Green (1.0)' },
      { version: '1.2', display: 'Green (1.2)' },
    ]);
    expect(await codes('but-first')).toEqual(['old', 'green', 'new', 'gone']);
    const is = async (version: string) =>
      parameter(await validated('but-first', 'green', `&systemVersion=${version}`), 'result');
    expect([await is('1.0'), await is('1.2')]).toEqual([false, true]);
    const any = await validated('but-first', 'green');
    expect([parameter(any, 'result'), parameter(any, 'version')]).toEqual([true, '1.2']);
    // Of a set with one version, whatever is left out is so by what it means.
    expect(await codes('second-but-first')).toEqual(['new', 'gone']);
    expect(parameter(await validated('second-but-first', 'green'), 'result')).toBe(false);
    expect((await items('any-1'))[0].version).toBeUndefined();
    const tree = await get('/ValueSet/$expand?url=urn:vs:both&excludeNested=false');
    expect(tree.body.expansion.contains).toHaveLength(5);
  });

  it('a display is right where it is that of any version that the set has', async () => {
    for (const [display, expected] of [
      ['Green (1.0)', ['1.0', true]],
      ['Green (1.2)', ['1.2', true]],
      ['Black', ['1.2', false]],
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

  it('a display is to be in the language that is asked for, where the code has one in it', async () => {
    const is = async (display: string, language: string) => {
      const answer = await validated(
        'any-1',
        'green',
        `&display=${encodeURIComponent(display)}&displayLanguage=${encodeURIComponent(language)}`,
      );
      return answer.status === 200 ? parameter(answer, 'result') : answer.status;
    };
    expect(await is('Grün', 'de-AT')).toBe(true);
    expect(await is('Grün', 'en, de;q=0.1')).toBe(true);
    expect(await is('Grün', '*')).toBe(true);
    expect(await is('Grün', 'en')).toBe(false);
    expect(await is('Grün', 'en, de;q=0')).toBe(false);
    expect(await is('Gunpowder', 'de')).toBe(false);
    expect(await is('Gunpowder', 'es')).toBe(true);
    expect(await is('Grün', 'es')).toBe(false);
    expect(await is('Grün', '--')).toBe(400);
    expect((await get('/ValueSet/$expand?url=urn:vs:any-1&displayLanguage=en,,de')).status).toBe(400);
    expect((await get(`/CodeSystem/$lookup?system=${TEAS}&code=green&displayLanguage=%C3%BC`)).status).toBe(
      400,
    );
  });

  it('of a code of another version than the set has, it is told what the set has', async () => {
    const told = async (name: string, version: string) => {
      const answer = await validated(name, 'green', `&systemVersion=${version}`);
      return ['result', 'version', 'display'].map((each) => parameter(answer, each));
    };
    expect(await told('any-1', '9')).toEqual([false, '1.2', 'Green (1.2)']);
    expect(await told('second-but-first', '1.0')).toEqual([false, '1.2', 'Green (1.2)']);
  });

  it('of several versions the latest is meant where none is named, whichever was written last', async () => {
    const versions = ['1.10.0', '1.9.0', '1.10.0-rc.2', undefined, '1.2'];
    for (const [i, version] of versions.entries()) {
      const stored = [
        {
          ...first,
          id: `kettles-${i}`,
          url: 'urn:cs:kettles',
          version,
          concept: [{ code: `of-${version ?? 'none'}` }],
        },
        {
          ...set(`kettles-${i}`, { include: [{ system: 'urn:cs:kettles', version }] }),
          url: 'urn:vs:kettles',
          version,
        },
      ];
      for (const body of stored) {
        const { status } = await world.ask('PUT', `/${body.resourceType}/${body.id}`, {
          token: world.system,
          body,
        });
        expect(status).toBe(201);
      }
    }
    expect(await codes('kettles')).toEqual(['of-1.10.0']);
    const all = await get('/ValueSet/$expand?url=urn:cs:kettles?vs');
    expect(all.body.expansion.contains).toMatchObject([{ code: 'of-1.10.0' }]);
    expect(await codes('kettles|1.10.0-rc.2')).toEqual(['of-1.10.0-rc.2']);
    await world.ask('DELETE', '/ValueSet/kettles-0', { token: world.system });
    expect(await codes('kettles')).toEqual(['of-1.10.0-rc.2']);
  });

  it('what a set calls a code of a system that is not held is its display', async () => {
    const concept = [
      { code: 'a', display: 'Alpha', designation: [{ language: 'de', value: 'Erstes' }] },
      { code: 'b' },
    ];
    const body = set('elsewhere', { include: [{ system: 'urn:cs:elsewhere', concept }] });
    await world.ask('PUT', '/ValueSet/elsewhere', { token: world.system, body });
    const is = async (code: string, display: string) => {
      const answer = await get(
        `/ValueSet/$validate-code?url=urn:vs:elsewhere&system=urn:cs:elsewhere&code=${code}&display=${display}`,
      );
      return [parameter(answer, 'result'), parameter(answer, 'display')];
    };
    expect(await is('a', 'alpha')).toEqual([true, 'Alpha']);
    expect(await is('a', 'Erstes')).toEqual([true, 'Alpha']);
    expect(await is('a', 'Omega')).toEqual([false, 'Alpha']);
    // Of one that the set names without a display nothing is known.
    expect((await is('b', 'Omega'))[0]).toBe(true);
  });

  it('of a part of an expansion it can not be told what else the set has, unless its definition tells it', async () => {
    const contains = [{ system: 'urn:cs:elsewhere', code: 'a' }];
    const expansions = {
      whole: { total: 1, parameter: [{ name: 'count', valueInteger: 10 }] },
      counted: { parameter: [{ name: 'count', valueInteger: 1 }] },
      first: { total: 2 },
      second: { offset: 1, total: 2 },
      filtered: { total: 1, parameter: [{ name: 'filter', valueString: 'a' }] },
      active: { total: 1, parameter: [{ name: 'activeOnly', valueBoolean: true }] },
      inactive: { total: 1, parameter: [{ name: 'activeOnly', valueBoolean: false }] },
      unclosed: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed', valueBoolean: true }],
      },
    };
    const answers: Record<string, unknown> = {};
    for (const [name, more] of Object.entries(expansions)) {
      const { compose: _, ...body } = set(`page-${name}`, {});
      const expansion = {
        identifier: 'urn:uuid:2a8d6f3e-3f0a-4d3c-9b57-0f3f4b7a1c11',
        timestamp: '2024-01-01T00:00:00Z',
        ...more,
        contains,
      };
      await world.ask('PUT', `/ValueSet/page-${name}`, { token: world.system, body: { ...body, expansion } });
      const is = async (code: string) => {
        const answer = await get(
          `/ValueSet/$validate-code?url=urn:vs:page-${name}&system=urn:cs:elsewhere&code=${code}`,
        );
        return answer.status === 200 ? parameter(answer, 'result') : answer.status;
      };
      answers[name] = [await is('a'), await is('b'), (await codes(`page-${name}`))[0]];
    }
    const part = [true, 422, 422];
    const whole = [true, false, 'a'];
    expect(answers).toEqual({
      whole,
      counted: part,
      first: part,
      second: part,
      filtered: part,
      active: part,
      inactive: whole,
      unclosed: part,
    });
    const defined = {
      ...set('page-defined', { include: [{ system: TEAS, version: '1.2' }] }),
      expansion: {
        identifier: 'urn:uuid:2a8d6f3e-3f0a-4d3c-9b57-0f3f4b7a1c12',
        timestamp: '2024-01-01T00:00:00Z',
        total: 9,
        offset: 1,
      },
    };
    await world.ask('PUT', '/ValueSet/page-defined', { token: world.system, body: defined });
    expect(parameter(await validated('page-defined', 'green'), 'result')).toBe(true);
    expect(parameter(await validated('page-defined', 'white'), 'result')).toBe(false);
  });
});
