/** Profiles from packages: a small one made here always, US Core as published where it lies beside the project. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usCoreExamples } from '../../profiles/test/corpus.ts';
import { loadPackages } from '../src/packages/load-packages.ts';
import { tgzOf } from './tgz.ts';
import { openWorld, type World } from './world.ts';

const LEGAL = 'http://example.org/StructureDefinition/adult';
const profile = {
  resourceType: 'StructureDefinition',
  url: LEGAL,
  name: 'Adult',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  derivation: 'constraint',
  snapshot: {
    element: [
      {
        id: 'Patient',
        path: 'Patient',
        constraint: [
          {
            key: 'ad-1',
            severity: 'error',
            human: 'needs a name or a phone',
            expression: 'name.exists() or telecom.exists()',
          },
        ],
      },
      { id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1, max: '1' },
      {
        id: 'Patient.identifier',
        path: 'Patient.identifier',
        min: 1,
        max: '*',
        slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'closed' },
      },
      { id: 'Patient.identifier:mrn', path: 'Patient.identifier', sliceName: 'mrn', min: 1, max: '1' },
      {
        id: 'Patient.identifier:mrn.system',
        path: 'Patient.identifier.system',
        min: 1,
        max: '1',
        fixedUri: 'urn:mrn',
      },
      {
        id: 'Patient.maritalStatus',
        path: 'Patient.maritalStatus',
        min: 0,
        max: '1',
        patternCodeableConcept: { coding: [{ code: 'M' }] },
      },
      { id: 'Patient.communication', path: 'Patient.communication', min: 0, max: '*' },
      {
        id: 'Patient.communication.language',
        path: 'Patient.communication.language',
        min: 1,
        max: '1',
        binding: { strength: 'required', valueSet: 'urn:vs:spoken' },
      },
    ],
  },
};
const bytes = tgzOf({
  'package/package.json': '{"name":"example.adult","version":"1.0.0"}',
  'package/StructureDefinition-adult.json': JSON.stringify(profile),
  '../../evil.json': '{"resourceType":"StructureDefinition"}',
});

const usCore = fileURLToPath(
  new URL('../../../shared/data/packages/hl7.fhir.us.core-6.1.0.tgz', import.meta.url),
);
const hasUsCore = existsSync(usCore);
let folder: string;
let world: World;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-packages-'));
  writeFileSync(join(folder, 'adult.tgz'), bytes);
  if (hasUsCore) writeFileSync(join(folder, 'us-core.tgz'), readFileSync(usCore));
  world = await openWorld({ PACKAGES_DIR: folder, REFERENCE_INTEGRITY: 'off' });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const adult = {
  resourceType: 'Patient',
  meta: { profile: [LEGAL] },
  birthDate: '1970-01-01',
  identifier: [{ system: 'urn:mrn', value: '1' }],
  name: [{ family: 'A' }],
};
const create = (resource: object) =>
  world.ask('POST', `/${(resource as { resourceType: string }).resourceType}`, {
    token: world.system,
    body: resource,
  });

describe('a profile that a resource names', () => {
  it('is met, or the resource is refused at the place', async () => {
    expect((await create(adult)).status).toBe(201);
    const faults: [object, string][] = [
      [{ birthDate: undefined }, 'Patient.birthDate'],
      [{ identifier: [{ system: 'urn:other', value: '1' }] }, 'Patient.identifier[0]'],
      [
        {
          identifier: [
            { system: 'urn:mrn', value: '1' },
            { system: 'urn:mrn', value: '2' },
          ],
        },
        'Patient.identifier[1]',
      ],
      [{ name: undefined }, 'Patient'],
      [{ maritalStatus: { coding: [{ code: 'S' }] } }, 'Patient.maritalStatus'],
    ];
    for (const [change, expression] of faults) {
      const { status, body } = await create({ ...adult, ...change });
      expect(status).toBe(422);
      expect(body.issue[0].expression).toEqual([expression]);
    }
  });

  it('S14: binds to a value set that is stored here, from the moment it is', async () => {
    const speaks = (code: string) => ({
      ...adult,
      communication: [{ language: { coding: [{ system: 'urn:cs:spoken', code }] } }],
    });
    const validate = async () =>
      (await world.ask('POST', '/Patient/$validate', { token: world.system, body: speaks('sign') })).text;
    expect((await create(speaks('latin'))).status).toBe(201);
    expect(await validate()).toContain('was not checked: the value set urn:vs:spoken');
    const head = { status: 'active', content: 'complete' };
    const concept = [{ code: 'sign' }];
    await create({ resourceType: 'CodeSystem', url: 'urn:cs:spoken', ...head, concept });
    const compose = { include: [{ system: 'urn:cs:spoken' }] };
    await create({ resourceType: 'ValueSet', url: 'urn:vs:spoken', status: 'active', compose });
    expect((await create(speaks('sign'))).status).toBe(201);
    expect(await validate()).not.toContain('urn:vs:spoken');
    const refused = await create(speaks('latin'));
    expect([refused.status, refused.body.issue[0].expression]).toEqual([
      422,
      ['Patient.communication[0].language'],
    ]);
  });

  it('can be asked for with $validate', async () => {
    const { meta: _, ...plain } = adult;
    const ask = async (resource: object) =>
      (
        await world.ask('POST', `/Patient/$validate?profile=${LEGAL}`, {
          token: world.system,
          body: resource,
        })
      ).body.issue[0].severity;
    expect(await ask(plain)).toBe('information');
    expect(await ask({ ...plain, birthDate: undefined })).toBe('error');
  });
});

describe('profiles set by the configuration', () => {
  it('are asked of every resource of the type', async () => {
    const strict = await openWorld({ PACKAGES_DIR: folder, REQUIRED_PROFILES: `Patient=${LEGAL}` });
    const { status } = await strict.ask('POST', '/Patient', {
      token: strict.system,
      body: { resourceType: 'Patient' },
    });
    await strict.close();
    expect(status).toBe(422);
  });
});

describe('a package', () => {
  it('that is damaged, or no package, ends the start with one line', async () => {
    const bad = mkdtempSync(join(tmpdir(), 'wellspring-packages-'));
    writeFileSync(join(bad, 'bad.tgz'), 'not gzip');
    await expect(loadPackages({ folder: bad, wanted: [], registry: undefined })).rejects.toThrow(
      /can't be loaded/,
    );
    writeFileSync(join(bad, 'bad.tgz'), tgzOf({ 'package/x.json': '{}' }));
    await expect(loadPackages({ folder: bad, wanted: [], registry: undefined })).rejects.toThrow(
      /package.json/,
    );
    rmSync(bad, { recursive: true });
  });

  it('is fetched once from a registry of the npm kind, and only from there', async () => {
    let asked = 0;
    let foreign = false;
    const registry = createServer((request, response) => {
      asked += 1;
      const own = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
      if (request.url === '/example.adult')
        response.end(
          JSON.stringify({
            versions: { '1.0.0': { dist: { tarball: `${foreign ? 'http://127.0.0.1:9' : own}/a.tgz` } } },
          }),
        );
      else response.end(bytes);
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', () => resolve()));
    const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
    const cache = mkdtempSync(join(tmpdir(), 'wellspring-packages-'));
    mkdirSync(cache, { recursive: true });
    const load = (wanted: string) => loadPackages({ folder: cache, wanted: [wanted], registry: url });
    await load('example.adult#1.0.0');
    await load('example.adult#1.0.0');
    expect(asked).toBe(2);
    await expect(load('example.adult#2.0.0')).rejects.toThrow(/no such version/);
    await expect(load('../evil#1')).rejects.toThrow(/name#version/);
    foreign = true;
    rmSync(join(cache, 'example.adult-1.0.0.tgz'));
    await expect(load('example.adult#1.0.0')).rejects.toThrow(/another host/);
    registry.close();
    rmSync(cache, { recursive: true });
  });
});

describe.runIf(hasUsCore)('US Core 6.1.0', () => {
  it('examples are accepted, every one', async () => {
    const failed: string[] = [];
    for (const resource of usCoreExamples('6.1.0')) {
      const { status, text } = await create(resource);
      if (status !== 201) failed.push(`${resource.resourceType}/${resource.id}: ${text.slice(0, 300)}`);
    }
    expect(failed).toEqual([]);
  });

  it('broken variants are refused at the right place', async () => {
    const examples = usCoreExamples('6.1.0');
    // biome-ignore lint/suspicious/noExplicitAny: resources of every shape are changed
    const variant = (type: string, profileName: string, change: (resource: any) => void) => {
      const found = examples.find(
        ({ resourceType, meta }) =>
          resourceType === type && JSON.stringify(meta ?? {}).includes(`/${profileName}"`),
      );
      const copy = structuredClone(found);
      change(copy);
      return copy as object;
    };
    const cases: [object, RegExp][] = [
      [variant('Patient', 'us-core-patient', (r) => delete r.identifier), /^Patient\.identifier/],
      [variant('Patient', 'us-core-patient', (r) => delete r.gender), /^Patient\.gender/],
      [variant('Observation', 'us-core-blood-pressure', (r) => r.component.pop()), /^Observation\.component/],
      [
        variant('Observation', 'us-core-blood-pressure', (r) => {
          r.component[0].valueQuantity.code = 'kPa';
        }),
        /^Observation\.component\[0\]\.value\.code/,
      ],
      [
        variant('Observation', 'us-core-observation-lab', (r) => {
          r.category = [{ text: 'none' }];
        }),
        /^Observation\.category/,
      ],
      [
        variant('Condition', 'us-core-condition-encounter-diagnosis', (r) => delete r.code),
        /^Condition\.code/,
      ],
      [
        variant('AllergyIntolerance', 'us-core-allergyintolerance', (r) => delete r.code),
        /^AllergyIntolerance\.code/,
      ],
    ];
    for (const [resource, place] of cases) {
      const { status, body } = await create(resource);
      expect(status, JSON.stringify(body).slice(0, 300)).toBe(422);
      expect(
        body.issue
          .map((issue: { expression: string[] }) => issue.expression[0])
          .some((each: string) => place.test(each)),
        `${place} ${JSON.stringify(body.issue)}`,
      ).toBe(true);
    }
  });
});
