/** Which code is meant: its system, the version of that, its case, and whether the system has it at all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

/** Case counts in the one, not in the other. */
const CUPS = 'urn:cs:cups';
const INKS = 'urn:cs:inks';
const cups = {
  resourceType: 'CodeSystem',
  id: 'cups',
  url: CUPS,
  version: '1',
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  concept: [{ code: 'mug', display: 'Mug' }, { code: 'tumbler' }],
};
const inks = {
  ...cups,
  id: 'inks',
  url: INKS,
  version: '2',
  caseSensitive: false,
  property: [{ code: 'parent', type: 'code' }],
  concept: [
    { code: 'Red', display: 'Red', concept: [{ code: 'Dark', concept: [{ code: 'Deep' }] }] },
    { code: 'Rose', property: [{ code: 'parent', valueCode: 'RED' }] },
    { code: 'Blue' },
  ],
};
const part = {
  ...cups,
  id: 'cans',
  url: 'urn:cs:cans',
  content: 'fragment',
  concept: [{ code: 'tin' }],
};
const map = {
  resourceType: 'ConceptMap',
  id: 'cups-inks',
  url: 'urn:cm:cups-inks',
  status: 'active',
  group: [
    {
      source: CUPS,
      target: INKS,
      element: [{ code: 'mug', target: [{ code: 'Red', equivalence: 'equal' }] }],
    },
    {
      source: INKS,
      target: CUPS,
      element: [{ code: 'Blue', target: [{ code: 'tumbler', equivalence: 'equal' }] }],
    },
  ],
};

