import { expect, it } from 'vitest';
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
