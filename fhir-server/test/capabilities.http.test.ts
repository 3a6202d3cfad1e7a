/** What the CapabilityStatement declares is tried, each parameter and each interaction of it. */
import { validateResource } from '@wellspring/profiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

interface Declared {
  readonly type: string;
  readonly interaction: readonly { readonly code: string }[];
  readonly searchParam: readonly { readonly name: string; readonly type: string }[];
  readonly searchInclude?: readonly string[];
  readonly searchRevInclude?: readonly string[];
}

let world: World;
let declared: readonly Declared[];
// biome-ignore lint/suspicious/noExplicitAny: a resource as it is read
let statement: any;

beforeAll(async () => {
  world = await openWorld();
  ({ body: statement } = await world.ask('GET', '/metadata'));
  declared = statement.rest[0].resource;
});
afterAll(() => world.close());

const VALUES: Readonly<Record<string, string>> = {
  token: 'x',
  string: 'x',
  date: '2024-01-01',
  number: '1',
  quantity: '1',
  reference: 'Patient/x',
  uri: 'urn:x',
};
const BY_NAME: Readonly<Record<string, string>> = {
  near: '48|16|10|km',
  _filter: '_id eq x',
  _list: 'x',
  _lastUpdated: '2024',
};

/** A value of a composite, by the types of its parts. */
const COMPOSITES: readonly (readonly [RegExp, string])[] = [
  [/window-coordinate/, 'x$1$2'],
  [/quantity/, 'x$1'],
  [/date/, 'x$2024'],
  [/relationship/, 'replaces$DocumentReference/x'],
  [/./, 'x$y'],
];

function sampleOf({ name, type }: { readonly name: string; readonly type: string }): string {
  if (type === 'composite') return COMPOSITES.find(([pattern]) => pattern.test(name))?.[1] ?? '';
  return BY_NAME[name] ?? VALUES[type] ?? 'x';
}

async function failures(paths: readonly string[]): Promise<string[]> {
  const failed: string[] = [];
  const waiting = [...paths];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        const { status, text } = await world.ask('GET', path, { token: world.system });
        if (status !== 200) failed.push(`${path}: ${status} ${text.slice(0, 200)}`);
      }
    }),
  );
  return failed;
}

describe('the CapabilityStatement', () => {
  it('is valid R4', () => {
    expect(validateResource(statement)).toEqual([]);
  });

  it('declares only search parameters that work', async () => {
    const paths = declared.flatMap(({ type, searchParam }) =>
      searchParam.map((each) => `/${type}?${each.name}=${encodeURIComponent(sampleOf(each))}&_count=1`),
    );
    expect(paths.length).toBeGreaterThan(2000);
    expect(await failures(paths)).toEqual([]);
  });

  it('declares only includes that work', async () => {
    const paths = declared.flatMap(({ type, searchInclude = [], searchRevInclude = [] }) => [
      ...searchInclude.map((include) => `/${type}?_include=${include}&_count=1`),
      ...searchRevInclude.slice(0, 20).map((include) => `/${type}?_revinclude=${include}&_count=1`),
    ]);
    expect(await failures(paths)).toEqual([]);
  });

  it('declares every parameter of every type but those that are refused by name', async () => {
    const parameters = declared.find(({ type }) => type === 'MolecularSequence')?.searchParam ?? [];
    expect(parameters.some(({ name }) => name === 'chromosome-variant-coordinate')).toBe(false);
    const { status } = await world.ask('GET', '/MolecularSequence?chromosome-variant-coordinate=x$1$2', {
      token: world.system,
    });
    expect(status).toBe(400);
  });

  it('declares interactions that work, on a type chosen for it', async () => {
    const basic = declared.find(({ type }) => type === 'Basic');
    const codes = basic?.interaction.map(({ code }) => code);
    const ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      world.ask(method, path, {
        token: world.system,
        ...(body === undefined ? {} : { body }),
        ...(headers ? { headers } : {}),
      });
    const resource = { resourceType: 'Basic', id: 'b', code: { text: 'x' } };
    const tried: Record<string, number> = {
      create: (await ask('POST', '/Basic', resource)).status,
      update: (await ask('PUT', '/Basic/b', resource)).status,
      patch: (
        await ask('PATCH', '/Basic/b', [{ op: 'replace', path: '/code/text', value: 'y' }], {
          'Content-Type': 'application/json-patch+json',
        })
      ).status,
      read: (await ask('GET', '/Basic/b')).status,
      vread: (await ask('GET', '/Basic/b/_history/1')).status,
      'history-instance': (await ask('GET', '/Basic/b/_history')).status,
      'history-type': (await ask('GET', '/Basic/_history')).status,
      'search-type': (await ask('GET', '/Basic')).status,
      delete: (await ask('DELETE', '/Basic/b')).status,
    };
    expect(codes?.toSorted()).toEqual(Object.keys(tried).sort());
    expect(Object.entries(tried).filter(([, status]) => status >= 300)).toEqual([]);
  });
});

it('P20, P29: a summary is what an app needs to know what it may ask for, a tenth as long; notices are offered only where they are sent', async () => {
  const { body } = await world.ask('GET', '/metadata?_summary=true');
  const length = (value: object): number => JSON.stringify(value).length;
  expect(length(body)).toBeLessThan(length(statement) / 5);
  const of = (one: typeof statement, type: string) =>
    (one.rest[0].resource as { type: string; interaction: object; operation?: { name: string }[] }[]).find(
      (each) => each.type === type,
    );
  expect(body.rest[0].interaction).toEqual(statement.rest[0].interaction);
  for (const type of ['Patient', 'Appointment', 'Observation']) {
    expect(of(body, type)?.interaction).toEqual(of(statement, type)?.interaction);
    expect(of(body, type)?.operation).toEqual(of(statement, type)?.operation);
  }
  const names = of(body, 'Patient')?.operation?.map(({ name }) => name);
  expect(names).toContain('everything');
  expect(names).not.toContain('test-notice');
});
