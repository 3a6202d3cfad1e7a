/** Value sets that come as a list only (https://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.expansion). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

const PETS = 'urn:cs:pets';
const pets = {
  resourceType: 'CodeSystem',
  id: 'pets',
  url: PETS,
  version: '2',
  status: 'active',
  content: 'complete',
  caseSensitive: false,
  property: [{ code: 'inactive', type: 'boolean' }],
  concept: [
    { code: 'B', display: 'Bare' },
    { code: 'D', display: 'Domestic' },
    { code: 'Old', display: 'Old one', property: [{ code: 'inactive', valueBoolean: true }] },
  ],
};
const contains = [
  { system: PETS, code: 'NOPE' },
  { system: PETS, code: 'b' },
  {
    display: 'Heading',
    abstract: true,
    contains: [
      {
        system: PETS,
        code: 'D',
        display: 'Dog',
        contains: [{ system: PETS, code: 'GONE', display: 'Gone' }],
      },
      { system: 'urn:cs:of-nobody', code: 'x', display: 'Ex', inactive: true },
    ],
  },
  { system: PETS, code: 'Old' },
  { system: PETS, version: '1', code: 'ONCE', display: 'Once' },
];
const listed = {
  resourceType: 'ValueSet',
  id: 'w1',
  url: 'urn:vs:w1',
  status: 'active',
  expansion: { timestamp: '2026-01-01', contains },
};
const importing = {
  resourceType: 'ValueSet',
  id: 'w2',
  url: 'urn:vs:w2',
  status: 'active',
  compose: { include: [{ valueSet: ['urn:vs:w1'] }] },
};
const { url: _, ...within } = { ...listed, id: 'inner' };
const containing = {
  resourceType: 'ValueSet',
  id: 'w3',
  url: 'urn:vs:w3',
  status: 'active',
  contained: [within],
  compose: { include: [{ valueSet: ['#inner'] }] },
};
const SETS = [listed, importing, containing];

describe.each(STORES)('a value set that only lists its codes, on %s', (__, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: object) =>
    world.ask(method, path, { token: world.system, ...(body ? { body } : {}) });
  const value = ({ body }: Answer, name: string) => {
    const found = body.parameter?.find((each: { name: string }) => each.name === name);
    return found?.valueBoolean ?? found?.valueString;
  };
  const validated = (set: string, code: string, more = '', system = PETS) =>
    ask('GET', `/ValueSet/$validate-code?url=${set}&system=${system}&code=${code}${more}`);
  const observed = (code: string, system = PETS) => ({
    resourceType: 'Observation',
    id: `of-${code.toLowerCase()}`,
    status: 'final',
    code: { coding: [{ system, code }] },
  });

  beforeAll(async () => {
    world = await open();
    for (const each of [
      pets,
      ...SETS,
      observed('NOPE'),
      observed('B'),
      observed('ONCE'),
      observed('x', 'urn:cs:of-nobody'),
    ]) {
      const { status } = await ask('PUT', `/${each.resourceType}/${each.id}`, each);
      expect(status).toBe(201);
    }
  });
  afterAll(() => world.close());

  it.each(SETS.map(({ url }) => url))('makes no code of what its complete system lacks: %s', async (set) => {
    const results = async (...codes: string[]) =>
      Promise.all(codes.map(async (code) => value(await validated(set, code), 'result')));
    expect(await results('NOPE', 'GONE', 'B', 'b', 'D', 'Old')).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    // Of a version that is not here, and of a system that nobody holds, the list is all there is.
    expect(await results('ONCE')).toEqual([true]);
    expect(value(await validated(set, 'x', '', 'urn:cs:of-nobody'), 'result')).toBe(true);
    expect(value(await validated(set, 'x', '&display=Why', 'urn:cs:of-nobody'), 'result')).toBe(false);
  });

  it('calls a code as its system does, and as the list does', async () => {
    for (const { url } of SETS) {
      const other = await validated(url, 'B', '&display=Zzz');
      expect([value(other, 'result'), value(other, 'display')]).toEqual([false, 'Bare']);
      for (const display of ['Dog', 'Domestic'])
        expect(value(await validated(url, 'D', `&display=${display}`), 'result'), display).toBe(true);
      expect(value(await validated(url, 'D', '&display=Cat'), 'display')).toBe('Dog');
    }
  });

  it('is listed with what its systems have of it', async () => {
    const codes = async (query: string) =>
      (await ask('GET', `/ValueSet/$expand?${query}`)).body.expansion.contains.map(
        ({ code, display }: { code: string; display?: string }) => `${code} ${display}`,
      );
    const all = ['B Bare', 'D Dog', 'x Ex', 'Old Old one', 'ONCE Once'];
    for (const { url } of SETS) {
      expect(await codes(`url=${url}`), url).toEqual(all);
      expect(await codes(`url=${url}&activeOnly=true`), url).toEqual(['B Bare', 'D Dog', 'ONCE Once']);
      expect(await codes(`url=${url}&filter=bar`), url).toEqual(['B Bare']);
    }
    const given = { resourceType: 'Parameters', parameter: [{ name: 'valueSet', resource: listed }] };
    const { body } = await ask('POST', '/ValueSet/$expand', given);
    expect(body.expansion.contains.map(({ code }: { code: string }) => code)).toEqual([
      'B',
      'D',
      'x',
      'Old',
      'ONCE',
    ]);
    expect(body.expansion.parameter).toContainEqual({ name: 'version', valueUri: `${PETS}|2` });
  });

  it('is searched by', async () => {
    const found = async (modifier: string, set: string) =>
      (await ask('GET', `/Observation?code:${modifier}=${set}`)).body.entry
        .map(({ resource }: { resource: { id: string } }) => resource.id)
        .sort();
    for (const { url } of SETS) {
      expect(await found('in', url), url).toEqual(['of-b', 'of-once', 'of-x']);
      expect(await found('not-in', url), url).toEqual(['of-nope']);
    }
  });

  it('binds elements of profiles', async () => {
    const profile = {
      resourceType: 'StructureDefinition',
      id: 'bound',
      url: 'urn:sd:bound',
      name: 'Bound',
      status: 'active',
      kind: 'resource',
      abstract: false,
      type: 'Observation',
      baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
      derivation: 'constraint',
      differential: {
        element: [
          { id: 'Observation', path: 'Observation' },
          {
            id: 'Observation.code',
            path: 'Observation.code',
            binding: { strength: 'required', valueSet: 'urn:vs:w1' },
          },
        ],
      },
    };
    expect((await ask('PUT', '/StructureDefinition/bound', profile)).status).toBe(201);
    const told = async (code: string) => {
      const { body } = await ask('POST', '/Observation/$validate?profile=urn:sd:bound', observed(code));
      return body.issue.some(
        ({ severity, diagnostics }: { severity: string; diagnostics: string }) =>
          severity === 'error' && diagnostics.includes('urn:vs:w1'),
      );
    };
    expect([await told('NOPE'), await told('B')]).toEqual([true, false]);
  });
});
