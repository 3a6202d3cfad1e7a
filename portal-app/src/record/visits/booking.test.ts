/** A time that the server refuses: why, as far as its slot tells. */
import type { Appointment } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';
import { bookTime } from './booking.ts';

const TIME: Appointment = {
  resourceType: 'Appointment',
  status: 'proposed',
  slot: [{ reference: 'Slot/a' }],
  participant: [],
};
const ABOUT = { reason: 'checkup', why: 'Check-up', comment: '' } as const;

/** Refuses what is booked; `own`: what is booked already of the one who asks. */
const server = (refusal: FhirFailure, slot: string, own: readonly Appointment[] = []): Fhir =>
  ({
    patient: 'ana',
    operation: () => Promise.reject(refusal),
    search: async () => ({ resources: own }),
    read: async () => ({ resourceType: 'Slot', id: 'a', status: slot }),
  }) as unknown as Fhir;

describe('a time that is refused', () => {
  it('is said to be taken only where somebody has taken it', async () => {
    const refusal = new FhirFailure(409);
    await expect(bookTime(server(refusal, 'busy'), TIME, ABOUT)).rejects.toBe(refusal);
    await expect(bookTime(server(refusal, 'free'), TIME, ABOUT)).rejects.toThrow(/Nobody can see you then/);
  });

  it('is one’s own where its answer was lost, and what failed otherwise is told as it is', async () => {
    const own: Appointment = { ...TIME, id: 'mine', status: 'booked' };
    expect(await bookTime(server(new FhirFailure(409), 'busy', [own]), TIME, ABOUT)).toBe(own);
    const lost = new FhirFailure(0);
    await expect(bookTime(server(lost, 'free'), TIME, ABOUT)).rejects.toBe(lost);
  });
});
