import { expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { BASE, contextOf } from '../../../test/in-memory.ts';
import type { ResourceStore } from '../../store/store.ts';
import { ownUpdate, storedResource } from '../own-writes.ts';
import { createRepository } from '../repository.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  store = opened.store;
});

it('a visit that is stored is not refused for its slot, where the store has no transactions and a colleague is quicker', async () => {
  const slot = (comment: string) =>
    ownUpdate({ resourceType: 'Slot', status: 'busy', schedule: { reference: 'Schedule/x' }, comment }, 's');
  const visit = {
    resourceType: 'Appointment',
    status: 'booked',
    slot: [{ reference: 'Slot/s' }],
    participant: [{ actor: { display: 'Room 1' }, status: 'accepted' }],
  };
  await store.transact([slot('first'), ownUpdate(visit, 'v')]);
  const leftOut: string[] = [];
  const repository = createRepository(
    {
      ...store,
      supports: { ...store.supports, transactions: false },
      async transact(operations, by) {
        if (operations.some(({ type }) => type === 'Slot')) await store.transact([slot('of a colleague')]);
        return store.transact(operations, by);
      },
    },
    {
      baseUrl: BASE,
      referenceIntegrity: false,
      requiredProfiles: new Map(),
      uncheckedProfiles: 'warn' as never,
      subscriptions: {} as never,
      leftOut: ({ type, id }) => leftOut.push(`${type}/${id}`),
    },
  );
  const resource = { ...visit, id: 'v', status: 'cancelled' };
  const [written] = await repository.write(contextOf('system/*.cruds'), [
    { interaction: 'update', resource, id: 'v' },
  ]);
  expect(written?.outcome).toBe('updated');
  expect(leftOut).toEqual(['Slot/s']);
  expect((await storedResource(store, 'Slot/s'))?.resource.comment).toBe('of a colleague');
});
