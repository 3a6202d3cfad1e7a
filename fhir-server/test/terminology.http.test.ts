/** S14: terminology that is stored through the API counts everywhere that a loaded one does, from the moment it is stored. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRelease, releasesOf } from '../src/terminology/load/load.ts';
import { openSqliteTables } from '../src/terminology/tables/sqlite-tables.ts';
import { type Files, icd10CmFiles, loincFiles, rxNormFiles, snomedFiles, writeFiles } from './releases.ts';
import { STORES } from './stores.ts';
import { tgzOf } from './tgz.ts';
import { type Answer, openWorld, type World } from './world.ts';

const FRUIT = 'urn:cs:fruit';
const fruit = {
  resourceType: 'CodeSystem',
  id: 'fruit',
  url: FRUIT,
  version: '2',
  name: 'Fruit',
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  property: [{ code: 'colour', type: 'string' }],
  concept: [
    {
      code: 'apple',
      display: 'Apple',
      definition: 'A pome.',
      designation: [{ language: 'es', value: 'Manzana' }],
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        { code: 'cox', display: 'Cox', property: [{ code: 'colour', valueString: 'red' }] },
        { code: 'boskoop', display: 'Boskoop', property: [{ code: 'colour', valueString: 'green' }] },
        { code: 'gone', display: 'Gone', property: [{ code: 'status', valueCode: 'retired' }] },
      ],
    },
    { code: 'pear', display: 'Pear' },
  ],
};
const set = (id: string, compose: object) => ({
  resourceType: 'ValueSet',
  id,
  url: `urn:vs:${id}`,
  status: 'active',
  compose,
});
const map = {
  resourceType: 'ConceptMap',
  id: 'sorts',
  url: 'urn:cm:sorts',
  status: 'active',
  sourceUri: 'urn:vs:apples',
  group: [
    {
      source: FRUIT,
      target: 'urn:cs:shop',
      element: [
        { code: 'cox', target: [{ code: '17', display: 'Cox, loose', equivalence: 'wider' }] },
        {
          code: 'boskoop',
          target: [
            {
              code: '18',
              equivalence: 'equivalent',
              dependsOn: [{ property: 'urn:season', value: 'winter' }],
            },
          ],
        },
        { code: 'pear', target: [{ equivalence: 'unmatched' }] },
      ],
      unmapped: { mode: 'fixed', code: '99', display: 'Other fruit' },
    },
  ],
};

describe.each(STORES)('on %s', (_, open) => {
  let world: World;
  const get = (path: string, token = world.system) => world.ask('GET', path, { token });
  const post = (path: string, ...parameter: object[]) =>
    world.ask('POST', path, { token: world.system, body: { resourceType: 'Parameters', parameter } });
  const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) =>
    world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token: world.system, body: resource });
  const value = ({ body }: Answer, name: string) => {
    const found = body.parameter?.find((each: { name: string }) => each.name === name);
    return found?.valueBoolean ?? found?.valueString ?? found?.valueCode;
  };
  const codes = ({ body }: Answer) => body.expansion?.contains?.map(({ code }: { code: string }) => code);
  const ids = ({ body }: Answer) =>
    (body.entry ?? []).map((each: { resource: { id: string } }) => each.resource.id).sort();

  beforeAll(async () => {
    world = await open();
    for (const each of [
      fruit,
      map,
      set('apples', {
        include: [{ system: FRUIT, filter: [{ property: 'concept', op: 'descendent-of', value: 'apple' }] }],
      }),
      set('red', { include: [{ system: FRUIT, filter: [{ property: 'colour', op: '=', value: 'red' }] }] }),
      set('nested', { include: [{ valueSet: ['urn:vs:apples'] }], exclude: [{ valueSet: ['urn:vs:red'] }] }),
      { ...set('circle', { include: [{ valueSet: ['urn:vs:circle'] }] }) },
      {
        resourceType: 'CodeSystem',
        id: 'part',
        url: 'urn:cs:part',
        status: 'active',
        content: 'fragment',
        concept: [{ code: 'a', display: 'A' }],
      },
      {
        resourceType: 'CodeSystem',
        id: 'names',
        url: 'urn:cs:names',
        status: 'active',
        content: 'supplement',
        supplements: FRUIT,
        concept: [{ code: 'pear', designation: [{ language: 'es', value: 'Pera' }] }],
      },
      set('parts', { include: [{ system: 'urn:cs:part' }] }),
      ...['apple', 'cox', 'boskoop', 'pear'].map((code) => ({
        resourceType: 'Basic',
        id: code,
        code: { coding: [{ system: FRUIT, code }] },
      })),
    ])
      expect((await put(each)).status, JSON.stringify(each).slice(0, 80)).toBe(201);
  });
  afterAll(() => world.close());

  it('of several versions of a code system the last counts, or the one that is asked for', async () => {
    const url = 'urn:cs:versions';
    for (const [version, names] of [
      ['1', ['a', 'b']],
      ['2', ['b', 'c']],
    ] as const)
      await put({
        resourceType: 'CodeSystem',
        id: `versions-${version}`,
        url,
        version,
        status: 'active',
        content: 'complete',
        concept: names.map((code) => ({ code, display: `${code} of ${version}` })),
      });
    await put(set('any-version', { include: [{ system: url }] }));
    await put(set('first-version', { include: [{ system: url, version: '1' }] }));
    await put(set('of-any', { include: [{ valueSet: ['urn:vs:any-version'] }] }));
    const expanded = async (name: string, query = '') => {
      const answer = await get(`/ValueSet/$expand?url=urn:vs:${name}${query}`);
      return answer.status === 200 ? codes(answer) : answer.status;
    };
    expect(await expanded('any-version')).toEqual(['b', 'c']);
    expect(await expanded('first-version')).toEqual(['a', 'b']);
    for (const name of ['any-version', 'of-any'])
      expect(await expanded(name, `&system-version=${url}|1`)).toEqual(['a', 'b']);
    expect(await expanded('first-version', `&system-version=${url}|2`)).toEqual(['a', 'b']);
    expect(await expanded('first-version', `&force-system-version=${url}|2`)).toEqual(['b', 'c']);
    expect(await expanded('first-version', `&check-system-version=${url}|1`)).toEqual(['a', 'b']);
    expect(await expanded('first-version', `&check-system-version=${url}|2`)).toBe(422);
    expect(await expanded('any-version', `&force-system-version=${url}|3`)).toBe(422);
    expect(await expanded('any-version', `&system-version=${url}`)).toBe(400);
    expect(await expanded('any-version', `&system-version=${url}|1&system-version=${url}|2`)).toBe(400);
    const validated = async (name: string, query: string) =>
      value(await get(`/ValueSet/$validate-code?url=urn:vs:${name}&system=${url}&code=a${query}`), 'result');
    expect(await validated('any-version', '')).toBe(false);
    expect(await validated('any-version', '&systemVersion=1')).toBe(true);
    expect(await validated('first-version', '&systemVersion=2')).toBe(false);
    expect(await validated('first-version', '&systemVersion=1')).toBe(true);
    const coding = { name: 'coding', valueCoding: { system: url, version: '1', code: 'a' } };
    const named = { name: 'url', valueUri: 'urn:vs:of-any' };
    expect(value(await post('/ValueSet/$validate-code', named, coding), 'result')).toBe(true);
  });

  it('S14: codes are looked up, with their properties, texts, parents and children', async () => {
    const { status, body } = await get(`/CodeSystem/$lookup?system=${FRUIT}&code=apple&displayLanguage=es`);
    expect(status).toBe(200);
    const named = (name: string) => body.parameter.filter((each: { name: string }) => each.name === name);
    expect(named('name')[0].valueString).toBe('Fruit');
    expect(named('version')[0].valueString).toBe('2');
    expect(named('display')[0].valueString).toBe('Manzana');
    expect(named('designation')[0].part).toEqual([
      { name: 'language', valueCode: 'es' },
      { name: 'value', valueString: 'Manzana' },
    ]);
    const properties = named('property').map(
      ({ part }: { part: { valueCode?: string; valueString?: string }[] }) =>
        part.map((each) => each.valueCode ?? each.valueString),
    );
    expect(properties).toContainEqual(['child', 'cox']);
    expect(properties).toContainEqual(['definition', 'A pome.']);
    const below = await post(
      '/CodeSystem/$lookup',
      { name: 'coding', valueCoding: { system: FRUIT, code: 'cox' } },
      { name: 'property', valueCode: 'parent' },
    );
    expect(below.body.parameter.filter((each: { name: string }) => each.name === 'property')).toEqual([
      {
        name: 'property',
        part: [
          { name: 'code', valueCode: 'parent' },
          { name: 'value', valueCode: 'apple' },
        ],
      },
    ]);
    expect(value(await get('/CodeSystem/fruit/$lookup?code=pear'), 'display')).toBe('Pear');
    expect((await get(`/CodeSystem/$lookup?system=${FRUIT}&code=plum`)).status).toBe(404);
    expect((await get(`/CodeSystem/$lookup?system=${FRUIT}&code=pear&version=1`)).status).toBe(404);
    expect(value(await get(`/CodeSystem/$lookup?system=${FRUIT}&code=pear&version=2`), 'display')).toBe(
      'Pear',
    );
  });

  it('S14: codes are validated, by type and instance, alone, as a coding or a concept', async () => {
    const result = async (answer: Promise<Answer>) => value(await answer, 'result');
    const url = `/CodeSystem/$validate-code?url=${FRUIT}`;
    expect(await result(get(`${url}&code=pear`))).toBe(true);
    expect(await result(get(`${url}&code=plum`))).toBe(false);
    expect(await result(get(`${url}&code=PEAR`))).toBe(false);
    expect(await result(get(`${url}&code=pear&version=2`))).toBe(true);
    expect(await result(get(`${url}&code=pear&version=9`))).toBe(false);
    expect(await result(get('/CodeSystem/fruit/$validate-code?code=cox'))).toBe(true);
    expect(await result(get(`${url}&code=pear&display=pear`))).toBe(true);
    expect(value(await get(`${url}&code=pear&display=Plum`), 'message')).toContain("'Pear'");
    expect(value(await get(`${url}&code=gone`), 'message')).toContain('inactive');
    expect(await result(get(`${url}&code=apple&abstract=false`))).toBe(false);
    const coding = { system: FRUIT, code: 'cox' };
    const ofSystem = { name: 'url', valueUri: FRUIT };
    expect(
      await result(post('/CodeSystem/$validate-code', ofSystem, { name: 'coding', valueCoding: coding })),
    ).toBe(true);
    const ofOther = { name: 'coding', valueCoding: { system: 'urn:x', code: 'cox' } };
    expect(await result(post('/CodeSystem/fruit/$validate-code', ofOther))).toBe(false);
    expect((await post('/CodeSystem/fruit/$lookup', ofOther)).status).toBe(400);
    const concept = { coding: [{ system: 'urn:x', code: 'cox' }, coding] };
    expect(
      await result(
        post('/CodeSystem/fruit/$validate-code', {
          name: 'codeableConcept',
          valueCodeableConcept: { coding: [ofOther.valueCoding] },
        }),
      ),
    ).toBe(false);
    expect(
      await result(
        post('/CodeSystem/$validate-code', ofSystem, {
          name: 'codeableConcept',
          valueCodeableConcept: concept,
        }),
      ),
    ).toBe(true);
    const set = { name: 'url', valueUri: 'urn:vs:apples' };
    expect(
      await result(
        post('/ValueSet/$validate-code', set, { name: 'codeableConcept', valueCodeableConcept: concept }),
      ),
    ).toBe(true);
    expect(await result(get(`/ValueSet/nested/$validate-code?system=${FRUIT}&code=cox`))).toBe(false);
    expect(await result(get(`/ValueSet/nested/$validate-code?system=${FRUIT}&code=boskoop`))).toBe(true);
  });

  it('S14: what stands above what', async () => {
    const outcome = async (query: string, at = '/CodeSystem') =>
      value(await get(`${at}/$subsumes?${query}`), 'outcome');
    expect(await outcome(`system=${FRUIT}&codeA=apple&codeB=cox`)).toBe('subsumes');
    expect(await outcome('codeA=cox&codeB=apple', '/CodeSystem/fruit')).toBe('subsumed-by');
    expect(await outcome(`system=${FRUIT}&version=2&codeA=cox&codeB=pear`)).toBe('not-subsumed');
    const [codingA, codingB] = ['pear', 'pear'].map((code) => ({ system: FRUIT, code }));
    const answer = await post(
      '/CodeSystem/$subsumes',
      { name: 'codingA', valueCoding: codingA },
      { name: 'codingB', valueCoding: codingB },
    );
    expect(value(answer, 'outcome')).toBe('equivalent');
    const elsewhere = await post(
      '/CodeSystem/fruit/$subsumes',
      { name: 'codingA', valueCoding: { ...codingA, system: 'urn:x' } },
      { name: 'codingB', valueCoding: codingB },
    );
    expect(elsewhere.status).toBe(400);
    expect((await get(`/CodeSystem/$subsumes?system=${FRUIT}&codeA=cox&codeB=plum`)).status).toBe(404);
  });

  it('S14: value sets of it are expanded', async () => {
    expect(codes(await get('/ValueSet/apples/$expand'))).toEqual(['cox', 'boskoop', 'gone']);
    expect(codes(await get('/ValueSet/apples/$expand?activeOnly=true&filter=bos'))).toEqual(['boskoop']);
    expect(codes(await get('/ValueSet/$expand?url=urn:vs:nested'))).toEqual(['boskoop', 'gone']);
    const paged = await get('/ValueSet/apples/$expand?count=1&offset=1');
    expect(codes(paged)).toEqual(['boskoop']);
    expect(paged.body.expansion.total).toBe(3);
    const all = set('all', { include: [{ system: FRUIT }] });
    const nested = await post(
      '/ValueSet/$expand',
      { name: 'valueSet', resource: all },
      { name: 'excludeNested', valueBoolean: false },
    );
    expect(nested.body.expansion.contains.map((each: { contains?: [] }) => each.contains?.length)).toEqual([
      3,
      undefined,
    ]);
    expect(nested.body.expansion.contains[0].abstract).toBe(true);
    const named = await post(
      '/ValueSet/$expand',
      { name: 'valueSet', resource: all },
      { name: 'includeDesignations', valueBoolean: true },
      { name: 'displayLanguage', valueCode: 'es' },
    );
    expect(named.body.expansion.contains.at(-1)).toMatchObject({ code: 'pear', display: 'Pera' });
    expect(named.body.expansion.parameter).toContainEqual({ name: 'version', valueUri: `${FRUIT}|2` });
    const circle = await get('/ValueSet/circle/$expand');
    expect([circle.status, circle.body.issue[0].diagnostics]).toEqual([
      422,
      expect.stringContaining('names itself'),
    ]);
  });

  it.each([
    ['is-a', 'concept', 'apple', ['apple', 'cox', 'boskoop', 'gone']],
    ['is-not-a', 'concept', 'apple', ['pear']],
    ['generalizes', 'concept', 'cox', ['apple', 'cox']],
    ['in', 'concept', 'cox,pear', ['cox', 'pear']],
    ['not-in', 'concept', 'cox,pear', ['apple', 'boskoop', 'gone']],
    ['in', 'colour', 'red, green', ['cox', 'boskoop']],
    ['regex', 'code', '[a-c].*', ['apple', 'cox', 'boskoop']],
    ['exists', 'colour', 'false', ['apple', 'gone', 'pear']],
    ['=', 'parent', 'apple', ['cox', 'boskoop', 'gone']],
  ])('S14: the filter %s of %s', async (op, property, wanted, expected) => {
    const resource = set('x', { include: [{ system: FRUIT, filter: [{ property, op, value: wanted }] }] });
    expect(codes(await post('/ValueSet/$expand', { name: 'valueSet', resource }))).toEqual(expected);
  });

  it('S14: a set may call a code by a name of its own, and a version that is not here is said to be none', async () => {
    const valueSet = set('named', {
      include: [
        {
          system: FRUIT,
          concept: [{ code: 'pear', display: 'Our pear', designation: [{ language: 'de', value: 'Birne' }] }],
        },
      ],
    });
    const ask = (...more: object[]) =>
      post(
        '/ValueSet/$validate-code',
        { name: 'valueSet', resource: valueSet },
        { name: 'system', valueUri: FRUIT },
        { name: 'code', valueCode: 'pear' },
        ...more,
      );
    for (const display of ['Our pear', 'Pear', 'Birne'])
      expect(value(await ask({ name: 'display', valueString: display }), 'result'), display).toBe(true);
    const wrong = await ask({ name: 'display', valueString: 'Apple' });
    expect([value(wrong, 'result'), value(wrong, 'display')]).toEqual([false, 'Our pear']);
    expect(value(await ask({ name: 'systemVersion', valueString: '2' }), 'message')).toBeUndefined();
    const unknown = await ask({ name: 'systemVersion', valueString: '7' });
    expect([value(unknown, 'result'), value(unknown, 'message')]).toEqual([
      false,
      expect.stringContaining('version 7'),
    ]);
  });

  it('S14: a filter by what the code system does not define is no empty set', async () => {
    const by = (property: string) =>
      post('/ValueSet/$expand', {
        name: 'valueSet',
        resource: set('by', { include: [{ system: FRUIT, filter: [{ property, op: '=', value: 'x' }] }] }),
      });
    expect(codes(await by('colour'))).toBeUndefined();
    expect((await by('colour')).status).toBe(200);
    expect((await by('status')).status).toBe(200);
    expect((await by('taste')).status).toBe(422);
  });

  it('S14: a part of a code system is said to be one, and so is a supplement', async () => {
    const url = '/CodeSystem/$validate-code?url=urn:cs:part';
    expect(value(await get(`${url}&code=a`), 'message')).toBeUndefined();
    const other = await get(`${url}&code=b`);
    expect(value(other, 'result')).toBe(true);
    expect(value(other, 'message')).toContain('was not checked');
    expect((await get('/ValueSet/parts/$expand')).body.issue[0].diagnostics).toContain('fragment');
    expect((await get('/ValueSet/parts/$validate-code?system=urn:cs:part&code=b')).status).toBe(422);
    expect(value(await get('/ValueSet/parts/$validate-code?system=urn:cs:part&code=a'), 'result')).toBe(true);
    expect(
      (await get('/CodeSystem/$lookup?system=urn:cs:names&code=pear')).body.issue[0].diagnostics,
    ).toContain('supplement');
  });

  it('S14: codes are translated, both ways, with what they depend on and what is not mapped', async () => {
    const match = ({ body }: Answer) =>
      body.parameter
        .filter(({ name }: { name: string }) => name === 'match')
        .map(({ part }: { part: { valueCode?: string; valueCoding?: { code: string } }[] }) => [
          part[0]?.valueCode,
          part[1]?.valueCoding?.code,
        ]);
    const by = `/ConceptMap/$translate?url=urn:cm:sorts&system=${FRUIT}`;
    expect(match(await get(`${by}&code=cox`))).toEqual([['wider', '17']]);
    expect(match(await get(`/ConceptMap/sorts/$translate?system=${FRUIT}&code=cox`))).toEqual([
      ['wider', '17'],
    ]);
    expect(
      match(await get(`/ConceptMap/$translate?system=${FRUIT}&code=cox&targetsystem=urn:cs:shop`)),
    ).toEqual([['wider', '17']]);
    expect(match(await get('/ConceptMap/$translate?system=urn:cs:shop&code=17&reverse=true'))).toEqual([
      ['narrower', 'cox'],
    ]);
    expect(match(await get(`${by}&code=apple`))).toEqual([['inexact', '99']]);
    expect(value(await get(`${by}&code=pear`), 'result')).toBe(false);
    expect(value(await get(`${by}&code=boskoop`), 'result')).toBe(false);
    const winter = await post(
      '/ConceptMap/$translate',
      { name: 'url', valueUri: 'urn:cm:sorts' },
      { name: 'coding', valueCoding: { system: FRUIT, code: 'boskoop' } },
      {
        name: 'dependency',
        part: [
          { name: 'element', valueUri: 'urn:season' },
          { name: 'concept', valueCodeableConcept: { coding: [{ code: 'winter' }] } },
        ],
      },
    );
    expect(match(winter)).toEqual([['equivalent', '18']]);
    const own = await get('/ConceptMap/$translate?system=http://hl7.org/fhir/contact-point-use&code=home');
    expect(value(own, 'result')).toBe(true);
    expect((await get('/ConceptMap/$translate?url=urn:none&system=urn:x&code=x')).status).toBe(404);
  });

  it('S14: searches go by it: in, not in, below and above', async () => {
    expect(ids(await get('/Basic?code:in=urn:vs:apples'))).toEqual(['boskoop', 'cox']);
    expect(ids(await get('/Basic?code:in=ValueSet/red'))).toEqual(['cox']);
    expect(ids(await get('/Basic?code:not-in=urn:vs:apples'))).toEqual(['apple', 'pear']);
    expect(ids(await get(`/Basic?code:below=${FRUIT}|apple`))).toEqual(['apple', 'boskoop', 'cox']);
    expect(ids(await get(`/Basic?code:above=${FRUIT}|cox`))).toEqual(['apple', 'cox']);
    expect(ids(await get(`/Basic?_filter=${encodeURIComponent(`code ss "${FRUIT}|apple"`)}`))).toHaveLength(
      3,
    );
    const part = await get('/Basic?code:in=urn:vs:parts');
    expect([part.status, part.body.issue[0].diagnostics]).toEqual([400, expect.stringContaining('part')]);
    expect((await get('/Basic?code:below=urn:x|y')).status).toBe(400);
  });

  it('S14: a change to what is stored is seen by the next request', async () => {
    const more = { ...fruit, id: 'veg', url: 'urn:cs:veg', concept: [{ code: 'leek' }] };
    const ask = async (code: string) =>
      value(await get(`/CodeSystem/$validate-code?url=urn:cs:veg&code=${code}`), 'result');
    await put(more);
    expect([await ask('leek'), await ask('kale')]).toEqual([true, false]);
    await put({ ...more, concept: [{ code: 'kale' }] });
    expect([await ask('leek'), await ask('kale')]).toEqual([false, true]);
    await world.ask('DELETE', '/CodeSystem/veg', { token: world.system });
    expect(await ask('kale')).toBe(false);
  });

  it('S14: what a caller may not read does not count for them', async () => {
    const patient = world.patient('someone', 'patient/*.rs');
    expect((await get(`/CodeSystem/$lookup?system=${FRUIT}&code=pear`, patient)).status).toBe(404);
    expect((await get('/ValueSet/apples/$expand', patient)).status).toBe(404);
    expect((await get('/CodeSystem/fruit/$validate-code?code=pear', patient)).status).toBe(404);
    const own = '/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male';
    expect((await get(own, patient)).status).toBe(200);
  });

  it('S14: answers of a questionnaire and notes on codes go by it', async () => {
    const questionnaire = {
      resourceType: 'Questionnaire',
      id: 'fruit',
      url: 'urn:q:fruit',
      status: 'active',
      item: [{ linkId: 'a', type: 'choice', answerValueSet: 'urn:vs:apples' }],
    };
    await put(questionnaire);
    const response = (code: string) => ({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: 'urn:q:fruit',
      item: [{ linkId: 'a', answer: [{ valueCoding: { system: FRUIT, code } }] }],
    });
    const write = (body: object) =>
      world.ask('POST', '/QuestionnaireResponse', { token: world.system, body });
    expect((await write(response('cox'))).status).toBe(201);
    const refused = await write(response('pear'));
    expect([refused.status, refused.body.issue[0].expression]).toEqual([
      422,
      ['QuestionnaireResponse.item[0].answer[0].value'],
    ]);
    const body = {
      resourceType: 'Basic',
      code: {
        coding: [
          { system: FRUIT, code: 'pear', display: 'Plum' },
          { system: FRUIT, code: 'plum' },
          { system: 'urn:cs:part', code: 'z' },
        ],
      },
    };
    const { body: outcome } = await world.ask('POST', '/Basic/$validate', { token: world.system, body });
    expect(
      outcome.issue.map((each: { severity: string; expression: string[] }) => [
        each.severity,
        each.expression?.[0],
      ]),
    ).toEqual([
      ['error', 'Basic.code.coding[0].display'],
      ['error', 'Basic.code.coding[1].code'],
      ['information', 'Basic.code.coding[2]'],
    ]);
  });
});

describe('releases that were loaded', () => {
  let world: World;
  let folder: string;
  const SNOMED = 'http://snomed.info/sct';
  const VSAC = 'http://cts.nlm.nih.gov/fhir/ValueSet';
  const get = (path: string) => world.ask('GET', path, { token: world.system });
  const codes = ({ body }: Answer) =>
    body.expansion?.contains?.map(({ code }: { code: string }) => code).sort();
  const is = async (path: string) =>
    (await get(path)).body.parameter?.find(({ name }: { name: string }) => name === 'result')?.valueBoolean;

  async function load(files: Files): Promise<void> {
    const tables = openSqliteTables(join(world.dataDir, 'terminology'));
    const path = writeFiles(mkdtempSync(join(folder, 'r-')), files);
    for (const release of await releasesOf(path, {})) await loadRelease(tables, release);
    await tables.close();
  }

  /** As US Core binds to them: a VSAC set by a filter, one of another, one of several systems. */
  const sets = {
    drugs: {
      url: `${VSAC}/2.16.840.1.113762.1.4.1010.4`,
      compose: {
        include: [
          {
            system: 'http://www.nlm.nih.gov/research/umls/rxnorm',
            version: '2019-09',
            filter: [{ property: 'TTY', op: 'in', value: 'SCD,SBD,GPCK,BPCK' }],
          },
        ],
      },
    },
    conditions: {
      url: 'http://hl7.org/fhir/us/core/ValueSet/us-core-condition-code',
      compose: {
        include: [
          { system: SNOMED, concept: [{ code: '160245001' }] },
          { system: SNOMED, filter: [{ property: 'concept', op: 'is-a', value: '404684003' }] },
          { system: 'http://hl7.org/fhir/sid/icd-10-cm' },
        ],
      },
    },
    wrapped: {
      url: `${VSAC}/wrapped`,
      compose: { include: [{ valueSet: [`${VSAC}/2.16.840.1.113762.1.4.1010.4`] }] },
    },
  };
  const profile = {
    resourceType: 'StructureDefinition',
    url: 'urn:profile:drug',
    name: 'Drug',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Medication',
    derivation: 'constraint',
    snapshot: {
      element: [
        { id: 'Medication', path: 'Medication' },
        {
          id: 'Medication.code',
          path: 'Medication.code',
          min: 1,
          max: '1',
          binding: { strength: 'required', valueSet: sets.drugs.url },
        },
      ],
    },
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-loaded-'));
    const packages = join(folder, 'packages');
    mkdirSync(packages);
    const files = Object.entries(sets).map(([name, set]) => [
      `package/ValueSet-${name}.json`,
      JSON.stringify({ resourceType: 'ValueSet', status: 'active', ...set }),
    ]);
    writeFileSync(
      join(packages, 'sets.tgz'),
      tgzOf({
        'package/package.json': '{"name":"sets","version":"1.0.0"}',
        'package/StructureDefinition-drug.json': JSON.stringify(profile),
        ...Object.fromEntries(files),
      }),
    );
    world = await openWorld({ PACKAGES_DIR: packages });
  });
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });

  it('make value sets of packages listable that were not before, while the server runs', async () => {
    const url = encodeURIComponent(sets.drugs.url);
    const before = await get(`/ValueSet/$expand?url=${url}`);
    expect([before.status, before.body.issue[0].diagnostics]).toEqual([
      422,
      expect.stringContaining('rxnorm'),
    ]);
    await load(rxNormFiles());
    await load(snomedFiles());
    await load(icd10CmFiles());
    await load(loincFiles());
    const after = await get(`/ValueSet/$expand?url=${url}&activeOnly=true`);
    expect(codes(after)).toEqual(['860975', '860978']);
    expect(after.body.expansion.parameter).toContainEqual({
      name: 'version',
      valueUri: 'http://www.nlm.nih.gov/research/umls/rxnorm|09032024',
    });
    expect(codes(await get(`/ValueSet/$expand?url=${VSAC}/wrapped&filter=glucophage`))).toEqual(['860978']);
    const conditions = await get(`/ValueSet/$expand?url=${sets.conditions.url}&count=3`);
    expect(codes(conditions)).toHaveLength(3);
    expect(conditions.body.expansion.total).toBeUndefined();
    expect(codes(await get(`/ValueSet/$expand?url=${sets.conditions.url}`))).toHaveLength(12);
  });

  it('are told of, with their versions, to whoever asks what this server can do', async () => {
    const { status, body } = await world.ask('GET', '/metadata?mode=terminology');
    expect([status, body.resourceType]).toEqual([200, 'TerminologyCapabilities']);
    const system = (uri: string) => body.codeSystem.find((each: { uri: string }) => each.uri === uri);
    expect(system('http://loinc.org').version).toEqual([
      { code: '2.78', isDefault: true, compositional: false },
    ]);
    expect(system('http://hl7.org/fhir/administrative-gender').subsumption).toBe(true);
    const valid = await world.ask('POST', '/TerminologyCapabilities/$validate', {
      token: world.system,
      body,
    });
    expect(valid.body.issue.filter((each: { severity: string }) => each.severity === 'error')).toEqual([]);
    expect((await world.ask('GET', '/metadata?mode=full')).body.resourceType).toBe('CapabilityStatement');
    expect((await world.ask('GET', '/metadata?mode=other')).status).toBe(400);
    const batch = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'GET', url: 'metadata?mode=terminology' } }],
    };
    const answer = await world.ask('POST', '/', { token: world.system, body: batch });
    expect(answer.body.entry[0].resource.resourceType).toBe('TerminologyCapabilities');
  });

  it('are looked up, validated and compared', async () => {
    const { body } = await get(`/CodeSystem/$lookup?system=${SNOMED}&code=44054006&property=parent`);
    expect(body.parameter).toContainEqual({ name: 'display', valueString: 'Type 2 diabetes mellitus' });
    expect(body.parameter).toContainEqual({
      name: 'property',
      part: [
        { name: 'code', valueCode: 'parent' },
        { name: 'value', valueCode: '73211009' },
      ],
    });
    const subsumes = await get(`/CodeSystem/$subsumes?system=${SNOMED}&codeA=64572001&codeB=44054006`);
    expect(subsumes.body.parameter[0].valueCode).toBe('subsumes');
    const conditions = `/ValueSet/$validate-code?url=${sets.conditions.url}`;
    expect(await is(`${conditions}&system=${SNOMED}&code=44054006&display=type 2 diabetes mellitus`)).toBe(
      true,
    );
    expect(await is(`${conditions}&system=${SNOMED}&code=44054006&display=Asthma`)).toBe(false);
    expect(await is(`${conditions}&system=${SNOMED}&code=308335008`)).toBe(false);
    expect(await is(`/CodeSystem/$validate-code?url=http://loinc.org&code=4548-4`)).toBe(true);
    const implicit = encodeURIComponent(`${SNOMED}?fhir_vs=isa/73211009`);
    expect(codes(await get(`/ValueSet/$expand?url=${implicit}`))).toEqual(['44054006', '73211009']);
    expect(codes(await get('/ValueSet/$expand?url=http://loinc.org/vs/LL358-3'))).toEqual([
      'LA6568-5',
      'LA6569-3',
    ]);
  });

  it('are what searches and bindings go by', async () => {
    const condition = (code: string) => ({
      resourceType: 'Basic',
      id: `b${code}`,
      code: { coding: [{ system: SNOMED, code }] },
    });
    for (const code of ['44054006', '34000006', '308335008'])
      await world.ask('PUT', `/Basic/b${code}`, { token: world.system, body: condition(code) });
    const found = async (query: string) =>
      ((await get(`/Basic?${query}`)).body.entry ?? [])
        .map((each: { resource: { id: string } }) => each.resource.id)
        .sort();
    expect(await found(`code:below=${SNOMED}|73211009`)).toEqual(['b44054006']);
    expect(await found(`code:in=${sets.conditions.url}`)).toEqual(['b34000006', 'b44054006']);
    expect(await found(`code:not-in=${sets.conditions.url}`)).toEqual(['b308335008']);
    expect(await found(`code:above=${SNOMED}|185349003`)).toEqual(['b308335008']);
    const medication = (code: string) => ({
      resourceType: 'Medication',
      meta: { profile: [profile.url] },
      code: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code }] },
    });
    const write = async (code: string) =>
      (await world.ask('POST', '/Medication', { token: world.system, body: medication(code) })).status;
    expect([await write('860975'), await write('6809')]).toEqual([201, 422]);
  });
});
