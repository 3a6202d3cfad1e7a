import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { BASE, contextOf } from '../../../test/in-memory.ts';
import type { ResourceStore } from '../../store/store.ts';
import { ownUpdate } from '../own-writes.ts';
import { createRepository } from '../repository.ts';
import { clinicReader } from './clinic-reader.ts';
import { offeredTimes } from './offered-times.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

it('offers nothing that ends when it begins, or before, which an earlier release stored', async () => {
  const schedule = { resourceType: 'Schedule', id: 's', actor: [{ reference: 'Location/room' }] };
  const between = { from: NOW, until: NOW + 86_400_000, isFreeAsked: true };
  const { refusal } = await offeredTimes(
    schedule,
    clinicReader(async () => []),
    between,
    NOW,
  );
  const slot = (start: string, end: string) => ({ resourceType: 'Slot', status: 'free', start, end });
  expect(refusal(slot('2026-01-01T09:00:00Z', '2026-01-01T09:30:00Z'))).toBeUndefined();
  expect(refusal(slot('2026-01-01T09:00:00Z', '2026-01-01T09:00:00Z'))).toBe('away');
  expect(refusal(slot('2026-01-01T09:00:00Z', '2026-01-01T08:30:00Z'))).toBe('away');
});

describe('a slot that says it is free although a visit has it, as an earlier release stored it', () => {
  let store: ResourceStore;
  useEmbeddedStore((opened) => {
    store = opened.store;
  });
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const times = (hour: string) => ({ start: `${day}T${hour}:00:00Z`, end: `${day}T${hour}:30:00Z` });
  const ref = (reference: string) => ({ reference });
  const slot = (schedule: string, hour: string) => ({
    resourceType: 'Slot',
    id: `${schedule}-${hour}`,
    status: 'free',
    schedule: ref(`Schedule/${schedule}`),
    ...times(hour),
  });
  const visit = (of: string, hour: string) => ({
    resourceType: 'Appointment',
    status: 'booked',
    slot: [ref(`Slot/${of}`)],
    participant: [{ actor: { display: 'Somebody' }, status: 'accepted' }],
    ...times(hour),
  });

  it('is had, and with it the time of whoever works by its schedule, on their other schedules too', async () => {
    const schedules = ['one', 'two'].map((id) => ({
      resourceType: 'Schedule',
      id,
      actor: [ref('Practitioner/p')],
    }));
    const slots = ['one', 'two'].flatMap((id) => ['09', '10', '11'].map((hour) => slot(id, hour)));
    const stored = [{ resourceType: 'Practitioner', id: 'p' }, ...schedules, ...slots];
    await store.transact([
      ...stored.map((each) => ownUpdate(each, each.id)),
      ownUpdate(visit('one-09', '09'), 'v'),
      // Moved away from its slot, and with nobody of this clinic.
      ownUpdate({ ...visit('one-10', '10'), ...times('12') }, 'moved'),
    ]);
    const from = Date.parse(`${day}T00:00:00Z`);
    const reader = clinicReader(async (type, where, count) => {
      const sort = [{ by: 'lastUpdated', descending: true } as const];
      return (await store.search({ type, where, sort, count, total: 'none' })).matches;
    });
    for (const schedule of schedules) {
      const between = { from, until: from + 86_400_000, isFreeAsked: true };
      const { meanwhile } = await offeredTimes(schedule, reader, between, Date.now());
      const had = ['09', '10', '11'].filter((hour) => meanwhile(slot(schedule.id, hour)).visits.length > 0);
      expect(had, schedule.id).toEqual(['09']);
    }
    const repository = createRepository(store, {
      baseUrl: BASE,
      referenceIntegrity: false,
      requiredProfiles: new Map(),
      uncheckedProfiles: 'warn' as never,
      subscriptions: {} as never,
    });
    const post = (of: string, hour: string) =>
      repository.write(contextOf('system/*.cruds'), [
        { interaction: 'create', resource: visit(of, hour), id: `new-${of}` },
      ]);
    await expect(post('two-09', '09')).rejects.toMatchObject({ status: 409 });
    await expect(post('one-09', '09')).rejects.toMatchObject({ status: 409 });
    await expect(post('two-10', '10')).resolves.toHaveLength(1);
  });
});
