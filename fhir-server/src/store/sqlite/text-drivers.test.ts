/** Searches for texts walk the rows that have them, however many spellings are asked for, and not all rows of the type. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { or, type QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { planSearch } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { chooseDriver } from './driver.ts';
import { createKeys } from './keys.ts';
import { searchPage } from './search-page.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { createVersions } from './versions.ts';

const text = (param: string, begin: string, match: 'starts' | 'contains' = 'starts'): QueryNode => ({
  kind: 'string',
  param,
  text: begin,
  match,
});

describe('alternatives of texts', () => {
  let folder: string;
  let store: ResourceStore;
  let reader: Connection;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-texts-'));
    const path = join(folder, 'fhir.sqlite');
    store = await openSqliteStore({ path });
    const named = (id: string, ...strings: readonly [param: string, text: string][]) =>
      create('Patient', id, {
        strings: strings.map(([param, each]) => ({ param, text: each, exact: each })),
      });
    await store.transact([
      named('one', ['name', 'muller'], ['name~spelled', 'mueller']),
      named('two', ['name', 'mueller']),
      named('three', ['name', 'muellerson'], ['other', 'mueller']),
      named('none', ['name', 'smith'], ['other', 'mueller']),
    ]);
    reader = openReading(path);
  });
  afterAll(async () => {
    reader.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const walked = (where: QueryNode): number | 'nothing' => {
    const driver = chooseDriver(reader, createKeys(reader), 'Patient', where);
    if (!driver) return 'nothing';
    const rows = reader.statement(
      `SELECT ${driver.rid} AS rid FROM ${driver.from.text} WHERE ${driver.where.text}`,
    );
    return rows.all(...driver.from.values, ...driver.where.values).length;
  };
  const found = (where: QueryNode): string => {
    const query = everything('Patient', where);
    const page = searchPage(query, planSearch(reader, createKeys(reader), query), createVersions(reader));
    return page.matches
      .map(({ id }) => id)
      .toSorted()
      .join(' ');
  };

  it.each<[string, QueryNode, string, number | 'nothing']>([
    ['of two parameters', or(text('name', 'mueller'), text('name~spelled', 'mueller')), 'one three two', 3],
    ['of one', or(text('name', 'muller'), text('name', 'smi')), 'none one', 2],
    ['that find one row twice', or(text('name', 'muel'), text('name', 'mueller')), 'three two', 2],
    ['of which one parameter has no rows', or(text('name', 'mul'), text('unknown', 'mul')), 'one', 1],
    ['that nobody has', or(text('unknown', 'a'), text('unheard', 'b')), '', 'nothing'],
    [
      'that may stand anywhere',
      or(text('name', 'mul'), text('name', 'uell', 'contains')),
      'one three two',
      4,
    ],
  ])('%s', (_, where, ids, rows) => {
    expect(found(where)).toBe(ids);
    expect(walked(where)).toBe(rows);
  });
});
