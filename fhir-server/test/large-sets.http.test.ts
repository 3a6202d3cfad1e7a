/** `:in`, `:not-in`, `:below` and `:above` of more codes than are looked for one by one: of those that are stored, what belongs to the set is found. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRelease, releasesOf } from '../src/terminology/load/load.ts';
import { openTables } from '../src/terminology/tables/open-tables.ts';
import { writeFiles } from './releases.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const LARGE = 'urn:cs:large';
const MANY = 20_000;
/** In tables, as a release of its own is; half of its codes begin with 2, half with 3. */
const SNOMED = 'http://snomed.info/sct';
const FILLER = 'urn:cs:filler';
/** More than are looked for one by one: a set that has them too is a large one. */
const MORE = 5001;

const concepts = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ code: `${name}${i}` }));
const system = (url: string, concept: readonly object[], more: object = {}) => ({
  resourceType: 'CodeSystem',
  id: url.replaceAll(':', '-'),
  url,
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  concept,
  ...more,
});
const valueSet = (id: string, compose: object) => ({
  resourceType: 'ValueSet',
  id,
  url: `urn:vs:${id}`,
  status: 'active',
  compose,
});
const coded = (...coding: readonly object[]) => ({ coding });

describe.each(STORES)('large sets on %s', (store, open) => {
  let world: World;
  const database = `large_${randomUUID().slice(0, 8)}`;
  const url = process.env.CONTRACT_MONGODB_URL as string;
  const ask = (path: string, token = world.system) => world.ask('GET', path, { token });
  async function put(resource: { resourceType: string; id: string }): Promise<void> {
    const { status, text } = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
      token: world.system,
      body: resource,
    });
    expect(status, text.slice(0, 500)).toBeLessThan(300);
  }
  async function ids(path: string, token = world.system): Promise<string[] | string> {
    const { status, body } = await ask(path, token);
    if (status !== 200) return `${status} ${body.issue[0].code}`;
    return (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id).sort();
  }

  /** 20,000 concepts into the tables. */
  async function load(): Promise<void> {
    const folder = join(world.dataDir, 'terminology');
    const mongodb = store === 'SQLite' ? undefined : { url, database };
    const tables = await openTables({ folder, mongodb });
    const numbers = (from: number) => Array.from({ length: MANY / 2 }, (_, i) => ({ code: `${from + i}` }));
    const release = system(SNOMED, [
      { code: '100000001', concept: numbers(200_000_000) },
      { code: '100000002', concept: numbers(300_000_000) },
    ]);
    const files = writeFiles(join(world.dataDir, 'release'), { 'snomed.json': JSON.stringify(release) });
    for (const each of await releasesOf(files, {})) await loadRelease(tables, each);
    await tables.close();
  }

  beforeAll(async () => {
    world = await open({ MONGODB_DATABASE: database });
    await load();
    await put(
      system(LARGE, [
        { code: 'even', concept: concepts('e', MANY / 2) },
        { code: 'odd', concept: concepts('o', MANY / 2) },
      ]),
    );
    await put(system(FILLER, concepts('f', MORE)));
    await put(valueSet('all', { include: [{ system: LARGE }] }));
    await put(
      valueSet('all-but', {
        include: [{ system: LARGE }],
        exclude: [{ system: LARGE, concept: [{ code: 'e7' }] }],
      }),
    );
    await put(
      valueSet('men', {
        include: [
          { system: 'http://hl7.org/fhir/administrative-gender', concept: [{ code: 'male' }] },
          { system: FILLER },
        ],
      }),
    );
    await put({ resourceType: 'Patient', id: 'p', gender: 'male' } as never);
    await put({ resourceType: 'Patient', id: 'q', gender: 'female' } as never);
    const condition = (id: string, patient: string, ...codings: readonly object[]) => ({
      resourceType: 'Condition',
      id,
      subject: { reference: `Patient/${patient}` },
      ...(codings.length > 0 ? { code: coded(...codings) } : {}),
    });
    await put(condition('e7', 'p', { system: LARGE, code: 'e7' }));
    await put(condition('o9', 'q', { system: LARGE, code: 'o9' }, { system: 'urn:other', code: 'x' }));
    await put(condition('head', 'q', { system: LARGE, code: 'even' }));
    await put(condition('other', 'p', { system: 'urn:other', code: 'e7' }, { code: 'e7' }));
    await put(condition('none', 'p', { system: LARGE, code: 'unheard-of' }));
    await put(condition('uncoded', 'p'));
    const request = (id: string, more: object) => ({
      resourceType: 'MedicationRequest',
      id,
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/p' },
      ...more,
    });
    await put({ resourceType: 'Medication', id: 'm', code: coded({ system: LARGE, code: 'e1' }) } as never);
    await put(request('referring', { medicationReference: { reference: 'Medication/m' } }));
    await put(
      request('holding', {
        contained: [{ resourceType: 'Medication', id: 'in', code: coded({ system: LARGE, code: 'e2' }) }],
        medicationReference: { reference: '#in' },
      }),
    );
    await put(
      request('another', {
        contained: [{ resourceType: 'Medication', id: 'in', code: coded({ system: LARGE, code: 'o2' }) }],
        medicationReference: { reference: '#in' },
      }),
    );
  });
  afterAll(async () => {
    await world.close();
    if (store === 'SQLite') return;
    const client = await new MongoClient(url).connect();
    await client.db(database).dropDatabase();
    await client.close();
  });

  it('a set of 20,000 codes finds what has one of them, and :not-in what has none', async () => {
    expect(await ids('/Condition?code:in=urn:vs:all')).toEqual(['e7', 'head', 'o9']);
    expect(await ids('/Condition?code:not-in=urn:vs:all')).toEqual(['none', 'other', 'uncoded']);
    expect(await ids('/Condition?code:in=urn:vs:all-but')).toEqual(['head', 'o9']);
  });

  it('so does a code with 10,000 below it', async () => {
    expect(await ids(`/Condition?code:below=${LARGE}|even`)).toEqual(['e7', 'head']);
    expect(await ids(`/Condition?code:below=${LARGE}|odd`)).toEqual(['o9']);
    expect(await ids(`/Condition?code:above=${LARGE}|e7`)).toEqual(['e7', 'head']);
  });

  it('across chains, into what is contained, by _has, in filters, compartments and several types at once', async () => {
    expect(await ids(`/MedicationRequest?medication.code:below=${LARGE}|even`)).toEqual([
      'holding',
      'referring',
    ]);
    expect(await ids('/MedicationRequest?medication.code:in=urn:vs:all')).toEqual([
      'another',
      'holding',
      'referring',
    ]);
    expect(await ids(`/Patient?_has:Condition:patient:code:below=${LARGE}|odd`)).toEqual(['q']);
    expect(await ids('/Condition?_filter=code in urn:vs:all and subject re Patient/p')).toEqual(['e7']);
    expect(await ids('/Condition?_filter=code ni urn:vs:all')).toEqual(['none', 'other', 'uncoded']);
    expect(await ids(`/Condition?_filter=code ss ${LARGE}|even`)).toEqual(['e7', 'head']);
    expect(await ids('/Patient/q/Condition?code:in=urn:vs:all')).toEqual(['head', 'o9']);
    expect(await ids(`/?_type=Condition,Medication&code:below=${LARGE}|even`)).toEqual(['e7', 'head', 'm']);
    expect(await ids('/Patient?gender:in=urn:vs:men')).toEqual(['p']);
  });

  it('nothing that is stored is an empty answer', async () => {
    expect(await ids('/ServiceRequest?code:in=urn:vs:all')).toEqual([]);
    expect(await ids(`/ServiceRequest?code:below=${LARGE}|even`)).toEqual([]);
  });

  it('a release in tables is asked in the same way, and a patient is shown theirs alone', async () => {
    for (const [id, patient, code] of [
      ['first', 'p', '200000007'],
      ['second', 'q', '200000008'],
      ['third', 'p', '300000007'],
      ['none', 'p', '400000007'],
    ])
      await put({
        resourceType: 'Procedure',
        id,
        status: 'completed',
        subject: { reference: `Patient/${patient}` },
        code: coded({ system: SNOMED, code }),
      } as never);
    const below = `/Procedure?code:below=${SNOMED}|100000001`;
    const all = encodeURIComponent(`${SNOMED}?fhir_vs`);
    expect(await ids(below)).toEqual(['first', 'second']);
    expect(await ids(`/Procedure?code:in=${all}`)).toEqual(['first', 'second', 'third']);
    expect(await ids(below, world.patient('p'))).toEqual(['first']);
    expect(await ids(`/Procedure?code:in=${all}`, world.patient('p'))).toEqual(['first', 'third']);
    expect(await ids(`/Procedure?code:not-in=${all}`, world.patient('p'))).toEqual(['none']);
    expect(await ids(`/Procedure?code:not-in=${all}`, world.patient('q'))).toEqual([]);
  });

  it('a code that nothing had before counts at once', async () => {
    expect(await ids('/Observation?code:in=urn:vs:all')).toEqual([]);
    await put({
      resourceType: 'Observation',
      id: 'new',
      status: 'final',
      code: coded({ system: LARGE, code: 'o5000' }),
    } as never);
    expect(await ids('/Observation?code:in=urn:vs:all')).toEqual(['new']);
  });

  it('more different codes than are held against a set are refused with the reason', async () => {
    for (let i = 0; i <= 20; i++)
      await put({
        resourceType: 'AllergyIntolerance',
        id: `many-${i}`,
        clinicalStatus: coded({
          system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
          code: 'active',
        }),
        patient: { reference: 'Patient/p' },
        code: coded(...Array.from({ length: 1000 }, (_, j) => ({ system: 'urn:many', code: `${i}-${j}` }))),
      } as never);
    const { status, body } = await ask('/AllergyIntolerance?code:in=urn:vs:all');
    expect([status, body.issue[0].code]).toEqual([413, 'too-costly']);
    expect(body.issue[0].diagnostics).toMatch(
      /20000 different ones are stored under AllergyIntolerance\.code/,
    );
    expect(await ids('/AllergyIntolerance?clinical-status:in=urn:vs:all')).toEqual([]);
  });

  it('of the audit log, which lies elsewhere, a large set stays refused', async () => {
    expect(await ids('/AuditEvent?type:in=urn:vs:all')).toBe('413 too-costly');
  });

  it('a large set and a small one with the same codes of what is stored find the same', async () => {
    const tree = [
      { code: 'Arm', concept: [{ code: 'Hand', concept: [{ code: 'thumb' }] }, { code: 'old' }] },
      { code: 'LEG', property: [{ code: 'status', valueCode: 'retired' }] },
      { code: 'arm' },
    ];
    const shouted = tree.slice(0, 2);
    await put(system('urn:cs:exact', tree));
    await put(system('urn:cs:any', shouted, { caseSensitive: false }));
    await put(system('urn:cs:dated', tree, { version: '2' }));
    const urls = ['urn:cs:exact', 'urn:cs:any', 'urn:cs:dated', 'urn:cs:unheard-of'];
    const spelled = ['Arm', 'arm', 'ARM', 'Hand', 'thumb', 'THUMB', 'old', 'LEG', 'leg'];
    // Of a code that a set names not every spelling is stored.
    const all = [...urls, undefined]
      .flatMap((url) => spelled.map((code) => ({ ...(url ? { system: url } : {}), code })))
      .filter((_coding, i) => i % 2 === 0);
    for (const [i, coding] of all.entries())
      await put({
        resourceType: 'Basic',
        id: `b${i}`,
        code: coded(coding, ...(i % 3 === 0 ? [all[(i * 7) % all.length] as object] : [])),
      } as never);

    const code = fc.constantFrom(...spelled);
    const filter = fc.record({
      property: fc.constant('concept'),
      op: fc.constantFrom('is-a', 'descendent-of', 'is-not-a', '=', 'generalizes'),
      value: code,
    });
    const base = { system: fc.constantFrom(...urls) };
    const include = fc.oneof(
      fc.record({ ...base, concept: fc.array(fc.record({ code }), { minLength: 1, maxLength: 4 }) }),
      fc.record({ ...base, filter: fc.array(filter, { minLength: 1, maxLength: 2 }) }),
      fc.record({
        ...base,
        version: fc.constantFrom('1', '2'),
        concept: fc.array(fc.record({ code }), { minLength: 1, maxLength: 3 }),
      }),
      fc.record(base),
    );
    const compose = fc.record({
      include: fc.array(include, { minLength: 1, maxLength: 3 }),
      exclude: fc.array(include, { maxLength: 1 }),
      inactive: fc.boolean(),
    });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(compose, async ({ exclude, ...more }) => {
        const small = { ...more, ...(exclude.length > 0 ? { exclude } : {}) };
        const [few, many] = [randomUUID(), randomUUID()];
        await put(valueSet(few, small));
        await put(valueSet(many, { ...small, include: [...small.include, { system: FILLER }] }));
        for (const modifier of ['in', 'not-in']) {
          const wanted = await ids(`/Basic?_count=100&code:${modifier}=urn:vs:${few}`);
          if (Array.isArray(wanted)) found += wanted.length;
          expect(await ids(`/Basic?_count=100&code:${modifier}=urn:vs:${many}`)).toEqual(wanted);
        }
      }),
      { numRuns: 40, seed: 14 },
    );
    expect(found).toBeGreaterThan(300);
  });
});
