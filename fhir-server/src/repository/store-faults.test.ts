import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../test/embedded-store.ts';
import { asPatient, BASE, contextOf } from '../../test/in-memory.ts';
import { type Double, failed, openDouble } from '../../test/mongodb-double.ts';
import { openMongodbStore } from '../store/mongodb/mongodb-store.ts';
import { type ResourceStore, StoreError, type StoreFault } from '../store/store.ts';
import { ownUpdate } from './own-writes.ts';
import { createRepository } from './repository.ts';
import { fhirErrorOf } from './store-faults.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  store = opened.store;
});

const OPTIONS = {
  baseUrl: BASE,
  referenceIntegrity: false,
  requiredProfiles: new Map(),
  uncheckedProfiles: 'warn' as never,
  subscriptions: {} as never,
};

it('what fails of the places that a patient has for what they write is told as of a write', async () => {
  const failing = (fault: StoreFault) => ({ ...store, getNote: () => Promise.reject(new StoreError(fault)) });
  const resource = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: 'Patient/p' },
  };
  for (const fault of ['unavailable', 'too-slow'] as const) {
    const repository = createRepository(failing(fault), OPTIONS);
    const written = repository.write(asPatient('p'), [{ interaction: 'create', resource, id: 't' }]);
    await expect(written, fault).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
  }
});

it('what an operation asks of the store by itself is told as well', () => {
  expect(fhirErrorOf(new StoreError('unavailable'))).toMatchObject({ status: 503 });
  expect(fhirErrorOf(new Error('unforeseen'))).toMatchObject({ status: 500 });
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
    OPTIONS,
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

describe('a write that MongoDB ends by a deadline', () => {
  const BASIC = { resourceType: 'Basic', id: 'b', code: { text: 'x' } };
  const ONCE = /written is not known.*If-None-Exist or If-Match it is done once/;

  /** What a write is told where the command of this name fails by this code. */
  async function toldOf(command: string, code: number): Promise<unknown> {
    const double: Double = await openDouble();
    const mongodb = await openMongodbStore({ url: double.url, database: 'double' });
    try {
      double.script = (name) => (name === command ? failed(code) : undefined);
      const repository = createRepository(mongodb, OPTIONS);
      const writing =
        command === 'find'
          ? ({ interaction: 'update', resource: BASIC, id: 'b' } as const)
          : ({ interaction: 'create', resource: BASIC, id: 'b' } as const);
      return await repository
        .write(contextOf('system/*.cruds'), [writing], (index) => index)
        .catch((error: unknown) => error);
    } finally {
      double.script = () => undefined;
      await mongodb.close();
      await double.close();
    }
  }

  it.each([
    ['MaxTimeMSExpired', 50],
    ['ExceededTimeLimit', 262],
    ['NetworkInterfaceExceededTimeLimit', 202],
  ])('is told so, and how it is sent again: %s', async (_, code) => {
    expect(await toldOf('insert', code)).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '5' },
      issues: [{ code: 'timeout', diagnostics: expect.stringMatching(ONCE) }],
    });
  });

  it('is told of what it reads, where nothing was written yet', async () => {
    expect(await toldOf('find', 50)).toMatchObject({
      status: 503,
      issues: [
        {
          code: 'timeout',
          diagnostics: expect.stringMatching(/^What this write has to look up .*nothing was written/),
        },
      ],
    });
  });

  it('and one under which the server went away may have been done as well', async () => {
    expect(await toldOf('insert', 89)).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '5' },
      issues: [{ code: 'transient', diagnostics: expect.stringMatching(ONCE) }],
    });
  });
});
