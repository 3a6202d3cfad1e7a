/** What is refused because a definition says so, over real HTTP. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requiredProfiles } from '../src/packages/required-profiles.ts';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const send = (method: string, path: string, body: unknown, token = world.system) =>
  world.ask(method, path, { token, body });

describe('V1: a QuestionnaireResponse', () => {
  const URL = 'urn:wellspring:test:fruit';
  const questionnaire = (version: string, code: string) => ({
    resourceType: 'Questionnaire',
    id: `fruit-${version}`,
    url: URL,
    version,
    status: 'active',
    item: [{ linkId: 'q', type: 'choice', required: true, answerValueSet: `urn:wellspring:test:${code}` }],
  });
  const valueSet = (code: string) => ({
    resourceType: 'ValueSet',
    id: code,
    url: `urn:wellspring:test:${code}`,
    status: 'active',
    compose: { include: [{ system: 'urn:fruit', concept: [{ code }] }] },
  });
  const response = (canonical: string, code: string, status = 'completed') => ({
    resourceType: 'QuestionnaireResponse',
    questionnaire: canonical,
    status,
    item: [{ linkId: 'q', answer: [{ valueCoding: { system: 'urn:fruit', code } }] }],
  });
  const POST = (resource: object) => send('POST', '/QuestionnaireResponse', resource);

  beforeAll(async () => {
    for (const code of ['apple', 'pear']) {
      const { status, text } = await send('PUT', `/ValueSet/${code}`, valueSet(code));
      expect(status, text).toBe(201);
    }
    for (const [version, code] of [
      ['1', 'apple'],
      ['2', 'pear'],
    ] as const)
      expect(
        (await send('PUT', `/Questionnaire/fruit-${version}`, questionnaire(version, code))).status,
      ).toBe(201);
  });

  it('is held against the version of the Questionnaire that it names, or the newest, with stored value sets', async () => {
    expect((await POST(response(`${URL}|1`, 'apple'))).status).toBe(201);
    expect((await POST(response(URL, 'pear'))).status).toBe(201);
    const { status, body } = await POST(response(URL, 'apple'));
    expect(status).toBe(422);
    expect(body.issue[0]).toMatchObject({
      severity: 'error',
      code: 'code-invalid',
      expression: ['QuestionnaireResponse.item[0].answer[0].value'],
    });
  });

  it('says the same by $validate, and warns where the Questionnaire is not here', async () => {
    const validate = async (resource: object) =>
      (await send('POST', '/QuestionnaireResponse/$validate', resource)).body.issue[0];
    expect(await validate(response(`${URL}|2`, 'apple'))).toMatchObject({ severity: 'error' });
    const unknown = response('urn:wellspring:test:none', 'apple');
    expect(await validate(unknown)).toMatchObject({
      severity: 'warning',
      expression: ['QuestionnaireResponse.questionnaire'],
    });
    expect((await POST(unknown)).status).toBe(201);
  });

  it('finds a Questionnaire by its address here, with and without a version, in any case', async () => {
    const draft = {
      ...questionnaire('3', 'pear'),
      id: 'fruit-rc',
      url: 'urn:wellspring:test:rc',
      version: '1-RC',
    };
    expect((await send('PUT', '/Questionnaire/fruit-rc', draft)).status).toBe(201);
    for (const name of [
      'Questionnaire/fruit-rc',
      `${world.base}/Questionnaire/fruit-rc`,
      'urn:wellspring:test:rc',
    ])
      for (const canonical of [name, `${name}|1-RC`]) {
        expect([canonical, (await POST(response(canonical, 'apple'))).status]).toEqual([canonical, 422]);
        expect([canonical, (await POST(response(canonical, 'pear'))).status]).toEqual([canonical, 201]);
      }
    for (const other of [
      'Questionnaire/fruit-rc|2',
      'Questionnaire/none',
      'http://example.org/Questionnaire/fruit-rc',
    ])
      expect([other, (await POST(response(other, 'apple'))).status]).toEqual([other, 201]);
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: response('Questionnaire/fruit-new', 'apple'),
          request: { method: 'POST', url: 'QuestionnaireResponse' },
        },
        {
          resource: { ...draft, id: 'fruit-new', url: 'urn:wellspring:test:beside' },
          request: { method: 'PUT', url: 'Questionnaire/fruit-new' },
        },
      ],
    };
    expect((await send('POST', '', bundle)).status).toBe(422);
  });

  it('counts a Questionnaire that is contained, or written with it', async () => {
    const own = { ...questionnaire('3', 'pear'), url: 'urn:wellspring:test:new' };
    const contained = { ...response('#fruit-3', 'apple'), contained: [own] };
    expect((await POST(contained)).status).toBe(422);
    const bundle = (code: string) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: response('urn:wellspring:test:new', code),
          request: { method: 'POST', url: 'QuestionnaireResponse' },
        },
        { resource: own, request: { method: 'PUT', url: 'Questionnaire/fruit-3' } },
      ],
    });
    const refused = await send('POST', '', bundle('apple'));
    expect(refused.status).toBe(422);
    expect(refused.body.issue[0].expression[0]).toMatch(/^Bundle\.entry\[0\]\.resource\.item\[0\]/);
    expect((await send('POST', '', bundle('pear'))).status).toBe(200);
  });

  it('is looked at by $validate wherever it stands in another resource, by the form beside it or the stored one', async () => {
    const faults = async (resource: { resourceType: string }, mode = '') => {
      const { status, body, text } = await send(
        'POST',
        `/${resource.resourceType}/$validate${mode}`,
        resource,
      );
      expect(status, text).toBe(200);
      return (body.issue as { severity: string; expression?: string[] }[])
        .filter(({ severity }) => severity === 'error')
        .map(({ expression }) => expression?.[0]);
    };
    const beside = { ...questionnaire('4', 'pear'), url: 'urn:wellspring:test:beside' };
    const uuid = (last: number) => `urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c60${last}`;
    const bundle = (...resources: object[]) => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: resources.map((resource, i) => ({ fullUrl: uuid(i), resource })),
    });
    const wrong = bundle(response(URL, 'apple'), response('urn:wellspring:test:beside|4', 'apple'), beside);
    const place = (i: number) => `Bundle.entry[${i}].resource.item[0].answer[0].value`;
    expect(await faults(wrong)).toEqual([place(0), place(1)]);
    const right = bundle(response(URL, 'pear'), response('urn:wellspring:test:beside|4', 'pear'), beside);
    expect(await faults(right)).toEqual([]);
    // A write is not refused for it, and is told so.
    expect(await faults(wrong, '?mode=create')).toEqual([]);
    const inner = { ...response('#f', 'apple'), contained: [{ ...beside, id: 'f' }] };
    expect(await faults(bundle(inner))).toEqual([place(0)]);
    const parameters = {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'resource',
          resource: {
            resourceType: 'Parameters',
            parameter: [{ name: 'a', part: [{ name: 'b', resource: inner }] }],
          },
        },
      ],
    };
    const told = await send('POST', '/Parameters/$validate', parameters);
    expect(told.body.issue[0].expression).toEqual([
      'Parameters.parameter[0].part[0].resource.item[0].answer[0].value',
    ]);
    const contained = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      derivedFrom: [{ reference: '#r' }],
      contained: [{ ...response(URL, 'apple'), id: 'r' }],
    };
    expect(await faults(contained)).toEqual(['Observation.contained[0].item[0].answer[0].value']);
  });

  it('URL of something else than a Questionnaire is refused', async () => {
    const { status } = await POST(response('http://hl7.org/fhir/ValueSet/administrative-gender', 'apple'));
    expect(status).toBe(422);
  });
});

it('an extension that is not known refuses nothing; one that changes the meaning is a fault to $validate, and is stored', async () => {
  const patient = (name: string) => ({
    resourceType: 'Patient',
    [name]: [{ url: 'http://clinic.test/StructureDefinition/unheard-of', valueString: 'x' }],
  });
  const told = async (name: string) =>
    (await send('POST', '/Patient/$validate', patient(name))).body.issue.map(
      ({ severity, expression }: { severity: string; expression: string[] }) => [severity, ...expression],
    );
  expect(await told('extension')).toEqual([['warning', 'Patient.extension[0]']]);
  expect(await told('modifierExtension')).toEqual([['error', 'Patient.modifierExtension[0]']]);
  for (const name of ['extension', 'modifierExtension'])
    expect((await send('POST', '/Patient', patient(name))).status).toBe(201);
});

describe('$validate of Parameters', () => {
  const validated = (body: object) => send('POST', '/Parameters/$validate', body);
  const errors = async (body: object): Promise<string[]> => {
    const { status, body: outcome, text } = await validated(body);
    expect(status, text).toBe(200);
    return outcome.issue
      .filter(({ severity }: { severity: string }) => severity === 'error')
      .flatMap(({ expression }: { expression: string[] }) => expression);
  };
  const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });

  it('is of themselves where they hold nothing that the operation is given', async () => {
    expect(await errors(parameters({ name: 'code', valueCode: 'a' }))).toEqual([]);
    expect(await errors({ resourceType: 'Parameters' })).toEqual([]);
    expect(await errors(parameters({ name: 'code', valueBoolean: 'a' }))).toEqual([
      'Parameters.parameter[0].value',
    ]);
    expect(await errors(parameters({ valueCode: 'a' }))).toEqual(['Parameters.parameter[0].name']);
  });

  it('is of the resource that they hold, as for any other type', async () => {
    const inner = parameters({ name: 'code', valueCode: 'a' });
    expect(await errors(parameters({ name: 'resource', resource: inner }))).toEqual([]);
    const broken = parameters({ name: 'resource', resource: { resourceType: 'Patient', gender: 'x' } });
    const { body } = await send('POST', '/Patient/$validate', broken);
    expect(body.issue[0]).toMatchObject({ severity: 'error', expression: ['Patient.gender'] });
    expect(await errors(broken)).toEqual(['Resource.resourceType']);
    const named = parameters({ name: 'mode', valueCode: 'fast' }, { name: 'profile', valueUri: 'urn:x' });
    expect(await errors(named)).toEqual([]);
  });
});

describe('a profile that is stored here', () => {
  const BASE = 'http://hl7.org/fhir/StructureDefinition';
  const on = (path: string, more: object) => ({ id: path, path, ...more });
  const rule = (expression: string) => ({ key: 'own-1', severity: 'error', human: 'Its own', expression });
  const profile = (id: string, element: object[], more: object = {}, constraint: object[] = []) => ({
    resourceType: 'StructureDefinition',
    id,
    url: `urn:wellspring:test:profile:${id}`,
    name: id,
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Observation',
    baseDefinition: `${BASE}/Observation`,
    derivation: 'constraint',
    differential: { element: [on('Observation', constraint.length > 0 ? { constraint } : {}), ...element] },
    ...more,
  });
  const put = async (body: { resourceType: string; id: string }) => {
    const answer = await send('PUT', `/${body.resourceType}/${body.id}`, body);
    expect([200, 201], answer.text).toContain(answer.status);
  };
  const observation = (more: object = {}) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    ...more,
  });
  const found = async (id: string, resource: object, token = world.system) => {
    const url = encodeURIComponent(`urn:wellspring:test:profile:${id}`);
    const answer = await send('POST', `/Observation/$validate?profile=${url}`, resource, token);
    const issues = (answer.body.issue ?? []) as { severity: string; code: string; expression?: string[] }[];
    return { status: answer.status, faults: issues.filter(({ severity }) => severity === 'error') };
  };
  const places = async (id: string, resource: object) =>
    (await found(id, resource)).faults.flatMap(({ expression }) => expression ?? []);

  beforeAll(async () => {
    const noted = [on('Observation.status', { patternCode: 'final' }), on('Observation.note', { min: 1 })];
    await put(profile('noted', noted, {}, [rule('value.exists()')]));
    await put(
      profile('derived', [on('Observation.method', { min: 1 })], {
        baseDefinition: 'urn:wellspring:test:profile:noted',
      }),
    );
  });

  it('is what a resource is held against: how often, which value, and its own rules', async () => {
    const right = observation({ note: [{ text: 'n' }], valueInteger: 1 });
    expect(await places('noted', right)).toEqual([]);
    expect(await places('noted', observation({ valueInteger: 1 }))).toEqual(['Observation.note']);
    expect(await places('noted', observation({ note: [{ text: 'n' }] }))).toEqual(['Observation']);
    expect(await places('noted', { ...right, status: 'amended' })).toEqual(['Observation.status']);
  });

  it('counts by meta.profile as well, and with what it is derived from', async () => {
    const claimed = observation({ meta: { profile: ['urn:wellspring:test:profile:derived'] } });
    const { body } = await send('POST', '/Observation/$validate', claimed);
    const faults = body.issue.filter(({ severity }: { severity: string }) => severity === 'error');
    expect(faults.flatMap(({ expression }: { expression: string[] }) => expression).toSorted()).toEqual([
      'Observation',
      'Observation.method',
      'Observation.note',
    ]);
  });

  it('is found by its version, and no other', async () => {
    await put({ ...profile('versioned', [on('Observation.note', { min: 1 })]), version: '2' } as never);
    expect(await places('versioned|2', observation())).toEqual(['Observation.note']);
    expect((await found('versioned|3', observation())).status).toBe(400);
    expect((await found('nowhere', observation())).status).toBe(400);
  });

  it('counts in the version that is asked for, also where two are asked for at once', async () => {
    const noteless = {
      ...profile('twice', [on('Observation.note', { min: 1 })]),
      id: 'twice-1',
      version: '1',
    };
    const bodiless = {
      ...profile('twice', [on('Observation.bodySite', { min: 1 })]),
      id: 'twice-2',
      version: '2',
    };
    await put(noteless);
    await put(bodiless);
    expect(await places('twice|1', observation())).toEqual(['Observation.note']);
    expect(await places('twice|2', observation())).toEqual(['Observation.bodySite']);
    const claimed = observation({ meta: { profile: [`${noteless.url}|1`, `${noteless.url}|2`] } });
    const { body } = await send('POST', '/Observation/$validate', claimed);
    const faults = body.issue.filter(({ severity }: { severity: string }) => severity === 'error');
    expect(faults.flatMap(({ expression }: { expression: string[] }) => expression)).toEqual([
      'Observation.note',
      'Observation.bodySite',
    ]);
    const only = { ...noteless, url: 'urn:wellspring:test:profile:single', id: 'single' };
    await put(only);
    const { body: parameters } = await send('POST', '/Observation/$validate', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'resource', resource: observation() },
        { name: 'profile', valueUri: `${only.url}|1` },
        { name: 'profile', valueUri: `${only.url}|2` },
      ],
    });
    expect(parameters.issue[0].diagnostics).toContain('single|2 is not known here');
  });

  it('is there for whoever may read it, and for nobody else', async () => {
    await send('PUT', '/Patient/reader', { resourceType: 'Patient', id: 'reader' });
    const mine = observation({
      subject: { reference: 'Patient/reader' },
      meta: { profile: ['urn:wellspring:test:profile:noted'] },
    });
    const without = world.patient('reader', 'patient/Observation.crus');
    expect((await found('noted', mine, without)).status).toBe(400);
    const told = await send('POST', '/Observation/$validate', mine, without);
    expect(told.body.issue).toMatchObject([
      { severity: 'warning', expression: ['Observation.meta.profile[0]'] },
    ]);
    const unknown = { ...mine, meta: { profile: ['urn:wellspring:test:profile:never'] } };
    const other = await send('POST', '/Observation/$validate', unknown, without);
    expect(other.text.replace('never', 'noted')).toBe(told.text);
    const withAll = world.patient('reader', 'patient/Observation.crus patient/StructureDefinition.rs');
    expect((await found('noted', mine, withAll)).faults).not.toEqual([]);
  });

  it('may name more than is looked up', async () => {
    const targetProfile = Array.from({ length: 150_000 }, (_, i) => `u:${i.toString(36)}`);
    const type = [{ code: 'Reference', targetProfile }];
    await put(profile('many', [on('Observation.focus', { type })]));
    expect(await found('many', observation())).toEqual({ status: 200, faults: [] });
  });

  it('may be an extension, and may bind to a set that is stored too', async () => {
    await put({
      ...profile('side', []),
      kind: 'complex-type',
      type: 'Extension',
      baseDefinition: `${BASE}/Extension`,
      context: [{ type: 'element', expression: 'Observation' }],
      differential: {
        element: [
          on('Extension', {}),
          on('Extension.url', { fixedUri: 'urn:wellspring:test:profile:side' }),
          { id: 'Extension.value[x]', path: 'Extension.value[x]', min: 1, type: [{ code: 'boolean' }] },
        ],
      },
    } as never);
    const extension = (value: object) => ({ url: 'urn:wellspring:test:profile:side', ...value });
    const faultsOf = async (resource: object) => {
      const { body } = await send('POST', '/Observation/$validate', resource);
      return body.issue
        .filter(({ severity }: { severity: string }) => severity === 'error')
        .flatMap(({ expression }: { expression: string[] }) => expression);
    };
    expect(await faultsOf(observation({ extension: [extension({ valueBoolean: true })] }))).toEqual([]);
    expect(await faultsOf(observation({ extension: [extension({ valueString: 'a' })] }))).not.toEqual([]);

    const own = {
      resourceType: 'CodeSystem',
      id: 'ripe',
      url: 'urn:ripe',
      status: 'active',
      content: 'complete',
    };
    await put({ ...own, concept: [{ code: 'yes' }] } as never);
    const set = { resourceType: 'ValueSet', id: 'ripeness', url: 'urn:ripeness', status: 'active' };
    await put({ ...set, compose: { include: [{ system: 'urn:ripe' }] } } as never);
    const binding = { strength: 'required', valueSet: 'urn:ripeness' };
    await put(profile('bound', [on('Observation.code', { binding })]));
    const coded = (code: string) => observation({ code: { coding: [{ system: 'urn:ripe', code }] } });
    expect(await places('bound', coded('yes'))).toEqual([]);
    expect(await places('bound', coded('no'))).not.toEqual([]);
  });

  it('that costs too much is given up in time, and holds nobody up', async () => {
    const hasty = await openWorld({ SEARCH_TIMEOUT_SECONDS: '1' });
    const ask = (method: string, path: string, body?: unknown) =>
      hasty.ask(method, path, { token: hasty.system, body });
    try {
      const every = (inner: string) => `%resource.descendants().where(${inner}).count() = 0`;
      const endless = profile('endless', [], {}, [rule(every(every(every('$this = 1'))))]);
      expect((await ask('PUT', '/StructureDefinition/endless', endless)).status).toBe(201);
      const component = Array.from({ length: 300 }, () => ({ code: { text: 'c' }, valueInteger: 1 }));
      const claimed = observation({ component, meta: { profile: [endless.url] } });
      const asked = ask('POST', '/Observation/$validate', claimed);
      expect((await ask('GET', '/metadata')).status).toBe(200);
      const { status, body } = await asked;
      expect(status).toBe(503);
      expect(body.issue[0].code).toBe('timeout');
    } finally {
      await hasty.close();
    }
  });

  it('changes nothing of what is written: only who asks is told', async () => {
    const claimed = observation({ meta: { profile: ['urn:wellspring:test:profile:noted'] } });
    expect((await send('POST', '/Observation', claimed)).status).toBe(201);
  });
});

describe('$validate looks closer than a write', () => {
  const issues = async (resource: { resourceType: string }, query = '') => {
    const { status, body, text } = await send(
      'POST',
      `/${resource.resourceType}/$validate${query}`,
      resource,
    );
    expect(status, text).toBe(200);
    return body.issue as { severity: string; code: string; expression?: string[]; diagnostics: string }[];
  };
  const faults = async (...of: Parameters<typeof issues>) =>
    (await issues(...of)).filter(({ severity }) => severity === 'error').flatMap((each) => each.expression);
  const SYSTEM = 'urn:wellspring:test:codes';
  const coded = (system: string, code: string, more: object = {}) => ({
    resourceType: 'Basic',
    code: { coding: [{ system, code, ...more }] },
  });

  beforeAll(async () => {
    const concept = [
      { code: 'a', display: 'Apple', property: [{ code: 'of', valueCoding: { system: SYSTEM, code: 'b' } }] },
      { code: 'b', display: 'Pear' },
    ];
    const kinds = [
      {
        resourceType: 'CodeSystem',
        id: 'closer',
        url: SYSTEM,
        status: 'active',
        content: 'complete',
        property: [{ code: 'of', type: 'Coding' }],
        concept,
      },
      {
        resourceType: 'CodeSystem',
        id: 'closer-supplement',
        url: `${SYSTEM}:more`,
        status: 'active',
        content: 'supplement',
        supplements: SYSTEM,
      },
      {
        resourceType: 'ValueSet',
        id: 'closer',
        url: `${SYSTEM}:set`,
        status: 'active',
        compose: { include: [{ system: SYSTEM, concept: [{ code: 'a' }] }] },
      },
      {
        resourceType: 'Measure',
        id: 'closer',
        url: `${SYSTEM}:measure`,
        status: 'active',
        scoring: { coding: [{ code: 'cohort' }] },
        group: [{ code: { coding: [{ system: SYSTEM, code: 'a' }] } }],
      },
    ];
    for (const each of kinds)
      expect((await send('PUT', `/${each.resourceType}/${each.id}`, each)).status).toBe(201);
  });

  it('and with the mode of a write says what a write says', async () => {
    const bad = coded('http://snomed.info/sct', '73211008');
    expect(await faults(bad)).toEqual(['Basic.code.coding[0].code']);
    expect(await faults(bad, '?mode=create')).toEqual([]);
    expect((await send('POST', '/Basic', bad)).status).toBe(201);
    const unknown = coded(SYSTEM, 'c');
    const [first] = await issues(unknown, '?mode=create');
    expect(first).toMatchObject({ severity: 'warning', expression: ['Basic.code.coding[0].code'] });
    expect((await send('POST', '/Basic', unknown)).status).toBe(201);
  });

  it('at codes and displays of code systems that are stored here as a whole, or R4’s own', async () => {
    expect(await faults(coded(SYSTEM, 'a', { display: 'apple' }))).toEqual([]);
    expect(await faults(coded(SYSTEM, 'c'))).toEqual(['Basic.code.coding[0].code']);
    expect(await faults(coded(SYSTEM, 'a', { display: 'Pear' }))).toEqual(['Basic.code.coding[0].display']);
    expect(await faults(coded(`${SYSTEM}:more`, 'a'))).toEqual(['Basic.code.coding[0].system']);
    const type = coded('http://hl7.org/fhir/item-type', 'string', { display: 'Text' });
    expect(await faults(type)).toEqual(['Basic.code.coding[0].display']);
  });

  it('at codes that no code of a system that is not here can be, also where a value set gathers them', async () => {
    const SNOMED = 'http://snomed.info/sct';
    const set = (include: object) => ({
      resourceType: 'ValueSet',
      status: 'draft',
      compose: { include: [{ system: SNOMED, ...include }] },
    });
    const concept = [{ code: '73211009' }, { code: '1' }];
    expect(await faults(set({ concept }))).toEqual(['ValueSet.compose.include[0].concept[1].code']);
    expect(await faults(set({ concept, version: 'urn:another' }))).toEqual([]);
    const filter = (value: string) => ({ filter: [{ property: 'concept', op: 'is-a', value }] });
    expect(await faults(set(filter('73211009')))).toEqual([]);
    expect(await faults(set(filter('diabetes')))).toEqual(['ValueSet.compose.include[0].filter[0].value']);
    const stored = { ...set({ concept }), url: 'urn:wellspring:test:malformed' };
    expect((await send('POST', '/ValueSet', stored)).status).toBe(201);
  });

  it('at what definitions say of code systems and value sets that are stored here', async () => {
    const filtered = (value: string) => ({
      resourceType: 'ValueSet',
      status: 'draft',
      compose: { include: [{ system: SYSTEM, filter: [{ property: 'of', op: '=', value }] }] },
    });
    expect(await faults(filtered(`${SYSTEM}#b`))).toEqual([]);
    const place = 'ValueSet.compose.include[0].filter[0].value';
    expect(await faults(filtered(`${SYSTEM}#c`))).toEqual([place]);
    expect(await faults(filtered('b'))).toEqual([place]);
    const map = (code: string) => ({
      resourceType: 'ConceptMap',
      status: 'draft',
      sourceUri: `${SYSTEM}:set`,
      group: [{ source: SYSTEM, element: [{ code }] }],
    });
    expect(await faults(map('a'))).toEqual([]);
    expect(await faults(map('b'))).toEqual(['ConceptMap.group[0].element[0].code']);
  });

  it('at a MeasureReport by its Measure', async () => {
    const report = (code: string, measure: string) => ({
      resourceType: 'MeasureReport',
      status: 'complete',
      type: 'summary',
      measure,
      period: { start: '2026-01', end: '2026-02' },
      group: [{ code: { coding: [{ system: SYSTEM, code }] } }],
    });
    expect(await faults(report('a', `${SYSTEM}:measure`))).toEqual([]);
    expect(await faults(report('b', `${SYSTEM}:measure`))).toContain('MeasureReport.group[0]');
    const [first] = await issues(report('b', 'urn:unknown'));
    expect(first).toMatchObject({ severity: 'warning', expression: ['MeasureReport.measure'] });
    const entry = [
      {
        fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c600',
        resource: report('b', `${SYSTEM}:measure`),
      },
    ];
    const bundle = { resourceType: 'Bundle', type: 'collection', entry };
    expect(await faults(bundle)).toContain('Bundle.entry[0].resource.group[0]');
  });

  it('at an answer in words that no code of the set can be', async () => {
    const questionnaire = {
      resourceType: 'Questionnaire',
      id: 'q',
      status: 'active',
      item: [{ linkId: 'q', type: 'string', answerValueSet: 'http://hl7.org/fhir/ValueSet/jurisdiction' }],
    };
    const answered = (valueString: string) => ({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      contained: [questionnaire],
      questionnaire: '#q',
      item: [{ linkId: 'q', answer: [{ valueString }] }],
    });
    expect(await faults(answered('AU'))).toEqual([]);
    expect(await faults(answered('Australia'))).toEqual(['QuestionnaireResponse.item[0].answer[0].value']);
  });

  it('and says nothing of extensions that it did not look up', async () => {
    const extension = (n: number) => ({ url: `http://clinic.test/own-${n}`, valueString: 'x' });
    const patient = (count: number) => ({
      resourceType: 'Patient',
      modifierExtension: Array.from({ length: count }, (_, n) => extension(n)),
    });
    expect(await faults(patient(1))).toEqual(['Patient.modifierExtension[0]']);
    expect(await faults(patient(100))).toEqual([]);
  });
});

describe('V8: a whole number written with a fraction', () => {
  const raw = (path: string, text: string) =>
    fetch(`${world.base}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${world.system}`, 'Content-Type': 'application/fhir+json' },
      body: text,
    });
  const firstIssue = async (response: Response) =>
    ((await response.json()) as { issue: { severity: string; expression?: string[] }[] }).issue[0];
  const patient = (number: string) => `{"resourceType":"Patient","multipleBirthInteger":${number}}`;
  it.each(['1.0', '1e1', '10.0e0'])('%s is refused', async (number) => {
    const response = await raw('/Patient', patient(number));
    expect(response.status).toBe(400);
    expect((await firstIssue(response))?.expression).toEqual(['Patient.multipleBirth']);
    expect((await firstIssue(await raw('/Patient/$validate', patient(number))))?.severity).toBe('error');
  });
  it('is refused deep inside too, and a decimal is not', async () => {
    const observation = (rank: string, value: string) =>
      `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":${value}},
        "contained":[{"resourceType":"Patient","id":"p","telecom":[{"system":"phone","value":"x","rank":${rank}}]}],"subject":{"reference":"#p"}}`;
    const refused = await raw('/Observation', observation('1.0', '1.10'));
    expect((await firstIssue(refused))?.expression).toEqual(['Observation.contained[0].telecom[0].rank']);
    expect((await raw('/Observation', observation('1', '1.10'))).status).toBe(201);
  });
});

describe('S2: a Bundle with outcomes of its entries', () => {
  it('is stored', async () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch-response',
      entry: [
        {
          response: {
            status: '404',
            outcome: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] },
          },
        },
      ],
    };
    expect((await send('POST', '/Bundle', bundle)).status).toBe(201);
    expect((await send('POST', '/Bundle/$validate', bundle)).body.issue[0].severity).toBe('information');
  });
});

describe('V2: a profile that is not known here', () => {
  it('is not R4’s own definition of the type, which each resource is held against', async () => {
    const base = (type: string) => `http://hl7.org/fhir/StructureDefinition/${type}`;
    const asked = (type: string) =>
      send('POST', `/Patient/$validate?profile=${base(type)}`, {
        resourceType: 'Patient',
        meta: { profile: [base(type)] },
      });
    expect((await asked('Patient')).body.issue).toMatchObject([{ severity: 'information' }]);
    expect((await asked('Observation')).status).toBe(400);
  });

  const patient = { resourceType: 'Patient', meta: { profile: ['urn:nobody:knows'] } };
  it('is a warning of $validate, and refuses nothing', async () => {
    const { body } = await send('POST', '/Patient/$validate', patient);
    expect(body.issue).toMatchObject([{ severity: 'warning', expression: ['Patient.meta.profile[0]'] }]);
    expect((await send('POST', '/Patient', patient)).status).toBe(201);
  });

  it('is an error by configuration', async () => {
    const strict = await openWorld({ UNCHECKED_PROFILES: 'error' });
    try {
      const { status, body } = await strict.ask('POST', '/Patient', { token: strict.system, body: patient });
      expect(status).toBe(422);
      expect(body.issue[0]).toMatchObject({ severity: 'error', expression: ['Patient.meta.profile[0]'] });
    } finally {
      await strict.close();
    }
  });
});

it('$validate tells of an extension of a Subscription that has another value, or stands elsewhere, as the write does', async () => {
  const url = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period';
  const subscription = (channel: object, more: object = {}) => ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'r',
    criteria: 'Observation?status=final',
    channel: { type: 'rest-hook', endpoint: 'https://app.example/hook', ...channel },
    ...more,
  });
  for (const [sent, place] of [
    [subscription({ extension: [{ url, valueString: '5' }] }), 'Subscription.channel.extension[0]'],
    [subscription({}, { extension: [{ url, valueUnsignedInt: 5 }] }), 'Subscription.extension[0]'],
  ] as const) {
    const written = await send('POST', '/Subscription', sent);
    const { body } = await send('POST', '/Subscription/$validate', sent);
    expect(written.status).toBe(422);
    expect(written.body.issue[0].expression).toEqual([place]);
    const { severity, diagnostics } = written.body.issue[0];
    expect(body.issue).toContainEqual(
      expect.objectContaining({ severity, diagnostics, expression: [place] }),
    );
  }
  const right = subscription({ extension: [{ url, valueUnsignedInt: 60 }] });
  const { body } = await send('POST', '/Subscription/$validate', right);
  expect(body.issue.filter((each: { severity: string }) => each.severity === 'error')).toEqual([]);
});

it('$validate lists a hundred issues, the most severe, and says how many more there are', async () => {
  const coding = Array.from({ length: 300 }, (_, i) => ({ system: `urn:nobody:${i}`, code: 'x' }));
  const { body } = await send('POST', '/Basic/$validate', { resourceType: 'Basic', code: { coding } });
  expect(body.issue).toHaveLength(101);
  expect(body.issue.at(-1).diagnostics).toBe('201 more issues are not listed.');
  const names = Array.from({ length: 300 }, () => ({ use: 'nonsense' }));
  const wrong = await send('POST', '/Patient', { resourceType: 'Patient', name: names });
  expect(wrong.body.issue.at(-1).diagnostics).toBe('250 more issues are not listed.');
});

describe('S12: REQUIRED_PROFILES that can not be asked', () => {
  it.each([
    ['Patient=urn:nobody:knows', 'the profile urn:nobody:knows is in none of the loaded packages'],
    ['Patiemt=urn:nobody:knows', "'Patiemt' is no resource type"],
    ['Patient=http://hl7.org/fhir/StructureDefinition/bp', 'is not a profile of Patient'],
  ])('are said: %s', (pair, text) => expect(() => requiredProfiles([pair])).toThrow(text));

  it.each(['1', '2'])('end the start of %s workers with one line', (WORKERS) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
      {
        env: {
          ...process.env,
          WORKERS,
          DATA_DIR: world.dataDir,
          FHIR_CLIENT_KEY_FILE: join(world.dataDir, 'key.json'),
          REQUIRED_PROFILES: 'Patient=urn:nobody:knows',
        },
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('REQUIRED_PROFILES')]);
  });
});
