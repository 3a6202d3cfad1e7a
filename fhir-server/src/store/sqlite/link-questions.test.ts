import { expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import type { QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  ({ store } = opened);
});

const about = (where: QueryNode): QueryNode => ({
  kind: 'linked',
  by: 'about',
  types: ['Basic'],
  deleted: false,
  where,
});

it('a question about links that asks itself again, of what that is about, is answered', async () => {
  const chain = Array.from({ length: 6 }, (_, i) =>
    create('Basic', `b${i}`, { links: [{ by: 'about', target: `Basic/b${i + 1}` }] }),
  );
  await store.transact([...chain, create('Basic', 'b6', {})]);
  const last: QueryNode = { kind: 'id', ids: ['b6'] };
  const query = everything('Basic', about(about(about(about(last)))), { total: 'none' });
  const { matches } = await store.search(query);
  expect(matches.map(({ id }) => id)).toEqual(['b2']);
});
