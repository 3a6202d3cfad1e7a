/** Filters that no list of a large code system helps with (https://hl7.org/fhir/R4/valueset-filter-operator.html, regex): what they can't tell is said soon. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ValueSet } from '@wellspring/profiles';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFiles } from '../../test/releases.ts';
import { expandSet } from './expand.ts';
import { loadRelease, releasesOf } from './load/load.ts';
import { createLoadedSystems } from './loaded-systems.ts';
import { createStoredCanonicals } from './stored.ts';
import { openSqliteTables } from './tables/sqlite-tables.ts';
import type { TerminologyTables } from './tables/tables.ts';
import { createTerminologies, type Terminologies } from './terminologies.ts';

const LARGE = 'urn:cs:large';
const MANY = 100_100;
const folder = mkdtempSync(join(tmpdir(), 'wellspring-unlisted-'));
let tables: TerminologyTables;
/** Codes that concepts were looked for by. */
let looked = 0;

beforeAll(async () => {
  const concept = Array.from({ length: MANY }, (_, i) => ({
    code: `c${String(i).padStart(6, '0')}`,
    display: i % 10 === 0 ? 'Round' : 'Other',
  }));
  const release = {
    resourceType: 'CodeSystem',
    url: LARGE,
    status: 'active',
    content: 'complete',
    caseSensitive: true,
    concept,
  };
  const files = writeFiles(join(folder, 'release'), { 'large.json': JSON.stringify(release) });
  const opened = openSqliteTables(join(folder, 'tables'));
  for (const each of await releasesOf(files, {})) await loadRelease(opened, each);
  tables = {
    ...opened,
    find(id, codes) {
      looked += codes.length;
      return opened.find(id, codes);
    },
  };
}, 120_000);
afterAll(async () => {
  await tables?.close();
  rmSync(folder, { recursive: true });
});

const terminologies = (): Terminologies =>
  createTerminologies(
    createStoredCanonicals(async () => [], 'http://localhost/fhir'),
    { loaded: createLoadedSystems(tables) },
  );
const byDisplay = (value: string): ValueSet => ({
  resourceType: 'ValueSet',
  url: 'urn:vs:display',
  compose: { include: [{ system: LARGE, filter: [{ property: 'display', op: 'regex', value }] }] },
});
const request = { words: [], offset: 0, activeOnly: false, limit: 5000 } as const;

it.each([
  ['that nothing matches', 'Nothing.*', 20],
  ['that is listed whole', 'R.*d', undefined],
])('a pattern %s is too costly when a tenth was looked at', async (_, pattern, count) => {
  looked = 0;
  await expect(expandSet(terminologies(), byDisplay(pattern), { ...request, count })).rejects.toMatchObject({
    status: 413,
  });
  expect(looked).toBeLessThan(MANY / 8);
});

it('the first of what many match are listed', async () => {
  const { members } = await expandSet(terminologies(), byDisplay('R.*d'), { ...request, count: 20 });
  expect(members.map(({ concept }) => concept.code).slice(0, 3)).toEqual(['c000000', 'c000010', 'c000020']);
  expect(members).toHaveLength(20);
});

it('of given codes all are told, wherever they stand', async () => {
  const among = new Map([[LARGE, ['c100000', 'c100001']]]);
  const { members } = await expandSet(terminologies(), byDisplay('R.*d'), {
    ...request,
    count: undefined,
    among,
  });
  expect(members.map(({ concept }) => concept.code)).toEqual(['c100000']);
});

it('without a filter all of it can be paged through', async () => {
  const whole: ValueSet = {
    resourceType: 'ValueSet',
    url: 'urn:vs:all',
    compose: { include: [{ system: LARGE }] },
  };
  const { members } = await expandSet(terminologies(), whole, {
    ...request,
    offset: 12_000,
    count: 2,
    limit: 20_000,
  });
  expect(members.map(({ concept }) => concept.code)).toEqual(['c012000', 'c012001']);
});
