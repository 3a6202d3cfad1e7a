/** When the index file is believed, and what happens when it is not. */
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remakeLostIndex } from '../../jobs/remake-index.ts';
import { createCustomParameters } from '../../repository/custom-parameters.ts';
import { everything } from '../contract/asking.ts';
import { create, token, update } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { identityOf } from './index-state.ts';
import { openSqliteStore } from './sqlite-store.ts';

const BASE = 'http://localhost:8080/fhir';

let folder: string;
let path: string;
let index: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-index-'));
  path = join(folder, 'fhir.sqlite');
  index = join(folder, 'fhir-index.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): Promise<ResourceStore> => openSqliteStore({ path });
const tokens = (code: string) => ({ tokens: [{ param: 'code', system: 's', code }] });
const write = (id: string) => create('Basic', id, tokens('x'));

async function found(store: ResourceStore): Promise<string[]> {
  const { matches } = await store.search(everything('Basic', token('code', 'x')));
  return matches.map(({ id }) => id).sort();
}

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

describe('the index', () => {
  it('of a server that was closed is believed', async () => {
    const before = await open();
    await before.transact([write('a'), write('b')]);
    await before.close();
    const after = await open();
    expect(after.remakeIndex).toBeUndefined();
    expect(await found(after)).toEqual(['a', 'b']);
    await after.close();
  });

  it('without what a commit had put into the log when the process was killed: nobody was answered, nobody saw it, and it goes', async () => {
    const before = await open();
    await before.transact([write('a')], 'somebody');
    await before.close();
    // Committed to the log, and not to the index yet.
    change(
      path,
      `INSERT INTO version (seq, rid, version, last_updated, method, body, type, id, written_by, patients) VALUES
        (2, 2, 1, 5, 'create', '{}', 'Basic', 'half', 'somebody', '[]'), (3, 1, 2, 5, 'update', '{}', 'Basic', 'a', 'somebody', '[]');
       UPDATE index_state SET trusted = '${identityOf(index)}';`,
    );
    const after = await open();
    expect(after.remakeIndex).toBeUndefined();
    expect(await after.read('Basic', 'half')).toBeUndefined();
    expect((await after.read('Basic', 'a'))?.version).toBe(1);
    expect((await after.history({ count: 10 })).total).toBe(1);
    expect((await after.changes(undefined, 10)).map(({ id }) => id)).toEqual(['a']);
    expect((await after.writes(undefined, 10)).writes.map(({ id }) => id)).toEqual(['a']);
    expect((await after.transact([write('half')]))[0]?.outcome).toBe('created');
    expect(await found(after)).toEqual(['a', 'half']);
    await after.close();
  });

  it.each<[string, () => void]>([
    ['missing', () => rmSync(index)],
    ['no database', () => writeFileSync(index, 'this is a text that is longer than a header '.repeat(10))],
    ['empty', () => writeFileSync(index, '')],
    [
      'in use by another run of the machine, as after a power cut',
      () => change(path, "UPDATE index_state SET trusted = 'another run of the machine'"),
    ],
    [
      'a copy of the one in use',
      () => {
        change(path, `UPDATE index_state SET trusted = '${identityOf(index)}'`);
        copyFileSync(index, `${index}-copy`);
        renameSync(`${index}-copy`, index);
      },
    ],
    ['of another version of the server', () => change(index, 'PRAGMA user_version = 999')],
    ['of an older log than this one', () => change(index, 'UPDATE meta SET applied = applied - 1')],
  ])('that is %s is made anew from the log: nothing that was written is lost', async (_, damage) => {
    const before = await open();
    await before.transact([write('a'), write('b')]);
    await before.transact([update('Basic', 'b', tokens('y'))]);
    await before.transact([{ kind: 'delete', type: 'Basic', id: 'a' }]);
    await before.close();
    damage();
    const after = await open();
    expect(after.remakeIndex).toBeDefined();
    expect((await after.read('Basic', 'b'))?.version).toBe(2);
    expect((await after.read('Basic', 'a'))?.method).toBe('delete');
    // A process that is killed before all is made begins again.
    await after.close();
    const again = await open();
    expect(again.remakeIndex).toBeDefined();
    await remakeLostIndex(again, createCustomParameters(again, []), pino({ level: 'silent' }), BASE);
    expect((await again.transact([write('c')]))[0]?.outcome).toBe('created');
    expect(await found(again)).toEqual(['c']);
    expect((await again.history({ type: 'Basic', count: 10 })).total).toBe(5);
    await again.close();
    const last = await open();
    expect(last.remakeIndex).toBeUndefined();
    expect(await found(last)).toEqual(['c']);
    await last.close();
  });
});
