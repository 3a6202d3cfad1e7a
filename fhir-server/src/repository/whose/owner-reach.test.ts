/** Whose record is within reach is known as of now where the store can tell, and for ten seconds where it can't: of reading alone. */
import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import type { QueryNode } from '../../search/query.ts';
import { create, token, update } from '../../store/contract/resources.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createOwnerReach } from './owner-reach.ts';

const where = token('ward', 'w1');
const theirs: QueryNode = { kind: 'ownedBy', where, orNobody: false };
const ward = { tokens: [{ param: 'ward', system: '', code: 'w1' }] };

describe('a reach', () => {
  let store: ResourceStore;
  let clock = 0;
  useEmbeddedStore((opened) => {
    ({ store } = opened);
  });

  /** What each of a reader's question and a writer's is answered, while the Patient comes within reach, leaves it and comes back. */
  async function answers(patient: string, asked: Pick<ResourceStore, 'read' | 'patientPasses'>) {
    const reach = createOwnerReach(asked, () => clock);
    const both = async () => [
      (await reach.ofOwner(theirs, patient)).kind === 'all',
      await reach.holds(where, patient),
    ];
    await store.transact([create('Patient', patient)]);
    const before = await both();
    await store.transact([update('Patient', patient, ward)]);
    const within = await both();
    await store.transact([update('Patient', patient)]);
    const left = await both();
    clock += 10_000;
    return { before, within, left, later: await both() };
  }

  it('is as of now, where the store can tell at once', async () => {
    expect(await answers('a', store)).toEqual({
      before: [false, false],
      within: [true, true],
      left: [false, false],
      later: [false, false],
    });
  });

  it('is kept for reading where it can not, and never for what is written', async () => {
    expect(await answers('b', { read: store.read })).toEqual({
      before: [false, false],
      within: [true, true],
      left: [true, false],
      later: [false, false],
    });
  });
});
