/** References by canonical URL: Q4 of issue 14 (https://hl7.org/fhir/R4/references.html#canonical). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const U = 'http://example.org/fhir';

interface Entry {
  readonly resource: { readonly id: string };
}

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  async function ids(path: string, token = world.system): Promise<string[]> {
    const { status, body, text } = await world.ask('GET', path, { token });
    expect(status, `${path} ${text}`).toBe(200);
    return ((body.entry ?? []) as Entry[]).map(({ resource }) => resource.id).sort();
  }
  const questionnaire = (id: string, more: object) => ({
    resourceType: 'Questionnaire',
    id,
    status: 'active',
    title: `Title of ${id}`,
    ...more,
  });
  const response = (id: string, canonical: string | undefined, status = 'completed') => ({
    resourceType: 'QuestionnaireResponse',
    id,
    status,
    subject: { reference: 'Patient/p' },
    ...(canonical === undefined ? {} : { questionnaire: canonical }),
  });

  beforeAll(async () => {
    world = await open();
    const base = world.base;
    const resources: { resourceType: string; id: string }[] = [
      { resourceType: 'Patient', id: 'p' },
      questionnaire('mood1', { url: `${U}/Questionnaire/mood`, version: '1.0' }),
      questionnaire('mood2', { url: `${U}/Questionnaire/mood`, version: '2.0' }),
      questionnaire('plain', { url: `${U}/Questionnaire/plain` }),
      questionnaire('here', { url: `${base}/Questionnaire/here`, version: '1.10' }),
      questionnaire('nameless', {}),
      response('r-1', `${U}/Questionnaire/mood|1.0`),
      response('r-2', `${U}/Questionnaire/mood|2.0`, 'in-progress'),
      response('r-any', `${U}/Questionnaire/mood`),
      response('r-none', undefined),
      response('r-away', 'http://elsewhere.example/q|1.0'),
      response('r-here', `${base}/Questionnaire/here`),
      response('r-nameless', `${base}/Questionnaire/nameless`),
      {
        resourceType: 'Library',
        id: 'logic',
        status: 'active',
        type: { text: 'logic' },
        url: `${U}/Library/logic`,
        version: '1.2.3',
        name: 'Logic',
      } as never,
      {
        resourceType: 'Measure',
        id: 'm',
        status: 'active',
        url: `${U}/Measure/m`,
        title: 'Pressure',
        library: [`${U}/Library/logic|1.2.3`],
      } as never,
      {
        resourceType: 'MeasureReport',
        id: 'mr',
        status: 'complete',
        type: 'summary',
        measure: `${U}/Measure/m`,
        period: { start: '2024', end: '2024' },
      } as never,
      {
        resourceType: 'ActivityDefinition',
        id: 'ad',
        status: 'active',
        url: `${U}/ActivityDefinition/ad`,
        version: '1',
        title: 'Weigh',
        library: [`${U}/Library/logic`],
      } as never,
      {
        resourceType: 'PlanDefinition',
        id: 'pd',
        status: 'active',
        url: `${U}/PlanDefinition/pd`,
        title: 'Plan',
        library: [`${U}/Library/logic|1.2.3`],
        action: [{ definitionCanonical: `${U}/ActivityDefinition/ad|1` }],
        relatedArtifact: [{ type: 'composed-of', resource: `${U}/Questionnaire/mood|1.0#part` }],
      } as never,
      {
        resourceType: 'ServiceRequest',
        id: 'sr',
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/p' },
        instantiatesCanonical: [`${U}/PlanDefinition/pd`],
      } as never,
      {
        resourceType: 'RequestGroup',
        id: 'rg',
        status: 'active',
        intent: 'order',
        instantiatesCanonical: [`${U}/PlanDefinition/pd`],
      } as never,
      {
        resourceType: 'ConceptMap',
        id: 'cm',
        status: 'active',
        sourceCanonical: `${U}/ValueSet/vs|3`,
        targetUri: `${U}/ValueSet/vs`,
      } as never,
      {
        resourceType: 'ValueSet',
        id: 'vs',
        status: 'active',
        url: `${U}/ValueSet/vs`,
        version: '3',
        name: 'Colours',
      } as never,
    ];
    for (const resource of resources) {
      const path = `/${resource.resourceType}/${resource.id}`;
      const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
      expect(status, text).toBe(201);
    }
  });
  afterAll(() => world?.close());

  it.each([
    // A resource by its own URL.
    ['Questionnaire?url=U/Questionnaire/mood', ['mood1', 'mood2']],
    ['Questionnaire?url=U/Questionnaire/mood|1.0', ['mood1']],
    ['Questionnaire?url=U/Questionnaire/mood|1.0,U/Questionnaire/plain', ['mood1', 'plain']],
    ['Questionnaire?url=U/Questionnaire/mood|3.0', []],
    ['Questionnaire?url=U/Questionnaire/plain|1.0', []],
    ['Questionnaire?url:below=U/Questionnaire/', ['mood1', 'mood2', 'plain']],
    ['Questionnaire?url:below=U/Questionnaire/mood|1', ['mood1']],
    ['Questionnaire?url:below=BASE/Questionnaire/here|1.1', []],
    ['Questionnaire?url:above=U/Questionnaire/mood|1.0.4', ['mood1']],
    ['ValueSet?url=U/ValueSet/vs|3', ['vs']],
    // What refers to it.
    ['QuestionnaireResponse?questionnaire=U/Questionnaire/mood', ['r-1', 'r-2', 'r-any']],
    ['QuestionnaireResponse?questionnaire=U/Questionnaire/mood|1.0', ['r-1']],
    ['QuestionnaireResponse?questionnaire:below=U/Questionnaire/mood|1', ['r-1']],
    ['QuestionnaireResponse?questionnaire:below=U/Questionnaire', ['r-1', 'r-2', 'r-any']],
    ['QuestionnaireResponse?questionnaire:above=U/Questionnaire/mood|2.0.1', ['r-2']],
    ['QuestionnaireResponse?questionnaire=BASE/Questionnaire/nameless', ['r-nameless']],
    ['QuestionnaireResponse?questionnaire=Questionnaire/nameless', ['r-nameless']],
    ['QuestionnaireResponse?questionnaire=nameless', ['r-nameless']],
    ['QuestionnaireResponse?questionnaire:Questionnaire=nameless', ['r-nameless']],
    // … by the id of what is published under it, in any of its versions.
    ['QuestionnaireResponse?questionnaire=Questionnaire/mood1', ['r-1', 'r-any']],
    ['QuestionnaireResponse?questionnaire=mood2', ['r-2', 'r-any']],
    ['QuestionnaireResponse?questionnaire=BASE/Questionnaire/mood2', ['r-2', 'r-any']],
    ['QuestionnaireResponse?questionnaire:Questionnaire=mood1,mood2,here', ['r-1', 'r-2', 'r-any', 'r-here']],
    ['QuestionnaireResponse?questionnaire=Questionnaire/nobody', []],
    ['MeasureReport?measure=Measure/m', ['mr']],
    ['MeasureReport?measure.depends-on=Library/logic', ['mr']],
    ['PlanDefinition?depends-on=Library/logic', ['pd']],
    ['ServiceRequest?instantiates-canonical=PlanDefinition/pd', ['sr']],
    ['ConceptMap?source:ValueSet=vs', ['cm']],
    ['Measure?_has:MeasureReport:measure:measure=Measure/m', ['m']],
    ['QuestionnaireResponse?questionnaire:missing=true', ['r-none']],
    ['MeasureReport?measure=U/Measure/m', ['mr']],
    ['MeasureReport?measure=U/Measure/m|9', []],
    ['PlanDefinition?composed-of=U/Questionnaire/mood|1.0', ['pd']],
    // Chains.
    ['QuestionnaireResponse?questionnaire.title=Title of mood1', ['r-1', 'r-any']],
    ['QuestionnaireResponse?questionnaire.title=Title of mood2', ['r-2', 'r-any']],
    ['QuestionnaireResponse?questionnaire.version=2.0', ['r-2', 'r-any']],
    ['QuestionnaireResponse?questionnaire:Questionnaire.title=Title of here', ['r-here']],
    ['QuestionnaireResponse?questionnaire._id=nameless', ['r-nameless']],
    ['MeasureReport?measure.title=Pressure', ['mr']],
    ['MeasureReport?measure.depends-on.name=Logic', ['mr']],
    ['PlanDefinition?depends-on:Library.name=logic', ['pd']],
    ['PlanDefinition?definition:ActivityDefinition.title=weigh', ['pd']],
    ['ServiceRequest?instantiates-canonical:PlanDefinition.title=plan', ['sr']],
    ['RequestGroup?instantiates-canonical:PlanDefinition.title=plan', ['rg']],
    ['ConceptMap?source:ValueSet.name=col', ['cm']],
    ['ConceptMap?target-uri:ValueSet.name=col', ['cm']],
    // The other way round.
    ['Questionnaire?_has:QuestionnaireResponse:questionnaire:status=in-progress', ['mood2']],
    ['Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=r-any', ['mood1', 'mood2']],
    ['Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=r-nameless,r-here', ['here', 'nameless']],
    ['Library?_has:ActivityDefinition:depends-on:title=Weigh', ['logic']],
    ['Measure?_has:MeasureReport:measure:status=complete', ['m']],
    ['PlanDefinition?_has:RequestGroup:instantiates-canonical:status=active', ['pd']],
  ] as const)('Q4: %s', async (path, expected) => {
    const written = path.replaceAll('U/', `${U}/`).replaceAll('BASE', world.base).replaceAll(' ', '%20');
    expect(await ids(`/${written}`)).toEqual([...expected].sort());
  });

  it.each([
    ['QuestionnaireResponse?_id=r-1&_include=QuestionnaireResponse:questionnaire', ['mood1', 'r-1']],
    [
      'QuestionnaireResponse?_id=r-any&_include=QuestionnaireResponse:questionnaire',
      ['mood1', 'mood2', 'r-any'],
    ],
    ['QuestionnaireResponse?_id=r-away,r-none&_include=*', ['p', 'r-away', 'r-none']],
    [
      'QuestionnaireResponse?_id=r-here,r-nameless&_include=QuestionnaireResponse:questionnaire',
      ['here', 'nameless', 'r-here', 'r-nameless'],
    ],
    [
      'MeasureReport?_include=MeasureReport:measure&_include:iterate=Measure:depends-on',
      ['logic', 'm', 'mr'],
    ],
    [
      'PlanDefinition?_include=PlanDefinition:definition&_include=PlanDefinition:composed-of&_include=PlanDefinition:depends-on:Library',
      ['ad', 'logic', 'mood1', 'pd'],
    ],
    ['RequestGroup?_include=RequestGroup:instantiates-canonical', ['pd', 'rg']],
    ['Questionnaire?_id=mood1&_revinclude=QuestionnaireResponse:questionnaire', ['mood1', 'r-1', 'r-any']],
    ['Questionnaire?_id=nameless&_revinclude=*', ['nameless', 'r-nameless']],
    [
      'Library?_revinclude=ActivityDefinition:depends-on&_revinclude=PlanDefinition:depends-on&_revinclude=Measure:depends-on&_revinclude:iterate=MeasureReport:measure',
      ['ad', 'logic', 'm', 'mr', 'pd'],
    ],
    [
      'PlanDefinition?_revinclude=ServiceRequest:instantiates-canonical&_revinclude=RequestGroup:instantiates-canonical',
      ['pd', 'rg', 'sr'],
    ],
    ['ConceptMap?_include=ConceptMap:source&_include=ConceptMap:target-uri', ['cm', 'vs']],
  ] as const)('Q4: %s', async (path, expected) => {
    expect(await ids(`/${path}`)).toEqual([...expected].sort());
  });

  it('that is an address of this server leads to a value set and a map, as the relative one does', async () => {
    const system = 'http://hl7.org/fhir/administrative-gender';
    const put = (body: { readonly resourceType: string; readonly id: string; [element: string]: unknown }) =>
      world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body });
    await put({
      resourceType: 'ValueSet',
      id: 'addressed',
      url: 'http://example.org/addressed',
      status: 'active',
      compose: { include: [{ system, concept: [{ code: 'male' }] }] },
    });
    await put({
      resourceType: 'ConceptMap',
      id: 'addressed',
      url: 'http://example.org/addressed-map',
      status: 'active',
      sourceUri: 'http://example.org/addressed',
      targetCanonical: `${world.base}/ValueSet/addressed`,
      group: [
        {
          source: system,
          target: 'urn:target',
          element: [{ code: 'male', target: [{ code: 'm', equivalence: 'equal' }] }],
        },
      ],
    });
    const coding = [{ system, code: 'male' }];
    await put({ resourceType: 'Observation', id: 'male', status: 'final', code: { coding } });
    const ask = (path: string, body?: object) =>
      world.ask(body ? 'POST' : 'GET', path, { token: world.system, body });
    for (const base of ['', `${world.base}/`]) {
      const address = `${base}ValueSet/addressed`;
      const expanded = await ask(`/ValueSet/$expand?url=${address}`);
      expect(expanded.body.expansion?.contains, address).toHaveLength(1);
      const compose = { include: [{ valueSet: [address] }] };
      const included = await ask('/ValueSet/$expand', {
        resourceType: 'ValueSet',
        status: 'active',
        compose,
      });
      expect(included.body.expansion?.contains, address).toHaveLength(1);
      const valid = await ask(`/ValueSet/$validate-code?url=${address}&system=${system}&code=male`);
      expect(valid.body.parameter?.[0], address).toEqual({ name: 'result', valueBoolean: true });
      const mapped = await ask(
        `/ConceptMap/$translate?url=${base}ConceptMap/addressed&system=${system}&code=male`,
      );
      expect(mapped.body.parameter?.[0], address).toEqual({ name: 'result', valueBoolean: true });
      for (const query of [`code:in=${address}`, `_filter=code in ${address}`]) {
        const { body, text } = await ask(`/Observation?${query}`);
        expect(body.entry?.length, `${query} ${text}`).toBe(1);
      }
    }
    // Between which sets: by their names, addresses or ids (ConceptMap/$translate, `source`).
    const between = async (names: string): Promise<boolean> =>
      (await ask(`/ConceptMap/$translate?system=${system}&code=male&url=ConceptMap/addressed&${names}`)).body
        .parameter?.[0].valueBoolean;
    const same = [`${world.base}/ValueSet/addressed`, 'ValueSet/addressed', 'addressed'];
    for (const name of [...same, 'http://example.org/addressed', 'http://example.org/addressed|1'])
      expect([await between(`source=${name}`), await between(`target=${name}`)], name).toEqual([true, true]);
    for (const name of ['ValueSet/none', 'http://example.org/other'])
      expect([await between(`source=${name}`), await between(`target=${name}`)], name).toEqual([
        false,
        false,
      ]);
    // Of a code system its URL is a name in codes, and no link.
    expect((await ask(`/CodeSystem/$lookup?system=${world.base}/CodeSystem/x&code=y`)).status).toBe(404);
  });

  it('Q4: what may not be read neither comes along nor tells by a chain', async () => {
    const token = world.patient('p', 'patient/QuestionnaireResponse.rs');
    expect(
      await ids('/QuestionnaireResponse?_id=r-1&_include=QuestionnaireResponse:questionnaire', token),
    ).toEqual(['r-1']);
    expect((await world.ask('GET', '/QuestionnaireResponse?questionnaire.title=x', { token })).status).toBe(
      403,
    );
    expect(await ids('/QuestionnaireResponse?questionnaire=Questionnaire/mood1', token)).toEqual([]);
    const both = world.patient('p', 'patient/QuestionnaireResponse.rs patient/Questionnaire.rs');
    expect(await ids('/QuestionnaireResponse?questionnaire=Questionnaire/mood1', both)).toEqual([
      'r-1',
      'r-any',
    ]);
    const many = Array.from({ length: 999 }, (_, i) => `q${i}`).join(',');
    expect(await ids(`/QuestionnaireResponse?questionnaire=${many},mood2`, both)).toEqual(['r-2', 'r-any']);
  });
});
