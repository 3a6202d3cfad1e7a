import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { BASE, contextOf } from '../../../test/in-memory.ts';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { ownUpdate } from '../../repository/own-writes.ts';
import { createRepository } from '../../repository/repository.ts';
import type { ResourceStore } from '../../store/store.ts';
import { merge } from './merge.ts';

describe('a merge by identifiers', () => {
  let store: ResourceStore;
  useEmbeddedStore((opened) => {
    store = opened.store;
  });
  const patient = (id: string, value: string) =>
    ownUpdate({ resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value }] }, id);

  it.each(['source', 'target'])('that are another’s when it is its turn says so, of the %s', async (role) => {
    const real = createRepository(store, {
      baseUrl: BASE,
      referenceIntegrity: true,
      requiredProfiles: new Map(),
      uncheckedProfiles: 'warn' as never,
      subscriptions: {} as never,
    });
    await store.transact([patient('a', 'source'), patient('b', 'target'), patient('c', 'other')]);
    const repository = {
      ...real,
      whileHeld: (async (held, work) => {
        await store.transact([patient(role === 'source' ? 'a' : 'b', 'new'), patient('c', role)]);
        return real.whileHeld(held, work);
      }) as typeof real.whileHeld,
    };
    const parameter = ['source', 'target'].map((value) => ({
      name: `${value}-patient-identifier`,
      valueIdentifier: { system: 'urn:mrn', value },
    }));
    const services = { repository, limits: { maxEntries: 100 } } as unknown as Services;
    const request = {
      access: contextOf('system/*.cruds'),
      query: [],
      resource: { resourceType: 'Parameters', parameter },
    } as unknown as FhirRequest;
    await expect(merge(services, request)).rejects.toMatchObject({
      status: 412,
      message: expect.stringContaining(`identifiers of the ${role} are another Patient’s`),
    });
  });
});
