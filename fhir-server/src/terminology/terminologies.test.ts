/** Which of several code systems with one URL counts, and what is told of codes; looked up among resources in memory. */
import { type CodeSystem, operationOutcome } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { createMemory, type Resource } from '../../test/in-memory.ts';
import { codeNotes } from './answer-questions.ts';
import { expandSet } from './expand.ts';
import { heldSource } from './held-source.ts';
import { membershipOf } from './membership.ts';
import { createStoredCanonicals } from './stored.ts';
import { createTerminologies } from './terminologies.ts';

const knowing = (...resources: Resource[]) => knowingBeside([], ...resources);

function knowingBeside(loaded: readonly CodeSystem[], ...resources: Resource[]) {
  const find = createMemory(resources);
  const stored = createStoredCanonicals(async (type, where, limit) =>
    find(type, where)
      .slice(0, limit)
      .map((id) => {
        const at = resources.findIndex((each) => each.resourceType === type && each.id === id);
        const body = JSON.stringify(resources[at]);
        return { type, id, version: 1, lastUpdated: at, method: 'create' as const, body };
      }),
  );
  return createTerminologies(stored, {
    loaded: {
      sources: async (url) => loaded.filter((each) => each.url === url).map(heldSource),
      all: async () => loaded.map(({ url, version }) => ({ url, version })),
    },
  });
}

let made = 0;
const system = (members: object): Resource => {
  made += 1;
  return {
    resourceType: 'CodeSystem',
    id: `s${made}`,
    url: 'urn:s',
    status: 'active',
    content: 'complete',
    ...members,
  };
};

describe('of several code systems with one URL', () => {
  it('one that is complete counts before a part, an active one before a draft, the last written before others', async () => {
    const concept = [{ code: 'a' }];
    const best = async (...resources: Resource[]) =>
      (await knowing(...resources).codeSystem('urn:s'))?.version;
    expect(
      await best(system({ version: '1', concept }), system({ version: '2', content: 'fragment', concept })),
    ).toBe('1');
    expect(await best(system({ version: '1' }), system({ version: '2', status: 'draft' }))).toBe('1');
    expect(await best(system({ version: '1' }), system({ version: '2' }))).toBe('2');
  });

  it('the latest version counts, wherever it is, as far as versions tell; of others what is stored', async () => {
    const concept = [{ code: 'a' }];
    const best = async (loaded: readonly string[], ...resources: Resource[]) =>
      (
        await knowingBeside(
          loaded.map((version) => ({ ...system({ version, concept }) }) as unknown as CodeSystem),
          ...resources,
        ).codeSystem('urn:s')
      )?.version;
    expect(await best(['2.78'], system({ version: '2.9', concept }))).toBe('2.78');
    expect(await best(['2.9'], system({ version: '2.78', concept }))).toBe('2.78');
    // The one that was loaded last stands before others.
    expect(await best(['2.77', '2.78', '2.76'])).toBe('2.78');
    expect(await best(['20240101'], system({ version: '20230101', concept }))).toBe('20240101');
    const [edition, other] = [
      'http://snomed.info/sct/11000172109',
      'http://snomed.info/sct/900000000000207008',
    ];
    expect(await best([`${edition}/version/20240101`, `${edition}/version/20250101`])).toContain('/20250101');
    expect(await best([`${edition}/version/20240101`, `${other}/version/20250101`])).toContain(edition);
    // A number and a date do not compare, and a draft or a part is not meant.
    expect(await best(['2024-01-01'], system({ version: '3.0.0', concept }))).toBe('3.0.0');
    expect(await best(['1'], system({ version: '2', status: 'draft', concept }))).toBe('1');
    expect(await best(['1'], system({ version: '2', content: 'fragment', concept }))).toBe('1');
    expect(await best(['2'], system({ concept }))).toBeUndefined();
  });

  it('a version that is named counts, and no other', async () => {
    const known = knowing(system({ version: '1' }), system({ version: '2' }));
    expect((await known.codeSystem('urn:s', '1'))?.version).toBe('1');
    expect(await known.codeSystem('urn:s', '3')).toBeUndefined();
  });

  it('case counts where the system says so; where it says nothing a code is taken in any, the one that is written so before others', async () => {
    const found = async (members: object) =>
      (await knowing(system({ concept: [{ code: 'A' }], ...members })).codeSystem('urn:s'))?.find(['a']);
    expect((await found({ caseSensitive: true }))?.size).toBe(0);
    expect((await found({ caseSensitive: false }))?.get('a')?.code).toBe('A');
    expect((await found({}))?.get('a')?.code).toBe('A');
    expect((await found({ concept: [{ code: 'a' }, { code: 'A' }] }))?.get('a')?.code).toBe('a');
  });
});

