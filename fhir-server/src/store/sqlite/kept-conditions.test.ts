/** What a token may read stands in each of its queries, as the same object: it is compiled once, and holds until something is committed. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { and, not, or, type QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token, update } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { createKeptConditions } from './kept-conditions.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  ({ store } = opened);
});

const marked = { tokens: [{ param: 'mark', system: '', code: 'x' }] };
async function found(where: QueryNode): Promise<string[]> {
  const { matches } = await store.search(everything('Basic', where));
  return matches.map(({ id }) => id).toSorted();
}
const anyOf = (...codes: string[]): QueryNode => or(...codes.map((code) => token('code', code)));
/** More than are asked for one by one. */
const six = (name: string): string[] => Array.from({ length: 6 }, (_, i) => `${name}${i}`);

it('is compiled once for a type and a kind of row, until it is forgotten', () => {
  const conditions = createKeptConditions();
  const compile = vi.fn(() => ({ text: 'yes', values: [] }));
  const node = not(token('mark', 'x'));
  const compiled = (place = 'Basic i.rid') => conditions.compiled(node, place, compile);
  expect([compiled(), compiled()]).toEqual(Array(2).fill({ text: 'yes', values: [] }));
  expect(compile).toHaveBeenCalledTimes(1);
  compiled('Patient i.rid');
  compiled('Basic r.rid');
  compiled('Patient i.rid');
  expect(compile).toHaveBeenCalledTimes(3);
  conditions.forget();
  compiled();
  expect(compile).toHaveBeenCalledTimes(4);
});

it('sees what a commit brings that was nowhere before', async () => {
  const unmarked = not(token('mark', 'x'));
  await store.transact([create('Basic', 'a'), create('Basic', 'b')]);
  expect(await found(unmarked)).toEqual(['a', 'b']);
  await store.transact([update('Basic', 'a', marked)]);
  expect(await found(unmarked)).toEqual(['b']);
  await store.transact([update('Basic', 'a')]);
  expect(await found(unmarked)).toEqual(['a', 'b']);
});

const coded = (id: string) =>
  create('Basic', id, { tokens: six('c').map((code) => ({ param: 'code', system: '', code })) });

it('holds though many other queries name what they ask for meanwhile', async () => {
  await store.transact([coded('many')]);
  const where = and({ kind: 'id', ids: ['many'] }, anyOf(...six('c')));
  for (let i = 0; i < 300; i++) {
    expect(await found(where)).toEqual(['many']);
    await found(and({ kind: 'id', ids: ['many'] }, anyOf(...six('c'))));
    // The next snapshot.
    await turn();
  }
});

it('a query has all that it names, however much that is', async () => {
  await store.transact([coded('all')]);
  const lists = Array.from({ length: 300 }, () => anyOf(...six('c')));
  expect(await found(and({ kind: 'id', ids: ['all'] }, ...lists))).toEqual(['all']);
});

it('is asked of few and of many in the same way, as they become more and fewer', async () => {
  const kept = { tokens: [{ param: 'mark', system: '', code: 'kept' }] };
  const others = not(token('mark', 'kept'));
  const ids = Array.from({ length: 20 }, (_, i) => `n${String(i).padStart(2, '0')}`);
  const where = and(others, { kind: 'id', ids });
  await store.transact(ids.map((id) => create('Basic', id)));
  for (const count of [0, 1, 16, 17, 18, 16, 2]) {
    await store.transact(ids.map((id, i) => update('Basic', id, i < count ? kept : {})));
    expect(await found(where), String(count)).toEqual(ids.slice(count));
    expect(await found(where), String(count)).toEqual(ids.slice(count));
  }
});
