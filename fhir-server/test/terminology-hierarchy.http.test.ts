/** What a hierarchy means (CodeSystem.hierarchyMeaning): only of kinds the one subsumes the other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

const system = (name: string, more: object) => ({
  resourceType: 'CodeSystem',
  id: `body-${name}`,
  url: `urn:cs:${name}`,
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  property: [
    { code: 'child', type: 'code' },
    { code: 'wider', type: 'code', uri: 'http://hl7.org/fhir/concept-properties#parent' },
    { code: 'subsumedBy', type: 'code' },
  ],
  concept: [
    { code: 'arm', property: [{ code: 'child', valueCode: 'nail' }], concept: [{ code: 'hand' }] },
    { code: 'thumb', property: [{ code: 'wider', valueCode: 'hand' }] },
    { code: 'paw', property: [{ code: 'subsumedBy', valueCode: 'hand' }] },
    { code: 'nail' },
  ],
  ...more,
});
const OTHERS = ['part-of', 'grouped-by', 'classified-with'];
/** Where case does not count, concepts may name each other in any. */
const shouted = system('shouted', {
  caseSensitive: false,
  concept: [
    { code: 'arm', property: [{ code: 'child', valueCode: 'NAIL' }], concept: [{ code: 'hand' }] },
    { code: 'thumb', property: [{ code: 'wider', valueCode: 'HAND' }] },
    { code: 'paw', property: [{ code: 'subsumedBy', valueCode: 'Hand' }] },
    { code: 'nail' },
  ],
});
const SYSTEMS = [
  shouted,
  system('unsaid', {}),
  system('is-a', { hierarchyMeaning: 'is-a' }),
  ...OTHERS.map((hierarchyMeaning) => system(hierarchyMeaning, { hierarchyMeaning })),
];

describe.each(STORES)('on %s', (_, open) => {
  let world: World;
  const get = (path: string) => world.ask('GET', path, { token: world.system });
  const post = (path: string, ...parameter: object[]) =>
    world.ask('POST', path, { token: world.system, body: { resourceType: 'Parameters', parameter } });
  const value = ({ body }: Answer, name: string) => {
    const found = body.parameter?.find((each: { name: string }) => each.name === name);
    return found?.valueBoolean ?? found?.valueString ?? found?.valueCode;
  };
  const given = (name: string, op: string, code: string, property = 'concept') => ({
    name: 'valueSet',
    resource: {
      resourceType: 'ValueSet',
      url: 'urn:vs:given',
      status: 'active',
      compose: { include: [{ system: `urn:cs:${name}`, filter: [{ property, op, value: code }] }] },
    },
  });
  const listed = async (...asked: Parameters<typeof given>) => {
    const { status, body } = await post('/ValueSet/$expand', given(...asked));
    return status === 200
      ? (body.expansion.contains ?? []).map(({ code }: { code: string }) => code).sort()
      : status;
  };
  const isIn = async (name: string, op: string, code: string, asked: string) =>
    value(
      await post('/ValueSet/$validate-code', given(name, op, code), {
        name: 'coding',
        valueCoding: { system: `urn:cs:${name}`, code: asked },
      }),
      'result',
    );
  const subsumes = async (name: string, a: string, b: string) =>
    value(await get(`/CodeSystem/$subsumes?system=urn:cs:${name}&codeA=${a}&codeB=${b}`), 'outcome');
  const found = async (query: string) =>
    ((await get(`/Basic?${query}`)).body.entry ?? [])
      .map(({ resource }: { resource: { id: string } }) => resource.id.split('-').at(-1))
      .sort();

  beforeAll(async () => {
    world = await open();
    for (const each of SYSTEMS) {
      await world.ask('PUT', `/CodeSystem/${each.id}`, { token: world.system, body: each });
      for (const code of ['arm', 'hand', 'thumb', 'paw', 'nail'])
        await world.ask('PUT', `/Basic/${each.id}-${code}`, {
          token: world.system,
          body: {
            resourceType: 'Basic',
            id: `${each.id}-${code}`,
            code: { coding: [{ system: each.url, code }] },
          },
        });
    }
  });
  afterAll(() => world.close());

  it('of kinds, or where nothing is said, what stands below is subsumed, however it is stated', async () => {
    for (const name of ['unsaid', 'is-a', 'shouted']) {
      expect(await subsumes(name, 'arm', 'thumb')).toBe('subsumes');
      expect(await subsumes(name, 'nail', 'arm')).toBe('subsumed-by');
      expect(await listed(name, 'is-a', 'arm')).toEqual(['arm', 'hand', 'nail', 'paw', 'thumb']);
      expect(await listed(name, 'descendent-of', 'hand')).toEqual(['paw', 'thumb']);
      expect(await listed(name, 'generalizes', 'thumb')).toEqual(['arm', 'hand', 'thumb']);
      expect(await listed(name, 'child-of', 'arm')).toEqual(['hand', 'nail']);
      expect(await listed(name, '=', 'arm', 'ancestor')).toEqual(['hand', 'nail', 'paw', 'thumb']);
      expect(await isIn(name, 'is-a', 'hand', 'thumb')).toBe(true);
      expect(await found(`code:below=urn:cs:${name}|hand`)).toEqual(['hand', 'paw', 'thumb']);
      expect(await found(`code:above=urn:cs:${name}|nail`)).toEqual(['arm', 'nail']);
    }
  });

  it('of parts or groups nothing is subsumed by what it stands in, but by what it names', async () => {
    for (const name of OTHERS) {
      expect(await subsumes(name, 'arm', 'hand')).toBe('not-subsumed');
      expect(await subsumes(name, 'thumb', 'hand')).toBe('not-subsumed');
      expect(await subsumes(name, 'hand', 'paw')).toBe('subsumes');
      expect(await listed(name, 'is-a', 'arm')).toEqual(['arm']);
      expect(await listed(name, 'descendent-of', 'arm')).toEqual([]);
      expect(await listed(name, 'is-a', 'hand')).toEqual(['hand', 'paw']);
      expect(await listed(name, 'is-not-a', 'hand')).toEqual(['arm', 'nail', 'thumb']);
      expect(await listed(name, 'generalizes', 'thumb')).toEqual(['thumb']);
      expect(await listed(name, '=', 'arm', 'ancestor')).toBe(422);
      expect([await isIn(name, 'is-a', 'hand', 'thumb'), await isIn(name, 'is-a', 'hand', 'paw')]).toEqual([
        false,
        true,
      ]);
      expect(await found(`code:below=urn:cs:${name}|arm`)).toEqual(['arm']);
      expect(await found(`code:above=urn:cs:${name}|thumb`)).toEqual(['thumb']);
    }
  });

  it('what stands directly where is told all the same: by a look-up, a filter of it, and a tree', async () => {
    for (const { id, url } of SYSTEMS) {
      const name = url.slice('urn:cs:'.length);
      const { body } = await get(`/CodeSystem/$lookup?system=${url}&code=arm&property=child`);
      const children = body.parameter
        .filter((each: { name: string }) => each.name === 'property')
        .map(({ part }: { part: { valueCode: string }[] }) => part[1]?.valueCode);
      expect(children.sort()).toEqual(['hand', 'nail']);
      expect(await listed(name, 'child-of', 'hand')).toEqual(['paw', 'thumb']);
      const tree = await get(`/ValueSet/$expand?url=${url}?vs&excludeNested=false`);
      const [arm] = tree.body.expansion.contains;
      expect([id, arm.contains.map(({ code }: { code: string }) => code).sort()]).toEqual([
        id,
        ['hand', 'nail'],
      ]);
    }
  });
});
