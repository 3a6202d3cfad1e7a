/**
 * TERMINOLOGY_URL: what is not known here is asked of another server: of this kind too, with a door before it that counts who comes by, and can be shut.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { tgzOf } from './tgz.ts';
import { openWorld, type World } from './world.ts';

const SNOMED = 'http://snomed.info/sct';
const SET = 'http://example.org/ValueSet/diabetes';
const concepts = {
  resourceType: 'CodeSystem',
  id: 'snomed',
  url: SNOMED,
  version: '2024',
  status: 'active',
  content: 'complete',
  concept: [
    {
      code: '73211009',
      display: 'Diabetes mellitus',
      concept: [{ code: '44054006', display: 'Type 2 diabetes mellitus' }],
    },
    { code: '195967001', display: 'Asthma', property: [{ code: 'site', valueCode: 'lung' }] },
  ],
};
const set = (url: string, filter: object) => ({
  resourceType: 'ValueSet',
  id: url.split('/').at(-1) as string,
  url,
  status: 'active',
  compose: { include: [{ system: SNOMED, filter: [filter] }] },
});
const isA = { property: 'concept', op: 'is-a', value: '73211009' };

let other: World;
let world: World;
let door: Server;
let doorState: 'open' | 'shut' | 'broken' = 'open';
const cameBy: string[] = [];
let folder: string;

beforeAll(async () => {
  other = await openWorld();
  for (const each of [
    concepts,
    set(SET, isA),
    {
      resourceType: 'ConceptMap',
      id: 'map',
      url: 'http://example.org/ConceptMap/map',
      status: 'active',
      group: [
        {
          source: SNOMED,
          target: 'urn:t',
          element: [{ code: '195967001', target: [{ code: 'J45', equivalence: 'wider' }] }],
        },
      ],
    },
  ])
    await other.ask('PUT', `/${each.resourceType}/${each.id}`, { token: other.system, body: each });
  door = createServer(async (request, response) => {
    cameBy.push(decodeURIComponent(String(request.url)));
    if (doorState === 'shut') return;
    if (doorState === 'broken') {
      response.statusCode = 500;
      response.end('no');
      return;
    }
    const answer = await other.ask('GET', String(request.url), { token: other.system });
    response.statusCode = answer.status;
    response.setHeader('Content-Type', 'application/fhir+json');
    response.end(answer.text);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(join(tmpdir(), 'wellspring-remote-'));
  const profile = {
    resourceType: 'StructureDefinition',
    url: 'urn:profile:diabetic',
    name: 'Diabetic',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Basic',
    derivation: 'constraint',
    snapshot: {
      element: [
        { id: 'Basic', path: 'Basic' },
        {
          id: 'Basic.code',
          path: 'Basic.code',
          min: 1,
          max: '1',
          binding: { strength: 'required', valueSet: SET },
        },
      ],
    },
  };
  writeFileSync(
    join(folder, 'p.tgz'),
    tgzOf({
      'package/package.json': '{"name":"p","version":"1.0.0"}',
      'package/StructureDefinition-x.json': JSON.stringify(profile),
    }),
  );
  world = await openWorld({
    TERMINOLOGY_URL: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    TERMINOLOGY_TIMEOUT_MS: '500',
    PACKAGES_DIR: folder,
  });
});
afterAll(async () => {
  await world.close();
  await other.close();
  door.closeAllConnections();
  door.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string) => world.ask('GET', path, { token: world.system });
const value = (
  answer: { body: { parameter?: { name: string; [value: string]: unknown }[] } },
  name: string,
) => {
  const found = answer.body.parameter?.find((each) => each.name === name);
  return found?.valueBoolean ?? found?.valueString ?? found?.valueCode;
};
const basic = (code: string, text = 'Ana Alvarez has it') => ({
  resourceType: 'Basic',
  meta: { profile: ['urn:profile:diabetic'] },
  code: { coding: [{ system: SNOMED, code, display: 'as Ana says' }], text },
});
const create = (code: string) => world.ask('POST', '/Basic', { token: world.system, body: basic(code) });

describe('while it answers', () => {
  it('operations are answered by it', async () => {
    expect(value(await get(`/CodeSystem/$lookup?system=${SNOMED}&code=44054006`), 'display')).toBe(
      'Type 2 diabetes mellitus',
    );
    expect(
      value(await get(`/CodeSystem/$validate-code?url=${SNOMED}&code=44054006&display=Asthma`), 'result'),
    ).toBe(false);
    expect(value(await get(`/CodeSystem/$validate-code?url=${SNOMED}&code=195967001`), 'result')).toBe(true);
    expect(value(await get(`/CodeSystem/$validate-code?url=${SNOMED}&code=1`), 'result')).toBe(false);
    expect(
      value(await get(`/CodeSystem/$subsumes?system=${SNOMED}&codeA=73211009&codeB=44054006`), 'outcome'),
    ).toBe('subsumes');
    expect(
      value(await get(`/ValueSet/$validate-code?url=${SET}&system=${SNOMED}&code=44054006`), 'result'),
    ).toBe(true);
    const out = await get(`/ValueSet/$validate-code?url=${SET}&system=${SNOMED}&code=195967001`);
    expect([value(out, 'result'), value(out, 'message')]).toEqual([
      false,
      'The code is not in the value set.',
    ]);
    expect((await get(`/ValueSet/$expand?url=${SET}&count=5`)).body.expansion.contains).toHaveLength(2);
    const mapped = await get(`/ConceptMap/$translate?system=${SNOMED}&code=195967001`);
    expect(value(mapped, 'result')).toBe(true);
    for (const unknown of [
      '/CodeSystem/$lookup?system=urn:none&code=x',
      '/ValueSet/$expand?url=http://example.org/none',
    ])
      expect((await get(unknown)).status).toBe(404);
  });

  it('filters of value sets that are stored here are asked of it, code by code', async () => {
    const put = (each: ReturnType<typeof set>) =>
      world.ask('PUT', `/ValueSet/${each.id}`, { token: world.system, body: each });
    await put(set('http://example.org/own/tree', { ...isA, op: 'descendent-of' }));
    await put(set('http://example.org/own/site', { property: 'site', op: '=', value: 'lung' }));
    const is = async (name: string, code: string) =>
      value(await get(`/ValueSet/${name}/$validate-code?system=${SNOMED}&code=${code}`), 'result');
    expect([
      await is('tree', '44054006'),
      await is('tree', '73211009'),
      await is('tree', '195967001'),
    ]).toEqual([true, false, false]);
    expect([await is('site', '195967001'), await is('site', '44054006')]).toEqual([true, false]);
  });

  it('bindings and notes are told, searches find by it', async () => {
    expect((await create('44054006')).status).toBe(201);
    expect((await create('195967001')).status).toBe(422);
    const found = await get(`/Basic?code:in=${SET}`);
    expect(found.body.entry).toHaveLength(1);
    const { body } = await world.ask('POST', '/Basic/$validate', {
      token: world.system,
      body: basic('44054006'),
    });
    expect(body.issue[0].diagnostics).toContain("'Type 2 diabetes mellitus'");
  });

  it('it gets codes and URLs, nothing else of a resource; and the same question once', () => {
    expect(cameBy.join('\n')).not.toMatch(/Ana|Alvarez|Basic|display=/);
    expect(new Set(cameBy).size).toBe(cameBy.length);
  });
});

describe('while it does not', () => {
  it('what was asked before is still known; the rest is 503 within the deadline, and soon without a wait', async () => {
    doorState = 'shut';
    expect(value(await get(`/CodeSystem/$lookup?system=${SNOMED}&code=44054006`), 'display')).toBe(
      'Type 2 diabetes mellitus',
    );
    const asked = async (code: string): Promise<number> => {
      const start = performance.now();
      const answer = await get(`/CodeSystem/$lookup?system=${SNOMED}&code=${code}`);
      expect(answer.status).toBe(503);
      expect(answer.body.issue[0]).toMatchObject({
        code: 'transient',
        diagnostics: expect.stringContaining('terminology server'),
      });
      expect(answer.headers.get('retry-after')).toBeTruthy();
      return performance.now() - start;
    };
    expect(await asked('1001')).toBeLessThan(3000);
    doorState = 'broken';
    await asked('1002');
    await asked('1003');
    const before = cameBy.length;
    await asked('1004');
    expect(cameBy.length).toBe(before);
    expect((await get(`/ValueSet/$validate-code?url=${SET}&system=${SNOMED}&code=1005`)).status).toBe(503);
  });

  it('a resource is taken, and $validate says that its code was not checked', async () => {
    expect((await create('1006')).status).toBe(201);
    const { body } = await world.ask('POST', '/Basic/$validate', {
      token: world.system,
      body: basic('1006'),
    });
    const said = body.issue.map(
      (each: { severity: string; diagnostics: string }) => `${each.severity}: ${each.diagnostics}`,
    );
    expect(said).toContainEqual(expect.stringMatching(/^information: The code was not checked/));
    expect(said).toContainEqual(expect.stringMatching(/^information: .*does not answer/));
    expect((await get('/Basic?code:in=http://example.org/other')).status).toBe(503);
  });
});

describe('its address', () => {
  const configured = (url: string) =>
    loadConfig({ TERMINOLOGY_URL: url, FHIR_CLIENT_KEY_FILE: join(world.dataDir, 'key.json') });
  it.each([
    'https://tx.example.org/r4',
    'http://localhost:8090/fhir',
    'http://snowstorm:8080/fhir',
    'http://10.1.2.3/fhir',
  ])('%s is taken', (url) => {
    expect(configured(url).TERMINOLOGY_URL).toBe(url);
  });
  it.each(['http://tx.example.org/r4', 'http://172.32.0.1/fhir', 'https://x.example/', 'file:///etc'])(
    '%s is not',
    (url) => {
      expect(() => configured(url)).toThrow('TERMINOLOGY_URL');
    },
  );
});
