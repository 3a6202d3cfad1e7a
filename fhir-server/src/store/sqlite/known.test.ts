/** What a reader knows of the index it need not ask again, until somebody commits: then nothing holds any more. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token, update } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { planSearch } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { chooseDriver, isLong } from './driver.ts';
import { createKeys } from './keys.ts';
import { createOwnerAnswers, type OwnerAnswers } from './owner-answers.ts';
import { searchPage } from './search-page.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { createVersions } from './versions.ts';

const refersHere = (type: string, where: QueryNode): QueryNode => ({
  kind: 'reverseChained',
  type,
  param: 'subject',
  where,
});
const inWard: QueryNode = { kind: 'ownedBy', where: token('ward', 'w1'), orNobody: false };
const ward = { tokens: [{ param: 'ward', system: '', code: 'w1' }] };

describe('a reader beside a writer of another process', () => {
  let folder: string;
  let store: ResourceStore;
  let reader: Connection;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-known-'));
    const path = join(folder, 'fhir.sqlite');
    store = await openSqliteStore({ path });
    await store.transact([
      create('Patient', 'a', ward),
      create('Patient', 'b'),
      ...['a', 'b', 'a'].map((owner, i) => create('Observation', `o${i}`, { owners: [owner], mainDate: i })),
    ]);
    reader = openReading(path);
  });
  afterEach(() => reader.refresh());
  afterAll(async () => {
    reader.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function found(where = inWard): string[] {
    reader.begin();
    const query = everything('Observation', where);
    const page = searchPage(query, planSearch(reader, createKeys(reader), query), createVersions(reader));
    reader.refresh();
    return page.matches.map(({ id }) => id).toSorted();
  }

  it('sees owners come into reach and go out of it with the commit that says so', async () => {
    expect(found()).toEqual(['o0', 'o2']);
    await store.transact([update('Patient', 'b', ward)]);
    expect(found()).toEqual(['o0', 'o1', 'o2']);
    await store.transact([update('Patient', 'a')]);
    expect(found()).toEqual(['o1']);
    await store.transact([{ kind: 'delete', type: 'Patient', id: 'b' }]);
    expect(found()).toEqual([]);
    await store.transact([update('Patient', 'a', ward)]);
    expect(found()).toEqual(['o0', 'o2']);
  });

  it('sees what makes the relation come and go', async () => {
    const visited: QueryNode = {
      kind: 'ownedBy',
      where: refersHere('Encounter', token('status', 'finished')),
      orNobody: false,
    };
    const visit = (status: string) => ({
      references: [{ param: 'subject', target: 'Patient/a' }],
      tokens: [{ param: 'status', system: '', code: status }],
    });
    expect(found(visited)).toEqual([]);
    await store.transact([create('Encounter', 'e', visit('finished'))]);
    expect(found(visited)).toEqual(['o0', 'o2']);
    await store.transact([create('Device', 'meanwhile')]);
    expect(found(visited)).toEqual(['o0', 'o2']);
    const { version = 0 } = (await store.read('Encounter', 'e')) ?? {};
    const entriesOf = (status: string) => create('Encounter', 'e', visit(status)).entries;
    await store.transact([
      { kind: 'reindex', type: 'Encounter', id: 'e', version, entries: entriesOf('planned') },
    ]);
    expect(found(visited)).toEqual([]);
    await store.transact([update('Encounter', 'e', visit('finished'))]);
    expect(found(visited)).toEqual(['o0', 'o2']);
    await store.transact([{ kind: 'delete', type: 'Encounter', id: 'e' }]);
    expect(found(visited)).toEqual([]);
  });

  it('tells what belongs to one of many patients, and what does not, as it is now', async () => {
    const many: QueryNode = {
      kind: 'owner',
      patients: ['b', ...Array.from({ length: 9 }, (_, i) => `x${i}`)],
    };
    const others: QueryNode = { kind: 'not', node: many };
    expect([found(many), found(others)]).toEqual([['o1'], ['o0', 'o2']]);
    await store.transact([update('Observation', 'o0', { owners: ['a', 'x3'] })]);
    await store.transact([update('Observation', 'o1')]);
    expect([found(many), found(others)]).toEqual([['o0'], ['o1', 'o2']]);
  });

  it('sees a list become long', async () => {
    const long = (): boolean => {
      reader.begin();
      const driver = chooseDriver(reader, createKeys(reader), 'Basic', { kind: 'all' });
      const answer = driver !== undefined && isLong(reader, driver);
      reader.refresh();
      return answer;
    };
    const basics = (count: number, from: number) =>
      store.transact(Array.from({ length: count }, (_, i) => create('Basic', `b${from + i}`)));
    await basics(1999, 0);
    expect(long()).toBe(false);
    await basics(1, 1999);
    expect(long()).toBe(true);
  });

  it('knows nothing outside of a snapshot', () => {
    expect(reader.known).toBeUndefined();
    reader.begin();
    expect(reader.known).toBeDefined();
  });
});

describe('a question about owners', () => {
  let db: DatabaseSync;
  let answers: OwnerAnswers;
  let asked: string[];
  beforeEach(() => {
    db = new DatabaseSync(':memory:');
    answers = createOwnerAnswers(db);
    asked = [];
  });
  afterEach(() => db.close());

  const ask = (owners: string): boolean => {
    asked.push(owners);
    return owners.includes('"a"');
  };
  function passing(where: QueryNode, ...rows: readonly string[]): string[] {
    const name = answers.add(where, ask);
    return rows.filter(
      (owners) => db.prepare('SELECT owner_passes(?, ?) AS yes').get(owners, name)?.yes === 1,
    );
  }

  it('is asked once for each group of owners, in all searches with the same condition', () => {
    const rows = ['["a"]', '["b"]', '["b","a"]', '["a"]', '["b"]'];
    expect(passing(inWard, ...rows)).toEqual(['["a"]', '["b","a"]', '["a"]']);
    expect(passing(inWard, '["b"]', '["a"]')).toEqual(['["a"]']);
    expect(asked).toEqual(['["a"]', '["b"]', '["b","a"]']);
  });

  it('is another one for another condition, alike as they may look', () => {
    passing(inWard, '["a"]');
    passing({ ...inWard }, '["a"]');
    expect(asked).toEqual(['["a"]', '["a"]']);
  });

  it('is asked again after a commit of what it rests on, the Patient or what refers there, and of nothing else', () => {
    const treated: QueryNode = {
      kind: 'or',
      nodes: [
        token('ward', 'w1'),
        { kind: 'not', node: refersHere('Encounter', refersHere('Location', token('ward', 'w1'))) },
        { kind: 'chained', param: 'organization', type: 'Organization', where: token('ward', 'w1') },
      ],
    };
    const asksAgain = (...types: string[]): boolean => {
      const before = asked.length;
      answers.forget(() => types);
      expect(answers.question(treated, ask)('["a"]')).toBe(true);
      return asked.length > before;
    };
    expect(asksAgain('Patient')).toBe(true);
    expect(asksAgain()).toBe(false);
    expect(asksAgain('Observation', 'Consent')).toBe(false);
    for (const type of ['Patient', 'Encounter', 'Location', 'Organization'])
      expect(asksAgain('Observation', type), type).toBe(true);
  });

  it('has one answer by SQL and without', () => {
    expect(answers.question(inWard, ask)('["a"]')).toBe(true);
    expect(passing(inWard, '["b"]', '["a"]')).toEqual(['["a"]']);
    expect(answers.question(inWard, ask)('["b"]')).toBe(false);
    expect(asked).toEqual(['["a"]', '["b"]']);
  });

  it('outlives many others while it is asked, and comes back when it was forgotten', () => {
    const name = answers.add(inWard, ask);
    for (let i = 0; i < 1000; i++) answers.add({ ...inWard }, ask);
    const yes = () => db.prepare('SELECT owner_passes(?, ?) AS yes').get('["a"]', name)?.yes;
    expect(yes()).toBe(1);
    for (let i = 0; i < 2000; i++) answers.add({ ...inWard }, ask);
    expect(yes()).toBe(1);
    expect([answers.dropOld(), answers.dropOld()]).toEqual([true, false]);
    expect(yes).toThrow('gone');
    expect(passing(inWard, '["a"]', '["b"]')).toEqual(['["a"]']);
  });
});
