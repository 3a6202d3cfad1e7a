import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { and, type QueryNode } from '../../search/query.ts';
import { everything, ids } from '../contract/asking.ts';
import { create, entries, update } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const LABELLED: QueryNode = { kind: 'missing', param: '_security', missing: false };
const restricted = { tokens: [{ param: '_security', system: 'urn:labels', code: 'R' }] };

let folder: string;
let store: ResourceStore;
const path = (): string => join(folder, 'fhir.sqlite');
const open = async (): Promise<void> => {
  store = await openSqliteStore({ path: path(), writer: 'thread' });
};
const labelled = (type = 'Observation', more: QueryNode = { kind: 'all' }): Promise<string[]> =>
  ids(store, everything(type, and(LABELLED, more)));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-labelled-'));
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what bears a label', () => {
  it('is found once there is some, by whatever write it came, and by its type alone', async () => {
    await store.transact([create('Observation', 'plain'), create('Condition', 'plain')]);
    expect(await labelled()).toEqual([]);
    await store.transact([create('Condition', 'made', restricted)]);
    expect([await labelled(), await labelled('Condition')]).toEqual([[], ['made']]);
    await store.transact([update('Observation', 'plain', restricted)]);
    expect(await labelled()).toEqual(['plain']);
    expect(await labelled('Observation', { kind: 'id', ids: ['other'] })).toEqual([]);
  });

  it('is found where it is only indexed anew, as after a release that finds labels by another element', async () => {
    await store.transact([create('Observation', 'plain')]);
    await store.transact([
      { kind: 'reindex', type: 'Observation', id: 'plain', version: 1, entries: entries(restricted) },
    ]);
    expect(await labelled()).toEqual(['plain']);
  });

  it('is found where the label names no code', async () => {
    const { present: _, ...rest } = entries();
    await store.transact([
      { ...create('Observation', 'no-code'), entries: { ...rest, present: ['_security'] } },
    ]);
    expect(await labelled()).toEqual(['no-code']);
  });
});
