import { expect, it } from 'vitest';
import { useEmbeddedStore } from '../../test/embedded-store.ts';
import { BASE, contextOf } from '../../test/in-memory.ts';
import { type ResourceStore, StoreError } from '../store/store.ts';
import { ownUpdate } from './own-writes.ts';
import { createRepository } from './repository.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  store = opened.store;
});

it('what fails of what the server writes beside is not told of a header, or an entry, that it did not come in', async () => {
  const slot = { resourceType: 'Slot', status: 'busy', schedule: { reference: 'Schedule/x' } };
  const visit = {
    resourceType: 'Appointment',
    status: 'booked',
    slot: [{ reference: 'Slot/s' }],
    participant: [{ actor: { display: 'Room 1' }, status: 'accepted' }],
  };
  await store.transact([ownUpdate(slot, 's'), ownUpdate(visit, 'v')]);
  const repository = createRepository(
    {
      ...store,
      async transact(operations) {
        const index = operations.findIndex(({ type }) => type === 'Slot');
        throw new StoreError('reference-missing', index, 'Schedule/x');
      },
    },
    {
      baseUrl: BASE,
      referenceIntegrity: false,
      requiredProfiles: new Map(),
      uncheckedProfiles: 'warn' as never,
      subscriptions: {} as never,
    },
  );
  const resource = { ...visit, id: 'v', status: 'cancelled' };
  const written = repository.write(
    contextOf('system/*.cruds'),
    [{ interaction: 'update', resource, id: 'v' }],
    (index) => (index === 0 ? index : 'X-Provenance'),
  );
  await expect(written).rejects.toMatchObject({
    issues: [
      {
        diagnostics: expect.stringMatching(/^(?!X-Provenance)/),
        expression: expect.stringMatching(/^Slot\b/),
      },
    ],
  });
});