describe.each(STORES)('on %s', (_, open) => {
  let world: World;
  const get = (path: string) => world.ask('GET', path, { token: world.system });
  const post = (path: string, ...parameter: object[]) =>
    world.ask('POST', path, { token: world.system, body: { resourceType: 'Parameters', parameter } });
  const value = ({ body }: Answer, name: string) => {
    const found = body.parameter?.find((each: { name: string }) => each.name === name);
    return found?.valueBoolean ?? found?.valueString ?? found?.valueCode;
  };
  const setOf = (...include: object[]) => ({
    resourceType: 'ValueSet',
    url: 'urn:vs:given',
    status: 'active',
    compose: { include },
  });
  const given = (...include: object[]) => ({ name: 'valueSet', resource: setOf(...include) });
  const expanded = async (include: object, ...more: object[]) => {
    const { status, body } = await post('/ValueSet/$expand', given(include), ...more);
    return status === 200
      ? (body.expansion.contains ?? []).map(({ code }: { code: string }) => code)
      : status;
  };
  const isIn = async (include: object, system: string, code: string) =>
    value(
      await post('/ValueSet/$validate-code', given(include), {
        name: 'coding',
        valueCoding: { system, code },
      }),
      'result',
    );

  beforeAll(async () => {
    world = await open();
    for (const each of [cups, inks, part, map])
      await world.ask('PUT', `/${each.resourceType}/${each.id}`, { token: world.system, body: each });
  });
  afterAll(() => world.close());

  it('a set makes no code of what its complete system does not have; of one that is not whole here it may', async () => {
    const gone = { system: CUPS, concept: [{ code: 'jug' }, { code: 'mug' }] };
    expect(await expanded(gone)).toEqual(['mug']);
    expect([await isIn(gone, CUPS, 'jug'), await isIn(gone, CUPS, 'mug')]).toEqual([false, true]);
    for (const system of ['urn:cs:cans', 'urn:cs:of-nobody']) {
      const more = { system, concept: [{ code: 'tin' }, { code: 'cask' }] };
      expect(await expanded(more), system).toEqual(['tin', 'cask']);
      expect(await isIn(more, system, 'cask'), system).toBe(true);
    }
    // Nor is it there to be left out, or to be held in common.
    const outer = await post('/ValueSet/$expand', {
      name: 'valueSet',
      resource: { ...setOf(), compose: { include: [{ system: CUPS }], exclude: [gone] } },
    });
    expect(outer.body.expansion.contains.map(({ code }: { code: string }) => code)).toEqual(['tumbler']);
    const written = { ...setOf(gone), id: 'gone', url: 'urn:vs:gone' };
    await world.ask('PUT', '/ValueSet/gone', { token: world.system, body: written });
    for (const code of ['jug', 'mug']) {
      const body = { resourceType: 'Basic', id: code, code: { coding: [{ system: CUPS, code }] } };
      await world.ask('PUT', `/Basic/${code}`, { token: world.system, body });
    }
    const { body } = await get('/Basic?code:in=urn:vs:gone');
    expect(body.entry.map(({ resource }: { resource: { id: string } }) => resource.id)).toEqual(['mug']);
  });

  it('a version that is not held is answered by no other', async () => {
    const other = { system: CUPS, version: '9' };
    const refused = await post('/ValueSet/$expand', given(other));
    expect([refused.status, refused.body.issue[0].diagnostics]).toEqual([
      422,
      expect.stringContaining('the version 9'),
    ]);
    expect(await isIn(other, CUPS, 'mug')).toBeUndefined();
    const filtered = { ...other, filter: [{ property: 'concept', op: '=', value: 'mug' }] };
    expect(await expanded(filtered)).toBe(422);
    expect(await expanded({ system: CUPS, version: '*' })).toEqual(['mug', 'tumbler']);
    // What a set lists itself is what it says; that the codes are of that version is said, and nothing of another told of them.
    const listed = await post(
      '/ValueSet/$expand',
      given({ ...other, concept: [{ code: 'jug' }, { code: 'mug' }] }),
    );
    expect(listed.body.expansion.contains).toEqual([
      { system: CUPS, code: 'jug' },
      { system: CUPS, code: 'mug' },
    ]);
    expect(listed.body.expansion.parameter).toEqual([{ name: 'version', valueUri: `${CUPS}|9` }]);
    for (const name of ['system-version', 'check-system-version', 'force-system-version']) {
      const wanted = (version: string) => ({ name, valueUri: `${CUPS}|${version}` });
      expect(await expanded({ system: CUPS }, wanted('9')), name).toBe(422);
      expect(await expanded({ system: CUPS, concept: [{ code: 'mug' }] }, wanted('9')), name).toBe(422);
      expect(await expanded({ system: CUPS }, wanted('1')), name).toEqual(['mug', 'tumbler']);
    }
    const set = { ...setOf(other), id: 'ninth', url: 'urn:vs:ninth' };
    await world.ask('PUT', '/ValueSet/ninth', { token: world.system, body: set });
    for (const modifier of ['in', 'not-in'])
      expect((await get(`/Basic?code:${modifier}=urn:vs:ninth`)).status, modifier).toBe(400);
  });

  it('check-system-version chooses the version where the set names none', async () => {
    for (const version of ['1', '2'])
      await world.ask('PUT', `/CodeSystem/lids-${version}`, {
        token: world.system,
        body: {
          ...cups,
          id: `lids-${version}`,
          url: 'urn:cs:lids',
          version,
          concept: [{ code: `lid-${version}` }],
        },
      });
    const first = { name: 'check-system-version', valueUri: 'urn:cs:lids|1' };
    expect(await expanded({ system: 'urn:cs:lids' }, first)).toEqual(['lid-1']);
    expect(await expanded({ system: 'urn:cs:lids', version: '2' }, first)).toBe(422);
  });

  it('a code of a version that the set does not have is not in it, however the versions are named', async () => {
    for (const version of ['1', '2'])
      await world.ask('PUT', `/CodeSystem/jars-${version}`, {
        token: world.system,
        body: {
          ...cups,
          id: `jars-${version}`,
          url: 'urn:cs:jars',
          version,
          valueSet: 'urn:vs:jars',
          concept: [{ code: 'jar', concept: [{ code: `jar-${version}` }] }],
        },
      });
    const first = { system: 'urn:cs:jars', version: '1' };
    const ask = (include: object, code: string, ...more: object[]) =>
      post(
        '/ValueSet/$validate-code',
        given(include),
        { name: 'system', valueUri: 'urn:cs:jars' },
        { name: 'code', valueCode: code },
        ...more,
      );
    const is = async (...asked: Parameters<typeof ask>) => {
      const answer = await ask(...asked);
      return answer.status === 200 ? value(answer, 'result') : answer.status;
    };
    const of = (version: string) => ({ name: 'systemVersion', valueString: version });
    const all = { system: 'urn:cs:jars' };
    const any = { ...all, version: '*' };
    const listed = { ...first, concept: [{ code: 'jar' }] };
    for (const include of [first, listed])
      expect([
        await is(include, 'jar', of('1')),
        await is(include, 'jar', of('2')),
        await is(include, 'jar', of('9')),
      ]).toEqual([true, false, false]);
    for (const include of [all, any]) {
      expect([await is(include, 'jar-1', of('1')), await is(include, 'jar-1', of('2'))]).toEqual([
        true,
        false,
      ]);
      expect([await is(include, 'jar', of('9')), await is(include, 'jar-2', of('2'))]).toEqual([false, true]);
    }
    expect(value(await ask(first, 'jar', of('2')), 'message')).toContain('version 2');
    expect(value(await ask(all, 'jar', of('9')), 'message')).toContain('version 9');
    const coding = (version: string) => ({
      name: 'coding',
      valueCoding: { system: 'urn:cs:jars', version, code: 'jar' },
    });
    for (const [version, expected] of [
      ['1', true],
      ['2', false],
      ['9', false],
    ] as const) {
      const concept = {
        name: 'codeableConcept',
        valueCodeableConcept: { coding: [coding(version).valueCoding] },
      };
      expect(value(await post('/ValueSet/$validate-code', given(first), coding(version)), 'result')).toBe(
        expected,
      );
      expect(value(await post('/ValueSet/$validate-code', given(first), concept), 'result')).toBe(expected);
      const url = `/ValueSet/$validate-code?url=urn:vs:jars|1&system=urn:cs:jars&code=jar&systemVersion=${version}`;
      expect(value(await get(url), 'result')).toBe(expected);
      const atInstance = await post('/CodeSystem/jars-1/$validate-code', coding(version));
      expect(value(atInstance, 'result')).toBe(expected);
    }
    const wanted = (name: string, version: string) => ({ name, valueUri: `urn:cs:jars|${version}` });
    expect(await is(all, 'jar-1', wanted('system-version', '1'))).toBe(true);
    expect(await is(all, 'jar-1', wanted('system-version', '2'))).toBe(false);
    expect(await is(first, 'jar-2', wanted('force-system-version', '2'))).toBe(true);
    expect(await is(first, 'jar', wanted('force-system-version', '2'), of('1'))).toBe(false);
    expect(await is(all, 'jar', wanted('system-version', '1'), of('2'))).toBe(false);
    expect(await is(first, 'jar', wanted('check-system-version', '2'))).toBe(422);
    expect(await is(all, 'jar', wanted('system-version', '9'))).toBe(422);
    expect((await get('/ValueSet/$expand?url=urn:vs:jars|1&valueSetVersion=2')).status).toBe(400);
    const within = `/CodeSystem/$validate-code?url=urn:cs:jars|1&code=jar`;
    expect(value(await get(within), 'version')).toBe('1');
    expect((await get(`${within}&version=2`)).status).toBe(400);
    const lookUp = async (version: string) =>
      (await post('/CodeSystem/jars-1/$lookup', coding(version))).status;
    expect([await lookUp('1'), await lookUp('2')]).toEqual([200, 404]);
  });

  it('codes of two versions are not compared, and a map is for the versions that it names', async () => {
    const side = (name: string, version: string, code = 'lid') => ({
      name,
      valueCoding: { system: 'urn:cs:tins', version, code },
    });
    for (const version of ['1', '2'])
      await world.ask('PUT', `/CodeSystem/tins-${version}`, {
        token: world.system,
        body: {
          ...cups,
          id: `tins-${version}`,
          url: 'urn:cs:tins',
          version,
          concept: [{ code: 'lid', concept: [{ code: `lid-${version}` }] }],
        },
      });
    const compared = async (...asked: object[]) => {
      const answer = await post('/CodeSystem/$subsumes', ...asked);
      return answer.status === 200 ? value(answer, 'outcome') : answer.status;
    };
    expect(await compared(side('codingA', '1'), side('codingB', '1', 'lid-1'))).toBe('subsumes');
    expect(await compared(side('codingA', '1'), side('codingB', '2'))).toBe(400);
    expect(await compared(side('codingA', '1'), side('codingB', '1', 'lid-2'))).toBe(404);
    const lids = {
      ...map,
      id: 'tins',
      url: 'urn:cm:tins',
      group: [
        {
          source: 'urn:cs:tins',
          sourceVersion: '1',
          target: CUPS,
          targetVersion: '1',
          element: [{ code: 'lid', target: [{ code: 'mug', equivalence: 'equal' }] }],
        },
      ],
    };
    await world.ask('PUT', '/ConceptMap/tins', { token: world.system, body: lids });
    const translated = async (...asked: object[]) =>
      value(
        await post('/ConceptMap/$translate', { name: 'url', valueUri: 'urn:cm:tins' }, ...asked),
        'result',
      );
    expect([await translated(side('coding', '1')), await translated(side('coding', '2'))]).toEqual([
      true,
      false,
    ]);
    const back = (version: string) => ({
      name: 'coding',
      valueCoding: { system: CUPS, version, code: 'mug' },
    });
    const reverse = { name: 'reverse', valueBoolean: true };
    expect([await translated(back('1'), reverse), await translated(back('2'), reverse)]).toEqual([
      true,
      false,
    ]);
  });

  it('what is said of a code is said with which code of which version it was, and as issues', async () => {
    const asked = { name: 'coding', valueCoding: { system: INKS, code: 'RED', display: 'Green' } };
    const answer = await post('/ValueSet/$validate-code', given({ system: INKS }), asked);
    expect(['code', 'normalized-code', 'version', 'display'].map((name) => value(answer, name))).toEqual([
      'RED',
      'Red',
      '2',
      'Red',
    ]);
    const named = (name: string) =>
      answer.body.parameter.find((each: { name: string }) => each.name === name);
    expect(named('system').valueUri).toBe(INKS);
    expect(named('issues').resource).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'invalid', expression: ['Coding.display'] }],
    });
    const unknown = await get(`/CodeSystem/$validate-code?url=${CUPS}&code=jug`);
    expect(unknown.body.parameter.at(-1).resource.issue[0]).toMatchObject({
      code: 'code-invalid',
      expression: ['code'],
    });
  });

  it('where case does not count a code is itself in any: in hierarchies, filters, sets and maps', async () => {
    const below = (op: string, code: string) =>
      expanded({ system: INKS, filter: [{ property: 'concept', op, value: code }] });
    expect(await below('is-a', 'RED')).toEqual(['Red', 'Dark', 'Deep', 'Rose']);
    expect(await below('descendent-of', 'red')).toEqual(['Dark', 'Deep', 'Rose']);
    expect(await below('is-not-a', 'red')).toEqual(['Blue']);
    expect(await below('generalizes', 'DEEP')).toEqual(['Red', 'Dark', 'Deep']);
    expect(await below('child-of', 'rEd')).toEqual(['Dark', 'Rose']);
    expect(await expanded({ system: INKS, concept: [{ code: 'red' }, { code: 'RED' }] })).toEqual(['Red']);
    expect(await isIn({ system: INKS, concept: [{ code: 'red' }] }, INKS, 'RED')).toBe(true);
    expect(await isIn({ system: CUPS, concept: [{ code: 'mug' }] }, CUPS, 'MUG')).toBe(false);
    const outcome = async (a: string, b: string) =>
      value(await get(`/CodeSystem/$subsumes?system=${INKS}&codeA=${a}&codeB=${b}`), 'outcome');
    expect([
      await outcome('red', 'ROSE'),
      await outcome('deep', 'RED'),
      await outcome('BLUE', 'blue'),
    ]).toEqual(['subsumes', 'subsumed-by', 'equivalent']);
    const children = await get(`/CodeSystem/$lookup?system=${INKS}&code=red&property=child`);
    expect(JSON.stringify(children.body)).toContain('"Rose"');
    const translated = async (query: string) =>
      value(await get(`/ConceptMap/$translate?url=urn:cm:cups-inks&${query}`), 'result');
    expect(await translated(`system=${INKS}&code=BLUE`)).toBe(true);
    expect(await translated(`system=${INKS}&code=red&reverse=true`)).toBe(true);
    expect(await translated(`system=${CUPS}&code=MUG`)).toBe(false);
    expect(await translated(`system=${CUPS}&code=TUMBLER&reverse=true`)).toBe(false);
  });

  it('a code without its system means nothing', async () => {
    const alone = [
      '/ValueSet/$validate-code?url=urn:vs:gone&code=mug',
      '/ValueSet/gone/$validate-code?code=mug',
      '/CodeSystem/$validate-code?code=mug',
      '/ConceptMap/$translate?url=urn:cm:cups-inks&code=mug',
      '/ConceptMap/cups-inks/$translate?code=mug',
    ];
    for (const path of alone) expect((await get(path)).status, path).toBe(400);
    const inferred = await get('/ValueSet/gone/$validate-code?code=mug&inferSystem=true');
    expect(value(inferred, 'result')).toBe(true);
    // The code system itself is named by its URL or its instance.
    expect(value(await get(`/CodeSystem/$validate-code?url=${CUPS}&code=mug`), 'result')).toBe(true);
    expect(value(await get('/CodeSystem/cups/$validate-code?code=mug'), 'result')).toBe(true);
    const forms = [
      { name: 'coding', valueCoding: { code: 'mug' } },
      { name: 'codeableConcept', valueCodeableConcept: { coding: [{ code: 'mug' }] } },
      { name: 'codeableConcept', valueCodeableConcept: { text: 'A mug' } },
    ];
    const operations = [
      ['/ValueSet/$validate-code', 'urn:vs:gone'],
      ['/CodeSystem/$validate-code', CUPS],
      ['/ConceptMap/$translate', 'urn:cm:cups-inks'],
    ] as const;
    for (const [operation, url] of operations)
      for (const form of forms) {
        const answer = await post(operation, { name: 'url', valueUri: url }, form);
        const said = `${operation} ${JSON.stringify(form)}`;
        expect([answer.status, value(answer, 'result')], said).toEqual([200, false]);
        expect(value(answer, 'message'), said).toContain(
          JSON.stringify(form).includes('text') ? 'text alone is no code' : 'names no code system',
        );
      }
    const both = await post('/ValueSet/gone/$validate-code', forms[0] as object, forms[1] as object);
    expect([both.status, both.body.issue[0].diagnostics]).toEqual([400, expect.stringContaining('one of')]);
  });

  it('searches count case as the code system does, and take any where nobody says', async () => {
    const codes = [
      [CUPS, 'Stein'],
      [CUPS, 'stein'],
      [INKS, 'RED'],
      [INKS, 'deep'],
      [INKS, 'blue'],
      ['urn:cs:open', 'Any'],
    ] as const;
    await world.ask('PUT', '/CodeSystem/cups', {
      token: world.system,
      body: { ...cups, concept: [...cups.concept, { code: 'Stein', concept: [{ code: 'stein' }] }] },
    });
    for (const [i, [system, code]] of codes.entries()) {
      const body = {
        resourceType: 'Observation',
        id: `case-${i}`,
        status: 'final',
        code: { coding: [{ system, code }] },
        component: [{ code: { coding: [{ system, code }] }, valueQuantity: { value: 5 } }],
      };
      await world.ask('PUT', `/Observation/case-${i}`, { token: world.system, body });
    }
    await world.ask('PUT', '/ValueSet/inks', {
      token: world.system,
      body: {
        ...setOf({ system: INKS, concept: [{ code: 'red' }, { code: 'DEEP' }] }),
        id: 'inks',
        url: 'urn:vs:inks',
      },
    });
    await world.ask('PUT', '/ValueSet/steins', {
      token: world.system,
      body: { ...setOf({ system: CUPS, concept: [{ code: 'stein' }] }), id: 'steins', url: 'urn:vs:steins' },
    });
    const found = async (query: string) =>
      ((await get(`/Observation?${query}`)).body.entry ?? [])
        .map(
          ({ resource }: { resource: { code: { coding: { code: string }[] } } }) =>
            resource.code.coding[0]?.code,
        )
        .sort();
    expect(await found(`code=${CUPS}|Stein`)).toEqual(['Stein']);
    expect(await found(`code=${CUPS}|stein`)).toEqual(['stein']);
    expect(await found(`code=${CUPS}|STEIN`)).toEqual([]);
    expect(await found(`code=${CUPS}|stein,${INKS}|Red`)).toEqual(['RED', 'stein']);
    expect(await found(`code:not=${CUPS}|stein&code=${CUPS}|`)).toEqual(['Stein']);
    expect(await found('code=STEIN')).toEqual(['Stein', 'stein']);
    for (const code of ['red', 'Red', 'RED']) expect(await found(`code=${INKS}|${code}`)).toEqual(['RED']);
    for (const code of ['any', 'ANY']) expect(await found(`code=urn:cs:open|${code}`)).toEqual(['Any']);
    expect(await found('code:in=urn:vs:inks')).toEqual(['RED', 'deep']);
    expect(await found('code:in=urn:vs:steins')).toEqual(['stein']);
    expect(await found(`code:not-in=urn:vs:inks&code=${INKS}|`)).toEqual(['blue']);
    expect(await found(`code:below=${INKS}|red`)).toEqual(['RED', 'deep']);
    expect(await found(`code:above=${INKS}|DEEP`)).toEqual(['RED', 'deep']);
    expect(await found(`code:above=${CUPS}|stein`)).toEqual(['Stein', 'stein']);
    expect(await found(`code:below=${CUPS}|stein`)).toEqual(['stein']);
    expect(await found(`component-code-value-quantity=${CUPS}|STEIN$5`)).toEqual([]);
    expect(await found(`component-code-value-quantity=${INKS}|Red$5`)).toEqual(['RED']);
    // From the moment that it is stored, for whoever asks; and no more when it is gone.
    const open = { ...cups, id: 'open', url: 'urn:cs:open', concept: [{ code: 'Any' }] };
    await world.ask('PUT', '/CodeSystem/open', { token: world.system, body: open });
    expect([await found('code=urn:cs:open|any'), await found('code=urn:cs:open|Any')]).toEqual([[], ['Any']]);
    await world.ask('DELETE', '/CodeSystem/open', { token: world.system });
    expect(await found('code=urn:cs:open|any')).toEqual(['Any']);
  });

  it('filters tell what has a property from what has none, headings from others, and a parent by its child', async () => {
    const by = (property: string, op: string, text: string) =>
      expanded({ system: 'urn:cs:trees', filter: [{ property, op, value: text }] });
    await world.ask('PUT', '/CodeSystem/trees', {
      token: world.system,
      body: {
        ...cups,
        id: 'trees',
        url: 'urn:cs:trees',
        concept: [
          {
            code: 'oak',
            property: [{ code: 'notSelectable', valueBoolean: true }],
            concept: [{ code: 'holm', property: [{ code: 'inactive', valueBoolean: true }] }],
          },
          { code: 'elm' },
        ],
      },
    });
    expect(await by('child', '=', 'holm')).toEqual(['oak']);
    expect(await by('child', 'exists', 'true')).toEqual(['oak']);
    expect(await by('child', 'exists', 'false')).toEqual(['holm', 'elm']);
    expect(await by('inactive', 'exists', 'true')).toEqual(['holm']);
    expect(await by('inactive', '=', 'false')).toEqual(['oak', 'elm']);
    // R4 has a default for `inactive`, and none for what may be chosen.
    expect(await by('notSelectable', '=', 'false')).toEqual([]);
    expect(await by('notSelectable', '=', 'true')).toEqual(['oak']);
    expect(await by('inactive', 'exists', 'maybe')).toBe(422);
    const all = { system: 'urn:cs:trees' };
    expect(await expanded(all, { name: 'excludeNotForUI', valueBoolean: true })).toEqual(['holm', 'elm']);
    expect(await expanded(all, { name: 'exclude-system', valueUri: 'urn:cs:trees|1' })).toEqual([]);
    expect(await expanded(all, { name: 'exclude-system', valueUri: 'urn:cs:trees|2' })).toHaveLength(3);
    expect(await expanded(all, { name: 'date', valueDateTime: '2020' })).toBe(422);
    expect(await expanded(all, { name: 'date', valueDateTime: new Date().toISOString() })).toHaveLength(3);
    const defined = await post('/ValueSet/$expand', given(all), {
      name: 'includeDefinition',
      valueBoolean: true,
    });
    expect(defined.body.compose).toEqual({ include: [all] });
  });

  it('a supplement adds to the version that it names, and designations are those that are asked for', async () => {
    const names = (version: string, language: string) => ({
      resourceType: 'CodeSystem',
      id: `names-${language}`,
      url: `urn:cs:names-${language}`,
      status: 'active',
      content: 'supplement',
      supplements: `${CUPS}|${version}`,
      concept: [{ code: 'mug', designation: [{ language, value: `Mug in ${language}` }] }],
    });
    for (const each of [names('1', 'de'), names('1', 'fr'), names('9', 'it')])
      await world.ask('PUT', `/CodeSystem/${each.id}`, { token: world.system, body: each });
    const texts = async (...more: object[]) => {
      const { body } = await post(
        '/ValueSet/$expand',
        given({ system: CUPS, concept: [{ code: 'mug' }] }),
        ...more,
      );
      const found = body.expansion.contains[0].designation ?? [];
      return found.map(({ language }: { language: string }) => language).sort();
    };
    expect(await texts({ name: 'includeDesignations', valueBoolean: true })).toEqual(['de', 'fr']);
    expect(await texts({ name: 'designation', valueString: 'urn:ietf:bcp:47|fr' })).toEqual(['fr']);
    expect(await texts()).toEqual([]);
  });

  it('a set knows what it contains, and an expansion alone its headings; a code that is in it twice is not inferred', async () => {
    const inner = { ...setOf({ system: CUPS, concept: [{ code: 'mug' }] }), id: 'in', url: undefined };
    const outer = { name: 'valueSet', resource: { ...setOf({ valueSet: ['#in'] }), contained: [inner] } };
    const { body } = await post('/ValueSet/$expand', outer);
    expect(body.expansion.contains).toEqual([{ system: CUPS, code: 'mug', display: 'Mug' }]);
    const coding = { name: 'coding', valueCoding: { system: CUPS, code: 'mug' } };
    expect(value(await post('/ValueSet/$validate-code', outer, coding), 'result')).toBe(true);
    const listed = {
      name: 'valueSet',
      resource: {
        resourceType: 'ValueSet',
        status: 'active',
        expansion: { timestamp: '2026-01-01', contains: [{ system: CUPS, code: 'mug', abstract: true }] },
      },
    };
    expect((await post('/ValueSet/$expand', listed)).body.expansion.contains).toEqual([
      { system: CUPS, abstract: true, code: 'mug', display: 'Mug' },
    ]);
    const noHeading = { name: 'abstract', valueBoolean: false };
    expect(value(await post('/ValueSet/$validate-code', listed, coding, noHeading), 'result')).toBe(false);
    const code = [
      { name: 'code', valueCode: 'mug' },
      { name: 'inferSystem', valueBoolean: true },
    ];
    const twice = given({ system: CUPS }, { system: 'urn:cs:else', concept: [{ code: 'mug' }] });
    const answer = await post('/ValueSet/$validate-code', twice, ...code);
    expect([value(answer, 'result'), value(answer, 'message')]).toEqual([
      false,
      expect.stringContaining('several'),
    ]);
    expect(value(await post('/ValueSet/$validate-code', given({ system: CUPS }), ...code), 'result')).toBe(
      true,
    );
  });

  it('a property of a look-up may be a language', async () => {
    const named = {
      ...cups,
      id: 'named',
      url: 'urn:cs:named',
      concept: [
        {
          code: 'mug',
          display: 'Mug',
          designation: ['de', 'de-AT', 'fr', 'den'].map((language) => ({ language, value: language })),
        },
      ],
    };
    await world.ask('PUT', '/CodeSystem/named', { token: world.system, body: named });
    const texts = async (query: string) =>
      (await get(`/CodeSystem/$lookup?system=urn:cs:named&code=mug${query}`)).body.parameter
        .filter(({ name }: { name: string }) => name === 'designation')
        .map(({ part }: { part: { name: string; valueCode: string }[] }) => part[0]?.valueCode);
    expect(await texts('')).toHaveLength(4);
    expect(await texts('&property=lang.de')).toEqual(['de', 'de-AT']);
    expect(await texts('&property=lang.DE-at&property=lang.fr')).toEqual(['de-AT', 'fr']);
    expect(await texts('&property=designation')).toHaveLength(4);
    expect(await texts('&property=display')).toEqual([]);
  });

  it('a set of what stands below a code that is none is an error that names the code', async () => {
    for (const op of ['is-a', 'descendent-of', 'is-not-a', 'generalizes']) {
      const include = { system: INKS, filter: [{ property: 'concept', op, value: 'Rde' }] };
      const answer = await post('/ValueSet/$expand', given(include));
      expect([answer.status, answer.body.issue[0].diagnostics]).toEqual([
        422,
        expect.stringContaining("'Rde'"),
      ]);
      const coding = { name: 'coding', valueCoding: { system: INKS, code: 'Red' } };
      expect((await post('/ValueSet/$validate-code', given(include), coding)).status).toBe(422);
    }
    expect(
      await expanded({ system: INKS, filter: [{ property: 'concept', op: 'is-a', value: 'red' }] }),
    ).toContain('Deep');
    for (const system of [CUPS, INKS])
      for (const value of [undefined, 5]) {
        const include = { system, filter: [{ property: 'concept', op: 'is-a', value }] };
        expect((await post('/ValueSet/$expand', given(include))).status).toBe(422);
      }
  });

  it('the set of all codes of a system has a URL without being stored, wherever the system is known', async () => {
    const set = async (url: string) => {
      const { status, body } = await get(`/ValueSet/$expand?url=${encodeURIComponent(url)}&count=1`);
      return status === 200 ? body.expansion.contains[0].system : status;
    };
    expect(await set(`${CUPS}?vs`)).toBe(CUPS);
    expect(await set(`${INKS}?fhir_vs`)).toBe(INKS);
    expect(await set('http://hl7.org/fhir/administrative-gender?vs')).toBe(
      'http://hl7.org/fhir/administrative-gender',
    );
    expect(await set('http://hl7.org/fhir/ValueSet/restful-interaction')).toBe(
      'http://hl7.org/fhir/restful-interaction',
    );
    expect(await set('urn:cs:not-here?vs')).toBe(404);
    const unknown = await get(`/Observation?code:in=${encodeURIComponent('http://snomed.info/sct?fhir_vs')}`);
    expect([unknown.status, unknown.body.issue[0].diagnostics]).toEqual([
      400,
      expect.stringMatching(/[^.]\.$/),
    ]);
  });

  it('the set of all codes of a system has the URL that its system says, in the version that is named', async () => {
    for (const version of ['1', '2'])
      await world.ask('PUT', `/CodeSystem/pots-${version}`, {
        token: world.system,
        body: {
          ...cups,
          id: `pots-${version}`,
          url: 'urn:cs:pots',
          version,
          valueSet: 'http://example.org/vs/all-pots',
          concept: [{ code: `pot-${version}` }],
        },
      });
    const set = async (url: string) => {
      const { status, body } = await get(`/ValueSet/$expand?url=${encodeURIComponent(url)}`);
      return status === 200 ? body.expansion.contains.map(({ code }: { code: string }) => code) : status;
    };
    const POTS = 'http://example.org/vs/all-pots';
    expect(await set(POTS)).toEqual(['pot-2']);
    expect([await set(`${POTS}|1`), await set(`${POTS}|2`), await set(`${POTS}|3`)]).toEqual([
      ['pot-1'],
      ['pot-2'],
      404,
    ]);
    expect([await set('urn:cs:pots?vs|1'), await set('urn:cs:pots?fhir_vs|3')]).toEqual([['pot-1'], 404]);
    await world.ask('PUT', '/CodeSystem/lamps', {
      token: world.system,
      body: {
        ...cups,
        id: 'lamps',
        url: 'urn:cs:lamps',
        valueSet: 'urn:vs:lamps|7',
        concept: [{ code: 'oil' }],
      },
    });
    expect([await set('urn:vs:lamps'), await set('urn:vs:lamps|7'), await set('urn:vs:lamps|8')]).toEqual([
      ['oil'],
      ['oil'],
      404,
    ]);
    const ofR4 = 'http://hl7.org/fhir/ValueSet/restful-interaction';
    expect([(await set(`${ofR4}|4.0.1`)).length > 5, await set(`${ofR4}|9`)]).toEqual([true, 404]);
    const asked = `system=urn:cs:pots&code=pot-1`;
    const is = async (url: string) =>
      value(await get(`/ValueSet/$validate-code?url=${url}&${asked}`), 'result');
    expect([await is(POTS), await is(`${POTS}|1`)]).toEqual([false, true]);
    await world.ask('PUT', '/Basic/pot', {
      token: world.system,
      body: {
        resourceType: 'Basic',
        id: 'pot',
        code: { coding: [{ system: 'urn:cs:pots', code: 'pot-2' }] },
      },
    });
    const found = async (modifier: string, url: string) =>
      (await get(`/Basic?code:${modifier}=${url}&_id=pot`)).body.entry?.length ?? 0;
    expect([await found('in', POTS), await found('not-in', POTS), await found('in', `${POTS}|1`)]).toEqual([
      1, 0, 0,
    ]);
    expect(await expanded({ valueSet: [POTS] })).toEqual(['pot-2']);
    const patient = world.patient('nobody', 'patient/Observation.rs');
    expect((await world.ask('GET', `/ValueSet/$expand?url=${POTS}`, { token: patient })).status).toBe(404);
  });

  it('the set of an element is found by its definition', async () => {
    const R4 = 'http://hl7.org/fhir/StructureDefinition';
    const url = async (context: string) => {
      const { status, body } = await get(`/ValueSet/$expand?context=${encodeURIComponent(context)}&count=1`);
      return status === 200 ? body.url : status;
    };
    expect(await url(`${R4}/Observation#Observation.interpretation`)).toBe(
      'http://hl7.org/fhir/ValueSet/observation-interpretation',
    );
    expect(await url(`${R4}/Patient#Patient.identifier.type`)).toBe(
      'http://hl7.org/fhir/ValueSet/identifier-type',
    );
    expect(await url(`${R4}/Patient#contact.relationship`)).toBe(
      'http://hl7.org/fhir/ValueSet/patient-contactrelationship',
    );
    expect(await url(`${R4}/Observation#Observation.subject`)).toBe(404);
    expect(await url(`${R4}/Nothing#Nothing.code`)).toBe(404);
    expect(await url('urn:sd:nothing#Basic.code')).toBe(404);
    expect(await url(`${R4}/Observation`)).toBe(400);
    const directed = async (direction: string) => {
      const context = encodeURIComponent(`${R4}/Patient#Patient.gender`);
      return (await get(`/ValueSet/$expand?context=${context}&contextDirection=${direction}`)).status;
    };
    expect([await directed('outgoing'), await directed('sideways')]).toEqual([200, 400]);
    const coding = {
      name: 'coding',
      valueCoding: { system: 'http://hl7.org/fhir/administrative-gender', code: 'male' },
    };
    const context = { name: 'context', valueUri: `${R4}/Patient#Patient.gender` };
    expect(value(await post('/ValueSet/$validate-code', context, coding), 'result')).toBe(true);
  });

  it('a code outside of an extensible set is advice: by $validate, and in the outcome of a write', async () => {
    const binding = { strength: 'extensible', valueSet: 'urn:vs:some-cups' };
    const put = (resource: object & { resourceType: string; id: string }, prefer = '') =>
      world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
        token: world.system,
        body: resource,
        headers: { Prefer: prefer },
      });
    const set = { ...setOf({ system: CUPS, concept: [{ code: 'mug' }] }), url: binding.valueSet, id: 'some' };
    const profile = {
      resourceType: 'StructureDefinition',
      id: 'of-cups',
      url: 'urn:sd:of-cups',
      name: 'OfCups',
      status: 'active',
      kind: 'resource',
      abstract: false,
      type: 'Basic',
      baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Basic',
      derivation: 'constraint',
      differential: { element: [{ id: 'Basic.code', path: 'Basic.code', binding }] },
    };
    for (const each of [set, profile]) expect((await put(each)).status).toBe(201);
    const basic = (system: string, code: string) => ({
      resourceType: 'Basic',
      code: { coding: [{ system, code }] },
    });
    const told = ({ body }: Answer) =>
      body.issue
        .filter(({ code }: { code: string }) => code === 'code-invalid')
        .map((each: { severity: string; expression: string[] }) => [each.severity, each.expression[0]]);
    const validated = async (system: string, code: string) =>
      told(
        await world.ask('POST', '/Basic/$validate?profile=urn:sd:of-cups', {
          token: world.system,
          body: basic(system, code),
        }),
      );
    const bound = await get(`/ValueSet/$expand?context=${encodeURIComponent('urn:sd:of-cups#Basic.code')}`);
    expect(bound.body.url).toBe(binding.valueSet);
    expect(await validated(CUPS, 'mug')).toEqual([]);
    expect(await validated(CUPS, 'tumbler')).toEqual([['warning', 'Basic.code']]);
    expect(await validated('urn:cs:not-here', 'mug')).toEqual([['warning', 'Basic.code']]);
    const patient = (code: string) => ({
      resourceType: 'Patient',
      id: 'advised',
      maritalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code }],
      },
    });
    const outcome = await put(patient('ZZ'), 'return=OperationOutcome');
    expect(outcome.status).toBe(201);
    expect(outcome.body.issue[0].severity).toBe('information');
    expect(told(outcome)).toContainEqual(['warning', 'Patient.maritalStatus']);
    expect(told(await put(patient('M'), 'return=OperationOutcome'))).toEqual([]);
    const entry = { resource: patient('ZZ'), request: { method: 'PUT', url: 'Patient/advised' } };
    const together = await world.ask('POST', '', {
      token: world.system,
      body: { resourceType: 'Bundle', type: 'transaction', entry: [entry] },
      headers: { Prefer: 'return=OperationOutcome' },
    });
    expect(told({ ...together, body: together.body.entry[0].response.outcome })).toContainEqual([
      'warning',
      'Patient.maritalStatus',
    ]);
    // More than are looked up for one resource.
    const many = Array.from({ length: 501 }, (_, i) => ({ system: `urn:cs:not-here-${i}`, code: 'x' }));
    const stored = await put(
      { resourceType: 'Basic', id: 'of-many', code: { coding: many } } as never,
      'return=OperationOutcome',
    );
    expect(stored.status).toBe(201);
    expect(stored.body.issue.map(({ severity }: { severity: string }) => severity)).toEqual([
      'information',
      'warning',
    ]);
    const asWritten = { ...patient('ZZ'), id: undefined };
    const created = await world.ask('POST', '/Patient/$validate?mode=create', {
      token: world.system,
      body: asWritten,
    });
    expect(told(created)).toContainEqual(['warning', 'Patient.maritalStatus']);
  });
});