describe('a value set', () => {
  const all = {
    resourceType: 'ValueSet',
    url: 'urn:v',
    compose: { include: [{ system: 'urn:s' }] },
  } as const;
  const request = { words: [], offset: 0, count: undefined, activeOnly: false, limit: 100 };

  it('is listed up to the limit, and beyond it as far as it is asked for', async () => {
    const known = knowing(system({ concept: Array.from({ length: 101 }, (_, i) => ({ code: `c${i}` })) }));
    await expect(expandSet(known, all, request)).rejects.toMatchObject({ status: 413 });
    const page = await expandSet(known, all, { ...request, offset: 90, count: 5 });
    expect(page.members.map(({ concept }) => concept.code)).toEqual(['c90', 'c91', 'c92', 'c93', 'c94']);
    await expect(expandSet(known, all, { ...request, offset: 1000, count: 5 })).rejects.toMatchObject({
      status: 413,
    });
  });

  it('is filtered by values as their types have them', async () => {
    const typed = (code: string, member: string, value: unknown) => ({
      code,
      property: [{ code: member, [`value${member}`]: value }],
    });
    const concept = [
      typed('d', 'Decimal', 1.5),
      typed('i', 'Integer', 1),
      typed('b', 'Boolean', true),
      typed('t', 'DateTime', '2020-01-01T10:00:00Z'),
      typed('y', 'DateTime', '2020-01-01'),
      typed('s', 'String', '1.50'),
      typed('c', 'Code', '01'),
    ];
    const listed = async (property: string, op: string, value: string) => {
      const set = { ...all, compose: { include: [{ system: 'urn:s', filter: [{ property, op, value }] }] } };
      const { members } = await expandSet(knowing(system({ concept })), set, request);
      return members.map(({ concept: { code } }) => code).join('');
    };
    expect(await listed('Decimal', '=', '1.50')).toBe('d');
    expect(await listed('Decimal', 'in', '7,15e-1')).toBe('d');
    expect(await listed('Decimal', 'not-in', '7,1.50')).toBe('ibtysc');
    expect(await listed('Integer', '=', '01')).toBe('i');
    expect(await listed('Boolean', '=', 'true')).toBe('b');
    expect(await listed('DateTime', '=', '2020-01-01T11:00:00+01:00')).toBe('t');
    expect(await listed('DateTime', '=', '2020-01-01')).toBe('y');
    expect(await listed('DateTime', '=', '2020')).toBe('');
    expect(await listed('String', '=', '1.5')).toBe('');
    expect(await listed('Code', '=', '1')).toBe('');
  });

  it('with parents in a circle is walked once', async () => {
    const ring = ['a', 'b'].map((code, i) => ({ code, property: [{ code: 'parent', valueCode: 'ba'[i] }] }));
    const filter = [{ property: 'concept', op: 'descendent-of', value: 'a' }];
    const known = knowing(system({ concept: ring }));
    const set = { ...all, compose: { include: [{ system: 'urn:s', filter }] } };
    const { members } = await expandSet(known, set, request);
    expect(members.map(({ concept }) => concept.code)).toEqual(['a', 'b']);
  });

  it('of what is not here tells nothing of its codes, and says why', async () => {
    const asked = { system: 'urn:s', code: 'a' };
    expect(await membershipOf(knowing(), all, asked)).toMatchObject({
      is: undefined,
      reason: expect.stringContaining('urn:s'),
    });
    expect((await membershipOf(knowing(), all, { ...asked, system: 'urn:t' })).is).toBe(false);
    const named = { ...all, compose: { include: [{ system: 'urn:s', concept: [{ code: 'a' }] }] } };
    expect((await membershipOf(knowing(), named, asked)).is).toBe(true);
    const odd = {
      ...all,
      compose: { include: [{ system: 'urn:s', filter: [{ property: 'x', op: 'sounds-like', value: 'y' }] }] },
    };
    expect((await membershipOf(knowing(system({ concept: [{ code: 'a' }] })), odd, asked)).reason).toContain(
      'sounds-like',
    );
  });

  it('implied by SNOMED CT’s and LOINC’s URLs is known', async () => {
    const compose = async (url: string) => (await knowing().valueSet(url))?.compose?.include[0];
    expect(await compose('http://snomed.info/sct?fhir_vs=isa/73211009')).toEqual({
      system: 'http://snomed.info/sct',
      filter: [{ property: 'concept', op: 'is-a', value: '73211009' }],
    });
    expect(await compose('http://loinc.org/vs/LL715-4')).toMatchObject({ filter: [{ value: 'LL715-4' }] });
    expect(await compose('http://loinc.org/vs')).toEqual({ system: 'http://loinc.org' });
  });
});

it('codes and displays of systems held here are compared; of others it is said that they were not', async () => {
  const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
  const notes = async (url: string, code: string, display?: string) =>
    operationOutcome(
      await codeNotes(knowing(), [{ system: url, code, display, path: 'at', codePath: 'at.code' }]),
    ).issue.map(({ severity, expression }) => [severity, expression?.[0]]);
  expect(await notes(ACT, 'AMB', 'Ambulatory')).toEqual([]);
  expect(await notes(ACT, 'AMB', 'Emergency')).toEqual([['warning', 'at.display']]);
  expect(await notes(ACT, 'nope')).toEqual([['warning', 'at.code']]);
  expect(await notes('http://loinc.org', '1-8')).toEqual([['information', 'at']]);
});

describe('what a value set names again and again', () => {
  const concept = Array.from({ length: 5000 }, (_, i) => ({ code: `c${i}`, display: 'Word' }));
  const listed = { resourceType: 'ValueSet', id: 'listed', url: 'urn:listed', status: 'active' };
  const known = () =>
    knowing(
      system({ concept }),
      { ...listed, compose: { include: [{ system: 'urn:other', concept }] } },
      {
        ...listed,
        id: 'made',
        url: 'urn:made',
        expansion: { contains: concept.map((each) => ({ ...each, system: 'urn:other' })) },
      },
    );
  const expanded = (include: object, times: number, words: string[] = []) =>
    expandSet(
      known(),
      {
        resourceType: 'ValueSet',
        url: 'urn:asked',
        compose: { include: Array.from({ length: times }, () => include) },
      } as never,
      { words, offset: 0, count: undefined, activeOnly: false, limit: 10_000 },
    );

  it.each([
    ['a code system', { system: 'urn:s' }],
    ['a set that lists its codes', { valueSet: ['urn:listed'] }],
    ['a set that was expanded', { valueSet: ['urn:made'] }],
  ])('is work each time, kept or not: %s', async (_, include) => {
    expect((await expanded(include, 3)).total).toBe(5000);
    for (const words of [[], ['nothing']])
      await expect(expanded(include, 700, words)).rejects.toMatchObject({ status: 413 });
  });
});
